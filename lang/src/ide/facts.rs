//! What is known of one text: its tree, its names, its types, and where its fields are declared.

use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc, Span};
use crate::resolve::binding::Resolved;
use crate::syntax::ast::{Ast, Expr, ExprId, Field, Item};
use crate::syntax::parse::Parsed;
use crate::types::checker::Notes;
use crate::types::ty::Ty;
use std::rc::Rc;

/// One text, looked at by all phases that run nothing.
pub struct Facts {
    pub path: Rc<str>,
    pub file: FileId,
    pub text: Rc<str>,
    pub parsed: Parsed,
    pub names: Resolved,
    pub notes: Notes,
    pub root: Ty,
    /// The mistakes of types; those of text and names lie beside the tree and the names.
    pub refused: Vec<Diag>,
    /// Each import: the path as written, and where it stands.
    pub imports: Vec<(Rc<str>, Loc)>,
    pub(super) needs: Vec<Need>,
    /// The number of this look.
    pub(super) stamp: u64,
    declared: Vec<Declared>,
}

/// What the types of a file were made of, other than its text.
#[derive(Debug, Clone)]
pub(super) enum Need {
    /// The type of a file, by the number of the look that told it; nought for a file that was not there.
    File(String, u64),
    /// The files that a glob stood for.
    Glob(String, Vec<String>),
}

/// A field where it stands in braces.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The last name of its path.
    pub name: Span,
    /// The whole item.
    pub item: Span,
    pub value: Option<Span>,
    pub doc: Option<Rc<str>>,
}

/// The phases' results, out of which facts are made.
pub(super) struct Looked {
    pub parsed: Parsed,
    pub names: Resolved,
    pub notes: Notes,
    pub root: Ty,
    pub refused: Vec<Diag>,
    pub needs: Vec<Need>,
}

impl Facts {
    pub(super) fn new(path: Rc<str>, file: FileId, text: Rc<str>, looked: Looked, stamp: u64) -> Facts {
        let Looked { parsed, names, notes, root, refused, needs } = looked;
        let imports = imports(&parsed.ast, file, &text);
        let declared = declared(&parsed.ast);
        Facts { path, file, text, parsed, names, notes, root, refused, imports, needs, stamp, declared }
    }

    pub fn ast(&self) -> &Ast {
        &self.parsed.ast
    }

    /// The mistakes of text, names and types, in this order.
    pub fn diags(&self) -> impl Iterator<Item = &Diag> {
        self.parsed.diags.iter().chain(&self.names.diags).chain(&self.refused)
    }

    /// Whether the text can be run at all.
    pub fn can_run(&self) -> bool {
        !self.parsed.diags.iter().chain(&self.names.diags).any(Diag::is_error)
    }

    /// The field whose name stands at an offset, else the innermost one around it.
    pub fn declared_at(&self, offset: u32) -> Option<&Declared> {
        let named = self.declared.iter().find(|field| field.name.contains(offset));
        let around = || self.declared.iter().filter(|field| field.item.contains(offset));
        named.or_else(|| around().min_by_key(|field| field.item.end - field.item.start))
    }

    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// The imports of a tree, each at its path's own place.
fn imports(ast: &Ast, file: FileId, text: &str) -> Vec<(Rc<str>, Loc)> {
    let import = |id| match ast.expr(id) {
        Expr::Import(path) => Some((path.clone(), path_span(ast.span(id), text).at(file))),
        _ => None,
    };
    ids(ast).filter_map(import).collect()
}

/// Where the path stands in `import "path"`.
pub(super) fn path_span(import: Span, text: &str) -> Span {
    let quote = text.get(import.range()).and_then(|text| text.find('"')).unwrap_or(0);
    Span { start: import.start + quote as u32, ..import }
}

/// All nodes of a tree.
pub(super) fn ids(ast: &Ast) -> impl Iterator<Item = ExprId> {
    (0..ast.len() as u32).map(ExprId)
}

fn declared(ast: &Ast) -> Vec<Declared> {
    let mut found = Vec::new();
    for id in ids(ast) {
        if let Expr::Record(items) | Expr::Schema(items) = ast.expr(id) {
            fields_of(items, &mut |field| {
                let Some(name) = field.path.last() else { return };
                let value = field.value.map(|value| ast.span(value));
                found.push(Declared { name: name.span, item: field.span, value, doc: field.doc.clone() });
            });
        }
    }
    found
}

/// Each field among items, also under conditions and in loops; blocks are records of their own.
pub(super) fn fields_of<'a>(items: &'a [Item], visit: &mut impl FnMut(&'a Field)) {
    for item in items {
        match item {
            Item::Field(field) => visit(field),
            Item::If { then, otherwise, .. } => {
                fields_of(then, visit);
                fields_of(otherwise, visit);
            }
            Item::For { body, .. } => fields_of(body, visit),
            Item::Error
            | Item::Block { .. }
            | Item::Let(_)
            | Item::Assert { .. }
            | Item::Rest { .. }
            | Item::Open(_)
            | Item::Spread(_) => {}
        }
    }
}
