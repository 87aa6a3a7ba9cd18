//! Makes a component out of the core module that a compiler gives. The module carries the interface that it was compiled
//! against; nothing else of the world is linked in, so a module that wants WASI stays one that wants WASI and is refused later.

use wit_component::ComponentEncoder;

/// Whether the bytes are a core module (and not a component, or something else).
pub fn is_core_module(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0asm\x01\0\0\0")
}

/// The component of a core module.
///
/// # Errors
/// What the encoder says: the module lacks its interface, imports what is in no interface, or is damaged.
pub fn of_core_module(module: &[u8]) -> Result<Vec<u8>, String> {
    let told = |error| format!("{error:#}");
    ComponentEncoder::default().validate(true).module(module).map_err(told)?.encode().map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_an_interface_is_no_plugin() {
        let empty = b"\0asm\x01\0\0\0";
        assert!(is_core_module(empty));
        assert!(!is_core_module(b"\0asm\x0d\0\x01\0"));
        // An empty module becomes an empty component, which then exports nothing that kpress knows.
        assert!(of_core_module(empty).is_ok_and(|bytes| !is_core_module(&bytes)));
        assert!(of_core_module(b"\0asm\x01\0\0\0\x63").is_err());
    }
}
