//! `GET /about`: what runs here, and how far its data reach.

use crate::app::Shared;
use crate::ask::Desk;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;

/// What runs here.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct About {
    /// The program.
    name: &'static str,
    /// Its version.
    version: &'static str,
    /// The tenant: a district, or a small city.
    tenant: String,
    /// The position that answers are complete to.
    position: u64,
    /// The instant by the service's clock.
    now: chrono::DateTime<chrono::Utc>,
}

/// Says what runs here.
pub(crate) async fn about(State(app): State<Shared>, desk: Desk) -> (HeaderMap, Json<About>) {
    let about = About {
        name: "gridwhistle",
        version: env!("CARGO_PKG_VERSION"),
        tenant: app.engine.tenant().to_owned(),
        position: desk.position,
        now: app.engine.now(),
    };
    (desk.headers(), Json(about))
}
