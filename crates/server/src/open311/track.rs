//! 公开跟踪: a report by its receipt, and the proof that it stands in the log. Whoever has the code sees
//! it; nobody else finds it.

use super::report::case_of;
use crate::app::Shared;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::models::PublicCase;
use gridwhistle::projections::questions::Moment;

/// What a wrong receipt is told: not even whether there is something near it.
fn nothing() -> Issue {
    Issue::not_found("-")
}

/// `GET /public/cases/{receipt}`.
pub(super) async fn show(
    State(app): State<Shared>,
    Path(receipt): Path<String>,
) -> Result<Response, Trouble> {
    let told = public(&app, &receipt).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(told)).into_response())
}

/// The public side of the case of a receipt.
pub(crate) async fn public(app: &Shared, receipt: &str) -> Result<PublicCase, Trouble> {
    let case: CaseId = case_of(receipt).ok_or_else(nothing)?;
    app.engine.catch_up().await?;
    let moment = Moment::now(app.engine.now());
    let questions = app.engine.questions();
    let file = questions.case(case, moment).await?.ok_or_else(nothing)?;
    let reference = app.engine.reference();
    let story = questions.timeline(case, &reference, moment).await?;
    Ok(PublicCase::of(&file.ledger, &story, moment.instant()))
}

/// `GET /public/cases/{receipt}/proof`: checked offline with the log's public key.
pub(super) async fn proof(
    State(app): State<Shared>,
    Path(receipt): Path<String>,
) -> Result<Response, Trouble> {
    let case = case_of(&receipt).ok_or_else(nothing)?;
    if app.engine.case(case).await?.is_none() {
        return Err(nothing().into());
    }
    let proof = app.proof(&format!("{case}/1")).await?;
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, proof).into_response())
}
