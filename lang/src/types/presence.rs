//! Fields that are required and not there.
//!
//! An annotation looks at presence, but a record may still be completed by `with` or `&`. So what a record
//! lacks under an annotation of its own hangs on that record, and on the definition that it is: it is told
//! if nothing in sight is merged with them. A field that is read without having a value fails for certain.

use super::checker::Checker;
use super::demand::Wanted;
use super::held::Hangs;
use super::ty::{Has, Member, Row};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::syntax::ast::Class;

impl Checker<'_> {
    /// The required fields that a record under an annotation surely lacks.
    pub(super) fn demand_presence(&mut self, row: &Row, set: &Row, wanted: Wanted, at: Loc) {
        if row.open || row.loose || row.rest.is_some() || row.at == Loc::default() {
            return;
        }
        let needed = set.fields.iter().filter(|(_, member)| member.has != Has::Perhaps);
        let mut lacking: Vec<(Symbol, &Member)> =
            needed.filter(|(name, _)| !row.fields.contains_key(*name)).map(|(name, member)| (*name, member)).collect();
        lacking.retain(|(name, _)| !is_misspelt(*name, row, set));
        if lacking.is_empty() {
            return;
        }
        let on = [Some(Hangs::Record(row.at)), self.whole.map(Hangs::Record), self.holding.map(Hangs::Definition)];
        let diag = lacks(&lacking, wanted, at);
        self.hang(on.into_iter().flatten().collect(), diag);
    }

    /// A field that is declared, has no value, and is read.
    pub(super) fn no_value(&mut self, row: &Row, symbol: Symbol, member: &Member, read: Loc) {
        let diag = Diag::error(Code::MissingField, format!("the field `{symbol}` needs a value"));
        let inside = row.at.file == member.at.file && row.at.span.contains(member.at.span.start);
        self.report(if inside || row.at == Loc::default() {
            diag.at(read, "read here")
                .also(member.name_at, "declared here without a value")
                .help(format!("give it one: `{symbol} = …`, or make it optional: `{symbol}? : …`"))
        } else {
            diag.at(row.at, format!("this record does not define `{symbol}`"))
                .also(read, format!("`{symbol}` is read here"))
                .also(member.name_at, "declared here without a value")
                .help(format!("give it one here: `{symbol} = …`"))
        });
    }
}

/// Whether another name of the record is most likely meant to be this one: that has been told.
fn is_misspelt(name: Symbol, row: &Row, set: &Row) -> bool {
    let text = name.text();
    row.fields.keys().filter(|own| !set.fields.contains_key(*own)).any(|own| {
        let own = own.text();
        suggest::nearest(&own, [&*text]).is_some()
    })
}

fn lacks(lacking: &[(Symbol, &Member)], wanted: Wanted, at: Loc) -> Diag {
    let names: Vec<String> = lacking.iter().map(|(name, _)| format!("`{name}`")).collect();
    let all = match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    };
    let (fields, are) = if names.len() == 1 { ("field", "is") } else { ("fields", "are") };
    let inside = if wanted.what == "the value" { String::new() } else { format!(" in {}", wanted.what) };
    let diag = Diag::error(Code::Refuted, format!("the {fields} {all} {are} missing{inside}"));
    let diag = diag.at(at, format!("this record has no {}", all.replace(" and ", " and no ")));
    let diag = match wanted.at {
        Some(annotation) => diag.also(annotation, "needed by this annotation"),
        None => diag,
    };
    match lacking {
        [(name, member)] if member.class != Class::Default => diag.help(format!("give it a value: `{name} = …`")),
        _ if lacking.iter().all(|(_, member)| member.class == Class::Default) => {
            diag.help("an annotation adds nothing; start from the schema to get its defaults: `Schema with { … }`")
        }
        _ => diag.help("give each of them a value"),
    }
}
