//! Rulesets of a zone: one entrypoint for each phase, and rules that keep the name (`ref`) that they were given.

use super::answers::{Given, Refusal, Reply};
use super::desk::{Desk, body};
use serde_json::{Map, Value, json};

impl Desk<'_> {
    pub fn rulesets(&mut self, at: usize, method: &str, path: &[&str], bytes: &[u8]) -> Given {
        match (method, path) {
            ("GET", []) => {
                let without_rules = |set: &Value| {
                    let mut set = set.clone();
                    set.as_object_mut().map(|fields| fields.remove("rules"));
                    set
                };
                Ok(Reply::of(self.cf.zones[at].rulesets.iter().map(without_rules).collect()))
            }
            ("POST", []) => self.create_ruleset(at, &body(bytes)?),
            ("GET", ["phases", phase, "entrypoint"]) => self.entrypoint(at, phase).map(|place| self.told(at, place)),
            ("PUT", ["phases", phase, "entrypoint"]) => match self.entrypoint(at, phase) {
                Ok(place) => self.replace_rules(at, place, &body(bytes)?),
                Err(_) => {
                    let mut given = body(bytes)?;
                    given.insert("phase".to_owned(), (*phase).into());
                    self.create_ruleset(at, &given)
                }
            },
            ("GET", [id]) => self.ruleset(at, id).map(|place| self.told(at, place)),
            ("PUT", [id]) => {
                let place = self.ruleset(at, id)?;
                self.replace_rules(at, place, &body(bytes)?)
            }
            ("DELETE", [id]) => {
                let place = self.ruleset(at, id)?;
                self.cf.zones[at].rulesets.remove(place);
                Ok(Reply { result: Value::Null, info: None, empty: true })
            }
            ("POST", [id, "rules"]) => self.add_rule(at, id, &body(bytes)?),
            ("PATCH", [id, "rules", rule]) => self.change_rule(at, id, rule, &body(bytes)?),
            ("DELETE", [id, "rules", rule]) => self.delete_rule(at, id, rule),
            _ => Err(Refusal::no_route(&format!("/zones/{}/rulesets/{}", self.cf.zones[at].id, path.join("/")))),
        }
    }

    fn told(&self, at: usize, place: usize) -> Reply {
        Reply::of(self.cf.zones[at].rulesets[place].clone())
    }

    fn entrypoint(&self, at: usize, phase: &str) -> Result<usize, Refusal> {
        let found = self.cf.zones[at].rulesets.iter().position(|set| set["phase"] == phase && set["kind"] == "zone");
        found.ok_or_else(|| {
            Refusal::new(404, 10003, format!("could not find entrypoint ruleset in the \"{phase}\" phase"))
        })
    }

    fn ruleset(&self, at: usize, id: &str) -> Result<usize, Refusal> {
        let found = self.cf.zones[at].rulesets.iter().position(|set| set["id"] == id);
        found.ok_or_else(|| Refusal::new(404, 10001, format!("could not find ruleset with ID \"{id}\"")))
    }

    fn create_ruleset(&mut self, at: usize, given: &Map<String, Value>) -> Given {
        let phase = given.get("phase").and_then(Value::as_str).filter(|phase| !phase.is_empty());
        let phase = phase.ok_or_else(|| Refusal::wrong(20011, "a ruleset must have a phase"))?.to_owned();
        if self.entrypoint(at, &phase).is_ok() {
            return Err(Refusal::wrong(20217, format!("a zone ruleset for the \"{phase}\" phase already exists")));
        }
        let rules = self.rules(given)?;
        let (id, now) = (self.id(), self.now());
        let name = given.get("name").cloned().unwrap_or_else(|| "default".into());
        let description = given.get("description").cloned().unwrap_or_else(|| "".into());
        let set = json!({
            "id": id, "name": name, "description": description, "kind": "zone", "version": "1", "rules": rules,
            "last_updated": now, "phase": phase,
        });
        self.cf.zones[at].rulesets.push(set.clone());
        Ok(Reply::of(set))
    }

    fn replace_rules(&mut self, at: usize, place: usize, given: &Map<String, Value>) -> Given {
        let rules = self.rules(given)?;
        let set = &mut self.cf.zones[at].rulesets[place];
        for name in ["name", "description"] {
            if let Some(value) = given.get(name) {
                set[name] = value.clone();
            }
        }
        set["rules"] = rules;
        self.moved_on(at, place)
    }

    fn rules(&mut self, given: &Map<String, Value>) -> Result<Value, Refusal> {
        let mut rules: Vec<Value> = Vec::new();
        for rule in given.get("rules").and_then(Value::as_array).into_iter().flatten() {
            let made = self.rule(rule.as_object().cloned().unwrap_or_default(), None)?;
            check_ref(&rules, &made)?;
            rules.push(made);
        }
        Ok(rules.into())
    }

    /// A rule as it is kept. Where nobody named it, its id is its name.
    fn rule(&mut self, mut given: Map<String, Value>, id: Option<&str>) -> Result<Value, Refusal> {
        given.remove("position");
        let has = |name: &str| given.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if !has("expression") {
            return Err(Refusal::wrong(20023, "a rule must have an expression"));
        }
        if !has("action") {
            return Err(Refusal::wrong(20016, "a rule must have an action"));
        }
        let id = id.map_or_else(|| self.id(), str::to_owned);
        let (named, now) = (has("ref"), self.now());
        let mut rule = Value::Object(given);
        if !named {
            rule["ref"] = id.as_str().into();
        }
        rule["id"] = id.into();
        rule["version"] = "1".into();
        rule["last_updated"] = now.into();
        if rule.get("enabled").is_none_or(Value::is_null) {
            rule["enabled"] = true.into();
        }
        Ok(rule)
    }

    fn add_rule(&mut self, at: usize, id: &str, given: &Map<String, Value>) -> Given {
        let place = self.ruleset(at, id)?;
        let rule = self.rule(given.clone(), None)?;
        let rules = self.list(at, place);
        check_ref(rules, &rule)?;
        let to = position(rules, given)?;
        rules.insert(to, rule);
        self.moved_on(at, place)
    }

    fn change_rule(&mut self, at: usize, id: &str, rule: &str, given: &Map<String, Value>) -> Given {
        let place = self.ruleset(at, id)?;
        let index = self.rule_at(at, place, rule)?;
        let old = self.list(at, place).remove(index);
        let fields = old.as_object().cloned().unwrap_or_default();
        let merged = fields.into_iter().chain(given.clone()).collect();
        let made = self.rule(merged, Some(rule)).and_then(|mut made| {
            let version = old["version"].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
            made["version"] = (version + 1).to_string().into();
            let rules = self.list(at, place);
            check_ref(rules, &made)?;
            let to = if given.contains_key("position") { position(rules, given)? } else { index };
            Ok((made, to))
        });
        match made {
            Ok((made, to)) => self.list(at, place).insert(to, made),
            Err(refusal) => {
                self.list(at, place).insert(index, old);
                return Err(refusal);
            }
        }
        self.moved_on(at, place)
    }

    fn delete_rule(&mut self, at: usize, id: &str, rule: &str) -> Given {
        let place = self.ruleset(at, id)?;
        let index = self.rule_at(at, place, rule)?;
        self.list(at, place).remove(index);
        self.moved_on(at, place)
    }

    fn rule_at(&mut self, at: usize, place: usize, id: &str) -> Result<usize, Refusal> {
        let found = self.list(at, place).iter().position(|rule| rule["id"] == id);
        found.ok_or_else(|| Refusal::new(404, 10002, format!("could not find rule with ID \"{id}\"")))
    }

    fn list(&mut self, at: usize, place: usize) -> &mut Vec<Value> {
        let set = &mut self.cf.zones[at].rulesets[place];
        if !set["rules"].is_array() {
            set["rules"] = json!([]);
        }
        match &mut set["rules"] {
            Value::Array(rules) => rules,
            _ => unreachable!("it is a list"),
        }
    }

    /// Every change gives a ruleset its next version, and the whole of it is told.
    fn moved_on(&mut self, at: usize, place: usize) -> Given {
        let now = self.now();
        let set = &mut self.cf.zones[at].rulesets[place];
        let version = set["version"].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
        set["version"] = (version + 1).to_string().into();
        set["last_updated"] = now.into();
        Ok(Reply::of(set.clone()))
    }
}

fn check_ref(rules: &[Value], rule: &Value) -> Result<(), Refusal> {
    match rules.iter().any(|other| other["ref"] == rule["ref"]) {
        true => Err(Refusal::wrong(20127, format!("a rule with ref {} already exists", rule["ref"]))),
        false => Ok(()),
    }
}

/// Where a rule goes: behind the last one, unless a place is named.
fn position(rules: &[Value], given: &Map<String, Value>) -> Result<usize, Refusal> {
    let Some(wanted) = given.get("position") else { return Ok(rules.len()) };
    let beside = |name: &str| wanted.get(name).and_then(Value::as_str);
    let find = |id: &str| rules.iter().position(|rule| rule["id"] == id);
    let unknown = || Refusal::wrong(20120, "the position names a rule that is not there");
    match (beside("before"), beside("after"), wanted.get("index").and_then(Value::as_u64)) {
        (Some(""), _, _) => Ok(0),
        (Some(id), _, _) => find(id).ok_or_else(unknown),
        (_, Some(""), _) => Ok(rules.len()),
        (_, Some(id), _) => find(id).map(|at| at + 1).ok_or_else(unknown),
        (_, _, Some(index)) if index >= 1 => Ok((index as usize - 1).min(rules.len())),
        _ => Err(unknown()),
    }
}
