//! The front end held to its promises by random texts: whatever comes in, a tree comes out and
//! nothing panics; what is printed is read back as the same tree; printing twice changes nothing; no
//! comment is lost.

use proptest::prelude::*;
use rzp_lang::base::span::FileId;
use rzp_lang::fmt;
use rzp_lang::syntax::parse::parse;
use rzp_tests::promises::{mislaid, misplaced};

/// The blanks between two tokens where a line's end means nothing.
fn gap() -> BoxedStrategy<&'static str> {
    prop_oneof![6 => Just(" "), 1 => Just("  "), 1 => Just("\n"), 1 => Just("\n\n\n"), 1 => Just(" # note\n"), 1 => Just("\n## doc\n# more\n")].boxed()
}

/// What separates two items in braces.
fn separator() -> BoxedStrategy<&'static str> {
    prop_oneof![3 => Just(", "), 3 => Just("\n"), 1 => Just(" # why\n"), 1 => Just("\n\n# above\n"), 1 => Just(", # after\n")].boxed()
}

fn name() -> BoxedStrategy<String> {
    let words = prop_oneof![Just("a"), Just("bc"), Just("name"), Just("very_long_name_of_a_field_in_a_record")];
    words.prop_map(str::to_owned).boxed()
}

fn key() -> BoxedStrategy<String> {
    prop_oneof![4 => name(), 1 => Just("\"x-1\"".to_owned()), 1 => Just("if".to_owned()), 1 => Just("\"p \\(a)\"".to_owned())].boxed()
}

fn leaf() -> BoxedStrategy<String> {
    let fixed = prop_oneof![
        Just("1"),
        Just("5Gi"),
        Just("1.5e-3"),
        Just("\"text\""),
        Just("\"a \\(b) c\""),
        Just("r#\"raw \"x\" \\#(y)\"#"),
        Just("\"\"\"\n    one\n      two \\(x)\n\n    \"\"\""),
        Just("null"),
        Just("true"),
        Just("'a"),
        Just("Int"),
        Just("self.x"),
        Just("super.y"),
        Just("import \"./x.rzp\""),
        Just("{}"),
        Just("[]"),
    ];
    prop_oneof![fixed.prop_map(str::to_owned), name()].boxed()
}

fn operator() -> BoxedStrategy<&'static str> {
    prop_oneof![
        Just("+"),
        Just("-"),
        Just("*"),
        Just("++"),
        Just("&&"),
        Just("||"),
        Just("=="),
        Just("|>"),
        Just("??"),
        Just("|"),
        Just("&"),
        Just("with"),
        Just("<")
    ]
    .boxed()
}

type Text = BoxedStrategy<String>;

fn braces(expr: Text) -> Text {
    let items = proptest::collection::vec((item(expr), separator()), 0..5);
    (gap(), items, gap())
        .prop_map(|(open, items, close)| {
            let body: String = items.into_iter().map(|(item, separator)| item + separator).collect();
            format!("{{{open}{body}{close}}}")
        })
        .boxed()
}

fn item(expr: Text) -> Text {
    let inner = (key(), expr.clone(), expr.clone());
    prop_oneof![
        6 => inner.clone().prop_map(|(k, e, _)| format!("{k} = {e}")),
        1 => inner.clone().prop_map(|(k, e, t)| format!("{k}.b? : ({t}) = {e}")),
        1 => inner.clone().prop_map(|(k, e, _)| format!("hidden default {k} = {e}")),
        1 => inner.clone().prop_map(|(_, e, d)| format!("f(x : Int, {{ y, z = 2 }}, w = {d}) -> Int = {e}")),
        1 => inner.clone().prop_map(|(k, e, t)| format!("let n = {e}\nif ({t}) {{ {k} = 1 }} else if c {{ }} else {{\n b = 2 }}")),
        1 => inner.clone().prop_map(|(k, e, _)| format!("for (k, v) in ({e}) {{ {k} = v }}")),
        1 => inner.clone().prop_map(|(_, e, m)| format!("assert ({e}) else {m}")),
        1 => inner.prop_map(|(_, e, t)| format!("[String] : ({t}) = {e}\n...({e})\n...")),
        1 => name(),
    ]
    .boxed()
}

fn list(expr: Text) -> Text {
    let element = prop_oneof![
        4 => expr.clone(),
        1 => expr.clone().prop_map(|e| format!("...{e}")),
        1 => (expr.clone(), expr, gap()).prop_map(|(e, c, g)| format!("({e}){g}for x in ({c}){g}if x.y")),
        1 => Just("x if y".to_owned()),
    ];
    let separator = prop_oneof![Just(", "), Just(",\n"), Just(" # c\n,"), Just(", # d\n")];
    (gap(), proptest::collection::vec((element, separator), 0..5), gap())
        .prop_map(|(open, items, close)| {
            let body: String = items.into_iter().map(|(item, separator)| item + separator).collect();
            format!("[{open}{body}{close}]")
        })
        .boxed()
}

fn arms(expr: Text) -> Text {
    let pattern = prop_oneof![
        Just("\"a\" | \"b\""),
        Just("{ a, b = [x, ...], c : Int, ... }"),
        Just("[a, _, ...rest]"),
        Just(">=1 & <9"),
        Just("n if n > 3"),
        Just("_"),
    ];
    proptest::collection::vec((pattern, gap(), expr, separator()), 1..4)
        .prop_map(|arms| {
            let body: String = arms.into_iter().map(|(p, g, e, s)| format!("{p} =>{g}{e}{s}")).collect();
            format!("match {{ {body} }}")
        })
        .boxed()
}

/// A valid expression with odd blanks and comments in it.
fn expression() -> Text {
    leaf()
        .boxed()
        .prop_recursive(5, 60, 5, |inner| {
            let two = (inner.clone(), inner.clone(), gap(), gap());
            prop_oneof![
                3 => braces(inner.clone()),
                2 => list(inner.clone()),
                1 => arms(inner.clone()),
                2 => (two.clone(), operator()).prop_map(|((a, b, g, h), op)| format!("(({a}){g}{op}{h}({b}))")),
                1 => (name(), two.clone(), operator(), operator()).prop_map(|(n, (a, b, g, _), o, p)| {
                    let o = if o == p { o } else { "+" };
                    if o == "<" || o == "==" { n } else { format!("({n} {o}{g}f({a}) {o} {b})") }
                }),
                1 => two.clone().prop_map(|(a, b, g, h)| format!("(if ({a}){g}then {b}{h}else{g}{a})")),
                1 => two.clone().prop_map(|(a, b, g, _)| format!("(fn(x, y : Int = ({a})) =>{g}{b})")),
                1 => two.clone().prop_map(|(a, b, g, _)| format!("(let {{ x, y }} = {a}\n{g}let f(x) = ({a}); {b})")),
                1 => two.clone().prop_map(|(a, b, g, h)| format!("f(({g}{a}{h}), n ={g}{b}{h})")),
                1 => two.clone().prop_map(|(a, b, _, _)| format!("({a} : fn(({b}), n : T = ...) -> U?)")),
                1 => two.prop_map(|(a, b, _, _)| format!("({a}).b[{b}]?.\"c d\"")),
                1 => inner.clone().prop_map(|a| format!("(!({a}))")),
                1 => inner.prop_map(|a| format!("schema {{ p : ({a})? }}")),
            ]
        })
        .boxed()
}

fn file() -> impl Strategy<Value = String> {
    let lets = proptest::collection::vec((name(), expression(), gap()), 0..3);
    (lets, expression(), gap()).prop_map(|(lets, body, end)| {
        let lets: String = lets.into_iter().map(|(n, e, g)| format!("let {n} = {e}\n{g}")).collect();
        format!("{lets}{body}{end}")
    })
}

/// Tokens in any order.
fn soup() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        proptest::sample::select(vec![
            "{", "}", "[", "]", "(", ")", ",", ";", "=", ":", "?", "??", "?.", ".", "...", "=>", "->", "|>", "|", "&",
            "==", "!=", "<", "=~", "+", "-", "*", "/", "//", "++", "!", "\n", "\n\n", " ", "\"", "\"\"\"", "r#\"",
            "\\(", "\\", "'", "#", "##", "/*", "let", "fn", "if", "then", "else", "match", "import", "assert",
            "default", "hidden", "schema", "self", "super", "for", "in", "with", "true", "elif", "and", "not", "$",
            "é", "\u{2028}", "\t", "\r\n", "\0",
        ])
        .prop_map(str::to_owned),
        leaf(),
        key(),
    ];
    let blank = prop_oneof![Just(" "), Just("")];
    proptest::collection::vec((token, blank), 0..60)
        .prop_map(|tokens| tokens.into_iter().map(|(token, blank)| token + blank).collect())
}

/// Said of every text.
fn sound(text: &str) {
    assert_eq!(misplaced(text), None, "{text:?}");
    let _ = fmt::format(text);
}

/// What of the promises about formatting does not hold for a valid text.
fn breach(text: &str) -> Option<String> {
    let diags = parse(FileId(0), text).diags;
    if diags.is_empty() { mislaid(text) } else { Some(format!("not valid: {diags:?}")) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_tree_and_comments_and_is_stable(text in file()) {
        prop_assert_eq!(breach(&text), None, "{}", text);
    }

    #[test]
    fn no_soup_panics(text in soup()) {
        sound(&text);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        sound(&text);
    }

    #[test]
    fn no_damaged_text_panics(text in file(), at in any::<proptest::sample::Index>(), len in 0usize..12, with in soup()) {
        let chars: Vec<char> = text.chars().collect();
        let start = at.index(chars.len());
        let end = (start + len).min(chars.len());
        let damaged: String = chars[..start].iter().copied().chain(with.chars().take(len)).chain(chars[end..].iter().copied()).collect();
        sound(&damaged);
    }
}

#[test]
fn deep_and_long_texts_end_in_a_tree_or_a_message() {
    let deep = |open: &str, close: &str, times: usize| open.repeat(times) + "1" + &close.repeat(times);
    for text in [
        deep("(", ")", 9_000),
        deep("[", "]", 20_000),
        deep("{ a = ", " }", 9_000),
        deep("{ if c ", " }", 9_000),
        deep("(", "", 20_000),
        deep("", ")", 20_000),
        deep("{ a = [", "", 5_000),
        deep("f(", ")", 9_000),
        deep("-", "", 100_000),
        deep("\"\\(", ")\"", 5_000),
        deep("1 + ", "", 100_000),
        deep("1 ?? ", "", 100_000),
        deep("if a then b else ", "", 20_000),
        deep("fn(x) => ", "", 20_000),
        deep("let x = 1\n", "", 20_000),
        deep("", ".a", 50_000),
        deep("", "?", 50_000),
        deep("match { [", "] => 1 }", 3_000),
        "{ if a { } ".to_owned() + &"else if a { } ".repeat(20_000) + "}",
        "{ a = ".repeat(3_000) + "\n= = =" + &"}".repeat(3_000),
    ] {
        let _ = parse(FileId(0), &text);
    }
    let said = parse(FileId(0), &deep("[", "]", 20_000)).diags;
    assert_eq!(said.iter().map(|d| d.code.to_string()).collect::<Vec<_>>(), ["E0008"]);
    assert!(fmt::format(&deep("1 + ", "", 100_000)).is_ok());
}
