//! Certain fixes applied until none is left: what `rzp check --fix` does, on texts alone.
//!
//! A round checks the files, applies the certain fixes that do not meet each other, and begins anew,
//! since one mend often uncovers the next. Nothing is written here: later rounds see earlier ones
//! through a world that lays the mended texts over the given one.

use crate::base::diag::{Diag, Fix};
use crate::base::span::FileId;
use crate::base::world::{ReadError, World};
use crate::eval::check::Checked;
use crate::session::Session;
use crate::syntax::parse::parse;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// More rounds than fixes that build on one another ever take.
const ROUNDS: usize = 100;

/// What mending came to.
pub struct Mended {
    /// The last session, which knows the texts that the messages speak of.
    pub session: Session,
    /// What is left to say once all is applied.
    pub checked: Checked,
    /// The files that changed, with their new texts.
    pub texts: BTreeMap<String, String>,
    /// How many fixes were applied.
    pub applied: usize,
}

/// A world with some texts in the place of its own.
struct Patched {
    below: Rc<dyn World>,
    texts: RefCell<BTreeMap<String, String>>,
}

impl World for Patched {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        match self.texts.borrow().get(path) {
            Some(text) => Ok(text.clone()),
            None => self.below.read(path),
        }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.below.list(folder)
    }
}

/// Mends the files at `paths`, and none that they import. `open` makes a session over a world.
pub fn mend(world: Rc<dyn World>, open: &dyn Fn(Rc<dyn World>) -> Session, paths: &[String]) -> Mended {
    let patched = Rc::new(Patched { below: world, texts: RefCell::default() });
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut applied = 0;
    for round in 0.. {
        let mut session = open(patched.clone());
        let checked = session.check(paths);
        let mut changes = Vec::new();
        for (path, fixes) in wanted(&checked.diags, &session, paths) {
            let Ok(text) = patched.read(&path) else { continue };
            seen.insert((path.clone(), text.clone()));
            let fresh = |(text, _): &(String, usize)| !seen.contains(&(path.clone(), text.clone()));
            if let Some((text, count)) = best(&text, &fixes).filter(fresh) {
                changes.push((path, text, count));
            }
        }
        if changes.is_empty() || round == ROUNDS {
            let texts = patched.texts.borrow().clone();
            return Mended { session, checked, texts, applied };
        }
        for (path, text, count) in changes {
            applied += count;
            patched.texts.borrow_mut().insert(path, text);
        }
    }
    unreachable!("the last round returns")
}

/// The certain fixes of each file that may be changed, in the order of their places. Data files are
/// not the program's own.
fn wanted(diags: &[Diag], session: &Session, paths: &[String]) -> BTreeMap<String, Vec<Fix>> {
    let mut found: BTreeMap<String, Vec<Fix>> = BTreeMap::new();
    for fix in diags.iter().filter_map(|diag| diag.fix.as_ref()).filter(|fix| fix.certain) {
        let name = session.sources().get(fix.loc.file).name.to_string();
        if paths.contains(&name) && name.ends_with(".rzp") {
            found.entry(name).or_default().push(fix.clone());
        }
    }
    for fixes in found.values_mut() {
        fixes.sort_by_key(|fix| (fix.loc.span.start, fix.loc.span.end));
    }
    found
}

/// The text with its fixes, and how many there are. They have to help: a text with mistakes of
/// reading must have fewer of them afterwards. If all together do not, the first one that does is
/// taken alone.
fn best(text: &str, fixes: &[Fix]) -> Option<(String, usize)> {
    let before = unreadable(text);
    let helps =
        |(new, _): &(String, usize)| new != text && (unreadable(new) < before || before == 0 && unreadable(new) == 0);
    let alone = || fixes.iter().map(|fix| apply(text, std::slice::from_ref(fix))).find(helps);
    Some(apply(text, fixes)).filter(helps).or_else(alone)
}

/// How many mistakes the parser finds.
fn unreadable(text: &str) -> usize {
    parse(FileId(0), text).diags.iter().filter(|diag| diag.is_error()).count()
}

/// Applies fixes that are sorted by place, and of those that touch or overlap the first one alone.
/// Returns the new text and the number of fixes in it.
pub fn apply(text: &str, fixes: &[Fix]) -> (String, usize) {
    let (mut out, mut done, mut count) = (String::with_capacity(text.len()), 0, 0);
    for fix in fixes {
        let range = fix.loc.span.range();
        let (Some(kept), Some(_)) = (text.get(done..range.start), text.get(range.clone())) else { continue };
        if count > 0 && range.start == done {
            continue;
        }
        out.push_str(kept);
        out.push_str(&fix.replacement);
        done = range.end;
        count += 1;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    (out, count)
}
