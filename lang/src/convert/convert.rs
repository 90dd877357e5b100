//! From the text of a data file to a program that gives its value exactly.
//!
//! What was written is run and compared before anybody sees it: a text that is read otherwise than it was meant would be
//! a fault of this program, and is told as one.

use super::comments;
use super::write::write;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::world::MemWorld;
use crate::data::file::read_file;
use crate::data::placed::{Placed, bare};
use crate::data::tree::Data;
use crate::fmt;
use crate::output::json::JsonSink;
use crate::session::{EvalOptions, Format, Session};
use std::rc::Rc;

/// A program, and what is doubtful in the file that it was made of.
pub struct Converted {
    pub text: String,
    pub warnings: Vec<Diag>,
}

/// The program for a data file of a kind, such as `yaml`; `name` is what messages call the file. The sources hold
/// its text afterwards, for those who show the messages.
pub fn convert(kind: &str, name: &str, text: &str, sources: &mut Sources) -> Result<Converted, Vec<Diag>> {
    let file = sources.add(name, text);
    let (tree, warnings) = read_file::<Placed>(kind, file, text).map_err(|diag| vec![diag])?;
    let notes = comments::find(kind, text, &tree);
    let program = write(&tree, &notes, text);
    let program = fmt::format(&program).unwrap_or(program);
    exact(&program, &bare(tree)).map_err(|diag| vec![diag])?;
    Ok(Converted { text: program, warnings })
}

/// Whether a program gives a value to the letter; the error says what it does instead.
pub fn exact(program: &str, meant: &Data) -> Result<(), Diag> {
    match value(program) {
        Ok(given) if given.trim_end() == json(meant) => Ok(()),
        Ok(_) => Err(fault("it would give another value")),
        Err(diags) => {
            let why = diags.first().map(|diag| diag.title.clone()).unwrap_or_default();
            Err(fault(&format!("it would not run: {why}")))
        }
    }
}

fn fault(why: &str) -> Diag {
    let title = format!("this file cannot be written as a program, {why}");
    Diag::error(Code::Unwritable, title).help("leave it as data: `import` reads it as it is")
}

fn value(program: &str) -> Result<String, Vec<Diag>> {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    session.eval_text("main.rzp", program, &EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() })
}

fn json(data: &Data) -> String {
    let mut sink = JsonSink::compact();
    // A tree that was read can be written.
    let _ = data.write(&mut sink);
    sink.finish()
}
