//! Where two values that should be one part ways, in a few words. Computes nothing: what a message
//! shows has been looked at before, or it is left out.

use super::vm::Vm;
use crate::value::value::Value;

/// So much of a list or record is shown.
const WIDE: usize = 48;
/// So many elements are looked at for the first that differs.
const LOOKED_AT: usize = 10_000;

impl Vm {
    /// A value in a few words, a list by its elements.
    pub(super) fn brief(&self, value: &Value) -> String {
        self.brief_from(value, 0)
    }

    /// Two values next to each other: lists are shown from the element on in which they differ.
    pub(super) fn brief_pair(&self, a: &Value, b: &Value) -> (String, String) {
        let (whole_a, whole_b) = (self.brief(a), self.brief(b));
        if whole_a != whole_b {
            return (whole_a, whole_b);
        }
        let shorter = match (a, b) {
            (Value::List(a), Value::List(b)) => a.ready().zip(b.ready()).map(|(a, b)| a.len().min(b.len())),
            _ => None,
        };
        let from = self.first_difference(a, b).or(shorter).unwrap_or(0);
        (self.brief_from(a, from), self.brief_from(b, from))
    }

    /// `at `[2].name`: "a" and "b"`: the first place in which two lists differ.
    pub(super) fn difference(&self, a: &Value, b: &Value) -> Option<String> {
        let (Value::List(x), Value::List(y)) = (a, b) else { return None };
        let (mut path, mut pair) = (String::new(), (a.clone(), b.clone()));
        while let Some((step, x, y)) = self.step_in(&pair.0, &pair.1) {
            path.push_str(&step);
            pair = (x, y);
        }
        if path.is_empty() {
            let (x, y) = (x.ready()?.len(), y.ready()?.len());
            let plural = if x == 1 { "" } else { "s" };
            return (x != y).then(|| format!("one has {x} element{plural}, the other {y}"));
        }
        let (x, y) = self.brief_pair(&pair.0, &pair.1);
        Some(format!("they differ at `{path}`: {x} and {y}"))
    }

    /// One step into the part that differs.
    fn step_in(&self, a: &Value, b: &Value) -> Option<(String, Value, Value)> {
        match (a, b) {
            (Value::List(x), Value::List(y)) => {
                let at = self.first_difference(a, b)?;
                let part = |items: &[Value]| items.get(at).and_then(known);
                Some((format!("[{at}]"), part(x.ready()?)?, part(y.ready()?)?))
            }
            (Value::Record(x), Value::Record(y)) => {
                let (shape, mut pairs) = (x.shape(), Vec::new());
                for name in shape.names() {
                    pairs.extend(x.peek(*name).zip(y.peek(*name)).map(|(x, y)| (*name, x, y)));
                }
                let (name, x, y) = pairs.into_iter().find(|(_, x, y)| self.look_different(x, y))?;
                Some((format!(".{name}"), x, y))
            }
            _ => None,
        }
    }

    fn first_difference(&self, a: &Value, b: &Value) -> Option<usize> {
        let (Value::List(a), Value::List(b)) = (a, b) else { return None };
        let (a, b) = (a.ready()?, b.ready()?);
        let both = a.iter().zip(b).take(LOOKED_AT);
        both.enumerate().find_map(|(at, (x, y))| match (known(x), known(y)) {
            (Some(x), Some(y)) => self.look_different(&x, &y).then_some(at),
            _ => None,
        })
    }

    fn look_different(&self, a: &Value, b: &Value) -> bool {
        self.step_in(a, b).is_some() || self.brief(a) != self.brief(b)
    }

    fn brief_from(&self, value: &Value, from: usize) -> String {
        match value {
            Value::List(list) => {
                let Some(items) = list.ready() else { return self.short(value) };
                let parts = items.iter().skip(from).map(|item| self.part(item));
                let parts = (from > 0).then(|| "…".to_owned()).into_iter().chain(parts);
                format!("[{}]", cut(parts, ", "))
            }
            value => self.short(value),
        }
    }

    /// An element, a record by those of its fields that are known.
    fn part(&self, value: &Value) -> String {
        match known(value) {
            Some(Value::Record(record)) => {
                let shape = record.shape();
                let fields = shape.names().iter().filter_map(|name| {
                    let value = record.peek(*name)?;
                    Some(format!("{name} = {}", self.short(&value)))
                });
                format!("{{ {} }}", cut(fields, ", "))
            }
            Some(value) => self.short(&value),
            None => "…".to_owned(),
        }
    }
}

fn known(value: &Value) -> Option<Value> {
    match value {
        Value::Thunk(thunk) => thunk.done(),
        value => Some(value.clone()),
    }
}

/// The parts that there is room for.
fn cut(parts: impl Iterator<Item = String>, between: &str) -> String {
    let mut out = String::new();
    for part in parts {
        if !out.is_empty() {
            out.push_str(between);
        }
        if out.len() + part.len() > WIDE {
            out.push('…');
            break;
        }
        out.push_str(&part);
    }
    out
}
