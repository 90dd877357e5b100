//! Tokens and other secrets: read when they are needed, kept in memory alone, taken out of everything that is shown.

use super::contract::SecretSource;
use rzp_lang::base::hidden::Hidden;
use rzp_lang::calc::encode::{Alphabet, to_base64, to_hex, to_percent};
use rzp_lang::calc::hash::{Algorithm, digest};
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub struct Secrets {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    texts: BTreeMap<SecretSource, String>,
    /// Their texts in all forms.
    hidden: Hidden,
}

impl Known {
    fn add(&mut self, source: &SecretSource, text: &str) {
        forms(text).iter().for_each(|form| self.hidden.add(form));
        self.texts.insert(source.clone(), text.to_owned());
    }
}

impl Secrets {
    /// A secret's text. The error says what to do, and nothing of the text.
    pub fn read(&self, source: &SecretSource) -> Result<String, String> {
        let mut known = self.known();
        if let Some(text) = known.texts.get(source) {
            return Ok(text.clone());
        }
        let text = match source {
            SecretSource::Env { env } => from_env(env)?,
            SecretSource::File { file } => from_file(file)?,
            SecretSource::Command { command } => from_command(command)?,
        };
        let text = text.trim_end_matches(['\r', '\n']).to_owned();
        if text.is_empty() {
            return Err(format!("{} holds nothing", told(source)));
        }
        if text.chars().any(char::is_control) {
            return Err(format!("{} holds more than one line", told(source)));
        }
        known.add(source, &text);
        Ok(text)
    }

    /// A hash that tells that a secret has changed, and nothing else about it: sixteen bits, salted.
    pub fn hash(&self, source: &SecretSource, salt: &str) -> Result<String, String> {
        let text = self.read(source)?;
        let hash = digest(Algorithm::Sha256, format!("{salt}\0{text}").as_bytes());
        Ok(to_hex(&hash[..2]))
    }

    /// A text without the secrets that were read, in all the forms that they travel in.
    pub fn without(&self, text: &str) -> String {
        self.known().hidden.redact(text).into_owned()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secret as it is, as a JSON text has it, encoded for URLs once and twice, and in Base64.
fn forms(secret: &str) -> Vec<String> {
    let once = to_percent(secret);
    let twice = to_percent(&once);
    let quoted = serde_json::to_string(secret).unwrap_or_default().trim_matches('"').to_owned();
    let base64 = to_base64(secret.as_bytes(), Alphabet::Standard);
    let open = base64.trim_end_matches('=').to_owned();
    vec![secret.to_owned(), quoted, once, twice, base64, open]
}

/// A secret by its place.
pub fn told(source: &SecretSource) -> String {
    match source {
        SecretSource::Env { env } => format!("the variable `{env}` of the environment"),
        SecretSource::File { file } => format!("the file `{file}`"),
        SecretSource::Command { command } => {
            format!("what `{}` prints", command.first().map_or("nothing", String::as_str))
        }
    }
}

fn from_env(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|why| match why {
        std::env::VarError::NotPresent => format!("the variable `{name}` is not set in the environment"),
        std::env::VarError::NotUnicode(_) => format!("the variable `{name}` holds no text"),
    })
}

/// A file that others can read is no place for a secret.
fn from_file(path: &str) -> Result<String, String> {
    let path = match path.strip_prefix("~/") {
        Some(rest) => format!("{}/{rest}", std::env::var("HOME").unwrap_or_default()),
        None => path.to_owned(),
    };
    let about = fs::metadata(&path).map_err(|why| format!("cannot read `{path}`: {}", crate::disk::plain(&why)))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!("`{path}` has the mode {mode:04o}, so others may read it: chmod 600 {path}"));
        }
    }
    #[cfg(not(unix))]
    let _ = about;
    fs::read_to_string(&path).map_err(|why| format!("cannot read `{path}`: {}", crate::disk::plain(&why)))
}

fn from_command(command: &[String]) -> Result<String, String> {
    let [program, args @ ..] = command else { return Err("a command without words".to_owned()) };
    let out = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let out = out.map_err(|why| format!("cannot run `{program}`: {}", crate::disk::plain(&why)))?;
    if !out.status.success() {
        return Err(format!("`{program}` failed ({})", out.status));
    }
    String::from_utf8(out.stdout).map_err(|_| format!("`{program}` prints no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_in_all_their_forms() {
        let secret = "p@ss \"w\"ord/1";
        let secrets = Secrets::default();
        secrets.known().add(&SecretSource::Env { env: "A".to_owned() }, secret);
        for form in forms(secret) {
            assert_eq!(secrets.without(&format!("a {form} b")), "a ‹secret› b");
        }
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("rzp-secret-{}", std::process::id()));
        let source = SecretSource::File { file: path.display().to_string() };
        fs::write(&path, "token\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
        let refused = Secrets::default().read(&source).expect_err("too open");
        assert!(refused.contains("0644") && refused.contains("chmod 600"), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
        assert_eq!(Secrets::default().read(&source).as_deref(), Ok("token"));
        fs::remove_file(&path).expect("a file");
    }

    #[test]
    fn commands_give_what_they_print() {
        let source =
            |words: &[&str]| SecretSource::Command { command: words.iter().map(|&word| word.to_owned()).collect() };
        assert_eq!(Secrets::default().read(&source(&["printf", "a-token\n"])).as_deref(), Ok("a-token"));
        assert!(Secrets::default().read(&source(&["false"])).expect_err("it fails").contains("failed"));
    }
}
