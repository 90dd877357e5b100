//! The function that is being called where the cursor is, and which of its parameters is due.

use super::cursor::{HERE, asked};
use super::describe::describe;
use super::facts::Facts;
use super::plain::Signature;
use super::project::Project;
use super::view::Trail;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::prims::table::NATIVES;
use crate::syntax::ast::{Arg, Expr, ExprId};
use crate::types::ty::Ty;

impl Project {
    /// The function whose arguments are written at an offset.
    pub fn signature(&mut self, path: &str, offset: u32) -> Option<Signature> {
        let text = self.text(path)?;
        let asked = asked(&text, offset)?;
        if asked.text.is_empty() {
            return None;
        }
        let facts = self.suppose(path, &asked.text, Symbol::new(HERE));
        let trail = facts.trail(asked.here);
        let (callee, args, at) = call(&facts, &trail)?;
        let (label, doc) = match facts.library_path(callee) {
            Some(path) => {
                let row = NATIVES.iter().find(|row| row.name == path && row.is_function())?;
                (format!("std.{path}{}", row.signature), Some(row.doc.to_owned()))
            }
            None => {
                let ty = facts.type_of(callee);
                let Ty::Function(_) = ty else { return None };
                let name = facts.slice(facts.ast().span(callee));
                (describe(&ty).replacen("fn", name, 1), None)
            }
        };
        let parameters = parameters(&label);
        let name_of = |span: &Span| label[span.range()].split([' ', ':', '=']).next().unwrap_or_default().to_owned();
        let due = match args.get(at).and_then(|arg| arg.name) {
            Some(name) => parameters.iter().position(|span| name_of(span) == *name.symbol.text()),
            None => Some(args.iter().take(at).filter(|arg| arg.name.is_none()).count()),
        };
        let due = due.filter(|due| *due < parameters.len());
        Some(Signature { label, parameters, due, doc })
    }
}

/// The innermost call on a trail, and which of its arguments the trail goes through.
fn call<'a>(facts: &'a Facts, trail: &Trail) -> Option<(ExprId, &'a [Arg], usize)> {
    trail.windows(2).rev().find_map(|pair| {
        let Expr::Call { callee, args } = facts.ast().expr(pair[0]) else { return None };
        let at = args.iter().position(|arg| arg.value == pair[1])?;
        Some((*callee, &args[..], at))
    })
}

/// The places of the parameters in `f(a : A, b = 2) -> B`.
fn parameters(label: &str) -> Vec<Span> {
    let Some(open) = label.find('(') else { return Vec::new() };
    let (mut found, mut depth, mut start) = (Vec::new(), 0, open + 1);
    for (at, c) in label.char_indices().skip_while(|(at, _)| *at <= open) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                found.push((start, at));
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push((start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    let trimmed = found.into_iter().map(|(start, end)| {
        let part = &label[start..end];
        let start = start + (part.len() - part.trim_start().len());
        Span::new(start, start + part.trim().len())
    });
    trimmed.filter(|span| span.start < span.end).collect()
}
