//! Where a value comes from that a contract refused under a name: the message marks the name, and
//! what one has to mend stands at its `let`.
//!
//! Values do not carry where they were written; the text does. So it is read again where a message
//! is made, and only there.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::span::{Loc, Span};
use crate::resolve::binding::{Binding, Resolved, VarId};
use crate::resolve::resolver::resolve;
use crate::syntax::ast::{Ast, Bind, Expr, ExprId, Item, Pattern};
use crate::syntax::parse::parse;

/// Names that stand for names are followed this far.
const FURTHEST: usize = 8;

/// The message with a note on where the value behind a marked name was written.
pub fn with_origin(mut diag: Diag, sources: &Sources) -> Diag {
    if diag.code != Code::Contract {
        return diag;
    }
    let Some(place) = diag.place() else { return diag };
    if let Some((name, origin)) = origin(sources, place) {
        diag.notes.insert(0, format!("`{name}` is given its value at {}", sources.show(origin)));
    }
    diag
}

/// The name at a place, and the value that its `let` gives it.
fn origin(sources: &Sources, place: Loc) -> Option<(String, Loc)> {
    let text = &sources.get(place.file).text;
    let name = text.get(place.span.range())?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let ast = parse(place.file, text).ast;
    let names = resolve(place.file, &ast, &[]);
    let mut at = (0..ast.len()).map(|at| ExprId(at as u32)).find(|id| is_name_at(&ast, *id, place.span))?;
    let mut found = None;
    for _ in 0..FURTHEST {
        let Some(value) = variable(&names, at).and_then(|var| bound(&ast, &names, var)) else { break };
        found = Some(ast.span(value));
        at = value;
    }
    Some((name.to_owned(), found?.at(place.file)))
}

fn is_name_at(ast: &Ast, id: ExprId, span: Span) -> bool {
    matches!(ast.expr(id), Expr::Name(_)) && ast.span(id) == span
}

fn variable(names: &Resolved, name: ExprId) -> Option<VarId> {
    match names.names.get(&name)? {
        Binding::Var(var) => Some(*var),
        Binding::Prelude(_) => None,
    }
}

/// The value of the `let` that binds a variable.
fn bound(ast: &Ast, names: &Resolved, var: VarId) -> Option<ExprId> {
    let binds = |bind: &Bind| match &bind.pattern {
        Pattern::Bind(name) => names.binders.get(&name.span) == Some(&var),
        _ => false,
    };
    (0..ast.len()).find_map(|at| match ast.expr(ExprId(at as u32)) {
        Expr::Let { bind, .. } => binds(bind).then_some(bind.value),
        Expr::Record(items) | Expr::Schema(items) => items.iter().find_map(|item| match item {
            Item::Let(bind) => binds(bind).then_some(bind.value),
            _ => None,
        }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands where the value behind a name comes from.
    fn from(text: &str, name: &str) -> Option<String> {
        let mut sources = Sources::default();
        let file = sources.add("a.rzp", text);
        let at = text.rfind(name).expect("it is there");
        let (_, loc) = origin(&sources, Span::new(at, at + name.len()).at(file))?;
        text.get(loc.span.range()).map(str::to_owned)
    }

    #[test]
    fn a_name_leads_to_its_let() {
        assert_eq!(from("let p = \"x\"\n{ port : Int = p }", "p").as_deref(), Some("\"x\""));
        assert_eq!(from("let a = \"x\"\nlet b = a\n{ port : Int = b }", "b").as_deref(), Some("\"x\""));
        assert_eq!(from("{ let p = 1 + 1, port : String = p }", "p").as_deref(), Some("1 + 1"));
    }

    #[test]
    fn what_is_no_name_leads_nowhere() {
        assert_eq!(from("{ port : Int = \"x\" }", "\"x\""), None);
        assert_eq!(from("let f(p) = (p : Int)\nf", "p"), None);
        assert_eq!(from("{ port : Int = String }", "String"), None);
    }
}
