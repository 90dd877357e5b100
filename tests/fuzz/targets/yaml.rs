//! Any text, read as YAML: what can be read is written as YAML that reads back as the same documents;
//! messages point into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rzp_lang::base::span::FileId;
use rzp_lang::data::tree::Data;
use rzp_lang::data::yaml::read_yaml;
use rzp_lang::output::yaml::YamlSink;
use rzp_tests::promises::adrift;

fn written(documents: &[Data]) -> String {
    let mut sink = YamlSink::new();
    for data in documents {
        sink.begin_document();
        data.write(&mut sink).expect("what was read can be written");
    }
    sink.finish()
}

fuzz_target!(|text: &str| {
    let yaml = match read_yaml(FileId(0), text) {
        Ok(yaml) => yaml,
        Err(diag) => return assert_eq!(adrift(&diag, text), None),
    };
    assert_eq!(yaml.warnings.iter().find_map(|diag| adrift(diag, text)), None);
    let text = written(&yaml.documents);
    match read_yaml(FileId(0), &text) {
        Ok(again) => assert_eq!(again.documents, yaml.documents, "{text}"),
        Err(diag) => panic!("{diag:?}\n{text}"),
    }
});
