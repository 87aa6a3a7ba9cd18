//! `plugins:` and `plugin_host:` in `kpress.yaml`: which components there are, what they are granted and how far they
//! may go. What stands here is a wish of the site; whether the component asks for it is checked where it is opened.

use super::{Item, Reader, flag, ids, place_of};
use crate::diag::{Finding, Place, did_you_mean};
use crate::inputs::{PATH_REFUSED, ProjectPath};
use crate::plan::Id;
use crate::plan::plugin::{
    FolderGrant, Grant, HttpGrant, HttpGrants, Limit, LimitName, Plugin, PluginHost, PluginKind, SecretFrom,
    SecretGrant, SecretGrants,
};
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Shape, optional, required};
use crate::plan::yaml::tree::{Content, Key, Node};
use std::collections::BTreeMap;
use std::sync::Arc;

const TEXT: Kind = Kind::Of(&shape::TEXT);
const TEXTS: Kind = Kind::Many(&TEXT);

/// An entry of `plugins:`.
pub static PLUGIN: Shape = Shape {
    name: "a plugin",
    about: "A WebAssembly component that computes, fetches, shows or checks; it reaches nothing that is not granted.",
    fields: &[
        required("file", TEXT, "The component, below `plugins/`: `plugins/tacos.wasm`."),
        optional(
            "use",
            Kind::Many(&Kind::Enum(PluginKind::NAMES)),
            "Which of its parts may be used; all if absent.",
        ),
        optional("grant", Kind::Object(&GRANT), "What it may reach outside itself; nothing if absent."),
        optional(
            "limits",
            Kind::Map(&TEXT),
            "How far it may go: `{http_bytes: 200MiB, wall: 300s}`; lower freely, higher up to the hard cap.",
        ),
    ],
};

static GRANT: Shape = Shape {
    name: "`grant`",
    about: "What a plugin may reach: at most what it asks for, at most what stands here.",
    fields: &[
        optional(
            "http",
            Kind::OneOf(&[Kind::List(&TEXT), Kind::Map(&Kind::Object(&HTTP))]),
            "Servers, by the plugin's names for them; or a list of origins.",
        ),
        optional(
            "secrets",
            Kind::OneOf(&[Kind::List(&TEXT), Kind::Map(&Kind::Object(&SECRET))]),
            "Secrets, by the plugin's names for them; or a list of environment variables. Never their values.",
        ),
        optional(
            "files",
            Kind::Map(&Kind::Object(&FOLDER)),
            "Folders it may read, by the plugin's names for them.",
        ),
    ],
};

static HTTP: Shape = Shape {
    name: "a server",
    about: "One origin that a plugin may reach; a key left out means what the plugin asks for.",
    fields: &[
        optional("origin", TEXT, "Scheme, host and port: `https://api.example.com`."),
        optional("methods", Kind::Many(&Kind::Enum(&["GET", "HEAD", "POST", "PUT"])), "Methods."),
        optional("paths", TEXTS, "Paths; `*` within a segment, `**` across segments."),
    ],
};

static SECRET: Shape = Shape {
    name: "a secret",
    about: "Where the host finds a secret that the plugin may use but never read.",
    fields: &[
        optional("env", TEXT, "The environment variable, or the line of a `.env` file."),
        optional("keyring", TEXT, "The entry in the key ring of the operating system."),
        optional("captured", Kind::Of(&shape::BOOL), "It comes from a response and ends with the pull."),
        optional("only", TEXTS, "Servers it may be sent to, by their names under `http`."),
    ],
};

static FOLDER: Shape = Shape {
    name: "a folder",
    about: "A folder of the workspace that a plugin may read.",
    fields: &[
        required("folder", TEXT, "The folder, below the workspace."),
        optional("glob", TEXT, "Which files of it."),
    ],
};

/// `plugin_host:`.
pub static HOST: Shape = Shape {
    name: "`plugin_host`",
    about: "What holds for all plugins.",
    fields: &[
        optional(
            "trusted_keys",
            TEXTS,
            "Public keys of minisign; with any, each plugin must be signed by one of them.",
        ),
        optional("isolation", Kind::Enum(&["thread"]), "Where plugins run; in a thread of their own."),
    ],
};

/// Reads one plugin.
pub fn read(reader: &mut Reader, file: &File, key: &Key, node: &Node) -> Option<Item<Plugin>> {
    reader.item(file, node, &PLUGIN, |reader, node| plugin(reader, key, node)).ok()
}

/// Reads `plugin_host:`.
pub fn host(file: Option<&File>) -> PluginHost {
    let keys = file.and_then(|file| file.root.get("plugin_host")).and_then(|host| host.get("trusted_keys"));
    PluginHost { trusted_keys: keys.map(texts_with_places).unwrap_or_default() }
}

fn plugin(reader: &mut Reader, key: &Key, node: &Node) -> Option<Plugin> {
    let file = component(reader, node.get("file")?)?;
    let kinds = |node: &Node| ids(Some(node)).iter().filter_map(|word| PluginKind::parse(word)).collect();
    Some(Plugin {
        id: key.text.clone(),
        file,
        file_at: place_of(node, "file"),
        uses: node.get("use").map(kinds),
        grant: node.get("grant").map_or_else(|| Some(Grant::default()), |node| grant(reader, node))?,
        limits: limits(reader, node)?,
        place: key.place.clone(),
    })
}

/// The path of a component.
fn component(reader: &mut Reader, node: &Node) -> Option<Arc<str>> {
    let text = node.text()?;
    below(reader, node, "a plugin is a file below `plugins/`: `plugins/tacos.wasm`")?;
    if text.starts_with("plugins/") && text.ends_with(".wasm") {
        return Some(text.clone());
    }
    let told = format!("`{text}` is no component below `plugins/`");
    let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
    reader.found.push(finding.hint("copy the file to `plugins/` and name it: `file: plugins/tacos.wasm`"));
    None
}

/// Whether a path stays below the workspace; if not, that is a finding.
fn below(reader: &mut Reader, node: &Node, hint: &str) -> Option<()> {
    let text = node.text()?;
    match ProjectPath::parse(text) {
        Ok(_) => Some(()),
        Err(why) => {
            let told = format!("`{text}` is refused: {}", why.0);
            reader.found.push(Finding::new(&PATH_REFUSED, node.place.clone(), told).hint(hint));
            None
        }
    }
}

fn grant(reader: &mut Reader, node: &Node) -> Option<Grant> {
    let http = node.get("http").map(http).unwrap_or_default();
    Some(Grant {
        secrets: node
            .get("secrets")
            .map_or_else(|| Some(SecretGrants::default()), |node| secrets(reader, node))?,
        files: match node.get("files") {
            Some(files) => folders(reader, files)?,
            None => BTreeMap::new(),
        },
        http,
        place: Some(node.place.clone()),
    })
}

fn http(node: &Node) -> HttpGrants {
    if matches!(node.content, Content::Seq(_)) {
        return HttpGrants::Origins(texts_with_places(node));
    }
    let texts = |node: &Node, key: &str| node.get(key).map(|list| ids(Some(list)));
    let one = |(name, node): &(Key, Node)| {
        let grant = HttpGrant {
            origin: node.text_of("origin").cloned(),
            methods: texts(node, "methods"),
            paths: texts(node, "paths"),
            place: name.place.clone(),
        };
        (name.text.clone(), grant)
    };
    HttpGrants::Named(node.entries().iter().map(one).collect())
}

fn secrets(reader: &mut Reader, node: &Node) -> Option<SecretGrants> {
    if matches!(node.content, Content::Seq(_)) {
        return Some(SecretGrants::Names(texts_with_places(node)));
    }
    let mut named = BTreeMap::new();
    for (name, node) in node.entries() {
        let grant = SecretGrant {
            from: secret_from(reader, name, node)?,
            only: node.get("only").map(|only| ids(Some(only))),
            place: name.place.clone(),
        };
        named.insert(name.text.clone(), grant);
    }
    Some(SecretGrants::Named(named))
}

/// Exactly one place where a secret comes from.
fn secret_from(reader: &mut Reader, name: &Key, node: &Node) -> Option<SecretFrom> {
    let captured = flag(node.get("captured")).then_some(SecretFrom::Captured);
    let env = node.text_of("env").cloned().map(SecretFrom::Env);
    let keyring = node.text_of("keyring").cloned().map(SecretFrom::Keyring);
    let mut given: Vec<SecretFrom> = [env, keyring, captured].into_iter().flatten().collect();
    match (given.pop(), given.is_empty()) {
        (Some(only), true) => Some(only),
        (several, _) => {
            let how = if several.is_some() { "comes from more than one place" } else { "comes from nowhere" };
            let finding =
                Finding::new(&UNFIT_VALUE, name.place.clone(), format!("the secret `{}` {how}", name.text));
            reader
                .found
                .push(finding.hint("write one of `env: VARIABLE`, `keyring: NAME` or `captured: true`"));
            None
        }
    }
}

fn folders(reader: &mut Reader, node: &Node) -> Option<BTreeMap<Id, FolderGrant>> {
    let mut named = BTreeMap::new();
    for (name, node) in node.entries() {
        let folder = node.get("folder")?;
        below(reader, folder, "a folder lies below the workspace: `data/inbox`")?;
        let grant = FolderGrant {
            folder: folder.text()?.clone(),
            glob: node.text_of("glob").cloned(),
            place: name.place.clone(),
        };
        named.insert(name.text.clone(), grant);
    }
    Some(named)
}

/// The limits of a plugin, in the order of the file.
fn limits(reader: &mut Reader, node: &Node) -> Option<Vec<Limit>> {
    let mut limits = Vec::new();
    for (key, value) in node.get("limits").map(Node::entries).unwrap_or_default() {
        let known = LimitName::ALL.iter().find(|(name, _, _)| *name == &*key.text);
        let Some((_, name, measure)) = known else {
            let names = || LimitName::ALL.iter().map(|(name, _, _)| *name);
            let hint = did_you_mean(&key.text, names()).unwrap_or_else(|| {
                let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                format!("known here: {}", all.join(", "))
            });
            let told = format!("`{}` is no limit of a plugin", key.text);
            reader.found.push(Finding::new(&UNFIT_VALUE, key.place.clone(), told).hint(hint));
            return None;
        };
        let text = value.text()?;
        let Some(amount) = measure.parse(text) else {
            let told = format!("`{text}` is no limit for `{}`", key.text);
            let hint = format!("`{}` takes {}", key.text, measure.accepted());
            reader.found.push(Finding::new(&UNFIT_VALUE, value.place.clone(), told).hint(hint));
            return None;
        };
        limits.push(Limit { name: *name, value: amount, place: key.place.clone() });
    }
    Some(limits)
}

fn texts_with_places(node: &Node) -> Vec<(Arc<str>, Place)> {
    let each = node.one_or_many().iter();
    each.filter_map(|item| Some((item.text()?.clone(), item.place.clone()))).collect()
}
