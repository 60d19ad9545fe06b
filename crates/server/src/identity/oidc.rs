//! Bearer tokens of a provider (OpenID Connect): JSON web tokens, signed by a key that it publishes.

use super::jwks::{ALGORITHMS, Away, Keys};
use super::settings::Oidc as Settings;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::ids::PersonId;
use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::{Map, Value};

/// By how much the provider's clock may differ from the service's.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The longest token, in bytes.
const BYTES_MAX: usize = 16 << 10;

/// What tokens are believed.
pub(super) struct Oidc {
    issuer: String,
    audience: String,
    person_claim: String,
    keys: Keys,
}

impl Oidc {
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        Ok(Self {
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            person_claim: settings.person_claim.clone(),
            keys: Keys::new(&settings.jwks)?,
        })
    }

    /// The person that a token names; none: it is not believed.
    pub(super) async fn person(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<PersonId>, Away> {
        let header = (token.len() <= BYTES_MAX).then(|| decode_header(token));
        let Some(Ok(header)) = header else {
            return Ok(None);
        };
        // An extension that must be understood is not: RFC 7515, 4.1.11.
        if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
            return Ok(None);
        }
        let keys = self.keys.find(header.kid.as_deref(), header.alg, now);
        let mut rules = Validation::new(header.alg);
        // The library's clock is the machine's; the service's is the engine's, asked below.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&[&self.audience]);
        let claims = keys.await?.iter().find_map(|key| {
            let read = decode::<Map<String, Value>>(token, &key.key, &rules);
            Some(read.ok()?.claims)
        });
        Ok(claims.and_then(|claims| self.believed(&claims, now)))
    }

    /// The person of claims that were signed, if they hold now.
    fn believed(&self, claims: &Map<String, Value>, now: DateTime<Utc>) -> Option<PersonId> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let instant = |value: &Value| DateTime::from_timestamp(value.as_i64()?, 0);
        let expires = claims.get("exp").and_then(instant)?;
        let begins = match claims.get("nbf") {
            Some(given) => instant(given)?,
            None => now,
        };
        let holds = now < expires.checked_add_signed(LEEWAY)? && begins <= now + LEEWAY;
        let person = text(&self.person_claim)?;
        let named = text("iss")? == self.issuer && !person.is_empty();
        (holds && named).then(|| person.into())
    }
}
