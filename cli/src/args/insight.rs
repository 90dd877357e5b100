//! What a command can tell of its own run.

use super::args::Shape;
use clap::Args;
use std::path::Path;

#[derive(Args, Debug, Clone)]
pub struct Insight {
    /// Write where the time goes: a flame graph (.svg), or folded stacks for other tools (.txt, .folded)
    #[arg(long, value_name = "FILE", value_parser = profile)]
    pub profile: Option<ProfileFile>,
    /// Tell afterwards what the run has read, computed and written; as text unless told
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    pub stats: Option<Shape>,
}

impl Insight {
    pub fn is_asked(&self) -> bool {
        self.profile.is_some() || self.stats.is_some()
    }
}

/// Where a profile goes, and as what.
#[derive(Debug, Clone)]
pub struct ProfileFile {
    pub path: String,
    pub form: ProfileForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileForm {
    Svg,
    Folded,
}

fn profile(path: &str) -> Result<ProfileFile, String> {
    let ending = Path::new(path).extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let form = match ending.as_deref() {
        Some("svg") => ProfileForm::Svg,
        Some("txt" | "folded") => ProfileForm::Folded,
        _ => return Err("end it in .svg for a picture, or in .txt or .folded for folded stacks".to_owned()),
    };
    Ok(ProfileFile { path: path.to_owned(), form })
}
