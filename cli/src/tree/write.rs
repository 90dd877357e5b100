//! Carries a plan out: removals first (two names may be one file where case does not count), then
//! whole files, then the folders that are left empty.

use super::plan::Plan;
use crate::disk::{Refused, write_whole};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Makes the folder what the plan says.
pub fn write(out: &Path, plan: &Plan, wanted: &BTreeMap<String, String>) -> Result<(), Refused> {
    for path in &plan.stale {
        let path = out.join(path);
        fs::remove_file(&path).map_err(|why| Refused::new("remove", &path, why))?;
    }
    for path in plan.missing.iter().chain(&plan.changed) {
        let text = wanted.get(path).map(String::as_str).unwrap_or_default();
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|why| Refused::new("make", folder, why))?;
        }
        write_whole(&path, text)?;
    }
    plan.stale.iter().for_each(|path| remove_empty(out, path));
    Ok(())
}

/// Removes the folders above a removed file as long as they are empty.
fn remove_empty(out: &Path, path: &str) {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        if fs::remove_dir(out.join(folder)).is_err() {
            return;
        }
    }
}
