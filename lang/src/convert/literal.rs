//! Scalars, texts and names as a program writes them.

use crate::base::span::FileId;
use crate::data::tree::Data;
use crate::output::json::JsonSink;
use crate::syntax::lexer::lex;
use crate::syntax::token::Token;

/// A scalar that stands on one line.
pub fn scalar(data: &Data) -> String {
    match data {
        Data::Str(text) => quoted(text),
        other => {
            let mut sink = JsonSink::compact();
            // Numbers, truth values and null are written as JSON has them.
            let _ = other.write(&mut sink);
            sink.finish()
        }
    }
}

/// A name, in quotes unless it can stand alone.
pub fn name(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text != "_";
    if plain && !is_keyword(text) { text.to_owned() } else { quoted(text) }
}

fn is_keyword(text: &str) -> bool {
    lex(FileId(0), text).tokens.first().is_none_or(|spanned| spanned.token != Token::Ident)
}

/// `"text"`, or `r"text"` where backslashes would be doubled.
fn quoted(text: &str) -> String {
    let simple = !text.chars().any(|c| c.is_control() || c == '"');
    if simple && text.contains('\\') && !text.ends_with('\\') {
        return format!("r\"{text}\"");
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || is_unseen(c) => out.push_str(&format!("\\u{{{:X}}}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Marks that change how the text around them looks, or cannot be seen.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The lines of a block in `"""`, without the indentation of its place; `None` if the text is better quoted.
pub fn block(text: &str) -> Option<(&'static str, Vec<String>)> {
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control() && !is_unseen(c);
    if !text.trim_end_matches('\n').contains('\n') || !text.chars().all(plain) || text.contains("\"\"\"") {
        return None;
    }
    // White space alone on a line, or a tab at its start, would be taken for indentation.
    if text.split('\n').any(|line| line.starts_with('\t') || !line.is_empty() && line.trim().is_empty()) {
        return None;
    }
    let open = if text.contains('\\') { "r\"\"\"" } else { "\"\"\"" };
    Some((open, text.split('\n').map(str::to_owned).collect()))
}
