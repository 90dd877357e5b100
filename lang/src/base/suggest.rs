//! "Did you mean": the nearest spelling among known names.

/// The candidate nearest to `name` by edit distance, if one is near enough to be a slip.
///
/// Distance is Damerau-Levenshtein in its optimal string alignment form, on characters folded to
/// lower case; near means at most a third of the longer name.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded: Vec<char> = name.to_lowercase().chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
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
    best.map(|(_, candidate)| candidate)
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
    use super::nearest;

    #[test]
    fn finds_the_slip_and_nothing_far() {
        assert_eq!(nearest("replcias", ["replicas", "image"]), Some("replicas"));
        assert_eq!(nearest("readynessProbe", ["livenessProbe", "readinessProbe"]), Some("readinessProbe"));
        assert_eq!(nearest("xyz", ["replicas", "image"]), None);
    }
}
