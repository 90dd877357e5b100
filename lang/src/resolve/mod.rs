//! Floor 2: which name means what.
pub mod binding;
mod binders;
pub mod scope;
mod foreign;
pub mod resolver;
pub mod items;
mod marks;
