//! What pods may do: the user they run as, and the rules of hardening that the manifests do not keep.
//!
//! What would keep a program from working as it did is waived with the reason, one rule to a line, so that each can be tried
//! without: a user that only the image knows, a root file system that can be written, rights of the kernel. The rest of
//! the library's hardening stays, and is said.

use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::Fields;
use crate::lift::plan::{Plan, Topic};
use crate::lift::pods;

/// The rights by which programs that start as root give files away, and become another user.
const OF_ROOT: [&str; 6] = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"];

/// Users below belong to nodes and packages, and the library's field has none of them.
const FIRST: i64 = 1000;

/// Who the containers of a pod run as.
pub struct Users {
    /// Of the pod as a whole; `None` leaves it to the image.
    pod: Option<i64>,
    group: Option<i64>,
    is_root: bool,
    privileged: bool,
}

fn context<'d>(container: &'d Data, spec: &'d Data, field: &str) -> Option<&'d Data> {
    let own = at(container, "securityContext").and_then(|own| own.get(field));
    own.or_else(|| at(spec, "securityContext").and_then(|whole| whole.get(field)))
}

fn number(data: Option<&Data>) -> Option<i64> {
    if let Some(Data::Int(number)) = data { Some(*number) } else { None }
}

fn is_set(container: &Data, spec: &Data, field: &str) -> bool {
    context(container, spec, field) == Some(&Data::Bool(true))
}

/// Decides who the pod runs as, sets the fields for it, and says what the pod's own context should be.
pub fn pod(plan: &mut Plan) -> Users {
    let given = plan.given();
    let all: Vec<&Data> = pods::containers(given).collect();
    let main = data::list(given, "containers").get(pods::main(given, &plan.main().name));
    let user = |container: &Data| number(context(container, given, "runAsUser"));
    let own = main.and_then(user);
    let agree =
        all.iter().all(|container| user(container) == own) || all.iter().all(|container| user(container).is_some());
    let pod = own.filter(|_| agree);
    let group = main.and_then(|main| number(context(main, given, "runAsGroup")));
    let never_root = all.iter().all(|container| is_set(container, given, "runAsNonRoot"));
    let users = Users {
        pod,
        group,
        is_root: pod == Some(0) || pod.is_none() && !never_root,
        privileged: all.iter().any(|container| is_set(container, given, "privileged")),
    };
    let context = pod_context(plan, &users);
    data::put(plan.spec(), "securityContext", context);
    waivers(plan, &users, &all);
    users
}

fn pod_context(plan: &mut Plan, users: &Users) -> Data {
    let mut wanted = at(plan.given(), "securityContext").cloned().unwrap_or_else(|| data::record([]));
    let said = |field: &str| at(plan.given(), "securityContext").and_then(|own| own.get(field)).cloned();
    let files = said("fsGroup");
    for field in ["runAsUser", "runAsGroup", "runAsNonRoot", "fsGroup"] {
        data::take(&mut wanted, field);
    }
    if data::text(&wanted, "seccompProfile.type") == Some("RuntimeDefault") {
        data::take(&mut wanted, "seccompProfile");
    }
    let group = users.group.map(Data::Int);
    match users.pod {
        Some(0) => {
            plan.waive("run_as_non_root", "its manifests run it as root");
            data::put(&mut wanted, "runAsUser", Data::Int(0));
            group.into_iter().for_each(|group| data::put(&mut wanted, "runAsGroup", group));
            files.into_iter().for_each(|files| data::put(&mut wanted, "fsGroup", files));
        }
        Some(user) if user >= FIRST => {
            plan.fields.set(&["user"], user);
            data::put(&mut wanted, "runAsUser", Data::Int(user));
            group.into_iter().for_each(|group| data::put(&mut wanted, "runAsGroup", group));
            files.into_iter().for_each(|files| data::put(&mut wanted, "fsGroup", files));
        }
        Some(user) => {
            data::put(&mut wanted, "runAsUser", Data::Int(user));
            data::put(&mut wanted, "runAsGroup", group.unwrap_or(Data::Int(user)));
            data::put(&mut wanted, "fsGroup", files.unwrap_or(Data::Int(user)));
        }
        None => {
            data::put(&mut wanted, "runAsUser", Data::Null);
            data::put(&mut wanted, "runAsGroup", group.unwrap_or(Data::Null));
            data::put(&mut wanted, "fsGroup", files.unwrap_or(Data::Null));
        }
    }
    wanted
}

fn waivers(plan: &mut Plan, users: &Users, all: &[&Data]) {
    let given = plan.given();
    if users.pod.is_none() && users.is_root {
        plan.waive("run_as_non_root", "its manifests leave the user to the image");
    }
    if users.privileged {
        plan.waive("privileged", "its manifests give it all rights of the node");
    } else if !all.iter().all(|container| is_set(container, given, "readOnlyRootFilesystem")) {
        plan.waive("read_only_root", "its manifests leave the root file system writable");
    }
    if data::truth(given, "hostNetwork") == Some(true) {
        plan.waive("host_network", "its manifests put it on the network of its node");
        data::take(plan.spec(), "dnsPolicy");
    }
    let fixed = |field: &str, value: bool| {
        all.iter().all(|container| context(container, given, field) == Some(&Data::Bool(value)))
    };
    if !users.privileged && !fixed("allowPrivilegeEscalation", false) && !fixed("allowPrivilegeEscalation", true) {
        plan.note(Topic::Stricter, "programs gain no rights after their start (`allowPrivilegeEscalation`)");
    }
    if data::text(given, "securityContext.seccompProfile.type").is_none() && !users.privileged {
        plan.note(Topic::Stricter, "system calls are filtered (`seccompProfile`)");
    }
}

/// The capabilities of a container, and what its context should be.
pub fn container(plan: &mut Plan, users: &Users, given: &Data, container: &Data) -> (Fields, Data) {
    let mut wanted = at(container, "securityContext").cloned().unwrap_or_else(|| data::record([]));
    let mut fields = Fields::default();
    let is_privileged = is_set(container, given, "privileged");
    let rights = rights(plan, users, given, container, is_privileged);
    for field in ["runAsUser", "runAsGroup", "runAsNonRoot", "privileged", "capabilities", "readOnlyRootFilesystem"] {
        data::take(&mut wanted, field);
    }
    if data::truth(&wanted, "allowPrivilegeEscalation") != Some(true) || is_privileged {
        data::take(&mut wanted, "allowPrivilegeEscalation");
    }
    if data::text(&wanted, "seccompProfile.type") == Some("RuntimeDefault") {
        data::take(&mut wanted, "seccompProfile");
    }
    own_user(users, container, given, &mut wanted);
    if is_privileged {
        data::put(&mut wanted, "privileged", Data::Bool(true));
        return (fields, wanted);
    }
    if users.privileged {
        // The waiver is the whole pod's; this container had no such rights.
        data::put(&mut wanted, "privileged", Data::Null);
        if at(&wanted, "allowPrivilegeEscalation").is_none() {
            data::put(&mut wanted, "allowPrivilegeEscalation", Data::Bool(false));
        }
        data::put(&mut wanted, "capabilities.drop", data::words(["ALL"]));
    }
    let read_only = is_set(container, given, "readOnlyRootFilesystem");
    data::put(&mut wanted, "readOnlyRootFilesystem", Data::Bool(read_only));
    if !rights.is_empty() {
        data::put(&mut wanted, "capabilities.add", data::words(&rights));
        fields.set(&["capabilities"], data::words(&rights));
    }
    (fields, wanted)
}

/// A container's own user, where it is not the pod's.
fn own_user(users: &Users, container: &Data, given: &Data, wanted: &mut Data) {
    let user = number(context(container, given, "runAsUser"));
    if let Some(user) = user.filter(|user| users.pod != Some(*user)) {
        data::put(wanted, "runAsUser", Data::Int(user));
        if user == 0 && !users.is_root {
            data::put(wanted, "runAsNonRoot", Data::Bool(false));
        }
    }
    let group = number(context(container, given, "runAsGroup"));
    if let Some(group) = group.filter(|group| users.group != Some(*group)) {
        data::put(wanted, "runAsGroup", Data::Int(group));
    }
}

/// The capabilities that a container keeps. Of those that the runtime gives by itself, programs that do not run as root
/// have none anyway.
fn rights(plan: &mut Plan, users: &Users, given: &Data, container: &Data, is_privileged: bool) -> Vec<String> {
    let added = data::texts(container, "securityContext.capabilities.add");
    let added: Vec<String> = added.iter().map(|right| right.trim_start_matches("CAP_").to_ascii_uppercase()).collect();
    let dropped = data::texts(container, "securityContext.capabilities.drop");
    let drops_all = dropped.iter().any(|right| right.eq_ignore_ascii_case("ALL"));
    let user = number(context(container, given, "runAsUser"));
    let may_be_root = user == Some(0) || user.is_none() && users.is_root;
    if is_privileged || added.iter().any(|right| right == "ALL") {
        return added;
    }
    let mut rights: Vec<String> = Vec::new();
    if may_be_root && !drops_all {
        rights.extend(
            OF_ROOT.iter().filter(|right| !dropped.iter().any(|drop| drop == *right)).map(|right| (*right).to_owned()),
        );
        plan.note(Topic::Stricter, "of the runtime's capabilities only those stay by which a start as root gives files away and becomes another user");
    } else if !drops_all {
        plan.note(
            Topic::Stricter,
            "the runtime's capabilities are dropped; a user other than root had none of them anyway",
        );
    }
    rights.extend(added.into_iter().filter(|right| !OF_ROOT.contains(&&**right) || drops_all || !may_be_root));
    if !rights.is_empty() {
        plan.waive(
            "capabilities",
            if may_be_root && !drops_all { "its image may start as root" } else { "its manifests give it these" },
        );
    }
    rights
}

/// Who the pod of a job runs as, and what its context should be. The library runs jobs as it runs the service.
pub fn job(spec: &Data) -> (Users, Data) {
    let all: Vec<&Data> = pods::containers(spec).collect();
    let first = data::list(spec, "containers").first();
    let of = |field: &str| first.and_then(|first| number(context(first, spec, field)));
    let (pod, group) = (of("runAsUser"), of("runAsGroup"));
    let never_root = all.iter().all(|container| is_set(container, spec, "runAsNonRoot"));
    let mut wanted = at(spec, "securityContext").cloned().unwrap_or_else(|| data::record([]));
    let files = at(&wanted, "fsGroup").cloned();
    for field in ["runAsUser", "runAsGroup", "runAsNonRoot", "fsGroup", "seccompProfile"] {
        data::take(&mut wanted, field);
    }
    let number = |value: Option<i64>| value.map_or(Data::Null, Data::Int);
    data::put(&mut wanted, "runAsUser", number(pod));
    if pod.is_none() || group.is_some() {
        data::put(&mut wanted, "runAsGroup", number(group));
    }
    if pod.is_none() || files.is_some() {
        data::put(&mut wanted, "fsGroup", files.unwrap_or(Data::Null));
    }
    let is_root = pod == Some(0) || pod.is_none() && !never_root;
    let privileged = all.iter().any(|container| is_set(container, spec, "privileged"));
    if is_root {
        data::put(&mut wanted, "runAsNonRoot", Data::Null);
    }
    (Users { pod, group, is_root, privileged }, wanted)
}
