//! Where the time of a run went: the frames by name, as stacks for other tools and as a picture.
pub mod tree;
pub mod folded;
pub mod svg;
