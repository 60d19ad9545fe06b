//! `GET /map`: the areas with what is open in each, and the places of a street's open cases.

use super::reports::{LEVELS, level_code};
use crate::app::{App, Shared};
use crate::ask::Desk;
use crate::caller::Caller;
use crate::params::Params;
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::ids::UnitId;
use gridwhistle::domain::registry::UnitKind;
use gridwhistle::projections::questions::{CityMap, MapAsk, MapFigure};

/// The map.
pub(super) async fn map(
    State(app): State<Shared>,
    Caller(actor): Caller,
    desk: Desk,
    params: Params,
) -> Result<(HeaderMap, Json<CityMap>), Trouble> {
    let map = ask(&app, &actor, &desk, params).await?;
    Ok((desk.headers(), Json(map)))
}

/// The same for whoever shows it.
pub(crate) async fn ask(
    app: &App,
    actor: &Actor,
    desk: &Desk,
    mut params: Params,
) -> Result<CityMap, Trouble> {
    let reference = desk.reference();
    let registry = &reference.registry;
    let within = params.text("within").map(UnitId::new);
    let ask = MapAsk {
        level: params.one_of("level", &LEVELS, level_code)?,
        figure: params
            .one_of("figure", &MapFigure::ALL, MapFigure::code)?
            .unwrap_or_default(),
        within,
        sees: Some(app.within(actor)),
    };
    params.end()?;
    if let Some(street) = &ask.within {
        let known = registry.unit(street);
        if known.is_none_or(|unit| unit.kind != UnitKind::Street) {
            return Err(Issue::not_found(street.as_str()).into());
        }
    }
    Ok(desk.questions().map(&ask, registry, desk.moment).await?)
}
