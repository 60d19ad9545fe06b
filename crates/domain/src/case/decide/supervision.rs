//! Supervision (督办): progress notes, urges, reminders, and cards that a rule or a leader signs.
//!
//! Lights are derived from time and are nobody's event; cards are events (`DOMAIN.md` 2.5). The
//! clock may only ask for what the stream bears out at this instant, each rule once a period.

use super::coordination;
use super::pause::{due_by, in_words};
use super::{Desk, own_work};
use crate::actor::Role;
use crate::case::Leg;
use crate::case::clock::{Clock, ClockId};
use crate::case::command::CommandName;
use crate::case::fact::CaseFact as F;
use crate::case::ladder::LadderRule;
use crate::case::record::Part;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{Card, ClockKind, Stage};
use crate::case::steps;
use crate::ids::{LegNo, UnitId};
use chrono::{DateTime, Utc};

const PROGRESS: ClockId = ClockId::case(ClockKind::Progress);

/// The rule of a card that a person signs.
const LEADER: &str = "leader";

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
    let unit = obligated(desk, None);
    by_ladder(desk, LadderRule::ProgressMissed, unit)?;
    desk.stop_clock(PROGRESS);
    desk.start_clock_if(PROGRESS, row.limits.progress);
    Ok(())
}

/// 催办: by a person who says what is asked for, or by the clock, whose rule says it.
pub(super) fn urge(desk: &mut Desk<'_>, note: &str) -> Result<(), Refusal> {
    let by_clock = desk.ctx.actor.role == Role::System;
    if by_clock {
        urge_is_due(desk)?;
    } else {
        desk.require(note, "note", "what is asked for")?;
    }
    desk.emit(F::CaseUrged {
        note: note.to_owned(),
        rule: by_clock.then(|| LadderRule::OverdueUrge.code().to_owned()),
    });
    Ok(())
}

/// The clock urges from the working day after the due time on, once for each due time.
fn urge_is_due(desk: &Desk<'_>) -> Result<(), Refusal> {
    let late = running(desk);
    let due = late.map(|clock| clock.marks.due);
    let urged = desk.case.last_urged_at.filter(|at| Some(*at) > due);
    if let (Some(at), Some(_)) = (urged, due) {
        return Err(desk.refuse(Code::AlreadyDone, at.to_rfc3339(), "raise-card"));
    }
    let from = late.and_then(|clock| desk.calendar_of(clock).working_day_after(clock.marks.due));
    due_by(desk, from.is_some_and(|from| desk.now() >= from), from)
}

/// The supervised clock, while it runs.
fn running<'d>(desk: &'d Desk<'_>) -> Option<&'d Clock> {
    let clock = desk.case.supervised();
    clock.filter(|clock| clock.is_running())
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
        let rule = by_rule(desk, colour, code)?;
        let timed = matches!(rule, LadderRule::Overdue150 | LadderRule::Overdue200);
        let due = running(desk).map(|clock| clock.marks.due);
        let unit = obligated(desk, due.filter(|_| timed));
        return by_ladder(desk, rule, unit);
    }
    desk.require(note, "note", "why, without personal data")?;
    desk.ensure(code == LEADER, Code::ReasonRequired, code, LEADER)?;
    let warned = desk.case.standing_cards(Card::Yellow) > 0;
    let order = colour == Card::Yellow || warned || emergency;
    desk.ensure(order, Code::CardOrder, "", "raise-card yellow, emergency")?;
    let unit = obligated(desk, None);
    card(desk, colour, code, unit, note)
}

/// Whether a rule of the ladder may sign this card now.
fn by_rule(desk: &Desk<'_>, colour: Card, code: &str) -> Result<LadderRule, Refusal> {
    let fits = |rule: &LadderRule| rule.is_asked_for() && rule.card() == Some(colour);
    let Some(rule) = LadderRule::from_code(code).filter(fits) else {
        let known = LadderRule::ALL.iter().filter(|rule| rule.is_asked_for());
        let accepted = known.map(|rule| rule.code());
        return Err(desk.refuse(
            Code::ReasonRequired,
            format!("{colour} {code}"),
            accepted.collect::<Vec<_>>().join(", "),
        ));
    };
    let signed = |rule: LadderRule| rule.is_signed(&desk.case);
    desk.ensure(!signed(rule), Code::AlreadyDone, code, "another rule")?;
    condition(desk, rule)?;
    let below = rule.after();
    let accepted = below.map_or("-", LadderRule::code);
    desk.ensure(below.is_none_or(signed), Code::CardOrder, code, accepted)?;
    Ok(rule)
}

/// Refuses a rule whose condition the stream does not bear out at this instant.
fn condition(desk: &Desk<'_>, rule: LadderRule) -> Result<(), Refusal> {
    let rules = &desk.policy()?.supervision;
    let reworks = desk.case.reworks;
    let counted = |most: u32| desk.ensure(reworks >= most, Code::TooEarly, reworks, most);
    let marks = running(desk).map(|clock| clock.marks);
    let from = match rule {
        LadderRule::ReworksYellow => return counted(rules.yellow_reworks),
        LadderRule::ReworksRed => return counted(rules.red_reworks),
        LadderRule::Overdue150 => marks.map(|marks| marks.yellow),
        LadderRule::Overdue200 => marks.map(|marks| marks.red),
        // Silence counts while what was urged is still owed.
        _ => marks
            .and(desk.case.urge_unanswered_since)
            .map(|since| desk.calendar().due(since, rules.red_after_urge).at),
    };
    due_by(desk, from.is_some_and(|from| desk.now() >= from), from)
}

/// Signs the card of a rule whose condition was just found to hold.
pub(super) fn by_ladder(
    desk: &mut Desk<'_>,
    rule: LadderRule,
    unit: Option<UnitId>,
) -> Result<(), Refusal> {
    match rule.card() {
        Some(colour) => card(desk, colour, rule.code(), unit, ""),
        None => Ok(()),
    }
}

/// The unit that owes the supervised duty: the window for its statutory limit, the agent's for the
/// steps of a mandate, else the lead; for time run out, whoever led when it did.
fn obligated(desk: &Desk<'_>, ran_out: Option<DateTime<Utc>>) -> Option<UnitId> {
    let case = &desk.case;
    let kind = case.supervised().map(|clock| clock.id.kind);
    if kind == Some(ClockKind::Statutory) {
        return case.mandate.as_ref()?.window.clone();
    }
    let led = |leg: &&Leg| match ran_out {
        None => leg.stage.is_live(),
        Some(at) => leg.opened_at <= at && leg.ended_at.is_none_or(|ended| ended > at),
    };
    let mut leads = case.legs.iter().rev().filter(|leg| leg.part == Part::Lead);
    let lead = leads.find(led).map(|leg| leg.unit.clone());
    lead.or_else(|| Some(case.handler.as_ref()?.unit.clone()))
}

/// Signs a card for a unit; a red one proposes coordination where the route knows meetings.
fn card(
    desk: &mut Desk<'_>,
    colour: Card,
    rule: &str,
    unit: Option<UnitId>,
    note: &str,
) -> Result<(), Refusal> {
    desk.emit(F::SupervisionRaised {
        card: colour,
        rule: rule.to_owned(),
        unit,
        note: note.to_owned(),
    });
    if colour == Card::Red && !desk.case.coordination_proposed && may_be_coordinated(desk)? {
        coordination::put_forward(desk, "red_card");
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
