//! The names that patterns bind, and those that a `let` further down would: it only sees what stands
//! above it. The latter are asked for when a name is unknown, so the tree is searched, no books kept.

use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{Ast, Bind, Expr, ExprId, Item, Name, Pattern};

/// A `let` below the place that asks for its name.
pub struct Later {
    pub name: Name,
    /// The function in which the place stands and that the other calls in turn.
    pub partner: Option<Symbol>,
}

/// The first `let` of this name that comes after the one in which `place` stands.
pub fn defined_below(ast: &Ast, place: Span, wanted: Symbol) -> Option<Later> {
    (0..ast.len() as u32).map(ExprId).filter(|id| ast.span(*id).contains(place.start)).find_map(|id| {
        let (here, below) = match ast.expr(id) {
            Expr::Let { bind, body } if bind.span.contains(place.start) => (Some(&**bind), chain(ast, *body)),
            Expr::Record(items) | Expr::Schema(items) => {
                let lets = items.iter().filter_map(|item| match item {
                    Item::Let(bind) => Some(&**bind),
                    _ => None,
                });
                let (above, below): (Vec<&Bind>, Vec<&Bind>) = lets.partition(|bind| bind.span.start <= place.start);
                (above.last().copied().filter(|bind| bind.span.contains(place.start)), below)
            }
            _ => return None,
        };
        below.into_iter().find_map(|bind| {
            let mut names = Vec::new();
            pattern_names(&bind.pattern, &mut names);
            let name = names.into_iter().find(|name| name.symbol == wanted)?;
            Some(Later { name, partner: here.and_then(|here| partner(ast, here, bind)) })
        })
    })
}

/// Where the `let` of this name binds it in whose value `place` stands.
pub fn defined_by(ast: &Ast, place: Span, wanted: Symbol) -> Option<Span> {
    let binds = (0..ast.len() as u32).map(ExprId).flat_map(|id| match ast.expr(id) {
        Expr::Let { bind, .. } => vec![&**bind],
        Expr::Record(items) | Expr::Schema(items) => {
            items.iter().filter_map(|item| if let Item::Let(bind) = item { Some(&**bind) } else { None }).collect()
        }
        _ => Vec::new(),
    });
    binds.into_iter().find_map(|bind| match &bind.pattern {
        Pattern::Bind(name) if name.symbol == wanted && ast.span(bind.value).contains(place.start) => Some(name.span),
        _ => None,
    })
}

/// The `let`s of a chain, from an expression on.
fn chain(ast: &Ast, mut next: ExprId) -> Vec<&Bind> {
    let mut binds = Vec::new();
    while let Expr::Let { bind, body } = ast.expr(next) {
        binds.push(&**bind);
        next = *body;
    }
    binds
}

/// The name of the upper function, if the lower one is a function that names it.
fn partner(ast: &Ast, upper: &Bind, lower: &Bind) -> Option<Symbol> {
    let Pattern::Bind(name) = &upper.pattern else { return None };
    let calls = |id| ast.expr(id) == &Expr::Name(name.symbol) && lower.span.contains(ast.span(id).start);
    let both = upper.function && lower.function && (0..ast.len() as u32).map(ExprId).any(calls);
    both.then_some(name.symbol)
}

/// The names that a pattern binds, in the order of the text.
pub(super) fn pattern_names(pattern: &Pattern, out: &mut Vec<Name>) {
    match pattern {
        Pattern::Error | Pattern::Any(_) | Pattern::Test(_) => {}
        Pattern::Bind(name) => out.push(*name),
        Pattern::Record { fields, .. } => fields.iter().for_each(|field| pattern_names(&field.pattern, out)),
        Pattern::List { items, rest, .. } => {
            items.iter().for_each(|item| pattern_names(item, out));
            out.extend(rest.iter().flatten());
        }
    }
}
