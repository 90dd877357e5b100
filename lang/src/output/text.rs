//! Plain text: a string as it is, a number or a boolean as it is written, a list line by line.

use super::number::{write_big_int, write_float, write_int};
use super::sink::{Refused, Sink, Written};
use num_bigint::BigInt;

#[derive(Default)]
pub struct TextSink {
    out: String,
    in_list: bool,
}

impl TextSink {
    pub fn new() -> TextSink {
        TextSink::default()
    }

    /// The text: a string byte for byte, without a line break added.
    pub fn finish(self) -> String {
        self.out
    }

    fn end_line(&mut self) -> Written {
        if self.in_list {
            self.out.push('\n');
        }
        Ok(())
    }
}

impl Sink for TextSink {
    fn null(&mut self) -> Written {
        Err(Refused::TextNull)
    }

    fn bool(&mut self, value: bool) -> Written {
        self.text(if value { "true" } else { "false" })
    }

    fn int(&mut self, value: i64) -> Written {
        write_int(&mut self.out, value);
        self.end_line()
    }

    fn big_int(&mut self, value: &BigInt) -> Written {
        write_big_int(&mut self.out, value);
        self.end_line()
    }

    fn float(&mut self, value: f64) -> Written {
        write_float(&mut self.out, value)?;
        self.end_line()
    }

    fn text(&mut self, value: &str) -> Written {
        self.out.push_str(value);
        self.end_line()
    }

    fn begin_list(&mut self, _len: usize) -> Written {
        if self.in_list {
            return Err(Refused::TextNested);
        }
        self.in_list = true;
        Ok(())
    }

    fn end_list(&mut self) -> Written {
        self.in_list = false;
        Ok(())
    }

    fn begin_record(&mut self, _len: usize) -> Written {
        Err(Refused::TextRecord)
    }

    fn key(&mut self, _name: &str) -> Written {
        Err(Refused::TextRecord)
    }

    fn end_record(&mut self) -> Written {
        Err(Refused::TextRecord)
    }
}
