//! Schemas of other languages: read, and written as modules of types.
pub mod shape;
mod formats;
mod places;
mod combine;
pub mod keywords;
pub mod crd;
pub mod types;
pub mod module;
pub mod import;
