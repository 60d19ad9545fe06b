//! The units at work: acknowledge, contact, report in, return, note, complete, respond.

use super::intake::wait;
use super::{Scene, Step, meeting, pause, step};
use crate::demo::plan::Quirk as Q;
use crate::demo::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::clock::ClockId;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::fact::Disclosure;
use gridwhistle::domain::case::record::{Attendance, Part};
use gridwhistle::domain::case::stage::{ClockKind, LegStage, Stage};
use gridwhistle::domain::case::{Case, Leg};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::policy::rows::EvidenceKind;

/// 即办件: the officer does it.
pub(super) fn direct(scene: &mut Scene<'_>) -> Option<Step> {
    let up = scene.plan.matter.classes.contains(&CaseClass::TimeLimited);
    if scene.has(Q::Reclassify) && up {
        let command = C::Reclassify {
            to: CaseClass::TimeLimited,
            reason: "网格无力处置，需责任单位办理".to_owned(),
        };
        let at = scene.soon(20, 200);
        return Some(step(at, scene.officer(), command)?.spending(Q::Reclassify));
    }
    let at = target(scene);
    let command = respond(scene);
    step(at, scene.officer(), command)
}

/// A case with legs.
pub(super) fn work(scene: &mut Scene<'_>) -> Option<Step> {
    if let Some(step) = returns(scene).or_else(|| received(scene)) {
        return Some(step);
    }
    if scene.case.stage != Some(Stage::InProgress) {
        // Only the lead's acknowledgement is missing; the clock will see to it.
        return wait(scene, 60, 120);
    }
    pause::asked(scene)
        .or_else(|| meeting::raised(scene))
        .or_else(|| moved(scene))
        .or_else(|| noted(scene))
        .or_else(|| parts(scene))
        .or_else(|| answer(scene))
}

/// 退单.
fn returns(scene: &mut Scene<'_>) -> Option<Step> {
    let asked = leg_at(scene, &[LegStage::ReturnRequested]);
    if let Some(leg) = asked {
        let at = scene.soon(20, 300);
        let actor = scene.dispatcher();
        if scene.has(Q::ReturnRefused) {
            let reason = "属该单位法定职责，不予退单".to_owned();
            let refused = step(
                at,
                actor,
                C::RefuseReturn {
                    leg: leg.no,
                    reason,
                },
            )?;
            return Some(refused.spending(Q::ReturnRefused));
        }
        return step(at, actor, C::ApproveReturn { leg: leg.no });
    }
    let wanted = [Q::Return1, Q::Return2, Q::Return3, Q::ReturnRefused];
    let quirk = wanted.into_iter().find(|quirk| scene.has(*quirk))?;
    let leg = leg_at(scene, &[LegStage::Pending])?;
    let used = scene.case.returns_by_unit.contains_key(&leg.unit);
    let late = scene.now > scene.world.working(leg.opened_at, 240);
    let meeting = scene.case.coordination.is_some();
    if leg.part != Part::Lead || used || late || meeting || scene.class() == CaseClass::Special {
        return None;
    }
    let reasons = ["not_competent", "wrong_matter", "facts_unclear"];
    let command = C::RequestReturn {
        leg: leg.no,
        reason: (*scene.dice.pick(&reasons)).to_owned(),
        legal_basis: "《职责清单》第十二条".to_owned(),
    };
    let at = scene.soon(10, 60);
    let asked = step(at, scene.speaker(&leg.unit), command)?;
    // A refusal is spent when it is given.
    Some(if quirk == Q::ReturnRefused {
        asked
    } else {
        asked.spending(quirk)
    })
}

/// 签收, 联系, 报到.
fn received(scene: &mut Scene<'_>) -> Option<Step> {
    if let Some(leg) = leg_at(scene, &[LegStage::Pending]) {
        if scene.has(Q::NoAck) && leg.part == Part::Lead {
            return None;
        }
        let slow = World::slowness(&leg.unit);
        let at = scene.soon(3, 45 * slow / 100);
        return step(at, scene.speaker(&leg.unit), C::Acknowledge { leg: leg.no });
    }
    let ratify = scene
        .case
        .whistle
        .as_ref()
        .is_some_and(|whistle| whistle.awaiting_ratification);
    if ratify && !scene.has(Q::Lapse) {
        let at = scene.wall(60, 900);
        return step(at, scene.street_leader(), C::RatifyWhistle {});
    }
    let whistle = scene.class() == CaseClass::Undertaken;
    let active = [LegStage::Acknowledged, LegStage::Working];
    let mut legs = scene
        .case
        .live_legs()
        .filter(|leg| active.contains(&leg.stage));
    let leg = legs.find(|leg| {
        let counts = whistle || leg.part == Part::Lead;
        let special = scene.class() == CaseClass::Special && leg.part == Part::Lead;
        let come = leg.reported_in_at.is_some() || leg.report_in_waived;
        (counts && untold(scene.case, leg)) || ((whistle || special) && !come)
    })?;
    let leg = leg.clone();
    let slow = World::slowness(&leg.unit);
    if untold(scene.case, &leg) {
        let command = C::ContactResident {
            leg: Some(leg.no),
            means: (*scene.dice.pick(&["telephone", "on_the_spot", "message"])).to_owned(),
            note: "已说明办理时限和联系人".to_owned(),
        };
        let at = scene.soon(15, 240 * slow / 100);
        return step(at, scene.speaker(&leg.unit), command);
    }
    report_in(scene, &leg, slow)
}

/// Whether a unit has still to speak with the resident; the lead does so for each response.
fn untold(case: &Case, leg: &Leg) -> bool {
    leg.contacted_at.is_none() || (leg.part == Part::Lead && case.contacts == 0)
}

fn report_in(scene: &mut Scene<'_>, leg: &Leg, slow: i64) -> Option<Step> {
    let at = scene.soon(30, 900 * slow / 100);
    if scene.has(Q::WaiveReportIn) && leg.unit.as_str() != scene.plan.spot.street {
        let command = C::WaiveReportIn {
            leg: leg.no,
            reason: "线上已会商，免于到场".to_owned(),
        };
        return Some(step(at, scene.street(), command)?.spending(Q::WaiveReportIn));
    }
    let actor = scene.speaker(&leg.unit)?;
    let command = C::ReportIn {
        leg: leg.no,
        attendance: Attendance {
            person: actor.person.clone(),
            role: actor.role,
            place: "现场".to_owned(),
        },
        evidence: vec![scene.paper(EvidenceKind::ReportInRecord)],
    };
    step(at, Some(actor), command)
}

/// Up to a class with more force.
fn moved(scene: &mut Scene<'_>) -> Option<Step> {
    let up = scene.plan.matter.classes.contains(&CaseClass::Undertaken);
    let owed = scene.case.handling()?;
    if !scene.has(Q::Reclassify) || !up || scene.class() != CaseClass::TimeLimited {
        return None;
    }
    let at = scene.soon(60, 300);
    if at >= owed.marks.due {
        return None;
    }
    let command = C::Reclassify {
        to: CaseClass::Undertaken,
        reason: "涉及多部门职责，升级为承办件".to_owned(),
    };
    Some(step(at, scene.dispatcher(), command)?.spending(Q::Reclassify))
}

/// Progress notes, answers to urges, disclosure of a resolution.
fn noted(scene: &mut Scene<'_>) -> Option<Step> {
    let lead = scene.case.lead()?.clone();
    if scene.case.urge_unanswered_since.is_some() && scene.has(Q::AnswerUrge) {
        let at = scene.soon(60, 600);
        let reason = "已安排施工队伍，正在推进".to_owned();
        let actor = scene.speaker(&lead.unit);
        return Some(step(at, actor, C::AnswerUrge { reason })?.spending(Q::AnswerUrge));
    }
    if scene.class() == CaseClass::Special
        && !scene.case.disclosed.contains(&Disclosure::Resolution)
    {
        let at = scene.soon(60, 900);
        let command = C::Disclose {
            what: Disclosure::Resolution,
            place: "社区公示栏".to_owned(),
        };
        return step(at, scene.community(), command);
    }
    let actor = scene.speaker(&lead.unit);
    let note = C::RecordProgress {
        leg: Some(lead.no),
        note: "按计划推进，已完成现场勘查".to_owned(),
    };
    if scene.has(Q::Progress) {
        let at = scene.soon(120, 700);
        return Some(step(at, actor, note)?.spending(Q::Progress));
    }
    let progress = scene.case.owed(ClockId::case(ClockKind::Progress))?;
    let due = progress.marks.due;
    if scene.has(Q::Silent) || target(scene) < due {
        return None;
    }
    let before = TimeDelta::hours(scene.dice.between(3, 30));
    let at = scene.not_before(due - before);
    step(at, actor, note)
}

/// The co-handlers' parts.
fn parts(scene: &mut Scene<'_>) -> Option<Step> {
    let mut others = scene
        .case
        .live_legs()
        .filter(|leg| leg.part == Part::CoHandler);
    let open = others.find(|leg| matches!(leg.stage, LegStage::Acknowledged | LegStage::Working));
    if let Some(leg) = open.cloned() {
        let slow = World::slowness(&leg.unit);
        let at = scene.soon(60, 700 * slow / 100);
        if scene.has(Q::WaiveLeg) {
            let reason = "经核实无需该单位参与".to_owned();
            let waived = step(
                at,
                scene.dispatcher(),
                C::WaiveLeg {
                    leg: leg.no,
                    reason,
                },
            )?;
            return Some(waived.spending(Q::WaiveLeg));
        }
        let command = C::CompleteLeg {
            leg: leg.no,
            result: "本单位任务已完成".to_owned(),
        };
        return step(at, scene.speaker(&leg.unit), command);
    }
    if scene.class() != CaseClass::Special {
        return None;
    }
    let done = leg_at(scene, &[LegStage::Done])?;
    let lead = scene.case.lead()?.unit.clone();
    let at = scene.soon(20, 240);
    step(at, scene.speaker(&lead), C::ConfirmLeg { leg: done.no })
}

fn answer(scene: &mut Scene<'_>) -> Option<Step> {
    let lead = scene.case.lead()?.unit.clone();
    let at = target(scene);
    let command = respond(scene);
    step(at, scene.speaker(&lead), command)
}

fn respond(scene: &mut Scene<'_>) -> C {
    C::Respond {
        outcome: scene.plan.outcome,
        reply: scene.reply(),
        evidence: scene.results(),
        elements: Some(scene.elements()),
    }
}

/// When the handling ends: by the pace of the plan and of the unit, or soon after a rework.
pub(super) fn target(scene: &mut Scene<'_>) -> DateTime<Utc> {
    if scene.case.reworks > 0 || scene.case.reopens > 0 {
        return scene.soon(60, 900);
    }
    let slow = scene
        .case
        .lead()
        .map_or(100, |lead| World::slowness(&lead.unit));
    // Whoever is late is late for reasons of the case; a slow unit only uses more of its time.
    let pace = match scene.plan.pace {
        pace @ ..=99 => (pace * slow / 100).min(if slow > 100 { 112 } else { 98 }),
        pace => pace,
    };
    match scene.case.handling() {
        Some(clock) => {
            let span = clock.marks.due - clock.started_at;
            let minutes = (span.num_minutes() * pace / 100).max(5);
            scene.not_before(clock.started_at + TimeDelta::minutes(minutes))
        }
        None => scene.soon(60, 600),
    }
}

fn leg_at(scene: &Scene<'_>, stages: &[LegStage]) -> Option<Leg> {
    let mut legs = scene.case.live_legs();
    legs.find(|leg| stages.contains(&leg.stage)).cloned()
}

/// A unit's actor, for those who look for somebody else.
pub(super) fn lead_actor(scene: &Scene<'_>) -> Option<Actor> {
    scene.speaker(&scene.case.lead()?.unit)
}
