//! Why a command on versions ends early: what is said, the way out, and the exit code of publishing.md §10.

use crate::diag::printable;
use crate::site::Failed;
use std::fmt;
use std::io;

/// What kind of end it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Arguments, environment, a refused policy.
    Usage,
    /// Something in `kpress.yaml`.
    Config,
    /// Data: a file changed while it was read.
    Data,
    /// A path or link is refused.
    Path,
    /// A limit was hit.
    Limit,
    /// The id exists with other content.
    Exists,
    /// Somebody else is publishing, or was first.
    Locked,
    /// The version store is damaged, or of a newer format.
    Damaged,
    /// Somebody else published to the host meanwhile.
    Moved,
    /// The check after a deploy failed.
    Check,
    /// The host could not be reached, or let nobody in.
    Transport,
    /// A signature is missing, wrong, or by somebody unknown.
    Signature,
    /// No space is left.
    NoSpace,
    /// The system said no.
    Io,
    /// A secret is in the output.
    Secret,
    /// The user stopped it.
    Interrupted,
}

impl Kind {
    /// The exit code of a command that ends so.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Usage => 2,
            Kind::Config => 10,
            Kind::Data => 11,
            Kind::Path => 12,
            Kind::Limit => 13,
            Kind::Exists => 20,
            Kind::Locked => 21,
            Kind::Damaged => 22,
            Kind::Moved => 23,
            Kind::Check => 24,
            Kind::Transport => 25,
            Kind::Signature => 26,
            Kind::NoSpace => 30,
            Kind::Io => 31,
            Kind::Secret => 41,
            Kind::Interrupted => 130,
        }
    }
}

/// The end of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    /// What kind of end.
    pub kind: Kind,
    /// One sentence: lower case, no full stop, backticks round names.
    pub text: String,
    /// The way out.
    pub hint: Option<String>,
}

impl Halt {
    /// An end with its reason.
    pub fn new(kind: Kind, text: impl Into<String>) -> Halt {
        Halt { kind, text: text.into(), hint: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Halt {
        self.hint = Some(hint.into());
        self
    }

    /// What became of `operation` on `path`.
    pub fn io(operation: &str, path: &str, error: &io::Error) -> Halt {
        let text = format!("cannot {operation} `{}`: {error}", printable(path));
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Halt::new(Kind::NoSpace, text)
                .hint("free some space; what was begun is taken back, and nothing was published"),
            _ => Halt::new(Kind::Io, text),
        }
    }

    /// The version store does not hold what it should.
    pub fn damaged(text: impl Into<String>) -> Halt {
        Halt::new(Kind::Damaged, text)
            .hint("`kpress verify --all --read-data` names everything that is damaged")
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl From<Failed> for Halt {
    fn from(failed: Failed) -> Halt {
        let kind = match &failed {
            Failed::Refused(_) => Kind::Path,
            Failed::Locked(_) => Kind::Locked,
            Failed::NoSpace(_) => Kind::NoSpace,
            Failed::Io(_) => Kind::Io,
            Failed::Interrupted => Kind::Interrupted,
        };
        Halt::new(kind, failed.to_string())
    }
}
