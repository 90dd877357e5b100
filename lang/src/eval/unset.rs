//! What a field without a value gives: nothing where it may be missing, an error where it is required,
//! and a word on `name: value` where YAML's way of writing was meant.

use super::compose::Found;
use super::fault::Run;
use super::vm::{Vm, record_loc};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::{Loc, Span};
use crate::base::symbol::Symbol;
use crate::code::code::{Code, CodeId, FieldValue, Row, TypeCode};
use crate::value::record::{Body, Record};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// What a declared field without a value gives: an error, or nothing where it is optional.
    pub(super) fn no_value(&mut self, record: &Rc<Record>, name: Symbol, found: &Found) -> Run<Option<Value>> {
        // What lies below has no duty to be complete: `super.a ?? d` is `d`.
        let Some(required) = found.required.filter(|_| !matches!(record.body, Body::Super { .. })) else {
            return Ok(None);
        };
        self.refuse_habit(name, required, found)?;
        let diag = Diag::error(ErrorCode::MissingField, format!("the field `{name}` needs a value"));
        let place = self.written_by_user(record, required).unwrap_or_else(|| record_loc(record));
        let diag = if place.file == required.file && place.span.contains(required.span.start) {
            diag.at(required, "declared here without one")
                .help(format!("give it one: `{name} = …`, or make it optional: `{name}? : …`"))
        } else {
            diag.at(place, format!("this record does not define `{name}`"))
                .also(required, "declared here without a value")
                .help(format!("give it one here: `{name} = …`"))
        };
        self.error(diag)
    }

    /// The topmost braces of a record that stand outside of the library and do not declare the field.
    fn written_by_user(&self, record: &Rc<Record>, declared: Loc) -> Option<Loc> {
        match &record.body {
            Body::Data(Some(template)) | Body::Braces { template, .. } => {
                let name = &self.sources.get(template.loc.file).name;
                let place = template.loc;
                let declares = place.file == declared.file && place.span.contains(declared.span.start);
                (place != Loc::default() && !declares && !name.starts_with("std/")).then_some(place)
            }
            Body::And(parts) | Body::Over(parts) => {
                parts.iter().rev().find_map(|part| self.written_by_user(part, declared))
            }
            Body::Classed(_, inner) | Body::Checked { inner, .. } => self.written_by_user(inner, declared),
            Body::Data(None) | Body::Super { .. } => None,
        }
    }

    /// `replicas: 3` in place of `replicas = 3`: a literal as an annotation, and no value.
    fn refuse_habit(&mut self, name: Symbol, required: Loc, found: &Found) -> Run<()> {
        let Some(at) = found.types.first() else { return Ok(()) };
        if !self.is_literal_type(&at.code)
            || at.code.loc.file != required.file
            || at.code.loc.span.start < required.span.end
        {
            return Ok(());
        }
        let colon = Span { start: required.span.end, end: at.code.loc.span.start };
        let value = self.source_text(at.code.loc).unwrap_or("…");
        let diag = Diag::error(ErrorCode::YamlHabit, format!("`{name}` has an annotation and no value"))
            .at(required, "`:` says which type a field has, `=` gives it a value")
            .fix(format!("write `{name} = {value}`"), colon.at(required.file), " = ");
        self.error(diag)
    }

    fn is_literal_type(&self, ty: &TypeCode) -> bool {
        self.is_literal(self.program.protos[ty.proto].code)
    }

    /// Whether code is a literal, or a record or list of nothing else.
    fn is_literal(&self, code: CodeId) -> bool {
        match self.program.codes[code] {
            Code::Int(_) | Code::Bool(_) | Code::Null => true,
            Code::Const(index) => !matches!(self.consts[index.0 as usize], Value::Type(_) | Value::Native(_)),
            Code::Once(proto) | Code::Delay { proto, .. } => self.is_literal(self.program.protos[proto].code),
            Code::MakeRecord(template) => {
                let fields = &self.program.templates[template].fields;
                !fields.is_empty()
                    && fields.iter().all(|field| match field.value {
                        FieldValue::Direct(_) => true,
                        FieldValue::None => field.types.first().is_some_and(|ty| self.is_literal_type(ty)),
                        FieldValue::Code { proto, .. } => self.is_literal(self.program.protos[proto].code),
                    })
            }
            Code::MakeList(row) => match &self.program.rows[row] {
                Row::Codes(codes) => codes.iter().all(|code| self.is_literal(*code)),
                Row::Text(_) | Row::Elems(_) | Row::Arms(_) | Row::FnType(_) | Row::Import { .. } => false,
            },
            _ => false,
        }
    }
}
