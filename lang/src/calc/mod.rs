//! Floor 1: the algorithms behind the library: text and numbers in, text and numbers out.
pub mod encode;
pub mod hash;
pub mod text;
pub mod time;

pub mod cron;
pub mod duration;
pub mod format;
pub mod net;
pub mod path;
pub mod quantity;
pub mod regex;
pub mod semver;
pub mod url;
