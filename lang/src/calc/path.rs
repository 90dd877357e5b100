//! Paths with `/`, as text only: nothing here looks at a disk.

/// The shortest path that means the same: no `.`, no `//`, and `..` only at its start.
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// The parts one below the other, cleaned; empty ones do not count.
pub fn join<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { clean(&parts.join("/")) }
}

/// The last part: `c.yaml` of `a/b/c.yaml`.
pub fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some(last) if !last.is_empty() => last,
        _ if path.is_empty() => ".",
        _ => "/",
    }
}

/// All but the last part, cleaned: `a/b` of `a/b/c.yaml`.
pub fn directory(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rfind('/') {
        Some(0) => "/".to_owned(),
        Some(at) => clean(&trimmed[..at]),
        None if trimmed.is_empty() && !path.is_empty() => "/".to_owned(),
        None => ".".to_owned(),
    }
}

/// The ending with its point: `.yaml`; empty for `.profile` and `Makefile`.
pub fn extension(path: &str) -> &str {
    let name = base(path);
    match name.rfind('.') {
        Some(at) if at > 0 => &name[at..],
        _ => "",
    }
}

/// The last part without its ending.
pub fn stem(path: &str) -> &str {
    let name = base(path);
    &name[..name.len() - extension(path).len()]
}

/// The path that leads from the folder `from` to `to`.
pub fn relative(from: &str, to: &str) -> Result<String, String> {
    if from.starts_with('/') != to.starts_with('/') {
        return Err(format!("no path leads from `{from}` to `{to}`: one of them starts at the root, one does not"));
    }
    let parts = |path: &str| -> Vec<String> {
        let path = clean(path);
        path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if from[shared..].iter().any(|part| part == "..") {
        return Err(format!("the way out of `{}` is not known", from.join("/")));
    }
    let up = from[shared..].iter().map(|_| "..");
    let way: Vec<&str> = up.chain(to[shared..].iter().map(String::as_str)).collect();
    Ok(if way.is_empty() { ".".to_owned() } else { way.join("/") })
}

/// Whether a path fits a pattern: `*` and `?` within a part, `**` for any number of parts.
pub fn matches(path: &str, pattern: &str) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    let pattern: Vec<&str> = pattern.split('/').collect();
    fits(&path, &pattern, &|part, glob| {
        let (part, glob): (Vec<char>, Vec<char>) = (part.chars().collect(), glob.chars().collect());
        fits(&part, &glob, &|c, sign| *sign == '?' || c == sign)
    })
}

/// What stands for any number of items in a pattern.
trait Wild {
    fn is_wild(&self) -> bool;
}

impl Wild for &str {
    fn is_wild(&self) -> bool {
        *self == "**"
    }
}

impl Wild for char {
    fn is_wild(&self) -> bool {
        *self == '*'
    }
}

/// Greedy matching with one point of return, linear in practice and quadratic at worst.
fn fits<T: Wild>(items: &[T], pattern: &[T], same: &dyn Fn(&T, &T) -> bool) -> bool {
    let (mut at, mut next, mut back) = (0, 0, None);
    while at < items.len() {
        match pattern.get(next) {
            Some(sign) if sign.is_wild() => {
                back = Some((at, next));
                next += 1;
            }
            Some(sign) if same(&items[at], sign) => (at, next) = (at + 1, next + 1),
            _ => match back {
                Some((item, wild)) => {
                    back = Some((item + 1, wild));
                    (at, next) = (item + 1, wild + 1);
                }
                None => return false,
            },
        }
    }
    pattern[next..].iter().all(Wild::is_wild)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_paths() {
        assert_eq!(clean("/a/./b//../c/"), "/a/c");
        assert_eq!((clean("a/.."), clean("../a/../.."), clean("/..")), (".".into(), "../..".into(), "/".into()));
        assert_eq!(join(["a", "", "../b", "c.yaml"]), "b/c.yaml");
        assert_eq!((base("a/b/"), base("/"), base("")), ("b", "/", "."));
        assert_eq!((directory("a/b/c"), directory("/a"), directory("a")), ("a/b".into(), "/".into(), ".".into()));
        assert_eq!((extension("a.d/b.tar.gz"), stem("a/b.yaml"), extension(".env")), (".gz", "b", ""));
    }

    #[test]
    fn ways_and_patterns() {
        assert_eq!(relative("/a/b", "/a/c/d").unwrap(), "../c/d");
        assert_eq!(relative("a", "a").unwrap(), ".");
        assert!(relative("/a", "b").is_err() && relative("../a", "b").is_err());
        assert!(matches("kubernetes/a/b.yaml", "kubernetes/**/*.yaml"));
        assert!(matches("b.yaml", "**/b.y?ml") && !matches("a/b.yaml", "*.yaml"));
        assert!(!matches("a", "b") && matches("", "*"));
    }
}
