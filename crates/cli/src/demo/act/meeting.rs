//! 专题协调: call, sit, adjourn, decide.

use super::{Scene, Step, step};
use crate::demo::plan::Quirk as Q;
use gridwhistle::domain::actor::{Actor, Rank, Role};
use gridwhistle::domain::calendar::Limit;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::fact::CoordinationDecision;
use gridwhistle::domain::case::record::Deliverable;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::UnitId;

/// The units of the meeting: the one that serves the matter, and two that help.
fn units(scene: &Scene<'_>) -> Vec<UnitId> {
    let standing = scene.case.lead().map(|lead| lead.unit.clone());
    let lead = standing.unwrap_or_else(|| scene.world.unit_for(&scene.plan.matter.code, &[]));
    let others = scene.world.helpers(scene.plan, &lead, 2);
    std::iter::once(lead).chain(others).collect()
}

pub(super) fn convene(scene: &mut Scene<'_>) -> Option<Step> {
    let command = C::Convene {
        units: units(scene),
        agenda: format!("专题研究：{}", scene.plan.matter.name.zh),
    };
    let at = scene.soon(240, 2_600);
    step(at, chair(scene), command)
}

/// Whoever may chair after what was adjourned so far.
fn chair(scene: &Scene<'_>) -> Option<Actor> {
    let needed = scene
        .case
        .coordination
        .as_ref()
        .and_then(|meeting| meeting.chair);
    if needed.is_some_and(|rank| rank > Rank::Street) {
        return scene.holder("district", Role::DistrictLeader);
    }
    scene.street_leader()
}

/// In the meeting.
pub(super) fn sit(scene: &mut Scene<'_>) -> Option<Step> {
    let at = scene.soon(60, 1_400);
    let actor = chair(scene);
    for quirk in [Q::Adjourn1, Q::Adjourn2] {
        if scene.has(quirk) {
            let reason = "权属单位未到会，择期再议".to_owned();
            return Some(step(at, actor, C::Adjourn { reason })?.spending(quirk));
        }
    }
    let named = scene.case.coordination.as_ref()?.units.clone();
    let (lead, others) = named.split_first()?;
    let (lead, others) = (lead.clone(), others.to_vec());
    let precedent = scene
        .has(Q::Precedent)
        .then(|| scene.precedent(&lead, &others));
    let special = scene.class() == CaseClass::Special;
    let owes = |unit: &UnitId| Deliverable {
        unit: unit.clone(),
        what: "按会议分工落实本单位任务".to_owned(),
    };
    let command = C::Decide {
        decision: CoordinationDecision {
            present: named.clone(),
            deliverables: named.iter().map(owes).collect(),
            handle: special.then_some(Limit::WorkingDays(15 + u32::from(scene.dice.hits(50)) * 10)),
            minutes: scene.hash("minutes"),
            lead,
            co_handlers: others,
        },
        precedent,
    };
    Some(step(at, actor, command)?.spending(Q::Precedent))
}

/// A meeting for a case that is stuck: proposed by the street, or by a red card.
pub(super) fn raised(scene: &mut Scene<'_>) -> Option<Step> {
    let met = scene
        .case
        .coordination
        .as_ref()
        .is_some_and(|meeting| meeting.decided);
    if met {
        return None;
    }
    let escalates = scene.has(Q::Escalate) && scene.case.reworks > 0;
    if scene.case.coordination_proposed {
        // Not every proposal is taken up.
        if escalates || scene.plan.no.is_multiple_of(3) {
            return Some(convene(scene)?.spending(Q::Escalate));
        }
        return None;
    }
    if !escalates {
        return None;
    }
    let cause = "多次返工，需专题协调".to_owned();
    let at = scene.soon(60, 500);
    step(at, scene.street(), C::ProposeCoordination { cause })
}
