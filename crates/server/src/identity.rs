//! Who somebody is, by what they show: a token of a provider, a key of another system, a browser's
//! session, or in development their name alone. What they may do follows from the registry, not from
//! here.

pub(crate) mod limits;
pub(crate) mod login;
pub(crate) mod session;
pub(crate) mod settings;

mod jwks;
mod oidc;

use crate::settings::{SettingProblem, Settings};
use gridwhistle::domain::ids::PersonId;
use gridwhistle::domain::text::Text;
use limits::Limits;
use oidc::Oidc;
use session::Sessions;

/// What is believed, and how much anybody may ask.
pub(crate) struct Identity {
    development: bool,
    oidc: Option<Oidc>,
    pub(crate) sessions: Sessions,
    pub(crate) limits: Limits,
}

/// What a development token begins with; the person's id follows.
const DEVELOPMENT: &str = "dev:";

impl Identity {
    /// By the settings, which were checked.
    pub(crate) fn new(settings: &Settings, tenant: &str) -> Result<Self, SettingProblem> {
        let wrong = |key| {
            move |what: String| SettingProblem {
                key,
                words: Text::new(format!("不可用：{what}"), what),
            }
        };
        let development = settings.development_login;
        let oidc = settings.oidc.as_ref().map(Oidc::new);
        let sessions = Sessions::new(&settings.session, development, tenant);
        Ok(Self {
            development,
            oidc: oidc.transpose().map_err(wrong("oidc.jwks"))?,
            sessions: sessions.map_err(wrong("session.key_file"))?,
            limits: Limits::new(&settings.limits),
        })
    }

    /// Whom a development token names; none: it is not believed.
    fn named(&self, token: &str) -> Option<PersonId> {
        let named = token
            .strip_prefix(DEVELOPMENT)
            .filter(|_| self.development)?;
        (!named.is_empty()).then(|| named.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(development_login: bool) -> Identity {
        let settings = Settings {
            development_login,
            ..Settings::default()
        };
        Identity::new(&settings, "city").unwrap_or_else(|problem| panic!("{problem:?}"))
    }

    #[test]
    fn a_name_alone_is_believed_in_development_and_nowhere_else() {
        let open = identity(true);
        assert_eq!(open.named("dev:P-1"), Some("P-1".into()));
        assert_eq!(open.named("dev:"), None);
        assert_eq!(open.named("P-1"), None);
        assert_eq!(identity(false).named("dev:P-1"), None);
    }
}
