//! Lists that have to be run: elements, spreads and clauses, in order.

use super::fault::Run;
use super::vm::{Frame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::code::code::{ClauseCode, CodeId, ElemCode, Element, Row, RowId};
use crate::value::list::{List, Source};
use crate::value::value::Value;
use std::rc::Rc;

/// Copies from this size on are worth a look at the memory in use.
const LARGE: usize = 1 << 15;

impl Vm {
    /// The elements of a list; runs its clauses if that has not been done.
    pub fn items<'a>(&mut self, list: &'a Rc<List>) -> Run<&'a [Value]> {
        if let Some(items) = list.ready() {
            return Ok(items);
        }
        let Source::Code { proto, env } = &list.source else { return Ok(&[]) };
        if list.set_busy(true) {
            let diag = Diag::error(ErrorCode::Cycle, "a list needs its own elements to be computed");
            let loc = self.program.protos[*proto].loc;
            return self.error(diag.at(loc, "which elements there are depends on this list itself"));
        }
        let made = self.enter().and_then(|()| {
            let made = self.run_proto(*proto, env);
            self.leave();
            made
        });
        list.set_busy(false);
        match made? {
            Value::List(made) => Ok(list.fill(made.ready().unwrap_or_default().to_vec())),
            _ => Ok(list.fill(Vec::new())),
        }
    }

    pub fn len(&mut self, list: &Rc<List>) -> Run<usize> {
        match list.as_range() {
            Some((_, len)) => Ok(len),
            None => self.items(list).map(<[Value]>::len),
        }
    }

    pub(super) fn collect(&mut self, row: RowId, frame: &Frame) -> Run<Vec<Value>> {
        let Row::Elems(elems) = self.program.rows[row].clone() else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        for elem in elems.iter() {
            self.clauses(elem, 0, frame, &mut out)?;
        }
        Ok(out)
    }

    /// Runs the clauses from `next` on, and the element inside of them all.
    fn clauses(&mut self, elem: &ElemCode, next: usize, frame: &Frame, out: &mut Vec<Value>) -> Run<()> {
        match elem.clauses.get(next) {
            None => self.element(elem, frame, out),
            Some(ClauseCode::If(cond)) => {
                if self.truth(*cond, frame)? {
                    self.clauses(elem, next + 1, frame, out)?;
                }
                Ok(())
            }
            Some(ClauseCode::For { source, key, value }) => match self.eval(*source, frame)? {
                Value::List(list) => {
                    self.over_list(&list, *key, *value, frame, |vm| vm.clauses(elem, next + 1, frame, out))
                }
                Value::Record(record) => {
                    let Some(key) = key else { return self.needs_two_names(*source) };
                    for name in self.names(&record)? {
                        let field = self.lazy_field(&record, name)?;
                        self.stack[frame.base + *key as usize] = Value::text(&*name.text());
                        self.stack[frame.base + *value as usize] = field;
                        self.clauses(elem, next + 1, frame, out)?;
                    }
                    Ok(())
                }
                other => self.wrong_kind("a list or a record to go through", &other, *source),
            },
        }
    }

    fn over_list(
        &mut self,
        list: &Rc<List>,
        key: Option<u32>,
        value: u32,
        frame: &Frame,
        mut body: impl FnMut(&mut Vm) -> Run<()>,
    ) -> Run<()> {
        let count = self.len(list)?;
        for index in 0..count {
            let item = match list.as_range() {
                Some((start, _)) => Value::Int(start + index as i64),
                None => self.items(list)?.get(index).cloned().unwrap_or(Value::Null),
            };
            if let Some(key) = key {
                self.stack[frame.base + key as usize] = Value::Int(index as i64);
            }
            self.stack[frame.base + value as usize] = item;
            body(self)?;
        }
        Ok(())
    }

    #[cold]
    fn needs_two_names<T>(&self, source: CodeId) -> Run<T> {
        let diag = Diag::error(ErrorCode::WrongKind, "a loop over a record needs two names")
            .at(self.loc(source), "a record")
            .help("write `for (name, value) in …`");
        self.error(diag)
    }

    /// Refuses to copy so many bytes where memory does not allow for them. Little copies are left
    /// to the look that the machine takes now and then; asking for each would cost more than they do.
    pub(super) fn room_for(&self, bytes: usize) -> Run<()> {
        if bytes < LARGE {
            return Ok(());
        }
        let used = self.limits.memory_used.map_or(0, |used| used());
        self.reserve(used.saturating_add(bytes))
    }

    fn element(&mut self, elem: &ElemCode, frame: &Frame, out: &mut Vec<Value>) -> Run<()> {
        match elem.kind {
            Element::Lazy => {
                let value = self.delay(elem.value, frame);
                out.push(value);
                return Ok(());
            }
            Element::Now => {
                out.push(self.eval(elem.value, frame)?);
                return Ok(());
            }
            Element::Spread => {}
        }
        match self.eval(elem.value, frame)? {
            Value::List(list) => {
                let items = self.items(&list)?;
                self.room_for(items.len().saturating_mul(size_of::<Value>()))?;
                out.extend_from_slice(items);
                Ok(())
            }
            other => self.wrong_kind("a list to spread", &other, elem.value),
        }
    }
}
