//! What shows only between cases: bursts of one person, months of one unit.

mod burst;

use super::flag::{Flag, FlagKind};
use super::thresholds::{EVIDENCE, MONTH_END_CLOSINGS, MONTH_END_DAYS, MONTH_END_TIMES};
use super::trace::Traced;
use crate::mining::MiningProblem;
use burst::Signer;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

const TABLES: &str = "
pragma journal_mode = off;
pragma synchronous = off;
create table signed (person text not null, unit text not null, at integer not null,
  event integer not null, case_id text not null);
create table closed (unit text not null, day integer not null, at integer not null,
  event integer not null, case_id text not null);
begin;
";
const ORDER: &str = "
commit;
create index by_person on signed (person, at, event);
create index by_unit on closed (unit, day, at, event);
";

/// What was met in all cases; it lies in a file without a name.
pub(super) struct Watch {
    file: Connection,
}

/// One signature or closing, as evidence.
#[derive(Clone)]
struct Met {
    at: DateTime<Utc>,
    event: u64,
    case: String,
}

/// The day on the calendar of the city (UTC+8).
fn day(at: DateTime<Utc>) -> NaiveDate {
    (at + TimeDelta::hours(8)).date_naive()
}

impl Watch {
    pub(super) fn new() -> Result<Self, MiningProblem> {
        let file = Connection::open("")?;
        file.execute_batch(TABLES)?;
        Ok(Self { file })
    }

    pub(super) fn take(&self, traced: &Traced) -> Result<(), MiningProblem> {
        let insert = "insert into signed values (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.file.prepare_cached(insert)?;
        for one in &traced.signed {
            let (at, event) = (one.at.timestamp_micros(), one.event.cast_signed());
            insert.execute(params![one.person, one.unit, at, event, traced.case])?;
        }
        let insert = "insert into closed values (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.file.prepare_cached(insert)?;
        for one in &traced.closed {
            let day = day(one.at).num_days_from_ce();
            let (at, event) = (one.at.timestamp_micros(), one.event.cast_signed());
            insert.execute(params![one.unit, day, at, event, traced.case])?;
        }
        Ok(())
    }

    /// Tells what shows between cases.
    pub(super) fn flags(&self, tell: &mut dyn FnMut(Flag)) -> Result<(), MiningProblem> {
        self.file.execute_batch(ORDER)?;
        self.bursts(tell)?;
        self.months(tell)
    }

    /// The bursts of each person. Wherever so many signatures fall within the time they are of one; those
    /// that overlap are one burst.
    fn bursts(&self, tell: &mut dyn FnMut(Flag)) -> Result<(), MiningProblem> {
        let all = "select at, event, case_id, person, unit from signed order by person, at, event";
        let mut all = self.file.prepare(all)?;
        let mut rows = all.query([])?;
        let mut signer: Option<Signer> = None;
        while let Some(row) = rows.next()? {
            let (met, person): (Met, String) = (met(row)?, row.get(3)?);
            let before = signer.take_if(|signer| signer.person != person);
            before
                .and_then(Signer::told)
                .into_iter()
                .for_each(&mut *tell);
            let signer = signer.get_or_insert_with(|| Signer::new(person));
            let over = signer.signs(met, row.get(4)?);
            over.into_iter().for_each(&mut *tell);
        }
        signer.and_then(Signer::told).into_iter().for_each(tell);
        Ok(())
    }

    /// The last days of each month of each unit beside the days before.
    fn months(&self, tell: &mut dyn FnMut(Flag)) -> Result<(), MiningProblem> {
        let days = "select unit, day, count(*) from closed group by unit, day order by unit, day";
        let mut days = self.file.prepare(days)?;
        let mut months: BTreeMap<(String, NaiveDate), (i64, i64)> = BTreeMap::new();
        let mut rows = days.query([])?;
        while let Some(row) = rows.next()? {
            let Some(day) = NaiveDate::from_num_days_from_ce_opt(row.get(1)?) else {
                continue;
            };
            let Some((begins, last)) = month(day) else {
                continue;
            };
            let counts = months.entry((row.get(0)?, begins)).or_default();
            let closings: i64 = row.get(2)?;
            if (last - day).num_days() < MONTH_END_DAYS {
                counts.1 += closings;
            } else {
                counts.0 += closings;
            }
        }
        for ((unit, begins), (before, at_end)) in months {
            let Some((_, last)) = month(begins) else {
                continue;
            };
            let days_before = (last - begins).num_days() + 1 - MONTH_END_DAYS;
            let usual = at_end * days_before >= before * MONTH_END_DAYS * MONTH_END_TIMES;
            if at_end >= MONTH_END_CLOSINGS && usual {
                let figures = [
                    ("closings", at_end),
                    ("closings_before", before),
                    ("days", MONTH_END_DAYS),
                    ("days_before", days_before),
                ];
                self.month_told(&unit, last, &figures, tell)?;
            }
        }
        Ok(())
    }

    fn month_told(
        &self,
        unit: &str,
        last: NaiveDate,
        figures: &[(&'static str, i64)],
        tell: &mut dyn FnMut(Flag),
    ) -> Result<(), MiningProblem> {
        let last = last.num_days_from_ce();
        let from = i64::from(last) - MONTH_END_DAYS + 1;
        let closings = "select at, event, case_id from closed where unit = ?1 \
                        and day between ?2 and ?3 order by at, event limit ?4";
        let mut closings = self.file.prepare_cached(closings)?;
        let limit = i64::try_from(EVIDENCE).unwrap_or(i64::MAX);
        let found = closings.query_map(params![unit, from, last, limit], met)?;
        let found: Vec<Met> = found.collect::<Result<_, _>>()?;
        let unit = Some(unit.to_owned()).filter(|unit| !unit.is_empty());
        if let Some(flag) = flag(FlagKind::MonthEndClosing, (unit, None), &found, figures) {
            tell(flag);
        }
        Ok(())
    }
}

/// The first and the last day of a day's month.
fn month(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let begins = day.with_day(1)?;
    let next = begins.checked_add_months(Months::new(1))?;
    Some((begins, next.checked_sub_days(Days::new(1))?))
}

fn met(row: &Row<'_>) -> Result<Met, rusqlite::Error> {
    Ok(Met {
        at: DateTime::from_timestamp_micros(row.get(0)?).unwrap_or_default(),
        event: row.get::<_, i64>(1)?.cast_unsigned(),
        case: row.get(2)?,
    })
}

fn flag(
    kind: FlagKind,
    (unit, person): (Option<String>, Option<String>),
    met: &[Met],
    figures: &[(&'static str, i64)],
) -> Option<Flag> {
    let mut cases: Vec<String> = Vec::new();
    for one in met {
        if cases.len() < EVIDENCE && !cases.contains(&one.case) {
            cases.push(one.case.clone());
        }
    }
    Some(Flag {
        kind,
        unit,
        person,
        from: met.first()?.at,
        until: met.last()?.at,
        cases,
        events: met.iter().map(|one| one.event).take(EVIDENCE).collect(),
        figures: figures.iter().copied().collect(),
    })
}
