//! The guards of the house other than the floors: sizes, headers, codes, words.
//!
//! Each guard returns the breaches as lines that name a file and say what to do; none of them has
//! an exception list: what does not fit is mended, not listed.

use crate::house::HouseFile;
use rzp_lang::base::codes::Code;

/// A file longer than this holds more than one concept.
const LONGEST: usize = 600;
/// `mod.rs` is an index.
const LONGEST_INDEX: usize = 60;

/// Source files that grew beyond one concept.
pub fn sizes(files: &[HouseFile]) -> Vec<String> {
    let counted = |file: &&HouseFile| {
        let library = file.path.starts_with("stdlib/") && !file.path.contains("/k8s/");
        (is_source(file) || library && file.has_extension("rzp")) && !file.path.contains("/generated/")
    };
    let breach = |file: &HouseFile| {
        let lines = file.text.lines().count();
        let most = if file.path.ends_with("/mod.rs") { LONGEST_INDEX } else { LONGEST };
        (lines > most).then(|| format!("{} has {lines} lines, {most} are the most: split it by concept", file.path))
    };
    files.iter().filter(counted).filter_map(breach).collect()
}

/// Rust files that do not open by telling their story.
pub fn headers(files: &[HouseFile]) -> Vec<String> {
    let bare = |file: &&HouseFile| file.has_extension("rs") && !file.text.starts_with("//! ");
    files.iter().filter(bare).map(|file| format!("{} does not open with a `//!` story", file.path)).collect()
}

/// Codes without a page or a test, and pages without a code.
pub fn codes(files: &[HouseFile]) -> Vec<String> {
    let mut found = Vec::new();
    let names: Vec<String> = Code::ALL.iter().map(Code::to_string).collect();
    for name in &names {
        let page = format!("docs/errors/{name}.md");
        if !files.iter().any(|file| file.path == page) {
            found.push(format!("{name} has no page {page}"));
        }
        if !files.iter().any(|file| tests_code(file, name)) {
            found.push(format!("{name} has no test: write a section with `#! {name}` under tests/spec/"));
        }
    }
    for file in files {
        let page = file.path.strip_prefix("docs/errors/").and_then(|name| name.strip_suffix(".md"));
        if page.is_some_and(|page| page.starts_with(['E', 'W']) && !names.iter().any(|name| name == page)) {
            found.push(format!("{} is the page of no code", file.path));
        }
    }
    found
}

fn tests_code(file: &HouseFile, code: &str) -> bool {
    let cases = file.path.starts_with("tests/") && file.has_extension("rzp");
    let harness = file.path.starts_with("tests/tests/") || file.path.starts_with("cli/tests/");
    file.path == format!("tests/diag/{code}.rzp")
        || cases && file.text.contains(&format!("#! {code}"))
        || harness && file.text.contains(code)
}

/// Texts that speak of where they were written instead of the project.
pub fn words(files: &[HouseFile]) -> Vec<String> {
    // Put together here so that this file does not hold them itself.
    let places = ["main", "shared", "wt-", "."].map(|rest| format!("/{}/{rest}", "work"));
    let tools = [["issues", " show"], ["cla", "ude"], ["anth", "ropic"]].map(|parts| parts.concat());
    let mut found = Vec::new();
    for file in files {
        let text = file.text.to_lowercase();
        for word in places.iter().chain(&tools) {
            if text.contains(word.as_str()) {
                found.push(format!("{} speaks of `{word}`: the project speaks of itself alone", file.path));
            }
        }
    }
    found
}

fn is_source(file: &HouseFile) -> bool {
    file.has_extension("rs") || file.has_extension("lalrpop")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Vec<HouseFile> {
        vec![HouseFile { path: path.to_owned(), text: text.to_owned() }]
    }

    #[test]
    fn a_long_file_and_a_long_index_are_seen() {
        assert_eq!(sizes(&file("lang/src/a.rs", &"x\n".repeat(600))).len(), 0);
        assert_eq!(sizes(&file("lang/src/a.rs", &"x\n".repeat(601))).len(), 1);
        assert_eq!(sizes(&file("lang/src/a/mod.rs", &"x\n".repeat(61))).len(), 1);
    }

    #[test]
    fn a_file_without_story_is_seen() {
        assert_eq!(headers(&file("lang/src/a.rs", "use x;\n")).len(), 1);
        assert_eq!(headers(&file("lang/src/a.rs", "//! Why.\n")).len(), 0);
    }

    #[test]
    fn a_page_of_no_code_is_seen() {
        assert!(codes(&file("docs/errors/E9999.md", "")).iter().any(|line| line.contains("E9999.md is the page")));
    }
}
