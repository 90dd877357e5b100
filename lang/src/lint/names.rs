//! Names that nothing reads, and names that hide others.
//!
//! A name that begins with `_` is meant to be read by nobody. A `let` that makes a new value out of
//! the one whose name it takes over hides nothing: that is how a value is refined.

use super::facts::{Facts, bound, lets};
use super::removal::{of_field, of_let};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::resolve::binding::{Binding, VarKind};
use crate::syntax::ast::{Bind, Expr, ExprId, Function, Name, Pattern};

/// All that is wrong with the names of a file; `hiding` are those that hide others.
pub fn find(facts: &Facts, hiding: &[(Name, Binding)], out: &mut Vec<Diag>) {
    for id in &facts.nodes {
        let expr = facts.ast.expr(*id);
        lets(expr).into_iter().for_each(|bind| unread_let(facts, *id, bind, out));
        if let Expr::Fn(function) = expr {
            unread_parameters(facts, function, out);
        }
    }
    out.extend(hiding.iter().filter_map(|(name, hidden)| shadowing(facts, name, *hidden)));
}

fn meant_to_be_unread(name: &Name) -> bool {
    name.symbol.with_text(|text| text.starts_with('_'))
}

pub(super) fn unread(facts: &Facts, name: &Name) -> bool {
    !meant_to_be_unread(name) && facts.reads_of(name).is_some_and(|(_, reads)| reads.is_empty())
}

fn unread_let(facts: &Facts, owner: ExprId, bind: &Bind, out: &mut Vec<Diag>) {
    if let (Pattern::Bind(name), Some(braces)) = (&bind.pattern, facts.names.braces.get(&owner))
        && facts.ast.expr(bind.value) == &Expr::SelfRef
        && facts.reads_of(name).is_none()
    {
        if !meant_to_be_unread(name) && !facts.alias_read(braces.this, name.symbol) {
            out.push(unread_whole(facts, bind, &[name]));
        }
        return;
    }
    let names = bound(&bind.pattern);
    let unread: Vec<&Name> = names.iter().copied().filter(|name| unread(facts, name)).collect();
    if unread.len() == names.len() && !names.is_empty() {
        out.push(unread_whole(facts, bind, &unread));
    } else {
        out.extend(unread.iter().map(|name| unread_part(facts, bind, name)));
    }
}

fn unread_whole(facts: &Facts, bind: &Bind, names: &[&Name]) -> Diag {
    let shown: Vec<String> = names.iter().map(|name| format!("`{}`", name.symbol)).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let (code, what) = kind(facts, bind);
    let title = format!("{} {verb} never read", shown.join(", "));
    let place = names.iter().map(|name| name.span).reduce(Span::to).unwrap_or(bind.span);
    let diag = Diag::warning(code, title).at(facts.loc(place), format!("nothing reads what this {what}"));
    match of_let(facts, bind.span) {
        Some(span) => diag.fix("delete the `let`", facts.loc(span), ""),
        None => diag.help("delete the `let` and see to the comment beside it, or begin the name with `_`"),
    }
}

fn unread_part(facts: &Facts, bind: &Bind, name: &Name) -> Diag {
    let (code, what) = kind(facts, bind);
    let diag = Diag::warning(code, format!("`{}` is never read", name.symbol))
        .at(facts.loc(name.span), format!("nothing reads what this {what}"));
    match part(facts, &bind.pattern, name) {
        Some((title, span, text)) => diag.fix(title, facts.loc(span), text),
        None => diag.help("take it out of the pattern, or begin its name with `_`"),
    }
}

fn kind(facts: &Facts, bind: &Bind) -> (Code, &'static str) {
    match facts.ast.expr(facts.inner(bind.value)) {
        Expr::Import(_) => (Code::UnusedImport, "imports"),
        _ => (Code::UnusedLet, "binds"),
    }
}

/// How one of several names goes out of a pattern.
fn part(facts: &Facts, pattern: &Pattern, name: &Name) -> Option<(&'static str, Span, &'static str)> {
    match pattern {
        Pattern::Record { fields, .. } => {
            let at = fields.iter().position(|field| field.name.span == name.span)?;
            Some(("take it out of the pattern", of_field(facts, fields, at)?, ""))
        }
        Pattern::List { rest: Some(Some(rest)), .. } if rest.span == name.span => {
            Some(("the rest needs no name", name.span, ""))
        }
        Pattern::List { items, .. } if items.contains(&Pattern::Bind(*name)) => {
            Some(("an element that nothing reads is `_`", name.span, "_"))
        }
        _ => None,
    }
}

fn unread_parameters(facts: &Facts, function: &Function, out: &mut Vec<Diag>) {
    for param in &function.params {
        for name in bound(&param.pattern).into_iter().filter(|name| unread(facts, name)) {
            let at = facts.loc(name.span);
            let diag = Diag::warning(Code::UnusedParameter, format!("the parameter `{}` is never read", name.symbol))
                .at(at, "the function does not depend on it");
            out.push(match (&param.pattern, part(facts, &param.pattern, name)) {
                (Pattern::Bind(_), _) => diag.help("take it away here and in the calls").guess(
                    "if the callers decide what they give, begin its name with `_`",
                    at,
                    format!("_{}", name.symbol),
                ),
                (_, Some((title, span, text))) => diag.guess(title, facts.loc(span), text),
                (_, None) => diag.help("take it out of the pattern"),
            });
        }
    }
}

fn shadowing(facts: &Facts, name: &Name, hidden: Binding) -> Option<Diag> {
    if meant_to_be_unread(name) || refines(facts, name, hidden) {
        return None;
    }
    let symbol = name.symbol;
    let diag = Diag::warning(
        Code::Shadowing,
        match hidden {
            Binding::Prelude(_) => format!("`{symbol}` hides the `{symbol}` of the prelude"),
            Binding::Var(_) => format!("`{symbol}` hides another `{symbol}`"),
        },
    );
    let diag = diag.at(facts.loc(name.span), "from here on the name means this one");
    let diag = match hidden {
        Binding::Var(var) => match facts.names.vars[var] {
            outer if outer.name == symbol && !matches!(outer.kind, VarKind::This | VarKind::Super { .. }) => {
                diag.also(facts.loc(outer.span), "and this one is out of reach")
            }
            _ => diag,
        },
        Binding::Prelude(_) => diag,
    };
    Some(diag.help("give one of them another name"))
}

/// `let x = f(x)`: the new value is made of the old one.
fn refines(facts: &Facts, name: &Name, hidden: Binding) -> bool {
    let old = |id: &ExprId| facts.names.names.get(id) == Some(&hidden);
    facts.let_around(name).is_some_and(|place| facts.nodes_in(place).iter().any(old))
}
