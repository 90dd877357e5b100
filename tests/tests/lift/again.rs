//! What `rzp build` made of services is lifted to services that make the same workloads again.

use super::{Lifted, all, at, has};
use rzp_lang::base::span::FileId;
use rzp_lang::data::file::read_file;
use rzp_lang::data::tree::Data;
use rzp_lang::output::json::JsonSink;
use rzp_tests::house;

/// The service that its built files are lifted to, and the workload that was built, as it would be in the lab.
fn lifted(service: &str, workload: &str) -> (Lifted, Data) {
    let folder = format!("kubernetes/production/apps/{service}/");
    let built: Vec<_> =
        house::files("kubernetes/production/apps").into_iter().filter(|file| file.path.starts_with(&folder)).collect();
    assert!(!built.is_empty(), "{folder}");
    let files: Vec<(&str, &str)> = built.iter().map(|file| (&*file.path, &*file.text)).collect();
    let mut lift = all(&files);
    assert_eq!(lift.services.len(), 1, "{:?}", lift.told);
    let wanted = format!("{folder}{workload}-{service}.yaml");
    let file = built.iter().find(|file| file.path == wanted).unwrap_or_else(|| panic!("no {wanted}"));
    let text = file.text.replace(&format!("production-{service}"), &format!("lab-{service}"));
    let (data, _) = read_file::<Data>("yaml", FileId(0), &text).unwrap_or_else(|diag| panic!("{}", diag.title));
    (lift.services.remove(0), data)
}

/// As text, without the order of fields. What a class of storage has its claims labelled with is the cluster's to say.
fn sorted(data: &Data) -> String {
    fn sort(data: &Data) -> Data {
        match data {
            Data::Record(pairs) => {
                let stays = |name: &str| !name.starts_with("recurring-job");
                let mut pairs: Vec<_> = pairs
                    .iter()
                    .filter(|(name, _)| stays(&name.text()))
                    .map(|(name, value)| (*name, sort(value)))
                    .collect();
                pairs.sort_by_key(|(name, _)| name.text());
                Data::Record(pairs)
            }
            Data::List(items) => Data::List(items.iter().map(sort).collect()),
            scalar => scalar.clone(),
        }
    }
    let mut sink = JsonSink::pretty();
    let _ = sort(data).write(&mut sink);
    sink.finish()
}

fn same(service: &str, workload: &str, kind: &str) -> Lifted {
    let (made, built) = lifted(service, workload);
    let again = at(&made, &format!("{kind}/{service}"), "");
    assert_eq!(sorted(again), sorted(&built), "{}", made.text);
    made
}

#[test]
fn sonarr_is_sonarr_again() {
    let made = same("sonarr", "deployment", "Deployment");
    has(&made, &["let { Servarr } = import \"std/template/media\""]);
    assert!(made.summary.rzp_lines < 30, "{}", made.text);
}

#[test]
fn home_assistant_is_home_assistant_again() {
    same("home-assistant", "statefulset", "StatefulSet");
}

#[test]
fn mosquitto_is_mosquitto_again() {
    same("mosquitto", "deployment", "Deployment");
}

#[test]
fn zigbee2mqtt_is_zigbee2mqtt_again() {
    same("zigbee2mqtt", "deployment", "Deployment");
}

#[test]
fn jellyfin_is_jellyfin_again() {
    same("jellyfin", "deployment", "Deployment");
}

#[test]
fn heartbeat_is_heartbeat_again() {
    same("heartbeat", "cronjob", "CronJob");
}
