//! Texts as they are kept: what stands in quotes as the strings of a zone file, and all else as it was given.

/// How many bytes a string may have.
const MOST: usize = 255;

/// The content of a TXT record as it is told: a string in quotes that is too long comes back as several.
pub fn kept(content: &str) -> String {
    let Some(strings) = strings(content).filter(|strings| strings.iter().any(|string| bytes(string) > MOST)) else {
        return content.to_owned();
    };
    let cut: Vec<String> =
        strings.iter().flat_map(|string| pieces(string)).map(|piece| format!("\"{piece}\"")).collect();
    cut.join(" ")
}

/// How many bytes a content has, without the quotes and where it was cut.
pub fn length(content: &str) -> usize {
    strings(content).map_or(content.len(), |strings| strings.iter().map(|string| bytes(string)).sum())
}

/// The strings of a content that is nothing but strings in quotes, each as its characters, as they are written.
fn strings(content: &str) -> Option<Vec<Vec<&str>>> {
    let mut rest = content;
    let mut found = Vec::new();
    while !rest.is_empty() {
        rest = rest.strip_prefix('"')?;
        let mut string = Vec::new();
        while !rest.starts_with('"') {
            let (one, after) = rest.split_at_checked(width(rest)?)?;
            string.push(one);
            rest = after;
        }
        found.push(string);
        rest = rest[1..].trim_start();
    }
    Some(found)
}

/// How long the first character of a text is as it is written: `a`, `\"`, `\034`.
fn width(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first != '\\' {
        return Some(first.len_utf8());
    }
    let escaped = chars.next()?;
    Some(if escaped.is_ascii_digit() { 4 } else { 1 + escaped.len_utf8() })
}

/// How many bytes it is served as.
fn weight(written: &str) -> usize {
    if written.starts_with("\\") { 1 } else { written.len() }
}

fn bytes(string: &[&str]) -> usize {
    string.iter().map(|one| weight(one)).sum()
}

fn pieces(string: &[&str]) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut length = 0;
    for one in string {
        if length + weight(one) > MOST {
            pieces.push(String::new());
            length = 0;
        }
        length += weight(one);
        if let Some(last) = pieces.last_mut() {
            last.push_str(one);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_long_is_cut() {
        for same in
            ["v=spf1 -all", "\"v=spf1 -all\"", "\"a\"  \"b\"", "\"say \\\"hello\\\"\"", "\"open", "\"a\" b", "\"\\"]
        {
            assert_eq!(kept(same), same);
        }
        let long = "x".repeat(300);
        assert_eq!(kept(&long), long);
        assert_eq!(kept(&format!("\"{long}\"")), format!("\"{}\" \"{}\"", "x".repeat(255), "x".repeat(45)));
        let full = format!("\"{}\"", "x".repeat(255));
        assert_eq!(kept(&full), full);
    }

    #[test]
    fn what_was_cut_is_no_longer_for_that() {
        let long = format!("\"{}\"", "\\\"".repeat(600));
        assert_eq!((length(&long), length(&kept(&long)), length("v=spf1 -all")), (600, 600, 11));
        assert_eq!(kept(&kept(&long)), kept(&long));
    }

    #[test]
    fn what_is_escaped_is_one_byte_and_stays_whole() {
        let quotes = |count: usize| "\\\"".repeat(count);
        assert_eq!(kept(&format!("\"{}\"", quotes(256))), format!("\"{}\" \"\\\"\"", quotes(255)));
        assert_eq!(
            kept(&format!("\"{}\\195\\164\"", "x".repeat(254))),
            format!("\"{}\\195\" \"\\164\"", "x".repeat(254))
        );
        assert_eq!(kept(&format!("\"{}ä\"", "x".repeat(254))), format!("\"{}\" \"ä\"", "x".repeat(254)));
    }
}
