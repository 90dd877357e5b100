//! Floor 2: which name means what.
pub mod binding;
pub mod scope;
pub mod resolver;
pub mod items;
