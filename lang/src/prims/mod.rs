//! Floor 9: the core library, each function a row with its name, signature, page and example.
pub mod call;
pub mod row;
pub mod places;
pub mod markup;

pub mod contract;
pub mod core;
pub mod data;
pub mod digest;
pub mod list;
pub mod net;
pub mod number;
pub mod order;
pub mod parts;
pub mod path;
pub mod quantity;
pub mod record;
pub mod refusal;
pub mod regex;
pub mod secret;
pub mod set;
pub mod shape;
pub mod string;
pub mod time;
pub mod types;
pub mod version;
pub mod written;

pub mod table;

pub mod reference;

pub use table::library;
