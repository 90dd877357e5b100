//! What a library function sees of its call: arguments read as what it wants, and the machine.
//!
//! A reader forces its argument and answers with the plain thing, or with the error that names the
//! parameter, what it takes and what was found. So the functions themselves are only their work.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::symbol::Symbol;
use crate::code::code::Arith;
use crate::eval::fault::{Fault, Run};
use crate::eval::ops::{big, small_arith, to_float};
use crate::eval::vm::Vm;
use crate::value::list::List;
use crate::value::record::Record;
use crate::value::text::Text;
use crate::value::value::Value;
use num_bigint::BigInt;
use std::cmp::Ordering;
use std::ops::Deref;
use std::rc::Rc;

pub type Out = Run;
pub type Stop = Box<Fault>;

pub struct Call<'a> {
    pub vm: &'a mut Vm,
    args: &'a [Value],
    names: &'static [&'static str],
}

/// The elements of a list that has been run.
#[derive(Clone)]
pub struct Items(Rc<List>);

impl Deref for Items {
    type Target = [Value];

    #[inline]
    fn deref(&self) -> &[Value] {
        self.0.ready().unwrap_or_default()
    }
}

impl<'a> Call<'a> {
    #[inline]
    pub fn new(vm: &'a mut Vm, args: &'a [Value], names: &'static [&'static str]) -> Call<'a> {
        Call { vm, args, names }
    }

    /// The argument as it was given.
    #[inline]
    pub fn arg(&self, at: usize) -> Value {
        self.args.get(at).cloned().unwrap_or(Value::Absent)
    }

    /// All arguments, as they were given.
    pub fn all(&self) -> &'a [Value] {
        self.args
    }

    pub fn given(&self, at: usize) -> bool {
        !matches!(self.args.get(at), None | Some(Value::Absent))
    }

    #[inline]
    pub fn force(&mut self, value: &Value) -> Out {
        self.vm.force(value)
    }

    /// The argument, computed.
    #[inline]
    pub fn forced(&mut self, at: usize) -> Out {
        match self.args.get(at) {
            Some(value) => self.vm.force(value),
            None => Ok(Value::Absent),
        }
    }

    /// An error at the place of the call.
    #[cold]
    pub fn fail(&self, message: impl Into<String>) -> Stop {
        Fault::new(Diag::error(Code::BadArgument, message).at(self.vm.site, "in this call"))
    }

    /// The value, or its error at the place of the call.
    pub fn ok<T>(&self, result: Result<T, String>) -> Run<T> {
        result.map_err(|message| self.fail(message))
    }

    #[cold]
    fn mismatch(&self, what: &str, expected: &str, found: &Value) -> Stop {
        if matches!(found, Value::Secret(_)) {
            return self.vm.secret_shown(self.vm.site, &format!("be {expected} for a function of the library"));
        }
        let title = format!("{what} must be {expected}, found {}", found.kind());
        Fault::new(Diag::error(Code::BadArgument, title).at(self.vm.site, "in this call"))
    }

    #[cold]
    pub fn wrong(&self, at: usize, expected: &str, found: &Value) -> Stop {
        let fault = self.mismatch(&format!("`{}`", self.name(at)), expected, found);
        Box::new(Fault { argument: Some(at), ..*fault })
    }

    pub fn name(&self, at: usize) -> &'static str {
        self.names.get(at).copied().unwrap_or("argument")
    }

    #[inline]
    pub fn list(&mut self, at: usize) -> Run<Rc<List>> {
        match self.forced(at)? {
            Value::List(list) => Ok(list),
            found => Err(self.wrong(at, "a list", &found)),
        }
    }

    #[inline]
    pub fn items(&mut self, at: usize) -> Run<Items> {
        let list = self.list(at)?;
        self.vm.items(&list)?;
        Ok(Items(list))
    }

    /// The elements of a list that is not an argument itself.
    pub fn items_of(&mut self, value: &Value, what: &str) -> Run<Items> {
        match self.vm.force(value)? {
            Value::List(list) => {
                self.vm.items(&list)?;
                Ok(Items(list))
            }
            found => Err(self.mismatch(what, "a list", &found)),
        }
    }

    #[inline]
    pub fn text(&mut self, at: usize) -> Run<Text> {
        match self.forced(at)? {
            Value::Text(text) => Ok(text),
            found => Err(self.wrong(at, "a string", &found)),
        }
    }

    pub fn text_of(&mut self, value: &Value, what: &str) -> Run<Text> {
        match self.vm.force(value)? {
            Value::Text(text) => Ok(text),
            found => Err(self.mismatch(what, "a string", &found)),
        }
    }

    /// The strings of a list.
    pub fn texts(&mut self, at: usize) -> Run<Vec<Text>> {
        let items = self.items(at)?;
        items.iter().map(|item| self.text_of(item, "each element")).collect()
    }

    /// The bytes of a list of integers.
    pub fn bytes(&mut self, at: usize) -> Run<Vec<u8>> {
        let items = self.items(at)?;
        let byte = |item: &Value| match self.vm.force(item)? {
            Value::Int(int) if (0..256).contains(&int) => Ok(int as u8),
            found => Err(self.mismatch("each element", "an integer from 0 to 255", &found)),
        };
        items.iter().map(byte).collect()
    }

    pub fn record(&mut self, at: usize) -> Run<Rc<Record>> {
        match self.forced(at)? {
            Value::Record(record) => Ok(record),
            found => Err(self.wrong(at, "a record", &found)),
        }
    }

    pub fn record_of_value(&mut self, value: &Value, what: &str) -> Run<Rc<Record>> {
        match self.vm.force(value)? {
            Value::Record(record) => Ok(record),
            found => Err(self.mismatch(what, "a record", &found)),
        }
    }

    /// A function; whether it takes what it will be given shows when it is called.
    pub fn function(&mut self, at: usize) -> Out {
        match self.forced(at)? {
            f @ (Value::Closure(_) | Value::Native(_)) => Ok(f),
            found => Err(self.wrong(at, "a function", &found)),
        }
    }

    pub fn bool(&mut self, at: usize) -> Run<bool> {
        match self.forced(at)? {
            Value::Bool(truth) => Ok(truth),
            found => Err(self.wrong(at, "a boolean", &found)),
        }
    }

    /// An integer of 64 bits.
    pub fn int(&mut self, at: usize) -> Run<i64> {
        match self.forced(at)? {
            Value::Int(int) => Ok(int),
            Value::BigInt(int) => Err(self.fail(format!("`{}` must fit in 64 bits, found {int}", self.name(at)))),
            found => Err(self.wrong(at, "an integer", &found)),
        }
    }

    /// An integer of any size.
    pub fn big(&mut self, at: usize) -> Run<BigInt> {
        let found = self.forced(at)?;
        big(&found).ok_or_else(|| self.wrong(at, "an integer", &found))
    }

    /// A number of any kind, as it is.
    pub fn number(&mut self, at: usize) -> Out {
        match self.forced(at)? {
            number @ (Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => Ok(number),
            found => Err(self.wrong(at, "a number", &found)),
        }
    }

    pub fn float(&mut self, at: usize) -> Run<f64> {
        let found = self.forced(at)?;
        to_float(&found).ok_or_else(|| self.wrong(at, "a number", &found))
    }

    /// An integer from 0 on.
    pub fn size(&mut self, at: usize) -> Run<usize> {
        let int = self.int(at)?;
        usize::try_from(int).map_err(|_| self.fail(format!("`{}` must be at least 0, found {int}", self.name(at))))
    }

    pub fn positive(&mut self, at: usize) -> Run<usize> {
        match self.size(at)? {
            0 => Err(self.fail(format!("`{}` must be at least 1, found 0", self.name(at)))),
            size => Ok(size),
        }
    }

    /// A position between 0 and `len`; negative ones count from the end, what lies outside is cut.
    pub fn position(&mut self, at: usize, len: usize) -> Run<usize> {
        let int = self.int(at)?;
        let from_start = if int < 0 { int.saturating_add(len as i64).max(0) } else { int };
        Ok(usize::try_from(from_start).map_or(len, |position| position.min(len)))
    }

    /// A position below `len`; negative ones count from the end.
    pub fn index(&mut self, at: usize, len: usize) -> Run<usize> {
        let int = self.int(at)?;
        let from_start = if int < 0 { int.saturating_add(len as i64) } else { int };
        usize::try_from(from_start).ok().filter(|index| *index < len).ok_or_else(|| {
            let title = format!("`{}` is {int}, which is outside of the {len} positions", self.name(at));
            Fault::new(Diag::error(Code::OutOfRange, title).at(self.vm.site, "in this call"))
        })
    }

    /// A number of elements that memory allows for.
    pub fn countable(&mut self, count: i64) -> Run<usize> {
        let count = usize::try_from(count).map_err(|_| self.fail(format!("expected at least 0, found {count}")))?;
        self.vm.reserve(count.saturating_mul(size_of::<Value>()))?;
        Ok(count)
    }

    /// `f(x)`, not yet computed.
    #[inline]
    pub fn delay(&mut self, f: &Value, x: &Value) -> Value {
        self.vm.call_later(f, x)
    }

    pub fn delay2(&mut self, f: &Value, x: Value, y: Value) -> Value {
        self.vm.call_later2(f, x, y)
    }

    #[inline]
    pub fn apply(&mut self, f: &Value, x: Value) -> Out {
        match self.vm.foresee(f, std::slice::from_ref(&x)) {
            Some(value) => Ok(value),
            None => self.vm.call(f, &[x]),
        }
    }

    #[inline]
    pub fn apply2(&mut self, f: &Value, x: Value, y: Value) -> Out {
        let args = [x, y];
        match self.vm.foresee(f, &args) {
            Some(value) => Ok(value),
            None => self.vm.call(f, &args),
        }
    }

    /// Work one level deeper: for functions that walk values themselves.
    pub fn nested<T>(&mut self, work: impl FnOnce(&mut Call) -> Run<T>) -> Run<T> {
        self.vm.enter()?;
        let result = work(self);
        self.vm.leave();
        result
    }

    fn truth(&mut self, answer: Value) -> Run<bool> {
        match answer {
            Value::Bool(truth) => Ok(truth),
            found => Err(self.mismatch("what the function gives", "a boolean", &found)),
        }
    }

    #[inline]
    pub fn test(&mut self, f: &Value, x: &Value) -> Run<bool> {
        let answer = self.apply(f, x.clone())?;
        self.truth(answer)
    }

    pub fn test2(&mut self, f: &Value, x: &Value, y: &Value) -> Run<bool> {
        let answer = self.apply2(f, x.clone(), y.clone())?;
        self.truth(answer)
    }

    pub fn equal(&mut self, a: &Value, b: &Value) -> Run<bool> {
        let (a, b) = (self.vm.force(a)?, self.vm.force(b)?);
        let site = self.vm.site;
        self.vm.equal(&a, &b, site)
    }

    /// The order of two computed values.
    pub fn order(&mut self, a: &Value, b: &Value) -> Run<Ordering> {
        let site = self.vm.site;
        self.vm.order_at(a, b, site)
    }

    /// `a + b` or `a * b`, computed.
    pub fn calculate(&mut self, op: Arith, a: &Value, b: &Value) -> Out {
        let (a, b) = (self.vm.force(a)?, self.vm.force(b)?);
        if let Some(value) = small_arith(op, &a, &b) {
            return Ok(value);
        }
        if let (Some(a), Some(b)) = (big(&a), big(&b)) {
            return Ok(Value::big(if op == Arith::Add { a + b } else { a * b }));
        }
        let number =
            |c: &Call, value: &Value| to_float(value).ok_or_else(|| c.mismatch("each element", "a number", value));
        let (a, b) = (number(self, &a)?, number(self, &b)?);
        self.finite(if op == Arith::Add { a + b } else { a * b })
    }

    /// A float that is a number; anything else is an error.
    pub fn finite(&self, float: f64) -> Out {
        match float {
            _ if float.is_finite() => Ok(Value::Float(float)),
            _ if float.is_nan() => Err(self.arithmetic("there is no such number")),
            _ => Err(self.arithmetic("the result is too large for a float")),
        }
    }

    #[cold]
    pub fn arithmetic(&self, title: impl Into<String>) -> Stop {
        Fault::new(Diag::error(Code::Arithmetic, title).at(self.vm.site, "in this call"))
    }

    /// The names of a record's fields, in order.
    pub fn names_of(&mut self, record: &Rc<Record>) -> Run<Vec<Symbol>> {
        self.vm.names(record)
    }

    pub fn has(&mut self, record: &Rc<Record>, name: Symbol) -> Run<bool> {
        self.vm.has(record, name)
    }

    /// A field, not yet computed.
    pub fn field(&mut self, record: &Rc<Record>, name: Symbol) -> Out {
        self.vm.lazy_field(record, name)
    }

    /// Names and values of a record.
    pub fn pairs(&mut self, record: &Rc<Record>) -> Run<Vec<(Symbol, Value)>> {
        let names = self.names_of(record)?;
        names.into_iter().map(|name| Ok((name, self.field(record, name)?))).collect()
    }
}

/// A record of computed fields.
pub fn record_from(pairs: impl IntoIterator<Item = (Symbol, Value)>) -> Value {
    Value::Record(Record::from_pairs(pairs))
}

/// A record of computed fields whose names stand in this crate.
pub fn record_of<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    record_from(pairs.into_iter().map(|(name, value)| (Symbol::new(name), value)))
}

/// Strings as a list.
pub fn text_list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Value {
    Value::list(texts.into_iter().map(Value::text).collect())
}

/// A string, or null.
pub fn text_or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::text)
}
