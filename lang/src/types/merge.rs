//! `&` and `with`, field by field.

use super::checker::Checker;
use super::demand::{Presence, Wanted};
use super::ty::{Has, Member, Row, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{BinaryOp, Class, ExprId};
use std::rc::Rc;

/// Which of two definitions gives a field its value.
#[derive(Clone, Copy, PartialEq)]
enum Wins {
    Below,
    Above,
    /// Both together, or nobody knows which.
    Either,
}

impl Wins {
    fn of(below: &Member, above: &Member, with: bool) -> Wins {
        let forced = |member: &Member| member.class == Class::Force;
        let sure = |member: &Member| member.has == Has::Yes;
        match with {
            true if forced(below) && !forced(above) => {
                if sure(below) {
                    Wins::Below
                } else {
                    Wins::Either
                }
            }
            true => {
                if sure(above) {
                    Wins::Above
                } else {
                    Wins::Either
                }
            }
            false if below.class > above.class && sure(below) => Wins::Below,
            false if below.class < above.class && sure(above) => Wins::Above,
            false => Wins::Either,
        }
    }
}

impl Checker<'_> {
    pub(super) fn merged(&mut self, op: BinaryOp, lhs: ExprId, rhs: ExprId) -> Ty {
        let left = self.infer(lhs);
        let right = self.infer(rhs);
        self.complete(&left);
        self.complete(&right);
        match (&left, &right) {
            (Ty::Record(base), Ty::Record(over)) => {
                Ty::Record(Rc::new(self.join_rows((**base).clone(), (**over).clone(), op == BinaryOp::With, "")))
            }
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
    pub(super) fn join_rows(&mut self, base: Row, over: Row, with: bool, path: &str) -> Row {
        let (mut row, mut over) = (base, over);
        if over.loose {
            row.blur();
        }
        if row.loose {
            over.blur();
        }
        row.loose |= over.loose;
        let rest = row.rest.is_some() || over.rest.is_some();
        for (name, member) in over.fields {
            let way = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            match row.fields.get_mut(&name) {
                Some(slot) => {
                    let below = std::mem::replace(slot, Member::new(Ty::Any, member.at));
                    *slot = self.join_members(below, member, with, &way);
                }
                None => {
                    let closed = row.schema && !row.open && row.rest.is_none() && !over.schema;
                    if closed && !over.open && member.stands_in(over.at) {
                        self.hold(member.at, |this| this.undeclared(name, member.name_at, &row, None));
                    }
                    if let Some(rest) = &row.rest {
                        let what = format!("`{way}`");
                        let wanted = asked(rest, None, &what, member.at);
                        self.demand(&member.value, wanted, member.at);
                    }
                    row.fields.insert(name, member);
                }
            }
        }
        if rest {
            // What `[String] : T = v` starts a field from joins the record that is defined there.
            let records = row.fields.values_mut().filter(|member| matches!(member.value, Ty::Record(_)));
            records.for_each(|member| member.value = Ty::any_record());
        }
        if over.at != Loc::default() {
            row.at = over.at;
            self.belongs_further_out(&row);
        }
        row.open |= over.open;
        row.schema |= over.schema;
        row.rest = match (row.rest, over.rest) {
            (Some(one), Some(other)) if one != other => Some(Ty::Any),
            (one, other) => one.or(other),
        };
        row
    }

    /// A name that inner braces may not have, and these ones need.
    fn belongs_further_out(&mut self, row: &Row) {
        let inside = |diag: &Diag| {
            let place = diag.place().unwrap_or_default();
            place.file == row.at.file && row.at.span.contains(place.span.start)
        };
        for held in &mut self.held {
            let diag = &mut held.diag;
            if diag.code != Code::Undeclared || !diag.helps.is_empty() || diag.rewrite.is_some() || !inside(diag) {
                continue;
            }
            let mut needed = row.fields.iter().filter(|(_, member)| member.has == Has::No);
            if let Some((name, _)) = needed.find(|(name, _)| diag.title == undeclared(**name)) {
                diag.helps.push(mend::further_out(*name));
            }
        }
    }

    pub(super) fn join_members(&mut self, below: Member, above: Member, with: bool, way: &str) -> Member {
        self.forgive(below.at);
        let wins = Wins::of(&below, &above, with);
        if wins == Wins::Below {
            self.forgive(above.at);
        }
        let what = format!("`{way}`");
        let together = matches!((&below.value, &above.value), (Ty::Record(_), Ty::Record(_)));
        if together {
            // Their fields are asked for again below, when both have told theirs.
            self.forgive(above.at);
        } else if above.has == Has::Yes && wins != Wins::Below {
            let wanted = asked(&below.declared, below.declared_at, &what, above.at);
            self.demand(&above.value, wanted, above.at);
        } else if above.has == Has::No && below.has == Has::Yes {
            let wanted = asked(&above.declared, above.declared_at, &what, below.at);
            self.demand(&below.value, wanted, below.at);
        }
        let at = if above.has == Has::No { below.at } else { above.at };
        let has = match (below.has, above.has) {
            (Has::Yes, Has::Perhaps) | (Has::Perhaps, Has::Yes) if may_be_gone(&below) || may_be_gone(&above) => {
                Has::Perhaps
            }
            (Has::Yes, _) | (_, Has::Yes) => Has::Yes,
            (Has::Perhaps, _) | (_, Has::Perhaps) => Has::Perhaps,
            (Has::No, Has::No) => Has::No,
        };
        let class = match wins {
            Wins::Below => below.class,
            Wins::Above => above.class,
            Wins::Either => below.class.max(above.class),
        };
        // Only an annotation can give lists another way to come together.
        let annotated = below.declared_at.or(above.declared_at).is_some();
        let strategy = annotated || self.beneath > 0;
        let declared = match below.declared.meet(&above.declared) {
            Ty::Never => Ty::Any,
            both => both,
        };
        let declared_at = above.declared_at.or(below.declared_at);
        if !with && !together {
            self.disagree(&below, &above, &declared, way);
        }
        let (late, wrong) = match wins {
            _ if above.has == Has::No => (below.late, below.wrong),
            _ if below.has == Has::No => (above.late, above.wrong),
            _ if together => (None, None),
            Wins::Below => (below.late, below.wrong),
            Wins::Above => (above.late, above.wrong),
            Wins::Either => (None, None),
        };
        let value = match (below.value, above.value) {
            (value, _) if above.has == Has::No => value,
            (_, value) if below.has == Has::No => value,
            (Ty::Record(base), Ty::Record(over)) if below.class == above.class => {
                let (mut base, mut over) = (Rc::unwrap_or_clone(base), Rc::unwrap_or_clone(over));
                for (row, has) in [(&mut base, below.has), (&mut over, above.has)] {
                    if has == Has::Perhaps {
                        row.doubt();
                    }
                    row.classed(below.class);
                }
                self.beneath += u32::from(annotated);
                let row = self.join_rows(base, over, with, way);
                self.beneath -= u32::from(annotated);
                Ty::Record(Rc::new(row))
            }
            (Ty::Record(_), Ty::Record(_)) => Ty::any_record(),
            // Elements with the same key become one.
            (Ty::List(_), Ty::List(_)) if strategy => Ty::any_list(),
            (value, _) if wins == Wins::Below => value,
            (_, value) if wins == Wins::Above => value,
            (one, other) => one.join(&other),
        };
        if together {
            let wanted = asked(&declared, declared_at, &what, above.at);
            self.demand(&value, wanted, above.at);
        }
        Member { value, declared, declared_at, has, class, at, name_at: above.name_at, late, wrong }
    }

    pub(super) fn undeclared(&mut self, name: Symbol, at: Loc, schema: &Row, annotation: Option<Loc>) {
        let known = self.names_of(schema.fields.keys().copied());
        let near = suggest::nearest(&name.text(), known.iter().map(String::as_str)).map(str::to_owned);
        let diag = Diag::error(Code::Undeclared, undeclared(name));
        let diag = diag.at(at, "not a field of the schema");
        let diag = match annotation {
            Some(place) => diag.also(place, "required by this annotation"),
            None if schema.at != Loc::default() => diag.also(schema.at, "the schema"),
            None => diag,
        };
        self.report(match near {
            Some(near) => diag.meant(Some(&near), at, &name.text()),
            None => {
                let mut owners = schema.fields.iter().filter(|(_, member)| {
                    [&member.value, &member.declared].into_iter().any(|ty| {
                        ty.members().iter().any(|ty| matches!(ty, Ty::Record(row) if row.fields.contains_key(&name)))
                    })
                });
                match (owners.next(), owners.next()) {
                    (Some((owner, _)), None) => mend::belongs(diag, at, &owner.text(), &name.text()),
                    _ if known.is_empty() => diag.note("it declares no field"),
                    _ => diag.note(format!("it declares {}", suggest::listed(&known, &name.text()))),
                }
            }
        });
    }
}

fn undeclared(name: Symbol) -> String {
    format!("the schema does not declare `{name}`")
}

/// What an annotation on a path asks of a definition there: a later one may complete it.
fn asked<'a>(set: &'a Ty, at: Option<Loc>, what: &'a str, by: Loc) -> Wanted<'a> {
    Wanted { set, at, what, by: Some(by), presence: Presence::Open }
}

/// What may be `absent` takes a field away.
fn may_be_gone(member: &Member) -> bool {
    member.has == Has::Perhaps && member.value == Ty::Any
}

fn is_type(ty: &Ty) -> bool {
    matches!(ty, Ty::Type(_))
}
