//! `GET /board`: what a duty officer sees first, within what they see.

use crate::app::{App, Shared};
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::Trouble;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use gridwhistle::domain::actor::Actor;
use gridwhistle::projections::questions::Board;

/// The board.
pub(super) async fn board(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    params: Params,
) -> Result<(HeaderMap, Json<Board>), Trouble> {
    params.end()?;
    let board = ask(&app, &actor, &desk).await?;
    Ok((desk.headers(), Json(board)))
}

/// The same for whoever shows it.
pub(crate) async fn ask(app: &App, actor: &Actor, desk: &Desk) -> Result<Board, Trouble> {
    let (within, reference) = (app.within(actor), desk.reference());
    let asked = desk.questions().board(&within, &reference, desk.moment);
    Ok(asked.await?)
}
