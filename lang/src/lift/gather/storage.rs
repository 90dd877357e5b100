//! Where pods keep things: claims, shares, scratch space, paths of the node, and the files of ConfigMaps and Secrets.
//!
//! A claim keeps its name, whatever the library would call it: behind a new name the data would be gone. What the library
//! has no volume for stays as it is.

use super::amounts::{bytes, size};
use super::files::{self, base, mounted};
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::Fields;
use crate::lift::kept;
use crate::lift::names;
use crate::lift::plan::{Plan, Topic};
use crate::lift::pods::Role;

/// Whose volumes they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Owner<'a> {
    Service,
    Job(&'a str),
}

/// Where a volume of the manifests went.
#[derive(Debug, Clone)]
enum Place {
    /// A volume of the library's, by its key, with the path at which the library mounts it.
    Own {
        key: String,
        path: String,
        read_only: bool,
    },
    Texts {
        volume: Data,
        keys: Vec<String>,
    },
    Secrets {
        volume: Data,
        keys: Option<Vec<String>>,
        secret: String,
    },
    /// The scratch space that each pod has at `/tmp`.
    Tmp,
    /// It stays, under this name.
    Kept(String),
}

/// A container of the pod whose volumes are looked at.
pub type Member<'d> = (Role, &'d Data);

#[derive(Default)]
pub struct Shelf {
    pub volumes: Fields,
    pub files: Fields,
    pub secret_files: Fields,
    /// What the pod's `volumes` should be.
    pub wanted: Vec<Data>,
    places: Vec<(String, Place)>,
    /// The texts of files by the names that the library keeps them under.
    texts: Vec<(String, String)>,
}

const SCRATCH: i64 = 1 << 30;

/// Puts the volumes of a pod into the library's terms.
pub fn shelf(plan: &mut Plan, spec: &Data, members: &[Member], owner: Owner) -> Shelf {
    let mut shelf = Shelf::default();
    let templates = match owner {
        Owner::Service => data::list(&plan.main().data, "spec.volumeClaimTemplates").to_vec(),
        Owner::Job(_) => Vec::new(),
    };
    for template in &templates {
        let name = data::text(template, "metadata.name").unwrap_or_default();
        template_claim(plan, &mut shelf, template, name, members);
    }
    for volume in data::list(spec, "volumes") {
        let name = data::text(volume, "name").unwrap_or_default();
        if mounts_of(members, name).is_empty() {
            plan.note(Topic::Left, format!("the volume `{name}` is mounted by no container"));
            continue;
        }
        let place = place(plan, &mut shelf, volume, name, members, owner);
        shelf.places.push((name.to_owned(), place));
    }
    shelf
}

fn mounts_of<'d>(members: &[Member<'d>], name: &str) -> Vec<(Role, &'d Data)> {
    let mut found = Vec::new();
    for (role, container) in members {
        let own = data::list(container, "volumeMounts").iter().filter(|mount| data::text(mount, "name") == Some(name));
        found.extend(own.map(|mount| (*role, mount)));
    }
    found
}

/// Where the library mounts a volume: where the main container has the whole of it, else where it is mounted first.
fn primary(members: &[Member], name: &str) -> (String, bool) {
    let mounts = mounts_of(members, name);
    let whole = |mount: &&(Role, &Data)| mount.0 == Role::Main && at(mount.1, "subPath").is_none();
    let first = mounts.iter().find(whole).or_else(|| mounts.first());
    let path = first.and_then(|(_, mount)| data::text(mount, "mountPath")).unwrap_or("/data").to_owned();
    let mut own = mounts.iter().filter(|(role, _)| *role == Role::Main).peekable();
    let read_only = own.peek().is_some() && own.all(|(_, mount)| data::truth(mount, "readOnly") == Some(true));
    (path, read_only)
}

impl Shelf {
    /// A name for a volume that neither the library nor another one has.
    fn free(&self, wanted: &str) -> String {
        let taken = |name: &str| {
            matches!(name, "tmp" | "files" | "secrets")
                || self.places.iter().any(|(_, place)| match place {
                    Place::Own { key, .. } => key == name,
                    Place::Kept(kept) => kept == name,
                    Place::Texts { .. } | Place::Secrets { .. } | Place::Tmp => false,
                })
        };
        let more =
            (1..).map(|number| if number == 1 { format!("{wanted}-volume") } else { format!("{wanted}-{number}") });
        std::iter::once(wanted.to_owned()).chain(more).find(|name| !taken(name)).unwrap_or_default()
    }

    fn set(&mut self, key: &str, path: &str, read_only: bool) {
        self.volumes.set(&[key, "path"], path);
        if read_only {
            self.volumes.set(&[key, "read_only"], true);
        }
    }

    fn keep(&mut self, volume: &Data, name: &str) -> Place {
        let kept = self.free(name);
        let mut volume = volume.clone();
        data::put(&mut volume, "name", data::word(&kept));
        self.wanted.push(volume);
        Place::Kept(kept)
    }

    fn want(&mut self, key: &str, source: &str, value: Data) {
        self.wanted.push(data::record([("name", data::word(key)), (source, value)]));
    }
}

fn place(plan: &mut Plan, shelf: &mut Shelf, volume: &Data, name: &str, members: &[Member], owner: Owner) -> Place {
    let (path, read_only) = primary(members, name);
    if let Some(claim) = data::text(volume, "persistentVolumeClaim.claimName") {
        let read_only = read_only || data::truth(volume, "persistentVolumeClaim.readOnly") == Some(true);
        return claimed(plan, shelf, (name, claim), (path, read_only), owner);
    }
    if let Some(own) = at(volume, "emptyDir") {
        return scratch(plan, shelf, own, name, members);
    }
    if let Some(host) = data::text(volume, "hostPath.path") {
        let key = shelf.free(&names::label(name, "host"));
        shelf.set(&key, &path, read_only);
        shelf.volumes.set(&[&key, "host"], host);
        plan.waive("sensitive_host_mount", "its manifests let it look into the node");
        let mut source = at(volume, "hostPath").cloned().unwrap_or_else(|| data::record([]));
        if data::text(&source, "type") == Some("") {
            data::take(&mut source, "type");
        }
        shelf.want(&key, "hostPath", source);
        return Place::Own { key, path, read_only };
    }
    if let Some(share) = at(volume, "nfs").and_then(|nfs| plan.run.house.share(nfs)).cloned() {
        let read_only = read_only || data::truth(volume, "nfs.readOnly") == Some(true);
        return shared(plan, shelf, &share, name, (path, read_only));
    }
    if at(volume, "configMap").is_some() {
        return texts(plan, shelf, volume, name, members);
    }
    if at(volume, "secret").is_some() {
        return secrets(plan, shelf, volume, name, members, owner);
    }
    if let Some(sources) = at(volume, "projected.sources") {
        return projected(plan, shelf, volume, sources, name);
    }
    shelf.keep(volume, name)
}

/// A claim of a stateful set, which has the name of the template and of the pod.
fn template_claim(plan: &mut Plan, shelf: &mut Shelf, template: &Data, name: &str, members: &[Member]) {
    let (path, read_only) = primary(members, name);
    let key = shelf.free(&names::label(name, "data"));
    shelf.set(&key, &path, read_only);
    let (fields, mut wanted) = claim(plan, template);
    fields.all.into_iter().for_each(|(field, node)| shelf.volumes.put(&[&key, &field], node));
    data::put(&mut wanted, "metadata.name", data::word(&key));
    let mut all = data::list(&plan.workload, "spec.volumeClaimTemplates").to_vec();
    all.retain(|known| data::text(known, "metadata.name") != Some(name));
    all.push(wanted);
    data::put(&mut plan.workload, "spec.volumeClaimTemplates", Data::List(all));
    shelf.places.push((name.to_owned(), Place::Own { key, path, read_only }));
}

/// The fields of a claim, and what it should be.
fn claim(plan: &mut Plan, given: &Data) -> (Fields, Data) {
    let mut fields = Fields::default();
    let mut wanted = kept::with_kept_metadata(given.clone());
    match at(given, "spec.resources.requests.storage").and_then(bytes) {
        Some(amount) => {
            fields.set(&["size"], size(amount));
            data::put(&mut wanted, "spec.resources.requests.storage", Data::Int(amount));
        }
        None => fields.set(&["size"], size(SCRATCH)),
    }
    if data::text(&wanted, "spec.volumeMode") == Some("Filesystem") {
        data::take(&mut wanted, "spec.volumeMode");
    }
    let modes = data::texts(given, "spec.accessModes");
    let many = modes.iter().any(|mode| mode == "ReadWriteMany");
    let shared =
        plan.main().kind == "Deployment" && (replicas(plan) > 1 || !plan.others("HorizontalPodAutoscaler").is_empty());
    if many || shared {
        fields.set(&["access"], "ReadWriteMany");
    }
    if let Some(class) = data::text(given, "spec.storageClassName").filter(|class| !class.is_empty()) {
        let role = if plan.run.house.class.as_deref() == Some(class) {
            "default".to_owned()
        } else {
            names::label(class, "other")
        };
        if role != "default" {
            fields.set(&["class"], &*role);
        }
        plan.declared.classes.insert(role, class.to_owned());
    }
    (fields, wanted)
}

fn replicas(plan: &Plan) -> i64 {
    data::int(&plan.main().data, "spec.replicas").unwrap_or(1)
}

fn claimed(
    plan: &mut Plan,
    shelf: &mut Shelf,
    (name, wanted): (&str, &str),
    (path, read_only): (String, bool),
    owner: Owner,
) -> Place {
    if let Some(share) = wanted.strip_prefix("share.") {
        return shared(plan, shelf, &own_share(share), name, (path, read_only));
    }
    let found = plan.find("PersistentVolumeClaim", wanted);
    if let Some((index, object)) = found
        && let Some((volume, share)) = static_share(plan, object.name.as_str(), &object.data)
    {
        [index, volume]
            .iter()
            .for_each(|index| drop(plan.status.insert(*index, crate::lift::plan::Status::Environment)));
        return shared(plan, shelf, &share, name, (path, read_only));
    }
    let key = shelf.free(&claim_key(plan, name, wanted, owner));
    shelf.set(&key, &path, read_only);
    match (found, owner) {
        (Some((index, object)), Owner::Service) => {
            let (fields, mut data) = claim(plan, &object.data);
            fields.all.into_iter().for_each(|(field, node)| shelf.volumes.put(&[&key, &field], node));
            let made = names::part(&plan.name, &key);
            if made != wanted {
                data::put(&mut data, "metadata.name", data::word(wanted));
            }
            plan.expect(&[index], format!("PersistentVolumeClaim/{made}"), data);
        }
        (_, Owner::Service | Owner::Job(_)) => shelf.volumes.set(&[&key, "claim"], wanted),
    }
    shelf.want(&key, "persistentVolumeClaim", data::record([("claimName", data::word(wanted))]));
    Place::Own { key, path, read_only }
}

/// A share by the name that pods of the library call it; where it is, only the cluster knows.
fn own_share(name: &str) -> crate::lift::house::Share {
    crate::lift::house::Share { name: name.to_owned(), server: "10.0.0.20".to_owned(), path: format!("/{name}") }
}

/// What is best called by the rest of the claim's name, so that the library comes to the same one.
fn claim_key(plan: &Plan, volume: &str, claim: &str, owner: Owner) -> String {
    let bare = |text: &str| text.strip_prefix(&format!("{}-", plan.name)).unwrap_or(text).to_owned();
    let rest = claim.strip_prefix(&format!("{}-", plan.name)).filter(|rest| !rest.contains('-'));
    match rest {
        Some(rest) if owner == Owner::Service && !plan.name.contains('.') => names::label(rest, "data"),
        _ => names::label(&bare(volume), "data"),
    }
}

/// The export that a claim is bound to by a volume of its own, and that volume.
fn static_share(plan: &Plan, claim: &str, data: &Data) -> Option<(usize, crate::lift::house::Share)> {
    let by_name = data::text(data, "spec.volumeName");
    let mut volumes = plan.run.objects.iter().enumerate().filter(|(_, object)| object.kind == "PersistentVolume");
    let (index, volume) = volumes.find(|(_, volume)| {
        by_name == Some(&volume.name) || data::text(&volume.data, "spec.claimRef.name") == Some(claim)
    })?;
    Some((index, plan.run.house.share(at(&volume.data, "spec.nfs")?)?.clone()))
}

fn shared(
    plan: &mut Plan,
    shelf: &mut Shelf,
    share: &crate::lift::house::Share,
    name: &str,
    (path, read_only): (String, bool),
) -> Place {
    let key = shelf.free(&names::label(name, "share"));
    shelf.set(&key, &path, read_only);
    shelf.volumes.set(&[&key, "share"], &*share.name);
    if !plan.declared.shares.contains(share) {
        plan.declared.shares.push(share.clone());
    }
    Place::Own { key, path, read_only }
}

fn scratch(plan: &mut Plan, shelf: &mut Shelf, given: &Data, name: &str, members: &[Member]) -> Place {
    let (path, read_only) = primary(members, name);
    let limit = at(given, "sizeLimit").and_then(bytes);
    let mut wanted = given.clone();
    data::take(&mut wanted, "sizeLimit");
    limit.into_iter().for_each(|limit| data::put(&mut wanted, "sizeLimit", Data::Int(limit)));
    let mounts = mounts_of(members, name);
    let is_tmp = mounts
        .iter()
        .all(|(_, mount)| data::text(mount, "mountPath") == Some("/tmp") && at(mount, "subPath").is_none());
    if is_tmp {
        if limit.is_none() {
            plan.note(Topic::Stricter, "`/tmp` holds 64Mi at most");
        }
        shelf.want("tmp", "emptyDir", wanted);
        return Place::Tmp;
    }
    let key = shelf.free(&names::label(name, "scratch"));
    shelf.set(&key, &path, read_only);
    shelf.volumes.set(&[&key, "scratch"], true);
    if limit.is_none() {
        plan.note(Topic::Stricter, format!("the scratch space at `{path}` holds 1Gi at most; it had no limit"));
    }
    shelf.volumes.set(&[&key, "size"], size(limit.unwrap_or(SCRATCH)));
    shelf.want(&key, "emptyDir", wanted);
    Place::Own { key, path, read_only }
}

/// The files of a ConfigMap, if each can be told, and none has the name of another text.
fn texts(plan: &mut Plan, shelf: &mut Shelf, volume: &Data, name: &str, members: &[Member]) -> Place {
    let told = files::texts(plan, volume).and_then(|(index, texts)| {
        let keys: Vec<String> = texts.iter().map(|(key, _)| key.clone()).collect();
        let mut all = Vec::new();
        for (_, mount) in mounts_of(members, name) {
            for file in mounted(volume, mount, Some(&keys))? {
                let text = texts.iter().find(|(key, _)| *key == file.key)?.1.clone();
                let clash = |(known, other): &(String, String)| known == base(&file.path) && *other != text;
                let clashes = shelf.texts.iter().any(clash)
                    || all
                        .iter()
                        .any(|(path, other): &(String, String)| base(path) == base(&file.path) && *other != text);
                if clashes {
                    return None;
                }
                all.push((file.path, text));
            }
        }
        Some((index, keys, all))
    });
    let Some((index, keys, all)) = told else {
        if let Some((index, map)) = data::text(volume, "configMap.name").and_then(|name| plan.find("ConfigMap", name)) {
            plan.carry(index, map.data.clone());
        }
        return shelf.keep(volume, name);
    };
    plan.same(index);
    let unread: Vec<&str> =
        keys.iter().map(|key| &**key).filter(|key| !all.iter().any(|(path, _)| base(path) == *key)).collect();
    if !unread.is_empty() && at(volume, "configMap.items").is_none() && all.len() == mounts_of(members, name).len() {
        let map = data::text(volume, "configMap.name").unwrap_or_default();
        plan.note(
            Topic::Left,
            format!("`{}` of the ConfigMap `{map}`: no container reads it as a file", unread.join("`, `")),
        );
    }
    for (path, text) in all {
        shelf.texts.push((base(&path).to_owned(), text.clone()));
        shelf.files.set(&[&path], &*text);
    }
    if let Some(mode) = data::int(volume, "configMap.defaultMode").filter(|mode| *mode != 0o644) {
        shelf.want("files", "configMap", data::record([("defaultMode", Data::Int(mode))]));
    }
    Place::Texts { volume: volume.clone(), keys }
}

fn secrets(plan: &mut Plan, shelf: &mut Shelf, volume: &Data, name: &str, members: &[Member], owner: Owner) -> Place {
    let secret = data::text(volume, "secret.secretName").unwrap_or_default().to_owned();
    let is_own = plan.owned.contains(&secret);
    let known: Vec<String> = plan.keys.iter().filter(|key| key.secret == secret).map(|key| key.key.clone()).collect();
    let known = (is_own && !known.is_empty()).then_some(known);
    let told = is_own.then(|| {
        let each = mounts_of(members, name).into_iter().map(|(_, mount)| mounted(volume, mount, known.as_deref()));
        each.collect::<Option<Vec<_>>>().map(|all| all.concat())
    });
    let (Some(Some(all)), Owner::Service) = (told, owner) else {
        let mut volume = volume.clone();
        if is_own {
            data::put(&mut volume, "secret.secretName", data::word(&plan.name));
        }
        return shelf.keep(&volume, name);
    };
    for file in &all {
        let own = plan.own_key(&secret, &file.key).unwrap_or_else(|| file.key.clone());
        shelf.secret_files.set(&[&file.path], &*own);
    }
    Place::Secrets { volume: volume.clone(), keys: known, secret }
}

/// Parts of several objects in one volume: it stays, and so do the ConfigMaps that it names.
fn projected(plan: &mut Plan, shelf: &mut Shelf, volume: &Data, sources: &Data, name: &str) -> Place {
    let mut volume = volume.clone();
    let mut all = data::list(&data::record([("all", sources.clone())]), "all").to_vec();
    for source in &mut all {
        if let Some((index, map)) = data::text(source, "configMap.name").and_then(|name| plan.find("ConfigMap", name)) {
            plan.carry(index, map.data.clone());
        }
        let own =
            data::text(source, "secret.name").filter(|name| plan.owned.iter().any(|owned| owned == name)).is_some();
        if own {
            data::put(source, "secret.name", data::word(&plan.name));
        }
    }
    data::put(&mut volume, "projected.sources", Data::List(all));
    shelf.keep(&volume, name)
}

/// What the mounts of a container should be.
pub fn mounts(plan: &mut Plan, shelf: &Shelf, container: &Data, role: Role) -> Vec<Data> {
    let mut all = Vec::new();
    for mount in data::list(container, "volumeMounts") {
        let name = data::text(mount, "name").unwrap_or_default();
        let Some((_, place)) = shelf.places.iter().find(|(known, _)| known == name) else {
            all.push(mount.clone());
            continue;
        };
        all.extend(translated(plan, place, mount));
    }
    if role == Role::Main {
        all.extend(unseen(shelf, container));
    }
    all
}

fn translated(plan: &mut Plan, place: &Place, mount: &Data) -> Vec<Data> {
    let renamed = |name: &str| {
        let mut mount = mount.clone();
        data::put(&mut mount, "name", data::word(name));
        if data::truth(&mount, "readOnly") == Some(false) {
            data::take(&mut mount, "readOnly");
        }
        mount
    };
    match place {
        Place::Own { key, read_only, .. } => {
            let mut mount = renamed(key);
            if *read_only && at(&mount, "readOnly").is_none() {
                data::put(&mut mount, "readOnly", Data::Null);
            }
            vec![mount]
        }
        Place::Tmp => vec![renamed("tmp")],
        Place::Kept(name) => vec![renamed(name)],
        Place::Texts { volume, keys } => {
            let files = mounted(volume, mount, Some(keys)).unwrap_or_default();
            files.iter().map(|file| file_mount("files", &file.path, base(&file.path))).collect()
        }
        Place::Secrets { volume, keys, secret } => {
            let files = mounted(volume, mount, keys.as_deref()).unwrap_or_default();
            let own = |plan: &mut Plan, key: &str| plan.own_key(secret, key).unwrap_or_else(|| key.to_owned());
            files.iter().map(|file| file_mount("secrets", &file.path, &own(plan, &file.key))).collect()
        }
    }
}

fn file_mount(volume: &str, path: &str, part: &str) -> Data {
    data::record([
        ("name", data::word(volume)),
        ("mountPath", data::word(path)),
        ("subPath", data::word(part)),
        ("readOnly", Data::Bool(true)),
    ])
}

/// Volumes that the main container did not see: the library would show it them.
fn unseen(shelf: &Shelf, container: &Data) -> Vec<Data> {
    let sees =
        |name: &str| data::list(container, "volumeMounts").iter().any(|mount| data::text(mount, "name") == Some(name));
    let away = |name: &str, path: &str| {
        data::record([("name", data::word(name)), ("mountPath", data::word(path)), (data::AWAY, Data::Bool(true))])
    };
    let mut all = Vec::new();
    for (name, place) in &shelf.places {
        match place {
            Place::Own { key, path, .. } if !sees(name) => all.push(away(key, path)),
            Place::Own { path, .. } if path == "/tmp" => all.push(away("tmp", path)),
            _ => {}
        }
    }
    all
}

/// The volumes of the library that a container beside the main one has at the same path.
pub fn shares(shelf: &Shelf, container: &Data) -> Vec<String> {
    let mut found = Vec::new();
    for mount in data::list(container, "volumeMounts") {
        let place =
            shelf.places.iter().find(|(name, _)| data::text(mount, "name") == Some(name)).map(|(_, place)| place);
        if let Some(Place::Own { key, path, .. }) = place
            && data::text(mount, "mountPath") == Some(path)
            && !found.contains(key)
        {
            found.push(key.clone());
        }
    }
    found
}
