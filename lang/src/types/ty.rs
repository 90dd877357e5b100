//! Types as sets of values, each at least as large as what a run can bring forth.
//!
//! A type that is too large makes the checker silent, never wrong: it refuses only where two sets
//! have no value in common. So whatever is not understood is [`Ty::Any`].

use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::syntax::ast::{Class, ExprId};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::rc::Rc;

/// A set of values.
#[derive(Debug, Clone, PartialEq)]
pub enum Ty {
    /// Nothing is known.
    Any,
    /// No value: what ends in an error.
    Never,
    Null,
    Bool(Option<bool>),
    /// The integers from one bound to the other; no bound where there is none.
    Int(Option<i64>, Option<i64>),
    /// The floats from one bound to the other: of `>0.5` the lower one is the next float above.
    Float(Option<f64>, Option<f64>),
    Text(Text),
    List(Rc<Items>),
    Record(Rc<Row>),
    Function(Rc<Signature>),
    /// A secret, of which nothing else may be known. As a set it takes what becomes one.
    Sealed,
    /// A type as a value: the set that it stands for.
    Type(Rc<Ty>),
    /// `'a` in a signature of the library: whatever the call makes of it.
    Var(Symbol),
    /// What a file of the library holds, by its path: looked at when a field is read that has it, unknown until then.
    File(Rc<str>),
    /// Two or more, none of them a union.
    Union(Rc<[Ty]>),
}

/// A set of strings.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    All,
    One(Rc<str>),
    /// Those that a regular expression matches.
    Like(Rc<str>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Items {
    /// What each element is.
    pub element: Ty,
    /// The elements one by one, with their places, where the brackets tell them.
    pub each: Option<Vec<(Ty, Loc)>>,
}

/// Fields in the order in which they became known.
pub type Fields = IndexMap<Symbol, Member, FxBuildHasher>;

/// A record, by the names that are known of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    pub fields: Fields,
    /// Whether there may be names that nobody knows here.
    pub open: bool,
    /// Whether there are definitions whose names nobody knows: they may be of any field.
    pub loose: bool,
    /// `[String] : T`: what the other fields are.
    pub rest: Option<Ty>,
    /// Closed by `schema`: what it does not declare is refused.
    pub schema: bool,
    /// Its braces, or where it stands in a data file.
    pub at: Loc,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// What its definitions make of it.
    pub value: Ty,
    /// What its annotations let through, and where the last of them stands.
    pub declared: Ty,
    pub declared_at: Option<Loc>,
    pub has: Has,
    /// Which definition wins over which.
    pub class: Class,
    /// Its value, or its name where it has none.
    pub at: Loc,
    pub name_at: Loc,
    /// Its value's text, if it reads the record that it stands in.
    pub late: Option<Late>,
    /// Why it cannot be computed, in a record that a call made.
    pub wrong: Option<Rc<[Diag]>>,
}

/// A value that depends on the record that its braces become part of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Late {
    pub file: FileId,
    pub braces: ExprId,
    pub value: ExprId,
}

/// Whether a field has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    Yes,
    /// It is optional, or stands under a condition.
    Perhaps,
    /// It is required and nobody has given it one.
    No,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    pub params: Vec<Param>,
    pub result: Ty,
    /// Its text, for a function that was written in the file being checked.
    pub body: Option<(FileId, ExprId)>,
    pub at: Loc,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    pub name: Option<Symbol>,
    pub ty: Ty,
    pub optional: bool,
    /// Where its annotation stands, if it is in sight.
    pub at: Option<Loc>,
}

impl Ty {
    pub const BOOL: Ty = Ty::Bool(None);
    pub const INT: Ty = Ty::Int(None, None);
    pub const FLOAT: Ty = Ty::Float(None, None);
    pub const TEXT: Ty = Ty::Text(Text::All);

    pub fn one(text: &str) -> Ty {
        Ty::Text(Text::One(text.into()))
    }

    pub fn float(value: f64) -> Ty {
        Ty::Float(Some(value), Some(value))
    }

    pub fn list(element: Ty) -> Ty {
        Ty::List(Rc::new(Items { element, each: None }))
    }

    pub fn is_of(set: Ty) -> Ty {
        Ty::Type(Rc::new(set))
    }

    pub fn any_list() -> Ty {
        Ty::list(Ty::Any)
    }

    /// Any record.
    pub fn any_record() -> Ty {
        Ty::Record(Rc::new(Row { open: true, ..Row::default() }))
    }

    /// Whether it takes every record.
    pub fn is_any_record(&self) -> bool {
        matches!(self, Ty::Record(row) if row.open && row.fields.is_empty() && row.rest.is_none())
    }

    pub fn numbers() -> Ty {
        Ty::Union([Ty::INT, Ty::FLOAT].into())
    }

    /// The members of a union, or the type alone.
    pub fn members(&self) -> &[Ty] {
        match self {
            Ty::Union(members) => members,
            Ty::Never => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// The records among the members.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.members().iter().filter_map(|member| match member {
            Ty::Record(row) => Some(&**row),
            _ => None,
        })
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Ty::Any | Ty::Never | Ty::Var(_) | Ty::Sealed | Ty::File(_))
    }
}

impl Row {
    /// Definitions whose names nobody knows may be of any field, and win.
    pub fn blur(&mut self) {
        for member in self.fields.values_mut() {
            *member = Member { has: Has::Perhaps, ..member.holding(Ty::Any) };
        }
    }

    /// The fields of what is `default` or `force` as a whole: each that does not say another class itself.
    pub fn classed(&mut self, class: Class) {
        self.fields.values_mut().filter(|member| member.class == Class::Plain).for_each(|member| member.class = class);
    }

    /// The fields of a record that need not be there.
    pub fn doubt(&mut self) {
        self.fields.values_mut().filter(|member| member.has == Has::Yes).for_each(|member| member.has = Has::Perhaps);
    }
}

impl Member {
    pub fn new(value: Ty, at: Loc) -> Member {
        Member {
            value,
            declared: Ty::Any,
            declared_at: None,
            has: Has::Yes,
            class: Class::Plain,
            at,
            name_at: at,
            late: None,
            wrong: None,
        }
    }

    /// The same with another value, of which no text is known.
    pub fn holding(&self, value: Ty) -> Member {
        Member { value, late: None, wrong: None, ..self.clone() }
    }

    /// Whether it is there once its place is reached: a definition in these braces is, also under a condition,
    /// an optional field of a record that came from elsewhere need not be.
    pub fn stands_in(&self, braces: Loc) -> bool {
        let written = braces != Loc::default() && self.declared_at.is_none() && self.value != Ty::Any;
        self.has != Has::Perhaps || written
    }

    /// What reading it gives.
    pub fn read(&self) -> Ty {
        match self.value.meet(&self.declared) {
            // The mistake has been told where it stands.
            Ty::Never => Ty::Any,
            ty => ty,
        }
    }
}
