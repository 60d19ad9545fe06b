//! What another policy would make of the duties that a case owes, had the case been accepted under it.
//!
//! Nothing moves by it: a case keeps the policy that it pinned. It answers what whoever drafts a policy
//! asks before they publish it. Told are duties whose limit stands in the row of their class; limits
//! that a law, a whistle or a source gave are left as they are.

use super::Case;
use super::clock::Clock;
use super::context::Reference;
use super::stage::ClockKind as K;
use crate::calendar::{Calendar, Limit};
use crate::class::CaseClass;
use crate::policy::Policy;
use chrono::{DateTime, Utc};

/// One duty under both policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DutyUnder {
    /// The class of its case.
    pub class: CaseClass,
    /// What it measures.
    pub kind: K,
    /// When it is due.
    pub due: DateTime<Utc>,
    /// When it would be due; none: the other policy has no such duty.
    pub would_be: Option<DateTime<Utc>>,
}

/// The duties that a case owes and that a policy has a word on, under both.
///
/// ```
/// use gridwhistle_domain::case::{Case, foresee::duties_under};
/// use gridwhistle_domain::policy::Policy;
///
/// let now = chrono::DateTime::UNIX_EPOCH;
/// let nothing = duties_under(&Case::default(), &Policy::built_in(), &Default::default(), now);
/// assert!(nothing.is_empty(), "what is not accepted owes nothing by a class");
/// ```
#[must_use]
pub fn duties_under(
    case: &Case,
    policy: &Policy,
    reference: &Reference,
    now: DateTime<Utc>,
) -> Vec<DutyUnder> {
    let pinned = case.policy.as_ref();
    let (Some(class), Some(pinned)) = (
        case.class,
        pinned.and_then(|pinned| reference.policies.get(pinned)),
    ) else {
        return Vec::new();
    };
    if !case.is_open() || case.foreign.is_some() {
        return Vec::new();
    }
    let told = case.owed_clocks().filter_map(|clock| {
        let calendar = reference.calendars.get(&clock.calendar)?;
        let of = |policy| limit(case, clock, (policy, class), (reference, calendar));
        // Another limit than the pinned row's came from somewhere else, and stays.
        of(pinned).filter(|old| *old == clock.limit)?;
        let would_be = match of(policy) {
            Some(new) if new == clock.limit => Some(clock.marks.due),
            Some(new) => Some(due(clock, new, calendar, now)),
            None => None,
        };
        Some(DutyUnder {
            class,
            kind: clock.id.kind,
            due: clock.marks.due,
            would_be,
        })
    });
    told.collect()
}

/// When a clock would be due by another limit; time that people added by the same measure stays added.
fn due(clock: &Clock, limit: Limit, calendar: &Calendar, now: DateTime<Utc>) -> DateTime<Utc> {
    let (anew, measure) = (clock.anew(limit, calendar, now), limit.measure());
    let same = measure == clock.limit.measure();
    let added = if same {
        clock.budget - clock.original
    } else {
        0
    };
    if added == 0 {
        return anew.due.at;
    }
    calendar
        .add_minutes(measure, now, anew.budget + added - anew.consumed)
        .at
}

/// The limit that a policy has for a clock of a class.
fn limit(
    case: &Case,
    clock: &Clock,
    (policy, class): (&Policy, CaseClass),
    (reference, calendar): (&Reference, &Calendar),
) -> Option<Limit> {
    let limits = &policy.row(class)?.limits;
    match clock.id.kind {
        K::Dispatch => limits.dispatch,
        K::Acknowledge => limits.acknowledge,
        K::Convene => limits.convene,
        K::Progress => limits.progress,
        K::Verify => limits.verify,
        K::SignOff => limits.sign_off,
        K::TakePapers => limits.take_papers,
        K::Submit => limits.submit,
        K::HandBack => limits.hand_back,
        K::Handle => {
            let then = case.accepted_at.unwrap_or(clock.started_at);
            let matter = case.matter.as_ref();
            let matter = matter.and_then(|code| reference.catalogue.in_force(code, then));
            let own = matter.and_then(|matter| matter.limits.get(&class)).copied();
            let limit = own.or(limits.handle)?;
            let ends = |limit| calendar.due(clock.started_at, limit).at;
            let cap = limits.handle_cap.filter(|cap| ends(limit) > ends(*cap));
            Some(cap.unwrap_or(limit))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
