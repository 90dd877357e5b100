//! How messages look, on a terminal and to a program.

use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::base::span::{Loc, Span};
use rzp_lang::report::{machine, terminal};

/// The place of the first `what` in a new source.
fn find(sources: &mut Sources, name: &str, text: &str, what: &str) -> Loc {
    let file = sources.add(name, text);
    let start = text.find(what).expect("the text holds what is looked for");
    Span::new(start, start + what.len()).at(file)
}

#[track_caller]
fn shows(diags: &[Diag], sources: &Sources, expected: &str) {
    let found = terminal::render(diags, sources, false);
    assert_eq!(found.trim_end(), expected.trim(), "\n{found}");
}

/// A message with everything a message can have.
fn full(sources: &mut Sources) -> Diag {
    let text = "# sonarr\n{\n\tname = \"sonarr\"\n\turl = \"https://\\(name)\"\n}\n";
    let name = find(sources, "services/media/sonarr.rzp", text, "name)");
    let name = Loc { file: name.file, span: Span { end: name.span.end - 1, ..name.span } };
    let field = Loc { file: name.file, span: Span::new(12, 16) };
    Diag::error(Code::BareField, "`name` is a field, and a bare name never means a field")
        .at(name, "no `let`, parameter or prelude name")
        .also(field, "the field stands here")
        .note("a bare name means the nearest `let`, parameter or pattern variable,\nelse the prelude")
        .fix("reach the field through `self`", name, "self.name")
}

#[test]
fn all_parts_of_a_message() {
    let mut sources = Sources::default();
    let diag = full(&mut sources);
    let warning = Diag::warning(Code::YamlHabit, "something small").help("leave it");
    let expected = r#"
error[E0204]: `name` is a field, and a bare name never means a field
  ┌─ services/media/sonarr.rzp:4:19
  │
3 │     name = "sonarr"
  │     ---- the field stands here
4 │     url = "https://\(name)"
  │                      ^^^^ no `let`, parameter or prelude name
  │
  = note: a bare name means the nearest `let`, parameter or pattern variable,
          else the prelude
  = help: reach the field through `self`
          + url = "https://\(self.name)"

warning[E0007]: something small
 = help: leave it

1 error, 1 warning
"#;
    shows(&[diag, warning], &sources, expected);
}

#[test]
fn wide_characters_keep_the_marks_in_place() {
    let mut sources = Sources::default();
    let text = "{\n  日本語 = \"emoji 😀 wide\", x = 1 }";
    let loc = find(&mut sources, "wide.rzp", text, "x = 1");
    let expected = r#"
warning[E0403]: wide
  ┌─ wide.rzp:2:25
  │
2 │   日本語 = "emoji 😀 wide", x = 1 }
  │                             ^^^^^ here

1 warning
"#;
    shows(&[Diag::warning(Code::Conflict, "wide").at(loc, "here")], &sources, expected);
}

#[test]
fn long_lines_are_cut_around_the_mistake() {
    let mut sources = Sources::default();
    let text = format!("{{ a = \"{}\", needle = 1, b = \"{}\" }}\n", "x".repeat(3000), "y".repeat(3000));
    let loc = find(&mut sources, "long.rzp", &text, "needle");
    let diag = Diag::error(Code::UnknownField, "long").at(loc, "here").fix("call it `thread`", loc, "thread");
    let expected = r#"
error[E0401]: long
  ┌─ long.rzp:1:3011
  │
1 │ …xxxxxxxxxxxxxxxxxxxxxxxxxxxxx", needle = 1, b = "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
  │                                  ^^^^^^ here
  │
  = help: call it `thread`
          + …xxxxxxxxxxxxxxxxxxxxxxxxxxxxx", thread = 1, b = "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…

1 error
"#;
    shows(&[diag], &sources, expected);
}

#[test]
fn ranges_over_many_lines_and_files() {
    let mut sources = Sources::default();
    let text = "let a = 1\n{\n  a = 1\n  b = 2\n  c = 3\n  d = 4\n  e = 5\n  f = 6\n}\n";
    let record = find(&mut sources, "a.rzp", text, &text[10..]);
    let other = find(&mut sources, "b.rzp", "{ a = 2 }", "2");
    let diag = Diag::error(Code::Conflict, "two values").also(other, "and this").at(record, "this record");
    let expected = "
error[E0403]: two values
  ┌─ a.rzp:2:1
  │
2 │ ╭ {
3 │ │   a = 1
4 │ │   b = 2
  · │
8 │ │   f = 6
9 │ │ }
  │ ╰─^ this record
  │
  ┌─ b.rzp:1:7
  │
1 │ { a = 2 }
  │       - and this

1 error
";
    shows(&[diag], &sources, expected);
}

#[test]
fn the_end_of_a_file_is_shown_at_its_last_word() {
    let mut sources = Sources::default();
    let text = "{ a = [1, 2\n\n\n";
    let end = Span::new(text.len(), text.len()).at(sources.add("eof.rzp", text));
    let empty = Span::default().at(sources.add("empty.rzp", ""));
    let diags = [
        Diag::error(Code::Unclosed, "unclosed").at(end, "`]` expected"),
        Diag::error(Code::Syntax, "an empty file").at(empty, "a value expected"),
    ];
    let expected = "
error[E0003]: unclosed
  ┌─ eof.rzp:1:12
  │
1 │ { a = [1, 2
  │            ^ `]` expected

error[E0001]: an empty file
  ┌─ empty.rzp:1:1
  │
1 │
  │ ^ a value expected

2 errors
";
    shows(&diags, &sources, expected);
}

#[test]
fn nothing_in_a_source_steers_the_terminal() {
    let mut sources = Sources::default();
    let loc = find(&mut sources, "evil\u{1b}[2J.rzp", "a = \"\u{1b}[31m\u{202e}\" x\r\nb\n", "x");
    let diag = Diag::error(Code::Syntax, "bad \u{1b}[31m title").at(loc, "bad\u{7} label").note("bad \u{1b} note");
    let text = terminal::render(&[diag], &sources, false);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'), "{text}");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let mut sources = Sources::default();
    let diags = [full(&mut sources)];
    let coloured = terminal::render(&diags, &sources, true);
    let plain: String = coloured.split('\u{1b}').map(without_code).collect();
    let trimmed: String = plain.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    assert_eq!(trimmed, terminal::render(&diags, &sources, false));
}

/// What follows a colour's code, where a part starts with one.
fn without_code(part: &str) -> &str {
    let digits = |code: &str| code.chars().all(|c| c.is_ascii_digit() || c == ';');
    match part.strip_prefix('[').and_then(|rest| rest.split_once('m')) {
        Some((code, text)) if digits(code) => text,
        _ => part,
    }
}

#[test]
fn any_range_can_be_shown() {
    let text = "é\n\n日本\r\n\tx";
    for start in 0..=text.len() + 2 {
        for end in start..=text.len() + 2 {
            let mut sources = Sources::default();
            let loc = Span::new(start, end).at(sources.add("a.rzp", text));
            let diag = Diag::error(Code::Syntax, "title").at(loc, "here").fix("mend", loc, "a\nb");
            assert!(terminal::render(&[diag], &sources, false).contains("here"));
        }
    }
}

#[test]
fn programs_get_one_object_a_line() {
    let mut sources = Sources::default();
    let loc = find(&mut sources, "a.rzp", "é = \"x\ty\"", "\"x\ty\"");
    let diag = Diag::error(Code::Syntax, "a \"title\"").at(loc, "").note("one\ntwo").fix("mend", loc, "z");
    let expected = concat!(
        r#"{"severity":"error","code":"E0001","title":"a \"title\"","labels":[{"primary":true,"text":"","file":"a.rzp","#,
        r#""start":{"line":1,"column":5,"offset":5},"end":{"line":1,"column":10,"offset":10}}],"notes":["one\ntwo"],"#,
        r#""helps":[],"fix":{"title":"mend","replacement":"z","certain":true,"file":"a.rzp","#,
        r#""start":{"line":1,"column":5,"offset":5},"end":{"line":1,"column":10,"offset":10}}}"#,
        "\n"
    );
    assert_eq!(machine::json_lines(std::slice::from_ref(&diag), &sources), expected);
    let expected =
        "::error title=E0001%3A a \"title\",file=a.rzp,line=1,endLine=1,col=5,endColumn=10::one%0Atwo%0Amend\n";
    assert_eq!(machine::annotations(&[diag], &sources), expected);
}
