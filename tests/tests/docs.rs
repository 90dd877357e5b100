//! Every fenced `rzp` block of the documentation is run.
//!
//! A plain block must evaluate without an error, and if it ends in `#=>` to that value. A block
//! marked `rzp,fails E0403` must end in errors of that code alone, one marked `rzp,refused E0301` must
//! be refused by the checker, and no other that runs may be. A block marked `rzp,warns W0201` must run
//! and bring warnings of that code alone; the others bring none. `#file` begins another file of the
//! block's world, as in the sections of `tests/spec/`.

use libtest_mimic::{Arguments, Failed, Trial};
use rzp_lang::testing::cases::{Case, Expected};
use rzp_lang::testing::judge::{self, Outcome};
use rzp_lang::testing::run;
use rzp_tests::house;
use std::process::ExitCode;

struct Block {
    /// From the root, with the line of the fence.
    place: String,
    /// What stands behind the fence, e.g. `rzp,fails E0403`.
    fence: String,
    text: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let page = |file: &&house::HouseFile| file.has_extension("md") && !file.path.contains("/node_modules/");
    let mut files = house::files("docs");
    files.extend(house::files("").into_iter().filter(|file| file.path == "README.md"));
    let trials = files.iter().filter(page).flat_map(blocks).map(trial).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn blocks(file: &house::HouseFile) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in file.text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => block.text.push_str(&format!("{line}\n")),
            (None, Some(fence)) => {
                let place = format!("{}:{}", file.path, index + 1);
                open = Some(Block { place, fence: fence.trim().to_owned(), text: String::new() });
            }
            (None, None) => {}
        }
    }
    found.retain(|block| block.fence == "rzp" || block.fence.starts_with("rzp,"));
    found
}

fn trial(block: Block) -> Trial {
    Trial::test(block.place.clone(), move || {
        check(&block).map_err(|what| Failed::from(format!("{}\n{what}", block.place)))
    })
}

fn check(block: &Block) -> Result<(), String> {
    let (body, expected) = split(&block.text);
    let expected = Expected::Json(expected);
    let refused = block.fence.strip_prefix("rzp,refused ");
    let options = refused.iter().map(|_| ("run".to_owned(), "check".to_owned())).collect();
    let case = Case { name: String::new(), line: 1, options, body, expected };
    let outcome = run::run(&case);
    if let (Outcome::Output(_), [first, ..]) = (&outcome, &*run::refused(&case)) {
        return Err(format!("runs, and the checker refuses it:\n{first}"));
    }
    if let Outcome::Output(_) = &outcome {
        warned(&case, block.fence.strip_prefix("rzp,warns "))?;
    }
    match (block.fence.strip_prefix("rzp,fails ").or(refused), &outcome) {
        (None, Outcome::Output(_)) if case.expected == Expected::Json(String::new()) => Ok(()),
        (None, _) => judge::judge(&case, &outcome),
        (Some(code), Outcome::Errors(errors))
            if !errors.is_empty() && errors.iter().all(|error| error.code == code) =>
        {
            Ok(())
        }
        (Some(code), Outcome::Errors(errors)) => {
            let came: Vec<String> = errors.iter().map(|error| format!("{} {}", error.code, error.message)).collect();
            Err(format!("expected errors {code} alone, came\n{}", came.join("\n")))
        }
        (Some(code), Outcome::Output(text)) => Err(format!("expected {code}, came\n{text}")),
    }
}

/// Whether the warnings of a block are of the code that its fence names, and there are none without.
fn warned(case: &Case, code: Option<&str>) -> Result<(), String> {
    let warnings = run::warned(case);
    let lines: Vec<String> = warnings.iter().map(|seen| format!("{} {}", seen.code, seen.message)).collect();
    match code {
        None if warnings.is_empty() => Ok(()),
        None => Err(format!("runs, and brings warnings:\n{}", lines.join("\n"))),
        Some(code) if !warnings.is_empty() && warnings.iter().all(|seen| seen.code == code) => Ok(()),
        Some(code) => Err(format!("expected warnings {code} alone, came\n{}", lines.join("\n"))),
    }
}

/// The block's program, and the value that it says it gives.
fn split(text: &str) -> (String, String) {
    let (mut body, mut value) = (String::new(), String::new());
    for line in text.lines() {
        match line.strip_prefix("#=>") {
            Some(rest) => value.push_str(&format!("{rest}\n")),
            None => body.push_str(&format!("{line}\n")),
        }
    }
    (body, value)
}
