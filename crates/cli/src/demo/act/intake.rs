//! From the report to the dispatch: intake desk, whistle, dispatch centre.

use super::{Scene, Step, look_again, step};
use crate::demo::plan::Quirk as Q;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::stage::Origin;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::UnitId;
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};

pub(super) fn report(scene: &mut Scene<'_>) -> Option<Step> {
    let form = scene.form();
    let at = scene.plan.reported_at.max(scene.now);
    if scene.has(Q::SelfHandled) && !scene.has(Q::Orphan) {
        let command = C::ReportHandled {
            form,
            matter: scene.plan.matter.code.clone(),
            outcome: scene.plan.outcome,
            reply: scene.reply(),
            evidence: scene.results(),
        };
        return step(at, scene.officer(), command);
    }
    let reporter = if scene.plan.resident {
        Some(scene.resident())
    } else {
        scene.officer()
    };
    step(at, reporter, C::Report { form })
}

pub(super) fn accept(scene: &mut Scene<'_>) -> Option<Step> {
    if scene.case.grid.is_none() {
        let grid = scene.plan.spot.grid.as_str().into();
        let at = scene.wall(15, 90);
        return step(at, scene.dispatcher(), C::AssignLocation { grid });
    }
    let at = scene.soon(8, 150);
    if let Some(step) = turned_away(scene, at) {
        return Some(step);
    }
    let actor = match scene.plan.class {
        CaseClass::OnTheSpot | CaseClass::Proxy => scene.officer(),
        _ if scene.plan.channel == "hotline_12345" => scene.dispatcher(),
        _ => scene.community(),
    };
    let code = &scene.plan.matter.code;
    let several = scene
        .world
        .serving
        .get(code)
        .is_some_and(|units| units.len() > 1);
    let command = C::Accept {
        class: scene.plan.class,
        matter: code.clone(),
        // Where two units serve a matter, no rule names the one: the centre dispatches by hand.
        manual_dispatch: several || scene.rule().is_some(),
        origin: scene.has(Q::Downward).then_some(Origin::Downward),
    };
    step(at, actor, command)
}

fn turned_away(scene: &mut Scene<'_>, at: chrono::DateTime<chrono::Utc>) -> Option<Step> {
    if scene.has(Q::Reject) {
        let reasons = [
            "not_in_catalogue",
            "not_verifiable",
            "judicial",
            "duplicate",
        ];
        let command = C::Reject {
            reason: (*scene.dice.pick(&reasons)).to_owned(),
            note: "已一次性告知反映人不予受理的理由及其他渠道".to_owned(),
        };
        return Some(step(at, scene.community(), command)?.spending(Q::Reject));
    }
    if scene.has(Q::TransferOut) {
        let to = *scene.dice.pick(&["petition", "judicial", "external"]);
        let command = C::TransferOut {
            to: to.to_owned(),
            reason: "属其他法定渠道办理事项".to_owned(),
        };
        return Some(step(at, scene.dispatcher(), command)?.spending(Q::TransferOut));
    }
    if let (true, Some(into)) = (scene.has(Q::Merge), scene.neighbour()) {
        return Some(step(at, scene.community(), C::Merge { into })?.spending(Q::Merge));
    }
    None
}

/// What follows acceptance, or a return, where nothing is dispatched yet.
pub(super) fn onward(scene: &mut Scene<'_>) -> Option<Step> {
    if scene.case.lead_disputed {
        return designate(scene);
    }
    match scene.class() {
        CaseClass::TimeLimited => {
            let at = scene.soon(15, 200);
            let actor = scene.dispatcher();
            dispatch(scene, at, actor, false)
        }
        CaseClass::Undertaken => undertaken(scene),
        CaseClass::Special => super::meeting::convene(scene),
        CaseClass::OnTheSpot | CaseClass::Proxy => None,
    }
}

fn undertaken(scene: &mut Scene<'_>) -> Option<Step> {
    if scene.case.origin == Some(Origin::Downward) {
        let undertaker = UnitId::from(scene.plan.spot.community.as_str());
        let at = scene.soon(30, 300);
        return step(at, scene.duty_chief(), C::Assign { undertaker });
    }
    let approved = scene
        .case
        .whistle
        .as_ref()
        .is_some_and(|whistle| whistle.approved_by.is_some());
    if scene.has(Q::Emergency) {
        let at = scene.wall(5, 25);
        let actor = scene.dispatcher();
        return Some(dispatch(scene, at, actor, true)?.spending(Q::Emergency));
    }
    let running = scene
        .case
        .whistle
        .as_ref()
        .is_some_and(|whistle| whistle.awaiting_ratification);
    if approved || running {
        let at = scene.soon(10, 120);
        let actor = scene.street();
        return dispatch(scene, at, actor, running);
    }
    blow(scene)
}

fn blow(scene: &mut Scene<'_>) -> Option<Step> {
    let declined = scene
        .case
        .whistle
        .as_ref()
        .is_some_and(|whistle| whistle.declined.is_some());
    let at = scene.soon(30, 420);
    let hard = scene.has(Q::Hard);
    let ground = *scene
        .dice
        .pick(&["resident_problem", "resident_problem", "joint_enforcement"]);
    let command = C::BlowWhistle {
        kind: if hard {
            WhistleKind::Hard
        } else {
            WhistleKind::Routine
        },
        ground: ground.to_owned(),
        targets: vec![scene.world.unit_for(&scene.plan.matter.code, &[])],
        prework: vec![scene.paper(EvidenceKind::BeforePhoto)],
        new_facts: if declined {
            "补充现场照片，居民再次反映".to_owned()
        } else {
            String::new()
        },
    };
    step(at, scene.leader(), command)
}

pub(super) fn whistled(scene: &mut Scene<'_>) -> Option<Step> {
    let whistle = scene.case.whistle.as_ref()?;
    if whistle.approved_by.is_some() {
        let at = scene.soon(10, 120);
        let actor = scene.street();
        return dispatch(scene, at, actor, false);
    }
    let hard = whistle.kind != WhistleKind::Routine;
    let at = scene.soon(15, 260);
    if scene.has(Q::Decline) {
        let reason = "前期处置不足，请先行协调物业".to_owned();
        let declined = step(at, scene.street(), C::DeclineWhistle { reason })?;
        return Some(declined.spending(Q::Decline));
    }
    let actor = if hard {
        scene.street_leader()
    } else {
        scene.street()
    };
    step(at, actor, C::ApproveWhistle {})
}

/// To the unit that serves the matter, or to whom a precedent names.
fn dispatch(
    scene: &mut Scene<'_>,
    at: chrono::DateTime<chrono::Utc>,
    actor: Option<Actor>,
    emergency: bool,
) -> Option<Step> {
    let returned: Vec<UnitId> = scene.case.returns_by_unit.keys().cloned().collect();
    // A time-limited case goes to one unit.
    let alone = scene.class() == CaseClass::TimeLimited;
    let cited = scene.rule().filter(|rule| {
        let fresh = !returned.contains(&rule.lead) && rule.case != scene.plan.id;
        fresh && !emergency && (!alone || rule.co_handlers.is_empty())
    });
    if let Some(rule) = cited {
        let command = C::Dispatch {
            lead: rule.lead.clone(),
            co_handlers: rule.co_handlers.clone(),
            emergency: false,
            precedent: Some(rule.case),
        };
        return step(at, actor, command);
    }
    let lead = scene.world.unit_for(&scene.plan.matter.code, &returned);
    let count = usize::from(scene.has(Q::CoHandler) && !alone) * 2;
    let command = C::Dispatch {
        co_handlers: scene.world.helpers(scene.plan, &lead, count),
        lead,
        emergency,
        precedent: None,
    };
    step(at, actor, command)
}

/// 权属裁定 of a lead that three units have returned, from above them all.
fn designate(scene: &mut Scene<'_>) -> Option<Step> {
    let at = scene.soon(60, 600);
    let unit = scene.world.unit_for(&scene.plan.matter.code, &[]);
    let precedent = scene.has(Q::Precedent).then(|| scene.precedent(&unit, &[]));
    let command = C::DesignateLead {
        unit,
        reason: "依据部门职责清单裁定".to_owned(),
        precedent,
    };
    let actor = scene.holder("district", Role::DistrictLeader);
    Some(step(at, actor, command)?.spending(Q::Precedent))
}

/// Nothing to do but to wait for the clock.
pub(super) fn wait(scene: &mut Scene<'_>, low: i64, high: i64) -> Option<Step> {
    look_again(scene.soon(low, high))
}
