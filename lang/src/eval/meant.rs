//! What a mistake in a record points to: the record that a stray field belongs to, and the values
//! that an assert has looked at.

use super::compose::Found;
use super::fault::Run;
use super::vm::{FieldFrame, Vm, record_loc};
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::value::record::Record;
use crate::value::value::Value;
use std::rc::Rc;

/// Schemas with more fields than this are not searched for where a stray one belongs.
const MOST: usize = 256;

impl Vm {
    /// A name that a schema does not declare: the field whose record does, else what is declared.
    #[cold]
    pub(super) fn elsewhere(&mut self, diag: Diag, record: &Rc<Record>, known: &[Rc<str>], name: Symbol) -> Diag {
        let owners: Vec<&Rc<str>> = known
            .iter()
            .take(MOST)
            .filter(|owner| ***owner != *name.text())
            .filter(|owner| self.takes(record, Symbol::new(owner), name).unwrap_or(false))
            .collect();
        match &owners[..] {
            [owner] => mend::belongs(diag, self.definition(record, name), owner, &name.text()),
            [] if known.is_empty() => diag.note("it declares no field"),
            [] => diag.note(format!("it declares {}", suggest::listed(known, &name.text()))),
            owners => {
                let paths: Vec<String> = owners.iter().take(3).map(|owner| format!("`{owner}.{name}`")).collect();
                diag.help(format!("it may belong to one of these: {}", paths.join(", ")))
            }
        }
    }

    /// Whether the record or the record type of a field has a field `name`.
    fn takes(&mut self, record: &Rc<Record>, owner: Symbol, name: Symbol) -> Run<bool> {
        let mut found = Found::default();
        self.definitions(record, owner, &mut found)?;
        for at in &found.types {
            let frame = FieldFrame { leaf: at.leaf.clone(), below: None };
            let ty = self.run_field_code(at.code.proto, record, &frame)?;
            if self.names_field(&ty, name)? {
                return Ok(true);
            }
        }
        match self.field(record, owner)? {
            Some(value) => self.names_field(&value, name),
            None => Ok(false),
        }
    }

    fn names_field(&mut self, value: &Value, name: Symbol) -> Run<bool> {
        let Value::Record(inner) = value else { return Ok(false) };
        self.learn_all(inner)?;
        Ok(inner.shape().slot(name).is_some())
    }

    /// The value that made an assert fail: a field that the condition reads, given outside of the
    /// braces that the assert stands in.
    #[cold]
    pub(super) fn given_to(&mut self, record: &Rc<Record>, assert: Loc, message: &str) -> Option<(Loc, String)> {
        let source = &self.sources.get(assert.file).text;
        let before = source.get(..assert.span.start as usize)?;
        // `for (port, expose) in s.expose { assert … }`: the loop's head says what is looked at.
        let head = before.rfind("for ").and_then(|at| before.get(at..)).filter(|head| !head.contains('}'));
        let text = format!("{} {}", head.unwrap_or_default(), source.get(assert.span.range())?);
        let around = |loc: &Loc| record_loc(record).file == loc.file || loc.file != assert.file;
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
        words.find_map(|word| {
            let (owner, rest) = word.split_once('.')?;
            let name = Symbol::new(rest.split('.').next()?);
            if owner != "self" && owner.len() > 3 || record.shape().slot(name).is_none() {
                return None;
            }
            let loc = self.value_loc(record, name).filter(around)?;
            let near = self.asserted_braces(assert).is_some_and(|braces| {
                braces.file == loc.file && braces.span.start <= loc.span.start && loc.span.end <= braces.span.end
            });
            if near {
                return None;
            }
            let value = self.field(record, name).ok()??;
            let part = self.spoken_of(&value, message);
            Some(part.unwrap_or_else(|| (loc, format!("`{name}` is {}", self.short(&value)))))
        })
    }

    /// The only field of a record whose name or value a message speaks of.
    fn spoken_of(&mut self, value: &Value, message: &str) -> Option<(Loc, String)> {
        let Value::Record(record) = value else { return None };
        let mut found = None;
        for name in self.names(record).ok()? {
            let value = self.field(record, name).ok()??;
            let text = self.short(&value);
            let named = message.contains(&format!("`{name}`"));
            let shown = matches!(value, Value::Text(_)) && message.contains(text.trim_matches('"'));
            if !named && !shown {
                continue;
            }
            let loc = self.value_loc(record, name)?;
            if found.replace((loc, format!("this is {text}"))).is_some() {
                return None;
            }
        }
        found
    }

    /// The innermost braces around an assert.
    fn asserted_braces(&self, assert: Loc) -> Option<Loc> {
        let around = |loc: &Loc| {
            loc.file == assert.file && loc.span.start <= assert.span.start && assert.span.end <= loc.span.end
        };
        let braces = self.program.templates.iter().map(|(_, template)| template.loc).filter(around);
        braces.min_by_key(|loc| loc.span.end - loc.span.start)
    }
}
