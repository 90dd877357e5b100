//! Between the protocol's addresses and the language's paths: each project has a root of its own, and
//! what the language brings along is written to a folder where an editor can open it.

use crate::disk::Project as Folder;
use gen_lsp_types::Uri;
use rzp_lang::ide::Project;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A project, and the texts of it that editors hold.
pub struct Workspace {
    pub folder: Folder,
    pub ide: Project,
    /// The open texts by path.
    pub open: BTreeMap<String, Open>,
    /// The files that the project was last seen to have.
    pub listed: BTreeSet<String>,
    /// Whether anybody has been asked to find them out.
    pub walked: bool,
}

/// A text that an editor holds.
pub struct Open {
    /// Its address as the editor has it: there may be several ways to one file.
    pub uri: Uri,
    pub text: String,
    pub version: i32,
}

impl Workspace {
    fn new(folder: Folder) -> Workspace {
        let ide = Project::new(Rc::new(folder.world()));
        Workspace { folder, ide, open: BTreeMap::new(), listed: BTreeSet::new(), walked: false }
    }

    /// Begins anew with the texts at hand: what was known may be half done.
    pub fn restart(&mut self) {
        self.ide = Project::new(Rc::new(self.folder.world()));
        for (path, open) in &self.open {
            self.ide.open(path, &open.text);
        }
    }

    /// The open files of the project, which has this number.
    pub fn open_files(&self, workspace: usize) -> Vec<At> {
        self.open.keys().map(|path| At { workspace, path: path.clone() }).collect()
    }

    pub fn closed_files(&self, workspace: usize) -> Vec<At> {
        let closed = self.listed.iter().filter(|path| !self.open.contains_key(*path));
        closed.map(|path| At { workspace, path: path.clone() }).collect()
    }
}

/// A file as the language knows it: its project, by number, and its path there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct At {
    pub workspace: usize,
    pub path: String,
}

#[derive(Default)]
pub struct Files {
    pub workspaces: Vec<Workspace>,
}

impl Files {
    /// The file that an address names; `None` for what is no file on this machine.
    pub fn at(&mut self, uri: &Uri) -> Option<At> {
        let path = uri.to_file_path().ok()?;
        if let (Ok(below), false) = (path.strip_prefix(library_folder()), self.workspaces.is_empty()) {
            let below: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
            return Some(At { workspace: 0, path: format!("std/{}", below?.join("/")) });
        }
        let folder = existing(path.parent()?);
        let project = Folder::around(&folder).ok()?;
        let path = project.below(&path)?;
        Some(At { workspace: self.workspace(project), path })
    }

    /// Takes note of the project that a folder lies in.
    pub fn folder(&mut self, uri: &Uri) {
        let project = uri.to_file_path().ok().and_then(|path| Folder::around(&path).ok());
        if let Some(project) = project.filter(Folder::is_marked) {
            self.workspace(project);
        }
    }

    /// The number of a project.
    fn workspace(&mut self, project: Folder) -> usize {
        let known = self.workspaces.iter().position(|workspace| workspace.folder.root == project.root);
        known.unwrap_or_else(|| {
            self.workspaces.push(Workspace::new(project));
            self.workspaces.len() - 1
        })
    }

    /// The version of an open text.
    pub fn version(&self, at: &At) -> Option<i32> {
        let workspace = self.workspaces.get(at.workspace)?;
        workspace.open.get(&at.path).map(|open| open.version)
    }

    /// The address of a file. One of the library is written out first.
    pub fn uri(&mut self, workspace: usize, path: &str) -> Option<Uri> {
        let workspace = self.workspaces.get_mut(workspace)?;
        if let Some(open) = workspace.open.get(path) {
            return Some(open.uri.clone());
        }
        let Some(below) = path.strip_prefix("std/") else {
            return Uri::from_file_path(workspace.folder.root.join(path)).ok();
        };
        let text = workspace.ide.text(path)?;
        // In the project that makes the library, its sources are at hand.
        let source = workspace.folder.root.join("stdlib").join(below);
        if fs::read_to_string(&source).is_ok_and(|own| own == *text) {
            return Uri::from_file_path(source).ok();
        }
        Uri::from_file_path(write_out(below, &text)?).ok()
    }
}

/// The nearest folder upwards that is there: a file may be open before its folder is made.
fn existing(folder: &Path) -> PathBuf {
    folder.ancestors().find(|at| at.is_dir()).unwrap_or(folder).to_owned()
}

/// Where the library's files are written for editors: one folder for each version of it.
fn library_folder() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(".cache"));
    let cache = set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA")).or_else(home);
    cache.unwrap_or_else(std::env::temp_dir).join("rzp").join(env!("CARGO_PKG_VERSION")).join("std")
}

/// Writes a file of the library if it is not there with this text, and forbids changes to it.
fn write_out(below: &str, text: &str) -> Option<PathBuf> {
    let path = library_folder().join(below);
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Some(path);
    }
    fs::create_dir_all(path.parent()?).ok()?;
    // What another version left here may be read-only.
    let _ = fs::remove_file(&path);
    fs::write(&path, text).ok()?;
    let mut mode = fs::metadata(&path).ok()?.permissions();
    mode.set_readonly(true);
    let _ = fs::set_permissions(&path, mode);
    Some(path)
}
