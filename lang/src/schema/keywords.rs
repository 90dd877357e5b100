//! JSON Schema to shapes: drafts 4 to 2020-12, and what OpenAPI and Kubernetes add to it.
//!
//! Keywords that no type can hold are left out and told: `$dynamicRef`, `unevaluatedItems`, `unevaluatedProperties`
//! beside others, `$ref` to other documents, rules in CEL, and patterns with look-around.

use super::combine::{separate, simplified};
use super::formats::format;
use super::places::{Places, escaped, last_step};
use super::shape::{Field, Holds, Kinds, List, Mask, Merge, Number, Others, Record, Set, Shape, Text};
use crate::calc::regex;
use crate::calc::text::pascal_case;
use crate::data::tree::Data;
use indexmap::IndexMap;

/// Whose schemas these are: what they mean by what they do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// What is not forbidden is allowed, and formats are told but not checked.
    JsonSchema,
    /// The same, with `nullable` and the ranges of `int32` and its like.
    OpenApi,
    /// Fields that are not declared are refused, as an API server does it.
    Kubernetes,
}

/// Reads the schemas of one document, and what they refer to.
pub struct Reader<'a> {
    places: Places<'a>,
    pub dialect: Dialect,
    /// The definitions that are referred to, by their pointers, in the order they are met.
    known: IndexMap<String, String>,
    /// Those that are read.
    read: usize,
    pub definitions: IndexMap<String, Shape>,
}

type Fields<'a> = &'a [(crate::base::symbol::Symbol, Data)];

impl<'a> Reader<'a> {
    pub fn new(root: &'a Data, dialect: Dialect) -> Reader<'a> {
        let places = Places::of(root);
        Reader { places, dialect, known: IndexMap::new(), read: 0, definitions: IndexMap::new() }
    }

    /// Gives the schema at a pointer a name, so that it is a definition.
    pub fn name(&mut self, pointer: &str, name: &str) {
        if !self.known.contains_key(pointer) {
            let taken = |name: &str| self.known.values().any(|other| other == name);
            let mut own = name.to_owned();
            let mut number = 2;
            while taken(&own) {
                own = format!("{name}{number}");
                number += 1;
            }
            self.known.insert(pointer.to_owned(), own);
        }
    }

    /// Reads all definitions that have a name, and those they refer to.
    pub fn read_named(&mut self) {
        while let Some((pointer, name)) = self.known.get_index(self.read) {
            let (pointer, name) = (pointer.clone(), name.clone());
            self.read += 1;
            if let Some(data) = self.places.at(&pointer) {
                let shape = self.schema(data, &pointer);
                self.definitions.insert(name, shape);
            }
        }
        separate(&mut self.definitions);
    }

    /// The shape of a schema that stands at a pointer.
    pub fn schema(&mut self, data: &Data, pointer: &str) -> Shape {
        match data {
            Data::Bool(false) => Shape::of(Set::Never),
            Data::Record(_) => self.keywords(data, pointer),
            _ => Shape::default(),
        }
    }

    fn keywords(&mut self, data: &Data, pointer: &str) -> Shape {
        let mut shape = Shape { doc: doc(data), default: data.get("default").cloned(), ..Shape::default() };
        let mut kinds = kinds_of(data, self.dialect);
        self.numbers(data, &mut kinds);
        self.texts(data, &mut kinds, &mut shape);
        self.lists(data, pointer, &mut kinds);
        self.records(data, pointer, &mut kinds, &mut shape);
        if text(data, "format") == Some("int-or-string") || is_true(data, "x-kubernetes-int-or-string") {
            kinds.null = false;
            kinds = Kinds { number: Some(whole()), text: Some(kinds.text.unwrap_or_default()), ..Kinds::default() };
        }
        if self.dialect != Dialect::JsonSchema && is_true(data, "nullable") && data.get("type").is_some() {
            kinds.null = true;
        }
        let mut set = match kinds.is_all() {
            true => Set::Any,
            false => Set::Kinds(Box::new(kinds)),
        };
        if let Some(values) = values(data) {
            set = among(values, set);
        }
        if let Some(reference) = text(data, "$ref") {
            set = set.and(self.reference(reference, pointer, &mut shape));
        }
        shape.set = self.combined(data, pointer, set);
        lost(data, self.dialect, &mut shape.lost);
        simplified(shape)
    }

    fn reference(&mut self, reference: &str, pointer: &str, shape: &mut Shape) -> Set {
        let Some(target) = self.places.target(pointer, reference) else {
            shape.lost.push(format!("`$ref` leads out of the document: {reference}"));
            return Set::Any;
        };
        let name = match &*last_step(&target) {
            "" => "Root".to_owned(),
            step => type_name(step),
        };
        self.name(&target, &name);
        Set::Named(self.known[&target].clone())
    }

    fn below(&mut self, data: &Data, pointer: &str, key: &str) -> Option<Shape> {
        data.get(key).map(|inner| self.schema(inner, &format!("{pointer}/{key}")))
    }

    fn each(&mut self, data: &Data, pointer: &str, key: &str) -> Option<Vec<Shape>> {
        let Some(Data::List(items)) = data.get(key) else { return None };
        let shapes = items.iter().enumerate();
        Some(shapes.map(|(index, item)| self.schema(item, &format!("{pointer}/{key}/{index}"))).collect())
    }

    fn combined(&mut self, data: &Data, pointer: &str, mut set: Set) -> Set {
        for shape in self.each(data, pointer, "allOf").unwrap_or_default() {
            set = match shape {
                Shape { set: inner, lost, .. } if lost.is_empty() => set.and(inner),
                shape => set.and(Set::All(vec![shape])),
            };
        }
        if let Some(some) = self.each(data, pointer, "anyOf") {
            set = set.and(Set::Some(some));
        }
        if let Some(each) = self.each(data, pointer, "oneOf") {
            set = set.and(Set::Exactly(each));
        }
        if let Some(not) = self.below(data, pointer, "not") {
            set = set.and(Set::Not(Box::new(not)));
        }
        if let Some(when) = self.below(data, pointer, "if") {
            let then = self.below(data, pointer, "then").unwrap_or_default();
            let otherwise = self.below(data, pointer, "else").unwrap_or_default();
            if !then.is_any() || !otherwise.is_any() {
                set = set.and(Set::If(Box::new([when, then, otherwise])));
            }
        }
        set
    }

    fn numbers(&self, data: &Data, kinds: &mut Kinds) {
        let Some(number) = &mut kinds.number else { return };
        let bound = |key: &str| data.get(key).filter(|bound| Mask::of(bound).0[2]).cloned();
        (number.low, number.high) = (bound("minimum"), bound("maximum"));
        (number.above, number.below) = (bound("exclusiveMinimum"), bound("exclusiveMaximum"));
        number.multiple = bound("multipleOf");
        // Up to draft 4, and in OpenAPI 3.0, these say whether the bound itself is taken.
        if is_true(data, "exclusiveMinimum") {
            number.above = number.low.take();
        }
        if is_true(data, "exclusiveMaximum") {
            number.below = number.high.take();
        }
        if self.dialect != Dialect::JsonSchema && number.whole {
            number.format = text(data, "format").and_then(format).flatten().filter(|name| name.starts_with("Int"));
        }
    }

    fn texts(&self, data: &Data, kinds: &mut Kinds, shape: &mut Shape) {
        let Some(of) = &mut kinds.text else { return };
        of.least = whole_number(data, "minLength").filter(|least| *least > 0);
        of.most = whole_number(data, "maxLength");
        if self.dialect != Dialect::JsonSchema {
            of.format = text(data, "format").and_then(format).flatten().filter(|name| !name.starts_with("Int"));
        }
        if let Some(pattern) = text(data, "pattern") {
            match regex::compile(pattern) {
                Ok(_) => of.pattern = Some(pattern.to_owned()),
                Err(_) => shape.lost.push(format!("pattern: {pattern}")),
            }
        }
    }

    fn lists(&mut self, data: &Data, pointer: &str, kinds: &mut Kinds) {
        let Some(list) = &mut kinds.list else { return };
        *list = List {
            least: whole_number(data, "minItems").filter(|least| *least > 0),
            most: whole_number(data, "maxItems"),
            unique: is_true(data, "uniqueItems"),
            ..List::default()
        };
        match data.get("items") {
            Some(Data::List(_)) => {
                list.first = self.each(data, pointer, "items").unwrap_or_default();
                list.items = self.below(data, pointer, "additionalItems").unwrap_or_default();
            }
            _ => {
                list.first = self.each(data, pointer, "prefixItems").unwrap_or_default();
                list.items = self.below(data, pointer, "items").unwrap_or_default();
            }
        }
        if let Some(shape) = self.below(data, pointer, "contains") {
            let least = whole_number(data, "minContains").unwrap_or(1);
            list.holds = Some(Holds { shape: Box::new(shape), least, most: whole_number(data, "maxContains") });
        }
        list.merge = match text(data, "x-kubernetes-list-type") {
            Some("map") => Merge::Keyed(names(data, "x-kubernetes-list-map-keys")),
            Some("set") => Merge::Set,
            _ => Merge::Replace,
        };
        list.unique |= list.merge != Merge::Replace;
    }

    fn records(&mut self, data: &Data, pointer: &str, kinds: &mut Kinds, shape: &mut Shape) {
        if kinds.record.is_none() {
            return;
        }
        let mut record = Record {
            least: whole_number(data, "minProperties").filter(|least| *least > 0),
            most: whole_number(data, "maxProperties"),
            names: self.below(data, pointer, "propertyNames"),
            ..Record::default()
        };
        for (name, inner) in fields(data, "properties") {
            let name = name.text();
            let shape = self.schema(inner, &format!("{pointer}/properties/{}", escaped(&name)));
            record.fields.insert(name.to_string(), Field { shape, ..Field::default() });
        }
        for name in names(data, "required") {
            record.fields.entry(name).or_default().required = true;
        }
        for (pattern, inner) in fields(data, "patternProperties") {
            let pattern = pattern.text();
            let inner = self.schema(inner, &format!("{pointer}/patternProperties/{}", escaped(&pattern)));
            match regex::compile(&pattern) {
                Ok(_) => record.patterns.push((pattern.to_string(), inner)),
                Err(_) => shape.lost.push(format!("patternProperties: {pattern}")),
            }
        }
        record.others = match self.below(data, pointer, "additionalProperties") {
            Some(Shape { set: Set::Never, .. }) => Others::None,
            Some(shape) if shape.is_any() && shape.lost.is_empty() => Others::Any,
            Some(shape) => Others::In(Box::new(shape)),
            None => self.others(data, &record),
        };
        self.needs(data, pointer, &mut record);
        self.embedded(data, &mut record);
        kinds.record = Some(record);
    }

    /// What is taken of fields of which nothing is said.
    fn others(&self, data: &Data, record: &Record) -> Others {
        let alone =
            ["$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"].iter().all(|key| data.get(key).is_none());
        if data.get("unevaluatedProperties") == Some(&Data::Bool(false)) && alone {
            return Others::None;
        }
        let open = is_true(data, "x-kubernetes-preserve-unknown-fields") || text(data, "type") != Some("object");
        match self.dialect {
            Dialect::Kubernetes if !open && !record.fields.is_empty() => Others::None,
            _ => Others::Any,
        }
    }

    fn needs(&mut self, data: &Data, pointer: &str, record: &mut Record) {
        for key in ["dependentRequired", "dependencies", "dependentSchemas"] {
            for (name, inner) in fields(data, key) {
                let name = name.text();
                let shape = match inner {
                    Data::List(needed) => {
                        let needed = needed.iter().filter_map(|name| match name {
                            Data::Str(name) => Some((name.to_string(), Field { required: true, ..Field::default() })),
                            _ => None,
                        });
                        let record = Record { fields: needed.collect(), ..Record::default() };
                        Shape::of(Set::Kinds(Box::new(Kinds { record: Some(record), ..Kinds::default() })))
                    }
                    inner => self.schema(inner, &format!("{pointer}/{key}/{}", escaped(&name))),
                };
                record.needs.push((name.to_string(), shape));
            }
        }
    }

    /// An object of Kubernetes inside of another.
    fn embedded(&self, data: &Data, record: &mut Record) {
        if !is_true(data, "x-kubernetes-embedded-resource") {
            return;
        }
        for name in ["apiVersion", "kind"] {
            let field = record.fields.entry(name.to_owned()).or_default();
            field.required = true;
            if field.shape.is_any() {
                field.shape.set = Set::Kinds(Box::new(Kinds { text: Some(Text::default()), ..Kinds::default() }));
            }
        }
        record.fields.entry("metadata".to_owned()).or_default();
    }
}

/// The kinds that `type` names. Where it is not there it is all of them, but people who write OpenAPI mean records by
/// `properties` and lists by `items`.
fn kinds_of(data: &Data, dialect: Dialect) -> Kinds {
    let says = |keys: &[&str]| keys.iter().any(|key| data.get(key).is_some());
    let named = match data.get("type") {
        Some(Data::Str(_)) => vec![text(data, "type").unwrap_or_default().to_owned()],
        Some(Data::List(_)) => names(data, "type"),
        _ if dialect == Dialect::OpenApi && says(&["properties", "required", "additionalProperties"]) => {
            vec!["object".to_owned()]
        }
        _ if dialect == Dialect::OpenApi && says(&["items"]) => vec!["array".to_owned()],
        _ => return Kinds::all(),
    };
    let has = |name: &str| named.iter().any(|other| other == name);
    Kinds {
        null: has("null"),
        boolean: has("boolean"),
        number: (has("number") || has("integer")).then(|| Number { whole: !has("number"), ..Number::default() }),
        text: has("string").then(Text::default),
        list: has("array").then(List::default),
        record: has("object").then(Record::default),
    }
}

fn whole() -> Number {
    Number { whole: true, ..Number::default() }
}

/// The values that `enum` and `const` leave.
fn values(data: &Data) -> Option<Vec<Data>> {
    let listed = match data.get("enum") {
        Some(Data::List(values)) => Some(values.clone()),
        _ => None,
    };
    match (listed, data.get("const")) {
        (Some(values), Some(only)) => Some(values.into_iter().filter(|value| value == only).collect()),
        (None, Some(only)) => Some(vec![only.clone()]),
        (listed, None) => listed,
    }
}

/// Those of some values that a set can have; where only kinds are asked for, the values say it all.
fn among(values: Vec<Data>, set: Set) -> Set {
    let mask = set.mask();
    let fits = |value: &Data| Mask::of(value).and(mask) != Mask::NONE;
    let mut values: Vec<Data> = values.into_iter().filter(fits).collect();
    if let Set::Kinds(kinds) = &set {
        if kinds.null && !values.contains(&Data::Null) && values.iter().all(|value| matches!(value, Data::Str(_))) {
            // `nullable` lets null in beside the values.
            values.push(Data::Null);
        }
        if kinds.number.as_ref().is_some_and(|number| number.whole) {
            values.retain(|value| !matches!(value, Data::Float(_)));
        }
        let plain = Kinds {
            null: kinds.null,
            boolean: kinds.boolean,
            number: kinds.number.as_ref().map(|number| Number { whole: number.whole, ..Number::default() }),
            text: kinds.text.as_ref().map(|_| Text::default()),
            list: kinds.list.as_ref().map(|_| List::default()),
            record: kinds.record.as_ref().map(|_| Record::default()),
        };
        if **kinds != plain {
            return set.and(Set::OneOf(values));
        }
    }
    Set::OneOf(values)
}

fn doc(data: &Data) -> String {
    let parts = [text(data, "title"), text(data, "description")];
    let mut doc: String = parts.into_iter().flatten().map(str::trim).collect::<Vec<_>>().join("\n\n");
    if let Some(Data::Bool(true)) = data.get("deprecated") {
        doc.push_str("\n\nDeprecated.");
    }
    doc.trim().to_owned()
}

/// What is said besides, each in a line.
fn lost(data: &Data, dialect: Dialect, out: &mut Vec<String>) {
    if let Some(Data::List(rules)) = data.get("x-kubernetes-validations") {
        for rule in rules {
            let message = text(rule, "message").map(|message| format!(" ({message})")).unwrap_or_default();
            let rule = text(rule, "rule").unwrap_or_default();
            out.push(format!("rule: {}{message}", rule.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }
    for key in ["$dynamicRef", "$recursiveRef", "unevaluatedItems"] {
        if data.get(key).is_some() {
            out.push(format!("`{key}`"));
        }
    }
    let alone = ["$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"].iter().all(|key| data.get(key).is_none());
    if data.get("unevaluatedProperties").is_some_and(|value| *value != Data::Bool(false) || !alone) {
        out.push("`unevaluatedProperties`".to_owned());
    }
    if let Some(name) = text(data, "format")
        && (dialect == Dialect::JsonSchema || format(name).is_none())
    {
        out.push(format!("format: {name}"));
    }
    if let Some(media) = text(data, "contentMediaType").or_else(|| text(data, "contentEncoding")) {
        out.push(format!("content: {media}"));
    }
}

pub fn text<'d>(data: &'d Data, key: &str) -> Option<&'d str> {
    match data.get(key) {
        Some(Data::Str(text)) => Some(text),
        _ => None,
    }
}

pub fn is_true(data: &Data, key: &str) -> bool {
    data.get(key) == Some(&Data::Bool(true))
}

/// A count, which may be written as `2.0`.
fn whole_number(data: &Data, key: &str) -> Option<i64> {
    match data.get(key) {
        Some(Data::Int(value)) => Some(*value),
        Some(Data::Float(value)) if value.fract() == 0.0 => Some(*value as i64),
        _ => None,
    }
}

pub fn names(data: &Data, key: &str) -> Vec<String> {
    let Some(Data::List(items)) = data.get(key) else { return Vec::new() };
    let text = |item: &Data| match item {
        Data::Str(text) => Some(text.to_string()),
        _ => None,
    };
    items.iter().filter_map(text).collect()
}

pub fn fields<'d>(data: &'d Data, key: &str) -> Fields<'d> {
    match data.get(key) {
        Some(Data::Record(fields)) => fields,
        _ => &[],
    }
}

/// A name for a type: words run together, each with a capital; what cannot begin a name gets a letter before it.
pub fn type_name(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.is_empty();
    let name = if plain { text.to_owned() } else { pascal_case(text) };
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if first.is_ascii_alphabetic() => first.to_ascii_uppercase().to_string() + letters.as_str(),
        Some(_) => format!("T{name}"),
        None => "Type".to_owned(),
    }
}
