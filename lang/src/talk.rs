//! Entries that build on one another, as a REPL has them: a `let` without a body is kept, and every
//! later entry sees its names.
//!
//! What is kept are values, not text: nothing is computed twice, and a message about an entry counts
//! that entry's lines. Files that entries import are read anew for each, since they may have changed.

use crate::base::diag::Diag;
use crate::base::span::FileId;
use crate::base::symbol::Symbol;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::Vm;
use crate::outline::outline;
use crate::session::{Format, Session, show};
use crate::syntax::ast::{Ast, Expr, Pattern};
use crate::syntax::parse::parse;
use crate::value::value::Value;

/// A look that was not asked for, such as a completion, may take this many steps.
const GLANCE: u64 = 1_000_000;

/// The names that are kept, with their values.
#[derive(Default)]
pub struct Scope {
    names: Vec<Symbol>,
    values: Vec<Value>,
    /// What `std.input` gives.
    inputs: Vec<(String, String)>,
}

impl Scope {
    pub fn new(inputs: Vec<(String, String)>) -> Scope {
        Scope { inputs, ..Scope::default() }
    }

    /// Forgets every name.
    pub fn clear(&mut self) {
        self.names.clear();
        self.values.clear();
    }

    pub fn names(&self) -> Vec<String> {
        self.names.iter().map(Symbol::to_string).collect()
    }

    fn bind(&mut self, name: Symbol, value: Value) {
        match self.names.iter().position(|other| *other == name) {
            Some(at) => self.values[at] = value,
            None => {
                self.names.push(name);
                self.values.push(value);
            }
        }
    }
}

/// Something entered: its text, and the file that it is taken for, from where imports start.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl Entry<'_> {
    /// The names that an entry of nothing but `let`s binds; none if it is an expression.
    fn bound(&self) -> Vec<Symbol> {
        let reads = |text: &str| {
            let parsed = parse(FileId::default(), text);
            parsed.diags.iter().all(|diag| !diag.is_error()).then_some(parsed.ast)
        };
        if reads(self.text).is_some() {
            return Vec::new();
        }
        reads(&format!("{}\nnull", self.text)).map(|ast| outer_names(&ast)).unwrap_or_default()
    }
}

impl Session {
    /// Evaluates an expression and writes its value, or keeps the names of a `let`: then there is
    /// nothing to show. Functions and types, which have no text, are shown in outline.
    pub fn enter(&mut self, scope: &mut Scope, entry: Entry, format: Format) -> Result<Option<String>, Vec<Diag>> {
        let names = entry.bound();
        if !names.is_empty() {
            return self.bind(scope, entry, names).map(|()| None);
        }
        self.on_value(scope, entry, |vm, value| match value {
            Value::Closure(_) | Value::Native(_) | Value::Type(_) | Value::Secret(_) => outline(vm, value),
            value => show(vm, value, format),
        })
        .map(Some)
    }

    /// The outline of an expression's value.
    pub fn outline(&mut self, scope: &Scope, entry: Entry) -> Result<String, Vec<Diag>> {
        self.on_value(scope, entry, outline)
    }

    /// What kind of value an expression has, such as `a record`.
    pub fn kind(&mut self, scope: &Scope, entry: Entry) -> Result<&'static str, Vec<Diag>> {
        self.on_value(scope, entry, |_, value| Ok(value.kind()))
    }

    /// The fields of an expression's value; none if it is no record, fails, or takes long to tell.
    pub fn fields(&mut self, scope: &Scope, entry: Entry) -> Vec<String> {
        let usual = self.vm().limits;
        self.vm().limits.steps = usual.steps.min(GLANCE);
        let names = self.on_value(scope, entry, |vm, value| match value {
            Value::Record(record) => vm.names_where(record, true),
            _ => Ok(Vec::new()),
        });
        self.vm().limits = usual;
        names.unwrap_or_default().iter().map(Symbol::to_string).collect()
    }

    fn bind(&mut self, scope: &mut Scope, entry: Entry, names: Vec<Symbol>) -> Result<(), Vec<Diag>> {
        let shown: Vec<String> = names.iter().map(Symbol::to_string).collect();
        let text = format!("{}\n[{}]", entry.text, shown.join(", "));
        let entry = Entry { text: &text, ..entry };
        let values = self.on_value(scope, entry, |vm, value| match value {
            Value::List(list) => Ok(vm.items(list)?.to_vec()),
            _ => Ok(Vec::new()),
        })?;
        names.into_iter().zip(values).for_each(|(name, value)| scope.bind(name, value));
        Ok(())
    }

    pub(crate) fn on_value<T>(
        &mut self,
        scope: &Scope,
        entry: Entry,
        with: impl FnOnce(&mut Vm, &Value) -> Run<T>,
    ) -> Result<T, Vec<Diag>> {
        self.vm().forget_files();
        let file = self.vm().sources.add(entry.name, entry.text);
        self.run_once(&scope.inputs, |vm| {
            let compiled = vm.compile(file, &scope.names);
            let Some(proto) = compiled.proto else { return Err(Fault::many(compiled.diags)) };
            let value = vm.run_with(proto, &scope.values)?;
            let value = vm.force(&value)?;
            with(vm, &value)
        })
    }
}

/// The names of the `let`s that a text opens with, each once.
fn outer_names(ast: &Ast) -> Vec<Symbol> {
    let mut names = Vec::new();
    let mut at = ast.root;
    while let Expr::Let { bind, body } = ast.expr(at) {
        pattern_names(&bind.pattern, &mut names);
        at = *body;
    }
    names.sort();
    names.dedup();
    names
}

fn pattern_names(pattern: &Pattern, names: &mut Vec<Symbol>) {
    match pattern {
        Pattern::Error | Pattern::Any(_) | Pattern::Test(_) => {}
        Pattern::Bind(name) => names.push(name.symbol),
        Pattern::Record { fields, .. } => fields.iter().for_each(|field| pattern_names(&field.pattern, names)),
        Pattern::List { items, rest, .. } => {
            items.iter().for_each(|item| pattern_names(item, names));
            names.extend(rest.iter().flatten().map(|name| name.symbol));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::world::MemWorld;
    use std::rc::Rc;

    struct Talk(Session, Scope);

    impl Talk {
        fn new() -> Talk {
            let world = MemWorld::new().with("a.rzp", "{ b = { c = 1, hidden d = 2 } }");
            Talk(Session::new(Rc::new(world)), Scope::default())
        }

        fn enter(&mut self, text: &str) -> Result<Option<String>, Vec<Diag>> {
            self.0.enter(&mut self.1, Entry { name: "entry", text }, Format::JsonCompact)
        }

        fn shows(&mut self, text: &str) -> String {
            self.enter(text).expect("no errors").unwrap_or_default()
        }

        fn outline(&mut self, text: &str) -> String {
            self.0.outline(&self.1, Entry { name: "entry", text }).expect("no errors")
        }
    }

    #[test]
    fn lets_are_kept_with_their_values() {
        let mut talk = Talk::new();
        assert_eq!(talk.shows("let x = 20\nlet f(n) = if n == 0 then x else f(n - 1) # sees itself"), "");
        assert_eq!(talk.shows("f(3) + 2"), "22");
        assert_eq!(talk.shows("let y = 1\ny + x"), "21");
        assert!(talk.enter("y").is_err(), "an expression keeps nothing");
    }

    #[test]
    fn a_name_bound_again_leaves_what_saw_it_before() {
        let mut talk = Talk::new();
        talk.shows("let x = 1");
        talk.shows("let f() = x");
        talk.shows("let x = x + 1");
        assert_eq!(talk.shows("[x, f()]"), "[2,1]");
        assert_eq!(talk.1.names(), ["x", "f"]);
    }

    #[test]
    fn patterns_bind_all_their_names() {
        let mut talk = Talk::new();
        talk.shows("let { map, length } = std.list");
        talk.shows("let [a, ...rest] = [1, 2, 3]");
        assert_eq!(talk.shows("map(rest, fn(x) => x + length([a]))"), "[3,4]");
    }

    #[test]
    fn a_mistake_binds_nothing() {
        let mut talk = Talk::new();
        assert!(talk.enter("let x = nope").is_err());
        assert!(talk.enter("let x =").is_err());
        assert!(talk.1.names().is_empty());
        assert_eq!(talk.shows("let y = 1 / 0"), "");
        assert_eq!(talk.enter("y").expect_err("a fault")[0].code.to_string(), "E0408");
    }

    #[test]
    fn outlines() {
        let mut talk = Talk::new();
        assert_eq!(
            talk.outline("{ a = 1, b = [1, \"x\"], c = {}, d = 1 / 0 }"),
            "{ a : Int, b : [Int | String], c : {}, d : ? }"
        );
        assert_eq!(talk.outline("fn(x, y = 2) => x"), "fn(x, y = …)");
        assert_eq!(talk.shows("fn(x) => x"), "fn(x)");
        assert_eq!(talk.shows("Int | Null"), "the type Int?");
        assert!(talk.outline("std.list.map").starts_with("fn(xs : ['a]"));
    }

    #[test]
    fn fields_are_told_without_faults() {
        let mut talk = Talk::new();
        talk.shows("let a = import \"./a.rzp\"");
        let mut fields = |text| talk.0.fields(&talk.1, Entry { name: "entry", text });
        assert_eq!(fields("a.b"), ["c", "d"]);
        assert_eq!(fields("a.x"), [""; 0]);
        assert_eq!(fields("a.b.c"), [""; 0]);
        assert!(fields("std.list").contains(&"map".to_owned()));
    }
}
