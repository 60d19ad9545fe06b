//! What an operator may set about files.

use crate::settings::SettingProblem;
use gridwhistle::domain::text::Text;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// Files of evidence: the table `[server.evidence]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvidenceSettings {
    /// The folder where they lie; made when the first one comes.
    pub folder: PathBuf,
    /// The largest file, in bytes.
    pub bytes: u64,
    /// The longest time for a file to come in, in seconds.
    pub seconds: u64,
}

impl Default for EvidenceSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("evidence"),
            bytes: 20 << 20,
            seconds: 120,
        }
    }
}

impl EvidenceSettings {
    pub(crate) fn problems(&self) -> Vec<SettingProblem> {
        let checks = [
            (
                (1_024..=200 << 20).contains(&self.bytes),
                "evidence.bytes",
                Text::new("应为 1024 至 209715200", "accepted: 1024 to 209715200"),
            ),
            (
                (1..=3_600).contains(&self.seconds),
                "evidence.seconds",
                Text::new("应为 1 至 3600", "accepted: 1 to 3600"),
            ),
        ];
        let wrong = checks.into_iter().filter(|(fits, ..)| !fits);
        wrong
            .map(|(_, key, words)| SettingProblem { key, words })
            .collect()
    }

    /// The longest time for a file to come in.
    pub(crate) const fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}
