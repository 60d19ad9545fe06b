//! A provider of identities: keys of every kind, tokens signed by them, and its public keys over HTTP.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::{DateTime, Utc};
use gridwhistle_server::Settings;
use gridwhistle_server::settings::Oidc;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

pub(crate) const ISSUER: &str = "https://id.city.example";
pub(crate) const AUDIENCE: &str = "gridwhistle";

/// A key that signs.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) id: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: EncodingKey,
}

impl Signer {
    /// A new key of a kind.
    pub(crate) fn new(id: &str, algorithm: Algorithm) -> Self {
        let key = match algorithm {
            Algorithm::RS256 => rsa_key(),
            Algorithm::ES256 => {
                let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
                EncodingKey::from_ec_der(&pair.serialize_der())
            }
            Algorithm::EdDSA => {
                // PKCS #8 of a seed (RFC 8410).
                let head = hex::decode("302e020100300506032b657004220420").unwrap();
                let seed: [u8; 32] = rand::random();
                EncodingKey::from_ed_der(&[head.as_slice(), &seed].concat())
            }
            other => panic!("no key for {other:?}"),
        };
        let id = id.to_owned();
        Self { id, algorithm, key }
    }

    /// The public key as a provider publishes it.
    pub(crate) fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.id.clone());
        serde_json::to_value(jwk).unwrap()
    }

    /// A token with claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.id.clone());
        encode(&header, claims, &self.key).unwrap()
    }
}

/// RSA keys take long to make: one serves all tests that do not need two.
fn rsa_key() -> EncodingKey {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    let der = KEY.get_or_init(|| {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2_048).unwrap();
        key.to_pkcs1_der().unwrap().as_bytes().to_vec()
    });
    EncodingKey::from_rsa_der(der)
}

/// What a token says of a person, for an hour.
pub(crate) fn claims(person: &str, now: DateTime<Utc>) -> Value {
    json!({
        "iss": ISSUER, "aud": [AUDIENCE, "another"], "sub": person,
        "iat": now.timestamp(), "exp": now.timestamp() + 3_600,
    })
}

#[derive(Default)]
struct Published {
    keys: Mutex<Vec<Value>>,
    asked: AtomicUsize,
    away: AtomicBool,
}

/// A provider over a real socket.
pub(crate) struct Provider {
    address: SocketAddr,
    published: Arc<Published>,
}

impl Provider {
    pub(crate) async fn of(signers: &[&Signer]) -> Self {
        async fn serve(State(published): State<Arc<Published>>) -> Result<String, StatusCode> {
            published.asked.fetch_add(1, Ordering::SeqCst);
            if published.away.load(Ordering::SeqCst) {
                return Err(StatusCode::BAD_GATEWAY);
            }
            let keys = published.keys.lock().unwrap().clone();
            Ok(json!({ "keys": keys }).to_string())
        }
        let published = Arc::new(Published::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/keys", get(serve))
            .with_state(Arc::clone(&published));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let provider = Self { address, published };
        provider.publish(signers);
        provider
    }

    /// Publishes these keys from now on, among others that are not for signatures.
    pub(crate) fn publish(&self, signers: &[&Signer]) {
        let mut keys: Vec<Value> = signers.iter().map(|signer| signer.public()).collect();
        keys.push(json!({ "kty": "oct", "kid": "shared", "k": "c2VjcmV0" }));
        keys.push(json!({ "kty": "quantum", "kid": "later" }));
        *self.published.keys.lock().unwrap() = keys;
    }

    /// It answers no more, or again.
    pub(crate) fn away(&self, away: bool) {
        self.published.away.store(away, Ordering::SeqCst);
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.published.asked.load(Ordering::SeqCst)
    }

    /// Settings of a service that believes it, and nobody else.
    pub(crate) fn settings(&self) -> Settings {
        believing(&format!("http://{}/keys", self.address))
    }
}

/// Settings of a service that believes the keys of a place.
pub(crate) fn believing(jwks: &str) -> Settings {
    Settings {
        development_login: false,
        oidc: Some(Oidc {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            jwks: jwks.to_owned(),
            person_claim: "sub".to_owned(),
        }),
        ..super::service::settings()
    }
}
