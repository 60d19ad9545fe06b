//! What everybody in the city knows: who is who, working time, precedents, and how each unit works.

use super::city::City;
use super::plan::Plan;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::calendar::Measure;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::catalogue::matter::Matter;
use gridwhistle::domain::ids::{CaseId, MatterCode, UnitId};
use gridwhistle::domain::policy::Policy;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The simulation looks around once in so many minutes; what falls into one look shares a
/// transaction of the log.
const LOOK_MINUTES: i64 = 15;

/// A settled rule for dispatch that later cases cite.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) case: CaseId,
    pub(super) lead: UnitId,
    pub(super) co_handlers: Vec<UnitId>,
}

/// The world of the demo.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) city: City,
    pub(super) reference: Arc<Reference>,
    pub(super) policy: Policy,
    /// What a case may be about.
    pub(super) matters: Vec<Matter>,
    /// Who serves a matter: the first one is the one to ask.
    pub(super) serving: BTreeMap<MatterCode, Vec<UnitId>>,
    pub(super) precedents: BTreeMap<MatterCode, Rule>,
    /// The cases accepted in a street, for duplicates.
    pub(super) recent: BTreeMap<String, Vec<CaseId>>,
}

impl World {
    /// The instant after so many minutes of working time.
    pub(super) fn working(&self, from: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        let minutes = minutes.max(1);
        let calendar = self.reference.calendars.latest();
        calendar.add_minutes(Measure::Working, from, minutes).at
    }

    /// The first look at or after an instant. Looks are not on the full five minutes: each has a
    /// second of its own, so that the times of a demo read like those of a city.
    pub(super) fn look(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        let span = LOOK_MINUTES * 60;
        let mut slot = from.timestamp().div_euclid(span);
        loop {
            let mixed = (slot.unsigned_abs() ^ self.seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
            let second = slot * span + i64::try_from(mixed).unwrap_or(0) % span;
            match DateTime::from_timestamp(second, 0) {
                Some(at) if at >= from => return at,
                Some(_) => slot += 1,
                None => return from + TimeDelta::seconds(span),
            }
        }
    }

    /// The unit that serves a matter and has not returned the case yet; else any other department.
    pub(super) fn unit_for(&self, matter: &MatterCode, not: &[UnitId]) -> UnitId {
        let serving = self.serving.get(matter).into_iter().flatten();
        let others = POOL.iter().map(|unit| UnitId::from(*unit));
        let mut all = serving.cloned().chain(others);
        all.find(|unit| !not.contains(unit))
            .unwrap_or_else(|| UnitId::from(POOL[0]))
    }

    /// Departments that lend a hand, by turns.
    pub(super) fn helpers(&self, plan: &Plan, lead: &UnitId, count: usize) -> Vec<UnitId> {
        let turn = usize::try_from(plan.no).unwrap_or(0);
        let units = POOL.iter().cycle().skip(turn % POOL.len()).take(POOL.len());
        let others = units.map(|unit| UnitId::from(*unit));
        others.filter(|unit| unit != lead).take(count).collect()
    }

    /// How slow a unit is, in percent of the usual. Fixed for the unit, so that rankings differ.
    pub(super) fn slowness(unit: &UnitId) -> i64 {
        let sum: i64 = unit.as_str().bytes().map(i64::from).sum();
        match sum % 7 {
            0 => 60,
            1 => 75,
            2 | 3 => 90,
            4 => 100,
            5 => 115,
            _ => 140,
        }
    }
}

/// Departments that help others.
const POOL: [&str; 8] = [
    "dept-city-management",
    "dept-public-security",
    "dept-fire",
    "dept-market",
    "dept-housing",
    "dept-justice",
    "dept-transport",
    "dept-planning",
];
