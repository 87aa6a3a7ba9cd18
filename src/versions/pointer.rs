//! The few small files that say which version is current. They alone are ever written over; everything else has its name once.

use super::log::{Known, State};
use super::manifest::{Manifest, canonical, named};
use super::server::{self, Host};
use crate::inputs::Hash;
use serde_json::{Value, json};

/// The page at the root: leads to the current version. Written last.
pub const INDEX: &str = "index.html";
/// What is current, for programs. Written last but one.
pub const CURRENT: &str = "current.json";
/// All versions that readers are offered.
pub const VERSIONS: &str = "versions.json";
/// The page for addresses that are not there.
pub const LOST: &str = "404.html";

/// Only pages of kpress are believed: no script but its own, no frame.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                   connect-src 'self'; base-uri 'none'; form-action 'none'";

/// The pointer files of an audience, in the order in which they are written.
pub struct Pointers {
    /// Name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What the pointers of an audience are made from.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What the log says.
    pub state: &'a State,
    /// The audience.
    pub audience: &'a str,
    /// What its readers see.
    pub current: &'a Known,
    /// The manifest of that.
    pub manifest: &'a Manifest,
    /// Hash of the signature over it.
    pub signature: Option<&'a Hash>,
}

impl Pointers {
    /// Makes them, for the host that they go to.
    pub fn of(seen: &Seen<'_>, host: &Host<'_>) -> Pointers {
        let mut files = server::files(host);
        files.push((VERSIONS.to_owned(), versions(seen.state, seen.audience)));
        files.push((LOST.to_owned(), lost(seen, host.base)));
        files.push((CURRENT.to_owned(), current(seen)));
        files.push((INDEX.to_owned(), index(seen)));
        Pointers { files }
    }
}

/// What readers of an audience see: the current version if it has a part for them, else the newest that has.
pub fn current_of<'s>(state: &'s State, audience: &str) -> Option<&'s Known> {
    let has = |known: &&Known| known.manifests.contains_key(audience);
    state.current().filter(has).or_else(|| state.ordered().into_iter().filter(|k| k.is_offered()).find(has))
}

/// One version in `versions.json`: the fields that mike has, and ours.
pub(super) fn listed(state: &State, known: &Known, audience: Option<&str>) -> Value {
    let manifest = audience.and_then(|audience| known.manifests.get(audience));
    let title = match (&known.period, known.id.rsplit_once('.')) {
        (Some(period), Some((stem, number))) if stem == period.id.to_lowercase() => {
            format!("{} · {number}", period.id)
        }
        _ => known.id.clone(),
    };
    json!({
        "version": known.id,
        "title": title,
        "aliases": state.aliases_of(&known.id),
        "properties": {},
        "seq": known.seq,
        "period": known.period.as_ref().map(|period| &period.id),
        "created": known.created,
        "manifest": manifest.map(|digits| format!("sha256:{digits}")),
        "status": known.status(),
    })
}

fn versions(state: &State, audience: &str) -> Vec<u8> {
    let mine = |known: &&Known| known.is_there() && known.manifests.contains_key(audience);
    let list: Vec<Value> =
        state.ordered().into_iter().filter(mine).map(|known| listed(state, known, Some(audience))).collect();
    canonical(&list)
}

fn current(seen: &Seen<'_>) -> Vec<u8> {
    canonical(&json!({
        "seq": seen.state.head.0,
        "version": seen.current.id,
        "manifest": seen.current.manifests.get(seen.audience).map(|digits| format!("sha256:{digits}")),
        "sig": seen.signature.map(named),
    }))
}

/// Escapes text for HTML and for attributes in double quotes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn head(title: &str, more: &str) -> String {
    format!(
        "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{CSP}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex, nofollow\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         {more}<title>{}</title>\n</head>\n",
        escaped(title)
    )
}

/// Works without JavaScript, and keeps nothing of the address it was asked for.
fn index(seen: &Seen<'_>) -> Vec<u8> {
    let (site, id) = (seen.manifest.title(), &seen.current.id);
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0; url=v/{id}/index.html\">\n");
    let body = format!("<body><p><a href=\"v/{id}/index.html\">{}</a></p></body>\n</html>\n", escaped(site));
    (head(site, &refresh) + &body).into_bytes()
}

/// What a version that was taken back leaves in its place.
pub fn tombstone(site: &str, id: &str) -> Vec<u8> {
    let body = format!(
        "<body>\n<h1>{site}</h1>\n\
         <p lang=\"zh\">版本 {id} 已撤回。<a href=\"../../index.html\">查看当前版本</a></p>\n\
         <p lang=\"ja\">バージョン {id} は取り下げられました。<a href=\"../../index.html\">現在のバージョンへ</a></p>\n\
         <p lang=\"en\">Version {id} was withdrawn. <a href=\"../../index.html\">See the current version</a></p>\n\
         </body>\n</html>\n",
        site = escaped(site),
        id = escaped(id)
    );
    (head(site, "") + &body).into_bytes()
}

/// What a page under the name of an alias is told apart by.
const STUB: &str = "data-alias=\"";

/// Whether bytes are a page under the name of an alias.
pub fn is_stub(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).contains(STUB)
}

/// A page under the name of an alias, `latest/zh/index.html`: leads to the same page of the version that the alias points to, with
/// query and anchor; without JavaScript to the current version. It names no version, so that it never has to be written again.
pub fn stub(site: &str, alias: &str, page: &str, script: Option<&str>) -> Vec<u8> {
    let root = "../".repeat(page.matches('/').count() + 1);
    let refresh =
        format!("<noscript><meta http-equiv=\"refresh\" content=\"0; url={root}index.html\"></noscript>\n");
    let script = script
        .map_or(String::new(), |path| format!("<script src=\"{root}{}\" defer></script>\n", escaped(path)));
    let body = format!(
        "<body {STUB}{}\" data-root=\"{root}\" data-page=\"{}\"><p><a href=\"{root}index.html\">{}</a></p></body>\n</html>\n",
        escaped(alias),
        escaped(page),
        escaped(site)
    );
    (head(site, &(refresh + &script)) + &body).into_bytes()
}

/// The page for addresses that are not there. It is served at any depth, so only with a known base it may look for the page;
/// it forwards to paths found in the list of pages and to nothing else.
fn lost(seen: &Seen<'_>, base: Option<&str>) -> Vec<u8> {
    let script = seen.manifest.assets.iter().find(|asset| asset.p.starts_with("a/lost."));
    let texts = [
        ("zh", "没有这个页面", "当前版本"),
        ("ja", "このページはありません", "現在のバージョン"),
        ("en", "There is no such page", "The current version"),
    ];
    let lines = |link: &dyn Fn(&str) -> String| -> String {
        let line = |(lang, text, home): &(&str, &str, &str)| {
            format!("<p lang=\"{lang}\">{text}{}</p>\n", link(home))
        };
        texts.iter().map(line).collect()
    };
    let Some((base, script)) = base.zip(script) else {
        return (head("404", "")
            + &format!("<body>\n<h1>404</h1>\n{}</body>\n</html>\n", lines(&|_| String::new())))
            .into_bytes();
    };
    let base = escaped(base);
    let more = format!("<script src=\"{base}{}\" defer></script>\n", escaped(&script.p));
    let body = format!(
        "<body data-base=\"{base}\">\n<h1>404</h1>\n{}<ul id=\"found\" hidden></ul>\n</body>\n</html>\n",
        lines(&|home| format!(" · <a href=\"{base}index.html\">{home}</a>"))
    );
    (head("404", &more) + &body).into_bytes()
}
