//! Onto the ledger, and to the units.

use super::{Menu, text};
use crate::city::work::{accept, evidence, report};
use crate::city::{GAS, LEAK, NOISE, PENSION, TRASH, case, people};
use crate::model::machine::target;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::case::stage::{Origin, Outcome};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::{CaseId, UnitId};
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};

pub(super) fn intake(menu: &mut Menu, id: CaseId) {
    menu.add(12, people::resident(), report("water over the pavement"));
    menu.add(2, people::officer(), report("bags at the gate"));
    let nowhere = ReportForm {
        grid: None,
        ..ReportForm::new("hotline", "", "somewhere in the east")
    };
    menu.add(2, people::resident(), C::Report { form: nowhere });
    menu.add(1, people::resident(), report(&"长".repeat(4_001)));
    let handled = C::ReportHandled {
        form: ReportForm::new("patrol", "G-1", "swept"),
        matter: TRASH.into(),
        outcome: Outcome::Resolved,
        reply: text("swept"),
        evidence: vec![evidence(EvidenceKind::AfterPhoto)],
    };
    menu.add(2, people::officer(), handled);
    let place = C::AssignLocation { grid: "G-1".into() };
    menu.add(3, people::dispatcher(), place);
    for (class, matter, weight) in [
        (CaseClass::OnTheSpot, TRASH, 3),
        (CaseClass::OnTheSpot, NOISE, 2),
        (CaseClass::TimeLimited, LEAK, 4),
        (CaseClass::TimeLimited, NOISE, 1),
        (CaseClass::Undertaken, LEAK, 4),
        (CaseClass::Undertaken, GAS, 2),
        (CaseClass::Special, LEAK, 5),
        (CaseClass::Proxy, PENSION, 5),
    ] {
        menu.add(weight, people::officer(), accept(class, matter));
        menu.add(weight, people::leader(), accept(class, matter));
    }
    let by_hand = C::Accept {
        class: CaseClass::TimeLimited,
        matter: LEAK.into(),
        manual_dispatch: true,
        origin: None,
    };
    let downward = C::Accept {
        class: CaseClass::Undertaken,
        matter: LEAK.into(),
        manual_dispatch: false,
        origin: Some(Origin::Downward),
    };
    menu.add(2, people::leader(), by_hand);
    menu.add(2, people::leader(), downward);
    for to in CaseClass::ALL {
        let reason = text("more than it seemed");
        menu.add(1, people::street_leader(), C::Reclassify { to, reason });
    }
    let reject = C::Reject {
        reason: text("outside_area"),
        note: text("next town"),
    };
    menu.add(1, people::leader(), reject);
    let away = C::TransferOut {
        to: text("court"),
        reason: text("in court"),
    };
    menu.add(1, people::street(), away);
    menu.add(1, people::leader(), C::Merge { into: target(id) });
    menu.add(1, people::leader(), C::Merge { into: id });
    menu.add(1, people::leader(), C::Merge { into: case(999) });
    let absorb = C::AbsorbDuplicate {
        others: Vec::new(),
        from: case(77),
        reporter: None,
    };
    menu.add(1, Actor::system(), absorb);
}

pub(super) fn dispatching(menu: &mut Menu) {
    for (kind, targets) in [
        (WhistleKind::Routine, vec!["B-water"]),
        (WhistleKind::Hard, vec!["B-water"]),
        (WhistleKind::Emergency, vec!["B-water"]),
        (WhistleKind::Routine, vec!["B-gone"]),
    ] {
        let blow = C::BlowWhistle {
            kind,
            ground: text("resident_problem"),
            targets: targets.into_iter().map(UnitId::from).collect(),
            prework: vec![evidence(EvidenceKind::BeforePhoto)],
            new_facts: text("it is deeper now"),
        };
        menu.add(4, people::leader(), blow);
    }
    menu.add(6, people::street_leader(), C::ApproveWhistle {});
    let declined = text("the community can do it");
    menu.add(1, people::street(), C::DeclineWhistle { reason: declined });
    menu.add(3, people::street_leader(), C::RatifyWhistle {});
    for (lead, co, emergency, weight) in [
        ("B-water", vec![], false, 5),
        ("B-water", vec!["B-roads"], false, 4),
        ("B-roads", vec!["B-police"], false, 1),
        ("B-water", vec![], true, 2),
        ("B-water", vec!["B-water"], false, 1),
    ] {
        let dispatch = C::Dispatch {
            lead: lead.into(),
            co_handlers: co.into_iter().map(UnitId::from).collect(),
            emergency,
            precedent: None,
        };
        menu.add(weight, people::dispatcher(), dispatch.clone());
        menu.add(weight, people::street(), dispatch);
    }
    let undertaker = UnitId::from("C-1");
    menu.add(3, people::street_leader(), C::Assign { undertaker });
    let designate = |unit: &str| C::DesignateLead {
        unit: unit.into(),
        reason: text("by statute"),
        precedent: None,
    };
    menu.add(2, people::street_leader(), designate("B-roads"));
    menu.add(1, people::duty_chief(), designate("B-water"));
}
