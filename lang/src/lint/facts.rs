//! What all lints ask about one file: who stands around a node, who reads a variable, which `let` it is.
//!
//! Only what can be reached from the root counts: the arena also keeps expressions that were read
//! before they turned out to be patterns.

use crate::base::span::{FileId, Loc, Span};
use crate::base::symbol::Symbol;
use crate::resolve::binding::{Binding, Resolved, VarId, VarKind};
use crate::syntax::ast::{Ast, Bind, Expr, ExprId, Item, Name, Pattern};
use crate::syntax::parse::Parsed;
use crate::syntax::trivia::Trivia;
use crate::syntax::visit;
use rustc_hash::FxHashMap;

/// One file whose text and names have no mistakes.
pub struct Facts<'a> {
    pub file: FileId,
    pub text: &'a str,
    pub ast: &'a Ast,
    pub trivia: &'a Trivia,
    pub names: &'a Resolved,
    /// Each node in the tree, in the order of their places.
    pub nodes: Vec<ExprId>,
    parents: FxHashMap<ExprId, ExprId>,
    reads: FxHashMap<VarId, Vec<ExprId>>,
    lets: FxHashMap<VarId, &'a Bind>,
    /// Where the `let` stands that binds a name, alone or among others.
    bound_in: FxHashMap<Span, Span>,
}

impl<'a> Facts<'a> {
    pub fn new(file: FileId, text: &'a str, parsed: &'a Parsed, names: &'a Resolved) -> Facts<'a> {
        let ast = &parsed.ast;
        let (nodes, parents) = tree(ast);
        let mut facts = Facts {
            file,
            text,
            ast,
            trivia: &parsed.trivia,
            names,
            nodes,
            parents,
            reads: FxHashMap::default(),
            lets: FxHashMap::default(),
            bound_in: FxHashMap::default(),
        };
        facts.index();
        facts
    }

    fn index(&mut self) {
        for id in &self.nodes {
            if let (Expr::Name(_), Some(Binding::Var(var))) = (self.ast.expr(*id), self.names.names.get(id)) {
                self.reads.entry(*var).or_default().push(*id);
            }
        }
        for id in self.nodes.clone() {
            for bind in lets(self.ast.expr(id)) {
                self.bound_in.extend(bound(&bind.pattern).into_iter().map(|name| (name.span, bind.span)));
                if let Pattern::Bind(name) = &bind.pattern
                    && let Some(var) = self.names.binders.get(&name.span)
                {
                    self.lets.insert(*var, bind);
                }
            }
        }
    }

    pub fn loc(&self, span: Span) -> Loc {
        span.at(self.file)
    }

    pub fn parent(&self, id: ExprId) -> Option<ExprId> {
        self.parents.get(&id).copied()
    }

    /// The parent that is no pair of parentheses, and the node directly below it.
    pub fn around(&self, id: ExprId) -> (Option<ExprId>, ExprId) {
        let mut below = id;
        while let Some(parent) = self.parent(below) {
            if !matches!(self.ast.expr(parent), Expr::Group(_)) {
                return (Some(parent), below);
            }
            below = parent;
        }
        (None, below)
    }

    /// An expression without the parentheses around it.
    pub fn inner(&self, mut id: ExprId) -> ExprId {
        while let Expr::Group(inner) = self.ast.expr(id) {
            id = *inner;
        }
        id
    }

    /// The variable that a name binds, and the places that read it by that name.
    pub fn reads_of(&self, name: &Name) -> Option<(VarId, &[ExprId])> {
        let var = *self.names.binders.get(&name.span)?;
        Some((var, self.reads.get(&var).map(Vec::as_slice).unwrap_or_default()))
    }

    /// Whether a second name of `self` is read: `let s = self` binds no variable of its own.
    pub fn alias_read(&self, this: VarId, alias: Symbol) -> bool {
        self.reads.get(&this).into_iter().flatten().any(|id| self.ast.expr(*id) == &Expr::Name(alias))
    }

    /// The variable that a bare name means.
    pub fn var(&self, id: ExprId) -> Option<VarId> {
        match (self.ast.expr(id), self.names.names.get(&id)) {
            (Expr::Name(_), Some(Binding::Var(var))) => Some(*var),
            _ => None,
        }
    }

    /// The `let` of a plain name that a variable comes from.
    pub fn let_of(&self, var: VarId) -> Option<&'a Bind> {
        self.lets.get(&var).copied()
    }

    /// The place of the `let` that binds a name.
    pub fn let_around(&self, name: &Name) -> Option<Span> {
        self.bound_in.get(&name.span).copied()
    }

    /// Whether a node reads the record of the braces with this `self`, by whatever name.
    pub fn is_this(&self, id: ExprId, this: VarId) -> bool {
        let own = |var: VarId| match self.names.vars[var].kind {
            VarKind::Super { this } => this,
            _ => var,
        };
        matches!(self.names.names.get(&id), Some(Binding::Var(var)) if own(*var) == this)
    }

    /// The nodes that begin in a place.
    pub fn nodes_in(&self, span: Span) -> &[ExprId] {
        let start = |id: &ExprId| self.ast.span(*id).start;
        let from = self.nodes.partition_point(|id| start(id) < span.start);
        let to = self.nodes.partition_point(|id| start(id) < span.end);
        self.nodes.get(from..to).unwrap_or_default()
    }

    /// All nodes below a node, and the node itself.
    pub fn below(&self, id: ExprId) -> Vec<ExprId> {
        let mut found = vec![id];
        let mut at = 0;
        while let Some(next) = found.get(at).copied() {
            visit::children(self.ast.expr(next), &mut |child| found.push(child));
            at += 1;
        }
        found
    }
}

fn tree(ast: &Ast) -> (Vec<ExprId>, FxHashMap<ExprId, ExprId>) {
    let (mut nodes, mut parents, mut open) = (Vec::new(), FxHashMap::default(), vec![ast.root]);
    while let Some(id) = open.pop() {
        nodes.push(id);
        visit::children(ast.expr(id), &mut |child| {
            parents.insert(child, id);
            open.push(child);
        });
    }
    nodes.sort_by_key(|id| (ast.span(*id).start, std::cmp::Reverse(ast.span(*id).end), id.0));
    (nodes, parents)
}

/// The `let`s that stand directly in an expression.
pub fn lets(expr: &Expr) -> Vec<&Bind> {
    let mut found = Vec::new();
    match expr {
        Expr::Let { bind, .. } => found.push(&**bind),
        Expr::Record(items) | Expr::Schema(items) => each_item(items, &mut |item| {
            if let Item::Let(bind) = item {
                found.push(bind);
            }
        }),
        _ => {}
    }
    found
}

/// The names that a pattern binds.
pub fn bound(pattern: &Pattern) -> Vec<&Name> {
    match pattern {
        Pattern::Error | Pattern::Any(_) | Pattern::Test(_) => Vec::new(),
        Pattern::Bind(name) => vec![name],
        Pattern::Record { fields, .. } => fields.iter().flat_map(|field| bound(&field.pattern)).collect(),
        Pattern::List { items, rest, .. } => items.iter().flat_map(bound).chain(rest.iter().flatten()).collect(),
    }
}

/// Each item, with those of loops and conditions.
pub fn each_item<'a>(items: &'a [Item], with: &mut impl FnMut(&'a Item)) {
    for item in items {
        with(item);
        match item {
            Item::If { then, otherwise, .. } => {
                each_item(then, with);
                each_item(otherwise, with);
            }
            Item::For { body, .. } => each_item(body, with),
            _ => {}
        }
    }
}
