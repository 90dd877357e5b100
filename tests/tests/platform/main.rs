//! What the library promises of every service, held against what this repository's services come to: all
//! claims are copied, policies leave open what is declared and nothing else, everything is watched, waves follow
//! needs, and no two services make one object.

mod alerts;
mod claims;
mod fleet;
mod lengths;
mod names;
mod reach;
mod scripts;
mod waves;
mod watch;
mod ways;
