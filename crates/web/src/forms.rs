//! The commands as forms: which fields each has, as the domain's own command holds them. A field is no
//! rule: what is missing or wrong, the rules say.

mod kinds;
mod proxy;

pub use kinds::{Codes, Kind, Reasons};

use crate::words::form::Word as W;
use gridwhistle_domain::case::command::CommandName as C;

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the command; a dot leads into a part of it.
    pub name: &'static str,
    pub(crate) label: W,
    /// How it is asked for.
    pub kind: Kind,
    /// Whether the command must hold it.
    pub needed: bool,
}

const fn must(name: &'static str, label: W, kind: Kind) -> Field {
    Field {
        name,
        label,
        kind,
        needed: true,
    }
}

const fn may(name: &'static str, label: W, kind: Kind) -> Field {
    Field {
        name,
        label,
        kind,
        needed: false,
    }
}

const REASON: &[Field] = &[must("reason", W::Reason, Kind::Long)];
const NOTE: &[Field] = &[must("note", W::Note, Kind::Long)];

/// The fields of a command beside its leg; none: its content is more than a form can hold.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one row a command: a table of forms")]
pub const fn fields(command: C) -> Option<&'static [Field]> {
    Some(match command {
        C::ApproveWhistle
        | C::RatifyWhistle
        | C::Acknowledge
        | C::ApproveReturn
        | C::Resume
        | C::ConfirmLeg
        | C::SignOff
        | C::Archive
        | C::ConfirmVoid => const { &[] },
        C::DeclineWhistle
        | C::WaiveReportIn
        | C::RefuseReturn
        | C::DenyExtension
        | C::Adjourn
        | C::WaiveLeg
        | C::AnswerUrge
        | C::Withdraw
        | C::ProposeVoid
        | C::DeclineMandate => REASON,
        C::RecordProgress | C::VerifyPass | C::Urge => NOTE,
        C::AssignLocation => const { &[must("grid", W::CaseGrid, Kind::Grid)] },
        C::Accept => {
            const {
                &[
                    must("class", W::CaseClass, Kind::Class),
                    must("matter", W::CaseMatter, Kind::Matter),
                    may("manual_dispatch", W::Manual, Kind::Flag),
                    may("origin", W::Origin, Kind::Origin),
                ]
            }
        }
        C::Reject => {
            const {
                &[
                    must("reason", W::Reason, Kind::Reason(Reasons::Reject)),
                    must("note", W::Note, Kind::Long),
                ]
            }
        }
        C::TransferOut => {
            const {
                &[
                    must("to", W::ToUnit, Kind::Line),
                    must("reason", W::Reason, Kind::Long),
                ]
            }
        }
        C::Merge => const { &[must("into", W::Into, Kind::Line)] },
        C::Reclassify => {
            const {
                &[
                    must("to", W::ToClass, Kind::Class),
                    must("reason", W::Reason, Kind::Long),
                ]
            }
        }
        C::BlowWhistle => {
            const {
                &[
                    must("kind", W::Kind, Kind::Whistle),
                    must("ground", W::Ground, Kind::Reason(Reasons::Whistle)),
                    must("targets", W::Targets, Kind::Units),
                    must("prework", W::Proof, Kind::Evidence),
                    may("new_facts", W::NewFacts, Kind::Long),
                ]
            }
        }
        C::Dispatch => {
            const {
                &[
                    must("lead", W::LeadUnit, Kind::Unit),
                    may("co_handlers", W::CoUnits, Kind::Units),
                    may("emergency", W::Emergency, Kind::Flag),
                    may("precedent", W::Cited, Kind::Line),
                ]
            }
        }
        C::Assign => const { &[must("undertaker", W::OneUnit, Kind::Unit)] },
        _ => return later(command),
    })
}

/// The rest of the table, from handling to the end.
#[expect(clippy::too_many_lines, reason = "one row a command: a table of forms")]
const fn later(command: C) -> Option<&'static [Field]> {
    Some(match command {
        C::ContactResident => {
            const {
                &[
                    must("means", W::Means, Kind::Line),
                    must("note", W::Note, Kind::Long),
                ]
            }
        }
        C::ReportIn => {
            const {
                &[
                    must("attendance", W::Person, Kind::Attendance),
                    must("evidence", W::Proof, Kind::Evidence),
                ]
            }
        }
        C::RequestReturn => {
            const {
                &[
                    must("reason", W::Reason, Kind::Reason(Reasons::Return)),
                    must("legal_basis", W::LegalBasis, Kind::Long),
                ]
            }
        }
        C::DesignateLead => {
            const {
                &[
                    must("unit", W::LeadUnit, Kind::Unit),
                    must("reason", W::Reason, Kind::Long),
                    may("precedent.matter", W::PrecedentMatter, Kind::Matter),
                    may("precedent.criteria", W::PrecedentCriteria, Kind::Long),
                    may("precedent.minutes", W::Minutes, Kind::Line),
                ]
            }
        }
        C::RequestExtension => {
            const {
                &[
                    must("limit", W::HowLong, Kind::Limit),
                    must("reason", W::Reason, Kind::Long),
                ]
            }
        }
        C::GrantExtension => const { &[must("citizen_informed", W::Informed, Kind::Flag)] },
        C::Suspend => {
            const {
                &[
                    must("reason", W::Reason, Kind::Reason(Reasons::Suspend)),
                    must("until", W::Until, Kind::Instant),
                    must("proof", W::Proof, Kind::Evidence),
                ]
            }
        }
        C::Hold => {
            const {
                &[
                    must("reason", W::Reason, Kind::Reason(Reasons::Suspend)),
                    must("review", W::HowLong, Kind::Limit),
                    must("proof", W::Proof, Kind::Evidence),
                ]
            }
        }
        C::ReviewHold => {
            const {
                &[
                    must("note", W::Note, Kind::Long),
                    must("next", W::HowLong, Kind::Limit),
                ]
            }
        }
        C::ProposeCoordination => const { &[must("cause", W::Cause, Kind::Long)] },
        C::Decide => {
            const {
                &[
                    must("decision.present", W::Present, Kind::Units),
                    must("decision.lead", W::LeadUnit, Kind::Unit),
                    may("decision.co_handlers", W::CoUnits, Kind::Units),
                    may("decision.deliverables", W::Deliverables, Kind::Deliverables),
                    may("decision.handle", W::HowLong, Kind::Limit),
                    must("decision.minutes", W::Minutes, Kind::Line),
                    may("precedent.matter", W::PrecedentMatter, Kind::Matter),
                    may("precedent.criteria", W::PrecedentCriteria, Kind::Long),
                ]
            }
        }
        C::Convene => {
            const {
                &[
                    must("units", W::SeveralUnits, Kind::Units),
                    must("agenda", W::Agenda, Kind::Long),
                ]
            }
        }
        C::CompleteLeg => const { &[must("result", W::Result, Kind::Long)] },
        C::Respond => {
            const {
                &[
                    must("outcome", W::OutcomeOf, Kind::Outcome),
                    must("reply", W::Reply, Kind::Long),
                    must("evidence", W::Proof, Kind::Evidence),
                    may("elements.contacted_at", W::ContactedAt, Kind::Instant),
                    may("elements.contact", W::ContactOf, Kind::Line),
                    may("elements.measure", W::Measure, Kind::Long),
                    may("elements.deadline", W::Deadline, Kind::Instant),
                ]
            }
        }
        C::RequireRework => {
            const {
                &[
                    must("reason", W::Reason, Kind::Reason(Reasons::Rework)),
                    must("note", W::Note, Kind::Long),
                ]
            }
        }
        C::RecordCallback => {
            const {
                &[
                    must("result", W::CallResult, Kind::OneOf(Codes::Callback)),
                    may("satisfaction", W::SatisfactionOf, Kind::Satisfaction),
                    may("note", W::Note, Kind::Long),
                ]
            }
        }
        C::Disclose => {
            const {
                &[
                    must("what", W::What, Kind::OneOf(Codes::Disclosure)),
                    must("place", W::PlaceOf, Kind::Line),
                ]
            }
        }
        C::Reopen => {
            const {
                &[
                    must("ground", W::ReopenGround, Kind::OneOf(Codes::Reopen)),
                    must("note", W::Note, Kind::Long),
                    may("same_as", W::Into, Kind::Line),
                ]
            }
        }
        C::RaiseCard => {
            const {
                &[
                    must("card", W::CardColour, Kind::OneOf(Codes::Card)),
                    may("emergency", W::Emergency, Kind::Flag),
                    must("note", W::Note, Kind::Long),
                ]
            }
        }
        C::LiftCard => {
            const {
                &[
                    must("card", W::CardColour, Kind::OneOf(Codes::Card)),
                    must("reason", W::Reason, Kind::Long),
                ]
            }
        }
        _ => return proxy::fields(command),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_domain::actor::Role;
    use gridwhistle_domain::case::steps::rows;

    #[test]
    fn every_command_that_people_give_to_a_case_has_a_form() {
        let mut forms = 0;
        for command in C::ALL.iter().copied() {
            let mut rows = rows(command).filter(|row| !row.stages.is_empty());
            if rows.any(|row| row.roles.iter().any(|role| *role != Role::System)) {
                assert!(fields(command).is_some(), "{}", command.code());
                forms += 1;
            }
        }
        assert!(forms > 40, "{forms}");
    }
}
