//! What tests use of a file: the fields of the record that it gives, and where each tells that it is used.
//!
//! A field that passes a function of the file on under its name counts by that function: it is used once it is called.

use crate::base::source::Source;
use crate::base::span::FileId;
use crate::eval::exports;
use crate::syntax::ast::{Ast, Bind, Expr, Field, Item, Key, Pattern};
use crate::syntax::parse::parse;

/// A field that other files can read.
#[derive(Debug, PartialEq)]
pub struct Export {
    pub name: String,
    /// Counted from one.
    pub line: usize,
    /// Any of these places tells of its use.
    pub places: Vec<u32>,
}

/// The fields of a file's record that have a value and are not hidden, as far as the text tells.
pub fn exports(text: &str) -> Vec<Export> {
    let (source, parsed) = (Source::new("", text), parse(FileId(0), text));
    let mut found: Vec<Export> = Vec::new();
    for item in exports::fields(&parsed.ast, parsed.ast.root) {
        let Item::Field(field) = item else { continue };
        let (Key::Static(name), false, true) = (field.path[0].key, field.hidden, field.value.is_some()) else {
            continue;
        };
        let (name, place) = (name.text().to_string(), place(&parsed.ast, field));
        match found.iter_mut().find(|export| export.name == name) {
            Some(export) => export.places.push(place),
            None => {
                let line = source.position(field.path[0].span.start).0;
                found.push(Export { name, line, places: vec![place] });
            }
        }
    }
    found
}

/// Where the code of a field tells of its use: at its name, behind the dot of a path, or at the function that it names.
fn place(ast: &Ast, field: &Field) -> u32 {
    if let (Some(Expr::Name(name)), [_]) = (field.value.map(|value| ast.expr(value)), &field.path[..]) {
        let is_it = |bind: &&Bind| matches!(&bind.pattern, Pattern::Bind(bound) if bound.symbol == *name);
        let function = lets(ast).filter(is_it).last().filter(|bind| matches!(ast.expr(bind.value), Expr::Fn(_)));
        if let Some(bind) = function {
            return bind.span.start;
        }
    }
    field.path.get(1).unwrap_or(&field.path[0]).span.start
}

/// The `let`s in front of what a file gives.
fn lets(ast: &Ast) -> impl Iterator<Item = &Bind> {
    let mut at = ast.root;
    std::iter::from_fn(move || {
        let Expr::Let { bind, body } = ast.expr(at) else { return None };
        at = *body;
        Some(&**bind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::world::MemWorld;
    use crate::session::{EvalOptions, Session};
    use std::rc::Rc;

    const LIB: &str = "let twice(x) = 2 * x\nlet size = 3\nlet grown = twice(size)\n{\n  twice\n  grown\n  size\n  word = \"a\"\n  \
        list = [1, 2]\n  again = size\n  half(x) = x / 2\n  other = fn(x) => x\n  deep.part = 1\n  hidden own = 1\n  kept : Int\n}\n";

    /// The fields of `LIB` that a program uses.
    fn used(program: &str) -> Vec<String> {
        let world = MemWorld::new().with("lib.rzp", LIB);
        let mut session = Session::new(Rc::new(world));
        session.vm().watches = true;
        session.eval_text("main.rzp", program, &EvalOptions::default()).expect("it runs");
        let vm = session.vm();
        let lib = vm.sources.files().find(|(_, source)| &*source.name == "lib.rzp").expect("it was read").0;
        let is_used = |export: &Export| export.places.iter().any(|at| vm.used.contains(&(lib, *at)));
        exports(LIB).into_iter().filter(is_used).map(|export| export.name).collect()
    }

    #[test]
    fn fields_are_those_with_a_value() {
        let found = exports(LIB);
        let shown: Vec<(&str, usize)> = found.iter().map(|export| (export.name.as_str(), export.line)).collect();
        let wanted = ["twice", "grown", "size", "word", "list", "again", "half", "other", "deep"];
        assert_eq!(shown, wanted.into_iter().zip(5..).collect::<Vec<_>>());
        assert_eq!(exports("(import \"./lib.rzp\") with { a = 1 }"), []);
    }

    #[test]
    fn what_is_read_is_used() {
        assert_eq!(used("let { word, list } = import \"./lib.rzp\"\n[word]"), ["word"]);
        assert_eq!(used("(import \"./lib.rzp\").deep.part + (import \"./lib.rzp\").size"), ["size", "deep"]);
        assert_eq!(used("(import \"./lib.rzp\").again"), ["again"]);
        assert_eq!(used("std.record.names(import \"./lib.rzp\")"), [""; 0]);
    }

    #[test]
    fn a_function_is_used_when_it_is_called() {
        assert_eq!(
            used(
                "let { half, other, twice } = import \"./lib.rzp\"\nstd.list.map([half, other, twice], std.type.is_function)"
            ),
            [""; 0]
        );
        assert_eq!(used("let { half, other } = import \"./lib.rzp\"\n[half(4), other(1)]"), ["half", "other"]);
        assert_eq!(used("(import \"./lib.rzp\").twice(1)"), ["twice"]);
        // A function that others of its file call is used too.
        assert_eq!(used("(import \"./lib.rzp\").grown"), ["twice", "grown"]);
    }
}
