//! Frames and captures while code is made: where a variable is found from here.
//!
//! Contexts are stacked. A frame is a piece of code with slots of its own; a layer is one pair of
//! braces, whose fields' frames share one environment. A variable that lies further out is captured
//! step by step through each context in between.

use super::code::Source;
use crate::resolve::binding::{Braces, VarId};
use rustc_hash::FxHashMap;

/// Where a variable is found from the innermost context.
pub type Place = Source;

#[derive(Debug)]
pub struct Context {
    pub kind: Kind,
    vars: FxHashMap<VarId, Place>,
    captured: FxHashMap<VarId, u32>,
    captures: Vec<Source>,
    next: u32,
    most: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Frame,
    /// The frame of a field's code: it runs in the environment of the layer around it.
    Field,
    Layer,
}

#[derive(Debug, Default)]
pub struct Contexts {
    stack: Vec<Context>,
}

impl Contexts {
    pub fn push(&mut self, kind: Kind) {
        self.stack.push(Context {
            kind,
            vars: FxHashMap::default(),
            captured: FxHashMap::default(),
            captures: Vec::new(),
            next: 0,
            most: 0,
        });
    }

    /// A field's frame: `self` lies in its first slot.
    pub fn push_field(&mut self, braces: Option<Braces>) {
        self.push(Kind::Field);
        if let (Some(braces), Some(top)) = (braces, self.stack.last_mut()) {
            top.vars.insert(braces.this, Place::This);
            top.vars.insert(braces.below, Place::Super);
        }
        self.slot();
    }

    /// The number of slots and the captures of the innermost context, which ends.
    pub fn pop(&mut self) -> (u32, Box<[Source]>) {
        match self.stack.pop() {
            Some(top) => (top.most, top.captures.into()),
            None => (0, Box::default()),
        }
    }

    /// Takes the innermost context off for a while: code for the frame around a layer.
    pub fn lift(&mut self) -> Option<Context> {
        self.stack.pop()
    }

    pub fn put_back(&mut self, context: Option<Context>) {
        self.stack.extend(context);
    }

    /// A new slot of the innermost frame.
    pub fn slot(&mut self) -> u32 {
        let Some(top) = self.stack.last_mut() else { return 0 };
        let slot = top.next;
        top.next += 1;
        top.most = top.most.max(top.next);
        slot
    }

    pub fn mark(&self) -> u32 {
        self.stack.last().map_or(0, |top| top.next)
    }

    /// Gives back the slots taken since the mark.
    pub fn release(&mut self, mark: u32) {
        if let Some(top) = self.stack.last_mut() {
            top.next = mark;
        }
    }

    pub fn bind(&mut self, var: VarId, place: Place) {
        if let Some(top) = self.stack.last_mut() {
            top.vars.insert(var, place);
        }
    }

    pub fn find(&mut self, var: VarId) -> Option<Place> {
        self.find_at(self.stack.len().checked_sub(1)?, var)
    }

    fn find_at(&mut self, at: usize, var: VarId) -> Option<Place> {
        if let Some(place) = self.stack[at].vars.get(&var) {
            return Some(*place);
        }
        if self.stack[at].kind != Kind::Field {
            return self.capture(at, var).map(Place::Capture);
        }
        let layer = at.checked_sub(1)?;
        match self.stack[layer].vars.get(&var) {
            Some(place) => Some(*place),
            None => self.capture(layer, var).map(Place::Capture),
        }
    }

    fn capture(&mut self, at: usize, var: VarId) -> Option<u32> {
        if let Some(index) = self.stack[at].captured.get(&var) {
            return Some(*index);
        }
        let source = self.find_at(at.checked_sub(1)?, var)?;
        let context = &mut self.stack[at];
        let index = context.captures.len() as u32;
        context.captures.push(source);
        context.captured.insert(var, index);
        Some(index)
    }
}
