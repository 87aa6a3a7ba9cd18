//! Ctrl-C and SIGTERM: the first one asks the build to stop between two steps, the second ends the process at once.
//! Either way the old site stays whole; what an interrupted build left is swept by the next.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether somebody asked to stop, and how.
#[derive(Clone)]
pub(crate) struct Stop {
    code: Arc<AtomicUsize>,
}

impl Stop {
    /// Begins to listen. A system that lets no handler be set ends the process at the first signal, as without kpress's help.
    pub(crate) fn listen() -> Stop {
        let code = Arc::new(AtomicUsize::new(0));
        for (signal, exit) in [(SIGINT, 130), (SIGTERM, 143)] {
            let asked = Arc::new(AtomicBool::new(false));
            // In this order: the second signal finds the flag that the first one set.
            let _ = flag::register_conditional_shutdown(signal, exit, Arc::clone(&asked));
            let _ = flag::register(signal, asked);
            let _ = flag::register_usize(signal, Arc::clone(&code), usize::try_from(exit).unwrap_or(1));
        }
        Stop { code }
    }

    /// The exit code of the signal that came, if one did.
    pub(crate) fn code(&self) -> Option<u8> {
        match self.code.load(Ordering::SeqCst) {
            0 => None,
            code => u8::try_from(code).ok(),
        }
    }
}
