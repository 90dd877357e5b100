//! What may stand on the command line, and nothing of what it does.
//!
//! The texts here are the help that people read; wrong calls are told by clap with the nearest
//! spelling. Nothing here opens a file.

use super::insight::Insight;
use super::planning::{Adopt, Apply, Plan, Unlock};
use clap::builder::NonEmptyStringValueParser;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(AnsiColor::Red.on_default().bold())
    .valid(AnsiColor::Green.on_default())
    .invalid(AnsiColor::Yellow.on_default());

const EXAMPLES: &str = "\
Examples:
  rzp build                        write kubernetes/ from services/main.rzp
  rzp build --check                fail when kubernetes/ is not what the services make
  rzp eval services/main.rzp production.media.sonarr --format yaml
  rzp eval -e '[1, 2] ++ [3]'
  rzp diff staging production      what differs, and because of which lines
  rzp diff --against main          what these files change in kubernetes/
  rzp check --fix                  apply the fixes that are certain
  rzp plan --out plan.json         what has to change in Proxmox VE and Cloudflare
  rzp apply plan.json              change exactly that
  rzp explain production.media.sonarr[0].spec.replicas
  rzp graph --env production --out needs.html
  rzp doc E0401                    what an error code means, and what to do

Exit codes: 0 when all is well, 1 for errors found or differences, 2 for a plan with changes, 3 for one that the world
has left behind, 4 for what a rule of safety refuses, 5 for a plan carried out in part, 64 for a wrong call.";

/// RZP: a small, typed, lazily evaluated configuration language with contracts.
#[derive(Parser, Debug)]
#[command(name = "rzp", version, styles = STYLES, after_help = EXAMPLES, arg_required_else_help = true)]
#[command(max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Args, Debug, Clone)]
pub struct Global {
    /// When to colour: `auto` colours on a terminal unless NO_COLOR is set
    #[arg(
        long,
        alias = "colour",
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Everywhere"
    )]
    pub color: Colour,
    /// How to tell errors and warnings
    #[arg(long, global = true, value_name = "AS", default_value = "human", help_heading = "Everywhere")]
    pub diagnostics: Diagnostics,
    /// How deep evaluation may nest; 250000 unless told
    #[arg(long, global = true, value_name = "N", value_parser = count, help_heading = "Everywhere")]
    pub max_depth: Option<u64>,
    /// How many steps (calls and computed values) evaluation may take; 400000000 unless told
    #[arg(long, global = true, value_name = "N", value_parser = count, help_heading = "Everywhere")]
    pub max_steps: Option<u64>,
    /// How much memory evaluation may use, such as `512Mi` or `2Gi`; 8Gi unless told
    #[arg(long, global = true, value_name = "BYTES", value_parser = bytes, help_heading = "Everywhere")]
    pub max_memory: Option<u64>,
    /// Read the standard library from this folder instead of the built-in one; for those who work on it
    #[arg(long, global = true, value_name = "DIR", hide = true)]
    pub library: Option<String>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Diagnostics {
    /// With excerpts, for people
    #[value(alias = "text")]
    Human,
    /// One JSON object a line
    Json,
    /// One SARIF 2.1.0 document, for code hosts and editors
    Sarif,
    /// Annotations of a review on GitHub
    Github,
}

/// What `check` and `build` take: there `--format` can mean nothing but messages.
#[derive(Args, Debug)]
pub struct Told {
    /// How to tell errors and warnings: human, json, sarif or github; the same as --diagnostics
    #[arg(long, value_name = "AS", conflicts_with = "diagnostics", hide_possible_values = true)]
    format: Option<Diagnostics>,
}

impl Cli {
    /// What every command takes, with what this one says in words of its own.
    pub fn global(&self) -> Global {
        let told = match &self.command {
            Command::Check(args) => args.told.format,
            Command::Build(args) => args.told.format,
            _ => None,
        };
        Global { diagnostics: told.unwrap_or(self.global.diagnostics), ..self.global.clone() }
    }
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Write a project to begin with: services, a test, and what `rzp build` needs
    Init(Init),
    /// Evaluate a file or an expression and print its value
    Eval(Eval),
    /// Tell why a value is what it is: its definitions, merges and annotations
    Explain(Explain),
    /// Write kubernetes/<env>/<tier>/<service>/<kind>-<name>.yaml from services/main.rzp
    Build(Build),
    /// Show who needs whom among the services: as text, SVG, a page to click through, Mermaid, DOT or JSON
    Graph(Graph),
    /// Tell what differs between two environments, or from a revision of Git, by its causes
    Diff(Diff),
    /// Tell what has to be done outside of the cluster for services/stack.rzp to be true
    Plan(Plan),
    /// Carry a plan out: exactly its actions, as long as the world is as it saw it
    Apply(Apply),
    /// Take objects over that others made: only the mark is written into them
    Adopt(Adopt),
    /// Tell who holds the lock of a stack, and what a run that was cut off has left
    Unlock(Unlock),
    /// Tell errors and warnings of files, and of all they import, without evaluating them
    Check(Check),
    /// Write YAML, JSON and TOML as programs that give the same values
    Convert(Convert),
    /// Write custom resource definitions, OpenAPI and JSON Schema as modules of types
    Import(Import),
    /// Run the sections of *.test.rzp files and the examples in documentation
    Test(Test),
    /// Lay files out in the one style, keeping their comments
    Fmt(Fmt),
    /// Try expressions line by line: highlighted, completed by Tab, with `:help`
    Repl(Repl),
    /// Serve an editor: mistakes while typing, completion, hover, definitions, layout
    Lsp(Lsp),
    /// Serve a Proxmox cluster and a Cloudflare account on this machine, made up, to try plans with
    Simulate(Simulate),
    /// Explain an error code (E0401), a library function (std.list.map), or a file of the library (std/trait/health)
    Doc(Doc),
}

#[derive(Args, Debug)]
pub struct Eval {
    /// The file, or `-` for standard input
    #[arg(required_unless_present = "expr")]
    pub file: Option<String>,
    /// A path into the value, such as production.sonarr.spec["x"]
    pub path: Option<String>,
    /// Evaluate this expression instead of a file
    #[arg(short = 'e', long, value_name = "EXPR", allow_hyphen_values = true)]
    pub expr: Option<String>,
    /// How to print the value; how errors are told is said by --diagnostics
    #[arg(short, long, value_name = "FORMAT", default_value = "json")]
    pub format: Form,
    /// Override a field, as `with` does; may be given many times
    #[arg(short, long = "set", value_name = "PATH=EXPR", value_parser = set)]
    pub sets: Vec<(String, String)>,
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub insight: Insight,
}

/// What `std.input` gives.
#[derive(Args, Debug, Clone)]
pub struct Inputs {
    /// Give an input that `std.input` declares; may be given many times
    #[arg(short, long = "input", value_name = "NAME=VALUE", value_parser = input)]
    given: Vec<(String, String)>,
    /// Give the input `env`
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
}

impl Inputs {
    pub fn pairs(&self) -> Vec<(String, String)> {
        let env = self.env.iter().map(|env| ("env".to_owned(), env.clone()));
        self.given.iter().cloned().chain(env).collect()
    }
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Json,
    Yaml,
    Toml,
    Text,
}

#[derive(Args, Debug)]
pub struct Explain {
    /// The path of the value, such as production.media.sonarr[0].spec.replicas
    pub path: String,
    /// The file that it is in [default: services/main.rzp of the project]
    pub file: Option<String>,
    /// How to tell it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: Shape,
    /// Override a field first, as `with` does; may be given many times
    #[arg(short, long = "set", value_name = "PATH=EXPR", value_parser = set)]
    pub sets: Vec<(String, String)>,
    #[command(flatten)]
    pub inputs: Inputs,
}

/// For people, or for programs.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Text,
    Json,
}

#[derive(Args, Debug)]
pub struct Build {
    /// Only this environment; may be given many times
    #[arg(long = "env", value_name = "ENV", value_delimiter = ',')]
    pub envs: Vec<String>,
    /// Only this service, as `service` or `tier/service`; may be given many times
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    pub only: Vec<String>,
    /// The folder to write to, or `-` to print all documents [default: kubernetes beside services]
    #[arg(long, value_name = "DIR|-", value_parser = NonEmptyStringValueParser::new())]
    pub out: Option<String>,
    /// Write nothing; name what differs and exit with 1
    #[arg(long)]
    pub check: bool,
    /// Build with so many threads at once [default: as many as there are processors]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Build anew, whatever was built before, and keep nothing of it
    #[arg(long)]
    pub no_cache: bool,
    #[command(flatten)]
    pub told: Told,
    #[command(flatten)]
    pub insight: Insight,
}

#[derive(Args, Debug)]
pub struct Graph {
    /// Only these services, with what they need and who needs them [default: all]
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// The environment; there is no need to say it if there is only one
    #[arg(long, value_name = "ENV")]
    pub env: Option<String>,
    /// How to show it [default: what the file's name ends in, or else text]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<Picture>,
    /// The file to write to [default: standard output]
    #[arg(short, long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub out: Option<String>,
    /// Only what services cannot start without
    #[arg(long)]
    pub hard: bool,
    /// Follow so many needs from the services named, and no more
    #[arg(long, value_name = "N", requires = "services")]
    pub depth: Option<usize>,
    /// Only what the services named need
    #[arg(long, requires = "services", conflicts_with = "needed_by")]
    pub needs: bool,
    /// Only who needs the services named
    #[arg(long, requires = "services")]
    pub needed_by: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// A drawing, for documents
    Svg,
    /// The same as a page: choose a service to see what it needs and who needs it
    Html,
    /// For Markdown, where it is drawn
    Mermaid,
    /// For Graphviz
    Dot,
    /// For programs
    Json,
    /// A list in the order in which services start
    Text,
}

#[derive(Args, Debug)]
pub struct Diff {
    /// Two environments of services/main.rzp, such as `staging production`
    #[arg(value_name = "ENV", conflicts_with_all = ["against", "only"])]
    pub envs: Vec<String>,
    /// Compare what the files make with what they made at this revision of Git [default: HEAD]
    #[arg(long, value_name = "REV")]
    pub against: Option<String>,
    /// Against a revision: only this environment; may be given many times
    #[arg(long = "env", value_name = "ENV", value_delimiter = ',')]
    pub only: Vec<String>,
    /// How to tell it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: DiffForm,
    /// Show every part that differs, not only a few for each cause
    #[arg(long)]
    pub all: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiffForm {
    Text,
    Json,
    /// A comment on a pull request
    Markdown,
}

#[derive(Args, Debug)]
pub struct Check {
    /// Files and folders [default: the whole project]
    pub files: Vec<String>,
    /// Exit with 1 for warnings too
    #[arg(long)]
    pub deny_warnings: bool,
    /// Apply the fixes that are certain to the files named, until none is left
    #[arg(long)]
    pub fix: bool,
    /// With --fix: write nothing, print what would change and exit with 1 if anything would
    #[arg(long, requires = "fix")]
    pub diff: bool,
    #[command(flatten)]
    pub told: Told,
    /// List the annotations that are left to the run: place, type, and why they are not proved
    #[arg(long)]
    pub unproved: bool,
    /// List the library's rules over objects of Kubernetes, and check no file
    #[arg(long, conflicts_with_all = ["files", "deny_warnings", "fix", "diff", "unproved"])]
    pub rules: bool,
}

#[derive(Args, Debug)]
pub struct Convert {
    /// A file, whose program is printed; `-` for standard input; or a folder, whose files get a program beside them
    #[arg(value_name = "FILE|DIR|-", required = true)]
    pub sources: Vec<String>,
    /// What the input is, if its name does not say so
    #[arg(long, value_name = "KIND", value_parser = ["yaml", "json", "toml"])]
    pub from: Option<String>,
    /// Leave out the schemas of Kubernetes' kinds
    #[arg(long)]
    pub plain: bool,
    /// Write services of the library: one for each workload of the manifests in files and folders
    #[arg(long, conflicts_with_all = ["plain", "from"])]
    pub lift: bool,
    /// Write each service to a file of its name in this folder
    #[arg(long, value_name = "DIR", requires = "lift")]
    pub out: Option<String>,
}

#[derive(Args, Debug)]
pub struct Import {
    /// The language of the schemas
    #[arg(value_name = "LANGUAGE")]
    pub language: SchemaLanguage,
    /// A file of JSON or YAML, or `-` for standard input
    #[arg(value_name = "FILE|-")]
    pub source: String,
    /// Make definitions of the defaults of a schema's own fields, for `Schema with { … }`
    #[arg(long)]
    pub defaults: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SchemaLanguage {
    /// Custom resource definitions of Kubernetes: a closed schema for each kind
    Crd,
    /// OpenAPI 3, or Swagger 2: a type for each of its schemas
    Openapi,
    /// JSON Schema, drafts 4 to 2020-12: the type that it describes
    JsonSchema,
}

#[derive(Args, Debug)]
pub struct Init {
    /// The folder to write into, which need not be there yet
    #[arg(value_name = "DIR")]
    pub folder: String,
    /// What to begin with
    #[arg(short, long, value_name = "NAME", default_value = "homelab")]
    pub template: Template,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// A cluster, an environment, and one service of the library
    Homelab,
    /// One file of plain records
    Empty,
}

#[derive(Args, Debug)]
pub struct Test {
    /// Files and folders [default: the whole project]
    pub files: Vec<String>,
    /// Run only the tests that have this in their name, such as media/sonarr; may be given many times
    #[arg(short = 'k', long = "filter", value_name = "TEXT")]
    pub filters: Vec<String>,
    /// Write what came into the sections that fail: read the difference before you keep it
    #[arg(long)]
    pub bless: bool,
    /// Run so many at once [default: as many as there are processors]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Name the tests that pass too
    #[arg(short, long)]
    pub verbose: bool,
    /// Begin no more tests once one has failed
    #[arg(long)]
    pub fail_fast: bool,
    /// List the fields of the files that no test uses, and exit with 1 if there are any
    #[arg(long)]
    pub untested: bool,
    /// Write which definitions each test uses: its name, a tab, a file and a line
    #[arg(long, value_name = "FILE", hide = true)]
    pub uses: Option<String>,
}

#[derive(Args, Debug)]
pub struct Fmt {
    /// Files and folders, or `-` to read standard input [default: the whole project]
    pub files: Vec<String>,
    /// Write nothing; name the files that are not formatted and exit with 1
    #[arg(long)]
    pub check: bool,
}

#[derive(Args, Debug)]
pub struct Repl {
    /// A file to load first, under the name of its stem
    pub file: Option<String>,
    #[command(flatten)]
    pub inputs: Inputs,
}

#[derive(Args, Debug)]
pub struct Lsp {
    /// Speak over standard input and output: the only way there is, named by some editors
    #[arg(long)]
    stdio: bool,
}

#[derive(Args, Debug)]
pub struct Simulate {
    /// The file that keeps what there is, from one start to the next [default: nothing is kept]
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub state: Option<String>,
    /// What the zone of a state that is not there yet is called
    #[arg(long, value_name = "NAME", default_value = "example.com")]
    pub zone: String,
    /// Where to serve the API of Proxmox VE, over TLS; 0 takes any port that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port_proxmox: u16,
    /// Where to serve the API of Cloudflare; 0 takes any port that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port_cloudflare: u16,
    /// Add a line of JSON for each request that comes in, and for each answer
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub log: Option<String>,
    /// What goes wrong with which call: a list of rules as JSON, read again when it changes
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub faults: Option<String>,
}

#[derive(Args, Debug)]
pub struct Doc {
    /// An error code, a module, function or file of the library [default: the list of them]
    pub topic: Option<String>,
}

fn set(text: &str) -> Result<(String, String), String> {
    let whole = pair(text).filter(|(_, value)| !value.trim().is_empty());
    whole.ok_or_else(|| "write it as `path=expression`, such as `replicas=3` or `image='\"nginx\"'`".to_owned())
}

fn input(text: &str) -> Result<(String, String), String> {
    pair(text).ok_or_else(|| "write it as `name=value`, such as `env=staging`".to_owned())
}

/// Splits at the first `=` that is not inside of quotes, as in `labels["a=b"]=1`.
fn pair(text: &str) -> Option<(String, String)> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '=' if !quoted => {
                let (name, value) = (text.get(..at)?.trim(), text.get(at + 1..)?);
                return (!name.is_empty()).then(|| (name.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
    None
}

fn count(text: &str) -> Result<u64, String> {
    match text.replace('_', "").parse() {
        Ok(0) | Err(_) => Err("a whole number from 1 on is wanted".to_owned()),
        Ok(number) => Ok(number),
    }
}

fn bytes(text: &str) -> Result<u64, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor: u64 = match unit {
        "" | "B" => 1,
        "K" | "k" => 1000,
        "M" => 1000_u64.pow(2),
        "G" => 1000_u64.pow(3),
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return Err(format!("unknown unit `{unit}`: use K, M, G, Ki, Mi or Gi")),
    };
    count(number)?.checked_mul(factor).ok_or_else(|| "that is more than a computer has".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn pairs_split_at_the_first_equals_sign_outside_of_quotes() {
        let made = |text| pair(text).map(|(a, b)| format!("{a}|{b}"));
        assert_eq!(made("a.b=1 == 2").as_deref(), Some("a.b|1 == 2"));
        assert_eq!(made(r#"l["a=\"b"] = 1"#).as_deref(), Some(r#"l["a=\"b"]| 1"#));
        assert_eq!(made("=1"), None);
        assert_eq!(made("a"), None);
    }

    #[test]
    fn sizes_take_units() {
        assert_eq!(bytes("512Mi"), Ok(512 << 20));
        assert_eq!(bytes("2_000"), Ok(2000));
        assert!(bytes("0").is_err() && bytes("-1").is_err() && bytes("1Ti2").is_err() && bytes("").is_err());
        assert!(bytes("99999999999999Gi").is_err());
    }
}
