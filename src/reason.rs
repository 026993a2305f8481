//! Why a platform refused to read or write: in words, with the platform's own error if it gave one.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A reason in words. It may carry the platform's own error, such as a browser's exception, which only the platform
/// looks into. Two reasons are equal if their words are.
#[derive(Clone)]
pub struct Reason {
    words: String,
    cause: Option<Arc<dyn Any + Send + Sync>>,
}

impl Reason {
    /// Returns a reason with the platform's error behind it.
    pub fn caused_by(words: impl Into<String>, cause: impl Any + Send + Sync) -> Self {
        Self { words: words.into(), cause: Some(Arc::new(cause)) }
    }

    /// Returns the platform's error, if there is one of this type.
    pub fn cause<T: Any>(&self) -> Option<&T> {
        self.cause.as_deref()?.downcast_ref()
    }
}

impl From<String> for Reason {
    fn from(words: String) -> Self {
        Self { words, cause: None }
    }
}

impl From<&str> for Reason {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Reason {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.words, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_gives_back_the_platforms_error_and_is_compared_by_its_words() {
        let reason = Reason::caused_by("the disk is gone", 404_u16);
        assert_eq!((reason.cause::<u16>(), reason.cause::<String>()), (Some(&404), None));
        assert_eq!(reason, Reason::from("the disk is gone"));
        assert_eq!(Reason::from("the disk is gone").cause::<u16>(), None);
        assert_eq!(reason.to_string(), "the disk is gone");
    }
}
