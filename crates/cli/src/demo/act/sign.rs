//! After the response: verification, rework, callback, disclosure, the chain of signatures.

use super::{Scene, Step, look_again, opinion, step};
use crate::demo::plan::Quirk as Q;
use chrono::TimeDelta;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::{CallbackResult, CaseCommand as C};
use gridwhistle::domain::case::fact::Disclosure;
use gridwhistle::domain::case::record::Part;
use gridwhistle::domain::case::stage::LegStage;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::UnitId;
use gridwhistle::domain::policy::rows::{ClassRow, SignOffStep};

pub(super) fn responded(scene: &mut Scene<'_>) -> Option<Step> {
    let row = scene.world.policy.row(scene.class())?;
    if let Some(step) = rework(scene, row) {
        return Some(step);
    }
    let verified = scene.case.response.as_ref()?.verified.is_some();
    if row.verify.required && !verified {
        let at = scene.soon(40, 620);
        let note = "现场核查，情况属实".to_owned();
        return step(at, verifier(scene), C::VerifyPass { note });
    }
    if scene.class() == CaseClass::OnTheSpot && !scene.case.sampled {
        // Not drawn: the clock signs.
        return look_again(scene.now + TimeDelta::hours(30));
    }
    callback(scene, row)
        .or_else(|| made_good(scene, row))
        .or_else(|| signature(scene, row))
}

fn verifier(scene: &Scene<'_>) -> Option<Actor> {
    if scene.class() == CaseClass::OnTheSpot {
        return scene.leader();
    }
    if scene.class() == CaseClass::Special {
        // Both bodies look: the grid's party organisation first, then the street.
        let pending = &scene.case.response.as_ref()?.pending;
        return if pending.contains(&Role::StreetLeader) {
            scene.street_leader()
        } else {
            party_org(scene)
        };
    }
    if own_work(scene) {
        scene.street()
    } else {
        scene.community()
    }
}

/// Whether the grid's community has or had a part in the case: its people do not judge it then.
fn own_work(scene: &Scene<'_>) -> bool {
    let worked = |stage: LegStage| stage.is_live() || stage == LegStage::Ended;
    let mut legs = scene.case.legs.iter().filter(|leg| worked(leg.stage));
    legs.any(|leg| leg.unit.as_str() == scene.plan.spot.community)
}

/// The grid's party organisation; the district where its own community handled the case.
fn party_org(scene: &Scene<'_>) -> Option<Actor> {
    if own_work(scene) {
        scene.holder("district", Role::Supervisor)
    } else {
        scene.holder(&scene.plan.spot.level_one, Role::PartyOrgSecretary)
    }
}

fn rework(scene: &mut Scene<'_>, row: &ClassRow) -> Option<Step> {
    if scene.class() == CaseClass::Proxy || scene.case.reworks >= row.rework.max {
        return None;
    }
    let disputed = scene.case.resident_agrees == Some(false);
    let wanted = [Q::Rework1, Q::Rework2, Q::Rework3];
    let quirk = wanted.into_iter().find(|quirk| scene.has(*quirk));
    if !disputed && quirk.is_none() {
        return None;
    }
    let reasons = [
        "not_solved",
        "evidence_insufficient",
        "reply_vague",
        "came_back",
    ];
    let reason = if disputed {
        "resident_disputes"
    } else {
        *scene.dice.pick(&reasons)
    };
    let command = C::RequireRework {
        reason: reason.to_owned(),
        note: "退回重办".to_owned(),
    };
    let at = scene.soon(40, 500);
    let mut asked = step(at, verifier(scene), command)?;
    if !disputed {
        asked.spends = quirk;
    }
    Some(asked)
}

/// Who calls the resident back: never the unit that handled it.
pub(super) fn caller(scene: &Scene<'_>) -> Option<Actor> {
    let mut legs = scene.case.legs.iter();
    if legs.any(|leg| leg.unit.as_str() == scene.plan.spot.community) {
        scene.dispatcher()
    } else {
        scene.community()
    }
}

/// 回访, as often as the class asks for it.
fn callback(scene: &mut Scene<'_>, row: &ClassRow) -> Option<Step> {
    let called =
        scene.case.callbacks >= row.callback_attempts || scene.case.resident_agrees.is_some();
    let again = scene.case.resident_agrees == Some(false);
    let curious = [Q::Callback, Q::Dispute]
        .into_iter()
        .any(|quirk| scene.has(quirk));
    let unreachable = scene.has(Q::Unreachable) && row.callback_attempts > 0;
    if called && !again && !curious {
        return None;
    }
    let at = scene.soon(40, 500);
    let (result, spends) = if scene.has(Q::Dispute) && scene.case.reworks < row.rework.max {
        (CallbackResult::Disputed, Some(Q::Dispute))
    } else if unreachable && !called {
        (CallbackResult::Unreachable, None)
    } else {
        let spent = if scene.has(Q::Callback) {
            Q::Callback
        } else {
            Q::Dispute
        };
        (CallbackResult::Confirmed, Some(spent))
    };
    let mut call = step(at, caller(scene), opinion::call(scene.plan, result))?;
    call.spends = spends;
    Some(call)
}

/// What must stand before the first signature.
fn made_good(scene: &mut Scene<'_>, row: &ClassRow) -> Option<Step> {
    let missing = scene
        .case
        .live_legs()
        .find(|leg| leg.reported_in_at.is_none() && !leg.report_in_waived)
        .map(|leg| leg.no);
    if let (true, Some(leg)) = (row.report_in_required, missing) {
        let at = scene.soon(30, 240);
        let reason = "以书面材料代替到场".to_owned();
        return step(at, scene.street(), C::WaiveReportIn { leg, reason });
    }
    let owed = row.disclosure.implementation_before_sign_off;
    let told = scene.case.disclosed.contains(&Disclosure::Implementation);
    if owed && !told {
        let command = C::Disclose {
            what: Disclosure::Implementation,
            place: "社区公示栏".to_owned(),
        };
        let at = scene.soon(60, 600);
        return step(at, scene.community(), command);
    }
    None
}

fn signature(scene: &mut Scene<'_>, row: &ClassRow) -> Option<Step> {
    let at = scene.soon(30, 460);
    let next = row.sign_off.iter().find_map(|one| signer(scene, one))?;
    step(at, Some(next), C::SignOff {})
}

/// Who signs a step next; none when it is complete.
fn signer(scene: &Scene<'_>, chain: &SignOffStep) -> Option<Actor> {
    let signed: Vec<&Actor> = scene
        .case
        .signatures
        .iter()
        .filter(|(code, _)| *code == chain.step)
        .map(|(_, actor)| actor)
        .collect();
    if chain.every_co_handler {
        let co_handlers = scene
            .case
            .live_legs()
            .filter(|leg| leg.part == Part::CoHandler);
        let mut units = co_handlers.map(|leg| &leg.unit);
        let missing = units.find(|unit| signed.iter().all(|actor| actor.unit != **unit))?;
        return scene.speaker(missing);
    }
    if !signed.is_empty() {
        return None;
    }
    let lead = scene.case.lead().map(|lead| lead.unit.clone());
    let leads = |unit: &str| lead == Some(UnitId::from(unit));
    match chain.step.as_str() {
        "resident" => Some(scene.resident()),
        "grid_leader" => scene.leader(),
        "grid_party_org" => party_org(scene),
        "community" if leads(&scene.plan.spot.community) => scene.street_leader(),
        "community" => scene.community(),
        "street" => scene.street(),
        _ => scene.street_leader(),
    }
}
