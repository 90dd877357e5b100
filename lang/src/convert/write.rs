//! Data as a program: braces and brackets, paths for records of one field, and the comments where they stood.
//!
//! A comment on a line of its own comes before what followed it, one behind a value stays behind it. What is copied from
//! an anchor of YAML is written out, with the comments where they stand first.

use super::comments::Note;
use super::kinds::{Names, Object, Objects, Tie};
use super::literal::{block, name, scalar};
use crate::data::keys::Key;
use crate::data::placed::{Node, Placed};
use crate::data::tree::Data;

/// A record or list that is no longer than this may stand on one line.
const SHORT: usize = 60;
/// Records of so many fields may.
const FEW: usize = 3;

struct Writer<'a> {
    objects: &'a Objects,
    names: Names,
    text: &'a str,
    notes: &'a [Note],
    /// The next note that is not written.
    next: usize,
    out: String,
    indent: usize,
}

/// The program for a tree whose file has this text and these comments; `objects` are written with their schemas.
pub fn write(tree: &Placed, notes: &[Note], text: &str, objects: &Objects) -> String {
    let names = Names::of(objects);
    let mut writer = Writer { objects, names, text, notes, next: 0, out: String::new(), indent: 0 };
    writer.notes_before(start(tree));
    if !writer.names.lines.is_empty() {
        writer.out.push_str(&writer.names.lines);
        writer.out.push('\n');
    }
    writer.value(tree, usize::MAX);
    writer.end_line(end(tree));
    writer.notes_before(usize::MAX);
    writer.out
}

/// Where what a value holds begins.
fn start(tree: &Placed) -> usize {
    let first = match &tree.node {
        Node::Record(fields) => fields.first().map(|(key, _)| key.1.start),
        Node::List(items) => items.first().map(|item| start(item) as u32),
        Node::Scalar(_) => None,
    };
    first.unwrap_or(tree.at.start).max(tree.at.start) as usize
}

/// Where the last thing ends that a value holds. Its own place may reach up to whatever comes next.
fn end(tree: &Placed) -> usize {
    let last = match &tree.node {
        Node::Record(fields) => fields.iter().map(|(_, value)| end(value)).max(),
        Node::List(items) => items.iter().map(end).max(),
        Node::Scalar(_) => None,
    };
    last.unwrap_or(tree.at.end as usize)
}

/// The path of records of one field that begins with a field, and what stands at its end.
fn path<'t>(key: &Key, value: &'t Placed, free: &impl Fn(usize, usize) -> bool) -> (String, &'t Placed) {
    let mut shown = name(&key.0.text());
    let mut at = value;
    while let Node::Record(fields) = &at.node
        && let [(inner, below)] = &fields[..]
        && free(key.1.start as usize, start(below))
    {
        shown.push('.');
        shown.push_str(&name(&inner.0.text()));
        at = below;
    }
    (shown, at)
}

impl Writer<'_> {
    fn line(&mut self) {
        self.out.push_str(&"  ".repeat(self.indent));
    }

    /// Whether no comment stands between two places.
    fn is_free(&self, from: usize, to: usize) -> bool {
        let first = self.notes.partition_point(|note| note.at < from);
        self.notes.get(first).is_none_or(|note| note.at >= to)
    }

    /// The comments before a place, each on a line of its own.
    fn notes_before(&mut self, place: usize) {
        while let Some(note) = self.notes.get(self.next).filter(|note| note.at < place) {
            self.line();
            self.out.push_str(format!("# {}", note.text).trim_end());
            self.out.push('\n');
            self.next += 1;
        }
    }

    /// Ends a line, with the comment that stood behind what ended at a place.
    fn end_line(&mut self, end: usize) {
        let behind = |note: &&Note| !note.alone && self.text.get(end..note.at).is_some_and(|gap| !gap.contains('\n'));
        if let Some(note) = self.notes.get(self.next).filter(behind) {
            self.out.push_str(format!(" # {}", note.text).trim_end());
            self.next += 1;
        }
        self.out.push('\n');
    }

    /// The comments that stand in a block of this column, and before what follows it. Those at the end of the file
    /// stay there.
    fn notes_within(&mut self, column: usize, until: usize) {
        if self.indent == 1 {
            return;
        }
        let inside = |note: &&Note| note.alone && note.at < until && column <= self.column(note.at);
        let more = self.notes[self.next..].iter().take_while(inside).count();
        if let Some(last) = more.checked_sub(1) {
            self.notes_before(self.notes[self.next + last].at + 1);
        }
    }

    fn column(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |line| line + 1)
    }

    /// `until` is where the next thing begins that is not part of the value.
    fn value(&mut self, tree: &Placed, until: usize) {
        if let (Node::Record(fields), Some(object)) = (&tree.node, self.objects.get(&tree.at.start)) {
            return self.object(object, fields, until);
        }
        if let Some(short) = self.short(tree) {
            return self.out.push_str(&short);
        }
        match &tree.node {
            Node::Scalar(Data::Str(text)) => self.string(text),
            Node::Scalar(data) => self.out.push_str(&scalar(data)),
            Node::List(items) => self.list(items, until),
            Node::Record(fields) => self.record(fields, until),
        }
    }

    /// A value on one line, if it has room there and no comment.
    fn short(&self, tree: &Placed) -> Option<String> {
        let text = match &tree.node {
            Node::Scalar(Data::Str(text)) if block(text).is_some() => return None,
            Node::Scalar(data) => return Some(scalar(data)),
            Node::List(items) if items.is_empty() => return Some("[]".to_owned()),
            Node::Record(fields) if fields.is_empty() => return Some("{}".to_owned()),
            Node::List(items) => {
                let each: Option<Vec<String>> = items.iter().map(flat).collect();
                format!("[{}]", each?.join(", "))
            }
            Node::Record(fields) if fields.len() <= FEW => {
                let field = |(key, value): &(Key, Placed)| Some(format!("{} = {}", name(&key.0.text()), flat(value)?));
                let each: Option<Vec<String>> = fields.iter().map(field).collect();
                format!("{{ {} }}", each?.join(", "))
            }
            Node::Record(_) => return None,
        };
        let free = self.is_free(start(tree), end(tree));
        (free && text.chars().count() <= SHORT).then_some(text)
    }

    fn string(&mut self, text: &str) {
        let Some((open, lines)) = block(text) else { return self.out.push_str(&scalar(&Data::Str(text.into()))) };
        self.out.push_str(open);
        self.out.push('\n');
        self.indent += 1;
        for line in lines {
            if !line.is_empty() {
                self.line();
            }
            self.out.push_str(&line);
            self.out.push('\n');
        }
        self.line();
        self.out.push_str("\"\"\"");
        self.indent -= 1;
    }

    fn list(&mut self, items: &[Placed], until: usize) {
        self.out.push_str("[\n");
        self.indent += 1;
        for (index, item) in items.iter().enumerate() {
            self.notes_before(start(item));
            self.line();
            self.value(item, items.get(index + 1).map_or(until, start));
            self.out.push(',');
            self.end_line(end(item));
        }
        if let Some(first) = items.first() {
            self.notes_within(self.column(start(first)).saturating_sub(1), until);
        }
        self.indent -= 1;
        self.line();
        self.out.push(']');
    }

    /// A Kubernetes object: its schema says what kind it is.
    fn object(&mut self, object: &Object, fields: &[(Key, Placed)], until: usize) {
        let name = self.names.name(object);
        match object.tie {
            Tie::With => {
                self.out.push_str(&format!("{name} with "));
                self.fields(fields, until, &|name| matches!(name, "apiVersion" | "kind"));
            }
            Tie::Annotation => {
                self.out.push('(');
                self.fields(fields, until, &|_| false);
                self.out.push_str(&format!(" : {name})"));
            }
        }
    }

    fn record(&mut self, fields: &[(Key, Placed)], until: usize) {
        self.fields(fields, until, &|_| false);
    }

    /// The fields but for those that are left out, whose comments stay.
    fn fields(&mut self, fields: &[(Key, Placed)], until: usize, left_out: &dyn Fn(&str) -> bool) {
        self.out.push_str("{\n");
        self.indent += 1;
        for (index, (key, value)) in fields.iter().enumerate() {
            if left_out(&key.0.text()) {
                continue;
            }
            self.notes_before(key.1.start as usize);
            let (shown, value) = path(key, value, &|from, to| self.is_free(from, to));
            self.line();
            self.out.push_str(&shown);
            self.out.push_str(" = ");
            self.value(value, fields.get(index + 1).map_or(until, |(next, _)| next.1.start as usize));
            self.end_line(end(value));
        }
        if let Some((first, _)) = fields.first() {
            self.notes_within(self.column(first.1.start as usize), until);
        }
        self.indent -= 1;
        self.line();
        self.out.push('}');
    }
}

/// A scalar that can stand among others on a line.
fn flat(tree: &Placed) -> Option<String> {
    match &tree.node {
        Node::Scalar(Data::Str(text)) if text.contains('\n') => None,
        Node::Scalar(data) => Some(scalar(data)),
        Node::List(items) if items.is_empty() => Some("[]".to_owned()),
        Node::Record(fields) if fields.is_empty() => Some("{}".to_owned()),
        _ => None,
    }
}
