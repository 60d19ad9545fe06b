//! 代办: the grid officer as agent, from the mandate to the hand-back.

use super::{Scene, Step, step};
use crate::demo::plan::Quirk as Q;
use chrono::TimeDelta;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::clock::ClockId;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::record::{Mandate, Reporter};
use gridwhistle::domain::case::stage::{ClockKind, MandateStage};

const PAPERS: [&str; 3] = ["身份证复印件", "户口簿复印件", "申请表"];

pub(super) fn work(scene: &mut Scene<'_>) -> Option<Step> {
    let Some(state) = scene.case.mandate.as_ref() else {
        return mandate(scene);
    };
    match state.stage {
        MandateStage::AwaitingMandate => mandate(scene),
        MandateStage::Mandated => submit(scene),
        MandateStage::Submitted => window(scene),
        MandateStage::AwaitingMaterials => {
            let materials = state.missing.iter().cloned().collect();
            let at = scene.soon(400, 1_900);
            step(at, agent(scene), C::SupplyMaterials { materials })
        }
        MandateStage::Decided => {
            let papers = state.papers_out.iter().cloned().collect();
            let signature = scene.number("签收");
            let at = scene.soon(60, 560);
            step(at, agent(scene), C::HandBack { papers, signature })
        }
        MandateStage::HandedBack | MandateStage::Revoked => None,
    }
}

/// The one who may act: the handler, or the substitute.
fn agent(scene: &Scene<'_>) -> Option<Actor> {
    let state = scene.case.mandate.as_ref();
    let person = state.map(|state| &state.agent)?;
    let officers = scene
        .world
        .city
        .holders(&scene.plan.spot.level_one, Role::GridOfficer);
    officers
        .iter()
        .find(|actor| actor.person == *person)
        .cloned()
}

fn mandate(scene: &mut Scene<'_>) -> Option<Step> {
    let at = scene.soon(40, 420);
    if scene.has(Q::DeclineMandate) {
        let reason = "mandate_declined".to_owned();
        let declined = step(at, scene.officer(), C::DeclineMandate { reason })?;
        return Some(declined.spending(Q::DeclineMandate));
    }
    let command = C::GrantMandate {
        mandate: Mandate {
            principal: Reporter {
                subject: super::subject(scene.plan),
                details: None,
            },
            guardian: None,
            scope: vec![scene.plan.matter.code.to_string()],
            papers: PAPERS.map(str::to_owned).to_vec(),
            expires_at: scene.now + TimeDelta::days(120),
            identity_check: "当面核验身份证原件".to_owned(),
        },
    };
    step(at, scene.officer(), command)
}

fn submit(scene: &mut Scene<'_>) -> Option<Step> {
    let at = scene.soon(60, 460);
    if scene.has(Q::Substitute) {
        let officers = scene
            .world
            .city
            .holders(&scene.plan.spot.level_one, Role::GridOfficer);
        let state = scene.case.mandate.as_ref()?;
        let other = officers.iter().find(|actor| actor.person != state.agent)?;
        let command = C::SubstituteAgent {
            agent: other.person.clone(),
            principal_told: true,
        };
        return Some(step(at, scene.leader(), command)?.spending(Q::Substitute));
    }
    let command = C::SubmitToWindow {
        window: scene.world.unit_for(&scene.plan.matter.code, &[]),
        receipt: scene.number("受理"),
        item: scene.plan.matter.code.to_string(),
    };
    step(at, agent(scene), command)
}

fn window(scene: &mut Scene<'_>) -> Option<Step> {
    if scene.has(Q::Revoke) {
        let state = scene.case.mandate.as_ref()?;
        let papers = state.papers_out.iter().cloned().collect();
        let at = scene.soon(200, 1_200);
        let actor = Some(scene.resident());
        return Some(step(at, actor, C::RevokeMandate { papers })?.spending(Q::Revoke));
    }
    if scene.has(Q::Materials) {
        let at = scene.soon(120, 700);
        let command = C::RequestMaterials {
            materials: vec!["近期照片".to_owned(), "居住证明".to_owned()],
            notice: scene.number("补正"),
        };
        return Some(step(at, agent(scene), command)?.spending(Q::Materials));
    }
    let clock = scene.case.owed(ClockId::case(ClockKind::Statutory))?;
    let span = (clock.marks.due - clock.started_at).num_minutes();
    let from = clock.started_at + TimeDelta::minutes(span * scene.plan.pace.min(130) / 100);
    let at = scene.not_before(from);
    let refuses = scene.has(Q::WindowRefuses);
    let command = C::RecordDecision {
        granted: !refuses,
        reason: if refuses {
            "不符合参保条件，已书面说明".to_owned()
        } else {
            String::new()
        },
        document: scene.number("决定"),
        decided_at: None,
    };
    Some(step(at, agent(scene), command)?.spending(Q::WindowRefuses))
}
