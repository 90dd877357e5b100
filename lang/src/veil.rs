//! Keeps secrets out of what is said about a program, before and after they are known as such.
//!
//! A run notes what it seals. This looks at the texts themselves: at a message's end, so that a
//! program without mistakes pays nothing, and one without secrets next to nothing.

use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::span::FileId;
use crate::eval::secrets::hide_text;
use crate::report::redact::without;
use crate::syntax::ast::Ast;
use crate::syntax::parse::parse;
use crate::syntax::secrets::SecretNames;

/// What a text must hold to say that something is secret.
const WORDS: [&str; 2] = ["Secret", "secret.refer"];

/// Messages without what is secret in the sources, which from now on are shown without it.
pub fn veiled(sources: &mut Sources, diags: Vec<Diag>) -> Vec<Diag> {
    if diags.is_empty() {
        return diags;
    }
    veil(sources);
    diags.into_iter().map(|diag| without(diag, &sources.hidden)).collect()
}

/// Covers the literals of all sources that are secret by the names that stand in any of them.
pub fn veil(sources: &mut Sources) {
    if !sources.files().any(|(_, source)| WORDS.iter().any(|word| source.text.contains(word))) {
        return;
    }
    let trees: Vec<(FileId, Ast)> = sources
        .files()
        .filter(|(_, source)| !source.name.starts_with("std/"))
        .map(|(file, source)| (file, parse(file, &source.text).ast))
        .collect();
    let mut names = SecretNames::default();
    loop {
        let told: Vec<bool> = trees.iter().map(|(_, ast)| names.read(ast)).collect();
        if !told.contains(&true) {
            break;
        }
    }
    for (file, ast) in &trees {
        for literal in names.literals(ast) {
            sources.cover(literal.span.at(*file));
            if let Some(text) = literal.text {
                hide_text(&mut sources.hidden, &text);
            }
        }
    }
}
