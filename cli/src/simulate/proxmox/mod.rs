//! A cluster of Proxmox VE, as its API shows it.
pub mod model;
pub mod errors;
pub mod props;
pub mod formats;
pub mod calls;
pub mod config;
pub mod fresh;
pub mod cluster;
pub mod disks;
pub mod documents;
pub mod change;
pub mod power;
pub mod work;
pub mod tasks;
pub mod guests;
pub mod listing;
pub mod pools;
pub mod storage;
pub mod inside;
pub mod rights;
pub mod serve;
#[cfg(test)]
mod official;
