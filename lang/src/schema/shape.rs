//! What a value may be, as schema languages say it: kind by kind, and by combinations of such sets.
//!
//! JSON Schema's keywords speak of one kind each and let all other values pass. So a set is kept as what it takes of
//! each kind (`Kinds`): `{"minimum": 3}` takes all texts. Readers make shapes, `types.rs` writes them down.

use crate::data::tree::Data;
use indexmap::IndexMap;

/// A set of values with what is said about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    pub doc: String,
    /// What the field is when nobody gives it a value.
    pub default: Option<Data>,
    pub set: Set,
    /// What the schema says besides and no type can, each in a line.
    pub lost: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub enum Set {
    #[default]
    Any,
    /// No value at all.
    Never,
    /// A definition, by its name in the module.
    Named(String),
    /// A type of another module, as it is written.
    Written(String),
    /// One of these values.
    OneOf(Vec<Data>),
    Kinds(Box<Kinds>),
    /// In all of them.
    All(Vec<Shape>),
    /// In one of them, and the value tells in which.
    Union(Vec<Shape>),
    /// In at least one of them.
    Some(Vec<Shape>),
    /// In just one of them.
    Exactly(Vec<Shape>),
    Not(Box<Shape>),
    /// In the second if it is in the first, else in the third.
    If(Box<[Shape; 3]>),
}

/// What is taken of each kind; `None` where no value of a kind is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kinds {
    pub null: bool,
    pub boolean: bool,
    pub number: Option<Number>,
    pub text: Option<Text>,
    pub list: Option<List>,
    pub record: Option<Record>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Number {
    pub whole: bool,
    pub low: Option<Data>,
    pub above: Option<Data>,
    pub high: Option<Data>,
    pub below: Option<Data>,
    pub multiple: Option<Data>,
    /// A type of `std/core/types` for its format.
    pub format: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    pub least: Option<i64>,
    pub most: Option<i64>,
    pub pattern: Option<String>,
    /// A type of `std/core/types` for its format.
    pub format: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct List {
    pub items: Shape,
    /// The first elements, each with a type of its own; `items` is for those after them.
    pub first: Vec<Shape>,
    pub least: Option<i64>,
    pub most: Option<i64>,
    /// No element stands twice, or none with the key of another.
    pub unique: bool,
    /// Elements of which there must be so many.
    pub holds: Option<Holds>,
    pub merge: Merge,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Holds {
    pub shape: Box<Shape>,
    pub least: i64,
    pub most: Option<i64>,
}

/// How two lists become one.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Merge {
    #[default]
    Replace,
    /// Elements with the same values in these fields become one.
    Keyed(Vec<String>),
    Set,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    pub fields: IndexMap<String, Field>,
    /// What fields take whose names match a pattern.
    pub patterns: Vec<(String, Shape)>,
    pub others: Others,
    pub least: Option<i64>,
    pub most: Option<i64>,
    /// The type of all names.
    pub names: Option<Shape>,
    /// What a record must be that has a field.
    pub needs: Vec<(String, Shape)>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Field {
    pub shape: Shape,
    pub required: bool,
    /// The value that it has of itself.
    pub value: Option<Data>,
}

/// The fields that are not named.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Others {
    #[default]
    Any,
    None,
    In(Box<Shape>),
}

impl Record {
    fn each_inner(&mut self, call: &mut dyn FnMut(&mut Shape)) {
        self.fields.values_mut().for_each(|field| call(&mut field.shape));
        self.patterns.iter_mut().for_each(|(_, shape)| call(shape));
        self.needs.iter_mut().for_each(|(_, shape)| call(shape));
        self.names.iter_mut().for_each(&mut *call);
        if let Others::In(inner) = &mut self.others {
            call(inner);
        }
    }
}

impl Kinds {
    /// All values.
    pub fn all() -> Kinds {
        Kinds {
            null: true,
            boolean: true,
            number: Some(Number::default()),
            text: Some(Text::default()),
            list: Some(List::default()),
            record: Some(Record::default()),
        }
    }

    /// Whether it takes whatever there is.
    pub fn is_all(&self) -> bool {
        *self == Kinds::all()
    }

    /// Which kinds have values in it: null, booleans, numbers, texts, lists, records.
    pub fn mask(&self) -> Mask {
        Mask([
            self.null,
            self.boolean,
            self.number.is_some(),
            self.text.is_some(),
            self.list.is_some(),
            self.record.is_some(),
        ])
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mask(pub [bool; 6]);

impl Mask {
    pub const ALL: Mask = Mask([true; 6]);
    pub const NONE: Mask = Mask([false; 6]);
    pub const RECORD: Mask = Mask([false, false, false, false, false, true]);

    fn each(self, other: Mask, join: impl Fn(bool, bool) -> bool) -> Mask {
        let mut out = self;
        out.0.iter_mut().zip(other.0).for_each(|(one, other)| *one = join(*one, other));
        out
    }

    pub fn and(self, other: Mask) -> Mask {
        self.each(other, |one, other| one && other)
    }

    pub fn or(self, other: Mask) -> Mask {
        self.each(other, |one, other| one || other)
    }

    pub fn of(data: &Data) -> Mask {
        let at = match data {
            Data::Null => 0,
            Data::Bool(_) => 1,
            Data::Int(_) | Data::BigInt(_) | Data::Float(_) => 2,
            Data::Str(_) => 3,
            Data::List(_) => 4,
            Data::Record(_) => 5,
        };
        let mut mask = Mask::NONE;
        mask.0[at] = true;
        mask
    }
}

impl Shape {
    pub fn of(set: Set) -> Shape {
        Shape { set, ..Shape::default() }
    }

    /// Calls a function with each shape right inside of this one.
    pub fn each_inner(&mut self, call: &mut dyn FnMut(&mut Shape)) {
        match &mut self.set {
            Set::All(shapes) | Set::Union(shapes) | Set::Some(shapes) | Set::Exactly(shapes) => {
                shapes.iter_mut().for_each(call);
            }
            Set::Not(inner) => call(inner),
            Set::If(parts) => parts.iter_mut().for_each(call),
            Set::Kinds(kinds) => {
                if let Some(list) = &mut kinds.list {
                    call(&mut list.items);
                    list.first.iter_mut().for_each(&mut *call);
                    list.holds.iter_mut().for_each(|holds| call(&mut holds.shape));
                }
                if let Some(record) = &mut kinds.record {
                    record.each_inner(call);
                }
            }
            Set::Any | Set::Never | Set::Named(_) | Set::Written(_) | Set::OneOf(_) => {}
        }
    }

    /// Nothing is said but the set.
    pub fn is_any(&self) -> bool {
        self.set == Set::Any
    }
}

impl Set {
    /// The kinds that its values can have, as far as that is known without the definitions.
    pub fn mask(&self) -> Mask {
        match self {
            Set::Never => Mask::NONE,
            Set::Kinds(kinds) => kinds.mask(),
            Set::OneOf(values) => values.iter().map(Mask::of).fold(Mask::NONE, Mask::or),
            Set::All(all) => all.iter().map(|shape| shape.set.mask()).fold(Mask::ALL, Mask::and),
            Set::Union(some) | Set::Some(some) | Set::Exactly(some) => {
                some.iter().map(|shape| shape.set.mask()).fold(Mask::NONE, Mask::or)
            }
            Set::Any | Set::Named(_) | Set::Written(_) | Set::Not(_) | Set::If(_) => Mask::ALL,
        }
    }

    /// In both; what takes all values is left out.
    pub fn and(self, other: Set) -> Set {
        match (self, other) {
            (Set::Any, other) => other,
            (one, Set::Any) => one,
            (Set::Never, _) | (_, Set::Never) => Set::Never,
            (Set::All(mut all), other) => {
                all.push(Shape::of(other));
                Set::All(all)
            }
            (one, other) => Set::All(vec![Shape::of(one), Shape::of(other)]),
        }
    }
}
