//! The files of the library that are written in RZP, as the build script packed them.
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
        let plain = (0..self.volumes.len()).filter(move |at| !self.volumes[*at].is_packed());
        plain.filter_map(move |at| Some((self.path(at), std::str::from_utf8(self.kept(&self.volumes[at])?).ok()?)))
    }

    /// The paths of the files that are packed.
    pub fn packed(self) -> impl Iterator<Item = &'static str> {
        (0..self.volumes.len()).filter(move |at| self.volumes[*at].is_packed()).map(move |at| self.path(at))
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
        if !volume.is_packed() {
            return std::str::from_utf8(kept).ok().map(Cow::Borrowed);
        }
        let text = decompress_to_vec_with_limit(kept, volume.length as usize).ok()?;
        String::from_utf8(text).ok().map(Cow::Owned)
    }
}

impl Volume {
    fn is_packed(&self) -> bool {
        self.packed != self.length
    }
}
