//! Every command to a case, one record each, in the order of the documentation.

use super::kind::{Codes, Kind as K};
use super::record::{Flag as F, Record as R};
use gridwhistle::domain::case::command::CommandName as C;

const CHANNEL: F = F::must("channel", "form.channel", K::Text);
const FORM_GRID: F = F::may("grid", "form.grid", K::Code);
const FORM_PLACE: F = F::may("place", "form.place", K::Text);
const POINT: F = F::may("point", "form.point", K::Point);
const DESCRIPTION: F = F::must("description", "form.description", K::Text);
const REPORTER: F = F::may("reporter-file", "form.reporter", K::Person);
const SOURCE: F = F::may("source", "form.source", K::Source);
const CLASS: F = F::must("class", "class", K::OneOf(Codes::Class));
const MATTER: F = F::must("matter", "matter", K::Code);
const REASON: F = F::must("reason", "reason", K::Text);
const NOTE: F = F::must("note", "note", K::Text);
const MAY_NOTE: F = F::may("note", "note", K::Text);
const LEG: F = F::must("leg", "leg", K::Number);
const MAY_LEG: F = F::may("leg", "leg", K::Number);
const OUTCOME: F = F::must("outcome", "outcome", K::OneOf(Codes::Outcome));
const REPLY: F = F::must("reply", "reply", K::Text);
const EVIDENCE: F = F::many("evidence", "evidence", K::Evidence);
const PROOF: F = F::many("proof", "proof", K::Evidence);
const CARD: F = F::must("card", "card", K::OneOf(Codes::Card));
const PAPERS: F = F::many("paper", "papers", K::Text);
const MATERIALS: F = F::many("material", "materials", K::Text);
const CO_HANDLERS: F = F::many("co-handler", "co_handlers", K::Code);

/// Every command to a case but `import`, which has a command of its own.
pub(crate) const RECORDS: &[R] = &[
    R::opening(
        C::Report,
        &[
            CHANNEL,
            FORM_GRID,
            FORM_PLACE,
            POINT,
            DESCRIPTION,
            REPORTER,
            F::many("evidence", "form.evidence", K::Evidence),
            SOURCE,
        ],
    ),
    R::opening(
        C::ReportHandled,
        &[
            CHANNEL,
            FORM_GRID,
            FORM_PLACE,
            POINT,
            DESCRIPTION,
            REPORTER,
            SOURCE,
            MATTER,
            OUTCOME,
            REPLY,
            EVIDENCE,
        ],
    ),
    R::of(C::AssignLocation, &[F::must("grid", "grid", K::Code)]),
    R::of(
        C::Accept,
        &[
            CLASS,
            MATTER,
            F::switch("manual-dispatch", "manual_dispatch"),
            F::may("origin", "origin", K::OneOf(Codes::Origin)),
        ],
    ),
    R::of(C::Reject, &[REASON, NOTE]),
    R::of(C::TransferOut, &[F::must("to", "to", K::Text), REASON]),
    R::of(C::Merge, &[F::must("into", "into", K::Case)]),
    R::of(
        C::Reclassify,
        &[F::must("class", "to", K::OneOf(Codes::Class)), REASON],
    ),
    R::of(
        C::BlowWhistle,
        &[
            F::must("kind", "kind", K::OneOf(Codes::Whistle)),
            F::must("ground", "ground", K::Code),
            F::many("target", "targets", K::Code),
            F::many("prework", "prework", K::Evidence),
            F::may("new-facts", "new_facts", K::Text),
        ],
    ),
    R::of(C::ApproveWhistle, &[]),
    R::of(C::DeclineWhistle, &[REASON]),
    R::of(C::RatifyWhistle, &[]),
    R::of(
        C::Dispatch,
        &[
            F::must("lead", "lead", K::Code),
            CO_HANDLERS,
            F::switch("emergency", "emergency"),
            F::may("precedent", "precedent", K::Case),
        ],
    ),
    R::of(C::Assign, &[F::must("undertaker", "undertaker", K::Code)]),
    R::of(C::Acknowledge, &[LEG]),
    R::of(
        C::ContactResident,
        &[MAY_LEG, F::must("means", "means", K::Text), NOTE],
    ),
    R::of(
        C::ReportIn,
        &[
            LEG,
            F::must("person", "attendance.person", K::Code),
            F::must("role", "attendance.role", K::OneOf(Codes::Role)),
            F::must("place", "attendance.place", K::Text),
            EVIDENCE,
        ],
    ),
    R::of(C::WaiveReportIn, &[LEG, REASON]),
    R::of(
        C::RequestReturn,
        &[LEG, REASON, F::must("legal-basis", "legal_basis", K::Text)],
    ),
    R::of(C::ApproveReturn, &[LEG]),
    R::of(C::RefuseReturn, &[LEG, REASON]),
    R::of(
        C::DesignateLead,
        &[
            F::must("unit", "unit", K::Code),
            REASON,
            F::of("precedent", "precedent-matter", "precedent.matter", K::Code),
            F::of(
                "precedent",
                "precedent-criteria",
                "precedent.criteria",
                K::Text,
            ),
            F::of("precedent", "precedent-lead", "precedent.lead", K::Code),
            F::of(
                "precedent",
                "precedent-minutes",
                "precedent.minutes",
                K::Code,
            ),
        ],
    ),
    R::of(
        C::RequestExtension,
        &[F::must("limit", "limit", K::Limit), REASON],
    ),
    R::of(
        C::GrantExtension,
        &[F::switch("citizen-informed", "citizen_informed")],
    ),
    R::of(C::DenyExtension, &[REASON]),
    R::of(
        C::Suspend,
        &[REASON, F::must("until", "until", K::Instant), PROOF],
    ),
    R::of(C::Resume, &[]),
    R::of(
        C::Hold,
        &[REASON, F::must("review", "review", K::Limit), PROOF],
    ),
    R::of(C::ReviewHold, &[NOTE, F::must("next", "next", K::Limit)]),
    R::of(
        C::ProposeCoordination,
        &[F::must("cause", "cause", K::Text)],
    ),
    R::of(
        C::Convene,
        &[
            F::many("unit", "units", K::Code),
            F::must("agenda", "agenda", K::Text),
        ],
    ),
    R::of(C::Adjourn, &[REASON]),
    R::of(
        C::Decide,
        &[
            F::many("present", "decision.present", K::Code),
            F::must("lead", "decision.lead", K::Code),
            F::many("co-handler", "decision.co_handlers", K::Code),
            F::many("deliverable", "decision.deliverables", K::Deliverable),
            F::may("handle", "decision.handle", K::Limit),
            F::must("minutes", "decision.minutes", K::Code),
            F::of("precedent", "precedent-matter", "precedent.matter", K::Code),
            F::of(
                "precedent",
                "precedent-criteria",
                "precedent.criteria",
                K::Text,
            ),
        ],
    ),
    R::of(C::RecordProgress, &[MAY_LEG, NOTE]),
    R::of(C::CompleteLeg, &[LEG, F::must("result", "result", K::Text)]),
    R::of(C::ConfirmLeg, &[LEG]),
    R::of(C::WaiveLeg, &[LEG, REASON]),
    R::of(
        C::Respond,
        &[
            OUTCOME,
            REPLY,
            EVIDENCE,
            F::of(
                "elements",
                "contacted-at",
                "elements.contacted_at",
                K::Instant,
            ),
            F::of("elements", "contact", "elements.contact", K::Text),
            F::of("elements", "measure", "elements.measure", K::Text),
            F::of("elements", "deadline", "elements.deadline", K::Instant),
        ],
    ),
    R::of(C::VerifyPass, &[NOTE]),
    R::of(C::RequireRework, &[REASON, NOTE]),
    R::of(
        C::RecordCallback,
        &[
            F::must("result", "result", K::OneOf(Codes::Callback)),
            F::may(
                "satisfaction",
                "satisfaction",
                K::OneOf(Codes::Satisfaction),
            ),
            MAY_NOTE,
        ],
    ),
    R::of(
        C::Disclose,
        &[
            F::must("what", "what", K::OneOf(Codes::Disclosure)),
            F::must("place", "place", K::Text),
        ],
    ),
    R::of(C::SignOff, &[]),
    R::of(
        C::Reopen,
        &[
            F::must("ground", "ground", K::OneOf(Codes::Ground)),
            F::may("same-as", "same_as", K::Case),
            NOTE,
        ],
    ),
    R::of(C::Urge, &[NOTE]),
    R::of(C::AnswerUrge, &[REASON]),
    R::of(
        C::RaiseCard,
        &[
            CARD,
            F::must("rule", "rule", K::Code),
            F::switch("emergency", "emergency"),
            NOTE,
        ],
    ),
    R::of(C::LiftCard, &[CARD, REASON]),
    R::of(C::Withdraw, &[REASON]),
    R::of(C::Archive, &[]),
    R::of(C::ProposeVoid, &[REASON]),
    R::of(C::ConfirmVoid, &[]),
    R::of(
        C::GrantMandate,
        &[
            F::must("principal-file", "mandate.principal", K::Person),
            F::may("guardian-file", "mandate.guardian", K::Person),
            F::many("scope", "mandate.scope", K::Code),
            F::many("paper", "mandate.papers", K::Text),
            F::must("expires-at", "mandate.expires_at", K::Instant),
            F::must("identity-check", "mandate.identity_check", K::Text),
        ],
    ),
    R::of(C::DeclineMandate, &[REASON]),
    R::of(
        C::SubmitToWindow,
        &[
            F::must("window", "window", K::Code),
            F::must("receipt", "receipt", K::Text),
            F::must("item", "item", K::Code),
        ],
    ),
    R::of(
        C::RequestMaterials,
        &[MATERIALS, F::must("notice", "notice", K::Text)],
    ),
    R::of(C::SupplyMaterials, &[MATERIALS]),
    R::of(
        C::RecordWindowExtension,
        &[
            F::must("limit", "limit", K::Limit),
            REASON,
            F::must("notice", "notice", K::Text),
        ],
    ),
    R::of(
        C::RecordDecision,
        &[
            F::must("granted", "granted", K::YesNo),
            REASON,
            F::must("document", "document", K::Text),
            F::may("decided-at", "decided_at", K::Instant),
        ],
    ),
    R::of(
        C::HandBack,
        &[PAPERS, F::may("signature", "signature", K::Text)],
    ),
    R::of(C::RevokeMandate, &[PAPERS]),
    R::of(
        C::SubstituteAgent,
        &[
            F::must("agent", "agent", K::Code),
            F::switch("principal-told", "principal_told"),
        ],
    ),
    R::timer(C::AbsorbDuplicate, &[F::must("from", "from", K::Case)]),
    R::timer(C::AutoAcknowledge, &[LEG]),
    R::timer(C::LapseRatification, &[]),
    R::timer(C::MissProgress, &[]),
    R::timer(C::MissReview, &[]),
    R::timer(C::EraseMandate, &[]),
    R::timer(C::AutoSignOff, &[]),
    R::timer(
        C::Remind,
        &[
            F::must("clock", "kind", K::OneOf(Codes::Clock)),
            MAY_LEG,
            F::must("percent", "percent", K::Number),
        ],
    ),
    R::timer(C::RebaseClocks, &[F::must("calendar", "calendar", K::Code)]),
];
