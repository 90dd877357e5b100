//! Definitions as the text of a module.

use super::shape::Shape;
use super::types::{Writer, doc, lost};
use crate::convert::literal::name;
use crate::fmt;
use indexmap::IndexMap;

/// What a module is made of.
#[derive(Default)]
pub struct Module {
    /// What its first lines say.
    pub about: String,
    pub definitions: IndexMap<String, Shape>,
    /// The definition that is the module's value; all of them by name if there is none.
    pub root: Option<String>,
    /// Other modules by the names that its types know them by.
    pub imports: Vec<(String, String)>,
    /// Whether fields start from their defaults.
    pub defaults: bool,
}

/// What definitions call the record that they are in.
const DEFINITIONS: &str = "types";

impl Module {
    /// The program, in the one layout.
    pub fn text(&self) -> String {
        let writer = Writer { defaults: self.defaults, ..Writer::new(DEFINITIONS, &self.definitions) };
        let alone = self.root.as_ref().filter(|_| self.definitions.len() == 1);
        let alone = alone.and_then(|root| self.definitions.get(root));
        let (about, body) = match alone.map(|shape| (shape, writer.whole(shape))) {
            Some((shape, text)) if !writer.refers.get() => {
                (format!("{}\n\n{}", shape.doc, self.about), format!("{}{text}\n", lost(shape)))
            }
            _ => (self.about.clone(), self.record(&writer)),
        };
        let text = format!("{}{}{body}", doc(about.trim(), None), self.head(&writer));
        fmt::format(&text).unwrap_or(text)
    }

    fn head(&self, writer: &Writer) -> String {
        let library: Vec<&str> = writer.library.borrow().iter().copied().collect();
        let mut head = String::new();
        if !library.is_empty() {
            head += &format!("let {{ {} }} = import \"std/core/types\"\n", library.join(", "));
        }
        for (name, path) in &self.imports {
            head += &format!("let {name} = import {path:?}\n");
        }
        head
    }

    fn record(&self, writer: &Writer) -> String {
        let mut fields = Vec::new();
        for (label, shape) in &self.definitions {
            fields.push(format!("{}{}{} = {}\n", lost(shape), doc(&shape.doc, None), name(label), writer.whole(shape)));
        }
        let fields = fields.join("\n");
        let own = if writer.refers.get() { format!("let {DEFINITIONS} = self\n\n") } else { String::new() };
        let root = self.root.as_ref().map(|root| format!(".{}", name(root))).unwrap_or_default();
        format!("{{\n{own}{fields}}}{root}\n")
    }
}
