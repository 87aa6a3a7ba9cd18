//! Weighs a grant of `kpress.yaml` against the wishes of a plugin, name by name.

use super::{Effective, PLUGIN_GRANT_INVALID, Secret, Shelf, WantedHost, WantedSecret, Wishes, meet};
use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::Id;
use crate::plan::plugin::{
    FolderGrant, HttpGrant, HttpGrants, Plugin, SecretFrom, SecretGrant, SecretGrants,
};
use crate::plugin::reach::http::{Method, Reach, Share};
use crate::plugin::reach::origin::Origin;
use std::collections::{BTreeMap, BTreeSet};

/// What comes of a grant.
#[derive(Clone, Debug, Default)]
pub struct Weighed {
    /// What both sides agree on.
    pub effective: Effective,
    /// What the plugin asks for and does not get, sorted: for the lock and the reader of a pull request.
    pub not_granted: Vec<String>,
    /// What is wrong with the grant.
    pub found: Vec<Finding>,
}

/// Narrows wishes by the grant of the site.
pub fn weigh(plugin: &Plugin, wishes: &Wishes) -> Weighed {
    let mut out = Weighed::default();
    match &plugin.grant.http {
        HttpGrants::Named(named) => named.iter().for_each(|(name, grant)| {
            match host(name, grant, wishes) {
                Ok(reach) => drop(out.effective.http.insert(name.to_string(), reach)),
                Err(finding) => out.found.push(*finding),
            };
        }),
        HttpGrants::Origins(origins) => by_origin(origins, wishes, &mut out),
    }
    let http: BTreeSet<String> = out.effective.http.keys().cloned().collect();
    let mut secret = |name: &Id, grant: &SecretGrant| match secret(name, grant, wishes, &http) {
        Ok(secret) => drop(out.effective.secrets.insert(name.to_string(), secret)),
        Err(finding) => out.found.push(*finding),
    };
    match &plugin.grant.secrets {
        SecretGrants::Named(named) => named.iter().for_each(|(name, grant)| secret(name, grant)),
        SecretGrants::Names(names) => names.iter().for_each(|(name, place)| {
            let captured = wishes.secrets.iter().any(|wish| *wish.name == **name && wish.captured);
            let from = if captured { SecretFrom::Captured } else { SecretFrom::Env(name.clone()) };
            secret(name, &SecretGrant { from, only: None, place: place.clone() });
        }),
    }
    for (name, grant) in &plugin.grant.files {
        match folder(name, grant, wishes) {
            Ok(shelf) => drop(out.effective.folders.insert(name.to_string(), shelf)),
            Err(finding) => out.found.push(*finding),
        }
    }
    out.effective.limits = plugin.limits.iter().map(|limit| (limit.name, limit.value)).collect();
    out.not_granted = not_granted(&out.effective, wishes);
    out
}

fn wrong(place: &Place, told: String, hint: impl Into<String>) -> Finding {
    Finding::new(&PLUGIN_GRANT_INVALID, place.clone(), told).hint(hint)
}

type Refused = Box<Finding>;

/// A name that the plugin does not have.
fn unknown<'a>(place: &Place, what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Refused {
    let hint =
        did_you_mean(name, known).unwrap_or_else(|| format!("it asks for no {what} at all: leave it out"));
    Box::new(wrong(place, format!("the plugin asks for no {what} `{name}`"), hint))
}

/// How far a grant of an origin and a wish of one go together: the narrower of both, if one lies within the other. A
/// loopback address stands in for any server, so that a plugin can be tried against one on this machine.
fn narrower(site: &Origin, wish: &str) -> Option<Origin> {
    if wish == "*" || site.is_loopback() {
        return Some(site.clone());
    }
    let wish = Origin::parse(wish).ok()?;
    if *site == wish || wish.holds(site.url()) && !site.is_pattern() {
        return Some(site.clone());
    }
    (site.is_pattern() && !wish.is_pattern() && site.holds(wish.url())).then_some(wish)
}

fn host(name: &Id, grant: &HttpGrant, wishes: &Wishes) -> Result<Reach, Refused> {
    let place = &grant.place;
    let own: Vec<&WantedHost> = wishes.hosts.iter().filter(|wish| *wish.grant == **name).collect();
    let Some(first) = own.first() else {
        return Err(unknown(place, "server", name, wishes.hosts.iter().map(|wish| wish.grant.as_str())));
    };
    let (wish, origin) = match &grant.origin {
        Some(text) => {
            let site = origin(text, place)?;
            let found = own.iter().find_map(|wish| Some((*wish, narrower(&site, &wish.origin)?)));
            found.ok_or_else(|| {
                let asked: Vec<String> = own.iter().map(|wish| format!("`{}`", wish.origin)).collect();
                let told = format!("`{text}` is not what the plugin asks for as `{name}`");
                Box::new(wrong(place, told, format!("it asks for {}", asked.join(" or "))))
            })?
        }
        None => {
            let hint = format!("name it: `{name}: {{origin: \"https://…\"}}`");
            let open =
                || Box::new(wrong(place, format!("`{name}` does not say which server is meant"), hint));
            (*first, Origin::parse(&first.origin).ok().ok_or_else(open)?)
        }
    };
    let site = Share { methods: methods(grant, wish)?, paths: paths(grant, wish)? };
    Ok(Reach { origin, site, plugin: share(wish) })
}

fn origin(text: &str, place: &Place) -> Result<Origin, Refused> {
    Origin::parse(text).map_err(|why| {
        let hint = "write `https://host`, `https://host:port` or `https://*.two.labels`";
        Box::new(wrong(place, format!("`{text}` {why}"), hint))
    })
}

/// What a wish names; methods that are none are left out.
fn share(wish: &WantedHost) -> Share {
    let methods = wish.methods.iter().filter_map(|text| Method::parse(text)).collect();
    Share { methods, paths: wish.paths.clone() }
}

fn methods(grant: &HttpGrant, wish: &WantedHost) -> Result<BTreeSet<Method>, Refused> {
    let asked = share(wish).methods;
    let Some(texts) = &grant.methods else { return Ok(asked) };
    let mut granted = BTreeSet::new();
    for text in texts {
        let known = Method::parse(text).ok_or_else(|| {
            let hint = "methods are `GET`, `HEAD`, `POST` and `PUT`";
            Box::new(wrong(&grant.place, format!("`{text}` is no method"), hint))
        })?;
        granted.insert(known);
    }
    if granted.is_disjoint(&asked) {
        let told = format!("of `{}`, no method is left over", wish.grant);
        let hint = format!("the plugin asks for {}", wish.methods.join(", "));
        return Err(Box::new(wrong(&grant.place, told, hint)));
    }
    Ok(granted)
}

fn paths(grant: &HttpGrant, wish: &WantedHost) -> Result<Vec<String>, Refused> {
    let Some(texts) = &grant.paths else { return Ok(wish.paths.clone()) };
    for text in texts {
        if !text.starts_with('/') {
            let told = format!("`{text}` is no pattern of paths");
            let hint = "a path begins with `/`; `*` stands for a part of a name, `**` for any folders";
            return Err(Box::new(wrong(&grant.place, told, hint)));
        }
        if !wish.paths.iter().any(|asked| meet::paths(asked, text)) {
            let told = format!("of `{}`, no path is left over by `{text}`", wish.grant);
            let hint = format!("the plugin asks for {}", wish.paths.join(", "));
            return Err(Box::new(wrong(&grant.place, told, hint)));
        }
    }
    Ok(texts.iter().map(ToString::to_string).collect())
}

/// `http: ["https://host"]`: whatever the plugin asks for there. What asks for any server gets one that nothing else names.
fn by_origin(origins: &[(std::sync::Arc<str>, Place)], wishes: &Wishes, out: &mut Weighed) {
    let mut read: Vec<(Origin, &Place)> = Vec::new();
    for (text, place) in origins {
        match origin(text, place) {
            Ok(origin) => read.push((origin, place)),
            Err(finding) => out.found.push(*finding),
        }
    }
    let mut used = BTreeSet::new();
    for any in [false, true] {
        for wish in wishes.hosts.iter().filter(|wish| (wish.origin == "*") == any) {
            let free = |at: usize| !any || !used.contains(&at);
            let fit = read.iter().enumerate().find_map(|(at, (origin, _))| {
                Some((at, narrower(origin, &wish.origin).filter(|_| free(at))?))
            });
            if let Some((at, origin)) = fit {
                let reach = Reach { origin, site: share(wish), plugin: share(wish) };
                out.effective.http.entry(wish.grant.clone()).or_insert(reach);
                used.insert(at);
            }
        }
    }
    for (at, (origin, place)) in read.iter().enumerate() {
        if !used.contains(&at) {
            let asked: BTreeSet<String> =
                wishes.hosts.iter().map(|wish| format!("`{}`", wish.origin)).collect();
            let hint = format!("it asks for {}", asked.into_iter().collect::<Vec<_>>().join(", "));
            out.found.push(wrong(place, format!("the plugin asks for nothing at `{origin}`"), hint));
        }
    }
}

fn secret(
    name: &Id,
    grant: &SecretGrant,
    wishes: &Wishes,
    http: &BTreeSet<String>,
) -> Result<Secret, Refused> {
    let place = &grant.place;
    let Some(wish) = wishes.secrets.iter().find(|wish| *wish.name == **name) else {
        return Err(unknown(place, "secret", name, wishes.secrets.iter().map(|wish| wish.name.as_str())));
    };
    match (wish.captured, &grant.from) {
        (true, SecretFrom::Captured) | (false, SecretFrom::Env(_) | SecretFrom::Keyring(_)) => {}
        (true, _) => {
            let told = format!("the secret `{name}` comes out of a response, not from the site");
            return Err(Box::new(wrong(place, told, format!("write `{name}: {{captured: true}}`"))));
        }
        (false, _) => {
            let told = format!("the secret `{name}` comes from the site, not out of a response");
            return Err(Box::new(wrong(place, told, format!("write `{name}: {{env: NAME}}`"))));
        }
    }
    let only = only(name, grant, wish, http)?;
    Ok(Secret { from: grant.from.clone(), only })
}

/// The servers a secret may be sent to.
fn only(
    name: &Id,
    grant: &SecretGrant,
    wish: &WantedSecret,
    http: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Refused> {
    let asked: BTreeSet<String> = wish.used_on.iter().cloned().collect();
    let granted = match &grant.only {
        None => asked.clone(),
        Some(names) => names.iter().map(ToString::to_string).collect(),
    };
    let asks = || wish.used_on.join(", ");
    if let Some(other) = granted.difference(&asked).next() {
        let told = format!("the plugin does not send the secret `{name}` to `{other}`");
        return Err(Box::new(wrong(&grant.place, told, format!("it sends it to {}", asks()))));
    }
    let left: BTreeSet<String> = granted.intersection(http).cloned().collect();
    if left.is_empty() {
        let told = format!("the secret `{name}` can be sent nowhere: no server it is for is granted");
        return Err(Box::new(wrong(&grant.place, told, format!("grant {} below `http:`", asks()))));
    }
    Ok(left)
}

fn folder(name: &Id, grant: &FolderGrant, wishes: &Wishes) -> Result<Shelf, Refused> {
    if !wishes.folders.iter().any(|wish| *wish.grant == **name) {
        let known = wishes.folders.iter().map(|wish| wish.grant.as_str());
        return Err(unknown(&grant.place, "folder", name, known));
    }
    Ok(Shelf { folder: grant.folder.to_string(), glob: grant.glob.as_deref().map(str::to_owned) })
}

/// Wishes that come to nothing or to less.
fn not_granted(effective: &Effective, wishes: &Wishes) -> Vec<String> {
    let mut out = BTreeSet::new();
    let mut first: BTreeMap<&str, &WantedHost> = BTreeMap::new();
    for wish in &wishes.hosts {
        first.entry(&wish.grant).or_insert(wish);
    }
    for (name, wish) in first {
        let Some(reach) = effective.http.get(name) else {
            out.insert(if wish.origin == "*" { format!("server {name}") } else { wish.origin.clone() });
            continue;
        };
        for method in reach.plugin.methods.difference(&reach.site.methods) {
            out.insert(format!("{} {}", method.name(), reach.origin));
        }
        for path in &reach.plugin.paths {
            if !reach.site.paths.iter().any(|granted| meet::paths(granted, path)) {
                out.insert(format!("{}{path}", reach.origin));
            }
        }
    }
    for wish in &wishes.secrets {
        match effective.secrets.get(&wish.name) {
            None => drop(out.insert(format!("secret {}", wish.name))),
            Some(secret) => out.extend(
                wish.used_on
                    .iter()
                    .filter(|grant| !secret.only.contains(*grant))
                    .map(|grant| format!("secret {} on {grant}", wish.name)),
            ),
        }
    }
    let folders = wishes.folders.iter().filter(|wish| !effective.folders.contains_key(&wish.grant));
    out.extend(folders.map(|wish| format!("folder {}", wish.grant)));
    out.into_iter().collect()
}
