//! Supervision and the other ends: urges, cards, withdrawal, voiding, reopening.

use super::{Scene, Step, step};
use crate::demo::plan::Quirk as Q;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::{CallbackResult, CaseCommand as C, ReopenGround};
use gridwhistle::domain::case::stage::{Card, Stage};

/// What may come at any time of an open case.
pub(super) fn early(scene: &mut Scene<'_>, stage: Stage) -> Option<Step> {
    // Over papers of a principal nothing ends; that they are handed back comes first.
    let mut mandates = scene.case.mandate.iter();
    let papers_out = mandates.any(|state| !state.papers_out.is_empty());
    if let Some(first) = &scene.case.void_proposed_by
        && !papers_out
        && stage != Stage::Voided
        && scene.has(Q::Void)
    {
        let second = scene
            .duty_chief()
            .filter(|chief| chief.person != first.person);
        let at = scene.soon(30, 300);
        return Some(step(at, second, C::ConfirmVoid {})?.spending(Q::Void));
    }
    let busy = matches!(stage, Stage::InProgress | Stage::Dispatched);
    let untouched = scene.case.void_proposed_by.is_none();
    if scene.has(Q::Void) && untouched && (stage == Stage::Closed || busy) {
        let reason = "误报测试件".to_owned();
        let at = scene.soon(60, 900);
        return step(at, scene.dispatcher(), C::ProposeVoid { reason });
    }
    if !busy {
        return None;
    }
    let reporter = scene.case.reported_by.clone();
    let own = scene.case.handler.as_ref().map(|handler| &handler.person)
        == reporter.as_ref().map(|reporter| &reporter.person);
    if scene.has(Q::Withdraw) && !scene.case.safety && !papers_out && !own {
        let reason = "问题已自行解决".to_owned();
        let at = scene.wall(90, 1_500);
        return Some(step(at, reporter, C::Withdraw { reason })?.spending(Q::Withdraw));
    }
    supervised(scene)
}

fn supervised(scene: &mut Scene<'_>) -> Option<Step> {
    let supervisor = scene.holder("district", Role::Supervisor);
    if scene.has(Q::Urge) {
        let note = "请加快办理并反馈进展".to_owned();
        let at = scene.soon(120, 900);
        return Some(step(at, supervisor, C::Urge { note })?.spending(Q::Urge));
    }
    if scene.has(Q::YellowCard) {
        let command = C::RaiseCard {
            card: Card::Yellow,
            rule: "leader".to_owned(),
            emergency: false,
            note: "督办：群众多次反映".to_owned(),
        };
        let at = scene.soon(200, 1_200);
        return Some(step(at, supervisor, command)?.spending(Q::YellowCard));
    }
    if scene.has(Q::LiftCard) && scene.case.standing_cards(Card::Yellow) > 0 {
        let command = C::LiftCard {
            card: Card::Yellow,
            reason: "已整改，撤销督办".to_owned(),
        };
        let at = scene.soon(200, 900);
        let leader: Option<Actor> = scene.holder("district", Role::DistrictLeader);
        return Some(step(at, leader, command)?.spending(Q::LiftCard));
    }
    None
}

/// After sign-off.
pub(super) fn closed(scene: &mut Scene<'_>) -> Option<Step> {
    if !scene.has(Q::Reopen) || scene.case.reopens > 0 {
        return super::opinion::asked(scene);
    }
    let again = scene.neighbour();
    let upheld = scene.case.resident_agrees == Some(false);
    if !upheld && (scene.dice.hits(60) || again.is_none()) {
        let command = super::opinion::call(scene.plan, CallbackResult::Disputed);
        let at = scene.soon(300, 4_000);
        return step(at, super::sign::caller(scene), command);
    }
    let command = C::Reopen {
        ground: if upheld {
            ReopenGround::DisputeUpheld
        } else {
            ReopenGround::SameProblem
        },
        note: "居民反映问题反弹，经核属实".to_owned(),
        same_as: again.filter(|_| !upheld),
    };
    let at = scene.soon(60, 600);
    Some(step(at, scene.community(), command)?.spending(Q::Reopen))
}
