//! From the state of a case to the rows of its legs: one unit's part each, with all that the figures
//! of units are counted from.

use super::afterwards::FirstClosing;
use super::background::Background;
use super::build::{closed_late, matter, number};
use super::held::Held;
use super::rows::{CardTold, LegTold};
use super::speaking::goes_on;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::{Clock, Span, in_time};
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::case::stage::{ClockKind, Stage};
use gridwhistle_domain::case::{CardState, Case, Leg};
use std::borrow::Cow;

/// The rows of the legs, in their order, each standing like this since `at`.
pub(crate) fn legs<'c>(
    held: &'c Held,
    background: &'c Background,
    at: DateTime<Utc>,
) -> impl Iterator<Item = LegTold<'c>> {
    let legs = held.case.legs.iter();
    legs.map(move |leg| leg_row(held, background, leg, at))
}

/// The rows of the cards, in the order in which they were raised.
pub(crate) fn cards(held: &Held) -> impl Iterator<Item = CardTold<'_>> {
    let cards = held.case.cards.iter().zip(1..);
    cards.map(|(card, no): (&CardState, i64)| CardTold {
        ledger_no: number(held.first_position),
        case_id: Cow::from(&held.id),
        no,
        card: card.card.code().into(),
        rule: Cow::from(&card.rule),
        unit: card.unit.as_ref().map(|unit| unit.as_str().into()),
        raised_at: card.at,
        lifted_at: card.lifted_at,
        counted: is_counted(&held.case),
    })
}

/// Voided and merged cases are in no figure.
const fn is_counted(case: &Case) -> bool {
    !matches!(case.stage, Some(Stage::Voided | Stage::Merged))
}

fn leg_row<'c>(
    held: &'c Held,
    background: &Background,
    leg: &'c Leg,
    at: DateTime<Utc>,
) -> LegTold<'c> {
    let case = &held.case;
    let due_by = |kind| case.leg_due(kind, leg.no);
    let (ack_due, contact_due) = (due_by(ClockKind::Acknowledge), due_by(ClockKind::Contact));
    let report_in_due = due_by(ClockKind::ReportIn);
    let clock = case.handling();
    let (due, on_time) = handled(case, leg);
    let (minutes, suspended_minutes) =
        clock.map_or((None, 0), |clock| stretch(background, clock, leg));
    // A leg that was returned or replaced did not lead what was signed off.
    let led = held.afterwards.first_closing();
    let led = led.filter(|first| first.leg == Some(leg.no));
    let closed_at = led.map(|first| first.at);
    let responded_at = held.afterwards.responded_at(leg.no);
    let counted_by = [responded_at, ack_due, contact_due, report_in_due, closed_at];
    LegTold {
        ledger_no: number(held.first_position),
        case_id: Cow::from(&held.id),
        leg: i64::from(leg.no.0),
        unit: leg.unit.as_str().into(),
        part: part(leg.part).into(),
        stage: leg.stage.code().into(),
        opened_at: leg.opened_at,
        acknowledged_at: leg.acknowledged_at,
        auto_acknowledged: leg.auto_acknowledged,
        contacted_at: leg.contacted_at,
        reported_in_at: leg.reported_in_at,
        waived: leg.report_in_waived,
        done_at: leg.done_at,
        ended_at: leg.ended_at,
        ack_due,
        contact_due,
        report_in_due,
        handle_due: due,
        ack_on_time: in_time(leg.acknowledged_at, ack_due).map(|met| met && !leg.auto_acknowledged),
        contact_on_time: in_time(leg.contacted_at, contact_due),
        report_in_on_time: in_time(leg.reported_in_at, report_in_due),
        done_on_time: on_time,
        class: case.class.map(|class| class.code().into()),
        matter: matter(case).map(Cow::from),
        returns_requested: i64::from(leg.returns_requested),
        returns_refused: i64::from(leg.returns_refused),
        reworks: i64::from(leg.reworks),
        counted: is_counted(case),
        open: case.is_open() && leg.stage.is_live() && leg.done_at.is_none(),
        handle_running: clock.is_some_and(Clock::is_running),
        suspended_until: clock.and_then(|clock| goes_on(case, clock)),
        handle_minutes: minutes,
        handle_since: clock.map(|clock| clock.since),
        handle_calendar: clock.map(|clock| clock.calendar.as_str().into()),
        handle_limit: clock.map(|clock| clock.limit.to_string().into()),
        suspended_minutes,
        extensions: i64::from(case.extensions_granted),
        responded_at,
        closed_at,
        // A dispute that was upheld led to a rework or a reopening.
        first_time: led.map(FirstClosing::lasted),
        reopened_at: led.and_then(|first| first.reopened_at),
        reopens: i64::from(case.reopens),
        settles_at: counted_by
            .into_iter()
            .flatten()
            .fold(leg.opened_at, DateTime::max),
        changed_at: at,
    }
}

/// When handling of the leg is due, and whether it was done by then. An imported case has the due time
/// and the verdict of its source.
fn handled(case: &Case, leg: &Leg) -> (Option<DateTime<Utc>>, Option<bool>) {
    if let Some(foreign) = &case.foreign {
        let on_time = closed_late(case).map(|late| !late);
        return (foreign.due, on_time.filter(|_| leg.done_at.is_some()));
    }
    let Some(clock) = case.handling() else {
        return (None, None);
    };
    let due = clock.marks.due;
    let on_time = leg.done_at.map(|done| done <= due && !clock.missed);
    (Some(due), on_time)
}

/// How many minutes the clock ran for a leg, and how many it stood: from dispatch until the leg was
/// done, or up to the clock's last turn. None where its calendar is not known.
fn stretch(background: &Background, clock: &Clock, leg: &Leg) -> (Option<i64>, i64) {
    let Some(calendar) = background.calendar(clock) else {
        return (None, 0);
    };
    let until = leg.done_at.or(leg.ended_at).unwrap_or(clock.since);
    let last = Span {
        from: clock.since,
        until,
        ran: clock.is_running(),
    };
    let owed = clock.is_owed().then_some(&last);
    let (mut ran, mut stood) = (0, 0);
    for span in clock.spans.iter().chain(owed) {
        let (from, until) = (span.from.max(leg.opened_at), span.until.min(until));
        if from < until {
            let minutes = calendar.minutes_between(clock.limit.measure(), from, until);
            *(if span.ran { &mut ran } else { &mut stood }) += minutes;
        }
    }
    (Some(ran), stood)
}

const fn part(part: Part) -> &'static str {
    match part {
        Part::Lead => "lead",
        Part::CoHandler => "co_handler",
        Part::Optional => "optional",
    }
}
