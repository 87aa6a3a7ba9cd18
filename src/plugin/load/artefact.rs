//! Machine code of a component, known to come from our own compiler. Loading machine code means trusting it like a library
//! that is linked in; so only what a child of ours gave, or what carries our seal, becomes such a value.

use crate::plugin::engine::Engine;
use wasmtime::component::Component;

/// Machine code that may be loaded.
pub struct Artefact(Vec<u8>);

impl std::fmt::Debug for Artefact {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Artefact({} bytes)", self.0.len())
    }
}

impl Artefact {
    /// What our own compiler gave just now.
    pub(super) fn compiled(bytes: Vec<u8>) -> Artefact {
        Artefact(bytes)
    }

    /// What our compiler gave earlier; the seal was checked.
    pub(super) fn unsealed(bytes: Vec<u8>) -> Artefact {
        Artefact(bytes)
    }

    /// The machine code.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Makes it callable.
    ///
    /// # Errors
    /// It was compiled for another engine or another machine.
    #[expect(unsafe_code, reason = "the bytes come from our own compiler: that is what this type says")]
    pub(super) fn load(&self, engine: &Engine) -> Result<Component, wasmtime::Error> {
        // SAFETY: `Artefact` is made in two places only, from the output of our own child and from an entry of the cache
        // whose seal was checked with a key that only this user can read.
        unsafe { Component::deserialize(engine.wasmtime(), &self.0) }
    }
}
