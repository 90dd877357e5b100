//! Claims, shares, scratch space and files.

use super::{at, fate, has, inside, lacks, named, one, text};
use rzp_lang::data::tree::Data;
use rzp_lang::lift::lift::Fate;

const KEEPER: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: films, namespace: media}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: films}}
  template:
    metadata: {labels: {app: films}}
    spec:
      containers:
        - name: films
          image: ghcr.io/o/films:1.0.0
          ports: [{containerPort: 8096, name: http}]
          volumeMounts:
            - {name: config, mountPath: /config}
            - {name: old, mountPath: /old}
            - {name: old, mountPath: /old/logs, subPath: logs}
            - {name: tank, mountPath: /media, readOnly: true}
            - {name: named, mountPath: /named}
            - {name: there, mountPath: /there}
            - {name: cache, mountPath: /cache}
            - {name: shm, mountPath: /dev/shm}
            - {name: tmp, mountPath: /tmp}
            - {name: settings, mountPath: /etc/films}
            - {name: single, mountPath: /app/start.sh, subPath: start.sh}
            - {name: token, mountPath: /var/run/token}
      volumes:
        - {name: config, persistentVolumeClaim: {claimName: films-config}}
        - {name: old, persistentVolumeClaim: {claimName: pvc-old}}
        - {name: tank, nfs: {server: 10.0.0.9, path: /tank/films}}
        - {name: named, nfs: {server: nas.local, path: /named}}
        - {name: there, persistentVolumeClaim: {claimName: made-elsewhere}}
        - {name: cache, emptyDir: {sizeLimit: 5Gi}}
        - {name: shm, emptyDir: {medium: Memory}}
        - {name: tmp, emptyDir: {}}
        - {name: settings, configMap: {name: films-settings}}
        - {name: single, configMap: {name: films-scripts, defaultMode: 0755}}
        - {name: token, projected: {sources: [{serviceAccountToken: {path: token}}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: films-config, namespace: media, annotations: {example.org/keep: "yes"}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: pvc-old, namespace: media}
spec: {accessModes: [ReadWriteMany], storageClassName: slow, resources: {requests: {storage: 100Gi}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: films-settings, namespace: media}
data:
  films.yml: |
    library: /media
    lines:
      - one
  empty.txt: ""
---
apiVersion: v1
kind: ConfigMap
metadata: {name: films-scripts, namespace: media}
data: {start.sh: "exec films"}
"#;

#[test]
fn claims_keep_their_names_and_shares_are_declared() {
    let made = one(KEEPER);
    has(
        &made,
        &[
            "path = \"/config\", size = 5Gi",
            "share = \"films\"",
            "read_only = true",
            "claim = \"made-elsewhere\"",
            "scratch = true",
            "shares.films = { server = \"10.0.0.9\", path = \"/tank/films\" }",
            "library: /media",
            "access = \"ReadWriteMany\"",
        ],
    );
    let spec = at(&made, "Deployment/films", "spec.template.spec");
    let volumes = inside(spec, "volumes").unwrap_or(&Data::Null);
    // A claim that the library would call otherwise is still that one.
    assert_eq!(text(named(volumes, "old"), "persistentVolumeClaim.claimName"), "pvc-old");
    assert_eq!(*fate(&made, "PersistentVolumeClaim/pvc-old"), Fate::Overridden(vec!["metadata.name".to_owned()]));
    assert_eq!(text(named(volumes, "named"), "nfs.server"), "nas.local");
    assert_eq!(text(named(volumes, "shm"), "emptyDir.medium"), "Memory");
    assert_eq!(text(named(volumes, "token"), "projected.sources[0].serviceAccountToken.path"), "token");
    assert_eq!(text(named(volumes, "files"), "configMap.defaultMode"), "Int(493)");
    let claim = at(&made, "PersistentVolumeClaim/pvc-old", "spec");
    assert_eq!(
        (text(claim, "storageClassName"), text(claim, "accessModes[0]")),
        ("slow".to_owned(), "ReadWriteMany".to_owned())
    );
    assert_eq!(
        *at(&made, "PersistentVolumeClaim/films-config", "metadata.annotations.example·org/keep"),
        Data::Str("yes".into())
    );
}

#[test]
fn mounts_come_to_the_same_paths() {
    let made = one(KEEPER);
    let mounts = at(&made, "Deployment/films", "spec.template.spec.containers[0].volumeMounts");
    let Data::List(mounts) = mounts else { panic!("{mounts:?}") };
    let paths: Vec<String> = mounts.iter().map(|mount| text(mount, "mountPath")).collect();
    for path in [
        "/config",
        "/old",
        "/old/logs",
        "/media",
        "/named",
        "/cache",
        "/dev/shm",
        "/tmp",
        "/etc/films/films.yml",
        "/app/start.sh",
    ] {
        assert_eq!(paths.iter().filter(|one| *one == path).count(), 1, "{path} in {paths:?}");
    }
    assert_eq!(*fate(&made, "ConfigMap/films-settings"), Fate::Reproduced);
    assert_eq!(*at(&made, "ConfigMap/films-files", "data.start·sh"), Data::Str("exec films".into()));
}

#[test]
fn a_volume_bound_to_an_export_is_a_share() {
    let made = one(r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: books, namespace: media}
spec:
  selector: {matchLabels: {app: books}}
  template:
    metadata: {labels: {app: books}}
    spec:
      containers: [{name: books, image: "ghcr.io/o/books:1.0.0", volumeMounts: [{name: shelf, mountPath: /books}]}]
      volumes: [{name: shelf, persistentVolumeClaim: {claimName: shelf}}]
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: shelf-volume}
spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: 10.0.0.9, path: /tank/books}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shelf, namespace: media}
spec: {accessModes: [ReadWriteMany], storageClassName: "", volumeName: shelf-volume, resources: {requests: {storage: 1Ti}}}
"#);
    has(&made, &["share = \"books\"", "health.none"]);
    assert_eq!(*fate(&made, "PersistentVolume/shelf-volume"), Fate::Environment);
    assert_eq!(*fate(&made, "PersistentVolumeClaim/shelf"), Fate::Environment);
}

#[test]
fn containers_see_the_volumes_that_they_saw() {
    let made = one(r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: tunnel, namespace: media}
spec:
  selector: {matchLabels: {app: tunnel}}
  template:
    metadata: {labels: {app: tunnel}}
    spec:
      initContainers:
        - {name: seed, image: "ghcr.io/o/seed:1.0.0", volumeMounts: [{name: config, mountPath: /to}]}
      containers:
        - {name: tunnel, image: "ghcr.io/o/tunnel:1.0.0", volumeMounts: [{name: config, mountPath: /config}]}
        - name: vpn
          image: ghcr.io/o/vpn:1.0.0
          securityContext: {capabilities: {add: [NET_ADMIN]}}
          volumeMounts: [{name: tun, mountPath: /dev/net/tun}, {name: config, mountPath: /config}]
      volumes:
        - {name: tun, hostPath: {path: /dev/net/tun}}
        - {name: config, emptyDir: {sizeLimit: 1Gi}}
"#);
    has(&made, &["shares = [\"tun\", \"config\"]", "NET_ADMIN"]);
    let spec = at(&made, "Deployment/tunnel", "spec.template.spec");
    let mounts = |container: &Data| {
        let Some(Data::List(mounts)) = inside(container, "volumeMounts") else { panic!("{container:?}") };
        mounts.iter().map(|mount| text(mount, "mountPath")).collect::<Vec<_>>()
    };
    let containers = inside(spec, "containers").unwrap_or(&Data::Null);
    assert_eq!(mounts(named(containers, "tunnel")), ["/tmp", "/config"]);
    assert_eq!(mounts(named(containers, "vpn")), ["/tmp", "/dev/net/tun", "/config"]);
    assert!(mounts(inside(spec, "initContainers[0]").unwrap_or(&Data::Null)).contains(&"/to".to_owned()));
    lacks(&made, &["NET_ADMIN\", \"NET_ADMIN"]);
}
