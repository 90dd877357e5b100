//! Facts of manifests, one concept to a file: each reads the objects of a workload, sets fields of the service, and says
//! what the library's objects should come to.
mod reference;
mod ports;
mod variables;
mod amounts;
mod probes;
mod security;
mod files;
mod storage;
mod container;
mod rest;
mod workload;
mod jobs;
mod services;
mod paths;
mod monitor;
mod scale;
mod rights;
mod policy;
pub mod gather;

pub use rest::{translated, words};
