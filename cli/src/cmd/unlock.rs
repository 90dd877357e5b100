//! `rzp unlock`: who holds the lock of a stack, and what a run that was cut off has left.

use super::planning;
use crate::apply::journal::{Desk, folder, holder, left};
use crate::args::{Global, Unlock};
use crate::term::{Status, Term};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;

pub fn run(args: &Unlock, global: &Global, term: Term) -> Status {
    let name =
        planning::file(args.stack.as_deref(), &term).and_then(|target| planning::name(&target, &[], global, &term));
    let name = match name {
        Ok(name) => name,
        Err(status) => return status,
    };
    match told(&name, args.discard) {
        Ok(text) => term.print(&text),
        Err(diag) => term.fail(diag),
    }
}

fn told(stack: &str, discard: bool) -> Result<String, Diag> {
    let folder = folder(stack)?;
    if let Some(holder) = holder(&folder) {
        let diag = Diag::error(Code::Locked, format!("a run of the stack `{stack}` is under way: {holder}"));
        return Err(
            diag.help("the lock is given back when that process ends, however it ends; there is nothing to unlock")
        );
    }
    if discard {
        Desk::open(folder, stack)?.discard()?;
        return Ok(format!("no run of `{stack}` is under way, and none is left to take up\n"));
    }
    let Some(left) = left(&folder)? else {
        return Ok(format!("no run of `{stack}` is under way, and none was cut off\n"));
    };
    let mut text = format!("a run of `{stack}` was cut off:\n");
    for item in left.plan.items() {
        let address = &item.action.address;
        let state = match (left.done.contains(address), left.begun.contains(address)) {
            (true, _) => "done",
            (false, true) => "begun",
            (false, false) => "not begun",
        };
        text.push_str(&format!("  {address}: {state}\n"));
    }
    text.push_str("`rzp apply` takes it up; `rzp unlock --discard` forgets it\n");
    Ok(text)
}
