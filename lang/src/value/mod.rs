//! What a value is: sixteen bytes, shared by reference count, lazy inside.
pub mod ways;
pub mod text;
pub mod value;
pub mod list;
pub mod thunk;
pub mod record;
pub mod types;
pub mod release;
pub mod read;
