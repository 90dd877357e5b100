//! Each request of the protocol: where it asks, what the language says, and that as an answer.

use super::convert;
use super::files::{At, Files};
use super::position::Lines;
use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse, CompletionList, CompletionParams, Definition,
    DefinitionParams, DocumentFormattingParams, Hover, HoverParams, Location, Range, SignatureHelp,
    SignatureHelpParams, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};
use rzp_lang::base::span::Span;
use rzp_lang::ide::Project;
use std::rc::Rc;

/// Where a request asks: the file, its text, and the byte.
pub struct Asked {
    pub at: At,
    pub text: Rc<str>,
    pub offset: u32,
}

pub fn asked(files: &mut Files, params: &TextDocumentPositionParams) -> Option<Asked> {
    let at = files.at(&params.text_document.uri)?;
    let text = files.workspaces[at.workspace].ide.text(&at.path)?;
    let offset = Lines::new(&text).offset(params.position);
    Some(Asked { at, text, offset })
}

pub fn hover(files: &mut Files, params: &HoverParams) -> Option<Hover> {
    let Asked { at, text, offset } = asked(files, &params.text_document_position_params)?;
    let found = files.workspaces[at.workspace].ide.hover(&at.path, offset)?;
    Some(convert::hover(&found, &text))
}

pub fn completion(files: &mut Files, params: &CompletionParams) -> Option<CompletionList> {
    let Asked { at, text, offset } = asked(files, &params.text_document_position_params)?;
    let found = files.workspaces[at.workspace].ide.complete(&at.path, offset)?;
    Some(convert::completion(found, &text))
}

pub fn definition(files: &mut Files, params: &DefinitionParams) -> Option<Definition> {
    let Asked { at, offset, .. } = asked(files, &params.text_document_position_params)?;
    let places = files.workspaces[at.workspace].ide.definition(&at.path, offset);
    let locations = places.iter().filter_map(|place| convert::location(files, at.workspace, place));
    let locations: Vec<Location> = locations.collect();
    (!locations.is_empty()).then_some(Definition::LocationList(locations))
}

pub fn signature(files: &mut Files, params: &SignatureHelpParams) -> Option<SignatureHelp> {
    let Asked { at, offset, .. } = asked(files, &params.text_document_position_params)?;
    let found = files.workspaces[at.workspace].ide.signature(&at.path, offset)?;
    Some(convert::signature(found))
}

/// The edits that lay a file out: none where it is in order, no answer where it cannot be read.
pub fn format(files: &mut Files, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    let at = files.at(&params.text_document.uri)?;
    let text = files.workspaces[at.workspace].ide.text(&at.path)?;
    let new = rzp_lang::fmt::format(&text).ok()?;
    Some(difference(&text, &new).into_iter().collect())
}

/// The lines from the first that differs to the last, so that an editor keeps its place in the others.
fn difference(old: &str, new: &str) -> Option<TextEdit> {
    if old == new {
        return None;
    }
    let alike = |a: &mut dyn Iterator<Item = &str>, b: &mut dyn Iterator<Item = &str>| -> usize {
        a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum()
    };
    let head = alike(&mut old.split_inclusive('\n'), &mut new.split_inclusive('\n'));
    let (old_rest, new_rest) = (old.get(head..)?, new.get(head..)?);
    let tail = alike(&mut old_rest.split_inclusive('\n').rev(), &mut new_rest.split_inclusive('\n').rev());
    let span = Span::new(head, old.len() - tail);
    let new_text = new_rest.get(..new_rest.len() - tail)?.to_owned();
    Some(TextEdit { range: Lines::new(old).range(span), new_text })
}

pub fn actions(files: &mut Files, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
    let at = files.at(&params.text_document.uri)?;
    let text = files.workspaces[at.workspace].ide.text(&at.path)?;
    let span = Lines::new(&text).span(params.range);
    let mends = files.workspaces[at.workspace].ide.mends(&at.path, span);
    let mut actions = Vec::new();
    for (problem, mend) in mends {
        let Some(Location { uri, range }) = convert::location(files, at.workspace, &mend.place) else { continue };
        let diagnostic = convert::diagnostic(files, at.workspace, &problem, &text);
        actions.push(CodeAction {
            title: title(&mend.title),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostic]),
            is_preferred: Some(mend.certain),
            edit: Some(edit_of(uri, vec![TextEdit { range, new_text: mend.text }])),
            ..CodeAction::default()
        });
    }
    actions.extend(mend_all(files, &at, &text, params));
    Some(actions.into_iter().map(CodeActionResponse::CodeAction).collect())
}

/// All certain mends of a file at once, for those who ask for them, and where there is one of them to be seen.
fn mend_all(files: &mut Files, at: &At, text: &str, params: &CodeActionParams) -> Option<CodeAction> {
    let all = CodeActionKind::SourceFixAll;
    let asked = params
        .context
        .only
        .as_ref()
        .is_some_and(|only| only.iter().any(|kind| *kind == all || *kind == CodeActionKind::Source));
    let any = params.context.only.is_none();
    let ide = &mut files.workspaces[at.workspace].ide;
    let certain = |ide: &mut Project| ide.problems(&at.path).iter().flat_map(|one| &one.mend).any(|mend| mend.certain);
    if !(asked || any && certain(ide)) {
        return None;
    }
    let new = ide.mended(&at.path)?;
    Some(CodeAction {
        title: "apply all certain fixes of this file".to_owned(),
        kind: Some(all),
        edit: Some(edit_of(params.text_document.uri.clone(), difference(text, &new).into_iter().collect())),
        ..CodeAction::default()
    })
}

fn edit_of(uri: Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some([(uri, edits)].into()), ..WorkspaceEdit::default() }
}

/// A help as something to be done: ``did you mean `x`?`` becomes ``write `x` ``.
fn title(help: &str) -> String {
    match help.strip_prefix("did you mean ").and_then(|rest| rest.strip_suffix('?')) {
        Some(meant) => format!("write {meant}"),
        None => help.to_owned(),
    }
}

/// Replaces a range of a text by another, as an editor tells a change.
pub fn change(text: &str, range: Range, with: &str) -> String {
    let span = Lines::new(text).span(range);
    let (start, end) = (span.start as usize, span.end as usize);
    format!("{}{with}{}", text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gen_lsp_types::Position;

    fn range(from: (u32, u32), to: (u32, u32)) -> Range {
        let at = |(line, character)| Position { line, character };
        Range { start: at(from), end: at(to) }
    }

    #[test]
    fn changes_are_counted_in_utf16_units() {
        assert_eq!(change("a = \"😀\"\nb", range((0, 7), (0, 7)), "!"), "a = \"😀!\"\nb");
        assert_eq!(change("a\nb\nc", range((0, 1), (2, 0)), ""), "ac");
        assert_eq!(change("a", range((5, 0), (9, 9)), "b"), "ab");
    }

    #[test]
    fn formatting_touches_only_the_lines_that_differ() {
        let edit = difference("a\n b\nc\n", "a\nb\nc\n").expect("they differ");
        assert_eq!((edit.range, edit.new_text.as_str()), (range((1, 0), (2, 0)), "b\n"));
        let edit = difference("a\na\n", "a\n").expect("they differ");
        assert_eq!(change("a\na\n", edit.range, &edit.new_text), "a\n");
        assert!(difference("a", "a").is_none());
    }
}
