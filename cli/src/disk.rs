//! The disk: where a project begins, its files as a world, and writes that never show half a file.
//!
//! Nothing outside the root is read, also not through links: a path counts by where it really
//! leads. Everything the language reads goes through [`DiskWorld`].

use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::world::{ReadError, World};
use rzp_lang::build::MAIN;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

/// Offsets in a text are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64;

/// A file or folder that the system refused.
#[derive(Debug)]
pub struct Refused {
    doing: &'static str,
    path: PathBuf,
    why: String,
}

impl Refused {
    pub fn new(doing: &'static str, path: &Path, why: io::Error) -> Refused {
        Refused { doing, path: path.to_owned(), why: plain(&why) }
    }

    pub fn diag(&self) -> Diag {
        let title = format!("cannot {} `{}`: {}", self.doing, self.path.display(), self.why);
        Diag::error(Code::NoAccess, title)
    }
}

/// A system's error without its number.
pub fn plain(why: &io::Error) -> String {
    let text = why.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// The folder that holds a project, and what lies in it.
#[derive(Clone, Debug)]
pub struct Project {
    pub root: PathBuf,
}

impl Project {
    /// The nearest folder upwards that holds services, an `rzp.toml` or a repository; else the
    /// folder itself.
    pub fn around(folder: &Path) -> Result<Project, Refused> {
        let folder = fs::canonicalize(folder).map_err(|why| Refused::new("open", folder, why))?;
        let root = folder.ancestors().find(|at| is_marked(at)).unwrap_or(&folder).to_owned();
        Ok(Project { root })
    }

    /// Whether something in the folder says that a project begins here.
    pub fn is_marked(&self) -> bool {
        is_marked(&self.root)
    }

    /// The nearest folder upwards that holds services.
    pub fn with_services(folder: &Path) -> Option<Project> {
        let folder = fs::canonicalize(folder).ok()?;
        let root = folder.ancestors().find(|at| at.join(MAIN).is_file())?.to_owned();
        Some(Project { root })
    }

    /// A file's path as the language names it: from the root, with `/` between its parts.
    pub fn inside(&self, path: &Path) -> Option<String> {
        let path = fs::canonicalize(path).ok()?;
        let parts = path.strip_prefix(&self.root).ok()?.components();
        let names: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
        Some(names?.join("/"))
    }

    /// The same for a file that need not be there, nor its folder.
    pub fn below(&self, path: &Path) -> Option<String> {
        if let Some(inside) = self.inside(path) {
            return Some(inside);
        }
        let name = path.file_name()?.to_str()?;
        let folder = self.below(path.parent()?)?;
        Some(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
    }

    pub fn world(&self) -> DiskWorld {
        DiskWorld { root: self.root.clone() }
    }
}

fn is_marked(folder: &Path) -> bool {
    folder.join(MAIN).is_file() || folder.join("rzp.toml").exists() || folder.join(".git").exists()
}

/// The files below one root.
#[derive(Clone, Debug)]
pub struct DiskWorld {
    root: PathBuf,
}

impl DiskWorld {
    /// Where a path really leads, if that is inside the root.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, ReadError> {
        let straight = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !straight {
            return Err(ReadError::Missing);
        }
        let real = fs::canonicalize(self.root.join(path)).map_err(|why| read_error(&why))?;
        if real.starts_with(&self.root) {
            Ok(real)
        } else {
            Err(ReadError::Other("a link leads outside the project's root".to_owned()))
        }
    }
}

impl World for DiskWorld {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        let path = self.resolve(path)?;
        let about = fs::metadata(&path).map_err(|why| read_error(&why))?;
        if !about.is_file() {
            return Err(ReadError::Other(if about.is_dir() { "it is a folder" } else { "it is no file" }.to_owned()));
        }
        if about.len() > LARGEST {
            return Err(ReadError::Other("it is larger than 4 GiB".to_owned()));
        }
        let bytes = fs::read(&path).map_err(|why| read_error(&why))?;
        String::from_utf8(bytes).map_err(|_| ReadError::NotUtf8)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = self.resolve(folder).and_then(|path| fs::read_dir(path).map_err(|why| read_error(&why)))
        else {
            return Vec::new();
        };
        let files = entries.flatten().filter(|entry| entry.path().is_file());
        let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

fn read_error(why: &io::Error) -> ReadError {
    match why.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing,
        _ => ReadError::Other(plain(why)),
    }
}

/// The text of a file that is not reached through a world.
pub fn read_text(path: &Path, shown: &str) -> Result<String, Box<Diag>> {
    let bytes = fs::read(path).map_err(|why| Box::new(Refused::new("read", Path::new(shown), why).diag()))?;
    String::from_utf8(bytes).map_err(|_| not_utf8(&format!("`{shown}`")))
}

/// The text that comes in from standard input.
pub fn read_input() -> Result<String, Box<Diag>> {
    let mut bytes = Vec::new();
    let read = io::stdin().read_to_end(&mut bytes);
    let refused = |why: io::Error| Diag::error(Code::NoAccess, format!("cannot read standard input: {}", plain(&why)));
    read.map_err(|why| Box::new(refused(why)))?;
    String::from_utf8(bytes).map_err(|_| not_utf8("standard input"))
}

fn not_utf8(what: &str) -> Box<Diag> {
    Box::new(Diag::error(Code::NotUtf8, format!("{what} is not UTF-8 text")).help("save it as UTF-8"))
}

/// Writes a file as a whole: a reader sees the old text or the new one, never a part.
pub fn write_whole(path: &Path, text: &str) -> Result<(), Refused> {
    let refused = |why| Refused::new("write", path, why);
    let name = path.file_name().ok_or_else(|| refused(io::ErrorKind::InvalidInput.into()))?;
    let part = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = write_new(&part, text).and_then(|()| keep_mode(path, &part)).and_then(|()| fs::rename(&part, path));
    written.map_err(|why| {
        let _ = fs::remove_file(&part);
        refused(why)
    })
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())
}

/// A file that is replaced keeps who may read and run it.
fn keep_mode(old: &Path, new: &Path) -> io::Result<()> {
    match fs::metadata(old) {
        Ok(about) => fs::set_permissions(new, about.permissions()),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for one test, removed with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("rzp-disk-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).expect("a folder for the test");
            Folder(fs::canonicalize(path).expect("it is there"))
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_project_begins_at_its_services() {
        let folder = Folder::new("root");
        folder.write(MAIN, "{}");
        folder.write("services/media/sonarr.rzp", "{}");
        let project = Project::around(&folder.0.join("services/media")).expect("a project");
        assert_eq!(project.root, folder.0);
        let path = folder.0.join("services/media/../media/sonarr.rzp");
        assert_eq!(project.inside(&path).as_deref(), Some("services/media/sonarr.rzp"));
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        let (inside, outside) = (Folder::new("in"), Folder::new("out"));
        inside.write("rzp.toml", "");
        inside.write("a.rzp", "1");
        outside.write("secret.rzp", "2");
        let link = |from: &Path, to: &str| std::os::unix::fs::symlink(from, inside.0.join(to)).expect("a link");
        link(&outside.0.join("secret.rzp"), "secret.rzp");
        link(&outside.0, "away");
        link(&inside.0.join("a.rzp"), "b.rzp");
        let world = Project::around(&inside.0).expect("a project").world();
        assert_eq!(world.read("a.rzp").as_deref(), Ok("1"));
        assert_eq!(world.read("b.rzp").as_deref(), Ok("1"));
        assert!(matches!(world.read("secret.rzp"), Err(ReadError::Other(_))));
        assert!(matches!(world.read("away/secret.rzp"), Err(ReadError::Other(_))));
        assert_eq!(world.read("../out/secret.rzp"), Err(ReadError::Missing));
        assert_eq!(world.list("away"), Vec::<String>::new());
        assert!(matches!(world.read(""), Err(ReadError::Other(_))));
    }

    #[test]
    fn writes_leave_no_parts_behind() {
        let folder = Folder::new("write");
        let path = folder.0.join("a.yaml");
        write_whole(&path, "one").expect("written");
        write_whole(&path, "two").expect("written again");
        assert_eq!(fs::read_to_string(&path).expect("read"), "two");
        assert_eq!(fs::read_dir(&folder.0).expect("listed").count(), 1);
        assert!(write_whole(&folder.0.join("none/a.yaml"), "x").is_err());
    }
}
