//! What a place asks of a value, and what is said where no value can fulfil it.

use super::checker::Checker;
use super::show::in_short;
use super::show::kind;
use super::ty::{Has, Row, Signature, Text, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::rewrite::Rewrite;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::syntax::ast::{BinaryOp, Expr, ExprId, Key};

/// An annotation, and what it belongs to.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub set: &'a Ty,
    /// The annotation's place, if it is in sight.
    pub at: Option<Loc>,
    /// What messages call the value: `` `port` ``, ``the argument `x` ``.
    pub what: &'a str,
    /// The definition that is at fault, if another one may still take its place.
    pub by: Option<Loc>,
    pub presence: Presence,
}

/// Whether a record that lacks a required field is at fault.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Presence {
    /// The annotation is on this value and no other.
    Asked,
    /// Whoever completes the record says so by another annotation, or by none.
    Open,
}

impl Checker<'_> {
    /// An operand that must be in `set`; `title` says what for.
    pub(super) fn operand(&mut self, id: ExprId, set: &Ty, title: &str) -> Ty {
        let ty = self.infer(id);
        self.is_operand(id, &ty, set, title);
        ty
    }

    pub(super) fn is_operand(&mut self, id: ExprId, ty: &Ty, set: &Ty, title: &str) -> bool {
        let fits = ty.is_unknown() || ty.meet(set) != Ty::Never;
        if !fits {
            let diag = Diag::error(Code::WrongKind, format!("{title}, found {}", kind(ty)));
            let diag = diag.at(self.loc(id), format!("this is {ty}"));
            let diag = mend::operand(self.defined(diag, id), title, kind(ty), self.loc(id));
            self.report(diag);
        }
        fits
    }

    /// Adds where the field that an expression reads got its value.
    pub(super) fn defined(&mut self, diag: Diag, id: ExprId) -> Diag {
        let ast = self.ast;
        let Expr::Field { base, name, .. } = ast.expr(id) else { return diag };
        let Key::Static(symbol) = name.key else { return diag };
        match self.infer(*base) {
            Ty::Record(row) => match row.fields.get(&symbol) {
                Some(member) if member.at != Loc::default() && member.value.meet(&member.declared) != Ty::Never => {
                    diag.also(member.at, format!("`{symbol}` comes from here"))
                }
                _ => diag,
            },
            _ => diag,
        }
    }

    /// An expression under an annotation. Each branch answers for itself.
    pub(super) fn expect(&mut self, id: ExprId, wanted: Wanted) -> Ty {
        self.note_wanted(id, wanted.set);
        let ast = self.ast;
        match ast.expr(id) {
            Expr::Group(inner) => self.expect(*inner, wanted),
            Expr::If { cond, then, otherwise } => {
                self.condition(*cond);
                let then = self.where_it_is(*cond, true, |this| this.maybe(|this| this.expect(*then, wanted)));
                let otherwise =
                    self.where_it_is(*cond, false, |this| this.maybe(|this| this.expect(*otherwise, wanted)));
                then.join(&otherwise)
            }
            Expr::Let { .. } => {
                let body = self.lets(id);
                self.expect(body, wanted)
            }
            Expr::Fn(function) => {
                let ty = self.function(id, function, signature_of(wanted.set));
                self.demand(&ty, wanted, self.loc(id));
                ty
            }
            Expr::Match(arms) => {
                let value = signature_of(wanted.set).and_then(|wanted| wanted.params.first());
                let ty = self.match_function(id, arms, value.map_or(Ty::Any, |param| param.ty.passed()));
                self.demand(&ty, wanted, self.loc(id));
                ty
            }
            _ => {
                let ty = self.infer(id);
                self.demand_of(id, &ty, wanted);
                ty
            }
        }
    }

    /// Holds an expression's value against an annotation.
    pub(super) fn demand_of(&mut self, id: ExprId, ty: &Ty, wanted: Wanted) {
        let before = self.asked.replace(id);
        self.demand(ty, wanted, self.loc(id));
        self.asked = before;
    }

    /// Reports a value that cannot be in the annotation's set, at its deepest part that is not.
    pub(super) fn demand(&mut self, ty: &Ty, wanted: Wanted, at: Loc) {
        if matches!(ty, Ty::Any | Ty::Never) || matches!(wanted.set, Ty::Any) {
            return;
        }
        if let Some(definition) = wanted.by {
            return self.hold(definition, |this| this.demand(ty, Wanted { by: None, ..wanted }, at));
        }
        match (ty, wanted.set) {
            (Ty::Record(row), Ty::Record(set)) => return self.demand_fields(row, set, wanted, at),
            (Ty::List(items), Ty::List(set)) => {
                for (index, (element, place)) in items.each.iter().flatten().enumerate() {
                    let what = match wanted.what.strip_suffix('`') {
                        Some(named) => format!("{named}[{index}]`"),
                        None => format!("element {index} of {}", wanted.what),
                    };
                    self.demand(element, Wanted { set: &set.element, what: &what, ..wanted }, *place);
                }
                return;
            }
            _ => {}
        }
        if ty.meet(wanted.set) == Ty::Never {
            match chosen(ty, wanted.set) {
                Some(member) => self.demand(ty, Wanted { set: member, ..wanted }, at),
                None => self.refuse(ty, wanted, at),
            }
        }
    }

    fn refuse(&mut self, ty: &Ty, wanted: Wanted, at: Loc) {
        let title = match wanted.set.is_any_record() {
            true => format!("{} must be a record, found {ty}", wanted.what),
            false => format!("{} must be {}, found {}", wanted.what, in_short(wanted.set), in_short(ty)),
        };
        let diag = Diag::error(Code::Refuted, title).at(at, format!("this is {}", in_short(ty)));
        let diag = match wanted.at {
            Some(annotation) => diag.also(annotation, "required by this annotation"),
            None => diag,
        };
        let diag = match self.asked.filter(|id| self.loc(*id) == at) {
            Some(id) => self.defined(diag, id),
            None => diag,
        };
        let diag = match meant(ty, wanted.set) {
            Some((help, word)) => match word {
                Some((from, to)) => diag.rewrite(help, Rewrite::Word { at, from, to }),
                None => diag.help(help),
            },
            None if is_element(ty, wanted.set) => in_brackets(diag, ty, at),
            None if wanted.set.meet(&Ty::INT) != Ty::Never
                && let Some(sign) = self.divides(at) =>
            {
                diag.rewrite("`//` divides and rounds down", sign)
            }
            None if matches!(ty, Ty::List(_)) && wanted.set.members().contains(&Ty::TEXT) => {
                diag.around("join the elements", at, "std.string.join(", ", \",\")")
            }
            None if one_of(ty).is_some_and(|only| only.meet(wanted.set) != Ty::Never) => {
                diag.rewrite("take the element out of its brackets", Rewrite::Bare { at })
            }
            None if *ty == Ty::Null => {
                diag.help("leave the field out where it has no value, or let null in by a type `T?`")
            }
            None => diag,
        };
        self.report(diag);
    }

    /// How `a / b` at a place becomes a whole number.
    fn divides(&self, at: Loc) -> Option<Rewrite> {
        match self.ast.expr(self.asked.filter(|id| self.loc(*id) == at)?) {
            Expr::Binary { lhs, rhs, op: BinaryOp::Divide } => {
                Some(Rewrite::Sign { left: self.loc(*lhs), right: self.loc(*rhs), from: "/", to: "//" })
            }
            _ => None,
        }
    }

    fn demand_fields(&mut self, row: &Row, set: &Row, wanted: Wanted, at: Loc) {
        let outermost = self.whole.is_none() && row.at != Loc::default();
        if outermost {
            self.whole = Some(row.at);
        }
        let owner = wanted.what.split('`').nth(1).unwrap_or("");
        let path = |name| if owner.is_empty() { format!("`{name}`") } else { format!("`{owner}.{name}`") };
        if wanted.presence == Presence::Asked {
            self.demand_presence(row, set, wanted, at);
        }
        for (name, member) in &row.fields {
            let of = match (set.fields.get(name), &set.rest) {
                (Some(of), _) => &of.declared,
                (None, Some(rest)) => rest,
                (None, None) => {
                    // Where a record is not known whole, schemas of its own may declare the field.
                    let own = row.schema || row.open || member.declared != Ty::Any;
                    if !set.open && !own && member.has != Has::No && member.stands_in(row.at) {
                        self.undeclared(*name, member.name_at, set, wanted.at);
                    }
                    continue;
                }
            };
            // What need not be there cannot be wrong for certain.
            if member.has == Has::Perhaps {
                continue;
            }
            self.demand(&member.value, Wanted { set: of, what: &path(*name), ..wanted }, member.at);
        }
        if outermost {
            self.whole = None;
        }
    }
}

/// The only kind of function that a set lets pass.
fn signature_of(set: &Ty) -> Option<&Signature> {
    match set {
        Ty::Function(signature) => Some(signature),
        _ => None,
    }
}

/// The only member of a union that a record agrees with in all fields with literals as their types.
fn chosen<'a>(ty: &Ty, set: &'a Ty) -> Option<&'a Ty> {
    let (Ty::Record(row), Ty::Union(members)) = (ty, set) else { return None };
    let mut agree = members.iter().filter(|member| {
        let Ty::Record(of) = member else { return false };
        of.fields.iter().all(|(name, field)| match (&field.declared, row.fields.get(name)) {
            (Ty::Text(Text::One(_)), Some(given)) => given.value.meet(&field.declared) != Ty::Never,
            (Ty::Text(Text::One(_)), None) => false,
            _ => true,
        })
    });
    agree.next().filter(|_| agree.next().is_none())
}

/// Whether a set takes lists of such values.
fn is_element(ty: &Ty, set: &Ty) -> bool {
    let takes = |member: &Ty| matches!(member, Ty::List(items) if ty.meet(&items.element) != Ty::Never);
    !matches!(ty, Ty::List(_) | Ty::Null) && set.members().iter().any(takes)
}

fn in_brackets(diag: Diag, ty: &Ty, at: Loc) -> Diag {
    let help = "a list of one stands in brackets too";
    match ty {
        // At the end of a path stands a part of the record, and behind a name none of it.
        Ty::Record(row) if row.at != at => diag.help(help),
        _ => diag.around(help, at, "[", "]"),
    }
}

/// The element of a list of one.
fn one_of(ty: &Ty) -> Option<&Ty> {
    let Ty::List(items) = ty else { return None };
    let [(only, _)] = &**items.each.as_ref()? else { return None };
    Some(only)
}

/// What was most likely meant, in words and as the text before and after: the nearest literal, or the same as another kind.
fn meant(ty: &Ty, set: &Ty) -> Option<(String, Option<(String, String)>)> {
    match ty {
        Ty::Text(Text::One(text)) => {
            let literals = set.members().iter().filter_map(|member| match member {
                Ty::Text(Text::One(text)) => Some(&**text),
                _ => None,
            });
            if let Some(near) = suggest::nearest(text, literals) {
                return Some((format!("did you mean {near:?}?"), Some((format!("{text:?}"), format!("{near:?}")))));
            }
            let number = text.parse::<i64>().ok().map(|int| Ty::Int(Some(int), Some(int)));
            let other = number.or_else(|| text.parse().ok().map(|truth| Ty::Bool(Some(truth))))?;
            (other.meet(set) != Ty::Never)
                .then(|| (mend::UNQUOTE.to_owned(), Some((format!("{text:?}"), text.to_string()))))
        }
        Ty::Int(Some(int), Some(other)) if int == other => {
            let text = int.to_string();
            let quoted = format!("{text:?}");
            (Ty::one(&text).meet(set) != Ty::Never).then(|| (mend::QUOTE.to_owned(), Some((text, quoted))))
        }
        Ty::Float(..) => (Ty::TEXT.meet(set) != Ty::Never).then(|| (mend::QUOTE.to_owned(), None)),
        _ => None,
    }
}
