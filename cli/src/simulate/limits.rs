//! How many calls Cloudflare lets through: so many in a window of time; who asks for more is refused for as long again.

use super::settings::Settings;
use std::collections::BTreeMap;

/// Windows by token. They are not kept: a simulator that is started again has forgotten them.
#[derive(Debug, Default)]
pub struct Limits(BTreeMap<String, Window>);

#[derive(Clone, Copy, Debug)]
struct Window {
    begun: f64,
    calls: u64,
    barred: Option<f64>,
}

/// What a call is told of the limit.
#[derive(Debug, PartialEq)]
pub struct Told {
    pub left: u64,
    /// Seconds until the window is over.
    pub seconds: u64,
    /// The call is refused.
    pub refused: bool,
}

impl Limits {
    pub fn count(&mut self, token: &str, now: f64, settings: &Settings) -> Told {
        let length = settings.rate_seconds as f64;
        let fresh = Window { begun: now, calls: 0, barred: None };
        let window = self.0.entry(token.to_owned()).or_insert(fresh);
        let over = window.barred.map_or(window.begun + length, |until| until) <= now;
        if over {
            *window = fresh;
        }
        window.calls += 1;
        if window.calls > settings.rate_calls && window.barred.is_none() {
            window.barred = Some(now + length);
        }
        let ends = window.barred.unwrap_or(window.begun + length);
        Told {
            left: settings.rate_calls.saturating_sub(window.calls),
            seconds: (ends - now).ceil().max(0.0) as u64,
            refused: window.barred.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_more_is_refused_for_a_whole_window() {
        let settings = Settings { rate_calls: 2, rate_seconds: 300, ..Settings::default() };
        let mut limits = Limits::default();
        assert_eq!(limits.count("a", 0.0, &settings), Told { left: 1, seconds: 300, refused: false });
        assert_eq!(limits.count("a", 100.0, &settings), Told { left: 0, seconds: 200, refused: false });
        assert_eq!(limits.count("a", 200.0, &settings), Told { left: 0, seconds: 300, refused: true });
        assert!(!limits.count("b", 200.0, &settings).refused);
        assert!(limits.count("a", 499.0, &settings).refused);
        assert_eq!(limits.count("a", 500.0, &settings), Told { left: 1, seconds: 300, refused: false });
    }
}
