//! Any text: what parses is laid out as the same tree with the same comments, and its layout stays as
//! it is; what does not parse is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rzp_tests::promises::mislaid;

fuzz_target!(|text: &str| {
    if let Some(breach) = mislaid(text) {
        panic!("{breach}");
    }
});
