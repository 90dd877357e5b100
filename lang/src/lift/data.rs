//! Reading and changing the data of objects by dotted paths: `spec.template.spec`.
//!
//! What is not there, or is not of its kind, counts as nothing: manifests come from anywhere.

use crate::base::symbol::Symbol;
use crate::data::tree::Data;

/// Marks an element of a list that must not be there.
pub const AWAY: &str = "$away";

pub type Pair = (Symbol, Data);

/// The value at a path.
pub fn at<'d>(data: &'d Data, path: &str) -> Option<&'d Data> {
    path.split('.').try_fold(data, |data, name| data.get(name))
}

pub fn text<'d>(data: &'d Data, path: &str) -> Option<&'d str> {
    as_text(at(data, path)?)
}

pub fn as_text(data: &Data) -> Option<&str> {
    if let Data::Str(text) = data { Some(text) } else { None }
}

pub fn int(data: &Data, path: &str) -> Option<i64> {
    if let Data::Int(number) = at(data, path)? { Some(*number) } else { None }
}

pub fn truth(data: &Data, path: &str) -> Option<bool> {
    if let Data::Bool(truth) = at(data, path)? { Some(*truth) } else { None }
}

pub fn list<'d>(data: &'d Data, path: &str) -> &'d [Data] {
    if let Some(Data::List(items)) = at(data, path) { items } else { &[] }
}

pub fn pairs<'d>(data: &'d Data, path: &str) -> &'d [Pair] {
    if let Some(Data::Record(pairs)) = at(data, path) { pairs } else { &[] }
}

/// The texts of a list.
pub fn texts(data: &Data, path: &str) -> Vec<String> {
    list(data, path).iter().map(shown).collect()
}

/// A scalar as Kubernetes would take it for a text.
pub fn shown(data: &Data) -> String {
    match data {
        Data::Str(text) => text.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::Int(number) => number.to_string(),
        Data::BigInt(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Null | Data::List(_) | Data::Record(_) => String::new(),
    }
}

pub fn word(text: impl AsRef<str>) -> Data {
    Data::Str(text.as_ref().into())
}

pub fn words<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Data {
    Data::List(texts.into_iter().map(word).collect())
}

pub fn record<'n>(pairs: impl IntoIterator<Item = (&'n str, Data)>) -> Data {
    Data::Record(pairs.into_iter().map(|(name, value)| (Symbol::new(name), value)).collect())
}

/// Takes the value at a path away.
pub fn take(data: &mut Data, path: &str) -> Option<Data> {
    let (above, name) = path.rsplit_once('.').map_or((None, path), |(above, name)| (Some(above), name));
    let Data::Record(pairs) = (match above {
        Some(above) => at_mut(data, above)?,
        None => data,
    }) else {
        return None;
    };
    let name = Symbol::new(name);
    let index = pairs.iter().position(|(field, _)| *field == name)?;
    Some(pairs.remove(index).1)
}

/// Takes a name away whatever is in it: names of annotations have dots.
pub fn take_named(data: &mut Data, name: &str) -> Option<Data> {
    let Data::Record(pairs) = data else { return None };
    let name = Symbol::new(name);
    let index = pairs.iter().position(|(field, _)| *field == name)?;
    Some(pairs.remove(index).1)
}

pub fn at_mut<'d>(data: &'d mut Data, path: &str) -> Option<&'d mut Data> {
    let mut data = data;
    for name in path.split('.') {
        let Data::Record(pairs) = data else { return None };
        let name = Symbol::new(name);
        data = pairs.iter_mut().find(|(field, _)| *field == name).map(|(_, value)| value)?;
    }
    Some(data)
}

/// Puts a value at a path, with the records that lead to it.
pub fn put(data: &mut Data, path: &str, value: Data) {
    let mut data = data;
    for name in path.split('.') {
        data = field_mut(data, name);
    }
    *data = value;
}

/// The field of a record by its name, made if it is not there.
pub fn field_mut<'d>(data: &'d mut Data, name: &str) -> &'d mut Data {
    if !matches!(data, Data::Record(_)) {
        *data = Data::Record(Vec::new());
    }
    let Data::Record(pairs) = data else { unreachable!("it was made a record") };
    let name = Symbol::new(name);
    let index = pairs.iter().position(|(field, _)| *field == name).unwrap_or_else(|| {
        pairs.push((name, Data::Null));
        pairs.len() - 1
    });
    &mut pairs[index].1
}

/// Puts a list at a path, or takes it away if it is empty.
pub fn put_list(data: &mut Data, path: &str, items: Vec<Data>) {
    if items.is_empty() {
        take(data, path);
    } else {
        put(data, path, Data::List(items));
    }
}

/// Whether there is nothing in it.
pub fn is_empty(data: &Data) -> bool {
    match data {
        Data::Null => true,
        Data::List(items) => items.is_empty(),
        Data::Record(pairs) => pairs.is_empty(),
        Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) | Data::Str(_) => false,
    }
}

/// Takes away fields that are null: to the server they are not there.
pub fn without_nulls(data: Data) -> Data {
    match data {
        Data::Record(pairs) => {
            let there = pairs.into_iter().filter(|(_, value)| *value != Data::Null);
            Data::Record(there.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Data::List(items) => Data::List(items.into_iter().map(without_nulls).collect()),
        scalar => scalar,
    }
}

/// Whether all pairs of a record are in another one; an empty record is in none.
pub fn selects(wanted: &[Pair], labels: &[Pair]) -> bool {
    !wanted.is_empty() && wanted.iter().all(|pair| labels.contains(pair))
}
