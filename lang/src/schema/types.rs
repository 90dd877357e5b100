//! Shapes as types of the language.
//!
//! A shape is written for the kinds of value that can come to its place: within a record, `{"required": ["a"]}` is
//! `{ a : Any, ... }`, where for itself it would let all other kinds pass.

use super::combine::{is_open, only_record, takes_all};
use super::shape::{Field, Holds, Kinds, List, Mask, Merge, Number, Others, Record, Set, Shape, Text};
use crate::calc::text::wrap;
use crate::convert::literal::{name, scalar};
use crate::data::tree::Data;
use indexmap::IndexMap;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// How a line is at most filled with documentation, its indentation aside.
const DOC: usize = 96;

/// How loosely an expression holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Union,
    Meet,
    Atom,
}

struct Expr {
    text: String,
    level: Level,
}

impl Expr {
    fn atom(text: impl Into<String>) -> Expr {
        Expr { text: text.into(), level: Level::Atom }
    }

    /// The text where an expression of at least this level can stand.
    fn at(self, level: Level) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text }
    }
}

/// Writes the types of one module.
pub struct Writer<'a> {
    /// The fields' defaults become definitions.
    pub defaults: bool,
    /// The record of the definitions, by the name that it has inside.
    pub definitions: &'static str,
    /// Whether a type names a definition.
    pub refers: Cell<bool>,
    /// The definitions.
    pub known: &'a IndexMap<String, Shape>,
    /// What is used of `std/core/types`.
    pub library: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Writer<'a> {
    /// A writer for a module with these definitions, which it calls by a name of their record.
    pub fn new(definitions: &'static str, known: &'a IndexMap<String, Shape>) -> Writer<'a> {
        Writer { defaults: false, definitions, refers: Cell::new(false), known, library: RefCell::default() }
    }

    /// A type that stands for itself.
    pub fn whole(&self, shape: &Shape) -> String {
        let kinds = match &shape.set {
            Set::Kinds(kinds) => only_record(kinds).filter(|record| record.is_plain()),
            _ => None,
        };
        match kinds {
            Some(record) => format!("schema {}", self.braces(record, true)),
            None => self.expr(shape, Mask::ALL).text,
        }
    }

    fn expr(&self, shape: &Shape, within: Mask) -> Expr {
        match &shape.set {
            Set::Any => Expr::atom("Any"),
            Set::Never => Expr::atom("std.contract.not(Any)"),
            Set::Named(name) => {
                self.refers.set(true);
                Expr::atom(format!("{}.{name}", self.definitions))
            }
            Set::Written(text) => Expr::atom(text.clone()),
            Set::OneOf(values) => one_of(values),
            Set::Kinds(kinds) => self.kinds(kinds, within),
            Set::All(all) => self.all(all, within),
            Set::Union(some) => {
                let each: Vec<String> = some.iter().map(|shape| self.expr(shape, within).at(Level::Meet)).collect();
                Expr { text: each.join(" | "), level: Level::Union }
            }
            Set::Some(some) => Expr::atom(format!("std.contract.any_of({})", self.listed(some, within))),
            Set::Exactly(some) => Expr::atom(format!("std.contract.exactly_one({})", self.listed(some, within))),
            Set::Not(inner) => Expr::atom(format!("std.contract.not({})", self.expr(inner, within).text)),
            Set::If(parts) => {
                let each: Vec<String> = parts.iter().map(|shape| self.expr(shape, within).text).collect();
                Expr::atom(format!("std.contract.if_in({})", each.join(", ")))
            }
        }
    }

    fn listed(&self, shapes: &[Shape], within: Mask) -> String {
        let each: Vec<String> = shapes.iter().map(|shape| self.noted(shape, within)).collect();
        if shapes.iter().all(|shape| lost(shape).is_empty()) {
            return format!("[{}]", each.join(", "));
        }
        format!("[\n{}\n]", each.join("\n"))
    }

    /// An element of a list of types, with what is lost of it before it.
    fn noted(&self, shape: &Shape, within: Mask) -> String {
        let text = self.expr(shape, within).text;
        let lost = lost(shape);
        if lost.is_empty() { text } else { format!("{lost}{text},") }
    }

    fn all(&self, all: &[Shape], within: Mask) -> Expr {
        let within = all.iter().map(|shape| shape.set.mask()).fold(within, Mask::and);
        let mut parts = Vec::new();
        let open = |shape: &Shape| match &shape.set {
            Set::Named(name) => self.known.get(name).is_some_and(|shape| is_open_record(&shape.set)),
            set => is_open_record(set),
        };
        // Two record types become one that has the fields of both, which is closed unless both are open.
        let joins = all.iter().all(|shape| open(shape) || !may_be_record(&shape.set));
        let mut records = 0;
        for shape in all {
            let part = self.expr(shape, within);
            if part.text == "Any" {
                continue;
            }
            let record = may_be_record(&shape.set);
            records += usize::from(record);
            let apart = record && records > 1 && !joins;
            let part = if apart { Expr::atom(format!("std.contract.any_of([{}])", part.text)) } else { part };
            parts.push(part.at(Level::Meet));
        }
        match parts.len() {
            0 => Expr::atom("Any"),
            1 => Expr { text: parts.remove(0), level: Level::Meet },
            _ => Expr { text: parts.join(" & "), level: Level::Meet },
        }
    }

    fn kinds(&self, kinds: &Kinds, within: Mask) -> Expr {
        let has = |at: usize| within.0[at];
        let full = Kinds::all();
        let mask = kinds.mask();
        let same = (!has(0) || kinds.null)
            && (!has(1) || kinds.boolean)
            && (!has(2) || kinds.number == full.number)
            && (!has(3) || kinds.text == full.text)
            && (!has(4) || kinds.list == full.list)
            && (!has(5) || kinds.record == full.record);
        if same {
            return Expr::atom("Any");
        }
        let mut parts: Vec<Expr> = Vec::new();
        if has(1) && kinds.boolean {
            parts.push(Expr::atom("Bool"));
        }
        if let Some(number) = kinds.number.as_ref().filter(|_| has(2)) {
            parts.push(self.number(number));
        }
        if let Some(text) = kinds.text.as_ref().filter(|_| has(3)) {
            parts.push(self.text(text));
        }
        if let Some(list) = kinds.list.as_ref().filter(|_| has(4)) {
            parts.push(self.list(list));
        }
        if let Some(record) = kinds.record.as_ref().filter(|_| has(5)) {
            parts.push(self.record(record));
        }
        let null = mask.0[0] && has(0);
        if parts.is_empty() {
            return Expr::atom(if null { "Null" } else { "std.contract.not(Any)" });
        }
        let only = (parts.len() == 1).then(|| parts.remove(0));
        let union = only.unwrap_or_else(|| {
            let each: Vec<String> = parts.into_iter().map(|part| part.at(Level::Meet)).collect();
            Expr { text: each.join(" | "), level: Level::Union }
        });
        if null { Expr::atom(format!("{}?", union.at(Level::Atom))) } else { union }
    }

    fn library(&self, name: &'static str) -> String {
        self.library.borrow_mut().insert(name);
        name.to_owned()
    }

    fn number(&self, number: &Number) -> Expr {
        let base = match number.format {
            Some(format) => self.library(format),
            None => if number.whole { "Int" } else { "Number" }.to_owned(),
        };
        let bounds = [(">=", &number.low), (">", &number.above), ("<=", &number.high), ("<", &number.below)];
        let bounds = bounds.into_iter().filter_map(|(sign, bound)| Some(format!("{sign}{}", scalar(bound.as_ref()?))));
        let multiple = number.multiple.as_ref().map(|by| format!("std.contract.multiple_of({})", scalar(by)));
        meet(base, bounds.chain(multiple).collect())
    }

    fn text(&self, text: &Text) -> Expr {
        let base = text.format.map_or_else(|| "String".to_owned(), |format| self.library(format));
        let mut checks = Vec::new();
        if let Some(pattern) = &text.pattern {
            checks.push(format!("=~{}", scalar(&Data::Str(pattern.as_str().into()))));
        }
        match text.least {
            Some(1) => checks.push("!=\"\"".to_owned()),
            Some(least) => checks.push(format!("std.contract.min_length({least})")),
            None => {}
        }
        checks.extend(text.most.map(|most| format!("std.contract.max_length({most})")));
        meet(base, checks)
    }

    fn list(&self, list: &List) -> Expr {
        let items = self.expr(&list.items, Mask::ALL).text;
        let base = match &list.merge {
            _ if !list.first.is_empty() => "[Any]".to_owned(),
            Merge::Replace => format!("[{items}]"),
            Merge::Set => format!("std.list.set({items})"),
            Merge::Keyed(keys) => match &keys[..] {
                [key] => format!("std.list.keyed_by({items}, {key:?})"),
                keys => format!("std.list.keyed_by({items}, {keys:?})"),
            },
        };
        let mut checks = Vec::new();
        if !list.first.is_empty() {
            checks.push(format!("std.contract.tuple({}, {items})", self.listed(&list.first, Mask::ALL)));
        }
        checks.extend(list.least.map(|least| format!("std.contract.min_length({least})")));
        checks.extend(list.most.map(|most| format!("std.contract.max_length({most})")));
        match &list.merge {
            _ if !list.unique => {}
            Merge::Keyed(keys) => checks.push(format!("std.contract.unique_keys({keys:?})")),
            Merge::Set | Merge::Replace => checks.push("std.contract.unique".to_owned()),
        }
        if let Some(Holds { shape, least, most }) = &list.holds {
            let most = most.map_or_else(|| "null".to_owned(), |most| most.to_string());
            checks.push(format!("std.contract.some({}, {least}, {most})", self.expr(shape, Mask::ALL).text));
        }
        meet(base, checks)
    }

    fn record(&self, record: &Record) -> Expr {
        let mut checks = record.checks();
        for (pattern, shape) in record.extra_patterns() {
            let pattern = scalar(&Data::Str(pattern.as_str().into()));
            checks.push(format!("std.contract.fields_like({pattern}, {})", self.expr(shape, Mask::ALL).text));
        }
        if record.has_extra_patterns() && record.others != Others::Any {
            let names: Vec<String> =
                record.fields.keys().map(|name| scalar(&Data::Str(name.as_str().into()))).collect();
            let patterns = record.patterns.iter().map(|(pattern, _)| scalar(&Data::Str(pattern.as_str().into())));
            let patterns: Vec<String> = patterns.collect();
            let other = match &record.others {
                Others::In(shape) => self.expr(shape, Mask::ALL).text,
                _ => "std.contract.not(Any)".to_owned(),
            };
            checks.push(format!(
                "std.contract.other_fields([{}], [{}], {other})",
                names.join(", "),
                patterns.join(", ")
            ));
        }
        if let Some(names) = &record.names {
            checks.push(format!("std.contract.each_name({})", self.expr(names, Mask::ALL).text));
        }
        for (name, shape) in &record.needs {
            let name = scalar(&Data::Str(name.as_str().into()));
            checks.push(format!("std.contract.field_needs({name}, {})", self.expr(shape, Mask::RECORD).text));
        }
        meet(self.braces(record, false), checks)
    }

    /// The fields of a record; with their defaults in a schema that users start from.
    fn braces(&self, record: &Record, schema: bool) -> String {
        if takes_all(record) && !schema {
            return "{ ... }".to_owned();
        }
        let rest = match &record.others {
            Others::Any => Some("...".to_owned()),
            _ if record.has_extra_patterns() => Some("...".to_owned()),
            Others::None if !record.patterns.is_empty() => record.patterns.first().map(|(pattern, shape)| {
                let pattern = scalar(&Data::Str(pattern.as_str().into()));
                format!("[String & =~{pattern}] : {}", self.expr(shape, Mask::ALL).text)
            }),
            Others::None => None,
            Others::In(shape) => Some(format!("[String] : {}", self.expr(shape, Mask::ALL).text)),
        };
        let mut lines: Vec<String> =
            record.fields.iter().map(|(name, field)| self.field(name, field, schema)).collect();
        lines.extend(rest);
        match &lines[..] {
            [] => "{}".to_owned(),
            [only] if !only.contains('\n') => format!("{{ {only} }}"),
            lines => format!("{{\n{}\n}}", lines.join("\n")),
        }
    }

    fn field(&self, label: &str, field: &Field, schema: bool) -> String {
        let Field { shape, required, value } = field;
        let ty = self.expr(shape, Mask::ALL).text;
        let default = shape.default.as_ref().map(data);
        let field = match (value, &default) {
            (Some(value), _) => format!("{} : {ty} = {}", name(label), data(value)),
            (None, Some(value)) if schema && self.defaults => format!("default {} : {ty} = {value}", name(label)),
            _ => format!("{}{} : {ty}", name(label), if *required { "" } else { "?" }),
        };
        let told = !schema || !self.defaults;
        let default = default.filter(|value| told && !value.contains('\n'));
        format!("{}{}{field}", lost(shape), doc(&shape.doc, default.as_deref()))
    }
}

impl Record {
    /// Checks of the record as a whole.
    fn checks(&self) -> Vec<String> {
        let least = self.least.map(|least| format!("std.contract.min_length({least})"));
        let most = self.most.map(|most| format!("std.contract.max_length({most})"));
        least.into_iter().chain(most).collect()
    }

    /// Whether braces say all of it.
    fn is_plain(&self) -> bool {
        self.checks().is_empty() && !self.has_extra_patterns() && self.names.is_none() && self.needs.is_empty()
    }

    /// Whether the names of its patterns are more than braces can say.
    fn has_extra_patterns(&self) -> bool {
        let overlap =
            |pattern: &str| self.fields.keys().any(|name| crate::calc::regex::is_match(pattern, name).unwrap_or(true));
        match &self.patterns[..] {
            [] => false,
            [(pattern, _)] => self.others != Others::None || overlap(pattern),
            _ => true,
        }
    }

    fn extra_patterns(&self) -> &[(String, Shape)] {
        if self.has_extra_patterns() { &self.patterns } else { &[] }
    }
}

/// Whether a set is all records with some fields.
fn is_open_record(set: &Set) -> bool {
    matches!(set, Set::Kinds(kinds) if only_record(kinds).is_some_and(is_open))
}

/// Whether a set is written as a record type, or as a name that may be one.
fn may_be_record(set: &Set) -> bool {
    match set {
        Set::Kinds(kinds) => kinds.record.is_some(),
        set => matches!(set, Set::Named(_)),
    }
}

fn meet(base: String, checks: Vec<String>) -> Expr {
    if checks.is_empty() {
        return Expr::atom(base);
    }
    Expr { text: format!("{base} & {}", checks.join(" & ")), level: Level::Meet }
}

/// One of some values: literals where they are scalars.
fn one_of(values: &[Data]) -> Expr {
    if values.is_empty() {
        return Expr::atom("std.contract.not(Any)");
    }
    if values.iter().any(|value| matches!(value, Data::List(_) | Data::Record(_))) {
        let each: Vec<String> = values.iter().map(data).collect();
        return Expr::atom(format!("std.contract.one_of([{}])", each.join(", ")));
    }
    let plain: Vec<String> = values.iter().filter(|value| **value != Data::Null).map(scalar).collect();
    let nullable = plain.len() < values.len();
    match (&plain[..], nullable) {
        ([], _) => Expr::atom("Null"),
        ([only], false) => Expr::atom(only.clone()),
        ([only], true) => Expr::atom(format!("{only}?")),
        (all, false) => Expr { text: all.join(" | "), level: Level::Union },
        (all, true) => Expr::atom(format!("({})?", all.join(" | "))),
    }
}

/// A value as the language writes it.
pub fn data(value: &Data) -> String {
    match value {
        Data::List(items) => format!("[{}]", items.iter().map(data).collect::<Vec<_>>().join(", ")),
        Data::Record(fields) if fields.is_empty() => "{}".to_owned(),
        Data::Record(fields) => {
            let field = |(label, value): &(crate::base::symbol::Symbol, Data)| {
                format!("{} = {}", name(&label.text()), data(value))
            };
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        scalar_value => scalar(scalar_value),
    }
}

/// What could not be kept, in comments before what it belongs to.
pub fn lost(shape: &Shape) -> String {
    let mut lines = Vec::new();
    lost_within(shape, &mut lines);
    lines.iter().map(|line| format!("# not carried over: {}\n", line.replace('\n', " "))).collect()
}

/// Also of the parts that have no line of their own: fields and listed alternatives do.
fn lost_within<'s>(shape: &'s Shape, out: &mut Vec<&'s str>) {
    for line in &shape.lost {
        if !out.contains(&&**line) {
            out.push(line);
        }
    }
    let mut each = |shapes: &mut dyn Iterator<Item = &'s Shape>| shapes.for_each(|shape| lost_within(shape, out));
    match &shape.set {
        Set::All(shapes) | Set::Union(shapes) => each(&mut shapes.iter()),
        Set::Not(inner) => each(&mut std::iter::once(&**inner)),
        Set::If(parts) => each(&mut parts.iter()),
        Set::Kinds(kinds) => {
            if let Some(list) = &kinds.list {
                let holds = list.holds.iter().map(|holds| &*holds.shape);
                each(&mut std::iter::once(&list.items).chain(holds));
            }
            if let Some(record) = &kinds.record {
                each(&mut record.patterns.iter().chain(&record.needs).map(|(_, shape)| shape));
                each(&mut record.names.iter());
                if let Others::In(inner) = &record.others {
                    each(&mut std::iter::once(&**inner));
                }
            }
        }
        Set::Any | Set::Never | Set::Named(_) | Set::Written(_) | Set::OneOf(_) | Set::Some(_) | Set::Exactly(_) => {}
    }
}

/// Documentation before what it belongs to.
pub fn doc(text: &str, default: Option<&str>) -> String {
    let default = default.map(|value| format!("Default: `{value}`"));
    let parts: Vec<&str> =
        [text.trim(), default.as_deref().unwrap_or_default()].into_iter().filter(|part| !part.is_empty()).collect();
    let mut out = String::new();
    for line in parts.join("\n\n").lines() {
        let indent = line.len() - line.trim_start().len();
        let listed = indent > 0 || line.starts_with(['-', '*', '|']);
        let wrapped = if listed { line.trim_end().to_owned() } else { wrap(line, DOC) };
        for line in wrapped.split('\n') {
            out.push_str(format!("## {}", line.trim_end()).trim_end());
            out.push('\n');
        }
    }
    out
}
