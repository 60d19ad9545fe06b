//! What an operator asks of the service itself: does it live, is it ready, how much does it do.

mod metrics;
pub(crate) mod traces;

pub(crate) use metrics::{Meter, counted, measure, scrape};

use crate::app::Shared;
use crate::problem::Trouble;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Datelike, Utc};
use gridwhistle::domain::local_time;
use gridwhistle::projections::ViewHealth;
use gridwhistle::projections::models::Operation;
use gridwhistle::{Engine, EngineError};
use serde::Serialize;
use std::time::Duration;

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
    /// The position of the event that stops the views, if one does. Anybody may ask, so no more is said
    /// here: why it does says `GET /api/v1/operation`, to who runs the tenant.
    stopped_at: Option<u64>,
    /// Whether the views have the form that this program reads.
    views: bool,
    /// Whether a policy is in force.
    law: bool,
    /// Whether the working calendar of this year is published. Without it limits are provisional, and
    /// the service goes on.
    calendar: bool,
    /// How far this machine's clock is behind the last event.
    clock_behind_seconds: u64,
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

/// How long the store may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);
/// How far this machine's clock may be behind the last event, in seconds: processes on one database need
/// not agree to the second.
const CLOCK_SECONDS: u64 = 60;

/// `GET /readyz`: the store answers, the views follow, the law is there, the clock goes on.
pub(crate) async fn ready(State(app): State<Shared>) -> (StatusCode, Json<Ready>) {
    let (engine, now) = (&app.engine, app.engine.now());
    let stands = tokio::time::timeout(PATIENCE, Stands::of(engine)).await;
    let stands = stands.ok().and_then(Result::ok);
    let (reference, health) = (engine.reference(), engine.health());
    let year = local_time::date(now).year();
    let calendar = reference.calendars.in_force(now);
    let clock = stands.as_ref().and_then(|stands| stands.last);
    let clock = clock.map_or(0, |last| (last - now).num_seconds().max(0).unsigned_abs());
    let mut answer = Ready {
        ready: false,
        head: stands.as_ref().map(|stands| stands.head),
        position: stands
            .as_ref()
            .map_or(health.position, |stands| stands.position),
        lag_events: stands.as_ref().map_or(0, Stands::lag),
        stopped_at: health.stopped_at,
        views: !health.needs_rebuild,
        law: reference.policies.in_force(now).is_some(),
        calendar: calendar.published_years().contains(&year),
        clock_behind_seconds: clock,
    };
    answer.ready = answer.head.is_some()
        && answer.stopped_at.is_none()
        && answer.views
        && answer.law
        && answer.lag_events <= app.settings.lag_events
        && answer.clock_behind_seconds <= CLOCK_SECONDS;
    let status = if answer.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(answer))
}

/// How log and views stand.
struct Stands {
    head: u64,
    position: u64,
    /// When the last event happened.
    last: Option<DateTime<Utc>>,
}

impl Stands {
    async fn of(engine: &Engine) -> Result<Self, EngineError> {
        let (log, tenant) = (engine.log(), engine.tenant());
        let head = log.head(tenant).await?;
        let last = log.read_log(tenant, head.saturating_sub(1), 1).await?;
        Ok(Self {
            head,
            position: engine.questions().position().await?,
            last: last.first().map(|event| event.occurred_at),
        })
    }

    const fn lag(&self) -> u64 {
        self.head.saturating_sub(self.position)
    }
}
