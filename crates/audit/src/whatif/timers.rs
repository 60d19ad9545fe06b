//! What the clock asks for by itself, told from the state of one case: each at the instant from which
//! the law has it. Reminders, archiving and erasing change no duty, no list and no score: they are left
//! out.

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::ladder::LadderRule;
use gridwhistle_domain::case::stage::{Card, ClockKind, Stage};
use gridwhistle_domain::ids::{CaseId, LegNo};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whether a command is one that the clock gives when the law has it due.
pub(super) fn is_of_the_clock(command: &C, by: &Actor) -> bool {
    let timer = matches!(
        command,
        C::AutoAcknowledge { .. }
            | C::LapseRatification {}
            | C::MissProgress {}
            | C::MissReview {}
            | C::AutoSignOff {}
            | C::Remind { .. }
            | C::Resume {}
            | C::Urge { .. }
            | C::RaiseCard { .. }
            | C::Archive {}
            | C::EraseMandate {}
    );
    timer && by.role == Role::System
}

/// Gives the commands of the clock that are due up to an instant, in order; each answers with its facts.
pub(super) fn fire(
    case: CaseId,
    state: &mut Case,
    reference: &Arc<Reference>,
    until: DateTime<Utc>,
) -> Vec<Vec<CaseEvent>> {
    let mut fired = Vec::new();
    let mut tried: BTreeSet<(DateTime<Utc>, String)> = BTreeSet::new();
    loop {
        let last = state.last_at.unwrap_or(until);
        let next = due(state, reference)
            .into_iter()
            .map(|(from, command)| (from.max(last), command))
            .filter(|(from, _)| *from <= until)
            .filter(|(from, command)| !tried.contains(&(*from, format!("{command:?}"))))
            .min_by_key(|(from, _)| *from);
        let Some((now, command)) = next else {
            return fired;
        };
        tried.insert((now, format!("{command:?}")));
        let context = Context {
            case,
            now,
            actor: Actor::system(),
            reference: Arc::clone(reference),
            gathered: Gathered::default(),
        };
        if let Ok(facts) = decide(state, &command, &context) {
            facts.iter().for_each(|event| evolve(state, event));
            fired.push(facts);
        }
    }
}

fn due(case: &Case, reference: &Reference) -> Vec<(DateTime<Utc>, C)> {
    let policy = case
        .policy
        .as_ref()
        .and_then(|pinned| reference.policies.get(pinned));
    let (Some(policy), true) = (policy, case.is_open() && case.foreign.is_none()) else {
        return Vec::new();
    };
    let mut due = Vec::new();
    for clock in case.owed_clocks().filter(|clock| clock.is_running()) {
        // Missed is what is past due, not what is due.
        let past = clock.marks.due + TimeDelta::seconds(1);
        let leg = clock.id.leg.unwrap_or(LegNo(0));
        match clock.id.kind {
            ClockKind::Acknowledge => due.push((past, C::AutoAcknowledge { leg })),
            ClockKind::Progress => due.push((past, C::MissProgress {})),
            ClockKind::Review if !clock.missed => due.push((past, C::MissReview {})),
            ClockKind::Ratify => due.push((past, C::LapseRatification {})),
            _ => {}
        }
    }
    let calendar = |at| reference.calendars.in_force(at);
    if let Some(clock) = case.supervised().filter(|clock| clock.is_running()) {
        let pinned = reference.calendars.get(&clock.calendar);
        let pinned = pinned.unwrap_or_else(|| calendar(clock.started_at));
        let note = String::new();
        let urge = pinned.working_day_after(clock.marks.due);
        due.extend(urge.map(|from| (from, C::Urge { note })));
        due.push((clock.marks.yellow, card(LadderRule::Overdue150)));
        due.push((clock.marks.red, card(LadderRule::Overdue200)));
        if let Some(since) = case.urge_unanswered_since {
            let silent = calendar(since).due(since, policy.supervision.red_after_urge);
            due.push((silent.at, card(LadderRule::UrgeUnanswered)));
        }
    }
    let begun = case.last_at.unwrap_or_default();
    for (most, rule) in [
        (policy.supervision.yellow_reworks, LadderRule::ReworksYellow),
        (policy.supervision.red_reworks, LadderRule::ReworksRed),
    ] {
        if most > 0 && case.reworks >= most {
            due.push((begun, card(rule)));
        }
    }
    let held = case.suspension.as_ref().and_then(|held| held.until);
    due.extend(held.map(|until| (until, C::Resume {})));
    let row = case.class.and_then(|class| policy.row(class));
    let closes = row.and_then(|row| row.verify.auto_sign_off);
    if let (Some(after), Some(response)) = (closes, &case.response)
        && case.stage == Some(Stage::Responded)
    {
        let from = calendar(response.at).due(response.at, after).at;
        due.push((from, C::AutoSignOff {}));
    }
    due
}

fn card(rule: LadderRule) -> C {
    C::RaiseCard {
        card: rule.card().unwrap_or(Card::Yellow),
        rule: rule.code().to_owned(),
        emergency: false,
        note: String::new(),
    }
}
