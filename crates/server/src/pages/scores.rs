//! `/scores…`: what was published, one run as a form, what differs, and publishing.

use super::asker::{Asker, answer, onward, stand};
use crate::api::{administration, scores};
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::Trouble;
use axum::extract::{OriginalUri, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Form, Json};
use gridwhistle_web::pages;

/// `GET /scores`.
pub(super) async fn list(
    asker: Asker,
    desk: Desk,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Trouble> {
    let frame = asker.frame(Some(stand(&desk)));
    let (_, Json(answered)) = scores::runs(desk, uri, params).await?;
    Ok(answer(
        StatusCode::OK,
        pages::scores::list(&frame, &answered),
    ))
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
    let frame = asker.frame(Some(stand(&desk)));
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
    let frame = asker.frame(Some(stand(&desk)));
    let (_, Json(answered)) = scores::changes(app, desk, run, params).await?;
    let page = pages::scores::changes(&frame, &answered);
    Ok(answer(StatusCode::OK, page))
}

/// What the form says.
#[derive(serde::Deserialize)]
pub(super) struct WindowField {
    window: String,
}

/// `POST /scores`: puts a window on record, and leads to it.
pub(super) async fn publish(
    State(app): State<Shared>,
    Caller(actor): Caller,
    Form(field): Form<WindowField>,
) -> Result<Response, Trouble> {
    let made = administration::publish_scores(&app, &actor, &field.window).await?;
    Ok(onward(&pages::scores::published(made.run)))
}
