//! From a value back along what only handed it on, to where it was made.
//!
//! `image = c.image` makes nothing: the value was written where the record `c` has its `image`. So code is
//! gone through once more, not for its value but for the place that gives it: names lead to what they
//! were given, paths to the definition that won, `if` to the branch that is taken, calls into the
//! function. The way ends at a literal, or at code that computes. What the library computes from one thing
//! of the user's alone, such as a quantity from a size, leads on to that.
//!
//! Only a run that remembers ([`Vm::remembers`]) knows what its values were made of. In any other a name
//! that holds a plain value is looked for in the texts (`trail.rs`).
//!
//! A way is bounded, and a fault on it ends it: what was found so far stands.

use super::compose::What;
use super::explain::{By, code_of};
use super::fault::Run;
use super::vm::{FieldFrame, Frame, Vm};
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::{BlockKind, CallId, ClauseCode, Code, CodeId, FieldCode, FieldValue, Row, RowId};
use crate::code::code::{Template, TextPart};
use crate::data::part::is_part;
use crate::trail::Trail;
use crate::value::list::List;
use crate::value::record::{Body, Record};
use crate::value::thunk::{Closure, Todo};
use crate::value::value::Value;
use std::rc::Rc;

/// So many steps are gone for one question.
const FURTHEST: u32 = 4_000;
/// So many places that a value is computed from are noted.
const MOST: usize = 32;

/// A place on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub loc: Loc,
    /// The field that is defined there, or whose value it is.
    pub name: Option<Symbol>,
    /// The value is what stands there, and not computed from it.
    pub exact: bool,
    /// What stands there has chosen the value out of the library, and is no part of it.
    pub chosen: bool,
}

/// The way so far.
#[derive(Debug)]
pub(super) struct Path {
    pub last: Option<Spot>,
    /// The last place outside of the library.
    pub outside: Option<Spot>,
    /// The user's braces that were read last for a field that the library defines, and the field.
    pub around: Option<(Loc, Symbol)>,
    /// The places of the user's that a computed value was computed from, all of them.
    pub inputs: Vec<Spot>,
    name: Option<Symbol>,
    exact: bool,
    /// It is only asked how something was chosen: what it is was written where it does not matter.
    choice: bool,
    left: u32,
}

/// Who wrote a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Writer {
    Nobody,
    User,
    /// The library, in a record to which the user has added nothing.
    Library,
}

impl Path {
    pub fn new() -> Path {
        let (last, outside, around, inputs, name) = (None, None, None, Vec::new(), None);
        Path { last, outside, around, inputs, name, exact: true, choice: false, left: FURTHEST }
    }

    /// What is found from now on is not the value itself.
    pub fn leave(&mut self) {
        self.exact = false;
    }

    /// A way that begins where this one stands, out of the same steps.
    fn branch(&self) -> Path {
        Path { name: self.name, exact: false, left: self.left, ..Path::new() }
    }

    /// Goes on to the one place of the user's that the value is computed from, if there is one.
    fn lead_to(&mut self, found: Vec<Spot>) {
        if let [only] = found[..] {
            (self.last, self.outside) = (Some(only), Some(only));
        }
    }
}

impl Vm {
    /// Notes a place. Where nothing is known of it, the way goes on without.
    pub(super) fn note(&self, loc: Loc, path: &mut Path) {
        if loc == Loc::default() || path.choice {
            return;
        }
        let spot = Spot { loc, name: path.name, exact: path.exact, chosen: false };
        path.last = Some(spot);
        if !self.sources.is_library(loc.file) {
            path.outside = Some(spot);
        }
    }

    /// Where the value of code comes from.
    fn follow(&mut self, id: CodeId, frame: &Frame, path: &mut Path) -> Run<()> {
        let Some(left) = path.left.checked_sub(1) else { return Ok(()) };
        path.left = left;
        self.enter()?;
        let result = self.follow_code(id, frame, path);
        self.leave();
        result
    }

    fn follow_code(&mut self, id: CodeId, frame: &Frame, path: &mut Path) -> Run<()> {
        match self.program.codes[id] {
            Code::Local(slot) => {
                let value = self.stack[frame.base + slot as usize].clone();
                self.follow_name(&value, id, path)
            }
            Code::Capture(index) => self.follow_name(&frame.env[index as usize].clone(), id, path),
            Code::RecordLet(_) => {
                let value = self.delay(id, frame);
                self.follow_value(&value, path)
            }
            Code::Delay { proto, .. } | Code::LazyList(proto) => {
                let env = self.captures(proto, frame);
                self.in_proto(proto, &env, |vm, code, frame| vm.follow(code, frame, path))
            }
            Code::Let { slot, value, body } => {
                let value = self.delay(value, frame);
                self.stack[frame.base + slot as usize] = value;
                self.follow(body, frame, path)
            }
            Code::LetDefault { slot, value, body } => {
                let place = frame.base + slot as usize;
                if matches!(self.stack[place], Value::Pending) {
                    let value = self.delay(value, frame);
                    self.stack[place] = value;
                }
                self.follow(body, frame, path)
            }
            Code::CheckParam { body: inner, .. }
            | Code::Check { value: inner, .. }
            | Code::CheckResult { value: inner, .. } => self.follow(inner, frame, path),
            Code::If { cond, then, otherwise } => {
                let next = if self.truth(cond, frame)? { then } else { otherwise };
                self.follow(next, frame, path)?;
                self.or_else(&[cond], frame, path)
            }
            Code::Match { slot, arms } => {
                let subject = self.stack[frame.base + slot as usize].clone();
                match self.arm(&subject, arms, frame)? {
                    Some(body) => self.follow(body, frame, path)?,
                    None => return Ok(()),
                }
                if path.outside.is_none() {
                    let found =
                        self.sources_of(&[subject], path, |vm, subject, branch| vm.follow_value(subject, branch));
                    path.lead_to(found);
                }
                Ok(())
            }
            Code::Coalesce(left, right) => match self.eval_soft(left, frame)? {
                None | Some(Value::Null) => self.follow(right, frame, path),
                Some(_) => self.follow(left, frame, path),
            },
            Code::Field { base, name } | Code::OptField { base, name } => {
                let Some(Value::Record(record)) = self.eval_soft(base, frame)? else { return Ok(()) };
                let writer = self.follow_field(&record, name, path)?;
                self.or_holder(writer, base, frame, path)
            }
            Code::FieldOr { base, name, default } => match self.eval(base, frame)? {
                Value::Record(record) if self.soft_field(&Value::Record(record.clone()), name, id)?.is_some() => {
                    let writer = self.follow_field(&record, name, path)?;
                    self.or_holder(writer, base, frame, path)
                }
                _ => self.follow(default, frame, path),
            },
            Code::Index { base, index } => {
                let writer = match (self.eval(base, frame)?, self.eval(index, frame)?) {
                    (Value::List(list), Value::Int(at)) => self.follow_element(&list, at as usize, path)?,
                    (Value::Record(record), Value::Text(name)) => {
                        self.follow_field(&record, Symbol::new(name.as_str()), path)?
                    }
                    _ => return Ok(()),
                };
                let inputs: &[CodeId] = if writer == Writer::Nobody { &[base, index] } else { &[index] };
                self.or_else(inputs, frame, path)
            }
            Code::With(_, upper) => match self.eval(upper, frame)? {
                Value::Record(_) => {
                    self.note(self.loc(id), path);
                    Ok(())
                }
                _ => self.follow(upper, frame, path),
            },
            Code::Import(row) => {
                let Row::Import { file, path: import } = self.program.rows[row].clone() else { return Ok(()) };
                let from = self.sources.get(file).name.clone();
                let value = self.import_path(&from, &import, self.loc(id))?;
                self.follow_value(&value, path)
            }
            Code::Call { callee, args } | Code::TailCall { callee, args } => {
                self.follow_call((callee, args), frame, id, path)
            }
            _ => {
                let inputs = self.inputs(id);
                self.computed(id, &inputs, frame, path)
            }
        }
    }

    /// A variable: what it was given, or else what the texts say of it.
    fn follow_name(&mut self, value: &Value, id: CodeId, path: &mut Path) -> Run<()> {
        match value {
            Value::Thunk(_) => self.follow_value(value, path),
            value => {
                self.ask_texts(value, self.loc(id), path);
                Ok(())
            }
        }
    }

    /// Looks for a scalar that does not know where it comes from, by the expression that stands at a place.
    fn ask_texts(&self, value: &Value, at: Loc, path: &mut Path) {
        let literal = match value {
            Value::Text(text) => format!("{:?}", text.as_str()),
            value => {
                let mut out = String::new();
                match super::ops::write_scalar(value, &mut out) {
                    Some(()) => out,
                    None => return,
                }
            }
        };
        if let Some(end) = Trail::new(&self.sources, &literal).end(at).filter(|end| end.further) {
            self.note(end.loc, path);
        }
    }

    pub(super) fn follow_value(&mut self, value: &Value, path: &mut Path) -> Run<()> {
        let Value::Thunk(thunk) = value else { return Ok(()) };
        match thunk.made_by() {
            None => Ok(()),
            Some(Todo::Code { proto, env }) => {
                self.in_proto(proto, &env, |vm, code, frame| vm.follow(code, frame, path))
            }
            Some(Todo::Apply { f, arg }) => self.follow_apply(&f, &[arg], path),
            Some(Todo::Apply2 { f, args }) => self.follow_apply(&f, &[args.0.clone(), args.1.clone()], path),
            Some(Todo::Field { record, name }) => self.follow_field(&record, name, path).map(drop),
            Some(Todo::RecordLet { cell }) => {
                let field = FieldFrame { leaf: cell.leaf.clone(), below: cell.below.clone() };
                self.in_field(cell.proto, &cell.this, &field, |vm, code, frame| vm.follow(code, frame, path))
            }
            Some(Todo::Check { value, .. }) => self.follow_value(&value, path),
        }
    }

    /// A field: the definition that counts; of several the last one of the user's.
    pub(super) fn follow_field(&mut self, record: &Rc<Record>, name: Symbol, path: &mut Path) -> Run<Writer> {
        let Some(left) = path.left.checked_sub(1) else { return Ok(Writer::User) };
        path.left = left;
        path.name = Some(name);
        let Some(told) = self.explain(record, name) else { return Ok(Writer::Nobody) };
        let counting = told.definitions.into_iter().filter(|of| of.outcome.counts()).filter_map(|of| of.by);
        let counting: Vec<(Loc, By)> = counting.map(|by| (self.place_of(&by, name).unwrap_or_default(), by)).collect();
        let users = |loc: Loc| loc != Loc::default() && !self.sources.is_library(loc.file);
        let Some((loc, by)) = counting.iter().rev().find(|(loc, _)| users(*loc)).or(counting.last()) else {
            return Ok(Writer::Nobody);
        };
        let mut writer = if users(*loc) { Writer::User } else { Writer::Nobody };
        if writer != Writer::User && *loc != Loc::default() {
            let around = self.users_braces(record);
            writer = if around.is_some() { Writer::User } else { Writer::Library };
            path.around = around.map(|around| (around, name)).or(path.around);
        }
        self.note(*loc, path);
        self.follow_definition(by, name, path)?;
        if path.outside.is_none() && !path.choice {
            self.follow_condition(by, path)?;
        }
        Ok(writer)
    }

    /// A definition in an `if` of the library's is there because of something.
    fn follow_condition(&mut self, by: &By, path: &mut Path) -> Run<()> {
        let Body::Braces { template: part, owner: Some(owner), .. } = &by.def.leaf.body else { return Ok(()) };
        let Body::Braces { template, .. } = &owner.body else { return Ok(()) };
        let is_part = |template: &Rc<Template>| Rc::ptr_eq(template, part);
        let cond = template.blocks.iter().find_map(|block| match &block.kind {
            BlockKind::If { cond, then, otherwise } if is_part(then) || otherwise.as_ref().is_some_and(is_part) => {
                Some(*cond)
            }
            _ => None,
        });
        let Some(cond) = cond else { return Ok(()) };
        let frame = FieldFrame { leaf: owner.clone(), below: by.def.below.clone() };
        self.in_field(cond, &by.this, &frame, |vm, code, frame| vm.or_else(&[code], frame, path))
    }

    /// Where the value of a definition stands.
    fn place_of(&self, by: &By, name: Symbol) -> Option<Loc> {
        match code_of(&by.def, name) {
            Some(code) => Some(code.value_loc),
            None => self.read_value(&by.def.leaf, name),
        }
    }

    fn follow_definition(&mut self, by: &By, name: Symbol, path: &mut Path) -> Run<()> {
        let leaf = &by.def.leaf;
        let slot = |field: Option<&FieldCode>| match field.and_then(|field| field.raw) {
            Some(raw) => Some(leaf.raw_slot(raw)),
            None => leaf.slot(name),
        };
        let Some(field) = code_of(&by.def, name) else {
            let value = slot(None).map(|slot| leaf.get(slot));
            return value.map_or(Ok(()), |value| self.follow_value(&value, path));
        };
        match (field.value, by.def.what, &leaf.body) {
            (FieldValue::Code { proto, .. }, What::Field(_) | What::Rest, Body::Braces { .. }) => {
                let frame = FieldFrame { leaf: leaf.clone(), below: by.def.below.clone() };
                self.in_field(proto, &by.this, &frame, |vm, code, frame| vm.follow(code, frame, path))
            }
            (FieldValue::Direct(_), ..) | (FieldValue::Code { .. }, ..) => {
                let (value, at) = (slot(Some(field)).map(|slot| leaf.get(slot)), field.value_loc);
                match value {
                    Some(value @ Value::Thunk(_)) => self.follow_value(&value, path),
                    Some(value) => {
                        self.ask_texts(&value, at, path);
                        Ok(())
                    }
                    None => Ok(()),
                }
            }
            (FieldValue::None, ..) => Ok(()),
        }
    }

    pub(super) fn follow_element(&mut self, list: &Rc<List>, at: usize, path: &mut Path) -> Run<Writer> {
        let loc = self.element_loc(list, at).unwrap_or_default();
        self.note(loc, path);
        if let Some(item) = self.items(list)?.get(at).cloned() {
            self.follow_value(&item, path)?;
        }
        Ok(if loc == Loc::default() { Writer::Nobody } else { Writer::User })
    }

    fn follow_call(&mut self, (callee, args): (CodeId, CallId), frame: &Frame, id: CodeId, path: &mut Path) -> Run<()> {
        match self.eval(callee, frame)? {
            Value::Closure(closure) => {
                let base = self.stack.len();
                if let Err(fault) = self.push_args(&closure, args, frame, id) {
                    self.stack.truncate(base);
                    return Err(fault);
                }
                self.calling = Some(args);
                self.follow_body(&closure, base, path)
            }
            Value::Native(native) => {
                let site = self.program.calls[args];
                let from = site.start as usize;
                let given = self.program.args[from..from + site.len as usize].to_vec();
                match (self.library.natives[native.0 as usize].name, &given[..]) {
                    ("replace", [only]) => self.follow(*only, frame, path),
                    _ => self.computed(id, &given, frame, path),
                }
            }
            _ => Ok(()),
        }
    }

    /// A call with values at hand, such as those that `std.list.map` makes.
    fn follow_apply(&mut self, f: &Value, args: &[Value], path: &mut Path) -> Run<()> {
        match self.force(f)? {
            Value::Closure(closure) => {
                let (base, count) = (self.stack.len(), self.program.protos[closure.proto].params.len());
                self.calling = None;
                self.stack.extend(args.iter().take(count).cloned());
                self.stack.resize(base + count, Value::Absent);
                let id = self.program.protos[closure.proto].code;
                if let Err(fault) = self.fill_defaults(&closure, base, id) {
                    self.stack.truncate(base);
                    return Err(fault);
                }
                self.follow_body(&closure, base, path)
            }
            _ if path.choice => Ok(()),
            _ => {
                let found = self.sources_of(args, path, |vm, arg, branch| vm.follow_value(arg, branch));
                path.lead_to(found);
                Ok(())
            }
        }
    }

    /// The body of a function whose arguments lie on the stack from `base`; takes them off.
    fn follow_body(&mut self, closure: &Rc<Closure>, base: usize, path: &mut Path) -> Run<()> {
        let (code, locals) = self.proto(closure.proto);
        self.stack.resize(base + locals, Value::Pending);
        let frame = Frame { base, env: &closure.env, callee: Some(closure), field: None };
        let result = self.follow(code, &frame, path);
        self.stack.truncate(base);
        result
    }

    /// A literal, or code that computes: the end, unless the library computes from one thing of the user's alone.
    fn computed(&mut self, id: CodeId, inputs: &[CodeId], frame: &Frame, path: &mut Path) -> Run<()> {
        let here = self.loc(id);
        self.note(here, path);
        if path.choice {
            return Ok(());
        }
        let found = self.sources_of(inputs, path, |vm, input, branch| vm.follow(*input, frame, branch));
        if self.sources.is_library(here.file) {
            path.lead_to(found);
        }
        Ok(())
    }

    /// Of a field that only the library gives: what a function has made was written nowhere, so what it was made of
    /// counts; a record of constants was chosen by something.
    fn or_holder(&mut self, writer: Writer, base: CodeId, frame: &Frame, path: &mut Path) -> Run<()> {
        match writer {
            Writer::User => Ok(()),
            Writer::Nobody => self.or_else(&[base], frame, path),
            Writer::Library if path.outside.is_some() => Ok(()),
            Writer::Library => {
                let mut branch = path.branch();
                branch.choice = true;
                let mark = self.mark();
                if self.follow(base, frame, &mut branch).is_err() {
                    self.back_to(mark);
                }
                path.left = branch.left;
                if let Some(spot) = branch.outside {
                    let spot = Some(Spot { chosen: true, ..spot });
                    (path.last, path.outside) = (spot, spot);
                }
                Ok(())
            }
        }
    }

    /// Where only the library gives a value: what it was chosen by.
    fn or_else(&mut self, inputs: &[CodeId], frame: &Frame, path: &mut Path) -> Run<()> {
        if path.outside.is_none() && !inputs.is_empty() {
            let found = self.sources_of(inputs, path, |vm, input, branch| vm.follow(*input, frame, branch));
            path.lead_to(found);
        }
        Ok(())
    }

    /// The places of the user's that inputs come from, each once. What these are computed from in turn is noted.
    fn sources_of<T>(
        &mut self,
        inputs: &[T],
        path: &mut Path,
        mut each: impl FnMut(&mut Vm, &T, &mut Path) -> Run<()>,
    ) -> Vec<Spot> {
        let mut found: Vec<Spot> = Vec::new();
        for input in inputs {
            let mut branch = path.branch();
            let mark = self.mark();
            // Inputs that are not needed may fail.
            if each(self, input, &mut branch).is_err() {
                self.back_to(mark);
            }
            path.left = branch.left;
            // What is computed from several things leads to none of them, and all of them count.
            let ends = match branch.outside {
                Some(spot) => vec![Spot { exact: false, ..spot }],
                None => branch.inputs.clone(),
            };
            for end in &ends {
                if !found.iter().any(|other| other.loc == end.loc) {
                    found.push(*end);
                }
            }
            let further = if branch.inputs.is_empty() { ends } else { branch.inputs };
            for spot in further {
                if path.inputs.len() < MOST && !path.inputs.iter().any(|other| other.loc == spot.loc) {
                    path.inputs.push(spot);
                }
            }
        }
        found
    }

    /// What code computes from.
    fn inputs(&self, id: CodeId) -> Vec<CodeId> {
        match self.program.codes[id] {
            Code::Not(one) | Code::Negate(one) | Code::Rest { base: one, .. } => vec![one],
            Code::And(a, b) | Code::Or(a, b) | Code::Arith(_, a, b) | Code::Compare(_, a, b) | Code::Concat(a, b) => {
                vec![a, b]
            }
            Code::Join(row) | Code::MakeList(row) | Code::Collect(row) => self.parts(row),
            _ => Vec::new(),
        }
    }

    /// The code that a text or list is made of; of a loop, what it goes through.
    fn parts(&self, row: RowId) -> Vec<CodeId> {
        let of_text = |part: &TextPart| match part {
            TextPart::Text(_) => None,
            TextPart::Code { code, .. } => Some(*code),
        };
        let of_clause = |clause: &ClauseCode| match clause {
            ClauseCode::For { source, .. } => Some(*source),
            ClauseCode::If(_) => None,
        };
        match &self.program.rows[row] {
            Row::Text(parts) => parts.iter().filter_map(of_text).collect(),
            Row::Codes(codes) => codes.to_vec(),
            Row::Elems(elems) => elems.iter().flat_map(|elem| &elem.clauses).filter_map(of_clause).collect(),
            Row::Arms(_) | Row::FnType(_) | Row::Import { .. } => Vec::new(),
        }
    }

    /// The user's own braces among those that a record is made of: the last ones that are not a path's.
    fn users_braces(&self, record: &Rc<Record>) -> Option<Loc> {
        let mut found = (None, None);
        self.find_braces(record, &mut found, &mut 256);
        found.0.or(found.1)
    }

    fn find_braces(&self, record: &Rc<Record>, found: &mut (Option<Loc>, Option<Loc>), left: &mut u32) {
        let Some(less) = left.checked_sub(1) else { return };
        *left = less;
        match &record.body {
            Body::Braces { template, owner: None, .. } | Body::Data(Some(template)) => {
                if template.loc == Loc::default() || is_part(template.loc) || self.sources.is_library(template.loc.file)
                {
                    return;
                }
                *(if template.path { &mut found.1 } else { &mut found.0 }) = Some(template.loc);
            }
            Body::And(parts) | Body::Over(parts) => parts.iter().for_each(|part| self.find_braces(part, found, left)),
            Body::Classed(_, inner) | Body::Checked { inner, .. } | Body::Super { this: inner, .. } => {
                self.find_braces(inner, found, left)
            }
            Body::Braces { .. } | Body::Data(None) => {}
        }
    }
}
