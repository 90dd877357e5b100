//! A plan as people and programs read it.
pub mod fields;
pub mod text;
pub mod markdown;
pub mod html;
pub mod events;
