//! A `default` that no definition can ever take the place of: the word promises what cannot happen.
//!
//! Two such are known for certain. Braces of which only single fields are read are never merged with
//! anything. And an annotation that holds one value alone refuses every other one.

use super::braces::{Known, is_leaf, single};
use super::facts::{Facts, each_item};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::syntax::ast::{Class, Expr, ExprId, Field, Item, StrPart};

/// The defaults that nothing can override.
pub fn find(facts: &Facts, out: &mut Vec<Diag>) {
    for id in &facts.nodes {
        let items = match facts.ast.expr(*id) {
            Expr::Record(items) | Expr::Schema(items) => items,
            _ => continue,
        };
        each_item(items, &mut |item| {
            if let Item::Field(field) = item
                && let Some(ty) = field.ty.filter(|ty| says_it_all(facts, field, *ty))
            {
                out.push(fixed(facts, field, "its annotation holds this value alone", Some(facts.ast.span(ty))));
            }
        });
        let Some(known) = Known::of(facts, *id).filter(|known| known.id == *id && known.is_plain()) else { continue };
        let defaults = || known.fields().filter(|field| private_leaf(facts, field));
        if defaults().next().is_some() && known.only_read(facts) {
            let why = "only fields of this record are read, so nothing is ever merged with it";
            out.extend(defaults().map(|field| fixed(facts, field, why, None)));
        }
    }
}

/// `default kind : "Pod" = "Pod"`
fn says_it_all(facts: &Facts, field: &Field, ty: ExprId) -> bool {
    let same = |value| match (facts.ast.expr(facts.inner(ty)), facts.ast.expr(facts.inner(value))) {
        (Expr::Str(a), Expr::Str(b)) => a == b && a.iter().all(|part| matches!(part, StrPart::Text(_))),
        (Expr::Int(a), Expr::Int(b)) => a == b,
        (Expr::Bool(a), Expr::Bool(b)) => a == b,
        _ => false,
    };
    field.class == Some(Class::Default) && !field.optional && field.value.is_some_and(same)
}

fn private_leaf(facts: &Facts, field: &Field) -> bool {
    field.class == Some(Class::Default)
        && single(field).is_some()
        && !field.ty.is_some_and(|ty| says_it_all(facts, field, ty))
        && field.value.is_some_and(|value| is_leaf(facts, value))
}

fn fixed(facts: &Facts, field: &Field, why: &str, ty: Option<Span>) -> Diag {
    let path = field.path.iter().map(|part| part.span).reduce(Span::to).unwrap_or(field.span);
    let name = facts.text.get(path.range()).unwrap_or_default();
    let diag = Diag::warning(Code::FixedDefault, format!("nothing can override the default of `{name}`"));
    let word = facts.text.get(field.span.start as usize..path.start as usize).and_then(|mods| {
        let at = field.span.start as usize + mods.find("default")?;
        let rest = facts.text.get(at + "default".len()..path.start as usize)?;
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        Some(Span::new(at, at + "default".len() + blanks))
    });
    let Some(word) = word else { return diag.at(facts.loc(path), why) };
    let at = Span { end: word.start + "default".len() as u32, ..word };
    let diag = match ty {
        Some(ty) => diag.at(facts.loc(at), "it gives way to nothing").also(facts.loc(ty), why),
        None => diag.at(facts.loc(at), why),
    };
    diag.fix("delete `default`", facts.loc(word), "")
}
