//! The struct that turns a resolved tree into code; its other methods stand in the files after it.

use super::code::{Code, CodeId, Const, ConstId, NativeId, Program, Proto, ProtoId, Row, RowId};
use super::context::{Contexts, Kind};
use crate::base::span::{FileId, Loc, Span};
use crate::base::symbol::Symbol;
use crate::resolve::binding::{Resolved, VarId};
use crate::syntax::ast::{Ast, Expr, ExprId};
use crate::types::proved::Proofs;

/// What is known of the functions of the library before the run.
#[derive(Clone, Copy)]
pub struct Natives<'a> {
    /// The function of a path behind `std.`.
    pub find: &'a dyn Fn(&str) -> Option<NativeId>,
    /// Whether it computes its first argument before all else.
    pub is_strict: &'a dyn Fn(NativeId) -> bool,
}

pub struct Lower<'a> {
    pub(super) file: FileId,
    pub(super) ast: &'a Ast,
    pub(super) names: &'a Resolved,
    /// The annotations that need no code.
    pub(super) proofs: &'a Proofs,
    pub(super) program: &'a mut Program,
    pub(super) natives: Natives<'a>,
    pub(super) contexts: Contexts,
    /// Variables that stand for no name: numbered from the far end.
    fresh: u32,
    /// Inside of `schema { … }`: the braces there are closed too.
    pub(super) in_schema: bool,
    /// Literals are to tell where they stand.
    pub(super) remembers: bool,
    /// The expression that the file gives, if its fields are to tell when they are used.
    pub(super) watched: Option<ExprId>,
}

/// A file's text as the phases before this one have understood it.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    pub file: FileId,
    pub ast: &'a Ast,
    pub names: &'a Resolved,
    pub proofs: &'a Proofs,
    /// Whether the run remembers where its values come from.
    pub remembers: bool,
    /// Whether definitions are to tell when they are used.
    pub watches: bool,
}

/// Code for one file: its expression, in a frame without captures. The names that the resolver was
/// given from outside lie in the first slots.
pub fn lower(text: Text, program: &mut Program, natives: Natives) -> ProtoId {
    let Text { file, ast, names, proofs, remembers, watches } = text;
    let watched = watches.then(|| given(ast));
    let (contexts, fresh, in_schema) = (Contexts::default(), u32::MAX, false);
    let mut lower =
        Lower { file, ast, names, proofs, program, natives, contexts, fresh, in_schema, remembers, watched };
    lower.contexts.push(Kind::Frame);
    for (var, info) in names.vars.iter() {
        if info.span.start > u32::MAX / 2 {
            let slot = lower.contexts.slot();
            lower.contexts.bind(var, super::code::Source::Local(slot));
        }
    }
    let code = lower.expr(ast.root);
    if watches {
        lower.watch(code);
    }
    lower.close(code, Vec::new(), None, ast.span(ast.root))
}

/// What a file gives behind its `let`s.
fn given(ast: &Ast) -> ExprId {
    let mut at = ast.root;
    while let Expr::Let { body, .. } = ast.expr(at) {
        at = *body;
    }
    at
}

impl<'a> Lower<'a> {
    pub(super) fn loc(&self, span: Span) -> Loc {
        span.at(self.file)
    }

    pub(super) fn expr_loc(&self, id: ExprId) -> Loc {
        self.loc(self.ast.span(id))
    }

    pub(super) fn emit(&mut self, code: Code, span: Span) -> CodeId {
        self.program.locs.push(span.at(self.file));
        self.program.codes.push(code)
    }

    pub(super) fn constant(&mut self, value: Const) -> ConstId {
        self.program.consts.push(value)
    }

    pub(super) fn row(&mut self, row: Row) -> RowId {
        self.program.rows.push(row)
    }

    pub(super) fn fresh_var(&mut self) -> VarId {
        self.fresh -= 1;
        VarId(self.fresh)
    }

    /// Ends the innermost frame: its code becomes a proto.
    pub(super) fn close(
        &mut self,
        code: CodeId,
        params: Vec<super::code::ParamCode>,
        name: Option<Symbol>,
        span: Span,
    ) -> ProtoId {
        let (locals, captures) = self.contexts.pop();
        let loc = self.loc(span);
        self.program.protos.push(Proto { code, captures, locals, params: params.into(), name, loc })
    }

    /// Code in a frame of its own, for later.
    pub(super) fn suspended(&mut self, span: Span, body: impl FnOnce(&mut Self) -> CodeId) -> ProtoId {
        self.contexts.push(Kind::Frame);
        let code = body(self);
        self.close(code, Vec::new(), None, span)
    }
}
