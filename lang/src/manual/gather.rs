//! What a file of the library offers, as its text tells: its own documentation, and each field of its record
//! with what it is — a function with its parameters, a schema with its fields, what those begin with.
//!
//! Nothing is evaluated: names are followed within the file alone, and types stand as they are written.

use crate::base::span::{FileId, Span};
use crate::base::symbol::Symbol;
use crate::eval::exports;
use crate::syntax::ast::{Ast, BinaryOp, Class, Expr, ExprId, Field, Function, Item, Key, Pattern};
use crate::syntax::parse::parse;
use std::rc::Rc;

/// The annotation of a field that any record may be given to.
const ANY_RECORD: &str = "{ ... }";
/// Longer texts of values are cut in tables.
const LONGEST: usize = 70;

/// A file of the library.
#[derive(Debug)]
pub struct Module {
    /// As it is imported: `std/trait/health`.
    pub path: String,
    pub doc: Option<Rc<str>>,
    pub exports: Vec<Export>,
}

/// A field of a file's record.
#[derive(Debug)]
pub struct Export {
    pub name: String,
    pub doc: Option<Rc<str>>,
    pub form: Form,
}

#[derive(Debug)]
pub enum Form {
    /// `(x : Int, y = 2) -> Int`
    Function(String),
    Record(Shape),
    /// Anything else, as it is written, if that is short.
    Value(Option<String>),
}

/// A schema, or a record laid over one.
#[derive(Debug, Default)]
pub struct Shape {
    /// What it is laid over, as written: `base.Base`.
    pub below: Option<String>,
    pub settings: Vec<Setting>,
}

/// A field that a user may give, or read.
#[derive(Debug)]
pub struct Setting {
    pub path: String,
    pub ty: Option<String>,
    /// What it is unless it is given.
    pub start: Option<String>,
    pub optional: bool,
    /// For others to read, and in no output.
    pub hidden: bool,
    pub doc: Option<Rc<str>>,
}

/// What a file offers; `path` is as it is imported.
pub fn module(path: &str, text: &str) -> Module {
    let parsed = parse(FileId(0), text);
    let reader = Reader { text, ast: &parsed.ast };
    let items = exports::fields(&parsed.ast, parsed.ast.root);
    let fields = items.iter().filter_map(|item| match item {
        Item::Field(field) if !field.hidden => Some(field),
        _ => None,
    });
    let exports = fields.filter_map(|field| reader.export(field)).collect();
    Module { path: path.to_owned(), doc: parsed.trivia.file_doc(), exports }
}

struct Reader<'a> {
    text: &'a str,
    ast: &'a Ast,
}

impl Reader<'_> {
    fn export(&self, field: &Field) -> Option<Export> {
        let form = match field.value {
            Some(value) => self.form(value),
            None => Form::Value(field.ty.map(|ty| self.written(self.ast.span(ty)))),
        };
        Some(Export { name: path_of(field)?, doc: field.doc.clone(), form })
    }

    fn form(&self, value: ExprId) -> Form {
        match self.ast.expr(value) {
            Expr::Fn(function) => Form::Function(self.signature(function)),
            Expr::Name(name) => match self.bound(*name) {
                Some(bound) => self.form(bound),
                None => Form::Value(Some(name.text().to_string())),
            },
            _ => match self.shape(value) {
                Some(shape) => Form::Record(shape),
                None => Form::Value(Some(self.written(self.ast.span(value))).filter(|text| text.len() <= LONGEST)),
            },
        }
    }

    fn signature(&self, function: &Function) -> String {
        let params: Vec<String> = function.params.iter().map(|param| self.written(param.span)).collect();
        let result = function.result.map_or(String::new(), |ty| format!(" -> {}", self.written(self.ast.span(ty))));
        format!("({}){result}", params.join(", "))
    }

    /// What a name of the file's own `let`s stands for.
    fn bound(&self, name: Symbol) -> Option<ExprId> {
        let mut at = self.ast.root;
        while let Expr::Let { bind, body } = self.ast.expr(at) {
            if matches!(&bind.pattern, Pattern::Bind(bound) if bound.symbol == name) {
                return Some(bind.value);
            }
            at = *body;
        }
        None
    }

    /// Braces, and braces laid over others: `Base with schema { … } with { … }`.
    fn shape(&self, value: ExprId) -> Option<Shape> {
        match self.ast.expr(value) {
            Expr::Schema(items) => Some(Shape { below: None, settings: self.settings(items, "", true) }),
            Expr::Record(items) => Some(Shape { below: None, settings: self.settings(items, "", false) }),
            Expr::Group(inner) => self.shape(*inner),
            Expr::Binary { op: BinaryOp::With | BinaryOp::Merge, lhs, rhs } => {
                let mut below = self.shape(*lhs).unwrap_or_else(|| self.named(*lhs));
                below.settings.extend(self.shape(*rhs)?.settings);
                Some(below)
            }
            _ => None,
        }
    }

    fn named(&self, value: ExprId) -> Shape {
        Shape { below: Some(self.written(self.ast.span(value))), settings: Vec::new() }
    }

    fn settings(&self, items: &[Item], above: &str, schema: bool) -> Vec<Setting> {
        let mut found: Vec<Setting> = Vec::new();
        for field in items.iter().filter_map(|item| if let Item::Field(field) = item { Some(field) } else { None }) {
            let Some(path) = path_of(field) else { continue };
            let path = if above.is_empty() { path } else { format!("{above}.{path}") };
            let setting = self.setting(field, path, schema);
            match found.iter_mut().find(|known| known.path == setting.path) {
                Some(known) => known.join(setting),
                None => found.push(setting),
            }
        }
        found
    }

    fn setting(&self, field: &Field, path: String, schema: bool) -> Setting {
        let start = field.value.map(|value| self.written(self.ast.span(value)));
        let is_default = field.class == Some(Class::Default);
        let ty = field.ty.map(|ty| self.written(self.ast.span(ty)));
        // `ports : { ... } = Ports`: what a user's record starts from says more than that it is one.
        let from = start.clone().filter(|_| schema && !is_default && ty.as_deref() == Some(ANY_RECORD));
        Setting {
            path,
            ty: from.or(ty),
            start: start.filter(|_| is_default || !schema),
            optional: field.optional || field.value.is_some(),
            hidden: field.hidden,
            doc: field.doc.clone(),
        }
    }

    /// A piece of the text on one line.
    fn written(&self, span: Span) -> String {
        let text = self.text.get(span.range()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Setting {
    /// Another line about the same field: an annotation beside a value, or a second annotation.
    fn join(&mut self, other: Setting) {
        self.ty = match (self.ty.take(), other.ty) {
            (Some(one), Some(two)) if one == ANY_RECORD => Some(two),
            (Some(one), Some(two)) if two == ANY_RECORD || one == two => Some(one),
            (Some(one), Some(two)) => Some(format!("{one} & {two}")),
            (one, two) => one.or(two),
        };
        self.start = self.start.take().or(other.start);
        self.doc = self.doc.take().or(other.doc);
        self.optional |= other.optional;
    }

    /// The start, cut to what a table has room for.
    pub fn short_start(&self) -> Option<String> {
        let start = self.start.as_ref()?;
        match start.char_indices().nth(LONGEST) {
            Some((at, _)) => Some(format!("{}…", start.get(..at).unwrap_or_default().trim_end())),
            None => Some(start.clone()),
        }
    }
}

/// A field's path as it is written; none where a name is computed.
fn path_of(field: &Field) -> Option<String> {
    let name = |key: &Key| match key {
        Key::Static(name) => Some(name.text().to_string()),
        Key::Computed(_) => None,
    };
    let parts: Option<Vec<String>> = field.path.iter().map(|part| name(&part.key)).collect();
    Some(parts?.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"## What ports are.
let types = import "std/core/types"
let Base = schema {
  ## What it is called.
  name : String
  default replicas : Int & >=1 = 1
  ports : { ... } = { [String] : Int }
  ports : names
  note? : String
  hidden host = "a"
}

{
  Base = Base
  ## Twice as many.
  twice(n : Int, by = 2) -> Int = n * by
  Web = Base with { default replicas = 2, kind = "web" }
  most = 65535
}
"#;

    fn told() -> Module {
        module("std/a", TEXT)
    }

    fn shape<'a>(module: &'a Module, name: &str) -> &'a Shape {
        match &module.exports.iter().find(|export| export.name == name).expect("an export").form {
            Form::Record(shape) => shape,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_says_what_it_is_and_offers() {
        let module = told();
        assert_eq!(module.doc.as_deref(), Some("What ports are."));
        let names: Vec<&str> = module.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(names, ["Base", "twice", "Web", "most"]);
        assert!(matches!(&module.exports[1].form, Form::Function(text) if text == "(n : Int, by = 2) -> Int"));
        assert_eq!(module.exports[1].doc.as_deref(), Some("Twice as many."));
        assert!(matches!(&module.exports[3].form, Form::Value(Some(text)) if text == "65535"));
    }

    #[test]
    fn a_schema_tells_types_starts_and_presence() {
        let module = told();
        let settings = &shape(&module, "Base").settings;
        let line = |at: usize| (&*settings[at].path, settings[at].ty.as_deref(), settings[at].start.as_deref());
        assert_eq!(line(0), ("name", Some("String"), None));
        assert_eq!(line(1), ("replicas", Some("Int & >=1"), Some("1")));
        assert_eq!(line(2), ("ports", Some("{ [String] : Int } & names"), None));
        assert_eq!(settings.iter().map(|one| one.optional).collect::<Vec<_>>(), [false, true, true, true, true]);
        assert!(settings[4].hidden && !settings[0].hidden);
        assert_eq!(settings[0].doc.as_deref(), Some("What it is called."));
    }

    #[test]
    fn what_is_laid_over_another_names_it() {
        let module = told();
        let web = shape(&module, "Web");
        assert_eq!(web.below.as_deref(), Some("Base"));
        assert_eq!(web.settings[0].start.as_deref(), Some("2"));
    }
}
