//! What each word of a text is, for editors that have no grammar of the language: the lexer says where words are, the
//! names say what they mean.

use super::facts::{Facts, ids};
use super::plain::Kind;
use super::project::Project;
use crate::base::span::Span;
use crate::resolve::binding::{Binding, Prelude, VarId, VarKind};
use crate::syntax::ast::{Expr, Item, Key, PathPart};
use crate::syntax::lexer::lex;
use crate::syntax::token::Token;
use crate::types::ty::Ty;
use rustc_hash::FxHashMap;

/// What a stretch of text is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Comment,
    Number,
    String,
    /// A word of the language, or what a name means.
    Word(Kind),
}

impl Project {
    /// The stretches of a text that are more than punctuation, in order; none goes over a line's end.
    pub fn colours(&mut self, path: &str) -> Vec<(Span, Colour)> {
        let Some(facts) = self.facts(path) else { return Vec::new() };
        let names = names(&facts);
        let lexed = lex(facts.file, &facts.text);
        let comments = lexed.trivia.comments.iter().map(|comment| (comment.span, Colour::Comment));
        let mut found: Vec<(Span, Colour)> = comments.collect();
        for token in &lexed.tokens {
            let span = Span { start: token.start, end: token.end };
            let named = names.get(&span).map(|kind| Colour::Word(*kind));
            found.extend(named.or_else(|| of_token(token.token)).map(|colour| (span, colour)));
        }
        found.sort_by_key(|(span, _)| span.start);
        found.iter().flat_map(|(span, colour)| lines(&facts.text, *span).map(|span| (span, *colour))).collect()
    }
}

fn of_token(token: Token) -> Option<Colour> {
    match token {
        Token::Str | Token::StrHead | Token::StrMid | Token::StrTail => Some(Colour::String),
        Token::Number => Some(Colour::Number),
        Token::TypeVar => Some(Colour::Word(Kind::Type)),
        Token::True | Token::False | Token::Null => Some(Colour::Word(Kind::Literal)),
        token if token.is_keyword() => Some(Colour::Word(Kind::Keyword)),
        _ => None,
    }
}

/// What each name in a text is.
fn names(facts: &Facts) -> FxHashMap<Span, Kind> {
    let mut found = FxHashMap::default();
    for (span, var) in &facts.names.binders {
        found.insert(*span, of_variable(facts, *var));
    }
    for id in ids(facts.ast()) {
        match facts.ast().expr(id) {
            Expr::Name(_) => {
                if let Some(binding) = facts.names.names.get(&id) {
                    found.insert(facts.ast().span(id), of_binding(facts, *binding));
                }
            }
            Expr::Field { name, .. } => part(name, matches!(facts.type_of(id), Ty::Function(_)), &mut found),
            Expr::Record(items) | Expr::Schema(items) => fields(facts, items, &mut found),
            _ => {}
        }
    }
    found
}

fn fields(facts: &Facts, items: &[Item], found: &mut FxHashMap<Span, Kind>) {
    super::facts::fields_of(items, &mut |field| {
        for (at, name) in field.path.iter().enumerate() {
            let last = at + 1 == field.path.len();
            let function = last && field.value.is_some_and(|value| matches!(facts.type_of(value), Ty::Function(_)));
            part(name, function, found);
        }
    });
}

fn part(name: &PathPart, function: bool, found: &mut FxHashMap<Span, Kind>) {
    if let Key::Static(_) = name.key {
        found.insert(name.span, if function { Kind::Function } else { Kind::Field });
    }
}

fn of_variable(facts: &Facts, var: VarId) -> Kind {
    match facts.notes.vars.get(&var) {
        Some(Ty::Function(_)) => Kind::Function,
        Some(Ty::Type(_)) => Kind::Type,
        _ if facts.names.vars[var].kind == VarKind::Callee => Kind::Function,
        _ => Kind::Variable,
    }
}

fn of_binding(facts: &Facts, binding: Binding) -> Kind {
    match binding {
        Binding::Var(var) => of_variable(facts, var),
        Binding::Prelude(Prelude::Std) => Kind::Module,
        Binding::Prelude(Prelude::Absent) => Kind::Keyword,
        Binding::Prelude(_) => Kind::Type,
    }
}

/// The lines of a stretch of text, without their ends.
fn lines(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut start = span.start as usize;
    let parts = text.get(span.range()).unwrap_or_default().split_inclusive('\n').map(move |line| {
        let begun = start;
        start += line.len();
        Span::new(begun, begun + line.trim_end_matches(['\n', '\r']).len())
    });
    parts.filter(|span| span.start < span.end)
}
