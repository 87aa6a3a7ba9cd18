//! One SSH connection for all that is said to a host: asking for a key and logging in takes longer than what is asked.
//! Where the `ssh` of the machine cannot share one, every command has its own.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What every call of OpenSSH is told: never to ask a person, and how long to wait for a host that is silent.
const OPTIONS: &[&str] = &[
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=20",
    "-o",
    "ServerAliveInterval=15",
    "-o",
    "ServerAliveCountMax=4",
];
/// How often it is looked whether the connection stands.
const PAUSE: Duration = Duration::from_millis(20);
/// And how many times: a little longer than OpenSSH waits itself.
const LOOKS: u32 = 1_100;

/// A connection that commands share; ends with this.
pub(super) struct Master {
    child: Child,
    place: PathBuf,
}

impl Master {
    /// Connects. `None`: commands connect themselves, and say why they cannot.
    pub(super) fn open(host: &str) -> Option<Master> {
        if cfg!(not(unix)) {
            return None;
        }
        let place = private()?;
        let socket = place.join("s");
        let mut command = Command::new("ssh");
        command.args(OPTIONS).args(["-M", "-N", "-T", "-o", "ControlPersist=no", "-o"]).arg(control(&socket));
        command.arg("--").arg(host);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok();
        let mut master = Master { child: child?, place };
        for _ in 0..LOOKS {
            if socket.exists() {
                return Some(master);
            }
            if !matches!(master.child.try_wait(), Ok(None)) {
                return None;
            }
            std::thread::sleep(PAUSE);
        }
        None
    }

    /// What a command is told to use it.
    pub(super) fn option(&self) -> OsString {
        control(&self.place.join("s"))
    }
}

/// The options for a command that shares a connection, or makes its own.
pub(super) fn options(master: Option<&Master>) -> Vec<OsString> {
    let mut all: Vec<OsString> = OPTIONS.iter().map(OsString::from).collect();
    match master {
        Some(master) => all.extend(["-o".into(), "ControlMaster=no".into(), "-o".into(), master.option()]),
        None => all.extend(["-o".into(), "ControlPath=none".into()]),
    }
    all
}

fn control(socket: &std::path::Path) -> OsString {
    let mut option = OsString::from("ControlPath=");
    option.push(socket);
    option
}

/// A folder that nobody else looks into, with a name short enough for a socket. One that is there is not used: somebody else
/// may have made it.
fn private() -> Option<PathBuf> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let ground = std::env::temp_dir();
    let mut names = (0..100).map(|number| ground.join(format!("kpress-{}-{number}", std::process::id())));
    names.find(|place| builder.create(place).is_ok())
}

impl Drop for Master {
    fn drop(&mut self) {
        // It holds nothing that would be lost.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(self.place.join("s"));
        let _ = std::fs::remove_dir(&self.place);
    }
}
