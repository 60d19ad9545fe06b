//! Who did what to the tenant itself, who took what out, who read whose data: for who audits.

use crate::app::Shared;
use crate::params::Params;
use crate::problem::{Issue, Kind, Trouble};
use axum::Json;
use axum::extract::State;
use chrono::Datelike;
use gridwhistle::domain::local_time;
use gridwhistle::personal::access::{AccessEvent, AccessFact};
use gridwhistle::projections::models::{
    ActSheet, ActsPage, ExportSheet, ReadSheet, ReadsPage, TakenOut,
};

/// A position before which a page begins.
fn before(cursor: Option<String>) -> Result<Option<u64>, Issue> {
    let before = cursor.map(|cursor| {
        let position = cursor.parse::<u64>().ok().filter(|position| *position > 0);
        position.ok_or_else(|| Issue::new(Kind::CursorWrong).given(cursor))
    });
    before.transpose()
}

/// `GET /administration`.
pub(crate) async fn list(
    State(app): State<Shared>,
    mut params: Params,
) -> Result<Json<ActsPage>, Trouble> {
    let page = params.page()?;
    params.end()?;
    let found = app.engine.administration(before(page.cursor)?, page.limit);
    let found = found.await?;
    let acts = found.acts.into_iter().map(|act| ActSheet {
        position: act.position,
        at: act.at,
        by: act.by.signature(),
        area: act.area,
        act: act.act,
        what: act.what,
    });
    Ok(Json(ActsPage {
        acts: acts.collect(),
        next: found.next.map(|next| next.to_string()),
    }))
}

/// `GET /reads`.
pub(crate) async fn reads(
    State(app): State<Shared>,
    mut params: Params,
) -> Result<Json<ReadsPage>, Trouble> {
    let page = params.page()?;
    params.end()?;
    let (found, next) = app
        .engine
        .readings(before(page.cursor)?, page.limit)
        .await?;
    let read = |(position, event): (u64, AccessEvent)| match event.fact {
        AccessFact::PersonalDataRead {
            case,
            subjects,
            purpose,
        } => Some(ReadSheet {
            position,
            at: event.at,
            by: event.by.signature(),
            case: case.to_string(),
            people: subjects.len() as u64,
            purpose: purpose.code().to_owned(),
        }),
        _ => None,
    };
    Ok(Json(ReadsPage {
        reads: found.into_iter().filter_map(read).collect(),
        next: next.map(|next| next.to_string()),
    }))
}

/// `GET /exports`.
pub(crate) async fn exports(
    State(app): State<Shared>,
    mut params: Params,
) -> Result<Json<TakenOut>, Trouble> {
    let now = app.engine.now();
    let year = params.read("year", "2026", |text| text.parse().ok())?;
    params.end()?;
    let year = year.unwrap_or_else(|| local_time::date(now).year());
    let exports = app.engine.exports(Some(year), now).await?.0;
    Ok(Json(TakenOut {
        year,
        exports: exports.into_iter().rev().map(ExportSheet::from).collect(),
    }))
}
