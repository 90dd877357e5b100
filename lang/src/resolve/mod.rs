//! Floor 2: which name means what.
pub mod binding;
mod binders;
pub mod scope;
pub mod resolver;
pub mod items;
