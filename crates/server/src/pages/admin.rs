//! `/admin…`: 管理. Every form gives what the API's own address takes, and shows the refusal beside what
//! was filled in.

mod keys;
mod policies;
mod registry;
mod webhooks;

pub(super) use keys::{issue, keys, revoke};
pub(super) use policies::{check, policies, policy, publish};
pub(super) use registry::{import, registry};
pub(super) use webhooks::{add, order, webhook, webhooks};

use super::asker::{Asker, Still, answer, stand};
use crate::api::reference;
use crate::app::Shared;
use crate::ask::Desk;
use crate::operation;
use crate::params::Params;
use crate::problem::Trouble;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle_web::pages::admin as pages;
use gridwhistle_web::pages::trouble::Trouble as Told;

/// A refusal as the page of its form shows it; a failure of ours is no refusal.
fn refused(trouble: Trouble, asker: &Asker) -> Result<(StatusCode, Told), Trouble> {
    if trouble.is_ours() {
        return Err(trouble);
    }
    let told = trouble.shown(asker.reader.language);
    Ok((trouble.status(), told))
}

/// `GET /admin`.
pub(super) async fn operation(
    State(app): State<Shared>,
    Still(asker): Still,
) -> Result<Response, Trouble> {
    let Json(stands) = operation::stands(State(app)).await?;
    let page = pages::operation(&asker.bare(), &stands);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /admin/people`.
pub(super) async fn people(asker: Asker, desk: Desk, params: Params) -> Result<Response, Trouble> {
    let at = stand(&desk);
    let (_, Json(people)) = reference::people(desk, params).await?;
    let page = pages::people(&asker.still(at), &people);
    Ok(answer(StatusCode::OK, page))
}

/// `GET /admin/calendars`.
pub(super) async fn calendar(
    asker: Asker,
    desk: Desk,
    params: Params,
) -> Result<Response, Trouble> {
    let at = stand(&desk);
    let (_, Json(year)) = reference::calendar(desk, params).await?;
    let page = pages::calendar(&asker.still(at), &year);
    Ok(answer(StatusCode::OK, page))
}
