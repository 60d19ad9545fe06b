//! `GET /matters/{matter}/proposal`: what would come of a case about a matter in a grid, and which open
//! cases may be the same already.

use crate::app::{App, Shared};
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::ids::{GridId, MatterCode};
use gridwhistle::projections::models::{Proposal, Proposed};
use gridwhistle::projections::questions::{LedgerFilter, LedgerSort};

/// Cases of each kind that are told of, at most.
const NEAR: usize = 5;

/// The proposal.
pub(crate) async fn show(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    Path(matter): Path<String>,
    mut params: Params,
) -> Result<(HeaderMap, Json<Proposed>), Trouble> {
    let grid = params.text("grid");
    params.end()?;
    let proposed = ask(&app, &actor, &desk, &matter, grid.as_deref()).await?;
    Ok((desk.headers(), Json(proposed)))
}

/// The same for whoever shows it.
pub(crate) async fn ask(
    app: &App,
    actor: &Actor,
    desk: &Desk,
    code: &str,
    grid: Option<&str>,
) -> Result<Proposed, Trouble> {
    let (reference, at) = (desk.reference(), desk.moment.instant());
    let matter = reference.catalogue.in_force(&MatterCode::new(code), at);
    let matter = matter.ok_or_else(|| Issue::not_found(code))?;
    let grid = grid.map(GridId::new);
    if let Some(grid) = &grid
        && reference.registry.grid_at(grid, at).is_none()
    {
        return Err(Issue::not_found(grid.as_str()).into());
    }
    let proposal = Proposal::of(&reference, matter, grid.as_ref(), at);
    let proposal = proposal.ok_or_else(|| Issue::not_found(code))?;
    let mut near = Vec::new();
    if let Some(grid) = &grid {
        let community = reference.registry.community_of(grid, at);
        let within = app.within(actor);
        let same = LedgerFilter {
            matter: Some(code.to_owned()),
            community: community.map(ToString::to_string),
            open_only: true,
            within: Some(within.clone()),
            ..LedgerFilter::default()
        };
        let waiting = LedgerFilter {
            stage: vec![Stage::Reported],
            grid: Some(grid.to_string()),
            within: Some(within),
            ..LedgerFilter::default()
        };
        for filter in [same, waiting] {
            let newest = LedgerSort::Newest;
            let asked = desk
                .questions()
                .ledger(&filter, newest, None, NEAR, desk.moment);
            near.extend(asked.await?.rows);
        }
    }
    Ok(Proposed { proposal, near })
}
