//! Floor 0: what knows nothing of the language.
pub mod arena;
pub mod codes;
pub mod shelf;
pub mod span;
pub mod steps;
pub mod hidden;
pub mod source;
pub mod rewrite;
pub mod diag;
pub mod mend;
pub mod way;
pub mod suggest;
pub mod symbol;
pub mod few;
pub mod shape;
pub mod world;
pub mod overlay;
