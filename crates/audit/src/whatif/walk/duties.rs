//! How the duties of both lives came out, side by side; of a case for which the model ends, as far as it
//! carries.
//!
//! A duty that was done, fell away or had run out under the other law by then is told. Of one that was
//! still owed and within its time nobody knows how it would have come out, and what only came up
//! afterwards has nothing beside it: these are counted as not told.

use super::{Lives, Stop, Walk};
use crate::problem::Problem;
use crate::whatif::report::Due;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::clock::{Clock, ClockId};
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_projections::read;
use gridwhistle_store::StreamId;
use std::collections::{BTreeMap, BTreeSet};

/// The clocks of one life by their ids, the last of each.
type Clocks<'c> = BTreeMap<ClockId, &'c Clock>;

fn last(case: &Case) -> Clocks<'_> {
    case.clocks.iter().map(|clock| (clock.id, clock)).collect()
}

fn either(one: &Clocks<'_>, other: &Clocks<'_>) -> BTreeSet<ClockId> {
    one.keys().chain(other.keys()).copied().collect()
}

fn is_late(clock: &Clock, end: DateTime<Utc>) -> bool {
    let runs_on = clock.is_running() && clock.marks.due < end;
    clock.missed || clock.on_time() == Some(false) || runs_on
}

impl Walk {
    /// Compares the duties of a case whose commands were all decided anew, at the end of the window.
    pub(super) fn duties(&mut self, case: CaseId, lives: &Lives) {
        let end = self.window.before;
        let (old, new) = (last(&lives.real), last(&lives.other));
        for clock in either(&old, &new) {
            let (was, would) = (old.get(&clock), new.get(&clock));
            let late = |clock: Option<&&Clock>| clock.is_some_and(|clock| is_late(clock, end));
            self.compared(Due {
                case,
                clock,
                old: was.map(|clock| clock.marks.due),
                new: would.map(|clock| clock.marks.due),
                late_old: Some(late(was)),
                late_new: Some(late(would)),
                ended: false,
            });
        }
    }

    /// Compares the duties of a case for which the model ends, as both lives stood there: the other one
    /// has not gone on since.
    pub(super) async fn duties_until(
        &mut self,
        case: CaseId,
        lives: &Lives,
        stop: Stop,
    ) -> Result<(), Problem> {
        let legs = lives.real.legs.iter().chain(&lives.other.legs);
        self.ended_units
            .extend(legs.map(|leg| leg.unit.to_string()));
        let then = self.real_before(case, stop.position).await?;
        let (old, new) = (last(&then), last(&lives.other));
        for clock in either(&old, &new) {
            let (was, would) = (old.get(&clock), new.get(&clock));
            let is_told = would.is_none_or(|clock| !clock.is_owed() || is_late(clock, stop.at));
            let late_old = was.is_some_and(|clock| self.came_late(clock, &lives.real, stop));
            let late_new = would.is_some_and(|clock| is_late(clock, stop.at));
            self.compared(Due {
                case,
                clock,
                old: was.map(|clock| clock.marks.due),
                new: would.map(|clock| clock.marks.due),
                late_old: is_told.then_some(late_old),
                late_new: is_told.then_some(late_new),
                ended: true,
            });
        }
        let known = either(&old, &new);
        let later = last(&lives.real).into_keys();
        let later = later.filter(|clock| !known.contains(clock)).count();
        self.counted.not_told += later as u64;
        Ok(())
    }

    /// Whether a duty of the real life was late: what was still owed when the model ended came out later,
    /// and how is on record.
    fn came_late(&self, clock: &Clock, real: &Case, stop: Stop) -> bool {
        if !clock.is_owed() {
            return is_late(clock, stop.at);
        }
        let same = |one: &&Clock| (one.id, one.started_at) == (clock.id, clock.started_at);
        let later = real.clocks.iter().find(same);
        later.is_some_and(|later| is_late(later, self.window.before))
    }

    /// A case as it really stood before a position.
    pub(super) async fn real_before(&self, case: CaseId, position: u64) -> Result<Case, Problem> {
        let stream = StreamId::new("case", case.to_string());
        let before = position.saturating_sub(1);
        let mut real = Case::default();
        for row in self.source.stream(&stream, before).await? {
            evolve(&mut real, &read(&row)?);
        }
        Ok(real)
    }

    fn compared(&mut self, due: Due) {
        let counted = &mut self.counted;
        match (due.late_old, due.late_new) {
            (Some(old), Some(new)) => {
                counted.late.0 += u64::from(old);
                counted.late.1 += u64::from(new);
            }
            _ => counted.not_told += 1,
        }
        if (due.old, due.late_old) == (due.new, due.late_new) {
            return;
        }
        counted.changed += 1;
        let listed = if due.ended {
            &mut counted.duties_ended
        } else {
            &mut counted.duties
        };
        if listed.len() < self.most {
            listed.push(due);
        }
    }
}
