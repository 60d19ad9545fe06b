//! `GET /scores…`: what was published, and what differs.

use crate::app::{App, Shared};
use crate::ask::Desk;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use gridwhistle::projections::models::{Compared, PublishedRun};
use gridwhistle::projections::questions::{RunPage, Window};

type Answered<T> = Result<(HeaderMap, Json<T>), Trouble>;

/// The runs, the latest first.
pub(crate) async fn runs(desk: Desk, mut params: Params) -> Answered<RunPage> {
    let page = params.page()?;
    params.end()?;
    let asked = desk
        .questions()
        .score_runs(desk.moment, page.limit, page.cursor.as_deref());
    let runs = asked.await?;
    Ok((desk.headers(), Json(runs)))
}

fn number(text: &str) -> Result<u64, Issue> {
    text.parse().map_err(|_| Issue::not_found(text))
}

/// One run.
pub(crate) async fn run(
    State(app): State<Shared>,
    desk: Desk,
    Path(run): Path<String>,
) -> Answered<PublishedRun> {
    let run = on_record(&app, number(&run)?).await?;
    Ok((desk.headers(), Json(run)))
}

/// The same for whoever shows it.
pub(crate) async fn on_record(app: &App, run: u64) -> Result<PublishedRun, Trouble> {
    let made = app.engine.published_run(run).await?;
    let run = PublishedRun::of(run, made).ok_or_else(|| Issue::not_found(run.to_string()));
    Ok(run?)
}

/// What differs from another run, or from the events as they stand now.
pub(crate) async fn changes(
    State(app): State<Shared>,
    desk: Desk,
    Path(run): Path<String>,
    mut params: Params,
) -> Answered<Compared> {
    let run = number(&run)?;
    let with = params.read("with", "1, 2, 3 …", |text| text.parse().ok())?;
    params.end()?;
    let before = app.engine.published_scores(run).await?;
    let compared = match with {
        Some(other) => {
            let after = app.engine.published_scores(other).await?;
            Compared::with_run((run, &before), (other, &after))
        }
        None => {
            let window = Window {
                from: before.from,
                before: before.before,
            };
            let reference = desk.reference();
            let asked = desk.questions().ranking(window, desk.moment, &reference);
            Compared::with_now((run, &before), &asked.await?.units)
        }
    };
    Ok((desk.headers(), Json(compared)))
}
