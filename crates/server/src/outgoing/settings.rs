//! What an operator may set of outgoing events.

use crate::settings::SettingProblem;
use gridwhistle::domain::text::Text;
use serde::Deserialize;
use std::path::PathBuf;

/// The table `[server.outgoing]`.
///
/// ```
/// use gridwhistle_server::settings::OutgoingSettings;
///
/// let closed = OutgoingSettings::default();
/// assert!(closed.hosts.is_empty(), "by default nothing goes out");
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutgoingSettings {
    /// Hosts that may be told of events, `HOST` or `HOST:PORT`; of a mail address, what follows the @.
    /// Receivers in a city have private addresses, so these are the only bar, and it is closed by
    /// default.
    pub hosts: Vec<String>,
    /// How long a receiver may take to answer, in seconds.
    pub seconds: u64,
    /// How mail is sent; none: it is not.
    pub mail: Option<MailSettings>,
}

impl Default for OutgoingSettings {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            seconds: 15,
            mail: None,
        }
    }
}

/// The table `[server.outgoing.mail]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The mail server, `smtps://HOST`, `smtp://HOST?tls=required` or, within a safe network,
    /// `smtp://HOST`; with `:PORT` after the host where it is another.
    pub server: String,
    /// Who writes.
    pub from: String,
    /// As whom the server lets us in; none: it asks for nobody.
    #[serde(default)]
    pub user: Option<String>,
    /// The file with the password: secrets do not stand in settings.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

impl OutgoingSettings {
    /// Whether a host may be told.
    pub(crate) fn allows(&self, host: &str, port: Option<u16>) -> bool {
        let whole = port.map(|port| format!("{host}:{port}"));
        let is = |known: &String| {
            known.eq_ignore_ascii_case(host)
                || whole
                    .as_ref()
                    .is_some_and(|whole| known.eq_ignore_ascii_case(whole))
        };
        self.hosts.iter().any(is)
    }

    /// Everything that is wrong.
    pub(crate) fn problems(&self) -> Vec<SettingProblem> {
        let mut found = Vec::new();
        let mut check = |fits: bool, key: &'static str, zh: &str, en: &str| {
            if !fits {
                let words = Text::new(zh, en);
                found.push(SettingProblem { key, words });
            }
        };
        check(
            (1..=120).contains(&self.seconds),
            "outgoing.seconds",
            "应为 1 至 120",
            "accepted: 1 to 120",
        );
        let plain = |host: &String| !host.is_empty() && !host.contains(['/', '@', '*', '?']);
        check(
            self.hosts.iter().all(plain),
            "outgoing.hosts",
            "应为主机名，可带端口，如 platform.example 或 10.1.2.3:8443",
            "accepted: hosts, with a port where needed, e.g. platform.example, 10.1.2.3:8443",
        );
        if let Some(mail) = &self.mail {
            check(
                super::mail::server(mail).is_ok(),
                "outgoing.mail.server",
                "应为 smtps://主机 或 smtp://主机？tls=required；口令文件须可读",
                "accepted: smtps://HOST or smtp://HOST?tls=required; the password file must be readable",
            );
            check(
                mail.from.parse::<lettre::message::Mailbox>().is_ok(),
                "outgoing.mail.from",
                "应为邮箱地址",
                "accepted: a mail address",
            );
        }
        found
    }
}
