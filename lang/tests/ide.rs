//! What editors are answered, over projects in memory. `‸` in a text is the cursor.

use rzp_lang::base::span::Span;
use rzp_lang::base::world::MemWorld;
use rzp_lang::ide::Project;
use rzp_lang::ide::colours::Colour;
use rzp_lang::ide::plain::{Kind, Outline, Place, Problem};
use rzp_lang::ide::whole::Whole;
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
fn what_is_secret_is_told_to_no_editor() {
    let files = [(
        "a.rzp",
        "let long(s) = \"\\(s) is too short\"\nlet key : Secret(String) = \"hunter2\"\n{\n  \
            refused = (\"hunter3\" : Secret(String & long))\n  kind : Secret(Int) = \"hunter4\"\n  \
            same = std.error(\"bad \\(key)\")\n  twice = ({ p : Secret(String) } & { p = \"hunter5\" } & { p = \"hunter6\" }).p\n}",
    )];
    let mut project =
        Project::new(Rc::new(files.iter().fold(MemWorld::new(), |world, (path, text)| world.with(path, text))));
    let mut all = project.problems("a.rzp");
    all.extend(project.run_problems("a.rzp"));
    assert!(!all.is_empty());
    for problem in all {
        let told = format!("{} {:?} {:?}", problem.message, problem.related, problem.mend);
        assert!(!told.contains("hunter"), "{told}");
    }
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
    // A service that asks who the others are is told so by the whole.
    let service = "let { Service } = import \"std/component/service\"\nService with {\n  name = \"a\"\n  tier = \"apps\"\n  area = \"home\"\n  image = \"ghcr.io/b/b:1.0\"\n  ports.http = 80\n  needs = [\"c\"]\n  variables.HOST = self.deps.c.host\n}";
    assert_eq!(problems(&[("a.rzp", service)]), [""; 0]);
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

/// What is wrong with all services together.
fn whole(project: &mut Project) -> Option<Vec<String>> {
    loop {
        match project.whole_problems(|| 0) {
            Whole::Later => {}
            Whole::Unready => return None,
            Whole::Told(problems) => return Some(brief(project, &problems)),
        }
    }
}

#[test]
fn services_are_looked_at_together() {
    let main = "let all = import \"./apps/*.rzp\"\nlet known(name) = std.record.has(all, name)\n{ home.apps = { for (name, s) in all { \"\\(name)\" = [{ kind = \"Service\", metadata.name = s.name, to : [known] = s.needs }] } } }";
    let world = MemWorld::new()
        .with("services/main.rzp", main)
        .with("services/apps/a.rzp", "{ name = \"a\", needs = [\"b\"] }")
        .with("services/apps/b.rzp", "{ name = \"b\", needs = [] }");
    let mut project = Project::new(Rc::new(world));
    assert!(project.has_whole());
    assert_eq!(whole(&mut project), Some(Vec::new()));
    // Fine by itself, wrong among the others: told where it is written.
    project.open("services/apps/a.rzp", "{ name = \"a\", needs = [\"c\"] }");
    assert_eq!(project.problems("services/apps/a.rzp"), []);
    assert_eq!(project.run_problems("services/apps/a.rzp"), []);
    assert_eq!(whole(&mut project), Some(vec!["E0501 services/apps/a.rzp: \"c\"".to_owned()]));
    // While a file cannot be read, nothing is said of the others.
    project.open("services/apps/b.rzp", "{ name = \"b\", needs = [ }");
    assert_eq!(whole(&mut project), None);
    project.close("services/apps/a.rzp");
    project.close("services/apps/b.rzp");
    assert_eq!(whole(&mut project), Some(Vec::new()));
    assert!(!Project::new(Rc::new(MemWorld::new())).has_whole());
}

#[test]
fn runs_are_called_off_and_go_on() {
    let text = "let f(n) = if n == 0 then 1 else f(n - 1) + f(n - 1)\n{ a = f(16), b = [1][self.a] }";
    let mut project = Project::new(Rc::new(MemWorld::new().with("a.rzp", text)));
    assert_eq!(project.run_problems_unless("a.rzp", || usize::MAX), None);
    let found = project.run_problems_unless("a.rzp", || 0).expect("it is not called off");
    assert_eq!(brief(&project, &found), ["E0407 a.rzp: [1][self.a]"]);
}

#[test]
fn runs_are_kept_until_a_text_behind_them_is_another() {
    let world = MemWorld::new().with("a.rzp", "{ x = 1 // (import \"./b.rzp\").n }").with("b.rzp", "{ n = 0 }");
    let mut project = Project::new(Rc::new(world));
    assert_eq!(project.run_problems("a.rzp").len(), 1);
    project.open("c.rzp", "1");
    assert_eq!(project.run_problems_unless("a.rzp", || usize::MAX).map(|found| found.len()), Some(1), "no run");
    project.open("b.rzp", "{ n = 3 }");
    assert_eq!(project.run_problems("a.rzp"), []);
}

/// The text after a variable got another name, or why it did not.
fn renamed(text: &str, new: &str) -> Result<String, String> {
    let mut asked = ask(text);
    let edits = asked.project.rename("a.rzp", asked.offset, new)?;
    let mut text = text.replace(CURSOR, "");
    for (span, with) in edits.iter().rev() {
        text.replace_range(span.range(), with);
    }
    Ok(text)
}

#[test]
fn variables_get_another_name() {
    let is = |text: &str, new: &str, after: &str| assert_eq!(renamed(text, new).as_deref(), Ok(after));
    is("let x‸ = 1\nx + x", "y", "let y = 1\ny + y");
    is("let x = 1\n{ x, a = \"\\(x‸)\", b.x = 2 }", "y", "let y = 1\n{ x = y, a = \"\\(y)\", b.x = 2 }");
    is("let f(n) = if n == 0 then 0 else f‸(n - 1)\nf(1)", "g", "let g(n) = if n == 0 then 0 else g(n - 1)\ng(1)");
    is("let x = 1\nlet x = x‸ + 1\nx", "y", "let y = 1\nlet x = y + 1\nx");
    is("[a‸ * 2 for a in [1]]", "b", "[b * 2 for b in [1]]");
    is("{ let s = 1, a = s‸ }", "t", "{ let t = 1, a = t }");
    is("1 |> match { n‸ if n > 1 => n, _ => 0 }", "k", "1 |> match { k if k > 1 => k, _ => 0 }");
}

#[test]
fn a_name_that_would_mean_something_else_is_refused() {
    for (text, new) in [
        ("let x = 1\nlet y = 2\nx‸ + y", "y"),
        ("let x = 1\n{ f(y) = x‸ + y }", "y"),
        ("let x‸ = 1\nx", "if"),
        ("let x‸ = 1\nx", "a b"),
        ("let x‸ = 1\nx", ""),
        ("let x‸ = 1\nx +", "y"),
        ("let { App } = import \"./schema.rzp\"\nA‸pp", "B"),
        ("let f(a) = a‸\nf(a = 1)", "b"),
        ("{ a = 1, b = self.a‸ }", "c"),
        // A second name of `self`.
        ("{ let s‸ = self, a = 1, b = s.a }", "me"),
        ("std.li‸st", "c"),
    ] {
        assert!(renamed(text, new).is_err(), "{text}: {new}");
    }
}

fn uses(text: &str) -> Vec<String> {
    let mut asked = ask(text);
    let places = asked.project.uses("a.rzp", asked.offset, &["a.rzp".to_owned(), "schema.rzp".to_owned()]);
    let line = |place: &Place| {
        let text = asked.project.text(&place.path).expect("the file is there");
        format!("{}:{}", place.path, text[..place.span.start as usize].matches('\n').count() + 1)
    };
    places.iter().map(line).collect()
}

#[test]
fn uses_mean_the_same() {
    assert_eq!(uses("let x = 1\nlet y = { x = 2 }\nx‸ + y.x"), ["a.rzp:1", "a.rzp:3"]);
    let head = "let { App } = import \"./schema.rzp\"\n";
    let text = format!("{head}let x = App with {{ port‸ = 1 }}\nlet port = 2\nx.port + port");
    assert_eq!(uses(&text), ["a.rzp:2", "a.rzp:4", "schema.rzp:6"]);
    assert_eq!(uses(&format!("{head}A‸pp")), ["a.rzp:1", "a.rzp:2", "schema.rzp:3"]);
    assert_eq!(uses("std.list‸"), [""; 0]);
}

#[test]
fn outlines() {
    fn lines(all: &[Outline], depth: usize, found: &mut Vec<String>) {
        for one in all {
            found.push(
                format!("{}{} {:?} {}", "  ".repeat(depth), one.label, one.kind, one.detail).trim_end().to_owned(),
            );
            lines(&one.inside, depth + 1, found);
        }
    }
    let text =
        "let f(x) = x\nlet base = { a = 1 }\nbase with {\n  let n = 1\n  b.c = { d = \"x\" }\n  if true { e = n }\n}";
    let mut project = Project::new(Rc::new(MemWorld::new().with("a.rzp", text)));
    let mut found = Vec::new();
    lines(&project.outline("a.rzp"), 0, &mut found);
    let wanted = [
        "f Function fn(x)",
        "base Variable",
        "  a Field 1",
        "n Variable 1",
        "b.c Field",
        "  d Field \"x\"",
        "e Field 1",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn signatures() {
    let signature = |text: &str| {
        let mut asked = ask(text);
        let found = asked.project.signature("a.rzp", asked.offset)?;
        Some((found.label.clone(), found.due.map(|due| found.label[found.parameters[due].range()].to_owned())))
    };
    let head = "let f(a : Int, b : String = \"\") -> Int = a\n";
    let label = "f(a : Int, b : String = …) -> Int".to_owned();
    assert_eq!(signature(&format!("{head}f(‸)")), Some((label.clone(), Some("a : Int".to_owned()))));
    assert_eq!(signature(&format!("{head}f(1, ‸")), Some((label.clone(), Some("b : String = …".to_owned()))));
    assert_eq!(signature(&format!("{head}f(b = ‸)")), Some((label.clone(), Some("b : String = …".to_owned()))));
    assert_eq!(signature(&format!("{head}f(1, \"\", ‸)")), Some((label, None)));
    assert_eq!(signature(&format!("{head}f‸")), None);
    let (label, due) = signature("std.list.map([1], ‸)").expect("a function of the library");
    assert!(label.starts_with("std.list.map(") && due.is_some_and(|due| due.starts_with('f')), "{label}");
}

#[test]
fn each_word_has_a_colour() {
    let text = "# é\nlet f(x) = x\n{\n  if = f(1)\n  b = \"\"\"\n    a\n    \"\"\"\n  c : Int = self.if\n}";
    let mut project = Project::new(Rc::new(MemWorld::new().with("a.rzp", text)));
    let found = project.colours("a.rzp");
    let line = |(span, colour): &(Span, Colour)| format!("{} {colour:?}", text[span.range()].trim());
    let found: Vec<String> = found.iter().map(line).collect();
    let wanted = "# é Comment; let Word(Keyword); f Word(Function); x Word(Variable); x Word(Variable); if Word(Field); \
        f Word(Function); 1 Number; b Word(Field); \"\"\" String; a String; \"\"\" String; c Word(Field); Int Word(Type); \
        self Word(Keyword); if Word(Field)";
    assert_eq!(found.join("; "), wanted);
}

#[test]
fn all_certain_mends_at_once() {
    let project = Project::new(Rc::new(MemWorld::new().with("a.rzp", "let x = 1\nlet y = 2\n{ a = 3 }")));
    assert_eq!(project.mended("a.rzp").as_deref(), Some("{ a = 3 }"));
    let project = Project::new(Rc::new(MemWorld::new().with("a.rzp", "{ a = 3 }")));
    assert_eq!(project.mended("a.rzp"), None);
}

/// Whatever stands in a file and wherever the cursor is, there is an answer.
#[test]
fn every_place_of_the_library_has_an_answer() {
    let files = rzp_lang::prims::library().files;
    for (number, (name, text)) in files.plain().enumerate() {
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
