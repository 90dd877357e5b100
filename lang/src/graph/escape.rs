//! Texts of other people within markup: nothing that a name holds is ever read as more than text.

/// Text or an attribute's value in XML and HTML. Characters that XML cannot hold become `�`.
pub fn xml(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\'' => made.push_str("&#39;"),
            '\t' | '\n' | '\r' => made.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => made.push('\u{fffd}'),
            c => made.push(c),
        }
    }
    made
}

/// What follows `#` in an address.
pub fn fragment(text: &str) -> String {
    let mut made = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => made.push(char::from(byte)),
            other => made.push_str(&format!("%{other:02X}")),
        }
    }
    made
}

/// JSON that stands in a `<script>`: nothing in it ends the element.
pub fn script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(xml("<a href=\"x\">&'\u{1}\n"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u{fffd} ");
        assert_eq!(fragment("a b/ü"), "a%20b%2F%C3%BC");
        assert_eq!(script("\"</script>\""), "\"\\u003c/script>\"");
    }
}
