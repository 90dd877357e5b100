//! The language server: the protocol at the edge, `rzp_lang::ide` behind it.
pub mod position;
pub mod files;
pub mod convert;
pub mod desk;
pub mod answers;
pub mod server;
