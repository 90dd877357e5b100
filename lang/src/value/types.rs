//! Types as values: what an annotation evaluates to, beside plain values that serve as types
//! (literals, `[T]`, records of annotations, predicates).

pub use super::value::{FnParam, Label, Role, Secret, Strategy, Type};
use std::rc::Rc;

impl Label {
    /// The label of a part of the value.
    pub fn inside(&self, step: &str) -> Rc<Label> {
        let path = format!("{}{step}", self.path).into();
        Rc::new(Label { path, ..self.clone() })
    }
}
