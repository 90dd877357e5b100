//! The machine: a stack of slots, the code, the files, and the guards that keep a run finite.
//!
//! Methods that run code stand in the files after this one; they meet through `self`.

use super::counts::Counts;
use super::fault::{Fault, Run};
use super::profile::{Clock, Profile, Work};
use super::veil::Veil;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::rewrite::Rewrite;
use crate::base::shelf::Shelf;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::base::world::World;
use crate::code::code::{CallId, CodeId, NativeId, Program, ProtoId};
use crate::value::read::ReadFiles;
use crate::value::record::{Below, Record};
use crate::value::release;
use crate::value::thunk::{Closure, Env, Thunk, Todo};
use crate::value::value::Value;
use crate::value::ways::Ways;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Less stack than this ends the run with an error: enough for what does not look (drops, messages).
const STACK_LEFT: usize = 1 << 20;
/// The stack that a run is given; only what is used costs memory.
const STACK: usize = 1 << 30;

/// How far a run may go before it ends in an error.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls and forced values inside one another.
    pub depth: usize,
    /// Calls and forced values in all: enough for some ten seconds of nothing else.
    pub steps: u64,
    /// Bytes, as `memory_used` counts them.
    pub memory: usize,
    /// How many bytes the process holds; asked now and then.
    pub memory_used: Option<fn() -> usize>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth: 250_000, steps: 400_000_000, memory: 8 << 30, memory_used: None }
    }
}

/// Where code runs: its slots on the stack, what it closed over, whose field it is.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub base: usize,
    pub env: &'a [Value],
    pub callee: Option<&'a Rc<Closure>>,
    pub field: Option<&'a FieldFrame>,
}

/// The operand whose field runs, and what lies below it.
pub struct FieldFrame {
    pub leaf: Rc<Record>,
    pub below: Option<Rc<Below>>,
}

/// What a library function is to the evaluator. `args` has one value for each parameter; one that
/// was not given is `Absent`. The values may be thunks.
pub type NativeFn = fn(&mut Vm, &[Value]) -> Run;

/// A row: everything there is to know of one library function.
#[derive(Debug, Clone, Copy)]
pub struct Native {
    /// The path after `std.`, e.g. `list.map`.
    pub name: &'static str,
    /// As in RZP, e.g. `(xs : ['a], f : fn('a) -> 'b) -> ['b]`; for a plain value its type, e.g. `fn(Any) -> Any`.
    pub signature: &'static str,
    /// The parameters' names, in order; those from `required` on may be left out.
    pub params: &'static [&'static str],
    pub required: usize,
    /// Whether the first argument is computed before anything else, whatever the others are.
    pub strict: bool,
    pub doc: &'static str,
    /// An expression and the value it has, as compact JSON: `("std.list.length([1, 2])", "2")`.
    pub example: (&'static str, &'static str),
    pub run: NativeFn,
}

impl Native {
    /// Whether the row is called; the others stand for a value, which `run` gives without arguments.
    pub fn is_function(&self) -> bool {
        self.signature.starts_with('(')
    }
}

/// The rows that a run is handed, and the files of the library that are written in RZP.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    pub natives: &'static [Native],
    pub files: Shelf,
}

impl Library {
    /// The names of a module by its path below `std`, in the order of the rows; none for what is no module.
    pub fn below(&self, path: &str) -> Vec<&'static str> {
        let below = |name: &'static str| match path {
            "" => Some(name),
            path => name.strip_prefix(path)?.strip_prefix('.'),
        };
        let mut names: Vec<&'static str> = Vec::new();
        for rest in self.natives.iter().filter_map(|native| below(native.name)) {
            let name = rest.split('.').next().unwrap_or(rest);
            if names.last() != Some(&name) && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// What has become of a file.
#[derive(Debug, Clone)]
pub enum Module {
    Value(Value),
    Broken(Box<Fault>),
}

pub struct Vm {
    pub program: Program,
    pub consts: Vec<Value>,
    pub stack: Vec<Value>,
    pub limits: Limits,
    pub depth: usize,
    pub steps: u64,
    /// Whether values keep what they were made of: so a run can tell where each was written. It takes longer.
    pub remembers: bool,
    /// Whether annotations that are proved when a file is compiled are left out of its code.
    pub elides: bool,
    /// Whether definitions of files are compiled to tell when they are used.
    pub watches: bool,
    /// Those that were, by file and place.
    pub used: BTreeSet<(FileId, u32)>,
    /// How often a value was held against an annotation, or a part of one against a part of it.
    pub contracts: u64,
    pub counts: Counts,
    /// Where the time goes, if that is asked.
    pub profile: Option<Box<Profile>>,
    /// For the times among the counts, if they are asked.
    pub clock: Option<Clock>,
    pub library: Library,
    pub(super) std: Option<Value>,
    pub native_ids: Rc<FxHashMap<&'static str, NativeId>>,
    pub sources: Sources,
    /// What is doubtful in the files that have been read.
    pub warnings: Vec<Diag>,
    pub world: Rc<dyn World>,
    pub inputs: FxHashMap<String, String>,
    /// The names of the inputs that the program has asked for.
    pub asked: BTreeSet<Rc<str>>,
    pub(super) modules: FxHashMap<String, Module>,
    /// The fields being computed, outermost first.
    pub(super) path: Vec<(Rc<Record>, Symbol)>,
    /// The pairs of lists or records being compared, outermost first.
    pub(super) comparing: Vec<(*const (), *const ())>,
    /// The call whose callee takes over the frame: its function; the arguments lie on the stack.
    pub(super) tail: Option<Rc<Closure>>,
    /// The place of the native call that is running, for messages.
    pub site: Loc,
    /// What is secret in the texts, by their names.
    pub veil: Veil,
    /// The merges that records have come through.
    pub ways: Ways,
    /// The data files that have been read.
    pub(super) read: ReadFiles,
    /// So many checks of what is about to be a secret are running: messages show no value meanwhile.
    pub(super) sealing: u32,
    /// The call that is running, for the blame of its arguments.
    pub(super) calling: Option<CallId>,
    pub empty: Env,
    /// The types whose text reads nothing around it, once computed.
    pub(super) constants: FxHashMap<ProtoId, Value>,
    /// What stands for a function of the library that passed the annotation at a place.
    pub(super) wrapped: FxHashMap<(NativeId, Loc), ProtoId>,
}

/// Runs `work` on a stack deep enough for the usual limits, unless it stands on such a one already.
pub fn deep<T>(work: impl FnOnce() -> T) -> T {
    if stacker::remaining_stack().is_some_and(|left| left > STACK / 2) {
        return work();
    }
    release::stack_changed();
    let result = stacker::grow(STACK, work);
    release::stack_changed();
    result
}

impl Vm {
    pub fn new(world: Rc<dyn World>, library: Library) -> Vm {
        let ids = library.natives.iter().enumerate().map(|(i, native)| (native.name, NativeId(i as u32)));
        Vm {
            program: Program::default(),
            consts: Vec::new(),
            stack: Vec::with_capacity(1024),
            limits: Limits::default(),
            depth: 0,
            steps: 0,
            remembers: false,
            elides: true,
            watches: false,
            used: BTreeSet::new(),
            contracts: 0,
            counts: Counts::default(),
            profile: None,
            clock: None,
            native_ids: Rc::new(ids.collect()),
            library,
            std: None,
            sources: Sources::default(),
            warnings: Vec::new(),
            world,
            inputs: FxHashMap::default(),
            asked: BTreeSet::new(),
            modules: FxHashMap::default(),
            path: Vec::new(),
            comparing: Vec::new(),
            tail: None,
            site: Loc::default(),
            veil: Veil::default(),
            ways: Ways::default(),
            read: ReadFiles::default(),
            sealing: 0,
            calling: None,
            empty: Rc::from([]),
            constants: FxHashMap::default(),
            wrapped: FxHashMap::default(),
        }
    }

    /// Runs `work` on a stack deep enough for the limits.
    pub fn deep<T>(&mut self, work: impl FnOnce(&mut Vm) -> T) -> T {
        deep(|| work(self))
    }

    #[inline]
    pub fn loc(&self, code: CodeId) -> Loc {
        self.program.locs[code]
    }

    #[cold]
    pub fn error<T>(&self, diag: Diag) -> Run<T> {
        Err(Fault::new(diag))
    }

    /// One more call or forced value inside the others. To be undone by `leave`.
    #[inline]
    pub fn enter(&mut self) -> Run<()> {
        self.depth += 1;
        self.steps += 1;
        if self.depth > self.limits.depth || (self.depth & 31 == 0 && self.stack_is_low()) {
            self.depth -= 1;
            return self.too_deep();
        }
        if self.steps & 0xfff == 0 {
            self.look_around().inspect_err(|_| self.depth -= 1)?;
        }
        Ok(())
    }

    #[inline]
    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    fn stack_is_low(&self) -> bool {
        stacker::remaining_stack().is_some_and(|left| left < STACK_LEFT)
    }

    #[cold]
    fn too_deep<T>(&self) -> Run<T> {
        let diag = Diag::error(ErrorCode::DepthLimit, format!("evaluation goes deeper than {} levels", self.depth))
            .help("look for a recursion without an end; a deep one that is meant can be written with `std.list.fold`")
            .help("the limit can be set with `--max-depth`");
        self.error(self.with_site(diag))
    }

    #[cold]
    pub(super) fn look_around(&mut self) -> Run<()> {
        if self.steps > self.limits.steps {
            let title = format!("evaluation takes more than {} steps", self.limits.steps);
            let diag = Diag::error(ErrorCode::StepLimit, title)
                .help("look for a loop without an end; the limit can be set with `--max-steps`");
            return self.error(self.with_site(diag));
        }
        if self.steps & 0xffff == 0 {
            let used = self.limits.memory_used.map_or(0, |used| used());
            self.reserve_from(used, 0)?;
        }
        Ok(())
    }

    /// Refuses to make something of this many bytes where the memory limit does not allow it.
    pub fn reserve(&self, bytes: usize) -> Run<()> {
        self.reserve_from(0, bytes)
    }

    fn reserve_from(&self, used: usize, bytes: usize) -> Run<()> {
        if used.saturating_add(bytes) <= self.limits.memory {
            return Ok(());
        }
        let title = format!("evaluation needs more than {} MiB of memory", self.limits.memory >> 20);
        let diag = Diag::error(ErrorCode::MemoryLimit, title)
            .help("look for a value that grows without an end; the limit can be set with `--max-memory`");
        self.error(self.with_site(diag))
    }

    pub(super) fn with_site(&self, diag: Diag) -> Diag {
        match self.path.last() {
            Some((record, name)) => diag.at(self.definition(record, *name), format!("while `{name}` is computed")),
            None if self.site != Loc::default() => diag.at(self.site, "here"),
            None => diag,
        }
    }

    /// The value in weak head normal form.
    #[inline]
    pub fn force(&mut self, value: &Value) -> Run {
        match value {
            Value::Thunk(thunk) => self.force_thunk(thunk),
            value => Ok(value.clone()),
        }
    }

    #[inline]
    pub fn force_thunk(&mut self, thunk: &Rc<Thunk>) -> Run {
        match thunk.done() {
            Some(value) => Ok(value),
            None => self.run_thunk(thunk),
        }
    }

    /// The work of a thunk that is not done: apart from those that ask, since each level of a deep program goes through them.
    #[inline(never)]
    fn run_thunk(&mut self, thunk: &Rc<Thunk>) -> Run {
        let todo = match thunk.start() {
            Ok(todo) => todo,
            Err(Some(value)) => return Ok(value),
            Err(None) => return self.cycle(None),
        };
        let result = match self.enter() {
            Ok(()) => {
                let result = self.run_todo(&todo);
                self.leave();
                result
            }
            Err(fault) => Err(fault),
        };
        match result {
            Ok(value) if self.remembers => {
                thunk.finish_kept(value.clone(), todo);
                Ok(value)
            }
            Ok(value) => {
                thunk.finish(value.clone());
                Ok(value)
            }
            Err(fault) => {
                thunk.retry(todo);
                Err(fault)
            }
        }
    }

    #[inline]
    fn run_todo(&mut self, todo: &Todo) -> Run {
        match todo {
            Todo::Code { proto, env } if self.profile.is_some() => self.run_proto_profiled(*proto, env),
            Todo::Code { proto, env } => self.run_proto(*proto, env),
            other => self.run_other(other),
        }
    }

    #[inline(never)]
    fn run_other(&mut self, todo: &Todo) -> Run {
        match todo {
            Todo::Code { proto, env } => self.run_proto(*proto, env),
            Todo::Apply { f, arg } => self.call(f, std::slice::from_ref(arg)),
            Todo::Apply2 { f, args } => self.call(f, &[args.0.clone(), args.1.clone()]),
            Todo::Field { record, name } => self.field_or_fail(record, *name, record_loc(record)),
            Todo::RecordLet { cell } => {
                let field = FieldFrame { leaf: cell.leaf.clone(), below: cell.below.clone() };
                self.run_field_code(cell.proto, &cell.this, &field)
            }
            Todo::Check { value, ty, label } => {
                let ty = self.force(ty)?;
                self.check(value, &ty, label)
            }
        }
    }

    /// Runs code in a frame of its own.
    pub fn run_proto(&mut self, proto: ProtoId, env: &Env) -> Run {
        self.in_proto(proto, env, |vm, code, frame| vm.eval(code, frame))
    }

    /// The same where a profile is made: a file's own code stands in the frame of the file.
    #[cold]
    #[inline(never)]
    fn run_proto_profiled(&mut self, proto: ProtoId, env: &Env) -> Run {
        match self.profile.as_ref().and_then(|profile| profile.files.get(&proto).copied()) {
            Some(path) => self.framed(|_| Work::File(path), |vm| vm.run_proto(proto, env)),
            None => self.run_proto(proto, env),
        }
    }

    /// Hands a frame of its own to `work`.
    #[inline]
    pub(super) fn in_proto<T>(
        &mut self,
        proto: ProtoId,
        env: &Env,
        work: impl FnOnce(&mut Vm, CodeId, &Frame) -> T,
    ) -> T {
        let (code, locals) = self.proto(proto);
        let base = self.stack.len();
        self.stack.resize(base + locals, Value::Pending);
        let result = work(self, code, &Frame { base, env, callee: None, field: None });
        self.stack.truncate(base);
        result
    }

    /// Runs a file's code with values in its first slots.
    pub fn run_with(&mut self, proto: ProtoId, values: &[Value]) -> Run {
        let (code, locals) = self.proto(proto);
        let base = self.stack.len();
        self.stack.extend_from_slice(values);
        self.stack.resize(base + locals.max(values.len()), Value::Pending);
        let env = self.empty.clone();
        let result = self.eval(code, &Frame { base, env: &env, callee: None, field: None });
        self.stack.truncate(base);
        result
    }

    /// Forgets what a run that failed has left behind.
    pub fn reset(&mut self) {
        self.stack.clear();
        self.path.clear();
        self.comparing.clear();
        self.tail = None;
        self.sealing = 0;
        self.calling = None;
        self.depth = 0;
        self.steps = 0;
        self.contracts = 0;
        self.counts = Counts::default();
    }

    /// Runs a field's code: `this` is the final record.
    pub fn run_field_code(&mut self, proto: ProtoId, this: &Rc<Record>, field: &FieldFrame) -> Run {
        self.in_field(proto, this, field, |vm, code, frame| vm.eval(code, frame))
    }

    /// Hands the frame of a field's code to `work`.
    #[inline]
    pub(super) fn in_field<T>(
        &mut self,
        proto: ProtoId,
        this: &Rc<Record>,
        field: &FieldFrame,
        work: impl FnOnce(&mut Vm, CodeId, &Frame) -> T,
    ) -> T {
        let (code, locals) = self.proto(proto);
        let base = self.stack.len();
        self.stack.push(Value::Record(this.clone()));
        self.stack.resize(base + locals.max(1), Value::Pending);
        let env = match &field.leaf.body {
            crate::value::record::Body::Braces { env, .. } => env.clone(),
            _ => self.empty.clone(),
        };
        let result = work(self, code, &Frame { base, env: &env, callee: None, field: Some(field) });
        self.stack.truncate(base);
        result
    }

    #[inline]
    pub(super) fn proto(&self, proto: ProtoId) -> (CodeId, usize) {
        let proto = &self.program.protos[proto];
        (proto.code, proto.locals as usize)
    }

    /// A value that needs itself. `at` is the field that was asked for again.
    #[cold]
    #[inline(never)]
    pub fn cycle<T>(&self, at: Option<(*const Record, Symbol)>) -> Run<T> {
        let from = at.and_then(|(record, name)| {
            self.path.iter().position(|(other, of)| Rc::as_ptr(other) == record && *of == name)
        });
        let steps = &self.path[from.unwrap_or(self.path.len().saturating_sub(1))..];
        let mut names: Vec<String> = steps.iter().map(|(_, name)| format!("`{name}`")).collect();
        if let Some(first) = names.first().cloned() {
            names.push(first);
        }
        let mut diag = Diag::error(ErrorCode::Cycle, "a value needs itself to be computed");
        for (index, (record, name)) in steps.iter().enumerate().take(8) {
            let loc = self.definition(record, *name);
            let text = if index == 0 { format!("`{name}` is needed here") } else { format!("which needs `{name}`") };
            diag = if index == 0 { diag.at(loc, text) } else { diag.also(loc, text) };
        }
        if names.len() > 1 {
            diag = diag.note(format!("the way round: {}", names.join(" → ")));
        }
        if steps.is_empty() && self.site != Loc::default() {
            diag = diag.at(self.site, "here");
        }
        if let [(record, name)] = steps
            && matches!(record.body, crate::value::record::Body::Over(_))
        {
            let help = format!("what stands below the override is `super.{name}`");
            let rewrite = Rewrite::Prefix { at: Loc::default(), from: "self.", to: "super." };
            return self.error(diag.rewrite(help, rewrite));
        }
        let own: Vec<String> = steps.iter().take(3).map(|(_, name)| format!("`{name} = …`")).collect();
        self.error(match own.len() {
            0 => diag,
            1 => diag.help(format!("it must get its value from somewhere else: {}", own.concat())),
            _ => diag.help(format!("give one of them a value that needs none of the others: {}", own.join(" or "))),
        })
    }

    /// Messages as they may be shown.
    pub fn veiled(&mut self, diags: Vec<Diag>) -> Vec<Diag> {
        self.veil.over(&mut self.sources, diags)
    }

    /// Code to be run later, with what it captures in a frame.
    pub(super) fn thunk(&mut self, proto: ProtoId, frame: &Frame) -> Value {
        let env = self.captures(proto, frame);
        self.suspend(Todo::Code { proto, env })
    }

    /// A value for later.
    #[inline]
    pub fn suspend(&mut self, todo: Todo) -> Value {
        self.counts.thunks += 1;
        Thunk::suspend(todo)
    }

    /// A value that is known before its work is done, with that work where the run remembers.
    #[inline]
    pub(super) fn known_by(&self, value: Value, todo: impl FnOnce() -> Todo) -> Value {
        if self.remembers { Thunk::kept(value, todo()) } else { value }
    }
}

/// Values nest as deep as the run that made them went, and so does dropping them.
impl Drop for Vm {
    fn drop(&mut self) {
        self.deep(|vm| {
            vm.stack.clear();
            vm.modules.clear();
            vm.std = None;
        });
    }
}

/// A place to blame when a record's own place is all that is known.
pub fn record_loc(record: &Rc<Record>) -> Loc {
    match &record.body {
        crate::value::record::Body::Braces { template, .. } => template.loc,
        crate::value::record::Body::And(parts) | crate::value::record::Body::Over(parts) => {
            parts.last().map(record_loc).unwrap_or_default()
        }
        crate::value::record::Body::Classed(_, inner) | crate::value::record::Body::Checked { inner, .. } => {
            record_loc(inner)
        }
        crate::value::record::Body::Data(Some(template)) => template.loc,
        crate::value::record::Body::Data(None) | crate::value::record::Body::Super { .. } => Loc::default(),
    }
}
