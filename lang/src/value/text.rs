//! Strings: shared, one word wide, and cheap to grow.
//!
//! Joining two texts copies short ones and only links long ones; a linked text is written out once,
//! when its bytes are first asked for. So a string grown in a fold costs its length, not its square. Texts of up to 24 bytes,
//! as most names and values are, lie in their node.

use compact_str::CompactString;
use std::cell::{Cell, OnceCell};
use std::fmt;
use std::rc::Rc;

/// Joined texts up to this many bytes are copied at once.
const COPY: usize = 256;

#[derive(Clone)]
pub struct Text(Rc<Node>);

struct Node {
    len: usize,
    flat: OnceCell<CompactString>,
    parts: Cell<Option<Box<(Text, Text)>>>,
}

impl Text {
    pub fn new(text: impl Into<CompactString>) -> Text {
        let mut text = text.into();
        // What was grown while it was written may have much room left.
        if text.is_heap_allocated() && text.capacity() / 4 > text.len() / 3 {
            text.shrink_to_fit();
        }
        Text(Rc::new(Node { len: text.len(), flat: OnceCell::from(text), parts: Cell::new(None) }))
    }

    /// The length in bytes, known without writing the text out.
    pub fn len(&self) -> usize {
        self.0.len
    }

    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    pub fn as_str(&self) -> &str {
        self.0.flat.get_or_init(|| self.flatten())
    }

    /// `self` followed by `other`.
    pub fn join(&self, other: &Text) -> Text {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        let len = self.len() + other.len();
        if len <= COPY {
            let mut text = CompactString::with_capacity(len);
            text.push_str(self.as_str());
            text.push_str(other.as_str());
            return Text::new(text);
        }
        let parts = Cell::new(Some(Box::new((self.clone(), other.clone()))));
        Text(Rc::new(Node { len, flat: OnceCell::new(), parts }))
    }

    /// Writes the parts out from left to right, with a stack of its own: a text may be linked
    /// deeper than the call stack goes.
    fn flatten(&self) -> CompactString {
        let mut out = CompactString::with_capacity(self.0.len);
        let mut todo: Vec<Text> = Vec::new();
        let mut parts = self.0.parts.take();
        loop {
            if let Some(pair) = parts.take() {
                let (left, right) = *pair;
                todo.push(right);
                todo.push(left);
            }
            let Some(next) = todo.pop() else { break };
            match next.0.flat.get() {
                Some(flat) => out.push_str(flat),
                None => {
                    // Somebody else may still hold this part: leave them its parts.
                    let pair = next.0.parts.take();
                    next.0.parts.set(pair.clone());
                    parts = pair;
                }
            }
        }
        out
    }
}

impl Drop for Node {
    /// Unlinks a long chain step by step instead of by recursion.
    fn drop(&mut self) {
        let mut todo: Vec<Text> = Vec::new();
        let mut parts = self.parts.take();
        loop {
            if let Some(pair) = parts.take() {
                todo.push(pair.0);
                todo.push(pair.1);
            }
            let Some(next) = todo.pop() else { break };
            if let Ok(node) = Rc::try_unwrap(next.0) {
                parts = node.parts.take();
            }
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || (self.len() == other.len() && self.as_str() == other.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn grows_deep_and_drops_deep() {
        let mut text = Text::from("");
        for _ in 0..300_000 {
            text = text.join(&Text::from("xy"));
        }
        let kept = text.clone();
        let longer = text.join(&text);
        assert_eq!(longer.as_str().len(), 1_200_000);
        assert_eq!(kept.as_str().len(), 600_000);
    }
}
