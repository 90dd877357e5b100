//! Calls whose value can be said at once: library functions over long lists make no suspension for
//! an element that is cheaper to compute than to remember.

use super::vm::{Frame, Vm};
use crate::code::code::Code;
use crate::value::thunk::Todo;
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// What a call gives, if nothing has to run for it that could cost much or fail: arithmetic on
    /// numbers that are known, a field that is, a record or list whose inside stays lazy.
    /// It counts as a step; now and then it declines, so that the call looks at the limits.
    #[inline]
    pub fn foresee(&mut self, f: &Value, args: &[Value]) -> Option<Value> {
        if (self.steps + 1) & 0xfff == 0 {
            return None;
        }
        self.steps += 1;
        self.value_of(f, args)
    }

    fn value_of(&mut self, f: &Value, args: &[Value]) -> Option<Value> {
        let Value::Closure(closure) = f else { return None };
        let proto = &self.program.protos[closure.proto];
        if closure.guard.is_some() || proto.params.len() != args.len() {
            return None;
        }
        let (code, locals) = (proto.code, proto.locals as usize);
        let makes = match self.program.codes[code] {
            Code::MakeRecord(_) | Code::MakeList(_) | Code::MakeFn(_) => true,
            Code::Arith(..) | Code::Compare(..) | Code::Concat(..) | Code::Join(_) | Code::Field { .. } => false,
            _ => return None,
        };
        let base = self.stack.len();
        self.stack.extend_from_slice(args);
        self.stack.resize(base + locals.max(args.len()), Value::Pending);
        let frame = Frame { base, env: &closure.env, callee: Some(closure), field: None };
        let value = if makes { Some(self.delay(code, &frame)) } else { self.speculate(code, &frame) };
        self.stack.truncate(base);
        value
    }

    /// `f(x, y)`, in the same way.
    pub fn call_later2(&mut self, f: &Value, x: Value, y: Value) -> Value {
        let args = [x, y];
        let seen = self.foresee(f, &args);
        let [x, y] = args;
        let todo = || Todo::Apply2 { f: f.clone(), args: Rc::new((x, y)) };
        match seen {
            Some(value) => {
                self.counts.thunks_avoided += 1;
                self.known_by(value, todo)
            }
            None => self.suspend(todo()),
        }
    }

    /// `f(x)`, at once where that is cheap, else when it is needed.
    #[inline]
    pub fn call_later(&mut self, f: &Value, arg: &Value) -> Value {
        let known = match arg {
            Value::Thunk(thunk) => thunk.done(),
            value => Some(value.clone()),
        };
        let todo = || Todo::Apply { f: f.clone(), arg: arg.clone() };
        match known.and_then(|arg| self.value_of(f, std::slice::from_ref(&arg))) {
            Some(value) => {
                self.counts.thunks_avoided += 1;
                self.known_by(value, todo)
            }
            None => self.suspend(todo()),
        }
    }
}
