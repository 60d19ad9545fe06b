//! `/`: 值班总览, and its wall.

use super::asker::{Asker, answer, stand};
use crate::api::board::ask;
use crate::app::Shared;
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::Trouble;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle_web::Frame;
use gridwhistle_web::pages::{overview, wall};

/// `GET /`.
pub(super) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    asker: Asker,
    desk: Desk,
    mut params: Params,
) -> Result<Response, Trouble> {
    let on_wall = params.take("wall");
    // Whether its views take turns is the page's own.
    let _held = params.take("hold");
    params.end()?;
    let answered = ask(&app, &actor, &desk).await?;
    let frame = asker.frame(stand(&desk));
    let page = match on_wall {
        None => overview::page(&frame, &answered),
        Some(view) => {
            let frame = Frame {
                wall: true,
                ..frame
            };
            wall::page(&frame, &answered, view == "2")
        }
    };
    Ok(answer(StatusCode::OK, page))
}
