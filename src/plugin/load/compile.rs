//! Compiles a component in a process of its own, which limits itself before it reads a byte: a component that is built to
//! blow the compiler up costs that process and nothing else. Executing is what the engine guards; compiling is not.

use super::artefact::Artefact;
use crate::diag::{Family, Level, Rule, printable};
use crate::plan::failure::{Failure, bytes as amount};
use crate::plugin::engine::Engine;
use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// A component that the compiler does not get through with.
pub static PLUGIN_COMPILE_FAILED: Rule = Rule {
    name: "plugin-compile-failed",
    level: Level::Error,
    family: Family::Data,
    about: "a component that cannot be compiled within the limits of time and memory",
    why: "a component may be small and still take the compiler hours",
    example: "a function of a megabyte with hundreds of locals",
};

/// How far compiling one component may go. SpiderMonkey took 43 s, CPython 32 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Time of all processors together.
    pub cpu: Duration,
    /// Address space, in bytes.
    pub memory: u64,
    /// Time on the clock.
    pub wall: Duration,
}

impl Bounds {
    /// What every component gets, and no component more.
    pub const USUAL: Bounds =
        Bounds { cpu: Duration::from_secs(180), memory: 6 << 30, wall: Duration::from_secs(240) };
}

/// The command that the program understands as "compile what comes in, and give it out".
pub const COMMAND: &str = "__compile";
/// The exit code of a child that says on stderr why the component cannot be compiled.
pub const SAID: u8 = 3;
/// The largest artefact that is taken: twelve times what SpiderMonkey comes to.
pub const ARTEFACT_BYTES_MAX: u64 = 512 << 20;
/// What a child has to say is said in so many bytes.
const WORDS_MAX: u64 = 16 << 10;
/// How often the parent looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(20);

/// Whether whoever waits has gone. Asked often.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// Starts the children.
#[derive(Clone, Debug)]
pub struct Compiler {
    program: PathBuf,
    bounds: Bounds,
}

impl Compiler {
    /// Children of this program, which must know [`COMMAND`].
    pub fn of(program: &Path) -> Compiler {
        Compiler { program: program.to_owned(), bounds: Bounds::USUAL }
    }

    /// The same within other bounds.
    #[must_use]
    pub fn within(self, bounds: Bounds) -> Compiler {
        Compiler { bounds, ..self }
    }

    /// Compiles the bytes of a component that was looked into.
    ///
    /// # Errors
    /// `plugin-compile-failed`.
    pub fn compile(&self, name: &str, component: &[u8], stop: Stop<'_>) -> Result<Artefact, Failure> {
        self.call(component, stop).map(Artefact::compiled).map_err(|ended| {
            let message = format!("plugin `{name}` cannot be compiled: {}", ended.told(&self.bounds));
            Failure::new(&PLUGIN_COMPILE_FAILED, message, ended.hint())
        })
    }

    fn call(&self, component: &[u8], stop: Stop<'_>) -> Result<Vec<u8>, Ended> {
        let mut child = Command::new(&self.program)
            .args([COMMAND, "--cpu", &self.bounds.cpu.as_secs().to_string()])
            .args(["--memory", &self.bounds.memory.to_string()])
            // Nothing of this process: no environment, no folder, no stream.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Ended::Start(error.to_string()))?;
        let (mut into, out, words) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(into) = &mut into {
                    // A child that ended early tells why by how it ended.
                    let _ = into.write_all(component);
                }
                drop(into);
            });
            let words = scope.spawn(move || words.map(|words| take(words, WORDS_MAX)).unwrap_or_default());
            let (send, given) = mpsc::channel();
            scope.spawn(move || {
                send.send(out.map(|out| take(out, ARTEFACT_BYTES_MAX + 1)).unwrap_or_default())
            });
            let result = self.wait(&mut child, &given, stop);
            // Whatever it does still: nobody waits for it any more.
            let _ = child.kill();
            let status = child.wait();
            let words = words.join().unwrap_or_default();
            match (result?, status) {
                (artefact, Ok(status)) if status.success() => match artefact.len() as u64 {
                    bytes if bytes > ARTEFACT_BYTES_MAX => Err(Ended::Large),
                    _ => Ok(artefact),
                },
                (_, Ok(status)) => Err(Ended::of(status, &String::from_utf8_lossy(&words))),
                (_, Err(error)) => Err(Ended::Start(error.to_string())),
            }
        })
    }

    /// What the child gives, once it has ended by itself.
    #[expect(clippy::disallowed_methods, reason = "the compiler may take only so long")]
    fn wait(
        &self,
        child: &mut Child,
        given: &mpsc::Receiver<Vec<u8>>,
        stop: Stop<'_>,
    ) -> Result<Vec<u8>, Ended> {
        let end = Instant::now() + self.bounds.wall;
        let mut artefact = None;
        loop {
            if stop() {
                return Err(Ended::Stopped);
            }
            if Instant::now() >= end {
                return Err(Ended::Wall);
            }
            match given.recv_timeout(LOOK) {
                Ok(bytes) => artefact = Some(bytes),
                Err(RecvTimeoutError::Timeout) => {}
                // It was received before; then only the end of the child is missing.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
            }
            let large = artefact.as_ref().is_some_and(|bytes| bytes.len() as u64 > ARTEFACT_BYTES_MAX);
            if large {
                return Err(Ended::Large);
            }
            if let Some(bytes) = artefact.take_if(|_| matches!(child.try_wait(), Ok(Some(_)) | Err(_))) {
                return Ok(bytes);
            }
        }
    }
}

fn take(stream: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.take(most).read_to_end(&mut bytes);
    bytes
}

/// How a child ended that gave nothing.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    /// It did not begin.
    Start(String),
    /// Nobody waits for it any more.
    Stopped,
    /// The clock.
    Wall,
    /// The processor.
    Cpu,
    /// Memory.
    Memory,
    /// The artefact.
    Large,
    /// The compiler says why.
    Said(String),
    /// The compiler panicked, or the process died otherwise.
    Crashed(String),
}

impl Ended {
    fn of(status: ExitStatus, words: &str) -> Ended {
        use std::os::unix::process::ExitStatusExt;
        const SIGKILL: i32 = 9;
        const SIGXCPU: i32 = 24;
        let last = words.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
        match (status.code(), status.signal()) {
            (Some(code), _) if code == i32::from(SAID) => Ended::Said(last),
            (_, Some(SIGXCPU | SIGKILL)) => Ended::Cpu,
            _ if words.contains("memory allocation of") || words.contains("Cannot allocate memory") => {
                Ended::Memory
            }
            (Some(code), _) => Ended::Crashed(format!("exit code {code}")),
            (None, Some(signal)) => Ended::Crashed(format!("signal {signal}")),
            (None, None) => Ended::Crashed("for no reason it told".to_owned()),
        }
    }

    fn told(&self, bounds: &Bounds) -> String {
        match self {
            Ended::Start(why) => format!("the compiler does not start: {}", printable(why)),
            Ended::Stopped => "it was interrupted".to_owned(),
            Ended::Wall => format!("it takes longer than {} s", bounds.wall.as_secs()),
            Ended::Cpu => format!("it takes more than {} s of processor time", bounds.cpu.as_secs()),
            Ended::Memory => format!("it takes more than {} of memory", amount(bounds.memory)),
            Ended::Large => format!("it comes to more than {} of machine code", amount(ARTEFACT_BYTES_MAX)),
            Ended::Said(words) => printable(words),
            Ended::Crashed(how) => format!("the compiler crashed ({how})"),
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Ended::Start(_) | Ended::Stopped => "",
            Ended::Wall | Ended::Cpu | Ended::Memory | Ended::Large => {
                "a function of it may be far too large; split it, or leave out what it does not use"
            }
            Ended::Said(_) | Ended::Crashed(_) => {
                "the tool that built it may be faulty; build it again with the versions that `kpress plugin new` names"
            }
        }
    }
}

/// The child's part: limits itself, reads a component, gives the artefact.
///
/// # Errors
/// What is wrong with the component, for stderr and the exit code [`SAID`].
pub fn child(from: impl Read, mut to: impl Write, bounds: Bounds) -> Result<(), impl fmt::Display> {
    limit(bounds);
    let component = take(from, crate::plugin::limits::COMPONENT_BYTES_MAX + 1);
    let artefact = Engine::shared().wasmtime().precompile_component(&component).map_err(one_line)?;
    to.write_all(&artefact).and_then(|()| to.flush()).map_err(|error| error.to_string())
}

fn one_line(error: wasmtime::Error) -> String {
    format!("{error:#}").replace('\n', " ")
}

/// Takes from this process what compiling does not need.
fn limit(bounds: Bounds) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let set = |resource, most: u64, grace: u64| {
        let hard = getrlimit(resource).maximum.unwrap_or(u64::MAX).min(most.saturating_add(grace));
        // A system without this limit still has the clock of the parent.
        let _ = setrlimit(resource, Rlimit { current: Some(most.min(hard)), maximum: Some(hard) });
    };
    // The first second beyond ends it by SIGXCPU, which tells why; one more ends it in any case.
    set(Resource::Cpu, bounds.cpu.min(Bounds::USUAL.cpu).as_secs().max(1), 1);
    set(Resource::As, bounds.memory.min(Bounds::USUAL.memory), 0);
    set(Resource::Core, 0, 0);
    // It writes to pipes only.
    set(Resource::Fsize, 0, 0);
    #[cfg(target_os = "linux")]
    // It does not outlive whoever waits for it.
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}
