//! The files of the library that are written in RZP, as the build script packed them, or as somebody who works on them
//! has them in a folder.
//!
//! What people write stays text, for it is read at every start. The schemas of Kubernetes' kinds are nine megabytes in
//! fourteen hundred files, of which a run reads a few: each is packed for itself, and unpacked when it is named.

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use std::borrow::Cow;
use std::cmp::Ordering;

/// One file.
#[derive(Debug, Clone, Copy)]
pub struct Volume {
    /// Where its path below `std/` without ending ends among all paths: `core/list`. It begins where the one before ends.
    pub path: u32,
    pub start: u32,
    /// How long it is as it is kept, and as text; the same where it is not packed.
    pub packed: u32,
    pub length: u32,
    /// A program made it: it is the schema of a kind, or an index of such.
    pub generated: bool,
}

/// All files, sorted by their paths.
#[derive(Debug, Clone, Copy)]
pub struct Shelf {
    pub volumes: &'static [Volume],
    /// The paths, one behind the other: as texts of their own each would be a pointer for the loader to set at every start.
    pub paths: &'static str,
    pub bytes: &'static [u8],
}

impl Shelf {
    /// Files by their paths below `std/`, without endings. They are kept as they are until the process ends.
    pub fn of(mut files: Vec<(String, String)>) -> Shelf {
        files.sort();
        let (mut volumes, mut paths, mut bytes) = (Vec::new(), String::new(), Vec::new());
        for (path, text) in files {
            paths += &path;
            let (start, length) = (bytes.len() as u32, text.len() as u32);
            let generated = is_generated(&path);
            volumes.push(Volume { path: paths.len() as u32, start, packed: length, length, generated });
            bytes.extend(text.into_bytes());
        }
        Shelf { volumes: volumes.leak(), paths: paths.leak(), bytes: bytes.leak() }
    }

    /// The text of a file by its path below `std/`, with or without its ending.
    pub fn text(self, path: &str) -> Option<Cow<'static, str>> {
        self.read(&self.volumes[self.find(path.strip_suffix(".rzp").unwrap_or(path))?])
    }

    pub fn has(self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// The paths of all files.
    pub fn paths(self) -> impl Iterator<Item = &'static str> {
        (0..self.volumes.len()).map(move |at| self.path(at))
    }

    /// The texts that people wrote, with their paths.
    pub fn plain(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let plain = (0..self.volumes.len()).filter(move |at| !self.volumes[*at].generated);
        plain.filter_map(move |at| Some((self.path(at), std::str::from_utf8(self.kept(&self.volumes[at])?).ok()?)))
    }

    /// The paths of the files that a program made.
    pub fn generated(self) -> impl Iterator<Item = &'static str> {
        (0..self.volumes.len()).filter(move |at| self.volumes[*at].generated).map(move |at| self.path(at))
    }

    fn path(self, at: usize) -> &'static str {
        let start = at.checked_sub(1).map_or(0, |before| self.volumes[before].path);
        self.paths.get(start as usize..self.volumes[at].path as usize).unwrap_or_default()
    }

    fn find(self, path: &str) -> Option<usize> {
        let mut low = 0;
        let mut high = self.volumes.len();
        while low < high {
            let middle = low + (high - low) / 2;
            match self.path(middle).cmp(path) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn kept(self, volume: &Volume) -> Option<&'static [u8]> {
        self.bytes.get(volume.start as usize..(volume.start + volume.packed) as usize)
    }

    fn read(self, volume: &Volume) -> Option<Cow<'static, str>> {
        let kept = self.kept(volume)?;
        if volume.packed == volume.length {
            return std::str::from_utf8(kept).ok().map(Cow::Borrowed);
        }
        let text = decompress_to_vec_with_limit(kept, volume.length as usize).ok()?;
        String::from_utf8(text).ok().map(Cow::Owned)
    }
}

/// The schemas of Kubernetes' kinds lie in folders below `k8s/`; the build script has the same rule.
fn is_generated(path: &str) -> bool {
    path.strip_prefix("k8s/").is_some_and(|rest| rest.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_paths() {
        let files = [("meta/name", "{ b = 2 }"), ("core/list", "{ a = 1 }"), ("k8s/apps/v1", "{}"), ("k8s/kinds", "")];
        let shelf = Shelf::of(files.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec());
        assert_eq!(shelf.text("core/list.rzp").as_deref(), Some("{ a = 1 }"));
        assert_eq!(shelf.text("meta/name").as_deref(), Some("{ b = 2 }"));
        assert_eq!(shelf.text("k8s/kinds").as_deref(), Some(""));
        assert!(!shelf.has("core") && !shelf.has("k8s/apps/v2"));
        assert_eq!(shelf.paths().collect::<Vec<_>>(), ["core/list", "k8s/apps/v1", "k8s/kinds", "meta/name"]);
        assert_eq!(shelf.generated().collect::<Vec<_>>(), ["k8s/apps/v1"]);
        assert_eq!(shelf.plain().count(), 3);
    }
}
