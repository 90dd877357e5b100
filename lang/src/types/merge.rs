//! `&` and `with`, field by field.

use super::checker::Checker;
use super::demand::Wanted;
use super::exprs::listed;
use super::ty::{Has, Member, Row, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{BinaryOp, ExprId};
use std::rc::Rc;

impl Checker<'_> {
    pub(super) fn merged(&mut self, op: BinaryOp, lhs: ExprId, rhs: ExprId) -> Ty {
        let left = self.infer(lhs);
        let right = self.infer(rhs);
        match (&left, &right) {
            (Ty::Record(base), Ty::Record(over)) => self.join_rows(base, over, op == BinaryOp::With, ""),
            _ if op == BinaryOp::Merge && (is_type(&left) || is_type(&right)) => {
                let both = left.as_set().meet(&right.as_set());
                // An empty set is told by what is annotated with it, or not at all.
                Ty::is_of(if both == Ty::Never { Ty::Any } else { both })
            }
            (_, Ty::Any) | (Ty::Any, _) => Ty::Any,
            (_, other) if op == BinaryOp::With => other.clone(),
            _ => Ty::Any,
        }
    }

    /// Two records on one another; `path` leads to them in messages.
    pub(super) fn join_rows(&mut self, base: &Rc<Row>, over: &Rc<Row>, with: bool, path: &str) -> Ty {
        let mut row = (**base).clone();
        row.open |= over.open;
        row.rest = row.rest.or_else(|| over.rest.clone());
        for (name, member) in &over.fields {
            let way = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            let joined = match base.fields.get(name) {
                Some(below) => self.join_members(below, member, with, &way),
                None => {
                    // What may be `absent` takes a field away that need not be there.
                    let mark = member.has == Has::Perhaps && member.value == Ty::Any;
                    if base.schema && !base.open && base.rest.is_none() && !over.schema && !mark {
                        self.hold(member.at, |this| this.undeclared(*name, member.name_at, base, None));
                    }
                    if let Some(rest) = &base.rest {
                        let what = format!("`{way}`");
                        let wanted = Wanted { set: rest, at: None, what: &what };
                        self.hold(member.at, |this| this.demand(&member.value, wanted, member.at));
                    }
                    member.clone()
                }
            };
            row.fields.insert(*name, joined);
        }
        row.schema |= over.schema;
        Ty::Record(Rc::new(row))
    }

    fn join_members(&mut self, below: &Member, above: &Member, with: bool, way: &str) -> Member {
        self.forgive(below.at);
        let declared = match below.declared.meet(&above.declared) {
            Ty::Never => Ty::Any,
            both => both,
        };
        let declared_at = above.declared_at.or(below.declared_at);
        let has = match (below.has, above.has) {
            (Has::Yes, _) | (_, Has::Yes) => Has::Yes,
            (Has::Perhaps, Has::Perhaps) => Has::Perhaps,
            _ => Has::No,
        };
        let value = match (&below.value, &above.value) {
            _ if above.has == Has::No => below.value.clone(),
            _ if below.has == Has::No => above.value.clone(),
            (Ty::Record(base), Ty::Record(over)) => self.join_rows(base, over, with, way),
            _ if with && above.has == Has::Yes => above.value.clone(),
            (one, other) => one.join(other),
        };
        if above.has == Has::Yes && declared_at.is_some() {
            let what = format!("`{way}`");
            let wanted = Wanted { set: &below.declared, at: below.declared_at, what: &what };
            self.hold(above.at, |this| this.demand(&above.value, wanted, above.at));
        }
        Member { value, declared, declared_at, has, at: above.at, name_at: above.name_at }
    }

    pub(super) fn undeclared(&mut self, name: Symbol, at: Loc, schema: &Row, annotation: Option<Loc>) {
        let known = self.names_of(schema.fields.keys().copied());
        let near = suggest::nearest(&name.text(), known.iter().map(String::as_str)).map(str::to_owned);
        let diag = Diag::error(Code::Undeclared, format!("the schema does not declare `{name}`"));
        let diag = diag.at(at, "not a field of the schema");
        let diag = match annotation {
            Some(place) => diag.also(place, "required by this annotation"),
            None => diag,
        };
        self.report(match near {
            Some(near) => diag.help(format!("did you mean `{near}`?")),
            None => diag.note(format!("it declares {}", listed(&known))),
        });
    }
}

fn is_type(ty: &Ty) -> bool {
    matches!(ty, Ty::Type(_))
}
