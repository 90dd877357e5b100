//! The fields of what an import gives where no type tells them: data files, and folders of files.
//!
//! They are looked up in the value itself, within few steps.

use super::facts::Facts;
use super::project::Project;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::eval::vm::Limits;
use crate::resolve::binding::Binding;
use crate::syntax::ast::{Expr, ExprId, Key};
use crate::value::value::Value;
use std::rc::Rc;

/// A look that nobody waits for takes no more steps than this.
const STEPS: u64 = 1_000_000;

impl Project {
    /// The names of the fields of an expression that leads into an import; none where it leads elsewhere,
    /// or its value cannot be had.
    pub(super) fn imported_fields(&mut self, facts: &Facts, base: ExprId) -> Vec<Symbol> {
        let Some((import, way)) = into_import(facts, base) else { return Vec::new() };
        self.session.set_limits(Limits { steps: STEPS, ..Limits::default() });
        let names = self.session.run(&[], |vm| {
            let mut value = vm.import_path(&facts.path, &import, Loc::default())?;
            for name in way {
                let Value::Record(record) = vm.force(&value)? else { return Ok(Vec::new()) };
                match vm.field(&record, name)? {
                    Some(next) => value = next,
                    None => return Ok(Vec::new()),
                }
            }
            match vm.force(&value)? {
                Value::Record(record) => vm.names_where(&record, true),
                _ => Ok(Vec::new()),
            }
        });
        names.unwrap_or_default()
    }
}

/// The import that an expression leads into, and the fields on the way.
fn into_import(facts: &Facts, base: ExprId) -> Option<(Rc<str>, Vec<Symbol>)> {
    let mut at = base;
    let mut back = Vec::new();
    loop {
        match facts.ast().expr(at) {
            Expr::Import(path) => {
                back.reverse();
                return Some((path.clone(), back));
            }
            Expr::Group(inner) => at = *inner,
            Expr::Field { base, name, .. } => {
                let Key::Static(name) = name.key else { return None };
                back.push(name);
                at = *base;
            }
            Expr::Name(_) => {
                let Binding::Var(var) = facts.names.names.get(&at)? else { return None };
                let source = facts.source_of(*var)?;
                back.extend(source.path.iter().rev());
                at = source.bind.value;
            }
            _ => return None,
        }
    }
}
