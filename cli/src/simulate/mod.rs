//! A cluster of Proxmox VE and an account of Cloudflare on this machine alone, to try `rzp plan` and `rzp apply` with.
//!
//! It is what the tests use too: it refuses what the real ones refuse, in their words, and does to its clients what
//! networks do, by a file of faults.
pub mod http;
pub mod clock;
pub mod settings;
pub mod proxmox;
pub mod cloudflare;
pub mod world;
pub mod secure;
pub mod limits;
pub mod faults;
pub mod journal;
pub mod server;
