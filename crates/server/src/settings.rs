//! What an operator may set, each with its default; checked at start, all mistakes at once.

pub use crate::identity::settings::{Limits, Oidc, Session};

pub use crate::evidence::settings::{EvidenceSettings, S3Settings};
pub use crate::feed::settings::FeedSettings;
pub use crate::incoming::settings::{Category, IncomingSettings};
pub use crate::open311::settings::Open311Settings;
pub use crate::outgoing::settings::{MailSettings, OutgoingSettings};
use gridwhistle::domain::text::Text;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The settings of the service: the table `[server]` of the settings file.
///
/// ```
/// use gridwhistle_server::Settings;
///
/// let settings: Settings = toml::from_str("listen = \"127.0.0.1:8080\"")?;
/// assert!(settings.problems().is_empty());
/// let open: Settings = toml::from_str("listen = \"0.0.0.0:80\"\ndevelopment_login = true")?;
/// assert_eq!(open.problems().len(), 1, "nobody logs in by a name alone from afar");
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where to listen: an address and a port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether anybody may act as anybody by saying so: for demonstrations and development. Refused
    /// on an address that others can reach.
    pub development_login: bool,
    /// The largest body of a request, in bytes; files of evidence have their own bound.
    pub body_bytes: usize,
    /// The longest time for an answer, in seconds.
    pub answer_seconds: u64,
    /// The most rows of a page.
    pub page_rows: usize,
    /// How long a reader may wait for a position, in milliseconds.
    pub wait_milliseconds: u64,
    /// How many events views may be behind while the service calls itself ready.
    pub lag_events: u64,
    /// Whether `/metrics` answers others than this machine.
    pub metrics_for_others: bool,
    /// How the log is sealed while it is served; none: it is not.
    pub seal: Option<SealSettings>,
    /// The files of an encrypted line; none: in clear, behind a proxy that encrypts.
    pub tls: Option<TlsSettings>,
    /// Where traces are told; none: nowhere.
    pub traces: Option<TraceSettings>,
    /// How long open requests may go on after the order to stop, in seconds.
    pub stop_seconds: u64,
    /// Files of evidence.
    pub evidence: EvidenceSettings,
    /// The live feed.
    pub feed: FeedSettings,
    /// Outgoing events.
    pub outgoing: OutgoingSettings,
    /// Open311 GeoReport.
    pub open311: Open311Settings,
    /// Work orders of other systems.
    pub incoming: IncomingSettings,
    /// The provider whose tokens are believed. None: no tokens are.
    pub oidc: Option<Oidc>,
    /// Sessions of browsers.
    pub session: Session,
    /// How much anybody may ask.
    pub limits: Limits,
}

/// The transparency log: the table `[server.seal]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealSettings {
    /// The file of the signing key, as `audit key` makes it.
    pub key: PathBuf,
    /// The folder of the trees, one for each tenant below it.
    pub folder: PathBuf,
    /// How often the log is sealed, in seconds.
    #[serde(default = "every")]
    pub seconds: u64,
}

const fn every() -> u64 {
    5
}

/// An encrypted line: the table `[server.tls]`. Both files are PEM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// The certificate and those above it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// A collector of traces (OpenTelemetry, OTLP over HTTP as JSON): the table `[server.traces]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceSettings {
    /// The address of the collector, such as `http://127.0.0.1:4318/v1/traces`.
    pub endpoint: String,
    /// How many of a hundred requests are told whose caller has not decided.
    #[serde(default = "all")]
    pub percent: u8,
}

const fn all() -> u8 {
    100
}

impl TraceSettings {
    fn problems(&self) -> Vec<SettingProblem> {
        let web = ["http://", "https://"];
        let address = web.iter().any(|scheme| self.endpoint.starts_with(scheme));
        let wrong = |key, zh: &str, en: &str| SettingProblem {
            key,
            words: Text::new(zh, en),
        };
        let endpoint = (!address).then(|| {
            wrong(
                "traces.endpoint",
                "应为 http:// 或 https:// 开头的地址",
                "accepted: an address that begins with http:// or https://",
            )
        });
        let percent = (self.percent > 100)
            .then(|| wrong("traces.percent", "应为 0 至 100", "accepted: 0 to 100"));
        endpoint.into_iter().chain(percent).collect()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            development_login: false,
            body_bytes: 1 << 20,
            answer_seconds: 30,
            page_rows: 500,
            wait_milliseconds: 2_000,
            lag_events: 10_000,
            metrics_for_others: false,
            seal: None,
            tls: None,
            traces: None,
            stop_seconds: 10,
            oidc: None,
            session: Session::default(),
            limits: Limits::default(),
            evidence: EvidenceSettings::default(),
            feed: FeedSettings::default(),
            outgoing: OutgoingSettings::default(),
            open311: Open311Settings::default(),
            incoming: IncomingSettings::default(),
        }
    }
}

/// One setting that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// The key.
    pub key: &'static str,
    /// What is wrong and what would be accepted.
    pub words: Text,
}

impl Settings {
    /// Everything that is wrong; empty: the service may start.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingProblem> {
        let mut found = Vec::new();
        let mut check = |fits: bool, key: &'static str, zh: &str, en: &str| {
            if !fits {
                let words = Text::new(zh, en);
                found.push(SettingProblem { key, words });
            }
        };
        check(
            !self.development_login || self.listen.ip().is_loopback(),
            "development_login",
            "开发登录不能用于外部可达的地址；请改为监听 127.0.0.1，或关闭 development_login",
            "the development login is refused on an address that others can reach; listen on 127.0.0.1 or switch it off",
        );
        check(
            (1_024..=64 << 20).contains(&self.body_bytes),
            "body_bytes",
            "应为 1024 至 67108864",
            "accepted: 1024 to 67108864",
        );
        check(
            (1..=600).contains(&self.answer_seconds),
            "answer_seconds",
            "应为 1 至 600",
            "accepted: 1 to 600",
        );
        check(
            (1..=10_000).contains(&self.page_rows),
            "page_rows",
            "应为 1 至 10000",
            "accepted: 1 to 10000",
        );
        check(
            self.wait_milliseconds <= 60_000,
            "wait_milliseconds",
            "应为 0 至 60000",
            "accepted: 0 to 60000",
        );
        let seal_seconds = self.seal.as_ref().map_or(1, |seal| seal.seconds);
        check(
            (1..=3_600).contains(&seal_seconds),
            "seal.seconds",
            "应为 1 至 3600",
            "accepted: 1 to 3600",
        );
        check(
            self.stop_seconds <= 600,
            "stop_seconds",
            "应为 0 至 600",
            "accepted: 0 to 600",
        );
        found.extend(self.traces.iter().flat_map(TraceSettings::problems));
        found.extend(self.oidc.iter().flat_map(Oidc::problems));
        found.extend(self.session.problems());
        found.extend(self.limits.problems());
        found.extend(self.feed.problems());
        found.extend(self.evidence.problems());
        found.extend(self.outgoing.problems());
        found
    }

    /// The longest time for an answer.
    pub(crate) const fn answer_time(&self) -> Duration {
        Duration::from_secs(self.answer_seconds)
    }
}
