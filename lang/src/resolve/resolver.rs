//! The walk over expressions and patterns: binds each name to its variable.
//!
//! A bare name never means a field. Where one would have been a field in Nickel or CUE, the message
//! says so and offers `self.`.

use super::binders::{Later, defined_below, defined_by, pattern_names};
use super::binding::{Binding, Braces, MarkPlace, Prelude, Reads, Resolved, Var, VarId, VarKind};
use super::foreign;
use super::scope::{Scope, Scopes};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::rewrite::Rewrite;
use crate::base::span::{FileId, Loc, Span};
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{
    Arm, Ast, BinaryOp, Bind, Clause, Elem, Expr, ExprId, Function, Name, Pattern, StrPart, UnaryOp,
};
use crate::syntax::idioms::is_list;
use rustc_hash::FxHashMap;

/// Binds the names of one file. The outer names (a REPL's lets) are in sight everywhere.
pub fn resolve(file: FileId, ast: &Ast, outer: &[Symbol]) -> Resolved {
    walk(Resolver::new(file, ast), outer).out
}

/// What is right and may be meant otherwise.
#[derive(Default)]
pub struct Doubts {
    /// The names that hide another one from what stands in their scope, and what they hide.
    pub hiding: Vec<(Name, Binding)>,
    pub lures: Vec<Lure>,
}

/// `${name}` in a string, where the name means something.
pub struct Lure {
    pub string: ExprId,
    /// With its marks.
    pub text: String,
    pub name: Symbol,
    /// It is a field of the braces around, no variable.
    pub field: bool,
}

/// What may be meant otherwise. It is asked for apart: to look for each new name through all scopes would cost
/// every run.
pub fn doubtful(file: FileId, ast: &Ast) -> Doubts {
    let resolver = Resolver { doubts: Some(Doubts::default()), ..Resolver::new(file, ast) };
    walk(resolver, &[]).doubts.unwrap_or_default()
}

/// Binds the names of one file, and notes what is in sight where an unknown name stands.
pub fn resolve_asking(file: FileId, ast: &Ast, asked: Symbol) -> Resolved {
    walk(Resolver { asked: Some(asked), ..Resolver::new(file, ast) }, &[]).out
}

fn walk<'a>(mut resolver: Resolver<'a>, outer: &[Symbol]) -> Resolver<'a> {
    resolver.scopes.push(Scope::Names(Vec::new()));
    for (index, name) in outer.iter().enumerate() {
        // Outer names stand nowhere in this file: their places are counted down from the end of all places.
        let place = u32::MAX - 1 - index as u32;
        resolver.declare(Name { symbol: *name, span: Span { start: place, end: place } }, VarKind::Local);
    }
    resolver.expr(resolver.ast.root);
    resolver
}

pub struct Resolver<'a> {
    pub(super) file: FileId,
    pub(super) ast: &'a Ast,
    pub(super) out: Resolved,
    pub(super) scopes: Scopes,
    /// The record items that are being walked, with the `self` of their braces.
    pub(super) reading: Vec<(VarId, Reads)>,
    /// What each `absent` that may be a result is for.
    pub(super) marks: FxHashMap<ExprId, MarkPlace>,
    /// What `doubtful` gives, if that is asked for.
    doubts: Option<Doubts>,
    /// The unknown name whose sight is asked for.
    asked: Option<Symbol>,
}

impl<'a> Resolver<'a> {
    fn new(file: FileId, ast: &'a Ast) -> Resolver<'a> {
        Resolver {
            file,
            ast,
            out: Resolved::default(),
            scopes: Scopes::default(),
            reading: Vec::new(),
            marks: FxHashMap::default(),
            doubts: None,
            asked: None,
        }
    }

    pub(super) fn report(&mut self, diag: Diag) {
        self.out.diags.push(diag);
    }

    pub(super) fn var(&mut self, name: Symbol, span: Span, kind: VarKind) -> VarId {
        self.out.vars.push(Var { name, span, kind })
    }

    pub(super) fn declare(&mut self, name: Name, kind: VarKind) -> VarId {
        self.hides(name);
        let var = self.var(name.symbol, name.span, kind);
        self.out.binders.insert(name.span, var);
        self.scopes.declare(name.symbol, var);
        var
    }

    /// Notes that a name hides one that was in sight.
    pub(super) fn hides(&mut self, name: Name) {
        let Some(doubts) = &mut self.doubts else { return };
        let var = self.scopes.lookup(name.symbol).map(Binding::Var);
        let hidden = var.or_else(|| name.symbol.with_text(Prelude::named).map(Binding::Prelude));
        doubts.hiding.extend(hidden.map(|hidden| (name, hidden)));
    }

    /// Runs `walk` in a scope of its own.
    pub(super) fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        let depth = self.scopes.depth();
        self.scopes.push(Scope::Names(Vec::new()));
        walk(self);
        self.scopes.truncate(depth);
    }

    pub(super) fn expr(&mut self, id: ExprId) {
        let ast = self.ast;
        match ast.expr(id) {
            Expr::Error | Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::BigInt(_) | Expr::Float(_) => {}
            Expr::TypeVar(_) | Expr::Import(_) => {}
            Expr::Str(parts) => {
                self.lure(id, parts);
                self.parts(parts);
            }
            Expr::Name(name) => self.name(id, *name),
            Expr::SelfRef | Expr::SuperRef => self.this(id),
            Expr::Group(inner) | Expr::Nullable(inner) => self.expr(*inner),
            Expr::Unary { expr, .. } | Expr::Constraint { expr, .. } => self.expr(*expr),
            Expr::Annotated { expr, ty } => self.both(*expr, *ty),
            Expr::Binary { lhs, rhs, op } => {
                if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
                    self.mark_place(*lhs, MarkPlace::Operand);
                    self.mark_place(*rhs, MarkPlace::Operand);
                }
                self.expr(*lhs);
                if !self.comment(*op, *rhs) {
                    self.expr(*rhs);
                }
            }
            Expr::Index { base, index } => self.index(id, *base, *index),
            Expr::List(elems) => elems.iter().for_each(|elem| self.elem(elem)),
            Expr::Record(items) | Expr::Schema(items) => self.record(id, items),
            Expr::Match(arms) => arms.iter().for_each(|arm| self.arm(arm)),
            Expr::Let { bind, body } => self.let_in(bind, *body),
            Expr::If { cond, then, otherwise } => {
                self.both(*cond, *then);
                self.expr(*otherwise);
            }
            Expr::Fn(function) => self.function(function),
            Expr::FnType { params, result } => {
                params.iter().for_each(|param| self.expr(param.ty));
                self.expr(*result);
            }
            Expr::Call { callee, args } => {
                self.expr(*callee);
                args.iter().for_each(|arg| self.expr(arg.value));
            }
            Expr::Field { base, name, .. } => {
                self.expr(*base);
                self.key(name);
            }
        }
    }

    fn both(&mut self, a: ExprId, b: ExprId) {
        self.expr(a);
        self.expr(b);
    }

    fn parts(&mut self, parts: &[StrPart]) {
        for part in parts {
            if let StrPart::Expr { expr, .. } = part {
                self.expr(*expr);
            }
        }
    }

    /// Notes each `${name}` of a string whose name means something here.
    fn lure(&mut self, string: ExprId, parts: &[StrPart]) {
        let Some(doubts) = &mut self.doubts else { return };
        for part in parts {
            let StrPart::Text(text) = part else { continue };
            for (mark, piece) in marked(text) {
                let Some((word, _)) = piece.split_once('}') else { continue };
                let name = Symbol::new(word);
                let variable = self.scopes.lookup(name).is_some();
                let field = !variable && self.scopes.field_level(name) == Some(0);
                if variable || field {
                    doubts.lures.push(Lure { string, text: format!("{mark}{word}}}"), name, field });
                }
            }
        }
    }

    fn name(&mut self, id: ExprId, name: Symbol) {
        if let Some(var) = self.scopes.lookup(name) {
            self.out.names.insert(id, Binding::Var(var));
            return self.read(var);
        }
        match Prelude::named(&name.text()) {
            Some(Prelude::Absent) if !self.may_stand(id) => {}
            Some(prelude) => drop(self.out.names.insert(id, Binding::Prelude(prelude))),
            None => self.unknown(id, name),
        }
    }

    /// Notes that the items being walked read the record they stand in.
    fn read(&mut self, var: VarId) {
        let (this, below) = match self.out.vars[var].kind {
            VarKind::This => (var, false),
            VarKind::Super { this } => (this, true),
            VarKind::RecordLet { this, reads } if reads.this => (this, reads.below),
            VarKind::RecordLet { .. } | VarKind::Local | VarKind::Callee => return,
        };
        for (owner, reads) in &mut self.reading {
            if *owner == this {
                reads.this = true;
                reads.below |= below;
            }
        }
    }

    fn this(&mut self, id: ExprId) {
        let is_self = matches!(self.ast.expr(id), Expr::SelfRef);
        let Some(Braces { this, below }) = self.scopes.braces() else {
            let word = if is_self { "self" } else { "super" };
            let diag = Diag::error(Code::NoSelf, format!("`{word}` outside of braces"))
                .at(self.ast.span(id).at(self.file), format!("no record stands around this `{word}`"))
                .help("`self` is the record in whose braces it stands; a file's `let`s are reached by their names");
            return self.report(diag);
        };
        let var = if is_self { this } else { below };
        self.out.names.insert(id, Binding::Var(var));
        self.read(var);
    }

    fn unknown(&mut self, id: ExprId, name: Symbol) {
        if self.asked == Some(name) {
            self.out.sight = self.scopes.in_sight();
        }
        let loc = self.ast.span(id).at(self.file);
        let diag = match self.scopes.field_level(name) {
            Some(0) => Diag::error(Code::BareField, format!("`{name}` is a field, and a bare name never means one"))
                .at(loc, "not a variable")
                .fix(format!("write `self.{name}`"), loc, format!("self.{name}")),
            Some(_) => Diag::error(Code::BareField, format!("`{name}` is a field of the braces further out"))
                .at(loc, "not a variable")
                .help(format!("give those braces a name (`let outer = self`) and write `outer.{name}`")),
            None if let Some(place) = defined_by(self.ast, loc.span, name) => {
                Diag::error(Code::UnknownName, format!("`{name}` is not known in its own value"))
                    .at(loc, "a `let` sees what stands above it")
                    .also(place.at(self.file), "this one is not defined yet")
                    .help(format!("a function that calls itself is defined by `let {name}(…) = …`"))
            }
            None if let Some(later) = defined_below(self.ast, loc.span, name) => self.comes_later(loc, &later),
            None => self.unknown_name(name, loc),
        };
        self.report(diag);
    }

    /// `xs[0]`, or `List[Int]`.
    fn index(&mut self, id: ExprId, base: ExprId, index: ExprId) {
        let known = |name| self.scopes.lookup(name).is_some() || self.scopes.field_level(name).is_some();
        match self.ast.expr(base) {
            Expr::Name(name) if name.with_text(is_list) && !known(*name) => {
                self.expr(index);
                let loc = self.ast.span(id).at(self.file);
                let diag = Diag::error(Code::UnknownName, format!("unknown name `{name}`"));
                let diag = diag.at(self.ast.span(base).at(self.file), "nothing of this name is in sight");
                let inner = self.ast.span(index).at(self.file);
                self.report(
                    diag.rewrite(
                        "a list's type is that of its elements, in brackets",
                        Rewrite::Listed { at: loc, inner },
                    ),
                );
            }
            _ => self.both(base, index),
        }
    }

    fn comes_later(&self, loc: Loc, later: &Later) -> Diag {
        let name = later.name.symbol;
        let diag = Diag::error(Code::UnknownName, format!("unknown name `{name}`"))
            .at(loc, "a `let` sees what stands above it")
            .also(later.name.span.at(self.file), "this one stands further down");
        match later.partner {
            Some(other) => diag.help(format!(
                "functions that call each other live in one record: \
                 `let r = {{ {other}(…) = … self.{name}(…) …, {name}(…) = … self.{other}(…) … }}`"
            )),
            None => diag.help(format!("move the `let` of `{name}` above the one that needs it")),
        }
    }

    fn unknown_name(&self, name: Symbol, loc: Loc) -> Diag {
        let text = name.text();
        let diag = Diag::error(Code::UnknownName, format!("unknown name `{name}`"))
            .at(loc, "nothing of this name is in sight");
        if let Some((here, why)) = foreign::meant(&text) {
            return diag.fix(why, loc, here);
        }
        if let Some(help) = foreign::function(&text) {
            return diag.help(help);
        }
        match self.near(&text) {
            Some(near) => diag.guess(format!("did you mean `{near}`?"), loc, near),
            None => diag.note(
                "a bare name is a `let`, a parameter, a pattern variable or one of the prelude; text stands in quotes",
            ),
        }
    }

    /// The name in sight that is nearest to an unknown one.
    fn near(&self, text: &str) -> Option<String> {
        let known: Vec<_> = self.scopes.names().iter().map(|name| name.text()).collect();
        let prelude = Prelude::NAMES.iter().map(|(name, _)| *name);
        suggest::nearest(text, known.iter().map(|name| &**name).chain(prelude)).map(str::to_owned)
    }

    /// Whether nothing in sight bears a name, or one so much like it that it was meant.
    pub(super) fn means_nothing(&self, name: Symbol, span: Span) -> bool {
        let text = name.text();
        let known = self.scopes.lookup(name).is_some() || Prelude::named(&text).is_some();
        !known
            && defined_below(self.ast, span, name).is_none()
            && foreign::meant(&text).is_none()
            && self.near(&text).is_none()
    }

    /// `1 // one word`, `1 -- word`: an unknown name behind what starts comments elsewhere.
    fn comment(&mut self, op: BinaryOp, rhs: ExprId) -> bool {
        let (sign, word) = match (op, self.ast.expr(rhs)) {
            (BinaryOp::FloorDivide, _) => ("//", rhs),
            (BinaryOp::Subtract, Expr::Unary { op: UnaryOp::Negate, expr }) => ("--", *expr),
            _ => return false,
        };
        let Expr::Name(name) = self.ast.expr(word) else { return false };
        if self.scopes.field_level(*name).is_some() || !self.means_nothing(*name, self.ast.span(word)) {
            return false;
        }
        let diag = Diag::error(Code::UnknownName, format!("unknown name `{name}` behind `{sign}`"))
            .at(self.ast.span(word).at(self.file), "nothing of this name is in sight")
            .help("a comment starts with `#`");
        self.report(diag);
        true
    }

    fn elem(&mut self, elem: &Elem) {
        self.scoped(|this| {
            for clause in &elem.clauses {
                this.clause(clause);
            }
            this.mark_place(elem.value, MarkPlace::Element);
            this.expr(elem.value);
        });
    }

    fn clause(&mut self, clause: &Clause) {
        match clause {
            Clause::If(cond) => self.expr(*cond),
            Clause::For { names, source } => {
                self.expr(*source);
                self.loop_names(names);
            }
        }
    }

    pub(super) fn loop_names(&mut self, names: &[Name]) {
        self.distinct(names, "loop");
        for name in names {
            self.declare(*name, VarKind::Local);
        }
    }

    pub(super) fn let_in(&mut self, bind: &Bind, body: ExprId) {
        let depth = self.scopes.depth();
        self.scopes.push(Scope::Names(Vec::new()));
        self.bind(bind, VarKind::Local);
        let mut next = body;
        // A long row of lets is walked in a loop: it may be longer than the stack is deep.
        while let Expr::Let { bind, body } = self.ast.expr(next) {
            self.scopes.push(Scope::Names(Vec::new()));
            self.bind(bind, VarKind::Local);
            next = *body;
        }
        self.expr(next);
        self.scopes.truncate(depth);
    }

    /// Walks the value, then declares the names, in the scope as it is. A function's name is seen inside.
    pub(super) fn bind(&mut self, bind: &Bind, kind: VarKind) {
        let mut names = Vec::new();
        pattern_names(&bind.pattern, &mut names);
        self.distinct(&names, "pattern");
        self.bound_value(bind);
        self.pattern(&bind.pattern, kind);
    }

    pub(super) fn bound_value(&mut self, bind: &Bind) {
        if let Some(ty) = bind.ty {
            self.expr(ty);
        }
        match (&bind.pattern, bind.function) {
            (Pattern::Bind(name), true) => {
                let var = self.var(name.symbol, name.span, VarKind::Callee);
                self.out.callees.insert(bind.value, var);
                self.scopes.push(Scope::Names(vec![(name.symbol, var)]));
                self.expr(bind.value);
                self.scopes.pop();
            }
            _ => self.expr(bind.value),
        }
    }

    fn function(&mut self, function: &Function) {
        let mut names = Vec::new();
        function.params.iter().for_each(|param| pattern_names(&param.pattern, &mut names));
        self.distinct(&names, "function");
        self.scoped(|this| {
            for param in &function.params {
                if let Some(ty) = param.ty {
                    this.expr(ty);
                }
                if let Some(default) = param.default {
                    this.expr(default);
                }
                this.pattern(&param.pattern, VarKind::Local);
            }
            if let Some(result) = function.result {
                this.expr(result);
            }
            this.expr(function.body);
        });
    }

    fn arm(&mut self, arm: &Arm) {
        let mut names = Vec::new();
        pattern_names(&arm.pattern, &mut names);
        self.distinct(&names, "pattern");
        self.scoped(|this| {
            this.pattern(&arm.pattern, VarKind::Local);
            if let Some(guard) = arm.guard {
                this.expr(guard);
            }
            this.expr(arm.body);
        });
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern, kind: VarKind) {
        match pattern {
            Pattern::Error | Pattern::Any(_) => {}
            Pattern::Bind(name) => drop(self.declare(*name, kind)),
            Pattern::Test(expr) => self.expr(*expr),
            Pattern::Record { fields, .. } => {
                for field in fields {
                    for expr in field.ty.iter().chain(&field.default) {
                        self.expr(*expr);
                    }
                    self.pattern(&field.pattern, kind);
                }
            }
            Pattern::List { items, rest, .. } => {
                items.iter().for_each(|item| self.pattern(item, kind));
                if let Some(Some(name)) = rest {
                    self.declare(*name, kind);
                }
            }
        }
    }

    fn distinct(&mut self, names: &[Name], place: &str) {
        for (index, name) in names.iter().enumerate() {
            let first = names[..index].iter().find(|other| other.symbol == name.symbol);
            if let Some(first) = first.filter(|name| !name.symbol.with_text(|text| text == "_")) {
                let title = format!("the {place} binds `{}` twice", name.symbol);
                let diag = Diag::error(Code::DuplicateName, title)
                    .at(name.span.at(self.file), "a second time here")
                    .also(first.span.at(self.file), "first here")
                    .help("give one of them another name, or `_` if it is not needed");
                self.report(diag);
            }
        }
    }
}

/// What follows each mark that starts an interpolation in another language.
fn marked(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    ["${", "#{", "%{"].into_iter().flat_map(move |mark| text.split(mark).skip(1).map(move |piece| (mark, piece)))
}
