//! Plain answers as the protocol has them.

use super::files::Files;
use super::position::Lines;
use gen_lsp_types::{
    ActiveParameter, Code, CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionList, Contents,
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Documentation, Hover, Location, MarkupContent,
    MarkupKind, Message, ParameterInformation, ParameterInformationLabel, SignatureHelp, SignatureInformation,
    SymbolKind, TextEdit,
};
use rzp_lang::base::diag::Severity;
use rzp_lang::base::span::Span;
use rzp_lang::ide::plain::{self, Completion, Kind, Place, Problem};

/// A place with its address; `None` for one in a file that is gone.
pub fn location(files: &mut Files, workspace: usize, place: &Place) -> Option<Location> {
    let uri = files.uri(workspace, &place.path)?;
    let text = files.workspaces[workspace].ide.text(&place.path)?;
    Some(Location { uri, range: Lines::new(&text).range(place.span) })
}

/// A mistake in a file with this text.
pub fn diagnostic(files: &mut Files, workspace: usize, problem: &Problem, text: &str) -> Diagnostic {
    let related = problem.related.iter().filter_map(|(place, message)| {
        let location = location(files, workspace, place)?;
        Some(DiagnosticRelatedInformation { location, message: message.clone() })
    });
    Diagnostic {
        related_information: Some(related.collect()),
        range: Lines::new(text).range(problem.place.span),
        severity: Some(match problem.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
        }),
        code: Some(Code::String(problem.code.clone())),
        source: Some("rzp".to_owned()),
        message: Message::String(problem.message.clone()),
        ..Diagnostic::default()
    }
}

pub fn hover(hover: &plain::Hover, text: &str) -> Hover {
    let mut parts = vec![format!("```rzp\n{}\n```", hover.code)];
    parts.extend(hover.text.iter().cloned());
    let contents = Contents::MarkupContent(markdown(parts.join("\n\n")));
    Hover { contents, range: Some(Lines::new(text).range(hover.span)) }
}

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

pub fn completion(found: Completion, text: &str) -> CompletionList {
    let range = Lines::new(text).range(found.span);
    let item = |(place, candidate): (usize, plain::Candidate)| CompletionItem {
        kind: Some(kind(candidate.kind)),
        detail: Some(candidate.detail).filter(|detail| !detail.is_empty()),
        documentation: candidate.doc.map(|doc| Documentation::MarkupContent(markdown(doc))),
        // Editors sort by this text: the order is ours.
        sort_text: Some(format!("{place:05}")),
        filter_text: Some(candidate.label.clone()),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text: candidate.insert })),
        label: candidate.label,
        ..CompletionItem::default()
    };
    let items = found.candidates.into_iter().enumerate().map(item).collect();
    CompletionList { is_incomplete: false, items, ..CompletionList::default() }
}

pub fn signature(found: plain::Signature) -> SignatureHelp {
    // The protocol counts in UTF-16 units here as well.
    let units = |at: u32| found.label.get(..at as usize).map_or(0, |text| text.encode_utf16().count()) as u32;
    let parameter = |span: &Span| ParameterInformation {
        label: ParameterInformationLabel::Tuple((units(span.start), units(span.end))),
        documentation: None,
    };
    let information = SignatureInformation {
        parameters: Some(found.parameters.iter().map(parameter).collect()),
        documentation: found.doc.clone().map(|doc| Documentation::MarkupContent(markdown(doc))),
        active_parameter: None,
        label: found.label.clone(),
    };
    let due = found.due.map(|due| ActiveParameter::Int(due as u32));
    SignatureHelp { signatures: vec![information], active_signature: Some(0), active_parameter: due }
}

pub fn symbol_kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Field | Kind::Parameter => SymbolKind::Field,
        Kind::Variable => SymbolKind::Variable,
        Kind::Function => SymbolKind::Function,
        Kind::Module => SymbolKind::Module,
        Kind::Type => SymbolKind::Class,
        Kind::Literal => SymbolKind::EnumMember,
        Kind::Keyword => SymbolKind::Operator,
        Kind::File => SymbolKind::File,
    }
}

fn kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Field => CompletionItemKind::Field,
        Kind::Variable => CompletionItemKind::Variable,
        Kind::Function => CompletionItemKind::Function,
        Kind::Module => CompletionItemKind::Module,
        Kind::Type => CompletionItemKind::Class,
        Kind::Literal => CompletionItemKind::EnumMember,
        Kind::Keyword => CompletionItemKind::Keyword,
        Kind::File => CompletionItemKind::File,
        Kind::Parameter => CompletionItemKind::Property,
    }
}
