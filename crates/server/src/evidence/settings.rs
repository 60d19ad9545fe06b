//! What an operator may set of evidence.

use super::kind::FileKind;
use crate::settings::SettingProblem;
use gridwhistle::domain::text::Text;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// The table `[server.evidence]`.
///
/// ```
/// use gridwhistle_server::settings::EvidenceSettings;
///
/// let settings: EvidenceSettings = toml::from_str("types = [\"image/jpeg\"]")?;
/// assert_eq!(settings.bytes, 20 << 20);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvidenceSettings {
    /// Where files stand. None: this service takes none.
    pub folder: Option<PathBuf>,
    /// The largest file, in bytes.
    pub bytes: u64,
    /// The media types that are taken.
    pub types: Vec<String>,
    /// The longest time of an upload, in seconds.
    pub seconds: u64,
    /// After how many days a file goes that no event names.
    pub pending_days: u32,
}

impl Default for EvidenceSettings {
    fn default() -> Self {
        let types = FileKind::ALL.iter().map(|kind| kind.media().to_owned());
        Self {
            folder: None,
            bytes: 20 << 20,
            types: types.collect(),
            seconds: 120,
            pending_days: 7,
        }
    }
}

impl EvidenceSettings {
    /// Everything that is wrong.
    pub(crate) fn problems(&self) -> Vec<SettingProblem> {
        let known: Vec<&str> = FileKind::ALL.iter().map(|kind| kind.media()).collect();
        let all_known = self.types.iter().all(|one| known.contains(&one.as_str()));
        let known = known.join(", ");
        let range = |from: u64, to: u64| {
            let words = Text::new(
                format!("应为 {from} 至 {to}"),
                format!("accepted: {from} to {to}"),
            );
            (from..=to, words)
        };
        let (sizes, size_words) = range(1_024, 256 << 20);
        let (times, time_words) = range(1, 3_600);
        let (days, day_words) = range(1, 365);
        let types = Text::new(format!("只可为:{known}"), format!("accepted: {known}"));
        let checks = [
            ("evidence.bytes", sizes.contains(&self.bytes), size_words),
            ("evidence.types", all_known && !self.types.is_empty(), types),
            ("evidence.seconds", times.contains(&self.seconds), time_words),
            (
                "evidence.pending_days",
                days.contains(&self.pending_days.into()),
                day_words,
            ),
        ];
        let wrong = checks.into_iter().filter(|(_, fits, _)| !fits);
        wrong
            .map(|(key, _, words)| SettingProblem { key, words })
            .collect()
    }

    /// What is taken.
    pub(crate) fn kinds(&self) -> Vec<FileKind> {
        let all = FileKind::ALL.iter().copied();
        all.filter(|kind| self.types.iter().any(|one| one == kind.media()))
            .collect()
    }

    /// The longest time of an upload.
    pub(crate) const fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}
