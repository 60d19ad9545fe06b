//! The commands of everyday work, and the way of a case to its closure.

use super::{City, LEAK, TRASH, people};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::case::record::{Evidence, Reporter};
use gridwhistle::domain::case::stage::Outcome;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{CaseId, LegNo};
use gridwhistle::domain::policy::rows::EvidenceKind;

/// The first leg.
pub(crate) const LEAD: LegNo = LegNo(1);

/// A report from grid `G-1`.
pub(crate) fn report(description: &str) -> CaseCommand {
    let form = ReportForm::new("snap_report", "G-1", description);
    CaseCommand::Report { form }
}

/// A report of a known person.
pub(crate) fn report_of(reporter: Reporter, description: &str) -> CaseCommand {
    let mut form = ReportForm::new("hotline", "G-1", description);
    form.reporter = Some(reporter);
    CaseCommand::Report { form }
}

/// An acceptance by the rule of the catalogue.
pub(crate) fn accept(class: CaseClass, matter: &str) -> CaseCommand {
    CaseCommand::Accept {
        class,
        matter: matter.into(),
        manual_dispatch: false,
        origin: None,
    }
}

/// One piece of evidence.
pub(crate) fn evidence(kind: EvidenceKind) -> Evidence {
    Evidence {
        kind,
        reference: "a".repeat(64),
        note: String::new(),
    }
}

/// A note on how it goes, by the grid.
pub(crate) fn progress(note: &str) -> CaseCommand {
    CaseCommand::RecordProgress {
        leg: None,
        note: note.to_owned(),
    }
}

/// A response with evidence.
pub(crate) fn respond(kinds: &[EvidenceKind]) -> CaseCommand {
    CaseCommand::Respond {
        outcome: Outcome::Resolved,
        reply: "the pipe was sealed".to_owned(),
        evidence: kinds.iter().copied().map(evidence).collect(),
        elements: None,
    }
}

/// Reported and in the hands of the grid officer.
pub(crate) async fn on_the_spot(city: &City, case: CaseId) {
    city.allowed(people::resident(), case, report("bags at the gate"))
        .await;
    city.allowed(people::officer(), case, accept(CaseClass::OnTheSpot, TRASH))
        .await;
}

/// Reported, accepted, and dispatched to the water bureau by rule.
pub(crate) async fn time_limited(city: &City, case: CaseId) {
    city.allowed(people::resident(), case, report("water over the pavement"))
        .await;
    city.allowed(people::leader(), case, accept(CaseClass::TimeLimited, LEAK))
        .await;
}

/// The whole way of a time-limited case, to its closure.
pub(crate) async fn closed(city: &City, case: CaseId) {
    verified(city, case).await;
    city.allowed(people::community(), case, CaseCommand::SignOff {})
        .await;
}

/// A time-limited case that waits for its one signature.
pub(crate) async fn verified(city: &City, case: CaseId) {
    time_limited(city, case).await;
    answered(city, case).await;
}

/// What the water bureau was asked is done, and verified.
pub(crate) async fn answered(city: &City, case: CaseId) {
    let contact = CaseCommand::ContactResident {
        leg: Some(LEAD),
        means: "phone".to_owned(),
        note: "will come today".to_owned(),
    };
    city.allowed(
        people::water(),
        case,
        CaseCommand::Acknowledge { leg: LEAD },
    )
    .await;
    city.allowed(people::water(), case, contact).await;
    let photos = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    city.allowed(people::water(), case, respond(&photos)).await;
    let pass = CaseCommand::VerifyPass {
        note: "looked at it".to_owned(),
    };
    city.allowed(people::community(), case, pass).await;
}
