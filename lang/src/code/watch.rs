//! Definitions that tell when they are used, for those who ask what tests reach: the `let`s in front of what a file gives,
//! and the fields of the record that it gives. A function is used when it is called, anything else when it is computed.
//!
//! It is done to finished code, and only if somebody asks: other runs meet nothing of it. What is a value as it stands,
//! such as a `let` of a number or a list, cannot tell.

use super::code::{Code, CodeId, FieldValue, ProtoId};
use super::lower::Lower;
use crate::base::span::Loc;
use std::rc::Rc;

impl Lower<'_> {
    /// Puts a watch on the definitions in the code of a file.
    pub(super) fn watch(&mut self, mut at: CodeId) {
        while let Code::Let { value, body, .. } = self.program.codes[at] {
            self.watch_let(value);
            at = body;
        }
        let Code::MakeRecord(template) = self.program.codes[at] else { return };
        // Nothing has run: the code is the only one that has it.
        let Some(template) = Rc::get_mut(&mut self.program.templates[template]) else { return };
        let mut watched = Vec::new();
        for field in &mut template.fields {
            if let FieldValue::Code { proto, eager, .. } = &mut field.value {
                *eager = None;
                watched.push((*proto, field.loc));
            }
        }
        for (proto, loc) in watched {
            self.watch_proto(self.called(proto), loc);
        }
    }

    fn watch_let(&mut self, value: CodeId) {
        let loc = self.program.locs[value];
        match self.program.codes[value] {
            Code::MakeFn(proto) => self.watch_proto(proto, loc),
            Code::Delay { proto, .. } => {
                self.program.codes[value] = Code::Delay { proto, eager: None };
                self.watch_proto(self.called(proto), loc);
            }
            _ => {}
        }
    }

    /// The body of a function, where code makes nothing but that.
    fn called(&self, proto: ProtoId) -> ProtoId {
        match self.program.codes[self.program.protos[proto].code] {
            Code::MakeFn(function) => function,
            _ => proto,
        }
    }

    fn watch_proto(&mut self, proto: ProtoId, loc: Loc) {
        let inner = self.program.protos[proto].code;
        self.program.protos[proto].code = self.emit(Code::Watched(inner), loc.span);
    }
}
