//! What an operator asks of the service itself: does it live, is it ready, how much does it do.

mod metrics;
pub(crate) mod traces;

pub(crate) use metrics::{Meter, measure, scrape};

use crate::app::Shared;
use crate::problem::Trouble;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use gridwhistle::EngineError;
use gridwhistle::projections::ViewHealth;
use gridwhistle::projections::models::Operation;
use serde::Serialize;

/// `GET /livez`: the process answers.
pub(crate) async fn live() -> &'static str {
    "ok"
}

/// Whether commands and questions would be answered.
#[derive(Serialize)]
pub(crate) struct Ready {
    ready: bool,
    /// The last position of the log; none: the log does not answer.
    head: Option<u64>,
    /// The position that views hold.
    position: u64,
    /// How many events views are behind.
    lag_events: u64,
    /// The event that stops the views, if one does.
    poison: Option<String>,
    /// Whether a policy and a calendar are in force.
    law: bool,
}

/// `GET /operation`: the same for who runs the tenant, with what waits to be told.
pub(crate) async fn stands(State(app): State<Shared>) -> Result<Json<Operation>, Trouble> {
    let (engine, now) = (&app.engine, app.engine.now());
    let head = engine.log().head(engine.tenant()).await;
    let head = head.map_err(EngineError::from)?;
    let position = engine.questions().position().await?;
    let reference = engine.reference();
    let policy = reference.policies.in_force(now);
    let sealed = app.sealed()?.map(|sealed| sealed.size());
    let subscribers = engine.subscribers().await?.0;
    let (mut waiting, mut dead_letters) = (0, 0);
    for id in subscribers.keys() {
        let (stands, _) = engine.deliveries(*id).await?;
        waiting += stands.waiting.len() as u64;
        dead_letters += stands.dead.len() as u64;
    }
    let still = subscribers.values().filter(|one| one.disabled.is_some());
    let lag_events = head.saturating_sub(position);
    let poison = poison(&engine.health());
    let behind = lag_events > app.settings.lag_events;
    Ok(Json(Operation {
        at: now,
        ready: poison.is_none() && policy.is_some() && !behind,
        tenant: engine.tenant().to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        head,
        position,
        lag_events,
        lag_allowed: app.settings.lag_events,
        poison,
        policy: policy.map(|policy| policy.version.clone()),
        calendar: reference.calendars.in_force(now).version().to_string(),
        sealed,
        unsealed: sealed.map_or(0, |sealed| head.saturating_sub(sealed)),
        subscribers: subscribers.len() as u64,
        subscribers_disabled: still.count() as u64,
        waiting,
        dead_letters,
    }))
}

/// The event that stops the views, and why, if one does.
fn poison(health: &ViewHealth) -> Option<String> {
    let stopped = health.stopped_at.map(|at| format!("{at}: "));
    stopped.map(|at| at + health.error.as_deref().unwrap_or_default())
}

/// `GET /readyz`: the store answers, the views follow, the law is there.
pub(crate) async fn ready(State(app): State<Shared>) -> (StatusCode, Json<Ready>) {
    let engine = &app.engine;
    let head = engine.log().head(engine.tenant()).await.ok();
    let position = engine.questions().position().await.unwrap_or(0);
    let reference = engine.reference();
    let law = reference.policies.in_force(engine.now()).is_some();
    let lag_events = head.unwrap_or(0).saturating_sub(position);
    let poison = poison(&engine.health());
    let ready = head.is_some() && poison.is_none() && law && lag_events <= app.settings.lag_events;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let answer = Ready {
        ready,
        head,
        position,
        lag_events,
        poison,
        law,
    };
    (status, Json(answer))
}
