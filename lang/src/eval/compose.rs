//! Records made of records: which names they have, and which definitions a name has.

use super::fault::Run;
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::{Block, BlockKind, CodeId, FieldValue, Template, TypeCode};
use crate::syntax::ast::Class;
use crate::value::record::{Below, Body, Record, Stage};
use crate::value::value::Value;
use crate::value::ways::Joint;
use std::rc::Rc;

/// How many records of operands are gone through to find a place for a message.
const SOUGHT: u32 = 256;
/// The same where it may turn out that no message is needed.
const SOUGHT_NEAR: u32 = 8;

/// The definitions of one name, as the operands stand to one another.
#[derive(Debug)]
pub(super) enum Defs {
    One(Def),
    All(Vec<Defs>),
    Stack(Vec<Defs>),
}

#[derive(Debug, Clone)]
pub(super) struct Def {
    pub leaf: Rc<Record>,
    pub what: What,
    pub class: Class,
    pub below: Option<Rc<Below>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// A field of a data record.
    Data,
    /// A field of braces, by its number in the template.
    Field(usize),
    /// What `[String] : T = v` starts every other field from.
    Rest,
}

/// What else the operands say of a name.
#[derive(Default)]
pub(super) struct Found {
    /// What the field starts from once something defines it.
    pub starts: Vec<Def>,
    /// An annotation without a value, of a field that must have one.
    pub required: Option<Loc>,
    pub types: Vec<TypeAt>,
    pub hidden: bool,
}

pub(super) struct TypeAt {
    pub code: TypeCode,
    pub leaf: Rc<Record>,
    pub below: Option<Rc<Below>>,
}

/// Where an operand stands: the class that `default x = {…}` gives all in it, and what lies below.
#[derive(Clone, Copy, Default)]
pub(super) struct At<'a> {
    pub class: Option<Class>,
    pub below: Option<&'a BelowRef<'a>>,
}

/// The operands below, as a list on the call stack; kept only if a definition reads `super`.
#[derive(Clone, Copy)]
pub(super) struct BelowRef<'a> {
    pub over: &'a Rc<Record>,
    pub upto: usize,
    pub next: Option<&'a BelowRef<'a>>,
    pub kept: Option<&'a Rc<Below>>,
}

impl BelowRef<'_> {
    pub fn keep(&self) -> Rc<Below> {
        match self.kept {
            Some(kept) => kept.clone(),
            None => {
                let next = self.next.map(BelowRef::keep);
                Rc::new(Below { over: self.over.clone(), upto: self.upto, next })
            }
        }
    }
}

/// A look-up of one name in one final record.
pub(super) struct Lookup<'a> {
    pub this: &'a Rc<Record>,
    pub name: Symbol,
}

impl Vm {
    /// All definitions of a name in a final record.
    pub(super) fn definitions(&mut self, this: &Rc<Record>, name: Symbol, found: &mut Found) -> Run<Option<Defs>> {
        match &this.body {
            Body::Super { this: seen, below } => {
                let look = Lookup { this: seen, name };
                self.collect_below(&look, below, found)
            }
            _ => self.collect_defs(&Lookup { this, name }, this, At::default(), found),
        }
    }

    /// What a type says of a name, with the checked record as `self`.
    pub(super) fn type_definitions(&mut self, look: &Lookup, ty: &Rc<Record>, found: &mut Found) -> Run<Option<Defs>> {
        self.collect_defs(look, ty, At::default(), found)
    }

    pub(super) fn collect_defs(
        &mut self,
        look: &Lookup,
        node: &Rc<Record>,
        at: At,
        found: &mut Found,
    ) -> Run<Option<Defs>> {
        match &node.body {
            Body::Data(template) => {
                let field = template
                    .as_ref()
                    .and_then(|template| Some(&template.fields[field_index(node, template, look.name)?]));
                found.hidden |= field.is_some_and(|field| field.hidden);
                Ok(self.data_def(look, node, at.class))
            }
            Body::Braces { template, .. } => self.braces_defs(look, node, &template.clone(), at, found),
            Body::Classed(class, inner) => self.collect_defs(look, inner, At { class: Some(*class), ..at }, found),
            Body::Checked { inner, .. } => self.collect_defs(look, inner, at, found),
            Body::Super { below: under, .. } => self.collect_below(look, under, found),
            Body::And(parts) => {
                let mut all = Vec::new();
                self.collect_all(look, parts, at, found, &mut all)?;
                Ok(one_of(all, Defs::All))
            }
            Body::Over(parts) => {
                let mut stack = Vec::new();
                self.collect_over(look, node, parts, at, found, &mut stack)?;
                Ok(one_of(stack, Defs::Stack))
            }
        }
    }

    fn collect_all(
        &mut self,
        look: &Lookup,
        parts: &[Rc<Record>],
        at: At,
        found: &mut Found,
        all: &mut Vec<Defs>,
    ) -> Run<()> {
        self.enter()?;
        for part in parts {
            let known = at.below.is_none().then(|| known_part(look, part, at.class)).flatten();
            let result = match (known, &part.body) {
                (Some(known), _) => Ok(known),
                (None, Body::And(inner)) => self.collect_all(look, inner, at, found, all).map(|()| None),
                (None, _) => self.collect_defs(look, part, at, found),
            };
            all.extend(result.inspect_err(|_| self.depth -= 1)?);
        }
        self.leave();
        Ok(())
    }

    fn collect_over(
        &mut self,
        look: &Lookup,
        over: &Rc<Record>,
        parts: &[Rc<Record>],
        at: At,
        found: &mut Found,
        stack: &mut Vec<Defs>,
    ) -> Run<()> {
        self.enter()?;
        for (upto, part) in parts.iter().enumerate() {
            // Only the bottom may stand for itself: further up it matters what cuts off what.
            let known = (upto == 0 && at.below.is_none()).then(|| known_part(look, part, at.class)).flatten();
            let under = BelowRef { over, upto, next: at.below, kept: None };
            // Below the bottom lies what lies below the whole stack.
            let here = At { below: if upto == 0 { at.below } else { Some(&under) }, ..at };
            let result = match (known, &part.body) {
                (Some(known), _) => Ok(known),
                // Stacks on stacks are one: that is what makes `with` associative.
                (None, Body::Over(inner)) => self.collect_over(look, part, inner, here, found, stack).map(|()| None),
                (None, _) => self.collect_defs(look, part, here, found),
            };
            match result.inspect_err(|_| self.depth -= 1)? {
                Some(Defs::Stack(inner)) => stack.extend(inner),
                defs => stack.extend(defs),
            }
        }
        self.leave();
        Ok(())
    }

    /// The definitions in what lies below a place.
    fn collect_below(&mut self, look: &Lookup, below: &Rc<Below>, found: &mut Found) -> Run<Option<Defs>> {
        let mut stack = Vec::new();
        if let Some(next) = &below.next {
            stack.extend(self.collect_below(look, next, found)?);
        }
        let next = below.next.as_ref().map(|next| kept(next));
        if let Body::Over(parts) = &below.over.body {
            let parts = &parts[..below.upto];
            self.collect_over(look, &below.over, parts, At { class: None, below: next.as_ref() }, found, &mut stack)?;
        }
        Ok(one_of(stack, Defs::Stack))
    }

    fn data_def(&self, look: &Lookup, node: &Rc<Record>, class: Option<Class>) -> Option<Defs> {
        node.slot(look.name)?;
        let own = match &node.body {
            Body::Data(Some(template)) => {
                field_index(node, template, look.name).and_then(|index| template.fields[index].class)
            }
            _ => None,
        };
        let class = own.or(class).unwrap_or(Class::Plain);
        Some(Defs::One(Def { leaf: node.clone(), what: What::Data, class, below: None }))
    }

    fn braces_defs(
        &mut self,
        look: &Lookup,
        node: &Rc<Record>,
        template: &Rc<Template>,
        at: At,
        found: &mut Found,
    ) -> Run<Option<Defs>> {
        let mut all = Vec::new();
        match field_index(node, template, look.name) {
            Some(index) => {
                let field = &template.fields[index];
                found.hidden |= field.hidden;
                for code in &field.types {
                    found.types.push(TypeAt { code: *code, leaf: node.clone(), below: at.below.map(BelowRef::keep) });
                }
                let reads_super = matches!(field.value, FieldValue::Code { reads_super: true, .. });
                let def = Def {
                    leaf: node.clone(),
                    what: What::Field(index),
                    class: field.class.or(at.class).unwrap_or(Class::Plain),
                    below: if reads_super { at.below.map(BelowRef::keep) } else { None },
                };
                match (field.value, field.optional) {
                    (FieldValue::None, true) => {}
                    (FieldValue::None, false) => found.required = Some(field.loc),
                    (_, true) => found.starts.push(def),
                    (_, false) => all.push(Defs::One(def)),
                }
                if field.types.is_empty() && !field.optional {
                    self.rest_defs(look, node, template, at.below, found)?;
                }
            }
            None => self.rest_defs(look, node, template, at.below, found)?,
        }
        for (index, block) in template.blocks.iter().enumerate() {
            if self.is_relevant(look, block) {
                let kept = at.below.filter(|_| block.reads_super).map(BelowRef::keep);
                let parts = self.block_parts(look.this, node, index as u32, kept)?;
                match &parts.index {
                    Some(by_name) => {
                        for index in by_name.get(&look.name).into_iter().flatten() {
                            let part = &parts.records[*index as usize];
                            all.extend(self.collect_defs(look, part, at, found)?);
                        }
                    }
                    None => {
                        for part in &parts.records {
                            all.extend(self.collect_defs(look, part, at, found)?);
                        }
                    }
                }
            }
        }
        Ok(one_of(all, Defs::All))
    }

    /// Whether a block has to be run for a name. One that computes names and reads `self` is only
    /// run once all names are asked for: it may not define what the text names.
    fn is_relevant(&self, look: &Lookup, block: &Block) -> bool {
        block.names.contains(&look.name) || (block.computed && (!block.reads_self || look.this.stage() == Stage::All))
    }

    /// `[String] : T = v` speaks of every name that its braces do not annotate.
    fn rest_defs(
        &mut self,
        look: &Lookup,
        node: &Rc<Record>,
        template: &Rc<Template>,
        below: Option<&BelowRef>,
        found: &mut Found,
    ) -> Run<()> {
        let Some(rest) = &template.rest else { return Ok(()) };
        let named = template.blocks.iter().any(|block| block.names.contains(&look.name));
        if named || !self.rest_covers(look.this, node, rest.key, look.name)? {
            return Ok(());
        }
        found.types.push(TypeAt { code: rest.ty, leaf: node.clone(), below: None });
        if rest.value.is_some() {
            let below = below.map(BelowRef::keep);
            found.starts.push(Def { leaf: node.clone(), what: What::Rest, class: Class::Default, below });
        }
        Ok(())
    }

    /// Whether `[K]` covers a name: K is `String` or something that only some strings are in.
    pub(super) fn rest_covers(
        &mut self,
        this: &Rc<Record>,
        leaf: &Rc<Record>,
        key: crate::code::code::ProtoId,
        name: Symbol,
    ) -> Run<bool> {
        let frame = Vm::own_frame(leaf);
        let ty = self.run_field_code(key, this, &frame)?;
        self.is_in(&Value::text(&*name.text()), &ty)
    }

    /// Where a name is defined, for messages: the last operand that says something of it.
    pub(super) fn definition(&self, record: &Rc<Record>, name: Symbol) -> Loc {
        self.find_definition(record, name, &mut { SOUGHT }).unwrap_or_else(|| super::vm::record_loc(record))
    }

    /// Where the value of a name stands, if the text has it.
    pub(super) fn value_loc(&self, node: &Rc<Record>, name: Symbol) -> Option<Loc> {
        self.find_value(node, name, &mut { SOUGHT_NEAR })
    }

    fn find_value(&self, node: &Rc<Record>, name: Symbol, left: &mut u32) -> Option<Loc> {
        match &node.body {
            Body::Data(Some(template)) | Body::Braces { template, .. } => {
                let field = &template.fields[field_index(node, template, name)?];
                (!matches!(field.value, FieldValue::None)).then_some(field.value_loc)
            }
            Body::Data(None) => self.read_value(node, name),
            Body::Super { .. } => None,
            Body::Classed(_, inner) | Body::Checked { inner, .. } => self.find_value(inner, name, left),
            Body::And(parts) | Body::Over(parts) => {
                *left = left.checked_sub(1)?;
                parts.iter().rev().take(64).find_map(|part| self.find_value(part, name, left))
            }
        }
    }

    fn find_definition(&self, node: &Rc<Record>, name: Symbol, left: &mut u32) -> Option<Loc> {
        match &node.body {
            Body::Data(None) => self.read_name(node, name),
            Body::Data(Some(template)) => field_index(node, template, name).map(|index| template.fields[index].loc),
            Body::Braces { template, .. } => match field_index(node, template, name) {
                Some(index) => Some(template.fields[index].loc),
                None => {
                    let block = template.blocks.iter().find(|block| block.names.contains(&name));
                    block.map(|block| match &block.kind {
                        BlockKind::If { then, otherwise, .. } => [Some(then), otherwise.as_ref()]
                            .into_iter()
                            .flatten()
                            .find_map(|part| part.shape.slot(name).map(|slot| part.fields[slot].loc))
                            .unwrap_or(block.loc),
                        BlockKind::Expand(_) => block.loc,
                    })
                }
            },
            Body::Classed(_, inner) | Body::Checked { inner, .. } => self.find_definition(inner, name, left),
            Body::Super { .. } => None,
            Body::And(parts) | Body::Over(parts) => {
                *left = left.checked_sub(1)?;
                parts.iter().rev().take(64).find_map(|part| self.find_definition(part, name, left))
            }
        }
    }

    /// `a & b`
    #[inline(never)]
    pub fn merge(&mut self, left: &Value, right: &Value, id: CodeId) -> Run {
        match (left, right) {
            (Value::Record(a), Value::Record(b)) if Rc::ptr_eq(a, b) => Ok(left.clone()),
            (Value::Record(a), Value::Record(b)) => {
                let loc = self.between(id);
                Ok(Value::Record(self.composed(Joint::And, [a.clone(), b.clone()], loc)))
            }
            (Value::Type(_), _) | (_, Value::Type(_)) => self.meet(left, right),
            (Value::Absent | Value::Replace(_), _) | (_, Value::Absent | Value::Replace(_)) => self.mark_elsewhere(id),
            _ => {
                if self.agree(left, right)? {
                    return Ok(left.clone());
                }
                // A function that is not the same one is a predicate: what is in both sides.
                if left.is_function() || right.is_function() {
                    return self.meet(left, right);
                }
                self.disagree(left, right, id)
            }
        }
    }

    #[cold]
    fn disagree<T>(&self, left: &Value, right: &Value, id: CodeId) -> Run<T> {
        let (a, b) = self.brief_pair(left, right);
        let diag = Diag::error(ErrorCode::Conflict, "the two sides of `&` disagree");
        let diag = diag.at(self.loc(id), format!("{a} against {b}")).help("`with` lets the right side win");
        self.error(match self.difference(left, right) {
            Some(difference) => diag.note(difference),
            None => diag,
        })
    }

    /// `a with b`
    #[inline(never)]
    pub fn with(&mut self, left: &Value, right: &Value, id: CodeId) -> Run {
        match (left, right) {
            (Value::Record(a), Value::Record(b)) => {
                let loc = self.between(id);
                Ok(Value::Record(self.composed(Joint::With, [a.clone(), b.clone()], loc)))
            }
            (Value::Absent | Value::Replace(_), _) | (_, Value::Absent | Value::Replace(_)) => self.mark_elsewhere(id),
            _ => Ok(right.clone()),
        }
    }

    pub(super) fn and(&mut self, mut parts: Vec<Rc<Record>>) -> Rc<Record> {
        let mut index = 1;
        while index < parts.len() {
            if parts[..index].iter().take(8).any(|part| Rc::ptr_eq(part, &parts[index])) {
                parts.remove(index);
            } else {
                index += 1;
            }
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => {
                self.counts.merges += 1;
                Record::composed(Body::And(parts.into()))
            }
        }
    }

    #[cold]
    pub(super) fn mark_elsewhere<T>(&self, id: CodeId) -> Run<T> {
        let diag =
            Diag::error(ErrorCode::MarkElsewhere, "`absent` and `std.replace` are marks that only a field can hold");
        self.error(diag.at(self.loc(id), "").help("write `field = absent` in the braces that override the record"))
    }

    /// A value in a few words: a scalar as it is written, anything else by its kind.
    pub fn short(&self, value: &Value) -> String {
        let text = self.describe(value);
        text.strip_prefix("this is ").unwrap_or(&text).to_owned()
    }
}

/// What an operand defines, if it is a landing that knows its names: its own slots answer.
pub(super) fn known_part(look: &Lookup, part: &Rc<Record>, class: Option<Class>) -> Option<Option<Defs>> {
    if !part.is_landing() || part.stage() != Stage::All {
        return None;
    }
    let class = class.unwrap_or(Class::Plain);
    let def = |_| Defs::One(Def { leaf: part.clone(), what: What::Data, class, below: None });
    Some(part.slot(look.name).map(def))
}

pub(super) fn kept(below: &Rc<Below>) -> BelowRef<'_> {
    BelowRef { over: &below.over, upto: below.upto, next: None, kept: Some(below) }
}

fn one_of(mut defs: Vec<Defs>, many: impl FnOnce(Vec<Defs>) -> Defs) -> Option<Defs> {
    match defs.len() {
        0 => None,
        1 => defs.pop(),
        _ => Some(many(defs)),
    }
}

/// The number of a field in its template; a computed name is known to the record alone.
pub(super) fn field_index(node: &Record, template: &Template, name: Symbol) -> Option<usize> {
    if template.renamed { node.slot(name) } else { template.shape.slot(name) }
}
