//! The frames of a profile by name, with what each took together with all below it.

use crate::base::arena::{Id, IndexVec};
use crate::base::span::Loc;
use crate::eval::profile::{NodeId, Profile, Work};
use crate::eval::vm::Vm;
use crate::session::Session;
use rustc_hash::FxHashMap;

/// An annotation that is longer than this goes by its place alone.
const SHORT: usize = 40;

/// What a frame is of: the colours of the picture.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    All,
    Field,
    Function,
    Native,
    Contract,
    File,
    Output,
}

/// What a frame goes by.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Label {
    pub kind: Kind,
    pub name: String,
    /// File and line, where there is one.
    pub place: Option<String>,
}

impl Label {
    /// `replicas (services/media.rzp:12)`
    pub fn text(&self) -> String {
        match &self.place {
            Some(place) => format!("{} ({place})", self.name),
            None => self.name.clone(),
        }
    }
}

/// A frame below another one. Times are in nanoseconds.
#[derive(Clone, Debug)]
pub struct Entry {
    pub label: Label,
    /// The time in which it was the innermost frame.
    pub own: u64,
    /// The same with all frames below.
    pub total: u64,
    /// How often it was entered; nought for a field that was known before it was looked at.
    pub count: u64,
    /// The longest first.
    pub below: Vec<Entry>,
}

/// A profile that can be shown.
#[derive(Clone, Debug)]
pub struct Flame {
    pub all: Entry,
    /// Whether frames were left out because there were too many, or too deep.
    pub cut: bool,
}

impl Flame {
    /// What the session's run has taken so far, and the end of its profile; none if there was no profile.
    pub fn of(session: &mut Session) -> Option<Flame> {
        let vm = session.vm();
        let mut profile = vm.profile.take()?;
        profile.stop();
        Some(Flame { all: named(&profile, vm), cut: profile.cut })
    }
}

/// The tree with texts in the place of numbers; frames that go by the same text below the same one become one.
fn named(profile: &Profile, vm: &Vm) -> Entry {
    let mut made = Growing::default();
    let mut labels: FxHashMap<Work, Label> = FxHashMap::default();
    let mut known: IndexVec<NodeId, usize> = IndexVec::default();
    for (_, node) in profile.nodes.iter() {
        let label = labels.entry(node.what).or_insert_with(|| label(node.what, vm));
        // A node stands behind the one that it is below.
        let parent = node.parent.map(|parent| known[parent]);
        let at = made.node(parent, label);
        made.own[at].0 += node.own;
        made.own[at].1 += node.count;
        known.push(at);
    }
    made.finish()
}

/// A tree that is put together from the top: nodes behind those that they are below.
#[derive(Default)]
struct Growing {
    labels: Vec<Label>,
    parents: Vec<Option<usize>>,
    /// Time and count.
    own: Vec<(u64, u64)>,
    below: FxHashMap<(usize, Label), usize>,
}

impl Growing {
    fn node(&mut self, parent: Option<usize>, label: &Label) -> usize {
        let key = parent.map(|parent| (parent, label.clone()));
        if let Some(at) = key.as_ref().and_then(|key| self.below.get(key)) {
            return *at;
        }
        let at = self.labels.len();
        self.labels.push(label.clone());
        self.parents.push(parent);
        self.own.push((0, 0));
        if let Some(key) = key {
            self.below.insert(key, at);
        }
        at
    }

    fn finish(self) -> Entry {
        let Growing { labels, parents, own, .. } = self;
        let entry = |(label, (own, count))| Entry { label, own, total: own, count, below: Vec::new() };
        let mut entries: Vec<Entry> = labels.into_iter().zip(own).map(entry).collect();
        let mut all = None;
        while let Some(mut entry) = entries.pop() {
            entry.below.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.label.name.cmp(&b.label.name)));
            match parents[entries.len()] {
                Some(parent) => {
                    entries[parent].total += entry.total;
                    entries[parent].below.push(entry);
                }
                None => all = Some(entry),
            }
        }
        let label = Label { kind: Kind::All, name: "all".to_owned(), place: None };
        all.unwrap_or(Entry { label, own: 0, total: 0, count: 0, below: Vec::new() })
    }
}

fn label(what: Work, vm: &Vm) -> Label {
    let named = |kind, name: String, place| Label { kind, name, place };
    match what {
        Work::All => named(Kind::All, "all".to_owned(), None),
        Work::Field(name, loc) => named(Kind::Field, name.to_string(), place(loc, vm)),
        Work::Function(proto) => {
            let proto = &vm.program.protos[proto];
            let name = proto.name.map_or_else(|| "fn".to_owned(), |name| name.to_string());
            named(Kind::Function, name, place(proto.loc, vm))
        }
        Work::Native(native) => named(Kind::Native, format!("std.{}", vm.library.natives[native.index()].name), None),
        Work::Contract(loc) => {
            let name = written(loc, vm).map_or_else(|| "check".to_owned(), |ty| format!("check {ty}"));
            named(Kind::Contract, name, place(loc, vm))
        }
        Work::Assert(loc) => named(Kind::Contract, "assert".to_owned(), place(loc, vm)),
        Work::File(path) => named(Kind::File, format!("import {path}"), None),
        Work::Step(step) => named(Kind::File, step.to_owned(), None),
        Work::Output(step) => named(Kind::Output, step.to_owned(), None),
    }
}

fn place(loc: Loc, vm: &Vm) -> Option<String> {
    if loc == Loc::default() {
        return None;
    }
    let source = vm.sources.get(loc.file);
    Some(format!("{}:{}", source.name, source.line(loc.span.start) + 1))
}

/// An annotation as it is written, if it is short and holds no text that could be a secret.
fn written(loc: Loc, vm: &Vm) -> Option<&str> {
    if loc == Loc::default() {
        return None;
    }
    let text = vm.sources.get(loc.file).text.get(loc.span.range())?;
    (!text.is_empty() && text.len() <= SHORT && !text.contains(['\n', '"'])).then_some(text)
}
