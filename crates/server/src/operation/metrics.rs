//! `GET /metrics`: Prometheus. Never a case, a person or a grid in a label.

use crate::app::{App, Shared};
use crate::problem::{Issue, Kind, Trouble};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use gridwhistle::EngineError;
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::projections::questions::{Counts, CountsBy, LedgerFilter, Moment, WatchList};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// What the numbers of this process are written to: one for all services in it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Upper bounds of the buckets of a batch, in events.
const EVENTS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 1_000.0];

/// How long the store may take to say how things stand; its numbers are left out then, and all others
/// are told.
const PATIENCE: Duration = Duration::from_secs(2);

/// A handle on this process's numbers.
#[derive(Clone)]
pub(crate) struct Meter(Option<PrometheusHandle>);

impl Meter {
    /// Begins to count, once. A host that counts already keeps its own recorder, and reads it there.
    pub(crate) fn start() -> Self {
        let install = || {
            let batch = Matcher::Full("gridwhistle_append_batch_events".to_owned());
            let built = PrometheusBuilder::new()
                .set_buckets(&SECONDS)
                .and_then(|built| built.set_buckets_for_metric(batch, &EVENTS));
            built.ok()?.install_recorder().ok()
        };
        let meter = Self(RECORDER.get_or_init(install).clone());
        // What has not happened yet is 0, and not a number that is missing.
        for name in [
            "gridwhistle_http_overloaded_total",
            "gridwhistle_http_lines_refused_total",
            "gridwhistle_store_conflicts_total",
        ] {
            counter!(name).increment(0);
        }
        for outcome in ["told", "failed", "gone", "broken_off"] {
            counter!("gridwhistle_webhook_deliveries_total", "outcome" => outcome).increment(0);
        }
        gauge!("gridwhistle_sse_clients").increment(0.0);
        meter
    }
}

/// Counts and times every answer by its route.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    if let Some(route) = route {
        super::traces::routed(route);
    }
    let route = route.map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().as_str().to_owned();
    let began = Instant::now();
    let response = next.run(request).await;
    let took = began.elapsed().as_secs_f64();
    let code = response.status().as_u16().to_string();
    let labels = [("route", route), ("method", method), ("status", code)];
    histogram!("gridwhistle_http_request_duration_seconds", &labels).record(took);
    response
}

/// Counts and times a command to a case, by whichever way it came: the API, a page, Open311, the
/// hotline.
pub(crate) async fn counted<T, E>(
    command: CommandName,
    given: impl Future<Output = Result<T, E>>,
    is_ours: impl FnOnce(&E) -> bool,
) -> Result<T, E> {
    let began = Instant::now();
    let came = given.await;
    let outcome = match &came {
        Ok(_) => "taken",
        Err(error) if is_ours(error) => "failed",
        Err(_) => "refused",
    };
    let command = command.code();
    counter!("gridwhistle_commands_total", "command" => command, "outcome" => outcome).increment(1);
    histogram!("gridwhistle_command_duration_seconds", "command" => command)
        .record(began.elapsed().as_secs_f64());
    came
}

/// Answers the numbers, to this machine alone unless the settings open them. Those of this process are
/// told also while the store is away, which is one of them.
pub(crate) async fn scrape(
    State(app): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
) -> Result<String, Trouble> {
    if !peer.ip().is_loopback() && !app.settings.metrics_for_others {
        return Err(Issue::new(Kind::AddressUnknown).into());
    }
    gauge!("gridwhistle_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let stands = tokio::time::timeout(PATIENCE, stands(&app)).await;
    let up = matches!(stands, Ok(Ok(())));
    gauge!("gridwhistle_store_up").set(f64::from(u8::from(up)));
    let handle = app.meter.0.as_ref();
    Ok(handle.map(PrometheusHandle::render).unwrap_or_default())
}

/// Says how the store and its views stand.
async fn stands(app: &App) -> Result<(), EngineError> {
    let (engine, now) = (&app.engine, app.engine.now());
    let (log, tenant) = (engine.log(), engine.tenant());
    let head = log.head(tenant).await?;
    let position = engine.questions().position().await?;
    let behind = match head > position {
        true => log.read_log(tenant, position, 1).await?,
        false => Vec::new(),
    };
    let since = behind.first().map(|event| event.recorded_at);
    let late = |since: chrono::DateTime<chrono::Utc>| (now - since).num_seconds().max(0);
    number(
        "gridwhistle_projection_lag_events",
        Some(("view", "cases")),
        head.saturating_sub(position),
    );
    let lag = since.map_or(0, late).unsigned_abs();
    number(
        "gridwhistle_projection_lag_seconds",
        Some(("view", "cases")),
        lag,
    );
    let stopped = u64::from(engine.health().stopped_at.is_some());
    number(
        "gridwhistle_projection_stopped",
        Some(("view", "cases")),
        stopped,
    );
    let waiting = engine.questions().timers_waiting_since(now).await?;
    number(
        "gridwhistle_timer_delay_seconds",
        None,
        waiting.map_or(0, late).unsigned_abs(),
    );
    let mut dead = 0;
    for id in engine.subscribers().await?.0.keys() {
        dead += engine.deliveries(*id).await?.0.dead.len() as u64;
    }
    number("gridwhistle_webhook_dead_letters", None, dead);
    cases(app).await
}

/// How many cases are open and overdue, by class; those that are severely overdue are told apart.
async fn cases(app: &App) -> Result<(), EngineError> {
    let (questions, now) = (app.engine.questions(), Moment::now(app.engine.now()));
    let severe = LedgerFilter {
        list: Some(WatchList::Severe),
        ..LedgerFilter::default()
    };
    let every = LedgerFilter::default();
    let all = questions.counts(CountsBy::Class, &every, now).await?;
    let severe = questions.counts(CountsBy::Class, &severe, now).await?;
    let severe_of = |class: &Option<String>, counts: &Counts| {
        let row = counts.rows.iter().find(|row| row.group == *class);
        row.map_or(0, |row| row.open_overdue)
    };
    for row in &all.rows {
        let severe = severe_of(&row.group, &severe);
        let class = row.group.clone().unwrap_or_else(|| "none".to_owned());
        let of = |count: i64| u64::try_from(count).unwrap_or(0);
        number(
            "gridwhistle_cases_open",
            Some(("class", &class)),
            of(row.open),
        );
        for (severity, count) in [("overdue", row.open_overdue - severe), ("severe", severe)] {
            let labels = [("class", class.clone()), ("severity", severity.to_owned())];
            #[expect(
                clippy::cast_precision_loss,
                reason = "numbers of Prometheus are floats"
            )]
            gauge!("gridwhistle_cases_overdue", &labels).set(of(count) as f64);
        }
    }
    Ok(())
}

fn number(name: &'static str, label: Option<(&'static str, &str)>, value: u64) {
    let labels: Vec<(&'static str, String)> = label
        .iter()
        .map(|(name, of)| (*name, (*of).to_owned()))
        .collect();
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of Prometheus are floats"
    )]
    gauge!(name, &labels).set(value as f64);
}
