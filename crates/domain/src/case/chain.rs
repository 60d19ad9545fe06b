//! 销号: where a case stands in the sign-off chain of its class.
//!
//! Which step comes next has its home here; the command decides by it, and the views name by it
//! who must act.

use super::Case;
use super::record::Part;
use crate::actor::{Actor, Role};
use crate::ids::UnitId;
use crate::policy::rows::{ClassRow, Scope, SignOffStep};
use serde::Serialize;
use std::collections::BTreeSet;

/// One step of the chain as it stands, for people and pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Signing {
    /// The code of the step.
    pub step: String,
    /// The roles that may sign it.
    pub roles: BTreeSet<Role>,
    /// Roles above the area that may sign it from anywhere.
    pub above: BTreeSet<Role>,
    /// Whose office it is, relative to the case.
    pub scope: Scope,
    /// Who has signed.
    pub signed: Vec<Actor>,
    /// Units that have yet to sign; only where every co-handler signs.
    pub owed: Vec<UnitId>,
    /// Whether nothing of it is left to sign.
    pub complete: bool,
    /// Whether it is the one to be signed next.
    pub next: bool,
}

/// The whole chain of a case's class, with what is signed and which step is next.
#[must_use]
pub fn signings(case: &Case, row: &ClassRow) -> Vec<Signing> {
    let next = next_step(case, row).filter(|_| case.is_open());
    let signing = |step: &SignOffStep| {
        let of_step = case
            .signatures
            .iter()
            .filter(|(code, _)| *code == step.step);
        let owed = match step.every_co_handler {
            true => unsigned(case, step).into_iter().cloned().collect(),
            false => Vec::new(),
        };
        Signing {
            step: step.step.clone(),
            roles: step.roles.clone(),
            above: step.above.clone(),
            scope: step.scope,
            signed: of_step.map(|(_, actor)| actor.clone()).collect(),
            owed,
            complete: is_complete(case, step),
            next: next.is_some_and(|next| next.step == step.step),
        }
    };
    row.sign_off.iter().map(signing).collect()
}

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
