//! What is said of a field that is not there: the nearest name, and what would help where it was read.

use super::fault::{Fault, Run};
use super::vm::{Frame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::{Loc, Span};
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::code::code::{Code, CodeId, Template};
use crate::value::record::{Body, Record};
use crate::value::value::Value;
use std::rc::Rc;

/// How the help begins that offers `??`.
const GUARD: &str = "where it may be missing";

impl Vm {
    /// The error for a field that a node reads and the record lacks.
    #[cold]
    pub(super) fn no_such_field<T>(&mut self, record: &Rc<Record>, name: Symbol, id: CodeId) -> Run<T> {
        let loc = self.loc(id);
        let diag = self.lacks(record, name, loc)?;
        if let Some(diag) = self.field_further_out(&diag, name, id) {
            return self.error(diag);
        }
        if self.refuses(record, name).unwrap_or(false) {
            let title = "its schema has no such field, and `??` changes nothing about that";
            return self.error(diag.help(format!("{title}: declare it there, `{name}? : …`, if it may be there")));
        }
        if diag.rewrite.is_some() {
            return self.error(diag);
        }
        let read = self.source_text(loc).map_or_else(|| name.to_string(), str::to_owned);
        let help = match self.program.codes[id] {
            Code::Index { .. } if !read.starts_with('"') => format!("write `{read} ?? …`"),
            Code::Field { base, .. } if self.loc(base) == loc => format!("give it a default: `{{ {name} = … }}`"),
            _ => format!("write `.{read} ?? …`"),
        };
        self.error(diag.help(format!("{GUARD}, {help}")))
    }

    /// The same where no node reads the field.
    #[cold]
    pub fn unknown_field<T>(&mut self, record: &Rc<Record>, name: Symbol, loc: Loc) -> Run<T> {
        let diag = self.lacks(record, name, loc)?;
        self.error(diag.help(format!("{GUARD}, write `.{name} ?? …`")))
    }

    /// `r[name]` where the name comes from a field: what is wrong stands in that field.
    #[cold]
    pub(super) fn misnamed(
        &mut self,
        fault: Box<Fault>,
        (base, name): (&Value, &Value),
        index: CodeId,
        frame: &Frame,
    ) -> Run {
        let (Value::Record(record), Value::Text(name)) = (base, name) else { return Err(fault) };
        if fault.code() != Some(ErrorCode::UnknownField) {
            return Err(fault);
        }
        let Some(place) = self.read_place(index, frame)? else { return Err(fault) };
        let diag = self.lacks(record, Symbol::new(name.as_str()), place)?;
        self.error(diag.also(self.loc(index), "a field is read by this name here"))
    }

    fn lacks(&mut self, record: &Rc<Record>, name: Symbol, loc: Loc) -> Run<Diag> {
        let names: Vec<Rc<str>> = self.names(record)?.into_iter().map(Symbol::text).collect();
        let near = suggest::nearest(&name.text(), names.iter().map(|name| &**name)).map(str::to_owned);
        let diag = Diag::error(ErrorCode::UnknownField, format!("no field `{name}`"));
        if matches!(record.body, Body::Super { .. }) && near.as_deref().is_none_or(|near| near == &*name.text()) {
            return Ok(diag.at(loc, "nothing below these braces gives it a value"));
        }
        let diag = diag.at(loc, "this record has no such field");
        Ok(match near {
            _ if names.is_empty() => diag.note("the record has no fields"),
            Some(near) => diag.meant(Some(&near), loc, &name.text()),
            None => diag.note(format!("it has {}", suggest::listed(&names, &name.text()))),
        })
    }

    /// `self.x` where braces further out have an `x`: `self` is the record of the innermost ones.
    fn field_further_out(&self, diag: &Diag, name: Symbol, id: CodeId) -> Option<Diag> {
        let Code::Field { base, .. } = self.program.codes[id] else { return None };
        let place = self.loc(base);
        if self.source_text(place)? != "self" {
            return None;
        }
        let around = |template: &&Rc<Template>| {
            let braces = !template.path && !template.renamed && template.loc.file == place.file;
            braces && template.loc.span.start <= place.span.start && place.span.end <= template.loc.span.end
        };
        let mut braces: Vec<&Rc<Template>> =
            self.program.templates.iter().map(|(_, template)| template).filter(around).collect();
        braces.sort_by_key(|template| std::cmp::Reverse(template.loc.span.start));
        let field = braces.iter().skip(1).find_map(|template| {
            let slot = template.shape.slot(name)?;
            Some((template.fields[slot].loc, template.loc))
        })?;
        let diag = Diag { notes: Vec::new(), ..diag.clone() }
            .also(field.0, format!("`{name}` is a field of braces further out"));
        let open = field.1;
        let diag = diag.note("`self` is the record of the innermost braces that it stands in");
        let help = format!("give the outer braces a name, `let s = self`, and write `s.{name}`");
        Some(match self.named_braces(open, place) {
            Some((loc, text)) => diag.guess(help, loc, text),
            None => diag.help(help),
        })
    }

    /// The text from a brace to a `self` inside of it, with the brace's record called `s`.
    fn named_braces(&self, braces: Loc, inner: Loc) -> Option<(Loc, String)> {
        let place = Span { start: braces.span.start, end: inner.span.end }.at(inner.file);
        let text = self.sources.get(place.file).text.get(place.span.range())?;
        let body = text.strip_prefix('{')?.strip_suffix("self")?;
        if body.len() > 2000 || body.contains("let s ") {
            return None;
        }
        let gap = body.len() - body.trim_start().len();
        let separator = if body[..gap].contains('\n') { &body[..gap] } else { ", " };
        let lead = if body[..gap].contains('\n') { separator } else { " " };
        Some((place, format!("{{{lead}let s = self{separator}{}s", &body[gap..])))
    }

    /// A field is missing in the middle of a path that ends in `??` or `?.`: these guard one step only.
    #[cold]
    pub(super) fn guards_last_step(&self, mut fault: Box<Fault>, next: CodeId) -> Box<Fault> {
        let guarded = |diag: &&mut Diag| matches!(diag.code, ErrorCode::UnknownField | ErrorCode::OutOfRange);
        let Some(first) = fault.diags.first_mut().filter(guarded) else { return fault };
        let (mut at, mut steps) = (next, Vec::new());
        loop {
            let (base, step) = match self.program.codes[at] {
                Code::Field { base, name } | Code::OptField { base, name } => (base, format!("?.{name}")),
                Code::Index { base, .. } => (base, "…".to_owned()),
                _ => return fault,
            };
            steps.push(step);
            if first.place() == Some(self.loc(base)) {
                at = base;
                break;
            }
            at = base;
        }
        let Some(offer) = first.helps.iter().position(|help| help.starts_with(GUARD)) else { return fault };
        let read = self.source_text(self.loc(at)).unwrap_or("…");
        steps.reverse();
        let read = match self.program.codes[at] {
            Code::Index { .. } => read.to_owned(),
            _ => self.source_text(self.whole(at)).map_or_else(|| format!(".{read}"), str::to_owned),
        };
        first.helps[offer] = if steps.iter().any(|step| step == "…") {
            "`??` guards the last step only: give the steps before it a value too, `(… ?? {})`".to_owned()
        } else {
            format!(
                "`??` guards the last step only: write `?.` behind what may be missing, `{read}{} ?? …`",
                steps.concat()
            )
        };
        fault
    }
}
