//! What people try although it is not allowed. Every try must be refused; the refusals are counted.

use super::plan::Plan;
use super::world::World;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::stage::{Outcome, Stage};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::LegNo;

/// Tries by turns, so that every kind comes.
#[derive(Default)]
pub(super) struct Provoked {
    turn: usize,
}

impl Provoked {
    /// Something that is not allowed in this case as it stands.
    pub(super) fn next(&mut self, plan: &Plan, case: &Case, world: &World) -> Option<(Actor, C)> {
        let tries = tries(plan, case, world);
        self.turn += 1;
        let place = self.turn.checked_rem(tries.len())?;
        tries.into_iter().nth(place)
    }
}

fn tries(plan: &Plan, case: &Case, world: &World) -> Vec<(Actor, C)> {
    let mut tries = Vec::new();
    let stranger = world
        .city
        .holder("dept-finance", Role::DepartmentHandler, plan.no);
    let auditor = world.city.holder("district", Role::Auditor, 0);
    let dispatcher = world.city.holder("centre", Role::Dispatcher, plan.no);
    let gone = Actor::new("P-9999", Role::Dispatcher, "centre");
    if let Some(auditor) = auditor {
        let note = "请加快".to_owned();
        tries.push((auditor, C::Urge { note }));
    }
    tries.push((
        gone,
        C::ProposeVoid {
            reason: "误报".to_owned(),
        },
    ));
    let (Some(stranger), Some(dispatcher)) = (stranger, dispatcher) else {
        return tries;
    };
    tries.push((stranger.clone(), C::Acknowledge { leg: LegNo(99) }));
    tries.push((stranger.clone(), respond()));
    tries.push((dispatcher.clone(), C::ConfirmVoid {}));
    tries.push((dispatcher.clone(), C::Merge { into: plan.id }));
    if case.class == Some(CaseClass::OnTheSpot) {
        let reason = "延期".to_owned();
        let limit = gridwhistle::domain::calendar::Limit::WorkingDays(1);
        tries.push((stranger, C::RequestExtension { limit, reason }));
    }
    if case.stage.is_some_and(Stage::is_end) {
        let note = "请加快".to_owned();
        tries.push((dispatcher, C::Urge { note }));
    }
    tries
}

fn respond() -> C {
    C::Respond {
        outcome: Outcome::Resolved,
        reply: "已办结".to_owned(),
        evidence: Vec::new(),
        elements: None,
    }
}
