//! Answers. Files come from the edition in memory by their exact decoded path, never from disk; what is no file of the
//! site is 404, whatever it looks like.

use super::ask::{Asked, Edit, No, Wish, subject_of};
use super::edition::Leaf;
use super::line::{Caller, HEAD, Line, Served};
use super::shared::{Look, Shared};
use super::words;
use crate::render::studio::Studio;
use crate::unit::Lang;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH,
    LOCATION, SET_COOKIE,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{broadcast, oneshot};

/// What a page sends at once: an edit, never more.
const BODY: usize = 64 * 1024;
/// So often a page that follows hears something, so that both sides see a connection that is gone.
const PULSE: Duration = Duration::from_secs(15);
/// Where everything lies that is no file of the site.
const OWN: &str = "/__kpress/";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Sent with every answer.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-robots-tag", "noindex, nofollow"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// The script and the style that the preview adds to each page.
const SCRIPT: &str = include_str!("client/preview.js");
const MORPH: &str = include_str!("client/morph.js");
const EDIT: &str = include_str!("client/edit.js");
const STYLE: &str = include_str!("client/preview.css");
/// How they come in.
const TAGS: &str = "<link rel=\"stylesheet\" href=\"/__kpress/preview.css\" data-kpress-own>\n\
                    <script src=\"/__kpress/morph.js\" defer data-kpress-own></script>\n\
                    <script src=\"/__kpress/preview.js\" defer data-kpress-own></script>\n\
                    <script src=\"/__kpress/edit.js\" defer data-kpress-own></script>\n";

/// A server that runs on its own thread.
pub(super) struct Server {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Serves from now on.
    pub(super) fn start(listeners: Vec<TcpListener>, shared: Arc<Shared>) -> io::Result<Server> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let mut taken = Vec::new();
        for listener in listeners {
            listener.set_nonblocking(true)?;
            let _inside = runtime.enter();
            taken.push(tokio::net::TcpListener::from_std(listener)?);
        }
        let line = Line::of(taken);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                let router = Router::new().fallback(answer).with_state(shared);
                let service = router.into_make_service_with_connect_info::<Caller>();
                let serving = std::pin::pin!(async move { axum::serve(line, service).await });
                // Open pages hold their connections; they find back, so nobody waits for them.
                futures_util::future::select(serving, stopped).await;
            });
            runtime.shutdown_background();
        });
        Ok(Server { stop, thread })
    }

    /// Ends; whoever follows sees the connection end.
    pub(super) fn end(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(caller): ConnectInfo<Caller>,
    request: Request,
) -> Response {
    let mut response = match route(shared, caller.serve(), request).await {
        Ok(response) => response,
        // Without a body: what is refused learns nothing.
        Err(status) => empty(status),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

async fn route(shared: Arc<Shared>, served: Served, request: Request) -> Result<Response, StatusCode> {
    let (head, body) = request.into_parts();
    shared.gate.host(&head.uri, &head.headers)?;
    let (path, query) = (head.uri.path(), head.uri.query());
    let reads = matches!(head.method, Method::GET | Method::HEAD);
    match (reads, path.strip_prefix(OWN)) {
        (true, Some("events")) => {
            shared.gate.follower(&head.headers)?;
            Ok(events(&shared, served, query.and_then(|query| query.strip_prefix("page="))))
        }
        (true, Some(name)) => {
            shared.gate.reader(&head.headers)?;
            own(&shared, name, query).await
        }
        (true, None) => {
            shared.gate.reader(&head.headers)?;
            file(&shared, path, query, &head.headers).await
        }
        (false, Some(name @ ("fields" | "what-if" | "compare" | "edit" | "undo" | "audience")))
            if head.method == Method::POST =>
        {
            shared.gate.editor(&head.headers)?;
            let sent = json_of(&head.headers, body).await?;
            edited(&shared, name, &sent, &head.headers).await
        }
        (false, Some(name)) if head.method == Method::POST => {
            shared.gate.sender(&head.headers)?;
            let sent = json_of(&head.headers, body).await?;
            enter(&shared, name, &sent)
        }
        _ => Err(StatusCode::METHOD_NOT_ALLOWED),
    }
}

/// Lets a page in: by the token that was printed, or by a ticket of the start before.
fn enter(shared: &Shared, name: &str, sent: &Value) -> Result<Response, StatusCode> {
    let given = |key: &str| sent[key].as_str().unwrap_or("");
    let welcome = match name {
        "token" => shared.gate.is_token(given("token")),
        "resume" => {
            let mut tickets = shared.tickets.lock().expect("nobody panics while holding the lock");
            tickets.redeem(given("ticket"))
        }
        _ => return Err(StatusCode::NOT_FOUND),
    };
    if !welcome {
        return Err(StatusCode::FORBIDDEN);
    }
    let mut response = json_answer(&json!({ "token": shared.gate.token().text() }));
    let cookie =
        HeaderValue::from_str(&shared.gate.cookie()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// Asks the builder what a page wants to know or to change.
async fn edited(
    shared: &Shared,
    name: &str,
    sent: &Value,
    headers: &HeaderMap,
) -> Result<Response, StatusCode> {
    let text = |key: &str| sent[key].as_str();
    let wish = match name {
        "fields" => match (text("page"), text("kind"), text("id")) {
            (Some(page), None, None) => Wish::Fields(Asked::Page(page.to_owned())),
            (None, Some(kind), Some(id)) => {
                Wish::Fields(Asked::Subject(subject_of(kind, id).ok_or(StatusCode::BAD_REQUEST)?))
            }
            _ => return Err(StatusCode::BAD_REQUEST),
        },
        "what-if" => {
            let edits = Edit::several(&sent["edits"]).ok_or(StatusCode::BAD_REQUEST)?;
            let page = text("page").and_then(decoded).ok_or(StatusCode::BAD_REQUEST)?;
            Wish::WhatIf(edits, file_name(&page))
        }
        "compare" => {
            let edits = Edit::several(&sent["edits"]).ok_or(StatusCode::BAD_REQUEST)?;
            Wish::Compare(edits, text("lang").and_then(Lang::parse).ok_or(StatusCode::BAD_REQUEST)?)
        }
        "edit" => {
            let known = headers.get(IF_MATCH).and_then(|value| value.to_str().ok());
            let known = known.ok_or(StatusCode::PRECONDITION_REQUIRED)?.trim_matches('"').to_owned();
            let edits = match sent["edits"].is_null() {
                true => Edit::parse(&sent["edit"]).map(|edit| vec![edit]),
                false => Edit::several(&sent["edits"]).filter(|edits| !edits.is_empty()),
            };
            Wish::Write(edits.ok_or(StatusCode::BAD_REQUEST)?, known)
        }
        "audience" => Wish::Show(text("name").ok_or(StatusCode::BAD_REQUEST)?.to_owned()),
        _ => Wish::Undo,
    };
    match shared.ask(wish).await {
        Ok(value) => Ok(json_answer(&value)),
        Err(No { status, told }) => {
            let mut response = json_answer(&told);
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// The JSON of a request, if it is one object of no more than [`BODY`].
async fn json_of(headers: &HeaderMap, body: Body) -> Result<Value, StatusCode> {
    let told = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > BODY) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let bytes = tokio::time::timeout(HEAD, to_bytes(body, BODY)).await;
    let bytes = bytes.map_err(|_| StatusCode::REQUEST_TIMEOUT)?.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| StatusCode::BAD_REQUEST)?;
    if value.is_object() { Ok(value) } else { Err(StatusCode::BAD_REQUEST) }
}

/// What the preview adds.
async fn own(shared: &Shared, name: &str, query: Option<&str>) -> Result<Response, StatusCode> {
    match (name, query) {
        ("preview.js", None) => Ok(whole("x.js", SCRIPT.into())),
        ("morph.js", None) => Ok(whole("x.js", MORPH.into())),
        ("edit.js", None) => Ok(whole("x.js", EDIT.into())),
        ("preview.css", None) => Ok(whole("x.css", STYLE.into())),
        ("words", Some(query)) => {
            let lang = query.strip_prefix("lang=").and_then(Lang::parse).ok_or(StatusCode::NOT_FOUND)?;
            let edition = shared.first().await.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
            Ok(json_answer(&words::all(&edition.studio, lang)))
        }
        _ => Err(StatusCode::NOT_FOUND),
    }
}

/// A file of the site.
async fn file(
    shared: &Shared,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, StatusCode> {
    // Files of a site have no questions, and decoding happens once.
    let path = decoded(path).filter(|_| query.is_none()).ok_or(StatusCode::NOT_FOUND)?;
    let name = file_name(&path);
    let edition = shared.first().await.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    if path == "/" {
        // Not by the page that leads there: on that way the token in the address would be lost.
        let first = edition.studio.report().languages.first().ok_or(StatusCode::NOT_FOUND)?;
        return Ok(redirect(&format!("/{}", Studio::file_of(*first, ""))));
    }
    let edition = shared.settled(&name).await.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    let wanted = name.clone();
    let made = tokio::task::spawn_blocking(move || edition.file(&wanted)).await;
    let Leaf { made, tag, .. } = made.ok().flatten().ok_or(StatusCode::NOT_FOUND)?;
    let tag = HeaderValue::from_str(&format!("\"{tag}\"")).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let mut response = match headers.get(IF_NONE_MATCH) {
        Some(known) if *known == tag => empty(StatusCode::NOT_MODIFIED),
        _ if name.ends_with(".html") => whole(&name, with_tags(&made.bytes)),
        _ => whole(&name, made.bytes.to_vec()),
    };
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}

/// The file that an address means: a folder means its `index.html`.
fn file_name(path: &str) -> String {
    let below = path.strip_prefix('/').unwrap_or(path);
    if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below.to_owned() }
}

/// A page with the preview in its head.
fn with_tags(html: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(html);
    match text.find("</head>") {
        Some(at) => [&text[..at], TAGS, &text[at..]].concat().into_bytes(),
        None => [TAGS, &*text].concat().into_bytes(),
    }
}

/// A path without percent signs; `None` if it is not written as one.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let digits = std::str::from_utf8(after.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).ok()
}

/// The stream of what happens, for the page at a path.
fn events(shared: &Arc<Shared>, served: Served, page: Option<&str>) -> Response {
    let page = page.and_then(decoded).map(|page| file_name(&page)).unwrap_or_default();
    let (news, last) = shared.follow();
    let ticket = shared.tickets.lock().expect("nobody panics while holding the lock").issue();
    let hello = json!({ "kind": "hello", "edit": shared.may_edit(), "ticket": ticket.as_ref().map(super::ticket::Secret::text) });
    let first: Vec<Arc<str>> = std::iter::once(hello.to_string().into()).chain(last).collect();
    let following = Following {
        waiting: first.into_iter().rev().collect(),
        news,
        _look: shared.look(&page),
        shared: Arc::clone(shared),
        _served: served,
    };
    let stream = stream::unfold(following, |mut following| async move {
        Some((Ok::<Bytes, Infallible>(following.next().await?.into()), following))
    });
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page that follows.
struct Following {
    waiting: Vec<Arc<str>>,
    news: broadcast::Receiver<Arc<str>>,
    shared: Arc<Shared>,
    _look: Look,
    _served: Served,
}

impl Following {
    /// The next message as it is sent; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        let text = match self.waiting.pop() {
            Some(text) => text,
            None => match tokio::time::timeout(PULSE, self.news.recv()).await {
                Err(_) => return Some(": still here\n\n".to_owned()),
                Ok(Ok(text)) => text,
                // It fell behind: what was told last says how things stand.
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => self.shared.last()?,
                Ok(Err(broadcast::error::RecvError::Closed)) => return None,
            },
        };
        Some(format!("data: {text}\n\n"))
    }
}

fn redirect(to: &str) -> Response {
    let mut response = empty(StatusCode::TEMPORARY_REDIRECT);
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

fn json_answer(value: &Value) -> Response {
    whole("x.json", value.to_string().into_bytes())
}

fn whole(name: &str, bytes: Vec<u8>) -> Response {
    let kind = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "xml" => "application/atom+xml",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
