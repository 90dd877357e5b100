//! Edits in terms of expressions, worked out once the sources are at hand.

use super::source::Sources;
use super::span::{Loc, Span};

/// An edit in terms of expressions that are in the text.
#[derive(Clone, PartialEq, Debug)]
pub enum Rewrite {
    /// Text before and after an expression.
    Around { at: Loc, before: String, after: String },
    /// The brackets of a literal taken away.
    Bare { at: Loc },
    /// The sign between two expressions.
    Sign { left: Loc, right: Loc, from: &'static str, to: &'static str },
    /// `base.name(x)` as `function(base, x)`.
    Call { base: Loc, name: Loc, function: String },
    /// Two expressions in each other's place.
    Exchange { first: Loc, second: Loc },
    /// No edit: the expression quoted in the help, between two texts.
    Quote { at: Loc, before: String, after: String },
    /// What stands right before an expression, in other words.
    Prefix { at: Loc, from: &'static str, to: &'static str },
    /// A word inside of an expression.
    Inside { at: Loc, from: String, to: String },
    /// A part of an expression in the brackets of a list, in the place of the whole.
    Listed { at: Loc, inner: Loc },
    /// One expression in the place of another text, wherever that stands literally.
    Word { at: Loc, from: String, to: String },
}

impl Rewrite {
    /// The places that it speaks of.
    pub fn each_loc(&mut self, mut each: impl FnMut(&mut Loc)) {
        match self {
            Rewrite::Around { at, .. }
            | Rewrite::Bare { at }
            | Rewrite::Quote { at, .. }
            | Rewrite::Prefix { at, .. }
            | Rewrite::Inside { at, .. }
            | Rewrite::Word { at, .. } => each(at),
            Rewrite::Sign { left: one, right: other, .. }
            | Rewrite::Listed { at: one, inner: other }
            | Rewrite::Call { base: one, name: other, .. }
            | Rewrite::Exchange { first: one, second: other } => [one, other].into_iter().for_each(each),
        }
    }

    /// The place and its new text, if both are in one file and fit on a line each.
    pub(super) fn edit(&self, sources: &Sources) -> Option<(Loc, String)> {
        match self {
            Rewrite::Around { at, before, after } => {
                let text = written(*at, sources)?;
                let loose = ["|>", "=>", "if ", "let ", " ?? "].iter().any(|sign| text.contains(sign));
                let joined = before.is_empty() && after.starts_with(' ') && loose;
                let text = if joined { format!("({text})") } else { text.to_owned() };
                Some((*at, format!("{before}{text}{after}")))
            }
            Rewrite::Bare { at } => {
                let inner = written(*at, sources)?.strip_prefix('[')?.strip_suffix(']')?;
                Some((*at, inner.trim().to_owned()))
            }
            Rewrite::Sign { left, right, from, to } => {
                let gap = between(left.span.end, right.span.start, *left)?;
                let text = sources.get(gap.file).text.get(gap.span.range())?;
                let start = gap.span.start as usize + text.find(from)?;
                Some((Span::new(start, start + from.len()).at(gap.file), (*to).to_owned()))
            }
            Rewrite::Call { base, name, function } => {
                let text = &sources.get(base.file).text;
                let behind = text.get(name.span.end as usize..)?.strip_prefix('(')?;
                let comma = if behind.trim_start().starts_with(')') { "" } else { ", " };
                let place = between(base.span.start, name.span.end + 1, *base)?;
                Some((place, format!("{function}({}{comma}", written(*base, sources)?)))
            }
            Rewrite::Exchange { first, second } => {
                let text = &sources.get(first.file).text;
                let gap = text.get(first.span.end as usize..second.span.start as usize)?;
                let (one, other) = (written(*first, sources)?, written(*second, sources)?);
                Some((between(first.span.start, second.span.end, *first)?, format!("{other}{gap}{one}")))
            }
            Rewrite::Quote { .. } => None,
            Rewrite::Listed { at, inner } => Some((*at, format!("[{}]", written(*inner, sources)?))),
            Rewrite::Prefix { at, from, to } => {
                let place = between(at.span.start.checked_sub(from.len() as u32)?, at.span.start, *at)?;
                (written(place, sources)? == *from).then(|| (place, (*to).to_owned()))
            }
            Rewrite::Inside { at, from, to } => {
                let text = written(*at, sources)?;
                let start = at.span.start as usize + text.rfind(from.as_str())?;
                Some((Span::new(start, start + from.len()).at(at.file), to.clone()))
            }
            Rewrite::Word { at, from, to } => {
                let text = written(*at, sources)?;
                in_other_quotes(text, from, to, &sources.get(at.file).name)
                    .or_else(|| (text == from).then(|| to.clone()))
                    .map(|new| (*at, new))
            }
        }
    }
}

/// A word that stands in quotes where it was named without, as a key of JSON, or the other way round, as a text of
/// YAML and CSV.
fn in_other_quotes(text: &str, from: &str, to: &str, file: &str) -> Option<String> {
    fn bare(quoted: &str) -> Option<&str> {
        quoted.strip_prefix('"')?.strip_suffix('"')
    }
    if bare(text) == Some(from) {
        return Some(format!("\"{to}\""));
    }
    let takes_bare = [".yaml", ".yml", ".csv"].iter().any(|ending| file.ends_with(ending));
    (takes_bare && bare(from) == Some(text)).then(|| bare(to).map(str::to_owned))?
}

fn between(start: u32, end: u32, near: Loc) -> Option<Loc> {
    (start <= end).then(|| Span { start, end }.at(near.file))
}

/// The text of an expression that is short enough to be written again.
pub(super) fn written(at: Loc, sources: &Sources) -> Option<&str> {
    if at == Loc::default() {
        return None;
    }
    let text = sources.get(at.file).text.get(at.span.range())?;
    let balance = |open: char, close: char| text.matches(open).count() == text.matches(close).count();
    let whole = balance('(', ')') && balance('[', ']') && balance('{', '}');
    (!text.is_empty() && text.len() <= 300 && whole).then_some(text)
}
