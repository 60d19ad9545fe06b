//! What an operator may set about who is let in, each checked at start.

use super::jwks;
use super::session;
use crate::settings::SettingProblem;
use gridwhistle::domain::text::Text;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// Tokens of a provider that are believed: the table `[server.oidc]`.
///
/// ```
/// use gridwhistle_server::Settings;
///
/// let settings: Settings = toml::from_str(
///     "[oidc]\nissuer = \"https://id.example\"\naudience = \"gridwhistle\"\n\
///      jwks = \"https://id.example/keys\"\n",
/// )?;
/// assert!(settings.problems().is_empty());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// What tokens must name as `iss`, to the letter.
    pub issuer: String,
    /// What tokens must name in `aud`.
    pub audience: String,
    /// Where the provider's public keys are: an address, or a local file.
    pub jwks: String,
    /// The claim that holds the code of the person in the registry.
    #[serde(default = "subject")]
    pub person_claim: String,
}

fn subject() -> String {
    "sub".to_owned()
}

/// Sessions of browsers: the table `[server.session]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// A file with at least 32 random bytes by which cookies are signed. None: made at start, so
    /// that sessions end with the process. Services on one database share one.
    pub key_file: Option<PathBuf>,
    /// Whether cookies may also travel unencrypted: where no TLS stands in front, on this machine
    /// alone. The development login implies it.
    pub insecure: bool,
}

/// How much anybody may ask: the table `[server.limits]`. 0: no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests a second of a person, or of a key.
    pub person_per_second: u32,
    /// How many a person may send at once.
    pub person_burst: u32,
    /// Requests a second of an address, where nobody is logged in.
    pub address_per_second: u32,
    /// How many an address may send at once.
    pub address_burst: u32,
    /// Failed logins a minute of an address.
    pub failed_logins_per_minute: u32,
    /// Requests under way at a time, of all who ask.
    pub under_way: usize,
    /// Files on their way in at a time, which mostly wait for their senders.
    pub files_under_way: usize,
    /// Questions of what was known that are answered at a time: for each the whole log is read again.
    pub replays: usize,
    /// How long a request above these may wait for its turn, in milliseconds, before it is refused.
    pub turn_milliseconds: u64,
    /// Lines that stand at a time, of all clients: streams of the live feed, and those on which nobody
    /// asks anything just now.
    pub lines: usize,
    /// How long a client may take for the head of a request, and a line stand idle, in seconds.
    pub head_seconds: u64,
    /// How long anybody may leave unread what is sent to them before the line is cut, in seconds.
    pub unread_seconds: u64,
    /// Addresses of proxies, whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            person_per_second: 50,
            person_burst: 200,
            address_per_second: 10,
            address_burst: 50,
            failed_logins_per_minute: 10,
            under_way: 256,
            files_under_way: 128,
            replays: 4,
            turn_milliseconds: 250,
            lines: 8_192,
            head_seconds: 10,
            unread_seconds: 60,
            proxies: Vec::new(),
        }
    }
}

impl Limits {
    /// No limit at all, for loads that are measured.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            person_per_second: 0,
            person_burst: 0,
            address_per_second: 0,
            address_burst: 0,
            failed_logins_per_minute: 0,
            under_way: 0,
            files_under_way: 0,
            replays: 0,
            turn_milliseconds: 0,
            lines: 0,
            head_seconds: 0,
            unread_seconds: 0,
            proxies: Vec::new(),
        }
    }

    /// Everything that is wrong.
    pub(crate) fn problems(&self) -> Vec<SettingProblem> {
        let most = |key, given: u64, most: u64| {
            let zh = format!("应为 0 至 {most}");
            let en = format!("accepted: 0 to {most}");
            (given > most).then(|| problem(key, &zh, &en))
        };
        let found = [
            most("limits.turn_milliseconds", self.turn_milliseconds, 10_000),
            most("limits.head_seconds", self.head_seconds, 600),
            most("limits.unread_seconds", self.unread_seconds, 3_600),
        ];
        found.into_iter().flatten().collect()
    }
}

fn problem(key: &'static str, zh: &str, en: &str) -> SettingProblem {
    let words = Text::new(zh, en);
    SettingProblem { key, words }
}

impl Oidc {
    /// Everything that is wrong.
    pub(crate) fn problems(&self) -> Vec<SettingProblem> {
        let mut found = Vec::new();
        for (key, value) in [
            ("oidc.issuer", &self.issuer),
            ("oidc.audience", &self.audience),
            ("oidc.person_claim", &self.person_claim),
        ] {
            if value.trim().is_empty() {
                found.push(problem(
                    key,
                    "不得为空",
                    "accepted: a text that is not empty",
                ));
            }
        }
        if !jwks::is_address(&self.jwks) {
            if self.jwks.contains("://") {
                found.push(problem(
                    "oidc.jwks",
                    "应为 https:// 地址（本机可用 http://），或本地文件路径",
                    "accepted: an https:// address (http:// on this machine alone), or a local file",
                ));
            } else if let Err(what) = jwks::of_file(&self.jwks) {
                found.push(SettingProblem {
                    key: "oidc.jwks",
                    words: Text::new(
                        format!("文件不可用：{what}；应为含 RS256、ES256 或 EdDSA 公钥的 JWKS"),
                        format!(
                            "the file cannot be used: {what}; accepted: a JWKS with public keys for RS256, ES256 or EdDSA"
                        ),
                    ),
                });
            }
        }
        found
    }
}

impl Session {
    /// Everything that is wrong.
    pub(crate) fn problems(&self) -> Vec<SettingProblem> {
        let mut found = Vec::new();
        if let Some(Err(what)) = self.key_file.as_deref().map(session::key_of_file) {
            found.push(SettingProblem {
                key: "session.key_file",
                words: Text::new(
                    format!("文件不可用：{what}；应为至少 32 字节的随机内容"),
                    format!("the file cannot be used: {what}; accepted: at least 32 random bytes"),
                ),
            });
        }
        found
    }
}
