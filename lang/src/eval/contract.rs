//! Annotations at run time: a value is returned as it is, or somebody is blamed.
//!
//! Scalars are checked at once. Lists, records and functions are let through, and what is inside of
//! them is checked when it is read: a record gets a `Checked` body, an element a thunk, a function a
//! guard. Nothing is converted, added or dropped.

use super::compose::{Def, Defs, Found, What};
use super::fault::{Fault, Run};
use super::guards::has_passed;
use super::kinds::{hides, quick};
use super::profile::Work;
use super::vm::{FieldFrame, Frame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::code::code::{BaseType, Code, CodeId, Compare, FieldValue, Row, RowId};
use crate::value::list::{List, Origin};
use crate::value::record::{Body, Record};
use crate::value::thunk::Todo;
use crate::value::types::{FnParam, Label, Role, Type};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// The value, if it is in the type; else the error that blames.
    pub fn check(&mut self, value: &Value, ty: &Value, label: &Rc<Label>) -> Run {
        if !matches!(ty, Value::Record(_) | Value::List(_) | Value::Type(_)) {
            self.contracts += 1;
            let judged = self.framed(|_| Work::Contract(label.ty), |vm| vm.judge(value, ty, label));
            return judged.map_err(|fault| self.with_near_integers(fault, value, (ty, ty), label));
        }
        let value = self.force(value)?;
        if has_passed(&value, ty) {
            self.counts.contracts_skipped += 1;
            return Ok(value);
        }
        self.contracts += 1;
        self.framed(|_| Work::Contract(label.ty), |vm| vm.judge(&value, ty, label))
    }

    /// A check that is part of another one.
    pub(super) fn judge(&mut self, value: &Value, ty: &Value, label: &Rc<Label>) -> Run {
        match ty {
            Value::Type(of) => self.check_type(value, ty, &of.clone(), label),
            Value::List(list) => self.check_list_type(value, ty, &list.clone(), label),
            Value::Record(of) => match self.force(value)? {
                value if has_passed(&value, ty) => {
                    self.counts.contracts_skipped += 1;
                    Ok(value)
                }
                // `{ ... }` asks nothing but that it is a record.
                Value::Record(record) if Vm::asks_nothing(of) => Ok(Value::Record(record)),
                Value::Record(record) => Ok(Value::Record(self.checked_record(record, of, label))),
                other => self.blame(&other, ty, label),
            },
            Value::Closure(_) | Value::Native(_) => {
                let value = self.force(value)?;
                self.check_predicate(&value, ty, ty, label)
            }
            Value::Thunk(thunk) => {
                let ty = self.force_thunk(thunk)?;
                self.judge(value, &ty, label)
            }
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::BigInt(_) => {
                let value = self.force(value)?;
                if self.agree(&value, ty)? { Ok(value) } else { self.blame(&value, ty, label) }
            }
            other => self.not_a_type(other, label),
        }
    }

    /// The same for a value that need not be computed now.
    pub fn check_lazily(&mut self, value: &Value, ty: &Value, label: &Rc<Label>) -> Run {
        let known = match value {
            Value::Thunk(thunk) => thunk.done(),
            value => Some(value.clone()),
        };
        match known {
            Some(known) => {
                let checked = self.check(&known, ty, label)?;
                Ok(self.known_by(checked, || Todo::Check {
                    value: value.clone(),
                    ty: ty.clone(),
                    label: label.clone(),
                }))
            }
            None => Ok(self.suspend(Todo::Check { value: value.clone(), ty: ty.clone(), label: label.clone() })),
        }
    }

    fn check_type(&mut self, value: &Value, ty: &Value, of: &Rc<Type>, label: &Rc<Label>) -> Run {
        match &**of {
            Type::Union(members) => {
                let value = self.force(value)?;
                self.check_union(&value, ty, members, label)
            }
            Type::Meet(parts) => {
                let mut value = value.clone();
                let (secret, plain): (Vec<&Value>, Vec<&Value>) = parts.iter().partition(|part| hides(part));
                for part in secret.into_iter().chain(plain) {
                    let judged = self.judge(&value, part, label);
                    value = judged.map_err(|fault| self.with_near_integers(fault, &value, (part, ty), label))?;
                }
                self.force(&value)
            }
            Type::Fn { .. } => match self.force(value)? {
                Value::Closure(closure) => self.guarded(&closure, ty, of, label),
                Value::Native(native) => self.guarded_native(native, ty, of, label),
                other => self.blame(&other, ty, label),
            },
            Type::Strategy { element, .. } => match self.force(value)? {
                Value::List(list) => self.check_elements(&list, element, label),
                other => self.blame(&other, ty, label),
            },
            Type::Named { test, .. } => {
                let value = self.force(value)?;
                self.check_predicate(&value, &test.clone(), ty, label)
            }
            Type::Secret(inner) => self.seal(value, &inner.clone(), label),
            Type::Constraint(op, bound) => {
                let value = self.force(value)?;
                if self.satisfies(&value, *op, bound)? { Ok(value) } else { self.blame(&value, ty, label) }
            }
            _ => {
                let value = self.force(value)?;
                if super::kinds::is_kind(&value, of) { Ok(value) } else { self.blame(&value, ty, label) }
            }
        }
    }

    pub(super) fn satisfies(&mut self, value: &Value, op: Compare, bound: &Value) -> Run<bool> {
        match (op, value, bound) {
            // A secret is in no constraint: what is asked of it is asked inside of `Secret(…)`.
            (_, Value::Secret(_), _) => Ok(false),
            (Compare::Equal, _, _) => self.agree(value, bound),
            (Compare::NotEqual, _, _) => Ok(!self.agree(value, bound)?),
            (Compare::Matches | Compare::NotMatches, Value::Text(text), Value::Text(pattern)) => {
                let regex = crate::calc::regex::compile(pattern.as_str());
                let found = regex.is_ok_and(|regex| regex.is_match(text.as_str()));
                Ok(found == (op == Compare::Matches))
            }
            (Compare::Matches | Compare::NotMatches, _, _) => Ok(false),
            (_, Value::Text(a), Value::Text(b)) => Ok(super::ops::order_holds(op, a.as_str().cmp(b.as_str()))),
            _ => Ok(super::ops::compare_numbers(value, bound).is_some_and(|order| super::ops::order_holds(op, order))),
        }
    }

    fn check_list_type(&mut self, value: &Value, ty: &Value, list: &Rc<List>, label: &Rc<Label>) -> Run {
        let [element] = self.items(list)? else {
            let diag = Diag::error(ErrorCode::NotAType, "a list as a type has one element")
                .at(label.ty, "this annotation")
                .help("write `[T]` for a list of T, whatever its length");
            return self.error(diag);
        };
        match self.force(value)? {
            Value::List(list) => self.check_elements(&list, element, label),
            other => self.blame(&other, ty, label),
        }
    }

    /// The list with each element checked when it is read; the same list if all that is known passes.
    fn check_elements(&mut self, list: &Rc<List>, element: &Value, label: &Rc<Label>) -> Run {
        let element = self.force(element)?;
        if let Some((start, _)) = list.as_range()
            && quick(&Value::Int(start), &element) == Some(true)
            && matches!(&element, Value::Type(ty) if matches!(**ty, Type::Base(_)))
        {
            return Ok(Value::List(list.clone()));
        }
        let items = self.items(list)?;
        let mut out: Option<Vec<Value>> = None;
        for (index, item) in items.iter().enumerate() {
            let known = match item {
                Value::Thunk(thunk) => thunk.done(),
                item => Some(item.clone()),
            };
            if known.is_some_and(|known| quick(&known, &element) == Some(true)) {
                self.contracts += 1;
                if let Some(out) = &mut out {
                    out.push(item.clone());
                }
                continue;
            }
            let mut label = (*label.inside(&format!("[{index}]"))).clone();
            label.value = self.element_loc(list, index).or(label.value);
            let label = Rc::new(label);
            let todo = Todo::Check { value: item.clone(), ty: element.clone(), label };
            let later = self.suspend(todo);
            out.get_or_insert_with(|| items[..index].to_vec()).push(later);
        }
        Ok(match out {
            Some(out) => Value::List(List::passed(out, element, list.origin())),
            None => Value::List(list.clone()),
        })
    }

    /// Where an element stands, if its list is written down.
    pub fn element_loc(&self, list: &List, index: usize) -> Option<Loc> {
        match list.origin()? {
            Origin::Brackets(row) => match &self.program.rows[row] {
                Row::Codes(codes) => codes.get(index).map(|code| self.loc(*code)),
                _ => None,
            },
            Origin::Data(_) => self.read_element(list, index),
        }
    }

    fn asks_nothing(ty: &Rc<Record>) -> bool {
        let Body::Braces { template: of, .. } = &ty.body else { return false };
        of.open && of.fields.is_empty() && of.blocks.is_empty() && of.asserts.is_empty() && of.rest.is_none()
    }

    /// The record with its fields checked as they are read.
    fn checked_record(&self, record: Rc<Record>, ty: &Rc<Record>, label: &Rc<Label>) -> Rc<Record> {
        Record::composed(Body::Checked { inner: record.clone(), ty: ty.clone(), label: label.clone() })
    }

    /// A field of a checked record: the inner value, with the annotations that the type has for it.
    pub(super) fn checked_field(
        &mut self,
        record: &Rc<Record>,
        inner: &Rc<Record>,
        ty: &Rc<Record>,
        label: &Rc<Label>,
        name: Symbol,
    ) -> Run<Option<Value>> {
        let Some(mut value) = self.field(inner, name)? else { return Ok(None) };
        let mut found = Found::default();
        let look = super::compose::Lookup { this: record, name };
        let defs = self.type_definitions(&look, ty, &mut found)?;
        let place = self.value_loc(inner, name).or(label.value);
        for at in &found.types {
            let frame = FieldFrame { leaf: at.leaf.clone(), below: None };
            let of = |_: &Vm| Work::Contract(at.code.loc);
            let part = self.framed(of, |vm| vm.run_field_code(at.code.proto, record, &frame))?;
            let inner = label.inside(&format!(".{name}"));
            let way = if label.way == 0 { self.way_of(record) } else { label.way };
            let label = Rc::new(Label { ty: at.code.loc, value: place, way, ..(*inner).clone() });
            value = self.check(&value, &part, &label)?;
        }
        if let Some(path) = defs.as_ref().and_then(|defs| self.path_type(defs)) {
            let label = label.inside(&format!(".{name}"));
            value = self.check(&value, &Value::Record(path), &label)?;
        }
        Ok(Some(value))
    }

    /// `a.b : T` in a type: the record that the path stands for is a type too.
    fn path_type(&mut self, defs: &Defs) -> Option<Rc<Record>> {
        let Defs::One(Def { leaf, what: What::Field(index), .. }) = defs else { return None };
        let Body::Braces { template, .. } = &leaf.body else { return None };
        let field = template.fields.get(*index)?;
        let FieldValue::Direct(code) = field.value else { return None };
        let Code::MakeRecord(made) = self.program.codes[code] else { return None };
        if !self.program.templates[made].path {
            return None;
        }
        match leaf.get(leaf.slot(field.name)?) {
            Value::Record(record) => Some(record),
            _ => None,
        }
    }

    /// What a record type says of a record as a whole: which fields must be there, and which may.
    pub(super) fn check_presence(&mut self, record: &Rc<Record>, ty: &Rc<Record>, label: &Rc<Label>) -> Run<()> {
        self.learn_all(ty)?;
        let (mut missing, mut extra) = (Vec::new(), Vec::new());
        let declared = ty.shape();
        for name in declared.names() {
            let mut found = Found::default();
            let look = super::compose::Lookup { this: record, name: *name };
            let defs = self.type_definitions(&look, ty, &mut found)?;
            let needed = found.required.is_some() || (defs.is_some() && found.starts.is_empty());
            let there = self.slot_of(record, *name)?.is_some() && self.is_present(record, *name, true)?;
            if needed && !there {
                missing.push((name.text(), self.missing(record, *name, label, defs.is_some())));
            }
        }
        if self.is_closed_type(ty) {
            self.learn_all(record)?;
            for name in record.shape().names() {
                if declared.slot(*name).is_none() && self.is_extra(record, ty, *name)? {
                    // A misspelt name is one mistake: what it stands for is not missing as well.
                    let meant = near_declared(ty, *name);
                    missing.retain(|(name, _)| meant.as_deref() != Some(&**name));
                    extra.push(self.extra(record, ty, *name, label));
                }
            }
        }
        let diags: Vec<Diag> = missing.into_iter().map(|(_, diag)| diag).chain(extra).collect();
        if diags.is_empty() { Ok(()) } else { Err(Fault::many(diags)) }
    }

    fn is_extra(&mut self, record: &Rc<Record>, ty: &Rc<Record>, name: Symbol) -> Run<bool> {
        let mut found = Found::default();
        let look = super::compose::Lookup { this: record, name };
        self.type_definitions(&look, ty, &mut found)?;
        if !found.types.is_empty() {
            return Ok(false);
        }
        if self.has_schema(record)? && !self.refuses(record, name)? {
            return Ok(false);
        }
        self.is_present(record, name, true)
    }

    #[cold]
    fn missing(&self, record: &Rc<Record>, name: Symbol, label: &Label, default: bool) -> Diag {
        let path =
            if label.path.is_empty() { String::new() } else { format!(" in `{}`", label.path.trim_start_matches('.')) };
        let place = Some(self.place(record)).filter(|loc| *loc != Loc::default()).or(label.value);
        let diag = Diag::error(ErrorCode::Contract, format!("the field `{name}` is missing{path}"));
        let diag = match place {
            Some(place) => {
                diag.at(place, format!("this record has no `{name}`")).also(label.ty, "needed by this annotation")
            }
            None => diag.at(label.ty, "needed by this annotation"),
        };
        if default {
            let schema = self.source_text(label.ty).unwrap_or("Schema");
            diag.help(format!("an annotation adds nothing; start from it to get its defaults: `{schema} with {{ … }}`"))
        } else {
            diag.help(format!("give it a value: `{name} = …`"))
        }
    }

    #[cold]
    fn extra(&self, record: &Rc<Record>, ty: &Rc<Record>, name: Symbol, label: &Label) -> Diag {
        let known: Vec<Rc<str>> = ty.shape().names().iter().map(|name| name.text()).collect();
        let near = near_declared(ty, name);
        let diag = Diag::error(ErrorCode::Contract, format!("the annotation does not declare `{name}`"))
            .at(self.definition(record, name), "not a field of the type")
            .also(label.ty, "the annotation");
        match near {
            Some(near) => diag.meant(Some(&near), self.definition(record, name), &name.text()),
            None if known.is_empty() => diag.note("it declares no field").help("`...` in the type allows other fields"),
            None => {
                let declared = format!("it declares {}", suggest::listed(&known, &name.text()));
                diag.note(declared).help("`...` in the type allows other fields")
            }
        }
    }

    fn is_closed_type(&self, ty: &Rc<Record>) -> bool {
        match &ty.body {
            Body::Braces { template, .. } => !template.open,
            Body::And(parts) | Body::Over(parts) => parts.iter().all(|part| self.is_closed_type(part)),
            Body::Classed(_, inner) | Body::Checked { inner, .. } => self.is_closed_type(inner),
            Body::Data(_) | Body::Super { .. } => true,
        }
    }

    fn check_predicate(&mut self, value: &Value, test: &Value, ty: &Value, label: &Rc<Label>) -> Run {
        let outer = std::mem::replace(&mut self.site, label.ty);
        let answer = self.call(test, std::slice::from_ref(value));
        self.site = outer;
        match answer? {
            Value::Bool(true) => Ok(value.clone()),
            Value::Bool(false) => self.blame(value, ty, label),
            Value::Text(message) => self.blame_with(value, ty, label, Some(message.as_str())),
            Value::Type(of) if matches!(*of, Type::Secret(_)) => {
                let diag = Diag::error(ErrorCode::NotAType, "`Secret` needs the type of what it hides");
                self.error(diag.at(label.ty, "this annotation").help("write `Secret(String)`, or `Secret(Any)`"))
            }
            other => {
                let title = format!("a predicate returns true, false or a message, this one returned {}", other.kind());
                self.error(Diag::error(ErrorCode::NotAType, title).at(label.ty, "this annotation"))
            }
        }
    }

    /// Whether a value is in a type, with everything inside.
    pub fn is_in(&mut self, value: &Value, ty: &Value) -> Run<bool> {
        if let Some(answer) = quick(value, ty) {
            return Ok(answer);
        }
        let label = Rc::new(Label { ty: Loc::default(), value: None, role: Role::Value, path: "".into(), way: 0 });
        let result = self.judge(value, ty, &label).and_then(|value| self.force_deep(&value));
        match result {
            Ok(()) => Ok(true),
            Err(fault) => match fault.code() {
                Some(
                    ErrorCode::Contract | ErrorCode::Undeclared | ErrorCode::MissingField | ErrorCode::AssertFailed,
                ) => Ok(false),
                _ => Err(fault),
            },
        }
    }

    /// Computes everything inside a value.
    pub fn force_deep(&mut self, value: &Value) -> Run<()> {
        match self.force(value)? {
            Value::List(list) => {
                self.enter()?;
                for item in self.items(&list)? {
                    self.force_deep(item).inspect_err(|_| self.depth -= 1)?;
                }
                self.leave();
            }
            Value::Record(record) => {
                self.enter()?;
                for name in self.names(&record)? {
                    if let Some(value) = self.field(&record, name).inspect_err(|_| self.depth -= 1)? {
                        self.force_deep(&value).inspect_err(|_| self.depth -= 1)?;
                    }
                }
                self.leave();
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn check_param(&mut self, slot: u32, ty: CodeId, frame: &Frame) -> Run<()> {
        let place = frame.base + slot as usize;
        let ty_value = self.eval(ty, frame)?;
        let given = self.stack[place].clone();
        let value = match &given {
            Value::Thunk(thunk) => thunk.done().unwrap_or_else(|| given.clone()),
            value => value.clone(),
        };
        // What passes at a look needs no label, which takes longer than the look.
        if has_passed(&value, &ty_value) {
            self.counts.contracts_skipped += 1;
            return Ok(());
        }
        if is_any(&ty_value) || quick(&value, &ty_value) == Some(true) || all_quick(&value, &ty_value) {
            self.contracts += 1;
            return Ok(());
        }
        let value_loc =
            frame.callee.map(|callee| self.argument_loc(callee.proto, slot)).filter(|loc| *loc != Loc::default());
        let name = frame.callee.and_then(|callee| self.program.protos[callee.proto].params.get(slot as usize)?.name);
        let path = name.map_or(String::new(), |name| format!(".{name}")).into();
        let label = Rc::new(Label { ty: self.loc(ty), value: value_loc, role: Role::Argument, path, way: 0 });
        // A wrong argument that is never read is nobody's mistake: it waits.
        let checked = match value {
            Value::List(_) | Value::Record(_) if quick(&value, &ty_value).is_none() => {
                self.check_lazily(&given, &ty_value, &label)?
            }
            _ => self.suspend(Todo::Check { value: given, ty: ty_value, label }),
        };
        self.stack[place] = checked;
        Ok(())
    }

    pub(super) fn fn_type(&mut self, row: RowId, frame: &Frame) -> Run {
        let Row::FnType(code) = self.program.rows[row].clone() else { return Ok(Value::Null) };
        let mut params = Vec::with_capacity(code.params.len());
        for param in &code.params {
            params.push(FnParam { name: param.name, ty: self.eval(param.ty, frame)?, optional: param.optional });
        }
        let result = self.eval(code.result, frame)?;
        Ok(Value::Type(Rc::new(Type::Fn { params: params.into(), result })))
    }
}

fn is_any(ty: &Value) -> bool {
    matches!(ty, Value::Type(of) if matches!(**of, Type::Base(BaseType::Any)))
}

/// A list whose elements are all known and in the type: nothing is left to look at.
fn all_quick(value: &Value, ty: &Value) -> bool {
    match (value, ty) {
        (Value::List(list), Value::List(of)) => match (list.ready(), of.ready()) {
            (Some(items), Some([element])) => {
                items.iter().all(|item| is_any(element) || quick(item, element) == Some(true))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The field of a record type that a name was most likely meant to be.
fn near_declared(ty: &Rc<Record>, name: Symbol) -> Option<String> {
    let known: Vec<Rc<str>> = ty.shape().names().iter().map(|name| name.text()).collect();
    suggest::nearest(&name.text(), known.iter().map(|name| &**name)).map(str::to_owned)
}
