//! How a case was handled in time: what comes back, what is done at the last moment.

use super::{Before, Closed, Replay, Signed};
use crate::conformance::flag::{Flag, FlagKind};
use crate::conformance::thresholds::{BACK, EVIDENCE, LATE_PERCENT, SUSPENSIONS};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::case::stage::ClockKind;
use std::collections::BTreeMap;

/// What is kept of a case until its end.
#[derive(Default)]
pub(super) struct Pace {
    /// Events at which it came back.
    back: Vec<(u64, DateTime<Utc>)>,
    returns: u32,
    reworks: u32,
    reopens: u32,
    /// Suspensions and holds.
    suspended: Vec<(u64, DateTime<Utc>)>,
}

/// Whether so many minutes left of so many given are the last moment, and not over.
fn is_last_moment((given, left): (i64, i64)) -> bool {
    given > 0 && left >= 0 && left * 100 <= given * LATE_PERCENT
}

impl Replay<'_, '_> {
    /// Takes note of an event, as the case stood before its command.
    pub(super) fn note(&mut self, position: u64, event: &CaseEvent, before: &Before) {
        let at = event.at;
        match &event.fact {
            F::LegReturned { .. } => {
                self.pace.returns += 1;
                self.pace.back.push((position, at));
            }
            F::ReworkRequired { .. } => {
                self.pace.reworks += 1;
                self.pace.back.push((position, at));
            }
            F::CaseReopened { .. } => {
                self.pace.reopens += 1;
                self.pace.back.push((position, at));
            }
            F::ResponseSubmitted { .. } => self.response(position, event),
            F::CaseSuspended { .. } | F::CaseHeldLongTerm { .. } => {
                self.pace.suspended.push((position, at));
                if let Some(pace) = before.handling(at).filter(|pace| is_last_moment(*pace)) {
                    let figures = [("minutes_given", pace.0), ("minutes_left", pace.1)];
                    self.flag(FlagKind::SuspiciousSuspension, &[(position, at)], &figures);
                }
            }
            F::LegAcknowledged { leg, .. } => {
                let id = ClockId::leg(ClockKind::Acknowledge, *leg);
                self.signed(position, event, before, id);
            }
            F::SignOffRecorded {
                automatic: false, ..
            } => self.signed(position, event, before, ClockId::case(ClockKind::SignOff)),
            F::CaseClosed { .. } if !self.case.closed_automatically => {
                let unit = self.unit().unwrap_or_default();
                self.traced.closed.push(Closed {
                    unit: unit.to_string(),
                    at,
                    event: position,
                });
            }
            _ => {}
        }
    }

    /// A response though nobody spoke with the resident.
    fn response(&mut self, position: u64, event: &CaseEvent) {
        let model = self.model(self.case.class, event.at);
        let asked = model.and_then(|model| Some(model.row.as_ref()?.contact_required));
        if asked == Some(true) && self.case.contacts == 0 && self.case.foreign.is_none() {
            let kind = FlagKind::ResponseWithoutContact;
            self.flag(kind, &[(position, event.at)], &[("contacts", 0)]);
        }
    }

    fn signed(&mut self, position: u64, event: &CaseEvent, before: &Before, id: ClockId) {
        let pace = before.pace(|known| known == id, event.at);
        if pace.is_some_and(is_last_moment) {
            self.traced.signed.push(Signed {
                person: event.by.person.to_string(),
                unit: event.by.unit.to_string(),
                at: event.at,
                event: position,
            });
        }
    }

    /// What the case as a whole shows.
    pub(super) fn told(&mut self) {
        let returns = self.adjudicated_from().unwrap_or(BACK);
        let pace = &self.pace;
        let back = pace.returns + pace.reworks + pace.reopens;
        if pace.returns >= returns || back >= BACK {
            let figures = [
                ("returns", pace.returns.into()),
                ("reworks", pace.reworks.into()),
                ("reopens", pace.reopens.into()),
                ("from", returns.min(BACK).into()),
            ];
            let events = std::mem::take(&mut self.pace.back);
            self.flag(FlagKind::PingPong, &events, &figures);
        }
        let suspended = std::mem::take(&mut self.pace.suspended);
        let times = u32::try_from(suspended.len()).unwrap_or(u32::MAX);
        if times >= SUSPENSIONS {
            let figures = [("suspensions", times.into()), ("from", SUSPENSIONS.into())];
            self.flag(FlagKind::SuspiciousSuspension, &suspended, &figures);
        }
    }

    /// From how many returns on the case's own policy has a dispute adjudicated.
    fn adjudicated_from(&mut self) -> Option<u32> {
        let at = self.case.last_at?;
        let model = self.model(self.case.class, at)?;
        let from = model.row.as_ref()?.returns.adjudicate_after;
        (from > 0).then_some(from)
    }

    fn flag(
        &mut self,
        kind: FlagKind,
        events: &[(u64, DateTime<Utc>)],
        figures: &[(&'static str, i64)],
    ) {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return;
        };
        self.traced.flags.push(Flag {
            kind,
            unit: self.unit().map(|unit| unit.to_string()),
            person: None,
            from: first.1,
            until: last.1,
            cases: vec![self.traced.case.clone()],
            events: events
                .iter()
                .map(|(event, _)| *event)
                .take(EVIDENCE)
                .collect(),
            figures: figures.iter().copied().collect::<BTreeMap<_, _>>(),
        });
    }
}
