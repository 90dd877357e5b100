//! Faults by a file: which call meets what, and when.
//!
//! The file is a list of rules. Each names calls by a pattern over `METHOD /path`, says which of them it is about, and
//! what is done to them. It is read again whenever it is another; then all rules count from the beginning.

use super::proxmox::cluster::Fate;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Whether the work of a call is done by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Before,
    After,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Another answer than the call gives.
    Status {
        status: u16,
        body: Option<Value>,
        headers: Vec<(String, String)>,
        reason: Option<String>,
    },
    /// The connection ends without an answer.
    Cut,
    /// It ends in the middle of the answer.
    Half,
    /// Seconds pass.
    Stall(f64),
    /// Nothing comes any more.
    Hold,
    /// A page of a proxy in the place of the answer.
    Html(u16),
    /// An answer that is whole, of a text that is not.
    Truncated,
    Empty,
    /// The call is carried out once more, as where a proxy sends it again.
    Twice,
    /// The task that the call begins goes on like that.
    Task(Fate),
    /// The clock that is shown is off by seconds from now on.
    Clock(f64),
    /// So many seconds have passed.
    Pass(f64),
    /// The token of the one who asks is not taken any more.
    Revoke,
    /// The cluster shows another certificate to those who connect from now on.
    Certificate,
    /// Somebody else changes something.
    Edit(Vec<(String, Value)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub what: What,
    pub when: When,
}

#[derive(Clone, Debug)]
struct Rule {
    on: String,
    from: u64,
    times: u64,
    fault: Fault,
    met: u64,
}

/// The rules of a file, with how often each was met.
#[derive(Debug, Default)]
pub struct Faults {
    file: Option<PathBuf>,
    text: String,
    rules: Vec<Rule>,
}

impl Faults {
    pub fn open(file: Option<&Path>) -> Result<Faults, String> {
        let mut faults = Faults { file: file.map(Path::to_owned), ..Faults::default() };
        faults.read_again()?;
        Ok(faults)
    }

    /// Takes the rules over if the file is another. Where it cannot be read, those from before stay.
    pub fn read_again(&mut self) -> Result<(), String> {
        let Some(file) = &self.file else { return Ok(()) };
        let shown = file.display();
        let text = std::fs::read_to_string(file).map_err(|why| format!("cannot read `{shown}`: {why}"))?;
        if text != self.text {
            self.rules = read(&text).map_err(|why| format!("`{shown}` has no rules of faults: {why}"))?;
            self.text = text;
        }
        Ok(())
    }

    /// What a call meets, in the order of the rules. Each rule counts it.
    pub fn meet(&mut self, method: &str, target: &str) -> Vec<Fault> {
        let mut met = Vec::new();
        for rule in &mut self.rules {
            // The query counts only where a pattern has one.
            let path = if rule.on.contains('?') { target } else { target.split('?').next().unwrap_or_default() };
            if matches(&rule.on, &format!("{method} {path}")) {
                rule.met += 1;
                if rule.met >= rule.from && rule.met - rule.from < rule.times {
                    met.push(rule.fault.clone());
                }
            }
        }
        met
    }
}

/// Whether a text is what a pattern says, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn read(text: &str) -> Result<Vec<Rule>, String> {
    let list: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|why| why.to_string())?;
    list.iter().enumerate().map(|(at, rule)| rule_of(rule).map_err(|why| format!("rule {}: {why}", at + 1))).collect()
}

fn rule_of(fields: &Map<String, Value>) -> Result<Rule, String> {
    known(fields, &["on", "nth", "from", "times", "every", "do"])?;
    let on = fields.get("on").and_then(Value::as_str).ok_or("`on` says which calls, such as `POST */clone`")?;
    let number = |name: &str| match fields.get(name) {
        None => Ok(None),
        Some(value) => {
            value.as_u64().filter(|number| *number > 0).map(Some).ok_or(format!("`{name}` is a number from 1 on"))
        }
    };
    let times = number("times")?;
    let (from, times) = match (number("nth")?, number("from")?, fields.get("every")) {
        (Some(nth), None, None) => (nth, times.unwrap_or(1)),
        (None, Some(from), None) => (from, times.unwrap_or(u64::MAX)),
        (None, None, Some(Value::Bool(true))) => (1, times.unwrap_or(u64::MAX)),
        (None, None, None) => (1, times.unwrap_or(1)),
        _ => return Err("it has more than one of `nth`, `from` and `every: true`".to_owned()),
    };
    let fault = match fields.get("do") {
        Some(Value::String(word)) => fault_of(&Map::from_iter([(word.clone(), Value::Bool(true))])),
        Some(Value::Object(fields)) => fault_of(fields),
        _ => Err("`do` says what is done".to_owned()),
    }?;
    Ok(Rule { on: on.to_owned(), from, times, fault, met: 0 })
}

fn known(fields: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    match fields.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("`{name}` is not known; there are {}", names.join(", "))),
        None => Ok(()),
    }
}

fn fault_of(fields: &Map<String, Value>) -> Result<Fault, String> {
    known(
        fields,
        &[
            "when",
            "status",
            "body",
            "headers",
            "reason",
            "cut",
            "half",
            "stall",
            "hold",
            "html",
            "truncated",
            "empty",
            "twice",
            "task",
            "clock",
            "pass",
            "revoke",
            "certificate",
            "edit",
        ],
    )?;
    let seconds =
        |name: &str| fields.get(name).and_then(Value::as_f64).ok_or(format!("`{name}` is a number of seconds"));
    let has = |name: &str| fields.get(name).is_some_and(|value| *value != Value::Bool(false));
    let status = fields.get("status").map(|value| value.as_u64().and_then(|number| u16::try_from(number).ok()));
    let status = status
        .map(|status| status.filter(|status| *status >= 100).ok_or("`status` is a number from 100 on"))
        .transpose()?;
    let (what, usual) = if has("html") {
        (What::Html(status.unwrap_or(502)), When::After)
    } else if let Some(status) = status {
        (other_answer(status, fields)?, When::Before)
    } else if has("stall") {
        (What::Stall(seconds("stall")?), When::Before)
    } else if has("clock") {
        (What::Clock(seconds("clock")?), When::Before)
    } else if has("pass") {
        (What::Pass(seconds("pass")?), When::Before)
    } else if has("task") {
        (What::Task(fate(&fields["task"])?), When::Before)
    } else if has("edit") {
        (What::Edit(edits(&fields["edit"])?), When::Before)
    } else {
        let words = [
            ("cut", What::Cut, When::After),
            ("half", What::Half, When::After),
            ("hold", What::Hold, When::After),
            ("truncated", What::Truncated, When::After),
            ("empty", What::Empty, When::After),
            ("twice", What::Twice, When::Before),
            ("revoke", What::Revoke, When::Before),
            ("certificate", What::Certificate, When::Before),
        ];
        let found = words.into_iter().find(|(name, _, _)| has(name)).map(|(_, what, usual)| (what, usual));
        found.ok_or("`do` says nothing that is done")?
    };
    let when = match fields.get("when").map(|value| value.as_str().unwrap_or_default()) {
        None => usual,
        Some("before") => When::Before,
        Some("after") => When::After,
        Some(_) => return Err("`when` is before or after".to_owned()),
    };
    Ok(Fault { what, when })
}

fn other_answer(status: u16, fields: &Map<String, Value>) -> Result<What, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let headers = match fields.get("headers") {
        None => Vec::new(),
        Some(Value::Object(headers)) => headers.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        Some(_) => return Err("`headers` is a record of texts".to_owned()),
    };
    let reason = fields.get("reason").map(text);
    Ok(What::Status { status, body: fields.get("body").cloned(), headers, reason })
}

fn fate(value: &Value) -> Result<Fate, String> {
    let fields = value.as_object().ok_or("`task` is a record of `ends` and `seconds`")?;
    known(fields, &["ends", "seconds"])?;
    let ends = fields.get("ends").map(|ends| ends.as_str().map(str::to_owned).ok_or("`ends` is a text")).transpose()?;
    let seconds = fields.get("seconds").map(|seconds| seconds.as_f64().ok_or("`seconds` is a number")).transpose()?;
    Ok(Fate { ends, seconds })
}

fn edits(value: &Value) -> Result<Vec<(String, Value)>, String> {
    let fields = value.as_object().ok_or("`edit` is a record: a new value for each place")?;
    Ok(fields.iter().map(|(place, new)| (place.clone(), new.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(rules: &str, calls: &[&str]) -> Vec<usize> {
        let mut faults = Faults { rules: read(rules).unwrap(), ..Faults::default() };
        calls
            .iter()
            .map(|call| call.split_once(' ').unwrap())
            .map(|(method, path)| faults.meet(method, path).len())
            .collect()
    }

    #[test]
    fn stars_stand_for_any_text() {
        assert!(matches("POST */clone", "POST /api2/json/nodes/pve1/qemu/9000/clone"));
        assert!(!matches("POST */clone", "POST /api2/json/nodes/pve1/qemu/9000/clone/x"));
        assert!(matches("* */qemu/*/config", "GET /api2/json/nodes/pve1/qemu/9000/config"));
        assert!(matches("GET /a", "GET /a") && !matches("GET /a", "GET /ab"));
        assert!(!matches("a*bc*c", "abc"));
    }

    #[test]
    fn rules_are_about_some_calls_of_many() {
        let calls = ["POST /a", "GET /a", "POST /a?x=1", "POST /a"];
        assert_eq!(met(r#"[{ "on": "POST /a", "nth": 2, "do": "cut" }]"#, &calls), [0, 0, 1, 0]);
        assert_eq!(met(r#"[{ "on": "POST /a", "from": 2, "do": "cut" }]"#, &calls), [0, 0, 1, 1]);
        assert_eq!(met(r#"[{ "on": "POST /a", "every": true, "do": "cut" }]"#, &calls), [1, 0, 1, 1]);
        assert_eq!(met(r#"[{ "on": "POST /a", "do": "cut" }]"#, &calls), [1, 0, 0, 0]);
        assert_eq!(met(r#"[{ "on": "POST /a", "from": 1, "times": 2, "do": "cut" }]"#, &calls), [1, 0, 1, 0]);
        assert_eq!(met(r#"[{ "on": "* *?x=1", "every": true, "do": "cut" }]"#, &calls), [0, 0, 1, 0]);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (rules, part) in [
            ("{}", "expected a sequence"),
            (r#"[{ "do": "cut" }]"#, "rule 1: `on` says which calls"),
            (r#"[{ "on": "*", "do": "explode" }]"#, "`explode` is not known"),
            (r#"[{ "on": "*", "nth": 0, "do": "cut" }]"#, "`nth` is a number from 1 on"),
            (r#"[{ "on": "*", "nth": 1, "from": 2, "do": "cut" }]"#, "more than one of"),
            (r#"[{ "on": "*", "do": { "stall": "long" } }]"#, "`stall` is a number of seconds"),
            (r#"[{ "on": "*", "do": { "cut": true, "when": "later" } }]"#, "`when` is before or after"),
        ] {
            let why = read(rules).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
    }
}
