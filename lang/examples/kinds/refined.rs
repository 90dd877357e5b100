//! The table of what the server asks for beyond its published types: `refined.txt`.

use std::collections::BTreeMap;

/// What is said of one definition.
#[derive(Debug, Default, Clone)]
pub struct Refined {
    /// Types of fields as they are written, if they are other ones, and whether the field must be there, if that is said.
    pub fields: BTreeMap<String, (Option<String>, Option<bool>)>,
    pub asserts: Vec<String>,
}

/// The table by the short names of definitions, such as `apps.v1.DeploymentSpec`; `kinds` and `cluster` stand for
/// all objects and for those without a namespace.
pub fn read(text: &str) -> BTreeMap<String, Refined> {
    let mut table: BTreeMap<String, Refined> = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (definitions, rest) = line.split_once(' ').unwrap_or_else(|| panic!("refined.txt: {line}"));
        for definition in definitions.split(',') {
            let refined = table.entry(definition.to_owned()).or_default();
            if rest.starts_with("assert ") {
                refined.asserts.push(rest.to_owned());
                continue;
            }
            let (fields, ty) =
                rest.split_once(" : ").map_or((rest, None), |(fields, ty)| (fields, Some(ty.to_owned())));
            for field in fields.split(',') {
                let name = field.trim_end_matches(['!', '?']);
                let required = (name != field).then(|| field.ends_with('!'));
                refined.fields.insert(name.to_owned(), (ty.clone(), required));
            }
        }
    }
    table
}
