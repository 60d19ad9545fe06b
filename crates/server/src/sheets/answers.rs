//! The questions whose answers people take along, each by the function that answers it as JSON.

use super::{Answered, Taker};
use crate::api::scores as published;
use crate::api::{
    administered, evaluations as forms, explain as opened, lists, reference, reports,
};
use crate::ask::Desk;
use crate::outgoing;
use crate::params::Params;
use crate::problem::Trouble;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use gridwhistle::projections::models::{ActsPage, DeadLetters, ReadsPage, TakenOut};
use gridwhistle::projections::questions::{LedgerPage, WatchPage, Window};

/// The window that the record of an export names.
mod window {
    use super::*;

    /// Of a question that has none.
    pub(super) fn none(_: &Params, _: &Desk) -> Option<Window> {
        None
    }

    /// Of one that is narrowed by a window where one is given.
    pub(super) fn given(params: &Params, _: &Desk) -> Option<Window> {
        let text = params.clone().take("window")?;
        Window::read(text.trim())
    }

    /// Of one that is always of a window: the month where none is given.
    pub(super) fn always(params: &Params, desk: &Desk) -> Option<Window> {
        params.clone().window(desk.moment.instant()).ok()
    }
}

macro_rules! taken {
    ($($name:ident $window:ident $ask:path;)*) => {$(
        /// The answer of this name, as JSON or as a file.
        pub(crate) async fn $name(
            taker: Taker,
            desk: Desk,
            mut params: Params,
        ) -> Result<Response, Trouble> {
            let form = taker.form(&mut params)?;
            let window = window::$window(&params, &desk);
            let ask = |params| $ask(desk.clone(), params);
            taker.answer((form, window), taker.told(&desk), params, ask).await
        }
    )*};
}

taken! {
    counts none reports::counts;
    departments always reports::departments;
    areas always reports::areas;
    evaluations always reports::evaluations;
    matrix always reports::matrix;
    indicators always reports::indicators;
    satisfaction always reports::satisfaction;
    appraisals always reports::appraisals;
    ranking always reports::ranking;
    evaluation_list given forms::list;
    runs none published::runs;
    units none reference::units;
    grids none reference::grids;
    people none reference::people;
    matters none reference::matters;
}

/// `GET /cases`: a page of the ledger, or the whole of it as a file.
pub(crate) async fn ledger(
    taker: Taker,
    desk: Desk,
    mut params: Params,
) -> Result<Response, Trouble> {
    let form = taker.form(&mut params)?;
    if form.is_some() {
        // A file holds them all.
        params.take("count");
    }
    let ask = async |params| -> Answered<LedgerPage> {
        let page = lists::ledger_page(&taker.app, &taker.actor, &desk, params).await?;
        Ok((desk.headers(), Json(page)))
    };
    let told = taker.told(&desk);
    taker.answer((form, None), told, params, ask).await
}

/// `GET /lists/{list}`: a page of an overdue list, or the whole of it as a file.
pub(crate) async fn watch(
    taker: Taker,
    desk: Desk,
    Path(list): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let form = taker.form(&mut params)?;
    let ask = async |params| -> Answered<WatchPage> {
        let list = list.clone();
        let page = lists::watch_page(&taker.app, &taker.actor, &desk, list, params).await?;
        Ok((desk.headers(), Json(page)))
    };
    let told = taker.told(&desk);
    taker.answer((form, None), told, params, ask).await
}

/// `GET /explain/{figure}`: what is behind a figure.
pub(crate) async fn explain(
    taker: Taker,
    desk: Desk,
    Path(figure): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let form = taker.form(&mut params)?;
    let window = window::always(&params, &desk);
    let counted = opened::Counted::new();
    let ask = |params| opened::explain(desk.clone(), figure.clone(), params, &counted);
    let told = taker.told(&desk);
    taker.answer((form, window), told, params, ask).await
}

/// `GET /scores/{run}`: what was published.
pub(crate) async fn run(
    taker: Taker,
    desk: Desk,
    Path(run): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let form = taker.form(&mut params)?;
    params.clone().end()?;
    let ask = |_| {
        let app = State(taker.app.clone());
        published::run(app, desk.clone(), Path(run.clone()))
    };
    let told = taker.told(&desk);
    taker.answer((form, None), told, params, ask).await
}

macro_rules! overseen {
    ($($name:ident $ask:path, $answer:ty;)*) => {$(
        /// What oversight reads of the log itself, as JSON or as a file.
        pub(crate) async fn $name(taker: Taker, mut params: Params) -> Result<Response, Trouble> {
            let form = taker.form(&mut params)?;
            let ask = async |params| -> Answered<$answer> {
                let page = $ask(State(taker.app.clone()), params).await?;
                Ok((HeaderMap::new(), page))
            };
            taker.answer((form, None), taker.told_now(), params, ask).await
        }
    )*};
}

overseen! {
    acts administered::list, ActsPage;
    reads administered::reads, ReadsPage;
    exports administered::exports, TakenOut;
}

/// `GET /webhooks/{id}/dead-letters`: what could not be told.
pub(crate) async fn dead_letters(
    taker: Taker,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Trouble> {
    let form = taker.form(&mut params)?;
    params.clone().end()?;
    let ask = async |_| -> Answered<DeadLetters> {
        let app = State(taker.app.clone());
        let letters = outgoing::api::dead_letters(app, Path(id.clone())).await?;
        Ok((HeaderMap::new(), letters))
    };
    taker
        .answer((form, None), taker.told_now(), params, ask)
        .await
}
