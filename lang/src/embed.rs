//! Values as a Rust program's own types, for programs that hold the language inside them.
//!
//! The way leads over JSON text: a program gets exactly what `rzp eval` prints, with every field
//! computed and so every annotation checked. What does not fit the Rust type is an error that names
//! the path to it; nothing is rounded or cut to make it fit.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::session::{EvalOptions, Format, Session};
use serde::de::DeserializeOwned;

impl Session {
    /// Evaluates a file of the world and reads its value as a `T`; the options' format does not count.
    pub fn get<T: DeserializeOwned>(&mut self, path: &str, options: &EvalOptions) -> Result<T, Vec<Diag>> {
        let json = self.eval_file(path, &as_json(options))?;
        read(&json)
    }

    /// The same for a text; `name` is what messages call it, and imports are relative to it.
    pub fn get_text<T: DeserializeOwned>(
        &mut self,
        name: &str,
        text: &str,
        options: &EvalOptions,
    ) -> Result<T, Vec<Diag>> {
        let json = self.eval_text(name, text, &as_json(options))?;
        read(&json)
    }
}

fn as_json(options: &EvalOptions) -> EvalOptions {
    EvalOptions { format: Format::JsonCompact, ..options.clone() }
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, Vec<Diag>> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let title = match path.as_str() {
            "." => "the value does not fit the type that the program reads".to_owned(),
            path => format!("`{path}` does not fit the type that the program reads"),
        };
        vec![Diag::error(Code::NoOutput, title).note(without_place(&error.inner().to_string()))]
    })
}

/// A reader's message without the place in the JSON text, which nobody sees.
fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(what, _)| what)
}
