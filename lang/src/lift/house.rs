//! What all services of a run have in common, read from all of their objects: the domain, the time zone, the storage
//! class of most claims, and the exports of file servers.

use super::data::{self, at};
use super::names;
use super::object::Object;
use super::routes;
use super::secrets::Backend;
use crate::calc::net::parse_ip;
use crate::data::tree::Data;

#[derive(Debug, Default)]
pub struct House {
    /// What most host names end in.
    pub domain: Option<String>,
    pub timezone: Option<String>,
    /// The class that most claims are of, which is taken for the cluster's default.
    pub class: Option<String>,
    pub shares: Vec<Share>,
    /// The operator that writes Secrets.
    pub backend: Backend,
}

/// An export of a file server.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub name: String,
    pub server: String,
    pub path: String,
}

pub fn house(objects: &[Object]) -> House {
    House {
        domain: domain(objects),
        timezone: timezone(objects),
        class: class(objects),
        shares: shares(objects),
        backend: Backend::of(objects),
    }
}

fn most(texts: impl Iterator<Item = String>) -> Option<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for text in texts {
        match counted.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += 1,
            None => counted.push((text, 1)),
        }
    }
    let best = counted.iter().map(|(_, count)| *count).max()?;
    counted.into_iter().find(|(_, count)| *count == best).map(|(text, _)| text)
}

fn domain(objects: &[Object]) -> Option<String> {
    let hosts = objects.iter().filter(|object| routes::is_route(object)).flat_map(|object| routes::route(object).rows);
    let above = |host: String| host.split_once('.').map(|(_, above)| above.to_owned());
    most(hosts.map(|row| row.host).filter_map(above).filter(|domain| domain.contains('.')))
}

fn timezone(objects: &[Object]) -> Option<String> {
    most(objects.iter().filter_map(|object| data::text(&object.data, "spec.timeZone")).map(str::to_owned))
}

fn class(objects: &[Object]) -> Option<String> {
    let named =
        |claim: &Data| data::text(claim, "spec.storageClassName").filter(|name| !name.is_empty()).map(str::to_owned);
    let claims = objects.iter().filter(|object| object.kind == "PersistentVolumeClaim").map(|object| &object.data);
    let templates = objects.iter().flat_map(|object| data::list(&object.data, "spec.volumeClaimTemplates"));
    most(claims.chain(templates).filter_map(named))
}

/// The exports that pods mount themselves, or by a volume that is bound to a claim.
fn shares(objects: &[Object]) -> Vec<Share> {
    let mut found: Vec<Share> = Vec::new();
    let volumes = objects.iter().filter_map(Object::template).flat_map(|template| data::list(template, "spec.volumes"));
    let inline = volumes.map(|volume| at(volume, "nfs"));
    let bound =
        objects.iter().filter(|object| object.kind == "PersistentVolume").map(|object| at(&object.data, "spec.nfs"));
    for nfs in inline.chain(bound).flatten() {
        let (Some(server), Some(path)) = (data::text(nfs, "server"), data::text(nfs, "path")) else { continue };
        // The library takes addresses of servers alone; by a name they stay what they are.
        let known = found.iter().any(|share| share.server == server && share.path == path);
        if known || parse_ip(server).is_err() || !path.starts_with('/') {
            continue;
        }
        let name =
            free(&names::label(path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("share"), "share"), &found);
        found.push(Share { name, server: server.to_owned(), path: path.to_owned() });
    }
    found
}

fn free(name: &str, taken: &[Share]) -> String {
    let is_free = |name: &str| taken.iter().all(|share| share.name != name);
    let more = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned()).chain(more).find(|name| is_free(name)).unwrap_or_default()
}

impl House {
    pub fn share(&self, nfs: &Data) -> Option<&Share> {
        let (server, path) = (data::text(nfs, "server")?, data::text(nfs, "path")?);
        self.shares.iter().find(|share| share.server == server && share.path == path)
    }
}
