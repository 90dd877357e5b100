//! What `--profile` tells of a run: begun before it, written after it, also where it failed.

use crate::args::{Insight, ProfileForm};
use crate::clock;
use crate::disk::write_whole;
use crate::term::{Status, Term};
use rzp_lang::eval::profile::Profile;
use rzp_lang::profile::folded::folded;
use rzp_lang::profile::svg::{spoken, svg};
use rzp_lang::profile::tree::Flame;
use rzp_lang::session::Session;
use std::path::Path;

/// To be called before anything is evaluated.
pub fn begin(args: &Insight, session: &mut Session) {
    if args.profile.is_some() {
        session.vm().profile = Some(Box::new(Profile::new(clock::nanoseconds)));
    }
}

/// Tells what was asked for. `title` says what ran; `status` is how that ended.
pub fn tell(args: &Insight, session: &mut Session, title: &str, status: Status, term: &Term) -> Status {
    let (Some(file), Some(flame)) = (&args.profile, Flame::of(session)) else { return status };
    let text = match file.form {
        ProfileForm::Svg => svg(&flame, title),
        ProfileForm::Folded => folded(&flame),
    };
    match write_whole(Path::new(&file.path), &text) {
        Ok(()) => {
            term.say(&format!("wrote {} ({})", file.path, spoken(flame.all.total)));
            status
        }
        Err(refused) => {
            let failed = term.fail(refused.diag());
            if status == Status::Done { failed } else { status }
        }
    }
}
