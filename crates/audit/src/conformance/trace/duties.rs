//! What has to be on record before a response, a signature, a closing.

use super::Replay;
use crate::conformance::deviation::{DeviationKind, Milestone, Overdue};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F, Disclosure};
use gridwhistle_domain::case::stage::ClockKind;
use gridwhistle_domain::case::{Case, Leg};
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
            let required = self.case.asks_report_in(row);
            return self.comes((position, event), *leg, required);
        }
        for (milestone, met) in owed(&self.case, row, &event.fact) {
            let skipped = (!met).then(|| (DeviationKind::Skipped, vec![milestone]));
            self.step((position, event), (stage, stage), skipped);
        }
    }

    /// 报到: a step where a clock asks for it, by the due time that the figures go by; and out of order after
    /// 反馈, good in the end as it may be. It concerns the unit that comes, be it the lead or not; whoever
    /// comes again, or was spared the way, is not asked.
    fn comes(&mut self, (position, event): (u64, &CaseEvent), no: LegNo, required: bool) {
        let asked = |leg: &&Leg| leg.reported_in_at.is_none() && !leg.report_in_waived;
        let Some(leg) = self.case.leg(no).filter(asked) else {
            return;
        };
        let unit = leg.unit.to_string();
        let due = self.case.leg_due(ClockKind::ReportIn, no);
        let overdue = due.and_then(|due| Overdue::of(event.at, due));
        let afterwards = required && self.case.response.is_some();
        let kind = match overdue {
            _ if afterwards => Some(DeviationKind::OutOfOrder),
            Some(_) => Some(DeviationKind::Late),
            None => None,
        };
        if due.is_none() && kind.is_none() {
            return;
        }
        let stage = self.case.stage;
        let found = self.traced.deviations.len();
        let deviates = kind.map(|kind| (kind, vec![Milestone::ReportIn]));
        self.step((position, event), (stage, stage), deviates);
        if let Some(deviation) = self.traced.deviations.get_mut(found) {
            (deviation.unit, deviation.overdue) = (Some(unit), overdue);
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
                case.asks_report_in(row),
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
    use gridwhistle_domain::case::stage::{Origin, Outcome};
    use gridwhistle_domain::class::CaseClass;
    use gridwhistle_domain::policy::Policy;

    #[test]
    fn nobody_need_come_for_a_task_from_above() {
        let policy = Policy::built_in();
        let row = policy.row(CaseClass::Undertaken).expect("its row");
        let closed = F::CaseClosed {
            outcome: Outcome::Resolved,
        };
        for (origin, asked) in [(None, true), (Some(Origin::Downward), false)] {
            let case = Case {
                origin,
                ..Case::default()
            };
            let mut owed = owed(&case, row, &closed).into_iter();
            let comes = owed.any(|(milestone, _)| milestone == Milestone::ReportIn);
            assert_eq!(comes, asked, "{origin:?}");
        }
    }

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
