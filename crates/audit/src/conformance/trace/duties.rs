//! What has to be on record before a response, a signature, a closing.

use super::Replay;
use crate::conformance::deviation::{DeviationKind, Milestone};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F, Disclosure};
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::policy::rows::ClassRow;

impl Replay<'_, '_> {
    /// Counts the duties that are due with an event, as the case stands before it.
    pub(super) fn duties(&mut self, position: u64, event: &CaseEvent) {
        if self.case.foreign.is_some() {
            return;
        }
        let Some(model) = self.model(self.case.class, event.at) else {
            return;
        };
        let Some(row) = &model.row else { return };
        let stage = self.case.stage;
        if let F::DepartmentReportedIn { leg, .. } = &event.fact {
            // 报到 after 反馈: good in the end, and late all the same.
            let late = self.case.response.is_some() && row.report_in_required;
            if late {
                let late = (DeviationKind::OutOfOrder, vec![Milestone::ReportIn]);
                self.step((position, event), (stage, stage), Some(late));
                self.is_of_leg(*leg);
            }
            return;
        }
        for (milestone, met) in owed(&self.case, row, &event.fact) {
            let skipped = (!met).then(|| (DeviationKind::Skipped, vec![milestone]));
            self.step((position, event), (stage, stage), skipped);
        }
    }

    /// What was found last concerns the unit of a leg, which need not be the one that leads.
    fn is_of_leg(&mut self, no: LegNo) {
        let leg = self.case.legs.iter().find(|leg| leg.no == no);
        if let (Some(leg), Some(found)) = (leg, self.traced.deviations.last_mut()) {
            found.unit = Some(leg.unit.to_string());
        }
    }
}

/// The duties that are due with a fact, and whether each is done.
fn owed(case: &Case, row: &ClassRow, fact: &F) -> Vec<(Milestone, bool)> {
    let disclosed = |what| case.disclosed.contains(&what);
    let all = match fact {
        F::ResponseSubmitted { .. } => vec![
            (row.contact_required, Milestone::Contact, case.contacts > 0),
            (
                row.disclosure.resolution_before_response,
                Milestone::ResolutionDisclosed,
                disclosed(Disclosure::Resolution),
            ),
        ],
        F::SignOffRecorded {
            automatic: false, ..
        } if case.signatures.is_empty() => {
            let verified = |case: &Case| case.response.as_ref()?.verified.as_ref().map(|_| ());
            vec![
                (
                    row.verify.required,
                    Milestone::Verification,
                    verified(case).is_some(),
                ),
                (
                    row.disclosure.implementation_before_sign_off,
                    Milestone::ImplementationDisclosed,
                    disclosed(Disclosure::Implementation),
                ),
            ]
        }
        F::CaseClosed { .. } => vec![
            (
                !case.closed_automatically,
                Milestone::SignOffChain,
                chain_is_whole(case, row),
            ),
            (
                row.report_in_required,
                Milestone::ReportIn,
                case.live_legs()
                    .all(|leg| leg.reported_in_at.is_some() || leg.report_in_waived),
            ),
        ],
        _ => Vec::new(),
    };
    let due = all.into_iter().filter(|(required, ..)| *required);
    due.map(|(_, milestone, met)| (milestone, met)).collect()
}

/// Whether every step of the chain has signed, in its order.
fn chain_is_whole(case: &Case, row: &ClassRow) -> bool {
    let place = |code: &str| case.signatures.iter().position(|(step, _)| step == code);
    let places = row.sign_off.iter().map(|step| place(&step.step));
    let places: Option<Vec<usize>> = places.collect();
    places.is_some_and(|places| places.is_sorted())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_domain::actor::Actor;
    use gridwhistle_domain::class::CaseClass;
    use gridwhistle_domain::policy::Policy;

    #[test]
    fn a_chain_is_whole_when_every_step_signed_in_its_order() {
        let policy = Policy::built_in();
        let row = policy.row(CaseClass::Special).expect("its row");
        let steps: Vec<&str> = row.sign_off.iter().map(|one| one.step.as_str()).collect();
        let [one, two, three] = steps[..] else {
            panic!("three steps: {steps:?}")
        };
        for (signed, whole) in [
            (&[one, two, three][..], true),
            (&[one, three, two], false),
            (&[two, one, three], false),
            (&[one, two], false),
        ] {
            let signatures = signed
                .iter()
                .map(|step| ((*step).to_owned(), Actor::system()));
            let case = Case {
                signatures: signatures.collect(),
                ..Case::default()
            };
            assert_eq!(chain_is_whole(&case, row), whole, "{signed:?}");
        }
    }
}
