//! The files of a project as a revision of Git has them.
//!
//! They are read from Git's own store, so nothing on disk changes and no branch has to be checked out. Only what a
//! program may import is read: `.rzp` files and data. A link counts by where it leads, as on disk.

use crate::disk::{Project, plain};
use crate::{library, walk};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::shelf::Shelf;
use rzp_lang::base::suggest;
use rzp_lang::base::world::{ReadError, World};
use rzp_lang::data::file::KINDS;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// So many links may lead to one another.
const LINKS: usize = 8;

/// What an entry of a tree in Git's store says that it is.
const LINK: &str = "120000";

/// The files below a project's root at one revision.
pub struct Tree {
    files: BTreeMap<String, Result<String, ReadError>>,
}

impl Tree {
    /// The files of a library in a folder below the root, as they were.
    pub fn library(&self, folder: &str) -> Shelf {
        let inside = |path: &str| path.strip_prefix(folder)?.strip_prefix('/').map(PathBuf::from);
        let file = |(path, text): (&String, &Result<String, ReadError>)| {
            let name = library::name(Path::new(""), &inside(path).filter(|_| !path.ends_with(walk::TESTS))?)?;
            Some((name, text.clone().ok()?))
        };
        Shelf::of(self.files.iter().filter_map(file).collect())
    }
}

impl World for Tree {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.files.get(path).cloned().unwrap_or(Err(ReadError::Missing))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let inside = |path: &String| {
            let rest = if folder.is_empty() { Some(&**path) } else { path.strip_prefix(folder)?.strip_prefix('/') };
            rest.filter(|name| !name.contains('/')).map(str::to_owned)
        };
        self.files.keys().filter_map(inside).collect()
    }
}

/// An entry of a tree: a file or link with the name of its content.
struct Entry {
    path: String,
    object: String,
    link: bool,
}

/// The project's files at a revision, which is anything that Git takes for one.
pub fn at(project: &Project, revision: &str) -> Result<Tree, Box<Diag>> {
    let root = &project.root;
    let inside = git(root, &["rev-parse", "--is-inside-work-tree"])?;
    if !inside.status.success() {
        return Err(no_repository(root, &inside));
    }
    let asked = format!("{revision}^{{commit}}");
    let commit = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &asked])?;
    if !commit.status.success() {
        return Err(no_revision(root, revision));
    }
    let commit = String::from_utf8_lossy(&commit.stdout).trim().to_owned();
    // In a folder, paths are told from there, and only what lies below it.
    let listed = git(root, &["ls-tree", "-r", "-z", &commit])?;
    let entries: Vec<Entry> = String::from_utf8_lossy(&listed.stdout).split('\0').filter_map(entry).collect();
    let contents = contents(root, &entries).map_err(|why| refused(&why))?;
    Ok(Tree { files: files(&entries, &contents) })
}

/// `100644 blob 8ab6…<tab>services/main.rzp`, if it can be read or leads to something.
fn entry(line: &str) -> Option<Entry> {
    let (about, path) = line.split_once('\t')?;
    let [mode, "blob", object] = about.split(' ').collect::<Vec<_>>()[..] else { return None };
    let kind = path.rsplit_once('.').map_or("", |(_, kind)| kind);
    let link = mode == LINK;
    let read = link || kind == "rzp" || KINDS.contains(&kind);
    read.then(|| Entry { path: path.to_owned(), object: object.to_owned(), link })
}

/// The bytes of each entry, in order.
fn contents(root: &Path, entries: &[Entry]) -> io::Result<Vec<Vec<u8>>> {
    let mut child = command(root, &["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(mut input), Some(output)) = (input, output) else { return Err(io::ErrorKind::BrokenPipe.into()) };
    let asked: String = entries.iter().map(|entry| format!("{}\n", entry.object)).collect();
    // Git answers while it is asked: who wrote all first could wait for ever.
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let mut output = BufReader::new(output);
    let read = entries.iter().map(|_| content(&mut output)).collect::<io::Result<Vec<Vec<u8>>>>();
    let _ = writer.join();
    child.wait()?;
    read
}

/// `<object> blob <size>`, then so many bytes and a line's end.
fn content(output: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let Some(size) = size else { return Err(io::ErrorKind::InvalidData.into()) };
    let mut bytes = Vec::new();
    output.take(size + 1).read_to_end(&mut bytes)?;
    bytes.pop();
    Ok(bytes)
}

fn files(entries: &[Entry], contents: &[Vec<u8>]) -> BTreeMap<String, Result<String, ReadError>> {
    let by_path: BTreeMap<&str, (&Entry, &Vec<u8>)> =
        entries.iter().zip(contents).map(|(entry, bytes)| (&*entry.path, (entry, bytes))).collect();
    let text = |path: &str| {
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            match by_path.get(&*path) {
                None => return Err(ReadError::Missing),
                Some((entry, bytes)) if entry.link => {
                    let leads = std::str::from_utf8(bytes).ok().and_then(|target| joined(&path, target));
                    let outside = || ReadError::Other("a link leads outside the project's root".to_owned());
                    path = leads.ok_or_else(outside)?;
                }
                Some((_, bytes)) => return String::from_utf8((*bytes).clone()).map_err(|_| ReadError::NotUtf8),
            }
        }
        Err(ReadError::Other("links lead to one another".to_owned()))
    };
    entries.iter().map(|entry| (entry.path.clone(), text(&entry.path))).collect()
}

/// Where a link leads from a file on, if that is below the root.
fn joined(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            "" => return None,
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(args).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

fn git(root: &Path, args: &[&str]) -> Result<Output, Box<Diag>> {
    command(root, args).stderr(Stdio::piped()).output().map_err(|why| refused(&why))
}

fn refused(why: &io::Error) -> Box<Diag> {
    let diag = Diag::error(Code::NoRevision, format!("cannot run `git`: {}", plain(why)));
    Box::new(match why.kind() {
        io::ErrorKind::NotFound => diag.help("install Git, or compare two environments: `rzp diff staging production`"),
        _ => diag,
    })
}

fn no_repository(root: &Path, said: &Output) -> Box<Diag> {
    let said = String::from_utf8_lossy(&said.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    let diag = Diag::error(Code::NoRevision, format!("`{}` is in no Git repository", root.display()));
    let diag = if said.is_empty() || said.starts_with("not a git repository") { diag } else { diag.note(said) };
    Box::new(diag.help("compare two environments instead: `rzp diff staging production`"))
}

fn no_revision(root: &Path, revision: &str) -> Box<Diag> {
    let diag = Diag::error(Code::NoRevision, format!("Git knows no revision `{revision}`"));
    let names = git(root, &["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"]);
    let names = names.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let near = suggest::nearest(revision, names.lines());
    Box::new(match (near, revision) {
        (Some(near), _) => diag.help(format!("did you mean `{near}`?")),
        (None, "HEAD") => diag.note("nothing has been committed yet"),
        (None, _) => diag.help("write a branch, a tag or a commit, such as `main` or `HEAD~1`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside_of_the_root() {
        let entry = |path: &str, link| Entry { path: path.to_owned(), object: String::new(), link };
        let entries = [entry("a/x.rzp", false), entry("b.rzp", true), entry("a/c.rzp", true), entry("a/d.rzp", true)];
        let contents = ["1", "a/x.rzp", "../../out.rzp", "d.rzp"].map(|text| text.as_bytes().to_vec());
        let files = files(&entries, &contents);
        assert_eq!(files["b.rzp"].as_deref(), Ok("1"));
        assert!(files["a/c.rzp"].is_err() && files["a/d.rzp"].is_err());
    }

    #[test]
    fn only_what_programs_read_is_taken() {
        assert!(entry("100644 blob 8ab6\tservices/main.rzp").is_some());
        assert!(entry("100644 blob 8ab6\tservices/values.yaml").is_some());
        assert!(entry("100755 blob 8ab6\tbin/tool").is_none());
        assert!(entry("160000 commit 8ab6\tvendor.rzp").is_none());
        assert!(entry("120000 blob 8ab6\tservices/link").is_some());
    }
}
