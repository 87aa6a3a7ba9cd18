//! The bytes of a file: shared by who looks at them, and handed on without a copy by the last one who does.

use std::ops::Deref;
use std::sync::Arc;

/// The bytes of a file, shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(Arc<Vec<u8>>);

impl Bytes {
    /// Whether these are the same bytes; mostly they are the very same.
    pub fn is_same(&self, other: &Bytes) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self == other
    }

    /// The bytes for oneself: copied only where somebody else still has them.
    pub fn into_vec(self) -> Vec<u8> {
        Arc::unwrap_or_clone(self.0)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Bytes {
        Bytes(Arc::new(bytes))
    }
}

impl From<String> for Bytes {
    fn from(text: String) -> Bytes {
        text.into_bytes().into()
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Bytes {
        bytes.to_vec().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_takes_them_as_they_are() {
        let bytes = Bytes::from(vec![1, 2, 3]);
        let at = bytes.as_ptr();
        let other = bytes.clone();
        assert!(bytes.is_same(&other) && !bytes.is_same(&Bytes::default()));
        let copied = bytes.into_vec();
        assert_ne!(copied.as_ptr(), at, "somebody else has them");
        let taken = other.into_vec();
        assert_eq!((taken.as_ptr(), &taken), (at, &copied));
    }
}
