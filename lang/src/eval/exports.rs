//! Names that nothing in a file binds, and that the library has: what is to be imported, or written.

use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use crate::syntax::ast::{Ast, Expr, ExprId, Item, Key};
use crate::syntax::parse::parse;

/// So many functions of one name are offered.
const MOST: usize = 3;

impl Vm {
    /// Messages about unknown names, with the import that would bring the name in sight.
    pub(super) fn with_imports(&self, file: FileId, diags: Vec<Diag>) -> Vec<Diag> {
        diags.into_iter().map(|diag| self.with_import(file, diag)).collect()
    }

    fn with_import(&self, file: FileId, diag: Diag) -> Diag {
        if diag.code != ErrorCode::UnknownName || diag.fix.is_some() || !diag.helps.is_empty() {
            return diag;
        }
        let Some(place) = diag.place() else { return diag };
        let source = self.sources.get(file);
        let Some(name) = source.text.get(place.span.range()).map(str::to_owned) else { return diag };
        let files = self.library.files.plain().filter(|(path, _)| !path.starts_with("testing/"));
        let written = files.filter(|(_, text)| text.contains(&name) && exports(text, &name)).map(|(path, _)| path);
        // Of those that were generated each defines what it is called, and its folder's index has it.
        let generated = self.library.files.generated().filter_map(|path| {
            let (home, own) = path.rsplit_once('/')?;
            (own == name && !is_older(home)).then_some(home)
        });
        let mut homes = written.chain(generated);
        if let (Some(home), None) = (homes.next(), homes.next()) {
            let line = format!("let {{ {name} }} = import \"std/{home}\"\n");
            let start = first_line_of_code(&source.text);
            let gap = Span::new(start, start).at(file);
            let help = format!("`std/{home}` has it: import it");
            return Diag { notes: Vec::new(), ..diag }.guess(help, gap, line);
        }
        let ending = format!(".{name}");
        let rows = self.library.natives.iter().filter(|native| native.name.ends_with(&ending));
        let found: Vec<String> = rows.map(|native| format!("std.{}", native.name)).take(MOST + 1).collect();
        match &found[..] {
            [] => diag,
            [only] => {
                Diag { notes: Vec::new(), ..diag }.guess(format!("the library has `{only}`"), place, only.clone())
            }
            many if many.len() > MOST => diag,
            many => {
                let many: Vec<String> = many.iter().map(|path| format!("`{path}`")).collect();
                Diag { notes: Vec::new(), ..diag }.help(format!("the library has {}", many.join(", ")))
            }
        }
    }
}

/// Whether a path is one of an older minor of Kubernetes: `k8s/1.36/apps/v1`.
fn is_older(path: &str) -> bool {
    path.strip_prefix("k8s/").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether the record that a file gives has a field of this name.
fn exports(text: &str, name: &str) -> bool {
    let parsed = parse(FileId(0), text);
    fields(&parsed.ast, parsed.ast.root).iter().any(|item| {
        let Item::Field(field) = item else { return false };
        !field.hidden && field.path.len() == 1 && matches!(field.path[0].key, Key::Static(key) if *key.text() == *name)
    })
}

/// The items of the record that an expression gives behind its `let`s; none if its text shows no record.
pub fn fields(ast: &Ast, mut id: ExprId) -> &[Item] {
    while let Expr::Let { body, .. } = ast.expr(id) {
        id = *body;
    }
    match ast.expr(id) {
        Expr::Record(items) | Expr::Schema(items) => items,
        _ => &[],
    }
}

/// Where the first line begins that is no comment.
fn first_line_of_code(text: &str) -> usize {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#') && !line.trim().is_empty() {
            break;
        }
        start += line.len();
    }
    start
}
