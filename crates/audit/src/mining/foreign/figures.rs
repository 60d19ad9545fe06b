//! What a log amounts to, by definitions that other tools share.

use super::LeftOut;
use super::sorted::Sorted;
use crate::mining::MiningProblem;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

/// Microseconds of an hour.
const HOUR_MICROS: i64 = 3_600_000_000;
/// Digits of hours.
const DIGITS: u32 = 4;

/// An activity followed directly by another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The first.
    pub from: String,
    /// The one right after it in the same case.
    pub to: String,
    /// How often.
    pub count: u64,
}

/// The figures of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Cases with events.
    pub cases: u64,
    /// Events.
    pub events: u64,
    /// Different activities.
    pub activities: u64,
    /// Different resources.
    pub resources: u64,
    /// Different sequences of activities.
    pub variants: u64,
    /// Different pairs of activities that follow each other directly.
    pub dfg_edges: u64,
    /// The earliest event.
    pub first_event: DateTime<Utc>,
    /// The latest event.
    pub last_event: DateTime<Utc>,
    /// Hours from a case's first event to its last: the median.
    pub median_case_h: Decimal,
    /// The same: the ninth decile, between two cases by their distance.
    pub p90_case_h: Decimal,
    /// What was not taken along.
    pub left_out: LeftOut,
    /// The most frequent pairs, by count, then names.
    pub dfg: Vec<Edge>,
}

/// Pairs that follow each other directly, one row each time.
const PAIRS: &str = "select lag(activity) over (partition by case_no order by at, seq) as one, \
                     activity as next from event";
const VARIANTS: &str = "select count(distinct sequence) from (select \
                        group_concat(activity, char(31) order by at, seq) as sequence \
                        from event group by case_no)";
const SPANS: &str = "create temp table span as select max(at) - min(at) as micros from event \
                     group by case_no order by micros";

pub(super) fn of(
    sorted: &Sorted,
    left_out: LeftOut,
    edges: usize,
) -> Result<Figures, MiningProblem> {
    let file = &sorted.file;
    let number = |question: &str| -> Result<u64, rusqlite::Error> {
        file.query_row(question, [], |row| count(row, 0))
    };
    let instant = |question: &str| -> Result<DateTime<Utc>, rusqlite::Error> {
        let micros = file.query_row(question, [], |row| row.get(0))?;
        Ok(DateTime::from_timestamp_micros(micros).unwrap_or_default())
    };
    file.execute_batch(SPANS)?;
    let cases = number("select count(distinct case_no) from event")?;
    let figures = Figures {
        cases,
        events: number("select count(*) from event")?,
        activities: number("select count(distinct activity) from event")?,
        resources: number("select count(distinct resource) from event")?,
        variants: number(VARIANTS)?,
        dfg_edges: number(&format!(
            "select count(*) from (select 1 from ({PAIRS}) where one is not null \
             group by one, next)"
        ))?,
        first_event: instant("select min(at) from event")?,
        last_event: instant("select max(at) from event")?,
        median_case_h: quantile(file, cases, (1, 2))?,
        p90_case_h: quantile(file, cases, (9, 10))?,
        left_out,
        dfg: most_frequent(file, edges)?,
    };
    file.execute_batch("drop table span")?;
    Ok(figures)
}

/// A count; SQLite knows no unsigned numbers.
pub(super) fn count(row: &Row<'_>, column: usize) -> Result<u64, rusqlite::Error> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

fn most_frequent(file: &Connection, edges: usize) -> Result<Vec<Edge>, rusqlite::Error> {
    let mut all = file.prepare(&format!(
        "select one, next, count(*) as times from ({PAIRS}) where one is not null \
         group by one, next order by times desc, one, next limit ?1"
    ))?;
    let edges = i64::try_from(edges).unwrap_or(i64::MAX);
    let found = all.query_map(params![edges], |row| {
        Ok(Edge {
            from: row.get(0)?,
            to: row.get(1)?,
            count: count(row, 2)?,
        })
    })?;
    found.collect()
}

/// A quantile of the spans in hours, linear between the two that lie beside it.
fn quantile(
    file: &Connection,
    cases: u64,
    (part, of): (u64, u64),
) -> Result<Decimal, rusqlite::Error> {
    let last = cases.saturating_sub(1);
    let (place, rest) = (last * part / of, last * part % of);
    let span = |place: u64| -> Result<i64, rusqlite::Error> {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let question = "select micros from span order by rowid limit 1 offset ?1";
        file.query_row(question, params![place], |row| row.get(0))
    };
    let low = span(place)?;
    let high = if rest > 0 { span(place + 1)? } else { low };
    let between = Decimal::from(high - low) * Decimal::from(rest) / Decimal::from(of);
    let hours = (Decimal::from(low) + between) / Decimal::from(HOUR_MICROS);
    Ok(hours.round_dp_with_strategy(DIGITS, RoundingStrategy::MidpointNearestEven))
}
