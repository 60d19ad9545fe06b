//! How cases went, on honest logs and on logs that were planted.

mod alone;
mod archive;
mod deviations;
mod duties;
mod flags;
mod planted;
mod report_in;
mod told;

use crate::city::City;
use gridwhistle_audit::Source;
use gridwhistle_audit::conformance::{self, Report};
use std::sync::Arc;

/// More than any scene has to list.
const ALL: usize = 1_000;

/// The auditor's view of a city's log.
async fn source(city: &City) -> Source {
    let log = Arc::clone(city.engine.log());
    Source::of(log, city.engine.tenant()).await.unwrap()
}

async fn report(city: &City) -> Report {
    conformance::check(&source(city).await, ALL).await.unwrap()
}
