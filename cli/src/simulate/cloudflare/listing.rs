//! Lists: filtered, put in order, and given out in pages.

use super::answers::{Given, Refusal, Reply};
use crate::simulate::http::Pairs;
use serde_json::{Value, json};

pub fn asked<'a>(query: &'a Pairs, name: &str) -> Option<&'a str> {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// One page of a list. A page beyond the last is empty.
pub fn page(all: Vec<Value>, query: &Pairs, default: usize, least: usize, most: usize) -> Given {
    let number = |name: &str, default: usize| match asked(query, name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| malformed(name, "must be a number")),
    };
    let (page, per_page) = (number("page", 1)?, number("per_page", default)?);
    if page < 1 {
        return Err(malformed("page", "must be at least 1"));
    }
    if !(least..=most).contains(&per_page) {
        return Err(malformed("per_page", &format!("must be between {least} and {most}")));
    }
    let total = all.len();
    let rows: Vec<Value> = all.into_iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
    let info = json!({
        "page": page, "per_page": per_page, "count": rows.len(), "total_count": total,
        "total_pages": total.div_ceil(per_page),
    });
    Ok(Reply { result: Value::Array(rows), info: Some(info), empty: false })
}

fn malformed(name: &str, why: &str) -> Refusal {
    let mut refusal = Refusal::wrong(6003, "Invalid request parameters");
    refusal.chain.push((6104, format!("Malformed query parameter `{name}`: {why}")));
    refusal
}

/// The records that a query asks for.
pub fn filtered(records: &[Value], query: &Pairs) -> Vec<Value> {
    let filters: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let of_tags = |name: &str| name == "tag" || name.starts_with("tag.");
    let any = asked(query, "match") == Some("any");
    let any_tag = asked(query, "tag_match") == Some("any");
    let fits = |record: &&Value| {
        let judged = |tags: bool| -> Vec<bool> {
            let some = filters.iter().filter(|(name, _)| of_tags(name) == tags);
            some.filter_map(|(name, value)| fits(record, name, value)).collect()
        };
        let (mut all, tags) = (judged(false), judged(true));
        if !tags.is_empty() {
            all.push(if any_tag { tags.contains(&true) } else { !tags.contains(&false) });
        }
        all.is_empty() || if any { all.contains(&true) } else { !all.contains(&false) }
    };
    let mut found: Vec<Value> = records.iter().filter(fits).cloned().collect();
    if let Some(order) = asked(query, "order") {
        let key = |record: &Value| record.get(order).map(plain).unwrap_or_default();
        found.sort_by(|a, b| match (a.get(order).and_then(Value::as_i64), b.get(order).and_then(Value::as_i64)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => key(a).cmp(&key(b)),
        });
    }
    if asked(query, "direction") == Some("desc") {
        found.reverse();
    }
    found
}

/// Whether a record passes one filter; nothing where the name is that of no filter.
fn fits(record: &Value, name: &str, wanted: &str) -> Option<bool> {
    let (field, how) = name.split_once('.').unwrap_or((name, "exact"));
    let text = record.get(field).map(plain).unwrap_or_default();
    match field {
        "name" | "content" | "comment" => {
            let (text, wanted) = (text.to_lowercase(), wanted.to_lowercase());
            let wanted = if field == "name" { wanted.trim_end_matches('.') } else { &wanted };
            compared(how, &text, wanted)
        }
        "type" => Some(text.eq_ignore_ascii_case(wanted)),
        "proxied" => Some(text == wanted),
        "search" => {
            let anywhere = ["name", "content", "comment"].iter().filter_map(|field| record.get(*field)).map(plain);
            Some(
                anywhere
                    .chain([plain(&record["tags"])])
                    .any(|text| text.to_lowercase().contains(&wanted.to_lowercase())),
            )
        }
        "tag" => tagged(record, how, wanted),
        _ => None,
    }
}

fn compared(how: &str, text: &str, wanted: &str) -> Option<bool> {
    Some(match how {
        "exact" => text == wanted,
        "contains" => text.contains(wanted),
        "startswith" => text.starts_with(wanted),
        "endswith" => text.ends_with(wanted),
        "present" => !text.is_empty(),
        "absent" => text.is_empty(),
        _ => return None,
    })
}

/// `tag.exact=name:value` and the like; `tag.present=name`.
fn tagged(record: &Value, how: &str, wanted: &str) -> Option<bool> {
    let tags: Vec<String> =
        record["tags"].as_array().into_iter().flatten().map(|tag| plain(tag).to_lowercase()).collect();
    let wanted = wanted.to_lowercase();
    let (name, value) = wanted.split_once(':').unwrap_or((&wanted, ""));
    let mut values = tags.iter().filter_map(|tag| {
        let (own, value) = tag.split_once(':').unwrap_or((tag, ""));
        (own == name).then_some(value)
    });
    match how {
        "present" => Some(values.next().is_some()),
        "absent" => Some(values.next().is_none()),
        _ => Some(values.any(|own| compared(how, own, value) == Some(true))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::http::pairs;

    fn names(query: &str) -> Vec<String> {
        let records = [
            json!({ "name": "b.example.com", "type": "A", "comment": "rzp1:home:1", "tags": ["team:dns"], "proxied": true }),
            json!({ "name": "a.example.com", "type": "TXT", "comment": null, "tags": [], "proxied": false }),
        ];
        filtered(&records, &pairs(query)).iter().map(|record| plain(&record["name"])).collect()
    }

    #[test]
    fn filters_hold_together_unless_any_will_do() {
        assert_eq!(names("").len(), 2);
        assert_eq!(names("type=A&name=b.example.com"), ["b.example.com"]);
        assert_eq!(names("type=A&name=a.example.com"), [""; 0]);
        assert_eq!(names("type=A&name=a.example.com&match=any").len(), 2);
        assert_eq!(names("comment.startswith=RZP1:home"), ["b.example.com"]);
        assert_eq!(names("comment.absent=true"), ["a.example.com"]);
        assert_eq!(names("tag=team:dns"), ["b.example.com"]);
        assert_eq!(names("tag.absent=team"), ["a.example.com"]);
        assert_eq!(names("order=name"), ["a.example.com", "b.example.com"]);
        assert_eq!(names("order=name&direction=desc"), ["b.example.com", "a.example.com"]);
    }

    #[test]
    fn pages_tell_how_much_there_is() {
        let all: Vec<Value> = (0..7).map(Value::from).collect();
        let reply = page(all.clone(), &pairs("page=2&per_page=5"), 20, 5, 50).unwrap();
        assert_eq!(reply.result, json!([5, 6]));
        assert_eq!(reply.info.unwrap()["total_count"], 7);
        assert_eq!(page(all.clone(), &pairs("page=9"), 20, 5, 50).unwrap().result, json!([]));
        assert!(page(all, &pairs("per_page=9999"), 20, 5, 50).is_err());
    }
}
