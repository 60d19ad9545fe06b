//! 销号: where a case stands in the sign-off chain of its class.
//!
//! Which step comes next has its home here; the command decides by it, and the views name by it
//! who must act.

use super::Case;
use super::record::Part;
use crate::ids::UnitId;
use crate::policy::rows::{ClassRow, SignOffStep};

/// The first step of the chain that is not signed in full; none once the chain is complete.
#[must_use]
pub fn next_step<'r>(case: &Case, row: &'r ClassRow) -> Option<&'r SignOffStep> {
    row.sign_off.iter().find(|step| !is_complete(case, step))
}

/// Whether a step has all its signatures.
#[must_use]
pub fn is_complete(case: &Case, step: &SignOffStep) -> bool {
    if step.every_co_handler {
        return unsigned(case, step).is_empty();
    }
    case.signatures.iter().any(|(code, _)| *code == step.step)
}

/// Of the units that must each sign a step of every co-handler, those that have not, in the order
/// of dispatch.
#[must_use]
pub fn unsigned<'c>(case: &'c Case, step: &SignOffStep) -> Vec<&'c UnitId> {
    let signed = |unit: &UnitId| {
        let mut of_step = case
            .signatures
            .iter()
            .filter(|(code, _)| *code == step.step);
        of_step.any(|(_, actor)| actor.unit == *unit)
    };
    case.live_legs()
        .filter(|leg| leg.part == Part::CoHandler && !signed(&leg.unit))
        .map(|leg| &leg.unit)
        .collect()
}
