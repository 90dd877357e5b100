//! Merges noted on the records that come of them, and shown in messages.

use super::vm::Vm;
use crate::base::span::{Loc, Span};
use crate::code::code::{Code, CodeId};
use crate::value::record::{Body, Record};
use crate::value::ways::{Joint, Way};
use std::rc::Rc;

impl Vm {
    /// The record that `joint` at a place makes of others.
    pub fn composed(&mut self, joint: Joint, sides: impl Into<Box<[Rc<Record>]>>, loc: Loc) -> Rc<Record> {
        let sides = sides.into();
        let mut way = None;
        for side in &*sides {
            let side = self.way_of(side);
            way = Some(way.map_or(side, |way| self.ways.join(Way { joint, loc, sides: [way, side] })));
        }
        self.counts.merges += 1;
        let made = Record::composed(match joint {
            Joint::And | Joint::Spread => Body::And(sides),
            Joint::With => Body::Over(sides),
        });
        let way = way.unwrap_or(0);
        made.set_way(way);
        made
    }

    /// What stands between the two sides of a node: its sign is looked for when a message needs it.
    pub(super) fn between(&self, id: CodeId) -> Loc {
        let whole = self.loc(id);
        let (Code::Merge(left, right) | Code::With(left, right)) = self.program.codes[id] else { return whole };
        let (start, end) = (self.loc(left).span.end, self.loc(right).span.start);
        if start < end { Span { start, end }.at(whole.file) } else { whole }
    }

    /// The sign of a merge in what stands between its sides; the whole place where there is none.
    fn sign_in(&self, joint: Joint, loc: Loc) -> Loc {
        let text = self.sources.get(loc.file).text.get(loc.span.range()).unwrap_or_default();
        let signed = text.find(joint.sign()).filter(|at| !text[..*at].contains(char::is_alphanumeric));
        match signed {
            Some(at) => {
                let start = loc.span.start as usize + at;
                Span::new(start, start + joint.sign().len()).at(loc.file)
            }
            None => loc,
        }
    }

    /// The merges of a way, each at its sign.
    fn signs(&self, way: u32) -> Vec<(Joint, Loc)> {
        self.ways.merges(way).into_iter().map(|(joint, loc)| (joint, self.sign_in(joint, loc))).collect()
    }

    /// The merges that a record came through.
    pub fn merges_of(&mut self, record: &Rc<Record>) -> Vec<(Joint, Loc)> {
        let way = self.way_of(record);
        self.signs(way)
    }

    /// The way of a record, whatever it is wrapped in; spreads into its own braces are merges too.
    pub(super) fn way_of(&mut self, record: &Rc<Record>) -> u32 {
        let mut at = record;
        while let Body::Checked { inner, .. } | Body::Classed(_, inner) | Body::Super { this: inner, .. } = &at.body {
            at = inner;
        }
        let Body::Braces { template, .. } = &at.body else { return at.way() };
        let mut way = at.way();
        for (index, block) in template.blocks.iter().enumerate().filter(|(_, block)| block.spread) {
            let spread = at.with_extra(|extra| {
                let parts = extra.blocks.get((Rc::as_ptr(at), index as u32))?;
                parts.records.first().map(|part| part.way())
            });
            let sides = [way, spread.unwrap_or(0)];
            way = self.ways.join(Way { joint: Joint::Spread, loc: self.sign_before(block.loc), sides });
        }
        way
    }

    /// The dots of a spread.
    fn sign_before(&self, spread: Loc) -> Loc {
        let sign = Joint::Spread.sign();
        let start = spread.span.start.saturating_sub(sign.len() as u32);
        let span = Span { start, end: spread.span.start };
        if self.sources.get(spread.file).text.get(span.range()) == Some(sign) { span.at(spread.file) } else { spread }
    }

    /// `` `&` at a.rzp:1:2 and `with` at b.rzp:3:4``: the merges of a way as a message names them, if there are any. Those
    /// inside the library tell its users nothing, beside their own.
    pub(super) fn shown_way(&self, way: u32) -> Option<String> {
        const SHOWN: usize = 4;
        let mut merges = self.signs(way);
        let is_own = |loc: Loc| !self.sources.get(loc.file).name.starts_with("std/");
        if merges.iter().any(|(_, loc)| is_own(*loc)) {
            merges.retain(|(_, loc)| is_own(*loc));
        }
        let (last, rest) = merges.split_last()?;
        let show = |(joint, loc): &(Joint, Loc)| format!("`{}` at {}", joint.sign(), self.sources.show(*loc));
        let left_out = rest.len().saturating_sub(SHOWN);
        let shown: Vec<String> = rest.iter().skip(left_out).map(show).collect();
        let more = if left_out > 0 { format!("{left_out} more, ") } else { String::new() };
        Some(match shown.is_empty() {
            true => show(last),
            false => format!("{more}{} and {}", shown.join(", "), show(last)),
        })
    }
}
