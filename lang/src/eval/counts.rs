//! What a run has done so far, in numbers: each is added to where the thing happens.

/// Times are in nanoseconds, and nought without a clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files read, of the project and of the library, and their bytes.
    pub files: u64,
    pub file_bytes: u64,
    /// Functions entered, of programs and of the library.
    pub calls: u64,
    /// Values that were suspended.
    pub thunks: u64,
    /// Values that could have been, and were there at once.
    pub thunks_avoided: u64,
    /// Fields whose value was computed when they were read.
    pub fields: u64,
    /// Annotations that have no code, because they were proved.
    pub contracts_proved: u64,
    /// Values that had passed the same annotation before.
    pub contracts_skipped: u64,
    /// Records made of two others by `&` or `with`.
    pub merges: u64,
    /// Fields computed of such records.
    pub merged_fields: u64,
    pub reading: u64,
    pub compiling: u64,
    pub writing: u64,
}

/// A part of a run whose time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Reading,
    Compiling,
    Writing,
}

impl Counts {
    pub(super) fn add_time(&mut self, phase: Phase, time: u64) {
        *match phase {
            Phase::Reading => &mut self.reading,
            Phase::Compiling => &mut self.compiling,
            Phase::Writing => &mut self.writing,
        } += time;
    }
}
