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
    /// A bucket instead of the folder.
    pub s3: Option<S3Settings>,
    /// The largest file, in bytes.
    pub bytes: u64,
    /// The longest time for a file to come in, in seconds.
    pub seconds: u64,
    /// How many bytes of files that no case names yet one person may have, 0: any.
    pub waiting_bytes: u64,
    /// After how many days a file that no case names is removed, 0: never.
    pub waiting_days: u32,
}

/// A bucket of an object store that speaks S3: the table `[server.evidence.s3]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// `s3://BUCKET` or `s3://BUCKET/PREFIX`.
    pub url: String,
    /// Where the store answers; none: that of AWS in the region.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Its region.
    #[serde(default = "region")]
    pub region: String,
    /// A file of two lines, the id of a key and its secret; none: those of the environment.
    #[serde(default)]
    pub credentials: Option<PathBuf>,
}

fn region() -> String {
    "us-east-1".to_owned()
}

impl S3Settings {
    /// The bucket, and what names begin with in it.
    pub(super) fn named(&self) -> Option<(&str, &str)> {
        let rest = self.url.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        (!bucket.is_empty()).then_some((bucket, prefix))
    }
}

impl Default for EvidenceSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("evidence"),
            s3: None,
            bytes: 20 << 20,
            seconds: 120,
            waiting_bytes: 512 << 20,
            waiting_days: 7,
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
