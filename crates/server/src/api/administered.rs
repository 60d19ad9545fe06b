//! `/administration`: who did what to the tenant itself, for audit administrators.

use crate::app::Shared;
use crate::params::Params;
use crate::problem::{Issue, Kind, Trouble};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A page of acts, the latest first.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ActsPage {
    /// The acts.
    acts: Vec<ActSheet>,
    /// The cursor of the next page; none: that was all. A page looks at 100,000 events of the log at
    /// most, so it may be short while there are older acts.
    next: Option<String>,
}

/// One act of administration.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ActSheet {
    /// Its place in the log.
    position: u64,
    /// When.
    at: DateTime<Utc>,
    /// Who: `PERSON/ROLE/UNIT`.
    by: String,
    /// Of what: `registry`, `catalogue`, `policy`, `calendar`, `access_key`, `subscriber`, `export`,
    /// `personal_data`.
    area: String,
    /// What happened, by the name of the fact.
    act: String,
    /// The fact itself, long texts cut.
    #[schema(value_type = Object)]
    what: serde_json::Value,
}

/// `GET /administration`.
pub(crate) async fn list(
    State(app): State<Shared>,
    mut params: Params,
) -> Result<Json<ActsPage>, Trouble> {
    let page = params.page()?;
    params.end()?;
    let before = page.cursor.map(|cursor| {
        let position = cursor.parse::<u64>().ok().filter(|position| *position > 0);
        position.ok_or_else(|| Issue::new(Kind::CursorWrong).given(cursor))
    });
    let found = app.engine.administration(before.transpose()?, page.limit);
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
