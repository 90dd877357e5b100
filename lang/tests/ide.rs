//! What editors are answered, over projects in memory. `‸` in a text is the cursor.

use rzp_lang::base::world::MemWorld;
use rzp_lang::ide::Project;
use rzp_lang::ide::plain::{Kind, Place, Problem};
use std::rc::Rc;

const CURSOR: char = '‸';

const SCHEMA: &str = r#"{
  ## What runs the program.
  App = schema {
    name : String
    ## The port that the program listens on.
    port : Int & >=1 & <=65535
    default kind : "Deployment" | "StatefulSet" = "Deployment"
    default replicas : Int = 1
    probe = { default path : String = "/", default after : Int = 5 }
    volumes = { [String] : { size : Int, mode? : "ro" | "rw" } }
    scales = self.replicas > 1
  }
  ## Twice a number.
  double(n : Int) -> Int = n * 2
}"#;

/// A project whose first file is open, and the place of the cursor in it.
struct Asked {
    project: Project,
    offset: u32,
}

fn ask(text: &str) -> Asked {
    let offset = text.find(CURSOR).expect("a cursor") as u32;
    let world = MemWorld::new().with("schema.rzp", SCHEMA).with("data.json", "{\"a\": 1}");
    let mut project = Project::new(Rc::new(world));
    project.open("a.rzp", &text.replace(CURSOR, ""));
    Asked { project, offset }
}

fn labels(text: &str) -> Vec<String> {
    let mut asked = ask(text);
    let found = asked.project.complete("a.rzp", asked.offset).unwrap_or_default();
    found.candidates.into_iter().map(|candidate| candidate.label).collect()
}

/// The text after the candidate of a label is taken.
fn taken(text: &str, label: &str) -> String {
    let mut asked = ask(text);
    let found = asked.project.complete("a.rzp", asked.offset).expect("candidates");
    let one = found.candidates.iter().find(|candidate| candidate.label == label).expect("the candidate");
    let mut text = text.replace(CURSOR, "");
    text.replace_range(found.span.range(), &one.insert);
    text
}

/// The code and all the text of a hover.
fn hover(text: &str) -> (String, String) {
    let mut asked = ask(text);
    let found = asked.project.hover("a.rzp", asked.offset).expect("something to say");
    (found.code, found.text.join("\n"))
}

/// The places of a definition as `path: text`.
fn definition(text: &str) -> Vec<String> {
    let mut asked = ask(text);
    let places = asked.project.definition("a.rzp", asked.offset);
    places.iter().map(|place| shown(&asked.project, place)).collect()
}

fn shown(project: &Project, place: &Place) -> String {
    let text = project.text(&place.path).expect("the file is there");
    format!("{}: {}", place.path, &text[place.span.range()])
}

fn brief(project: &Project, problems: &[Problem]) -> Vec<String> {
    let line = |problem: &Problem| format!("{} {}", problem.code, shown(project, &problem.place));
    problems.iter().map(line).collect()
}

/// All problems of the first file, before and when it is run.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let world = files.iter().fold(MemWorld::new(), |world, (path, text)| world.with(path, text));
    let mut project = Project::new(Rc::new(world));
    let mut found = project.problems(files[0].0);
    found.extend(project.run_problems(files[0].0));
    brief(&project, &found)
}

#[test]
fn problems_stand_at_their_places() {
    assert_eq!(problems(&[("a.rzp", "{ a = 1 +, b = 2 }")]), ["E0001 a.rzp: ,"]);
    assert_eq!(problems(&[("a.rzp", "{ a = nope }")]), ["E0201 a.rzp: nope"]);
    assert_eq!(problems(&[("a.rzp", "{ a : Int = \"x\" }")]), ["E0301 a.rzp: \"x\""]);
    assert_eq!(problems(&[("a.rzp", "import \"./b.rzp\"")]), ["E0101 a.rzp: \"./b.rzp\""]);
    assert_eq!(problems(&[("a.rzp", "{ a = [1][self.n], n = 7 }")]), ["E0407 a.rzp: [1][self.n]"]);
    assert_eq!(problems(&[("a.rzp", "{ a = 1 }")]), [""; 0]);
}

#[test]
fn a_run_tells_the_file_where_the_mistake_is() {
    let files = [("a.rzp", "import \"./b.rzp\""), ("b.rzp", "{ list = [1], x = self.list[3] }")];
    assert_eq!(problems(&files), ["E0407 b.rzp: self.list[3]"]);
    // In the library it is shown where the project meets it.
    let found = problems(&[("a.rzp", "{ n = \"x\", x = std.string.repeat(self.n, -1) }")]);
    assert!(found.len() == 1 && found[0].contains("a.rzp: "), "{found:?}");
}

#[test]
fn lints_speak_up_in_files_without_mistakes() {
    assert_eq!(problems(&[("a.rzp", "let spare = 1\n2")]), ["W0201 a.rzp: spare"]);
    assert_eq!(problems(&[("a.rzp", "# allow: unused-let\nlet spare = 1\n2")]), [""; 0]);
    assert_eq!(problems(&[("a.rzp", "let spare = 1\n\"a\".b")]), ["E0405 a.rzp: b"]);
}

#[test]
fn a_template_is_no_mistake() {
    assert_eq!(problems(&[("a.rzp", SCHEMA)]), [""; 0]);
    let user = "let { App } = import \"./s.rzp\"\nApp with { name = \"x\" }";
    assert_eq!(problems(&[("a.rzp", user), ("s.rzp", SCHEMA)]), [""; 0]);
    assert_eq!(problems(&[("a.rzp", "{ host : String, url = \"http://\\(self.host)\" }")]), [""; 0]);
    assert_eq!(problems(&[("a.rzp", "{ env = std.input(\"env\", String) }")]), [""; 0]);
    // What is wrong beside it is still told.
    let both = "{ host : String, url = \"http://\\(self.host)\", n = 0, q = 1 / self.n }";
    assert_eq!(problems(&[("a.rzp", &both.replace("host : String", "host = \"h\""))]), ["E0408 a.rzp: self.n"]);
}

#[test]
fn a_mistake_is_told_once() {
    let text = "{ a : Int = \"x\" }";
    assert_eq!(problems(&[("a.rzp", text)]).len(), 1);
}

#[test]
fn an_endless_run_comes_back() {
    assert_eq!(problems(&[("a.rzp", "let f(n) = f(n + 1)\nf(0)")]), [""; 0]);
    let wide = "let f(n) = if n == 0 then 1 else f(n - 1) + f(n - 1)\nf(60)";
    assert_eq!(problems(&[("a.rzp", wide)]), [""; 0]);
}

#[test]
fn a_change_reaches_what_imports_it_and_nothing_else() {
    let user = "let { App } = import \"./schema.rzp\"\nApp with { name = \"x\", port = 1 }";
    let world = MemWorld::new().with("schema.rzp", SCHEMA).with("user.rzp", user).with("other.rzp", "1");
    let mut project = Project::new(Rc::new(world));
    project.open("user.rzp", user);
    project.open("other.rzp", "{ x = 1 }");
    assert_eq!(project.dependents("schema.rzp"), ["user.rzp"]);
    let (before, other) = (project.facts("user.rzp").expect("facts"), project.facts("other.rzp").expect("facts"));
    project.open("other.rzp", "{ x = 2 }");
    assert!(Rc::ptr_eq(&before, &project.facts("user.rzp").expect("facts")), "looked at for nothing");
    assert!(!Rc::ptr_eq(&other, &project.facts("other.rzp").expect("facts")));
    project.open("schema.rzp", &SCHEMA.replace("    port :", "    gate :"));
    let found = project.problems("user.rzp");
    assert_eq!(brief(&project, &found), ["E0406 user.rzp: port"]);
    project.close("schema.rzp");
    assert_eq!(project.problems("user.rzp"), []);
}

#[test]
fn files_that_import_each_other_come_to_an_end() {
    let mut project = Project::new(Rc::new(
        MemWorld::new()
            .with("a.rzp", "{ x = 1, y = (import \"./b.rzp\").z }")
            .with("b.rzp", "{ z = (import \"./a.rzp\").x }"),
    ));
    assert_eq!(project.problems("a.rzp"), []);
    project.open("b.rzp", "{ z = (import \"./a.rzp\").x + 1 }");
    assert_eq!(project.problems("a.rzp"), []);
    assert_eq!(project.run_problems("a.rzp"), []);
    project.open("a.rzp", "{ x = 1, y = (import \"./b.rzp\").zz }");
    let found = project.problems("a.rzp");
    assert_eq!(brief(&project, &found), ["E0401 a.rzp: zz"]);
}

#[test]
fn fields_after_a_dot() {
    assert_eq!(labels("let r = { a = 1, b = { c = 2 } }\nr.‸"), ["a", "b"]);
    assert_eq!(labels("let r = { a = 1, b = { c = 2 } }\nr.b.‸"), ["c"]);
    assert_eq!(labels("let r = { abc = 1 }\n{ x = r.a‸bc, y = 2 }"), ["abc"]);
    assert_eq!(labels("let r = { a = 1 }\n{ x = \"\\(r.‸)\" }"), ["a"]);
    assert_eq!(labels("{ a = 1, b = { let s = self, c = s.‸ } }"), ["c"]);
    assert_eq!(labels("(import \"./schema.rzp\").App.probe.‸"), ["path", "after"]);
    assert_eq!(taken("let r = { abc = 1 }\n{ x = r.a‸bc + 1 }", "abc"), "let r = { abc = 1 }\n{ x = r.abc + 1 }");
}

#[test]
fn fields_of_data_and_folders() {
    assert_eq!(labels("(import \"./data.json\").‸"), ["a"]);
    assert_eq!(labels("let data = import \"./data.json\"\n{ x = data.‸ }"), ["a"]);
    assert_eq!(labels("let all = import \"./*.rzp\"\nall.‸"), ["schema"]);
    assert_eq!(labels("let all = import \"./*.rzp\"\nall.schema.‸"), ["App", "double"]);
    assert_eq!(labels("(import \"./none.json\").‸"), [""; 0]);
}

#[test]
fn self_has_the_fields_of_its_braces_and_of_the_schema_around() {
    let text = "let { App } = import \"./schema.rzp\"\nApp with {\n  extra = 1\n  name = self.‸\n}";
    let found = labels(text);
    for name in ["name", "extra", "port", "replicas"] {
        assert!(found.contains(&name.to_owned()), "{name}: {found:?}");
    }
}

#[test]
fn the_library_after_a_dot() {
    assert!(labels("std.‸").contains(&"list".to_owned()));
    assert!(labels("std.list.‸").contains(&"map".to_owned()));
    assert!(labels("let { list } = std\nlist.‸").contains(&"map".to_owned()));
    assert!(labels("let { m‸ } = std.list\n1").contains(&"map".to_owned()));
}

#[test]
fn fields_that_a_schema_declares() {
    let head = "let { App } = import \"./schema.rzp\"\n";
    let found = labels(&format!("{head}App with {{ name = \"x\"\n  p‸\n}}"));
    assert_eq!(found[..3], ["port", "kind", "replicas"], "those that are there already are left out");
    assert_eq!(labels(&format!("{head}App with {{ probe = {{ ‸ }} }}"))[..2], ["path", "after"]);
    assert_eq!(labels(&format!("{head}App with {{ probe.‸ }}")), ["path", "after"]);
    assert_eq!(labels(&format!("{head}App with {{ volumes.config.‸ }}")), ["size", "mode"]);
    assert_eq!(labels(&format!("{head}App with {{ volumes = {{ x = {{ si‸ }} }} }}"))[..2], ["size", "mode"]);
    assert_eq!(labels(&format!("{head}{{ a : App = {{ na‸ }} }}"))[0], "name");
    assert_eq!(labels(&format!("{head}let x : App = {{ na‸ }}\nx"))[0], "name");
    assert_eq!(labels(&format!("{head}let f(a : App) = 1\nf({{ na‸ }})"))[0], "name");
    assert_eq!(labels(&format!("{head}[(App with {{ na‸ }})]"))[0], "name");
    assert_eq!(labels("{ xs : [{ size : Int }] = [{ s‸ }] }")[0], "size");
    let text = format!("{head}App with {{ po‸ }}");
    assert_eq!(taken(&text, "port"), format!("{head}App with {{ port =  }}"));
    let text = format!("{head}App with {{ po‸ = 1 }}");
    assert_eq!(taken(&text, "port"), format!("{head}App with {{ port = 1 }}"));
}

#[test]
fn literals_where_they_are_asked_for() {
    let head = "let { App } = import \"./schema.rzp\"\n";
    let kinds = ["\"Deployment\"", "\"StatefulSet\""];
    assert_eq!(labels(&format!("{head}App with {{ kind = ‸ }}"))[..2], kinds);
    assert_eq!(labels(&format!("{head}App with {{ kind = \"‸\" }}")), kinds);
    assert_eq!(labels(&format!("{head}App with {{ kind = \"St‸\n  name = \"x\" }}")), kinds);
    assert_eq!(labels("{ b : Bool = ‸ }")[..2], ["true", "false"]);
    assert_eq!(labels("let f(x : 1 | 2) = x\nf(‸)")[..2], ["1", "2"]);
    let text = format!("{head}App with {{ kind = \"St‸\" }}");
    assert_eq!(taken(&text, "\"StatefulSet\""), format!("{head}App with {{ kind = \"StatefulSet\" }}"));
}

#[test]
fn names_in_sight() {
    let found = labels("let outer = 1\nlet f(param) = {\n  let inner = 2\n  field = ‸\n}\nlet later = 3\nf(1)");
    assert_eq!(found[..3], ["inner", "param", "f"], "the nearest first: {found:?}");
    assert!(found.contains(&"outer".to_owned()) && found.contains(&"std".to_owned()));
    assert!(!found.contains(&"later".to_owned()) && !found.contains(&"field".to_owned()));
    assert!(labels("let x‸ = 1\nx").is_empty(), "a new name is nobody's guess");
    assert!(labels("let f(first, second = 2) = first\nf(1, ‸)").contains(&"second = ".to_owned()));
    assert_eq!(labels("let { A‸ } = import \"./schema.rzp\"\n1"), ["App", "double"]);
}

#[test]
fn paths_of_imports() {
    assert_eq!(labels("import \"./‸\""), ["./data.json", "./schema.rzp"]);
    assert!(labels("import \"‸").contains(&"std/meta/name".to_owned()));
    assert_eq!(taken("import \"./sch‸\"", "./schema.rzp"), "import \"./schema.rzp\"");
}

#[test]
fn nothing_in_comments_and_text() {
    assert_eq!(labels("# a ‸\n1"), [""; 0]);
    assert_eq!(labels("{ a = \"some ‸ text\" }"), [""; 0]);
}

#[test]
fn hovers() {
    let head = "let { App, double } = import \"./schema.rzp\"\n";
    let (code, text) = hover(&format!("{head}App with {{ po‸rt = 80 }}"));
    assert_eq!(code, "port : Int & >=1 & <=65535");
    assert_eq!(text, "The port that the program listens on.\ndeclared in schema.rzp:6\nhere: `80`");
    let (code, text) = hover(&format!("{head}dou‸ble(2)"));
    assert_eq!(code, "double(n : Int) -> Int = n * 2");
    assert!(text.starts_with("Twice a number."), "{text}");
    let (code, text) = hover(&format!("{head}A‸pp"));
    assert!(code.starts_with("App = schema {") && text.starts_with("What runs the program."), "{code}\n{text}");
    assert_eq!(hover("let x = 1\nx‸ + 1").0, "x : 1");
    assert_eq!(
        hover("## Adds.\nlet add(a, b = 2) = a + b\nad‸d(1)"),
        ("let add(a, b = 2) -> Number".to_owned(), "Adds.".to_owned())
    );
    let (code, text) = hover("std.list.ma‸p([1], fn(x) => x)");
    assert!(code.starts_with("std.list.map(") && text.contains("#=>"), "{code}\n{text}");
    assert!(hover("std.li‸st.map").1.contains("map"));
    assert!(hover("import \"./sche‸ma.rzp\"").0.contains("App"));
    assert!(hover("{ a = 1, b = sel‸f.a }").0.contains("a : 1"));
    assert_eq!(hover("(1 : In‸t)").0, "Int");
    let mut nothing = ask("{ a = 1 ‸+ 2 }");
    assert_eq!(nothing.project.hover("a.rzp", nothing.offset), None);
}

#[test]
fn definitions() {
    let head = "let { App } = import \"./schema.rzp\"\n";
    assert_eq!(definition(&format!("{head}A‸pp")), ["schema.rzp: App"]);
    assert_eq!(definition(&format!("{head}App with {{ po‸rt = 80 }}")), ["schema.rzp: port", "a.rzp: port"]);
    assert_eq!(definition(&format!("{head}(App with {{ port = 80 }}).po‸rt")), ["schema.rzp: port", "a.rzp: port"]);
    assert_eq!(definition("let x = 1\nlet y = 2\nx‸ + y"), ["a.rzp: x"]);
    assert_eq!(definition("fn(x) => x‸"), ["a.rzp: x"]);
    assert_eq!(definition("{ a = 1, b = self.a‸ }"), ["a.rzp: a"]);
    assert_eq!(definition("import \"./sche‸ma.rzp\""), ["schema.rzp: "]);
    assert_eq!(definition("let { Name } = import \"std/meta/name\"\n(\"x\" : Na‸me)"), ["std/meta/name.rzp: Name"]);
    assert_eq!(definition("std.list.ma‸p"), ["std/reference/list.md: std.list.map"]);
    assert_eq!(definition("1 ‸+ 2"), [""; 0]);
}

#[test]
fn data_files_are_known_and_known_anew() {
    assert_eq!(definition("(import \"./data.json\").a‸"), ["data.json: \"a\""]);
    let world = MemWorld::new().with("data.json", "{\"a\": 1}").with("x/one.rzp", "{ b = 1 }");
    let mut project = Project::new(Rc::new(world));
    project.open(
        "a.rzp",
        "{ a = (import \"./data.json\").a, b = (import \"./x/*.rzp\").two.b, c = (import \"./late.rzp\").d }",
    );
    let told = project.problems("a.rzp");
    assert_eq!(brief(&project, &told), ["E0401 a.rzp: two", "E0101 a.rzp: \"./late.rzp\""]);
    project.open("x/two.rzp", "{ b = 1 }");
    project.open("late.rzp", "{ d = 1 }");
    assert_eq!(project.problems("a.rzp"), []);
    project.open("data.json", "{}");
    let told = project.problems("a.rzp");
    assert_eq!(brief(&project, &told), ["E0401 a.rzp: a"]);
}

#[test]
fn mends_mend() {
    for (text, mended) in [
        ("{ a = 1, b = a }", "{ a = 1, b = self.a }"),
        ("let name = 1\nnmae", "let name = 1\nname"),
        ("{ kind : \"TCP\" | \"UDP\" = \"TPC\" }", "{ kind : \"TCP\" | \"UDP\" = \"TCP\" }"),
    ] {
        let mut project = Project::new(Rc::new(MemWorld::new().with("a.rzp", text)));
        let place = project.problems("a.rzp")[0].place.span;
        let mends = project.mends("a.rzp", place);
        assert_eq!(mends.len(), 1, "{text}");
        let mut new = text.to_owned();
        new.replace_range(mends[0].1.place.span.range(), &mends[0].1.text);
        assert_eq!(new, mended);
        assert_eq!(problems(&[("a.rzp", &new)]), [""; 0]);
    }
}

#[test]
fn kinds_of_candidates() {
    let mut asked = ask("let f(x) = x\nlet T = Int & >=1\n‸");
    let found = asked.project.complete("a.rzp", asked.offset).expect("candidates").candidates;
    let kind = |label: &str| found.iter().find(|one| one.label == label).map(|one| one.kind);
    assert_eq!(kind("f"), Some(Kind::Function));
    assert_eq!(kind("T"), Some(Kind::Type));
    assert_eq!(kind("std"), Some(Kind::Module));
    assert_eq!(kind("if"), Some(Kind::Keyword));
}

/// Whatever stands in a file and wherever the cursor is, there is an answer.
#[test]
fn every_place_of_the_library_has_an_answer() {
    let files = rzp_lang::prims::library().files;
    for (number, (name, text)) in files.iter().enumerate() {
        let mut project = Project::new(Rc::new(MemWorld::new()));
        let places = text.char_indices().map(|(at, _)| at).skip(number).step_by(211);
        for at in places {
            // The text as it is, and broken off here.
            project.open("a.rzp", text);
            let span = project.complete("a.rzp", at as u32).map(|found| found.span);
            assert!(span.is_none_or(|span| text.get(span.range()).is_some()), "{name} at {at}");
            project.hover("a.rzp", at as u32);
            for place in project.definition("a.rzp", at as u32) {
                assert!(
                    project.text(&place.path).is_some_and(|text| text.get(place.span.range()).is_some()),
                    "{place:?}"
                );
            }
            project.open("a.rzp", &text[..at]);
            project.complete("a.rzp", at as u32);
            for problem in project.problems("a.rzp") {
                let text = project.text(&problem.place.path).expect("the file is there");
                assert!(text.get(problem.place.span.range()).is_some(), "{name} broken off at {at}: {problem:?}");
            }
        }
    }
}
