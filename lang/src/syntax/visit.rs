//! The children of a node, in the order of the text.
//!
//! Walks are the caller's: they recurse or keep a stack of their own, as their depth demands.

use super::ast::{Arm, Bind, Clause, Expr, ExprId, Item, Key, Param, PathPart, Pattern, StrPart};

/// Calls `visit` with each expression directly below `expr`.
pub fn children(expr: &Expr, visit: &mut impl FnMut(ExprId)) {
    match expr {
        Expr::Error
        | Expr::Null
        | Expr::Bool(_)
        | Expr::Int(_)
        | Expr::BigInt(_)
        | Expr::Float(_)
        | Expr::Name(_)
        | Expr::TypeVar(_)
        | Expr::SelfRef
        | Expr::SuperRef
        | Expr::Import(_) => {}
        Expr::Str(parts) => {
            for part in parts {
                if let StrPart::Expr { expr, .. } = part {
                    visit(*expr);
                }
            }
        }
        Expr::Group(inner) | Expr::Nullable(inner) => visit(*inner),
        Expr::Unary { expr, .. } | Expr::Constraint { expr, .. } => visit(*expr),
        Expr::Annotated { expr, ty } => each(&[*expr, *ty], visit),
        Expr::Index { base, index } => each(&[*base, *index], visit),
        Expr::Binary { lhs, rhs, .. } => each(&[*lhs, *rhs], visit),
        Expr::If { cond, then, otherwise } => each(&[*cond, *then, *otherwise], visit),
        Expr::List(elems) => {
            for elem in elems {
                visit(elem.value);
                elem.clauses.iter().for_each(|clause| in_clause(clause, visit));
            }
        }
        Expr::Record(items) | Expr::Schema(items) => items.iter().for_each(|item| in_item(item, visit)),
        Expr::Match(arms) => arms.iter().for_each(|arm| in_arm(arm, visit)),
        Expr::Let { bind, body } => {
            in_bind(bind, visit);
            visit(*body);
        }
        Expr::Fn(function) => {
            function.params.iter().for_each(|param| in_param(param, visit));
            function.result.into_iter().for_each(&mut *visit);
            visit(function.body);
        }
        Expr::FnType { params, result } => {
            params.iter().for_each(|param| visit(param.ty));
            visit(*result);
        }
        Expr::Call { callee, args } => {
            visit(*callee);
            args.iter().for_each(|arg| visit(arg.value));
        }
        Expr::Field { base, name, .. } => {
            visit(*base);
            in_part(name, visit);
        }
    }
}

/// Calls `visit` with each expression directly below an item; blocks are looked through.
pub fn in_item(item: &Item, visit: &mut impl FnMut(ExprId)) {
    match item {
        Item::Error | Item::Open(_) => {}
        Item::Field(field) => {
            field.path.iter().for_each(|part| in_part(part, visit));
            field.ty.into_iter().chain(field.value).for_each(&mut *visit);
        }
        Item::Block { record, .. } => visit(*record),
        Item::Let(bind) => in_bind(bind, visit),
        Item::Assert { cond, message } => each(&[*cond, *message], visit),
        Item::If { cond, then, otherwise } => {
            visit(*cond);
            then.iter().chain(otherwise).for_each(|item| in_item(item, visit));
        }
        Item::For { source, body, .. } => {
            visit(*source);
            body.iter().for_each(|item| in_item(item, visit));
        }
        Item::Rest { key, ty, value } => {
            each(&[*key, *ty], visit);
            value.iter().copied().for_each(&mut *visit);
        }
        Item::Spread(expr) => visit(*expr),
    }
}

/// Calls `visit` with each expression in a pattern.
pub fn in_pattern(pattern: &Pattern, visit: &mut impl FnMut(ExprId)) {
    match pattern {
        Pattern::Error | Pattern::Any(_) | Pattern::Bind(_) => {}
        Pattern::Test(expr) => visit(*expr),
        Pattern::Record { fields, .. } => {
            for field in fields {
                in_pattern(&field.pattern, visit);
                field.ty.into_iter().chain(field.default).for_each(&mut *visit);
            }
        }
        Pattern::List { items, .. } => items.iter().for_each(|item| in_pattern(item, visit)),
    }
}

fn each(ids: &[ExprId], visit: &mut impl FnMut(ExprId)) {
    ids.iter().copied().for_each(visit);
}

fn in_part(part: &PathPart, visit: &mut impl FnMut(ExprId)) {
    if let Key::Computed(expr) = part.key {
        visit(expr);
    }
}

fn in_clause(clause: &Clause, visit: &mut impl FnMut(ExprId)) {
    match clause {
        Clause::For { source, .. } => visit(*source),
        Clause::If(cond) => visit(*cond),
    }
}

fn in_bind(bind: &Bind, visit: &mut impl FnMut(ExprId)) {
    in_pattern(&bind.pattern, visit);
    bind.ty.into_iter().for_each(&mut *visit);
    visit(bind.value);
}

fn in_param(param: &Param, visit: &mut impl FnMut(ExprId)) {
    in_pattern(&param.pattern, visit);
    param.ty.into_iter().chain(param.default).for_each(visit);
}

fn in_arm(arm: &Arm, visit: &mut impl FnMut(ExprId)) {
    in_pattern(&arm.pattern, visit);
    arm.guard.into_iter().for_each(&mut *visit);
    visit(arm.body);
}
