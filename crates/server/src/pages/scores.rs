//! `/scores…`: what was published, one run as a form, what differs, and publishing.

use super::asker::{Asker, answer, onward, stand};
use super::sent::Sent;
use crate::api::{administration, scores};
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::Trouble;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle_web::pages;
use uuid::Uuid;

/// `GET /scores`.
pub(super) async fn list(asker: Asker, desk: Desk, params: Params) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = scores::runs(desk, params).await?;
    let key = Uuid::now_v7().to_string();
    let page = pages::scores::list(&frame, &answered, &key);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /scores/{run}`.
pub(super) async fn show(
    app: State<Shared>,
    asker: Asker,
    desk: Desk,
    run: Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let done = params.take("done").is_some();
    params.end()?;
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = scores::run(app, desk, run).await?;
    let page = pages::scores::run(&frame, &answered, done);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /scores/{run}/changes`.
pub(super) async fn changes(
    app: State<Shared>,
    asker: Asker,
    desk: Desk,
    run: Path<String>,
    params: Params,
) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = scores::changes(app, desk, run, params).await?;
    let page = pages::scores::changes(&frame, &answered);
    Ok(answer(StatusCode::OK, page))
}

/// `POST /scores`: puts a window on record, and leads to it.
pub(super) async fn publish(
    State(app): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Trouble> {
    let asked = sent.under_its_key(headers)?;
    let window = sent.get("window").unwrap_or_default();
    let made = administration::publish_scores(&app, &actor, &asked, window).await?;
    Ok(onward(&pages::scores::published(made.position)))
}
