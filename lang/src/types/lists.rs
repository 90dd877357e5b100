//! Lists and what goes through them: brackets, loops, and elements by their number.

use super::checker::Checker;
use super::ty::{Has, Items, Row, Text, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{Clause, Elem, ExprId, Name};
use std::rc::Rc;

impl Checker<'_> {
    pub(super) fn list(&mut self, elems: &[Elem]) -> Ty {
        let mut all = Ty::Never;
        let mut each = Some(Vec::new());
        for elem in elems {
            let ty = self.element(elem);
            if elem.spread || !elem.clauses.is_empty() {
                each = None;
            } else if let Some(each) = &mut each {
                each.push((ty.clone(), self.loc(elem.value)));
            }
            all = all.join(&ty);
        }
        Ty::List(Rc::new(Items { element: all, each }))
    }

    fn element(&mut self, elem: &Elem) -> Ty {
        let before = self.not_null.len();
        for clause in &elem.clauses {
            match clause {
                Clause::If(cond) => {
                    self.condition(*cond);
                    self.assume(*cond, true);
                }
                Clause::For { names, source } => self.for_names(names, *source),
            }
        }
        let ty = self.element_value(elem);
        self.not_null.truncate(before);
        ty
    }

    fn element_value(&mut self, elem: &Elem) -> Ty {
        if !elem.spread {
            return self.maybe(|this| this.infer(elem.value));
        }
        match self.operand(elem.value, &Ty::any_list(), "expected a list to spread") {
            Ty::List(items) => items.element.clone(),
            _ => Ty::Any,
        }
    }

    /// `for x in xs`, `for (k, v) in r`
    pub(super) fn for_names(&mut self, names: &[Name], source: ExprId) {
        let can = Ty::Union([Ty::any_list(), Ty::any_record()].into());
        let ty = self.operand(source, &can, "expected a list or a record to go through");
        let element = match (&ty, names) {
            (Ty::List(items), _) if items.element != Ty::Never => items.element.clone(),
            (Ty::Record(row), _) => self.any_field(row),
            _ => Ty::Any,
        };
        let key = match &ty {
            Ty::Record(_) => Ty::TEXT,
            Ty::List(_) => Ty::INT,
            _ => Ty::Any,
        };
        match names {
            [one] => self.bind_name(one.span, element),
            [first, second] => {
                self.bind_name(first.span, key);
                self.bind_name(second.span, element);
            }
            _ => {}
        }
    }

    /// What the fields of a record are, taken together.
    fn any_field(&mut self, row: &Row) -> Ty {
        if row.open || row.fields.is_empty() {
            return Ty::Any;
        }
        Ty::join_all(row.fields.values().map(|member| match member.has {
            Has::No => Ty::Any,
            Has::Yes | Has::Perhaps => member.read(),
        }))
    }

    /// `xs[i]`
    pub(super) fn index(&mut self, id: ExprId, base: ExprId, index: ExprId) -> Ty {
        let ty = self.infer(base);
        match &ty {
            Ty::List(items) => {
                let at = self.operand(index, &Ty::INT, "expected an integer as a list's index");
                self.element_at(id, items, &at)
            }
            Ty::Record(row) => match self.field_name(row, index) {
                Some(name) => self.field_named(id, row, name),
                None => Ty::Any,
            },
            other => {
                self.infer(index);
                let can = Ty::Union([Ty::any_list(), Ty::any_record()].into());
                self.is_operand(base, other, &can, mend::INDEXED);
                Ty::Any
            }
        }
    }

    /// `xs[i]` before `??`: there may be no such element.
    pub(super) fn index_perhaps(&mut self, base: ExprId, index: ExprId) -> Ty {
        let ty = self.soft(base);
        match ty.without(|member| *member == Ty::Null) {
            Ty::List(items) => {
                self.operand(index, &Ty::INT, "expected an integer as a list's index");
                if items.element == Ty::Never { Ty::Any } else { items.element.join(&Ty::Null) }
            }
            Ty::Record(row) => {
                self.field_name(&row, index);
                Ty::Any
            }
            _ => {
                self.infer(index);
                Ty::Any
            }
        }
    }

    fn element_at(&mut self, id: ExprId, items: &Items, at: &Ty) -> Ty {
        let all = || if items.element == Ty::Never { Ty::Any } else { items.element.clone() };
        let (Some(each), Ty::Int(Some(low), Some(high))) = (&items.each, at) else { return all() };
        if low != high {
            return all();
        }
        if let Some((element, _)) = usize::try_from(*low).ok().and_then(|at| each.get(at)) {
            return if *element == Ty::Never { Ty::Any } else { element.clone() };
        }
        let plural = if each.len() == 1 { "" } else { "s" };
        let title = format!("index {low} is outside of a list with {} element{plural}", each.len());
        let diag = Diag::error(Code::OutOfRange, title).at(self.loc(id), "read here");
        self.report(match *low < 0 {
            true => diag.help("elements are counted from 0; `std.list.last(xs)` is the last one"),
            false => diag.note("elements are counted from 0").help("where it may be missing, write `?? …` behind it"),
        });
        Ty::Any
    }

    /// The name that `r["name"]` reads, if it is known.
    fn field_name(&mut self, row: &Row, index: ExprId) -> Option<Symbol> {
        let ty = self.infer(index);
        if let Ty::Int(..) = ty {
            let diag = Diag::error(Code::WrongKind, format!("{}, found an integer", mend::FIELD_NAME));
            let diag = diag.at(self.loc(index), format!("this is {ty}"));
            let first = row.fields.keys().next().map(|name| name.text());
            self.report(mend::by_name(diag, first.as_deref()));
            return None;
        }
        self.is_operand(index, &ty, &Ty::TEXT, mend::FIELD_NAME);
        match ty {
            Ty::Text(Text::One(name)) => Some(Symbol::new(&name)),
            _ => None,
        }
    }

    fn field_named(&mut self, id: ExprId, row: &Rc<Row>, name: Symbol) -> Ty {
        match row.fields.get(&name) {
            Some(member) => {
                let found = self.read_member(row, name, member, self.loc(id));
                self.looked_at(found)
            }
            None if row.open => Ty::Any,
            None => {
                self.no_such_field(&[&**row], name, self.loc(id));
                Ty::Any
            }
        }
    }
}
