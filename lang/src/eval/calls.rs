//! Calls: arguments to parameters, closures on the stack, tail calls in a loop.

use super::fault::{Fault, Run, step};
use super::profile::Work;
use super::vm::{Frame, Native, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::rewrite::Rewrite;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::code::code::{CallId, CallSite, Code, CodeId, Default, NativeId, ProtoId};
use crate::value::thunk::{Closure, Guard};
use crate::value::types::{Label, Role, Type};
use crate::value::value::Value;
use smallvec::SmallVec;
use std::rc::Rc;

/// The arguments of a call of the library: four are as many as nearly all take.
type Given = SmallVec<[Value; 4]>;

impl Vm {
    pub(super) fn eval_call(&mut self, callee: CodeId, args: CallId, frame: &Frame, id: CodeId) -> Run {
        match self.eval(callee, frame)? {
            Value::Closure(closure) => {
                let base = self.stack.len();
                if let Err(fault) = self.push_args(&closure, args, frame, id) {
                    self.stack.truncate(base);
                    return Err(fault);
                }
                self.calling = Some(args);
                self.run_closure(closure, base).map_err(|fault| self.called(fault, callee, id))
            }
            Value::Native(native) => self.eval_native(native, args, frame, id),
            value => self.not_callable(&value, callee),
        }
    }

    /// Where the argument of a parameter stands in the call that is running.
    pub(super) fn argument_loc(&self, proto: ProtoId, slot: u32) -> Loc {
        let Some(args) = self.calling else { return self.site };
        let Some(param) = self.program.protos[proto].params.get(slot as usize) else { return self.site };
        let site = self.program.calls[args];
        let index = match slot.checked_sub(u32::from(site.positional)) {
            None => slot,
            Some(_) => {
                let named = u32::from(site.len - site.positional);
                let names = &self.program.names[site.names as usize..(site.names + named) as usize];
                match names.iter().position(|(name, _)| Some(*name) == param.name) {
                    Some(at) => u32::from(site.positional) + at as u32,
                    None => {
                        return match param.default {
                            Default::Needed => self.site,
                            Default::Given(code) | Default::InBody(code) => self.loc(code),
                        };
                    }
                }
            }
        };
        self.program.args.get((site.start + index) as usize).map_or(self.site, |code| self.loc(*code))
    }

    /// A fault on its way out of a call.
    #[cold]
    fn called(&self, mut fault: Box<Fault>, callee: CodeId, id: CodeId) -> Box<Fault> {
        fault.passes(self.loc(id), self.in_call(callee));
        fault
    }

    #[cold]
    fn in_call(&self, callee: CodeId) -> String {
        let loc = self.loc(callee);
        let source = self.sources.get(loc.file);
        match source.text.get(loc.span.range()) {
            Some(text) if text.len() <= 40 && !text.contains('\n') => format!("in this call of `{text}`"),
            _ => "in this call".to_owned(),
        }
    }

    #[cold]
    fn not_callable<T>(&self, value: &Value, callee: CodeId) -> Run<T> {
        let title = format!("{} cannot be called", value.kind());
        let diag = Diag::error(ErrorCode::WrongKind, title).at(self.loc(callee), self.describe(value));
        self.error(match value {
            Value::Type(_) => diag.help("an annotation checks a value: `(value : Type)`"),
            Value::Record(_) => diag.help("a record is changed by `with`: `base with { … }`"),
            _ => diag.help("it is a value already: remove the parentheses behind it"),
        })
    }

    /// A call in tail position: leaves the function and its arguments to the loop of `run_closure`.
    pub(super) fn eval_tail_call(&mut self, callee: CodeId, args: CallId, frame: &Frame, id: CodeId) -> Run {
        match self.eval(callee, frame)? {
            // What a function promised is checked when it returns: it cannot leave the loop to another.
            Value::Closure(closure) if closure.guard.is_some() => {
                let base = self.stack.len();
                if let Err(fault) = self.push_args(&closure, args, frame, id) {
                    self.stack.truncate(base);
                    return Err(fault);
                }
                self.run_closure(closure, base)
            }
            Value::Closure(closure) => {
                let base = self.stack.len();
                if let Err(fault) = self.push_args(&closure, args, frame, id) {
                    self.stack.truncate(base);
                    return Err(fault);
                }
                self.calling = Some(args);
                self.tail = Some(closure);
                Ok(Value::Busy)
            }
            Value::Native(native) => self.eval_native(native, args, frame, id),
            value => self.not_callable(&value, callee),
        }
    }

    /// Runs a closure whose arguments lie on the stack from `base`; takes them off.
    #[inline]
    pub(super) fn run_closure(&mut self, closure: Rc<Closure>, base: usize) -> Run {
        if closure.guard.is_some() { self.run_guarded(closure, base) } else { self.run_unguarded(closure, base) }
    }

    /// The same of one that has promised something.
    #[inline(never)]
    fn run_guarded(&mut self, closure: Rc<Closure>, base: usize) -> Run {
        let (proto, mut guard) = (closure.proto, closure.guard.clone());
        let mut value = self.run_unguarded(closure, base)?;
        while let Some(here) = guard {
            if let Value::Type(ty) = &here.ty
                && let Type::Fn { result, .. } = &**ty
            {
                let place = Some(self.body_loc(proto));
                let label = Rc::new(Label { role: Role::Result, value: place, ..(*here.label).clone() });
                value = self.check(&value, result, &label)?;
            }
            guard = here.inner.clone();
        }
        Ok(value)
    }

    /// Where the value of a function stands.
    fn body_loc(&self, proto: ProtoId) -> Loc {
        let mut code = self.program.protos[proto].code;
        while let Code::CheckParam { body, .. }
        | Code::LetDefault { body, .. }
        | Code::Let { body, .. }
        | Code::Watched(body) = self.program.codes[code]
        {
            code = body;
        }
        self.loc(code)
    }

    #[inline(never)]
    fn run_unguarded(&mut self, mut closure: Rc<Closure>, base: usize) -> Run {
        self.enter().inspect_err(|_| self.stack.truncate(base))?;
        self.counts.calls += 1;
        if self.profile.is_some() {
            self.enter_frame(Work::Function(closure.proto));
        }
        let result = loop {
            let proto = &self.program.protos[closure.proto];
            let (code, locals) = (proto.code, proto.locals as usize);
            self.stack.resize(base + locals, Value::Pending);
            let frame = Frame { base, env: &closure.env, callee: Some(&closure), field: None };
            let result = self.eval(code, &frame);
            let Some(next) = self.tail.take() else { break result };
            // The arguments of the tail call lie above this frame: they become the next one.
            self.stack.drain(base..base + locals);
            self.steps += 1;
            self.counts.calls += 1;
            // A loop of tail calls is as deep as one call, but it must end all the same.
            if self.steps & 0xfff == 0
                && let Err(fault) = self.look_around()
            {
                break Err(fault);
            }
            closure = next;
            if self.profile.is_some() {
                self.change_frame(Work::Function(closure.proto));
            }
        };
        if self.profile.is_some() {
            self.leave_frame();
        }
        self.stack.truncate(base);
        self.leave();
        result
    }

    /// Puts the arguments of a call on the stack in the order of the parameters.
    pub(super) fn push_args(&mut self, closure: &Rc<Closure>, args: CallId, frame: &Frame, id: CodeId) -> Run<()> {
        let site = self.program.calls[args];
        let count = self.program.protos[closure.proto].params.len();
        if closure.guard.is_none() && site.len == site.positional && site.len as usize == count {
            for index in 0..site.len as u32 {
                let value = self.delay(self.program.args[(site.start + index) as usize], frame);
                self.stack.push(value);
            }
            return Ok(());
        }
        self.calling = Some(args);
        let base = self.stack.len();
        self.stack.resize(base + count, Value::Absent);
        self.place_args(closure, site, base, frame, id)?;
        self.guard_args(closure, base)?;
        self.fill_defaults(closure, base, id)
    }

    fn place_args(&mut self, closure: &Rc<Closure>, site: CallSite, base: usize, frame: &Frame, id: CodeId) -> Run<()> {
        let count = self.program.protos[closure.proto].params.len();
        if site.positional as usize > count {
            let surplus = self.loc(self.program.args[site.start as usize + count]);
            return self.wrong_count(closure, site.positional as usize, surplus, id);
        }
        for index in 0..site.len {
            let code = self.program.args[(site.start + index as u32) as usize];
            let slot = match index.checked_sub(site.positional) {
                None => index as usize,
                Some(named) => {
                    let (name, loc) = self.program.names[(site.names + named as u32) as usize];
                    self.param_slot(closure, name, loc)?
                }
            };
            if !matches!(self.stack[base + slot], Value::Absent) {
                return self.given_twice(closure, slot, code);
            }
            let value = self.delay(code, frame);
            self.stack[base + slot] = value;
        }
        Ok(())
    }

    fn param_slot(&self, closure: &Rc<Closure>, name: Symbol, loc: Loc) -> Run<usize> {
        let params = &self.program.protos[closure.proto].params;
        if let Some(slot) = params.iter().position(|param| param.name == Some(name)) {
            return Ok(slot);
        }
        let known: Vec<Rc<str>> = params.iter().filter_map(|param| param.name).map(Symbol::text).collect();
        self.no_param(&name.text(), &known, loc)
    }

    #[cold]
    fn no_param<T>(&self, name: &str, known: &[Rc<str>], loc: Loc) -> Run<T> {
        let near = suggest::nearest(name, known.iter().map(|name| &**name));
        let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let diag = Diag::error(ErrorCode::NamedArgument, format!("the function has no parameter `{name}`"))
            .at(loc, "this argument")
            .note(if list.is_empty() { "it takes no arguments by name".into() } else { format!("it takes {list}") });
        self.error(diag.meant(near, loc, name))
    }

    #[cold]
    fn given_twice<T>(&self, closure: &Rc<Closure>, slot: usize, code: CodeId) -> Run<T> {
        let name = self.program.protos[closure.proto].params[slot].name;
        let name = name.map_or("this parameter".to_owned(), |name| format!("`{name}`"));
        self.error(Diag::error(ErrorCode::Arguments, format!("{name} is given twice")).at(self.loc(code), "again here"))
    }

    #[cold]
    fn wrong_count<T>(&self, closure: &Rc<Closure>, given: usize, surplus: Loc, id: CodeId) -> Run<T> {
        let proto = &self.program.protos[closure.proto];
        let name = proto.name.map_or("the function".to_owned(), |name| format!("`{name}`"));
        let (most, plural) = (proto.params.len(), if proto.params.len() == 1 { "" } else { "s" });
        let diag =
            Diag::error(ErrorCode::Arguments, format!("{name} takes {most} argument{plural}, {given} are given"))
                .at(if surplus == Loc::default() { self.loc(id) } else { surplus }, "this is one too many")
                .also(proto.loc, "the function")
                .help("remove it, or give the function another parameter");
        self.error(diag)
    }

    pub(super) fn fill_defaults(&mut self, closure: &Rc<Closure>, base: usize, id: CodeId) -> Run<()> {
        let count = self.program.protos[closure.proto].params.len();
        let locals = self.program.protos[closure.proto].locals as usize;
        for slot in 0..count {
            if !matches!(self.stack[base + slot], Value::Absent) {
                continue;
            }
            let default = match self.program.protos[closure.proto].params[slot].default {
                Default::Needed => return self.not_given(closure, slot, id),
                Default::Given(code) => code,
                Default::InBody(_) => {
                    self.stack[base + slot] = Value::Pending;
                    continue;
                }
            };
            // A default may use slots of its own: they lie in the frame to be.
            self.stack.resize(base + locals.max(count), Value::Pending);
            let frame = Frame { base, env: &closure.env, callee: Some(closure), field: None };
            let value = self.delay(default, &frame);
            self.stack[base + slot] = value;
            self.stack.truncate(base + count);
        }
        Ok(())
    }

    #[cold]
    fn not_given<T>(&self, closure: &Rc<Closure>, slot: usize, id: CodeId) -> Run<T> {
        let proto = &self.program.protos[closure.proto];
        let what = match proto.params[slot].name {
            Some(name) => format!("no value is given for the parameter `{name}`"),
            None => format!("argument {} is not given", slot + 1),
        };
        let diag =
            Diag::error(ErrorCode::Arguments, what).at(self.loc(id), "this call").also(proto.loc, "the function");
        self.error(match proto.params[slot].name {
            Some(name) => diag.help(format!("give it in the call: `{name} = …`")),
            None => diag,
        })
    }

    /// Calls a value with arguments that are values already.
    pub fn call(&mut self, f: &Value, args: &[Value]) -> Run {
        match f {
            Value::Closure(closure) => {
                let (base, count) = (self.stack.len(), self.program.protos[closure.proto].params.len());
                if args.len() > count {
                    return self.wrong_count_native(closure, args.len());
                }
                self.calling = None;
                self.stack.extend_from_slice(args);
                self.stack.resize(base + count, Value::Absent);
                if args.len() < count || closure.guard.is_some() {
                    let id = self.program.protos[closure.proto].code;
                    let ready = self.guard_args(closure, base).and_then(|()| self.fill_defaults(closure, base, id));
                    if let Err(fault) = ready {
                        self.stack.truncate(base);
                        return Err(fault);
                    }
                }
                self.run_closure(closure.clone(), base)
            }
            Value::Native(native) => {
                let mut given = Given::from(args);
                self.native_call(*native, &mut given)
            }
            Value::Thunk(thunk) => {
                let f = self.force_thunk(thunk)?;
                self.call(&f, args)
            }
            value => self.no_function(value),
        }
    }

    #[cold]
    fn no_function<T>(&self, value: &Value) -> Run<T> {
        let title = format!("expected a function, found {}", value.kind());
        self.error(Diag::error(ErrorCode::WrongKind, title).at(self.site, "in this call"))
    }

    #[cold]
    fn wrong_count_native<T>(&self, closure: &Rc<Closure>, given: usize) -> Run<T> {
        let proto = &self.program.protos[closure.proto];
        let most = proto.params.len();
        let title = format!("the function is called with {given} arguments and takes {most}");
        self.error(Diag::error(ErrorCode::Arguments, title).at(proto.loc, "this function").also(self.site, "the call"))
    }

    fn eval_native(&mut self, native: NativeId, args: CallId, frame: &Frame, id: CodeId) -> Run {
        let site = self.program.calls[args];
        let params = self.library.natives[native.0 as usize].params;
        let mut given = Given::new();
        let here = self.loc(id);
        let outer = std::mem::replace(&mut self.site, here);
        let placed = self.place_given(params, site, &mut given, frame);
        let result = placed.and_then(|()| self.native_call(native, &mut given));
        let inner = std::mem::replace(&mut self.site, outer);
        match result {
            Ok(value) => Ok(value),
            Err(mut fault) => {
                let name = self.library.natives[native.0 as usize].name;
                self.mark_argument(&mut fault, args, &given);
                step(Err(fault), || (inner, format!("in this call of `std.{name}`")))
            }
        }
    }

    /// The arguments of a call of the library, each in the place of its parameter.
    fn place_given(
        &mut self,
        params: &'static [&'static str],
        site: CallSite,
        given: &mut Given,
        frame: &Frame,
    ) -> Run<()> {
        for index in 0..site.positional {
            let code = self.program.args[(site.start + u32::from(index)) as usize];
            given.push(match self.program.codes[code] {
                Code::Now(code) => self.eval(code, frame)?,
                _ => self.delay(code, frame),
            });
        }
        if site.len > site.positional { self.place_named(params, site, given, frame) } else { Ok(()) }
    }

    /// Those that are given by name.
    #[inline(never)]
    fn place_named(
        &mut self,
        params: &'static [&'static str],
        site: CallSite,
        given: &mut Given,
        frame: &Frame,
    ) -> Run<()> {
        given.resize(params.len().max(given.len()), Value::Absent);
        for named in 0..site.len - site.positional {
            let (name, loc) = self.program.names[(site.names + u32::from(named)) as usize];
            let name = name.text();
            let Some(slot) = params.iter().position(|param| **param == *name) else {
                let known: Vec<Rc<str>> = params.iter().map(|param| Rc::from(*param)).collect();
                return self.no_param(&name, &known, loc);
            };
            let code = self.program.args[(site.start + u32::from(site.positional + named)) as usize];
            given[slot] = self.delay(code, frame);
        }
        Ok(())
    }

    /// Marks the argument that a function of the library refuses, in the place of the whole call.
    #[cold]
    fn mark_argument(&self, fault: &mut Fault, args: CallId, given: &[Value]) {
        let Some(slot) = fault.argument.take() else { return };
        let site = self.program.calls[args];
        let place = |slot: usize| {
            (slot < site.positional as usize).then(|| self.loc(self.program.args[site.start as usize + slot]))
        };
        let (Some(loc), Some(diag)) = (place(slot), fault.diags.first_mut()) else { return };
        if let Some(label) = diag.labels.first_mut() {
            label.loc = loc;
            label.text = given.get(slot).map_or(String::new(), |value| match value {
                Value::Thunk(thunk) => thunk.done().map_or(String::new(), |value| self.describe(&value)),
                value => self.describe(value),
            });
        }
        let is_function = |slot: usize| given.get(slot).is_some_and(Value::is_function);
        if let (0, true, false, Some(second)) = (slot, is_function(0), is_function(1), place(1)) {
            let rewrite = Rewrite::Exchange { first: loc, second };
            *diag = diag.clone().rewrite("the function comes last", rewrite);
        }
    }

    fn native_call(&mut self, native: NativeId, given: &mut Given) -> Run {
        let row = self.library.natives[native.0 as usize];
        let missing = given.iter().take(row.required).position(|value| matches!(value, Value::Absent));
        let short = (given.len() < row.required).then_some(given.len());
        if let Some(missing) = missing.or(short) {
            return self.native_needs(row, missing);
        }
        if given.len() > row.params.len() {
            return self.native_takes(row, given.len());
        }
        given.resize(row.params.len(), Value::Absent);
        self.enter()?;
        self.counts.calls += 1;
        let result = self.framed(|_| Work::Native(native), |vm| (row.run)(vm, given));
        self.leave();
        result
    }

    #[cold]
    fn native_needs<T>(&self, row: Native, missing: usize) -> Run<T> {
        let title = format!("`std.{}` needs its argument `{}`", row.name, row.params[missing]);
        let diag = Diag::error(ErrorCode::Arguments, title).at(self.site, "this call");
        self.error(diag.note(format!("it is `std.{}{}`", row.name, row.signature)))
    }

    #[cold]
    fn native_takes<T>(&self, row: Native, count: usize) -> Run<T> {
        let most = row.params.len();
        let plural = if most == 1 { "" } else { "s" };
        let title = format!("`std.{}` takes {most} argument{plural}, {count} are given", row.name);
        let diag = Diag::error(ErrorCode::Arguments, title).at(self.site, "this call");
        self.error(diag.note(format!("it is `std.{}{}`", row.name, row.signature)))
    }

    /// Checks a call of a function that passed an annotation: its caller is to blame.
    fn guard_args(&mut self, closure: &Rc<Closure>, base: usize) -> Run<()> {
        let mut guard = closure.guard.clone();
        while let Some(here) = guard {
            self.guard_once(closure, &here, base)?;
            guard = here.inner.clone();
        }
        Ok(())
    }

    fn guard_once(&mut self, closure: &Rc<Closure>, guard: &Rc<Guard>, base: usize) -> Run<()> {
        let Value::Type(ty) = &guard.ty else { return Ok(()) };
        let Type::Fn { params, .. } = &**ty else { return Ok(()) };
        let count = self.program.protos[closure.proto].params.len();
        for (slot, param) in params.iter().enumerate().take(count) {
            let value = self.stack[base + slot].clone();
            if matches!(value, Value::Absent) {
                continue;
            }
            let place = self.argument_loc(closure.proto, slot as u32);
            let label = Label { value: Some(place), role: Role::Argument, ..(*guard.label).clone() };
            let checked = self.check_lazily(&value, &param.ty, &Rc::new(label))?;
            self.stack[base + slot] = checked;
        }
        Ok(())
    }
}
