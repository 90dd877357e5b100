//! Types that need no code to be run: the answer for a value that is known.

use super::ops::small_compare;
use crate::code::code::BaseType;
use crate::value::types::Type;
use crate::value::value::Value;

pub fn base_name(base: BaseType) -> &'static str {
    match base {
        BaseType::Any => "Any",
        BaseType::Int => "Int",
        BaseType::Float => "Float",
        BaseType::Number => "Number",
        BaseType::String => "String",
        BaseType::Bool => "Bool",
    }
}

/// Whether a value is of a built-in kind.
pub(super) fn is_kind(value: &Value, ty: &Type) -> bool {
    match ty {
        Type::Base(BaseType::Any) | Type::Var(_) => true,
        Type::Base(BaseType::Int) => matches!(value, Value::Int(_) | Value::BigInt(_)),
        Type::Base(BaseType::Float) => matches!(value, Value::Float(_)),
        Type::Base(BaseType::Number) => matches!(value, Value::Int(_) | Value::BigInt(_) | Value::Float(_)),
        Type::Base(BaseType::String) => matches!(value, Value::Text(_)),
        Type::Base(BaseType::Bool) => matches!(value, Value::Bool(_)),
        Type::List => matches!(value, Value::List(_)),
        Type::Record => matches!(value, Value::Record(_)),
        Type::Function => value.is_function(),
        _ => false,
    }
}

/// Whether a type seals what is in it, or some of it.
pub(super) fn hides(ty: &Value) -> bool {
    match ty {
        Value::Type(of) => match &**of {
            Type::Secret(_) => true,
            Type::Union(parts) | Type::Meet(parts) => parts.iter().any(hides),
            Type::Strategy { element, .. } => hides(element),
            _ => false,
        },
        Value::List(list) => list.ready().is_some_and(|parts| parts.iter().any(hides)),
        Value::Thunk(thunk) => thunk.done().is_some_and(|ty| hides(&ty)),
        _ => false,
    }
}

/// The answer for a scalar and a type that needs no code to be run.
pub(super) fn quick(value: &Value, ty: &Value) -> Option<bool> {
    if !value.is_done() {
        return None;
    }
    match ty {
        Value::Type(of) => match &**of {
            Type::Union(members) => {
                let mut unsure = false;
                for member in members {
                    match quick(value, member) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => unsure = true,
                    }
                }
                if unsure { None } else { Some(false) }
            }
            Type::Meet(parts) => {
                let mut all = true;
                for part in parts {
                    all &= quick(value, part)?;
                }
                Some(all)
            }
            Type::Constraint(op, bound) => small_compare(*op, value, bound),
            Type::Base(_) | Type::Var(_) | Type::List | Type::Record | Type::Function => Some(is_kind(value, of)),
            Type::Fn { .. } | Type::Strategy { .. } | Type::Named { .. } | Type::Secret(_) => None,
        },
        Value::Null => Some(matches!(value, Value::Null)),
        Value::Bool(_) | Value::Int(_) | Value::Text(_) => match (value, ty) {
            (Value::Bool(a), Value::Bool(b)) => Some(a == b),
            (Value::Int(a), Value::Int(b)) => Some(a == b),
            (Value::Text(a), Value::Text(b)) => Some(a == b),
            _ => Some(false),
        },
        _ => None,
    }
}
