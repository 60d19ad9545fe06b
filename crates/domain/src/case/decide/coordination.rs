//! 专题协调: propose, call, adjourn, decide. A decision binds: lead, co-handlers, time, minutes.

use super::respond::restart_handling;
use super::returns::{minutes_hashed, overrule_requests, precedent_fits, register};
use super::{Desk, dispatch};
use crate::actor::{Rank, Role};
use crate::case::clock::{Clock, ClockId};
use crate::case::fact::{CaseFact as F, CoordinationDecision};
use crate::case::record::Precedent;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{Card, ClockKind, Stage};
use crate::class::CaseClass;
use crate::ids::{LegNo, UnitId};
use crate::policy::rows::{ClassRow, CoordinationRow, Route};
use crate::registry::Place;
use std::collections::BTreeSet;

const CONVENE: ClockId = ClockId::case(ClockKind::Convene);
const GIVES_WAY: [ClockKind; 5] = [
    ClockKind::Verify,
    ClockKind::SignOff,
    ClockKind::Progress,
    ClockKind::ExtensionDecision,
    ClockKind::ReturnDecision,
];
const HANDLE: ClockId = ClockId::case(ClockKind::Handle);

/// The rules of the meeting: of the case's own class, or of the class that is coordinated, for a
/// case that was escalated to a meeting.
fn rules<'a>(desk: &Desk<'a>) -> Result<(&'a ClassRow, &'a CoordinationRow), Refusal> {
    let own = desk.row()?;
    let others = desk.policy()?.class.values();
    let meets = |row: &&'a ClassRow| row.route == Route::Coordination;
    std::iter::once(own)
        .filter(|row| row.coordination.is_some())
        .chain(others.filter(meets))
        .find_map(|row| Some((row, row.coordination.as_ref()?)))
        .ok_or_else(|| {
            let accepted = "a class with route `coordination` and its rules";
            desk.refuse(Code::PolicyMissing, "coordination", accepted)
        })
}

/// The causes that hold now, by code (`DOMAIN.md` 2.4 "escalate", 2.5).
fn causes(desk: &Desk<'_>, row: &ClassRow) -> BTreeSet<&'static str> {
    let case = &desk.case;
    let after = row.returns.adjudicate_after;
    let mut causes = BTreeSet::new();
    for (code, holds) in [
        ("returns", after > 0 && case.returns_approved >= after),
        ("no_lead", case.lead_disputed),
        ("reworks", case.reworks >= row.rework.max.max(1)),
        ("red_card", case.standing_cards(Card::Red) > 0),
    ] {
        if holds {
            causes.insert(code);
        }
    }
    causes
}

/// The engine proposes only what a rule says; the street and the centre may see a cause of their own.
pub(super) fn propose(desk: &mut Desk<'_>, cause: &str) -> Result<(), Refusal> {
    desk.require(
        cause,
        "cause",
        "returns, no_lead, reworks, red_card, or a word",
    )?;
    let open = !desk.case.coordination_proposed;
    desk.ensure(open, Code::AlreadyDone, "propose-coordination", "convene")?;
    if desk.ctx.actor.role.rank() == Rank::None {
        let holding = causes(desk, desk.row()?);
        let accepted = if holding.is_empty() {
            "returns, no_lead, reworks, red_card: none holds".to_owned()
        } else {
            holding.iter().copied().collect::<Vec<_>>().join(", ")
        };
        desk.ensure(holding.contains(cause), Code::NotProposed, cause, accepted)?;
    }
    put_forward(desk, cause);
    Ok(())
}

/// A meeting is proposed: whoever must call it is on the clock from then on.
pub(super) fn put_forward(desk: &mut Desk<'_>, cause: &str) {
    let convene = rules(desk).ok().and_then(|(row, _)| row.limits.convene);
    desk.emit(F::CoordinationProposed {
        cause: cause.to_owned(),
    });
    if desk.case.owed(CONVENE).is_none() {
        desk.start_clock_if(CONVENE, convene);
        if desk.case.stage == Some(Stage::Suspended) {
            // Nobody may call a meeting while the case stands.
            desk.suspend_clock(CONVENE);
        }
    }
}

/// Whether units of more than one district meet; a unit of the city itself belongs to none.
fn across_districts<'u>(desk: &Desk<'_>, units: impl Iterator<Item = &'u UnitId>) -> bool {
    let registry = &desk.ctx.reference.registry;
    let of = |unit: &UnitId| registry.district_of(&Place::Unit(unit.clone()), desk.now());
    let mut districts: BTreeSet<UnitId> = units.filter_map(of).cloned().collect();
    districts.extend(desk.path().map(|path| path.district));
    districts.len() > 1
}

/// The rank that must chair for these units besides those already called: by the rules, higher
/// after an escalation, the city's where districts meet.
fn chair<'u>(
    desk: &'u Desk<'_>,
    rule: &CoordinationRow,
    units: impl IntoIterator<Item = &'u UnitId>,
) -> Rank {
    let sitting = desk.case.coordination.as_ref();
    let called = sitting.filter(|meeting| !meeting.decided);
    let called = called.into_iter().flat_map(|meeting| &meeting.units);
    let rule_chair = if across_districts(desk, called.chain(units)) {
        Rank::City
    } else {
        rule.chair
    };
    let escalated = desk
        .case
        .coordination
        .as_ref()
        .filter(|meeting| !meeting.decided)
        .and_then(|meeting| meeting.chair);
    escalated.map_or(rule_chair, |chair| chair.max(rule_chair))
}

fn may_chair(desk: &Desk<'_>, needed: Rank) -> Result<(), Refusal> {
    let rank = desk.ctx.actor.role.rank();
    desk.ensure(rank >= needed, Code::ChairRank, rank, needed)?;
    // A district's leader chairs for the own district.
    let (actor, registry) = (&desk.ctx.actor, &desk.ctx.reference.registry);
    let Some(path) = desk.path().filter(|_| actor.role == Role::DistrictLeader) else {
        return Ok(());
    };
    let own = registry.is_within(&path.community, &actor.unit, desk.now());
    desk.ensure(own, Code::WrongUnit, &actor.unit, path.district)
}

/// The meeting is called; until it decides, each sitting is on the clock like the first.
pub(super) fn convene(desk: &mut Desk<'_>, units: &[UnitId], agenda: &str) -> Result<(), Refusal> {
    let (meets_by, rule) = rules(desk)?;
    let Some((first, rest)) = units.split_first() else {
        return Err(desk.refuse(Code::FieldMissing, "units", "the units that must come"));
    };
    dispatch::units_ok(desk, first, rest)?;
    desk.require(agenda, "agenda", "what is to be decided")?;
    may_chair(desk, chair(desk, rule, units))?;
    let row = desk.row()?;
    let meets = row.route == Route::Coordination;
    let case = &desk.case;
    let sitting = case
        .coordination
        .as_ref()
        .is_some_and(|meeting| !meeting.decided && meeting.convened_by.is_some());
    desk.ensure(
        meets || case.coordination_proposed || case.lead_disputed || sitting,
        Code::NotProposed,
        case.class.map_or("-", CaseClass::code),
        "propose-coordination",
    )?;
    escalate(desk)?;
    desk.emit(F::CoordinationConvened {
        units: units.to_vec(),
        agenda: agenda.to_owned(),
    });
    gives_way(desk);
    desk.stop_clock(CONVENE);
    desk.start_clock_if(CONVENE, meets_by.limits.convene);
    Ok(())
}

/// What the meeting decides is nobody else's to decide: a response that waits for its check, time
/// that was asked for, returns. And no note is owed of work that waits for the meeting.
fn gives_way(desk: &mut Desk<'_>) {
    let waiting: Vec<ClockId> = desk
        .case
        .owed_clocks()
        .map(|clock| clock.id)
        .filter(|id| GIVES_WAY.contains(&id.kind))
        .collect();
    for id in waiting {
        desk.cancel_clock(id);
    }
}

/// A case that needs a meeting goes on as one of the class that is coordinated: with its minutes,
/// disclosures and chain (`DOMAIN.md` 2.4 "escalate"). Its legs and its time go with it.
fn escalate(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let rows = &desk.policy()?.class;
    let coordinated = rows
        .iter()
        .find(|(_, row)| row.route == Route::Coordination);
    let (Some(from), Some((to, _))) = (desk.case.class, coordinated) else {
        return Ok(());
    };
    if desk.row()?.route == Route::Coordination {
        return Ok(());
    }
    let now = desk.now();
    let owed = |clock: &Clock| clock.missed || (clock.is_running() && now > clock.marks.due);
    let overdue = desk.case.handling().is_some_and(owed);
    desk.emit(F::CaseReclassified {
        from,
        to: *to,
        reason: "coordination".to_owned(),
        overdue,
    });
    Ok(())
}

/// Another day, a bounded number of times; then the next level chairs. The next sitting is on the
/// clock like the first.
pub(super) fn adjourn(desk: &mut Desk<'_>, reason: &str) -> Result<(), Refusal> {
    super::legs::reason_given(desk, reason)?;
    let (row, rule) = rules(desk)?;
    may_chair(desk, rule.chair)?;
    let needed = chair(desk, rule, []);
    let rank = desk.ctx.actor.role.rank();
    let times = rule.adjournments;
    desk.ensure(rank >= needed, Code::AdjournLimit, times, needed)?;
    let so_far = desk
        .case
        .coordination
        .as_ref()
        .map_or(0, |meeting| meeting.adjournments);
    let accepted = needed.next().map_or("decide", Rank::code);
    desk.ensure(so_far < times, Code::AdjournLimit, so_far, accepted)?;
    desk.emit(F::CoordinationAdjourned {
        reason: reason.to_owned(),
    });
    if so_far + 1 >= times
        && let Some(chair) = needed.next()
    {
        desk.emit(F::CoordinationEscalated { chair });
    }
    desk.stop_clock(CONVENE);
    desk.start_clock_if(CONVENE, row.limits.convene);
    Ok(())
}

pub(super) fn decide(
    desk: &mut Desk<'_>,
    decision: &CoordinationDecision,
    precedent: Option<&Precedent>,
) -> Result<(), Refusal> {
    let (_, rule) = rules(desk)?;
    deliverables_fit(desk, decision)?;
    dispatch::units_ok(desk, &decision.lead, &decision.co_handlers)?;
    bound_fairly(desk, decision)?;
    if let Some(precedent) = precedent {
        precedent_fits(desk, precedent, &decision.lead)?;
    }
    let named = std::iter::once(&decision.lead).chain(&decision.co_handlers);
    may_chair(desk, chair(desk, rule, named))?;
    quorum(desk, decision, rule)?;
    minutes_hashed(desk, &decision.minutes)?;
    if let Some(precedent) = precedent {
        minutes_hashed(desk, &precedent.minutes)?;
    }
    if let Some(limit) = decision.handle {
        let (calendar, now) = (desk.calendar(), desk.now());
        let cap = rule.decision_cap;
        let within = calendar.due(now, limit).at <= calendar.due(now, cap).at;
        desk.ensure(within, Code::DecisionAboveCap, limit, cap)?;
    }
    // A meeting that was called before meetings escalated.
    escalate(desk)?;
    desk.emit(F::CoordinationDecided {
        decision: decision.clone(),
    });
    desk.stop_clock(CONVENE);
    replace_legs(desk, decision);
    set_handling(desk, decision)?;
    dispatch::open_legs(desk, &decision.lead, &decision.co_handlers, false, None)?;
    register(desk, precedent);
    Ok(())
}

/// Who owes what: only units of the decision owe, and each owes something.
fn deliverables_fit(desk: &Desk<'_>, decision: &CoordinationDecision) -> Result<(), Refusal> {
    let named = |unit: &UnitId| decision.lead == *unit || decision.co_handlers.contains(unit);
    for part in &decision.deliverables {
        let accepted = "the lead and the co-handlers";
        desk.ensure(named(&part.unit), Code::WrongUnit, &part.unit, accepted)?;
    }
    for part in &decision.deliverables {
        desk.require(&part.what, "deliverables.what", "what the unit owes")?;
    }
    Ok(())
}

/// A decision binds units that were called to the meeting, each to something; staying away frees
/// nobody.
fn bound_fairly(desk: &Desk<'_>, decision: &CoordinationDecision) -> Result<(), Refusal> {
    let meeting = desk.case.coordination.iter();
    let called: Vec<&UnitId> = meeting.flat_map(|meeting| &meeting.units).collect();
    let accepted: Vec<&str> = called.iter().map(|unit| unit.as_str()).collect();
    for unit in std::iter::once(&decision.lead).chain(&decision.co_handlers) {
        let there = called.contains(&unit);
        desk.ensure(there, Code::WrongUnit, unit, accepted.join(", "))?;
        let owes = decision.deliverables.iter().any(|part| part.unit == *unit);
        let given = format!("deliverables ({unit})");
        let each = "at least one for the lead and for each co-handler";
        desk.ensure(owes, Code::FieldMissing, given, each)?;
    }
    Ok(())
}

/// Enough of the units that were named are there; others who came do not count.
fn quorum(
    desk: &Desk<'_>,
    decision: &CoordinationDecision,
    rule: &CoordinationRow,
) -> Result<(), Refusal> {
    let meeting = desk.case.coordination.as_ref();
    let named: BTreeSet<&UnitId> = meeting.iter().flat_map(|meeting| &meeting.units).collect();
    let present = decision.present.iter().collect::<BTreeSet<_>>();
    let there = named.intersection(&present).count();
    let needed = (named.len() * rule.quorum_percent as usize).div_ceil(100);
    let given = format!("{there}/{}", named.len());
    desk.ensure(there >= needed, Code::QuorumMissing, given, needed)
}

/// Units that the decision does not name are out; those it names go on without their requests.
fn replace_legs(desk: &mut Desk<'_>, decision: &CoordinationDecision) {
    let mut named = vec![&decision.lead];
    named.extend(&decision.co_handlers);
    let out: Vec<LegNo> = desk
        .case
        .live_legs()
        .filter(|leg| !named.contains(&&leg.unit))
        .map(|leg| leg.no)
        .collect();
    for leg in out {
        dispatch::end_leg(desk, leg);
    }
    overrule_requests(desk, &named, "decision");
}

/// The decided time runs from the decision, which is a duty of its own: nobody is late, or carded,
/// by what was used up before. A miss before it stays counted.
fn set_handling(desk: &mut Desk<'_>, decision: &CoordinationDecision) -> Result<(), Refusal> {
    let percent = desk.row()?.rework.restore_percent;
    match (decision.handle, desk.case.handling().cloned()) {
        (Some(limit), _) => {
            desk.cancel_clock(HANDLE);
            desk.start_clock(HANDLE, limit);
        }
        (None, Some(old)) if !old.is_owed() => restart_handling(desk, percent, "decision"),
        (None, _) => {}
    }
    Ok(())
}

#[cfg(test)]
mod decision_tests;
#[cfg(test)]
mod tests;
