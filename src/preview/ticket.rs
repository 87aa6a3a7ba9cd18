//! Secrets of one start, and tickets by which an open page finds back after a restart without its user doing anything.
//! A ticket counts once and for the next start only; the workspace keeps no more than its hash.

use crate::inputs::{Hash, ProjectPath};
use crate::site::Folder;

/// Where the hashes of open tickets are kept, below the folder of the workspace.
const PLACE: &str = ".kpress/preview.tickets";
/// One for each page that may be open at once; older ones are forgotten.
const TICKETS: usize = 64;

/// Where random bytes come from.
pub type Random = fn() -> Option<[u8; 32]>;

/// 32 random bytes in hex, compared in constant time.
#[derive(Clone)]
pub(super) struct Secret(String);

impl Secret {
    /// A new one; `None` if the system gives no randomness.
    pub(super) fn draw(random: Random) -> Option<Secret> {
        Some(Secret(random()?.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Whether these are its digits; how long that takes does not tell where they differ.
    pub(super) fn is(&self, given: &[u8]) -> bool {
        let differ = |sum: u8, (a, b): (&u8, &u8)| sum | (a ^ b);
        given.len() == self.0.len() && self.0.as_bytes().iter().zip(given).fold(0, differ) == 0
    }

    /// Its digits.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// Tickets of this start and of the one before.
pub(super) struct Tickets {
    folder: Option<Folder>,
    random: Random,
    issued: Vec<Hash>,
    carried: Vec<Hash>,
}

impl Tickets {
    /// The tickets that the last start left, which count once now.
    pub(super) fn open(folder: Option<Folder>, random: Random) -> Tickets {
        let kept = folder.as_ref().and_then(|folder| folder.read(PLACE).ok()).unwrap_or_default();
        let lines = String::from_utf8_lossy(&kept).into_owned();
        let carried = lines.lines().filter_map(Hash::parse).take(TICKETS).collect();
        let tickets = Tickets { folder, random, issued: Vec::new(), carried };
        tickets.keep();
        tickets
    }

    /// A ticket for a page that follows.
    pub(super) fn issue(&mut self) -> Option<Secret> {
        let ticket = Secret::draw(self.random)?;
        self.issued.push(Hash::of(ticket.text().as_bytes()));
        if self.issued.len() > TICKETS {
            self.issued.remove(0);
        }
        self.keep();
        Some(ticket)
    }

    /// Takes a ticket of the start before.
    pub(super) fn redeem(&mut self, text: &str) -> bool {
        let hash = Hash::of(text.as_bytes());
        let at = self.carried.iter().position(|known| *known == hash);
        at.map(|at| self.carried.remove(at)).is_some()
    }

    fn keep(&self) {
        let lines: String = self.issued.iter().map(|hash| format!("{hash}\n")).collect();
        if let (Some(folder), Ok(path)) = (&self.folder, ProjectPath::parse(PLACE)) {
            // Without it a page that was open asks its user after a restart.
            let _ = folder.put_unsynced(&path, lines.as_bytes());
        }
    }
}
