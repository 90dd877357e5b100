//! `rzp init`: a project to begin with, which builds and whose tests pass.
//!
//! Nothing that is there is overwritten: if one file of the template is in the way, none is written.

use crate::args::{Init, Template};
use crate::disk::{Refused, write_whole};
use crate::term::{Status, Term};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use std::fs;
use std::path::Path;

/// A template: paths below the project's folder, and texts.
type Files = &'static [(&'static str, &'static str)];

const README: (&str, &str) = ("README.md", include_str!("../../templates/README.md"));

const EMPTY: Files = &[
    README,
    ("services/main.rzp", include_str!("../../templates/empty/services/main.rzp")),
    ("services/main.test.rzp", include_str!("../../templates/empty/services/main.test.rzp")),
];

const HOMELAB: Files = &[
    README,
    ("services/main.rzp", include_str!("../../templates/homelab/services/main.rzp")),
    ("services/cluster.rzp", include_str!("../../templates/homelab/services/cluster.rzp")),
    ("services/env/production.rzp", include_str!("../../templates/homelab/services/env/production.rzp")),
    ("services/web/whoami.rzp", include_str!("../../templates/homelab/services/web/whoami.rzp")),
    ("services/web/whoami.test.rzp", include_str!("../../templates/homelab/services/web/whoami.test.rzp")),
];

pub fn run(args: &Init, term: Term) -> Status {
    let files = match args.template {
        Template::Empty => EMPTY,
        Template::Homelab => HOMELAB,
    };
    let folder = Path::new(&args.folder);
    // A README that is there belongs to whoever wrote it.
    let kept = |path: &str| path == README.0 && folder.join(path).exists();
    let files: Vec<_> = files.iter().filter(|(path, _)| !kept(path)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| folder.join(path).exists()) {
        let diag = Diag::error(Code::NotOwned, format!("`{}` is there already", folder.join(path).display()));
        return term.fail(diag.help("nothing was written; name another folder, or move the file away"));
    }
    for (path, text) in &files {
        if let Err(refused) = write(&folder.join(path), text) {
            return term.fail(refused.diag());
        }
        term.say(&format!("wrote {}", folder.join(path).display()));
    }
    let enter = if args.folder == "." { String::new() } else { format!("cd {}\n  ", args.folder) };
    term.say(&format!("\nnext:\n  {enter}rzp build   # writes kubernetes/\n  rzp test"));
    Status::Done
}

fn write(path: &Path, text: &str) -> Result<(), Refused> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|why| Refused::new("make", folder, why))?;
    }
    write_whole(path, text)
}
