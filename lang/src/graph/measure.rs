//! How wide texts are, without a font at hand.
//!
//! A drawing is made once and shown with whatever sans-serif face there is. The table holds, for each printable ASCII
//! character, the widest that it is in Inter Semi-Bold, Liberation Sans Bold (the widths of Arial Bold) and DejaVu
//! Sans: a text may turn out narrower than its room, hardly ever wider.

/// Hundredths of the size of the face, from the space on.
const WIDTHS: [u8; 95] = [
    32, 41, 48, 84, 65, 96, 78, 28, 40, 40, 55, 84, 32, 47, 32, 38, 67, 64, 64, 66, 67, 64, 65, 64, 65, 65, 34, 34, 84,
    84, 84, 62, 100, 73, 73, 75, 78, 67, 62, 78, 76, 30, 57, 73, 62, 91, 75, 79, 67, 79, 73, 67, 66, 74, 73, 101, 70,
    71, 69, 40, 38, 40, 84, 56, 50, 62, 64, 58, 64, 62, 38, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 56, 40, 64,
    60, 84, 60, 60, 57, 64, 36, 64, 84,
];

/// A character that the table does not have counts as a wide one.
fn hundredths(c: char) -> u32 {
    let at = u32::from(c).checked_sub(32).and_then(|at| WIDTHS.get(at as usize));
    at.map_or(100, |width| u32::from(*width))
}

/// How wide a text is in a face of so many pixels.
pub fn width(text: &str, size: u32) -> i32 {
    let hundredths: u32 = text.chars().map(hundredths).sum();
    i32::try_from((hundredths * size).div_ceil(100)).unwrap_or(i32::MAX)
}

/// A text cut to a room, with `…` where something is gone.
pub fn clipped(text: &str, size: u32, room: i32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if width(&cut, size) + width("…", size) > room {
            cut.pop();
            break;
        }
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_is_left_alone() {
        assert_eq!(width("", 13), 0);
        assert_eq!(width("mm", 100), 196);
        assert_eq!(clipped("sonarr", 13, 60), "sonarr");
    }

    #[test]
    fn a_long_one_is_cut_to_its_room() {
        let cut = clipped(&"sonarr".repeat(9), 13, 120);
        assert!(cut.ends_with('…') && width(&cut, 13) <= 120, "{cut}");
        assert_eq!(clipped("日本語日本語", 10, 35), "日本…");
    }
}
