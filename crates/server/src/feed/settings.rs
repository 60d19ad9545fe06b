//! What an operator may set of the live feed.

use serde::Deserialize;

/// The table `[server.feed]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedSettings {
    /// Clients that may follow the live feed at a time.
    pub clients: usize,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self { clients: 2_000 }
    }
}
