//! Tokens of a provider over HTTP: real signatures, rotation, and every way to forge one.

use super::provider::{AUDIENCE, ISSUER, Provider, Signer, believing, claims};
use super::service::{Service, answer};
use crate::city::City;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Who the service says one is, by a token.
async fn who(service: &Service, token: &str) -> (u16, Value) {
    let request = service.anonymous(Method::GET, "/api/v1/session");
    let (status, told) = answer(request.bearer_auth(token)).await;
    (status.as_u16(), told)
}

#[track_caller]
fn refused((status, told): &(u16, Value), why: &str) {
    assert_eq!(*status, 401, "{why}: {told}");
    assert_eq!(told["code"], "not_logged_in", "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_believed_under_each_of_three_signatures_on_every_store() {
    let signers = [
        Signer::new("r", Algorithm::RS256),
        Signer::new("e", Algorithm::ES256),
        Signer::new("d", Algorithm::EdDSA),
    ];
    let all: Vec<&Signer> = signers.iter().collect();
    let provider = Provider::of(&all).await;
    for city in [
        City::in_memory().await,
        City::on_disk().await,
        City::on_a_database().await,
    ] {
        let service = Service::with(city, provider.settings()).await;
        let now = service.city.engine.now();
        for signer in &signers {
            let token = signer.token(&claims("P-water", now));
            let (status, told) = who(&service, &token).await;
            assert_eq!(status, 200, "{:?}: {told}", signer.algorithm);
            assert_eq!(
                (&told["person"], &told["by"]),
                (&json!("P-water"), &json!("token"))
            );
            assert_eq!(told["offices"][0]["office"], "department_handler/B-water");
            let cases = service.anonymous(Method::GET, "/api/v1/cases");
            let (status, told) = answer(cases.bearer_auth(&token)).await;
            assert_eq!(status, StatusCode::OK, "{told}");
        }
        refused(&who(&service, "dev:P-water").await, "a name alone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_token_does_not_say_or_says_of_others_is_not_believed() {
    let signer = Signer::new("e", Algorithm::ES256);
    let provider = Provider::of(&[&signer]).await;
    let service = Service::with(City::in_memory().await, provider.settings()).await;
    let now = service.city.engine.now();
    let at = |seconds: i64| json!(now.timestamp() + seconds);
    let with = |name: &str, value: Value| {
        let mut claims = claims("P-water", now);
        claims[name] = value;
        signer.token(&claims)
    };
    for (name, value, believed) in [
        ("aud", json!(AUDIENCE), true),
        ("aud", json!("another"), false),
        ("aud", json!(["another"]), false),
        ("aud", Value::Null, false),
        ("iss", json!(format!("{ISSUER}/")), false),
        ("iss", json!([ISSUER, "https://evil.example"]), false),
        ("iss", Value::Null, false),
        // The clock of the provider may differ by half a minute.
        ("exp", at(-29), true),
        ("exp", at(-30), false),
        ("exp", at(-3_600), false),
        ("exp", json!("tomorrow"), false),
        ("exp", json!(i64::MAX), false),
        ("exp", Value::Null, false),
        ("nbf", at(30), true),
        ("nbf", at(31), false),
        ("nbf", json!("now"), false),
        ("sub", json!(""), false),
        ("sub", json!(7), false),
        ("sub", Value::Null, false),
    ] {
        let told = who(&service, &with(name, value.clone())).await;
        if believed {
            assert_eq!(told.0, 200, "{name} {value}: {}", told.1);
        } else {
            refused(&told, &format!("{name} {value}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_token_is_believed() {
    let signer = Signer::new("r", Algorithm::RS256);
    let provider = Provider::of(&[&signer]).await;
    let service = Service::with(City::in_memory().await, provider.settings()).await;
    let said = claims("P-water", service.city.engine.now());
    let good = signer.token(&said);
    assert_eq!(who(&service, &good).await.0, 200);
    let part = |value: &Value| BASE64.encode(value.to_string());

    for none in ["none", "None", "NONE", "nOnE"] {
        let header = json!({ "alg": none, "typ": "JWT", "kid": "r" });
        let unsigned = format!("{}.{}.", part(&header), part(&said));
        refused(&who(&service, &unsigned).await, none);
    }
    // The public key, which everybody has, as a shared secret.
    let public = signer.public();
    let modulus = public["n"].as_str().unwrap();
    for secret in [
        modulus.as_bytes().to_vec(),
        BASE64.decode(modulus).unwrap(),
        public.to_string().into_bytes(),
        b"secret".to_vec(),
    ] {
        for id in ["r", "shared"] {
            let mut header = Header::new(Algorithm::HS256);
            header.kid = Some(id.to_owned());
            let key = EncodingKey::from_secret(&secret);
            refused(
                &who(&service, &encode(&header, &said, &key).unwrap()).await,
                "HS256",
            );
        }
    }
    // Another's key under the same name, named in the token itself, or of another kind.
    let other = Signer::new("r", Algorithm::EdDSA);
    refused(&who(&service, &other.token(&said)).await, "another key");
    let mut header = Header::new(other.algorithm);
    header.kid = Some("r".to_owned());
    header.jwk = Some(serde_json::from_value(other.public()).unwrap());
    header.jku = Some("http://127.0.0.1:1/keys".to_owned());
    refused(
        &who(&service, &encode(&header, &said, &other.key).unwrap()).await,
        "its own key",
    );
    let mut header = Header::new(Algorithm::RS512);
    header.kid = Some("r".to_owned());
    refused(
        &who(&service, &encode(&header, &said, &signer.key).unwrap()).await,
        "RS512",
    );
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some("r".to_owned());
    header.crit = Some(vec!["b64".to_owned()]);
    refused(
        &who(&service, &encode(&header, &said, &signer.key).unwrap()).await,
        "crit",
    );
    // Somebody else's name under a good signature, and pieces.
    let mut parts: Vec<String> = good.split('.').map(str::to_owned).collect();
    parts[1] = part(&claims("P-city", service.city.engine.now()));
    refused(&who(&service, &parts.join(".")).await, "another person");
    for piece in [
        "",
        ".",
        "..",
        "...",
        &good[..good.len() - 2],
        &"a".repeat(20_000),
    ] {
        refused(&who(&service, piece).await, piece);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_good_is_not_believed_again_once_it_is_over() {
    let signer = Signer::new("e", Algorithm::ES256);
    let provider = Provider::of(&[&signer]).await;
    let service = Service::with(City::in_memory().await, provider.settings()).await;
    let token = signer.token(&claims("P-water", service.city.engine.now()));
    assert_eq!(who(&service, &token).await.0, 200);
    service.city.later(TimeDelta::minutes(59));
    assert_eq!(who(&service, &token).await.0, 200);
    service.city.later(TimeDelta::minutes(2));
    refused(&who(&service, &token).await, "replayed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_fetched_once_a_minute_at_most_and_known_ones_outlive_the_provider() {
    let (old, new) = (
        Signer::new("old", Algorithm::ES256),
        Signer::new("new", Algorithm::EdDSA),
    );
    let provider = Provider::of(&[&old]).await;
    let service = Service::with(City::in_memory().await, provider.settings()).await;
    let now = service.city.engine.now();
    let (first, second) = (
        old.token(&claims("P-water", now)),
        new.token(&claims("P-roads", now)),
    );
    assert_eq!(provider.asked(), 0, "nobody has asked yet");
    for _ in 0..3 {
        assert_eq!(who(&service, &first).await.0, 200);
    }
    assert_eq!(provider.asked(), 1);

    // The provider turns to a new key; the minute is not over.
    provider.publish(&[&new]);
    for _ in 0..5 {
        refused(&who(&service, &second).await, "not fetched yet");
    }
    assert_eq!(provider.asked(), 1);
    service.city.later(TimeDelta::seconds(60));
    assert_eq!(who(&service, &second).await.0, 200);
    assert_eq!(provider.asked(), 2);
    refused(&who(&service, &first).await, "taken back");

    // It goes away; what is known serves on, what is not known is asked for once a minute.
    provider.away(true);
    service.city.later(TimeDelta::minutes(20));
    for _ in 0..3 {
        assert_eq!(who(&service, &second).await.0, 200);
    }
    assert_eq!(provider.asked(), 3);
    refused(&who(&service, &first).await, "still unknown");
    assert_eq!(provider.asked(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_make_one_question_of_the_provider() {
    let signer = Signer::new("e", Algorithm::ES256);
    let provider = Provider::of(&[&signer]).await;
    let service = Service::with(City::in_memory().await, provider.settings()).await;
    let token = signer.token(&claims("P-water", service.city.engine.now()));
    let asking = (0..20).map(|_| {
        let request = service.anonymous(Method::GET, "/api/v1/session");
        tokio::spawn(answer(request.bearer_auth(&token)))
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap().0, StatusCode::OK);
    }
    assert_eq!(provider.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_provider_ever_answered_the_service_says_so() {
    let signer = Signer::new("e", Algorithm::ES256);
    let provider = Provider::of(&[&signer]).await;
    provider.away(true);
    let service = Service::with(City::in_memory().await, provider.settings()).await;
    let token = signer.token(&claims("P-water", service.city.engine.now()));
    for _ in 0..2 {
        let (status, told) = who(&service, &token).await;
        assert_eq!(
            (status, &told["code"]),
            (503, &json!("identity_unavailable"))
        );
    }
    provider.away(false);
    service.city.later(TimeDelta::seconds(60));
    assert_eq!(who(&service, &token).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_a_local_file_are_read_again_when_an_unknown_one_is_named() {
    let (old, new) = (
        Signer::new("old", Algorithm::ES256),
        Signer::new("new", Algorithm::ES256),
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let publish = |keys: Value| std::fs::write(&path, json!({ "keys": keys }).to_string()).unwrap();
    publish(json!([old.public()]));
    let mut settings = believing(path.to_str().unwrap());
    settings.oidc.as_mut().unwrap().person_claim = "employee".to_owned();
    let service = Service::with(City::in_memory().await, settings).await;
    let now = service.city.engine.now();
    let mut said = claims("ignored", now);
    said["employee"] = json!("P-roads");
    let (status, told) = who(&service, &old.token(&said)).await;
    assert_eq!((status, &told["person"]), (200, &json!("P-roads")));
    refused(
        &who(&service, &old.token(&claims("P-roads", now))).await,
        "no such claim",
    );
    publish(json!([new.public(), old.public()]));
    service.city.later(TimeDelta::seconds(61));
    assert_eq!(who(&service, &new.token(&said)).await.0, 200);
    publish(json!("torn"));
    service.city.later(TimeDelta::minutes(16));
    assert_eq!(
        who(&service, &old.token(&said)).await.0,
        200,
        "what is known is kept"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_identity_are_checked_at_start_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let short = folder.path().join("short.key");
    std::fs::write(&short, "short").unwrap();
    let mut settings = believing("http://id.city.example/keys");
    settings.oidc.as_mut().unwrap().audience = " ".to_owned();
    settings.session.key_file = Some(short);
    let keys = |settings: &gridwhistle_server::Settings| -> Vec<&'static str> {
        settings
            .problems()
            .iter()
            .map(|problem| problem.key)
            .collect()
    };
    assert_eq!(
        keys(&settings),
        ["oidc.audience", "oidc.jwks", "session.key_file"]
    );
    let missing = folder.path().join("missing.json");
    assert_eq!(keys(&believing(missing.to_str().unwrap())), ["oidc.jwks"]);
    let empty = folder.path().join("empty.json");
    std::fs::write(
        &empty,
        json!({ "keys": [{ "kty": "oct", "k": "AA" }] }).to_string(),
    )
    .unwrap();
    assert_eq!(
        keys(&believing(empty.to_str().unwrap())),
        ["oidc.jwks"],
        "no key that may sign"
    );
    assert!(keys(&believing("https://id.city.example/keys")).is_empty());
}
