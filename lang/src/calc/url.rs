//! URLs taken apart and put together (RFC 3986). Nothing is fetched.
//!
//! Parts come out decoded except the path, in which `%2F` and `/` differ.

use super::encode::{from_percent, to_percent};
use super::net;

/// `https://user@host:8443/path?a=1#top` in parts; what is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Url {
    pub scheme: String,
    pub user: String,
    pub host: String,
    pub port: Option<u16>,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub fragment: String,
}

pub fn parse(text: &str) -> Result<Url, String> {
    read(text).map_err(|reason| format!("`{text}` is not a URL: {reason}"))
}

fn read(text: &str) -> Result<Url, String> {
    if let Some(c) = text.chars().find(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("{c:?} cannot stand in it; encode it as `{}`", to_percent(&c.to_string())));
    }
    let (scheme, rest) = text.split_once("://").ok_or("it has no scheme; expected one such as `https://`")?;
    let letters = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(letters) {
        return Err(format!("`{scheme}` is no scheme"));
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = host_and_port(place)?;
    Ok(Url {
        scheme: scheme.to_ascii_lowercase(),
        user: from_percent(user)?,
        host: host.to_ascii_lowercase(),
        port,
        path: path.to_owned(),
        query: parse_query(query)?,
        fragment: from_percent(fragment)?,
    })
}

fn host_and_port(place: &str) -> Result<(&str, Option<u16>), String> {
    let inside = place.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inside {
        Some(host) => Ok((host, None)),
        None if !place.contains(':') => Ok((place, None)),
        None => net::split_host_port(place).map(|(host, port)| (host, Some(port))),
    }
}

/// `a=1&b=x%20y` as pairs; `+` is a space there.
pub fn parse_query(text: &str) -> Result<Vec<(String, String)>, String> {
    let decode = |text: &str| from_percent(&text.replace('+', " "));
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Ok((decode(name)?, decode(value)?))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

pub fn print_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let parts: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("{}={}", to_percent(name), to_percent(value))).collect();
    parts.join("&")
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if !self.user.is_empty() {
            let parts: Vec<String> = self.user.split(':').map(to_percent).collect();
            write!(f, "{}@", parts.join(":"))?;
        }
        match self.port {
            Some(port) => f.write_str(&net::join_host_port(&self.host, port))?,
            None if self.host.contains(':') => write!(f, "[{}]", self.host)?,
            None => f.write_str(&self.host)?,
        }
        if !self.path.is_empty() && !self.path.starts_with('/') {
            f.write_str("/")?;
        }
        f.write_str(&self.path)?;
        if !self.query.is_empty() {
            let pairs = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            write!(f, "?{}", print_query(pairs))?;
        }
        if !self.fragment.is_empty() {
            write!(f, "#{}", to_percent(&self.fragment))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        let text = "https://me:x%40y@Host.example:8443/a%2Fb?q=x%20y&n=#top";
        let url = parse(text).unwrap();
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), ("host.example", Some(8443), "/a%2Fb"));
        assert_eq!((url.user.as_str(), url.query[0].1.as_str()), ("me:x@y", "x y"));
        assert_eq!(url.to_string(), text.replace("Host", "host"));
        assert_eq!(parse("http://[fd00::1]/").unwrap().to_string(), "http://[fd00::1]/");
        assert_eq!(parse_query("a=1+2&b").unwrap(), [("a".into(), "1 2".into()), ("b".into(), String::new())]);
    }

    #[test]
    fn refuses() {
        assert!(parse("example.com").unwrap_err().contains("no scheme"));
        assert!(parse("https://a b/").unwrap_err().contains("`%20`"));
        assert!(parse("https://a:99999/").is_err() && parse("1x://a").is_err());
    }
}
