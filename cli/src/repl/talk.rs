//! A talk: the session behind it, what was kept, and where it stands.

use crate::args::Global;
use crate::call::{self, Target, Wrong};
use rzp_lang::base::diag::Diag;
use rzp_lang::session::{Format, Session};
use rzp_lang::talk::{Entry, Scope};
use std::path::Path;

pub struct Talk {
    session: Session,
    scope: Scope,
    /// Where entries stand, as it were: their imports start here.
    target: Target,
}

impl Talk {
    pub fn new(target: Target, global: &Global, inputs: Vec<(String, String)>) -> Talk {
        let session = call::session(&target.project, global);
        Talk { session, scope: Scope::new(inputs), target }
    }

    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    pub fn names(&self) -> Vec<String> {
        self.scope.names()
    }

    /// Forgets every name.
    pub fn reset(&mut self) {
        self.scope.clear();
    }

    /// What an entry shows, if it does not only keep names.
    pub fn enter(&mut self, text: &str) -> Result<Option<String>, Vec<Diag>> {
        self.session.enter(&mut self.scope, Entry { name: &self.target.path, text }, Format::Json)
    }

    pub fn outline(&mut self, text: &str) -> Result<String, Vec<Diag>> {
        self.session.outline(&self.scope, Entry { name: &self.target.path, text })
    }

    /// Why a value is what it is, for people.
    pub fn explain(&mut self, path: &str) -> Result<String, Vec<Diag>> {
        let told = self.session.explain(&self.scope, Entry { name: &self.target.path, text: path })?;
        Ok(told.text())
    }

    pub fn fields(&mut self, path: &str) -> Vec<String> {
        self.session.fields(&self.scope, Entry { name: &self.target.path, text: path })
    }

    /// Keeps a file's value under the name of its stem, and says what it is.
    pub fn load(&mut self, file: &str) -> Result<Result<String, Vec<Diag>>, Wrong> {
        let found = call::file(file)?;
        if found.project.root != self.target.project.root {
            return Err(Wrong::new(format!("`{file}` is not in the project that this talk stands in")));
        }
        let folder = self.target.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let (name, import) = import(folder, &found.path);
        let entry = Entry { name: &self.target.path, text: &import };
        Ok(self.session.kind(&self.scope, entry).and_then(|kind| {
            self.enter(&format!("let {name} = {import}"))?;
            Ok(format!("{name} is {kind}"))
        }))
    }
}

/// The name for a file and the expression that imports it, e.g. `sonarr` and `import "./media/sonarr.rzp"`,
/// from a text that stands in `folder`; both paths start at the root.
fn import(folder: &str, path: &str) -> (String, String) {
    let up = folder.split('/').filter(|part| !part.is_empty()).count();
    let way = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("_{plain}") } else { plain };
    (name, format!("import \"{way}{}\"", path.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::import;

    #[test]
    fn a_file_is_loaded_from_where_the_text_stands() {
        let made = |folder, path| import(folder, path);
        assert_eq!(made("", "a/my-app.rzp"), ("my_app".to_owned(), r#"import "./a/my-app.rzp""#.to_owned()));
        assert_eq!(made("services/media", "env.yaml"), ("env".to_owned(), r#"import "../../env.yaml""#.to_owned()));
    }
}
