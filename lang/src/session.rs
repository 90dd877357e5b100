//! The façade: text or files in, text or data out, over a [`World`].
//!
//! A session keeps what it has loaded: a second evaluation of the same files costs only what it
//! computes anew. It runs on a stack deep enough for its limits, on whichever thread it is called.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::hidden::Hidden;
use crate::base::mend;
use crate::base::shelf::Shelf;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc};
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::base::world::World;
use crate::data::part::Finder;
use crate::eval::check::Checked;
use crate::eval::fault::{Fault, Run};
use crate::eval::native::Library;
use crate::eval::profile::Work;
use crate::eval::vm::{Limits, Vm};
use crate::lookup::at_path;
use crate::origin::{annotation_in_a_line, short_way, with_origin};
use crate::output::json::JsonSink;
use crate::output::text::TextSink;
use crate::output::toml::TomlSink;
use crate::output::yaml::YamlSink;
use crate::overrides::override_at;
use crate::prims::library;
use crate::value::thunk::Todo;
use crate::value::value::Value;
use std::rc::Rc;

/// What a value is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Two spaces of indentation.
    #[default]
    Json,
    JsonCompact,
    /// A list of records at the top is not taken apart: it is one document.
    Yaml,
    Toml,
    Text,
}

/// What an evaluation is asked for.
#[derive(Debug, Clone, Default)]
pub struct EvalOptions {
    /// A path into the value, such as `production.sonarr.ports[0]`.
    pub path: Option<String>,
    /// Overrides, as `with` does: a path and an expression.
    pub sets: Vec<(String, String)>,
    /// What `std.input` gives.
    pub inputs: Vec<(String, String)>,
    pub format: Format,
}

pub struct Session {
    vm: Vm,
}

impl Session {
    pub fn new(world: Rc<dyn World>) -> Session {
        Session { vm: Vm::new(world, library()) }
    }

    /// A session with other files in the place of the library's.
    pub fn with_library(world: Rc<dyn World>, files: Shelf) -> Session {
        Session { vm: Vm::new(world, Library { files, ..library() }) }
    }

    pub fn set_limits(&mut self, limits: Limits) {
        self.vm.limits = limits;
    }

    /// What must not be shown, as far as it is known by now.
    pub fn hidden(&mut self) -> &Hidden {
        let files: Vec<FileId> = self.vm.sources.files().map(|(file, _)| file).collect();
        self.vm.veil.cover(&mut self.vm.sources, files);
        &self.vm.sources.hidden
    }

    pub fn sources(&self) -> &Sources {
        &self.vm.sources
    }

    /// The machine underneath, for those who walk values themselves.
    pub fn vm(&mut self) -> &mut Vm {
        &mut self.vm
    }

    /// Warnings of all that has been loaded, which are given once.
    pub fn warnings(&mut self) -> Vec<Diag> {
        let warnings = std::mem::take(&mut self.vm.warnings);
        self.vm.veiled(warnings)
    }

    /// Evaluates a file of the world and writes its value.
    pub fn eval_file(&mut self, path: &str, options: &EvalOptions) -> Result<String, Vec<Diag>> {
        self.render(options, |vm| vm.load(path, Loc::default()))
    }

    /// Evaluates a text; `name` is what messages call it, and imports are relative to it.
    pub fn eval_text(&mut self, name: &str, text: &str, options: &EvalOptions) -> Result<String, Vec<Diag>> {
        self.render(options, |vm| load_text(vm, name, text))
    }

    /// Evaluates a file and hands its value to `with`, on a stack that is deep enough. Where a message needs to know
    /// where values come from, the whole work is done once more.
    pub fn with_file<T>(
        &mut self,
        path: &str,
        inputs: &[(String, String)],
        with: impl Fn(&mut Vm, Value) -> Run<T>,
    ) -> Result<T, Vec<Diag>> {
        self.run(inputs, |vm| {
            let value = vm.load(path, Loc::default())?;
            let value = vm.force(&value)?;
            with(vm, value)
        })
    }

    /// Every mistake that can be found in files without running them, and in what they import.
    pub fn check(&mut self, paths: &[String]) -> Checked {
        let mut checked = self.vm.deep(|vm| vm.check_files(paths));
        checked.diags = self.settled(checked.diags);
        checked
    }

    /// Messages with the edits that their words promise, and without what is secret.
    fn settled(&mut self, diags: Vec<Diag>) -> Vec<Diag> {
        let diags = one_level_up(diags.into_iter().map(|diag| diag.settled(&self.vm.sources)).collect());
        self.vm.veiled(diags)
    }

    /// Work on the machine. What a program refuses of its values is looked for in a second run, which remembers where
    /// these come from: that takes longer, so only who needs a message waits for it.
    pub(crate) fn run<T>(
        &mut self,
        inputs: &[(String, String)],
        work: impl Fn(&mut Vm) -> Run<T>,
    ) -> Result<T, Vec<Diag>> {
        let refused = |diags: &[Diag]| diags.iter().any(|diag| diag.code == Code::Refused);
        match self.run_once(inputs, &work) {
            Err(diags) if refused(&diags) && !self.vm.remembers => {
                let mut again = self.remembering();
                match again.run_once(inputs, &work) {
                    Err(told) if refused(&told) => Err(self.brought(told, &again.vm.sources)),
                    // A limit that only this run has met says nothing of the program.
                    _ => Err(diags),
                }
            }
            result => result,
        }
    }

    /// A session over the same world that has read nothing yet, and will remember where its values come from.
    pub fn remembering(&self) -> Session {
        let mut anew = Session { vm: Vm::new(self.vm.world.clone(), self.vm.library) };
        (anew.vm.limits, anew.vm.elides) = (self.vm.limits, self.vm.elides);
        anew.vm.remembers = true;
        anew
    }

    /// Messages of another session over the same files.
    fn brought(&mut self, mut diags: Vec<Diag>, from: &Sources) -> Vec<Diag> {
        diags.iter_mut().for_each(|diag| diag.each_loc(|loc| loc.file = self.vm.sources.taken_from(from, loc.file)));
        self.vm.veiled(diags)
    }

    /// Work on the machine: with inputs, from a clean start, on a stack that is deep enough.
    pub(crate) fn run_once<T>(
        &mut self,
        inputs: &[(String, String)],
        work: impl FnOnce(&mut Vm) -> Run<T>,
    ) -> Result<T, Vec<Diag>> {
        self.vm.inputs = inputs.iter().cloned().collect();
        self.vm.asked.clear();
        self.vm.reset();
        let result = self.vm.deep(work);
        result.map_err(|fault| {
            let mut finder = Finder::new(&self.vm.sources);
            let sources = &self.vm.sources;
            let told = |diag| annotation_in_a_line(with_origin(finder.in_bytes(short_way(diag)), sources), sources);
            let diags = fault.into_diags().into_iter().map(told).collect();
            self.settled(diags)
        })
    }

    fn render(&mut self, options: &EvalOptions, load: impl Fn(&mut Vm) -> Run) -> Result<String, Vec<Diag>> {
        self.run(&options.inputs, |vm| {
            let loaded = load(vm)?;
            let mut value = vm.force(&loaded)?;
            for (path, expr) in &options.sets {
                value = override_at(vm, &value, path, expr)?;
            }
            if let Some(path) = &options.path {
                value = at_path(vm, &value, path)?;
            }
            let text = write(vm, &value, options.format)?;
            unasked(vm, options);
            Ok(text)
        })
    }
}

/// A field that is missing in a record and undeclared in one of its fields is one mistake: it was
/// written one level too deep.
fn one_level_up(mut diags: Vec<Diag>) -> Vec<Diag> {
    let undeclared = |diag: &Diag| diag.code == Code::Undeclared;
    let name = |diag: &Diag| diag.title.split('`').nth(1).map(str::to_owned);
    let around = |outer: Loc, inner: Loc| {
        outer.file == inner.file && outer.span.start <= inner.span.start && inner.span.end <= outer.span.end
    };
    for at in 0..diags.len() {
        let Some(place) = diags[at].place().filter(|_| undeclared(&diags[at])) else { continue };
        let wanted = name(&diags[at]);
        let missing = diags.iter().position(|other| {
            other.code == Code::MissingField
                && name(other) == wanted
                && other.place().is_some_and(|outer| around(outer, place))
        });
        if let Some(missing) = missing {
            let outer = diags.remove(missing);
            let at = at - usize::from(missing < at);
            let name = wanted.unwrap_or_default();
            let help = mend::further_out(name);
            diags[at].helps.push(help);
            diags[at].labels.extend(outer.labels.into_iter().filter(|label| !label.primary));
            break;
        }
    }
    diags
}

/// Warns of inputs that nothing has asked for. Under a path only part of the program runs: there a
/// name is doubted only if it is much like one that was asked for.
fn unasked(vm: &mut Vm, options: &EvalOptions) {
    for (name, _) in &options.inputs {
        if vm.asked.contains(name.as_str()) {
            continue;
        }
        let near = suggest::nearest(name, vm.asked.iter().map(|asked| &**asked));
        if near.is_none() && options.path.is_some() {
            continue;
        }
        let diag = Diag::warning(Code::MissingInput, format!("nothing asks for the input `{name}`"));
        let help = match near {
            Some(near) => format!("did you mean `--input {near}=…`?"),
            None => format!("a program asks by `std.input(\"{name}\", T)`"),
        };
        vm.warnings.push(diag.help(help));
    }
}

fn load_text(vm: &mut Vm, name: &str, text: &str) -> Run {
    let file = vm.sources.add(name, text);
    let compiled = vm.framed(|_| Work::File(Symbol::new(name)), |vm| vm.compile(file, &[]));
    match compiled.proto {
        Some(proto) => {
            let env = vm.empty.clone();
            Ok(vm.suspend(Todo::Code { proto, env }))
        }
        None => Err(Fault::many(compiled.diags)),
    }
}

/// A value as text in one of the formats.
pub fn write(vm: &mut Vm, value: &Value, format: Format) -> Run<String> {
    written(vm, value, format, false)
}

/// The same for a look at it, where a secret is shown as one instead of being an error.
pub fn show(vm: &mut Vm, value: &Value, format: Format) -> Run<String> {
    written(vm, value, format, true)
}

fn written(vm: &mut Vm, value: &Value, format: Format, veiled: bool) -> Run<String> {
    match format {
        Format::Json | Format::JsonCompact => {
            let mut sink = if format == Format::Json { JsonSink::pretty() } else { JsonSink::compact() };
            vm.export_as(value, &mut sink, veiled)?;
            Ok(sink.finish())
        }
        Format::Yaml => {
            let mut sink = YamlSink::new();
            vm.export_as(value, &mut sink, veiled)?;
            Ok(sink.finish())
        }
        Format::Toml => {
            let mut sink = TomlSink::new();
            vm.export_as(value, &mut sink, veiled)?;
            sink.finish()
                .map_err(|refused| Fault::new(Diag::error(Code::NoOutput, refused.title()).help(refused.help())))
        }
        Format::Text => {
            let mut sink = TextSink::new();
            vm.export_as(value, &mut sink, veiled)?;
            Ok(sink.finish())
        }
    }
}
