//! What an operator asks of the service itself: does it live, is it ready, how much does it do.

mod metrics;
pub(crate) mod traces;

pub(crate) use metrics::{Meter, measure, scrape};

use crate::app::Shared;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
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

/// `GET /readyz`: the store answers, the views follow, the law is there.
pub(crate) async fn ready(State(app): State<Shared>) -> (StatusCode, Json<Ready>) {
    let engine = &app.engine;
    let head = engine.log().head(engine.tenant()).await.ok();
    let position = engine.questions().position().await.unwrap_or(0);
    let health = engine.health();
    let reference = engine.reference();
    let law = reference.policies.in_force(engine.now()).is_some();
    let lag_events = head.unwrap_or(0).saturating_sub(position);
    let stopped = health.stopped_at.map(|at| format!("{at}: "));
    let poison = stopped.map(|at| at + health.error.as_deref().unwrap_or_default());
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
