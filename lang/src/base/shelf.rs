//! The files of the library that are written in RZP, as the build script packed them.
//!
//! What people write stays text, for it is read at every start. The schemas of Kubernetes' kinds are nine megabytes in
//! fourteen hundred files, of which a run reads a few: each is packed for itself, and unpacked when it is named.

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use std::borrow::Cow;

/// One file.
#[derive(Debug, Clone, Copy)]
pub struct Volume {
    /// Its path below `std/` without ending: `core/list`.
    pub path: &'static str,
    pub start: u32,
    /// How long it is as it is kept, and as text; the same where it is not packed.
    pub packed: u32,
    pub length: u32,
}

/// All files, sorted by their paths.
#[derive(Debug, Clone, Copy)]
pub struct Shelf {
    pub volumes: &'static [Volume],
    pub bytes: &'static [u8],
}

impl Shelf {
    /// The text of a file by its path below `std/`, with or without its ending.
    pub fn text(self, path: &str) -> Option<Cow<'static, str>> {
        let path = path.strip_suffix(".rzp").unwrap_or(path);
        let at = self.volumes.binary_search_by(|volume| volume.path.cmp(path)).ok()?;
        self.read(&self.volumes[at])
    }

    pub fn has(self, path: &str) -> bool {
        self.volumes.binary_search_by(|volume| volume.path.cmp(path)).is_ok()
    }

    /// The paths of all files.
    pub fn paths(self) -> impl Iterator<Item = &'static str> {
        self.volumes.iter().map(|volume| volume.path)
    }

    /// The texts that people wrote, with their paths.
    pub fn plain(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let plain = self.volumes.iter().filter(|volume| volume.packed == volume.length);
        plain.filter_map(move |volume| Some((volume.path, std::str::from_utf8(self.kept(volume)?).ok()?)))
    }

    /// The paths of the files that are packed.
    pub fn packed(self) -> impl Iterator<Item = &'static str> {
        self.volumes.iter().filter(|volume| volume.packed != volume.length).map(|volume| volume.path)
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
