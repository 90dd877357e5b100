//! Which names a record has: those that stand in the text at once, those that blocks compute only
//! when somebody asks for all, or for one that does not stand there.

use super::compose::{BelowRef, kept};
use super::fault::Run;
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::shape::Shape;
use crate::base::symbol::Symbol;
use crate::code::code::{Block, Template};
use crate::value::record::{Below, Body, Record, Stage};
use std::rc::Rc;

/// The names of a record, and whether one of them may be hidden.
#[derive(Default)]
struct Names {
    /// What is known as a whole.
    shape: Rc<Shape>,
    /// The same with names that came one by one.
    own: Option<Shape>,
    hides: bool,
}

impl Names {
    /// All names of a record that knows them.
    fn take(&mut self, node: &Record) {
        self.whole(&node.shape(), node.may_hide());
    }

    fn whole(&mut self, shape: &Rc<Shape>, hides: bool) {
        match &mut self.own {
            Some(own) => own.extend(shape.names()),
            None if self.shape.is_empty() => self.shape = shape.clone(),
            None if self.shape.is_lasting() && shape.is_lasting() => self.shape = Shape::join(&self.shape, shape),
            None => self.own().extend(shape.names()),
        }
        self.hides |= hides;
    }

    fn own(&mut self) -> &mut Shape {
        self.own.get_or_insert_with(|| self.shape.grown())
    }

    fn into_shape(self) -> Rc<Shape> {
        self.own.map_or(self.shape, Shape::shared)
    }
}

impl Vm {
    /// The names that stand in the text of the operands, in declared order.
    pub(super) fn learn_named(&mut self, record: &Rc<Record>) -> Run<()> {
        if record.is_landing() {
            return self.learn_all(record);
        }
        let mut names = Names::default();
        let computed = self.add_names(record, &mut names)?;
        let stage = if computed { Stage::Named } else { Stage::All };
        let hides = names.hides;
        record.learn(names.into_shape(), stage, hides);
        Ok(())
    }

    /// Adds the names of a node; whether more may be computed.
    fn add_names(&mut self, node: &Rc<Record>, names: &mut Names) -> Run<bool> {
        if node.is_landing() {
            self.learn_all(node)?;
            names.take(node);
            return Ok(false);
        }
        match &node.body {
            Body::Data(_) => {
                names.take(node);
                Ok(false)
            }
            Body::Braces { template, .. } => {
                if template.renamed {
                    names.take(node);
                    return Ok(false);
                }
                Ok(add_template_names(template, names))
            }
            Body::Classed(_, inner) | Body::Checked { inner, .. } => self.add_names(inner, names),
            Body::Super { below, .. } => self.add_below_names(&below.clone(), names),
            Body::And(parts) | Body::Over(parts) => {
                self.enter()?;
                let mut computed = false;
                for part in parts {
                    computed |= self.add_names(part, names).inspect_err(|_| self.depth -= 1)?;
                }
                self.leave();
                Ok(computed)
            }
        }
    }

    fn add_below_names(&mut self, below: &Rc<Below>, names: &mut Names) -> Run<bool> {
        let mut computed = false;
        if let Some(next) = &below.next {
            computed |= self.add_below_names(next, names)?;
        }
        if let Body::Over(parts) = &below.over.body {
            for part in &parts[..below.upto] {
                computed |= self.add_names(part, names)?;
            }
        }
        Ok(computed)
    }

    /// All names, those of spreads and computed names too, in declared order.
    pub(super) fn learn_all(&mut self, record: &Rc<Record>) -> Run<()> {
        if record.stage() == Stage::Unknown && !record.is_landing() {
            self.learn_named(record)?;
        }
        if record.stage() == Stage::All {
            return Ok(());
        }
        if record.with_extra(|extra| std::mem::replace(&mut extra.expanding, true)) {
            return self.names_cycle(record);
        }
        let named = record.shape();
        let mut names = Names::default();
        let result = self.add_all_names(record, record, None, &named, &mut names);
        record.with_extra(|extra| extra.expanding = false);
        result?;
        let hides = names.hides;
        record.learn(names.into_shape(), Stage::All, hides);
        if record.is_landing() {
            self.take_over(record);
        }
        Ok(())
    }

    #[cold]
    fn names_cycle<T>(&self, record: &Rc<Record>) -> Run<T> {
        let diag = Diag::error(ErrorCode::Cycle, "the names of a record depend on themselves")
            .at(super::vm::record_loc(record), "the fields of this record are needed to know its fields")
            .help("a loop, spread or computed name that reads `self` may only read fields that stand in the text");
        self.error(diag)
    }

    fn add_all_names(
        &mut self,
        this: &Rc<Record>,
        node: &Rc<Record>,
        below: Option<&BelowRef>,
        named: &Shape,
        names: &mut Names,
    ) -> Run<()> {
        if node.is_landing() && !Rc::ptr_eq(this, node) {
            self.learn_all(node)?;
            names.take(node);
            return Ok(());
        }
        match &node.body {
            Body::Data(_) => names.take(node),
            Body::Braces { template, .. } => {
                self.add_braces_names(this, node, &template.clone(), below, named, names)?
            }
            Body::Classed(_, inner) | Body::Checked { inner, .. } => {
                self.add_all_names(this, inner, below, named, names)?;
            }
            Body::Super { this, below: under } => self.add_all_below(&this.clone(), &under.clone(), named, names)?,
            Body::And(parts) => {
                self.enter()?;
                for part in parts {
                    let added = self.add_all_names(this, part, below, named, names);
                    added.inspect_err(|_| self.depth -= 1)?;
                }
                self.leave();
            }
            Body::Over(parts) => {
                self.enter()?;
                for (upto, part) in parts.iter().enumerate() {
                    let under = BelowRef { over: node, upto, next: below, kept: None };
                    let here = if upto == 0 { below } else { Some(&under) };
                    let added = self.add_all_names(this, part, here, named, names);
                    added.inspect_err(|_| self.depth -= 1)?;
                }
                self.leave();
            }
        }
        Ok(())
    }

    fn add_all_below(&mut self, this: &Rc<Record>, below: &Rc<Below>, named: &Shape, names: &mut Names) -> Run<()> {
        if let Some(next) = &below.next {
            self.add_all_below(this, next, named, names)?;
        }
        let next = below.next.as_ref().map(|next| kept(next));
        if let Body::Over(parts) = &below.over.body {
            for (upto, part) in parts[..below.upto].iter().enumerate() {
                let under = BelowRef { over: &below.over, upto, next: next.as_ref(), kept: None };
                let here = if upto == 0 { next.as_ref() } else { Some(&under) };
                self.add_all_names(this, part, here, named, names)?;
            }
        }
        Ok(())
    }

    fn add_braces_names(
        &mut self,
        this: &Rc<Record>,
        node: &Rc<Record>,
        template: &Rc<Template>,
        below: Option<&BelowRef>,
        named: &Shape,
        names: &mut Names,
    ) -> Run<()> {
        if template.renamed {
            names.take(node);
            return Ok(());
        }
        if template.blocks.is_empty() {
            names.whole(&template.shape, template.hides);
            return Ok(());
        }
        let mut blocks = template.blocks.iter().enumerate().peekable();
        for at in 0..=template.fields.len() {
            while let Some((index, block)) = blocks.next_if(|(_, block)| block.at as usize <= at) {
                self.add_block_names(this, node, (index as u32, block), below, named, names)?;
            }
            if let Some(field) = template.fields.get(at) {
                names.own().add(field.name);
            }
        }
        names.hides |= template.hides;
        Ok(())
    }

    fn add_block_names(
        &mut self,
        this: &Rc<Record>,
        node: &Rc<Record>,
        (index, block): (u32, &Block),
        below: Option<&BelowRef>,
        named: &Shape,
        names: &mut Names,
    ) -> Run<()> {
        if !block.computed {
            names.own().extend(&block.names);
            return Ok(());
        }
        let parts = self.block_parts(this, node, index, below.filter(|_| block.reads_super).map(BelowRef::keep))?;
        let mut found = Names::default();
        for part in &parts.records {
            self.add_all_names(this, part, below, named, &mut found)?;
        }
        let hides = found.hides;
        for name in found.into_shape().names() {
            let own = block.names.contains(name);
            if block.reads_self && !own && named.slot(*name).is_some() {
                return self.block_defines(this, block, *name);
            }
            names.own().add(*name);
        }
        names.hides |= hides;
        Ok(())
    }

    #[cold]
    fn block_defines<T>(&self, this: &Rc<Record>, block: &Block, name: Symbol) -> Run<T> {
        let diag = Diag::error(ErrorCode::BlockDefines, format!("`{name}` is defined by a block that reads `self`"))
            .at(block.loc, format!("this may add fields, but `{name}` stands in the text already"))
            .also(self.definition(this, name), "it stands here")
            .help("give the block names of its own, or take what it needs from a `let` instead of `self`");
        self.error(diag)
    }
}

fn add_template_names(template: &Template, names: &mut Names) -> bool {
    if template.blocks.is_empty() {
        names.whole(&template.shape, template.hides);
        return false;
    }
    names.hides |= template.hides;
    let mut computed = false;
    let mut blocks = template.blocks.iter().peekable();
    for at in 0..=template.fields.len() {
        while let Some(block) = blocks.next_if(|block| block.at as usize <= at) {
            computed |= block.computed;
            names.own().extend(&block.names);
        }
        if let Some(field) = template.fields.get(at) {
            names.own().add(field.name);
        }
    }
    computed
}
