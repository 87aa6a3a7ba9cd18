//! Who may read what is protected: people with their groups, the hashes of their passwords for servers, and the keys that
//! open encrypted trees for them. Passphrases themselves are kept nowhere; who holds this file can still read everything,
//! so it stays on the machine that publishes, outside Git (`.kpress/private/people.json`, or where `KPRESS_PEOPLE` says).

use super::halt::{Halt, Kind};
use crate::diag::did_you_mean;
use crate::plan::deploy::Login;
use crate::site::password::{self, random};
use crate::site::seal::{self, Key, hex, unhex};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Where it lies in a workspace unless the environment says otherwise.
pub const PLACE: &str = ".kpress/private/people.json";
/// The format.
const FORMAT: &str = "kpress-people/1";
/// Longest name that goes into password files and addresses alike.
const NAME: usize = 64;

/// Everybody who may read something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct People {
    format: String,
    /// The name of the site in encrypted trees: random, so that it says nothing.
    pub site: String,
    /// The number that the next reader gets; none is given twice.
    next: u32,
    /// By name.
    pub people: BTreeMap<String, Person>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Groups, sorted. The members of the group that is named like an audience open it where it is encrypted.
    pub groups: BTreeSet<String>,
    /// By deploy target the hash of the password there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub logins: BTreeMap<String, String>,
    /// What opens encrypted trees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<Reader>,
}

/// What opens encrypted trees for somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reader {
    /// The number that begins the passphrase, and names the slot.
    pub number: u32,
    /// Salt of the passphrase, as hex.
    pub salt: String,
    /// Rounds of PBKDF2.
    pub iterations: u32,
    /// What comes out: wraps the keys of versions. A secret.
    key: Secret,
}

/// Hex digits of a key.
#[derive(Clone, PartialEq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("…")
    }
}

impl Reader {
    /// The key that wraps keys of versions, and its salt.
    ///
    /// # Errors
    /// [`Kind::Config`] if the file was changed by hand, or asks for too few rounds.
    pub fn key(&self) -> Result<(Key, [u8; 16]), Halt> {
        let wrong = |what: &str| {
            Halt::new(Kind::Config, format!("the key of reader {} {what}", self.number))
                .hint(format!("see `{PLACE}`; `kpress passwords renew` makes it anew"))
        };
        if self.iterations < seal::ITERATIONS_LEAST || self.iterations > seal::ITERATIONS_MOST {
            return Err(wrong("was made with too few or too many rounds"));
        }
        let bytes = Zeroizing::new(unhex(&self.key.0).unwrap_or_default());
        let key = bytes.as_slice().try_into().map(Zeroizing::new);
        let salt = unhex(&self.salt).and_then(|salt| salt.try_into().ok());
        key.ok().zip(salt).ok_or_else(|| wrong("cannot be read"))
    }
}

/// Whether a name can stand in password files.
pub fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !text.is_empty() && text.len() <= NAME && text.chars().all(plain)
}

impl People {
    /// Nobody, of a site that has no name yet.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn nobody() -> Result<People, Halt> {
        let site = hex(&*random::<8>()?);
        Ok(People { format: FORMAT.to_owned(), site, next: 1, people: BTreeMap::new() })
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`Kind::Config`] if it is none, or one of a newer kpress. Nothing of it is shown.
    pub fn read(bytes: &[u8]) -> Result<People, Halt> {
        let wrong = |why: String| {
            Halt::new(Kind::Config, format!("the list of readers cannot be understood: {why}")).hint(format!(
                "it is `{PLACE}`, or the file that `KPRESS_PEOPLE` names; take it from your backup"
            ))
        };
        let people: People =
            serde_json::from_slice(bytes).map_err(|error| wrong(format!("line {}", error.line())))?;
        match people.people.keys().find(|name| !is_name(name)) {
            _ if people.format != FORMAT => Err(wrong(format!("its format is not `{FORMAT}`"))),
            Some(name) => Err(wrong(format!("`{}` is no name", crate::diag::printable(name)))),
            None => Ok(people),
        }
    }

    /// As it is stored.
    pub fn bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(super::manifest::canonical(self))
    }

    /// Somebody who must be there.
    ///
    /// # Errors
    /// [`Kind::Usage`] with the nearest name.
    pub fn one(&mut self, name: &str) -> Result<&mut Person, Halt> {
        if !self.people.contains_key(name) {
            let halt = Halt::new(Kind::Usage, format!("nobody is called `{name}`"));
            return Err(match did_you_mean(name, self.people.keys().map(String::as_str)) {
                Some(hint) => halt.hint(hint),
                None => halt.hint("`kpress passwords list` names them"),
            });
        }
        Ok(self.people.entry(name.to_owned()).or_default())
    }

    /// Gives somebody a password for a server; what it was is void once the files are on the host.
    ///
    /// # Errors
    /// [`Kind::Config`] if it is refused.
    pub fn log_in(&mut self, name: &str, target: &str, passphrase: &str) -> Result<(), Halt> {
        judged(passphrase)?;
        let hash = password::hashed(passphrase)?;
        self.people.entry(name.to_owned()).or_default().logins.insert(target.to_owned(), hash);
        Ok(())
    }

    /// Gives somebody a passphrase that opens encrypted trees of later versions. The result is the passphrase with the number
    /// before it, as it is typed.
    ///
    /// # Errors
    /// [`Kind::Config`] if it is refused.
    pub fn let_read(
        &mut self,
        name: &str,
        passphrase: &str,
        iterations: u32,
    ) -> Result<Zeroizing<String>, Halt> {
        judged(passphrase)?;
        // A number of its own each time: the slot of an old passphrase is never taken for that of a new one.
        let number = self.next;
        self.next += 1;
        let salt = *random::<16>()?;
        let typed = Zeroizing::new(format!("{number}-{passphrase}"));
        let key = seal::of_passphrase(&typed, &salt, iterations);
        let reader = Reader { number, salt: hex(&salt), iterations, key: Secret(hex(&*key)) };
        self.people.entry(name.to_owned()).or_default().reader = Some(reader);
        Ok(typed)
    }

    /// Who opens an audience where it is encrypted: names and keys.
    pub fn readers<'a>(&'a self, audience: &'a str) -> impl Iterator<Item = (&'a str, &'a Reader)> {
        self.people
            .iter()
            .filter(move |(_, person)| person.groups.contains(audience))
            .filter_map(|(name, person)| Some((name.as_str(), person.reader.as_ref()?)))
    }

    /// The files for the server of a deploy target: those of users and of groups, and for servers that know no groups one of
    /// users for each audience.
    pub fn files(&self, target: &str, login: &Login, audiences: &[String]) -> Vec<(String, String)> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let mine = || {
            self.people.iter().filter_map(|(name, person)| Some((name, person, person.logins.get(target)?)))
        };
        let users = |passes: &dyn Fn(&Person) -> bool| -> String {
            mine()
                .filter(|(_, person, _)| passes(person))
                .map(|(name, _, hash)| format!("{name}:{hash}\n"))
                .collect()
        };
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, person, _) in mine() {
            for group in &person.groups {
                groups.entry(group).or_default().push(name);
            }
        }
        let lines = groups.iter().map(|(group, names)| format!("{group}: {}\n", names.join(" "))).collect();
        let mut files = vec![(name(&login.users), users(&|_| true)), (name(&login.groups), lines)];
        for audience in audiences {
            let of = login.groups_of(audience);
            let text = users(&|person| of.iter().any(|group| person.groups.contains(*group)));
            files.push((format!("{}.{audience}", name(&login.users)), text));
        }
        files
    }
}

fn judged(passphrase: &str) -> Result<(), Halt> {
    password::judge(passphrase).map_err(|why| {
        Halt::new(Kind::Config, why).hint("let kpress make one: it has 78 bits, and can be read aloud")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login {
        Login {
            users: "/home/u/.htpasswd-kpress".into(),
            groups: "/home/u/.htgroups-kpress".into(),
            realm: "KPI".into(),
            require: [("ads".into(), vec!["ads".into(), "leads".into()])].into(),
        }
    }

    #[test]
    fn files_hold_who_has_a_password_there() {
        let mut people = People::nobody().expect("random bytes");
        for (name, groups) in
            [("li.na", vec!["ads"]), ("ceo", vec!["company", "leads"]), ("wang", vec!["ads"])]
        {
            let person = people.people.entry(name.to_owned()).or_default();
            person.groups = groups.into_iter().map(str::to_owned).collect();
        }
        people.log_in("li.na", "intranet", "bako-timon-rade-fodi-mena").expect("a good one");
        people.log_in("ceo", "intranet", "fodi-mena-bako-timon-rade").expect("a good one");
        people.log_in("wang", "elsewhere", "fodi-mena-bako-timon-vade").expect("a good one");
        let files: BTreeMap<String, String> = people
            .files("intranet", &login(), &["ads".to_owned(), "company".to_owned()])
            .into_iter()
            .collect();
        assert_eq!(files[".htgroups-kpress"], "ads: li.na\ncompany: ceo\nleads: ceo\n");
        let names = |file: &str| -> Vec<&str> {
            files[file].lines().filter_map(|line| Some(line.split_once(":$2y$10$")?.0)).collect()
        };
        assert_eq!(names(".htpasswd-kpress"), ["ceo", "li.na"]);
        assert_eq!(names(".htpasswd-kpress.ads"), ["ceo", "li.na"]);
        assert_eq!(names(".htpasswd-kpress.company"), ["ceo"]);
    }

    #[test]
    fn a_reader_is_kept_without_the_passphrase() {
        let mut people = People::nobody().expect("random bytes");
        people.people.entry("li.na".to_owned()).or_default().groups.insert("ads".to_owned());
        let typed = people
            .let_read("li.na", "bako-timon-rade-fodi-mena", seal::ITERATIONS_LEAST)
            .expect("a good one");
        assert_eq!(&**typed, "1-bako-timon-rade-fodi-mena");
        let bytes = people.bytes();
        assert!(!String::from_utf8_lossy(&bytes).contains("bako"));
        let again = People::read(&bytes).expect("what was written");
        assert_eq!(again, people);
        let readers: Vec<&str> = again.readers("ads").map(|(name, _)| name).collect();
        assert_eq!((readers.as_slice(), again.readers("company").count()), (["li.na"].as_slice(), 0));
        let (key, salt) = again.people["li.na"].reader.as_ref().expect("a reader").key().expect("a key");
        assert_eq!(key, seal::of_passphrase(&typed, &salt, seal::ITERATIONS_LEAST));
        assert!(!format!("{people:?}").contains(&hex(&*key)));
    }

    #[test]
    fn nonsense_is_refused_and_not_shown() {
        assert!(is_name("li.na") && is_name("Li_Na-2"));
        for bad in ["", "a b", "a:b", "李娜", "a\nb", &"x".repeat(65)] {
            assert!(!is_name(bad), "{bad}");
        }
        let halt = People::read(b"{\"format\":\"kpress-people/1\",\n\"secret\": 7}").expect_err("no list");
        assert_eq!(halt.kind.exit_code(), 10);
        let mut people = People::nobody().expect("random bytes");
        let weak = people.log_in("a", "b", "pa$$W0rd").expect_err("case 72");
        assert!(weak.kind.exit_code() == 10 && !weak.text.contains("pa$$"), "{}", weak.text);
        assert!(people.let_read("a", &"ab3".repeat(25), seal::ITERATIONS).is_err());
        let few = Reader { number: 1, salt: "00".repeat(16), iterations: 1, key: Secret("00".repeat(32)) };
        assert!(few.key().is_err());
    }
}
