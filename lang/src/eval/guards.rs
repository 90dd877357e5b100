//! What keeps a contract to one look: what passed an annotation already is known by its looks, types are
//! compared as sets where that is cheap, and a function carries each promise once.

use super::fault::Run;
use super::vm::Vm;
use crate::base::symbol::Symbol;
use crate::code::code::{CallSite, Code, Const, Default, NativeId, ParamCode, Proto, ProtoId};
use crate::value::list::Source;
use crate::value::record::Body;
use crate::value::thunk::{Closure, Guard};
use crate::value::types::{FnParam, Label, Type};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// A type whose text reads nothing around it: computed at its first use, and kept.
    pub(super) fn once(&mut self, proto: ProtoId) -> Run {
        if let Some(known) = self.constants.get(&proto) {
            return Ok(known.clone());
        }
        let empty = self.empty.clone();
        let value = self.run_proto(proto, &empty)?;
        self.constants.insert(proto, value.clone());
        Ok(value)
    }

    /// A function that is held to a function type at each call.
    pub(super) fn guarded(&mut self, closure: &Rc<Closure>, ty: &Value, of: &Type, label: &Rc<Label>) -> Run {
        let params = &self.program.protos[closure.proto].params;
        let needed = params.iter().filter(|param| matches!(param.default, Default::Needed)).count();
        let (most, given) = (params.len(), if let Type::Fn { params, .. } = of { params.len() } else { 0 });
        if given < needed || given > most {
            let message = format!("it takes {most} arguments where {given} are given");
            return self.blame_with(&Value::Closure(closure.clone()), ty, label, Some(&message));
        }
        let guard = Guard { ty: ty.clone(), label: label.clone(), inner: closure.guard.clone() };
        let guard = Some(Rc::new(guard));
        Ok(Value::Closure(Rc::new(Closure { proto: closure.proto, env: closure.env.clone(), guard })))
    }

    /// The same for a function of the library: `fn(x, y) => f(x, y)` takes its place, once per annotation.
    pub(super) fn guarded_native(&mut self, native: NativeId, ty: &Value, of: &Type, label: &Rc<Label>) -> Run {
        let proto = match self.wrapped.get(&(native, label.ty)) {
            Some(proto) => *proto,
            None => {
                let proto = self.wrap(native, label);
                self.wrapped.insert((native, label.ty), proto);
                proto
            }
        };
        let closure = Rc::new(Closure { proto, env: self.empty.clone(), guard: None });
        self.guarded(&closure, ty, of, label)
    }

    fn wrap(&mut self, native: NativeId, label: &Label) -> ProtoId {
        let row = &self.library.natives[native.0 as usize];
        let (names, required) = (row.params, row.required);
        let loc = label.ty;
        let program = &mut self.program;
        let mut emit = |code| {
            program.locs.push(loc);
            program.codes.push(code)
        };
        let slots: Vec<_> = (0..names.len()).map(|slot| emit(Code::Local(slot as u32))).collect();
        let left_out = emit(Code::Absent);
        let constant = program.consts.push(Const::Native(native));
        let callee = {
            program.locs.push(loc);
            program.codes.push(Code::Const(constant))
        };
        let count = slots.len() as u16;
        let site = CallSite {
            start: program.args.len() as u32,
            len: count,
            positional: count,
            names: program.names.len() as u32,
        };
        program.args.extend(slots);
        let args = program.calls.push(site);
        program.locs.push(loc);
        let code = program.codes.push(Code::Call { callee, args });
        let params = names.iter().enumerate().map(|(index, name)| {
            let default = if index < required { Default::Needed } else { Default::Given(left_out) };
            ParamCode { name: Some(Symbol::new(name)), default }
        });
        let params = params.collect();
        let name = row.name.rsplit('.').next().map(Symbol::new);
        let proto = Proto { code, captures: Box::default(), locals: names.len() as u32, params, name, loc };
        let proto = self.program.protos.push(proto);
        self.load_consts();
        proto
    }
}

/// Whether a value has passed this very type before: what is inside of it is looked at once.
pub(super) fn has_passed(value: &Value, ty: &Value) -> bool {
    match (value, ty) {
        (Value::Record(record), Value::Record(_)) => {
            let mut at = record;
            while let Body::Checked { inner, ty: other, .. } = &at.body {
                if same_type(&Value::Record(other.clone()), ty) {
                    return true;
                }
                at = inner;
            }
            false
        }
        (Value::List(list), Value::List(of)) => match (&list.source, of.ready()) {
            (Source::Passed { element, .. }, Some([wanted])) => same_type(element, wanted),
            _ => false,
        },
        (Value::Closure(closure), Value::Type(_)) => {
            let mut guard = closure.guard.as_ref();
            while let Some(here) = guard {
                if same_type(&here.ty, ty) {
                    return true;
                }
                guard = here.inner.as_ref();
            }
            false
        }
        _ => false,
    }
}

/// Whether two types are surely the same set. Records are compared by their braces, predicates by identity.
pub(super) fn same_type(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Type(a), Value::Type(b)) => Rc::ptr_eq(a, b) || same_parts(a, b),
        (Value::Record(a), Value::Record(b)) => Rc::ptr_eq(a, b) || same_braces(&a.body, &b.body),
        (Value::List(a), Value::List(b)) => match (a.ready(), b.ready()) {
            (Some([a]), Some([b])) => same_type(a, b),
            _ => false,
        },
        (Value::Closure(a), Value::Closure(b)) => Rc::ptr_eq(a, b),
        (Value::Native(a), Value::Native(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Thunk(a), Value::Thunk(b)) => match (a.done(), b.done()) {
            (Some(a), Some(b)) => same_type(&a, &b),
            _ => Rc::ptr_eq(a, b),
        },
        _ => false,
    }
}

fn same_parts(a: &Type, b: &Type) -> bool {
    let all = |a: &[Value], b: &[Value]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_type(a, b));
    match (a, b) {
        (Type::Base(a), Type::Base(b)) => a == b,
        (Type::Union(a), Type::Union(b)) | (Type::Meet(a), Type::Meet(b)) => all(a, b),
        (Type::Fn { params: a, result }, Type::Fn { params: b, result: other }) => {
            let same = |(a, b): (&FnParam, &FnParam)| a.optional == b.optional && same_type(&a.ty, &b.ty);
            a.len() == b.len() && a.iter().zip(b.iter()).all(same) && same_type(result, other)
        }
        (Type::Constraint(op, bound), Type::Constraint(other, limit)) => op == other && same_type(bound, limit),
        _ => false,
    }
}

/// The same braces with nothing around them that they read.
fn same_braces(a: &Body, b: &Body) -> bool {
    match (a, b) {
        (Body::Braces { template: a, env, .. }, Body::Braces { template: b, env: other, .. }) => {
            Rc::ptr_eq(a, b) && (Rc::ptr_eq(env, other) || (env.is_empty() && other.is_empty()))
        }
        _ => false,
    }
}
