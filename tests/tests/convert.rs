//! `rzp convert`: every data file of the repository, and random ones, become programs that give the same values.
//!
//! The converter compares the values itself, and refuses what differs; here it must refuse nothing that can be read.

use proptest::prelude::*;
use rzp_lang::base::source::Sources;
use rzp_lang::base::span::FileId;
use rzp_lang::convert::convert::{Converted, Schemas, convert, exact};
use rzp_lang::data::file::read_file;
use rzp_lang::data::tree::Data;
use rzp_lang::fmt;
use rzp_lang::output::yaml::YamlSink;
use rzp_tests::house;

fn converted(kind: &str, name: &str, text: &str) -> Result<Converted, String> {
    let told = |diags: Vec<rzp_lang::base::diag::Diag>| format!("{name}: {} {:?}", diags[0].title, diags[0].notes);
    convert(kind, name, text, Schemas::Used, &mut Sources::default()).map_err(told)
}

#[test]
fn every_data_file_of_the_repository_becomes_a_program() {
    let (mut files, mut wrong) = (0, Vec::new());
    for file in house::files("") {
        let Some((_, kind)) = file.path.rsplit_once('.') else { continue };
        let is_data = ["yaml", "yml", "json", "toml"].contains(&kind);
        if !is_data || read_file::<Data>(kind, FileId(0), &file.text).is_err() {
            continue;
        }
        files += 1;
        match converted(kind, &file.path, &file.text) {
            Err(what) => wrong.push(what),
            Ok(program) if fmt::format(&program.text).as_deref() != Ok(&program.text) => {
                wrong.push(format!("{}: its layout is another", file.path));
            }
            Ok(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {files}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(files > 100, "{files} files");
}

const COMMENTED: &str = "# head\na: 1 # one\nb: # of b\n  # before c\n  c:\n    - x # an x\n    # the last of c\n  # the last of b\n# before d\n\
    d:\n  e: {f: 1} # f\ng: 'x # y'\nh: |\n  # text\ni: x#y\n# end\n";

#[test]
fn comments_stay_where_they_were() {
    let program = converted("yaml", "a.yaml", COMMENTED).unwrap_or_else(|what| panic!("{what}"));
    let expected = "# head\n{\n  a = 1 # one\n  b = {\n    # of b\n    # before c\n    c = [\"x\"] # an x\n    \
        # the last of c\n    # the last of b\n  }\n  # before d\n  d.e.f = 1 # f\n  g = \"x # y\"\n  h = \"# text\\n\"\n  \
        i = \"x#y\"\n}\n# end\n";
    assert_eq!(program.text, expected);
}

#[test]
fn what_is_read_otherwise_is_written_in_its_full_form() {
    let yaml = "base: &b {x: 1}\nweb: {<<: *b, y: 2}\n---\nnull\n---\n- 0x10\n- 1e3\n- 9223372036854775808\n- -5\n- \"\\u200b\\\\\"\n";
    let program = converted("yaml", "a.yaml", yaml).unwrap_or_else(|what| panic!("{what}"));
    for part in ["web = { x = 1, y = 2 }", "null,", "16", "1000.0", "9223372036854775808", "-5", "\"\\u{200B}\\\\\""] {
        assert!(program.text.contains(part), "{part}\n{}", program.text);
    }
}

#[test]
fn a_program_that_gives_another_value_is_refused() {
    let code = |program: &str| exact(program, &Data::List(vec![Data::Int(1)])).map_err(|diag| diag.code.to_string());
    assert_eq!(code("[1]"), Ok(()));
    for program in ["[1.0]", "[1, 1]", "[x]"] {
        assert_eq!(code(program), Err("E0708".to_owned()), "{program}");
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 _./:#-]{0,12}",
        "(if|let|null|true|self|default|_|1e3|~)",
        "( ?[a-z\\\\\"#(){}$]{0,6}\n){1,4}",
        any::<String>(),
    ]
}

fn data() -> impl Strategy<Value = Data> {
    let scalar = prop_oneof![
        Just(Data::Null),
        any::<bool>().prop_map(Data::Bool),
        any::<i64>().prop_map(Data::Int),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Data::Float),
        text().prop_map(|text| Data::Str(text.into())),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        let fields = prop::collection::vec((text(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Data::List),
            fields.prop_map(|mut fields| {
                let mut seen = std::collections::HashSet::new();
                fields.retain(|(name, _)| seen.insert(name.clone()));
                Data::Record(
                    fields
                        .into_iter()
                        .map(|(name, value)| (rzp_lang::base::symbol::Symbol::new(&name), value))
                        .collect(),
                )
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_data_becomes_a_program(data in data()) {
        let mut sink = YamlSink::new();
        prop_assume!(data.write(&mut sink).is_ok());
        let yaml = sink.finish();
        prop_assume!(read_file::<Data>("yaml", FileId(0), &yaml).is_ok_and(|(read, _)| read == data));
        let program = converted("yaml", "a.yaml", &yaml);
        prop_assert!(program.is_ok(), "{}\n{yaml}", program.err().unwrap_or_default());
    }
}
