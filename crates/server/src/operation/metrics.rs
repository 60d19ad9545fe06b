//! `GET /metrics`: Prometheus. Never a case, a person or a grid in a label.

use crate::app::Shared;
use crate::problem::{Issue, Kind, Trouble};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use gridwhistle::projections::questions::{CountsBy, LedgerFilter, Moment};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Instant;

/// What the numbers of this process are written to: one for all services in it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// A handle on this process's numbers.
#[derive(Clone)]
pub(crate) struct Meter(Option<PrometheusHandle>);

impl Meter {
    /// Begins to count, once. A host that counts already keeps its own recorder, and reads it there.
    pub(crate) fn start() -> Self {
        let install = || {
            let built = PrometheusBuilder::new().set_buckets(&SECONDS).ok()?;
            built.install_recorder().ok()
        };
        Self(RECORDER.get_or_init(install).clone())
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
    let command = command(&route, request.uri().path());
    let began = Instant::now();
    let response = next.run(request).await;
    let took = began.elapsed().as_secs_f64();
    let status = response.status();
    let code = status.as_u16().to_string();
    let labels = [("route", route), ("method", method), ("status", code)];
    histogram!("gridwhistle_http_request_duration_seconds", &labels).record(took);
    if let Some(command) = command {
        let outcome = match status.as_u16() {
            200..300 => "taken",
            400..500 => "refused",
            _ => "failed",
        };
        counter!("gridwhistle_commands_total", "command" => command.clone(), "outcome" => outcome)
            .increment(1);
        histogram!("gridwhistle_command_duration_seconds", "command" => command).record(took);
    }
    response
}

/// The command of an address; only names that commands have become labels.
fn command(route: &str, path: &str) -> Option<String> {
    let name = match route {
        "/api/v1/cases/{case}/{command}" => path.rsplit('/').next()?,
        "/api/v1/cases/report-handled" => "report-handled",
        _ => return None,
    };
    crate::api::by_people(name).map(|name| name.code().to_owned())
}

/// Answers the numbers, to this machine alone unless the settings open them.
pub(crate) async fn scrape(
    State(app): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
) -> Result<String, Trouble> {
    if !peer.ip().is_loopback() && !app.settings.metrics_for_others {
        return Err(Issue::new(Kind::AddressUnknown).into());
    }
    let engine = &app.engine;
    let position = engine.questions().position().await?;
    let head = engine.log().head(engine.tenant()).await;
    let head = head.map_err(gridwhistle::EngineError::from)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of Prometheus are floats"
    )]
    let set = |name: &'static str, value: u64| gauge!(name, "view" => "cases").set(value as f64);
    set(
        "gridwhistle_projection_lag_events",
        head.saturating_sub(position),
    );
    gauge!("gridwhistle_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let mut dead = 0;
    for id in engine.subscribers().await?.0.keys() {
        dead += engine.deliveries(*id).await?.0.dead.len();
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of Prometheus are floats"
    )]
    gauge!("gridwhistle_webhook_dead_letters").set(dead as f64);
    let (all, now) = (LedgerFilter::default(), Moment::now(engine.now()));
    let counts = engine
        .questions()
        .counts(CountsBy::Class, &all, now)
        .await?;
    for row in counts.rows {
        let class = row.group.unwrap_or_else(|| "none".to_owned());
        #[expect(
            clippy::cast_precision_loss,
            reason = "numbers of Prometheus are floats"
        )]
        let of = |name: &'static str, value: i64| {
            gauge!(name, "class" => class.clone()).set(value as f64);
        };
        of("gridwhistle_cases_open", row.open);
        of("gridwhistle_cases_overdue", row.open_overdue);
    }
    Ok(app
        .meter
        .0
        .as_ref()
        .map(PrometheusHandle::render)
        .unwrap_or_default())
}
