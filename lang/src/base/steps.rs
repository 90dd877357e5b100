//! The steps of a path given as text, such as `production.media.home-assistant[0].metadata`.
//!
//! It is read more kindly than an expression would be: a name between dots may hold what shells and
//! Kubernetes let stand there (`home-assistant`), a name in brackets needs no quotes, and an element
//! of a list may be reached as `xs.0`. What the steps lead to is not known here.

use super::span::Span;

/// One step, with its place in the path.
#[derive(Debug, PartialEq)]
pub struct Step {
    pub name: String,
    pub span: Span,
}

/// The steps of a path, or where it is none.
pub fn steps(path: &str) -> Result<Vec<Step>, (Span, &'static str)> {
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(rest) = path.get(at..).filter(|rest| !rest.is_empty()) {
        let step = match rest.strip_prefix('[') {
            Some(inner) => bracketed(inner, at + 1)?,
            None => {
                let start = if at > 0 || rest.starts_with('.') { at + 1 } else { at };
                dotted(path, at, start)?
            }
        };
        at = step.1;
        steps.push(step.0);
    }
    if steps.is_empty() { Err((Span::default(), "the path is empty")) } else { Ok(steps) }
}

/// A name up to the next dot or bracket; `start` is behind the dot that must stand at `at`.
fn dotted(path: &str, at: usize, start: usize) -> Result<(Step, usize), (Span, &'static str)> {
    if start > at && !path.get(at..).is_some_and(|rest| rest.starts_with('.')) {
        return Err((Span::new(at, path.len()), "a dot or a bracket is missing between two steps"));
    }
    let rest = path.get(start..).unwrap_or_default();
    let name = rest.split(['.', '[']).next().unwrap_or_default();
    let end = start + name.len();
    if name.is_empty() {
        return Err((Span::new(start, end), "a name is missing in the path"));
    }
    Ok((Step { name: name.to_owned(), span: Span::new(start, end) }, end))
}

/// What stands in brackets: a number, or a name with or without quotes.
fn bracketed(inner: &str, start: usize) -> Result<(Step, usize), (Span, &'static str)> {
    let unclosed = (Span::new(start - 1, start + inner.len()), "a bracket without its end");
    let (name, len) = match inner.strip_prefix('"') {
        Some(quoted) => {
            let (name, len) = unquote(quoted).ok_or(unclosed)?;
            (name, len + 2)
        }
        None => {
            let name = inner.split(']').next().unwrap_or_default();
            (name.to_owned(), name.len())
        }
    };
    if !inner.get(len..).is_some_and(|rest| rest.starts_with(']')) {
        return Err(unclosed);
    }
    Ok((Step { name, span: Span::new(start, start + len) }, start + len + 1))
}

/// The text up to the closing quote, and how many bytes of the path it took.
fn unquote(text: &str) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((name, at)),
            '\\' => name.push(chars.next()?.1),
            _ => name.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Result<Vec<String>, String> {
        match steps(path) {
            Ok(steps) => Ok(steps.into_iter().map(|step| step.name).collect()),
            Err((span, what)) => Err(format!("{}-{} {what}", span.start, span.end)),
        }
    }

    #[test]
    fn names_numbers_and_quotes() {
        let names = ["production", "home-assistant", "0", "a.b/c", "d"];
        let ways = [
            r#"production.home-assistant[0]["a.b/c"].d"#,
            r#".production.home-assistant.0[a.b/c]["d"]"#,
            r#"["production"][home-assistant][0]["a.b/c"].d"#,
        ];
        for path in ways {
            assert_eq!(read(path).as_deref(), Ok(&names.map(str::to_owned)[..]), "{path}");
        }
        assert_eq!(read(r#"["a\"]"]"#), Ok(vec!["a\"]".to_owned()]));
    }

    #[test]
    fn what_is_no_path_is_told_where() {
        let told = |path: &str| read(path).unwrap_err();
        assert_eq!(told(""), "0-0 the path is empty");
        assert_eq!(told("a..b"), "2-2 a name is missing in the path");
        assert_eq!(told("a."), "2-2 a name is missing in the path");
        assert_eq!(told("a[0]b"), "4-5 a dot or a bracket is missing between two steps");
        assert_eq!(told("a[0"), "1-3 a bracket without its end");
        assert_eq!(told("a[\"x]"), "1-5 a bracket without its end");
        assert_eq!(told("a[\"x\"y]"), "1-7 a bracket without its end");
    }
}
