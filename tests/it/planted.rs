//! A probe that counts the operations on the disk and lets one of them fail, or stops the machine there.
//! Used by the faults of the output folder and by those of the version store.

use kpress::site::Probe;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What happens at the chosen operation.
pub(crate) enum Fault {
    /// It fails with this error; later ones work again.
    Once(io::ErrorKind),
    /// The machine stops: nothing is done from then on.
    Stop,
    /// Somebody else does something at that moment; then the operation is done.
    Beside(Box<dyn Fn() + Send + Sync>),
    /// Somebody else does something at that moment, then the machine stops.
    BesideThenStop(Box<dyn Fn() + Send + Sync>),
}

/// The probe.
pub(crate) struct Planted {
    seen: AtomicUsize,
    at: usize,
    fault: Fault,
    lies: bool,
    last: Mutex<String>,
}

impl Planted {
    /// A fault at the operation of this number.
    pub(crate) fn at(at: usize, fault: Fault) -> Arc<Planted> {
        Arc::new(Planted { seen: AtomicUsize::new(0), at, fault, lies: false, last: Mutex::default() })
    }

    /// The same on a file system whose locks keep nobody out.
    pub(crate) fn without_locks(at: usize, fault: Fault) -> Arc<Planted> {
        Arc::new(Planted { seen: AtomicUsize::new(0), at, fault, lies: true, last: Mutex::default() })
    }

    /// Counts, and lets everything pass.
    pub(crate) fn counting() -> Arc<Planted> {
        Planted::at(usize::MAX, Fault::Stop)
    }

    /// How many operations there were.
    pub(crate) fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }

    /// The operation at which it happened.
    pub(crate) fn what(&self) -> String {
        self.last.lock().expect("nobody panics with it").clone()
    }
}

impl Probe for Planted {
    fn before(&self, operation: &'static str, path: &str) -> io::Result<()> {
        let number = self.seen.fetch_add(1, Ordering::SeqCst);
        if number == self.at {
            *self.last.lock().expect("nobody panics with it") = format!("{operation} `{path}`");
        }
        match &self.fault {
            Fault::Once(kind) if number == self.at => Err((*kind).into()),
            Fault::Stop if number >= self.at => Err(io::ErrorKind::BrokenPipe.into()),
            Fault::Beside(act) if number == self.at => {
                act();
                Ok(())
            }
            Fault::BesideThenStop(act) if number == self.at => {
                act();
                Err(io::ErrorKind::BrokenPipe.into())
            }
            Fault::BesideThenStop(_) if number > self.at => Err(io::ErrorKind::BrokenPipe.into()),
            _ if self.lies && operation == "lock" => Err(io::ErrorKind::Unsupported.into()),
            _ => Ok(()),
        }
    }
}
