//! What an operator may set about files.

use crate::settings::SettingProblem;
use gridwhistle::domain::text::Text;
use serde::Deserialize;
use std::path::PathBuf;

/// Files of evidence: the table `[server.evidence]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvidenceSettings {
    /// The folder where they lie; made when the first one comes.
    pub folder: PathBuf,
    /// The largest file, in bytes.
    pub bytes: u64,
}

impl Default for EvidenceSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("evidence"),
            bytes: 20 << 20,
        }
    }
}

impl EvidenceSettings {
    pub(crate) fn problems(&self) -> Option<SettingProblem> {
        let fits = (1_024..=200 << 20).contains(&self.bytes);
        (!fits).then(|| SettingProblem {
            key: "evidence.bytes",
            words: Text::new("应为 1024 至 209715200", "accepted: 1024 to 209715200"),
        })
    }
}
