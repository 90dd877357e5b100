//! Messages as SARIF, judged by a reader that knows all of the format's objects.
//!
//! `serde-sarif` makes its types from the format's schema. What it reads and writes again must be what
//! was written: a member that the schema does not have would be lost on the way.

use rzp_lang::Session;
use rzp_lang::base::diag::{Diag, Fix};
use rzp_lang::base::source::Sources;
use rzp_lang::base::world::MemWorld;
use rzp_lang::mend::apply;
use rzp_lang::report::sarif::Log;
use rzp_lang::testing::cases;
use rzp_tests::house;
use serde_json::Value;
use serde_sarif::sarif::{Region, Sarif};
use std::rc::Rc;

fn read(log: &Log) -> Sarif {
    let text = log.finish("1.2.3");
    let sarif: Sarif = serde_json::from_str(&text).expect("it is SARIF");
    let again = serde_json::to_value(&sarif).expect("it can be written");
    assert_eq!(again, serde_json::from_str::<Value>(&text).expect("it is JSON"));
    sarif
}

/// All that is said of the sections of the language's own tests.
fn all() -> Vec<(Vec<Diag>, Sources)> {
    let files = house::files("tests/spec");
    let sections =
        files.iter().filter(|file| file.has_extension("rzp")).filter_map(|file| cases::parse(&file.text).ok());
    let said = |case: cases::Case| {
        let world = case.files().into_iter().fold(MemWorld::new(), |world, (path, text)| world.with(&path, &text));
        let mut session = Session::new(Rc::new(world));
        let checked = session.check(&["main.rzp".to_owned()]);
        (checked.diags, session.sources().clone())
    };
    sections.flat_map(|file| file.cases).map(said).collect()
}

#[test]
fn a_run_without_messages_is_a_document_too() {
    let sarif = read(&Log::default());
    assert_eq!(sarif.version.to_string().trim_matches('"'), "2.1.0");
    assert_eq!(sarif.runs[0].results.as_deref(), Some(&[][..]));
    assert_eq!(sarif.runs[0].tool.driver.name, "rzp");
}

#[test]
fn every_message_is_a_result_with_its_rule_and_place() {
    let mut log = Log::default();
    let said = all();
    said.iter().for_each(|(diags, sources)| log.add(diags, sources));
    let sarif = read(&log);
    let run = &sarif.runs[0];
    let rules = run.tool.driver.rules.as_deref().expect("rules");
    let results = run.results.as_deref().expect("results");
    let diags: Vec<&Diag> = said.iter().flat_map(|(diags, _)| diags).collect();
    assert!(diags.len() > 100 && results.len() == diags.len(), "{} of {}", results.len(), diags.len());
    for (result, diag) in results.iter().zip(diags) {
        let rule = &rules[result.rule_index.expect("an index") as usize];
        assert_eq!(Some(&rule.id), result.rule_id.as_ref());
        assert_eq!(rule.id, diag.code.to_string());
        assert!(result.message.text.as_ref().is_some_and(|text| text.starts_with(&diag.title)));
        let located = result.locations.as_deref().unwrap_or_default();
        assert_eq!(located.len(), usize::from(diag.place().is_some()), "{diag:?}");
        assert_eq!(result.fixes.as_deref().unwrap_or_default().len(), usize::from(diag.fix.is_some()));
    }
    let mut ids: Vec<&String> = rules.iter().map(|rule| &rule.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), rules.len(), "a rule stands once");
}

#[test]
fn a_fix_read_by_lines_and_columns_is_the_same_edit() {
    let mut count = 0;
    for (diags, sources) in all() {
        for diag in diags.iter().filter(|diag| diag.fix.is_some()) {
            let fix = diag.fix.as_ref().expect("it has one");
            let mut log = Log::default();
            log.add(std::slice::from_ref(diag), &sources);
            let sarif = read(&log);
            let result = &sarif.runs[0].results.as_deref().expect("results")[0];
            let change = &result.fixes.as_deref().expect("fixes")[0].artifact_changes[0];
            let replacement = &change.replacements[0];
            let new = replacement.inserted_content.as_ref().and_then(|content| content.text.as_deref());
            let text = &sources.get(fix.loc.file).text;
            let range =
                offset(text, &replacement.deleted_region, true)..offset(text, &replacement.deleted_region, false);
            let edited = format!("{}{}{}", &text[..range.start], new.unwrap_or_default(), &text[range.end..]);
            assert_eq!(edited, apply(text, &[Fix::clone(fix)]).0, "{diag:?}");
            count += 1;
        }
    }
    assert!(count > 50, "{count} fixes");
}

/// The offset of a region's start or end, counted as a reader does.
fn offset(text: &str, region: &Region, start: bool) -> usize {
    let (line, column) =
        if start { (region.start_line, region.start_column) } else { (region.end_line, region.end_column) };
    let (line, column) = (line.expect("a line") as usize, column.expect("a column") as usize);
    let begin: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let inside = text[begin..].char_indices().nth(column - 1).map_or(text.len() - begin, |(at, _)| at);
    begin + inside
}

#[test]
fn a_path_with_blanks_and_signs_is_an_address() {
    let mut session = Session::new(Rc::new(MemWorld::new().with("a b/ü%.rzp", "nope")));
    let checked = session.check(&["a b/ü%.rzp".to_owned()]);
    let mut log = Log::default();
    log.add(&checked.diags, session.sources());
    assert!(log.finish("1.2.3").contains("\"uri\": \"a%20b/%C3%BC%25.rzp\""), "{}", log.finish("1.2.3"));
}
