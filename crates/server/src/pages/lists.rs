//! `/cases` and `/lists/…`: 台账, 超期清单.

use super::asker::{Asker, answer, onward, stand};
use crate::api::lists::{ledger_page, watch_page};
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::Trouble;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle::projections::questions::CaseName;
use gridwhistle_web::pages;

/// `GET /cases`. A number that is one on the ledger leads to its case.
pub(super) async fn ledger(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    desk: Desk,
    params: Params,
) -> Result<Response, Trouble> {
    let text = asker.address.get("text").unwrap_or_default().trim();
    if let Ok(number) = text.parse::<i64>() {
        let found = desk.questions().find(&CaseName::Number(number), 2).await?;
        if let [only] = found.as_slice() {
            let id = crate::api::cases::case_id(&only.case_id)?;
            if app.sees_case(&actor, id).await.is_ok() {
                return Ok(onward(&format!("/cases/{id}")));
            }
        }
    }
    let page = ledger_page(&app, &actor, &desk, params).await?;
    let frame = asker.frame(stand(&desk));
    Ok(answer(StatusCode::OK, pages::ledger::page(&frame, &page)))
}

/// `GET /lists/{list}`.
pub(super) async fn watch(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    desk: Desk,
    Path(list): Path<String>,
    params: Params,
) -> Result<Response, Trouble> {
    let page = watch_page(&app, &actor, &desk, list, params).await?;
    let frame = asker.frame(stand(&desk));
    Ok(answer(StatusCode::OK, pages::watch::page(&frame, &page)))
}
