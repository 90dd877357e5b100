//! What proofs cost and save: `cargo run -p rzp-tests --example proof_cost -- services/main.rzp …`
//!
//! Each program is loaded and evaluated from nothing, 20 times in each of three ways in turn; the quickest counts.
//! `all` asks every contract, `proofs` leaves out those that are proved, `check` runs the whole checker before that.

use rzp_lang::base::world::MemWorld;
use rzp_lang::{EvalOptions, Format, Session};
use rzp_tests::house;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

const WAYS: [&str; 3] = ["all", "proofs", "check"];
const TIMES: usize = 20;

fn main() {
    for path in std::env::args().skip(1) {
        let folder = Path::new(&path).parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        let world =
            house::files(&folder).iter().fold(MemWorld::new(), |world, file| world.with(&file.path, &file.text));
        let mut best = [f64::INFINITY; 3];
        let mut contracts = [0; 3];
        for _ in 0..TIMES {
            for (way, name) in WAYS.iter().enumerate() {
                let (time, asked) = timed(&world, &path, name);
                best[way] = best[way].min(time);
                contracts[way] = asked;
            }
        }
        for (way, name) in WAYS.iter().enumerate() {
            let ratio = best[way] / best[0];
            println!("{path} {name}: {:.2} ms, {ratio:.2} of all, {} contracts", best[way] * 1e3, contracts[way]);
        }
    }
}

/// Seconds for one run, and the contracts that were asked in it.
fn timed(world: &MemWorld, path: &str, way: &str) -> (f64, u64) {
    let begun = Instant::now();
    let mut session = Session::new(Rc::new(world.clone()));
    session.vm().elides = way != "all";
    if way == "check" {
        session.check(&[path.to_owned()]);
    }
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let result = session.eval_file(path, &options);
    let time = begun.elapsed().as_secs_f64();
    assert!(result.is_ok(), "{path}: {:?}", result.err());
    (time, session.vm().contracts)
}
