//! `protect:` of a deploy target: what keeps strangers out. No password stands here, only where the server finds its files.

use super::Reader;
use super::deploy::unfit;
use crate::diag::{Family, Finding, Level, Place, Rule};
use crate::plan::Id;
use crate::plan::deploy::{Encrypt, ITERATIONS, ITERATIONS_LEAST, ITERATIONS_MOST, Login, Protect, To};
use crate::plan::yaml::shape::{self, Kind, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use std::collections::BTreeMap;
use std::sync::Arc;

const TEXT: Kind = Kind::Of(&shape::TEXT);

/// Rules of this file.
pub static RULES: &[&Rule] = &[&UNCHECKED];

/// Passwords that nobody tries.
pub static UNCHECKED: Rule = Rule {
    name: "protection-unchecked",
    level: Level::Warning,
    family: Family::Config,
    about: "a deploy target that asks for passwords, and has no `url` at which kpress could see whether it does",
    why: "a server that ignores `.htaccess` shows everything to everybody, and nobody would notice",
    example: "intranet: {to: …, protect: {htaccess: {groups: /home/u/.htgroups-kpress}}}      # no `url:`",
};

/// `protect:` of a deploy target.
pub static PROTECT: Shape = Shape {
    name: "`protect`",
    about: "What keeps strangers out of a deploy target. Passwords themselves are kept outside the workspace's files.",
    fields: &[
        optional("htaccess", Kind::Object(&HTACCESS), "The server asks for a name and a password."),
        optional(
            "encrypt",
            Kind::OneOf(&[Kind::Of(&shape::BOOL), Kind::Object(&ENCRYPT)]),
            "Every file is encrypted, and opened in the reader's browser by a passphrase: for hosts one does not trust.",
        ),
    ],
};

static ENCRYPT: Shape = Shape {
    name: "`encrypt`",
    about: "Every file is encrypted. Who opens what is kept by `kpress passwords`.",
    fields: &[optional(
        "iterations",
        Kind::Of(&shape::COUNT),
        "Rounds of PBKDF2 for passphrases that are made from now on: 1000000 if absent, 600000 at least.",
    )],
};

static HTACCESS: Shape = Shape {
    name: "`htaccess`",
    about: "The server asks for a name and a password: `.htaccess` for Apache, and the same for nginx and IIS. The files are written by `kpress passwords`.",
    fields: &[
        optional(
            "users",
            TEXT,
            "The file of passwords on the host; `.htpasswd-kpress` beside the groups if absent.",
        ),
        required("groups", TEXT, "The file of groups on the host, an absolute path outside the web root."),
        optional(
            "root",
            TEXT,
            "The web root on the host; absent: folders such as `public_html` and `www` are taken for one.",
        ),
        optional("realm", TEXT, "What the browser says it asks for; `KPI` if absent."),
        optional(
            "require",
            Kind::Map(&Kind::Many(&Kind::Of(&shape::IDENT))),
            "The groups that may see an audience; the group of the same name if absent.",
        ),
    ],
};

/// Folders that servers show to everybody, by the name that hosts give them.
const ROOTS: &[&str] =
    &["public_html", "public", "www", "wwwroot", "html", "htdocs", "httpdocs", "web", "webroot", "site"];

/// The deploy target that is read.
pub struct Asked<'a> {
    /// Its name.
    pub id: &'a str,
    /// The place.
    pub to: &'a To,
    /// Where readers find it.
    pub url: Option<&'a str>,
    /// Where it is named.
    pub place: &'a Place,
}

/// Reads what protects a deploy target; `None` if it would not.
pub fn read(reader: &mut Reader, asked: &Asked<'_>, node: Option<&Node>) -> Option<Protect> {
    let Some(node) = node else { return Some(Protect::default()) };
    let login = match node.get("htaccess") {
        None => None,
        Some(node) => Some(login(reader, asked, node)?),
    };
    let encrypt = match node.get("encrypt") {
        None => None,
        Some(node) => encrypt(reader, asked, node)?,
    };
    Some(Protect { login, encrypt })
}

/// `Some(None)`: it says `false`.
fn encrypt(reader: &mut Reader, asked: &Asked<'_>, node: &Node) -> Option<Option<Encrypt>> {
    if node.text().is_some_and(|text| &**text == "false") {
        return Some(None);
    }
    let iterations = node.get("iterations").map_or(Some(ITERATIONS), |node| super::whole(Some(node)));
    let iterations = iterations.filter(|rounds| (ITERATIONS_LEAST..=ITERATIONS_MOST).contains(rounds));
    if iterations.is_none() {
        let place = super::place_of(node, "iterations");
        let told = "with so many rounds a passphrase is guessed too fast, or opened too slowly".to_owned();
        unfit(reader, &place, told, "600000 at least, 100000000 at most; leave it out for 1000000");
    }
    if let Some(url) = asked.url.filter(|url| !is_safe(url)) {
        let told =
            format!("no browser opens encrypted pages at `{url}`: it decrypts over safe connections only");
        unfit(reader, asked.place, told, "give the place an address that begins with `https://`");
        return None;
    }
    Some(Some(Encrypt { iterations: iterations? }))
}

/// Whether browsers take an address for one that nobody listens to: TLS, or this very machine.
fn is_safe(url: &str) -> bool {
    let host = url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or(""));
    matches!(host, None | Some("localhost" | "127.0.0.1"))
}

fn login(reader: &mut Reader, asked: &Asked<'_>, node: &Node) -> Option<Login> {
    let groups = node.text_of("groups")?.clone();
    let users = node.text_of("users").cloned().unwrap_or_else(|| beside(&groups));
    let root = node.text_of("root").cloned();
    let mut good = true;
    for (key, path) in [("users", &users), ("groups", &groups)] {
        if let Err((why, hint)) = outside(path, asked.to, root.as_deref()) {
            let place = super::place_of(node, key);
            unfit(
                reader,
                &place,
                format!("`{path}` cannot be the file of {key} of `{}`: {why}", asked.id),
                hint,
            );
            good = false;
        }
    }
    if users == groups {
        unfit(
            reader,
            &super::place_of(node, "users"),
            format!("`{users}` cannot hold both users and groups"),
            "name two files",
        );
        good = false;
    }
    match asked.url {
        Some(url) if !url.starts_with("https://") && !is_here(url) => {
            let told = format!("passwords would cross the line to `{url}` in clear");
            unfit(reader, asked.place, told, "give the place an address that begins with `https://`");
            good = false;
        }
        None => {
            let told = format!("nobody sees whether the server of `{}` asks for passwords", asked.id);
            reader.found.push(
                Finding::new(&UNCHECKED, node.place.clone(), told)
                    .hint("add its `url:`, and kpress asks it as a stranger after every deploy"),
            );
        }
        Some(_) => {}
    }
    let realm = node.text_of("realm").cloned().unwrap_or_else(|| "KPI".into());
    let plain = |c: char| (c.is_ascii_graphic() || c == ' ') && !"\"\\$<>&'".contains(c);
    if realm.is_empty() || realm.len() > 64 || !realm.chars().all(plain) {
        let place = super::place_of(node, "realm");
        unfit(
            reader,
            &place,
            format!("`{realm}` cannot be said by every browser"),
            "letters, digits and spaces, at most 64",
        );
        good = false;
    }
    let require = required_groups(reader, node.get("require"), &mut good);
    good.then_some(Login { users, groups, realm, require })
}

/// Whether an address never leaves this machine; browsers, too, take it for as good as TLS.
fn is_here(url: &str) -> bool {
    let host = url.split('/').nth(2).unwrap_or("");
    let name = if host.starts_with('[') { host.split_inclusive(']').next() } else { host.split(':').next() };
    !host.contains('@') && matches!(name, Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// `/home/u/.htpasswd-kpress` beside `/home/u/.htgroups-kpress`.
fn beside(groups: &str) -> Arc<str> {
    let folder = groups.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/.htpasswd-kpress").into()
}

fn required_groups(reader: &mut Reader, node: Option<&Node>, good: &mut bool) -> BTreeMap<Id, Vec<Arc<str>>> {
    let mut all = BTreeMap::new();
    for (audience, groups) in node.map(Node::entries).unwrap_or_default() {
        let groups = super::ids(Some(groups));
        if groups.is_empty() {
            let told = format!("no group may see `{}`", audience.text);
            unfit(reader, &audience.place, told, "name at least one, or leave the audience out of `require`");
            *good = false;
        }
        all.insert(audience.text.clone(), groups);
    }
    all
}

/// That a path of the host is one that its server shows to nobody.
fn outside(path: &str, to: &To, root: Option<&str>) -> Result<(), (String, &'static str)> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-@+".contains(c);
    if !path.starts_with('/') || path.ends_with('/') {
        return Err((
            "it is no absolute path of a file".to_owned(),
            "write it as the host knows it: `/home/u/.htgroups-kpress`",
        ));
    }
    if !path.chars().all(plain) || path.split('/').skip(1).any(|part| matches!(part, "" | "." | "..")) {
        let hint = "letters, digits, `.`, `_`, `-`, `@` and `+`; no `..`";
        return Err(("not every server reads such a path alike".to_owned(), hint));
    }
    let hint =
        "put it beside the web root, such as `/home/u/.htgroups-kpress`; `root:` says where the web root is";
    let folders: Vec<&str> = path.split('/').skip(1).collect();
    let folders = &folders[..folders.len() - 1];
    let inside = match root {
        Some(root) => below(path, root).then(|| root.to_owned()),
        None => folders.iter().find(|part| ROOTS.contains(part)).map(|part| (*part).to_owned()),
    };
    let served = place_of(to);
    let inside = inside.or_else(|| (served.starts_with('/') && below(path, &served)).then_some(served));
    match inside {
        Some(folder) => Err((format!("the server shows what is in `{folder}` to everybody"), hint)),
        None => Ok(()),
    }
}

/// Whether a path lies in a folder.
fn below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
}

/// The folder on the host that is copied to.
fn place_of(to: &To) -> String {
    match to {
        To::Folder(path) => path.to_string(),
        To::Rsync(text) => text.split_once(':').map_or("", |(_, path)| path).to_owned(),
        To::Sftp(text) => text.split_once('/').map_or(String::new(), |(_, path)| path.to_owned()),
        To::Ftps(ftp) => ftp.folder.to_string(),
        To::Zip(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_on_this_machine() {
        assert!(
            ["http://127.0.0.1:8080/kpi", "http://localhost", "http://[::1]:80/"].into_iter().all(is_here)
        );
        assert!(
            !["http://127.0.0.1.example", "http://localhost@evil.example", "http://10.0.0.1/"]
                .into_iter()
                .any(is_here)
        );
    }

    #[test]
    fn password_files_lie_where_no_server_shows_them() {
        let host = To::Rsync("u@host:/srv/kpi".into());
        for good in ["/home/u/.htgroups-kpress", "/etc/kpress/groups", "/srv/kpi.groups"] {
            assert!(outside(good, &host, None).is_ok(), "{good}");
        }
        for bad in [
            "/srv/kpi/.htgroups",
            "/home/u/public_html/.htgroups",
            "/var/www/groups",
            "relative",
            "/home/u/",
            "/home/../x",
            "/home/u/a b",
            "/home/u/$x",
            "/home/u/x;",
            "/home//x",
            "/srv/kpi/v/x",
            "C:\\groups",
        ] {
            assert!(outside(bad, &host, None).is_err(), "{bad}");
        }
        // Whoever says where the web root is, is believed; what is copied to is never outside.
        assert!(outside("/var/www/private/groups", &host, Some("/var/www/html")).is_ok());
        assert!(outside("/var/www/html/groups", &host, Some("/var/www/html/")).is_err());
        assert!(outside("/srv/kpi/groups", &host, Some("/var/www/html")).is_err());
    }

    #[test]
    fn encrypted_pages_open_over_safe_connections() {
        for good in ["https://h/kpi", "http://localhost:8000/kpi", "http://127.0.0.1"] {
            assert!(is_safe(good), "{good}");
        }
        for bad in ["http://h/kpi", "http://localhost.evil/kpi", "http://127.0.0.1.nip.io"] {
            assert!(!is_safe(bad), "{bad}");
        }
    }
}
