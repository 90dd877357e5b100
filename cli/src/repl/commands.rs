//! The commands of the REPL, as a table: what starts with `:`.

use rzp_lang::base::suggest;

/// One thing that can be done besides evaluating.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    Help,
    Load(String),
    Reset,
    Doc(String),
    /// The outline of an expression's value.
    Type(String),
    /// Why a value is what it is.
    Explain(String),
    Names,
    Quit,
}

/// What follows the name.
enum Takes {
    Nothing(Command),
    Word(&'static str, fn(String) -> Command),
}

fn table() -> [(&'static str, Takes, &'static str); 8] {
    [
        ("help", Takes::Nothing(Command::Help), "this list"),
        ("load", Takes::Word("FILE", Command::Load), "bind a file's value to the name of its stem"),
        ("type", Takes::Word("EXPR", Command::Type), "the type that fits an expression's value"),
        ("explain", Takes::Word("PATH", Command::Explain), "why a value is what it is: `:explain base.port`"),
        ("names", Takes::Nothing(Command::Names), "the names that are kept"),
        ("doc", Takes::Word("TOPIC", Command::Doc), "the page of an error code or library function"),
        ("reset", Takes::Nothing(Command::Reset), "forget every `let`"),
        ("quit", Takes::Nothing(Command::Quit), "leave, as Ctrl-D does"),
    ]
}

/// Reads a line that starts with `:`. A name may be cut short where it stays clear.
pub fn parse(line: &str) -> Result<Command, String> {
    let line = line.trim_start_matches(':');
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let mut named = table().into_iter().filter(|(full, ..)| !name.is_empty() && full.starts_with(name));
    match (named.next(), named.next()) {
        (Some((_, Takes::Nothing(command), _)), None) if rest.is_empty() => Ok(command),
        (Some((full, Takes::Nothing(_), _)), None) => Err(format!("`:{full}` stands alone")),
        (Some((full, Takes::Word(what, _), _)), None) if rest.is_empty() => Err(format!("write `:{full} {what}`")),
        (Some((_, Takes::Word(_, make), _)), None) => Ok(make(rest.to_owned())),
        _ => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> String {
    match suggest::nearest(name, names()) {
        Some(near) => format!("no command `:{name}`: did you mean `:{near}`?"),
        None => format!("no command `:{name}`: `:help` lists them"),
    }
}

/// The names of all commands.
pub fn names() -> impl Iterator<Item = &'static str> {
    table().into_iter().map(|(name, ..)| name)
}

/// The list of commands.
pub fn help() -> String {
    let rows = table().map(|(name, takes, about)| {
        let usage = match takes {
            Takes::Nothing(_) => format!(":{name}"),
            Takes::Word(what, _) => format!(":{name} {what}"),
        };
        format!("  {usage:<13} {about}\n")
    });
    let how = "Write an expression to see its value, or `let x = …` to keep one.\n\
               A line goes on while a bracket is open; an empty line ends it.\n\
               Tab completes names, fields, `std.` paths and files; the arrows go through what was said.\n\
               Ctrl-C gives a line up, Ctrl-D leaves.\n";
    format!("{how}{}", rows.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_short_but_not_wrong() {
        assert_eq!(parse(":q"), Ok(Command::Quit));
        assert_eq!(parse(":load a b.rzp "), Ok(Command::Load("a b.rzp".to_owned())));
        assert_eq!(parse(":t 1 + 2"), Ok(Command::Type("1 + 2".to_owned())));
        assert_eq!(parse(":load").unwrap_err(), "write `:load FILE`");
        assert_eq!(parse(":quit now").unwrap_err(), "`:quit` stands alone");
        assert_eq!(parse(":hlep").unwrap_err(), "no command `:hlep`: did you mean `:help`?");
        assert_eq!(parse(":").unwrap_err(), "no command `:`: `:help` lists them");
    }
}
