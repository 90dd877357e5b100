//! Any bytes, read as text: a tree comes out, and every place in it and in the messages lies in the
//! text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rzp_tests::promises::misplaced;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    assert_eq!(misplaced(&text), None);
});
