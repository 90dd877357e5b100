//! How a field came to its value: each of its definitions and whether it counts, the merges it came
//! through, and the annotations that looked at it.
//!
//! The verdicts follow `settle`, step by step, over the same definitions: what is said here and what
//! a run does are held together by a test over every value of the suite. Faults are part of what is
//! told, so nothing here ends at one.

use super::compose::{Def, Defs, Found, Lookup, TypeAt, What, field_index};
use super::fault::{Fault, Run};
use super::settle::{Field, Settled, flatten, may_force, with_starts};
use super::vm::Vm;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::FieldCode;
use crate::syntax::ast::Class;
use crate::value::record::{Body, Record};
use crate::value::value::Value;
use crate::value::ways::Joint;
use std::rc::Rc;

/// What is to be said of one field of a final record.
#[derive(Debug)]
pub struct Explained {
    /// `None` where the field is absent.
    pub value: Run<Option<Value>>,
    pub hidden: bool,
    /// In the order of the text; what lies below comes first.
    pub definitions: Vec<Definition>,
    pub annotations: Vec<Loc>,
    /// From the innermost merge outwards.
    pub merges: Vec<(Joint, Loc)>,
}

#[derive(Debug)]
pub struct Definition {
    /// From its name to the end of its value; none for what was computed.
    pub loc: Option<Loc>,
    /// What it says by itself, where that was computed and is no record.
    pub value: Option<Value>,
    pub class: Class,
    /// It is what the field starts from, once something else defines it.
    pub start: bool,
    pub outcome: Outcome,
    /// Where to go on from what was computed.
    pub(super) by: Option<By>,
}

/// What a definition is one of, and the final record that its code sees as `self`.
#[derive(Debug, Clone)]
pub(super) struct By {
    pub def: Def,
    pub this: Rc<Record>,
}

/// What became of a definition, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    Alone,
    /// It lies on top under `with`.
    Topmost,
    /// Its class is the highest under `&`.
    Highest(Class),
    /// A record or list of which the value is made, beside others.
    Joined,
    /// Others of its class say the same.
    Agrees,
    /// A higher class counts.
    GivesWay(Class),
    /// Something lies on top of it.
    Overridden,
    /// It lies on top of a `force`, which yields to nothing less.
    HeldOff,
    /// Another of its class says something else.
    Disagrees,
}

impl Outcome {
    /// Whether the definition is, or is part of, the value.
    pub fn counts(self) -> bool {
        matches!(self, Outcome::Alone | Outcome::Topmost | Outcome::Highest(_) | Outcome::Joined | Outcome::Agrees)
    }
}

impl Vm {
    /// How a field came to its value; `None` if nothing in the record speaks of the name.
    pub fn explain(&mut self, record: &Rc<Record>, name: Symbol) -> Option<Explained> {
        let mut annotations = Vec::new();
        let inner = self.inside_checks(record, name, &mut annotations);
        let this = match &inner.body {
            Body::Super { this, .. } => this.clone(),
            _ => inner.clone(),
        };
        // Names of spreads and computed names count only once all names are known.
        let learnt = self.learn_all(&inner);
        let mut found = Found::default();
        let defs = self.definitions(&inner, name, &mut found).map(|defs| with_starts(defs, &mut found));
        annotations.extend(found.types.iter().map(|at| at.code.loc));
        let mut definitions = Vec::new();
        if let Ok(Some(defs)) = &defs {
            self.weigh(defs, &Field { this: &this, name, found: &found }, &mut definitions);
        }
        if definitions.is_empty() && annotations.is_empty() && defs.is_ok() {
            return None;
        }
        let value = learnt.and_then(|()| defs.map(drop)).and_then(|()| self.field(record, name));
        let merges = self.merges_of(record);
        Some(Explained { value, hidden: found.hidden, definitions, annotations, merges })
    }

    /// The record behind the annotations that it passed as a whole, which are noted.
    fn inside_checks(&mut self, record: &Rc<Record>, name: Symbol, annotations: &mut Vec<Loc>) -> Rc<Record> {
        let mut at = record.clone();
        while let Body::Checked { inner, ty, label } = &at.body {
            let mut found = Found::default();
            let look = Lookup { this: record, name };
            let told = self.learn_all(ty).and_then(|()| self.type_definitions(&look, ty, &mut found));
            let parts: Vec<Loc> = found.types.iter().map(|at: &TypeAt| at.code.loc).collect();
            if told.is_ok() {
                annotations.extend(parts.into_iter().chain([label.ty]).filter(|loc| *loc != Loc::default()));
            }
            at = inner.clone();
        }
        at
    }

    /// Notes the definitions in order, with what becomes of each.
    fn weigh(&mut self, defs: &Defs, field: &Field, out: &mut Vec<Definition>) {
        match defs {
            Defs::One(def) => self.weigh_one(def, field, out),
            Defs::All(all) => self.weigh_all(defs, all, field, out),
            Defs::Stack(stack) => self.weigh_stack(stack, field, out),
        }
    }

    fn weigh_one(&mut self, def: &Def, field: &Field, out: &mut Vec<Definition>) {
        // A record of many operands answers for itself in a run: here its operands are told apart.
        if let (What::Data, Body::And(_) | Body::Over(_)) = (def.what, &def.leaf.body) {
            let mut found = Found::default();
            if let Ok(Some(inner)) = self.definitions(&def.leaf, field.name, &mut found) {
                return self.weigh(&inner, &Field { this: &def.leaf, name: field.name, found: &found }, out);
            }
        }
        let settled = self.settle_one(def, field).map(|settled| settled.value).ok();
        let value = settled.filter(|value| !matches!(value, Value::Record(_) | Value::Absent));
        let by = Some(By { def: def.clone(), this: field.this.clone() });
        out.push(Definition { value, by, ..self.told(def, field.name, Outcome::Alone) });
    }

    /// `&`, as `settle_all` does it.
    fn weigh_all(&mut self, whole: &Defs, all: &[Defs], field: &Field, out: &mut Vec<Definition>) {
        let mut flat: Vec<&Defs> = Vec::new();
        flatten(all, &mut flat);
        let classes: Vec<Class> = flat.iter().map(|defs| self.class_of(defs, field)).collect();
        let highest = classes.iter().copied().max().unwrap_or(Class::Plain);
        let mut values = Vec::new();
        for (defs, _) in flat.iter().zip(&classes).filter(|(_, class)| **class == highest) {
            values.push(self.settle(defs, field).map(|settled| settled.value));
        }
        let mut joined = values.iter().all(is_record);
        if joined {
            for defs in &flat {
                joined = joined && is_record(&self.settle(defs, field).map(|settled| settled.value));
            }
        }
        let many = values.len() > 1;
        let alike = many && self.are_alike(&values);
        let of_highest = match (joined, many) {
            (true, _) => Outcome::Joined,
            (false, false) => Outcome::Highest(highest),
            (false, true) if alike => Outcome::Agrees,
            (false, true) if self.settle(whole, field).is_ok() => Outcome::Joined,
            (false, true) => Outcome::Disagrees,
        };
        for (defs, class) in flat.iter().zip(&classes) {
            if *class == highest || joined {
                let from = out.len();
                self.weigh(defs, field, out);
                mark(out, from, of_highest);
            } else {
                self.list(defs, field.name, Outcome::GivesWay(highest), out);
            }
        }
    }

    fn are_alike(&mut self, values: &[Run]) -> bool {
        let Some(Ok(first)) = values.first() else { return false };
        values.iter().skip(1).all(|other| match other {
            Ok(other) => self.agree(first, other).unwrap_or(false),
            Err(_) => false,
        })
    }

    fn class_of(&mut self, defs: &Defs, field: &Field) -> Class {
        match defs {
            Defs::One(def) => def.class,
            defs => self.settle(defs, field).map_or(Class::Plain, |settled| settled.class),
        }
    }

    /// `with`, as `settle_stack` does it.
    fn weigh_stack(&mut self, stack: &[Defs], field: &Field, out: &mut Vec<Definition>) {
        let forced = stack.iter().rev().skip(1).any(may_force);
        let kept = if forced { self.kept_forced(stack, field) } else { self.kept_on_top(stack, field) };
        let top = kept.iter().copied().max().unwrap_or(0);
        let outcome = match kept.len() {
            0 | 1 => Outcome::Topmost,
            _ => Outcome::Joined,
        };
        for (at, defs) in stack.iter().enumerate() {
            if kept.contains(&at) {
                let from = out.len();
                self.weigh(defs, field, out);
                let outcome = if forced && kept.len() == 1 { Outcome::Highest(Class::Force) } else { outcome };
                mark(out, from, outcome);
            } else {
                let lost = if at > top { Outcome::HeldOff } else { Outcome::Overridden };
                self.list(defs, field.name, lost, out);
            }
        }
    }

    /// From the top down: one value, or the records (or lists, where they append) directly below one another.
    fn kept_on_top(&mut self, stack: &[Defs], field: &Field) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        let mut appends = None;
        for (at, defs) in stack.iter().enumerate().rev() {
            match self.settle(defs, field) {
                Ok(Settled { value: Value::Record(_), cut, .. }) if appends.is_none() => {
                    kept.push(at);
                    if cut {
                        break;
                    }
                }
                Ok(Settled { value: Value::List(_), cut, .. }) if kept.is_empty() || appends == Some(true) => {
                    let first = kept.is_empty();
                    kept.push(at);
                    if first {
                        appends = Some(!cut && self.strategy(field).is_ok_and(|strategy| strategy.is_some()));
                    }
                    if cut || appends == Some(false) {
                        break;
                    }
                }
                _ if kept.is_empty() => {
                    kept.push(at);
                    break;
                }
                _ => break,
            }
        }
        kept
    }

    /// From the bottom up, where a `force` lies below the top.
    fn kept_forced(&mut self, stack: &[Defs], field: &Field) -> Vec<usize> {
        let mut kept: Vec<(usize, bool, Class)> = Vec::new();
        for (at, defs) in stack.iter().enumerate() {
            let (record, class) = match self.settle(defs, field) {
                Ok(settled) => (matches!(settled.value, Value::Record(_)) && !settled.cut, settled.class),
                Err(_) => (false, Class::Plain),
            };
            if record && kept.last().is_some_and(|(_, record, _)| *record) {
                kept.push((at, true, class));
                continue;
            }
            let held = kept.last().is_some_and(|(_, _, below)| *below == Class::Force) && class != Class::Force;
            if !held {
                kept.clear();
                kept.push((at, record, class));
            }
        }
        kept.into_iter().map(|(at, _, _)| at).collect()
    }

    /// Definitions that do not count, and so are not computed either.
    fn list(&self, defs: &Defs, name: Symbol, outcome: Outcome, out: &mut Vec<Definition>) {
        match defs {
            Defs::One(def) => out.push(self.told(def, name, outcome)),
            Defs::All(all) | Defs::Stack(all) => all.iter().for_each(|defs| self.list(defs, name, outcome, out)),
        }
    }

    fn told(&self, def: &Def, name: Symbol, outcome: Outcome) -> Definition {
        let code = code_of(def, name);
        let loc = match code {
            Some(code) => Some(Loc { span: code.loc.span.to(code.value_loc.span), ..code.loc }),
            None => self.read_field(&def.leaf, name),
        };
        let loc = loc.filter(|loc| *loc != Loc::default()).map(|mut loc| {
            // `[String] : T = v` is named by what stands in its brackets.
            loc.span.start -= u32::from(matches!(def.what, What::Rest) && loc.span.start > 0);
            loc
        });
        let start = matches!(def.what, What::Rest) || code.is_some_and(|code| code.optional);
        Definition { loc, value: None, class: def.class, start, outcome, by: None }
    }
}

fn is_record(value: &Run) -> bool {
    matches!(value, Ok(Value::Record(_)))
}

/// What became of the definitions from a place on, if they count so far.
fn mark(out: &mut [Definition], from: usize, outcome: Outcome) {
    for definition in out.iter_mut().skip(from).filter(|definition| definition.outcome.counts()) {
        definition.outcome = outcome;
    }
}

/// The code of a definition, if it stands in braces.
pub(super) fn code_of(def: &Def, name: Symbol) -> Option<&FieldCode> {
    match (&def.leaf.body, def.what) {
        (Body::Braces { template, .. }, What::Field(index)) => template.fields.get(index),
        (Body::Braces { template, .. }, What::Rest) => template.rest.as_ref()?.value.as_ref(),
        (Body::Data(Some(template)), _) => template.fields.get(field_index(&def.leaf, template, name)?),
        _ => None,
    }
}

/// Whether a fault is about an annotation at a place.
pub fn blames(fault: &Fault, annotation: Loc) -> bool {
    fault.diags.iter().any(|diag| diag.labels.iter().any(|label| label.loc == annotation))
}
