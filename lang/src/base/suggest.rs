//! "Did you mean": the nearest spelling among known names.

/// A list of names shows no more of them.
const SHOWN: usize = 6;

/// The candidate nearest to `name` by edit distance, if one is near enough to be a slip; else the
/// only one that `name` shortens.
///
/// Distance is Damerau-Levenshtein in its optimal string alignment form, on characters folded to
/// lower case; near means at most a third of the longer name.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded: Vec<char> = name.to_lowercase().chars().collect();
    let mut best: Option<(usize, &str)> = None;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    for candidate in &candidates {
        let candidate = *candidate;
        let other: Vec<char> = candidate.to_lowercase().chars().collect();
        let limit = folded.len().max(other.len()) / 3;
        if candidate == name || folded.len().abs_diff(other.len()) > limit {
            continue;
        }
        let distance = distance(&folded, &other);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate).or_else(|| abbreviated(name, &candidates))
}

/// The candidates, the one that is most like `name` first; those that are alike keep their order.
pub fn by_likeness<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded: Vec<char> = name.to_lowercase().chars().collect();
    let mut ranked: Vec<(usize, &str)> = candidates
        .into_iter()
        .map(|candidate| {
            let other: Vec<char> = candidate.to_lowercase().chars().collect();
            let common = folded.iter().zip(&other).take_while(|(a, b)| a == b).count();
            (distance(&folded, &other).saturating_sub(common), candidate)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

/// `a`, `b` and 3 more: those names that are most like the one that was sought, if there are many.
pub fn listed<T: AsRef<str>>(names: &[T], sought: &str) -> String {
    if names.is_empty() {
        return "no field".to_owned();
    }
    let all = names.iter().map(AsRef::as_ref);
    let shown: Vec<&str> = if names.len() > SHOWN { by_likeness(sought, all) } else { all.collect() };
    let quoted: Vec<String> = shown.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 { format!("{} and {more} more", quoted.join(", ")) } else { quoted.join(", ") }
}

/// The only candidate that `name` shortens: `img` for `image`, `repl` for `replicas`.
fn abbreviated<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let shortens = |candidate: &&&str| {
        let mut letters = candidate.chars().flat_map(char::to_lowercase);
        let all = name.chars().flat_map(char::to_lowercase).all(|c| letters.any(|other| other == c));
        all && candidate.len() > name.len() && candidate.chars().next() == name.chars().next()
    };
    let mut found = candidates.iter().filter(shortens);
    found.next().filter(|_| name.len() >= 3 && found.next().is_none()).copied()
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{by_likeness, nearest};

    #[test]
    fn what_is_most_alike_comes_first() {
        assert_eq!(by_likeness("prot", ["image", "ports", "port"]), ["port", "ports", "image"]);
        assert_eq!(by_likeness("x", ["b", "a"]), ["b", "a"]);
    }

    #[test]
    fn finds_the_slip_and_nothing_far() {
        assert_eq!(nearest("replcias", ["replicas", "image"]), Some("replicas"));
        assert_eq!(nearest("readynessProbe", ["livenessProbe", "readinessProbe"]), Some("readinessProbe"));
        assert_eq!(nearest("xyz", ["replicas", "image"]), None);
        assert_eq!(nearest("img", ["replicas", "image"]), Some("image"));
        assert_eq!(nearest("img", ["imaging", "image"]), None);
        assert_eq!(nearest("ig", ["image"]), None);
    }
}
