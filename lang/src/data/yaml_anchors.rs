//! Values by anchor, and the budget that keeps a few aliases from filling the memory.
//!
//! An alias is a copy of its anchor's value, and an anchor may stand on a value full of aliases:
//! nine lines of nine aliases each make a billion values. So every copy is paid for.

use super::placed::{Tree, View};
use super::tree::Data;
use rustc_hash::FxHashMap;

/// What all copies of a file may hold together: values, where a long string counts as several.
pub const MOST_COPIES: usize = 2_000_000;
/// As much text as a value takes room.
const TEXT_PER_VALUE: usize = 32;

struct Anchored<T> {
    data: T,
    weight: usize,
    depth: usize,
}

/// Why an alias has no value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum NoCopy {
    /// It stands inside of the value that it names.
    Inside,
    /// All copies together hold too much.
    TooMuch,
    /// The value would nest too deep.
    TooDeep,
}

pub struct Anchors<T> {
    values: FxHashMap<usize, Anchored<T>>,
    spent: usize,
}

impl<T> Default for Anchors<T> {
    fn default() -> Self {
        Anchors { values: FxHashMap::default(), spent: 0 }
    }
}

impl<T: Tree> Anchors<T> {
    /// Keeps a copy of a value for its aliases.
    pub fn define(&mut self, id: usize, data: &T) -> Result<(), NoCopy> {
        let (weight, depth) = measure(data);
        self.pay(weight)?;
        self.values.insert(id, Anchored { data: data.clone(), weight, depth });
        Ok(())
    }

    /// The value of an alias that has `room` levels left to nest.
    pub fn copy(&mut self, id: usize, room: usize) -> Result<T, NoCopy> {
        let Some(anchored) = self.values.get(&id) else { return Err(NoCopy::Inside) };
        if anchored.depth > room {
            return Err(NoCopy::TooDeep);
        }
        let (data, weight) = (anchored.data.clone(), anchored.weight);
        self.pay(weight)?;
        Ok(data)
    }

    /// Anchors end with their document; what was spent stays spent.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    fn pay(&mut self, weight: usize) -> Result<(), NoCopy> {
        self.spent += weight;
        if self.spent > MOST_COPIES { Err(NoCopy::TooMuch) } else { Ok(()) }
    }
}

/// How much a value holds, and how deep it nests. It may recurse: readers limit the depth.
fn measure<T: Tree>(data: &T) -> (usize, usize) {
    let both = |(weight, depth): (usize, usize), inner: &T| {
        let (more, below) = measure(inner);
        (weight + more, depth.max(below + 1))
    };
    match data.view() {
        View::Scalar(Data::BigInt(value)) => (1 + value.bits() as usize / 8 / TEXT_PER_VALUE, 0),
        View::Scalar(Data::Str(text)) => (1 + text.len() / TEXT_PER_VALUE, 0),
        View::Scalar(_) => (1, 0),
        View::List(items) => items.iter().fold((1, 1), both),
        View::Record(fields) => fields.iter().map(|(_, value)| value).fold((1, 1), both),
    }
}
