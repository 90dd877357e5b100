//! An account of Cloudflare, as its API shows it.
pub mod model;
pub mod answers;
pub mod data;
pub mod txt;
pub mod records;
pub mod listing;
pub mod desk;
pub mod dns;
pub mod tunnels;
pub mod rulesets;
pub mod serve;
