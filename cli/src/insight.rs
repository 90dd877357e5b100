//! What `--profile` and `--stats` tell of a run: begun before it, told after it, also where it failed.

use crate::args::{Insight, ProfileFile, ProfileForm};
use crate::clock;
use crate::disk::write_whole;
use crate::stats::Stats;
use crate::term::{Status, Term};
use rzp_lang::eval::counts::Phase;
use rzp_lang::eval::profile::{Profile, Work};
use rzp_lang::profile::folded::folded;
use rzp_lang::profile::svg::{spoken, svg};
use rzp_lang::profile::tree::Flame;
use rzp_lang::session::Session;
use std::path::Path;

/// A run that is looked at, if that was asked for.
pub struct Watched<'a> {
    args: &'a Insight,
    begun: u64,
}

/// To be called before anything is evaluated.
pub fn watch<'a>(args: &'a Insight, session: &mut Session) -> Watched<'a> {
    if args.stats.is_some() {
        session.vm().clock = Some(clock::nanoseconds);
    }
    if args.profile.is_some() {
        session.vm().profile = Some(Box::new(Profile::new(clock::nanoseconds)));
    }
    Watched { args, begun: clock::nanoseconds() }
}

/// Brings the result to where it is to stay, as a part of the run.
pub fn writing(session: &mut Session, name: &'static str, work: impl FnOnce() -> Wrote) -> Wrote {
    session.vm().in_phase(Phase::Writing, Work::Output(name), |_| work())
}

/// How a run ended, and what it wrote.
pub struct Wrote {
    pub status: Status,
    pub bytes: u64,
}

impl Wrote {
    pub fn nothing(status: Status) -> Wrote {
        Wrote { status, bytes: 0 }
    }

    pub fn all(text: &str, status: Status) -> Wrote {
        Wrote { status, bytes: text.len() as u64 }
    }
}

impl Watched<'_> {
    /// Tells what was asked for. `title` says what ran.
    pub fn tell(self, session: &mut Session, title: &str, wrote: Wrote, term: &Term) -> Status {
        if let Some(shape) = self.args.stats {
            let total = clock::nanoseconds().saturating_sub(self.begun);
            term.say_anyway(&Stats::of(session, total, wrote.bytes).told(shape));
        }
        let written = match (&self.args.profile, Flame::of(session)) {
            (Some(file), Some(flame)) => write(file, &flame, title, term),
            _ => Status::Done,
        };
        if wrote.status == Status::Done { written } else { wrote.status }
    }
}

fn write(file: &ProfileFile, flame: &Flame, title: &str, term: &Term) -> Status {
    let text = match file.form {
        ProfileForm::Svg => svg(flame, title),
        ProfileForm::Folded => folded(flame),
    };
    match write_whole(Path::new(&file.path), &text) {
        Ok(()) => {
            term.say(&format!("wrote {} ({})", file.path, spoken(flame.all.total)));
            Status::Done
        }
        Err(refused) => term.fail(refused.diag()),
    }
}
