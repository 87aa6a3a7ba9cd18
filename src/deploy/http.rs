//! Asks a host as a visitor does: plain GET, no redirect followed, no more than a page is large.

use crate::versions::Halt;

/// Somebody who visits addresses.
pub trait Fetch {
    /// Status and bytes of an answer.
    ///
    /// # Errors
    /// [`crate::versions::Kind::Transport`] without an answer.
    fn get(&self, address: &str) -> Result<(u16, Vec<u8>), Halt>;

    /// What time it is where an address is, in seconds since 1970; `None` if nobody says.
    fn clock(&self, _address: &str) -> Option<i64> {
        None
    }
}

/// A visitor; `None` in a kpress that was built without HTTP.
pub fn fetcher() -> Option<Box<dyn Fetch>> {
    #[cfg(feature = "plugins")]
    return Some(Box::new(visitor::Visitor::new()));
    #[cfg(not(feature = "plugins"))]
    None
}

#[cfg(feature = "plugins")]
mod visitor {
    use super::Fetch;
    use crate::versions::{Halt, Kind};
    use std::io::Read;
    use std::time::Duration;

    /// No file of a site is larger.
    const MOST: u64 = 64 << 20;
    /// A host that takes longer is down for its readers, too.
    const PATIENCE: Duration = Duration::from_secs(30);

    pub(super) struct Visitor(ureq::Agent);

    impl Visitor {
        pub(super) fn new() -> Visitor {
            let config = ureq::Agent::config_builder()
                .timeout_global(Some(PATIENCE))
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .build();
            Visitor(ureq::Agent::new_with_config(config))
        }
    }

    impl Fetch for Visitor {
        fn get(&self, address: &str) -> Result<(u16, Vec<u8>), Halt> {
            let address = &*crate::deploy::outside::address(address);
            let failed =
                |why: String| Halt::new(Kind::Transport, format!("`{address}` cannot be had: {why}"));
            let request = self.0.get(address).header("Cache-Control", "no-cache");
            let mut answer = request.call().map_err(|error| failed(error.to_string()))?;
            let mut bytes = Vec::new();
            let reader = answer.body_mut().as_reader();
            reader.take(MOST).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
            Ok((answer.status().as_u16(), bytes))
        }

        fn clock(&self, address: &str) -> Option<i64> {
            let answer = self.0.head(address).call().ok()?;
            crate::time::http_seconds(answer.headers().get("date")?.to_str().ok()?)
        }
    }
}
