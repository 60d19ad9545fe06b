//! The work of the units: legs, pauses, meetings, answers.

use super::{Menu, of, text, units};
use crate::city::people;
use crate::city::work::{evidence, progress, respond};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::calendar::Limit;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::{CallbackResult, CaseCommand as C};
use gridwhistle::domain::case::fact::{CoordinationDecision, Disclosure};
use gridwhistle::domain::case::record::{Attendance, Deliverable, ReplyElements};
use gridwhistle::domain::case::stage::Outcome;
use gridwhistle::domain::ids::{LegNo, UnitId};
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle::domain::satisfaction::Satisfaction;

pub(super) fn legs(menu: &mut Menu, state: &Case) {
    let legs: Vec<(LegNo, Actor)> = state
        .legs
        .iter()
        .filter(|leg| leg.stage.is_live())
        .map(|leg| (leg.no, of(&leg.unit)))
        .collect();
    let unknown = (LegNo(9), people::water());
    for (leg, who) in legs.into_iter().chain([unknown]) {
        let weight = if leg == LegNo(9) { 1 } else { 6 };
        let contact = C::ContactResident {
            leg: Some(leg),
            means: text("phone"),
            note: text("will come"),
        };
        let come = C::ReportIn {
            leg,
            attendance: Attendance {
                person: who.person.clone(),
                role: who.role,
                place: text("at the gate"),
            },
            evidence: vec![evidence(EvidenceKind::ReportInRecord)],
        };
        let back = C::RequestReturn {
            leg,
            reason: text("not_competent"),
            legal_basis: text("article 12"),
        };
        let refuse = C::RefuseReturn {
            leg,
            reason: text("it is theirs"),
        };
        menu.add(weight, who.clone(), C::Acknowledge { leg });
        menu.add(weight, who.clone(), contact);
        menu.add(weight, who.clone(), come);
        menu.add(1, people::street(), waive_report_in(leg));
        menu.add(2, who.clone(), back);
        menu.add(2, people::dispatcher(), C::ApproveReturn { leg });
        menu.add(1, people::duty_chief(), refuse);
        let result = text("done");
        menu.add(weight, who.clone(), C::CompleteLeg { leg, result });
        menu.add(weight, people::street(), C::ConfirmLeg { leg });
        let reason = text("no longer needed");
        menu.add(1, people::dispatcher(), C::WaiveLeg { leg, reason });
        let note = text("half way");
        let leg = Some(leg);
        menu.add(2, who, C::RecordProgress { leg, note });
    }
    menu.add(1, people::officer(), progress("still there"));
    let contact = C::ContactResident {
        leg: None,
        means: text("visit"),
        note: text("told"),
    };
    menu.add(2, people::officer(), contact);
}

fn waive_report_in(leg: LegNo) -> C {
    C::WaiveReportIn {
        leg,
        reason: text("solved by phone"),
    }
}

pub(super) fn pauses(menu: &mut Menu, now: DateTime<Utc>) {
    for limit in [Limit::WorkingDays(2), Limit::WorkingDays(9)] {
        let reason = text("parts are late");
        menu.add(3, people::water(), C::RequestExtension { limit, reason });
    }
    let informed = C::GrantExtension {
        citizen_informed: true,
    };
    for who in [
        people::dispatcher(),
        people::street_leader(),
        people::district_leader(),
    ] {
        menu.add(3, who, informed.clone());
    }
    let reason = text("no ground for it");
    menu.add(1, people::duty_chief(), C::DenyExtension { reason });
    for (who, reason, days) in [
        (people::dispatcher(), "expert_appraisal", 2),
        (people::street_leader(), "expert_appraisal", 5),
        (people::street_leader(), "waiting_material", 90),
        (people::water(), "expert_appraisal", 2),
        (people::dispatcher(), "budget_pending", 2),
    ] {
        let suspend = C::Suspend {
            reason: text(reason),
            until: now + TimeDelta::days(days),
            proof: vec![evidence(EvidenceKind::Document)],
        };
        menu.add(2, who, suspend);
    }
    menu.add(4, people::street_leader(), C::Resume {});
    let hold = C::Hold {
        reason: text("engineering"),
        review: Limit::NaturalDays(30),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    let review = C::ReviewHold {
        note: text("the trench is open"),
        next: Limit::NaturalDays(30),
    };
    menu.add(2, people::street_leader(), hold);
    menu.add(3, people::street_leader(), review.clone());
    menu.add(2, people::supervisor(), review);
}

/// What the lead and these co-handlers owe.
fn owing(co_handlers: &[&str]) -> Vec<Deliverable> {
    let all = std::iter::once(&"B-water").chain(co_handlers);
    let owes = |unit: &&str| Deliverable {
        unit: UnitId::from(*unit),
        what: text("its part of the trench"),
    };
    all.map(owes).collect()
}

pub(super) fn meetings(menu: &mut Menu) {
    let propose = C::ProposeCoordination {
        cause: text("nobody feels competent"),
    };
    menu.add(1, people::street(), propose);
    let convene = C::Convene {
        units: units(&["B-water", "B-roads", "B-police"]),
        agenda: text("who leads"),
    };
    menu.add(5, people::street_leader(), convene.clone());
    menu.add(2, people::district_leader(), convene.clone());
    menu.add(1, people::street(), convene);
    let reason = text("the owner was absent");
    menu.add(1, people::street_leader(), C::Adjourn { reason });
    for (present, co) in [
        (vec!["B-water", "B-roads", "B-police"], vec!["B-roads"]),
        (vec!["B-water", "B-roads", "B-police"], vec![]),
        (vec!["B-water"], vec![]),
    ] {
        let decision = CoordinationDecision {
            present: units(&present),
            lead: "B-water".into(),
            co_handlers: units(&co),
            deliverables: owing(&co),
            handle: Some(Limit::WorkingDays(20)),
            minutes: "b".repeat(64),
        };
        let decide = C::Decide {
            decision,
            precedent: None,
        };
        menu.add(4, people::street_leader(), decide.clone());
        menu.add(2, people::district_leader(), decide);
    }
}

pub(super) fn answers(menu: &mut Menu, now: DateTime<Utc>) {
    use EvidenceKind as E;
    let photos = [E::BeforePhoto, E::AfterPhoto];
    menu.add(4, people::officer(), respond(&[E::AfterPhoto]));
    menu.add(1, people::water(), respond(&photos));
    let full = C::Respond {
        outcome: Outcome::PartlyResolved,
        reply: text("sealed, the pavement follows"),
        evidence: photos.map(evidence).to_vec(),
        elements: Some(ReplyElements {
            contacted_at: now,
            contact: text("the house committee"),
            measure: text("sealed"),
            deadline: now + TimeDelta::days(3),
        }),
    };
    for who in [people::water(), people::roads(), people::community()] {
        menu.add(7, who, full.clone());
    }
    let note = text("looked at it");
    for who in [
        people::community(),
        people::street_leader(),
        people::party_secretary(),
        people::supervisor(),
        people::water_leader(),
    ] {
        menu.add(9, who, C::VerifyPass { note: note.clone() });
    }
    let rework = C::RequireRework {
        reason: text("not_solved"),
        note,
    };
    menu.add(2, people::community(), rework.clone());
    menu.add(2, people::street_leader(), rework.clone());
    menu.add(1, people::leader(), rework);
    for (result, weight) in [
        (CallbackResult::Confirmed, 4),
        (CallbackResult::Unreachable, 3),
        (CallbackResult::Disputed, 1),
    ] {
        let reached = result != CallbackResult::Unreachable;
        let call = C::RecordCallback {
            result,
            note: String::new(),
            satisfaction: reached.then_some(Satisfaction::Satisfied),
        };
        menu.add(weight, people::community(), call);
    }
    for what in [Disclosure::Resolution, Disclosure::Implementation] {
        let place = text("notice board");
        menu.add(4, people::community(), C::Disclose { what, place });
    }
}
