//! Commands with content as somebody might give them, to ask the rules whether the case would take any.
//!
//! A sample holds what the state of a case does not depend on: a reason of the policy, one word, every
//! value of a small choice. What the rules say of its content counts for nothing.

use crate::calendar::Limit;
use crate::case::command::{CallbackResult, CaseCommand as C, CommandName as N, ReopenGround};
use crate::case::decide::Desk;
use crate::case::fact::Disclosure;
use crate::case::refusal::{About, Refusal, RefusalCode as Code};
use crate::case::stage::{Card, Outcome};
use crate::ids::LegNo;
use crate::ids::UnitId;
use crate::policy::rows::Reasons;
use crate::text::Text;
use std::collections::BTreeMap;

/// Whether a refusal would stand whatever the command held.
pub(super) const fn whatever(refusal: &Refusal) -> bool {
    match refusal.code.about() {
        About::Absence | About::Asker => true,
        About::Content => false,
        // These speak of what was given as much as of the case.
        About::State => !matches!(
            refusal.code,
            Code::NoDispatchRule
                | Code::TargetClosed
                | Code::ScopeExceeded
                | Code::PapersOutstanding
                | Code::BeforeItsCause
                | Code::CardOrder
                | Code::GroundNotOnRecord
                | Code::IdentityUnverified
                | Code::PrincipalNotTold
                | Code::NotReached
        ),
    }
}

fn word() -> String {
    "…".to_owned()
}

fn first(desk: &Desk<'_>, of: impl Fn(&Reasons) -> &BTreeMap<String, Text>) -> String {
    let reasons = desk.policy().ok().map(|policy| &policy.reasons);
    let first = reasons.and_then(|reasons| of(reasons).keys().next());
    first.cloned().unwrap_or_default()
}

/// Samples of a command; none: only the gate can speak of it.
pub(super) fn samples(desk: &Desk<'_>, command: N, leg: Option<LegNo>) -> Vec<C> {
    if let Some(leg) = leg {
        return of_leg(desk, command, leg).into_iter().collect();
    }
    match command {
        N::Dispatch => [false, true]
            .map(|emergency| C::Dispatch {
                lead: UnitId::new(""),
                co_handlers: Vec::new(),
                emergency,
                precedent: None,
            })
            .into(),
        N::Respond => Outcome::ALL
            .iter()
            .map(|outcome| C::Respond {
                outcome: *outcome,
                reply: word(),
                evidence: Vec::new(),
                elements: None,
            })
            .collect(),
        N::RecordCallback => [
            CallbackResult::Confirmed,
            CallbackResult::Disputed,
            CallbackResult::Unreachable,
        ]
        .map(|result| C::RecordCallback {
            result,
            note: String::new(),
            satisfaction: None,
        })
        .into(),
        N::Disclose => [Disclosure::Resolution, Disclosure::Implementation]
            .map(|what| C::Disclose {
                what,
                place: word(),
            })
            .into(),
        N::Reopen => [ReopenGround::DisputeUpheld, ReopenGround::SameProblem]
            .map(|ground| C::Reopen {
                ground,
                note: word(),
                same_as: None,
            })
            .into(),
        N::LiftCard => Card::ALL
            .iter()
            .map(|card| C::LiftCard {
                card: *card,
                reason: word(),
            })
            .collect(),
        _ => one(desk, command).into_iter().collect(),
    }
}

/// Of commands without a choice.
fn one(desk: &Desk<'_>, command: N) -> Option<C> {
    let (reason, note, limit) = (word(), word(), Limit::WorkingDays(1));
    Some(match command {
        N::DeclineWhistle => C::DeclineWhistle { reason },
        N::RequestExtension => C::RequestExtension { limit, reason },
        N::GrantExtension => C::GrantExtension {
            citizen_informed: true,
        },
        N::DenyExtension => C::DenyExtension { reason },
        N::ReviewHold => C::ReviewHold { note, next: limit },
        N::ProposeCoordination => C::ProposeCoordination { cause: reason },
        N::Adjourn => C::Adjourn { reason },
        N::VerifyPass => C::VerifyPass { note },
        N::RequireRework => C::RequireRework {
            reason: first(desk, |reasons| &reasons.rework),
            note,
        },
        N::AnswerUrge => C::AnswerUrge { reason },
        N::Withdraw => C::Withdraw { reason },
        N::ProposeVoid => C::ProposeVoid { reason },
        N::DeclineMandate => C::DeclineMandate { reason },
        _ => return None,
    })
}

/// Of commands to one unit's part.
fn of_leg(desk: &Desk<'_>, command: N, leg: LegNo) -> Option<C> {
    Some(match command {
        N::WaiveReportIn => C::WaiveReportIn {
            leg,
            reason: word(),
        },
        N::RequestReturn => C::RequestReturn {
            leg,
            reason: first(desk, |reasons| &reasons.return_leg),
            legal_basis: word(),
        },
        N::RefuseReturn => C::RefuseReturn {
            leg,
            reason: word(),
        },
        N::CompleteLeg => C::CompleteLeg {
            leg,
            result: word(),
        },
        N::WaiveLeg => C::WaiveLeg {
            leg,
            reason: word(),
        },
        _ => return None,
    })
}
