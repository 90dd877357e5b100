//! Arms of a `match` that no value reaches: arms above take all that could come to them, or the value
//! is never such.
//!
//! What an arm may take is asked in favour of more, what it takes for certain in favour of less. An arm with
//! a guard takes nothing for certain.

use super::checker::Checker;
use super::ty::{Text, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::suggest;
use crate::syntax::ast::{Arm, ExprId, FieldPattern, Pattern};

impl Checker<'_> {
    /// Warns of the arms that are never reached, where the match stands.
    pub(super) fn dead_arms(&mut self, arms: &[Arm], value: &Ty) {
        if !self.calls.is_empty() || !self.looks_into_calls() {
            return;
        }
        let mut taken: Vec<Ty> = Vec::new();
        let mut above: Vec<&Pattern> = Vec::new();
        for arm in arms {
            let one = above.iter().copied().find(|earlier| self.takes_all_of(earlier, &arm.pattern));
            if one.is_some() || is_taken(&self.reach(&arm.pattern), &taken) {
                self.unreached(arm, one);
                continue;
            }
            if let Pattern::Test(pattern) = arm.pattern {
                self.never(pattern, value);
            }
            if arm.guard.is_none() {
                taken.push(self.surely_taken(&arm.pattern));
                above.push(&arm.pattern);
            }
        }
    }

    fn unreached(&mut self, arm: &Arm, by: Option<&Pattern>) {
        let at = self.ast.pattern_span(&arm.pattern).at(self.file);
        let diag = Diag::warning(Code::DeadArm, "no value reaches this arm");
        self.report(match by {
            Some(earlier) => diag
                .at(at, "all that this takes")
                .also(self.ast.pattern_span(earlier).at(self.file), "is taken here already")
                .help("put it above that one, or delete it"),
            None => diag.at(at, "the arms above take all of this").help("put it above them, or delete it"),
        });
    }

    /// An arm for what the value never is.
    fn never(&mut self, pattern: ExprId, value: &Ty) {
        let set = self.annotation(pattern);
        if value.is_unknown() || set.is_unknown() || value.meet(&set) != Ty::Never {
            return;
        }
        let at = self.loc(pattern);
        let diag = Diag::warning(Code::DeadArm, format!("the value is never {set}"));
        let diag = diag.at(at, format!("the value is {value}"));
        self.report(match near_literal(&set, value) {
            Some(near) => diag.guess(format!("did you mean {near}?"), at, near),
            None => diag.help("remove the arm"),
        });
    }

    /// All values that a pattern may take.
    fn reach(&mut self, pattern: &Pattern) -> Ty {
        match pattern {
            Pattern::Error | Pattern::Any(_) | Pattern::Bind(_) => Ty::Any,
            Pattern::Record { .. } => Ty::any_record(),
            Pattern::List { .. } => Ty::any_list(),
            Pattern::Test(expr) => self.annotation(*expr),
        }
    }

    /// Values that a pattern takes for certain.
    fn surely_taken(&mut self, pattern: &Pattern) -> Ty {
        match pattern {
            Pattern::Any(_) | Pattern::Bind(_) => Ty::Any,
            Pattern::Record { fields, open: true, .. } if fields.is_empty() => Ty::any_record(),
            Pattern::List { items, rest: Some(_), .. } if items.is_empty() => Ty::any_list(),
            Pattern::Error | Pattern::Record { .. } | Pattern::List { .. } => Ty::Never,
            Pattern::Test(expr) => self.exact_of(*expr).unwrap_or(Ty::Never),
        }
    }

    /// Whether one pattern takes each value that another one takes.
    fn takes_all_of(&mut self, earlier: &Pattern, later: &Pattern) -> bool {
        match (earlier, later) {
            (Pattern::Record { fields, open, .. }, Pattern::Record { fields: others, open: wider, .. }) => {
                let listed = |other: &FieldPattern| fields.iter().any(|field| field.name.symbol == other.name.symbol);
                fields.iter().all(|field| self.takes_field(field, others))
                    && (*open || !*wider && others.iter().all(listed))
            }
            (Pattern::List { items, rest, .. }, Pattern::List { items: others, rest: more, .. }) => {
                let long = match rest {
                    Some(_) => others.len() >= items.len(),
                    None => more.is_none() && others.len() == items.len(),
                };
                long && items.iter().zip(others).all(|(item, other)| self.takes_all_of(item, other))
            }
            _ => is_taken(&self.reach(later), &[self.surely_taken(earlier)]),
        }
    }

    fn takes_field(&mut self, field: &FieldPattern, others: &[FieldPattern]) -> bool {
        if field.ty.is_some() || field.default.is_some() {
            return false;
        }
        others.iter().any(|other| {
            other.name.symbol == field.name.symbol
                && other.default.is_none()
                && self.takes_all_of(&field.pattern, &other.pattern)
        })
    }
}

/// Whether each value of a type is in one of the sets.
fn is_taken(reach: &Ty, sets: &[Ty]) -> bool {
    let within = |case: &Ty, set: &Ty| match (case, set) {
        (Ty::Record(_), all) if all.is_any_record() => true,
        (Ty::List(_), Ty::List(items)) => items.element == Ty::Any,
        _ => case.within(set),
    };
    *reach != Ty::Never && cases(reach).iter().all(|case| sets.iter().any(|set| within(case, set)))
}

/// The members of a type, one by one.
pub(super) fn cases(ty: &Ty) -> Vec<Ty> {
    let both = [Ty::Bool(Some(true)), Ty::Bool(Some(false))];
    ty.members()
        .iter()
        .flat_map(|member| match member {
            Ty::Bool(None) => both.to_vec(),
            other => vec![other.clone()],
        })
        .collect()
}

/// The literal among a type's that another literal nearly is, as it is written.
pub(super) fn near_literal(set: &Ty, value: &Ty) -> Option<String> {
    let Ty::Text(Text::One(text)) = set else { return None };
    let literals = value.members().iter().filter_map(|member| match member {
        Ty::Text(Text::One(text)) => Some(&**text),
        _ => None,
    });
    suggest::nearest(text, literals).map(|near| format!("{near:?}"))
}
