//! A live site: builds into memory, serves on loopback, watches what was read, builds again what changed and tells every
//! open page, which patches itself in place. What is broken is laid over the last good page.

mod ask;
mod clock;
mod compare;
mod editing;
mod edition;
mod gate;
mod held;
mod laid;
mod line;
mod server;
mod shared;
mod ticket;
mod watch;
mod wire;
mod words;
mod work;

pub use ticket::Random;
pub use wire::Editor;

use crate::build::{Options, Store};
use crate::diag::Finding;
use crate::inputs::Inputs;
use crate::site::Folder;
use shared::Shared;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

/// The first port that is tried when none is asked for.
const PORT: u16 = 4400;
/// So many ports are tried.
const PORTS: u16 = 40;

/// What is previewed, and how.
pub struct Setup<'a> {
    /// The workspace, as an absolute path.
    pub place: PathBuf,
    /// What was worked out before.
    pub store: &'a Store,
    /// How to build.
    pub options: Options,
    /// Whether targets and weights may be changed in the page.
    pub edits: bool,
    /// At which port, if it must be that one.
    pub port: Option<u16>,
    /// `Host` values that are let in besides loopback ones.
    pub hosts: Vec<String>,
    /// How files are opened.
    pub editor: Editor,
    /// Where secrets come from.
    pub random: Random,
    /// Whether the preview is to end.
    pub stopped: &'a (dyn Fn() -> bool + Send + Sync),
    /// Who is told.
    pub tell: &'a (dyn Fn(&Told<'_>) + Send + Sync),
}

/// What happens, for the terminal.
pub enum Told<'a> {
    /// It listens; the address holds the token.
    Ready(&'a str),
    /// The system does not tell what happens to files.
    Looking,
    /// A build is done.
    Built {
        /// The stages and their times.
        line: String,
        /// Pages that say something else now.
        changed: &'a [String],
        /// All pages.
        pages: usize,
        /// Everything found.
        found: &'a [Finding],
        /// Whether the pages of the edition before are still shown.
        keeps: bool,
    },
    /// Making the last pages found more: all there is now.
    Found(&'a [Finding]),
    /// A build came to nothing.
    Failed(String),
}

/// Previews a workspace until it is to end.
///
/// # Errors
/// Where no socket can be had, or the system gives no randomness.
pub fn preview(setup: &Setup<'_>, disk: &dyn Inputs) -> io::Result<()> {
    let (listeners, port) = listen(setup.port)?;
    let draw = || ticket::Secret::draw(setup.random).ok_or_else(|| io::Error::other("no random bytes"));
    let gate = gate::Gate::of(port, &setup.hosts, draw()?, draw()?);
    let address = format!("http://127.0.0.1:{port}/#kpress={}", gate.token().text());
    let tickets = ticket::Tickets::open(Folder::open(&setup.place).ok(), setup.random);
    let (mut watching, wake) = watch::Watching::begin(&setup.place);
    let shared = Arc::new(Shared::new(gate, tickets, wake, setup.edits));
    let server = server::Server::start(listeners, Arc::clone(&shared))?;
    (setup.tell)(&Told::Ready(&address));
    if !watching.is_told() {
        (setup.tell)(&Told::Looking);
    }
    work::Builder::new(setup, &shared, disk).run(&mut watching);
    server.end();
    Ok(())
}

/// Sockets of loopback in both families at one port. A port that was asked for is never silently another one.
fn listen(wish: Option<u16>) -> io::Result<(Vec<TcpListener>, u16)> {
    let mut last = io::Error::other("no port");
    let tried = wish.map_or_else(|| (PORT..PORT + PORTS).collect(), |port| vec![port]);
    for port in tried {
        match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            Ok(first) => {
                let port = first.local_addr()?.port();
                // A machine without IPv6 has none; a port that another program holds there is not ours.
                let second = match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))) {
                    Ok(second) => Some(second),
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                        last = error;
                        continue;
                    }
                    Err(_) => None,
                };
                return Ok(([Some(first), second].into_iter().flatten().collect(), port));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}
