//! Overrides that do not do what they look like: what they change was used up before.
//!
//! An override reaches what reads the field through `self`. It does not reach what was computed from
//! the variable, or the part of one, that the field itself is, and a plain one does not reach a `force`.

use super::braces::{Known, is_leaf, single};
use super::facts::Facts;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::resolve::binding::{VarId, VarKind};
use crate::syntax::ast::{BinaryOp, Class, Expr, ExprId, Field, Key, Sugar};

/// The overrides of values that were computed into something else, or that are forced.
pub fn find(facts: &Facts, out: &mut Vec<Diag>) {
    for id in &facts.nodes {
        let Expr::Binary { op: BinaryOp::With, lhs, rhs } = facts.ast.expr(*id) else { continue };
        let (Some(below), Expr::Record(_)) = (Known::of(facts, *lhs), facts.ast.expr(facts.inner(*rhs))) else {
            continue;
        };
        let Some(above) = Known::of(facts, *rhs).filter(Known::is_plain) else { continue };
        for over in above.fields().filter(|field| field.value.is_some()) {
            let same = |field: &&Field| single(field).is_some() && single(field) == single(over);
            let Some(field) = below.fields().find(same) else { continue };
            out.extend(forced(facts, field, over));
            out.extend(copied(facts, &below, &above, field, over));
        }
    }
}

fn name_span(field: &Field) -> Span {
    field.path.first().map_or(field.span, |part| part.span)
}

/// `{ force a = 1 } with { a = 2 }`
fn forced(facts: &Facts, field: &Field, over: &Field) -> Option<Diag> {
    let leaf = |field: &Field| field.value.is_some_and(|value| is_leaf(facts, value));
    if field.class != Some(Class::Force) || over.class == Some(Class::Force) || !leaf(field) || !leaf(over) {
        return None;
    }
    let name = single(over)?;
    let diag = Diag::warning(Code::FrozenOverride, format!("this override of `{name}` has no effect"));
    Some(
        diag.at(facts.loc(name_span(over)), "a plain value does not override")
            .also(facts.loc(name_span(field)), "what is forced here")
            .help("`force` yields to `force` alone: take one of the two away, or force this one too"),
    )
}

/// `{ port, url = "http://app:\(port)" } with { port = 81 }`
fn copied(facts: &Facts, below: &Known, above: &Known, field: &Field, over: &Field) -> Option<Diag> {
    if field.class == Some(Class::Force) && over.class != Some(Class::Force) {
        return None;
    }
    let source = source(facts, field.value?)?;
    // A record joins what is below it: it may have nothing to do with what was read there.
    if matches!(facts.ast.expr(facts.inner(over.value?)), Expr::Record(_) | Expr::Schema(_)) {
        return None;
    }
    let kept = |other: &&Field| !std::ptr::eq(*other, field) && above.fields().all(|over| head(over) != head(other));
    let reads = |other: &Field| {
        facts.below(other.value?).into_iter().find(|id| self::source(facts, *id).as_ref() == Some(&source))
    };
    let (other, place) = below.fields().filter(kept).find_map(|other| Some((other, reads(other)?)))?;
    let (name, shown) = (single(over)?, facts.text.get(path(other).range()).unwrap_or_default());
    let at = facts.loc(facts.ast.span(place));
    let original = facts.text.get(at.span.range()).unwrap_or_default();
    let diag = Diag::warning(Code::FrozenOverride, format!("this override of `{name}` does not reach `{shown}`"))
        .at(facts.loc(name_span(over)), "changes the field alone")
        .also(at, format!("`{shown}` is computed from `{original}`"));
    Some(match nearest_braces(facts, place) {
        Some(braces) if braces == below.id && other.sugar != Sugar::Shorthand => {
            diag.guess(format!("read the field, and `{shown}` follows it"), at, format!("self.{name}"))
        }
        _ => diag.help(format!("read the field through `self` there, or override `{shown}` as well")),
    })
}

/// The first name of a path: an override below it may take in what the variable made.
fn head(field: &Field) -> Option<Key> {
    field.path.first().map(|part| part.key)
}

fn path(field: &Field) -> Span {
    field.path.iter().map(|part| part.span).reduce(Span::to).unwrap_or(field.span)
}

/// `config.port`: a variable, and the names of the part of it that is read.
fn source(facts: &Facts, id: ExprId) -> Option<(VarId, Vec<Symbol>)> {
    if let Expr::Field { base, name, optional: false } = facts.ast.expr(id) {
        let Key::Static(name) = name.key else { return None };
        let (var, mut path) = source(facts, *base)?;
        path.push(name);
        return Some((var, path));
    }
    let var = facts.var(facts.inner(id))?;
    matches!(facts.names.vars[var].kind, VarKind::Local | VarKind::RecordLet { .. }).then(|| (var, Vec::new()))
}

fn nearest_braces(facts: &Facts, id: ExprId) -> Option<ExprId> {
    let mut at = facts.parent(id);
    while let Some(parent) = at {
        if facts.names.braces.contains_key(&parent) {
            return at;
        }
        at = facts.parent(parent);
    }
    None
}
