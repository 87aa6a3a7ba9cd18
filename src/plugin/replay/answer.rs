//! HTTP as far as a replay needs it: one request, one answer, then the connection ends.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// The longest body of a request.
const BODY: u64 = 1 << 20;

/// A request.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// `GET` or `POST`.
    pub(super) method: String,
    /// Without the query.
    pub(super) path: String,
    /// Decoded.
    pub(super) query: BTreeMap<String, String>,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    /// As it came.
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// Reads a request.
    pub(super) fn read(stream: &TcpStream) -> io::Result<Asked> {
        let mut reader = BufReader::new(stream.take(BODY));
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut asked = Asked { method: method.to_owned(), path: path.to_owned(), query, ..Asked::default() };
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':') {
                asked.headers.insert(name.trim().to_lowercase(), value.trim().to_owned());
            }
        }
        let length = asked.headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; usize::try_from(BODY.min(length)).unwrap_or(0)];
        reader.read_exact(&mut body)?;
        Ok(Asked { body, ..asked })
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The fields of a form.
    pub(super) fn form(&self) -> BTreeMap<String, String> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// Says that more comes than does.
    pub(super) cut: bool,
}

impl Answer {
    /// JSON.
    pub(super) fn json(status: u16, body: &Value) -> Answer {
        let headers = vec![
            ("Content-Type", "application/json".to_owned()),
            ("x-amzn-RequestId", "0000-replay".to_owned()),
        ];
        Answer { status, headers, body: body.to_string().into_bytes(), cut: false }
    }

    /// An error as Amazon writes it.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Answer {
        Answer::json(status, &json!({"errors": [{"code": code, "message": message, "details": ""}]}))
    }

    /// Sends it.
    pub(super) fn write(&self, mut stream: &TcpStream) -> io::Result<()> {
        let length = self.body.len() + if self.cut { 100 } else { 0 };
        let mut head =
            format!("HTTP/1.1 {} Replay\r\nContent-Length: {length}\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        stream.write_all(&self.body)?;
        stream.flush()
    }
}

/// A token that is none any more.
pub(super) fn expired_token() -> Answer {
    Answer::error(403, "Unauthorized", "The access token you provided has expired.")
}
