//! What an operator may set about Open311.

use serde::Deserialize;

/// Open311 GeoReport v2: the table `[server.open311]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Open311Settings {
    /// Whether anybody may report without a key.
    pub anonymous: bool,
    /// The address of the service as others reach it, without a path; none: as each asks for it.
    pub url: Option<String>,
    /// Whom developers may ask.
    pub contact: String,
    /// How many requests one list question looks through, at most: anybody may ask, and must not have a
    /// whole quarter read for it.
    pub looked_at: usize,
}

impl Default for Open311Settings {
    fn default() -> Self {
        Self {
            anonymous: false,
            url: None,
            contact: String::new(),
            looked_at: 10_000,
        }
    }
}
