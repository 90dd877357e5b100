//! Reading entries: line editing, history, and lines that go on while something is open.

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Editor, Helper};
use rzp_lang::base::codes::Code;
use rzp_lang::base::span::FileId;
use rzp_lang::syntax::lexer::lex;
use std::path::PathBuf;

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
    pub fn new() -> Result<Input, ReadlineError> {
        let mut editor = Editor::new()?;
        editor.set_helper(Some(Lines));
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

    /// Keeps the history. That it cannot be kept is no reason to trouble the user.
    pub fn close(mut self) {
        if let Some(path) = &self.history {
            let folder = path.parent().map(std::fs::create_dir_all);
            if folder.is_some_and(|made| made.is_ok()) {
                let _ = self.editor.save_history(path);
            }
        }
    }
}

fn history_file() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")))?;
    Some(state.join("rzp/history"))
}

/// Tells the editor where an entry ends.
struct Lines;

impl Helper for Lines {}
impl Completer for Lines {
    type Candidate = String;
}
impl Hinter for Lines {
    type Hint = String;
}
impl Highlighter for Lines {}

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
