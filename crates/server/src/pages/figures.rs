//! `/reports/…`, `/explain/…`: portraits of units and areas, and the cases behind each figure.

use super::asker::{Asker, answer, stand};
use crate::api::{explain, reports};
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle::projections::questions::{Area, Department};
use gridwhistle_web::pages;

/// `GET /reports/departments`.
pub(super) async fn departments(
    asker: Asker,
    desk: Desk,
    mut params: Params,
) -> Result<Response, Trouble> {
    // The page keeps the answer as it is and puts its own rows in order, by the same rule.
    reports::sorting::<Department>(&mut params)?;
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = reports::departments(desk, params).await?;
    Ok(answer(
        StatusCode::OK,
        pages::departments::page(&frame, &answered),
    ))
}

/// `GET /reports/departments/{unit}`.
pub(super) async fn portrait(
    app: State<Shared>,
    caller: Caller,
    asker: Asker,
    desk: Desk,
    unit: Path<String>,
    params: Params,
) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = reports::portrait(app, caller, desk, unit, params).await?;
    Ok(answer(
        StatusCode::OK,
        pages::portrait::page(&frame, &answered),
    ))
}

/// `GET /reports/areas`.
pub(super) async fn areas(
    asker: Asker,
    desk: Desk,
    mut params: Params,
) -> Result<Response, Trouble> {
    reports::sorting::<Area>(&mut params)?;
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = reports::areas(desk, params).await?;
    Ok(answer(
        StatusCode::OK,
        pages::areas::page(&frame, &answered),
    ))
}

/// `GET /reports/areas/{area}`: one of them, beside the city.
pub(super) async fn area(
    asker: Asker,
    desk: Desk,
    Path(area): Path<String>,
    params: Params,
) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = reports::areas(desk, params).await?;
    let page = pages::areas::portrait(&frame, &answered, &area);
    Ok(answer(
        StatusCode::OK,
        page.ok_or_else(|| Issue::not_found(area))?,
    ))
}

/// `GET /reports/indicators`.
pub(super) async fn indicators(
    asker: Asker,
    desk: Desk,
    params: Params,
) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = reports::indicators(desk, params).await?;
    Ok(answer(
        StatusCode::OK,
        pages::indicators::page(&frame, &answered),
    ))
}

/// `GET /reports/satisfaction`.
pub(super) async fn satisfaction(
    asker: Asker,
    desk: Desk,
    params: Params,
) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = reports::satisfaction(desk, params).await?;
    Ok(answer(
        StatusCode::OK,
        pages::satisfaction::page(&frame, &answered),
    ))
}

/// `GET /reports/ranking`.
pub(super) async fn ranking(asker: Asker, desk: Desk, params: Params) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let (_, Json(answered)) = reports::ranking(desk, params).await?;
    Ok(answer(
        StatusCode::OK,
        pages::ranking::page(&frame, &answered),
    ))
}

/// `GET /explain/{figure}`.
pub(super) async fn explain(
    asker: Asker,
    desk: Desk,
    Path(figure): Path<String>,
    params: Params,
) -> Result<Response, Trouble> {
    let frame = asker.frame(stand(&desk));
    let opened = explain::opened(&desk, figure, params, &explain::Counted::new()).await?;
    Ok(answer(
        StatusCode::OK,
        pages::explain::page(&frame, &opened),
    ))
}
