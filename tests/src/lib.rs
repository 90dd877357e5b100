//! What the tests of RZP share: sections of `.rzp` files that say what they expect, and the guards
//! of the house. The tests themselves are in `tests/tests/`, one file a harness.

pub mod floors;
pub mod gallery;
pub mod heard;
pub mod house;
pub mod mistakes;
pub mod pairs;
pub mod peers;
pub mod promises;
pub mod recording;
pub mod scores;
pub mod tidy;
pub mod told;
