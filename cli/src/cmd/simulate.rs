//! `rzp simulate`: serves both APIs until it is ended, and first of all says how to reach them.

use crate::args::Simulate;
use crate::simulate::faults::Faults;
use crate::simulate::journal::Journal;
use crate::simulate::server::{Api, Simulator, bind};
use crate::simulate::world::Keeper;
use crate::term::{Status, Term};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::calc::text::quote_shell;
use std::path::Path;
use std::sync::Arc;
use std::thread;

pub fn run(args: &Simulate, term: Term) -> Status {
    let term = term.with_output_taken();
    match serve(args, &term) {
        Ok(status) => status,
        Err(why) => term.fail(Diag::error(Code::NoAccess, why)),
    }
}

fn serve(args: &Simulate, term: &Term) -> Result<Status, String> {
    let path = |text: &'_ Option<String>| text.as_ref().map(|text| Path::new(text).to_owned());
    let (world, keeper) = Keeper::open(path(&args.state).as_deref(), &args.zone)?;
    let faults = Faults::open(path(&args.faults).as_deref())?;
    let journal = Journal::open(path(&args.log).as_deref())?;
    let simulator = Arc::new(Simulator::new(world, keeper, faults, journal, |why| eprintln!("error: {why}"))?);
    let (proxmox, proxmox_port) = bind(args.port_proxmox)?;
    let (cloudflare, cloudflare_port) = bind(args.port_cloudflare)?;
    let lines = simulator.introduction(proxmox_port, cloudflare_port)?;
    let text: String = lines.iter().map(|(name, value)| format!("export {name}={}\n", quote_shell(value))).collect();
    let other = Arc::clone(&simulator);
    thread::spawn(move || other.listen(&cloudflare, Api::Cloudflare));
    let told = term.print(&text);
    if told != Status::Done {
        return Ok(told);
    }
    simulator.listen(&proxmox, Api::Proxmox);
    Ok(Status::Done)
}
