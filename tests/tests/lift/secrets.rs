//! Secrets: keys go on, texts never do.

use super::pods::WEB;
use super::{at, fate, has, lacks, named, one, text};
use rzp_lang::lift::lift::Fate;

const READER: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: vault, namespace: tools}
spec:
  selector: {matchLabels: {app: vault}}
  template:
    metadata: {labels: {app: vault}}
    spec:
      imagePullSecrets: [{name: registry}]
      containers:
        - name: vault
          image: ghcr.io/o/vault:1.0.0
          env:
            - {name: ADMIN, valueFrom: {secretKeyRef: {name: vault-keys, key: admin-token}}}
            - {name: URL, value: "postgres://vault:$(ADMIN)@db/vault"}
            - {name: OTHER, valueFrom: {secretKeyRef: {name: shared-smtp, key: password}}}
            - {name: MAYBE, valueFrom: {secretKeyRef: {name: vault-keys, key: maybe, optional: true}}}
            - {name: API_PASSWORD, value: tr0ub4dor}
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
            - {name: HOSTS, valueFrom: {configMapKeyRef: {name: vault-config, key: hosts}}}
          envFrom:
            - configMapRef: {name: vault-config}
            - secretRef: {name: vault-mail}
          volumeMounts:
            - {name: tls, mountPath: /tls, readOnly: true}
      volumes:
        - {name: tls, secret: {secretName: vault-tls, items: [{key: tls.key, path: key.pem}]}}
---
apiVersion: v1
kind: Secret
metadata: {name: vault-keys, namespace: tools, annotations: {note: sup3rs3cret}}
stringData: {admin-token: sup3rs3cret, maybe: sup3rs3cret}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: mail, namespace: tools}
spec:
  secretStoreRef: {kind: ClusterSecretStore, name: store}
  target: {name: vault-mail}
  data:
    - {secretKey: SMTP_USER, remoteRef: {key: mail, property: user}}
    - {secretKey: SMTP_PASSWORD, remoteRef: {key: mail, property: password}}
---
apiVersion: v1
kind: Secret
metadata: {name: registry, namespace: tools}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: c3VwM3JzM2NyZXQ=}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: vault-config, namespace: tools}
data: {hosts: "a,b", LEVEL: "3", DSN: "$(ADMIN)"}
"#;

#[test]
fn keys_become_the_services_own_and_no_text_is_written() {
    let made = one(READER);
    lacks(&made, &["sup3rs3cret", "c3VwM3JzM2NyZXQ", "tr0ub4dor"]);
    has(
        &made,
        &[
            "\"admin-token\"",
            "ADMIN = s.secret[\"admin-token\"]",
            "SMTP_PASSWORD = s.secret.SMTP_PASSWORD",
            "API_PASSWORD = s.secret.API_PASSWORD",
            "stood in plain text",
            "OTHER.secretKeyRef = { name = \"shared-smtp\", key = \"password\" }",
            "\"/tls/key.pem\" = \"tls.key\"",
            "`SMTP_USER` was at `mail`, `user`",
            "LEVEL = 3",
            "DSN = \"$$(ADMIN)\"",
        ],
    );
    assert_eq!(*fate(&made, "Secret/vault-keys"), Fate::Reproduced);
    assert!(matches!(fate(&made, "Secret/registry"), Fate::Left(_)));
    let env = at(&made, "Deployment/vault", "spec.template.spec.containers[0].env");
    assert_eq!(text(named(env, "ADMIN"), "valueFrom.secretKeyRef.name"), "vault");
    assert_eq!(text(named(env, "MAYBE"), "valueFrom.secretKeyRef.optional"), "Bool(true)");
    assert_eq!(text(named(env, "HOSTS"), "value"), "a,b");
    assert_eq!(text(at(&made, "Deployment/vault", "spec.template.spec"), "imagePullSecrets[0].name"), "registry");
}

#[test]
fn a_secret_whose_keys_only_the_store_knows_is_read_as_it_was() {
    let made = one(&WEB.replace(
        "          env:\n",
        "          envFrom: [{secretRef: {name: all-of-it}}]\n          env:\n",
    ).replace("---\napiVersion: v1\nkind: Service", "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: all-of-it, namespace: tools}\nspec: {secretStoreRef: {name: store}, dataFrom: [{extract: {key: notes}}]}\n---\napiVersion: v1\nkind: Service"));
    assert_eq!(*fate(&made, "ExternalSecret/all-of-it"), Fate::Carried);
    assert_eq!(
        text(at(&made, "Deployment/notes", "spec.template.spec.containers[0].envFrom[0]"), "secretRef.name"),
        "all-of-it"
    );
}

#[test]
fn the_operator_of_the_manifests_writes_the_secrets() {
    let infisical = r#"
---
apiVersion: secrets.infisical.com/v1alpha1
kind: InfisicalSecret
metadata: {name: notes-keys, namespace: tools}
spec: {managedSecretReference: {secretName: notes-keys, secretNamespace: tools}}
"#;
    let key = "            - {name: KEY, valueFrom: {secretKeyRef: {name: notes-keys, key: api-key}}}\n";
    let made = one(&WEB
        .replace("          env:\n", &format!("          env:\n{key}"))
        .replace("\n---\napiVersion: v1", &format!("{infisical}---\napiVersion: v1")));
    has(&made, &["KEY = s.secret[\"api-key\"]", "`provides.secrets.backend = \"infisical-v1alpha1\"`"]);
    assert_eq!(*fate(&made, "InfisicalSecret/notes-keys"), Fate::Reproduced);
    assert_eq!(text(at(&made, "InfisicalSecret/notes", "spec"), "resyncInterval"), "Int(300)");
}

#[test]
fn pods_start_anew_when_what_others_keep_changes() {
    let meta = "metadata:\n  name: notes\n  namespace: tools\n  annotations: {reloader.stakater.com/auto: \"true\"}\n";
    let own = WEB.replace("metadata:\n  name: notes\n  namespace: tools\n", meta);
    lacks(&one(&own), &["reloader.stakater.com/auto"]);
    let key = "            - {name: KEY, valueFrom: {secretKeyRef: {name: house-smtp, key: password}}}\n";
    let made = one(&own.replace("          env:\n", &format!("          env:\n{key}")));
    assert_eq!(
        text(at(&made, "Deployment/notes", "metadata.annotations"), "reloader\u{b7}stakater\u{b7}com/auto"),
        "true"
    );
}
