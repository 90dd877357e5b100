//! Text work that the standard library of Rust lacks: cases, padding, wrapping, indentation,
//! quoting, names cut to a length.
//!
//! Widths and positions count characters (Unicode scalar values), as `std.string.length` does.

use super::hash;

/// The words of a name: split at what is neither letter nor digit, at `aB`, and before the last
/// capital of a run (`HTTPServer` is `HTTP Server`).
pub fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for piece in text.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        let chars: Vec<(usize, char)> = piece.char_indices().collect();
        let mut start = 0;
        for at in 1..chars.len() {
            let (before, here) = (chars[at - 1].1, chars[at].1);
            let last_capital = before.is_uppercase()
                && here.is_uppercase()
                && chars.get(at + 1).is_some_and(|(_, c)| c.is_lowercase());
            if here.is_uppercase() && !before.is_uppercase() || last_capital {
                words.push(&piece[start..chars[at].0]);
                start = chars[at].0;
            }
        }
        words.push(&piece[start..]);
    }
    words
}

pub fn kebab_case(text: &str) -> String {
    words(text).join("-").to_lowercase()
}

pub fn snake_case(text: &str) -> String {
    words(text).join("_").to_lowercase()
}

pub fn pascal_case(text: &str) -> String {
    words(text).into_iter().map(|word| capitalize(&word.to_lowercase())).collect()
}

pub fn camel_case(text: &str) -> String {
    let lower = |(at, word): (usize, &str)| match at {
        0 => word.to_lowercase(),
        _ => capitalize(&word.to_lowercase()),
    };
    words(text).into_iter().enumerate().map(lower).collect()
}

/// Each word begins with a capital; what stands between the words stays.
pub fn title_case(text: &str) -> String {
    let mut inside = false;
    let mut title = String::with_capacity(text.len());
    for c in text.chars() {
        match inside {
            false => title.extend(c.to_uppercase()),
            true => title.push(c),
        }
        inside = c.is_alphanumeric() || c == '\'';
    }
    title
}

/// The first character in upper case, the rest as it is.
pub fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A name for Kubernetes and DNS: lower case, other characters become `-`, at most `limit` bytes.
/// A name that is cut ends with a hash of the whole, so that two long names stay two.
pub fn dns_label(text: &str, limit: usize) -> String {
    let mut label = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => label.push(c),
            _ if label.is_empty() || label.ends_with('-') => {}
            _ => label.push('-'),
        }
    }
    label.truncate(label.trim_end_matches('-').len());
    shorten(&label, limit)
}

/// The text, or its start and `-` and 8 characters of its hash if it is longer than `limit` bytes.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let tail = hash::short(text.as_bytes(), 8.min(limit));
    let mut end = limit.saturating_sub(tail.len() + 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text[..end].trim_end_matches(|c: char| !c.is_alphanumeric());
    if start.is_empty() { tail } else { format!("{start}-{tail}") }
}

/// What has to stand before (or after) a text to make it `width` characters long. `fill` repeats.
pub fn padding(text: &str, width: usize, fill: &str) -> String {
    let missing = width.saturating_sub(text.chars().count());
    fill.chars().cycle().take(missing).collect()
}

/// Puts `prefix` before each line that is not empty.
pub fn indent(text: &str, prefix: &str) -> String {
    let mut indented = String::with_capacity(text.len() + prefix.len() * 8);
    for line in text.split_inclusive('\n') {
        if !line.trim_end_matches(['\n', '\r']).is_empty() {
            indented.push_str(prefix);
        }
        indented.push_str(line);
    }
    indented
}

/// Takes away the spaces and tabs that all lines but blank ones start with.
pub fn dedent(text: &str) -> String {
    let blank = |line: &str| line.trim().is_empty();
    let start = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut common: Option<&str> = None;
    for line in text.lines().filter(|line| !blank(line)) {
        let own = &line[..start(line)];
        common = Some(common.map_or(own, |common| shared_start(common, own)));
    }
    let depth = common.map_or(0, str::len);
    let cut = |line: &str| match blank(line) {
        true => line.trim_start_matches([' ', '\t']).to_owned(),
        false => line[depth..].to_owned(),
    };
    text.split_inclusive('\n').map(cut).collect()
}

fn shared_start<'a>(a: &'a str, b: &str) -> &'a str {
    let end = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    &a[..end]
}

/// Breaks lines at spaces so that they have at most `width` characters, where words allow it.
/// Line breaks that are there stay.
pub fn wrap(text: &str, width: usize) -> String {
    text.split('\n').map(|line| wrap_line(line, width)).collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(line.len());
    let mut column = 0;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

/// The byte range of characters `from..to`; both are cut to the text's end.
pub fn slice(text: &str, from: usize, to: usize) -> &str {
    let offset = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(offset, _)| offset);
    if from >= to {
        return "";
    }
    if text.is_ascii() {
        return &text[from.min(text.len())..to.min(text.len())];
    }
    let start = offset(from);
    let rest = &text[start..];
    let end = rest.char_indices().nth(to - from).map_or(rest.len(), |(offset, _)| offset);
    &rest[..end]
}

/// One word of a POSIX shell: unchanged if nothing in it is special, else in single quotes.
pub fn quote_shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "%+,-./:=@_".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Text for XML and HTML, in content and in attributes.
pub fn escape_xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Replaces several texts at once, left to right; what was put in is not looked at again. Where two
/// fit at one place, the one listed first wins.
pub fn replace_each(text: &str, pairs: &[(&str, &str)]) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match pairs.iter().find(|(from, _)| !from.is_empty() && rest.starts_with(from)) {
            Some((from, to)) => {
                replaced.push_str(to);
                rest = &rest[from.len()..];
            }
            None => {
                replaced.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        assert_eq!(words("HTTPServer_port-2x"), ["HTTP", "Server", "port", "2x"]);
        assert_eq!(kebab_case("livenessProbe"), "liveness-probe");
        assert_eq!(snake_case("Home Assistant"), "home_assistant");
        assert_eq!(camel_case("read-only-root"), "readOnlyRoot");
        assert_eq!(pascal_case("config map"), "ConfigMap");
        assert_eq!(title_case("it's a home-lab"), "It's A Home-Lab");
        assert_eq!(capitalize("été"), "Été");
    }

    #[test]
    fn labels_stay_apart_when_cut() {
        assert_eq!(dns_label("Home Assistant (v2)!", 63), "home-assistant-v2");
        let (a, b) = (dns_label(&"a".repeat(70), 63), dns_label(&"a".repeat(71), 63));
        assert!(a.len() == 63 && b.len() == 63 && a != b);
        assert_eq!(dns_label("--", 63), "");
        assert_eq!(shorten("üüüüüüüüüüüü", 12).len(), 11);
    }

    #[test]
    fn lines() {
        assert_eq!(indent("a\n\nb\n", "  "), "  a\n\n  b\n");
        assert_eq!(dedent("  a\n\n    b\n"), "a\n\n  b\n");
        assert_eq!(dedent("\ta\n  b"), "\ta\n  b");
        assert_eq!(dedent("  ü\n   \n  a"), "ü\n\na");
        assert_eq!(wrap("the quick brown fox", 10), "the quick\nbrown fox");
        assert_eq!(wrap("a\n\nlonglongword b", 4), "a\n\nlonglongword\nb");
    }

    #[test]
    fn pieces() {
        assert_eq!(slice("hällo", 1, 3), "äl");
        assert_eq!(slice("hello", 3, 99), "lo");
        assert_eq!(slice("hä", 5, 9), "");
        assert_eq!(padding("ü", 3, "ab"), "ab");
        assert_eq!(quote_shell("it's"), r"'it'\''s'");
        assert_eq!(quote_shell("a-b=c"), "a-b=c");
        assert_eq!(escape_xml("<a b='c'>"), "&lt;a b=&apos;c&apos;&gt;");
        assert_eq!(replace_each("@A @B", &[("@A", "@B"), ("@B", "x")]), "@B x");
    }
}
