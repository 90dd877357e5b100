//! What stands in a folder of generated files.
//!
//! Only `<env>/<tier>/<service>/<file>` is looked at, so that an output folder above other
//! projects never counts their files; links are not followed.

use super::plan::Existing;
use crate::disk::Refused;
use rzp_lang::output::manifests::HEADER;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The depth at which files stand: below environment, tier and service.
const DEPTH: usize = 3;

/// The part of the folder that a build is about. Empty lists mean everything.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub envs: &'a [String],
    /// Services as `service` or `tier/service`.
    pub only: &'a [String],
}

impl Scope<'_> {
    /// Whether the scope goes into the folder of these names.
    fn enters(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        let (env, tier, service) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let env = self.envs.is_empty() || self.envs.iter().any(|name| name == env);
        let (Some(tier), Some(service)) = (tier, service) else { return env };
        let named = |only: &String| match only.split_once('/') {
            Some((in_tier, name)) => in_tier == tier && name == service,
            None => only == service,
        };
        env && (self.only.is_empty() || self.only.iter().any(named))
    }
}

/// Everything in scope by its path, and whatever stands where folders go.
pub fn scan(out: &Path, scope: Scope) -> Result<BTreeMap<String, Existing>, Refused> {
    scan_by(out, scope, &Existing::Foreign, &mut look)
}

/// The same, where `look` says what a file is, and `foreign` stands for what is none.
pub fn scan_by<T: Clone>(
    out: &Path,
    scope: Scope,
    foreign: &T,
    look: &mut dyn FnMut(&Path) -> Result<T, Refused>,
) -> Result<BTreeMap<String, T>, Refused> {
    let mut found = BTreeMap::new();
    if out.exists() {
        Walk { scope, foreign, look, found: &mut found }.folder(out, "", 0)?;
    }
    Ok(found)
}

struct Walk<'a, T> {
    scope: Scope<'a>,
    foreign: &'a T,
    look: &'a mut dyn FnMut(&Path) -> Result<T, Refused>,
    found: &'a mut BTreeMap<String, T>,
}

impl<T: Clone> Walk<'_, T> {
    fn folder(&mut self, folder: &Path, below: &str, depth: usize) -> Result<(), Refused> {
        for entry in fs::read_dir(folder).map_err(|why| Refused::new("open", folder, why))? {
            let entry = entry.map_err(|why| Refused::new("open", folder, why))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let kind = entry.file_type().map_err(|why| Refused::new("open", &entry.path(), why))?;
            if depth == DEPTH {
                let what = if kind.is_file() { (self.look)(&entry.path())? } else { self.foreign.clone() };
                self.found.insert(path, what);
            } else if !kind.is_dir() {
                self.found.insert(path, self.foreign.clone());
            } else if self.scope.enters(&path) {
                self.folder(&entry.path(), &path, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// Whose file it is, by its first bytes; the rest is read only if it is ours.
pub fn look(path: &Path) -> Result<Existing, Refused> {
    let read = || -> io::Result<Existing> {
        let mut file = fs::File::open(path)?;
        let mut bytes = Vec::new();
        file.by_ref().take(HEADER.len() as u64).read_to_end(&mut bytes)?;
        if bytes != HEADER.as_bytes() {
            return Ok(Existing::Foreign);
        }
        file.read_to_end(&mut bytes)?;
        Ok(Existing::Owned(String::from_utf8_lossy(&bytes).into_owned()))
    };
    read().map_err(|why| Refused::new("read", path, why))
}
