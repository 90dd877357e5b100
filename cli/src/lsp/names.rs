//! Requests about names: what each word is, the outline of a file, where else a name stands, and another name for
//! a variable.

use super::answers::{Asked, asked};
use super::convert;
use super::files::Files;
use super::position::Lines;
use gen_lsp_types::{
    DocumentHighlight, DocumentHighlightParams, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location,
    Position, PrepareRenameParams, Range, ReferenceParams, RenameParams, SemanticToken, SemanticTokens,
    SemanticTokensParams, TextEdit, WorkspaceEdit,
};
use rzp_lang::base::span::Span;
use rzp_lang::ide::colours::Colour;
use rzp_lang::ide::plain::{Kind, Outline};

pub fn symbols(files: &mut Files, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let at = files.at(&params.text_document.uri)?;
    let ide = &mut files.workspaces[at.workspace].ide;
    let text = ide.text(&at.path)?;
    let lines = Lines::new(&text);
    let found = ide.outline(&at.path);
    Some(DocumentSymbolResponse::DocumentSymbolList(found.into_iter().map(|one| symbol(one, &lines)).collect()))
}

fn symbol(one: Outline, lines: &Lines) -> DocumentSymbol {
    let inside: Vec<DocumentSymbol> = one.inside.into_iter().map(|inner| symbol(inner, lines)).collect();
    let detail = Some(one.detail).filter(|detail| !detail.is_empty());
    let inside = Some(inside).filter(|inside| !inside.is_empty());
    let (item, name) = (lines.range(one.item), lines.range(one.name));
    DocumentSymbol::new(one.label, detail, convert::symbol_kind(one.kind), None, None, item, name, inside)
}

/// What words are shown as; the place in this list is what the protocol sends.
pub const COLOURS: [&str; 9] =
    ["comment", "number", "string", "property", "variable", "function", "namespace", "type", "keyword"];

fn colour(colour: Colour) -> u32 {
    match colour {
        Colour::Comment => 0,
        Colour::Number => 1,
        Colour::String => 2,
        Colour::Word(Kind::Field) => 3,
        Colour::Word(Kind::Variable | Kind::Parameter) => 4,
        Colour::Word(Kind::Function) => 5,
        Colour::Word(Kind::Module | Kind::File) => 6,
        Colour::Word(Kind::Type) => 7,
        Colour::Word(Kind::Keyword | Kind::Literal) => 8,
    }
}

/// Each stretch by its distance from the one before, as the protocol has it.
pub fn colours(files: &mut Files, params: &SemanticTokensParams) -> Option<SemanticTokens> {
    let at = files.at(&params.text_document.uri)?;
    let ide = &mut files.workspaces[at.workspace].ide;
    let text = ide.text(&at.path)?;
    let lines = Lines::new(&text);
    let mut last = Position::default();
    let token = |(span, kind): (Span, Colour)| {
        let Range { start, end } = lines.range(span);
        let delta_line = start.line - last.line;
        let delta_start = start.character - if delta_line == 0 { last.character } else { 0 };
        last = start;
        SemanticToken {
            delta_line,
            delta_start,
            length: end.character - start.character,
            token_type: colour(kind),
            token_modifiers_bitset: 0,
        }
    };
    Some(SemanticTokens { result_id: None, data: ide.colours(&at.path).into_iter().map(token).collect() })
}

pub fn references(files: &mut Files, params: &ReferenceParams) -> Option<Vec<Location>> {
    let Asked { at, offset, .. } = asked(files, &params.text_document_position_params)?;
    let workspace = &mut files.workspaces[at.workspace];
    let mut among: Vec<String> = workspace.listed.iter().chain(workspace.open.keys()).cloned().collect();
    among.sort();
    among.dedup();
    let places = workspace.ide.uses(&at.path, offset, &among);
    let declared = workspace.ide.definition(&at.path, offset);
    let wanted = places.iter().filter(|place| params.context.include_declaration || !declared.contains(place));
    Some(wanted.filter_map(|place| convert::location(files, at.workspace, place)).collect())
}

pub fn highlights(files: &mut Files, params: &DocumentHighlightParams) -> Option<Vec<DocumentHighlight>> {
    let Asked { at, text, offset } = asked(files, &params.text_document_position_params)?;
    let places = files.workspaces[at.workspace].ide.uses(&at.path, offset, std::slice::from_ref(&at.path));
    let lines = Lines::new(&text);
    Some(places.iter().map(|place| DocumentHighlight { range: lines.range(place.span), kind: None }).collect())
}

/// The name that can be changed, or why it cannot.
pub fn renamable(files: &mut Files, params: &PrepareRenameParams) -> Result<Range, String> {
    let Asked { at, text, offset } =
        asked(files, &params.text_document_position_params).ok_or("there is no such file")?;
    let span = files.workspaces[at.workspace].ide.renamable(&at.path, offset)?;
    Ok(Lines::new(&text).range(span))
}

pub fn rename(files: &mut Files, params: &RenameParams) -> Result<WorkspaceEdit, String> {
    let place = &params.text_document_position_params;
    let Asked { at, text, offset } = asked(files, place).ok_or("there is no such file")?;
    let edits = files.workspaces[at.workspace].ide.rename(&at.path, offset, &params.new_name)?;
    let lines = Lines::new(&text);
    let edits = edits.into_iter().map(|(span, new_text)| TextEdit { range: lines.range(span), new_text }).collect();
    Ok(WorkspaceEdit { changes: Some([(place.text_document.uri.clone(), edits)].into()), ..WorkspaceEdit::default() })
}
