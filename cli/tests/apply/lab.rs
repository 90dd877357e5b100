//! A folder with a stack for a shelf, and the command run in it.

use crate::shelf::{Shelf, TOKEN, stack};
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

pub struct Lab {
    pub root: PathBuf,
    pub shelf: Shelf,
}

#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Lab {
    /// What is on the shelf, and what is wanted there.
    pub fn new(there: &[(&str, &str)], wanted: &[(&str, &str)]) -> Lab {
        Lab::with(there, wanted, "")
    }

    /// The same with more said of the stack.
    pub fn with(there: &[(&str, &str)], wanted: &[(&str, &str)], more: &str) -> Lab {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("rzp-apply-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("services")).expect("a folder for the test");
        fs::write(root.join("services/main.rzp"), "{}\n").expect("written");
        let lab = Lab { root, shelf: Shelf::new(there) };
        lab.wants(wanted, more);
        lab
    }

    pub fn wants(&self, wanted: &[(&str, &str)], more: &str) {
        fs::write(self.root.join("services/stack.rzp"), stack(&self.shelf, wanted, more)).expect("written");
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rzp"));
        command
            .args(args)
            .current_dir(&self.root)
            .env("XDG_STATE_HOME", self.root.join("state"))
            .env("SHELF_TOKEN", TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().expect("the command starts")
    }

    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().expect("the command runs"))
    }

    /// The lines of the journal that a run has left.
    pub fn journal(&self) -> Option<String> {
        fs::read_to_string(self.root.join("state/rzp/test/run.jsonl")).ok()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Run {
    pub fn of(output: Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub fn ends(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "\nout: {}\nerr: {}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn tells(self, text: &str) -> Run {
        assert!(self.err.contains(text), "`{text}` is missing\nout: {}\nerr: {}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn shows(self, text: &str) -> Run {
        assert!(self.out.contains(text), "`{text}` is missing\nout: {}\nerr: {}", self.out, self.err);
        self
    }
}
