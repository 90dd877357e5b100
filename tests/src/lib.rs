//! The tests of RZP; see `main.rs` of each harness.
