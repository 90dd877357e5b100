//! `explain`: why a value is what it is, as text for people and as JSON for programs.
//!
//! What the evaluator tells of a field (`eval/explain.rs`) is put into words here: places, the lines
//! of the sources as they may be shown, and the reasons.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::data::part::Finder;
use crate::eval::explain::{Definition, Explained, Outcome, blames};
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::Vm;
use crate::lookup::{Step, read_path, step_into};
use crate::overrides::override_at;
use crate::report::excerpt::{cut, one_line};
use crate::report::machine::string;
use crate::session::{EvalOptions, Format, Session, show};
use crate::syntax::ast::{Ast, Class, Expr, ExprId, Key};
use crate::syntax::parse::parse;
use crate::talk::{Entry, Scope};
use crate::value::record::Record;
use crate::value::value::Value;
use crate::value::ways::Joint;
use std::fmt::Write;
use std::rc::Rc;

/// So much of a value or a line is shown.
const WIDTH: usize = 60;

/// Why a value is what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The path that was asked for.
    pub path: String,
    /// The value as JSON, `None` if the field is absent; or what stands in its way.
    pub value: Result<Option<String>, String>,
    /// The field that the rest is about, where the path leads further into its list.
    pub field: Option<String>,
    /// Where the element of that list stands, if the list is written down.
    pub element: Option<Place>,
    pub hidden: bool,
    /// The value is a secret: what is shown is its reference, or nothing.
    pub secret: bool,
    /// What counts comes first.
    pub definitions: Vec<DefinitionLine>,
    pub merges: Vec<Line>,
    pub annotations: Vec<AnnotationLine>,
}

/// A place and the text there; no place for what was computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub place: Option<Place>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DefinitionLine {
    pub line: Line,
    /// What it says by itself, as JSON, where it counts and is no record.
    pub value: Option<String>,
    pub class: &'static str,
    pub counts: bool,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AnnotationLine {
    pub line: Line,
    /// Whether the value passed; unknown if something else failed first.
    pub holds: Option<bool>,
}

impl Session {
    /// Explains a value of a file: `options.path` leads to it, and is needed.
    pub fn explain_file(&mut self, file: &str, options: &EvalOptions) -> Result<Explanation, Vec<Diag>> {
        let path = options.path.clone().unwrap_or_default();
        self.run(&options.inputs, |vm| {
            let mut value = vm.load(file, Loc::default())?;
            value = vm.force(&value)?;
            for (path, expr) in &options.sets {
                value = override_at(vm, &value, path, expr)?;
            }
            explain_at(vm, &value, &path, &path)
        })
    }

    /// Explains a path such as `base.spec.replicas`, which may begin with any expression.
    pub fn explain(&mut self, scope: &Scope, entry: Entry) -> Result<Explanation, Vec<Diag>> {
        let (root, path) = split(entry.text);
        let root = Entry { text: &entry.text[..root], ..entry };
        let (path, whole) = (path.to_owned(), entry.text.trim().to_owned());
        self.on_value(scope, root, |vm, value| explain_at(vm, value, &path, &whole))
    }
}

/// Where the expression at the head of a path ends, and the path behind it.
fn split(text: &str) -> (usize, &str) {
    let ast = parse(FileId::default(), text).ast;
    let mut at = ast.root;
    while let Some(base) = base_of(&ast, at) {
        at = base;
    }
    let end = (ast.span(at).end as usize).min(text.len());
    let end = if text.is_char_boundary(end) { end } else { text.len() };
    (end, text[end..].trim())
}

fn base_of(ast: &Ast, at: ExprId) -> Option<ExprId> {
    match ast.expr(at) {
        Expr::Field { base, name, optional: false } if matches!(name.key, Key::Static(_)) => Some(*base),
        Expr::Index { base, index } if matches!(ast.expr(*index), Expr::Int(_) | Expr::Str(_)) => Some(*base),
        _ => None,
    }
}

/// The field that a path leads to, or the one whose list it leads into.
struct Found {
    record: Rc<Record>,
    name: Symbol,
    /// How many steps lead to it.
    steps: usize,
}

fn explain_at(vm: &mut Vm, value: &Value, path: &str, whole: &str) -> Run<Explanation> {
    if path.trim().is_empty() {
        return Err(whole_value(value, whole));
    }
    let file = vm.sources.add("the path", path);
    let steps = read_path(path, file)?;
    let (mut element, mut reached) = (None, Ok(()));
    let mut value = value.clone();
    let mut found: Option<Found> = None;
    let mut merges: Vec<(Joint, Loc)> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        while let Value::Secret(secret) = &value
            && let Some(reference) = secret.reference.clone()
        {
            value = vm.force(&reference)?;
        }
        if let Value::Record(record) = &value {
            let name = Symbol::new(&step.name);
            merges.extend(vm.merges_of(record));
            found = Some(Found { record: record.clone(), name, steps: at + 1 });
            element = None;
        }
        if let (Value::List(list), Ok(index)) = (&value, step.name.parse()) {
            element = vm.element_loc(list, index);
        }
        match step_into(vm, &value, step, file) {
            Ok(next) => value = next,
            // The last step may fail: that is what there is to explain.
            Err(fault) if at + 1 == steps.len() => reached = Err(fault),
            Err(fault) => return Err(fault),
        }
    }
    let told = found.as_ref().and_then(|found| vm.explain(&found.record, found.name).map(|told| (found, told)));
    let Some((found, mut told)) = told else {
        reached?;
        return Err(no_field(value.kind(), &steps, file));
    };
    let shown = match reached {
        Ok(()) if matches!(told.value, Ok(None)) => Ok(None),
        Ok(()) => shown(vm, &value).map(Some),
        Err(_) if matches!(told.value, Ok(None)) => Ok(None),
        Err(fault) => Err(fault),
    };
    let field = (found.steps < steps.len()).then(|| joined(&steps[..found.steps]));
    let mut finder = Finder::new(&vm.sources);
    told.definitions.iter_mut().for_each(|of| of.loc = of.loc.map(|loc| finder.find(loc)));
    let element = element.map(|loc| finder.find(loc));
    let places = told.definitions.iter().filter_map(|of| of.loc).chain(told.annotations.iter().copied());
    let files: Vec<FileId> = places.map(|loc| loc.file).collect();
    vm.veil.cover(&mut vm.sources, files);
    merges.retain(|merge| !told.merges.contains(merge));
    merges.extend(told.merges.iter().copied());
    let secret = matches!(told.value, Ok(Some(Value::Secret(_))));
    let values = told.definitions.iter().map(|of| if secret { None } else { spoken(vm, of) }).collect();
    let whole = Asked { path: whole, field, element, values, merges: &merges };
    Ok(in_words(&vm.sources, whole, told, shown))
}

/// What goes with what the evaluator told.
struct Asked<'a> {
    path: &'a str,
    field: Option<String>,
    element: Option<Loc>,
    /// What each definition says by itself.
    values: Vec<Option<String>>,
    merges: &'a [(Joint, Loc)],
}

/// What a definition says by itself; its insides may be computed for it.
fn spoken(vm: &mut Vm, of: &Definition) -> Option<String> {
    let value = of.value.as_ref().filter(|_| of.outcome.counts())?;
    match value {
        Value::Closure(_) | Value::Native(_) | Value::Type(_) => None,
        value => show(vm, value, Format::JsonCompact).ok().map(|text| text.trim().to_owned()),
    }
}

fn whole_value(value: &Value, path: &str) -> Box<Fault> {
    let title = format!("what is explained is a field, and {path:?} is a whole value, {}", value.kind());
    let diag = Diag::error(Code::BadPath, title);
    Fault::new(match value {
        Value::Record(record) => match record.shape().names().first() {
            Some(name) => diag.help(format!(
                "name one of its fields, such as `{}`",
                format!("{path}.{name}").trim_start_matches('.')
            )),
            None => diag,
        },
        _ => diag,
    })
}

fn no_field(kind: &str, steps: &[Step], file: FileId) -> Box<Fault> {
    let span = steps.last().map_or_else(Default::default, |step| step.span);
    let title = format!("the path leads to {kind} that is no field's");
    Fault::new(Diag::error(Code::BadPath, title).at(span.at(file), "a field's name is wanted"))
}

/// A value on one line; what has no text is named by its kind.
fn shown(vm: &mut Vm, value: &Value) -> Run<String> {
    match value {
        Value::Record(_) | Value::List(_) => show(vm, value, Format::JsonCompact).map(|text| text.trim().to_owned()),
        Value::Closure(_) | Value::Native(_) | Value::Type(_) => Ok(format!("({})", value.kind())),
        Value::Secret(secret) => match &secret.reference {
            Some(reference) => {
                let reference = vm.force(reference)?;
                shown(vm, &reference)
            }
            None => Ok("(a secret)".to_owned()),
        },
        value => show(vm, value, Format::JsonCompact).map(|text| text.trim().to_owned()),
    }
}

fn joined(steps: &[Step]) -> String {
    steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join(".")
}

fn in_words(sources: &Sources, asked: Asked, told: Explained, value: Run<Option<String>>) -> Explanation {
    let texts = sources.shown(|_| true);
    let fault = value.as_ref().err().or(told.value.as_ref().err());
    let clean = |text: &str| sources.hidden.redact(text).into_owned();
    let mut definitions: Vec<DefinitionLine> = Vec::new();
    for (of, value) in told.definitions.iter().zip(asked.values).rev() {
        let line = definition(&texts, of, told.definitions.len());
        definitions.push(DefinitionLine { value: value.map(|value| clean(&value)), ..line });
    }
    definitions.sort_by_key(|definition| !definition.counts);
    let annotation = |loc: &Loc| AnnotationLine {
        line: line(&texts, Some(*loc)),
        holds: match fault {
            None => Some(true),
            Some(fault) if blames(fault, *loc) => Some(false),
            Some(_) => None,
        },
    };
    let mut annotations: Vec<AnnotationLine> = Vec::new();
    for loc in &told.annotations {
        let made = annotation(loc);
        if !annotations.contains(&made) {
            annotations.push(made);
        }
    }
    let merge = |(joint, loc): &(Joint, Loc)| Line { text: joint.sign().to_owned(), ..line(&texts, Some(*loc)) };
    let value = match fault.and_then(|fault| fault.diags.first()) {
        Some(diag) => Err(clean(&format!("{}: {}", diag.code, diag.title))),
        None => Ok(value.unwrap_or_default().map(|text| clean(&text))),
    };
    Explanation {
        path: asked.path.to_owned(),
        value,
        field: asked.field,
        element: asked.element.and_then(|loc| line(&texts, Some(loc)).place),
        hidden: told.hidden,
        secret: matches!(told.value, Ok(Some(Value::Secret(_)))),
        definitions,
        merges: asked.merges.iter().map(merge).collect(),
        annotations,
    }
}

fn definition(texts: &Sources, of: &Definition, count: usize) -> DefinitionLine {
    let reason = match of.outcome {
        Outcome::Alone => "the only definition".to_owned(),
        Outcome::Topmost if count == 1 => "the only definition".to_owned(),
        Outcome::Topmost => "wins: nothing lies on top of it".to_owned(),
        Outcome::Highest(_) if count == 1 => "the only definition".to_owned(),
        Outcome::Highest(_) => "wins: it has the highest class".to_owned(),
        Outcome::Joined => "is part of the value".to_owned(),
        Outcome::Agrees => "counts, as others say the same".to_owned(),
        Outcome::GivesWay(class) => format!("gives way to {}", class_name(class)),
        Outcome::Overridden => "overridden by what lies on top".to_owned(),
        Outcome::HeldOff => "held off: force lies below it".to_owned(),
        Outcome::Disagrees => "contradicts another of its class".to_owned(),
    };
    let class = if of.start { "start" } else { class_name(of.class) };
    DefinitionLine { line: line(texts, of.loc), value: None, class, counts: of.outcome.counts(), reason }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Default => "default",
        Class::Plain => "plain",
        Class::Force => "force",
    }
}

fn line(texts: &Sources, loc: Option<Loc>) -> Line {
    let Some(loc) = loc else { return Line { place: None, text: "computed".to_owned() } };
    let source = texts.get(loc.file);
    let (line, column) = source.position(loc.span.start);
    let text = source.text.get(loc.span.range()).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default().trim_end();
    let more = if first.len() < text.trim_end().len() { " …" } else { "" };
    Line {
        place: Some(Place { file: source.name.to_string(), line, column }),
        text: format!("{}{more}", short(&one_line(first))),
    }
}

/// At most [`WIDTH`] characters of a line.
fn short(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Explanation {
    /// For people: the value, then a table for each question that has an answer.
    pub fn text(&self) -> String {
        let path = one_line(&self.path);
        let mut out = match &self.value {
            Ok(Some(value)) => format!("{path} = {}\n", cut(value, 0)),
            Ok(None) => format!("{path} is absent\n"),
            Err(why) => format!("{path} has no value\n  {}\n", one_line(why)),
        };
        if let Some(field) = &self.field {
            let place = self.element.as_ref().map_or_else(String::new, |place| format!(" at {place}"));
            let _ = writeln!(out, "  an element{place} of `{field}`, which is told here");
        }
        if self.secret {
            out.push_str("  a secret: the output has its reference, and nothing shows its text\n");
        }
        if self.hidden {
            out.push_str("  hidden: it is not part of the output\n");
        }
        let definitions =
            self.definitions.iter().map(|of| row(&of.line, [of.class.to_owned(), of.reason.clone()])).collect();
        table(&mut out, "defined", definitions);
        table(
            &mut out,
            "came together",
            self.merges.iter().map(|line| row(line, [String::new(), String::new()])).collect(),
        );
        let annotations = self.annotations.iter().map(|of| {
            let verdict = match of.holds {
                Some(true) => "holds",
                Some(false) => "refuses the value",
                None => "not asked",
            };
            row(&of.line, [verdict.to_owned(), String::new()])
        });
        table(&mut out, "checked", annotations.collect());
        out
    }

    /// For programs: one object. Lines and columns count from one; `value` is JSON, or null where
    /// there is none, with the reason in `error`.
    pub fn json(&self) -> String {
        let mut out = String::from("{\"path\":");
        string(&mut out, &self.path);
        match &self.value {
            Ok(Some(value)) if value.starts_with('(') => {
                out.push_str(",\"value\":null,\"kind\":");
                string(&mut out, value.trim_matches(['(', ')']));
            }
            Ok(value) => {
                let _ = write!(out, ",\"value\":{}", value.as_deref().unwrap_or("null"));
            }
            Err(why) => {
                out.push_str(",\"value\":null,\"error\":");
                string(&mut out, why);
            }
        }
        let _ = write!(out, ",\"hidden\":{},\"secret\":{}", self.hidden, self.secret);
        if let Some(field) = &self.field {
            out.push_str(",\"part_of\":");
            string(&mut out, field);
            if let Some(at) = &self.element {
                out.push_str(",\"element\":{\"file\":");
                string(&mut out, &at.file);
                let _ = write!(out, ",\"line\":{},\"column\":{}}}", at.line, at.column);
            }
        }
        list(&mut out, "definitions", &self.definitions, |out, of| {
            place(out, &of.line);
            if let Some(value) = &of.value {
                let _ = write!(out, ",\"value\":{value}");
            }
            let _ = write!(out, ",\"class\":\"{}\",\"counts\":{},\"reason\":", of.class, of.counts);
            string(out, &of.reason);
        });
        list(&mut out, "merges", &self.merges, place);
        list(&mut out, "annotations", &self.annotations, |out, of| {
            place(out, &of.line);
            let holds = of.holds.map_or("null".to_owned(), |holds| holds.to_string());
            let _ = write!(out, ",\"holds\":{holds}");
        });
        out.push_str("}\n");
        out
    }
}

fn list<T>(out: &mut String, name: &str, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    let _ = write!(out, ",\"{name}\":[");
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at > 0 { ",{" } else { "{" });
        write(out, item);
        out.push('}');
    }
    out.push(']');
}

fn place(out: &mut String, line: &Line) {
    if let Some(place) = &line.place {
        out.push_str("\"file\":");
        string(out, &place.file);
        let _ = write!(out, ",\"line\":{},\"column\":{},", place.line, place.column);
    }
    out.push_str("\"text\":");
    string(out, &line.text);
}

fn row(line: &Line, more: [String; 2]) -> [String; 4] {
    let [third, fourth] = more;
    let place = line.place.as_ref().map_or_else(|| "-".to_owned(), Place::to_string);
    [place, line.text.clone(), third, fourth]
}

/// Rows under a heading, their columns below one another.
fn table(out: &mut String, heading: &str, rows: Vec<[String; 4]>) {
    if rows.is_empty() {
        return;
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), 0];
    let _ = writeln!(out, "{heading}:");
    for row in &rows {
        let mut text = String::from(" ");
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(text, " {cell:<width$} ");
        }
        let _ = writeln!(out, "{}", text.trim_end());
    }
}
