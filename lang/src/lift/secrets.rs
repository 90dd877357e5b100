//! Where Secrets come from: the objects that bring one, the Secrets they bring, and their keys as far as they are known.

use super::data::{self, at};
use super::object::Object;

/// A Secret that some object brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Brought {
    pub name: String,
    /// `None` where the keys are known to the store alone.
    pub keys: Option<Vec<String>>,
}

/// The operator of the cluster that writes the Secrets of services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backend {
    #[default]
    ExternalSecrets,
    InfisicalV1Alpha1,
    InfisicalV1Beta1,
}

impl Backend {
    /// As an environment names it.
    pub fn word(self) -> &'static str {
        match self {
            Backend::ExternalSecrets => "external-secrets",
            Backend::InfisicalV1Alpha1 => "infisical-v1alpha1",
            Backend::InfisicalV1Beta1 => "infisical-v1beta1",
        }
    }

    /// The operator by whose objects most of some Secrets are brought.
    pub fn of(objects: &[Object]) -> Backend {
        let count = |kind: &str| objects.iter().filter(|object| object.kind == kind).count();
        let (old, new) = (count("InfisicalSecret"), count("InfisicalStaticSecret"));
        match old.max(new) {
            most if most <= count("ExternalSecret") => Backend::ExternalSecrets,
            most if most == new => Backend::InfisicalV1Beta1,
            _ => Backend::InfisicalV1Alpha1,
        }
    }
}

pub fn is_source(kind: &str) -> bool {
    matches!(
        kind,
        "Secret"
            | "ExternalSecret"
            | "SealedSecret"
            | "SopsSecret"
            | "InfisicalSecret"
            | "InfisicalStaticSecret"
            | "OnePasswordItem"
            | "VaultStaticSecret"
            | "BitwardenSecret"
    )
}

/// The names of the Secrets that an object brings.
pub fn targets(object: &Object) -> Vec<String> {
    brought(object).into_iter().map(|secret| secret.name).collect()
}

pub fn brought(object: &Object) -> Vec<Brought> {
    let own = |keys: Option<Vec<String>>| vec![Brought { name: object.name.clone(), keys }];
    match &*object.kind {
        "Secret" => own(Some(keys_of(object, &["data", "stringData"]))),
        "SealedSecret" => own(Some(keys_of(object, &["spec.encryptedData"]))),
        "ExternalSecret" => vec![external(object)],
        "SopsSecret" => data::list(&object.data, "spec.secretTemplates").iter().filter_map(templated).collect(),
        "InfisicalSecret" => {
            let one = data::text(&object.data, "spec.managedSecretReference.secretName");
            let one = one.map(|name| Brought { name: name.to_owned(), keys: None });
            one.into_iter().chain(managed(object, "spec.managedKubeSecretReferences", "secretName")).collect()
        }
        "InfisicalStaticSecret" => managed(object, "spec.targets", "name"),
        "VaultStaticSecret" => {
            let name = data::text(&object.data, "spec.destination.name").unwrap_or(&object.name);
            vec![Brought { name: name.to_owned(), keys: None }]
        }
        kind if is_source(kind) => own(None),
        _ => Vec::new(),
    }
}

fn keys_of(object: &Object, paths: &[&str]) -> Vec<String> {
    let pairs = paths.iter().flat_map(|path| data::pairs(&object.data, path));
    pairs.map(|(name, _)| name.text().to_string()).collect()
}

fn external(object: &Object) -> Brought {
    let name = data::text(&object.data, "spec.target.name").unwrap_or(&object.name).to_owned();
    let template = at(&object.data, "spec.target.template.data");
    let whole = at(&object.data, "spec.dataFrom").is_some() && template.is_none();
    let keys = match template {
        Some(_) => keys_of(object, &["spec.target.template.data"]),
        None => data::list(&object.data, "spec.data")
            .iter()
            .filter_map(|one| data::text(one, "secretKey"))
            .map(str::to_owned)
            .collect(),
    };
    Brought { name, keys: (!whole).then_some(keys) }
}

fn templated(template: &crate::data::tree::Data) -> Option<Brought> {
    let keys = ["data", "stringData"].iter().flat_map(|part| data::pairs(template, part));
    let keys = keys.map(|(name, _)| name.text().to_string()).collect();
    Some(Brought { name: data::text(template, "name")?.to_owned(), keys: Some(keys) })
}

/// Infisical's operator names the keys only where a template picks them.
fn managed(object: &Object, path: &str, name: &str) -> Vec<Brought> {
    let each = |target: &crate::data::tree::Data| {
        let picked = data::pairs(target, "template.data");
        let keys = picked.iter().map(|(name, _)| name.text().to_string()).collect();
        let keys = (!picked.is_empty()).then_some(keys);
        Some(Brought { name: data::text(target, name)?.to_owned(), keys })
    };
    data::list(&object.data, path).iter().filter_map(each).collect()
}
