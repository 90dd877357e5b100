//! Floor 3: what a value can be, as far as that is known before anything runs.
pub mod ty;
pub mod widen;
pub mod sets;
pub mod show;
pub mod data;
pub mod checker;
pub mod demand;
pub mod exprs;
pub mod fields;
pub mod ops;
pub mod patterns;
pub mod matches;
pub mod functions;
pub mod vars;
pub mod records;
pub mod merge;
