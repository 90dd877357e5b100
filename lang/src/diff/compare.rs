//! The parts in which two objects differ.
//!
//! Fields have no order. Elements of a list belong together by what names them (`name`, or `mountPath`), else by
//! their order (`align.rs`). Amounts that are equal are no difference, however they are written: `1000m` is `1`. What
//! is on one side alone is told as a whole.

use super::align::align;
use crate::base::symbol::Symbol;
use crate::calc::quantity;
use crate::data::tree::Data;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What elements of lists are told apart by, the first that all elements have.
const KEYS: [&[&str]; 4] = [&["mountPath"], &["name"], &["containerPort", "protocol"], &["port", "protocol"]];
/// Below these fields, and in them, a text may be an amount.
const AMOUNTS: [&str; 9] =
    ["requests", "limits", "capacity", "hard", "sizeLimit", "minAllowed", "maxAllowed", "averageValue", "divisor"];
/// Lists whose elements run one after the other: their order says something though they have names.
const ORDERED: &str = "initContainers";

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Field(Symbol),
    /// An element by what names it.
    Key(String),
    /// An element by its position on the new side, or on the old one if it is there alone.
    Index(usize),
}

/// One side of a difference: the part, and the steps that lead to it in the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub steps: Vec<String>,
    pub data: Data,
}

/// A part that differs. One of the sides may lack it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub path: Vec<Step>,
    pub old: Option<Part>,
    pub new: Option<Part>,
}

/// All parts in which two values differ, in the order of the new one.
pub fn compare(old: &Data, new: &Data) -> Vec<Change> {
    let mut walk = Walk::default();
    walk.pair(old, new);
    walk.found
}

#[derive(Default)]
struct Walk {
    path: Vec<Step>,
    old: Vec<String>,
    new: Vec<String>,
    found: Vec<Change>,
}

impl Walk {
    fn pair(&mut self, old: &Data, new: &Data) {
        match (old, new) {
            (Data::Record(before), Data::Record(after)) => self.records(before, after),
            (Data::List(before), Data::List(after)) => self.lists(before, after),
            _ if same(old, new, self.is_amount()) => {}
            _ => self.differs(Some(old), Some(new)),
        }
    }

    fn differs(&mut self, old: Option<&Data>, new: Option<&Data>) {
        let part =
            |data: Option<&Data>, steps: &[String]| data.map(|data| Part { steps: steps.to_vec(), data: data.clone() });
        let (old, new) = (part(old, &self.old), part(new, &self.new));
        self.found.push(Change { path: self.path.clone(), old, new });
    }

    /// Whether a text here may be an amount.
    fn is_amount(&self) -> bool {
        self.path.iter().any(|step| match step {
            Step::Field(name) => name.with_text(|name| AMOUNTS.contains(&name)),
            Step::Key(_) | Step::Index(_) => false,
        })
    }

    fn records(&mut self, old: &[(Symbol, Data)], new: &[(Symbol, Data)]) {
        for (name, value) in new {
            let before = find(old, *name);
            self.within(Step::Field(*name), &name.text(), &name.text(), |walk| match before {
                Some(before) => walk.pair(before, value),
                None => walk.differs(None, Some(value)),
            });
        }
        for (name, value) in old.iter().filter(|(name, _)| find(new, *name).is_none()) {
            self.within(Step::Field(*name), &name.text(), &name.text(), |walk| walk.differs(Some(value), None));
        }
    }

    fn within(&mut self, step: Step, old: &str, new: &str, work: impl FnOnce(&mut Walk)) {
        self.path.push(step);
        self.old.push(old.to_owned());
        self.new.push(new.to_owned());
        work(self);
        self.path.pop();
        self.old.pop();
        self.new.pop();
    }

    fn lists(&mut self, old: &[Data], new: &[Data]) {
        if let Some(keys) = keys_of(old, new) {
            return self.keyed(old, new, &keys);
        }
        let amount = self.is_amount();
        for (before, after) in
            align(old.len(), new.len(), |a, b| same(&old[a], &new[b], amount), |a, b| shared(&old[a], &new[b]))
        {
            let at = after.or(before).unwrap_or_default();
            let shown = |at: Option<usize>| at.map_or(String::new(), |at| at.to_string());
            self.within(Step::Index(at), &shown(before), &shown(after), |walk| {
                match (before.and_then(|at| old.get(at)), after.and_then(|at| new.get(at))) {
                    (Some(before), Some(after)) => walk.pair(before, after),
                    (before, after) => walk.differs(before, after),
                }
            });
        }
    }

    fn keyed(&mut self, old: &[Data], new: &[Data], Keys { before, after, numbers }: &Keys) {
        let mut twins: Vec<Option<usize>> =
            after.iter().map(|key| before.iter().position(|other| other == key)).collect();
        let gone: Vec<usize> = (0..old.len()).filter(|at| !after.contains(&before[*at])).collect();
        // Another number is no other port.
        if *numbers {
            let come: Vec<usize> = (0..new.len()).filter(|at| twins[*at].is_none()).collect();
            let like = |a: usize, b: usize| shared(&old[gone[a]], &new[come[b]]);
            for pair in align(gone.len(), come.len(), |_, _| false, like) {
                if let (Some(a), Some(b)) = pair {
                    twins[come[b]] = Some(gone[a]);
                }
            }
        }
        for (at, (key, value)) in after.iter().zip(new).enumerate() {
            let was = twins[at].map_or(String::new(), |at| at.to_string());
            self.within(Step::Key(key.clone()), &was, &at.to_string(), |walk| match twins[at] {
                Some(twin) => walk.pair(&old[twin], value),
                None => walk.differs(None, Some(value)),
            });
        }
        for at in gone.into_iter().filter(|at| !twins.contains(&Some(*at))) {
            let step = Step::Key(before[at].clone());
            self.within(step, &at.to_string(), "", |walk| walk.differs(Some(&old[at]), None));
        }
        let ordered = matches!(self.path.last(), Some(Step::Field(name)) if name.with_text(|name| name == ORDERED));
        if ordered {
            self.order(before, after);
        }
    }

    /// Elements that are on both sides, in another order.
    fn order(&mut self, before: &[String], after: &[String]) {
        let both = |all: &[String], other: &[String]| {
            let kept = all.iter().filter(|key| other.contains(key));
            Data::List(kept.map(|key| Data::Str(key.as_str().into())).collect())
        };
        let (old, new) = (both(before, after), both(after, before));
        if old != new {
            self.differs(Some(&old), Some(&new));
        }
    }
}

fn find(fields: &[(Symbol, Data)], name: Symbol) -> Option<&Data> {
    fields.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
}

/// What names the elements of two lists, each in its list once.
struct Keys {
    before: Vec<String>,
    after: Vec<String>,
    /// They are numbers of ports.
    numbers: bool,
}

fn keys_of(old: &[Data], new: &[Data]) -> Option<Keys> {
    let some = |names: &&[&str]| {
        let (before, after) = (keyed_by(names, old)?, keyed_by(names, new)?);
        Some(Keys { before, after, numbers: names.len() > 1 })
    };
    if old.is_empty() && new.is_empty() { None } else { KEYS.iter().find_map(some) }
}

fn keyed_by(names: &[&str], items: &[Data]) -> Option<Vec<String>> {
    let [first, rest @ ..] = names else { return None };
    let mut keys = Vec::with_capacity(items.len());
    for item in items {
        let mut key = scalar_text(item.get(first)?)?;
        for name in rest {
            if let Some(more) = item.get(name).and_then(scalar_text) {
                key = format!("{key}/{more}");
            }
        }
        keys.push(key);
    }
    let distinct: BTreeSet<&String> = keys.iter().collect();
    (distinct.len() == keys.len()).then_some(keys)
}

fn scalar_text(data: &Data) -> Option<String> {
    match data {
        Data::Str(text) => Some(text.to_string()),
        Data::Int(int) => Some(int.to_string()),
        Data::Null | Data::Bool(_) | Data::BigInt(_) | Data::Float(_) | Data::List(_) | Data::Record(_) => None,
    }
}

/// Whether two values say the same; `amount` takes texts and numbers for amounts.
fn same(old: &Data, new: &Data, amount: bool) -> bool {
    match (old, new) {
        (Data::Record(before), Data::Record(after)) => {
            before.len() == after.len()
                && after.iter().all(|(name, value)| {
                    let amount = amount || name.with_text(|name| AMOUNTS.contains(&name));
                    before.iter().any(|(other, old)| other == name && same(old, value, amount))
                })
        }
        (Data::List(before), Data::List(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(old, new)| same(old, new, amount))
        }
        (Data::Int(int), Data::Float(float)) | (Data::Float(float), Data::Int(int)) => *int as f64 == *float,
        _ if amount => old == new || same_amount(old, new),
        _ => old == new,
    }
}

/// How many values two have in common, at the same places in them.
fn shared(old: &Data, new: &Data) -> u32 {
    match (old, new) {
        (Data::Record(before), Data::Record(after)) => {
            after.iter().filter_map(|(name, value)| Some(shared(find(before, *name)?, value))).sum()
        }
        (Data::List(before), Data::List(after)) => before.iter().zip(after).map(|(old, new)| shared(old, new)).sum(),
        _ => u32::from(old == new),
    }
}

fn same_amount(old: &Data, new: &Data) -> bool {
    let read = |data: &Data| {
        let text = match data {
            Data::Str(text) => text.to_string(),
            Data::Int(int) => int.to_string(),
            Data::Float(float) => float.to_string(),
            Data::Null | Data::Bool(_) | Data::BigInt(_) | Data::List(_) | Data::Record(_) => return None,
        };
        quantity::parse(&text).ok()
    };
    matches!((read(old), read(new)), (Some(old), Some(new)) if old.compare(new) == Ordering::Equal)
}

/// A path for people: `spec.template.spec.containers[sonarr].image`.
pub fn shown_path(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Field(name) => {
                let plain = name.with_text(|name| !name.is_empty() && name.chars().all(is_plain));
                match plain {
                    true if out.is_empty() => out.push_str(&name.text()),
                    true => out.push_str(&format!(".{name}")),
                    false => out.push_str(&format!("[{:?}]", name.text())),
                }
            }
            Step::Key(key) => out.push_str(&format!("[{key}]")),
            Step::Index(at) => out.push_str(&format!("[{at}]")),
        }
    }
    out
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// What a part is called in a title: its last field, or the element with its list.
pub fn called(path: &[Step]) -> String {
    let from = path.iter().rposition(|step| matches!(step, Step::Field(_))).unwrap_or(0);
    let value = matches!(&path[from..], [Step::Field(name)] if name.with_text(|name| name == "value"));
    let keyed = from > 0 && matches!(path[from - 1], Step::Key(_));
    match &path[from..] {
        _ if value && keyed => called(&path[..from]),
        [Step::Field(name), rest @ ..] => format!("{name}{}", shown_path(rest)),
        whole => shown_path(whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;
    use crate::data::json::read_json;

    fn told(old: &str, new: &str) -> Vec<String> {
        let read = |text: &str| read_json(FileId::default(), text).expect("JSON");
        let side = |part: &Option<Part>| part.as_ref().map_or("-".to_owned(), |part| format!("{:?}", part.data));
        let line =
            |change: &Change| format!("{} {} {}", shown_path(&change.path), side(&change.old), side(&change.new));
        compare(&read(old), &read(new)).iter().map(line).collect()
    }

    #[test]
    fn the_order_of_fields_says_nothing() {
        assert_eq!(told(r#"{"a": 1, "b": 2}"#, r#"{"b": 2, "a": 1}"#), [""; 0]);
        assert_eq!(told(r#"{"a": 1, "b": 2}"#, r#"{"a": 3, "c": 4}"#), ["a Int(1) Int(3)", "c - Int(4)", "b Int(2) -"]);
    }

    #[test]
    fn elements_belong_together_by_their_names() {
        let (old, new) =
            (r#"[{"name": "a", "v": 1}, {"name": "b", "v": 2}]"#, r#"[{"name": "b", "v": 3}, {"name": "a", "v": 1}]"#);
        assert_eq!(told(old, new), ["[b].v Int(2) Int(3)"]);
        let (old, new) = (
            r#"{"x": [{"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/b"}]}"#,
            r#"{"x": [{"name": "w", "mountPath": "/b"}]}"#,
        );
        assert_eq!(told(old, new)[0], r#"x[/b].name Str("v") Str("w")"#);
        let (old, new) = (r#"[{"port": 53, "protocol": "UDP"}]"#, r#"[{"port": 53, "protocol": "TCP"}]"#);
        assert_eq!(told(old, new), [r#"[53/TCP].protocol Str("UDP") Str("TCP")"#]);
    }

    #[test]
    fn containers_that_run_in_order_have_one() {
        let list = |field: &str, names: [&str; 2]| {
            format!(r#"{{"{field}": [{{"name": "{}"}}, {{"name": "{}"}}]}}"#, names[0], names[1])
        };
        assert_eq!(told(&list("containers", ["a", "b"]), &list("containers", ["b", "a"])), [""; 0]);
        assert_eq!(told(&list(ORDERED, ["a", "b"]), &list(ORDERED, ["b", "a"])).len(), 1);
    }

    #[test]
    fn equal_amounts_are_no_difference_where_amounts_stand() {
        assert_eq!(told(r#"{"requests": {"cpu": "1000m"}}"#, r#"{"requests": {"cpu": 1}}"#), [""; 0]);
        assert_eq!(told(r#"{"limits": {"memory": "1Gi"}}"#, r#"{"limits": {"memory": "1024Mi"}}"#), [""; 0]);
        assert_eq!(told(r#"{"args": ["1000m"]}"#, r#"{"args": ["1"]}"#).len(), 1);
        assert_eq!(told(r#"{"a": 1}"#, r#"{"a": 1.0}"#), [""; 0]);
    }

    #[test]
    fn lists_without_names_are_aligned() {
        assert_eq!(told(r#"["a", "b"]"#, r#"["a", "x", "b"]"#), [r#"[1] - Str("x")"#]);
        assert_eq!(told(r#"[{"a": 1}]"#, r#"[{"a": 2}]"#), ["[0].a Int(1) Int(2)"]);
        let (old, new) =
            (r#"[{"a": 1, "b": 1}, {"a": 2, "b": 1}]"#, r#"[{"a": 0, "b": 2}, {"a": 1, "b": 2}, {"a": 2, "b": 2}]"#);
        assert_eq!(told(old, new)[1..], ["[1].b Int(1) Int(2)", "[2].b Int(1) Int(2)"]);
    }

    #[test]
    fn paths_are_written_for_people() {
        let field = |name: &str| Step::Field(Symbol::new(name));
        let path = [field("metadata"), field("labels"), field("app.kubernetes.io/name")];
        assert_eq!(shown_path(&path), r#"metadata.labels["app.kubernetes.io/name"]"#);
        assert_eq!(called(&path), "app.kubernetes.io/name");
        assert_eq!(called(&[field("env"), Step::Key("PORT".to_owned()), field("value")]), "env[PORT]");
        assert_eq!(called(&[field("spec"), field("args"), Step::Index(2)]), "args[2]");
    }
}
