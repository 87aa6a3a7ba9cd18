//! Keeps the memories and tables of one run together below one limit. The engine's own limiter counts each memory by
//! itself, so eight of them would come to eight times as much.

use super::limits::{CORE_INSTANCES_MAX, MEMORIES_MAX, TABLE_ELEMENTS_MAX, TABLES_MAX};
use wasmtime::ResourceLimiter;

/// What a table costs for each of its elements.
const ELEMENT_BYTES: usize = 8;

/// What a run holds, and may hold. The verdict is a fixed number, never a question to the operating system: it is the
/// same on every machine.
#[derive(Clone, Debug)]
pub struct Limiter {
    most: usize,
    held: usize,
    elements: usize,
    peak: usize,
    refused: bool,
}

impl Limiter {
    /// So many bytes of all memories and tables together.
    pub fn new(most: u64) -> Limiter {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Limiter { most, held: 0, elements: 0, peak: 0, refused: false }
    }

    /// The most it held at once, in bytes.
    pub fn peak(&self) -> u64 {
        self.peak as u64
    }

    /// Whether it was refused more. A guest may go on without; one that crashes then crashed for this.
    pub fn has_refused(&self) -> bool {
        self.refused
    }

    /// Whether so many bytes more are within the limit; then they are held.
    fn takes(&mut self, more: usize) -> bool {
        match self.held.checked_add(more).filter(|held| *held <= self.most) {
            Some(held) => {
                self.held = held;
                self.peak = self.peak.max(held);
                true
            }
            None => {
                self.refused = true;
                false
            }
        }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // What its own type forbids is no wish of the guest that we refuse.
        Ok(maximum.is_none_or(|maximum| desired <= maximum) && self.takes(desired.saturating_sub(current)))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let elements = self.elements.saturating_add(more);
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        if elements > TABLE_ELEMENTS_MAX {
            self.refused = true;
            return Ok(false);
        }
        let taken = self.takes(more.saturating_mul(ELEMENT_BYTES));
        if taken {
            self.elements = elements;
        }
        Ok(taken)
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        TABLES_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_all_memories_counts() {
        let mut limiter = Limiter::new(256 << 20);
        let mut grow = |from: usize, to: usize| limiter.memory_growing(from << 20, to << 20, None).ok();
        assert_eq!(grow(0, 200), Some(true));
        assert_eq!(grow(0, 50), Some(true));
        // A third memory, and more of the first.
        assert_eq!((grow(0, 7), grow(200, 207)), (Some(false), Some(false)));
        assert_eq!(grow(200, 206), Some(true));
        assert_eq!((limiter.peak(), limiter.has_refused()), (256 << 20, true));
    }

    #[test]
    fn what_the_type_forbids_is_not_our_refusal() {
        let mut limiter = Limiter::new(256 << 20);
        assert_eq!(limiter.memory_growing(0, 2, Some(1)).ok(), Some(false));
        assert_eq!(limiter.table_growing(0, 2, Some(1)).ok(), Some(false));
        assert!(!limiter.has_refused());
        assert_eq!(limiter.table_growing(0, 100_000, None).ok(), Some(true));
        assert_eq!(limiter.table_growing(0, 1, None).ok(), Some(false));
        assert!(limiter.has_refused());
    }
}
