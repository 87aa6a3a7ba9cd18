//! A deploy target that speaks FTP: the host, how its certificate is known, and where its password comes from.
//! The password itself never stands in a file of the workspace.

use super::deploy::unfit;
use super::{Reader, flag, place_of};
use crate::inputs::Hash;
use crate::plan::deploy::{Ftp, Tls};
use crate::plan::plugin::SecretFrom;
use crate::plan::yaml::shape::{self, Kind, Shape, optional};
use crate::plan::yaml::tree::{Key, Node};
use std::sync::Arc;

const TEXT: Kind = Kind::Of(&shape::TEXT);

/// Where a password comes from.
pub static PASSWORD: Shape = Shape {
    name: "`password`",
    about: "Where the password of a deploy target comes from: one of the two. It is never written in a file of the workspace.",
    fields: &[
        optional("env", TEXT, "A variable of the environment, or a line of `.env`."),
        optional("keyring", TEXT, "The name of an entry of the key ring of the system, service `kpress`."),
    ],
};

/// Keys that mean something only to FTP.
const OWN: &[&str] = &["tls", "certificate", "password", "insecure_plaintext"];

/// That none of the keys of FTP stands at another place, where nobody would act on it.
pub fn only(reader: &mut Reader, key: &Key, node: &Node) -> Option<()> {
    let lost = OWN.iter().find(|own| node.get(own).is_some());
    let Some(own) = lost else { return Some(()) };
    let told = format!("`{own}` of the deploy target `{}` means something only with `ftps:`", key.text);
    unfit(
        reader,
        &place_of(node, own),
        told,
        "keys of a host with OpenSSH are with your ssh agent; take the line out",
    );
    None
}

/// Reads a place that speaks FTP.
pub fn read(reader: &mut Reader, key: &Key, node: &Node, text: &str) -> Option<Ftp> {
    let tls = tls(reader, key, node)?;
    let Some((user, host, port, folder)) = split(text) else {
        let told = format!("`{text}` is no place on a host");
        unfit(
            reader,
            &place_of(node, if node.get("ftp").is_some() { "ftp" } else { "ftps" }),
            told,
            "write `user@host/folder`, as in `u123@ftp.example.com/www/kpi`",
        );
        return None;
    };
    let certificate = match node.text_of("certificate") {
        None => None,
        Some(text) => match fingerprint(text).filter(|_| tls != Tls::Plain) {
            Some(hash) => Some(hash),
            None => {
                let told = format!("`{text}` is not the SHA-256 of a certificate");
                let hint = "write `sha256:` and 64 hex digits, as `openssl x509 -noout -fingerprint -sha256` prints them";
                unfit(reader, &place_of(node, "certificate"), told, hint);
                return None;
            }
        },
    };
    Some(Ftp {
        user: user.into(),
        host: host.into(),
        port: port.unwrap_or_else(|| tls.port()),
        folder: folder.into(),
        tls,
        certificate,
        password: password(reader, key, node)?,
    })
}

fn tls(reader: &mut Reader, key: &Key, node: &Node) -> Option<Tls> {
    let plain = flag(node.get("insecure_plaintext"));
    if node.get("ftp").is_some() {
        if plain && node.get("tls").is_none() {
            return Some(Tls::Plain);
        }
        let told = format!("`{}` would send the password and every page in clear", key.text);
        unfit(
            reader,
            &place_of(node, "ftp"),
            told,
            "write `ftps:`; where the host has no TLS, `insecure_plaintext: true` says that this shall be so",
        );
        return None;
    }
    if plain {
        let told = format!("`{}` is both `ftps` and `insecure_plaintext`", key.text);
        unfit(
            reader,
            &place_of(node, "insecure_plaintext"),
            told,
            "take the line out: with `ftps:` nothing is sent in clear",
        );
        return None;
    }
    Some(if node.text_of("tls").is_some_and(|text| &**text == "implicit") {
        Tls::Implicit
    } else {
        Tls::Explicit
    })
}

fn password(reader: &mut Reader, key: &Key, node: &Node) -> Option<SecretFrom> {
    let Some(from) = node.get("password") else {
        return Some(SecretFrom::Env(variable(&key.text).into()));
    };
    let (env, keyring) = (from.text_of("env"), from.text_of("keyring"));
    match (env, keyring) {
        (Some(name), None) => Some(SecretFrom::Env(Arc::clone(name))),
        (None, Some(name)) => Some(SecretFrom::Keyring(Arc::clone(name))),
        _ => {
            let told =
                format!("the password of `{}` comes from more than one place, or from nowhere", key.text);
            unfit(
                reader,
                &place_of(node, "password"),
                told,
                "write one of `env: VARIABLE` or `keyring: NAME`",
            );
            None
        }
    }
}

/// The variable that holds the password of a deploy target, unless another one is named.
pub fn variable(id: &str) -> String {
    format!("KPRESS_PASSWORD_{}", id.to_uppercase().replace('-', "_"))
}

/// `user@host:port/folder`; user and host without anything that would steer a session.
fn split(text: &str) -> Option<(&str, &str, Option<u16>, &str)> {
    let (user, rest) = text.rsplit_once('@')?;
    let (place, folder) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok().filter(|port| *port > 0)?)),
        None => (place, None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let good = !user.is_empty()
        && !host.is_empty()
        && host.chars().all(plain)
        && !text.chars().any(char::is_control)
        && folder.split('/').all(|part| part != "..");
    good.then(|| (user, host, port, folder.trim_end_matches('/')))
}

/// `sha256:…`, with or without colons between the bytes.
fn fingerprint(text: &str) -> Option<Hash> {
    let digits: String = text.strip_prefix("sha256:")?.chars().filter(|c| *c != ':').collect();
    Hash::parse(&digits.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_split() {
        assert_eq!(split("u@host/www/kpi/"), Some(("u", "host", None, "www/kpi")));
        assert_eq!(
            split("u@shop.example@ftp.example.com:2121"),
            Some(("u@shop.example", "ftp.example.com", Some(2121), ""))
        );
        assert_eq!(split("u@host//srv/kpi"), Some(("u", "host", None, "/srv/kpi")));
        for bad in [
            "host/www",
            "u@/www",
            "u@host:0/x",
            "u@host:x",
            "u@ho st/x",
            "u@host/a/../b",
            "u@host/a\nb",
            "@host/x",
        ] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }

    #[test]
    fn fingerprints_are_those_of_openssl() {
        let plain = "sha256:".to_owned() + &"ab".repeat(32);
        let colons = format!("sha256:{}", vec!["AB"; 32].join(":"));
        assert!(fingerprint(&plain).is_some());
        assert_eq!(fingerprint(&plain), fingerprint(&colons));
        assert_eq!(fingerprint("sha256:ab"), None);
        assert_eq!(fingerprint(&"ab".repeat(32)), None);
        assert_eq!(variable("my-host"), "KPRESS_PASSWORD_MY_HOST");
    }
}
