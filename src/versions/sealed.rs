//! The encrypted form of a version: a tree of its own beside the plain one, made from it when it is published, with a fresh
//! key, a slot for each reader and nothing in the open but sizes, the name of the version and a page that asks for a
//! passphrase. It has a manifest like every tree, so that it is stored, copied, resumed, verified and pruned like one.

use super::halt::{Halt, Kind};
use super::manifest::{self, Manifest};
use super::people::People;
use crate::site::password::random;
use crate::site::seal::{self, Bound, FORMAT, Key, Seal, hex, unhex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What ends the name of an encrypted tree on this machine. No audience may be called so; on a host the tree has the name
/// of its audience.
pub const ENDING: &str = "+enc";
/// Parameters and slots, beside the page that asks for a passphrase.
pub const HEADER: &str = "header.json";
/// The page that asks.
pub const SHELL: &str = "index.html";
/// Folder of the encrypted files.
pub const FILES: &str = "e";
/// What stands for the site where its title would say too much.
pub const NEUTRAL: &str = "KPI";

/// The name of the encrypted tree of an audience.
pub fn sealed(audience: &str) -> String {
    format!("{audience}{ENDING}")
}

/// The audience of a tree, and whether it is encrypted.
pub fn audience_of(tree: &str) -> (&str, bool) {
    match tree.strip_suffix(ENDING) {
        Some(audience) => (audience, true),
        None => (tree, false),
    }
}

/// The page that asks for a passphrase, with the shared files it needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shell {
    /// The page.
    pub page: Vec<u8>,
    /// Path below the folder of the audience, and bytes.
    pub assets: Vec<(String, Vec<u8>)>,
}

/// Whoever opens a tree.
#[derive(Clone, Debug)]
struct Reader {
    name: String,
    slot: String,
    iterations: u32,
    salt: [u8; 16],
    key: Key,
}

/// What an audience's tree is encrypted with.
#[derive(Clone, Debug)]
pub struct Sealing {
    site: String,
    readers: Vec<Reader>,
    shell: Shell,
}

/// `header.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// The site, by a name that says nothing.
    pub site: String,
    /// The audience.
    pub audience: String,
    /// The version.
    pub version: String,
    /// `PBKDF2-HMAC-SHA256`.
    pub kdf: String,
    /// By number, one for each reader. Whose it is stands in no public file.
    pub slots: BTreeMap<String, Slot>,
}

/// What one passphrase opens. Bytes are hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Salt of the passphrase.
    pub salt: String,
    /// Rounds.
    pub iterations: u32,
    /// Nonce of the wrapping.
    pub nonce: String,
    /// The key of the version, wrapped.
    pub key: String,
}

/// What only this machine knows of an encrypted tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Private {
    /// The manifest of the plain tree.
    plain: String,
    /// By slot, whose it is.
    slots: BTreeMap<String, String>,
    /// By stored name, the path.
    files: BTreeMap<String, String>,
}

impl Sealing {
    /// With a slot for everybody who may read an audience.
    ///
    /// # Errors
    /// [`Kind::Config`] if that is nobody.
    pub fn of(people: &People, audience: &str, shell: Shell) -> Result<Sealing, Halt> {
        let reader = |(name, reader): (&str, &super::people::Reader)| -> Result<Reader, Halt> {
            let (key, salt) = reader.key()?;
            let (slot, iterations) = (reader.number.to_string(), reader.iterations);
            Ok(Reader { name: name.to_owned(), slot, iterations, salt, key })
        };
        let readers = people.readers(audience).map(reader).collect::<Result<Vec<Reader>, Halt>>()?;
        if readers.is_empty() {
            let text = format!("nobody could open the encrypted pages of `{audience}`");
            return Err(Halt::new(Kind::Config, text).hint(format!(
                "give somebody a passphrase: `kpress passwords add NAME --group {audience}`"
            )));
        }
        Ok(Sealing { site: people.site.clone(), readers, shell })
    }

    /// Whether a tree that was encrypted before opens for the same people, by the same passphrases.
    pub fn is_for_the_same(&self, header: &Header) -> bool {
        let then = header.slots.iter().map(|(slot, of)| (slot.clone(), of.salt.clone(), of.iterations));
        let now = self.readers.iter().map(|one| (one.slot.clone(), hex(&one.salt), one.iterations));
        let sorted = |all: &mut Vec<(String, String, u32)>| all.sort();
        let (mut then, mut now): (Vec<_>, Vec<_>) = (then.collect(), now.collect());
        sorted(&mut then);
        sorted(&mut now);
        then == now && self.site == header.site
    }
}

/// A plain tree that is being encrypted.
pub(super) struct Press<'a> {
    sealing: &'a Sealing,
    bound: Bound,
    key: Key,
    seal: Seal,
    files: BTreeMap<String, String>,
}

impl<'a> Press<'a> {
    /// Begins with a fresh key.
    pub(super) fn begin(sealing: &'a Sealing, audience: &str, version: &str) -> Result<Press<'a>, Halt> {
        let bound =
            Bound { site: sealing.site.clone(), audience: audience.to_owned(), version: version.to_owned() };
        let key = random::<32>()?;
        let seal = Seal::of(&key, bound.clone());
        Ok(Press { sealing, bound, key, seal, files: BTreeMap::new() })
    }

    /// A file of the plain tree: the path and bytes that are stored for it. They are opened again before they are believed.
    pub(super) fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(String, Vec<u8>), Halt> {
        let stored = self.seal.seal(path, bytes);
        if self.seal.open(path, &stored).as_deref() != Some(bytes) {
            return Err(wrong(path));
        }
        self.try_damage(path, &stored)?;
        let place = format!("{FILES}/{}.bin", self.seal.name(path));
        self.files.insert(place.clone(), path.to_owned());
        Ok((place, stored))
    }

    /// Parameters and slots. Each opens for its reader, and for nobody else.
    pub(super) fn header(&self) -> Result<Header, Halt> {
        let mut slots = BTreeMap::new();
        for one in &self.sealing.readers {
            let (nonce, key) = seal::wrap(&one.key, &self.key, &self.bound, &one.slot)?;
            let salt = hex(&one.salt);
            let slot = Slot { salt, iterations: one.iterations, nonce: hex(&nonce), key: hex(&key) };
            slots.insert(one.slot.clone(), slot);
        }
        let Bound { site, audience, version } = self.bound.clone();
        let kdf = "PBKDF2-HMAC-SHA256".to_owned();
        let header = Header { format: FORMAT.to_owned(), site, audience, version, kdf, slots };
        self.try_slots(&header)?;
        Ok(header)
    }

    /// Every slot gives the key to its reader; another key, another slot or one changed bit give nothing.
    fn try_slots(&self, header: &Header) -> Result<(), Halt> {
        let stranger: Key = random::<32>()?;
        for one in &self.sealing.readers {
            let good = header.open(&one.slot, &one.key).as_ref() == Some(&self.key)
                && header.open(&one.slot, &stranger).is_none();
            let mut bent = header.clone();
            if let Some(slot) = bent.slots.get_mut(&one.slot) {
                let first = if slot.key.starts_with('0') { "1" } else { "0" };
                slot.key.replace_range(..1, first);
            }
            if !good || bent.open(&one.slot, &one.key).is_some() {
                return Err(wrong(HEADER));
            }
        }
        Ok(())
    }

    /// One changed bit, another path or another version: nothing opens.
    fn try_damage(&self, path: &str, stored: &[u8]) -> Result<(), Halt> {
        let mut bent = stored.to_vec();
        if let Some(byte) = bent.last_mut() {
            *byte ^= 1;
        }
        let other = Bound { version: format!("{}x", self.bound.version), ..self.bound.clone() };
        let opens = self.seal.open(path, &bent).is_some()
            || self.seal.open(&format!("{path}x"), stored).is_some()
            || Seal::of(&self.key, other).open(path, stored).is_some();
        if opens { Err(wrong(path)) } else { Ok(()) }
    }

    /// What this machine keeps for itself.
    pub(super) fn private(&self, plain: &str) -> Private {
        let slots = self.sealing.readers.iter().map(|one| (one.slot.clone(), one.name.clone())).collect();
        Private { plain: manifest_name(plain), slots, files: self.files.clone() }
    }

    /// The page that asks, and what it needs.
    pub(super) fn shell(&self) -> &'a Shell {
        &self.sealing.shell
    }

    /// The manifest of the encrypted tree from that of the plain one: what would say something is left out.
    pub(super) fn manifest(&self, plain: &Manifest, prev: Option<String>) -> Manifest {
        Manifest {
            site: self.bound.site.clone(),
            prev,
            source: manifest::Source::default(),
            snapshots: Vec::new(),
            plugins: Vec::new(),
            metrics: BTreeMap::new(),
            pages: Vec::new(),
            encryption: Some(serde_json::json!({ "format": FORMAT, "header": HEADER })),
            ..plain.clone()
        }
    }
}

fn manifest_name(digits: &str) -> String {
    format!("sha256:{digits}")
}

/// What the self-test ends with: nothing is published.
fn wrong(path: &str) -> Halt {
    Halt::new(
        Kind::Check,
        format!("the encrypted form of `{path}` does not open as it should; nothing was published"),
    )
    .hint("this is a fault of kpress or of the machine's memory: please report it")
}

impl Header {
    /// Reads one.
    pub fn read(bytes: &[u8]) -> Option<Header> {
        serde_json::from_slice(bytes).ok().filter(|header: &Header| header.format == FORMAT)
    }

    /// The key of the version, by the key of the reader of a slot; `None` if it does not open.
    pub fn open(&self, slot: &str, reader: &Key) -> Option<Key> {
        let of = self.slots.get(slot)?;
        if of.iterations < seal::ITERATIONS_LEAST {
            return None;
        }
        let nonce = unhex(&of.nonce)?.try_into().ok()?;
        let bound =
            Bound { site: self.site.clone(), audience: self.audience.clone(), version: self.version.clone() };
        seal::unwrap(reader, &nonce, &unhex(&of.key)?, &bound, slot)
    }

    /// The files of the version, by the passphrase as it is typed; `None` if it does not open.
    pub fn unseal(&self, passphrase: &str) -> Option<Seal> {
        let slot = passphrase.split_once('-')?.0;
        let of = self.slots.get(slot)?;
        if of.iterations < seal::ITERATIONS_LEAST || of.iterations > seal::ITERATIONS_MOST {
            return None;
        }
        let salt: [u8; 16] = unhex(&of.salt)?.try_into().ok()?;
        let reader = seal::of_passphrase(passphrase, &salt, of.iterations);
        let key = self.open(slot, &reader)?;
        let bound =
            Bound { site: self.site.clone(), audience: self.audience.clone(), version: self.version.clone() };
        Some(Seal::of(&key, bound))
    }
}

/// That nothing of the plain tree stands in the open: no title, no path, no piece of a page. Gives the file that does.
pub(super) fn leak<'f>(
    plain: &Manifest,
    open: impl Iterator<Item = (&'f str, &'f [u8])>,
) -> Option<(&'f str, String)> {
    /// Shorter ones stand in any text by chance.
    const LETTERS: usize = 6;
    let titles =
        std::iter::once(plain.site.as_str()).chain(plain.pages.iter().map(|page| page.title.as_str()));
    // A title such as `status` is a word of every manifest, too.
    let telling =
        |title: &&str| title.len() >= LETTERS && !title.bytes().all(|byte| byte.is_ascii_lowercase());
    let paths = plain.files.iter().map(|file| file.p.as_str()).filter(|path| path.contains('/'));
    let needles: Vec<&str> = titles.filter(telling).chain(paths).collect();
    for (path, bytes) in open {
        let text = String::from_utf8_lossy(bytes);
        if let Some(found) = needles.iter().find(|needle| text.contains(**needle)) {
            return Some((path, (*found).to_owned()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn people() -> (People, Zeroizing<String>) {
        let mut people = People::nobody().expect("random bytes");
        let typed =
            people.let_read("li.na", "bako-timon-rade-fodi-mena", seal::ITERATIONS_LEAST).expect("good");
        people.one("li.na").expect("there").groups.insert("company".to_owned());
        (people, typed)
    }

    #[test]
    fn case_71_the_passphrase_of_a_reader_opens_what_was_sealed_and_nothing_else() {
        let (people, typed) = people();
        let sealing = Sealing::of(&people, "company", Shell::default()).expect("a reader");
        let mut press = Press::begin(&sealing, "company", "2026-w46.1").expect("random bytes");
        let (place, stored) = press.file("zh/index.html", b"<p>GMV</p>").expect("sealed");
        assert!(place.starts_with("e/") && place.ends_with(".bin") && place.len() == 38, "{place}");
        let header = press.header().expect("slots");
        let header = Header::read(&manifest::canonical(&header)).expect("what was written");
        let seal = header.unseal(&typed).expect("the passphrase");
        assert_eq!(seal.open("zh/index.html", &stored).as_deref(), Some(b"<p>GMV</p>".as_slice()));
        for wrong in ["1-bako-timon-rade-fodi-menb", "2-bako-timon-rade-fodi-mena", "bako", ""] {
            assert!(header.unseal(wrong).is_none(), "{wrong}");
        }
        let mut cheap = header.clone();
        cheap.slots.get_mut("1").expect("a slot").iterations = 1;
        assert!(cheap.unseal(&typed).is_none(), "iterations=1");
        for bend in [
            |header: &mut Header| header.version = "2026-w47.1".into(),
            |header: &mut Header| header.audience = "team".into(),
            |header: &mut Header| header.site = "other".into(),
        ] {
            let mut bent = header.clone();
            bend(&mut bent);
            assert!(bent.unseal(&typed).is_none());
        }
        assert!(sealing.is_for_the_same(&header));
    }

    #[test]
    fn case_73_who_was_removed_has_no_slot_in_the_next_version() {
        let (mut people, typed) = people();
        people.let_read("ceo", "fodi-mena-bako-timon-rade", seal::ITERATIONS_LEAST).expect("good");
        people.one("ceo").expect("there").groups.insert("company".to_owned());
        let header = |people: &People, version: &str| {
            let sealing = Sealing::of(people, "company", Shell::default()).expect("readers");
            Press::begin(&sealing, "company", version).expect("random bytes").header().expect("slots")
        };
        let old = header(&people, "1");
        people.people.remove("li.na");
        let new = header(&people, "2");
        assert!(old.unseal(&typed).is_some(), "what was published stays readable");
        assert!(new.unseal(&typed).is_none() && new.slots.len() == 1);
        let sealing = Sealing::of(&people, "company", Shell::default()).expect("a reader");
        assert!(!sealing.is_for_the_same(&old) && sealing.is_for_the_same(&new));
        people.people.remove("ceo");
        assert_eq!(Sealing::of(&people, "company", Shell::default()).expect_err("nobody").kind, Kind::Config);
    }

    #[test]
    fn trees_are_told_apart_by_name() {
        assert_eq!(audience_of(&sealed("company")), ("company", true));
        assert_eq!(audience_of("company"), ("company", false));
    }
}
