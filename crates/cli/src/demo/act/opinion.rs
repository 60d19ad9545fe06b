//! What residents say when they are called back, and where on the map their problems are. All of it
//! follows from the plan, without a throw of the dice.

use super::{Scene, Step, step};
use crate::demo::plan::Plan;
use gridwhistle::domain::calendar::Month;
use gridwhistle::domain::case::command::{CallbackResult as R, CaseCommand as C};
use gridwhistle::domain::case::record::Point;
use gridwhistle::domain::policy::satisfaction::SatisfactionRules;
use gridwhistle::domain::satisfaction::Satisfaction as S;
use gridwhistle::domain::score::sample::draw;

/// Of those who find their problem solved; one in eight does not say.
const SOLVED: [Option<S>; 8] = [
    Some(S::VerySatisfied),
    Some(S::Satisfied),
    Some(S::MostlySatisfied),
    Some(S::VerySatisfied),
    Some(S::Dissatisfied),
    Some(S::Satisfied),
    None,
    Some(S::Satisfied),
];
/// Of those who do not.
const UNSOLVED: [Option<S>; 3] = [
    Some(S::Dissatisfied),
    Some(S::VeryDissatisfied),
    Some(S::MostlySatisfied),
];

fn turn<T: Copy>(all: &[T], no: u64) -> Option<T> {
    let place = no % u64::try_from(all.len()).ok()?;
    all.get(usize::try_from(place).ok()?).copied()
}

/// A callback with what the resident says.
pub(super) fn call(plan: &Plan, result: R) -> C {
    let satisfaction = match result {
        R::Confirmed => turn(&SOLVED, plan.no).flatten(),
        R::Disputed => turn(&UNSOLVED, plan.no / 7).flatten(),
        R::Unreachable => None,
    };
    C::RecordCallback {
        result,
        note: String::new(),
        satisfaction,
    }
}

/// After sign-off the sample is called, and every third case of a resident besides; one in seven is
/// not reached.
pub(super) fn asked(scene: &Scene<'_>) -> Option<Step> {
    let (closed, reported) = (scene.case.closed_at?, scene.case.reported_at?);
    let (plan, percent) = (scene.plan, SatisfactionRules::default().callback_percent);
    let drawn = u32::from(draw(plan.id, reported, Month::of(closed))) < percent;
    let wanted = drawn || (plan.resident && plan.no % 3 == 0);
    if !wanted || scene.case.callbacks > 0 {
        return None;
    }
    let result = match plan.no % 7 {
        3 => R::Unreachable,
        5 => R::Disputed,
        _ => R::Confirmed,
    };
    let minutes = 60 + i64::try_from(plan.no % 9).unwrap_or(0) * 70;
    let at = scene.world.working(scene.now, minutes);
    step(at, super::sign::caller(scene), call(plan, result))
}

/// One of three places of the grid: a corner, twenty-seven metres from it, and two hundred. Every
/// ninth report comes without one.
pub(super) fn point(plan: &Plan) -> Option<Point> {
    if plan.no % 9 == 8 {
        return None;
    }
    let moved = turn(&[[-900, 0], [-720, 180], [900, 0]], plan.no)?;
    crate::demo::city::plan::near(&plan.spot.grid, moved)
}
