//! The public keys of a provider of tokens: fetched when they are wanted, kept while it is away.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;

/// The signatures that are believed; none of them can be made by who knows the public key.
pub(super) const ALGORITHMS: [Algorithm; 3] =
    [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// The provider is asked at most so often.
const PAUSE: TimeDelta = TimeDelta::seconds(60);

/// Keys that were taken back are believed so long, at most, while the provider answers.
const FRESH: TimeDelta = TimeDelta::minutes(15);

/// How long the provider may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The largest set of keys, in bytes.
const BYTES_MAX: usize = 256 << 10;

/// RSA keys below 2,048 bits are not believed.
const RSA_BYTES_MIN: usize = 256;

/// One key that may sign.
#[derive(Clone)]
pub(super) struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// There are no keys: the provider never answered.
#[derive(Debug)]
pub(crate) struct Away;

/// What was fetched.
#[derive(Clone, Default)]
struct Held {
    keys: Arc<Vec<Key>>,
    fetched: Option<DateTime<Utc>>,
    tried: Option<DateTime<Utc>>,
}

/// The keys of one provider.
#[derive(Clone)]
pub(super) struct Keys {
    source: Arc<str>,
    client: reqwest::Client,
    held: Arc<RwLock<Held>>,
    fetching: Arc<Mutex<()>>,
}

/// Whether keys are fetched from there: by `https`, or in clear from this machine.
pub(super) fn is_address(source: &str) -> bool {
    let Ok(url) = source.parse::<reqwest::Url>() else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let here = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
    url.scheme() == "https" || url.scheme() == "http" && here
}

/// The keys of a local file.
pub(super) fn of_file(path: &str) -> Result<Vec<Key>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    read(&bytes)
}

/// The keys of a set that may sign; those for anything else are passed over.
fn read(bytes: &[u8]) -> Result<Vec<Key>, String> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let keys = set.keys.into_iter().filter_map(|key| {
        let key: Jwk = serde_json::from_value(key).ok()?;
        usable(&key)
    });
    let keys: Vec<Key> = keys.collect();
    if keys.is_empty() {
        return Err("no usable key".to_owned());
    }
    Ok(keys)
}

/// The algorithm follows from the kind of the key, never from the token: else whoever has the public
/// key could use it as a shared secret.
fn usable(jwk: &Jwk) -> Option<Key> {
    let common = &jwk.common;
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let modulus = URL_SAFE_NO_PAD.decode(&rsa.n).ok()?;
            (modulus.len() >= RSA_BYTES_MIN).then_some(Algorithm::RS256)
        }
        AlgorithmParameters::EllipticCurve(curve) => {
            (curve.curve == EllipticCurve::P256).then_some(Algorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(pair) => {
            (pair.curve == EllipticCurve::Ed25519).then_some(Algorithm::EdDSA)
        }
        _ => None,
    }?;
    let signs = common
        .public_key_use
        .as_ref()
        .is_none_or(|one| *one == PublicKeyUse::Signature);
    let verifies = common
        .key_operations
        .as_ref()
        .is_none_or(|all| all.contains(&KeyOperations::Verify));
    let named = common
        .key_algorithm
        .is_none_or(|name| name == KeyAlgorithm::from(algorithm));
    if !(signs && verifies && named) {
        return None;
    }
    Some(Key {
        id: common.key_id.clone(),
        algorithm,
        key: DecodingKey::from_jwk(jwk).ok()?,
    })
}

impl Keys {
    pub(super) fn new(source: &str) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            source: source.into(),
            client,
            held: Arc::default(),
            fetching: Arc::default(),
        })
    }

    fn held(&self) -> Held {
        self.held
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.held.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// The keys by which a token may be signed: those of its key's name, or all where it names none.
    pub(super) async fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        now: DateTime<Utc>,
    ) -> Result<Vec<Key>, Away> {
        let fitting = |held: &Held| -> Vec<Key> {
            let fits = |key: &&Key| {
                key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id)
            };
            held.keys.iter().filter(fits).cloned().collect()
        };
        let held = self.held();
        let found = fitting(&held);
        let fresh = held.fetched.is_some_and(|at| within(at, now, FRESH));
        let paused = held.tried.is_some_and(|at| within(at, now, PAUSE));
        let busy = self.fetching.try_lock().is_err();
        // Who has a key does not wait for a fresh one that somebody else is fetching.
        let enough = !found.is_empty() && (fresh || busy);
        if enough || paused && !busy {
            return known(found, &held);
        }
        let fetched = tokio::spawn(self.clone().fetch(now)).await;
        if let Err(broken) = fetched {
            tracing::error!(%broken, "the keys of the provider were not fetched");
        }
        let held = self.held();
        known(fitting(&held), &held)
    }

    /// Fetches the keys, unless somebody just did; on a task of its own, for a caller who gives up
    /// must not use up the minute.
    async fn fetch(self, now: DateTime<Utc>) {
        let _turn = self.fetching.lock().await;
        if self.held().tried.is_some_and(|at| within(at, now, PAUSE)) {
            return;
        }
        self.change(|held| held.tried = Some(now));
        let fetched = if is_address(&self.source) {
            self.of_provider().await
        } else {
            of_file(&self.source)
        };
        match fetched {
            Ok(keys) => self.change(|held| {
                held.keys = Arc::new(keys);
                held.fetched = Some(now);
            }),
            Err(what) => {
                tracing::warn!(%what, "the keys of the provider cannot be read; those known are kept")
            }
        }
    }

    async fn of_provider(&self) -> Result<Vec<Key>, String> {
        let told = |error: reqwest::Error| error.without_url().to_string();
        let request = self.client.get(&*self.source).send().await;
        let mut response = request
            .and_then(reqwest::Response::error_for_status)
            .map_err(told)?;
        let mut bytes = Vec::new();
        while let Some(part) = response.chunk().await.map_err(told)? {
            if bytes.len() + part.len() > BYTES_MAX {
                return Err(format!("more than {BYTES_MAX} bytes"));
            }
            bytes.extend_from_slice(&part);
        }
        read(&bytes)
    }
}

fn known(found: Vec<Key>, held: &Held) -> Result<Vec<Key>, Away> {
    if held.fetched.is_none() {
        return Err(Away);
    }
    Ok(found)
}

/// Whether an instant lies no longer back; a clock that was set back asks anew.
fn within(at: DateTime<Utc>, now: DateTime<Utc>, long: TimeDelta) -> bool {
    at <= now && now - at < long
}
