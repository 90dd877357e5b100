//! Who is blamed for a value outside of its annotation: what is said, shown and advised.

use super::fault::{Fault, Run};
use super::kinds::{base_name, quick};
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::rewrite::Rewrite;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::data::part::is_part;
use crate::value::types::{Label, Role, Type};
use crate::value::value::Value;
use std::rc::Rc;

/// So far from a refused integer another one is looked for.
const NEAR: i64 = 16;
/// A message shows no more parts of a type than this.
const SHOWN_PARTS: u32 = 24;

impl Vm {
    #[cold]
    pub(super) fn not_a_type<T>(&self, found: &Value, label: &Label) -> Run<T> {
        let title = format!("{} is not a type", found.kind());
        let diag = Diag::error(ErrorCode::NotAType, title).at(label.ty, "used as an annotation");
        self.error(diag.note("a type is `Int`, `String` …, a literal, `[T]`, a record of annotations, or a predicate"))
    }

    /// The error for a value that is not in its annotation.
    #[cold]
    pub(super) fn blame<T>(&mut self, value: &Value, ty: &Value, label: &Rc<Label>) -> Run<T> {
        self.blame_with(value, ty, label, None)
    }

    #[cold]
    pub(super) fn blame_with<T>(
        &mut self,
        value: &Value,
        ty: &Value,
        label: &Rc<Label>,
        message: Option<&str>,
    ) -> Run<T> {
        let what = match (label.path.trim_start_matches('.'), label.role) {
            ("", Role::Value) => "the value".to_owned(),
            ("", Role::Argument) => "the argument".to_owned(),
            ("", Role::Result) => "the function's result".to_owned(),
            (path, Role::Argument) if !path.contains(['.', '[']) => format!("the argument `{path}`"),
            (path, _) => format!("`{path}`"),
        };
        let expected = self.expected(ty, label);
        let found = self.short(value);
        let advised =
            message.and_then(|message| message.split_once("; write `")?.1.strip_suffix('`').map(str::to_owned));
        let message = message.map(|message| match &advised {
            Some(_) => message.rsplit_once("; write `").map_or(message, |(said, _)| said),
            None => message,
        });
        let title = match message {
            Some(message) => format!("{what} is refused: {message}"),
            None => format!("{what} must be {expected}, found {found}"),
        };
        let diag = Diag::error(ErrorCode::Contract, title);
        let place = self.read_whole(value).or(label.value);
        let diag = match place.filter(|loc| *loc != label.ty) {
            Some(place) => diag.at(place, format!("this is {found}")).also(label.ty, promise(label.role)),
            None => diag.at(label.ty, promise(label.role)),
        };
        let diag = match self.shown_way(label.way) {
            Some(way) => diag.note(format!("it came together by {way}")),
            None => diag,
        };
        if matches!(value, Value::Secret(_)) {
            return self.error(diag.help(format!("what hides it is `Secret({expected})`")));
        }
        if self.sealing > 0 {
            return self.error(diag);
        }
        let place = place.unwrap_or_default();
        if let (Some(text), Value::Text(found)) = (advised.filter(|text| !text.contains('`')), value) {
            let (from, to) = (format!("{:?}", found.as_str()), format!("{text:?}"));
            return self.error(diag.rewrite(format!("write `{text}`"), Rewrite::Word { at: place, from, to }));
        }
        self.error(self.meant(diag, value, (ty, label), place))
    }

    /// Adds what was most likely meant: the nearest literal, the same as another kind, or in brackets.
    #[cold]
    fn meant(&self, diag: Diag, value: &Value, (ty, label): (&Value, &Label), at: Loc) -> Diag {
        let word = |help: String, from: String, to: String| (help, Rewrite::Word { at, from, to });
        let fits = |value: Value| quick(&value, ty) == Some(true);
        let found = match value {
            Value::Text(text) => {
                let text = text.as_str();
                let number = text.parse().is_ok_and(|int| fits(Value::Int(int)));
                let plain = number || text.parse().is_ok_and(|truth| fits(Value::Bool(truth)));
                match near_literal(text, ty) {
                    Some(near) => {
                        Some(word(format!("did you mean {near:?}?"), format!("{text:?}"), format!("{near:?}")))
                    }
                    None => plain.then(|| word(mend::UNQUOTE.to_owned(), format!("{text:?}"), text.to_owned())),
                }
            }
            Value::Int(int) => {
                let text = int.to_string();
                fits(Value::text(text.clone())).then(|| word(mend::QUOTE.to_owned(), text.clone(), format!("{text:?}")))
            }
            Value::List(list) if matches!(list.ready(), Some([only]) if may_be(only, ty)) => {
                Some(("take the element out of its brackets".to_owned(), Rewrite::Bare { at }))
            }
            Value::Record(_) if quick(value, ty) == Some(false) && label.path.len() > 1 => {
                let field = label.path.rsplit('.').next().unwrap_or_default();
                return diag.help(format!("if `{field}` belongs elsewhere, remove it here"));
            }
            Value::List(_) if fits(Value::text("")) => {
                let (before, after) = ("std.string.join(".to_owned(), ", \",\")".to_owned());
                Some(("join the elements".to_owned(), Rewrite::Around { at, before, after }))
            }
            _ => None,
        };
        let found = found.or_else(|| self.in_brackets(value, ty, at));
        match found {
            // In a data file only words can stand in the place of words.
            Some((_, rewrite)) if is_part(at) && !matches!(rewrite, Rewrite::Word { .. }) => diag,
            Some((help, rewrite)) => diag.rewrite(help, rewrite),
            None => diag,
        }
    }

    /// The value as the only element of a list, where the type takes lists of such values.
    fn in_brackets(&self, value: &Value, ty: &Value, at: Loc) -> Option<(String, Rewrite)> {
        let element = match ty {
            Value::List(list) => match list.ready()? {
                [element] => element,
                _ => return None,
            },
            Value::Type(of) => match &**of {
                Type::Strategy { element, .. } => element,
                _ => return None,
            },
            _ => return None,
        };
        let fits = !matches!(value, Value::Null | Value::List(_)) && may_be(value, element);
        // At the end of a path stands a part of the record.
        let text = &self.sources.get(at.file).text;
        let part = matches!(value, Value::Record(_))
            && text
                .get(at.span.range())
                .is_some_and(|text| text.starts_with(['"', '[']) || text.starts_with(char::is_numeric));
        let (before, after) = ("[".to_owned(), "]".to_owned());
        let help = "a list of one stands in brackets too".to_owned();
        (fits && !part).then_some((help, Rewrite::Around { at, before, after }))
    }

    /// The integers next to one that a predicate refuses which the whole type takes: a predicate says nothing of itself.
    #[cold]
    pub(super) fn with_near_integers(
        &mut self,
        mut fault: Box<Fault>,
        value: &Value,
        (part, ty): (&Value, &Value),
        label: &Label,
    ) -> Box<Fault> {
        let found = match value {
            Value::Int(found) => Some(*found),
            Value::Thunk(thunk) => {
                thunk.done().and_then(|value| if let Value::Int(found) = value { Some(found) } else { None })
            }
            _ => None,
        };
        let Some(found) = found else { return fault };
        // Who only asks whether a value is in a type has no place for it, and wants no advice.
        let asked = label.ty == Loc::default() || self.sealing > 0 || !part.is_function();
        let mute = |diag: &Diag| diag.code == ErrorCode::Contract && diag.helps.is_empty() && diag.rewrite.is_none();
        if asked || !fault.diags.first().is_some_and(mute) {
            return fault;
        }
        let mut takes = |int: Option<i64>| int.filter(|int| self.is_in(&Value::Int(*int), ty).unwrap_or(false));
        let below = (1..=NEAR).find_map(|by| takes(found.checked_sub(by)));
        let above = (1..=NEAR).find_map(|by| takes(found.checked_add(by)));
        let near: Vec<String> = below.into_iter().chain(above).map(|int| format!("`{int}`")).collect();
        if let (Some(first), false) = (fault.diags.first_mut(), near.is_empty()) {
            first.helps.push(format!("next to it, {} would do", near.join(" and ")));
        }
        fault
    }

    /// A type as a message names it: in the annotation's own words where these say more.
    fn expected(&mut self, ty: &Value, label: &Label) -> String {
        if matches!(ty, Value::Type(of) if matches!(**of, Type::Strategy { .. })) {
            return "a list".to_owned();
        }
        let shown = self.show_type(ty);
        match self.source_text(label.ty) {
            Some("{ ... }") => "a record".to_owned(),
            Some(text) if shown.contains("this type") || shown.contains("this predicate") => match ty {
                Value::Record(_) | Value::Closure(_) | Value::Type(_) => format!("`{text}`"),
                _ => shown,
            },
            _ => shown,
        }
    }

    /// The text at a place, if it is short.
    pub(super) fn source_text(&self, loc: Loc) -> Option<&str> {
        if loc == Loc::default() {
            return None;
        }
        let text = self.sources.get(loc.file).text.get(loc.span.range())?;
        (text.len() <= 60 && !text.contains('\n')).then_some(text)
    }

    /// A type as the user would write it. One that contains itself is cut short.
    pub fn show_type(&mut self, ty: &Value) -> String {
        let mut left = SHOWN_PARTS;
        self.show_part(ty, &mut left)
    }

    fn show_part(&mut self, ty: &Value, left: &mut u32) -> String {
        if *left == 0 {
            return "…".into();
        }
        *left -= 1;
        match ty {
            Value::Type(of) => match &**of {
                Type::Base(base) => base_name(*base).to_owned(),
                Type::Var(name) => format!("'{name}"),
                Type::List => "a list".into(),
                Type::Record => "a record".into(),
                Type::Function => "a function".into(),
                Type::Union(members) => self.show_union(members, left),
                Type::Meet(parts) => self.show_parts(parts.iter(), left).join(" & "),
                Type::Constraint(op, bound) => format!("{}{}", op.sign(), self.show_literal(bound)),
                Type::Fn { params, result } => {
                    let params = self.show_parts(params.iter().map(|param| &param.ty), left);
                    format!("fn({}) -> {}", params.join(", "), self.show_part(result, left))
                }
                Type::Secret(inner) => format!("Secret({})", self.show_part(inner, left)),
                Type::Strategy { element, .. } => format!("[{}]", self.show_part(element, left)),
                Type::Named { name, .. } => name.to_string(),
            },
            Value::List(list) => match list.ready() {
                Some([element]) => format!("[{}]", self.show_part(&element.clone(), left)),
                _ => "a list".into(),
            },
            Value::Thunk(thunk) => match thunk.done() {
                Some(ty) => self.show_part(&ty, left),
                None => "…".into(),
            },
            Value::Record(_) => "a record of this type".into(),
            Value::Closure(_) | Value::Native(_) => "what this predicate accepts".into(),
            literal => self.show_literal(literal),
        }
    }

    fn show_parts<'a>(&mut self, parts: impl Iterator<Item = &'a Value>, left: &mut u32) -> Vec<String> {
        parts.map(|part| self.show_part(part, left)).collect()
    }

    fn show_union(&mut self, members: &[Value], left: &mut u32) -> String {
        let nullable = members.iter().any(|member| matches!(member, Value::Null));
        let others: Vec<&Value> = members.iter().filter(|member| !matches!(member, Value::Null)).collect();
        if let ([only], true) = (&others[..], nullable) {
            return format!("{}?", self.show_part(only, left));
        }
        let shown = self.show_parts(members.iter().take(8), left);
        let more = if members.len() > 8 { format!(" | … ({} in all)", members.len()) } else { String::new() };
        format!("{}{more}", shown.join(" | "))
    }

    fn show_literal(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => format!("{:?}", text.as_str()),
            Value::Null => "Null".into(),
            value => self.short(value),
        }
    }
}

fn promise(role: Role) -> &'static str {
    match role {
        Role::Value => "required by this annotation",
        Role::Argument => "required of the caller by this annotation",
        Role::Result => "promised by this function",
    }
}

/// Whether a value can be of a type, as far as one look tells.
fn may_be(value: &Value, ty: &Value) -> bool {
    match ty {
        Value::Record(_) => matches!(value, Value::Record(_)),
        Value::List(_) => matches!(value, Value::List(_)),
        Value::Type(of) => match &**of {
            Type::Meet(parts) => parts.iter().all(|part| may_be(value, part)),
            Type::Union(members) => members.iter().any(|member| may_be(value, member)),
            _ => quick(value, ty) != Some(false),
        },
        _ => quick(value, ty) != Some(false),
    }
}

/// The literal of a type that is nearest to a text.
fn near_literal(text: &str, ty: &Value) -> Option<String> {
    let one = std::slice::from_ref(ty);
    let members = match ty {
        Value::Type(of) => match &**of {
            Type::Union(members) => members,
            _ => one,
        },
        _ => one,
    };
    let literals = members.iter().filter_map(|member| match member {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    suggest::nearest(text, literals).map(str::to_owned)
}
