//! `match`: which arms can run, what is left for the next one, and which case has none.
//!
//! A case is one member of the value's type. A case that no arm may take is named: as an error if it is
//! the only one, as a warning if it is one of several, since nobody knows whether it ever comes. Whether
//! an arm may take a case is asked in favour of the arm, so that silence is the answer to all doubts.

use super::checker::Checker;
use super::dead::{cases, near_literal};
use super::ty::{Has, Param, Row, Signature, Text, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::syntax::ast::{Arm, Expr, ExprId, FieldPattern, Pattern};
use std::rc::Rc;

/// So many cases are named in a message.
const SHOWN: usize = 4;

impl Checker<'_> {
    /// `match { … }`: a function of one argument, which is in `value`.
    pub(super) fn match_function(&mut self, id: ExprId, arms: &[Arm], value: Ty) -> Ty {
        self.functions += 1;
        let result = self.arms(id, arms, &value);
        self.functions -= 1;
        let params = vec![Param { name: None, ty: Ty::Any, optional: false, at: None }];
        let body = self.calls.is_empty().then_some((self.file, id));
        Ty::Function(Rc::new(Signature { params, result, body, at: self.loc(id) }))
    }

    /// The arms over a value: each may run or not.
    pub(super) fn arms(&mut self, id: ExprId, arms: &[Arm], value: &Ty) -> Ty {
        self.cover(id, arms, value);
        self.dead_arms(arms, value);
        self.maybe(|this| {
            let mut left = value.clone();
            let mut result = Ty::Never;
            for arm in arms {
                let runs = this.may_hold(&arm.pattern, &left);
                let ty = match &arm.pattern {
                    Pattern::Test(_) => Ty::Any,
                    _ if runs => left.clone(),
                    _ => Ty::Any,
                };
                this.pattern(&arm.pattern, ty);
                if let Some(guard) = arm.guard {
                    this.condition(guard);
                }
                let body = this.infer(arm.body);
                if runs {
                    result = result.join(&body);
                }
                if arm.guard.is_none() {
                    left = this.left_by(&arm.pattern, left);
                }
            }
            result
        })
    }

    /// Names the cases without an arm.
    fn cover(&mut self, id: ExprId, arms: &[Arm], value: &Ty) {
        if value.is_unknown() {
            return;
        }
        let cases = cases(value);
        let open: Vec<Ty> =
            cases.iter().filter(|case| !arms.iter().any(|arm| self.may_hold(&arm.pattern, case))).cloned().collect();
        if open.len() == cases.len() {
            let diag = Diag::error(Code::NoMatch, "no arm matches the value");
            let diag = diag.at(self.match_word(id), format!("the value is {value}"));
            let near = self.near_pattern(arms, value);
            return self.report(match near {
                Some((at, near)) => diag.also(at, "this is near").help(format!("did you mean {near}?")),
                None => diag.help(match cases.as_slice() {
                    [case] => format!("add an arm for it, `{} => …`, or `_ => …` for all others", arm_for(case)),
                    _ => "add an arm for it, or `_ => …` for all others".to_owned(),
                }),
            });
        }
        if !self.calls.is_empty() {
            return;
        }
        if !open.is_empty() {
            self.uncovered(id, value, &open);
        }
    }

    fn uncovered(&mut self, id: ExprId, value: &Ty, open: &[Ty]) {
        let mut names: Vec<String> = open.iter().take(SHOWN).map(Ty::to_string).collect();
        let arm = open.first().map_or(String::new(), arm_for);
        if open.len() > SHOWN {
            names.push(format!("{} more", open.len() - SHOWN));
        }
        let last = names.pop().unwrap_or_default();
        let all = if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
        let diag = Diag::warning(Code::Uncovered, format!("no arm for {all}"));
        let diag = diag.at(self.match_word(id), format!("the value is {value}"));
        self.report(diag.help(format!("add `{arm} => …`, or `_ => …` for all others")));
    }

    /// The arm's literal that the value most nearly is.
    fn near_pattern(&mut self, arms: &[Arm], value: &Ty) -> Option<(Loc, String)> {
        arms.iter().find_map(|arm| {
            let Pattern::Test(pattern) = arm.pattern else { return None };
            let set = self.annotation(pattern);
            Some((self.loc(pattern), near_literal(value, &set)?))
        })
    }

    /// The word `match`, where an expression starts with it.
    fn match_word(&self, id: ExprId) -> Loc {
        let mut loc = self.loc(id);
        if let Expr::Match(_) = self.ast.expr(id) {
            loc.span.end = loc.span.end.min(loc.span.start + "match".len() as u32);
        }
        loc
    }

    /// Whether a value of this type may match the pattern.
    fn may_hold(&mut self, pattern: &Pattern, ty: &Ty) -> bool {
        match pattern {
            Pattern::Error | Pattern::Any(_) | Pattern::Bind(_) => *ty != Ty::Never,
            Pattern::Test(expr) => *ty == Ty::Any || self.annotation(*expr).meet(ty) != Ty::Never,
            Pattern::Record { fields, open, .. } => ty.members().iter().any(|case| match case {
                Ty::Any => true,
                Ty::Record(row) => self.row_may_hold(fields, *open, row),
                _ => false,
            }),
            Pattern::List { items, rest, .. } => ty.members().iter().any(|case| match case {
                Ty::Any => true,
                Ty::List(list) => match &list.each {
                    Some(each) if each.len() < items.len() || (rest.is_none() && each.len() > items.len()) => false,
                    Some(each) => items.iter().zip(each).all(|(item, (ty, _))| self.may_be(item, ty)),
                    None => items.iter().all(|item| self.may_be(item, &list.element)),
                },
                _ => false,
            }),
        }
    }

    /// The same for a part of the value, which nobody may know.
    fn may_be(&mut self, pattern: &Pattern, ty: &Ty) -> bool {
        *ty == Ty::Never || self.may_hold(pattern, ty)
    }

    fn row_may_hold(&mut self, fields: &[FieldPattern], open: bool, row: &Row) -> bool {
        let named = |name| fields.iter().any(|field| field.name.symbol == name);
        if !open && row.fields.iter().any(|(name, member)| member.has == Has::Yes && !named(*name)) {
            return false;
        }
        fields.iter().all(|field| match row.fields.get(&field.name.symbol) {
            Some(member) => {
                let ty = member.read();
                let typed = field.ty.is_none_or(|set| self.annotation(set).meet(&ty) != Ty::Never);
                typed && self.may_be(&field.pattern, &ty)
            }
            None => row.open,
        })
    }

    /// What is left of a value's type behind an arm.
    fn left_by(&mut self, pattern: &Pattern, left: Ty) -> Ty {
        match pattern {
            Pattern::Any(_) | Pattern::Bind(_) => Ty::Never,
            Pattern::Test(expr) => match self.exact_of(*expr) {
                Some(set) if left != Ty::Any => {
                    Ty::join_all(cases(&left).into_iter().filter(|case| !case.within(&set)))
                }
                _ => left,
            },
            Pattern::Error | Pattern::Record { .. } | Pattern::List { .. } => left,
        }
    }
}

/// A pattern that takes a case.
fn arm_for(case: &Ty) -> String {
    let Ty::Record(row) = case else {
        return if let Ty::List(_) = case { "[...]".to_owned() } else { case.to_string() };
    };
    let telling = row.fields.iter().find(|(_, member)| matches!(member.read(), Ty::Text(Text::One(_))));
    match telling {
        Some((name, member)) => format!("{{ {name} = {}, ... }}", member.read()),
        None => "{ ... }".to_owned(),
    }
}
