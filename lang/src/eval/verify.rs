//! What is looked at once, when a final record is first read: asserts, closedness, presence.

use super::compose::{Defs, Found, What, field_index};
use super::fault::Run;
use super::profile::Work;
use super::select::unmarked;
use super::vm::{FieldFrame, Vm, record_loc};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::code::code::{AssertCode, Block, BlockKind, Code, FieldValue, Template};
use crate::value::record::{Below, Body, Checked, Record};
use crate::value::value::Value;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Braces with something to be looked at, and where they stand in the tree.
struct Watched {
    leaf: Rc<Record>,
    template: Rc<Template>,
    below: Option<Rc<Below>>,
    schema: bool,
}

impl Vm {
    /// Runs the asserts and judges closedness, once for each final record. Reads made meanwhile do
    /// not start it again.
    pub fn verify(&mut self, record: &Rc<Record>) -> Run<()> {
        if record.checked() != Checked::NotYet {
            return Ok(());
        }
        record.set_checked(Checked::Running);
        let result = self.verify_now(record);
        record.set_checked(if result.is_ok() { Checked::Done } else { Checked::NotYet });
        result
    }

    fn verify_now(&mut self, record: &Rc<Record>) -> Run<()> {
        match &record.body {
            Body::Checked { inner, ty, label } => {
                self.verify(inner)?;
                self.framed(|_| Work::Contract(label.ty), |vm| vm.check_presence(inner, ty, label))?;
                // What the type asserts, with the record that it is asked of as `self`.
                let mut watched = Vec::new();
                self.watched(record, ty, None, &mut watched)?;
                return self.run_asserts(record, &watched);
            }
            Body::Super { .. } => return Ok(()),
            _ => {}
        }
        let mut watched = Vec::new();
        self.watched(record, record, None, &mut watched)?;
        if watched.iter().any(|watched| watched.schema) {
            self.verify_closed(record, &watched)?;
        }
        self.run_asserts(record, &watched)
    }

    fn run_asserts(&mut self, record: &Rc<Record>, watched: &[Watched]) -> Run<()> {
        for watched in watched {
            let frame = FieldFrame { leaf: watched.leaf.clone(), below: watched.below.clone() };
            for assert in &watched.template.asserts {
                self.framed(|_| Work::Assert(assert.loc), |vm| vm.run_assert(record, assert, &frame))?;
            }
        }
        Ok(())
    }

    fn watched(
        &mut self,
        this: &Rc<Record>,
        node: &Rc<Record>,
        below: Option<Rc<Below>>,
        out: &mut Vec<Watched>,
    ) -> Run<()> {
        match &node.body {
            Body::Data(_) | Body::Super { .. } => {}
            Body::Classed(_, inner) | Body::Checked { inner, .. } => self.watched(this, inner, below, out)?,
            Body::And(parts) => {
                for part in parts {
                    self.watched(this, part, below.clone(), out)?;
                }
            }
            Body::Over(parts) => {
                for (upto, part) in parts.iter().enumerate() {
                    if is_watched(part) {
                        let under = || Rc::new(Below { over: node.clone(), upto, next: below.clone() });
                        let below = if upto == 0 { below.clone() } else { Some(under()) };
                        self.watched(this, part, below, out)?;
                    }
                }
            }
            Body::Braces { template, .. } => {
                if template.plain {
                    return Ok(());
                }
                let schema = template.closed || (template.schema && template.open);
                out.push(Watched { leaf: node.clone(), template: template.clone(), below: below.clone(), schema });
                for (index, block) in template.blocks.iter().enumerate() {
                    if has_watched(block) {
                        let parts = self.block_parts(this, node, index as u32, below.clone())?;
                        for part in &parts.records {
                            self.watched(this, part, below.clone(), out)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn run_assert(&mut self, this: &Rc<Record>, assert: &AssertCode, frame: &FieldFrame) -> Run<()> {
        match self.run_field_code(assert.cond, this, frame)? {
            Value::Bool(true) => Ok(()),
            Value::Bool(false) => {
                let message = match self.run_field_code(assert.message, this, frame)? {
                    Value::Text(text) => text.as_str().to_owned(),
                    value => self.short(&value),
                };
                let diag = Diag::error(ErrorCode::AssertFailed, message).at(assert.loc, "this does not hold");
                let diag = match self.unequal(assert.cond, this, frame) {
                    Some(difference) => diag.note(difference),
                    None => diag,
                };
                let place = record_loc(this);
                let inside = place.file == assert.loc.file && place.span.contains(assert.loc.span.start);
                let given = self.given_to(this, assert.loc, &diag.title);
                self.error(match given {
                    Some((loc, text)) => {
                        let diag = Diag { labels: Vec::new(), ..diag };
                        diag.at(loc, text).also(assert.loc, "this does not hold")
                    }
                    None if inside => diag,
                    None => diag.also(place, "for this record"),
                })
            }
            value => {
                let title = format!("an assert takes a boolean, found {}", value.kind());
                self.error(Diag::error(ErrorCode::WrongKind, title).at(assert.loc, self.describe(&value)))
            }
        }
    }

    /// A field is undeclared if no schema among the operands declares it.
    fn verify_closed(&mut self, record: &Rc<Record>, watched: &[Watched]) -> Run<()> {
        let schemas: Vec<&Watched> = watched.iter().filter(|watched| watched.schema).collect();
        if schemas.iter().any(|schema| schema.template.open) {
            return Ok(());
        }
        self.learn_all(record)?;
        let mut diags = Vec::new();
        for name in record.shape().names() {
            let mut declared = false;
            for schema in &schemas {
                declared = declared || self.declares(record, schema, *name)?;
            }
            if !declared && self.is_present(record, *name, true)? {
                diags.push(self.undeclared(record, &schemas, *name));
            }
        }
        if diags.is_empty() { Ok(()) } else { Err(super::fault::Fault::many(diags)) }
    }

    fn declares(&mut self, record: &Rc<Record>, schema: &Watched, name: Symbol) -> Run<bool> {
        let template = &schema.template;
        if field_index(&schema.leaf, template, name).is_some() {
            return Ok(true);
        }
        for (index, block) in template.blocks.iter().enumerate() {
            if block.names.contains(&name) {
                return Ok(true);
            }
            if block.computed {
                let parts = self.block_parts(record, &schema.leaf, index as u32, schema.below.clone())?;
                for part in &parts.records {
                    if self.slot_of(part, name)?.is_some() {
                        return Ok(true);
                    }
                }
            }
        }
        match &template.rest {
            Some(rest) => self.rest_covers(record, &schema.leaf, rest.key, name),
            None => Ok(false),
        }
    }

    #[cold]
    fn undeclared(&mut self, record: &Rc<Record>, schemas: &[&Watched], name: Symbol) -> Diag {
        let mut seen = FxHashSet::default();
        let names = schemas.iter().flat_map(|schema| schema.template.shape.names().iter().copied());
        let known: Vec<Rc<str>> = names.filter(|name| seen.insert(*name)).map(|name| name.text()).collect();
        let text = name.text();
        let near = suggest::nearest(&text, known.iter().map(|name| &**name));
        let diag = Diag::error(ErrorCode::Undeclared, format!("the schema does not declare `{name}`"))
            .at(self.definition(record, name), "not a field of the schema");
        let diag = match schemas.first() {
            Some(schema) => diag.also(schema.template.loc, "the schema"),
            None => diag,
        };
        match near {
            Some(near) => diag.meant(Some(near), self.definition(record, name), &text),
            None => self.elsewhere(diag, record, &known, name),
        }
    }

    /// Whether a closed record has no place for this name, so that asking for it is a mistake.
    pub(super) fn refuses(&mut self, record: &Rc<Record>, name: Symbol) -> Run<bool> {
        if let Body::Checked { inner, .. } = &record.body {
            return self.refuses(&inner.clone(), name);
        }
        let mut watched = Vec::new();
        self.watched(record, record, None, &mut watched)?;
        let schemas: Vec<&Watched> = watched.iter().filter(|watched| watched.schema).collect();
        if schemas.is_empty() || schemas.iter().any(|schema| schema.template.open) {
            return Ok(false);
        }
        for schema in schemas {
            if self.declares(record, schema, name)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a schema is among the operands.
    pub(super) fn has_schema(&mut self, record: &Rc<Record>) -> Run<bool> {
        let mut watched = Vec::new();
        self.watched(record, record, None, &mut watched)?;
        Ok(watched.iter().any(|watched| watched.schema))
    }

    /// The names of the fields that are there and not hidden, in declared order.
    pub fn names(&mut self, record: &Rc<Record>) -> Run<Vec<Symbol>> {
        self.names_where(record, false)
    }

    pub fn names_where(&mut self, record: &Rc<Record>, hidden: bool) -> Run<Vec<Symbol>> {
        self.verify(record)?;
        self.learn_all(record)?;
        let shape = record.shape();
        if record.is_pure() {
            return Ok(shape.names().to_vec());
        }
        let mut names = Vec::with_capacity(shape.len());
        for name in shape.names() {
            if self.is_present(record, *name, hidden)? {
                names.push(*name);
            }
        }
        Ok(names)
    }

    /// Whether a field is there, without computing its value if that can be known without.
    pub fn is_present(&mut self, record: &Rc<Record>, name: Symbol, hidden: bool) -> Run<bool> {
        if (hidden || !record.may_hide())
            && let Some(there) = record.tells(name)
        {
            return Ok(there);
        }
        if let Body::Checked { inner, .. } = &record.body {
            return self.is_present(&inner.clone(), name, hidden);
        }
        if let Body::Data(Some(template)) = &record.body {
            let field = field_index(record, template, name).map(|index| &template.fields[index]);
            return Ok(hidden || !field.is_some_and(|field| field.hidden));
        }
        if let Body::Braces { template, .. } = &record.body
            && let (true, Some(index)) = (template.blocks.is_empty(), field_index(record, template, name))
        {
            let field = &template.fields[index];
            return Ok((hidden || !field.hidden) && self.is_there(record, field, name)?);
        }
        let mut found = Found::default();
        let defs = self.definitions(record, name, &mut found)?;
        if found.hidden && !hidden {
            return Ok(false);
        }
        match defs {
            None => Ok(found.required.is_some()),
            Some(defs) if self.may_vanish(&defs) => Ok(self.read(record, name)?.is_some()),
            Some(_) => Ok(true),
        }
    }

    fn is_there(&mut self, record: &Rc<Record>, field: &crate::code::code::FieldCode, name: Symbol) -> Run<bool> {
        match field.value {
            FieldValue::None => Ok(!field.optional),
            _ if field.optional => Ok(false),
            FieldValue::Direct(code) => Ok(!matches!(self.program.codes[code], Code::Absent)),
            FieldValue::Code { proto, .. } => {
                let code = self.program.protos[proto].code;
                if self.program.may_be_mark(code) { Ok(self.read(record, name)?.is_some()) } else { Ok(true) }
            }
        }
    }

    /// Whether some definition may take the field away, so that only its value tells.
    fn may_vanish(&self, defs: &Defs) -> bool {
        match defs {
            Defs::All(all) | Defs::Stack(all) => all.iter().any(|defs| self.may_vanish(defs)),
            Defs::One(def) => match (def.what, &def.leaf.body) {
                (What::Field(index), Body::Braces { template, .. }) => match template.fields[index].value {
                    FieldValue::Direct(code) => self.program.may_be_mark(code),
                    FieldValue::Code { proto, .. } => self.program.may_be_mark(self.program.protos[proto].code),
                    FieldValue::None => false,
                },
                _ => false,
            },
        }
    }

    /// Whether a record has a field, hidden or not. Computes its value only if nothing else tells.
    pub fn has(&mut self, record: &Rc<Record>, name: Symbol) -> Run<bool> {
        self.verify(record)?;
        Ok(self.slot_of(record, name)?.is_some() && self.is_present(record, name, true)?)
    }

    fn read(&mut self, record: &Rc<Record>, name: Symbol) -> Run<Option<Value>> {
        Ok(self.field(record, name)?.and_then(unmarked))
    }

    /// Where a record lacks a field, for messages.
    pub(super) fn place(&self, record: &Rc<Record>) -> Loc {
        self.read_whole(&Value::Record(record.clone())).unwrap_or_else(|| record_loc(record))
    }
}

fn is_watched(node: &Rc<Record>) -> bool {
    match &node.body {
        Body::Data(_) | Body::Super { .. } => false,
        Body::Braces { template, .. } => !template.plain,
        Body::Classed(_, inner) | Body::Checked { inner, .. } => is_watched(inner),
        Body::And(_) | Body::Over(_) => true,
    }
}

fn has_watched(block: &Block) -> bool {
    let watched = |template: &Template| {
        !template.asserts.is_empty() || template.closed || template.blocks.iter().any(has_watched)
    };
    match &block.kind {
        BlockKind::If { then, otherwise, .. } => watched(then) || otherwise.as_ref().is_some_and(|part| watched(part)),
        BlockKind::Expand(_) => block.watched,
    }
}
