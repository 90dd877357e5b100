//! The lints by name: what stands in `# allow: …`, and the code of their messages.

use crate::base::codes::Code;

/// Each lint that a comment can switch off, sorted by its name.
pub const RULES: &[(&str, Code)] = &[
    ("dead-arm", Code::DeadArm),
    ("fixed-default", Code::FixedDefault),
    ("foreign-interpolation", Code::ForeignInterpolation),
    ("frozen-override", Code::FrozenOverride),
    ("shadowing", Code::Shadowing),
    ("uncovered-case", Code::Uncovered),
    ("unused-import", Code::UnusedImport),
    ("unused-let", Code::UnusedLet),
    ("unused-parameter", Code::UnusedParameter),
    ("unused-variable", Code::UnusedVariable),
];

/// The code of the lint of a name.
pub fn named(name: &str) -> Option<Code> {
    RULES.iter().find(|(other, _)| *other == name).map(|(_, code)| *code)
}

/// The name under which a lint can be switched off. `None` for codes that are no such lints.
pub fn name_of(code: Code) -> Option<&'static str> {
    RULES.iter().find(|(_, other)| *other == code).map(|(name, _)| *name)
}
