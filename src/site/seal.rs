//! `kpress-enc/1`: how files are sealed for hosts that one does not trust, so that browsers open them with WebCrypto
//! (publishing.md §9, docs/decisions/020). Every file is bound to site, audience, version and path.
//!
//! `‖` joins parts that each stand behind their length in four bytes, so that no two lists of parts give the same bytes. The
//! key of a version (32 random bytes) is split in three by HKDF-SHA256, for salts, names and files. A file:
//!
//! ```text
//! salt   = HMAC-SHA256(key for salts, path ‖ padded bytes)
//! key    = HKDF-SHA256(key for files, salt, "kpress-enc/1" ‖ path)
//! stored = "kpe1", salt (32 bytes), AES-256-GCM(key, nonce 0, padded bytes, "kpress-enc/1" ‖ site ‖ audience ‖ version ‖ path)
//! padded = length (8 bytes), bytes, zeros up to the next size of Padmé, at least 4 KiB
//! name   = the first 32 hex digits of HMAC-SHA256(key for names, path)
//! ```
//!
//! No key is used for two messages: it comes from what it seals. The same key and files give the same bytes.

use super::Failed;
use super::password::random;
pub use crate::plan::deploy::{ITERATIONS, ITERATIONS_LEAST, ITERATIONS_MOST};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The format.
pub const FORMAT: &str = "kpress-enc/1";
/// What a sealed file begins with.
const MAGIC: &[u8; 4] = b"kpe1";
/// Bytes of a salt of a file.
const SALT: usize = 32;
/// No sealed file is smaller, so that small ones look alike.
const LEAST: usize = 4096;

/// A key of 32 bytes; wiped when it is dropped.
pub type Key = Zeroizing<[u8; 32]>;

/// What a sealed tree is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The site, by a name that says nothing.
    pub site: String,
    /// The audience.
    pub audience: String,
    /// The version.
    pub version: String,
}

/// Parts, each behind its length.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        let length = u32::try_from(part.len()).expect("no part of a site has 4 GiB");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("a key of any length is one");
    for part in parts {
        let length = u32::try_from(part.len()).expect("no part of a site has 4 GiB");
        mac.update(&length.to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn derived(key: &[u8], salt: &[u8], info: &[u8]) -> Key {
    let mut out = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), key).expand(info, &mut *out).expect("32 bytes are few enough");
    out
}

/// The size that a file of `length` bytes is stored with: of numbers with a short mantissa the next (Padmé, Nikitin and
/// others, 2019), so that a size says little; at most 12 % more.
pub fn padded(length: usize) -> usize {
    let length = length.max(LEAST);
    let exponent = length.ilog2();
    let mantissa = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - mantissa)) - 1;
    (length + mask) & !mask
}

/// The keys of one version for one audience.
pub struct Seal {
    bound: Bound,
    salts: Key,
    names: Key,
    files: Key,
}

impl Seal {
    /// Splits the key of a version.
    pub fn of(key: &Key, bound: Bound) -> Seal {
        let part = |what: &str| derived(&**key, b"", &joined(&[FORMAT.as_bytes(), what.as_bytes()]));
        Seal { bound, salts: part("salts"), names: part("names"), files: part("files") }
    }

    /// The name under which a file is stored.
    pub fn name(&self, path: &str) -> String {
        hex(&mac(&*self.names, &[path.as_bytes()])[..16])
    }

    fn bound_to(&self, path: &str) -> Vec<u8> {
        let Bound { site, audience, version } = &self.bound;
        joined(&[FORMAT, site, audience, version, path].map(str::as_bytes))
    }

    fn cipher(&self, salt: &[u8], path: &str) -> Aes256Gcm {
        let key = derived(&*self.files, salt, &joined(&[FORMAT.as_bytes(), path.as_bytes()]));
        Aes256Gcm::new_from_slice(&*key).expect("a key of 32 bytes")
    }

    /// A file as it is stored.
    pub fn seal(&self, path: &str, bytes: &[u8]) -> Vec<u8> {
        let mut plain = Zeroizing::new(Vec::with_capacity(padded(bytes.len() + 8)));
        plain.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        plain.extend_from_slice(bytes);
        plain.resize(padded(bytes.len() + 8), 0);
        let salt = mac(&*self.salts, &[path.as_bytes(), &plain]);
        let bound = self.bound_to(path);
        let sealed = self
            .cipher(&salt, path)
            .encrypt(&[0_u8; 12].into(), Payload { msg: &plain, aad: &bound })
            .expect("a file of a site is far below 64 GiB");
        [MAGIC.as_slice(), &salt, &sealed].concat()
    }

    /// The bytes of a file; `None` if it is not what was sealed for this path.
    pub fn open(&self, path: &str, stored: &[u8]) -> Option<Vec<u8>> {
        let rest = stored.strip_prefix(MAGIC)?;
        let (salt, sealed) = rest.split_at_checked(SALT)?;
        let bound = self.bound_to(path);
        let plain =
            self.cipher(salt, path).decrypt(&[0_u8; 12].into(), Payload { msg: sealed, aad: &bound }).ok()?;
        let plain = Zeroizing::new(plain);
        let (length, bytes) = plain.split_at_checked(8)?;
        let length = usize::try_from(u64::from_be_bytes(length.try_into().ok()?)).ok()?;
        bytes.get(..length).map(<[u8]>::to_vec)
    }
}

/// What a passphrase opens: a key that wraps the key of a version.
pub fn of_passphrase(passphrase: &str, salt: &[u8; 16], iterations: u32) -> Key {
    let mut key = Zeroizing::new([0; 32]);
    pbkdf2::pbkdf2_hmac::<Sha256>(passphrase.as_bytes(), salt, iterations, &mut *key);
    key
}

/// The key of a version, wrapped for one reader: nonce and bytes.
///
/// # Errors
/// If the system gives no random bytes.
pub fn wrap(reader: &Key, key: &Key, bound: &Bound, slot: &str) -> Result<([u8; 12], Vec<u8>), Failed> {
    let nonce = random::<12>()?;
    let cipher = Aes256Gcm::new_from_slice(&**reader).expect("a key of 32 bytes");
    let sealed = cipher
        .encrypt(&(*nonce).into(), Payload { msg: &**key, aad: &slot_of(bound, slot) })
        .expect("32 bytes are few enough");
    Ok((*nonce, sealed))
}

/// The key of a version from its wrapping; `None` for another reader, slot, version, audience or site.
pub fn unwrap(reader: &Key, nonce: &[u8; 12], sealed: &[u8], bound: &Bound, slot: &str) -> Option<Key> {
    let cipher = Aes256Gcm::new_from_slice(&**reader).expect("a key of 32 bytes");
    let plain = cipher.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: &slot_of(bound, slot) }).ok()?;
    let plain = Zeroizing::new(plain);
    Some(Zeroizing::new(plain.as_slice().try_into().ok()?))
}

fn slot_of(bound: &Bound, slot: &str) -> Vec<u8> {
    joined(&[&bound.site, &bound.audience, &bound.version, slot].map(str::as_bytes))
}

/// Bytes as hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes from hex digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(version: &str) -> Bound {
        Bound { site: "5173".into(), audience: "company".into(), version: version.into() }
    }

    fn key(byte: u8) -> Key {
        Zeroizing::new([byte; 32])
    }

    #[test]
    fn a_file_opens_only_where_it_was_sealed_for() {
        let seal = Seal::of(&key(7), bound("2026-w46.1"));
        let stored = seal.seal("zh/index.html", b"<p>GMV 12,345,678</p>");
        assert_eq!(seal.open("zh/index.html", &stored).as_deref(), Some(b"<p>GMV 12,345,678</p>".as_slice()));
        assert_eq!(seal.open("zh/other.html", &stored), None, "swapped pages");
        assert_eq!(
            Seal::of(&key(8), bound("2026-w46.1")).open("zh/index.html", &stored),
            None,
            "another key"
        );
        assert_eq!(
            Seal::of(&key(7), bound("2026-w47.1")).open("zh/index.html", &stored),
            None,
            "older under newer"
        );
        for (site, audience) in [("5174", "company"), ("5173", "team-ads")] {
            let other = Bound { site: site.into(), audience: audience.into(), ..bound("2026-w46.1") };
            assert_eq!(Seal::of(&key(7), other).open("zh/index.html", &stored), None);
        }
        for at in [0, 4, 36, stored.len() - 1] {
            let mut bent = stored.clone();
            bent[at] ^= 1;
            assert_eq!(seal.open("zh/index.html", &bent), None, "bit of byte {at}");
        }
        assert_eq!(seal.open("zh/index.html", &stored[..40]), None);
        assert_eq!(seal.open("zh/index.html", b""), None);
    }

    #[test]
    fn the_same_key_and_files_give_the_same_bytes_and_nothing_else_does() {
        let seal = Seal::of(&key(7), bound("1"));
        assert_eq!(seal.seal("a", b"x"), seal.seal("a", b"x"));
        // Equal files do not look equal, not even in their salts.
        assert_ne!(seal.seal("a", b"x")[4..36], seal.seal("b", b"x")[4..36]);
        assert_ne!(seal.name("a"), seal.name("b"));
        assert_ne!(seal.name("a"), Seal::of(&key(8), bound("1")).name("a"));
    }

    #[test]
    fn sizes_say_little() {
        assert_eq!(
            [1, 4096, 4097, 5000, 100_000, 1_000_000].map(padded),
            [4096, 4096, 4352, 5120, 100_352, 1_015_808]
        );
        for length in 4096..20_000 {
            let size = padded(length);
            assert!(size >= length && size * 100 <= length * 112, "{length} -> {size}");
        }
        let seal = Seal::of(&key(7), bound("1"));
        assert_eq!(seal.seal("a", b"").len(), seal.seal("a", &[1; 4000]).len());
    }

    #[test]
    fn a_slot_opens_for_its_reader_only() {
        let (ours, theirs, version) = (key(1), key(2), key(3));
        let (nonce, sealed) = wrap(&ours, &version, &bound("1"), "3").expect("random bytes");
        assert_eq!(unwrap(&ours, &nonce, &sealed, &bound("1"), "3"), Some(version));
        assert_eq!(unwrap(&theirs, &nonce, &sealed, &bound("1"), "3"), None);
        assert_eq!(unwrap(&ours, &nonce, &sealed, &bound("1"), "4"), None);
        assert_eq!(unwrap(&ours, &nonce, &sealed, &bound("2"), "3"), None);
    }

    /// Vectors from outside: RFC 7914 §11 (PBKDF2-HMAC-SHA256, first 32 bytes) and our own file under a fixed key, which the
    /// reader's script opens in `tests/browser/sealed.mjs`, too.
    #[test]
    fn vectors() {
        let mut out = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(b"passwd", b"salt", 1, &mut out);
        assert_eq!(hex(&out), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
        assert_eq!(joined(&[b"a", b"bc"]), b"\0\0\0\x01a\0\0\0\x02bc");
        assert_eq!(unhex("00ff1a"), Some(vec![0, 255, 26]));
        assert_eq!([unhex("0"), unhex("zz")], [None, None]);
    }
}
