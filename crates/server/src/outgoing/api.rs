//! `/webhooks…`: who is told of events, and what could not be told.

use super::{post, sign};
use crate::api::{tell_repeat, under_key};
use crate::app::Shared;
use crate::body::{Json, pointer};
use crate::caller::Caller;
use crate::problem::{Issue, Trouble};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::EngineError;
use gridwhistle::domain::ids::UnitId;
use gridwhistle::projections::models::{
    DeadLetterSheet, DeadLetters, Webhook, WebhookQuiet, WebhookScope, WebhookSheet, Webhooks,
};
use gridwhistle::subscribers::{Added, Asked, DeadLetter, Form, Subscriber, Subscription};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long an old secret goes on signing, where nobody says, and at most.
const OVERLAP_MINUTES: u32 = 24 * 60;
const OVERLAP_MAX: u32 = 30 * 24 * 60;

fn shown(id: Uuid, known: Subscriber, now: DateTime<Utc>) -> Webhook {
    let until = known.older.map(|(_, until)| until);
    let Subscription {
        name,
        form,
        url,
        query,
        types,
        scope,
        quiet,
    } = known.subscription;
    let codes = |units: BTreeSet<UnitId>| units.iter().map(ToString::to_string).collect();
    Webhook {
        id,
        name,
        form: form.code().to_owned(),
        url,
        has_query: query.is_some(),
        types,
        scope: WebhookScope {
            areas: codes(scope.areas),
            units: codes(scope.units),
        },
        quiet: quiet.map(|quiet| WebhookQuiet {
            from: quiet.from,
            until: quiet.until,
        }),
        since: known.since,
        disabled: known.disabled,
        old_secret_until: until.filter(|until| *until > now),
    }
}

async fn known(app: &Shared, id: &str) -> Result<(Uuid, Subscriber), Trouble> {
    let missing = || Issue::not_found(id);
    let id: Uuid = id.parse().map_err(|_| missing())?;
    let mut all = app.engine.subscribers().await?.0;
    Ok((id, all.remove(&id).ok_or_else(missing)?))
}

/// `GET /webhooks`.
pub(crate) async fn list(State(app): State<Shared>) -> Result<axum::Json<Webhooks>, Trouble> {
    let now = app.engine.now();
    let all = app.engine.subscribers().await?.0;
    let all = all.into_iter().map(|(id, known)| shown(id, known, now));
    let webhooks = all.collect();
    Ok(axum::Json(Webhooks { webhooks }))
}

/// `GET /webhooks/{id}`.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
) -> Result<axum::Json<WebhookSheet>, Trouble> {
    let (id, known) = known(&app, &id).await?;
    let (stands, _) = app.engine.deliveries(id).await?;
    Ok(axum::Json(WebhookSheet {
        reached: stands.reached.max(known.from),
        waiting: stands.waiting.len() as u64,
        dead: stands.dead.len() as u64,
        shown: shown(id, known, app.engine.now()),
    }))
}

/// A secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookSecret {
    pub(crate) id: Uuid,
    /// A repeat answers without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
}

/// What is asked for a new one, beside what can be changed later.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape: `add` reads the two parts of it")]
pub(crate) struct NewWebhook {
    #[schema(inline)]
    #[serde(flatten)]
    asked: Asked,
    /// What signs; none: a fresh one. A robot of 钉钉 has its own.
    secret: Option<String>,
}

/// `POST /webhooks`. Under the same `Idempotency-Key` there is never a second one, and a repeat is
/// answered without the secret: whoever missed it lets it be replaced.
pub(crate) async fn add(
    State(app): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Json(mut body): Json<Map<String, Value>>,
) -> Result<(StatusCode, HeaderMap, axum::Json<WebhookSecret>), Trouble> {
    let whole = serde_json::to_vec(&body).map_err(EngineError::from)?;
    let given = body.remove("secret");
    let asked = asked(&app, body)?;
    let secret = secret(asked.form, given)?;
    let engine = under_key(&app.engine, &actor, &headers, &whole);
    let Added { id, repeated } = engine.add_subscriber(&actor, asked, &secret).await?;
    let mut answer = HeaderMap::new();
    tell_repeat(&mut answer, repeated);
    let secret = (!repeated).then_some(secret);
    let given = WebhookSecret { id, secret };
    Ok((StatusCode::CREATED, answer, axum::Json(given)))
}

/// `PUT /webhooks/{id}`.
pub(crate) async fn change(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    Json(body): Json<Map<String, Value>>,
) -> Result<axum::Json<Webhook>, Trouble> {
    let (number, _) = known(&app, &id).await?;
    let asked = asked(&app, body)?;
    app.engine.change_subscriber(&actor, number, asked).await?;
    let (_, changed) = known(&app, &id).await?;
    let now = app.engine.now();
    Ok(axum::Json(shown(number, changed, now)))
}

/// `DELETE /webhooks/{id}`: answers what was removed.
pub(crate) async fn remove(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<Webhook>, Trouble> {
    let (id, removed) = known(&app, &id).await?;
    app.engine.remove_subscriber(&actor, id).await?;
    Ok(axum::Json(shown(id, removed, app.engine.now())))
}

fn asked(app: &Shared, body: Map<String, Value>) -> Result<Asked, Issue> {
    let asked: Asked = serde_path_to_error::deserialize(Value::Object(body))
        .map_err(|error| Issue::unread(pointer(error.path()), error.inner()))?;
    let settings = &app.settings.outgoing;
    if post::allowed(settings, asked.form, &asked.url).is_none() {
        let hosts = settings.hosts.join(", ");
        let accepted = match asked.form {
            Form::Mail => format!("mailto:NAME@HOST, HOST: {hosts}"),
            _ => format!("http(s)://HOST/…, HOST: {hosts}"),
        };
        let zh = format!("应为：{accepted}（见设置 server.outgoing.hosts）");
        let en = format!("accepted: {accepted} (setting server.outgoing.hosts)");
        return Err(Issue::wrong("/url", zh, en));
    }
    if asked.form == Form::Mail && settings.mail.is_none() {
        let zh = "本服务不发邮件（见设置 server.outgoing.mail）";
        let en = "no mail is sent here (setting server.outgoing.mail)";
        return Err(Issue::wrong("/form", zh, en));
    }
    Ok(asked)
}

/// The secret that was given, or a fresh one. That of a robot of 钉钉 comes from there.
fn secret(form: Form, given: Option<Value>) -> Result<String, Trouble> {
    const OURS: [&str; 2] = [
        "应为：whsec_ 加 24 至 64 字节的 base64；不写则另行生成",
        "accepted: whsec_ and base64 of 24 to 64 bytes, or none for a fresh one",
    ];
    const ROBOT: [&str; 2] = [
        "应为：机器人的加签密钥，SEC…",
        "accepted: the secret that the robot was given, SEC…",
    ];
    let wrong = |[zh, en]: [&str; 2]| Trouble::from(Issue::wrong("/secret", zh, en));
    match (form, given) {
        (Form::Dingtalk, Some(Value::String(text))) if (1..=200).contains(&text.len()) => Ok(text),
        (Form::Dingtalk, _) => Err(wrong(ROBOT)),
        (_, Some(Value::String(text))) if sign::is_sound(&text) => Ok(text),
        (_, None) => {
            let failed = || EngineError::Input(vec!["no randomness".to_owned()]);
            Ok(sign::fresh_secret().ok_or_else(failed)?)
        }
        _ => Err(wrong(OURS)),
    }
}

/// `GET /webhooks/{id}/dead-letters`.
pub(crate) async fn dead_letters(
    State(app): State<Shared>,
    Path(id): Path<String>,
) -> Result<axum::Json<DeadLetters>, Trouble> {
    let (id, _) = known(&app, &id).await?;
    let (stands, _) = app.engine.deliveries(id).await?;
    let letter = |letter: DeadLetter| DeadLetterSheet {
        position: letter.position,
        case: letter.case,
        fact: letter.fact,
        attempts: letter.attempts,
        reason: letter.reason,
        status: letter.status,
        at: letter.at,
    };
    let dead_letters = stands.dead.into_values().map(letter).collect();
    Ok(axum::Json(DeadLetters { dead_letters }))
}

/// What an order may say.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebhookOrder {
    /// For `replay`: which; none: all.
    positions: Option<BTreeSet<u64>>,
    /// For `rotate-secret`: another one; none: a fresh one.
    #[schema(value_type = Option<String>)]
    secret: Option<Value>,
    /// For `rotate-secret`: how long the old one signs as well.
    overlap_minutes: Option<u32>,
}

impl WebhookOrder {
    /// Of these dead letters alone, or of all.
    pub(crate) fn of(positions: Option<BTreeSet<u64>>) -> Self {
        Self {
            positions,
            ..Self::default()
        }
    }
}

/// What an order came to.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct WebhookAnswer {
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Dead letters that are told again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replayed: Option<usize>,
    /// The new secret, which is shown this once; a repeat answers without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_until: Option<DateTime<Utc>>,
}

/// `POST /webhooks/{id}/{order}`. Under the same `Idempotency-Key` a secret is replaced once, and dead
/// letters are told again once.
pub(crate) async fn order(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Path((id, order)): Path<(String, String)>,
    headers: HeaderMap,
    Json(said): Json<WebhookOrder>,
) -> Result<(HeaderMap, axum::Json<WebhookAnswer>), Trouble> {
    let (id, subscriber) = known(&app, &id).await?;
    let whole = serde_json::to_vec(&(id, &order, &said)).map_err(EngineError::from)?;
    let engine = under_key(&app.engine, &actor, &headers, &whole);
    let mut answer = WebhookAnswer {
        id,
        ..WebhookAnswer::default()
    };
    let repeated = match order.as_str() {
        "enable" => {
            answer.enabled = Some(true);
            engine.enable_subscriber(&actor, id).await?
        }
        "disable" => {
            let reason = "administrator";
            answer.enabled = Some(false);
            engine.disable_subscriber(&actor, id, reason).await?
        }
        "replay" => {
            let positions = said.positions.as_ref();
            let replayed = engine.replay_dead_letters(&actor, id, positions);
            let (replayed, repeated) = replayed.await?;
            answer.replayed = Some(replayed);
            repeated
        }
        "rotate-secret" => {
            let minutes = said.overlap_minutes.unwrap_or(OVERLAP_MINUTES);
            if minutes > OVERLAP_MAX {
                let accepted = format!("0 … {OVERLAP_MAX}");
                return Err(Issue::content("/overlap_minutes", &accepted).into());
            }
            let secret = secret(subscriber.subscription.form, said.secret)?;
            let until = engine.now() + TimeDelta::minutes(i64::from(minutes));
            let repeated = engine.rotate_secret(&actor, id, &secret, until).await?;
            let stands = subscriber.older.map(|(_, until)| until);
            answer.old_until = if repeated { stands } else { Some(until) };
            answer.secret = (!repeated).then_some(secret);
            repeated
        }
        _ => return Err(Issue::address_unknown().into()),
    };
    let mut headers = HeaderMap::new();
    tell_repeat(&mut headers, repeated);
    Ok((headers, axum::Json(answer)))
}
