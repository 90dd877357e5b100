//! The front end's one door: text in, tree, trivia and diagnostics out.
//!
//! The only file that names LALRPOP, so that another parser could take its place.

use super::ast::Ast;
use super::errors::{self, Stuck};
use super::lexer;
use super::make::Maker;
use super::newline::{Newlines, TooDeep};
use super::token::Token;
use super::trivia::Trivia;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use lalrpop_util::ParseError;

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
    let mut diags = lexed.diags;
    let mut maker = Maker::new(file, text, &lexed.tokens, &lexed.trivia);
    let root = match super::grammar::FileParser::new().parse(&mut maker, Newlines::new(&lexed.tokens)) {
        Ok(root) => Some(root),
        Err(error) => {
            diags.push(errors::explain(file, text, &stuck(error)));
            None
        }
    };
    let (exprs, spans, made) = maker.finish();
    diags.extend(made);
    Parsed { ast: Ast::new(exprs, spans, root), trivia: lexed.trivia, diags }
}

fn stuck(error: ParseError<u32, Token, TooDeep>) -> Stuck {
    match error {
        ParseError::UnrecognizedToken { token: (start, token, end), expected } => {
            Stuck::At { token, span: Span { start, end }, expected }
        }
        ParseError::ExtraToken { token: (start, token, end) } => {
            Stuck::At { token, span: Span { start, end }, expected: Vec::new() }
        }
        ParseError::UnrecognizedEof { location, expected } => Stuck::AtEnd { offset: location, expected },
        ParseError::InvalidToken { location } => Stuck::AtEnd { offset: location, expected: Vec::new() },
        ParseError::User { error } => Stuck::Deep(error),
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
}
