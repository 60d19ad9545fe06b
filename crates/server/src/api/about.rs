//! `GET /about`: what runs here, and how far its data reach.

use crate::app::Shared;
use crate::ask::Desk;
use crate::problem::Trouble;
use crate::settings::Settings;
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
    /// What is switched on: `anonymous_reports`, `mail`, `oidc`, `seal`, `webhooks`.
    features: Vec<&'static str>,
    /// How far the log is sealed; none where it is not, or not yet.
    sealed: Option<SealedTo>,
}

/// The newest checkpoint of the transparency log.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SealedTo {
    /// Events under it.
    size: u64,
    /// The root hash over them.
    root: String,
}

/// What is switched on.
fn features(settings: &Settings) -> Vec<&'static str> {
    let all = [
        ("anonymous_reports", settings.open311.anonymous),
        ("mail", settings.outgoing.mail.is_some()),
        ("oidc", settings.oidc.is_some()),
        ("seal", settings.seal.is_some()),
        ("webhooks", !settings.outgoing.hosts.is_empty()),
    ];
    let on = all.into_iter().filter(|(_, on)| *on);
    on.map(|(name, _)| name).collect()
}

/// Says what runs here.
pub(crate) async fn about(
    State(app): State<Shared>,
    desk: Desk,
) -> Result<(HeaderMap, Json<About>), Trouble> {
    let sealed = app.sealed()?.map(|newest| SealedTo {
        size: newest.size(),
        root: newest.root().to_string(),
    });
    let about = About {
        name: "gridwhistle",
        version: env!("CARGO_PKG_VERSION"),
        tenant: app.engine.tenant().to_owned(),
        position: desk.position,
        now: app.engine.now(),
        features: features(&app.settings),
        sealed,
    };
    Ok((desk.headers(), Json(about)))
}
