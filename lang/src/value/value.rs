//! A value: sixteen bytes, cheap to copy, lazy inside; and what it points at.
//!
//! The kinds of value hold one another, so their definitions stand together; what they can do
//! stands in a file for each.

use super::text::Text;
use crate::base::few::Few;
use crate::base::shape::Shape;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::{BaseType, Compare, NativeId, ProtoId, RowId, Template};
use crate::syntax::ast::Class;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rustc_hash::FxHashMap;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// The first three never reach a program: they are the states of a slot that has no value. The
/// rest is a value in weak head normal form, but for `Thunk`, which becomes one when forced.
#[derive(Clone, Debug)]
pub enum Value {
    /// A slot whose code has not run.
    Pending,
    /// A slot whose code is running: who reads it now has met a cycle.
    Busy,
    /// No value: the mark `absent`, a field that is not there, an argument not given.
    Absent,
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Text),
    /// An integer beyond 64 bits; one that fits is always `Int`.
    BigInt(Rc<BigInt>),
    List(Rc<List>),
    Record(Rc<Record>),
    Closure(Rc<Closure>),
    Native(NativeId),
    Type(Rc<Type>),
    /// What passed `Secret(T)`: nothing in the language opens it again.
    Secret(Rc<Secret>),
    /// `std.replace(v)`, a mark that only a field can hold.
    Replace(Rc<Value>),
    Thunk(Rc<Thunk>),
}

const _: () = assert!(size_of::<Value>() == 16);

/// A list. Its elements may be thunks; its length may be unknown until its clauses have run.
#[derive(Debug)]
pub struct List {
    pub(super) items: OnceCell<Vec<Value>>,
    pub source: Source,
    /// Its clauses are running.
    pub(super) busy: Cell<bool>,
}

/// Where the elements come from, if they are not there yet.
#[derive(Debug)]
pub enum Source {
    Ready,
    /// Written down somewhere, for messages.
    Written(Origin),
    /// Passed `[element]`, with those that could not be judged at once still to be looked at.
    Passed {
        element: Value,
        origin: Option<Origin>,
    },
    /// Clauses and spreads to be run, when the length is first needed.
    Code {
        proto: ProtoId,
        env: Env,
    },
    /// The integers from `start`, `len` of them: written out only if somebody keeps them.
    Range {
        start: i64,
        len: usize,
    },
}

/// Where each element of a list stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// Brackets in the text: the row of their elements.
    Brackets(RowId),
    /// A list of a data file, by its number in the run.
    Data(u32),
}

#[derive(Debug)]
pub struct Record {
    pub body: Body,
    pub(super) fields: RefCell<Fields>,
    pub(super) state: Cell<Checked>,
    /// What only some records need; made when first used.
    pub(super) extra: RefCell<Option<Box<Extra>>>,
    /// Its fields are the same whatever it is merged with: data, or code that reads neither `self`
    /// nor `super`, without classes, annotations and marks.
    pub(super) pure: bool,
    /// How many operands lie on one another in it.
    pub(super) layers: u32,
    /// Where it comes from: the merges that it came through, as a number of `Ways`, or for a record of a
    /// data file [`DATA`](super::record::DATA) and its number in the run.
    pub(super) way: Cell<u32>,
}

/// What a record is made of.
#[derive(Debug)]
pub enum Body {
    /// Values and nothing else: read from a file, or computed, or braces whose values could all be had
    /// at once. Those keep their template for the places it knows.
    Data(Option<Rc<Template>>),
    /// `{ … }` as it stands in the text. `owner` is the record of the braces around it, if this is a
    /// block's part of them (`if`, `for`, a computed name).
    Braces { template: Rc<Template>, env: Env, owner: Option<Rc<Record>> },
    /// `a & b & …`; operands may be such records themselves
    And(Box<[Rc<Record>]>),
    /// `a with b with …`, from the bottom to the top; operands may be such records themselves
    Over(Box<[Rc<Record>]>),
    /// The value of `default x = {…}` or `force x = {…}`: the class is that of each leaf.
    Classed(Class, Rc<Record>),
    /// `super`: what lies below, seen with the `self` of the final record.
    Super { this: Rc<Record>, below: Rc<Below> },
    /// A record that passed an annotation by a record type: its fields are checked as they are read.
    Checked { inner: Rc<Record>, ty: Rc<Record>, label: Rc<Label> },
}

/// The operands below one place in a tree: the first `upto` of `over`, and what lies below that.
#[derive(Debug)]
pub struct Below {
    pub over: Rc<Record>,
    pub upto: usize,
    pub next: Option<Rc<Below>>,
}

impl Below {
    /// Whether both name the same operands.
    pub fn is_same(&self, other: &Below) -> bool {
        let (mut one, mut two) = (self, other);
        loop {
            if !Rc::ptr_eq(&one.over, &two.over) || one.upto != two.upto {
                return false;
            }
            match (&one.next, &two.next) {
                (Some(a), Some(b)) if !Rc::ptr_eq(a, b) => (one, two) = (a, b),
                (Some(_), Some(_)) | (None, None) => return true,
                (Some(_), None) | (None, Some(_)) => return false,
            }
        }
    }
}

#[derive(Debug, Default)]
pub struct Fields {
    pub shape: Rc<Shape>,
    pub slots: Vec<Value>,
    pub stage: Stage,
    /// Once all names are known: one of them may be hidden.
    pub hides: bool,
    /// How many names have come in front of the slots behind the fields.
    pub moved: u32,
}

/// How many of a record's names are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd)]
pub enum Stage {
    #[default]
    Unknown,
    /// Those that stand in the text.
    Named,
    /// Those of spreads and computed names too.
    All,
}

/// Whether asserts, closedness and presence have been looked at: `not yet → running → done`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    NotYet,
    Running,
    Done,
}

#[derive(Debug, Default)]
pub struct Extra {
    /// What a block of an operand gave, by the operand's address and the block's number.
    pub blocks: Few<(*const Record, u32), Rc<Parts>>,
    /// The private lets of an operand, by its address and their number. The cell keeps the address.
    pub lets: Few<(*const Record, u32), (Rc<LetCell>, Value)>,
    /// What lies below a place in this record, by the topmost operands there: what `super` means.
    pub supers: Few<(*const Record, usize), Vec<Rc<Record>>>,
    /// The blocks that compute names are running.
    pub expanding: bool,
    /// The types that the record is held against: they say how its lists merge.
    pub under: Vec<Value>,
}

/// What a block gave: records to be joined with the braces it stands in, in the order of the text.
#[derive(Debug)]
pub struct Parts {
    pub records: Box<[Rc<Record>]>,
    /// Which of them have a name, where there are many and their shapes tell.
    pub index: Option<Box<FxHashMap<Symbol, Vec<u32>>>>,
    /// Keeps the operand's address taken.
    pub leaf: Rc<Record>,
}

/// The values that code closed over, in the order its proto lists them.
pub type Env = Rc<[Value]>;

#[derive(Debug)]
pub struct Closure {
    pub proto: ProtoId,
    pub env: Env,
    /// What the function promised when it passed an annotation `fn(A) -> B`: checked at each call.
    pub guard: Option<Rc<Guard>>,
}

/// A function type that a closure passed, and where.
#[derive(Debug)]
pub struct Guard {
    pub ty: Value,
    pub label: Rc<Label>,
    pub inner: Option<Rc<Guard>>,
}

#[derive(Debug)]
pub struct Thunk {
    pub(super) state: RefCell<State>,
}

#[derive(Debug)]
pub enum State {
    Todo(Todo),
    Busy,
    Done(Value),
    /// Done, in a run that remembers what its values were made of.
    Kept(Box<(Value, Todo)>),
}

/// What there is to do.
#[derive(Debug, Clone)]
pub enum Todo {
    Code {
        proto: ProtoId,
        env: Env,
    },
    /// `f(x)`
    Apply {
        f: Value,
        arg: Value,
    },
    /// `f(x, y)`
    Apply2 {
        f: Value,
        args: Rc<(Value, Value)>,
    },
    /// A field of the final record.
    Field {
        record: Rc<Record>,
        name: Symbol,
    },
    /// A `let` among a record's items that reads `self`.
    RecordLet {
        cell: Rc<LetCell>,
    },
    /// A value on its way through an annotation.
    Check {
        value: Value,
        ty: Value,
        label: Rc<Label>,
    },
}

/// A record's private `let`: its code, the braces it stands in, and the final record.
#[derive(Debug)]
pub struct LetCell {
    pub proto: ProtoId,
    pub leaf: Rc<Record>,
    pub this: Rc<Record>,
    pub below: Option<Rc<Below>>,
}

#[derive(Debug)]
pub enum Type {
    Base(BaseType),
    /// A variable `'a`: nothing is known, nothing is checked.
    Var(Symbol),
    /// Any list, record or function, whatever is inside.
    List,
    Record,
    Function,
    /// `A | B | C`, flat
    Union(Box<[Value]>),
    /// `A & B & C`, flat: the value is in each
    Meet(Box<[Value]>),
    /// `>=1`
    Constraint(Compare, Value),
    /// `fn(A, B) -> C`
    Fn {
        params: Box<[FnParam]>,
        result: Value,
    },
    /// A list with a way to merge: `std.list.keyed_by(T, "name")` and its like.
    Strategy {
        kind: Strategy,
        element: Value,
    },
    /// A predicate with the name that messages give it.
    Named {
        name: Rc<str>,
        test: Value,
    },
    /// `Secret(T)`: what is in T, sealed.
    Secret(Value),
}

/// A value that is sealed, and what stands for it in the output.
pub struct Secret {
    pub value: Value,
    pub reference: Option<Value>,
}

/// Never the value.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Debug)]
pub struct FnParam {
    pub name: Option<Symbol>,
    pub ty: Value,
    pub optional: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Strategy {
    /// Records by the values of these fields together.
    KeyedBy(Rc<[Symbol]>),
    Set,
    Append,
}

/// Who promised what, where: carried by a contract until it holds or is broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The annotation.
    pub ty: Loc,
    /// Where the value was written, if that is known.
    pub value: Option<Loc>,
    pub role: Role,
    /// The way from the annotated value to the part that is checked: `.spec.ports[]`.
    pub path: Rc<str>,
    /// The merges that the value came through, as a number of `Ways`.
    pub way: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// A value or field with an annotation.
    Value,
    /// An argument: the caller is to blame.
    Argument,
    /// What a function returned: the function is to blame.
    Result,
}

impl Value {
    pub fn text(text: impl Into<compact_str::CompactString>) -> Value {
        Value::Text(Text::new(text))
    }

    /// The integer in its one form: inline if it fits.
    pub fn big(int: BigInt) -> Value {
        match int.to_i64() {
            Some(small) => Value::Int(small),
            None => Value::BigInt(Rc::new(int)),
        }
    }

    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items))
    }

    /// Whether this is a value already, and not something still to be run.
    #[inline]
    pub fn is_done(&self) -> bool {
        !matches!(self, Value::Thunk(_) | Value::Pending | Value::Busy)
    }

    pub fn is_function(&self) -> bool {
        matches!(self, Value::Closure(_) | Value::Native(_))
    }

    /// What kind of value this is, as messages say it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::BigInt(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Record(_) => "a record",
            Value::Closure(_) | Value::Native(_) => "a function",
            Value::Type(_) => "a type",
            Value::Secret(_) => "a secret",
            Value::Absent => "`absent`",
            Value::Replace(_) => "`std.replace`",
            Value::Thunk(_) | Value::Pending | Value::Busy => "a value not yet computed",
        }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Value {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Value {
        Value::Int(int)
    }
}
