//! Plans carried out against a server that fails in every way: the executor without any real provider.

mod adguard;
mod shelf;
mod lab;
mod house;
mod plans;
mod faults;
mod crashes;
mod secrets;
mod world;
mod strangers;
mod limits;
