//! What files hold, without reading them again: by what the system says of them.
//!
//! A file of the same size, number, time of change and time of its content is the one that was read. The system counts time
//! in ticks, and two changes may fall into one; so only files that had rested for a while when they were read are known
//! by this. The time of change cannot be set by a program: where a system has none, every file is read.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs::Metadata;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// So long a file must have rested, in nanoseconds: file systems count in steps of up to two seconds.
const REST: i128 = 3_000_000_000;

/// Beyond so many files, those that nobody asked for this time are forgotten.
const MOST: usize = 200_000;

/// What the system says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    size: u64,
    device: u64,
    inode: u64,
    modified: i128,
    changed: i128,
}

#[cfg(unix)]
fn stamp(about: &Metadata) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    Some(Stamp {
        size: about.size(),
        device: about.dev(),
        inode: about.ino(),
        modified: nanos(about.mtime(), about.mtime_nsec()),
        changed: nanos(about.ctime(), about.ctime_nsec()),
    })
}

#[cfg(not(unix))]
fn stamp(_: &Metadata) -> Option<Stamp> {
    None
}

#[derive(Debug, Clone)]
struct Known {
    stamp: Stamp,
    what: String,
    asked: bool,
}

/// The index: what files hold by their paths, in whatever words its user keeps it.
#[derive(Debug)]
pub struct Stats {
    known: HashMap<String, Known>,
    /// Before the first file was looked at.
    begun: i128,
    changed: bool,
}

impl Stats {
    /// The index as it was written, or an empty one.
    pub fn read(text: &str) -> Stats {
        let known = text.lines().map(line).collect::<Option<_>>().unwrap_or_default();
        let begun = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128);
        Stats { known, begun, changed: false }
    }

    /// What the file at a path holds: as it is known, or as it is read now. `about` is from before that.
    pub fn of<E>(
        &mut self,
        path: &Path,
        about: &Metadata,
        read: impl FnOnce() -> Result<String, E>,
    ) -> Result<String, E> {
        let (Some(stamp), Some(name)) = (stamp(about), path.to_str().filter(|name| !name.contains('\n'))) else {
            return read();
        };
        if let Some(known) = self.known.get_mut(name).filter(|known| known.stamp == stamp) {
            known.asked = true;
            return Ok(known.what.clone());
        }
        let what = read()?;
        if stamp.modified.max(stamp.changed) + REST < self.begun {
            self.known.insert(name.to_owned(), Known { stamp, what: what.clone(), asked: true });
            self.changed = true;
        }
        Ok(what)
    }

    /// The index to be written, if there is anything new in it.
    pub fn write(&self) -> Option<String> {
        let all = self.known.len() <= MOST;
        let mut text = String::new();
        for (path, Known { stamp, what, .. }) in self.known.iter().filter(|(_, known)| all || known.asked) {
            let Stamp { size, device, inode, modified, changed } = stamp;
            writeln!(text, "{what} {size} {device} {inode} {modified} {changed} {path}").ok()?;
        }
        self.changed.then_some(text)
    }
}

fn line(line: &str) -> Option<(String, Known)> {
    let mut parts = line.splitn(7, ' ');
    let what = parts.next()?.to_owned();
    let stamp = Stamp {
        size: parts.next()?.parse().ok()?,
        device: parts.next()?.parse().ok()?,
        inode: parts.next()?.parse().ok()?,
        modified: parts.next()?.parse().ok()?,
        changed: parts.next()?.parse().ok()?,
    };
    Some((parts.next()?.to_owned(), Known { stamp, what, asked: false }))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::time::Duration;

    fn ask(stats: &mut Stats, path: &Path) -> String {
        let read = || fs::read_to_string(path);
        stats.of(path, &fs::metadata(path).expect("it is there"), read).expect("read")
    }

    #[test]
    fn a_file_that_has_just_changed_is_read_again() {
        let path = std::env::temp_dir().join(format!("rzp-stats-{}", std::process::id()));
        fs::write(&path, "one").expect("written");
        let mut stats = Stats::read("");
        assert_eq!(ask(&mut stats, &path), "one");
        let time = fs::metadata(&path).and_then(|about| about.modified()).expect("a time");
        fs::write(&path, "two").expect("written");
        File::options().write(true).open(&path).and_then(|file| file.set_modified(time)).expect("set");
        assert_eq!(ask(&mut stats, &path), "two");
        assert_eq!(stats.write(), None, "nothing here has rested");
        fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn a_file_that_has_rested_is_read_once() {
        let path = std::env::temp_dir().join(format!("rzp-stats-rested-{}", std::process::id()));
        fs::write(&path, "one").expect("written");
        let mut stats = Stats::read("");
        // As if it were looked at later.
        stats.begun += Duration::from_secs(60).as_nanos() as i128;
        assert_eq!(ask(&mut stats, &path), "one");
        let mut again = Stats::read(&stats.write().expect("something new"));
        let about = fs::metadata(&path).expect("it is there");
        assert_eq!(again.of(&path, &about, || Err("read again")), Ok("one".to_owned()));
        assert_eq!(again.write(), None);
        fs::write(&path, "six").expect("written");
        assert_eq!(ask(&mut again, &path), "six");
        fs::remove_file(&path).expect("removed");
    }
}
