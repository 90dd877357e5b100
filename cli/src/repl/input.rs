//! Reading entries: line editing, history, and lines that go on while something is open.

use super::colour::coloured;
use super::complete::{Wanted, commands, everywhere, is_plain, matching, wanted};
use super::talk::Talk;
use rustyline::completion::{Completer, FilenameCompleter};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};
use rzp_lang::base::codes::Code;
use rzp_lang::base::hidden::Hidden;
use rzp_lang::base::span::FileId;
use rzp_lang::syntax::lexer::lex;
use std::borrow::Cow;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

/// What ends a line that cannot be the end of an entry.
const GOES_ON: [&str; 16] =
    ["=", "=>", "->", ":", "+", "++", "*", "/", "//", "&", "&&", "||", "|>", "with", "then", "else"];

/// What a user did.
pub enum Line {
    Text(String),
    /// Ctrl-C: the entry is given up.
    Dropped,
    /// Ctrl-D, or the end of the input.
    End,
}

pub struct Input {
    editor: Editor<Lines, FileHistory>,
    history: Option<PathBuf>,
}

impl Input {
    pub fn new(talk: Rc<RefCell<Talk>>, coloured: bool) -> Result<Input, ReadlineError> {
        let colours = if coloured { ColorMode::Enabled } else { ColorMode::Disabled };
        let config = Config::builder().color_mode(colours).completion_type(CompletionType::List);
        let mut editor = Editor::with_config(config.history_ignore_dups(true)?.build())?;
        editor.set_helper(Some(Lines { talk, files: FilenameCompleter::new(), coloured }));
        let history = history_file();
        if let Some(path) = &history {
            // Without an earlier history one starts with none.
            let _ = editor.load_history(path);
        }
        Ok(Input { editor, history })
    }

    pub fn read(&mut self) -> Result<Line, ReadlineError> {
        match self.editor.readline("rzp> ") {
            Ok(text) => {
                let _ = self.editor.add_history_entry(text.trim_end());
                Ok(Line::Text(text))
            }
            Err(ReadlineError::Interrupted) => Ok(Line::Dropped),
            Err(ReadlineError::Eof) => Ok(Line::End),
            Err(other) => Err(other),
        }
    }

    /// Keeps the history, without the lines that hold a secret. That it cannot be kept is no reason to
    /// trouble the user.
    pub fn close(mut self, hidden: &Hidden) {
        let lines: Vec<String> = self.editor.history().iter().cloned().collect();
        if lines.iter().any(|line| !hidden.ranges(line).is_empty()) {
            let _ = self.editor.clear_history();
            for line in lines.iter().filter(|line| hidden.ranges(line).is_empty()) {
                let _ = self.editor.add_history_entry(line);
            }
        }
        if let Some(path) = &self.history {
            let folder = path.parent().map(std::fs::create_dir_all);
            if folder.is_some_and(|made| made.is_ok()) {
                let _ = self.editor.save_history(path);
            }
        }
    }
}

/// Where the system keeps what programs remember for a user.
fn history_file() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let local = || set(if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_STATE_HOME" });
    let home = || Some(set("HOME")?.join(".local/state"));
    Some(local().or_else(home)?.join("rzp/history"))
}

/// Tells the editor where an entry ends, how it looks, and how a word could go on.
struct Lines {
    talk: Rc<RefCell<Talk>>,
    files: FilenameCompleter,
    coloured: bool,
}

impl Helper for Lines {}

impl Hinter for Lines {
    type Hint = String;
}

impl Highlighter for Lines {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.coloured { Cow::Owned(coloured(line)) } else { Cow::Borrowed(line) }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.coloured { Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m")) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.coloured && kind != CmdKind::MoveCursor
    }
}

impl Completer for Lines {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, context: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = line.get(..pos).unwrap_or_default();
        let (start, wanted) = wanted(before);
        let part = before.get(start..).unwrap_or_default();
        let candidates: Vec<String> = match wanted {
            Wanted::Nothing => Vec::new(),
            Wanted::Command => commands().collect(),
            Wanted::File => {
                let (start, pairs) = self.files.complete(line, pos, context)?;
                return Ok((start, pairs.into_iter().map(|pair| pair.replacement).collect()));
            }
            Wanted::Field(path) => {
                let fields = self.talk.try_borrow_mut().map(|mut talk| talk.fields(&path)).unwrap_or_default();
                fields.into_iter().filter(|name| is_plain(name)).collect()
            }
            Wanted::Name(bound) => {
                let kept = self.talk.try_borrow().map(|talk| talk.names()).unwrap_or_default();
                everywhere().chain(bound).chain(kept).filter(|name| name != part).collect()
            }
        };
        Ok((start, matching(part, candidates)))
    }
}

impl Validator for Lines {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        let more = goes_on(context.input());
        Ok(if more { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// Whether an entry needs more lines: an open bracket or block string, or an operator at its end.
/// An empty line ends every entry.
fn goes_on(text: &str) -> bool {
    let last = text.rsplit('\n').next().unwrap_or_default();
    if text.trim_start().starts_with(':') || last.trim().is_empty() {
        return false;
    }
    let lexed = lex(FileId::default(), text);
    let slice = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
    let mut open = 0;
    let mut end = "";
    for token in &lexed.tokens {
        end = slice(token.start, token.end);
        match end {
            "(" | "[" | "{" => open += 1,
            ")" | "]" | "}" => open -= 1,
            _ => {}
        }
    }
    let block = lexed.diags.iter().filter(|diag| diag.code == Code::Unclosed).filter_map(|diag| diag.place());
    let block = block.map(|loc| slice(loc.span.start, loc.span.end)).any(|opener| opener.contains("\"\"\""));
    open > 0 || block || GOES_ON.contains(&end)
}

#[cfg(test)]
mod tests {
    use super::goes_on;

    #[test]
    fn an_entry_goes_on_while_something_is_open() {
        for text in ["{", "[1,\n 2,", "let x =", "f(", "\"\"\"\n a", "1 +", "{ a = \"}\"", "{ a = 1 } with"] {
            assert!(goes_on(text), "{text}");
        }
        for text in ["1", "{ a = 1 }", "}", "{\n", ":load {", "\"a {\"", "# {", "\"abc"] {
            assert!(!goes_on(text), "{text}");
        }
    }
}
