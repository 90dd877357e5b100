//! Which files a project has: its folders are read one at a time, so that whoever types is not kept waiting.

use super::files::At;
use crate::disk::Project;
use crate::walk;
use std::path::PathBuf;

/// A project with more files and folders than this is no project but a disk: its closed files are left alone.
const MOST: usize = 100_000;

/// A walk through the folders of a project that is under way.
pub struct Listing {
    workspace: usize,
    project: Project,
    folders: Vec<PathBuf>,
    seen: usize,
    found: Vec<At>,
}

impl Listing {
    /// A walk that has not begun. Where nothing marks a project, its folder may be anybody's: it is not walked.
    pub fn new(workspace: usize, project: &Project) -> Listing {
        let folders = if project.is_marked() { vec![project.root.clone()] } else { Vec::new() };
        Listing { workspace, project: project.clone(), folders, seen: 0, found: Vec::new() }
    }

    pub fn workspace(&self) -> usize {
        self.workspace
    }

    /// Reads one more folder; gives all files, sorted, when that was the last one.
    pub fn step(&mut self) -> Option<Vec<At>> {
        let Some(folder) = self.folders.pop() else {
            self.found.sort();
            return Some(std::mem::take(&mut self.found));
        };
        // A folder that cannot be read holds nothing for us.
        let inside = walk::inside(&folder).unwrap_or_default();
        self.seen += inside.entries;
        if self.seen > MOST {
            (self.folders, self.found) = (Vec::new(), Vec::new());
            return None;
        }
        // A project within a project is on its own.
        self.folders.extend(inside.folders.into_iter().filter(|folder| !Project { root: folder.clone() }.is_marked()));
        let path = |file: PathBuf| {
            let names = file.strip_prefix(&self.project.root).ok()?.components().map(|part| part.as_os_str().to_str());
            Some(At { workspace: self.workspace, path: names.collect::<Option<Vec<&str>>>()?.join("/") })
        };
        self.found.extend(inside.files.into_iter().filter_map(path));
        None
    }
}
