//! The `rzp` command: dispatch only.
fn main() {}
