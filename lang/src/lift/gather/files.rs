//! Volumes of ConfigMaps and Secrets as files: which path holds which text or key.

use super::variables::config;
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::names;
use crate::lift::plan::Plan;

/// A file in a container: its path, and the key that it is in the ConfigMap or Secret.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub path: String,
    pub key: String,
}

/// The last part of a path, by which the library keeps a file.
pub fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The files that a mount puts into a container, out of the keys that the volume has. `None` if they cannot be told.
pub fn mounted(volume: &Data, mount: &Data, keys: Option<&[String]>) -> Option<Vec<File>> {
    let items = ["configMap.items", "secret.items"].iter().flat_map(|path| data::list(volume, path));
    let renamed: Vec<(String, String)> = items
        .filter_map(|item| Some((data::text(item, "key")?.to_owned(), data::text(item, "path")?.to_owned())))
        .collect();
    let below = data::text(mount, "mountPath")?.trim_end_matches('/').to_owned();
    let named: Vec<(String, String)> = match keys {
        _ if !renamed.is_empty() => renamed,
        Some(keys) => keys.iter().map(|key| (key.clone(), key.clone())).collect(),
        None => match data::text(mount, "subPath") {
            Some(part) => vec![(part.to_owned(), part.to_owned())],
            None => return None,
        },
    };
    if at(mount, "subPathExpr").is_some() {
        return None;
    }
    let files: Vec<File> = match data::text(mount, "subPath") {
        Some(part) => named
            .into_iter()
            .filter(|(_, path)| path == part)
            .map(|(key, _)| File { path: below.clone(), key })
            .collect(),
        None => named.into_iter().map(|(key, path)| File { path: format!("{below}/{path}"), key }).collect(),
    };
    let plain = files.iter().all(|file| !file.path.contains(':') && names::is_key(base(&file.path)));
    (plain && !files.is_empty()).then_some(files)
}

/// The texts of a ConfigMap that a volume is of, if all of them are known and text.
pub fn texts(plan: &Plan, volume: &Data) -> Option<(usize, Vec<(String, String)>)> {
    let (index, map) = plan.find("ConfigMap", data::text(volume, "configMap.name")?)?;
    let has_bytes = at(&map.data, "binaryData").is_some_and(|bytes| !data::is_empty(bytes));
    (!has_bytes).then(|| (index, config(map)))
}
