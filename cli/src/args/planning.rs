//! What stands on the command line of plans: how they are made, shown and carried out.

use super::args::Inputs;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use std::time::Duration;

/// What `plan`, `apply` and `adopt` take.
#[derive(Args, Debug, Clone)]
pub struct Planned {
    /// The file of the stack [default: services/stack.rzp]
    #[arg(long, value_name = "FILE")]
    pub stack: Option<String>,
    /// Only this action and what it needs; `*` stands for any text; may be given many times
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Not this action, nor what needs it; may be given many times
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub except: Vec<String>,
    /// Take this object over that others made; may be given many times
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub adopt: Vec<String>,
    /// Give the whole run up after so long, such as `90s` or `2h`
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = time)]
    pub timeout: Duration,
    #[command(flatten)]
    pub inputs: Inputs,
}

#[derive(Args, Debug)]
pub struct Plan {
    #[command(flatten)]
    pub planned: Planned,
    /// Write the plan to this file, for `rzp apply FILE`
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub out: Option<String>,
    /// Print the plan as such a file has it
    #[arg(long, group = "form")]
    pub json: bool,
    /// Print a comment for a pull request
    #[arg(long, group = "form")]
    pub markdown: bool,
    /// Print a page that stands for itself, with a picture of what needs what
    #[arg(long, group = "form")]
    pub html: bool,
    /// Name all objects of others, and each field of what is made or deleted
    #[arg(long)]
    pub all: bool,
}

#[derive(Args, Debug)]
pub struct Apply {
    /// The file of a plan, by `rzp plan --out`; without one, a plan is made and shown first
    #[arg(value_name = "PLAN")]
    pub plan: Option<String>,
    #[command(flatten)]
    pub planned: Planned,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Accept that what this action deletes or makes anew is lost; may be given many times
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub destroy: Vec<String>,
    /// Accept that more objects are deleted at once than the stack allows
    #[arg(long)]
    pub allow_mass_delete: bool,
    /// Print what happens as JSON lines
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct Adopt {
    /// The addresses of what is wanted and is there already, as a refused plan names them: `vm.router`
    #[arg(value_name = "ADDRESS", required = true)]
    pub addresses: Vec<String>,
    /// The file of the stack [default: services/stack.rzp]
    #[arg(long, value_name = "FILE")]
    pub stack: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Print what happens as JSON lines
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub inputs: Inputs,
}

#[derive(Args, Debug)]
pub struct Unlock {
    /// The file of the stack [default: services/stack.rzp]
    #[arg(long, value_name = "FILE")]
    pub stack: Option<String>,
    /// Forget what a run that was cut off has left to do
    #[arg(long)]
    pub discard: bool,
}

/// A span of time: `90s`, `15m`, `2h`.
fn time(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err("a time is a number of `s`, `m` or `h`, such as `90s`".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "a time is a number of `s`, `m` or `h`, such as `90s`".to_owned())?;
    if number == 0 || number > 31_536_000 / seconds {
        return Err("a time is at least a second and at most a year".to_owned());
    }
    Ok(Duration::from_secs(number * seconds))
}
