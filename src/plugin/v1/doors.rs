//! The imports of a source: servers, files and secrets, as values of the interface on one side and as doors on the other.

use super::source::{Lent, charged};
use super::wit::kpress::plugin::{files, http};
use crate::plugin::reach::exchange::{
    Body, Capture, HttpError, Method, Request, Response, StoreAs, Target, Value,
};
use crate::plugin::reach::folder::{Entry, FileError};
use crate::plugin::reach::moment::TimeFormat;
use wasmtime::component::Linker;

type Fetched = (Result<http::Response, http::HttpError>,);
type Listed = (Result<Vec<files::Entry>, files::FileError>,);
type Read = (Result<Vec<u8>, files::FileError>,);

/// Links the doors.
pub(super) fn link(linker: &mut Linker<Lent>) -> wasmtime::Result<()> {
    linker.instance("kpress:plugin/http@0.1.0")?.func_wrap(
        "fetch",
        |store, (wanted,): (http::Request,)| -> wasmtime::Result<Fetched> {
            let wanted = request(wanted);
            let bytes = size(&wanted);
            let answer = charged(store, bytes, |doors| doors.fetch(&wanted))?;
            Ok((answer.map(response).map_err(http_error),))
        },
    )?;
    let mut folder = linker.instance("kpress:plugin/files@0.1.0")?;
    folder.func_wrap("list-files", |store, (grant, glob): (String, String)| -> wasmtime::Result<Listed> {
        let found = charged(store, grant.len() + glob.len(), |doors| doors.list(&grant, &glob))?;
        Ok((found.map(|all| all.into_iter().map(entry).collect()).map_err(file_error),))
    })?;
    folder.func_wrap(
        "read",
        |store, (grant, path, offset, most): (String, String, u64, u32)| -> wasmtime::Result<Read> {
            let most = u64::from(most);
            let read =
                charged(store, grant.len() + path.len(), |doors| doors.read(&grant, &path, offset, most))?;
            Ok((read.map_err(file_error),))
        },
    )?;
    linker.instance("kpress:plugin/secrets@0.1.0")?.func_wrap(
        "available",
        |store, (name,): (String,)| -> wasmtime::Result<(bool,)> {
            Ok((charged(store, name.len(), |doors| doors.available(&name))?,))
        },
    )
}

/// Bytes that a request is charged for.
fn size(request: &Request) -> usize {
    match &request.body {
        Body::Bytes(bytes) => bytes.len(),
        Body::Empty | Body::Form(_) => 0,
    }
}

fn request(wanted: http::Request) -> Request {
    Request {
        grant: wanted.grant,
        method: match wanted.method {
            http::Method::Get => Method::Get,
            http::Method::Head => Method::Head,
            http::Method::Post => Method::Post,
            http::Method::Put => Method::Put,
        },
        target: match wanted.target {
            http::Target::Path(path) => Target::Path(path),
            http::Target::Link(name) => Target::Link(name),
        },
        query: wanted.query,
        headers: wanted.headers.into_iter().map(|header| (header.name, value(header.value))).collect(),
        body: match wanted.body {
            http::Body::Empty => Body::Empty,
            http::Body::Bytes(bytes) => Body::Bytes(bytes),
            http::Body::Form(fields) => {
                Body::Form(fields.into_iter().map(|field| (field.name, value(field.value))).collect())
            }
        },
        captures: wanted
            .captures
            .into_iter()
            .map(|capture| Capture {
                pointer: capture.json_pointer,
                is_link: matches!(capture.kind, http::CaptureKind::Link),
                name: capture.name,
            })
            .collect(),
        timeout_ms: wanted.timeout_ms,
        max_bytes: wanted.max_bytes,
        store: wanted.store.map(|store| StoreAs {
            table: store.table,
            days: store.period_from.zip(store.period_to),
            name: store.name,
        }),
    }
}

fn value(value: http::Value) -> Value {
    match value {
        http::Value::Literal(text) => Value::Literal(text),
        http::Value::Secret(name) => Value::Secret(name),
        http::Value::SentAt(format) => Value::SentAt(match format {
            http::TimeFormat::Iso8601Basic => TimeFormat::Iso8601Basic,
            http::TimeFormat::Rfc3339 => TimeFormat::Rfc3339,
            http::TimeFormat::HttpDate => TimeFormat::HttpDate,
            http::TimeFormat::UnixSeconds => TimeFormat::UnixSeconds,
        }),
    }
}

fn response(answer: Response) -> http::Response {
    http::Response {
        status: answer.status,
        headers: answer.headers,
        body: answer.body,
        truncated: answer.truncated,
        stored: answer.stored.map(|stored| http::Stored { sha256: stored.sha256, bytes: stored.bytes }),
    }
}

fn http_error(error: HttpError) -> http::HttpError {
    match error {
        HttpError::Denied(why) => http::HttpError::Denied(why),
        HttpError::UnknownGrant(name) => http::HttpError::UnknownGrant(name),
        HttpError::TooLarge(bytes) => http::HttpError::TooLarge(bytes),
        HttpError::Timeout => http::HttpError::Timeout,
        HttpError::BudgetExhausted => http::HttpError::BudgetExhausted,
        HttpError::Dns => http::HttpError::Dns,
        HttpError::Tls => http::HttpError::Tls,
        HttpError::Connect => http::HttpError::Connect,
        HttpError::Protocol(why) => http::HttpError::Protocol(why),
        HttpError::Offline => http::HttpError::Offline,
    }
}

fn entry(entry: Entry) -> files::Entry {
    files::Entry { path: entry.path, size: entry.size, modified_ms: entry.modified_ms, sha256: entry.sha256 }
}

fn file_error(error: FileError) -> files::FileError {
    match error {
        FileError::Denied => files::FileError::Denied,
        FileError::NotFound => files::FileError::NotFound,
        FileError::TooLarge(bytes) => files::FileError::TooLarge(bytes),
        FileError::NotAFile => files::FileError::NotAFile,
        FileError::BudgetExhausted => files::FileError::BudgetExhausted,
        FileError::Io(why) => files::FileError::Io(why),
    }
}
