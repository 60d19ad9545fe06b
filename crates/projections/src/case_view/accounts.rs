//! From the state of a case to its account: what the figures of areas and of lead units count.

use super::account_row::AccountTold;
use super::afterwards::FirstClosing;
use super::background::Background;
use super::build::{closed_late, lead};
use super::held::Held;
use super::rows::LedgerTold;
use super::speaking::{goes_on, handling_clocks, verdict};
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::calendar::Month;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::clock::{Clock, ClockId, ClockState};
use gridwhistle_domain::case::stage::{ClockKind, LegStage, Stage};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::score::sample::draw;
use std::borrow::Cow;

/// A duty as figures ask for it: until when, and whether it was done by then.
#[derive(Clone, Copy, Debug, Default)]
struct Duty {
    due: Option<DateTime<Utc>>,
    in_time: Option<bool>,
}

/// Past every window: the end of the year 9999 in UTC.
const FAR: i64 = 253_402_300_799;

/// The account of a case, from its row of the ledger and its state.
#[expect(clippy::too_many_lines, reason = "one line a column")]
pub(super) fn account<'c>(
    held: &'c Held,
    ledger: &LedgerTold<'c>,
    background: &Background,
) -> AccountTold<'c> {
    let case = &held.case;
    let accept = accepted(case);
    let verify = duty(case, ClockKind::Verify, held.reworked_at);
    let sign = duty(case, ClockKind::SignOff, None);
    let contact = contacted(case);
    let closed = case.closed_at.filter(|_| is_signed_off(case));
    let settled = held.afterwards.first_closing();
    let handling = Handling::of(case, background);
    let (done_at, done_in_time) = done(case, closed);
    let missed = |duty: Duty| duty.in_time == Some(false);
    let first_leg = case.legs.first().map(|leg| leg.opened_at);
    let dispatch = of_kind(case, ClockKind::Dispatch);
    let mut row = AccountTold {
        ledger_no: ledger.ledger_no,
        case_id: Cow::from(&held.id),
        street: ledger.street.clone(),
        community: ledger.community.clone(),
        grid: ledger.grid.clone(),
        lead_unit: ledger.lead_unit.clone(),
        class: ledger.class.clone(),
        matter: ledger.matter.clone(),
        excluded: case
            .stage
            .filter(is_excluded)
            .map(|stage| stage.code().into()),
        open: ledger.open,
        counts_until: DateTime::from_timestamp(FAR, 0).unwrap_or_default(),
        reported_at: ledger.reported_at,
        by_resident: by_resident(case),
        valid: !matches!(case.stage, Some(Stage::Rejected | Stage::Withdrawn)),
        accepted_at: ledger.accepted_at,
        refused_at: held.refused_at,
        accept_due: accept.due,
        accept_in_time: accept.in_time,
        dispatched_at: first_leg.filter(|_| case.foreign.is_none()),
        dispatch_in_time: first_leg
            .filter(|_| case.foreign.is_none())
            .map(|_| dispatch.clone().all(|clock| !clock.missed)),
        dispatch_due: dispatch
            .filter(|clock| clock.is_owed())
            .map(|clock| clock.marks.due)
            .last(),
        misdispatched: case.legs.iter().any(is_returned),
        whistled_at: case.whistle.as_ref().map(|whistle| whistle.at),
        whistle_astray: case.whistle.as_ref().is_some_and(|whistle| {
            let mut legs = case.legs.iter().filter(|leg| leg.opened_at >= whistle.at);
            legs.any(is_returned)
        }),
        done_at,
        done_in_time,
        handle_due: ledger.handle_due,
        handle_running: ledger.handle_running,
        suspended_until: case.supervised().and_then(|clock| goes_on(case, clock)),
        handle_minutes: handling.minutes,
        handle_budget: handling.budget,
        handle_since: handling.running.map(|clock| clock.since),
        handle_calendar: handling.last.map(|clock| clock.calendar.as_str().into()),
        handle_limit: handling.last.map(|clock| clock.limit.to_string().into()),
        verify_due: verify.due,
        verify_in_time: verify.in_time,
        sign_due: sign.due,
        sign_in_time: sign.in_time,
        closed_at: closed,
        closed_in_time: done_in_time
            .filter(|_| closed.is_some())
            .map(|done| done && !missed(verify) && !missed(sign)),
        settled_at: settled.map(|first| first.at),
        reopened_at: settled.and_then(|first| first.reopened_at),
        at_once: settled.map(FirstClosing::lasted),
        by_self: case.foreign.is_none() && case.legs.is_empty(),
        reworks: i64::from(held.reworks),
        reopens: ledger.reopens,
        extensions: ledger.extensions,
        suspended: case.suspension.is_some() && !case.on_hold,
        on_hold: case.on_hold,
        held_at: held.held_at,
        lat: held.point.map(|point| i64::from(point.lat)),
        lng: held.point.map(|point| i64::from(point.lng)),
        contact_due: contact.due,
        contact_in_time: contact.in_time,
        callbacks: i64::from(case.callbacks),
        solved: case.resident_agrees,
        stars: case.satisfaction.map(|given| i64::from(given.stars())),
        draw: closed.and_then(|closed| drawn(held, closed)),
    };
    if !row.open {
        row.counts_until = counts_until(case, &row);
    }
    row
}

const fn is_signed_off(case: &Case) -> bool {
    matches!(case.stage, Some(Stage::Closed | Stage::Archived))
}

const fn is_excluded(stage: &Stage) -> bool {
    matches!(stage, Stage::Voided | Stage::Merged)
}

fn is_returned(leg: &gridwhistle_domain::case::Leg) -> bool {
    leg.stage == LegStage::Returned
}

/// Whether a resident stands behind the report; of imported cases nobody knows.
fn by_resident(case: &Case) -> Option<bool> {
    if case.foreign.is_some() {
        return None;
    }
    let by = case.reported_by.as_ref();
    let resident = by.is_some_and(|by| by.role == Role::Resident);
    Some(resident || case.reporter.is_some())
}

/// When it was handled, and whether no duty of handling was missed.
fn done(case: &Case, closed: Option<DateTime<Utc>>) -> (Option<DateTime<Utc>>, Option<bool>) {
    if case.foreign.is_some() {
        return (closed, closed_late(case).map(|late| !late));
    }
    let done = case.response.as_ref().map(|response| response.at);
    let verdicts = handling_clocks(case).filter_map(verdict);
    let all = verdicts.reduce(|all, one| all && one);
    (done, all.filter(|_| done.is_some()))
}

/// The clocks of a duty of the case as a whole that did not fall away.
fn of_kind(case: &Case, kind: ClockKind) -> impl Iterator<Item = &Clock> + Clone {
    let id = ClockId::case(kind);
    let clocks = case.clocks.iter().filter(move |clock| clock.id == id);
    clocks.filter(|clock| clock.state != ClockState::Cancelled)
}

/// The decision whether to accept: a refusal is one too, and takes the clock away.
fn accepted(case: &Case) -> Duty {
    let id = ClockId::case(ClockKind::Accept);
    let clock = case.clocks.iter().rev().find(|clock| clock.id == id);
    let refused = matches!(case.stage, Some(Stage::Rejected | Stage::TransferredOut));
    let fell = |clock: &&Clock| clock.state == ClockState::Cancelled && !refused;
    let Some(clock) = clock.filter(|clock| !fell(clock)) else {
        return Duty::default();
    };
    let due = clock.marks.due;
    Duty {
        due: Some(due),
        in_time: clock.ended_at.map(|ended| ended <= due),
    }
}

/// A duty that may come several times: the last one's due time, and whether none was missed. A check
/// that asked for a rework was made, though its clock fell away.
fn duty(case: &Case, kind: ClockKind, reworked: Option<DateTime<Utc>>) -> Duty {
    let id = ClockId::case(kind);
    let counts = |clock: &&Clock| {
        clock.id == id
            && (clock.state != ClockState::Cancelled
                || (reworked.is_some() && clock.ended_at == reworked))
    };
    let mut in_time = None;
    let mut due = None;
    for clock in case.clocks.iter().filter(counts) {
        due = Some(clock.marks.due);
        let made = clock
            .ended_at
            .map(|ended| ended <= clock.marks.due && !clock.missed);
        in_time = made.map(|made| made && in_time != Some(false));
    }
    Duty { due, in_time }
}

/// The lead's contact with the resident, where it had one to make.
fn contacted(case: &Case) -> Duty {
    let Some(leg) = lead(case) else {
        return Duty::default();
    };
    let id = ClockId::leg(ClockKind::Contact, leg.no);
    let clock = case.clocks.iter().rev().find(|clock| clock.id == id);
    let fell = |clock: &&Clock| clock.state == ClockState::Cancelled && leg.contacted_at.is_none();
    let due = clock
        .filter(|clock| !fell(clock))
        .map(|clock| clock.marks.due);
    let met = |due| leg.contacted_at.map(|at| at <= due);
    Duty {
        due,
        in_time: due.and_then(met),
    }
}

/// The time that handling took.
#[derive(Default)]
struct Handling<'c> {
    minutes: Option<i64>,
    budget: Option<i64>,
    last: Option<&'c Clock>,
    running: Option<&'c Clock>,
}

impl<'c> Handling<'c> {
    fn of(case: &'c Case, background: &Background) -> Self {
        let stands = |clock: &&Clock| clock.state != ClockState::Cancelled;
        let mut clocks = handling_clocks(case).filter(stands).peekable();
        let known = |clock: &&Clock| background.calendar(clock).is_some();
        if case.foreign.is_some() || !clocks.peek().is_some_and(known) {
            return Self::default();
        }
        let mut sum = Self::default();
        for clock in clocks {
            sum.minutes = Some(sum.minutes.unwrap_or(0) + clock.consumed);
            sum.budget = Some(sum.budget.unwrap_or(0) + clock.budget);
            sum.last = Some(clock);
            sum.running = Some(clock).filter(|clock| clock.is_running());
        }
        sum
    }
}

/// Where a closed case stands in the draw; a foreign system's residents are not ours to call.
fn drawn(held: &Held, closed: DateTime<Utc>) -> Option<i64> {
    let native = held.case.foreign.is_none();
    let id = held.id.parse().ok().map(CaseId).filter(|_| native)?;
    Some(i64::from(draw(
        id,
        held.case.reported_at?,
        Month::of(closed),
    )))
}

/// The last instant at which a figure of a window may count an ended case: nothing of it lies later.
fn counts_until(case: &Case, row: &AccountTold<'_>) -> DateTime<Utc> {
    let instants = [
        case.last_at,
        row.accept_due,
        row.dispatch_due,
        row.verify_due,
        row.sign_due,
        row.contact_due,
    ];
    instants
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(row.counts_until)
}
