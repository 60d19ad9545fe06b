//! Sessions of browsers: a cookie that says who and until when, signed by the service.

use super::ended::Ended;
use super::settings::Session as Settings;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::ids::PersonId;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::path::Path;
use uuid::Uuid;

/// The name of the cookie.
pub(crate) const COOKIE_NAME: &str = "gridwhistle_session";

/// How long a session lasts.
const LASTS: TimeDelta = TimeDelta::hours(12);
/// How long one of the development login lasts: the clock of a demonstration runs fast.
const LASTS_IN_DEVELOPMENT: TimeDelta = TimeDelta::days(30);

/// The fewest bytes of a key.
const KEY_BYTES_MIN: usize = 32;

/// What a cookie says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    id: Uuid,
    pub(crate) person: PersonId,
    /// The office that was chosen, `ROLE/UNIT`.
    pub(crate) office: Option<String>,
    pub(crate) until: DateTime<Utc>,
}

impl Session {
    /// A session that begins.
    pub(crate) fn begun(person: PersonId, now: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::new_v4(),
            person,
            office: None,
            until: now + LASTS,
        }
    }

    /// A session that begins with a name alone, in an office.
    pub(crate) fn of_development(person: PersonId, office: String, now: DateTime<Utc>) -> Self {
        Self {
            office: Some(office),
            until: now + LASTS_IN_DEVELOPMENT,
            ..Self::begun(person, now)
        }
    }
}

/// Signs sessions, and knows which were ended.
pub(crate) struct Sessions {
    key: Vec<u8>,
    tenant: String,
    secure: bool,
    ended: Ended,
}

/// The key of a file.
pub(super) fn key_of_file(path: &Path) -> Result<Vec<u8>, String> {
    let key = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if key.len() < KEY_BYTES_MIN {
        return Err(format!("{}: {} bytes", path.display(), key.len()));
    }
    Ok(key)
}

impl Sessions {
    pub(super) fn new(
        settings: &Settings,
        development: bool,
        tenant: &str,
    ) -> Result<Self, String> {
        let key = match &settings.key_file {
            Some(path) => key_of_file(path)?,
            None => {
                let mut key = vec![0; KEY_BYTES_MIN];
                getrandom::fill(&mut key).map_err(|error| error.to_string())?;
                key
            }
        };
        Ok(Self {
            key,
            tenant: tenant.to_owned(),
            secure: !(settings.insecure || development),
            ended: Ended::of(settings.ended_file.as_deref())?,
        })
    }

    /// What is signed names its purpose and the tenant: a key may be shared.
    fn mac(&self, said: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        for part in [COOKIE_NAME, &self.tenant, said] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Some(mac)
    }

    fn signed(&self, session: &Session) -> Option<String> {
        let said = URL_SAFE_NO_PAD.encode(serde_json::to_vec(session).ok()?);
        let signature = self.mac(&said)?.finalize().into_bytes();
        Some(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The session of a request, if it brings one that holds now.
    pub(crate) fn of(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Session> {
        let (said, signature) = cookie(headers, COOKIE_NAME)?.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(said)?.verify_slice(&signature).ok()?;
        let session: Session = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
        (now < session.until && !self.ended.holds(&session.id)).then_some(session)
    }

    /// Ends a session before its time.
    pub(crate) fn end(&self, session: &Session, now: DateTime<Utc>) {
        self.ended.add(session.id, session.until, now);
    }

    /// The header that sets a session.
    pub(crate) fn set(&self, session: &Session, now: DateTime<Utc>) -> Option<HeaderValue> {
        let seconds = (session.until - now).num_seconds().max(0);
        self.header(&self.signed(session)?, seconds)
    }

    /// The header that takes it away.
    pub(crate) fn clear(&self) -> Option<HeaderValue> {
        self.header("", 0)
    }

    fn header(&self, value: &str, seconds: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!(
            "{COOKIE_NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        );
        HeaderValue::from_str(&text).ok()
    }
}

/// A cookie of a request, whatever it holds.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, named: &str) -> Option<&'h str> {
    let all = headers.get_all(COOKIE).iter();
    let mut pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == named).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(tenant: &str, key: u8) -> Sessions {
        Sessions {
            key: vec![key; 32],
            tenant: tenant.to_owned(),
            secure: true,
            ended: Ended::default(),
        }
    }

    fn brought(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let cookie = format!("theme=dark; {COOKIE_NAME}={value}");
        headers.insert(COOKIE, cookie.parse().unwrap());
        headers
    }

    #[test]
    fn a_cookie_is_believed_until_it_is_over_ended_altered_or_of_another_tenant() {
        let now = DateTime::from_timestamp(1_772_424_000, 0).unwrap();
        let ours = sessions("city", 7);
        let session = Session::begun("P-1".into(), now);
        let value = ours.signed(&session).unwrap();
        let headers = brought(&value);
        assert_eq!(ours.of(&headers, now), Some(session.clone()));
        assert_eq!(ours.of(&headers, now + LASTS), None);
        assert_eq!(sessions("other", 7).of(&headers, now), None);
        assert_eq!(sessions("city", 8).of(&headers, now), None);
        let (said, signature) = value.split_once('.').unwrap();
        let mut other = session.clone();
        other.person = "P-2".into();
        let forged = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&other).unwrap());
        for altered in [
            format!("{forged}.{signature}"),
            format!("{said}."),
            said.to_owned(),
            String::new(),
        ] {
            assert_eq!(ours.of(&brought(&altered), now), None, "{altered}");
        }
        ours.end(&session, now);
        assert_eq!(ours.of(&headers, now), None);
        let set = ours.set(&session, now).unwrap();
        let set = set.to_str().unwrap();
        assert!(
            set.ends_with("Max-Age=43200; HttpOnly; SameSite=Strict; Secure"),
            "{set}"
        );
    }
}
