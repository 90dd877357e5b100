//! A stack: what is wanted outside of the cluster, and the providers that make actions of it.
//!
//! The value is what `std/provider/provider` calls a `Stack`. A provider is asked by turns what it wants to read, until it
//! names nothing new, and then what is to be done. Who reads is handed in: nothing here knows a network. Records and answers
//! come and go as JSON, which is what plans are written in.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::data::json::read_json;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::Vm;
use crate::output::json::JsonSink;
use crate::session::Session;
use crate::value::read::data_value;
use crate::value::record::Record;
use crate::value::value::Value;
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::rc::Rc;

/// The file that a stack is looked for in.
pub const STACK: &str = "services/stack.rzp";

/// So often a provider may ask on: pages of a list, then parts of what is in it.
const ROUNDS: usize = 200;

/// Who reads for providers.
pub trait Reader {
    /// Begins with a provider: its target and where its secrets are, as the stack has them. The answer is a hash for each
    /// secret, by name.
    fn begin(&mut self, provider: &str, target: &Json, secrets: &Json) -> Result<Json, Diag>;

    /// Reads, all at once if it can, and answers by the same names; null where there is nothing.
    fn read(&mut self, provider: &str, reads: &Map<String, Json>) -> Result<Map<String, Json>, Diag>;
}

/// What a stack says, and what its providers would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The stack's own fields, without its providers.
    pub stack: Map<String, Json>,
    pub providers: Vec<Wanted>,
}

/// One provider's part.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub name: String,
    pub target: Json,
    pub secrets: Json,
    pub outcome: Json,
}

/// Evaluates a file that holds a stack and asks its providers. `adopt` are addresses of objects of others that the user
/// wants to have taken over.
pub fn ask(
    session: &mut Session,
    path: &str,
    inputs: &[(String, String)],
    adopt: &[String],
    reader: &mut dyn Reader,
) -> Result<Asked, Vec<Diag>> {
    // The work may be done twice for a better message; nothing is read twice for it.
    let asking = RefCell::new(Asking { reader, adopt, begun: Map::new(), answers: Map::new() });
    session.with_file(path, inputs, |vm, value| asking.borrow_mut().stack(vm, &value))
}

struct Asking<'a> {
    reader: &'a mut dyn Reader,
    adopt: &'a [String],
    /// Hashes of secrets, by provider.
    begun: Map<String, Json>,
    /// What was read, by provider.
    answers: Map<String, Json>,
}

impl Asking<'_> {
    fn stack(&mut self, vm: &mut Vm, value: &Value) -> Run<Asked> {
        let Value::Record(record) = value else { return Err(no_stack(&format!("it is {}", value.kind()))) };
        let Some(providers) = vm.field(record, Symbol::new("providers"))? else {
            return Err(no_stack("it has no field `providers`"));
        };
        let Value::Record(providers) = vm.force(&providers)? else {
            return Err(no_stack("its `providers` are no record"));
        };
        let mut stack = Map::new();
        for name in vm.names(record)? {
            if &*name.text() != "providers" {
                stack.insert(name.text().to_string(), field_json(vm, record, &name.text())?);
            }
        }
        let mut wanted = Vec::new();
        for name in vm.names(&providers)? {
            let Some(provider) = vm.field(&providers, name)? else { continue };
            match vm.force(&provider)? {
                Value::Record(provider) => wanted.push(self.provider(vm, &name.text(), &provider)?),
                other => return Err(no_stack(&format!("`providers.{name}` is {}", other.kind()))),
            }
        }
        Ok(Asked { stack, providers: wanted })
    }

    fn provider(&mut self, vm: &mut Vm, name: &str, provider: &Rc<Record>) -> Run<Wanted> {
        let target = field_json(vm, provider, "target")?;
        let secrets = field_json(vm, provider, "secrets")?;
        if !self.begun.contains_key(name) {
            let hashes = self.reader.begin(name, &target, &secrets).map_err(Fault::new)?;
            self.begun.insert(name.to_owned(), hashes);
        }
        let reads = function(vm, provider, name, "reads")?;
        for _ in 0..ROUNDS {
            let live = self.live(vm, name)?;
            let asked = vm.call(&reads, &[live])?;
            let new = self.unread(name, json(vm, &asked)?);
            if new.is_empty() {
                let plan = function(vm, provider, name, "plan")?;
                let live = self.live(vm, name)?;
                let outcome = vm.call(&plan, &[live])?;
                let outcome = json(vm, &outcome)?;
                return Ok(Wanted { name: name.to_owned(), target, secrets, outcome });
            }
            let read = self.reader.read(name, &new).map_err(Fault::new)?;
            self.answers_of(name).extend(read);
        }
        let title = format!("the provider `{name}` asked for more {ROUNDS} times over, and would go on");
        Err(Fault::new(
            Diag::error(Code::NoStack, title).help("`reads` names what was read before under the same names"),
        ))
    }

    fn answers_of(&mut self, name: &str) -> &mut Map<String, Json> {
        let answers = self.answers.entry(name.to_owned()).or_insert_with(|| Json::Object(Map::new()));
        answers.as_object_mut().expect("made as an object")
    }

    /// What was not read before.
    fn unread(&mut self, name: &str, asked: Json) -> Map<String, Json> {
        let Json::Object(mut asked) = asked else { return Map::new() };
        let known = self.answers_of(name);
        asked.retain(|key, _| !known.contains_key(key));
        asked
    }

    /// What a provider is told of the world.
    fn live(&mut self, vm: &mut Vm, name: &str) -> Run {
        let answers = Json::Object(self.answers_of(name).clone());
        let live = serde_json::json!({ "answers": answers, "hashes": self.begun[name], "adopt": self.adopt });
        let file = vm.sources.add(&format!("answers for `{name}`"), "");
        Ok(data_value(read_json(file, &live.to_string()).map_err(Fault::new)?))
    }
}

fn function(vm: &mut Vm, provider: &Rc<Record>, name: &str, field: &str) -> Run {
    match vm.field(provider, Symbol::new(field))? {
        Some(value) => vm.force(&value),
        None => Err(no_stack(&format!("`providers.{name}` has no function `{field}`"))),
    }
}

/// A field as JSON, null if it is not there.
fn field_json(vm: &mut Vm, record: &Rc<Record>, name: &str) -> Run<Json> {
    match vm.field(record, Symbol::new(name))? {
        Some(value) => json(vm, &value),
        None => Ok(Json::Null),
    }
}

fn json(vm: &mut Vm, value: &Value) -> Run<Json> {
    let mut sink = JsonSink::compact();
    vm.export(value, &mut sink)?;
    serde_json::from_str(&sink.finish()).map_err(|why| {
        let title = format!("the value cannot be part of a plan: {why}");
        Fault::new(Diag::error(Code::NoOutput, title).at(Loc::default(), ""))
    })
}

fn no_stack(why: &str) -> Box<Fault> {
    let diag = Diag::error(Code::NoStack, format!("this is no stack: {why}"));
    Fault::new(diag.help("a stack is made by `stack(name, providers)` of `std/provider/provider`"))
}
