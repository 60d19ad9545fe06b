//! Who does what next in a case: a person, a command, and how long they take. Read from the case
//! as it stands, so that what timers did in between is seen; what people intend is in the plan.
//!
//! Decides no rule: a command that the rules refuse is a fault here, and stops the demo.

mod content;
mod ends;
mod intake;
mod legs;
mod meeting;
mod opinion;
mod pause;
mod proxy;
mod sign;

use super::dice::Dice;
use super::plan::{Plan, Quirk};
use super::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{CaseId, UnitId};

pub(super) use content::{personal_data, subject};

/// What comes next in a case.
pub(super) struct Step {
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Who and what; none: look again then.
    pub(super) act: Option<(Actor, CaseCommand)>,
    /// The quirk that is done with it.
    pub(super) spends: Option<Quirk>,
}

impl Step {
    fn spending(mut self, quirk: Quirk) -> Self {
        self.spends = Some(quirk);
        self
    }
}

/// A case before someone's eyes.
pub(super) struct Scene<'a> {
    pub(super) case: &'a Case,
    pub(super) plan: &'a Plan,
    pub(super) todo: &'a std::collections::BTreeSet<Quirk>,
    pub(super) world: &'a World,
    pub(super) now: DateTime<Utc>,
    pub(super) dice: &'a mut Dice,
}

/// The next step of people in a case, if there is one.
pub(super) fn next(scene: &mut Scene<'_>) -> Option<Step> {
    let Some(stage) = scene.case.stage else {
        return intake::report(scene);
    };
    if scene.plan.stuck == Some(stage) {
        return None;
    }
    if let Some(step) = ends::early(scene, stage) {
        return Some(step);
    }
    match stage {
        Stage::Reported => intake::accept(scene),
        Stage::Accepted => intake::onward(scene),
        Stage::Whistled => intake::whistled(scene),
        Stage::Coordinating => meeting::sit(scene),
        Stage::Dispatched | Stage::InProgress => working(scene),
        Stage::Suspended => pause::suspended(scene),
        Stage::Responded => sign::responded(scene),
        Stage::Closed => ends::closed(scene),
        _ => None,
    }
}

fn working(scene: &mut Scene<'_>) -> Option<Step> {
    match scene.case.class? {
        CaseClass::OnTheSpot => legs::direct(scene),
        CaseClass::Proxy => proxy::work(scene),
        _ => legs::work(scene),
    }
}

impl Scene<'_> {
    fn has(&self, quirk: Quirk) -> bool {
        self.todo.contains(&quirk)
    }

    fn class(&self) -> CaseClass {
        self.case.class.unwrap_or(self.plan.class)
    }

    /// After so many minutes of working time.
    fn soon(&mut self, low: i64, high: i64) -> DateTime<Utc> {
        let minutes = self.dice.between(low, high);
        self.world.working(self.now, minutes)
    }

    /// After so many minutes on the wall.
    fn wall(&mut self, low: i64, high: i64) -> DateTime<Utc> {
        self.now + TimeDelta::minutes(self.dice.between(low, high))
    }

    /// Not before an instant, in working time.
    fn not_before(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.world.working(at.max(self.now), 1)
    }

    /// One who holds a role at a place; who it is, is settled for the case.
    fn holder(&self, place: &str, role: Role) -> Option<Actor> {
        self.world.city.holder(place, role, self.plan.no)
    }

    fn officer(&self) -> Option<Actor> {
        self.holder(&self.plan.spot.level_one, Role::GridOfficer)
    }

    fn leader(&self) -> Option<Actor> {
        self.holder(&self.plan.spot.level_one, Role::GridLeader)
    }

    fn community(&self) -> Option<Actor> {
        self.holder(&self.plan.spot.community, Role::CommunityStaff)
    }

    fn street(&self) -> Option<Actor> {
        self.holder(&self.plan.spot.street, Role::StreetStaff)
    }

    fn street_leader(&self) -> Option<Actor> {
        self.holder(&self.plan.spot.street, Role::StreetLeader)
    }

    fn dispatcher(&self) -> Option<Actor> {
        self.holder("centre", Role::Dispatcher)
    }

    fn duty_chief(&self) -> Option<Actor> {
        self.holder("centre", Role::DutyChief)
    }

    fn resident(&self) -> Actor {
        Actor::new(subject(self.plan).as_str(), Role::Resident, "")
    }

    /// Whoever speaks for a unit.
    fn speaker(&self, unit: &UnitId) -> Option<Actor> {
        self.world.city.speaker(unit.as_str(), self.plan.no)
    }

    fn rule(&self) -> Option<&super::world::Rule> {
        self.world.precedents.get(&self.plan.matter.code)
    }

    /// A case of the same street to be merged into; whether it is still open, is found out later.
    fn neighbour(&self) -> Option<CaseId> {
        let recent = self.world.recent.get(&self.plan.spot.street)?;
        let mut others = recent.iter().rev();
        others.find(|case| **case != self.plan.id).copied()
    }
}

/// A person does something at an instant.
fn step(at: DateTime<Utc>, actor: Option<Actor>, command: CaseCommand) -> Option<Step> {
    Some(Step {
        at,
        act: Some((actor?, command)),
        spends: None,
    })
}

/// Nothing until an instant.
fn look_again(at: DateTime<Utc>) -> Option<Step> {
    Some(Step {
        at,
        act: None,
        spends: None,
    })
}
