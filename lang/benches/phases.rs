//! How fast each phase is by itself: `cargo bench -p rzp-lang --bench phases`; words after `--` narrow it down.
//!
//! The texts are those of this repository: the library as people wrote it, the services, and the manifests of one
//! environment. Where bytes are the measure, a megabyte is a million of them: of text read, or of text written.
#![allow(clippy::disallowed_methods, reason = "it measures, and reads what it measures with")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rzp_lang::base::span::FileId;
use rzp_lang::base::symbol::Symbol;
use rzp_lang::base::world::MemWorld;
use rzp_lang::build::{BuildOptions, build};
use rzp_lang::code::code::{NativeId, Program};
use rzp_lang::code::lower::{Natives, Text, lower};
use rzp_lang::data::json::read_json;
use rzp_lang::data::toml::read_toml;
use rzp_lang::data::tree::Data;
use rzp_lang::data::yaml::read_yaml;
use rzp_lang::output::json::JsonSink;
use rzp_lang::output::sink::Written;
use rzp_lang::output::toml::TomlSink;
use rzp_lang::output::yaml::YamlSink;
use rzp_lang::prims::library;
use rzp_lang::resolve::binding::Resolved;
use rzp_lang::resolve::resolver::resolve;
use rzp_lang::session::write;
use rzp_lang::syntax::lexer::lex;
use rzp_lang::syntax::parse::{Parsed, parse};
use rzp_lang::types::proof::prove;
use rzp_lang::{Format, Session, fmt};
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::rc::Rc;

const FILE: FileId = FileId(0);
const ENVIRONMENT: &str = "production";
const SERVICE: &str = "apps/sonarr";

criterion_group!(phases, texts, programs, writers, values, readers);
criterion_main!(phases);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files below a folder with this ending, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|other| other == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("the file can be read")
}

fn bytes(texts: &[&str]) -> Throughput {
    Throughput::BytesDecimal(texts.iter().map(|text| text.len() as u64).sum())
}

/// The front end, over the library as people wrote it.
fn texts(c: &mut Criterion) {
    let texts: Vec<&str> = library().files.plain().map(|(_, text)| text).collect();
    let mut group = c.benchmark_group("text");
    group.throughput(bytes(&texts));
    group.bench_function("lex", |b| b.iter(|| texts.iter().for_each(|text| drop(black_box(lex(FILE, text))))));
    group.bench_function("parse", |b| b.iter(|| texts.iter().for_each(|text| drop(black_box(parse(FILE, text))))));
    group.bench_function("format", |b| b.iter(|| texts.iter().for_each(|text| drop(black_box(fmt::format(text))))));
    let trees: Vec<Parsed> = texts.iter().map(|text| parse(FILE, text)).collect();
    group.bench_function("resolve", |b| b.iter(|| trees.iter().for_each(|tree| drop(black_box(resolved(tree))))));
    let named: Vec<(&Parsed, Resolved)> = trees.iter().map(|tree| (tree, resolved(tree))).collect();
    group.bench_function("prove", |b| {
        b.iter(|| named.iter().for_each(|(tree, names)| drop(black_box(prove(FILE, &tree.ast, names)))))
    });
    group.bench_function("compile", |b| b.iter(|| black_box(compiled(&named))));
    group.finish();
}

fn resolved(tree: &Parsed) -> Resolved {
    resolve(FILE, &tree.ast, &[])
}

/// The code of files, without what is proved of them: so the library is compiled.
fn compiled(files: &[(&Parsed, Resolved)]) -> Program {
    let rows = library().natives;
    let ids: BTreeMap<&str, u32> = (0..).zip(rows).map(|(id, row)| (row.name, id)).collect();
    let function = |name: &str| ids.get(name).filter(|id| rows[**id as usize].is_function()).map(|id| NativeId(*id));
    let (mut program, proofs) = (Program::default(), Default::default());
    for (tree, names) in files {
        let text = Text { file: FILE, ast: &tree.ast, names, proofs: &proofs, remembers: false, watches: false };
        let is_strict = |id: NativeId| rows[id.0 as usize].strict;
        lower(text, &mut program, Natives { find: &function, is_strict: &is_strict });
    }
    program
}

/// The services, from their texts on. A build is of one service in one environment; when it is built again, the library is
/// there already.
fn programs(c: &mut Criterion) {
    let world = Rc::new(services());
    let mut group = c.benchmark_group("services");
    let only = BuildOptions { envs: vec![ENVIRONMENT.to_owned()], only: vec![SERVICE.to_owned()] };
    let main = [rzp_lang::build::MAIN.to_owned()];
    let mut session = Session::new(world.clone());
    assert!(session.check(&main).diags.is_empty(), "the services have no mistakes");
    // What a check reads, the library included.
    let read: Vec<&str> = session.sources().files().map(|(_, source)| &*source.text).collect();
    group.throughput(bytes(&read));
    group.bench_function("check", |b| b.iter(|| Session::new(world.clone()).check(&main)));
    group.finish();
    let mut group = c.benchmark_group("service");
    group.bench_function("build", |b| {
        b.iter(|| build(&mut Session::new(world.clone()), &only).expect("the service is sound"))
    });
    let mut session = Session::new(world.clone());
    group.bench_function("rebuild", |b| {
        b.iter(|| {
            session.vm().forget_files();
            build(&mut session, &only).expect("the service is sound")
        })
    });
    group.finish();
}

fn services() -> MemWorld {
    let root = root();
    files(&root.join("services"), "rzp").iter().fold(MemWorld::new(), |world, path| {
        let name = path.strip_prefix(&root).expect("it lies below the root").to_string_lossy().replace('\\', "/");
        world.with(&name, &text(path))
    })
}

/// The manifests of an environment as one record of a list. Those with a `null` are left out, which TOML has none of.
fn manifests() -> Data {
    let texts = files(&root().join("kubernetes").join(ENVIRONMENT), "yaml").into_iter().map(|path| text(&path));
    let objects = texts.flat_map(|text| read_yaml(FILE, &text).expect("the manifest is YAML").documents);
    let objects = objects.filter(|object| object.write(&mut TomlSink::new()).is_ok()).collect();
    Data::Record(vec![(Symbol::new("objects"), Data::List(objects))])
}

/// A value to a text.
type Writer<'a, T> = &'a dyn Fn(&T) -> String;

const SOUND: &str = "the format has all of it";

fn as_json(data: &Data) -> String {
    written(JsonSink::pretty(), |sink| data.write(sink)).finish()
}

fn as_compact_json(data: &Data) -> String {
    written(JsonSink::compact(), |sink| data.write(sink)).finish()
}

fn as_yaml(data: &Data) -> String {
    written(YamlSink::new(), |sink| data.write(sink)).finish()
}

fn as_toml(data: &Data) -> String {
    written(TomlSink::new(), |sink| data.write(sink)).finish().expect(SOUND)
}

fn written<S>(mut sink: S, write: impl FnOnce(&mut S) -> Written) -> S {
    write(&mut sink).expect(SOUND);
    sink
}

/// The formats alone: no evaluator, a tree is walked.
fn writers(c: &mut Criterion) {
    let data = manifests();
    let mut group = c.benchmark_group("write");
    let formats: [(&str, Writer<Data>); 4] =
        [("json", &as_json), ("json, compact", &as_compact_json), ("yaml", &as_yaml), ("toml", &as_toml)];
    for (name, write) in formats {
        group.throughput(bytes(&[&write(&data)]));
        group.bench_function(name, |b| b.iter(|| write(&data)));
    }
    group.finish();
}

/// A value that a program has computed, taken apart and written.
fn values(c: &mut Criterion) {
    let program = format!("{{ objects = ({}) }}", text(&root().join("tests/bench/fleet.rzp")));
    let mut session = Session::new(Rc::new(MemWorld::new().with("fleet.rzp", &program)));
    let value = session.with_file("fleet.rzp", &[], |_, value| Ok(value)).expect("the program is sound");
    let mut group = c.benchmark_group("output");
    let formats = [("json", Format::Json), ("json, compact", Format::JsonCompact), ("yaml", Format::Yaml)];
    for (name, format) in formats.into_iter().chain([("toml", Format::Toml)]) {
        let mut text = || write(session.vm(), &value, format).expect(SOUND);
        // All of it is computed by now, or this does it.
        group.throughput(bytes(&[&text()]));
        group.bench_function(name, |b| b.iter(&mut text));
    }
    group.finish();
}

/// Data files to trees.
fn readers(c: &mut Criterion) {
    let data = manifests();
    let mut group = c.benchmark_group("read");
    let (json, yaml, toml) = (as_json(&data), as_yaml(&data), as_toml(&data));
    group.throughput(bytes(&[&json]));
    group.bench_function("json", |b| b.iter(|| read_json(FILE, &json).expect("it is JSON")));
    group.throughput(bytes(&[&yaml]));
    group.bench_function("yaml", |b| b.iter(|| read_yaml(FILE, &yaml).expect("it is YAML")));
    group.throughput(bytes(&[&toml]));
    group.bench_function("toml", |b| b.iter(|| read_toml(FILE, &toml).expect("it is TOML")));
    group.finish();
}
