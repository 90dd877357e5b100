//! What is known of braces as they stand in the text: their fields, and who can get hold of them.

use super::facts::{Facts, lets};
use crate::base::symbol::Symbol;
use crate::resolve::binding::VarId;
use crate::syntax::ast::{BinaryOp, Expr, ExprId, Field, Item, Key, Name, Pattern};

/// A `{ … }` whose items are known.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub id: ExprId,
    pub items: &'a [Item],
    pub this: VarId,
}

impl<'a> Known<'a> {
    /// The braces that an expression is, with nothing joined to them: written out, or by the name of a
    /// `let`, or as what a function bound by a `let` gives.
    pub fn of(facts: &Facts<'a>, id: ExprId) -> Option<Known<'a>> {
        let id = facts.inner(id);
        match facts.ast.expr(id) {
            Expr::Record(_) => Known::written(facts, id),
            Expr::Name(_) => {
                let bind = facts.let_of(facts.var(id)?)?;
                let plain = bind.ty.is_none() && !bind.function;
                if plain { Known::written(facts, facts.inner(bind.value)) } else { None }
            }
            Expr::Call { callee, .. } => {
                let bind = facts.let_of(facts.var(facts.inner(*callee))?)?;
                let Expr::Fn(function) = facts.ast.expr(bind.value) else { return None };
                if function.result.is_some() || bind.ty.is_some() {
                    return None;
                }
                let mut body = function.body;
                while let Expr::Let { body: next, .. } = facts.ast.expr(body) {
                    body = *next;
                }
                Known::written(facts, facts.inner(body))
            }
            _ => None,
        }
    }

    fn written(facts: &Facts<'a>, id: ExprId) -> Option<Known<'a>> {
        let Expr::Record(items) = facts.ast.expr(id) else { return None };
        Some(Known { id, items, this: facts.names.braces.get(&id)?.this })
    }

    /// Whether the items are fields with plain names, `let`s and asserts alone: no spread, block or
    /// loop adds another definition.
    pub fn is_plain(&self) -> bool {
        self.items.iter().all(|item| match item {
            Item::Field(field) => field.path.iter().all(|part| matches!(part.key, Key::Static(_))),
            Item::Let(_) | Item::Assert { .. } | Item::Open(_) => true,
            _ => false,
        })
    }

    /// The fields directly in the braces.
    pub fn fields(&self) -> impl Iterator<Item = &'a Field> {
        self.items.iter().filter_map(|item| match item {
            Item::Field(field) => Some(&**field),
            _ => None,
        })
    }

    /// Whether nothing but single fields of these braces is ever read: then no one can merge them.
    pub fn only_read(&self, facts: &Facts) -> bool {
        let selected = |id: ExprId| {
            let (parent, below) = facts.around(id);
            match parent.map(|parent| facts.ast.expr(parent)) {
                Some(Expr::Field { base, .. } | Expr::Index { base, .. }) => *base == below,
                _ => false,
            }
        };
        let own = |id: &ExprId| facts.is_this(*id, self.this) && facts.ast.expr(*id) != &Expr::SuperRef;
        if !facts.below(self.id).iter().filter(|id| own(id)).all(|id| selected(*id)) {
            return false;
        }
        if selected(self.id) {
            return true;
        }
        let Some(name) = self.let_name(facts) else { return false };
        facts.reads_of(&name).is_some_and(|(_, reads)| !reads.is_empty() && reads.iter().all(|id| selected(*id)))
    }

    /// The name of the `let` whose value the braces are.
    fn let_name(&self, facts: &Facts) -> Option<Name> {
        let (parent, below) = facts.around(self.id);
        let owner = facts.ast.expr(parent?);
        let bind = lets(owner).into_iter().find(|bind| bind.value == below)?;
        match (&bind.pattern, bind.ty) {
            (Pattern::Bind(name), None) => Some(*name),
            _ => None,
        }
    }
}

/// The name of a field whose path is one plain name.
pub fn single(field: &Field) -> Option<Symbol> {
    match &field.path[..] {
        [part] => match part.key {
            Key::Static(name) => Some(name),
            Key::Computed(_) => None,
        },
        _ => None,
    }
}

/// Whether a value is surely no record, so that nothing in it can be merged apart from it.
pub fn is_leaf(facts: &Facts, id: ExprId) -> bool {
    match facts.ast.expr(facts.inner(id)) {
        Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::BigInt(_) | Expr::Float(_) | Expr::Str(_) => true,
        Expr::List(_) | Expr::Unary { .. } => true,
        Expr::Binary { op, .. } => {
            !matches!(op, BinaryOp::Pipe | BinaryOp::Coalesce | BinaryOp::Union | BinaryOp::Merge | BinaryOp::With)
        }
        _ => false,
    }
}
