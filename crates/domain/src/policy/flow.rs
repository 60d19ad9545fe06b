//! The finite machine of a class: which commands lead from stage to stage under its route and row.
//!
//! Who may give a command stands in the step table; where it leads stands here, command by command in
//! one exhaustive match, and a test replays cases to hold it against `evolve`. `check` explores the
//! machine for dead ends, `diagram` draws it. Refuses: guards that depend on one case.

use super::Policy;
use super::check::{of_rank, signers};
use super::rows::{ClassRow, Route};
use crate::actor::{Rank, Role};
use crate::case::command::CommandName as C;
use crate::case::stage::{MandateStage as M, Stage as S};
use crate::case::steps::Step;
use std::collections::BTreeSet;

/// Where a command leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// To a stage of the same class.
    Stage(S),
    /// To another class.
    OtherClass,
}

/// One arrow of the machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// From where; none: before the case exists.
    pub from: Option<S>,
    /// To where.
    pub to: Target,
    /// By which command.
    pub command: C,
    /// By which roles, as the step table and the row leave them.
    pub roles: BTreeSet<Role>,
}

/// What a command does to the stage: only in these routes (none named: in all), only from these
/// stages (none named: wherever the step table lets it be given), to these.
struct Effect(&'static [Route], &'static [S], &'static [S]);

const ANY: &[Route] = &[];
const FROM_ANY: &[S] = &[];

/// Where a command leads. Empty: the stage stays, and no arrow is drawn. Exhaustive, so that a new
/// command asks where it leads.
#[expect(clippy::too_many_lines, reason = "one line a command: a table")]
const fn effects(command: C) -> &'static [Effect] {
    match command {
        C::Report => &[Effect(ANY, FROM_ANY, &[S::Reported])],
        C::ReportHandled => &[Effect(&[Route::Direct], FROM_ANY, &[S::Responded])],
        C::Accept => &[
            Effect(&[Route::Direct, Route::Mandate], FROM_ANY, &[S::InProgress]),
            Effect(&[Route::Unit], FROM_ANY, &[S::Accepted, S::Dispatched]),
            Effect(
                &[Route::Whistle, Route::Coordination],
                FROM_ANY,
                &[S::Accepted],
            ),
        ],
        C::Reject | C::DeclineMandate => &[Effect(ANY, FROM_ANY, &[S::Rejected])],
        C::TransferOut => &[Effect(ANY, FROM_ANY, &[S::TransferredOut])],
        C::Merge => &[Effect(ANY, FROM_ANY, &[S::Merged])],
        C::BlowWhistle => &[Effect(ANY, FROM_ANY, &[S::Whistled])],
        C::DeclineWhistle => &[Effect(ANY, FROM_ANY, &[S::Accepted, S::InProgress])],
        // A second whistle may leave the lead at work as it was.
        C::Dispatch => &[
            Effect(ANY, FROM_ANY, &[S::Dispatched]),
            Effect(&[Route::Whistle], &[S::Whistled], &[S::InProgress]),
        ],
        C::Assign | C::DesignateLead => &[Effect(ANY, FROM_ANY, &[S::Dispatched])],
        C::Decide => &[Effect(ANY, FROM_ANY, &[S::Dispatched, S::InProgress])],
        C::Acknowledge | C::AutoAcknowledge => &[Effect(ANY, &[S::Dispatched], &[S::InProgress])],
        C::ApproveReturn => &[Effect(ANY, &[S::Dispatched, S::InProgress], &[S::Accepted])],
        C::Suspend | C::Hold => &[Effect(ANY, FROM_ANY, &[S::Suspended])],
        C::Resume | C::RequireRework | C::Reopen => &[Effect(ANY, FROM_ANY, &[S::InProgress])],
        C::Convene | C::Adjourn => &[Effect(ANY, FROM_ANY, &[S::Coordinating])],
        C::ApproveWhistle => &[Effect(ANY, FROM_ANY, &[S::Whistled])],
        C::VerifyPass => &[Effect(ANY, FROM_ANY, &[S::Responded])],
        C::Respond | C::HandBack => &[Effect(ANY, FROM_ANY, &[S::Responded])],
        C::SignOff | C::AutoSignOff => &[Effect(ANY, FROM_ANY, &[S::Closed])],
        C::Withdraw | C::RevokeMandate => &[Effect(ANY, FROM_ANY, &[S::Withdrawn])],
        C::Archive => &[Effect(ANY, FROM_ANY, &[S::Archived])],
        C::ConfirmVoid => &[Effect(ANY, FROM_ANY, &[S::Voided])],
        // To another class, see `moves`; the others leave the stage as it is.
        C::Reclassify
        | C::Import
        | C::AssignLocation
        | C::AbsorbDuplicate
        | C::RatifyWhistle
        | C::LapseRatification
        | C::ContactResident
        | C::ReportIn
        | C::WaiveReportIn
        | C::RequestReturn
        | C::RefuseReturn
        | C::RequestExtension
        | C::GrantExtension
        | C::DenyExtension
        | C::ReviewHold
        | C::MissReview
        | C::ProposeCoordination
        | C::RecordProgress
        | C::MissProgress
        | C::CompleteLeg
        | C::ConfirmLeg
        | C::WaiveLeg
        | C::RecordCallback
        | C::Disclose
        | C::Urge
        | C::AnswerUrge
        | C::RaiseCard
        | C::LiftCard
        | C::ProposeVoid
        | C::GrantMandate
        | C::SubmitToWindow
        | C::RequestMaterials
        | C::SupplyMaterials
        | C::RecordWindowExtension
        | C::RecordDecision
        | C::EraseMandate
        | C::SubstituteAgent
        | C::Remind
        | C::RebaseClocks => &[],
    }
}

/// The arrows of the mandate, within the stage "in progress" (`DOMAIN.md` 2.4, Proxy).
pub(crate) const MANDATE: &[(M, C, M)] = &[
    (M::AwaitingMandate, C::GrantMandate, M::Mandated),
    (M::Mandated, C::SubmitToWindow, M::Submitted),
    (M::Submitted, C::RequestMaterials, M::AwaitingMaterials),
    (M::AwaitingMaterials, C::SupplyMaterials, M::Submitted),
    (M::Submitted, C::RecordDecision, M::Decided),
    (M::Decided, C::HandBack, M::HandedBack),
];

/// Every arrow of a class under its row, as far as some role may take it. Imports stand outside.
#[must_use]
pub fn moves(policy: &Policy, row: &ClassRow, steps: &[Step]) -> Vec<Move> {
    let mut found = Vec::new();
    for step in steps.iter().filter(|step| of_route(step, row.route)) {
        let roles = permitted(policy, row, step, steps);
        if roles.is_empty() {
            continue;
        }
        for (from, to) in arrows(row.route, step) {
            let roles = roles.clone();
            let command = step.command;
            found.push(Move {
                from,
                to,
                command,
                roles,
            });
        }
    }
    found.sort();
    join(found)
}

/// The stages that the arrows reach from the first report on.
#[must_use]
pub fn reachable(moves: &[Move]) -> BTreeSet<S> {
    let mut reached = BTreeSet::new();
    loop {
        let next: BTreeSet<S> = moves
            .iter()
            .filter(|one| one.from.is_none_or(|from| reached.contains(&from)))
            .filter_map(|one| match one.to {
                Target::Stage(stage) => Some(stage),
                Target::OtherClass => None,
            })
            .collect();
        if next.is_subset(&reached) {
            return reached;
        }
        reached.extend(next);
    }
}

/// Whether a change of stage is one that the arrows know; every case of the tests is held against it.
#[cfg(test)]
pub(crate) fn knows(command: C, route: Option<Route>, from: Option<S>, to: Option<S>) -> bool {
    let outside = matches!(command, C::Reclassify | C::Import);
    let drawn = effects(command).iter().any(|Effect(routes, stages, ends)| {
        (routes.is_empty() || route.is_some_and(|route| routes.contains(&route)))
            && (stages.is_empty() || from.is_some_and(|from| stages.contains(&from)))
            && to.is_some_and(|to| ends.contains(&to))
    });
    outside || from == to || drawn
}

fn of_route(step: &Step, route: Route) -> bool {
    step.routes.is_empty() || step.routes.contains(&route)
}

fn arrows(route: Route, step: &Step) -> Vec<(Option<S>, Target)> {
    let froms: Vec<Option<S>> = if step.stages.is_empty() {
        vec![None]
    } else {
        step.stages.iter().copied().map(Some).collect()
    };
    let mut found = Vec::new();
    for from in froms {
        if step.command == C::Reclassify {
            found.push((from, Target::OtherClass));
        }
        for Effect(routes, stages, to) in effects(step.command) {
            let here = routes.is_empty() || routes.contains(&route);
            let starts = stages.is_empty() || from.is_some_and(|from| stages.contains(&from));
            if here && starts {
                found.extend(to.iter().map(|to| (from, Target::Stage(*to))));
            }
        }
    }
    found
}

/// Arrows between the same stages by the same command, with all their roles.
fn join(sorted: Vec<Move>) -> Vec<Move> {
    let mut joined: Vec<Move> = Vec::new();
    for next in sorted {
        match joined.last_mut() {
            Some(last)
                if (last.from, last.to, last.command) == (next.from, next.to, next.command) =>
            {
                last.roles.extend(next.roles);
            }
            _ => joined.push(next),
        }
    }
    joined
}

/// The roles that the row leaves to a step; none, where the row makes the command impossible.
fn permitted(policy: &Policy, row: &ClassRow, step: &Step, steps: &[Step]) -> BTreeSet<Role> {
    let mut roles: BTreeSet<Role> = step.roles.iter().copied().collect();
    let impossible = BTreeSet::new;
    match step.command {
        C::ApproveWhistle | C::DeclineWhistle if !approvable(policy) => return impossible(),
        C::Dispatch if row.route == Route::Whistle && !approvable(policy) => {
            let emergency = policy.whistle.values().any(|kind| kind.ratify.is_some());
            if !emergency || step.stages.contains(&S::Whistled) {
                return impossible();
            }
        }
        // Dispatch follows the decision of the meeting.
        C::Dispatch if row.route == Route::Coordination => {
            let chair = chair(policy, row);
            let decides = |one: &&Step| one.command == C::Decide && of_route(one, row.route);
            let mut chairs = steps.iter().filter(decides).flat_map(|one| one.roles);
            if !chair.is_some_and(|chair| chairs.any(|role| role.rank() >= chair)) {
                return impossible();
            }
        }
        C::Suspend | C::Hold => {
            let suspension = &row.suspension;
            let reasons = match step.command {
                C::Suspend => &suspension.reasons,
                _ => &suspension.hold_reasons,
            };
            let excluded = step.command == C::Suspend && !suspension.excluded.is_empty();
            if reasons.is_empty() && !excluded {
                return impossible();
            }
            roles.retain(|role| suspension.approvers.contains(role));
        }
        C::ApproveReturn => {
            if row.returns.window.is_none() {
                return impossible();
            }
            roles.retain(|role| row.returns.deciders.contains(role));
        }
        C::Convene | C::Adjourn | C::Decide => {
            if let Some(chair) = chair(policy, row) {
                roles.retain(|role| role.rank() >= chair);
            } else {
                return impossible();
            }
        }
        C::AutoAcknowledge if row.limits.acknowledge.is_none() => return impossible(),
        C::Respond if row.evidence.is_empty() => return impossible(),
        C::RequireRework if row.rework.max == 0 => return impossible(),
        C::VerifyPass | C::RequireRework => {
            let verify = &row.verify;
            roles.retain(|role| verify.roles.contains(role) || verify.above.contains(role));
        }
        C::SignOff => match signers(row) {
            Some(signers) => roles.retain(|role| signers.contains(role)),
            None => return impossible(),
        },
        C::AutoSignOff if row.verify.auto_sign_off.is_none() => return impossible(),
        _ => {}
    }
    roles
}

/// Whether some kind of whistle has somebody who may approve it.
fn approvable(policy: &Policy) -> bool {
    policy
        .whistle
        .values()
        .any(|kind| !of_rank(Route::Whistle, C::ApproveWhistle, kind.approver).is_empty())
}

/// The rank that chairs a class's meetings: its own, or that of the class that disputes go to.
fn chair(policy: &Policy, row: &ClassRow) -> Option<Rank> {
    let meetings = if row.route == Route::Coordination {
        row.coordination.as_ref()
    } else {
        let mut rows = policy.class.values();
        let other = rows.find(|other| other.route == Route::Coordination)?;
        row.coordination.as_ref().or(other.coordination.as_ref())
    };
    meetings.map(|meetings| meetings.chair)
}
