//! `/admin/webhooks…`: who is told of events, and what could not be told.

use super::refused;
use crate::app::Shared;
use crate::body::Json as Body;
use crate::caller::Caller;
use crate::outgoing::api;
use crate::pages::asker::{Asker, Still, answer, onward};
use crate::pages::sent::Sent;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use gridwhistle_web::pages::admin as pages;
use gridwhistle_web::pages::trouble::Trouble as Told;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// `GET /admin/webhooks`.
pub(crate) async fn webhooks(
    State(app): State<Shared>,
    Still(asker): Still,
    mut params: Params,
) -> Result<Response, Trouble> {
    let done = params.take("done");
    params.end()?;
    let done = done.and_then(|done| said(&done, &asker));
    let said = (done.as_deref(), None);
    listed(&app, &asker, StatusCode::OK, said, &[]).await
}

async fn listed(
    app: &Shared,
    asker: &Asker,
    status: StatusCode,
    said: (Option<&str>, Option<&Told>),
    filled: &[(String, String)],
) -> Result<Response, Trouble> {
    let Json(all) = api::list(State(app.clone())).await?;
    let key = Uuid::now_v7().to_string();
    let page = pages::webhooks(&asker.bare(), &all, said, (&key, filled));
    Ok(answer(status, page))
}

/// What was just done: an order, and to how many letters.
fn said(done: &str, asker: &Asker) -> Option<String> {
    let (order, count) = done.split_once('.').unwrap_or((done, "0"));
    let number = count.bytes().all(|byte| byte.is_ascii_digit());
    number
        .then(|| pages::Done::Webhook(order, count).told(&asker.reader))
        .flatten()
}

/// `GET /admin/webhooks/{id}`.
pub(crate) async fn webhook(
    State(app): State<Shared>,
    Still(asker): Still,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let done = params.take("done");
    params.end()?;
    let done = done.and_then(|done| said(&done, &asker));
    shown(&app, &asker, id, (done.as_deref(), None)).await
}

async fn shown(
    app: &Shared,
    asker: &Asker,
    id: String,
    said: (Option<&str>, Option<&str>),
) -> Result<Response, Trouble> {
    let Json(sheet) = api::show(State(app.clone()), Path(id.clone())).await?;
    let Json(dead) = api::dead_letters(State(app.clone()), Path(id)).await?;
    let page = pages::webhook(&asker.bare(), (&sheet, &dead), said);
    Ok(answer(StatusCode::OK, page))
}

/// `POST /admin/webhooks`: the secret stands on the answer itself, and nowhere after.
pub(crate) async fn add(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    sent: Sent,
) -> Result<Response, Trouble> {
    let headers = sent.under_its_key(HeaderMap::new())?;
    let body = Body(asked(&sent));
    match api::add(State(app.clone()), caller, headers, body).await {
        Ok((_, _, Json(made))) => {
            // Sent twice: it was added once, and the secret stood on the first answer.
            let known = pages::Done::KnownWebhook.told(&asker.reader);
            let known = known.filter(|_| made.secret.is_none());
            let said = (known.as_deref(), made.secret.as_deref());
            shown(&app, &asker, made.id.to_string(), said).await
        }
        Err(trouble) => {
            let (status, told) = refused(trouble, &asker)?;
            let said = (None, Some(&told));
            listed(&app, &asker, status, said, &sent.0).await
        }
    }
}

/// A subscription as the API takes it.
fn asked(sent: &Sent) -> Map<String, Value> {
    let text = |name: &str| sent.get(name).unwrap_or_default().trim();
    let list = |name: &str| -> Vec<&str> {
        let parts = text(name).split([',', '，', ' ']);
        parts.filter(|part| !part.is_empty()).collect()
    };
    let mut body = Map::new();
    for name in ["name", "form", "url"] {
        body.insert(name.to_owned(), json!(text(name)));
    }
    body.insert("types".to_owned(), json!(list("types")));
    let scope = json!({ "areas": list("areas"), "units": list("units") });
    body.insert("scope".to_owned(), scope);
    if let Some(secret) = sent.get("secret") {
        body.insert("secret".to_owned(), json!(secret.trim()));
    }
    body
}

/// `POST /admin/webhooks/{id}/{order}`.
pub(crate) async fn order(
    State(app): State<Shared>,
    caller: Caller,
    Still(asker): Still,
    Path((id, order)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Trouble> {
    let state = State(app.clone());
    if order == "remove" {
        let _removed = api::remove(state, caller, Path(id)).await?;
        return Ok(onward("/admin/webhooks?done=remove"));
    }
    let position = sent.get("position").map(|text| {
        let read = text.parse::<u64>();
        read.map_err(|_| Issue::content("/position", "1, 2, 3 …"))
    });
    let positions = position.transpose()?.map(|position| [position].into());
    let said = api::WebhookOrder::of(positions);
    let place = Path((id.clone(), order.clone()));
    let (_, Json(came)) = api::order(state, caller, place, HeaderMap::new(), Body(said)).await?;
    if let Some(secret) = &came.secret {
        return shown(&app, &asker, id, (None, Some(secret))).await;
    }
    let count = came
        .replayed
        .map_or_else(String::new, |count| format!(".{count}"));
    Ok(onward(&format!("/admin/webhooks/{id}?done={order}{count}")))
}
