//! Supervision (督办): progress notes, urges, reminders, and cards that a rule or a leader signs.
//!
//! Lights are derived from time and are nobody's event; cards are events (`DOMAIN.md` 2.5). The
//! clock may only ask for what the stream bears out at this instant, each rule once a period.

use super::pause::{due_by, in_words};
use super::{Desk, own_work};
use crate::actor::Role;
use crate::case::clock::{Clock, ClockId};
use crate::case::command::CommandName;
use crate::case::fact::CaseFact as F;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{Card, ClockKind, Stage};
use crate::case::steps;
use crate::ids::LegNo;
use chrono::{DateTime, TimeDelta, Utc};

const HANDLE: ClockId = ClockId::case(ClockKind::Handle);
const PROGRESS: ClockId = ClockId::case(ClockKind::Progress);

/// The rule of a card that a person signs.
const LEADER: &str = "leader";

/// One rule of the ladder.
struct Rule {
    code: &'static str,
    card: Card,
    /// The rule below it on the ladder, which must have been signed in the same period.
    after: Option<&'static str>,
}

const LADDER: [Rule; 5] = [
    rule("overdue_150", Card::Yellow, None),
    rule("overdue_200", Card::Red, Some("overdue_150")),
    rule("reworks_yellow", Card::Yellow, None),
    rule("reworks_red", Card::Red, Some("reworks_yellow")),
    // An urge is the warning; five working days of silence need no second one.
    rule("urge_unanswered", Card::Red, None),
];

const fn rule(code: &'static str, card: Card, after: Option<&'static str>) -> Rule {
    Rule { code, card, after }
}

/// A note on how it goes; the time to the next one begins.
pub(super) fn record_progress(
    desk: &mut Desk<'_>,
    leg: Option<LegNo>,
    note: &str,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    if let Some(no) = leg {
        let stage = desk.leg(no)?.stage;
        desk.ensure(stage.is_live(), Code::LegStageWrong, stage, "a live leg")?;
    }
    desk.require(note, "note", "how it goes, without personal data")?;
    desk.emit(F::ProgressRecorded {
        leg,
        note: note.to_owned(),
    });
    if leg.is_some() && leg != desk.case.lead().map(|lead| lead.no) {
        // The lead owes the note on the whole; a co-handler's does not stand in for it.
        return Ok(());
    }
    desk.stop_clock(PROGRESS);
    desk.start_clock_if(PROGRESS, row.limits.progress);
    if desk.case.stage == Some(Stage::Suspended) {
        desk.suspend_clock(PROGRESS);
    }
    Ok(())
}

/// Timer: no note came in time; a yellow card, once for each period between two notes.
pub(super) fn miss_progress(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let row = desk.row()?;
    let running = desk.case.owed(PROGRESS).filter(|clock| clock.is_running());
    let due = running.map(|clock| clock.marks.due);
    due_by(desk, due.is_some_and(|due| desk.now() > due), due)?;
    desk.emit(F::ProgressMissed {});
    card(desk, Card::Yellow, "progress_missed", "")?;
    desk.stop_clock(PROGRESS);
    desk.start_clock_if(PROGRESS, row.limits.progress);
    Ok(())
}

/// 催办. The clock urges from the working day after the due time, once for each due time.
pub(super) fn urge(desk: &mut Desk<'_>, note: &str) -> Result<(), Refusal> {
    desk.require(note, "note", "what is asked for")?;
    if desk.ctx.actor.role == Role::System {
        let late = desk.case.owed(HANDLE).filter(|clock| clock.is_running());
        let due = late.map(|clock| clock.marks.due);
        let urged = desk.case.last_urged_at.filter(|at| Some(*at) > due);
        if let (Some(at), Some(_)) = (urged, due) {
            return Err(desk.refuse(Code::AlreadyDone, at.to_rfc3339(), "raise-card"));
        }
        let from = late.and_then(|clock| next_working_day(desk, clock));
        due_by(desk, from.is_some_and(|from| desk.now() >= from), from)?;
    }
    desk.emit(F::CaseUrged {
        note: note.to_owned(),
    });
    Ok(())
}

/// The first instant of the working day after a clock's due time, in China's time.
fn next_working_day(desk: &Desk<'_>, clock: &Clock) -> Option<DateTime<Utc>> {
    let offset = TimeDelta::hours(8);
    // A limit that ends at 24:00 ends on the day before.
    let day = (clock.marks.due - TimeDelta::minutes(1) + offset).date_naive();
    let next = desk.calendar_of(clock).nth_working_day_after(day, 1)?;
    Some(next.and_time(chrono::NaiveTime::MIN).and_utc() - offset)
}

/// A reason is given; the card that silence would bring falls away.
pub(super) fn answer_urge(desk: &mut Desk<'_>, reason: &str) -> Result<(), Refusal> {
    in_words(desk, reason)?;
    let urged = desk.case.urge_unanswered_since.is_some();
    desk.ensure(urged, Code::NoRequest, "", "urge")?;
    desk.emit(F::UrgeAnswered {
        reason: reason.to_owned(),
    });
    Ok(())
}

/// 黄牌、红牌: by a rule whose condition holds now, or by a leader who says why.
pub(super) fn raise_card(
    desk: &mut Desk<'_>,
    colour: Card,
    code: &str,
    emergency: bool,
    note: &str,
) -> Result<(), Refusal> {
    if desk.ctx.actor.role == Role::System {
        by_rule(desk, colour, code)?;
    } else {
        desk.require(note, "note", "why, without personal data")?;
        desk.ensure(code == LEADER, Code::ReasonRequired, code, LEADER)?;
        let warned = desk.case.standing_cards(Card::Yellow) > 0;
        let order = colour == Card::Yellow || warned || emergency;
        desk.ensure(order, Code::CardOrder, "", "raise-card yellow, emergency")?;
    }
    card(desk, colour, code, note)
}

/// Whether a rule of the ladder may sign this card now.
fn by_rule(desk: &Desk<'_>, colour: Card, code: &str) -> Result<(), Refusal> {
    let found = LADDER
        .iter()
        .find(|rule| rule.code == code && rule.card == colour);
    let Some(rule) = found else {
        let accepted = LADDER.map(|rule| format!("{} {}", rule.card, rule.code));
        return Err(desk.refuse(
            Code::ReasonRequired,
            format!("{colour} {code}"),
            accepted.join(", "),
        ));
    };
    let period = period_start(desk);
    let signed = |code: &str| {
        let mut cards = desk.case.cards.iter();
        cards.any(|held| held.rule == code && Some(held.at) >= period)
    };
    desk.ensure(!signed(code), Code::AlreadyDone, code, "another rule")?;
    condition(desk, rule)?;
    let below = rule.after.is_none_or(signed);
    let accepted = rule.after.unwrap_or("-");
    desk.ensure(below, Code::CardOrder, code, accepted)
}

/// The handling period that a card counts in: from the start of handling, or the last reopening.
fn period_start(desk: &Desk<'_>) -> Option<DateTime<Utc>> {
    let started = desk.case.handling().map(|clock| clock.started_at);
    started.max(desk.case.reopened_at)
}

/// Refuses a rule whose condition the stream does not bear out at this instant.
fn condition(desk: &Desk<'_>, rule: &Rule) -> Result<(), Refusal> {
    let rules = &desk.policy()?.supervision;
    let reworks = desk.case.reworks;
    let counted = |most: u32| desk.ensure(reworks >= most, Code::TooEarly, reworks, most);
    let marks = desk
        .case
        .owed(HANDLE)
        .filter(|clock| clock.is_running())
        .map(|clock| clock.marks);
    let from = match rule.code {
        "reworks_yellow" => return counted(rules.yellow_reworks),
        "reworks_red" => return counted(rules.red_reworks),
        "overdue_150" => marks.map(|marks| marks.yellow),
        "overdue_200" => marks.map(|marks| marks.red),
        _ => desk
            .case
            .urge_unanswered_since
            .map(|since| desk.calendar().due(since, rules.red_after_urge).at),
    };
    due_by(desk, from.is_some_and(|from| desk.now() >= from), from)
}

/// Signs a card for the lead; a red one proposes coordination where the route knows meetings.
pub(super) fn card(
    desk: &mut Desk<'_>,
    colour: Card,
    rule: &str,
    note: &str,
) -> Result<(), Refusal> {
    let unit = desk.case.lead().map(|lead| lead.unit.clone());
    desk.emit(F::SupervisionRaised {
        card: colour,
        rule: rule.to_owned(),
        unit,
        note: note.to_owned(),
    });
    if colour == Card::Red && !desk.case.coordination_proposed && may_be_coordinated(desk)? {
        desk.emit(F::CoordinationProposed {
            cause: "red_card".to_owned(),
        });
    }
    Ok(())
}

/// Whether the step table lets a meeting be proposed here; a paused case is taken up by it later.
fn may_be_coordinated(desk: &Desk<'_>) -> Result<bool, Refusal> {
    let (Some(class), Some(stage)) = (desk.case.class, desk.case.stage) else {
        return Ok(false);
    };
    let route = desk.row_of(class)?.route;
    Ok(steps::rows(CommandName::ProposeCoordination).any(|step| {
        let at = step.stages.contains(&stage) || stage == Stage::Suspended;
        at && step.routes.contains(&route)
    }))
}

/// A card is taken back; it stays in the history.
pub(super) fn lift_card(desk: &mut Desk<'_>, colour: Card, reason: &str) -> Result<(), Refusal> {
    in_words(desk, reason)?;
    let actor = &desk.ctx.actor;
    let mut cards = desk.case.cards.iter().rev();
    let card = cards.find(|held| held.card == colour && held.lifted_at.is_none());
    let carded = card.is_some_and(|held| {
        let unit = held.unit.as_ref();
        unit.is_some_and(|unit| own_work::of_unit(desk, actor, unit, held.at))
    });
    desk.ensure(
        !carded && !own_work::handled(desk, actor),
        Code::SelfApproval,
        actor.signature(),
        "someone who did not handle the case",
    )?;
    let stands = desk.case.standing_cards(colour) > 0;
    desk.ensure(stands, Code::NoCard, colour, "raise-card")?;
    desk.emit(F::SupervisionLifted {
        card: colour,
        reason: reason.to_owned(),
    });
    Ok(())
}

/// Timer: a reminder at a percent of the budget, once for each due time.
pub(super) fn remind(
    desk: &mut Desk<'_>,
    kind: ClockKind,
    leg: Option<LegNo>,
    percent: u32,
) -> Result<(), Refusal> {
    let id = ClockId { kind, leg };
    let percents = &desk.policy()?.supervision.remind_percent;
    let accepted: Vec<String> = percents.iter().map(u32::to_string).collect();
    let listed = percents.contains(&percent);
    desk.ensure(listed, Code::FieldMissing, "percent", accepted.join(", "))?;
    let Some(clock) = desk.case.owed(id).filter(|clock| clock.is_running()) else {
        let mut running = desk.case.owed_clocks().collect::<Vec<_>>();
        running.retain(|clock| clock.is_running());
        let accepted: Vec<&str> = running.iter().map(|clock| clock.id.kind.code()).collect();
        return Err(desk.refuse(Code::FieldMissing, "kind", accepted.join(", ")));
    };
    let given = desk.case.reminded.contains(&(id, percent));
    desk.ensure(!given, Code::AlreadyDone, percent, "another percent")?;
    let share = clock.budget * i64::from(percent);
    if desk.consumed(clock) * 100 < share {
        let minutes = (share + 99) / 100 - clock.consumed;
        let measure = clock.limit.measure();
        let calendar = desk.calendar_of(clock);
        let from = calendar.add_minutes(measure, clock.since, minutes).at;
        return due_by(desk, false, Some(from));
    }
    desk.emit(F::CaseReminded { id, percent });
    Ok(())
}

#[cfg(test)]
mod tests;
