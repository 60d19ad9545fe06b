//! What an operator may set of the live feed.

use crate::settings::SettingProblem;
use gridwhistle::domain::text::Text;
use serde::Deserialize;
use std::time::Duration;

/// The table `[server.feed]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedSettings {
    /// Clients that may follow the live feed at a time.
    pub clients: usize,
    /// After how long without a word a client hears that the line stands, in seconds.
    pub alive_seconds: u64,
    /// How long a client may leave unread what waits for it before it is let go, in seconds.
    pub unread_seconds: u64,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self {
            clients: 2_000,
            alive_seconds: 15,
            unread_seconds: 10,
        }
    }
}

impl FeedSettings {
    /// Everything that is wrong.
    pub(crate) fn problems(&self) -> Vec<SettingProblem> {
        let times = [
            ("feed.alive_seconds", self.alive_seconds),
            ("feed.unread_seconds", self.unread_seconds),
        ];
        let wrong = times
            .into_iter()
            .filter(|(_, time)| !(1..=600).contains(time));
        let told = wrong.map(|(key, _)| SettingProblem {
            key,
            words: Text::new("应为 1 至 600", "accepted: 1 to 600"),
        });
        told.collect()
    }

    pub(super) const fn alive(&self) -> Duration {
        Duration::from_secs(self.alive_seconds)
    }

    pub(super) const fn unread(&self) -> Duration {
        Duration::from_secs(self.unread_seconds)
    }
}
