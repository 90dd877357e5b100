//! Where builds are kept: files in the user's cache folder, each whole or not there at all.
//!
//! The cache only saves time. What cannot be read, or is not what was written, counts as absent; what cannot be written is
//! not kept. The folder may be deleted at any time.

use super::record::hash;
use crate::disk::write_whole;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// So much is kept of all projects together, in bytes.
const LARGEST: u64 = 512 << 20;

#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The user's own: `$XDG_CACHE_HOME/rzp/builds` or `~/.cache/rzp/builds`, on Windows below `%LOCALAPPDATA%`.
    pub fn of_user() -> Option<Store> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = || set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(".cache"));
        let cache = set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA")).or_else(home)?;
        Some(Store { folder: cache.join("rzp").join("builds") })
    }

    /// The text of this name, if it is there as it was written.
    pub fn read(&self, name: &str) -> Option<String> {
        let path = self.folder.join(name);
        let whole = fs::read_to_string(&path).ok()?;
        let (sum, text) = whole.split_once('\n')?;
        if hash(text.as_bytes()) != sum {
            return None;
        }
        Some(text.to_owned())
    }

    /// Keeps a text, if the system lets it.
    pub fn write(&self, name: &str, text: &str) {
        let _ = make(&self.folder);
        let _ = write_whole(&self.folder.join(name), &format!("{}\n{text}", hash(text.as_bytes())));
    }

    /// Says that something is still of use.
    pub fn touch(&self, name: &str) {
        let file = fs::File::options().append(true).open(self.folder.join(name));
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
    }

    /// The names that begin so, the one last used first.
    pub fn named(&self, start: &str) -> Vec<String> {
        let mut found: Vec<(SystemTime, String)> = self
            .all()
            .into_iter()
            .filter(|kept| kept.name.starts_with(start))
            .map(|kept| (kept.used, kept.name))
            .collect();
        found.sort();
        found.into_iter().rev().map(|(_, name)| name).collect()
    }

    pub fn remove(&self, name: &str) {
        let _ = fs::remove_file(self.folder.join(name));
    }

    /// Removes what was not used for longest, until what is left is no more than the cache may hold.
    pub fn trim(&self) {
        self.trim_to(LARGEST);
    }

    fn trim_to(&self, largest: u64) {
        let mut all = self.all();
        all.sort_by(|a, b| (b.used, &b.name).cmp(&(a.used, &a.name)));
        let mut size = 0;
        for kept in all {
            size += kept.size;
            if size > largest {
                self.remove(&kept.name);
            }
        }
    }

    fn all(&self) -> Vec<Kept> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let kept = entries.filter_map(|entry| {
            let about = entry.metadata().ok()?;
            let used = about.modified().ok()?;
            Some(Kept { name: entry.file_name().into_string().ok()?, used, size: about.len() })
        });
        kept.collect()
    }
}

/// A file of the store.
struct Kept {
    name: String,
    used: SystemTime,
    size: u64,
}

/// What others deploy is nobody else's business: the folder is its user's alone.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(name: &str) -> Store {
        let folder = std::env::temp_dir().join(format!("rzp-store-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Store { folder }
    }

    #[test]
    fn what_is_not_as_it_was_written_is_absent() {
        let store = store("sum");
        assert_eq!(store.read("a"), None);
        store.write("a", "one\ntwo\n");
        assert_eq!(store.read("a").as_deref(), Some("one\ntwo\n"));
        let path = store.folder.join("a");
        let whole = fs::read_to_string(&path).expect("read");
        for broken in [&whole[..whole.len() - 1], "", "x", &whole.replace("two", "six")] {
            fs::write(&path, broken).expect("written");
            assert_eq!(store.read("a"), None, "{broken:?}");
        }
        fs::remove_dir_all(&store.folder).expect("removed");
        fs::write(&store.folder, "in the way").expect("written");
        store.write("a", "one");
        assert_eq!(store.read("a"), None);
        fs::remove_file(&store.folder).expect("removed");
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let store = store("trim");
        let text = "x".repeat(1000);
        for (name, age) in [("a", 30), ("b", 20), ("c", 10)] {
            store.write(name, &text);
            let file = fs::File::options().append(true).open(store.folder.join(name)).expect("opened");
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age)).expect("set");
        }
        store.touch("a");
        store.trim_to(2500);
        assert_eq!(store.named(""), ["a", "c"]);
        fs::remove_dir_all(&store.folder).expect("removed");
    }
}
