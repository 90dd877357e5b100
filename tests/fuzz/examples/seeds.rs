//! Writes the seeds that fuzzing starts from, taken from what the repository holds: the sections of
//! `tests/spec/` (each a file of its own), the library and the examples of its functions, the
//! services, and for the YAML reader the manifests and the cases of yaml-test-suite. What fuzzing
//! found before stays in `corpus/` beside them.

use rzp_lang::base::span::FileId;
use rzp_lang::data::json::read_json;
use rzp_lang::data::tree::Data;
use rzp_lang::prims::library;
use rzp_lang::testing::cases;
use rzp_tests::house::{self, HouseFile};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Longer texts slow the search down more than they add to it.
const LONGEST: usize = 6_000;

fn main() -> io::Result<()> {
    let spec = house::files("tests/spec");
    let mut programs = sections(&spec, |path| path.ends_with(".rzp"));
    programs.extend(library().natives.iter().map(|native| native.example.0.to_owned()));
    for folder in ["stdlib", "services"] {
        programs
            .extend(house::files(folder).into_iter().filter(|file| file.has_extension("rzp")).map(|file| file.text));
    }
    for target in ["parse", "format", "eval"] {
        write(target, &programs)?;
    }
    let mut yaml = sections(&spec, |path| path.ends_with(".yaml"));
    yaml.extend(house::files("kubernetes").into_iter().map(|file| file.text));
    yaml.extend(suite(&house::files("tests/suites")));
    write("yaml", &yaml)
}

/// The files of all sections whose path is wanted.
fn sections(files: &[HouseFile], wanted: fn(&str) -> bool) -> Vec<String> {
    let read = files.iter().filter_map(|file| cases::parse(&file.text).ok());
    let parts = read.flat_map(|file| file.cases).flat_map(|case| case.files());
    parts.filter(|(path, _)| wanted(path)).map(|(_, text)| text).collect()
}

/// The texts of yaml-test-suite, good and bad.
fn suite(files: &[HouseFile]) -> Vec<String> {
    let file = files.iter().find(|file| file.path.ends_with("/yaml-test-suite.json"));
    let mut found = Vec::new();
    if let Some(Ok(data)) = file.map(|file| read_json(FileId(0), &file.text)) {
        texts(&data, &mut found);
    }
    found
}

fn texts(data: &Data, found: &mut Vec<String>) {
    match data {
        Data::Str(text) if text.contains('\n') => found.push(text.to_string()),
        Data::List(items) => items.iter().for_each(|item| texts(item, found)),
        Data::Record(fields) => fields.iter().for_each(|(_, value)| texts(value, found)),
        _ => {}
    }
}

fn write(target: &str, seeds: &[String]) -> io::Result<()> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    let short = seeds.iter().filter(|text| !text.trim().is_empty() && text.len() <= LONGEST);
    for (number, text) in short.enumerate() {
        fs::write(folder.join(format!("seed-{number:04}")), text)?;
    }
    Ok(())
}
