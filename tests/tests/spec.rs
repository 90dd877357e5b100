//! The sections of `tests/spec/`: what the language promises, each as a test of its own.
//!
//! `cargo test --test spec numbers` runs those with `numbers` in their name. `RZP_BLESS=1` writes
//! what came into the sections that fail (those that the filter names): read the difference before
//! you keep it.

use libtest_mimic::{Arguments, Failed, Trial};
use rzp_lang::testing::cases::{self, Case};
use rzp_lang::testing::judge::Outcome;
use rzp_lang::testing::{judge, run};
use rzp_tests::house;
use std::fs;
use std::process::ExitCode;

const FOLDER: &str = "tests/spec";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if std::env::var_os("RZP_BLESS").is_some() {
        bless(arguments.filter.as_deref().unwrap_or(""));
        return ExitCode::SUCCESS;
    }
    let files = house::files(FOLDER);
    let trials = files.iter().filter(|file| file.has_extension("rzp")).flat_map(trials).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(file: &house::HouseFile) -> Vec<Trial> {
    let path = file.path.clone();
    match cases::parse(&file.text) {
        Ok(read) => read.cases.into_iter().map(|case| trial(&path, case)).collect(),
        Err(what) => vec![Trial::test(path.clone(), move || Err(Failed::from(format!("{path}, {what}"))))],
    }
}

fn trial(path: &str, case: Case) -> Trial {
    let path = path.to_owned();
    Trial::test(name(&path, &case), move || {
        let outcome = run::run(&case);
        let fail = |difference: String| {
            let source: String = case.body.lines().map(|line| format!("    {line}\n")).collect();
            Failed::from(format!("{path}:{}\n{source}{difference}", case.line))
        };
        judge::judge(&case, &outcome).map_err(&fail)?;
        match outcome {
            Outcome::Output(_) => {
                let refused = run::refused(&case);
                let codes: Vec<&str> = refused.iter().filter_map(|told| told.split(' ').next()).collect();
                let meant: Vec<&str> = case.option("refused").collect();
                if codes == meant {
                    return Ok(());
                }
                Err(fail(format!("runs; the checker is to refuse {meant:?}, and tells:\n{}", refused.join("\n"))))
            }
            Outcome::Errors(_) => Ok(()),
        }
    })
}

/// `syntax/numbers/hexadecimal`
fn name(path: &str, case: &Case) -> String {
    let file = path.strip_prefix(FOLDER).unwrap_or(path).trim_start_matches('/').trim_end_matches(".rzp");
    format!("{file}/{}", case.name)
}

fn bless(filter: &str) {
    for file in house::files(FOLDER).iter().filter(|file| file.has_extension("rzp")) {
        let Ok(mut read) = cases::parse(&file.text) else { continue };
        let mut changed = false;
        for case in &mut read.cases {
            if name(&file.path, case).contains(filter) {
                let blessed = judge::bless(case, &run::run(case));
                changed |= blessed.expected != case.expected;
                *case = blessed;
            }
        }
        if changed {
            let text = cases::print(&read);
            println!("blessed {}", file.path);
            fs::write(house::root().join(&file.path), text).unwrap_or_else(|error| println!("{}: {error}", file.path));
        }
    }
}
