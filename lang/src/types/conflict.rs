//! `&` of definitions that surely disagree.
//!
//! Two sets without a common value are two values that differ. Such definitions fail when the field is read,
//! unless a third one wins over both; so the mistake hangs on them. Where an annotation may make secrets of
//! the values, or give lists a way to come together, nothing is said.

use super::checker::Checker;
use super::held::Hangs;
use super::show::kind;
use super::ty::{Has, Items, Member, Row, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::syntax::ast::Class;

/// So much of a value is shown.
const WIDE: usize = 48;

impl Checker<'_> {
    /// Tells of two definitions of one class that come together by `&`; `declared` is what both must be.
    pub(super) fn disagree(&mut self, below: &Member, above: &Member, declared: &Ty, way: &str) {
        let sure = below.has == Has::Yes && above.has == Has::Yes && below.class == above.class;
        let annotated = below.declared_at.or(above.declared_at).is_some();
        let strategy = annotated || self.beneath > 0;
        let hidden = annotated && declared.members().iter().any(Ty::is_unknown);
        if !sure || hidden || !differ(below, above, strategy) {
            return;
        }
        // What its annotation refuses has been told.
        if [below, above].iter().any(|member| member.value.meet(declared) == Ty::Never) {
            return;
        }
        let name = way.rsplit('.').next().unwrap_or(way);
        let (mut first, mut last) = ((below.at, brief(&below.value)), (above.at, brief(&above.value)));
        if first.0.file == last.0.file && first.0.span.start > last.0.span.start {
            std::mem::swap(&mut first, &mut last);
        }
        let diag = Diag::error(Code::Conflict, format!("definitions of `{name}` disagree: {} and {}", first.1, last.1));
        let diag = diag.at(last.0, format!("{} here", last.1)).also(first.0, format!("{} here", first.1));
        let short = |text: &str| if text.len() < 30 && text != "a record" { text.to_owned() } else { "…".to_owned() };
        let start = format!("if one is what a user starts from, say so: `default {name} = {}`", short(&first.1));
        let wins =
            format!("if one is to win, override with it: `… with {{ {name} = {} }}`, or say `force`", short(&last.1));
        let diag = diag.help(start).help(wins);
        let diag = match (&below.value, &above.value) {
            (Ty::List(_), Ty::List(_)) => {
                diag.help("lists merge only by a declared strategy, such as `std.list.keyed_by(T, \"name\")`")
            }
            _ => diag,
        };
        let on = [below.at, above.at].into_iter().filter(|at| *at != Loc::default()).map(Hangs::Definition);
        self.hang(on.collect(), diag);
    }
}

fn differ(below: &Member, above: &Member, strategy: bool) -> bool {
    match (&below.value, &above.value) {
        (Ty::List(_), Ty::List(_)) if strategy => false,
        // Which class the leaves of a record have is not looked at.
        (Ty::Record(_), other) | (other, Ty::Record(_)) if !matches!(other, Ty::Record(_)) => {
            below.class == Class::Plain && other.members().iter().all(is_plain)
        }
        (Ty::Record(_), Ty::Record(_)) => false,
        (one, other) => are_apart(one, other),
    }
}

/// Whether no value of one type equals one of the other.
fn are_apart(one: &Ty, other: &Ty) -> bool {
    let (ones, others) = (one.members(), other.members());
    !ones.is_empty() && !others.is_empty() && ones.iter().all(|a| others.iter().all(|b| members_are_apart(a, b)))
}

fn members_are_apart(one: &Ty, other: &Ty) -> bool {
    match (one, other) {
        (Ty::List(one), Ty::List(other)) => lists_are_apart(one, other),
        (Ty::Record(one), Ty::Record(other)) => rows_are_apart(one, other),
        _ => is_data(one) && is_data(other) && one.meet(other) == Ty::Never,
    }
}

fn lists_are_apart(one: &Items, other: &Items) -> bool {
    let (Some(one), Some(other)) = (&one.each, &other.each) else { return false };
    one.len() != other.len() || one.iter().zip(other).any(|((a, _), (b, _))| are_apart(a, b))
}

fn rows_are_apart(one: &Row, other: &Row) -> bool {
    one.fields.iter().any(|(name, a)| {
        let b = other.fields.get(name).filter(|b| a.has == Has::Yes && b.has == Has::Yes);
        b.is_some_and(|b| are_apart(&a.read(), &b.read()))
    })
}

/// Scalars and lists: neither records, which merge, nor what is compared otherwise.
fn is_plain(ty: &Ty) -> bool {
    is_data(ty) && !matches!(ty, Ty::Record(_))
}

fn is_data(ty: &Ty) -> bool {
    match ty {
        Ty::Null | Ty::Bool(_) | Ty::Int(..) | Ty::Float(..) | Ty::Text(_) | Ty::List(_) | Ty::Record(_) => true,
        Ty::Any | Ty::File(_) | Ty::Never | Ty::Function(_) => false,
        Ty::Sealed | Ty::Type(_) | Ty::Var(_) | Ty::Union(_) => false,
    }
}

/// A value in a few words.
fn brief(ty: &Ty) -> String {
    let text = match ty {
        Ty::Record(_) => return "a record".to_owned(),
        Ty::List(items) => match &items.each {
            Some(each) => format!("[{}]", each.iter().map(|(ty, _)| brief(ty)).collect::<Vec<_>>().join(", ")),
            None => return "a list".to_owned(),
        },
        other => other.to_string(),
    };
    if text.chars().count() > WIDE { kind(ty).to_owned() } else { text }
}
