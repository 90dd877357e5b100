//! Requests off a connection and answers onto it: as much of HTTP/1.1 as the clients of the two APIs speak.
//!
//! One connection carries one request after the other until either side closes it. Bodies come with a length or in
//! chunks; a client that asks whether it may send its body is told so.

use percent_encoding::percent_decode_str;
use std::io::{self, BufRead, BufReader, Read, Write};

/// More than this is no head of a request, and no body.
const LONGEST_HEAD: u64 = 64 << 10;
const LONGEST_BODY: usize = 16 << 20;

/// A request as it came in.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// What stands between the method and the version: path and query, still encoded.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Names and values of a query or of a form, in their order.
pub type Pairs = Vec<(String, String)>;

impl Request {
    /// The path without the query, still encoded.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The parts of the path, each decoded: a `%2F` in one of them divides nothing.
    pub fn segments(&self) -> Vec<String> {
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        self.path().split('/').filter(|part| !part.is_empty()).map(decoded).collect()
    }

    pub fn query(&self) -> Pairs {
        self.target.split_once('?').map(|(_, query)| pairs(query)).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn wants_to_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// The pairs of `a=1&b=2`.
pub fn pairs(text: &str) -> Pairs {
    let decoded = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pair = |part: &str| match part.split_once('=') {
        Some((name, value)) => (decoded(name), decoded(value)),
        None => (decoded(part), String::new()),
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// An answer before it is written.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// What stands behind the status in the first line.
    pub reason: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the connection ends with it.
    pub closes: bool,
}

impl Answer {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Answer { status, reason: reason(status).to_owned(), headers, body: body.into(), closes: false }
    }

    pub fn json(status: u16, body: &serde_json::Value) -> Answer {
        Answer::new(status, "application/json;charset=UTF-8", body.to_string())
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The bytes that go over the wire; `claimed` is the length that the head tells.
    pub fn bytes(&self, claimed: usize) -> Vec<u8> {
        let reason: String = self.reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason.trim());
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let connection = if self.closes { "close" } else { "keep-alive" };
        // An answer without content has no length either.
        if self.status != 204 {
            head.push_str(&format!("Content-Length: {claimed}\r\n"));
        }
        head.push_str(&format!("Connection: {connection}\r\n\r\n"));
        [head.as_bytes(), &self.body].concat()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}

/// One connection, of whatever lies below.
pub struct Connection<S: Read + Write> {
    stream: BufReader<S>,
    over: bool,
}

impl<S: Read + Write> Connection<S> {
    pub fn new(stream: S) -> Connection<S> {
        Connection { stream: BufReader::new(stream), over: false }
    }

    /// The next request, or nothing where the client has gone or either side wanted to close.
    pub fn next(&mut self) -> io::Result<Option<Request>> {
        if self.over {
            return Ok(None);
        }
        let head = self.head()?;
        if head.is_empty() {
            return Ok(None);
        }
        let mut request = parsed(&head)?;
        request.body = self.body(&request)?;
        self.over = request.wants_to_close();
        Ok(Some(request))
    }

    /// Everything up to the empty line.
    fn head(&mut self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        let mut limited = (&mut self.stream).take(LONGEST_HEAD);
        loop {
            let before = head.len();
            if limited.read_until(b'\n', &mut head)? == 0 {
                return if head.is_empty() { Ok(head) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            match head.get(before..) {
                // Empty lines before a request are passed over, as the standard asks.
                Some(b"\r\n" | b"\n") if before == 0 => head.clear(),
                Some(b"\r\n" | b"\n") => return Ok(head),
                _ => {}
            }
        }
    }

    fn body(&mut self, request: &Request) -> io::Result<Vec<u8>> {
        let chunked = request.header("transfer-encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked"));
        let length: usize = request.header("content-length").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        if request.header("expect").is_some_and(|what| what.eq_ignore_ascii_case("100-continue")) {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if chunked { self.chunks() } else { self.exactly(length) }
    }

    fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        if length > LONGEST_BODY {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let length = usize::from_str_radix(digits, 16).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
            if length == 0 {
                while !self.line()?.trim().is_empty() {}
                return Ok(body);
            }
            body.extend(self.exactly(length)?);
            self.line()?;
            if body.len() > LONGEST_BODY {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match (&mut self.stream).take(LONGEST_HEAD).read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    }

    /// Answers, and says whether anything else is answered after it: who is not told may send more into a closed connection.
    pub fn answer(&mut self, answer: &Answer) -> io::Result<()> {
        self.over |= answer.closes;
        let answer = Answer { closes: self.over, ..answer.clone() };
        self.write(&answer.bytes(answer.body.len()))
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes)?;
        stream.flush()
    }
}

fn parsed(head: &[u8]) -> io::Result<Request> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut parsed = httparse::Request::new(&mut headers);
    let wrong = |_| io::Error::from(io::ErrorKind::InvalidData);
    if parsed.parse(head).map_err(wrong)?.is_partial() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = parsed.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect();
    let word = |part: Option<&str>| part.unwrap_or_default().to_owned();
    Ok(Request { method: word(parsed.method), target: word(parsed.path), headers, body: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client sends, and a place for what it is sent.
    struct Wire(io::Cursor<Vec<u8>>, Vec<u8>);

    impl Read for Wire {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Wire {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn sent(text: &str) -> Connection<Wire> {
        Connection::new(Wire(io::Cursor::new(text.as_bytes().to_vec()), Vec::new()))
    }

    #[test]
    fn requests_follow_one_another_on_a_connection() {
        let text = "POST /a%2Fb/c?x=1+2&y HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /d HTTP/1.1\r\nConnection: close\r\n\r\n";
        let mut connection = sent(text);
        let first = connection.next().unwrap().unwrap();
        assert_eq!(first.segments(), ["a/b", "c"]);
        assert_eq!(first.query(), [("x".to_owned(), "1 2".to_owned()), ("y".to_owned(), String::new())]);
        assert_eq!(first.body, b"abc");
        let told = |connection: &mut Connection<Wire>| {
            connection.answer(&Answer::new(200, "text/plain", "x")).unwrap();
            String::from_utf8(std::mem::take(&mut connection.stream.get_mut().1)).unwrap()
        };
        assert!(told(&mut connection).contains("Connection: keep-alive\r\n"));
        assert_eq!(connection.next().unwrap().unwrap().path(), "/d");
        assert!(told(&mut connection).contains("Connection: close\r\n"), "it is told that nothing follows");
        assert!(connection.next().unwrap().is_none());
    }

    #[test]
    fn chunks_are_put_together() {
        let text = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let mut connection = sent(text);
        assert_eq!(connection.next().unwrap().unwrap().body, b"abcde");
        assert!(connection.stream.get_ref().1.starts_with(b"HTTP/1.1 100"));
    }

    #[test]
    fn what_is_no_request_is_an_error() {
        for text in ["\x00\x01\x02\r\n\r\n", "GET / HTTP/1.1\r\nA", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"] {
            assert!(sent(text).next().is_err(), "{text:?}");
        }
        assert!(sent("").next().unwrap().is_none());
    }

    #[test]
    fn a_line_break_in_a_reason_ends_no_line() {
        let mut answer = Answer::new(500, "text/plain", "x");
        answer.reason = "no\r\nSet-Cookie: y\n".to_owned();
        let text = String::from_utf8(answer.bytes(1)).unwrap();
        assert!(text.starts_with("HTTP/1.1 500 no  Set-Cookie: y\r\n"), "{text}");
    }
}
