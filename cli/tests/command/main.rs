//! The command as its users meet it: the built binary, run in a folder of its own.

mod build;
mod cache;
mod calls;
mod check;
mod cluster;
mod convert;
mod diff;
mod import;
mod eval;
mod explain;
mod faults;
mod graph;
mod init;
mod insight;
mod jobs;
mod lift;
mod lsp;
mod repl;
mod secrets;
mod simulate;
mod test;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder with files for one test, removed with it.
struct Folder {
    root: PathBuf,
}

/// What a run gave.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Folder {
    /// Files as `(path, text)`. An `rzp.toml` makes the folder a project.
    fn new(files: &[(&str, &str)]) -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("rzp-command-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).expect("a folder for the test");
        let folder = Folder { root: fs::canonicalize(root).expect("it is there") };
        folder.write("rzp.toml", "");
        files.iter().for_each(|(path, text)| folder.write(path, text));
        folder
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    /// All files below a folder by their paths, sorted.
    fn list(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.path(folder)];
        while let Some(at) = open.pop() {
            for entry in fs::read_dir(&at).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() { open.push(path) } else { found.push(shown(&path, &self.path(folder))) }
            }
        }
        found.sort();
        found
    }

    fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, "", "")
    }

    /// Runs the command in a folder below the root, with a text as its input.
    fn run_with(&self, args: &[&str], below: &str, input: &str) -> Run {
        run(self.start(args, below), input.as_bytes())
    }

    fn run_bytes(&self, args: &[&str], input: &[u8]) -> Run {
        run(self.start(args, ""), input)
    }

    /// The command in a folder below the root, with all its streams piped.
    fn start(&self, args: &[&str], below: &str) -> Child {
        Command::new(env!("CARGO_BIN_EXE_rzp"))
            .args(args)
            .current_dir(self.path(below))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_CACHE_HOME", self.path(".cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts")
    }
}

fn run(mut child: Child, input: &[u8]) -> Run {
    // A run that reads nothing may be over before it is written to.
    let _ = child.stdin.take().expect("piped").write_all(input);
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).expect("below").to_string_lossy().into_owned()
}

impl Run {
    #[track_caller]
    fn ends(self, code: i32) -> Run {
        assert_eq!(self.code, code, "\nout: {}\nerr: {}", self.out, self.err);
        self
    }

    #[track_caller]
    fn prints(self, expected: &str) -> Run {
        assert_eq!(self.out, expected, "\nerr: {}", self.err);
        self
    }

    /// All that is told beside the result.
    #[track_caller]
    fn tells(self, expected: &str) -> Run {
        assert_eq!(self.err.trim(), expected.trim(), "\n{}", self.err);
        self
    }

    #[track_caller]
    fn mentions(self, part: &str) -> Run {
        assert!(self.err.contains(part), "`{part}` is not in:\n{}", self.err);
        self
    }
}
