//! The numbers that `--stats` tells: as a table for people, as one line of JSON for programs.

use crate::args::Shape;
use crate::memory;
use rzp_lang::profile::svg::spoken;
use rzp_lang::session::Session;
use serde::Serialize;

/// The numbers of a run, as programs read them. Times are in nanoseconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    files_read: u64,
    bytes_read: u64,
    bytes_written: u64,
    time_reading: u64,
    time_compiling: u64,
    time_evaluating: u64,
    time_writing: u64,
    steps: u64,
    calls: u64,
    fields_computed: u64,
    thunks_made: u64,
    thunks_avoided: u64,
    contracts_proved: u64,
    contracts_checked: u64,
    contracts_skipped: u64,
    merges_planned: u64,
    merged_fields_computed: u64,
    peak_memory: u64,
}

impl Stats {
    pub fn of(session: &mut Session, total: u64, bytes_written: u64) -> Stats {
        let vm = session.vm();
        let counts = vm.counts;
        let other = counts.reading + counts.compiling + counts.writing;
        Stats {
            files_read: counts.files,
            bytes_read: counts.file_bytes,
            bytes_written,
            time_reading: counts.reading,
            time_compiling: counts.compiling,
            time_evaluating: total.saturating_sub(other),
            time_writing: counts.writing,
            steps: vm.steps,
            calls: counts.calls,
            fields_computed: counts.fields,
            thunks_made: counts.thunks,
            thunks_avoided: counts.thunks_avoided,
            contracts_proved: counts.contracts_proved,
            contracts_checked: vm.contracts,
            contracts_skipped: counts.contracts_skipped,
            merges_planned: counts.merges,
            merged_fields_computed: counts.merged_fields,
            peak_memory: memory::peak() as u64,
        }
    }

    pub fn told(&self, shape: Shape) -> String {
        match shape {
            Shape::Json => serde_json::to_string(self).unwrap_or_default() + "\n",
            Shape::Text => self.table(),
        }
    }

    fn table(&self) -> String {
        let rows = [
            ("files read", grouped(self.files_read)),
            ("bytes read", grouped(self.bytes_read)),
            ("bytes written", grouped(self.bytes_written)),
            ("time reading", spoken(self.time_reading)),
            ("time parsing and compiling", spoken(self.time_compiling)),
            ("time evaluating", spoken(self.time_evaluating)),
            ("time writing", spoken(self.time_writing)),
            ("steps", grouped(self.steps)),
            ("calls", grouped(self.calls)),
            ("fields computed", grouped(self.fields_computed)),
            ("thunks made", grouped(self.thunks_made)),
            ("thunks avoided", grouped(self.thunks_avoided)),
            ("contracts proved", grouped(self.contracts_proved)),
            ("contracts checked", grouped(self.contracts_checked)),
            ("contracts skipped", grouped(self.contracts_skipped)),
            ("merges planned", grouped(self.merges_planned)),
            ("merged fields computed", grouped(self.merged_fields_computed)),
            ("peak memory", mebibytes(self.peak_memory)),
        ];
        let wide = rows.iter().map(|(_, value)| value.chars().count()).max().unwrap_or(0);
        let line = |(name, value): &(&str, String)| {
            let gap = " ".repeat(wide - value.chars().count());
            format!("{name:<26}  {gap}{value}\n")
        };
        rows.iter().map(line).collect()
    }
}

/// `1 234 567`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut made = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            made.push(' ');
        }
        made.push(digit);
    }
    made
}

fn mebibytes(bytes: u64) -> String {
    if bytes == 0 {
        return "unknown".to_owned();
    }
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1 000");
        assert_eq!(grouped(1_234_567), "1 234 567");
    }
}
