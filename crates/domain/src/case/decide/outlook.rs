//! What an actor may do next: every command that people give, asked of the rules themselves.
//!
//! A command without content of its own is decided in full and thrown away, so the answer is exact.
//! One with content is asked of with samples of it: it may not be given where the rules refuse every
//! sample for what the case is or who asks. What it must hold is judged when it is given.

mod samples;

use super::{Desk, decide, gate, route};
use crate::actor::Role;
use crate::case::Case;
use crate::case::command::{CaseCommand as C, CommandName as N};
use crate::case::context::Context;
use crate::case::refusal::Refusal;
use crate::case::steps::rows;
use crate::ids::LegNo;
use crate::policy::rows::Scope;
use serde::Serialize;
use std::borrow::Cow;

/// One command, and whether the actor of the context may give it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Prospect {
    /// The command.
    pub command: N,
    /// The leg it would speak of, for commands to one unit's part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegNo>,
    /// Why not; none: it may be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// All commands that people give to a case that is there, in the order of the documentation. One
/// to a leg stands once for each leg that it is allowed for, or once with the first refusal.
#[must_use]
pub fn outlook(case: &Case, context: &Context) -> Vec<Prospect> {
    let mut prospects = Vec::new();
    for command in N::ALL.iter().copied().filter(|name| given_by_people(*name)) {
        let asked = |leg| Prospect {
            command,
            leg,
            refusal: may(case, command, leg, context).err(),
        };
        if !of_leg(command) {
            prospects.push(asked(None));
            continue;
        }
        let legs: Vec<Prospect> = case.live_legs().map(|leg| asked(Some(leg.no))).collect();
        let refused = legs.first().cloned().unwrap_or_else(|| asked(None));
        let allowed: Vec<Prospect> = legs
            .into_iter()
            .filter(|one| one.refusal.is_none())
            .collect();
        if allowed.is_empty() {
            prospects.push(refused);
        } else {
            prospects.extend(allowed);
        }
    }
    prospects
}

fn given_by_people(command: N) -> bool {
    let after_report = |row: &crate::case::steps::Step| !row.stages.is_empty();
    rows(command).any(|row| after_report(row) && row.roles.iter().any(|role| *role != Role::System))
}

fn of_leg(command: N) -> bool {
    let by_unit = rows(command).any(|row| row.scope == Scope::Leg);
    by_unit
        || matches!(
            command,
            N::WaiveReportIn | N::ApproveReturn | N::RefuseReturn | N::ConfirmLeg | N::WaiveLeg
        )
}

fn may(case: &Case, command: N, leg: Option<LegNo>, context: &Context) -> Result<(), Refusal> {
    match whole(command, leg) {
        Some(whole) => decide(case, &whole, context).map(drop),
        None => {
            gate::pass(&Desk::open(Cow::Borrowed(case), command, context), leg)?;
            any(case, command, leg, context)
        }
    }
}

/// Whether the rules take any sample of a command, whatever they say of its content.
fn any(case: &Case, command: N, leg: Option<LegNo>, context: &Context) -> Result<(), Refusal> {
    let desk = || Desk::open(Cow::Borrowed(case), command, context);
    let mut refused = None;
    for sample in samples::samples(&desk(), command, leg) {
        match route(&mut desk(), &sample) {
            Err(refusal) if samples::whatever(&refusal) => refused = refused.or(Some(refusal)),
            _ => return Ok(()),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// The command itself, where it holds nothing but the leg it speaks of.
fn whole(command: N, leg: Option<LegNo>) -> Option<C> {
    Some(match (command, leg) {
        (N::ApproveWhistle, _) => C::ApproveWhistle {},
        (N::RatifyWhistle, _) => C::RatifyWhistle {},
        (N::Resume, _) => C::Resume {},
        (N::SignOff, _) => C::SignOff {},
        (N::Archive, _) => C::Archive {},
        (N::ConfirmVoid, _) => C::ConfirmVoid {},
        (N::Acknowledge, Some(leg)) => C::Acknowledge { leg },
        (N::ApproveReturn, Some(leg)) => C::ApproveReturn { leg },
        (N::ConfirmLeg, Some(leg)) => C::ConfirmLeg { leg },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Actor;
    use crate::case::context::Gathered;
    use crate::case::decide::pause_scenes::at_work;
    use crate::case::kit::*;
    use crate::case::refusal::RefusalCode as Code;
    use std::sync::Arc;

    fn asked(case: &Case, actor: Actor, command: N) -> Option<Code> {
        let context = Context {
            case: case_id(),
            now: at("2026-03-02 11:00"),
            actor,
            reference: Arc::new(reference()),
            gathered: Gathered::default(),
        };
        let all = outlook(case, &context);
        let mut found = all.iter().filter(|one| one.command == command);
        found
            .next()
            .expect("a command of people")
            .refusal
            .as_ref()
            .map(|refusal| refusal.code)
    }

    #[test]
    fn the_outlook_is_what_the_rules_would_answer() {
        let case = &at_work().case;
        assert_eq!(asked(case, water(), N::RecordProgress), None);
        assert_eq!(asked(case, water(), N::Respond), None);
        // What a sample shows to be refused whatever it holds.
        assert_eq!(
            asked(case, dispatcher(), N::RefuseReturn),
            Some(Code::LegStageWrong)
        );
        assert_eq!(asked(case, leader(), N::Respond), Some(Code::NotYourStep));
        assert_eq!(asked(case, street(), N::SignOff), Some(Code::WrongStage));
        // Decided in full, beyond the gate: it is acknowledged already.
        assert_eq!(
            asked(case, water(), N::Acknowledge),
            Some(Code::LegStageWrong)
        );
    }

    #[test]
    fn the_clock_s_own_commands_and_reports_stand_in_no_outlook() {
        for command in [
            N::Remind,
            N::AutoSignOff,
            N::RebaseClocks,
            N::Import,
            N::Report,
        ] {
            assert!(!given_by_people(command), "{command}");
        }
        assert!(given_by_people(N::Urge) && given_by_people(N::Archive));
    }
}
