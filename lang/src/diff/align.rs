//! Which elements of two lists belong together, where no name says so.
//!
//! Equal elements keep their order (the longest common subsequence). What lies between two of them is paired in
//! order too, so that together the pairs are as like as they can be; the rest is added or removed.

/// Lists whose lengths multiply to more than this are taken pair by pair.
const LARGEST: usize = 1 << 20;

/// An element of the old list, of the new one, or of both.
pub type Pair = (Option<usize>, Option<usize>);

/// The elements of both lists in order; `same` says whether two are equal, and `like` how much two have in common.
pub fn align(
    old: usize,
    new: usize,
    same: impl Fn(usize, usize) -> bool,
    like: impl Fn(usize, usize) -> u32,
) -> Vec<Pair> {
    let head = (0..old.min(new)).take_while(|at| same(*at, *at)).count();
    let most = old.min(new) - head;
    let tail = (1..=most).take_while(|back| same(old - back, new - back)).count();
    let (rows, columns) = (old - head - tail, new - head - tail);
    let mut pairs: Vec<Pair> = (0..head).map(|at| (Some(at), Some(at))).collect();
    let kept = match rows.saturating_mul(columns) <= LARGEST {
        true => heaviest(rows, columns, |row, column| u32::from(same(head + row, head + column))),
        false => Vec::new(),
    };
    let (mut from, mut to) = (0, 0);
    for (row, column) in kept.into_iter().chain([(rows, columns)]) {
        gap((head + from, head + row), (head + to, head + column), &like, &mut pairs);
        if row < rows || column < columns {
            pairs.push((Some(head + row), Some(head + column)));
        }
        (from, to) = (row + 1, column + 1);
    }
    pairs.extend((0..tail).rev().map(|back| (Some(old - 1 - back), Some(new - 1 - back))));
    pairs
}

/// What lies between two common elements: in pairs that are alike. Nothing is so unlike that it is no pair.
fn gap(old: (usize, usize), new: (usize, usize), like: &impl Fn(usize, usize) -> u32, pairs: &mut Vec<Pair>) {
    let (rows, columns) = (old.1.saturating_sub(old.0), new.1.saturating_sub(new.0));
    let kept = match rows.saturating_mul(columns) <= LARGEST {
        true => heaviest(rows, columns, |row, column| 1 + 2 * like(old.0 + row, new.0 + column)),
        false => (0..rows.min(columns)).map(|at| (at, at)).collect(),
    };
    let (mut from, mut to) = (0, 0);
    for (row, column) in kept.into_iter().chain([(rows, columns)]) {
        pairs.extend((from..row).map(|at| (Some(old.0 + at), None)));
        pairs.extend((to..column).map(|at| (None, Some(new.0 + at))));
        if row < rows && column < columns {
            pairs.push((Some(old.0 + row), Some(new.0 + column)));
        }
        (from, to) = (row + 1, column + 1);
    }
}

/// The common subsequence that weighs most, as pairs of positions; what weighs nothing is no pair. With a weight of one
/// for what is equal it is the longest (Wagner and Fischer, 1974). Of several it is the one whose pairs come first.
fn heaviest(rows: usize, columns: usize, weight: impl Fn(usize, usize) -> u32) -> Vec<(usize, usize)> {
    let width = columns + 1;
    let mut best = vec![0u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let skipped = best[(row + 1) * width + column].max(best[row * width + column + 1]);
            let (own, rest) = (weight(row, column), best[(row + 1) * width + column + 1]);
            best[row * width + column] = skipped.max(if own > 0 { own + rest } else { 0 });
        }
    }
    let (mut row, mut column, mut found) = (0, 0, Vec::new());
    while row < rows && column < columns {
        let own = weight(row, column);
        let (here, below) = (best[row * width + column], best[(row + 1) * width + column]);
        if own > 0 && here == own + best[(row + 1) * width + column + 1] {
            found.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if below == here {
            row += 1;
        } else {
            column += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` for what is in both, `-a` and `+a` for what is in one, `a>b` for a pair.
    fn told(old: &str, new: &str) -> String {
        let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        let pairs = align(
            old.len(),
            new.len(),
            |a, b| old[a] == new[b],
            |a, b| u32::from(old[a].eq_ignore_ascii_case(&new[b])),
        );
        let said = pairs.into_iter().map(|pair| match pair {
            (Some(a), Some(b)) if old[a] == new[b] => old[a].to_string(),
            (Some(a), Some(b)) => format!("{}>{}", old[a], new[b]),
            (Some(a), None) => format!("-{}", old[a]),
            (None, Some(b)) => format!("+{}", new[b]),
            (None, None) => String::new(),
        });
        said.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_equal_stays_and_the_rest_is_paired() {
        assert_eq!(told("abc", "abc"), "a b c");
        assert_eq!(told("abc", "axc"), "a b>x c");
        assert_eq!(told("abc", "abxc"), "a b +x c");
        assert_eq!(told("abcd", "bd"), "-a b -c d");
        assert_eq!(told("ab", "ba"), "-a b +a");
        assert_eq!(told("", "ab"), "+a +b");
        assert_eq!(told("abab", ""), "-a -b -a -b");
        assert_eq!(told("axb", "ayzb"), "a x>y +z b");
    }

    #[test]
    fn what_is_alike_is_paired() {
        assert_eq!(told("abc", "xABC"), "+x a>A b>B c>C");
        assert_eq!(told("abcd", "BxD"), "-a b>B c>x d>D");
    }
}
