//! Which labels and annotations of manifests mean something beyond their own tool, and go along.

use super::data::{self, at};
use super::object::is_our_own;
use crate::data::tree::Data;

/// Labels by which tools and people name things; the library names them its own way.
fn is_naming(label: &str) -> bool {
    let words = [
        "app",
        "name",
        "component",
        "k8s-app",
        "tier",
        "version",
        "chart",
        "release",
        "heritage",
        "instance",
        "type",
        "environment",
        "role",
    ];
    words.contains(&label)
        || [
            "app.kubernetes.io/",
            "helm.sh/",
            "kustomize.toolkit.fluxcd.io/",
            "argocd.argoproj.io/",
            "kubernetes.io/metadata.name",
        ]
        .iter()
        .any(|prefix| label.starts_with(prefix))
        || ["recurring-job.longhorn.io/source", "pod-template-hash", "velero.io/exclude-from-backup"].contains(&label)
}

/// Annotations that a tool writes for itself, or that the library has a way of its own for.
fn is_of_a_tool(annotation: &str) -> bool {
    let prefixes = [
        "kubectl.kubernetes.io/",
        "deployment.kubernetes.io/",
        "pv.kubernetes.io/",
        "volume.kubernetes.io/",
        "volume.beta.kubernetes.io/",
        "meta.helm.sh/",
        "argocd.argoproj.io/",
        "checksum/",
        "prometheus.io/",
        "rzp/",
        "reloader.stakater.com/",
        "configmap.reloader.stakater.com/",
        "secret.reloader.stakater.com/",
        "secrets.infisical.com/",
        "kustomize.toolkit.fluxcd.io/",
        "kubernetes.io/change-cause",
        "cert-manager.io/",
        "gethomepage.dev/",
        "gatus.home-operations.com/",
        "metallb.io/loadBalancerIPs",
        "metallb.universe.tf/loadBalancerIPs",
        "lbipam.cilium.io/ips",
        "io.cilium/lb-ipam-ips",
        "kube-vip.io/loadbalancerIPs",
        "kubernetes.io/ingress.class",
        "traefik.ingress.kubernetes.io/router.entrypoints",
        "traefik.ingress.kubernetes.io/router.tls",
        "nginx.ingress.kubernetes.io/auth-",
        "nginx.ingress.kubernetes.io/ssl-redirect",
        "nginx.ingress.kubernetes.io/force-ssl-redirect",
    ];
    prefixes.iter().any(|prefix| annotation.starts_with(prefix))
}

/// The labels and annotations of some metadata that go along, as metadata; `None` if there are none.
pub fn metadata(object: &Data) -> Option<Data> {
    // What the library wrote there it writes again.
    if is_our_own(object) {
        return None;
    }
    let mut kept = data::record([]);
    for (part, is_left) in [("labels", is_naming as fn(&str) -> bool), ("annotations", is_of_a_tool)] {
        let Some(pairs) = at(object, "metadata").and_then(|metadata| metadata.get(part)) else { continue };
        let Data::Record(pairs) = pairs else { continue };
        let stay: Vec<data::Pair> = pairs.iter().filter(|(name, _)| !is_left(&name.text())).cloned().collect();
        if !stay.is_empty() {
            data::put(
                &mut kept,
                part,
                Data::Record(stay.into_iter().map(|(name, value)| (name, data::word(data::shown(&value)))).collect()),
            );
        }
    }
    (!data::is_empty(&kept)).then_some(kept)
}

/// An object with nothing of its metadata but what goes along.
pub fn with_kept_metadata(mut object: Data) -> Data {
    let kept = metadata(&object);
    data::take(&mut object, "metadata");
    data::take(&mut object, "apiVersion");
    data::take(&mut object, "kind");
    data::take(&mut object, "status");
    if let Some(kept) = kept {
        data::put(&mut object, "metadata", kept);
    }
    object
}
