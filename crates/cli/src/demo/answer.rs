//! What the demo made and where its cases stand, for scripts; documented in
//! `docs/reference/json.md`.

use super::{Demo, DemoError, Made};
use chrono::{DateTime, Utc};
use gridwhistle::projections::questions::{Count, CountsBy, LedgerFilter, Moment};
use gridwhistle::{Engine, EngineError};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Serialize)]
struct Answer<'a> {
    store: &'a str,
    tenant: &'a str,
    seed: u64,
    /// The simulated instant at which the city stands.
    as_of: DateTime<Utc>,
    units: usize,
    grids: usize,
    people: usize,
    /// Commands of people that were taken.
    commands: u64,
    /// Commands of the clock that were given.
    timers: u64,
    evaluation_forms: u64,
    appeals: u64,
    events: u64,
    /// Forbidden attempts by the code of their refusal.
    refused: &'a BTreeMap<String, u64>,
    /// The figures of all cases.
    total: Count,
}

/// Writes the answer.
///
/// # Errors
/// When the views cannot be read, or standard output does not take it.
pub(super) async fn write(
    engine: &Engine,
    demo: &Demo,
    made: &Made,
    store: &str,
    output: &mut (dyn Write + Send),
) -> Result<(), DemoError> {
    let moment = Moment::now(engine.now());
    let (all, reference) = (LedgerFilter::default(), engine.reference());
    let counts = engine.questions().counts(CountsBy::Class, &all, moment);
    let answer = Answer {
        store,
        tenant: engine.tenant(),
        seed: demo.seed,
        as_of: moment.instant(),
        units: reference.registry.units().count(),
        grids: reference.registry.grids().count(),
        people: made.people,
        commands: made.tallies.commands,
        timers: made.tallies.timers,
        evaluation_forms: made.tallies.sealed,
        appeals: made.tallies.appeals,
        events: engine.catch_up().await?,
        refused: &made.tallies.refused,
        total: counts.await.map_err(EngineError::from)?.total,
    };
    let text = serde_json::to_string_pretty(&answer).map_err(EngineError::from)?;
    Ok(writeln!(output, "{text}")?)
}
