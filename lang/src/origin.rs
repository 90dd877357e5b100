//! Where a value comes from that a contract refused under a name or a path: the message marks what was
//! written there, and what one has to mend stands elsewhere.

use crate::base::codes::Code;
use crate::base::diag::{Diag, Label};
use crate::base::source::Sources;
use crate::base::span::Loc;
use crate::data::part::is_part;
use crate::trail::Trail;

/// A longer text is not repeated.
const LONGEST: usize = 40;

/// The message with the place where the value behind a marked name was written: what stands in a data
/// file comes first, as it is wrong there; a place in a text is noted.
pub fn with_origin(mut diag: Diag, sources: &Sources) -> Diag {
    if diag.code != Code::Contract {
        return diag;
    }
    let Some(place) = diag.place() else { return diag };
    let said = diag.labels.iter().find(|label| label.primary).and_then(|label| label.text.strip_prefix("this is "));
    let end = Trail::new(sources, said.unwrap_or_default()).end(place).filter(|end| end.further);
    let (Some(end), Some(name)) = (end, quoted(sources, place)) else { return diag };
    if end.data {
        stands_first(&mut diag, place, end.loc);
    } else if !name.starts_with("import ") {
        diag.notes.insert(0, format!("`{name}` is given its value at {}", sources.show(end.loc)));
    }
    diag
}

/// What a contract in two files does not need: that fields were computed on the way. The path says which.
pub fn short_way(mut diag: Diag) -> Diag {
    if diag.code == Code::Refused {
        diag.way.retain(|step| !step.text.starts_with("while "));
    }
    diag.way.retain(|step| !is_part(step.loc));
    let place = diag.place().filter(|_| diag.code == Code::Contract);
    if place.is_some_and(|place| is_part(place) || diag.labels.iter().any(|label| label.loc.file != place.file)) {
        diag.way.retain(|step| !step.text.starts_with("while "));
    }
    diag
}

/// An annotation of another file is told in a line, its text and its place, where nothing else of that file is shown.
pub fn annotation_in_a_line(mut diag: Diag, sources: &Sources) -> Diag {
    let Some(place) = diag.place().filter(|_| diag.code == Code::Contract) else { return diag };
    let said = |label: &Label| ["required by this annotation", "needed by this annotation"].contains(&&*label.text);
    let Some(at) = diag.labels.iter().position(|label| label.loc.file != place.file && said(label)) else {
        return diag;
    };
    let loc = diag.labels[at].loc;
    let library = sources.get(loc.file).name.starts_with("std/");
    let others = diag.labels.iter().filter(|label| label.loc.file == loc.file).count() > 1;
    if others || !library && diag.way.iter().any(|step| step.loc.file == loc.file) {
        return diag;
    }
    diag.labels.remove(at);
    let text = quoted(sources, loc).map_or_else(String::new, |text| format!(" is `{text}`,"));
    diag.notes.insert(0, format!("the annotation{text} at {}", sources.show(loc)));
    diag
}

fn quoted(sources: &Sources, place: Loc) -> Option<&str> {
    let text = sources.get(place.file).text.get(place.span.range())?;
    (text.len() <= LONGEST && !text.contains('\n')).then_some(text)
}

/// Puts the place in a data file first, for the words and for what is to be written.
fn stands_first(diag: &mut Diag, read: Loc, written: Loc) {
    let Some(at) = diag.labels.iter().position(|label| label.primary) else { return };
    let text = std::mem::replace(&mut diag.labels[at].text, "it is read here".to_owned());
    diag.labels[at].primary = false;
    diag.labels.insert(0, Label { loc: written, text, primary: true });
    if let Some((_, rewrite)) = &mut diag.rewrite {
        rewrite.each_loc(|loc| {
            if *loc == read {
                *loc = written;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Span;

    /// What stands where the value comes from that is read at the last `name`.
    fn from(text: &str, name: &str) -> Option<String> {
        let mut sources = Sources::default();
        sources.add("data.yaml", "replicas: \"2\"\nports:\n- 80\n- \"x\"\n");
        let file = sources.add("a.rzp", text);
        let at = text.rfind(name).expect("it is there");
        let end = Trail::new(&sources, "\"x\"").end(Span::new(at, at + name.len()).at(file))?;
        let text = &sources.get(end.loc.file).text;
        text.get(end.loc.span.range()).filter(|_| end.further).map(str::to_owned)
    }

    #[test]
    fn a_name_leads_to_its_let() {
        assert_eq!(from("let p = \"x\"\n{ port : Int = p }", "p").as_deref(), Some("\"x\""));
        assert_eq!(from("let a = \"x\"\nlet b = a\n{ port : Int = b }", "b").as_deref(), Some("\"x\""));
        assert_eq!(from("{ let p = 1 + 1, port : String = p }", "p").as_deref(), Some("1 + 1"));
        assert_eq!(from("let { p } = { p = 1 }\n{ port : String = p }", "p").as_deref(), Some("1"));
    }

    #[test]
    fn a_path_leads_into_braces() {
        assert_eq!(from("let a = { b = { c = 7 } }\n{ x : String = a.b.c }", "a.b.c").as_deref(), Some("7"));
        assert_eq!(from("let a = { b = 7 } with { c = 8 }\n{ x : String = a.b }", "a.b").as_deref(), Some("7"));
        assert_eq!(from("let a = { b = 7 } with { b = 8 }\n{ x : String = a.b }", "a.b").as_deref(), Some("8"));
        assert_eq!(from("let e = { b = 7 }\nlet a = { ...e, c = 1 }\n[(a.b : String)]", "a.b").as_deref(), Some("7"));
        assert_eq!(from("let a = [5, 6]\n{ x : String = a[1] }", "a[1]").as_deref(), Some("6"));
    }

    #[test]
    fn a_path_leads_into_a_data_file() {
        let text = "let v = import \"./data.yaml\"\nlet r = v.replicas\n{ x : Int = r }";
        assert_eq!(from(text, "r").as_deref(), Some("\"2\""));
        assert!(from("(import \"./data.yaml\" : Int)", "import \"./data.yaml\"").is_some());
        assert_eq!(
            from("let v = import \"./data.yaml\"\n[(v.ports[1] : Int)]", "v.ports[1]").as_deref(),
            Some("\"x\"")
        );
    }

    #[test]
    fn a_parameter_leads_to_the_only_call_or_to_that_which_gives_the_value() {
        assert_eq!(from("let f(p) = { a : Int = p }\nf(7)", "p").as_deref(), Some("7"));
        assert_eq!(from("let f(p, q) = { a : Int = p }\n[f(q = 1, p = \"x\"), f(1, 2)]", "= p }"), None);
        assert_eq!(from("let g(x, p) = [p]\n[g(1, p = \"x\"), g(1, 2)]", "[p]"), None);
        let twice = "let g(a) = { b : Int = a }\n[g(\"x\"), g(1)]";
        let at = twice.find("a }").unwrap_or(0);
        let mut sources = Sources::default();
        let file = sources.add("a.rzp", twice);
        let end = Trail::new(&sources, "\"x\"").end(Span::new(at, at + 1).at(file));
        assert_eq!(end.and_then(|end| twice.get(end.loc.span.range())), Some("\"x\""));
    }

    #[test]
    fn what_depends_on_a_value_leads_nowhere() {
        assert_eq!(from("{ port : Int = \"x\" }", "\"x\""), None);
        assert_eq!(from("let a = { if c { b = 1 } }\n{ x : String = a.b }", "a.b"), None);
        assert_eq!(from("{ port : Int = String }", "String"), None);
    }
}
