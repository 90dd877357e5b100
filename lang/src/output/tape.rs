//! A value as a flat row of events, for formats that cannot be written in one pass.
//!
//! TOML wants the plain values of a table before its sub-tables, so its writer has to look twice.
//! A tape costs two buffers however deep the value is, and dropping it never recurses.

use super::sink::{Refused, Sink, Written};
use num_bigint::BigInt;

/// A text on the tape: where it starts and ends in the buffer of all texts.
#[derive(Clone, Copy, Debug)]
pub struct TextAt {
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, Debug)]
pub enum Event {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(TextAt),
    Key(TextAt),
    /// `end` is the index of the event that closes it, `tables` whether all elements are records.
    List {
        end: usize,
        tables: bool,
    },
    Record {
        end: usize,
    },
    End,
}

#[derive(Default)]
pub struct Tape {
    events: Vec<Event>,
    texts: String,
    open: Vec<usize>,
}

impl Tape {
    pub fn get(&self, at: usize) -> Option<Event> {
        self.events.get(at).copied()
    }

    pub fn text_at(&self, text: TextAt) -> &str {
        self.texts.get(text.start..text.end).unwrap_or_default()
    }

    /// The index after the value that starts at `at`.
    pub fn after(&self, at: usize) -> usize {
        match self.get(at) {
            Some(Event::List { end, .. } | Event::Record { end }) => end + 1,
            _ => at + 1,
        }
    }

    fn store(&mut self, text: &str) -> TextAt {
        let start = self.texts.len();
        self.texts.push_str(text);
        TextAt { start, end: self.texts.len() }
    }

    /// Puts a value down; a list that gets anything but a record is no row of tables.
    fn push(&mut self, event: Event) -> Written {
        if !matches!(event, Event::Record { .. })
            && let Some(Event::List { tables, .. }) = self.open.last().and_then(|at| self.events.get_mut(*at))
        {
            *tables = false;
        }
        self.events.push(event);
        Ok(())
    }

    fn begin(&mut self, event: Event) -> Written {
        self.push(event)?;
        self.open.push(self.events.len() - 1);
        Ok(())
    }

    fn end(&mut self) -> Written {
        let here = self.events.len();
        let opened = self.open.pop();
        if let Some(Event::List { end, .. } | Event::Record { end }) = opened.and_then(|at| self.events.get_mut(at)) {
            *end = here;
        }
        self.events.push(Event::End);
        Ok(())
    }
}

impl Sink for Tape {
    fn null(&mut self) -> Written {
        Err(Refused::TomlNull)
    }

    fn bool(&mut self, value: bool) -> Written {
        self.push(Event::Bool(value))
    }

    fn int(&mut self, value: i64) -> Written {
        self.push(Event::Int(value))
    }

    fn big_int(&mut self, _value: &BigInt) -> Written {
        Err(Refused::TomlBigInt)
    }

    fn float(&mut self, value: f64) -> Written {
        if !value.is_finite() {
            return Err(Refused::NotFinite);
        }
        self.push(Event::Float(value))
    }

    fn text(&mut self, value: &str) -> Written {
        let text = self.store(value);
        self.push(Event::Text(text))
    }

    fn begin_list(&mut self, _len: usize) -> Written {
        self.begin(Event::List { end: 0, tables: true })
    }

    fn end_list(&mut self) -> Written {
        self.end()
    }

    fn begin_record(&mut self, _len: usize) -> Written {
        self.begin(Event::Record { end: 0 })
    }

    fn key(&mut self, name: &str) -> Written {
        let text = self.store(name);
        self.events.push(Event::Key(text));
        Ok(())
    }

    fn end_record(&mut self) -> Written {
        self.end()
    }
}
