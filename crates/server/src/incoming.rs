//! Work orders of the 12345 hotline: each becomes one case, however often it is told. What becomes of
//! them goes back by a subscription of the form `12345`.

mod order;
pub(crate) mod settings;
mod table;

use crate::app::Shared;
use crate::body::read;
use crate::caller::Caller;
use crate::outgoing::message::HOTLINE;
use crate::problem::{Issue, Kind, Trouble};
use crate::words::language;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use gridwhistle::domain::actor::{Actor, Role};
pub(crate) use order::{HotlineCase, HotlineOrder};

/// `POST /incoming/12345`: one order as JSON, or many as CSV.
pub(crate) async fn hotline(
    State(app): State<Shared>,
    Caller(actor): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    permitted(&actor)?;
    let spoken = language(&headers);
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or("application/json").split(';').next();
    match kind.unwrap_or_default().trim() {
        "text/csv" => {
            let sheet = table::take(&app, &actor, &body, spoken).await?;
            Ok(axum::Json(sheet).into_response())
        }
        "application/json" => {
            let order: HotlineOrder = read(&body)?;
            let taken = order.take(&app, &actor, spoken).await?;
            Ok(axum::Json(taken).into_response())
        }
        _ => {
            let kinds = "application/json, text/csv";
            Err(Issue::new(Kind::MediaType).accepted(kinds).into())
        }
    }
}

/// Who hands orders over: the dispatch centre, from which they come here. Nobody else may take an id of
/// the hotline.
fn permitted(actor: &Actor) -> Result<(), Issue> {
    if matches!(actor.role, Role::Dispatcher | Role::System) {
        return Ok(());
    }
    Err(Issue::new(Kind::NotPermitted)
        .given(actor.role.code())
        .accepted(Role::Dispatcher.code()))
}
