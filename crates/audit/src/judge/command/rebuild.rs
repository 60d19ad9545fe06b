//! From the facts back to what was asked, field by field.

mod after;
mod work;

use super::principal;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::case::record::{Evidence, ForeignCase, ReplyElements};
use gridwhistle_domain::case::stage::{Card, Outcome};
use gridwhistle_domain::ids::MatterCode;

/// What somebody confirmed with a command and what no fact keeps. A command is rebuilt with it as
/// the rules ask, so that nothing else of it goes unjudged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unrecorded {
    /// That the citizen was told of an extension.
    CitizenTold,
    /// That the principal was told of another agent.
    PrincipalTold,
    /// That a red card without a yellow one before it was an emergency.
    CardEmergency,
    /// What was noted of a resident who was not reached.
    CallbackNote,
}

impl Unrecorded {
    /// Its code among what was not judged.
    #[must_use]
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::CitizenTold => "citizen_told",
            Self::PrincipalTold => "principal_told",
            Self::CardEmergency => "card_emergency",
            Self::CallbackNote => "callback_note",
        }
    }
}

/// The command that these facts answered, and what of it no fact keeps; none where no command gives
/// such facts. `case` is the state before them.
#[must_use]
pub(crate) fn command(case: &Case, facts: &[CaseEvent]) -> Option<(C, Option<Unrecorded>)> {
    let fact = principal(facts)?;
    let unrecorded = match fact {
        F::ExtensionGranted { .. } => Some(Unrecorded::CitizenTold),
        F::AgentSubstituted { .. } => Some(Unrecorded::PrincipalTold),
        F::CallbackUnreachable {} => Some(Unrecorded::CallbackNote),
        F::SupervisionRaised { .. } if in_emergency(case, facts) => Some(Unrecorded::CardEmergency),
        _ => None,
    };
    let given = intake(case, facts, fact)
        .or_else(|| work::of_dispatch(facts, fact))
        .or_else(|| work::of_legs(fact))
        .or_else(|| work::of_time(facts, fact))
        .or_else(|| work::of_meetings(facts, fact))
        .or_else(|| after::of_answers(facts, fact))
        .or_else(|| after::of_ends(fact))
        .or_else(|| after::of_supervision(case, facts, fact))
        .or_else(|| after::of_mandate(facts, fact))?;
    Some((given, unrecorded))
}

/// The first of the facts that answers.
fn first<'f, T>(facts: &'f [CaseEvent], find: impl Fn(&'f F) -> Option<T>) -> Option<T> {
    facts.iter().find_map(|event| find(&event.fact))
}

fn intake(case: &Case, facts: &[CaseEvent], fact: &F) -> Option<C> {
    Some(match fact {
        F::CaseReported { form } => match handled(facts) {
            None => C::Report { form: form.clone() },
            Some((matter, (outcome, reply, evidence, _))) => C::ReportHandled {
                form: form.clone(),
                matter,
                outcome,
                reply,
                evidence,
            },
        },
        F::LocationAssigned { grid } => C::AssignLocation { grid: grid.clone() },
        F::CaseAccepted {
            class,
            matter,
            origin,
            ..
        } => C::Accept {
            class: *class,
            matter: matter.clone(),
            // Where the rule names the unit, it is dispatched at once unless somebody held it back.
            manual_dispatch: first(facts, |fact| {
                matches!(fact, F::CaseDispatched { .. }).then_some(())
            })
            .is_none(),
            origin: Some(*origin),
        },
        F::CaseRejected { reason, note } => C::Reject {
            reason: reason.clone(),
            note: note.clone(),
        },
        F::CaseTransferredOut { to, reason } => C::TransferOut {
            to: to.clone(),
            reason: reason.clone(),
        },
        F::CaseMerged { into } => C::Merge { into: *into },
        F::DuplicateAbsorbed {
            from,
            reporter,
            others,
        } => C::AbsorbDuplicate {
            from: *from,
            reporter: reporter.clone(),
            others: others.clone(),
        },
        F::CaseReclassified { to, reason, .. } => C::Reclassify {
            to: *to,
            reason: reason.clone(),
        },
        F::CaseImported { case } => import(Some(case.clone()), facts)?,
        F::ImportedCaseClosed { .. } => import(case.foreign.clone(), facts)?,
        _ => return None,
    })
}

/// Outcome, reply, evidence and the four elements of a response.
type Answer = (Outcome, String, Vec<Evidence>, Option<ReplyElements>);

/// What a report of work that was done already says of the work.
fn handled(facts: &[CaseEvent]) -> Option<(MatterCode, Answer)> {
    let matter = first(facts, |fact| match fact {
        F::CaseAccepted { matter, .. } => Some(matter.clone()),
        _ => None,
    })?;
    Some((matter, response(facts)?))
}

fn response(facts: &[CaseEvent]) -> Option<Answer> {
    first(facts, |fact| match fact {
        F::ResponseSubmitted {
            outcome,
            reply,
            evidence,
            elements,
            ..
        } => Some((*outcome, reply.clone(), evidence.clone(), elements.clone())),
        _ => None,
    })
}

fn import(case: Option<Box<ForeignCase>>, facts: &[CaseEvent]) -> Option<C> {
    let closed = first(facts, |fact| match fact {
        F::ImportedCaseClosed {
            closed_at,
            note,
            on_time,
        } => Some((*closed_at, note.clone(), *on_time)),
        _ => None,
    });
    let (closed_at, closure_note, on_time) = match closed {
        Some((at, note, on_time)) => (Some(at), note, on_time),
        None => (None, String::new(), None),
    };
    Some(C::Import {
        case: case?,
        closed_at,
        closure_note,
        on_time,
    })
}

/// A red card that a person signed without a yellow one before it: only an emergency allows it.
fn in_emergency(case: &Case, facts: &[CaseEvent]) -> bool {
    let by_person = facts
        .first()
        .is_some_and(|event| event.by.role != Role::System);
    let red = |fact: &F| match fact {
        F::SupervisionRaised { card, .. } => Some(*card == Card::Red),
        _ => None,
    };
    by_person && first(facts, red) == Some(true) && case.standing_cards(Card::Yellow) == 0
}
