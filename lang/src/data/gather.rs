//! The events of a value, gathered to a tree.

use super::tree::Data;
use crate::base::symbol::Symbol;
use crate::output::sink::{Sink, Written};
use num_bigint::BigInt;

/// A list or record that has begun.
enum Open {
    List(Vec<Data>),
    /// With the text of a name whose value comes next: a writer makes no symbols while it is lent one.
    Record(Vec<(Symbol, Data)>, Option<Box<str>>),
}

#[derive(Default)]
pub struct Gather {
    open: Vec<Open>,
    done: Option<Data>,
}

impl Gather {
    pub fn new() -> Gather {
        Gather::default()
    }

    /// The tree; null if nothing was written.
    pub fn finish(self) -> Data {
        self.done.unwrap_or(Data::Null)
    }

    fn put(&mut self, data: Data) -> Written {
        match self.open.last_mut() {
            None => self.done = Some(data),
            Some(Open::List(items)) => items.push(data),
            Some(Open::Record(fields, key)) => fields.extend(key.take().map(|name| (Symbol::new(&name), data))),
        }
        Ok(())
    }

    fn close(&mut self) -> Written {
        match self.open.pop() {
            Some(Open::List(items)) => self.put(Data::List(items)),
            Some(Open::Record(fields, _)) => self.put(Data::Record(fields)),
            None => Ok(()),
        }
    }
}

impl Sink for Gather {
    fn null(&mut self) -> Written {
        self.put(Data::Null)
    }

    fn bool(&mut self, value: bool) -> Written {
        self.put(Data::Bool(value))
    }

    fn int(&mut self, value: i64) -> Written {
        self.put(Data::Int(value))
    }

    fn big_int(&mut self, value: &BigInt) -> Written {
        self.put(Data::BigInt(Box::new(value.clone())))
    }

    fn float(&mut self, value: f64) -> Written {
        self.put(Data::Float(value))
    }

    fn text(&mut self, value: &str) -> Written {
        self.put(Data::Str(value.into()))
    }

    fn begin_list(&mut self, len: usize) -> Written {
        self.open.push(Open::List(Vec::with_capacity(len.min(1024))));
        Ok(())
    }

    fn end_list(&mut self) -> Written {
        self.close()
    }

    fn begin_record(&mut self, len: usize) -> Written {
        self.open.push(Open::Record(Vec::with_capacity(len.min(1024)), None));
        Ok(())
    }

    fn key(&mut self, name: &str) -> Written {
        if let Some(Open::Record(_, key)) = self.open.last_mut() {
            *key = Some(name.into());
        }
        Ok(())
    }

    fn end_record(&mut self) -> Written {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;
    use crate::data::json::read_json;

    #[test]
    fn what_a_tree_writes_is_that_tree() {
        let text = r#"{"a": [1, {"b": null}, []], "c": {"d": -2.5, "e": true}, "f": "x", "g": 99999999999999999999}"#;
        let read = read_json(FileId::default(), text).expect("JSON");
        let mut gather = Gather::new();
        read.write(&mut gather).expect("it takes everything");
        assert_eq!(gather.finish(), read);
    }
}
