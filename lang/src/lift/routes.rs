//! How host names lead to Services, read from the kinds that say so: Ingress, HTTPRoute, and Traefik's IngressRoute.

use super::data::{self, at};
use super::object::Object;
use crate::data::tree::Data;

/// One host and path, and where they lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub host: String,
    pub path: String,
    /// The path alone, and nothing below it.
    pub exact: bool,
    pub service: String,
    /// Where the Service is.
    pub namespace: String,
    /// The Service's port, by number or name.
    pub port: Data,
}

/// What a route says, as far as all kinds can say it.
#[derive(Debug, Clone, Default)]
pub struct Route {
    pub rows: Vec<Row>,
    /// Middlewares and filters beyond the sign-in.
    pub middlewares: Vec<Middleware>,
    pub signs_in: bool,
    pub is_public: bool,
    /// What only its own kind can say.
    pub odd: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Middleware {
    pub name: String,
    pub namespace: String,
}

pub fn is_route(object: &Object) -> bool {
    matches!(&*object.kind, "Ingress" | "HTTPRoute" | "IngressRoute")
}

pub fn route(object: &Object) -> Route {
    let mut route = match &*object.kind {
        "Ingress" => ingress(object),
        "HTTPRoute" => http(object),
        _ => traefik(object),
    };
    route.is_public = is_public(object);
    route
}

/// Whether callers are asked to sign in, by the name of what stands before the service.
fn is_sign_in(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "sso", "oidc", "login"].iter().any(|word| name.contains(word))
}

fn is_public(object: &Object) -> bool {
    let says =
        |text: &str| ["public", "external", "internet"].iter().any(|word| text.to_ascii_lowercase().contains(word));
    let parents = data::list(&object.data, "spec.parentRefs").iter().filter_map(|parent| data::text(parent, "name"));
    let points = data::texts(&object.data, "spec.entryPoints");
    data::text(&object.data, "spec.ingressClassName").is_some_and(says)
        || object.annotation("kubernetes.io/ingress.class").is_some_and(says)
        || object.annotation("external-dns.alpha.kubernetes.io/target").is_some_and(says)
        || parents.clone().any(says)
        || points.iter().any(|point| says(point))
}

fn ingress(object: &Object) -> Route {
    let mut route = Route::default();
    for rule in data::list(&object.data, "spec.rules") {
        for path in data::list(rule, "http.paths") {
            let port = at(path, "backend.service.port.number").or_else(|| at(path, "backend.service.port.name"));
            route.rows.push(Row {
                host: data::text(rule, "host").unwrap_or_default().to_owned(),
                path: data::text(path, "path").unwrap_or("/").to_owned(),
                exact: data::text(path, "pathType") == Some("Exact"),
                service: data::text(path, "backend.service.name").unwrap_or_default().to_owned(),
                namespace: object.namespace.clone(),
                port: port.cloned().unwrap_or(Data::Null),
            });
        }
    }
    if at(&object.data, "spec.defaultBackend").is_some() {
        route.odd = Some("a backend for all other hosts".to_owned());
    }
    let named = object.annotation("traefik.ingress.kubernetes.io/router.middlewares").unwrap_or_default();
    let each = named.split(',').map(str::trim).filter(|name| !name.is_empty());
    for name in each {
        let name = name.split('@').next().unwrap_or(name);
        let name = name.strip_prefix(&format!("{}-", object.namespace)).unwrap_or(name);
        route.middleware(name, &object.namespace);
    }
    route.signs_in |= object.annotation("nginx.ingress.kubernetes.io/auth-url").is_some();
    route
}

impl Route {
    fn middleware(&mut self, name: &str, namespace: &str) {
        if is_sign_in(name) {
            self.signs_in = true;
        } else {
            self.middlewares.push(Middleware { name: name.to_owned(), namespace: namespace.to_owned() });
        }
    }
}

fn http(object: &Object) -> Route {
    let mut route = Route::default();
    let hosts = data::texts(&object.data, "spec.hostnames");
    for rule in data::list(&object.data, "spec.rules") {
        for filter in data::list(rule, "filters") {
            match (data::text(filter, "type"), data::text(filter, "extensionRef.name")) {
                (Some("ExtensionRef"), Some(name)) => route.middleware(name, &object.namespace),
                (kind, _) => route.odd = Some(format!("the filter {}", kind.unwrap_or_default())),
            }
        }
        let to = data::list(rule, "backendRefs");
        if to.len() != 1 {
            route.odd = Some("several backends".to_owned());
        }
        let Some(to) = to.first() else { continue };
        let matches = data::list(rule, "matches");
        let any = [data::record([])];
        for one in if matches.is_empty() { &any[..] } else { matches } {
            if ["headers", "method", "queryParams"].iter().any(|part| at(one, part).is_some()) {
                route.odd = Some("matches by more than the path".to_owned());
            }
            for host in &hosts {
                route.rows.push(Row {
                    host: host.clone(),
                    path: data::text(one, "path.value").unwrap_or("/").to_owned(),
                    exact: data::text(one, "path.type") == Some("Exact"),
                    service: data::text(to, "name").unwrap_or_default().to_owned(),
                    namespace: data::text(to, "namespace").unwrap_or(&object.namespace).to_owned(),
                    port: at(to, "port").cloned().unwrap_or(Data::Null),
                });
            }
        }
        if at(rule, "timeouts").is_some() {
            route.odd = Some("timeouts".to_owned());
        }
    }
    route
}

fn traefik(object: &Object) -> Route {
    let mut route = Route::default();
    for one in data::list(&object.data, "spec.routes") {
        let text = data::text(one, "match").unwrap_or_default();
        let services = data::list(one, "services");
        let (Some((hosts, paths)), [to]) = (matched(text), services) else {
            route.odd = Some(format!("the match {text}"));
            continue;
        };
        for middleware in data::list(one, "middlewares") {
            let namespace = data::text(middleware, "namespace").unwrap_or(&object.namespace);
            route.middleware(data::text(middleware, "name").unwrap_or_default(), namespace);
        }
        for host in &hosts {
            for (path, exact) in &paths {
                route.rows.push(Row {
                    host: host.clone(),
                    path: path.clone(),
                    exact: *exact,
                    service: data::text(to, "name").unwrap_or_default().to_owned(),
                    namespace: data::text(to, "namespace").unwrap_or(&object.namespace).to_owned(),
                    port: at(to, "port").cloned().unwrap_or(Data::Null),
                });
            }
        }
        if data::text(to, "scheme").is_some_and(|scheme| scheme != "http") || at(to, "serversTransport").is_some() {
            route.odd = Some("a backend that is not asked by plain HTTP".to_owned());
        }
    }
    route
}

/// A path, and whether it is meant without what is below it.
type Matched = (String, bool);

/// The hosts and paths of a rule of Traefik's, if it is made of those alone.
fn matched(text: &str) -> Option<(Vec<String>, Vec<Matched>)> {
    let (mut hosts, mut paths) = (Vec::new(), Vec::new());
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (inside, after) = after.split_once(')')?;
        let each = inside.split(',').map(|one| one.trim().trim_matches(['`', '"', '\'']).to_owned());
        match name.trim() {
            "Host" => hosts.extend(each),
            "PathPrefix" => paths.extend(each.map(|path| (path, false))),
            "Path" => paths.extend(each.map(|path| (path, true))),
            _ => return None,
        }
        let after = after.trim_start();
        let joined = after.strip_prefix("&&").or_else(|| after.strip_prefix("||").filter(|_| paths.is_empty()));
        rest = joined.unwrap_or(after).trim_start();
        if joined.is_none() && !rest.is_empty() {
            return None;
        }
    }
    if paths.is_empty() {
        paths.push(("/".to_owned(), false));
    }
    (!hosts.is_empty()).then_some((hosts, paths))
}
