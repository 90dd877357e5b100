//! Constants of code as values, made when the code comes in.

use super::vm::Vm;
use crate::code::code::{Const, ConstId};
use crate::value::list::List;
use crate::value::types::Type;
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// The constants of code that has been added.
    pub(super) fn load_consts(&mut self) {
        for index in self.consts.len()..self.program.consts.len() {
            let value = match &self.program.consts[ConstId(index as u32)] {
                Const::Library => self.std(),
                other => constant(other),
            };
            self.consts.push(value);
        }
    }
}

/// What a constant stands for.
fn constant(of: &Const) -> Value {
    match of {
        Const::Text(text) => Value::text(&**text),
        Const::Big(int) => Value::BigInt(int.clone()),
        Const::Float(float) => Value::Float(*float),
        Const::List(items, row) => Value::List(List::literal(items.iter().map(constant).collect(), *row)),
        Const::Bool(truth) => Value::Bool(*truth),
        Const::Int(int) => Value::Int(*int),
        Const::Native(native) => Value::Native(*native),
        Const::Type(base) => Value::Type(Rc::new(Type::Base(*base))),
        Const::Null | Const::Library => Value::Null,
    }
}
