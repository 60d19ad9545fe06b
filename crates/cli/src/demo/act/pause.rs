//! More time, and time that stands: extension, suspension, long-term hold.

use super::legs::lead_actor;
use super::{Scene, Step, look_again, step};
use crate::demo::plan::Quirk as Q;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::calendar::Limit;
use gridwhistle::domain::case::clock::Clock;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::policy::rows::EvidenceKind;

/// The handling clock in working days, if it is long enough to be spoken about and not yet due.
fn days(scene: &Scene<'_>, by: DateTime<Utc>) -> Option<(Clock, u32)> {
    let clock = scene.case.handling().filter(|clock| clock.is_running())?;
    let Limit::WorkingDays(days) = clock.limit else {
        return None;
    };
    (days >= 4 && by < clock.marks.due).then(|| (clock.clone(), days))
}

/// What is asked for or decided about time.
pub(super) fn asked(scene: &mut Scene<'_>) -> Option<Step> {
    if scene.case.extension_request.is_some() {
        return decided(scene);
    }
    extension(scene)
        .or_else(|| suspension(scene))
        .or_else(|| hold(scene))
}

fn extension(scene: &mut Scene<'_>) -> Option<Step> {
    let quirk = [Q::Extend, Q::ExtendDenied]
        .into_iter()
        .find(|quirk| scene.has(*quirk))?;
    let at = scene.soon(120, 900);
    let (_, days) = days(scene, at)?;
    let again = scene.case.reworks > 0 || scene.case.reopens > 0;
    if again || scene.case.extensions_granted > 0 {
        return None;
    }
    let command = C::RequestExtension {
        limit: Limit::WorkingDays((days / 3).clamp(1, 4)),
        reason: "需采购材料，工期较长".to_owned(),
    };
    let asked = step(at, lead_actor(scene), command)?;
    // A denial is spent when it is given.
    Some(if quirk == Q::Extend {
        asked.spending(quirk)
    } else {
        asked
    })
}

fn decided(scene: &mut Scene<'_>) -> Option<Step> {
    let at = scene.soon(30, 300);
    let actor = approver(scene);
    if scene.has(Q::ExtendDenied) {
        let reason = "理由不充分".to_owned();
        return Some(step(at, actor, C::DenyExtension { reason })?.spending(Q::ExtendDenied));
    }
    step(
        at,
        actor,
        C::GrantExtension {
            citizen_informed: true,
        },
    )
}

/// Who decides on time: the centre, or for special cases the street.
fn approver(scene: &Scene<'_>) -> Option<Actor> {
    if scene.class() == CaseClass::Special {
        scene.street_leader()
    } else {
        scene.dispatcher()
    }
}

fn suspension(scene: &mut Scene<'_>) -> Option<Step> {
    if !scene.has(Q::Suspend) {
        return None;
    }
    let at = scene.soon(60, 600);
    let (clock, days) = days(scene, at)?;
    if clock.suspended > 0 {
        return None;
    }
    let stands = i64::from(days) * 480 * scene.dice.between(20, 70) / 100;
    let reasons = ["waiting_material", "expert_appraisal", "force_majeure"];
    let command = C::Suspend {
        reason: (*scene.dice.pick(&reasons)).to_owned(),
        until: scene.world.working(scene.now, stands),
        proof: vec![scene.paper(EvidenceKind::Document)],
    };
    Some(step(at, approver(scene), command)?.spending(Q::Suspend))
}

fn hold(scene: &mut Scene<'_>) -> Option<Step> {
    let class = scene.class();
    if !scene.has(Q::Hold) || !matches!(class, CaseClass::Undertaken | CaseClass::Special) {
        return None;
    }
    let at = scene.soon(240, 1_500);
    let review = *scene.dice.pick(&[30, 45, 60]);
    let command = C::Hold {
        reason: (*scene.dice.pick(&["season", "engineering"])).to_owned(),
        review: Limit::NaturalDays(review),
        proof: vec![scene.paper(EvidenceKind::Document)],
    };
    Some(step(at, approver(scene), command)?.spending(Q::Hold))
}

/// While the case stands.
pub(super) fn suspended(scene: &mut Scene<'_>) -> Option<Step> {
    let held = scene.case.suspension.as_ref()?;
    if let Some(until) = held.until {
        // The clock takes it up again; people come back to it afterwards.
        return look_again(scene.not_before(until + TimeDelta::minutes(75)));
    }
    let since = held.since;
    if scene.has(Q::HoldReview) {
        let days = scene.dice.between(8, 18);
        let at = scene.not_before(since + TimeDelta::days(days));
        let command = C::ReviewHold {
            note: "现场复核，条件尚不具备".to_owned(),
            next: Limit::NaturalDays(30),
        };
        return Some(step(at, approver(scene), command)?.spending(Q::HoldReview));
    }
    if scene.has(Q::HoldResume) {
        let days = scene.dice.between(22, 40);
        let at = scene.not_before(since + TimeDelta::days(days));
        return Some(step(at, approver(scene), C::Resume {})?.spending(Q::HoldResume));
    }
    None
}
