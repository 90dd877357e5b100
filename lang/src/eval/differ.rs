//! Where two values that should be one part ways, in a few words. Computes nothing: what a message
//! shows has been looked at before, or it is left out.

use super::vm::{FieldFrame, Vm};
use crate::code::code::{Code, Compare, ProtoId};
use crate::value::record::Record;
use crate::value::value::Value;
use std::rc::Rc;

/// So much of a list or record is shown.
const WIDE: usize = 48;
/// So many places are shown in which two values differ.
const PLACES: usize = 4;
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

    /// `they differ at `[2].name`: "a" and "b"`: where two lists or records differ, a line for each of the first places.
    pub(super) fn difference(&self, a: &Value, b: &Value) -> Option<String> {
        let mut found = Vec::new();
        self.differences(String::new(), (a, b), &mut found);
        let (shown, more) = found.split_at(found.len().min(PLACES));
        match shown {
            [] => None,
            [only] => Some(format!("they differ {only}")),
            places => {
                let more = if more.is_empty() { "" } else { "\n…" };
                Some(format!("they differ\n{}{more}", places.join("\n")))
            }
        }
    }

    /// Notes the places in which two values differ, one more than are shown.
    fn differences(&self, path: String, (a, b): (&Value, &Value), found: &mut Vec<String>) {
        if found.len() > PLACES {
            return;
        }
        match (a, b) {
            (Value::List(x), Value::List(y)) => {
                let (Some(x), Some(y)) = (x.ready(), y.ready()) else { return };
                // `found == []`: that it is not empty needs no words.
                if path.is_empty() && (x.is_empty() || y.is_empty()) {
                    return;
                }
                if x.len() != y.len() && self.first_difference(a, b).is_none() {
                    let plural = if x.len() == 1 { "" } else { "s" };
                    let at = if path.is_empty() { "in length".to_owned() } else { format!("at `{path}`") };
                    found.push(format!("{at}: one has {} element{plural}, the other {}", x.len(), y.len()));
                }
                for (at, (x, y)) in x.iter().zip(y).enumerate().take(LOOKED_AT) {
                    if let (Some(x), Some(y)) = (known(x), known(y)) {
                        self.differences(format!("{path}[{at}]"), (&x, &y), found);
                    }
                }
            }
            (Value::Record(x), Value::Record(y)) => {
                let (ours, theirs) = (x.shape(), y.shape());
                let more = theirs.names().iter().filter(|name| ours.slot(**name).is_none());
                for name in ours.names().iter().chain(more) {
                    let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                    match (x.peek(*name), y.peek(*name)) {
                        (Some(x), Some(y)) => self.differences(path, (&x, &y), found),
                        (Some(x), None) if theirs.slot(*name).is_none() => {
                            found.push(format!("at `{path}`: {} and nothing", self.brief(&x)));
                        }
                        (None, Some(y)) if ours.slot(*name).is_none() => {
                            found.push(format!("at `{path}`: nothing and {}", self.brief(&y)));
                        }
                        _ => {}
                    }
                }
            }
            _ if path.is_empty() => {}
            (a, b) => {
                let (x, y) = self.brief_pair(a, b);
                if x != y {
                    found.push(format!("at `{path}`: {x} and {y}"));
                }
            }
        }
    }

    /// Where the two sides of `==` differ in code that gave false, be it one of several that are joined by `&&`.
    #[cold]
    pub(super) fn unequal(&mut self, proto: ProtoId, this: &Rc<Record>, field: &FieldFrame) -> Option<String> {
        let (a, b) = self.in_field(proto, this, field, |vm, code, frame| {
            let mut at = code;
            while let Code::And(left, right) = vm.program.codes[at] {
                at = if vm.truth(left, frame).ok()? { right } else { left };
            }
            let Code::Compare(Compare::Equal, left, right) = vm.program.codes[at] else { return None };
            Some((vm.eval(left, frame).ok()?, vm.eval(right, frame).ok()?))
        })?;
        // What cannot be computed is not compared.
        let _ = self.force_deep(&a).and_then(|()| self.force_deep(&b));
        self.difference(&a, &b)
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
