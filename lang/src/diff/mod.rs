//! What the services make on one side and on the other: `rzp diff`.
pub mod align;
pub mod compare;
pub mod objects;
pub mod pairs;
pub mod places;
pub mod causes;
pub mod difference;
pub mod shown;
pub mod text;
pub mod json;
pub mod markdown;
