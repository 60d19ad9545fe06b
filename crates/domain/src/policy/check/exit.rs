//! Can every case end: the machine of each class is explored in full, and from every stage that can be
//! reached the way to sign-off must be open by the regular commands.

use super::{CheckRule as Rule, Finding};
use crate::case::command::CommandName as C;
use crate::case::stage::{MandateStage, Stage};
use crate::case::steps::Step;
use crate::class::CaseClass;
use crate::policy::Policy;
use crate::policy::flow::{MANDATE, Move, Target, moves, reachable};
use crate::policy::rows::{ClassRow, Route};
use std::collections::BTreeSet;

pub(super) fn findings(policy: &Policy, steps: &[Step]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (class, row) in &policy.class {
        let moves = moves(policy, row, steps);
        let regular = (moves.as_slice(), row.route);
        let reached = reachable(&moves);
        if !reached.contains(&Stage::Closed) {
            stuck(*class, Stage::Closed, regular, &mut found);
        }
        for stage in &reached {
            let goal = match stage {
                Stage::Closed => Stage::Archived,
                open if open.is_open() => Stage::Closed,
                _ => continue,
            };
            if !leads(regular, *stage, goal) {
                stuck(*class, *stage, regular, &mut found);
            }
        }
        if row.route == Route::Mandate {
            mandate(*class, row, steps, &mut found);
        }
    }
    found
}

fn stuck(
    class: CaseClass,
    stage: Stage,
    (moves, route): (&[Move], Route),
    found: &mut Vec<Finding>,
) {
    let out: BTreeSet<&str> = moves
        .iter()
        .filter(|one| one.from == Some(stage) && is_regular(one.command, route))
        .map(|one| one.command.code())
        .collect();
    let given = super::codes(out);
    let accepted = "a regular way to `closed`, and from there to `archived`";
    let finding = Finding::of(class, Rule::StageWithoutExit, "", given, accepted);
    found.push(finding.at_stage(stage.code()));
}

/// Commands that bring a case on. The others end it early, take it out of the class, or are open only
/// to a case in dispute.
fn is_regular(command: C, route: Route) -> bool {
    match command {
        C::Reject
        | C::TransferOut
        | C::Merge
        | C::Reclassify
        | C::Withdraw
        | C::ConfirmVoid
        | C::DeclineMandate
        | C::RevokeMandate
        | C::ApproveReturn
        | C::DesignateLead
        | C::Import => false,
        C::Convene => route == Route::Coordination,
        _ => true,
    }
}

fn leads((moves, route): (&[Move], Route), from: Stage, goal: Stage) -> bool {
    let mut reached = BTreeSet::from([from]);
    loop {
        let next: BTreeSet<Stage> = moves
            .iter()
            .filter(|one| is_regular(one.command, route))
            .filter(|one| one.from.is_some_and(|from| reached.contains(&from)))
            .filter_map(|one| match one.to {
                Target::Stage(stage) => Some(stage),
                Target::OtherClass => None,
            })
            .collect();
        if reached.contains(&goal) {
            return true;
        }
        if next.is_subset(&reached) {
            return false;
        }
        reached.extend(next);
    }
}

/// The sub-machine of the mandate, from the written mandate to hand-back.
fn mandate(class: CaseClass, row: &ClassRow, steps: &[Step], found: &mut Vec<Finding>) {
    let may = |command: C| {
        steps
            .iter()
            .filter(|step| step.command == command && step.stages.contains(&Stage::InProgress))
            .any(|step| step.routes.contains(&row.route) && !step.roles.is_empty())
    };
    let open: Vec<_> = MANDATE
        .iter()
        .filter(|(_, command, _)| may(*command))
        .collect();
    let (start, goal) = (MandateStage::AwaitingMandate, MandateStage::HandedBack);
    let spread = |first: MandateStage| {
        let mut reached = BTreeSet::from([first]);
        for _ in MandateStage::ALL {
            let next = open.iter().filter(|(from, ..)| reached.contains(from));
            let next: Vec<MandateStage> = next.map(|(.., to)| *to).collect();
            reached.extend(next);
        }
        reached
    };
    for stage in spread(start) {
        if stage != goal && !spread(stage).contains(&goal) {
            let accepted = "a regular way to `handed_back`";
            let finding = Finding::of(class, Rule::StageWithoutExit, "", "", accepted);
            found.push(finding.at_stage(stage.code()));
        }
    }
}
