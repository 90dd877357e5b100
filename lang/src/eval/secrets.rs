//! Secrets: `Secret(T)` checks a value against T and seals it. From then on it is handed on, merged
//! and overridden like any other value, but nothing in the language looks inside again.
//!
//! While T is asked, messages show no value at all; and whatever was sealed is noted in the sources,
//! so that no message shows its text afterwards, in whatever line of a file it stands.

use super::fault::{Fault, Run};
use super::veil::hide_text;
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::value::types::{Label, Secret};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// The value sealed, if it is in the type of its insides.
    pub(super) fn seal(&mut self, value: &Value, inner: &Value, label: &Rc<Label>) -> Run {
        let value = self.force(value)?;
        if let Value::Secret(secret) = &value {
            let checked = self.check_inside(&secret.value, inner, label);
            // Whether a secret is in a type may not be asked, only demanded: the answer would be about its text.
            return checked.map(|_| value.clone()).map_err(|mut fault| {
                fault.diags.iter_mut().for_each(|diag| diag.code = ErrorCode::SecretShown);
                fault
            });
        }
        // Who only asks (`std.contract.check`, a union) has not said that it is one.
        let asked = label.ty == Loc::default();
        if !asked {
            if matches!(value, Value::Record(_) | Value::List(_)) {
                // What fails in it is told below.
                let _ = self.force_deep(&value);
            }
            self.hide_at(&value, label.value.unwrap_or_default());
        }
        let checked = self.check_inside(&value, inner, label)?;
        if asked {
            self.hide(&value);
        }
        Ok(Value::Secret(Rc::new(Secret { value: checked, reference: None })))
    }

    /// What a secret holds, sealed from now on whatever its type.
    pub fn sealed(&mut self, value: &Value) -> Run {
        let value = self.force(value)?;
        if let Value::Secret(secret) = &value {
            return Ok(secret.value.clone());
        }
        self.force_deep(&value)?;
        self.hide(&value);
        Ok(value)
    }

    /// The whole value against its type; no message on the way shows any of it.
    fn check_inside(&mut self, value: &Value, inner: &Value, label: &Rc<Label>) -> Run {
        self.sealing += 1;
        let checked = self.check(value, inner, label).and_then(|checked| {
            self.force_deep(&checked)?;
            Ok(checked)
        });
        self.sealing -= 1;
        checked
    }

    /// The same, with the place that the value was written at.
    pub(super) fn hide_at(&mut self, value: &Value, loc: Loc) {
        self.hide(value);
        if loc != Loc::default() {
            self.cover_literal(loc);
        }
    }

    /// Notes the texts of a value as such that must not be shown.
    fn hide(&mut self, value: &Value) {
        match value {
            Value::Thunk(thunk) => {
                if let Some(value) = thunk.done() {
                    self.hide(&value);
                }
            }
            Value::Text(text) => hide_text(&mut self.sources.hidden, text.as_str()),
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) => {
                let mut written = String::new();
                if super::ops::write_scalar(value, &mut written).is_some() {
                    self.sources.hidden.add(&written);
                }
            }
            Value::List(list) => list.ready().unwrap_or_default().to_vec().iter().for_each(|item| self.hide(item)),
            Value::Record(record) => {
                for name in record.shape().names() {
                    if let Some(value) = record.peek(*name) {
                        self.hide(&value);
                    }
                }
            }
            _ => {}
        }
    }

    /// A literal may be written otherwise than its value reads: its place is covered.
    fn cover_literal(&mut self, loc: Loc) {
        let text = self.sources.get(loc.file).text.get(loc.span.range()).unwrap_or_default();
        if text.starts_with(['"', '-'])
            || text.starts_with("r\"")
            || text.starts_with("r#")
            || text.starts_with(|c: char| c.is_ascii_digit())
        {
            self.sources.cover(loc);
        }
    }

    /// The error for a secret that would have to be opened; `what` follows on "a secret cannot".
    #[cold]
    pub fn secret_shown(&self, loc: Loc, what: &str) -> Box<Fault> {
        let diag = Diag::error(ErrorCode::SecretShown, format!("a secret cannot {what}"));
        let diag = if loc == Loc::default() { diag } else { diag.at(loc, "its text would come to light here") };
        Fault::new(diag.help("its reference can stand in its place: `std.secret.reference(…)`"))
    }
}
