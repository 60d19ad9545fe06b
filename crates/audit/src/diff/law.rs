//! What was published between two points: policies, calendars, catalogue, registry.

use crate::problem::Problem;
use crate::source::Source;
use chrono::{DateTime, Utc};
use gridwhistle_domain::text::Text;
use gridwhistle_projections::Unreadable;
use gridwhistle_store::{RecordedEvent, StreamId};
use serde::Serialize;
use serde_json::Value;

/// Publications that are listed; the others are counted.
const LISTED_MAX: usize = 50;

/// Streams of the law, each of the kind that it is called by.
const KINDS: [&str; 4] = ["policy", "calendar", "catalogue", "registry"];

/// One publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LawChange {
    /// Position in the log.
    pub position: u64,
    /// When it was published.
    pub at: DateTime<Utc>,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// The name of the fact.
    pub kind: String,
    /// What it is about: a version, or the code of a unit, grid, person or matter.
    pub about: Option<String>,
    /// In words.
    pub text: Text,
}

/// The publications between two points in the order of the log, and how many more there are.
pub(super) async fn between(
    source: &Source,
    hold: &dyn Fn(&RecordedEvent) -> bool,
) -> Result<(Vec<LawChange>, u64), Problem> {
    let mut found = Vec::new();
    for kind in KINDS {
        let stream = StreamId::new(kind, kind);
        let rows = source.stream(&stream, u64::MAX).await?;
        found.extend(rows.into_iter().filter(|row| hold(row)));
    }
    found.sort_unstable_by_key(|row| row.position);
    let more = found.len().saturating_sub(LISTED_MAX) as u64;
    found.truncate(LISTED_MAX);
    let told = found.iter().map(told).collect::<Result<_, _>>()?;
    Ok((told, more))
}

fn told(event: &RecordedEvent) -> Result<LawChange, Unreadable> {
    let payload = serde_json::from_str::<Value>(&event.payload);
    let payload = payload.map_err(|what| Unreadable::new(event, what))?;
    let about = about(&payload["fact"][&event.event_type]);
    let (zh, en) = words(&event.event_type);
    let name = about.as_deref().unwrap_or_default();
    Ok(LawChange {
        position: event.position,
        at: event.occurred_at,
        recorded_at: event.recorded_at,
        kind: event.event_type.clone(),
        text: Text::new(format!("{zh} {name}"), format!("{en} {name}")),
        about,
    })
}

/// The code by which people know what a fact is about.
fn about(fact: &Value) -> Option<String> {
    let places = [
        "/version",
        "/publication/version",
        "/matter/code",
        "/code",
        "/person",
        "/grid",
        "/unit",
    ];
    let text = |place: &&str| fact.pointer(place).and_then(Value::as_str);
    places.iter().find_map(text).map(str::to_owned)
}

fn words(kind: &str) -> (&str, &str) {
    match kind {
        "PolicyPublished" => ("发布规则", "policy published:"),
        "CalendarPublished" => ("发布日历", "calendar published:"),
        "MatterAdmitted" => ("事项准入", "matter admitted:"),
        "MatterRevised" => ("事项修订", "matter revised:"),
        "MatterRetired" => ("事项退出", "matter retired:"),
        "UnitRegistered" => ("登记单位", "unit registered:"),
        "UnitRevised" => ("变更单位", "unit revised:"),
        "UnitClosed" => ("撤销单位", "unit closed:"),
        "GridRegistered" => ("登记网格", "grid registered:"),
        "GridRevised" => ("变更网格", "grid revised:"),
        "GridClosed" => ("撤销网格", "grid closed:"),
        "PersonRegistered" => ("登记人员", "person registered:"),
        "PersonRevised" => ("变更人员", "person revised:"),
        "PersonDeactivated" => ("停用人员", "person deactivated:"),
        "TenureBegun" => ("任职", "tenure begun:"),
        "TenureEnded" => ("离任", "tenure ended:"),
        "ServiceGranted" => ("授予服务事项", "service granted:"),
        "ServiceWithdrawn" => ("收回服务事项", "service withdrawn:"),
        other => (other, other),
    }
}
