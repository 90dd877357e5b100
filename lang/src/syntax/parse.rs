//! The front end's one door: text in, tree, trivia and diagnostics out.
//!
//! The only file that names LALRPOP, so that another parser could take its place.

use super::ast::{Ast, ExprId};
use super::balance;
use super::errors::{self, Expected};
use super::grammar::FileParser;
use super::habits;
use super::lexer::{self, Lexed};
use super::make::Maker;
use super::newline::{Newlines, TooDeep};
use super::recover;
use super::scene::Scene;
use super::token::{Spanned, Token};
use super::trivia::Trivia;
use crate::base::diag::{Diag, Diags};
use crate::base::span::{FileId, Span};
use lalrpop_util::ParseError;

/// More mistakes than this are not looked for in one text.
const MAX_ROUNDS: usize = 50;

/// One file, read.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub ast: Ast,
    pub trivia: Trivia,
    pub diags: Vec<Diag>,
}

/// Reads a text. It never fails: what could not be read is an `Error` node and a diagnostic.
pub fn parse(file: FileId, text: &str) -> Parsed {
    let lexed = lexer::lex(file, text);
    let mut maker = Maker::new(file, text, &lexed.tokens, &lexed.trivia);
    match FileParser::new().parse(&mut maker, Newlines::new(&lexed.tokens)) {
        Ok(root) => finish(maker, Some(root), Diags::default(), lexed.diags, &lexed.trivia),
        Err(_) => Reader::new(file, text, &lexed).read(),
    }
}

fn finish(maker: Maker, root: Option<ExprId>, found: Diags, lexed: Vec<Diag>, trivia: &Trivia) -> Parsed {
    let (exprs, spans, made) = maker.finish();
    let mut diags = Diags::default();
    diags.extend(lexed);
    diags.extend(found.into_vec());
    diags.extend(made);
    let mut diags = diags.into_vec();
    diags.sort_by_key(|diag| diag.place().map_or(0, |place| place.span.start));
    Parsed { ast: Ast::new(exprs, spans, root), trivia: trivia.clone(), diags }
}

/// Reads a text with mistakes, again and again, until all of it has a place in the tree.
struct Reader<'a> {
    file: FileId,
    text: &'a str,
    lexed: &'a Lexed,
    tokens: Vec<Spanned>,
    diags: Diags,
    /// Where the last mistake was: what comes at or before it again is its consequence.
    furthest: Option<u32>,
}

/// Where the grammar got stuck.
struct Stuck {
    at: usize,
    expected: Expected,
}

impl<'a> Reader<'a> {
    fn new(file: FileId, text: &'a str, lexed: &'a Lexed) -> Reader<'a> {
        Reader { file, text, lexed, tokens: Vec::new(), diags: Diags::default(), furthest: None }
    }

    fn read(mut self) -> Parsed {
        if let Err(deep) = self.prepare() {
            self.diags.push(errors::too_deep(self.file, deep));
            return self.give_up();
        }
        for _ in 0..MAX_ROUNDS {
            let mut maker = Maker::new(self.file, self.text, &self.tokens, &self.lexed.trivia);
            let mut feed = Feed { tokens: &self.tokens, at: 0 };
            match FileParser::new().parse(&mut maker, &mut feed) {
                Ok(root) => {
                    return finish(maker, Some(root), self.diags, self.lexed.diags.clone(), &self.lexed.trivia);
                }
                Err(error) => {
                    let stuck = stuck(error, feed.at, self.tokens.len());
                    self.mend(&stuck);
                }
            }
        }
        self.give_up()
    }

    fn give_up(self) -> Parsed {
        let maker = Maker::new(self.file, self.text, &[], &self.lexed.trivia);
        finish(maker, None, self.diags, self.lexed.diags.clone(), &self.lexed.trivia)
    }

    /// Makes the brackets match and settles what the line ends mean.
    fn prepare(&mut self) -> Result<(), TooDeep> {
        let (tokens, diags) = balance::repair(self.file, self.text, &self.lexed.tokens);
        let told: Vec<Diag> = diags.into_iter().filter(|diag| !self.swallowed(diag)).collect();
        self.diags.extend(told);
        let spanned = |(start, token, end)| Spanned { token, first: false, start, end };
        self.tokens = Newlines::new(&tokens).map(|token| token.map(spanned)).collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Whether a bracket seems open only because a string without end took its closer.
    fn swallowed(&self, diag: &Diag) -> bool {
        let Some(at) = diag.place() else { return false };
        let closer = match self.text.get(at.span.range()) {
            Some("{") => '}',
            Some("[") => ']',
            Some("(") => ')',
            _ => return false,
        };
        let inside = |other: &Diag| {
            let Some(place) = other.place() else { return false };
            // A block without end takes all that follows.
            let block = self.text.get(place.span.range()).is_some_and(|text| text.contains("\"\"\""));
            let end = if block { self.text.len() } else { place.span.end as usize };
            let text = self.text.get(place.span.start as usize..end);
            other.title.starts_with("a string") && text.is_some_and(|text| text.contains(closer))
        };
        self.lexed.diags.iter().any(inside)
    }

    fn mend(&mut self, stuck: &Stuck) {
        let at = stuck.at;
        let span = self
            .tokens
            .get(at)
            .map_or(Span::new(self.text.len(), self.text.len()), |t| Span { start: t.start, end: t.end });
        let again = self.furthest.is_some_and(|furthest| span.start <= furthest);
        // What is missing at the text's end is missed on the last line that has text.
        let line = if at < self.tokens.len() { span.start } else { self.tokens.last().map_or(span.start, |t| t.end) };
        let muted = again || self.follows_another(line);
        let scene = Scene { file: self.file, text: self.text, tokens: &self.tokens, at, expected: &stuck.expected };
        let habit = if again { None } else { habits::recognise(&scene) };
        let (diag, edit) = habit.unwrap_or_else(|| (self.plain(stuck, span), None));
        let edit = edit.filter(|edit| edit.fits(&self.tokens)).unwrap_or_else(|| recover::blank(&self.tokens, at));
        if !muted {
            self.diags.push(diag);
        }
        self.furthest = Some(self.furthest.map_or(span.start, |furthest| furthest.max(span.start)));
        edit.apply(&mut self.tokens);
    }

    fn plain(&self, stuck: &Stuck, span: Span) -> Diag {
        let found = match self.tokens.get(stuck.at) {
            Some(token) => errors::called(token.token, self.text.get(span.range()).unwrap_or("")),
            None => "the end of the text".to_owned(),
        };
        errors::unexpected(self.file, span, &found, &stuck.expected)
    }

    /// Whether a mistake on the same line was already told: this one is most likely its consequence.
    fn follows_another(&self, offset: u32) -> bool {
        let line_start = self.text.get(..offset as usize).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
        let told = self.lexed.diags.iter().chain(self.diags.iter());
        let mut places = told.filter_map(Diag::place);
        places.any(|place| {
            place.span.end as usize > line_start && place.span.start <= offset && place.span.end as usize >= line_start
        })
    }
}

/// Hands tokens to the grammar and knows how far it came.
struct Feed<'a> {
    tokens: &'a [Spanned],
    at: usize,
}

impl Iterator for &mut Feed<'_> {
    type Item = Result<(u32, Token, u32), TooDeep>;

    fn next(&mut self) -> Option<Self::Item> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(Ok((token.start, token.token, token.end)))
    }
}

fn stuck(error: ParseError<u32, Token, TooDeep>, read: usize, count: usize) -> Stuck {
    match error {
        ParseError::UnrecognizedToken { expected, .. } => {
            Stuck { at: read.saturating_sub(1), expected: Expected::new(expected) }
        }
        ParseError::UnrecognizedEof { expected, .. } => Stuck { at: count, expected: Expected::new(expected) },
        ParseError::ExtraToken { .. } | ParseError::InvalidToken { .. } | ParseError::User { .. } => {
            Stuck { at: read.saturating_sub(1), expected: Expected::default() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ast::{Expr, Item, Pattern, StrPart, Sugar};
    use super::*;

    fn read(text: &str) -> Parsed {
        let parsed = parse(FileId(0), text);
        let said: Vec<_> = parsed.diags.iter().map(|d| format!("{} {:?}", d.title, d.labels)).collect();
        assert!(said.is_empty(), "{text}\n{said:#?}");
        parsed
    }

    fn root(text: &str) -> Expr {
        let parsed = read(text);
        parsed.ast.expr(parsed.ast.root).clone()
    }

    #[test]
    fn reads_all_the_surface() {
        read(
            "let { MediaApp, gib } = import \"std/template\"\n\nMediaApp with {\n  name = \"sonarr\"\n  expose.host = \"sonarr.\\(self.env.domain)\"\n  volumes.config.size = gib(5)\n}",
        );
        read("{ a = 1, b.c = 2, \"x-\\(self.k)\" = 3, d\n let e = 1; }".replace("; ", "\n").as_str());
        read(
            "{ if c { a = 1 } else if d { } else { b = 2 }\nfor (k, v) in xs { \"\\(k)\" = v }\n...e\n...\n[String] : T = v\n[Int] : T\nassert x > 1 else \"no\" }",
        );
        read(
            "{ x : T, x? : T, x? : T = v, hidden a.b = 1, default c = 2\ndefault { a = 1 }\nforce { b = 2 }\nf(x : Int, y = 2) -> Int = x\ng(x) = x }",
        );
        read("[1, ...xs, \"--verbose\" if debug, p.port for p in ports if p.public\n x\n for x in xs\n if x]");
        read("fn(x, y : Int = 2) => x + y");
        read("xs |> map(f) |> filter(fn(x) => x > 1, strict = true)");
        read(
            "match { \"TCP\" => 6, { kind = \"vm\", id, ... } => id, n if n > 9 => 2, [a, ...rest] => a, -1 => 2, k8s.Port => 1, _ => 0 }",
        );
        read("(x : fn(A, b : B, Int = ...) -> C?)");
        read(
            "schema { port : Int & >=1 & <=65535, proto? : \"TCP\" | \"UDP\" = \"TCP\", id : fn('a) -> 'a, m : { [String] : Int } }",
        );
        read("let f(x) -> Int = x\nlet g(x, { a, b = 2 }) = x\nlet { c, d : Int = 3 } = e\nif a then b else c");
        read("let x = 1; (let y = 2\n y + x)");
        read("a.b?.c[0] ?? d.\"e f\".if || !g && -h != 2 * 3 // 4 % 5 ++ i");
        read("(a & b) with c with d");
        read("{ let s = self, spec = { replicas = s.replicas, ports = super.ports } }");
        read("\"\"\"\n  a \\(b)\n  c\n  \"\"\"");
        read("r#\"say \"hi\" \\#(x) \\(no)\"#");
        read("\u{feff}{ a = 1,\r\n b = 2 }\r\n");
        read("\"a \\(\"b \\(\"c\")\") d\"");
    }

    #[test]
    fn strings_have_their_parts() {
        let Expr::Str(parts) = root("\"a\\n\\(1)b\"") else { panic!("no string") };
        assert!(
            matches!(&parts[..], [StrPart::Text(a), StrPart::Expr { indent: None, .. }, StrPart::Text(b)] if &**a == "a\n" && &**b == "b")
        );
        let Expr::Str(parts) = root("\"\"\"\n    a:\n      \\(1)\n  \"\"\"") else { panic!("no string") };
        assert!(
            matches!(&parts[..], [StrPart::Text(a), StrPart::Expr { indent: Some(4), .. }] if &**a == "  a:\n    ")
        );
        let Expr::Str(parts) = root("r#\"a\"b\\n\"#") else { panic!("no string") };
        assert!(matches!(&parts[..], [StrPart::Text(a)] if &**a == "a\"b\\n"));
        assert_eq!(root("\"\""), Expr::Str(Box::new([])));
    }

    #[test]
    fn fields_know_how_they_were_written() {
        let Expr::Record(items) = root("{\n  ## the doc\n  ## of a\n  a\n  b(x) = x\n  if = 2\n}") else {
            panic!("no record")
        };
        let sugars: Vec<_> = items.iter().map(|i| if let Item::Field(f) = i { Some(f.sugar) } else { None }).collect();
        assert_eq!(sugars, [Some(Sugar::Shorthand), Some(Sugar::Function), Some(Sugar::None)]);
        let Item::Field(field) = &items[0] else { panic!("no field") };
        assert_eq!(field.doc.as_deref(), Some("the doc\nof a"));
        let Expr::Record(items) = root("{\n  ## outer\n  a = {\n    ## inner\n    b = 1\n  }\n}") else {
            panic!("no record")
        };
        let Item::Field(field) = &items[0] else { panic!("no field") };
        assert_eq!(field.doc.as_deref(), Some("outer"));
        let inner = read("{\n  ## outer\n  a = {\n    ## inner\n    b = 1\n  }\n}").trivia.doc_before(38);
        assert_eq!(inner.as_deref(), Some("inner"));
    }

    #[test]
    fn patterns_are_told_from_expressions() {
        let Expr::Match(arms) = root(
            "match { a => 1, A => 1, _ => 1, (a) => 1, { a = 1 } => 2, [x, ...] => 2 }".replace(", ...]", "]").as_str(),
        ) else {
            panic!("no match")
        };
        assert!(matches!(arms[0].pattern, Pattern::Bind(_)));
        assert!(matches!(arms[1].pattern, Pattern::Test(_)));
        assert!(matches!(arms[2].pattern, Pattern::Any(_)));
        assert!(matches!(arms[3].pattern, Pattern::Test(_)));
        assert!(matches!(&arms[4].pattern, Pattern::Record { open: false, .. }));
        assert!(matches!(&arms[5].pattern, Pattern::List { rest: None, .. }));
    }

    /// What is said of a text, by its titles.
    fn said(text: &str) -> Vec<String> {
        parse(FileId(0), text).diags.into_iter().map(|diag| diag.title).collect()
    }

    /// The names of the fields that a broken text keeps.
    fn kept(text: &str) -> Vec<String> {
        let parsed = parse(FileId(0), text);
        assert!(!parsed.diags.is_empty(), "{text}");
        let Expr::Record(items) = parsed.ast.expr(parsed.ast.root) else { return Vec::new() };
        let name = |item: &Item| match item {
            Item::Field(field) => field.path.iter().map(|part| &text[part.span.range()]).collect::<Vec<_>>().join("."),
            _ => "?".to_owned(),
        };
        items.iter().map(name).collect()
    }

    #[test]
    fn a_mistake_costs_only_the_part_around_it() {
        assert_eq!(kept("{ a = 1, = 3, c = 3 }"), ["a", "?", "c"]);
        assert_eq!(kept("{ a = 1\n  b = [1, 2\n  c = 3\n}"), ["a", "b", "c"]);
        assert_eq!(kept("{\n  a = {\n    b = 1\n  c = 2\n}"), ["a", "c"]);
        assert_eq!(kept("{ a = 1) , b = 2 }"), ["a", "b"]);
        assert_eq!(kept("{ a =\n  b = 2\n  c = self.\n  d = 4 }"), ["a", "b", "c", "d"]);
        assert_eq!(kept("{ a = f x, my-key = 2, c = \"abc }"), ["a", "my-key", "c"]);
    }

    #[test]
    fn each_line_tells_its_own_mistake() {
        let text = "{ a == 1\n b = x and y\n c = 'text'\n d = 017\n e = \"\\q\"\n f = [1 2] }";
        let titles = [
            "`==` compares, a field is defined by `=`",
            "`and` is no operator",
            "a string in single quotes",
            "`017` is no number",
            "`\\q` is no escape",
            "expected `,` before `2`",
        ];
        assert_eq!(said(text), titles);
    }

    #[test]
    fn habits_are_recognised() {
        for (text, title) in [
            ("{ a = if x { 1 } else { 2 } }", "an `if` without `then`"),
            ("{ a = if x then 1 }", "an `if` without `else`"),
            ("[\n  1\n  if x,\n]", "an `if` that begins an element"),
            ("{ a = [\n  1,\n  2\n    if x\n] }", "an `if` that begins an element"),
            ("{ a = if x then 1 elif y then 2 else 3 }", "`elif` is no keyword"),
            ("{ a = 1 } // some text", "`//` divides and rounds down, it starts no comment"),
            ("{ a = 1; b = 2 }", "`;` separates only a `let` from what follows it"),
            ("a = 1\nb = 2", "a field outside of braces"),
            ("{ self.a = 1 }", "a field is defined by its bare name, without `self`"),
            ("{ ports:\n - 80\n - 90 }", "a list is not written with dashes"),
            ("{ spec { a = 1 } }", "expected `=` between `spec` and its braces"),
            ("{ a := 1 }", "`:=` is not used here"),
            ("{ f(x) : Int = x }", "a function's result type stands after `->`"),
            ("let x = 1", "a `let` with nothing after it"),
            ("{ a = b with c & d }", "`&` and `with` side by side"),
            ("{ a = 1.2.3 }", "`1.2.3` is no number"),
            ("{ a = \"x \\(y\" }", "an interpolation without its `)`"),
            ("{ a = \"x }", "a string without its end"),
            ("", "nothing to evaluate"),
        ] {
            assert_eq!(said(text), [title], "{text}");
        }
    }
}
