//! `/map`: 网格地图. `/matters`: 事项清单, and the guide to one matter with its flow.

use super::asker::{Asker, answer, stand};
use crate::api::reference::{chart, guide, matters_page};
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::Trouble;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle_web::pages;

/// `GET /map`.
pub(super) async fn map(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    desk: Desk,
    params: Params,
) -> Result<Response, Trouble> {
    let map = crate::api::map::ask(&app, &actor, &desk, params).await?;
    let frame = asker.frame(stand(&desk));
    Ok(answer(StatusCode::OK, pages::map::page(&frame, &map)))
}

/// `GET /matters`.
pub(super) async fn matters(asker: Asker, desk: Desk, params: Params) -> Result<Response, Trouble> {
    let matters = matters_page(&desk, params)?;
    let frame = asker.frame(stand(&desk));
    Ok(answer(
        StatusCode::OK,
        pages::matters::page(&frame, &matters),
    ))
}

/// `GET /matters/{matter}`; `class` chooses whose flow is drawn, else the first.
pub(super) async fn matter(
    asker: Asker,
    desk: Desk,
    Path(code): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let class = params.take("class");
    params.end()?;
    let guide = guide(&desk, code.clone())?;
    let first = guide.matter.classes.first().map(|class| class.code());
    let class = class.as_deref().or(first);
    let language = asker.reader.language;
    let flow = class.map(|class| chart(&desk, class, (Some(code), None), language));
    let frame = asker.frame(stand(&desk));
    let page = pages::matter::page(&frame, &guide, flow.transpose()?.as_ref());
    Ok(answer(StatusCode::OK, page))
}
