//! Imports: a file is read, parsed and resolved once, and its value computed when first needed.

use super::counts::Phase;
use super::fault::{Fault, Run};
use super::profile::Work;
use super::vm::{Module, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::rewrite::Rewrite;
use crate::base::shape::Shape;
use crate::base::span::{FileId, Loc, Span};
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::base::world::ReadError;
use crate::code::code::{CodeId, NativeId, ProtoId, Row, RowId};
use crate::code::lower::{Natives, Text, lower};
use crate::data::file::{self, read_file};
use crate::data::tree::Data;
use crate::resolve::binding::Resolved;
use crate::resolve::resolver::resolve;
use crate::syntax::ast::{Ast, Expr};
use crate::syntax::parse::{Parsed, parse};
use crate::types::proof::prove;
use crate::types::proved::Proofs;
use crate::value::record::Record;
use crate::value::thunk::Todo;
use crate::value::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A file's code, and what was found on the way to it.
pub struct Compiled {
    pub proto: Option<ProtoId>,
    pub diags: Vec<Diag>,
    /// The imports that stand in it: the path as written, and where.
    pub imports: Vec<(Rc<str>, Loc)>,
}

/// A file's tree with its names bound.
pub(super) struct Front {
    pub file: FileId,
    pub parsed: Parsed,
    pub names: Resolved,
}

impl Front {
    pub fn has_errors(&self) -> bool {
        self.parsed.diags.iter().chain(&self.names.diags).any(Diag::is_error)
    }

    pub fn imports(&self) -> Vec<(Rc<str>, Loc)> {
        imports(&self.parsed.ast, self.file)
    }

    pub fn into_diags(self) -> Vec<Diag> {
        let mut diags = self.parsed.diags;
        diags.extend(self.names.diags);
        diags
    }
}

/// Whether an import is of a file in the language.
pub(super) fn imports_of_kind(path: &str) -> bool {
    path.starts_with("std/") || kind_of(path) == "rzp"
}

/// How files of tests end: a glob leaves them out that does not ask for them.
const TESTS: &str = ".test.rzp";

impl Vm {
    /// Parses a text and binds its names. `outer` names lie in the first slots of its frame.
    pub(super) fn front(&self, file: FileId, outer: &[Symbol]) -> Front {
        let text = self.sources.get(file).text.clone();
        let parsed = parse(file, &text);
        let names = resolve(file, &parsed.ast, outer);
        Front { file, parsed, names }
    }

    /// Parses, resolves and lowers a text.
    pub fn compile(&mut self, file: FileId, outer: &[Symbol]) -> Compiled {
        let front = self.in_phase(Phase::Compiling, Work::Step("parse"), |vm| vm.front(file, outer));
        let proto = (!front.has_errors()).then(|| {
            let (ids, rows) = (self.native_ids.clone(), self.library.natives);
            let function = |id: &NativeId| rows[id.0 as usize].is_function();
            let (ast, names) = (&front.parsed.ast, &front.names);
            // The library is compiled by every program: walking it again costs more than its checks.
            let library = self.sources.get(file).name.starts_with("std/");
            let proofs = match self.elides && !library {
                true => self.in_phase(Phase::Compiling, Work::Step("prove"), |_| prove(file, ast, names)),
                false => Proofs::default(),
            };
            let text = Text { file, ast, names, proofs: &proofs, remembers: self.remembers, watches: self.watches };
            let find = |name: &str| ids.get(name).copied().filter(function);
            let is_strict = |id: NativeId| rows[id.0 as usize].strict;
            let natives = Natives { find: &find, is_strict: &is_strict };
            self.counts.contracts_proved += proofs.proved.len() as u64;
            self.in_phase(Phase::Compiling, Work::Step("lower"), |vm| lower(text, &mut vm.program, natives))
        });
        self.load_consts();
        if let (Some(profile), Some(proto)) = (&mut self.profile, proto) {
            profile.files.insert(proto, Symbol::new(&self.sources.get(file).name));
        }
        let imports = front.imports();
        Compiled { proto, imports, diags: self.with_imports(file, front.into_diags()) }
    }

    pub(super) fn import(&mut self, row: RowId, id: CodeId) -> Run {
        let Row::Import { file, path } = self.program.rows[row].clone() else { return Ok(Value::Null) };
        let loc = self.path_loc(self.loc(id));
        let from = self.sources.get(file).name.clone();
        let value = self.import_path(&from, &path, loc)?;
        super::fault::step(self.force(&value), || (loc, format!("imported from {path:?} here")))
    }

    /// The value of what a file imports, not yet computed.
    pub fn import_path(&mut self, from: &str, path: &str, loc: Loc) -> Run {
        let target = self.resolve_path(from, path, loc)?;
        if target.contains('*') {
            return self.glob(from, &target, loc);
        }
        self.load(&target, loc)
    }

    /// The path's own place in `import "path"`.
    pub(super) fn path_loc(&self, loc: Loc) -> Loc {
        let text = &self.sources.get(loc.file).text;
        let quote = text.get(loc.span.range()).and_then(|text| text.find('"'));
        let start = loc.span.start + quote.unwrap_or(0) as u32;
        Loc { span: Span { start, ..loc.span }, ..loc }
    }

    /// Imports that cannot succeed are mistakes whether or not this run reaches them.
    fn check_imports(&self, from: &str, imports: &[(Rc<str>, Loc)]) -> Run<()> {
        let mut diags = Vec::new();
        for (path, loc) in imports {
            diags.extend(
                self.check_import(from, path, self.path_loc(*loc)).err().into_iter().flat_map(|fault| fault.diags),
            );
        }
        if diags.is_empty() { Ok(()) } else { Err(Fault::many(diags)) }
    }

    pub fn check_import(&self, from: &str, path: &str, loc: Loc) -> Run<()> {
        let target = self.resolve_path(from, path, loc)?;
        if target.contains('*') || target.starts_with("std/") {
            return Ok(());
        }
        let (folder, name) = target.rsplit_once('/').unwrap_or(("", &target));
        if !is_read(kind_of(&target)) {
            return self.unknown_kind(&target, kind_of(&target), loc);
        }
        if self.world.list(folder).iter().any(|other| other == name) {
            return Ok(());
        }
        self.unreadable(&target, &ReadError::Missing, loc)
    }

    pub fn resolve_path(&self, from: &str, path: &str, loc: Loc) -> Run<String> {
        if path == "std" || path.starts_with("std/") {
            return Ok(path.to_owned());
        }
        if path.starts_with('/') || path.contains('\\') || path.get(1..2) == Some(":") {
            let diag = Diag::error(ErrorCode::ImportOutside, format!("{path:?} is not a path within the project"))
                .at(loc, "imported here")
                .help(
                    "write the path from this file on, with `/` between its parts: `./name.rzp`, `../folder/name.yaml`",
                );
            return self.error(diag);
        }
        let mut parts: Vec<&str> = from.split('/').collect();
        parts.pop();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() || (from.starts_with("std/") && parts.is_empty()) {
                        let diag =
                            Diag::error(ErrorCode::ImportOutside, format!("{path:?} lies outside of the project"))
                                .at(loc, "this import leaves the project's root")
                                .help("copy or link the file into the project; nothing outside of it is read");
                        return self.error(diag);
                    }
                }
                part => parts.push(part),
            }
        }
        Ok(parts.join("/"))
    }

    /// Lets go of the project's files, so that they are read anew.
    pub fn forget_files(&mut self) {
        self.modules.retain(|path, _| path.starts_with("std/"));
    }

    /// A file's value, loaded once.
    pub fn load(&mut self, path: &str, loc: Loc) -> Run {
        match self.modules.get(path) {
            Some(Module::Value(value)) => return Ok(value.clone()),
            Some(Module::Broken(fault)) => return Err(fault.clone()),
            None => {}
        }
        let loaded = self.framed(|_| Work::File(Symbol::new(path)), |vm| vm.load_now(path, loc));
        let module = match &loaded {
            Ok(value) => Module::Value(value.clone()),
            Err(fault) => Module::Broken(fault.clone()),
        };
        self.modules.insert(path.to_owned(), module);
        loaded
    }

    fn load_now(&mut self, path: &str, loc: Loc) -> Run {
        if let Some(below) = path.strip_prefix("std/") {
            return self.load_library(path, below, loc);
        }
        let kind = kind_of(path);
        if !is_read(kind) {
            return self.unknown_kind(path, kind, loc);
        }
        let read = self.in_phase(Phase::Reading, Work::Step("read"), |vm| vm.world.read(path));
        let text = match read {
            Ok(text) => text,
            Err(error) => return self.unreadable(path, &error, loc),
        };
        self.count_file(&text);
        let file = self.sources.add(path, &text);
        if kind == "rzp" {
            return self.load_source(file);
        }
        match self.in_phase(Phase::Compiling, Work::Step("parse"), |_| read_file::<Data>(kind, file, &text)) {
            Ok((data, warnings)) => {
                self.warnings.extend(warnings);
                Ok(self.read.value(file, data))
            }
            Err(diag) => self.error(diag),
        }
    }

    fn load_library(&mut self, path: &str, below: &str, loc: Loc) -> Run {
        let read = self.in_phase(Phase::Reading, Work::Step("read"), |vm| vm.library.files.text(below));
        let Some(text) = read else {
            let near = suggest::nearest(below, self.library.files.paths()).map(|near| format!("std/{near}"));
            let diag = Diag::error(ErrorCode::ImportMissing, format!("the standard library has no {path:?}"));
            return self.error(near_import(imported(diag, loc), near.as_deref(), path, loc));
        };
        self.count_file(&text);
        let file = self.sources.add(&format!("std/{below}"), &text);
        self.load_source(file)
    }

    fn count_file(&mut self, text: &str) {
        self.counts.files += 1;
        self.counts.file_bytes += text.len() as u64;
    }

    fn load_source(&mut self, file: FileId) -> Run {
        let compiled = self.compile(file, &[]);
        let from = self.sources.get(file).name.clone();
        self.check_imports(&from, &compiled.imports)?;
        match compiled.proto {
            Some(proto) => {
                let env = self.empty.clone();
                Ok(self.suspend(Todo::Code { proto, env }))
            }
            None => Err(Fault::many(compiled.diags)),
        }
    }

    /// `import "./*.rzp"`: a record by stem, sorted.
    fn glob(&mut self, from: &str, target: &str, loc: Loc) -> Run {
        let files = self.glob_files(from, target, loc)?;
        let loaded = files.into_iter().map(|(stem, path)| Ok((Symbol::new(&stem), self.load(&path, loc)?)));
        let pairs: Run<Vec<_>> = loaded.collect();
        Ok(Value::Record(Record::from_pairs(pairs?)))
    }

    /// The files that a glob stands for, but for the importing one: path by stem.
    pub fn glob_files(&self, from: &str, target: &str, loc: Loc) -> Run<BTreeMap<String, String>> {
        let (folder, pattern) = target.rsplit_once('/').unwrap_or(("", target));
        if folder.contains('*') {
            let diag = Diag::error(ErrorCode::ImportKind, "a glob stands for file names, not for folders");
            return self.error(diag.at(loc, "`*` in a folder's name"));
        }
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for name in self.world.list(folder) {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let test = name.ends_with(TESTS) && !pattern.ends_with(TESTS);
            if path == from || test || !glob_matches(pattern, &name) {
                continue;
            }
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
            if let Some(other) = files.insert(stem.clone(), path) {
                return self.same_stem(&stem, &other, &name, loc);
            }
        }
        Ok(files)
    }

    #[cold]
    fn same_stem<T>(&self, stem: &str, other: &str, name: &str, loc: Loc) -> Run<T> {
        let other = other.rsplit('/').next().unwrap_or(other);
        let diag = Diag::error(ErrorCode::ImportStems, format!("two files are called `{stem}`"))
            .at(loc, format!("both {other:?} and {name:?} match"))
            .help("a glob makes a record by the files' stems; narrow the pattern or rename one of them");
        self.error(diag)
    }

    #[cold]
    fn unknown_kind<T>(&self, path: &str, kind: &str, loc: Loc) -> Run<T> {
        let title = match kind {
            "" => format!("{path:?} has no ending that says what it is"),
            kind => format!("files that end in `.{kind}` are not read"),
        };
        let diag = imported(Diag::error(ErrorCode::ImportKind, title), loc)
            .note("an import reads .rzp, .yaml, .json, .toml, .csv and .txt");
        self.error(if kind.is_empty() {
            diag.help(format!("write `import \"./{}.rzp\"`", path.rsplit('/').next().unwrap_or(path)))
        } else {
            diag
        })
    }

    #[cold]
    pub(super) fn unreadable<T>(&self, path: &str, error: &ReadError, loc: Loc) -> Run<T> {
        let diag = match error {
            ReadError::Missing => {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                let beside = self.world.list(folder);
                let near = suggest::nearest(name, beside.iter().map(String::as_str));
                let diag = Diag::error(ErrorCode::ImportMissing, format!("no file {path:?}"));
                near_import(imported(diag, loc), near, name, loc)
            }
            ReadError::NotUtf8 => imported(Diag::error(ErrorCode::NotUtf8, format!("{path:?} is not UTF-8 text")), loc)
                .help("save the file as UTF-8"),
            ReadError::Other(reason) => {
                imported(Diag::error(ErrorCode::ImportMissing, format!("{path:?} cannot be read: {reason}")), loc)
            }
        };
        self.error(diag)
    }

    /// `std`: the rows as records by the parts of their names.
    pub(super) fn std(&mut self) -> Value {
        if let Some(std) = &self.std {
            return std.clone();
        }
        let mut top = Shape::default();
        let mut groups: Vec<Vec<(Symbol, Value)>> = Vec::new();
        let mut plain: Vec<Option<Value>> = Vec::new();
        for (index, row) in self.library.natives.iter().enumerate() {
            let value = match row.is_function() {
                true => Value::Native(NativeId(index as u32)),
                false => (row.run)(self, &[]).unwrap_or(Value::Null),
            };
            let (head, rest) = row.name.split_once('.').map_or((row.name, None), |(head, rest)| (head, Some(rest)));
            let slot = top.add(Symbol::new(head));
            if slot == groups.len() {
                groups.push(Vec::new());
                plain.push(None);
            }
            match rest {
                Some(rest) => groups[slot].push((Symbol::new(rest), value)),
                None => plain[slot] = Some(value),
            }
        }
        let slots = groups.into_iter().zip(plain).map(|(group, plain)| match plain {
            Some(plain) => plain,
            None => Value::Record(Record::from_pairs(group)),
        });
        let slots = slots.collect();
        let std = Value::Record(Record::data(Rc::new(top), slots));
        self.std = Some(std.clone());
        std
    }
}

/// Whether files with this ending are read.
pub(super) fn is_read(kind: &str) -> bool {
    kind == "rzp" || file::KINDS.contains(&kind)
}

pub(super) fn kind_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Points at the import. A file that a run starts from has none.
fn imported(diag: Diag, loc: Loc) -> Diag {
    if loc == Loc::default() { diag } else { diag.at(loc, "imported here") }
}

/// The imports that stand in a tree.
fn imports(ast: &Ast, file: FileId) -> Vec<(Rc<str>, Loc)> {
    let all = (0..ast.len() as u32).map(crate::syntax::ast::ExprId);
    let import = |id| match ast.expr(id) {
        Expr::Import(path) => Some((path.clone(), ast.span(id).at(file))),
        _ => None,
    };
    all.filter_map(import).collect()
}

/// `*` stands for any run of characters.
fn glob_matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Offers the path of a file with its last part spelt as `near`; `name` is how that part was written.
fn near_import(diag: Diag, near: Option<&str>, name: &str, loc: Loc) -> Diag {
    match near {
        Some(near) => {
            let rewrite = Rewrite::Inside { at: loc, from: name.to_owned(), to: near.to_owned() };
            diag.rewrite(format!("did you mean `{near}`?"), rewrite)
        }
        None => diag,
    }
}
