//! What a value is: sixteen bytes, shared by reference count, lazy inside.
pub mod list;
pub mod record;
pub mod text;
pub mod thunk;
pub mod types;
pub mod value;
