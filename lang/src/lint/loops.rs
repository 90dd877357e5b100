//! Variables of a `for` that nothing reads: each round then makes the same.
//!
//! Most often a field was meant to be called after the variable: `{ for x in xs { x = 1 } }` has one field, `x`.

use super::facts::{Facts, each_item};
use super::names;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::syntax::ast::{Clause, Expr, Field, Item, Key, Name};

pub fn find(facts: &Facts, out: &mut Vec<Diag>) {
    for id in &facts.nodes {
        match facts.ast.expr(*id) {
            Expr::List(elems) => {
                for clause in elems.iter().flat_map(|elem| &elem.clauses) {
                    if let Clause::For { names, .. } = clause {
                        find_in(facts, names, &[], out);
                    }
                }
            }
            Expr::Record(items) | Expr::Schema(items) => each_item(items, &mut |item| {
                if let Item::For { names, body, .. } = item {
                    find_in(facts, names, body, out);
                }
            }),
            _ => {}
        }
    }
}

fn find_in(facts: &Facts, variables: &[Name], body: &[Item], out: &mut Vec<Diag>) {
    for name in variables.iter().filter(|name| names::unread(facts, name)) {
        let at = facts.loc(name.span);
        let diag = Diag::warning(Code::UnusedVariable, format!("the variable `{}` is never read", name.symbol))
            .at(at, "no round depends on it");
        out.push(match named_like(body, name) {
            Some((field, key)) => {
                let diag =
                    diag.also(facts.loc(field.span), format!("this field is called `{}` each time", name.symbol));
                let text = format!("\"\\({})\"", name.symbol);
                diag.guess(format!("for a name out of the variable write `{text}`"), facts.loc(key), text)
            }
            None => diag.fix("one that is not needed is `_`", at, "_"),
        });
    }
}

/// The field of the loop's body that is called as the variable is, and the place of its name.
fn named_like<'a>(body: &'a [Item], name: &Name) -> Option<(&'a Field, Span)> {
    let mut found = None;
    each_item(body, &mut |item| {
        if let Item::Field(field) = item
            && let Some(part) = field.path.iter().find(|part| part.key == Key::Static(name.symbol))
        {
            found = found.or(Some((&**field, part.span)));
        }
    });
    found
}
