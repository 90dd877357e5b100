//! The space between two rows: which net runs on which level there, so that few lines cross.
//!
//! A net is a comb: its stem and its branches are upright, and a level piece joins them. Whose level piece lies above
//! whose decides what is crossed; levels are put into the order that crosses least, as far as moving one at a time
//! finds it (Sander 2003, layouts of hypergraphs with orthogonal edges, in the manner of Eades and Wormald's exchange
//! of neighbours). Level pieces that lie nowhere side by side share one track, as channels of circuits are routed
//! (Hashimoto and Stevens 1971).

/// What crosses where two upright pieces would lie on one another.
const ON_ONE_ANOTHER: i64 = 100;
/// Pieces this near to one another look like one.
const NEAR: i32 = 4;
/// The room that is kept between two level pieces on one track.
const ROOM: i32 = 12;
const ROUNDS: usize = 12;

/// The upright pieces of a net: their places from left to right, at the row above and at the row below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comb {
    pub above: Vec<i32>,
    pub below: Vec<i32>,
}

impl Comb {
    fn all(&self) -> impl Iterator<Item = i32> {
        self.above.iter().chain(&self.below).copied()
    }

    pub fn left(&self) -> i32 {
        self.all().min().unwrap_or(0)
    }

    pub fn right(&self) -> i32 {
        self.all().max().unwrap_or(0)
    }

    /// Whether it has a level piece at all.
    pub fn is_straight(&self) -> bool {
        self.left() == self.right()
    }
}

/// The track of each comb, counted from above, and how many tracks there are. A straight one takes none.
pub fn tracks(combs: &[Comb]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..combs.len()).filter(|at| !combs[*at].is_straight()).collect();
    // A start that is near: who leads to the left from above lies lower the farther left it begins.
    order.sort_by_key(|at| (combs[*at].left() + combs[*at].right(), *at));
    improve(combs, &mut order);
    let mut track_of = vec![0; combs.len()];
    let mut count = 0;
    for (at, comb) in order.iter().enumerate() {
        let over = order[..at].iter().filter(|other| side_by_side(&combs[**other], &combs[*comb]));
        track_of[*comb] = over.map(|other| track_of[*other] + 1).max().unwrap_or(0);
        count = count.max(track_of[*comb] + 1);
    }
    (track_of, count)
}

/// Moves one comb at a time to where it crosses least, until none moves.
fn improve(combs: &[Comb], order: &mut Vec<usize>) {
    for _ in 0..ROUNDS {
        let mut changed = false;
        for comb in order.clone() {
            let from = order.iter().position(|other| *other == comb).unwrap_or(0);
            let mut best = (0, from);
            for step in [-1_i64, 1] {
                let (mut gain, mut at) = (0, from as i64);
                while let Some(other) = usize::try_from(at + step).ok().and_then(|next| order.get(next)) {
                    let (a, b) = (&combs[comb], &combs[*other]);
                    gain += if step < 0 { cost(a, b) - cost(b, a) } else { cost(b, a) - cost(a, b) };
                    at += step;
                    if gain < best.0 {
                        best = (gain, at as usize);
                    }
                }
            }
            if best.1 != from {
                order.remove(from);
                order.insert(best.1, comb);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
}

/// What is crossed if `upper` lies over `lower`.
fn cost(upper: &Comb, lower: &Comb) -> i64 {
    let inside = |comb: &Comb, places: &[i32]| {
        places.iter().filter(|place| comb.left() < **place && **place < comb.right()).count() as i64
    };
    let clashes = upper.below.iter().filter(|down| lower.above.iter().any(|up| up.abs_diff(**down) < NEAR as u32));
    inside(upper, &lower.above) + inside(lower, &upper.below) + ON_ONE_ANOTHER * clashes.count() as i64
}

fn side_by_side(a: &Comb, b: &Comb) -> bool {
    a.left() - ROOM < b.right() && b.left() - ROOM < a.right()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comb(above: &[i32], below: &[i32]) -> Comb {
        Comb { above: above.to_vec(), below: below.to_vec() }
    }

    #[test]
    fn a_straight_line_takes_no_track() {
        assert_eq!(tracks(&[comb(&[5], &[5])]), (vec![0], 0));
    }

    #[test]
    fn nets_that_are_apart_share_a_track() {
        let apart = [comb(&[10], &[0]), comb(&[90], &[60])];
        assert_eq!(tracks(&apart), (vec![0, 0], 1));
    }

    #[test]
    fn upright_pieces_do_not_lie_on_one_another() {
        let combs = [comb(&[0], &[50]), comb(&[50], &[100])];
        let (track_of, _) = tracks(&combs);
        assert!(track_of[1] < track_of[0], "the second leaves its place before the first comes there");
    }

    #[test]
    fn who_comes_from_farther_out_lies_lower() {
        // Both come from above and lead to the right; the other way round each would cross the other.
        let combs = [comb(&[0], &[40]), comb(&[20], &[60])];
        let (track_of, _) = tracks(&combs);
        assert!(track_of[1] < track_of[0]);
        assert_eq!(cost(&combs[1], &combs[0]), 0);
        assert_eq!(cost(&combs[0], &combs[1]), 2);
    }
}
