//! Sessions of browsers: a cookie that says who and until when, signed by the service.

use super::settings::Session as Settings;
use crate::app::App;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::EngineError;
use gridwhistle::domain::ids::PersonId;
use gridwhistle::sessions::BrowserSession;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::path::Path;
use uuid::Uuid;

/// The name of the cookie.
const COOKIE_NAME: &str = "gridwhistle_session";
/// Its name over encrypted lines: browsers take one that begins so from this host alone, not from a
/// neighbour under the same domain.
const OF_THIS_HOST: &str = "__Host-gridwhistle_session";

/// How long a session lasts that nobody uses.
const LASTS: TimeDelta = TimeDelta::hours(12);
/// How long one lasts at most, however much it is used: then one logs in anew.
const LASTS_AT_MOST: TimeDelta = TimeDelta::days(7);
/// What a renewal has to gain: a cookie is not set anew with every page.
const GAIN: TimeDelta = TimeDelta::hours(1);
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
    /// Until when it may be renewed; none: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<DateTime<Utc>>,
}

impl Session {
    /// A session that begins.
    pub(crate) fn begun(person: PersonId, now: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::new_v4(),
            person,
            office: None,
            until: now + LASTS,
            last: Some(now + LASTS_AT_MOST),
        }
    }

    /// A session that begins with a name alone, in an office.
    pub(crate) fn of_development(person: PersonId, office: String, now: DateTime<Utc>) -> Self {
        Self {
            office: Some(office),
            until: now + LASTS_IN_DEVELOPMENT,
            last: None,
            ..Self::begun(person, now)
        }
    }

    /// The same session, used now; none: that would gain next to nothing.
    pub(crate) fn renewed(&self, now: DateTime<Utc>) -> Option<Self> {
        let until = (now + LASTS).min(self.last?);
        (until - self.until >= GAIN).then(|| Self {
            until,
            ..self.clone()
        })
    }

    /// As the engine knows it: the same, whichever of its cookies is shown.
    pub(crate) fn known(&self) -> BrowserSession {
        BrowserSession {
            id: self.id,
            person: self.person.clone(),
            over: self.last.unwrap_or(self.until),
        }
    }
}

/// Signs sessions.
pub(crate) struct Sessions {
    key: Vec<u8>,
    tenant: String,
    secure: bool,
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

    /// The session that a request brings, if it is one of ours and not over; it may have been ended
    /// before its time.
    pub(crate) fn brought(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Session> {
        let (said, signature) = cookie(headers, self.name())?.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(said)?.verify_slice(&signature).ok()?;
        let session: Session = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
        (now < session.until).then_some(session)
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

    const fn name(&self) -> &'static str {
        if self.secure {
            OF_THIS_HOST
        } else {
            COOKIE_NAME
        }
    }

    fn header(&self, value: &str, seconds: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.name();
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

impl App {
    /// The session of a request, if it brings one that holds.
    pub(crate) async fn session(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<Session>, EngineError> {
        let brought = self.identity.sessions.brought(headers, self.engine.now());
        let Some(session) = brought else {
            return Ok(None);
        };
        let ended = self.engine.session_ended(&session.known()).await?;
        Ok((!ended).then_some(session))
    }

    /// Ends a session before its time, with every cookie of it that there may be.
    pub(crate) async fn end_session(&self, session: &Session) -> Result<(), EngineError> {
        self.engine.end_session(&session.known()).await?;
        Ok(())
    }
}

/// Whether a request brings a session, or what looks like one.
pub(crate) fn brings_one(headers: &HeaderMap) -> bool {
    let mut names = [COOKIE_NAME, OF_THIS_HOST].into_iter();
    names.any(|name| cookie(headers, name).is_some())
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
        }
    }

    fn brought(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        // What a neighbour has set under the name without a prefix is passed over.
        let cookie = format!("theme=dark; {COOKIE_NAME}=x.y; {OF_THIS_HOST}={value}");
        headers.insert(COOKIE, cookie.parse().unwrap());
        headers
    }

    #[test]
    fn what_is_used_lasts_on_and_is_known_as_the_same_session() {
        let begun = DateTime::from_timestamp(1_772_424_000, 0).unwrap();
        let first = Session::begun("P-1".into(), begun);
        assert_eq!(first.renewed(begun + TimeDelta::minutes(59)), None);
        let later = begun + TimeDelta::hours(11);
        let second = first.renewed(later).unwrap();
        assert_eq!((second.id, second.until), (first.id, later + LASTS));
        // In the last half day it is not lengthened beyond the bound.
        let end = begun + LASTS_AT_MOST;
        let last = second.renewed(end - TimeDelta::hours(3)).unwrap();
        assert_eq!(last.until, end);
        assert_eq!(last.renewed(end - TimeDelta::minutes(1)), None);
        let shown = Session::of_development("P-1".into(), "x/y".into(), begun);
        assert_eq!(shown.renewed(begun + TimeDelta::days(29)), None);

        // Whoever logs out by the first cookie ends the renewed ones, too.
        assert_eq!((first.known(), first.known().over), (last.known(), end));
        assert_eq!(shown.known().over, shown.until);
        // A cookie that was signed before there was a bound is believed, and not renewed.
        let mut old = serde_json::to_value(&first).unwrap();
        old.as_object_mut().unwrap().remove("last");
        let old: Session = serde_json::from_value(old).unwrap();
        assert_eq!(old.renewed(later), None);
    }

    #[test]
    fn a_cookie_is_believed_until_it_is_over_altered_or_of_another_tenant() {
        let now = DateTime::from_timestamp(1_772_424_000, 0).unwrap();
        let ours = sessions("city", 7);
        let session = Session::begun("P-1".into(), now);
        let value = ours.signed(&session).unwrap();
        let headers = brought(&value);
        assert_eq!(ours.brought(&headers, now), Some(session.clone()));
        assert_eq!(ours.brought(&headers, now + LASTS), None);
        assert_eq!(sessions("other", 7).brought(&headers, now), None);
        assert_eq!(sessions("city", 8).brought(&headers, now), None);
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
            assert_eq!(ours.brought(&brought(&altered), now), None, "{altered}");
        }
        let set = ours.set(&session, now).unwrap();
        let set = set.to_str().unwrap();
        assert!(
            set.ends_with("Max-Age=43200; HttpOnly; SameSite=Strict; Secure"),
            "{set}"
        );
    }
}
