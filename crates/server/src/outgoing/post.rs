//! One try to tell a receiver. Only hosts that the operator allows are asked; a name is resolved once
//! and kept; nobody is sent elsewhere by a redirect; an answer takes so long and is so large at most.

use super::mail;
use super::message::Message;
use super::queue::Failure;
use super::settings::OutgoingSettings;
use super::sign;
use chrono::{DateTime, Utc};
use gridwhistle::subscribers::Form;
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::Mutex;

/// Bytes of an answer that are read.
const ANSWER: usize = 64 * 1_024;
/// How long a line may take to stand.
const CONNECT: Duration = Duration::from_secs(5);

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tried {
    Told,
    /// The receiver is gone for good.
    Gone,
    Failed(Failure),
}

const fn failed(reason: &'static str, status: Option<u16>, down: bool) -> Tried {
    Tried::Failed(Failure {
        reason,
        status,
        down,
    })
}

/// The way to one receiver.
pub(super) struct Post {
    form: Form,
    address: String,
    settings: OutgoingSettings,
    /// With the name resolved; made anew once nobody was there.
    client: Mutex<Option<Client>>,
}

/// The host and port of an address that may be told; none: it may not.
pub(super) fn allowed(settings: &OutgoingSettings, form: Form, address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    if form == Form::Mail {
        let (_, host) = url.path().rsplit_once('@')?;
        let mail = url.scheme() == "mailto" && url.query().is_none();
        return (mail && settings.allows(host, None)).then_some(url);
    }
    let web = matches!(url.scheme(), "http" | "https");
    let anonymous = url.username().is_empty() && url.password().is_none();
    let host = url.host_str()?;
    let known = settings.allows(host, url.port_or_known_default());
    (web && anonymous && known).then_some(url)
}

impl Post {
    pub(super) fn new(form: Form, address: String, settings: OutgoingSettings) -> Self {
        Self {
            form,
            address,
            settings,
            client: Mutex::default(),
        }
    }

    /// Tries once, signing with each of the secrets.
    pub(super) async fn try_once(
        &self,
        message: &Message,
        secrets: &[String],
        now: DateTime<Utc>,
    ) -> Tried {
        let Some(mut url) = allowed(&self.settings, self.form, &self.address) else {
            return failed("not_allowed", None, false);
        };
        let patience = Duration::from_secs(self.settings.seconds);
        if self.form == Form::Mail {
            let sent = mail::send(&self.settings, url.path(), message);
            return match tokio::time::timeout(patience, sent).await {
                Ok(Ok(())) => Tried::Told,
                Ok(Err(reason)) => failed(reason, None, reason == mail::UNREACHABLE),
                Err(_) => failed("timed_out", None, true),
            };
        }
        if let (Form::Dingtalk, Some(secret)) = (self.form, secrets.first()) {
            let stamp = now.timestamp_millis();
            url.query_pairs_mut()
                .append_pair("timestamp", &stamp.to_string())
                .append_pair("sign", &sign::dingtalk(secret, stamp));
        }
        let Some(client) = self.client(&url, patience).await else {
            return failed("unreachable", None, true);
        };
        let answer = self
            .request(&client, url, message, (secrets, now))
            .send()
            .await;
        match answer {
            Ok(answer) => self.judge(answer).await,
            Err(error) => {
                *self.client.lock().await = None;
                let reason = if error.is_timeout() {
                    "timed_out"
                } else {
                    "unreachable"
                };
                failed(reason, None, true)
            }
        }
    }

    fn request(
        &self,
        client: &Client,
        url: Url,
        message: &Message,
        (secrets, now): (&[String], DateTime<Utc>),
    ) -> reqwest::RequestBuilder {
        let request = client
            .post(url)
            .header("content-type", message.media_type)
            .body(message.body.clone());
        if !matches!(self.form, Form::CloudEvent | Form::Hotline) {
            return request;
        }
        let seconds = now.timestamp();
        let signed = sign::standard(secrets, &message.id, seconds, &message.body);
        request
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signed)
    }

    /// The client for the host, which is resolved when it is made.
    async fn client(&self, url: &Url, patience: Duration) -> Option<Client> {
        let mut kept = self.client.lock().await;
        if let Some(client) = &*kept {
            return Some(client.clone());
        }
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::net::lookup_host((bare, port));
        let found = tokio::time::timeout(CONNECT, found).await.ok()?.ok()?;
        let addresses: Vec<_> = found.collect();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(patience)
            .resolve_to_addrs(host, &addresses)
            .build()
            .ok()?;
        Some(kept.insert(client).clone())
    }

    async fn judge(&self, answer: Response) -> Tried {
        let status = answer.status();
        let code = Some(status.as_u16());
        if status == StatusCode::GONE {
            return Tried::Gone;
        }
        if status.is_redirection() {
            return failed("redirected", code, false);
        }
        if !status.is_success() {
            return failed("answered", code, false);
        }
        if matches!(self.form, Form::Wecom | Form::Dingtalk) && !accepted(answer).await {
            return failed("refused", code, false);
        }
        Tried::Told
    }
}

/// What robots answer: they refuse under status 200, too.
#[derive(Deserialize)]
struct RobotAnswer {
    errcode: i64,
}

async fn accepted(mut answer: Response) -> bool {
    let mut body = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        body.extend_from_slice(&part);
        if body.len() > ANSWER {
            return false;
        }
    }
    let read = serde_json::from_slice::<RobotAnswer>(&body);
    read.is_ok_and(|answer| answer.errcode == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_operator_names_is_told() {
        let settings = OutgoingSettings {
            hosts: vec!["platform.example".to_owned(), "10.1.2.3:8443".to_owned()],
            ..OutgoingSettings::default()
        };
        for (address, form, fits) in [
            ("https://platform.example/in?x=1", Form::CloudEvent, true),
            ("https://PLATFORM.example:9/in", Form::Wecom, true),
            ("http://10.1.2.3:8443/", Form::Hotline, true),
            ("http://10.1.2.3/", Form::Hotline, false),
            ("https://platform.example.evil/", Form::CloudEvent, false),
            ("https://platform.example@evil/", Form::CloudEvent, false),
            ("https://me:pw@platform.example/", Form::CloudEvent, false),
            ("ftp://platform.example/", Form::CloudEvent, false),
            ("file:///etc/passwd", Form::CloudEvent, false),
            ("mailto:duty@platform.example", Form::Mail, true),
            ("mailto:duty@platform.example?bcc=a@b", Form::Mail, false),
            ("mailto:duty@evil", Form::Mail, false),
            ("mailto:duty@platform.example", Form::CloudEvent, false),
            ("", Form::CloudEvent, false),
        ] {
            let found = allowed(&settings, form, address).is_some();
            assert_eq!(found, fits, "{address}");
        }
    }
}
