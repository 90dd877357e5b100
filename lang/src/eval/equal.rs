//! `==`, which is deep, forces, and refuses functions; and agreement, which merging asks for.

use super::fault::Run;
use super::ops::compare_numbers;
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::value::record::Record;
use crate::value::types::Type;
use crate::value::value::Value;
use std::cmp::Ordering;
use std::rc::Rc;

/// How functions and numbers are compared.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// `==`: functions are refused, `1 == 1.0`.
    Value(Loc),
    /// `&`: functions agree if they are one, `1` and `1.0` do not.
    Agreement,
}

/// Two values that are being compared, by their places.
type Pair = (*const (), *const ());

/// From this depth on a pair is looked for in itself.
const DEEP: usize = 64;

impl Vm {
    pub fn equal(&mut self, left: &Value, right: &Value, loc: Loc) -> Run<bool> {
        self.same(left, right, Mode::Value(loc))
    }

    /// Whether two definitions say the same.
    pub fn agree(&mut self, left: &Value, right: &Value) -> Run<bool> {
        self.same(left, right, Mode::Agreement)
    }

    fn same(&mut self, left: &Value, right: &Value, mode: Mode) -> Run<bool> {
        let (left, right) = (&self.force(left)?, &self.force(right)?);
        match (left, right) {
            (Value::Null, Value::Null) => Ok(true),
            (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
            (Value::Text(a), Value::Text(b)) => Ok(a == b),
            (Value::Int(a), Value::Int(b)) => Ok(a == b),
            (
                Value::Int(_) | Value::BigInt(_) | Value::Float(_),
                Value::Int(_) | Value::BigInt(_) | Value::Float(_),
            ) => {
                let kinds = matches!(left, Value::Float(_)) == matches!(right, Value::Float(_));
                Ok((kinds || mode != Mode::Agreement) && compare_numbers(left, right) == Some(Ordering::Equal))
            }
            (Value::List(a), Value::List(b)) => {
                if Rc::ptr_eq(a, b) && mode == Mode::Agreement {
                    return Ok(true);
                }
                let (a, b) = (self.items(a)?, self.items(b)?);
                if a.len() != b.len() {
                    return Ok(false);
                }
                let pair = (a.as_ptr().cast(), b.as_ptr().cast());
                self.inside(pair, mode, |vm| vm.all_same(a.iter().zip(b), mode))
            }
            (Value::Record(a), Value::Record(b)) => {
                if Rc::ptr_eq(a, b) && mode == Mode::Agreement {
                    return Ok(true);
                }
                let pair = (Rc::as_ptr(a).cast(), Rc::as_ptr(b).cast());
                self.inside(pair, mode, |vm| vm.same_records(a, b, mode))
            }
            (Value::Type(a), Value::Type(b)) => self.same_types(a, b),
            (Value::Secret(_), _) | (_, Value::Secret(_)) => match mode {
                Mode::Value(loc) => Err(self.secret_shown(loc, "be compared")),
                // What is inside is not looked at: two secrets agree if they are one.
                Mode::Agreement => {
                    Ok(matches!((left, right), (Value::Secret(a), Value::Secret(b)) if Rc::ptr_eq(a, b)))
                }
            },
            _ => self.other(left, right, mode),
        }
    }

    /// Compares what is inside of two values. A pair within itself would be compared without end; it
    /// is looked for at depths that double, so that looking costs nothing.
    fn inside(&mut self, pair: Pair, mode: Mode, compare: impl FnOnce(&mut Vm) -> Run<bool>) -> Run<bool> {
        self.enter()?;
        let depth = self.comparing.len();
        let result = if depth >= DEEP && depth.is_power_of_two() && self.comparing.contains(&pair) {
            self.endless(mode)
        } else {
            self.comparing.push(pair);
            let result = compare(self);
            self.comparing.pop();
            result
        };
        self.leave();
        result
    }

    #[cold]
    fn endless<T>(&self, mode: Mode) -> Run<T> {
        let title = "values that hold themselves cannot be compared";
        let diag = Diag::error(ErrorCode::Cycle, title);
        self.error(match mode {
            Mode::Value(loc) => diag
                .at(loc, "both sides come back to themselves")
                .help("compare what tells them apart: `a.name == b.name`"),
            Mode::Agreement => self
                .with_site(diag)
                .note("`&` compares lists, and what a type or constraint holds")
                .help("leave the definition to one side"),
        })
    }

    fn all_same<'a>(&mut self, pairs: impl Iterator<Item = (&'a Value, &'a Value)>, mode: Mode) -> Run<bool> {
        for (a, b) in pairs {
            if !self.same(a, b, mode)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn same_records(&mut self, a: &Rc<Record>, b: &Rc<Record>, mode: Mode) -> Run<bool> {
        let (names, others) = (self.names(a)?, self.names(b)?);
        if names.len() != others.len() || names.iter().any(|name| !others.contains(name)) {
            return Ok(false);
        }
        for name in names {
            let (Some(x), Some(y)) = (self.field(a, name)?, self.field(b, name)?) else { return Ok(false) };
            if !self.same(&x, &y, mode)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn same_types(&mut self, a: &Rc<Type>, b: &Rc<Type>) -> Run<bool> {
        match (&**a, &**b) {
            (Type::Base(a), Type::Base(b)) => Ok(a == b),
            (Type::Var(a), Type::Var(b)) => Ok(a == b),
            (Type::Union(a), Type::Union(b)) | (Type::Meet(a), Type::Meet(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                self.all_same(a.iter().zip(b), Mode::Agreement)
            }
            (Type::Secret(x), Type::Secret(y)) => self.same(x, y, Mode::Agreement),
            (Type::Constraint(op, x), Type::Constraint(other, y)) => {
                Ok(op == other && self.same(x, y, Mode::Agreement)?)
            }
            _ => Ok(Rc::ptr_eq(a, b)),
        }
    }

    fn other(&mut self, left: &Value, right: &Value, mode: Mode) -> Run<bool> {
        match mode {
            Mode::Value(loc) if left.is_function() || right.is_function() => {
                let diag = Diag::error(ErrorCode::NotPlain, "functions cannot be compared");
                self.error(diag.at(loc, "one of the two sides is a function").help("compare what they return"))
            }
            _ => match (left, right) {
                (Value::Closure(a), Value::Closure(b)) => {
                    if Rc::ptr_eq(a, b) {
                        return Ok(true);
                    }
                    if a.proto != b.proto || a.guard.is_some() != b.guard.is_some() {
                        return Ok(false);
                    }
                    let (a, b) = (a.clone(), b.clone());
                    Ok(a.env.iter().zip(b.env.iter()).all(|(x, y)| same_captured(x, y)))
                }
                (Value::Native(a), Value::Native(b)) => Ok(a == b),
                _ => Ok(false),
            },
        }
    }
}

/// Whether two captured values are one, without computing anything.
fn same_captured(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Thunk(x), Value::Thunk(y)) if Rc::ptr_eq(x, y) => true,
        (Value::Thunk(x), _) => x.done().is_some_and(|x| same_captured(&x, b)),
        (_, Value::Thunk(y)) => y.done().is_some_and(|y| same_captured(a, &y)),
        (Value::Record(x), Value::Record(y)) => Rc::ptr_eq(x, y),
        (Value::List(x), Value::List(y)) => Rc::ptr_eq(x, y),
        (Value::Closure(x), Value::Closure(y)) => {
            Rc::ptr_eq(x, y) || (x.proto == y.proto && x.env.iter().zip(y.env.iter()).all(|(x, y)| same_captured(x, y)))
        }
        (Value::Native(x), Value::Native(y)) => x == y,
        (Value::Type(x), Value::Type(y)) => Rc::ptr_eq(x, y),
        (Value::Secret(x), Value::Secret(y)) => Rc::ptr_eq(x, y),
        (Value::Null, Value::Null) => true,
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::Int(x), Value::Int(y)) => x == y,
        (Value::Float(x), Value::Float(y)) => x == y,
        (Value::BigInt(x), Value::BigInt(y)) => x == y,
        (Value::Text(x), Value::Text(y)) => x == y,
        _ => false,
    }
}
