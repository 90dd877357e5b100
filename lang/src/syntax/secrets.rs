//! Which literals of a text are secret, by what stands around them.
//!
//! A run knows a secret once its annotation has been asked. A message may come before that, about the
//! line above it or about a text that never runs: then names have to do. What is annotated with
//! `Secret(…)` anywhere is taken for secret wherever it is given a value. Too much is covered rather
//! than too little, since only messages come of it.

use super::ast::{Arg, Ast, Bind, Expr, ExprId, Field, Item, Key, Param, Pattern, StrPart};
use super::visit::children;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// What texts call secret, by name.
#[derive(Debug, Default)]
pub struct SecretNames {
    /// Names of types that are, or hold, `Secret(…)`.
    types: FxHashSet<Symbol>,
    /// Fields, variables and parameters of such types.
    values: FxHashSet<Symbol>,
    /// A `[String] : Secret(…)`: any field may be one.
    all: bool,
}

/// A literal that must not be shown.
#[derive(Debug, PartialEq)]
pub struct SecretLiteral {
    pub span: Span,
    /// The text it stands for, if it is one.
    pub text: Option<Rc<str>>,
}

impl SecretNames {
    /// Takes in what one text says. Whether it said anything new: types may be named after one another.
    pub fn read(&mut self, ast: &Ast) -> bool {
        let before = (self.types.len(), self.values.len(), self.all);
        for at in 0..ast.len() {
            match ast.expr(ExprId(at as u32)) {
                Expr::Let { bind, .. } => self.read_bind(ast, bind),
                Expr::Record(items) | Expr::Schema(items) => items.iter().for_each(|item| self.read_item(ast, item)),
                Expr::Fn(function) => function.params.iter().for_each(|param| self.read_param(ast, param)),
                _ => {}
            }
        }
        before != (self.types.len(), self.values.len(), self.all)
    }

    fn read_item(&mut self, ast: &Ast, item: &Item) {
        match item {
            Item::Field(field) => {
                if let Some(name) = name_of(field) {
                    self.read_name(ast, name, field.ty, field.value);
                }
            }
            Item::Let(bind) => self.read_bind(ast, bind),
            Item::Rest { ty, .. } => self.all |= self.is_secret(ast, *ty),
            Item::If { then, otherwise, .. } => {
                then.iter().chain(otherwise).for_each(|item| self.read_item(ast, item));
            }
            Item::For { body, .. } => body.iter().for_each(|item| self.read_item(ast, item)),
            Item::Error | Item::Block { .. } | Item::Assert { .. } | Item::Open(_) | Item::Spread(_) => {}
        }
    }

    fn read_bind(&mut self, ast: &Ast, bind: &Bind) {
        if let Pattern::Bind(name) = bind.pattern {
            self.read_name(ast, name.symbol, bind.ty, Some(bind.value));
        }
    }

    fn read_param(&mut self, ast: &Ast, param: &Param) {
        if let Pattern::Bind(name) = param.pattern {
            self.read_name(ast, name.symbol, param.ty, None);
        }
    }

    fn read_name(&mut self, ast: &Ast, name: Symbol, ty: Option<ExprId>, value: Option<ExprId>) {
        if ty.is_some_and(|ty| self.is_secret(ast, ty)) {
            self.values.insert(name);
        } else if value.is_some_and(|value| self.is_secret(ast, value)) {
            self.types.insert(name);
        }
    }

    /// Whether an expression is a type of secrets. Records are looked at field by field, not here.
    fn is_secret(&self, ast: &Ast, id: ExprId) -> bool {
        match ast.expr(id) {
            Expr::Name(name) => self.names_type(*name),
            Expr::Field { name, .. } => matches!(name.key, Key::Static(name) if self.names_type(name)),
            Expr::Call { callee, .. } => self.is_secret(ast, *callee),
            Expr::Group(inner) | Expr::Nullable(inner) => self.is_secret(ast, *inner),
            Expr::Binary { lhs, rhs, .. } => self.is_secret(ast, *lhs) || self.is_secret(ast, *rhs),
            Expr::List(elems) => elems.iter().any(|elem| self.is_secret(ast, elem.value)),
            Expr::Fn(function) => self.is_secret(ast, function.body),
            _ => false,
        }
    }

    fn names_type(&self, name: Symbol) -> bool {
        self.types.contains(&name) || name.with_text(|text| text == "Secret")
    }

    /// Whether what is given to this name is secret.
    pub fn names_value(&self, name: Symbol) -> bool {
        self.all || self.values.contains(&name)
    }

    /// The literals of a text that are secret by these names.
    pub fn literals(&self, ast: &Ast) -> Vec<SecretLiteral> {
        let mut found = Vec::new();
        for at in 0..ast.len() {
            match ast.expr(ExprId(at as u32)) {
                Expr::Let { bind, .. } => self.in_bind(ast, bind, &mut found),
                Expr::Record(items) | Expr::Schema(items) => {
                    items.iter().for_each(|item| self.in_item(ast, item, &mut found));
                }
                Expr::Annotated { expr, ty } if self.is_secret(ast, *ty) => literals_in(ast, *expr, &mut found),
                Expr::Call { callee, args } => self.in_call(ast, *callee, args, &mut found),
                Expr::Fn(function) => {
                    if function.result.is_some_and(|ty| self.is_secret(ast, ty)) {
                        literals_in(ast, function.body, &mut found);
                    }
                    for param in &function.params {
                        if let (Pattern::Bind(name), Some(default)) = (&param.pattern, param.default)
                            && self.names_value(name.symbol)
                        {
                            literals_in(ast, default, &mut found);
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn in_item(&self, ast: &Ast, item: &Item, found: &mut Vec<SecretLiteral>) {
        match item {
            Item::Field(field) => {
                let named = name_of(field).is_some_and(|name| self.names_value(name));
                if let (true, Some(value)) = (named || (self.all && name_of(field).is_none()), field.value) {
                    literals_in(ast, value, found);
                }
            }
            Item::Let(bind) => self.in_bind(ast, bind, found),
            Item::If { then, otherwise, .. } => {
                then.iter().chain(otherwise).for_each(|item| self.in_item(ast, item, found));
            }
            Item::For { body, .. } => body.iter().for_each(|item| self.in_item(ast, item, found)),
            Item::Rest { ty, value: Some(value), .. } if self.is_secret(ast, *ty) => literals_in(ast, *value, found),
            _ => {}
        }
    }

    fn in_bind(&self, ast: &Ast, bind: &Bind, found: &mut Vec<SecretLiteral>) {
        if let Pattern::Bind(name) = bind.pattern
            && self.values.contains(&name.symbol)
        {
            literals_in(ast, bind.value, found);
        }
    }

    /// `f(password = "…")`, `std.secret.refer("…", …)`, `std.input("…", Secret(T), default = "…")`.
    fn in_call(&self, ast: &Ast, callee: ExprId, args: &[Arg], found: &mut Vec<SecretLiteral>) {
        for arg in args.iter().filter(|arg| arg.name.is_some_and(|name| self.names_value(name.symbol))) {
            literals_in(ast, arg.value, found);
        }
        let (refers, inputs) = called(ast, callee);
        if refers && let Some(first) = args.first() {
            literals_in(ast, first.value, found);
        }
        if inputs && args.iter().any(|arg| self.is_secret(ast, arg.value)) {
            args.iter().skip(2).for_each(|arg| literals_in(ast, arg.value, found));
        }
    }
}

/// The name that a field's value goes by: the last of its path.
fn name_of(field: &Field) -> Option<Symbol> {
    match field.path.last()?.key {
        Key::Static(name) => Some(name),
        Key::Computed(_) => None,
    }
}

/// The strings and numbers that an expression may give, or from which it makes what it gives. Names of
/// fields, conditions, and what is said of a secret beside its text are none.
fn literals_in(ast: &Ast, id: ExprId, found: &mut Vec<SecretLiteral>) {
    // Whether a literal is the value itself, and not only an argument of what makes it.
    let mut todo = vec![(id, true)];
    while let Some((id, whole)) = todo.pop() {
        match ast.expr(id) {
            Expr::Str(parts) => {
                let text = match &parts[..] {
                    [StrPart::Text(text)] if whole => Some(text.clone()),
                    _ => None,
                };
                found.push(SecretLiteral { span: ast.span(id), text });
            }
            Expr::Int(_) | Expr::BigInt(_) | Expr::Float(_) => {
                found.push(SecretLiteral { span: ast.span(id), text: None });
            }
            Expr::Record(items) | Expr::Schema(items) => {
                for item in items {
                    if let Item::Field(field) = item {
                        todo.extend(field.value.map(|value| (value, whole)));
                    }
                }
            }
            Expr::If { then, otherwise, .. } => todo.extend([(*then, whole), (*otherwise, whole)]),
            Expr::Let { body, .. } => todo.push((*body, whole)),
            Expr::Annotated { expr, .. } => todo.push((*expr, whole)),
            Expr::Index { base, .. } => todo.push((*base, whole)),
            Expr::Call { callee, args } => {
                let (refers, inputs) = called(ast, *callee);
                let (from, count) = if refers {
                    (0, 1)
                } else if inputs {
                    (2, 1)
                } else {
                    (0, args.len())
                };
                let args = args.iter().skip(from).take(count);
                todo.extend(args.map(|arg| (arg.value, whole && (refers || inputs))));
            }
            other => children(other, &mut |id| todo.push((id, whole))),
        }
    }
}

/// Whether a function is `….refer`, or `….input`.
fn called(ast: &Ast, callee: ExprId) -> (bool, bool) {
    match ast.expr(callee) {
        Expr::Field { name, .. } => match name.key {
            Key::Static(name) => name.with_text(|name| (name == "refer", name == "input")),
            Key::Computed(_) => (false, false),
        },
        _ => (false, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;
    use crate::syntax::parse::parse;

    /// What the literals are that a text says are secret; two spaces in it are a line's end.
    fn secret(text: &str) -> Vec<String> {
        let text = text.replace("  ", "\n");
        let ast = parse(FileId(0), &text).ast;
        let mut names = SecretNames::default();
        while names.read(&ast) {}
        let mut found: Vec<String> =
            names.literals(&ast).iter().map(|literal| text[literal.span.range()].to_owned()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn by_annotation_by_name_and_by_alias() {
        assert_eq!(secret(r#"{ p : Secret(String) = "one", q = "two" }"#), [r#""one""#]);
        assert_eq!(secret(r#"let S = { p : Secret(Int) }  S & { p = 1 } & { a.p = 2, q = 3 }"#), ["1", "2"]);
        assert_eq!(secret(r#"let P = Secret(String)? & >""  { p : P = "x" ++ "y" }"#), [r#""x""#, r#""y""#]);
        assert_eq!(secret(r#"let t = import "t"  { p : [t.Secret] = ["x", "y"] }"#), [r#""x""#, r#""y""#]);
        assert_eq!(secret(r#"let s : Secret(Any) = { a = 1 }  ("z" : Secret(String))"#), [r#""z""#, "1"]);
    }

    #[test]
    fn in_calls_and_functions() {
        assert_eq!(secret(r#"let f(p : Secret(Int) = 1) = p  f(p = 2)"#), ["1", "2"]);
        assert_eq!(secret(r#"std.secret.refer("x", "vault")"#), [r#""x""#]);
        assert_eq!(secret(r#"{ p : Secret(Any) = std.secret.refer("x", "vault") }"#), [r#""x""#]);
        assert_eq!(secret(r#"{ p : Secret(Any) = if a == "n" then b["n"] else "x" }"#), [r#""x""#]);
        assert_eq!(secret(r#"std.input("name", Secret(String), default = "x")"#), [r#""x""#]);
        assert_eq!(secret(r#"let f() -> Secret(String) = "x"  f()"#), [r#""x""#]);
    }

    #[test]
    fn any_field_where_every_field_may_be_one() {
        assert_eq!(secret(r#"{ [String] : Secret(String), a = "x", "\(b)" = "y" }"#), [r#""x""#, r#""y""#]);
        assert_eq!(secret(r#"{ a : String = "x" }"#), [""; 0]);
    }
}
