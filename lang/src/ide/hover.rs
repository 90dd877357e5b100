//! What is shown of the word under the cursor: its declaration, type, contract and documentation.

use super::describe::{declaration, describe, one_line};
use super::facts::Facts;
use super::meaning::{Meaning, shown_path};
use super::plain::{Hover, Place};
use super::project::Project;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::prims::reference::module;
use crate::prims::table::{MODULES, NATIVES};
use crate::resolve::binding::{Prelude, VarId};
use crate::syntax::ast::{Expr, ExprId};
use crate::types::ty::{Member, Ty};

impl Project {
    /// What is known of the word at an offset.
    pub fn hover(&mut self, path: &str, offset: u32) -> Option<Hover> {
        let facts = self.facts(path)?;
        let (span, meaning) = self.meaning(&facts, offset)?;
        let (code, text) = match &meaning {
            Meaning::Library(path) => library(path)?,
            Meaning::Files(paths) => self.files(paths),
            Meaning::Variable(var) => variable(&facts, *var),
            Meaning::Field { name, members, ty } => self.field(&facts, *name, members, ty, &meaning),
            Meaning::Braces(braces) => braces_text(&facts, *braces),
            Meaning::Word(word) => (word_name(*word).to_owned(), vec![word_text(*word).to_owned()]),
        };
        Some(Hover { span, code, text })
    }

    fn field(
        &mut self,
        facts: &Facts,
        name: Symbol,
        members: &[Member],
        ty: &Ty,
        meaning: &Meaning,
    ) -> (String, Vec<String>) {
        let mut text = Vec::new();
        let mut code = None;
        let mut docs: Vec<String> = Vec::new();
        for place in self.places(facts, meaning) {
            let Some(there) = self.facts(&place.path) else { continue };
            let Some(declared) = there.declared_at(place.span.start) else { continue };
            if code.is_none() {
                code = Some(declaration(&there, declared));
                text.extend(
                    (shown_path(&facts.path) != place.path).then(|| format!("declared in {}", spot(&there, &place))),
                );
            }
            if let Some(doc) = declared.doc.as_deref().filter(|doc| !docs.iter().any(|other| other == doc)) {
                docs.push(doc.to_owned());
            }
        }
        let contract =
            members.iter().find(|member| member.declared != Ty::Any).map(|member| one_line(&member.declared));
        let said = |contract: &String| code.as_ref().is_some_and(|code| code.contains(contract.as_str()));
        text.extend(contract.filter(|contract| !said(contract)).map(|contract| format!("contract: `{contract}`")));
        if *ty != Ty::Any && !matches!(ty, Ty::Never) {
            let shown = describe(ty);
            text.push(match shown.contains('\n') {
                true => format!("here:\n```rzp\n{shown}\n```"),
                false => format!("here: `{shown}`"),
            });
        }
        docs.extend(text);
        (code.unwrap_or_else(|| name.to_string()), docs)
    }

    fn files(&mut self, paths: &[String]) -> (String, Vec<String>) {
        let [path] = paths else {
            let lines: Vec<String> = paths.iter().map(|path| format!("- {path}")).collect();
            return (format!("{} files", paths.len()), vec![lines.join("\n")]);
        };
        let Some(facts) = self.facts(path).filter(|_| path.starts_with("std/") || path.ends_with(".rzp")) else {
            return (path.clone(), Vec::new());
        };
        (
            describe(&facts.root),
            comment_above(&facts.text, first_code(&facts.text)).into_iter().chain([shown_path(path)]).collect(),
        )
    }
}

fn first_code(text: &str) -> u32 {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#') && !line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    at as u32
}

fn spot(facts: &Facts, place: &Place) -> String {
    let line = facts.slice(Span { start: 0, end: place.span.start }).matches('\n').count() + 1;
    format!("{}:{line}", place.path)
}

fn variable(facts: &Facts, var: VarId) -> (String, Vec<String>) {
    let known = &facts.names.vars[var];
    let ty = facts.notes.vars.get(&var).cloned().unwrap_or(Ty::Any);
    let Some(source) = facts.source_of(var) else {
        return (format!("{} : {}", known.name, describe(&ty)), Vec::new());
    };
    let doc = comment_above(&facts.text, source.bind.span.start);
    let code = match function_head(facts, source.bind.value).filter(|_| source.bind.function) {
        Some(head) => match &ty {
            Ty::Function(signature) if signature.result != Ty::Any && !head.contains("->") => {
                format!("{head} -> {}", one_line(&signature.result))
            }
            _ => head,
        },
        None => format!("{} : {}", known.name, describe(&ty)),
    };
    (code, doc.into_iter().collect())
}

/// `let f(x, y = 2) -> Int` of a function's text.
fn function_head(facts: &Facts, value: ExprId) -> Option<String> {
    let Expr::Fn(function) = facts.ast().expr(value) else { return None };
    let body = facts.ast().span(function.body).start;
    let line = facts.text.get(..body as usize)?.rfind("let ")?;
    let head = facts.slice(Span::new(line, body as usize)).trim_end();
    Some(head.strip_suffix('=').unwrap_or(head).trim_end().to_owned())
}

/// The `##` comment that ends right above an offset.
pub(super) fn comment_above(text: &str, offset: u32) -> Option<String> {
    let before = text.get(..offset as usize)?;
    let mut lines: Vec<&str> = Vec::new();
    for line in before.trim_end_matches([' ', '\t']).trim_end_matches('\n').lines().rev() {
        let Some(comment) = line.trim_start().strip_prefix("##") else { break };
        lines.push(comment.strip_prefix(' ').unwrap_or(comment));
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn braces_text(facts: &Facts, braces: Span) -> (String, Vec<String>) {
    let id = facts.trail(braces.start).into_iter().find(|id| facts.ast().span(*id) == braces);
    let ty = id.map_or(Ty::Any, |id| facts.type_of(id));
    (format!("self : {}", describe(&ty)), vec!["the record in whose braces it stands, after all merging".to_owned()])
}

/// A function of the library or one of its modules.
fn library(path: &str) -> Option<(String, Vec<String>)> {
    let full = if path.is_empty() { "std".to_owned() } else { format!("std.{path}") };
    if let Some(row) = NATIVES.iter().find(|row| row.name == path) {
        let colon = if row.is_function() { "" } else { " : " };
        let (example, value) = row.example;
        let example = format!("```rzp\n{example}\n#=> {value}\n```");
        return Some((format!("{full}{colon}{}", row.signature), vec![row.doc.to_owned(), example]));
    }
    let (name, about) = MODULES.iter().find(|(name, _)| *name == path)?;
    let names: Vec<&str> = NATIVES
        .iter()
        .filter(|row| module(row) == *name)
        .map(|row| row.name.rsplit('.').next().unwrap_or(row.name))
        .collect();
    Some((full, vec![(*about).to_owned(), names.join(", ")]))
}

fn word_name(word: Prelude) -> &'static str {
    Prelude::NAMES.iter().find(|(_, known)| *known == word).map_or("", |(name, _)| name)
}

fn word_text(word: Prelude) -> &'static str {
    match word {
        Prelude::Std => "the core library",
        Prelude::Absent => "takes a field away",
        Prelude::Any => "every value",
        Prelude::Int => "the integers, of any size",
        Prelude::Float => "the numbers that are no integers",
        Prelude::Number => "integers and floats",
        Prelude::String => "texts",
        Prelude::Bool => "`true` and `false`",
        Prelude::Null => "`null` alone",
        Prelude::Secret => "`Secret(T)`: a value in T that is only ever written as a reference",
    }
}
