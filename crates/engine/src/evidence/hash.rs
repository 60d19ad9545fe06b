//! The name of a file: its SHA-256.

use serde::Serialize;
use std::fmt;

const DIGITS: usize = 64;

/// SHA-256 in lower-case hexadecimal, and nothing else.
///
/// ```
/// use gridwhistle::evidence::FileHash;
///
/// let hash = FileHash::read(&"AB".repeat(32)).unwrap();
/// assert_eq!(hash.as_str(), "ab".repeat(32));
/// assert!(FileHash::read("../city.db").is_none());
/// assert_eq!(FileHash::all_in("{\"reference\":\"AB\"}").len(), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct FileHash(String);

impl FileHash {
    /// Reads 64 hexadecimal digits of either case.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let fits = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Of a digest.
    pub(super) fn of(digest: &[u8]) -> Self {
        Self(hex::encode(digest))
    }

    /// Everything in a text that may be a hash: whoever keeps files by it keeps rather too many.
    #[must_use]
    pub fn all_in(text: &str) -> Vec<Self> {
        let runs = text.split(|one: char| !one.is_ascii_hexdigit());
        runs.filter_map(Self::read).collect()
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
