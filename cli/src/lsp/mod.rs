//! The language server: the protocol at the edge, `rzp_lang::ide` behind it.
pub mod haste;
pub mod position;
pub mod shift;
pub mod files;
pub mod convert;
pub mod listing;
pub mod slate;
pub mod desk;
pub mod answers;
pub mod names;
pub mod texts;
pub mod server;
