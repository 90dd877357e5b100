//! From the words of a call to what they mean: the project, the file in it, a session over both.

use crate::args::Global;
use crate::disk::Project;
use crate::memory;
use crate::term::{Status, Term};
use crate::walk;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::world::World;
use rzp_lang::build::MAIN;
use rzp_lang::eval::vm::Limits;
use rzp_lang::session::Session;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A call that cannot be carried out, in words, with a way out where one is known.
#[derive(Debug)]
pub struct Wrong {
    what: String,
    tip: Option<String>,
}

impl Wrong {
    pub fn new(what: String) -> Wrong {
        Wrong { what, tip: None }
    }

    /// The same with a way out.
    pub fn tip(self, tip: String) -> Wrong {
        Wrong { tip: Some(tip), ..self }
    }

    pub fn tell(&self, term: &Term) -> Status {
        term.wrong_call(&self.what, self.tip.as_deref())
    }
}

/// A file of a project, by its path from the root.
#[derive(Debug)]
pub struct Target {
    pub project: Project,
    pub path: String,
}

/// The file that an argument names.
pub fn file(name: &str) -> Result<Target, Wrong> {
    let path = Path::new(name);
    if !path.exists() {
        return Err(missing(path));
    }
    if path.is_dir() {
        return Err(Wrong::new(format!("`{name}` is a folder, and a file is wanted")));
    }
    let real = path.canonicalize().map_err(|why| Wrong::new(format!("cannot open `{name}`: {why}")))?;
    let folder = real.parent().unwrap_or(Path::new("/"));
    let project = Project::around(folder).map_err(|why| Wrong::new(why.diag().title))?;
    let path = project.inside(&real).ok_or_else(|| Wrong::new(format!("the path of `{name}` is not UTF-8 text")))?;
    Ok(Target { project, path })
}

/// A program by its path; what holds sections of tests is none.
pub fn program(name: &str) -> Result<Target, Wrong> {
    if walk::is_sections(Path::new(name)) {
        let wrong = Wrong::new(format!("`{name}` holds sections of tests, and no program"));
        return Err(wrong.tip(format!("run them: `rzp test {name}`")));
    }
    file(name)
}

/// A text that has no file: it stands, as it were, in the current folder.
pub fn here(name: &str) -> Result<Target, Wrong> {
    let project = Project::around(Path::new(".")).map_err(|why| Wrong::new(why.diag().title))?;
    let path = match project.inside(Path::new(".")) {
        Some(folder) if !folder.is_empty() => format!("{folder}/{name}"),
        _ => name.to_owned(),
    };
    Ok(Target { project, path })
}

/// The files that arguments name, folders with all that is in them; without any, the project's.
pub fn files(names: &[String]) -> Result<Vec<PathBuf>, Wrong> {
    walked(names, walk::below)
}

/// The same for tests.
pub fn tests(names: &[String]) -> Result<Vec<PathBuf>, Wrong> {
    walked(names, walk::tests_below)
}

type Walk = fn(&Path) -> Result<Vec<PathBuf>, crate::disk::Refused>;

fn walked(names: &[String], below: Walk) -> Result<Vec<PathBuf>, Wrong> {
    let refused = |why: crate::disk::Refused| Wrong::new(why.diag().title);
    if names.is_empty() {
        return below(&Project::around(Path::new(".")).map_err(refused)?.root).map_err(refused);
    }
    let mut found = Vec::new();
    for name in names {
        let path = Path::new(name);
        if path.is_dir() {
            found.extend(below(path).map_err(refused)?);
        } else if path.exists() {
            found.push(path.to_owned());
        } else {
            return Err(missing(path));
        }
    }
    Ok(found)
}

pub fn missing(path: &Path) -> Wrong {
    let kind = |near: &str| if Path::new(near).is_dir() { "folder" } else { "file" };
    let tip = walk::similar(path).map(|near| format!("a {} with a similar name is there: `{near}`", kind(&near)));
    Wrong { what: format!("no file `{}`", path.display()), tip }
}

/// What is said where services are meant and there are none.
pub fn no_project() -> Diag {
    let here = std::env::current_dir().map(|path| path.display().to_string()).unwrap_or_default();
    Diag::error(Code::NoProject, format!("no `{MAIN}` here or in a folder above"))
        .note(format!("looked upwards from `{here}`"))
        .help(format!("run it inside of a project, or start one by writing `{MAIN}`"))
}

/// A session over a project's files, within the limits of the call.
pub fn session(project: &Project, global: &Global) -> Session {
    session_over(Rc::new(project.world()), global)
}

/// A session over any world, within the limits of the call.
pub fn session_over(world: Rc<dyn World>, global: &Global) -> Session {
    limited(Session::new(world), global)
}

/// A session within the limits of the call.
pub fn limited(mut session: Session, global: &Global) -> Session {
    session.set_limits(limits(global));
    session
}

fn limits(global: &Global) -> Limits {
    let usual = Limits::default();
    let size = |given: Option<u64>, usual: usize| given.map_or(usual, |n| usize::try_from(n).unwrap_or(usize::MAX));
    Limits {
        depth: size(global.max_depth, usual.depth),
        steps: global.max_steps.unwrap_or(usual.steps),
        memory: size(global.max_memory, usual.memory),
        memory_used: Some(memory::used),
    }
}
