//! How a build gets done in less time: by several threads, and not at all where it was done before.
pub mod record;
pub mod share;
pub mod threads;
pub mod stats;
pub mod store;
pub mod entry;
pub mod cache;
