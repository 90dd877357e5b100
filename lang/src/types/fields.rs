//! Reading fields: `x.a`, `x?.a`, and what stands before `??`.

use super::checker::Checker;
use super::show::kind;
use super::ty::{Has, Row, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{Expr, ExprId, Key, PathPart};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

impl Checker<'_> {
    pub(super) fn field(&mut self, id: ExprId, base: ExprId, name: &PathPart, optional: bool) -> Ty {
        if let Some(path) = self.library_path(id) {
            return match self.host.signature(&path) {
                Some(function) => function,
                None => self.of_library(&path, base, name),
            };
        }
        let Key::Static(symbol) = name.key else {
            self.infer(base);
            return Ty::Any;
        };
        if !optional {
            let ty = self.infer(base);
            let ty = self.read(&ty, symbol, name, base);
            return self.assumed(id, ty);
        }
        let ty = self.soft(base);
        self.read_perhaps(&ty, symbol, name, base)
    }

    /// What stands before `??` or `?.`: its last step may find nothing.
    pub(super) fn soft(&mut self, id: ExprId) -> Ty {
        let ast = self.ast;
        if let Expr::Index { base, index } = ast.expr(id) {
            return self.index_perhaps(*base, *index);
        }
        let Expr::Field { base, name, optional } = ast.expr(id) else { return self.infer(id) };
        let Key::Static(symbol) = name.key else { return self.infer(id) };
        if let Some(path) = self.library_path(id) {
            return if self.lacks_in_library(&path).is_some() { Ty::Null } else { self.infer(id) };
        }
        let ty = if *optional { self.soft(*base) } else { self.infer(*base) };
        // Where a schema says which fields there are, another name stays a mistake.
        let lacks = |row: &Row| !row.schema && !row.open && !row.fields.contains_key(&symbol);
        let none = ty.members().iter().any(|member| matches!(member, Ty::Record(row) if lacks(row)));
        let rest = ty.without(|member| matches!(member, Ty::Record(row) if lacks(row)));
        match (none, rest) {
            (true, Ty::Never) => Ty::Null,
            (true, rest) if *optional => self.read_perhaps(&rest, symbol, name, *base).join(&Ty::Null),
            (true, rest) => self.read(&rest, symbol, name, *base).join(&Ty::Null),
            (false, _) if *optional => self.read_perhaps(&ty, symbol, name, *base),
            (false, _) => self.read(&ty, symbol, name, *base),
        }
    }

    /// `?.`: null if there is nothing to read from.
    fn read_perhaps(&mut self, ty: &Ty, symbol: Symbol, name: &PathPart, base: ExprId) -> Ty {
        match ty.without(|member| *member == Ty::Null) {
            Ty::Never if *ty != Ty::Never => Ty::Null,
            rest if rest == *ty => self.read(ty, symbol, name, base),
            rest => self.read(&rest, symbol, name, base).join(&Ty::Null),
        }
    }

    /// What a field of any of a type's members may be. A mistake if none of them can have it.
    fn read(&mut self, ty: &Ty, symbol: Symbol, name: &PathPart, base: ExprId) -> Ty {
        if ty.members().is_empty() || ty.members().iter().any(Ty::is_unknown) {
            return Ty::Any;
        }
        if let Ty::Record(row) = ty
            && let Some(member) = row.fields.get(&symbol)
        {
            let found = self.read_member(row, symbol, member, name.span.at(self.file));
            return self.looked_at(found);
        }
        let rows: Vec<&Row> = ty.rows().collect();
        let found: Vec<Ty> = rows.iter().filter_map(|row| of_row(row, symbol)).collect();
        if !found.is_empty() {
            return Ty::join_all(found);
        }
        if rows.is_empty() {
            self.no_fields(ty, symbol, name, base);
        } else {
            self.no_such_field(&rows, symbol, name.span.at(self.file));
        }
        Ty::Never
    }

    pub(super) fn no_such_field(&mut self, rows: &[&Row], symbol: Symbol, at: Loc) {
        let names: IndexSet<Symbol, FxBuildHasher> = rows.iter().flat_map(|row| row.fields.keys().copied()).collect();
        let known = self.names_of(names.into_iter());
        let words = match rows.len() {
            1 => ("this record has no such field", "it has"),
            _ => ("none of the records that this may be has such a field", "they have"),
        };
        self.lacks(&known, symbol, at, words);
    }

    /// What stands at a path of the library that is no function with a signature.
    fn of_library(&mut self, path: &str, base: ExprId, name: &PathPart) -> Ty {
        if let (Some(known), Key::Static(symbol)) = (self.lacks_in_library(path), name.key) {
            let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
            self.lacks(&known, symbol, name.span.at(self.file), ("this record has no such field", "it has"));
            return Ty::Never;
        }
        // Its own beginning may be misspelt.
        self.infer(base);
        Ty::Any
    }

    /// The names beside which the last one of a path should stand and does not.
    fn lacks_in_library(&mut self, path: &str) -> Option<Vec<&'static str>> {
        let (module, last) = path.rsplit_once('.').unwrap_or(("", path));
        let known = self.host.names(module);
        (!known.is_empty() && !known.contains(&last)).then_some(known)
    }

    fn lacks(&mut self, known: &[String], symbol: Symbol, at: Loc, (label, it): (&str, &str)) {
        let near = suggest::nearest(&symbol.text(), known.iter().map(String::as_str));
        let diag = Diag::error(Code::UnknownField, format!("no field `{symbol}`"));
        let diag = diag.at(at, label);
        self.report(match near {
            Some(near) => diag.meant(Some(near), at, &symbol.text()),
            None if known.is_empty() => diag.note("the record has no fields"),
            None => diag.note(format!("{it} {}", suggest::listed(known, &symbol.text()))),
        });
    }

    fn no_fields(&mut self, ty: &Ty, symbol: Symbol, name: &PathPart, base: ExprId) {
        let at = name.span.at(self.file);
        let diag = Diag::error(Code::WrongKind, format!("{} has no field `{symbol}`", kind(ty)));
        let diag = diag.at(at, format!("read of {ty}")).also(self.loc(base), format!("this is {}", kind(ty)));
        let base = self.loc(base);
        let path = mend::module(kind(ty)).map(|module| format!("{module}.{symbol}"));
        let known = path.filter(|path| self.host.signature(path).is_some());
        self.report(match (ty, known) {
            (Ty::Null, _) => mend::of_null(diag, base, at, &symbol.text()),
            (_, Some(path)) => mend::method(diag, base, at, &path),
            (Ty::List(_), _) => diag.help("an element is read by its number: `xs[0]`"),
            _ => diag,
        });
    }
}

/// What a record's field is; nothing if the record surely lacks it.
fn of_row(row: &Row, symbol: Symbol) -> Option<Ty> {
    match row.fields.get(&symbol) {
        Some(member) if member.has == Has::Yes => Some(member.read()),
        Some(_) => Some(Ty::Any),
        None if row.open => Some(row.rest.clone().map_or(Ty::Any, |rest| rest.passed())),
        None => None,
    }
}
