//! Where else a word stands that means the same, and a variable by another name.
//!
//! Fields are looked for by their text and kept where they lead to the same declaration. Only what no other file
//! can name is given another name: a variable, and only if every name in the text means the same afterwards.

use super::facts::{Facts, ids};
use super::meaning::Meaning;
use super::plain::Place;
use super::project::Project;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::resolve::binding::{Binding, VarId};
use crate::resolve::resolver::resolve;
use crate::syntax::ast::{Clause, Expr, Item, Pattern, Sugar};
use crate::syntax::parse::parse;

impl Project {
    /// The places of what stands at an offset, its declaration among them; fields are looked for in these files.
    pub fn uses(&mut self, path: &str, offset: u32, among: &[String]) -> Vec<Place> {
        let Some(facts) = self.facts(path) else { return Vec::new() };
        let Some((span, meaning)) = self.meaning(&facts, offset) else { return Vec::new() };
        match meaning {
            Meaning::Variable(var) => {
                let place = |span| Place { path: path.to_owned(), span };
                occurrences(&facts, var).into_iter().map(|(span, _)| place(span)).collect()
            }
            Meaning::Field { .. } => match self.places(&facts, &meaning).into_iter().next() {
                Some(declared) => self.leading_to(&declared, facts.slice(span), among),
                None => Vec::new(),
            },
            Meaning::Library(_) | Meaning::Files(_) | Meaning::Braces(_) | Meaning::Word(_) => Vec::new(),
        }
    }

    /// The places of a word that are declared at one place.
    fn leading_to(&mut self, declared: &Place, word: &str, among: &[String]) -> Vec<Place> {
        let mut found = Vec::new();
        for path in among {
            let Some(text) = self.text(path) else { continue };
            for span in words(&text, word) {
                let place = Place { path: path.clone(), span };
                if place == *declared || self.definition(path, span.start).first() == Some(declared) {
                    found.push(place);
                }
            }
        }
        found
    }

    /// The variable at an offset that can be given another name.
    pub fn renamable(&mut self, path: &str, offset: u32) -> Result<Span, String> {
        let facts = self.facts(path).ok_or("there is no such file")?;
        let (span, var) = variable(&facts, offset).ok_or("only variables can be given another name here")?;
        let binder = facts.names.vars[var].span;
        if !binders(&facts).contains(&binder) {
            let name = facts.names.vars[var].name;
            return Err(match facts.source_of(var) {
                Some(_) => format!("`{name}` is called after the field that it is taken from"),
                None => format!("others may call the parameter `{name}` by its name"),
            });
        }
        Ok(span)
    }

    /// The edits that give the variable at an offset another name, or why there are none.
    pub fn rename(&mut self, path: &str, offset: u32, new: &str) -> Result<Vec<(Span, String)>, String> {
        self.renamable(path, offset)?;
        let facts = self.facts(path).ok_or("there is no such file")?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if new.is_empty() || !new.chars().all(is_word) {
            return Err(format!("`{new}` is no name"));
        }
        if !facts.can_run() {
            return Err("the file has mistakes that have to be mended before".to_owned());
        }
        let (_, var) = variable(&facts, offset).ok_or("there is no variable here")?;
        let written =
            |shorthand: bool, span| if shorthand { format!("{} = {new}", facts.slice(span)) } else { new.to_owned() };
        let edits = occurrences(&facts, var).into_iter().map(|(span, shorthand)| (span, written(shorthand, span)));
        let edits: Vec<(Span, String)> = edits.collect();
        let mut text = facts.text.to_string();
        for (span, with) in edits.iter().rev() {
            text.replace_range(span.range(), with);
        }
        if means_the_same(&facts, &text) { Ok(edits) } else { Err(format!("`{new}` means something else here")) }
    }
}

fn variable(facts: &Facts, offset: u32) -> Option<(Span, VarId)> {
    if let Some((span, var)) = facts.binder_at(offset) {
        return Some((span, var));
    }
    let id = *facts.trail(offset).last()?;
    match (facts.ast().expr(id), facts.names.names.get(&id)?) {
        (Expr::Name(_), Binding::Var(var)) if facts.braces_of(*var).is_none() => {
            // Inside of a function its own name is a variable of its own.
            let outer = facts.names.callees.iter().find(|(_, callee)| *callee == var).and_then(|(function, _)| {
                let bound =
                    |(_, var): &(&Span, &VarId)| facts.source_of(**var).is_some_and(|it| it.bind.value == *function);
                facts.names.binders.iter().find(bound).map(|(_, var)| *var)
            });
            Some((facts.ast().span(id), outer.unwrap_or(*var)))
        }
        _ => None,
    }
}

/// Where a variable stands, sorted; with each place, whether it is a field's name at the same time.
fn occurrences(facts: &Facts, var: VarId) -> Vec<(Span, bool)> {
    let inner = facts.source_of(var).and_then(|source| facts.names.callees.get(&source.bind.value)).copied();
    let mut shorthands = Vec::new();
    for id in ids(facts.ast()) {
        if let Expr::Record(items) | Expr::Schema(items) = facts.ast().expr(id) {
            super::facts::fields_of(items, &mut |field| {
                shorthands.extend(field.value.filter(|_| field.sugar == Sugar::Shorthand));
            });
        }
    }
    let means =
        |binding: &Binding| *binding == Binding::Var(var) || inner.is_some_and(|it| *binding == Binding::Var(it));
    let uses = facts.names.names.iter().filter(|(_, binding)| means(binding));
    let mut found: Vec<(Span, bool)> = uses.map(|(id, _)| (facts.ast().span(*id), shorthands.contains(id))).collect();
    found.push((facts.names.vars[var].span, false));
    found.sort_by_key(|(span, _)| span.start);
    found.dedup();
    found
}

/// The places of a word in a text, where it is one.
fn words(text: &str, word: &str) -> Vec<Span> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: usize| {
        let (before, behind) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_word) && !behind.starts_with(is_word)
    };
    let places = text.match_indices(word).map(|(at, _)| at).filter(|at| whole(*at));
    places.map(|at| Span::new(at, at + word.len())).collect()
}

/// The places that bind names which are nobody's but their own: those of `let`s, loops and patterns, other than the
/// parameters of functions and names that are those of fields at the same time.
fn binders(facts: &Facts) -> Vec<Span> {
    let mut found = Vec::new();
    for id in ids(facts.ast()) {
        match facts.ast().expr(id) {
            Expr::Let { bind, .. } => of_pattern(&bind.pattern, &mut found),
            Expr::Match(arms) => arms.iter().for_each(|arm| of_pattern(&arm.pattern, &mut found)),
            Expr::Record(items) | Expr::Schema(items) => of_items(items, &mut found),
            Expr::List(elements) => {
                for clause in elements.iter().flat_map(|element| &element.clauses) {
                    if let Clause::For { names, .. } = clause {
                        found.extend(names.iter().map(|name| name.span));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn of_items(items: &[Item], found: &mut Vec<Span>) {
    for item in items {
        match item {
            Item::Let(bind) => of_pattern(&bind.pattern, found),
            Item::If { then, otherwise, .. } => {
                of_items(then, found);
                of_items(otherwise, found);
            }
            Item::For { names, body, .. } => {
                found.extend(names.iter().map(|name| name.span));
                of_items(body, found);
            }
            _ => {}
        }
    }
}

fn of_pattern(pattern: &Pattern, found: &mut Vec<Span>) {
    match pattern {
        Pattern::Bind(name) => found.push(name.span),
        Pattern::Record { fields, .. } => {
            let named = |pattern: &Pattern, span| matches!(pattern, Pattern::Bind(name) if name.span == span);
            let others = fields.iter().filter(|field| !named(&field.pattern, field.name.span));
            others.for_each(|field| of_pattern(&field.pattern, found));
        }
        Pattern::List { items, rest, .. } => {
            items.iter().for_each(|item| of_pattern(item, found));
            found.extend(rest.iter().flatten().map(|name| name.span));
        }
        Pattern::Error | Pattern::Any(_) | Pattern::Test(_) => {}
    }
}

/// Whether each name of a text means the same in another one that differs in names alone.
fn means_the_same(facts: &Facts, text: &str) -> bool {
    let parsed = parse(facts.file, text);
    let names = resolve(facts.file, &parsed.ast, &[]);
    let errors = parsed.diags.iter().chain(&names.diags).any(Diag::is_error);
    !errors
        && parsed.ast.len() == facts.ast().len()
        && names.names == facts.names.names
        && names.vars.len() == facts.names.vars.len()
}
