//! `match`: the first arm whose pattern holds.

use super::fault::Run;
use super::vm::{Frame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::{Loc, Span};
use crate::code::code::{CodeId, FieldTest, PatternCode, Row, RowId};
use crate::value::record::Record;
use crate::value::value::Value;
use std::rc::Rc;

const MATCH: &str = "match";

impl Vm {
    /// The body of the arm that a subject takes.
    #[inline(never)]
    pub(super) fn taken(&mut self, slot: u32, arms: RowId, frame: &Frame, id: CodeId) -> Run<CodeId> {
        let subject = self.stack[frame.base + slot as usize].clone();
        match self.arm(&subject, arms, frame)? {
            Some(body) => Ok(body),
            None => self.no_arm(&subject, id),
        }
    }

    #[cold]
    fn no_arm<T>(&mut self, subject: &Value, id: CodeId) -> Run<T> {
        let value = self.force(subject)?;
        let diag =
            Diag::error(ErrorCode::NoMatch, "no arm matches the value").at(self.keyword(id), self.describe(&value));
        let scalar = matches!(value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Text(_));
        let shown = self.short(&value);
        self.error(if scalar && !shown.ends_with('…') {
            diag.help(format!("add an arm for it, `{shown} => …`, or `_ => …` for all others"))
        } else {
            diag.help("add an arm for it, or `_ => …` for all others")
        })
    }

    /// The body of the arm that is taken, what it binds in its slots.
    pub(super) fn arm(&mut self, subject: &Value, arms: RowId, frame: &Frame) -> Run<Option<CodeId>> {
        let Row::Arms(arms) = self.program.rows[arms].clone() else { return Ok(None) };
        for arm in arms.iter() {
            if !self.holds(&arm.pattern, subject, frame)? {
                continue;
            }
            let passes = match arm.guard {
                Some(guard) => self.truth(guard, frame)?,
                None => true,
            };
            if passes {
                return Ok(Some(arm.body));
            }
        }
        Ok(None)
    }

    /// The word `match` alone: its arms are many lines.
    fn keyword(&self, id: CodeId) -> Loc {
        let whole = self.loc(id);
        let word = Span { end: whole.span.start + MATCH.len() as u32, ..whole.span };
        let text = self.sources.get(whole.file).text.get(word.range());
        if text == Some(MATCH) { word.at(whole.file) } else { whole }
    }

    fn holds(&mut self, pattern: &PatternCode, subject: &Value, frame: &Frame) -> Run<bool> {
        match pattern {
            PatternCode::Any => Ok(true),
            PatternCode::Bind(slot) => {
                self.stack[frame.base + *slot as usize] = subject.clone();
                Ok(true)
            }
            PatternCode::Test(ty) => {
                let value = self.force(subject)?;
                let ty = self.eval(*ty, frame)?;
                self.is_in(&value, &ty)
            }
            PatternCode::Record { fields, open } => match self.force(subject)? {
                Value::Record(record) => self.record_holds(fields, *open, &record, frame),
                _ => Ok(false),
            },
            PatternCode::List { items, rest } => match self.force(subject)? {
                Value::List(list) => {
                    let values = self.items(&list)?;
                    if values.len() < items.len() || (rest.is_none() && values.len() > items.len()) {
                        return Ok(false);
                    }
                    for (item, value) in items.iter().zip(values) {
                        if !self.holds(item, value, frame)? {
                            return Ok(false);
                        }
                    }
                    if let Some(Some(slot)) = rest {
                        let left = values.get(items.len()..).unwrap_or_default().to_vec();
                        self.stack[frame.base + *slot as usize] = Value::list(left);
                    }
                    Ok(true)
                }
                _ => Ok(false),
            },
        }
    }

    fn record_holds(&mut self, fields: &[FieldTest], open: bool, record: &Rc<Record>, frame: &Frame) -> Run<bool> {
        if !open {
            let names = self.names(record)?;
            if names.iter().any(|name| !fields.iter().any(|field| field.name == *name)) {
                return Ok(false);
            }
        }
        for field in fields {
            if self.slot_of(record, field.name)?.is_none() || !self.is_present(record, field.name, true)? {
                return Ok(false);
            }
            let value = self.lazy_field(record, field.name)?;
            if let Some(ty) = field.ty {
                let forced = self.force(&value)?;
                let ty = self.eval(ty, frame)?;
                if !self.is_in(&forced, &ty)? {
                    return Ok(false);
                }
            }
            if !self.holds(&field.pattern, &value, frame)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
