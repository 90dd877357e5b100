//! Unions and intersections of types.

use super::fault::Run;
use super::kinds::quick;
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::code::code::{BaseType, CodeId, Compare};
use crate::value::record::Record;
use crate::value::types::{Label, Type};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// `A | B`
    #[inline(never)]
    pub(super) fn union(&mut self, left: &Value, right: &Value, id: CodeId) -> Run {
        let mut members = Vec::new();
        for side in [left, right] {
            match side {
                Value::Type(ty) => match &**ty {
                    Type::Union(inner) => members.extend(inner.iter().cloned()),
                    _ => members.push(side.clone()),
                },
                Value::Absent | Value::Replace(_) => return self.mark_elsewhere(id),
                side => members.push(side.clone()),
            }
        }
        Ok(Value::Type(Rc::new(Type::Union(members.into()))))
    }

    /// `A & B` where one side is a type or a predicate: what is in both. Records among the parts
    /// are one type with the fields of all, as they are where two annotations meet on a field.
    pub(super) fn meet(&mut self, left: &Value, right: &Value) -> Run {
        let mut parts: Vec<Value> = Vec::new();
        for side in [left, right] {
            match side {
                Value::Type(ty) if let Type::Meet(inner) = &**ty => {
                    for part in inner {
                        self.meet_part(&mut parts, part)?;
                    }
                }
                side => self.meet_part(&mut parts, side)?,
            }
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        Ok(Value::Type(Rc::new(Type::Meet(parts.into()))))
    }

    fn meet_part(&mut self, parts: &mut Vec<Value>, part: &Value) -> Run<()> {
        for other in parts.iter_mut() {
            if let (Value::Record(a), Value::Record(b)) = (&*other, part) {
                *other = Value::Record(self.and(vec![a.clone(), b.clone()]));
                return Ok(());
            }
            if self.agree(other, part)? {
                return Ok(());
            }
        }
        parts.push(part.clone());
        Ok(())
    }

    pub(super) fn constraint(&mut self, op: Compare, bound: Value, id: CodeId) -> Run {
        let fits = match op {
            Compare::Matches | Compare::NotMatches => matches!(bound, Value::Text(_)),
            Compare::Equal | Compare::NotEqual => true,
            _ => matches!(bound, Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Text(_)),
        };
        if !fits {
            return self.wrong_kind("a number or a string as a bound", &bound, id);
        }
        if let (Compare::Matches | Compare::NotMatches, Value::Text(pattern)) = (op, &bound)
            && let Err(message) = crate::calc::regex::compile(pattern.as_str())
        {
            let diag = Diag::error(ErrorCode::BadArgument, "the pattern is not a regular expression");
            return self.error(diag.at(self.loc(id), "this pattern").note(message));
        }
        Ok(Value::Type(Rc::new(Type::Constraint(op, bound))))
    }

    /// A value against the members of a union: scalars need no separation; of lists, records and
    /// functions there must be one member that the value chooses by its kind or by a literal field.
    pub(super) fn check_union(&mut self, value: &Value, ty: &Value, members: &[Value], label: &Rc<Label>) -> Run {
        if quick(value, ty) == Some(true) {
            return Ok(value.clone());
        }
        let mut candidates = Vec::new();
        for member in members {
            let member = self.force(member)?;
            match may_hold(value, &member) {
                Fit::No => {}
                Fit::Inside => candidates.push(member),
                Fit::Ask => {
                    if self.is_in(value, &member)? {
                        return self.judge(value, &member, label);
                    }
                }
            }
        }
        match &candidates[..] {
            [] => self.outside(value, ty, members, label),
            [only] => self.judge(value, &only.clone(), label),
            _ => self.choose(value, ty, candidates, label),
        }
    }

    /// A value in no member. Of `T?` it is said why it is no `T`, for nobody meant null by it.
    #[cold]
    fn outside(&mut self, value: &Value, ty: &Value, members: &[Value], label: &Rc<Label>) -> Run {
        let mut others = Vec::new();
        for member in members {
            others.extend(Some(self.force(member)?).filter(|member| !matches!(member, Value::Null)));
        }
        match &others[..] {
            [only] if others.len() < members.len() => self.judge(value, &only.clone(), label),
            _ => self.blame(value, ty, label),
        }
    }

    fn choose(&mut self, value: &Value, ty: &Value, candidates: Vec<Value>, label: &Rc<Label>) -> Run {
        let Value::Record(record) = value else { return self.ambiguous(label) };
        let mut chosen = Vec::new();
        let mut told_apart = false;
        for candidate in &candidates {
            let Value::Record(of) = candidate else { return self.ambiguous(label) };
            match self.literals_hold(record, of)? {
                Some(true) => {
                    told_apart = true;
                    chosen.push(candidate.clone());
                }
                Some(false) => told_apart = true,
                None => chosen.push(candidate.clone()),
            }
        }
        match &chosen[..] {
            [only] => self.judge(value, &only.clone(), label),
            [] => self.no_member(record, &candidates, value, ty, label),
            _ if told_apart => self.judge(value, &chosen[0].clone(), label),
            _ => self.ambiguous(label),
        }
    }

    /// Whether the record has the literals that a type asks for in its fields; `None` if it asks for none.
    fn literals_hold(&mut self, record: &Rc<Record>, of: &Rc<Record>) -> Run<Option<bool>> {
        self.learn_all(of)?;
        let mut asked = None;
        for name in of.shape().names() {
            let mut found = super::compose::Found::default();
            let look = super::compose::Lookup { this: record, name: *name };
            self.type_definitions(&look, of, &mut found)?;
            for at in &found.types {
                let frame = super::vm::FieldFrame { leaf: at.leaf.clone(), below: None };
                let ty = self.run_field_code(at.code.proto, record, &frame)?;
                if !is_literal(&ty) {
                    continue;
                }
                let holds = match self.field(record, *name)? {
                    Some(value) => self.is_in(&value, &ty)?,
                    None => false,
                };
                asked = Some(asked.unwrap_or(true) && holds);
            }
        }
        Ok(asked)
    }

    /// None of the members has the literal that the record has: said with the field that tells them apart.
    #[cold]
    fn no_member(&mut self, record: &Rc<Record>, of: &[Value], value: &Value, ty: &Value, label: &Rc<Label>) -> Run {
        let mut wanted: Vec<Value> = Vec::new();
        let mut field = None;
        for candidate in of {
            let Value::Record(candidate) = candidate else { continue };
            for name in candidate.shape().names() {
                let mut found = super::compose::Found::default();
                let look = super::compose::Lookup { this: record, name: *name };
                self.type_definitions(&look, candidate, &mut found)?;
                for at in &found.types {
                    let frame = super::vm::FieldFrame { leaf: at.leaf.clone(), below: None };
                    let part = self.run_field_code(at.code.proto, record, &frame)?;
                    if is_literal(&part) && field.is_none_or(|field| field == *name) {
                        field = Some(*name);
                        wanted.push(part);
                    }
                }
            }
        }
        let Some(field) = field else { return self.blame(value, ty, label) };
        let shown: Vec<String> = wanted.iter().map(|part| self.show_type(part)).collect();
        let has = format!("and the union has {}", shown.join(" | "));
        match self.field(record, field)? {
            Some(found) => {
                let message = format!("`{field}` is {}, {has}", self.short(&found));
                let place = self.value_loc(record, field).or(label.value);
                let label = Rc::new(Label { value: place, ..(**label).clone() });
                let wanted = Value::Type(Rc::new(Type::Union(wanted.into())));
                self.blame_with(&found, &wanted, &label, Some(&message))
            }
            None => self.blame_with(value, ty, label, Some(&format!("`{field}` is missing, {has}"))),
        }
    }

    #[cold]
    fn ambiguous<T>(&self, label: &Label) -> Run<T> {
        let diag = Diag::error(ErrorCode::AmbiguousUnion, "the members of this union cannot be told apart")
            .at(label.ty, "more than one of them takes a value of this kind")
            .help("give each record a field with a literal of its own: `{ kind : \"vm\", … } | { kind : \"lxc\", … }`");
        self.error(diag)
    }
}

enum Fit {
    No,
    /// The kind fits; what is inside remains to be checked.
    Inside,
    /// Only asking tells.
    Ask,
}

fn may_hold(value: &Value, member: &Value) -> Fit {
    match (value, member) {
        (Value::Record(_), Value::Record(_)) | (Value::List(_), Value::List(_)) => Fit::Inside,
        (_, Value::Record(_) | Value::List(_)) => Fit::No,
        (_, Value::Type(ty)) => match &**ty {
            Type::Base(BaseType::Any) | Type::Var(_) => Fit::Inside,
            Type::Fn { .. } if value.is_function() => Fit::Inside,
            Type::Strategy { .. } if matches!(value, Value::List(_)) => Fit::Inside,
            Type::Fn { .. } | Type::Strategy { .. } => Fit::No,
            _ => Fit::Ask,
        },
        _ => Fit::Ask,
    }
}

fn is_literal(ty: &Value) -> bool {
    match ty {
        Value::Text(_) | Value::Int(_) | Value::Bool(_) | Value::Null => true,
        Value::Type(of) => match &**of {
            Type::Union(members) => members.iter().all(is_literal),
            _ => false,
        },
        _ => false,
    }
}
