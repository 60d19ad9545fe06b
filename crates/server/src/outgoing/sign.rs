//! Signatures of messages: Standard Webhooks, and that of robots of 钉钉.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a secret of ours begins with; base64 follows.
const PREFIX: &str = "whsec_";

/// A fresh secret of 32 random bytes; none where the system has no randomness.
pub(super) fn fresh_secret() -> Option<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// Whether a secret is of our form, and long enough.
pub(super) fn is_sound(secret: &str) -> bool {
    let encoded = secret.strip_prefix(PREFIX);
    let bytes = encoded.and_then(|text| STANDARD.decode(text).ok());
    bytes.is_some_and(|bytes| (24..=64).contains(&bytes.len()))
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> String {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key);
    let mut mac = mac.unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    parts.iter().for_each(|part| mac.update(part));
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The header `webhook-signature`: one signature for each secret.
pub(super) fn standard(secrets: &[String], id: &str, seconds: i64, body: &[u8]) -> String {
    let head = format!("{id}.{seconds}.");
    let sign = |secret: &String| {
        let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
        let key = STANDARD.decode(encoded);
        let key = key.unwrap_or_else(|_| secret.as_bytes().to_vec());
        format!("v1,{}", hmac(&key, &[head.as_bytes(), body]))
    };
    let signatures: Vec<String> = secrets.iter().map(sign).collect();
    signatures.join(" ")
}

/// The signature that a robot of 钉钉 asks for beside its time stamp in milliseconds.
pub(super) fn dingtalk(secret: &str, milliseconds: i64) -> String {
    let told = format!("{milliseconds}\n{secret}");
    hmac(secret.as_bytes(), &[told.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks libraries, signed by OpenSSL.
    #[test]
    fn a_message_is_signed_as_the_standard_has_it_once_for_each_secret() {
        let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()];
        let body = br#"{"test": 2432232314}"#;
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = standard(&secrets, id, 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = [secrets[0].clone(), secrets[0].clone()];
        let both = standard(&two, id, 1_614_265_330, body);
        assert_eq!(both, format!("{signed} {signed}"));
    }

    /// Signed by OpenSSL: `printf '1577808000000\nSEC-known' | openssl dgst -sha256 -hmac SEC-known`.
    #[test]
    fn a_robot_of_dingtalk_is_signed_to_by_its_time_stamp() {
        let signed = dingtalk("SEC-known", 1_577_808_000_000);
        assert_eq!(signed, "/n5YBVXNNlRAdgXwVz00Hco8KbHVh/69kNFpn5zAQSI=");
    }

    #[test]
    fn a_fresh_secret_is_sound_and_no_other() {
        let secret = fresh_secret().unwrap();
        assert!(is_sound(&secret) && fresh_secret().unwrap() != secret);
        assert!(!is_sound("whsec_c2hvcnQ=") && !is_sound(&secret[6..]));
    }
}
