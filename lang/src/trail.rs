//! Where the value of an expression was written, as far as the texts alone tell for certain.
//!
//! Values do not carry where they were written; the texts do. So they are read again where a message
//! is made, and only there. Names lead to their `let`s, parameters to the calls that give them, paths
//! into braces and data files, `with` and `...` to the operand that has the field. What depends on a
//! value, such as an `if`, leads nowhere.

use crate::base::source::Sources;
use crate::base::span::{FileId, Loc, Span};
use crate::base::symbol::Symbol;
use crate::data::file::is_data;
use crate::data::part::Finder;
use crate::data::placed::{Node, Placed};
use crate::resolve::binding::{Binding, Resolved, VarId};
use crate::resolve::resolver::resolve;
use crate::syntax::ast::{Ast, BinaryOp, Bind, Expr, ExprId, Function, Item, Key, Pattern, StrPart};
use crate::syntax::parse::parse;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// So many steps are gone at most.
const FURTHEST: u32 = 1_000;

/// A text that was read again.
struct Text {
    ast: Ast,
    names: Resolved,
}

/// Something that a value was written as.
#[derive(Debug, Clone)]
enum Spot {
    Expr(FileId, ExprId),
    /// A part of a data file: the number of the field or element at each step.
    Data(FileId, Vec<usize>),
}

/// What looking for a field came to.
enum Sought {
    Found(Spot),
    /// There is surely no such field.
    Not,
    Unknown,
}

/// Where a trail ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    pub loc: Loc,
    /// It is a scalar of a data file.
    pub data: bool,
    /// It is not where the trail began.
    pub further: bool,
}

pub struct Trail<'a> {
    sources: &'a Sources,
    finder: Finder<'a>,
    read: FxHashMap<FileId, Rc<Text>>,
    /// The value in question, as a literal has it.
    value: String,
    left: u32,
}

impl<'a> Trail<'a> {
    pub fn new(sources: &'a Sources, value: &str) -> Trail<'a> {
        let (finder, read) = (Finder::new(sources), FxHashMap::default());
        Trail { sources, finder, read, value: value.to_owned(), left: FURTHEST }
    }

    /// Where the value of the expression at a place was written. An expression that has a value of its own, and
    /// no other's, leads nowhere.
    pub fn end(&mut self, place: Loc) -> Option<End> {
        if is_data(&self.sources.get(place.file).name) {
            return None;
        }
        let text = self.text(place.file);
        let start = ids(&text.ast).find(|id| stands_at(&text.ast, *id, place.span))?;
        let end = self.follow(Spot::Expr(place.file, start));
        let further = !matches!(end, Spot::Expr(file, id) if file == place.file && id == start);
        self.place(&end).map(|end| End { further, ..end })
    }

    /// Where something stands.
    fn place(&mut self, spot: &Spot) -> Option<End> {
        match spot {
            Spot::Expr(file, id) => {
                let loc = self.text(*file).ast.span(*id).at(*file);
                Some(End { loc, data: false, further: false })
            }
            Spot::Data(file, path) => {
                let at = inside(self.finder.tree(*file)?, path)?;
                Some(End { loc: at.at.at(*file), data: matches!(at.node, Node::Scalar(_)), further: false })
            }
        }
    }

    fn text(&mut self, file: FileId) -> Rc<Text> {
        let sources = self.sources;
        let read = || {
            let ast = parse(file, &sources.get(file).text).ast;
            let names = resolve(file, &ast, &[]);
            Rc::new(Text { ast, names })
        };
        self.read.entry(file).or_insert_with(read).clone()
    }

    /// From one expression to that which gives it its value, as often as there is one.
    fn follow(&mut self, mut spot: Spot) -> Spot {
        while let Some(next) = self.left.checked_sub(1) {
            self.left = next;
            match self.step(&spot) {
                Some(further) => spot = further,
                None => break,
            }
        }
        spot
    }

    fn step(&mut self, spot: &Spot) -> Option<Spot> {
        let Spot::Expr(file, id) = *spot else { return None };
        let text = self.text(file);
        match text.ast.expr(id) {
            Expr::Group(inner) | Expr::Annotated { expr: inner, .. } | Expr::Let { body: inner, .. } => {
                Some(Spot::Expr(file, *inner))
            }
            Expr::Name(_) => self.variable(file, &text, id),
            Expr::Import(path) => self.imported(file, path),
            Expr::Field { base, name, .. } => match name.key {
                Key::Static(name) => self.member(Spot::Expr(file, *base), name),
                Key::Computed(_) => None,
            },
            Expr::Index { base, index } => match text.ast.expr(*index) {
                Expr::Int(at) => self.element(Spot::Expr(file, *base), usize::try_from(*at).ok()?),
                Expr::Str(parts) => match &parts[..] {
                    [StrPart::Text(name)] => self.member(Spot::Expr(file, *base), Symbol::new(name)),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// What a variable was given.
    fn variable(&mut self, file: FileId, text: &Text, name: ExprId) -> Option<Spot> {
        let Binding::Var(var) = *text.names.names.get(&name)? else { return None };
        match bound(&text.ast, &text.names, var)? {
            Bound::Whole(value) => Some(Spot::Expr(file, value)),
            Bound::Field(value, field) => self.member(Spot::Expr(file, value), field),
            Bound::Param(function, at) => self.argument(file, text, function, at),
        }
    }

    /// What the calls of a function give for a parameter: that of the only call, or that which is the
    /// value in question where no other call gives it.
    fn argument(&mut self, file: FileId, text: &Text, function: ExprId, at: usize) -> Option<Spot> {
        let Expr::Fn(of) = text.ast.expr(function) else { return None };
        let name = param_name(of, at);
        let mut given: Vec<(FileId, ExprId)> = Vec::new();
        for caller in self.sources.files().map(|(file, _)| file).filter(|file| self.is_read(*file)).collect::<Vec<_>>()
        {
            let calls = self.text(caller);
            for id in ids(&calls.ast) {
                let Expr::Call { callee, args } = calls.ast.expr(id) else { continue };
                let named = args.iter().find(|arg| name.is_some() && arg.name.map(|arg| arg.symbol) == name);
                let Some(arg) = named.or_else(|| args.get(at).filter(|arg| arg.name.is_none())) else { continue };
                let callee = self.follow(Spot::Expr(caller, *callee));
                if matches!(callee, Spot::Expr(of, id) if of == file && id == function) {
                    given.push((caller, arg.value));
                }
            }
        }
        if given.len() > 1 {
            given.retain(|(file, id)| self.is_value(Spot::Expr(*file, *id)));
        }
        match given[..] {
            [(file, id)] => Some(Spot::Expr(file, id)),
            _ => None,
        }
    }

    /// Whether a file is a text of the program, and not one that has been read anew since.
    fn is_read(&self, file: FileId) -> bool {
        let name = &self.sources.get(file).name;
        let newer = self.sources.files().skip(file.0 as usize + 1).any(|(_, other)| other.name == *name);
        !newer && !is_data(name) && !name.starts_with("std/")
    }

    /// Whether something was written as the value in question.
    fn is_value(&mut self, spot: Spot) -> bool {
        let end = self.follow(spot);
        let Some(End { loc, .. }) = self.place(&end) else { return false };
        let text = self.sources.get(loc.file).text.get(loc.span.range());
        text.is_some_and(|text| {
            self.value == text || matches!(end, Spot::Data(..)) && self.value == format!("{text:?}")
        })
    }

    /// What a file gives.
    fn imported(&mut self, from: FileId, path: &str) -> Option<Spot> {
        let name = joined(&self.sources.get(from).name, path)?;
        let library = format!("{name}.rzp");
        let is_it = |known: &str| known == name || name.starts_with("std/") && known == library;
        let found: Vec<FileId> =
            self.sources.files().filter(|(_, source)| is_it(&source.name)).map(|(file, _)| file).collect();
        let file = *found.last()?;
        if is_data(&self.sources.get(file).name) {
            return Some(Spot::Data(file, Vec::new()));
        }
        Some(Spot::Expr(file, self.text(file).ast.root))
    }

    fn member(&mut self, base: Spot, name: Symbol) -> Option<Spot> {
        match self.field(base, &[name]) {
            Sought::Found(spot) => Some(spot),
            Sought::Not | Sought::Unknown => None,
        }
    }

    fn element(&mut self, base: Spot, at: usize) -> Option<Spot> {
        match self.follow(base) {
            Spot::Expr(file, id) => match self.text(file).ast.expr(id) {
                Expr::List(elems) if elems.iter().all(|elem| !elem.spread && elem.clauses.is_empty()) => {
                    elems.get(at).map(|elem| Spot::Expr(file, elem.value))
                }
                _ => None,
            },
            Spot::Data(file, mut path) => {
                path.push(at);
                Some(Spot::Data(file, path))
            }
        }
    }

    /// The value of a path's last field.
    fn field(&mut self, base: Spot, path: &[Symbol]) -> Sought {
        let [name, rest @ ..] = path else { return Sought::Found(base) };
        let (file, id) = match self.follow(base) {
            Spot::Expr(file, id) => (file, id),
            Spot::Data(file, way) => {
                return match self.data_field(file, way, *name) {
                    Some(spot) => self.field(spot, rest),
                    None => Sought::Not,
                };
            }
        };
        let text = self.text(file);
        match text.ast.expr(id) {
            Expr::Record(items) | Expr::Schema(items) => self.field_of_items(file, items, path),
            Expr::Binary { op: BinaryOp::With, lhs, rhs } => match self.field(Spot::Expr(file, *rhs), path) {
                Sought::Not => self.field(Spot::Expr(file, *lhs), path),
                sought => sought,
            },
            Expr::Binary { op: BinaryOp::Merge, lhs, rhs } => {
                let left = self.field(Spot::Expr(file, *lhs), path);
                match (left, self.field(Spot::Expr(file, *rhs), path)) {
                    (Sought::Not, sought) | (sought, Sought::Not) => sought,
                    _ => Sought::Unknown,
                }
            }
            _ => Sought::Unknown,
        }
    }

    fn data_field(&mut self, file: FileId, mut way: Vec<usize>, name: Symbol) -> Option<Spot> {
        let at = inside(self.finder.tree(file)?, &way)?;
        let Node::Record(fields) = &at.node else { return None };
        way.push(fields.iter().position(|((field, _), _)| *field == name)?);
        Some(Spot::Data(file, way))
    }

    fn field_of_items(&mut self, file: FileId, items: &[Item], path: &[Symbol]) -> Sought {
        let mut sought = Sought::Not;
        for item in items {
            let here = match item {
                Item::Field(field) => {
                    let keys = field.path.iter().map(|part| match part.key {
                        Key::Static(name) => Some(name),
                        Key::Computed(_) => None,
                    });
                    let Some(keys) = keys.collect::<Option<Vec<Symbol>>>() else { return Sought::Unknown };
                    let Some(value) = field.value else { continue };
                    match (path.strip_prefix(&keys[..]), field.class) {
                        (Some(rest), None) => self.field(Spot::Expr(file, value), rest),
                        (Some(_), Some(_)) => Sought::Unknown,
                        (None, _) if keys.starts_with(path) => Sought::Unknown,
                        (None, _) => Sought::Not,
                    }
                }
                Item::Spread(from) => self.field(Spot::Expr(file, *from), path),
                Item::Let(_) | Item::Assert { .. } | Item::Rest { .. } | Item::Open(_) => Sought::Not,
                Item::Error | Item::Block { .. } | Item::If { .. } | Item::For { .. } => Sought::Unknown,
            };
            sought = match (sought, here) {
                (Sought::Not, here) | (here, Sought::Not) => here,
                _ => return Sought::Unknown,
            };
        }
        sought
    }
}

/// The part of a tree that a path of numbers leads to.
fn inside<'t>(tree: &'t Placed, path: &[usize]) -> Option<&'t Placed> {
    path.iter().try_fold(tree, |at, step| match &at.node {
        Node::Record(fields) => fields.get(*step).map(|(_, value)| value),
        Node::List(items) => items.get(*step),
        Node::Scalar(_) => None,
    })
}

fn ids(ast: &Ast) -> impl Iterator<Item = ExprId> + use<> {
    (0..ast.len() as u32).map(ExprId)
}

/// How a variable is bound.
enum Bound {
    Whole(ExprId),
    /// A field of a value that is taken apart.
    Field(ExprId, Symbol),
    /// A parameter of a function, by its number.
    Param(ExprId, usize),
}

fn bound(ast: &Ast, names: &Resolved, var: VarId) -> Option<Bound> {
    let is_it = |span: &Span| names.binders.get(span) == Some(&var);
    let of_bind = |bind: &Bind| match &bind.pattern {
        Pattern::Bind(name) => is_it(&name.span).then_some(Bound::Whole(bind.value)),
        Pattern::Record { fields, .. } => fields.iter().find_map(|field| {
            let Pattern::Bind(name) = &field.pattern else { return None };
            is_it(&name.span).then_some(Bound::Field(bind.value, field.name.symbol))
        }),
        _ => None,
    };
    ids(ast).find_map(|id| match ast.expr(id) {
        Expr::Let { bind, .. } => of_bind(bind),
        Expr::Record(items) | Expr::Schema(items) => items.iter().find_map(|item| match item {
            Item::Let(bind) => of_bind(bind),
            _ => None,
        }),
        Expr::Fn(function) => function.params.iter().enumerate().find_map(|(at, param)| match &param.pattern {
            Pattern::Bind(name) => is_it(&name.span).then_some(Bound::Param(id, at)),
            _ => None,
        }),
        _ => None,
    })
}

fn param_name(function: &Function, at: usize) -> Option<Symbol> {
    match function.params.get(at)?.pattern {
        Pattern::Bind(name) => Some(name.symbol),
        _ => None,
    }
}

/// Whether an expression is a name or a path that stands at a place; of a path, the last name is enough.
fn stands_at(ast: &Ast, id: ExprId, span: Span) -> bool {
    match ast.expr(id) {
        Expr::Name(_) | Expr::Index { .. } | Expr::Import(_) => ast.span(id) == span,
        Expr::Field { name, .. } => ast.span(id) == span || name.span == span,
        _ => false,
    }
}

/// The path of an import from a file on.
fn joined(from: &str, path: &str) -> Option<String> {
    if path.starts_with("std/") {
        return Some(path.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
