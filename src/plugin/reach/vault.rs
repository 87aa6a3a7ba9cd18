//! Secrets and captured values. A guest names them; only a request on its way out sees what they are, and nothing that
//! comes back or is shown holds one.

use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// What stands where a secret stood.
pub const MASK: &str = "•••";
/// The longest value that a response can hand over, in bytes.
pub const CAPTURED_BYTES_MAX: usize = 8 * 1024;
/// Captured values of a pull; a guest that invents names must not fill the memory of the host.
pub const CAPTURED_MAX: usize = 256;
/// Shorter values are no secrets but words: masking them would damage what they stand in, and show where they stood.
pub const SECRET_BYTES_MIN: usize = 6;

/// A secret that the site granted.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    /// The http grants it may be sent to.
    pub only: BTreeSet<String>,
    /// Whether it comes from a response.
    pub captured: bool,
}

/// All secrets of one pull. Values are wiped from memory when it ends.
#[derive(Default)]
pub struct Vault {
    granted: BTreeMap<String, Granted>,
    values: BTreeMap<String, Zeroizing<String>>,
    links: BTreeMap<String, Zeroizing<String>>,
    /// Values that were replaced stay masked: a server may repeat an old one.
    old: Vec<Zeroizing<String>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Vault").field("names", &self.granted.keys()).finish_non_exhaustive()
    }
}

impl Vault {
    /// A vault of what is granted, with the values that the environment has.
    ///
    /// # Errors
    /// The name of a secret whose value is too short to be masked.
    pub fn new(
        granted: BTreeMap<String, Granted>,
        values: BTreeMap<String, Zeroizing<String>>,
    ) -> Result<Vault, String> {
        match values.iter().find(|(_, value)| value.len() < SECRET_BYTES_MIN) {
            Some((name, _)) => Err(name.clone()),
            None => Ok(Vault { granted, values, ..Vault::default() }),
        }
    }

    /// Whether a secret can be used now; the same answer for one that is not granted and one that has no value.
    pub fn available(&self, name: &str) -> bool {
        self.granted.contains_key(name) && self.values.contains_key(name)
    }

    /// The value to be sent on a grant.
    ///
    /// # Errors
    /// The refusal, without telling whether there is a value.
    pub fn value(&self, name: &str, grant: &str) -> Result<&Zeroizing<String>, String> {
        let may = self.granted.get(name).is_some_and(|granted| granted.only.contains(grant));
        let refusal = || format!("the secret `{}` is not granted for `{}`", shown(name), shown(grant));
        if may {
            self.values.get(name).ok_or_else(|| format!("the secret `{}` has no value", shown(name)))
        } else {
            Err(refusal())
        }
    }

    /// Whether a secret may be sent on a grant.
    pub fn may(&self, name: &str, grant: &str) -> bool {
        self.value(name, grant).is_ok()
    }

    /// Whether a response may hand over this secret.
    ///
    /// # Errors
    /// The refusal.
    pub fn may_capture(&self, name: &str) -> Result<(), String> {
        match self.granted.get(name) {
            Some(granted) if granted.captured => Ok(()),
            _ => Err(format!("the secret `{}` is not granted as a captured one", shown(name))),
        }
    }

    /// Keeps a captured secret.
    pub fn keep_secret(&mut self, name: &str, value: String) {
        self.old.extend(self.values.insert(name.to_owned(), Zeroizing::new(value)));
        self.trim();
    }

    /// Keeps a link.
    ///
    /// # Errors
    /// The refusal of a name, or of one more link.
    pub fn keep_link(&mut self, name: &str, link: String) -> Result<(), String> {
        if !is_name(name) {
            return Err(format!("`{}` is no name for a link", shown(name)));
        }
        if self.links.len() >= CAPTURED_MAX && !self.links.contains_key(name) {
            return Err(format!("more than {CAPTURED_MAX} links are kept"));
        }
        self.old.extend(self.links.insert(name.to_owned(), Zeroizing::new(link)));
        self.trim();
        Ok(())
    }

    /// A link that was kept.
    pub fn link(&self, name: &str) -> Option<&str> {
        self.links.get(name).map(|link| link.as_str())
    }

    fn trim(&mut self) {
        let beyond = self.old.len().saturating_sub(CAPTURED_MAX);
        self.old.drain(..beyond);
    }

    /// Bytes without a secret in them: as it is, as JSON writes it, and as a form does.
    pub fn mask(&self, bytes: &[u8]) -> Vec<u8> {
        let mut needles: Vec<Zeroizing<String>> = Vec::new();
        for value in self.values.values().chain(self.links.values()).chain(&self.old) {
            if value.len() < SECRET_BYTES_MIN {
                continue;
            }
            let json = serde_json::Value::String(value.to_string()).to_string();
            let json = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
            needles.push(Zeroizing::new(json.replace('/', "\\/")));
            needles.push(Zeroizing::new(json));
            needles.push(Zeroizing::new(url::form_urlencoded::byte_serialize(value.as_bytes()).collect()));
            needles.push(value.clone());
        }
        // The longest first: a secret may be the beginning of another.
        needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
        let mut out = bytes.to_vec();
        for needle in &needles {
            out = replaced(out, needle.as_bytes());
        }
        out
    }

    /// Text without a secret in it.
    pub fn mask_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.mask(text.as_bytes())).into_owned()
    }
}

/// All occurrences of `needle` masked.
fn replaced(bytes: Vec<u8>, needle: &[u8]) -> Vec<u8> {
    let Some(&first) = needle.first() else { return bytes };
    let mut out: Option<Vec<u8>> = None;
    let (mut at, mut copied) = (0, 0);
    while let Some(next) = bytes[at..].iter().position(|&byte| byte == first) {
        at += next;
        if bytes[at..].starts_with(needle) {
            let out = out.get_or_insert_default();
            out.extend_from_slice(&bytes[copied..at]);
            out.extend_from_slice(MASK.as_bytes());
            at += needle.len();
            copied = at;
        } else {
            at += 1;
        }
    }
    match out {
        Some(mut out) => {
            out.extend_from_slice(&bytes[copied..]);
            out
        }
        None => bytes,
    }
}

/// Whether a guest may call something so.
pub fn is_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    name.len() <= 50 && name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && name.bytes().all(good)
}

/// A name from a guest, as it may be shown: escaped and short.
pub fn shown(name: &str) -> String {
    let escaped: String = name.chars().take(60).flat_map(char::escape_debug).collect();
    escaped.replace('`', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        let one = |grant: &str, captured| Granted { only: [grant.to_owned()].into(), captured };
        let granted = BTreeMap::from([
            ("client-secret".to_owned(), one("lwa", false)),
            ("access-token".to_owned(), one("spapi", true)),
        ]);
        let values = BTreeMap::from([("client-secret".to_owned(), Zeroizing::new("s3cr\"et/+x".to_owned()))]);
        Vault::new(granted, values).expect("a vault")
    }

    // Hostile case 46.
    #[test]
    fn secrets_are_usable_where_they_are_granted_and_nowhere_else() {
        let vault = vault();
        assert_eq!(vault.value("client-secret", "lwa").map(|value| value.as_str()), Ok("s3cr\"et/+x"));
        let refused = |name, grant| vault.value(name, grant).map(|_| ()).expect_err("refused");
        assert_eq!(
            refused("client-secret", "spapi"),
            "the secret `client-secret` is not granted for `spapi`"
        );
        assert_eq!(refused("other", "lwa"), "the secret `other` is not granted for `lwa`");
        assert_eq!(refused("../x\u{1b}", "lwa"), "the secret `../x\\u{1b}` is not granted for `lwa`");
        assert_eq!(refused("access-token", "spapi"), "the secret `access-token` has no value");
        assert!(vault.available("client-secret"));
        assert!(!vault.available("access-token") && !vault.available("other") && !vault.available("../"));
        assert!(vault.may_capture("client-secret").is_err() && vault.may_capture("access-token").is_ok());
    }

    #[test]
    fn what_a_server_echoes_is_masked() {
        let mut vault = vault();
        let text = r#"raw s3cr"et/+x, json "s3cr\"et/+x", "s3cr\"et\/+x", form s3cr%22et%2F%2Bx."#;
        assert_eq!(vault.mask_text(text), r#"raw •••, json "•••", "•••", form •••."#);
        vault.keep_secret("access-token", "token-one".to_owned());
        vault.keep_secret("access-token", "token-one-and-two".to_owned());
        assert_eq!(vault.mask_text("token-one-and-two, token-one"), "•••, •••");
        assert!(!format!("{vault:?}").contains("token-one"));
        let short = BTreeMap::from([("pin".to_owned(), Zeroizing::new("a".to_owned()))]);
        assert_eq!(Vault::new(BTreeMap::new(), short).err().as_deref(), Some("pin"));
    }
}
