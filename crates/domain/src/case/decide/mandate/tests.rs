mod law;
mod window;

use super::*;
use crate::actor::{Actor, Role};
use crate::case::command::CaseCommand as C;
use crate::case::context::Reference;
use crate::case::decide::pause_scenes::{awaiting_mandate, policy};
use crate::case::kit::*;
use crate::case::record::Reporter;
use crate::case::stage::Stage;
use crate::class::CaseClass;

const PAPERS: [&str; 2] = ["identity card copy", "contribution record"];

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn signed() -> Mandate {
    Mandate {
        principal: Reporter {
            subject: serde_json::from_value("R-lin".into()).unwrap(),
            details: None,
        },
        guardian: None,
        scope: list(&["pension-start"]),
        papers: list(&PAPERS),
        expires_at: at("2026-06-30 18:00"),
        identity_check: "identity card seen at home".to_owned(),
    }
}

fn grant(change: impl FnOnce(&mut Mandate)) -> C {
    let mut mandate = signed();
    change(&mut mandate);
    C::GrantMandate { mandate }
}

fn submit() -> C {
    C::SubmitToWindow {
        window: "W-window".into(),
        receipt: "2026-0815".to_owned(),
        item: "pension-start".to_owned(),
    }
}

fn request(materials: &[&str]) -> C {
    C::RequestMaterials {
        materials: list(materials),
        notice: "BZ-7".to_owned(),
    }
}

fn supply(materials: &[&str]) -> C {
    C::SupplyMaterials {
        materials: list(materials),
    }
}

fn record(granted: bool, reason: &str) -> C {
    C::RecordDecision {
        granted,
        reason: reason.to_owned(),
        document: "JD-1".to_owned(),
        decided_at: None,
    }
}

fn hand_back(papers: &[&str]) -> C {
    C::HandBack {
        papers: list(papers),
        signature: "c".repeat(64),
    }
}

fn revoke(papers: &[&str]) -> C {
    C::RevokeMandate {
        papers: list(papers),
    }
}

fn substitute_by(agent: Actor, told: bool) -> C {
    C::SubstituteAgent {
        agent: agent.person,
        principal_told: told,
    }
}

fn mandated() -> Given {
    awaiting_mandate().and(officer(), grant(|_| ()))
}

fn submitted() -> Given {
    mandated().at("2026-03-02 15:00").and(officer(), submit())
}

fn decided() -> Given {
    submitted()
        .at("2026-03-10 10:00")
        .and(officer(), record(true, ""))
}

#[test]
fn a_mandate_ends_the_taking_of_papers_and_begins_the_way_to_the_window() {
    let given = awaiting_mandate();
    assert_eq!(given.due(TAKE_PAPERS), at("2026-03-03 18:00"));
    let given = given.when(officer(), grant(|_| ())).then(&[
        "MandateGranted",
        "ClockStopped",
        "ClockStarted",
    ]);
    assert_eq!(given.due(SUBMIT), at("2026-03-03 18:00"));
    assert_eq!(given.case.stage, Some(Stage::InProgress));
}

#[test]
fn a_mandate_names_principal_scope_and_papers() {
    type Change = fn(&mut Mandate);
    let changes: [(Change, &str); 4] = [
        (|mandate| mandate.scope.clear(), "mandate.scope"),
        (|mandate| mandate.papers.clear(), "mandate.papers"),
        (
            |mandate| mandate.papers.push(" ".to_owned()),
            "mandate.papers",
        ),
        (
            |mandate| mandate.principal.subject = Default::default(),
            "mandate.principal.subject",
        ),
    ];
    for (change, field) in changes {
        let given = awaiting_mandate()
            .when(officer(), grant(change))
            .then_refused(Code::FieldMissing);
        assert_eq!(given.refusal().given, field);
    }
}

#[test]
fn a_mandate_needs_a_checked_identity_and_an_end_to_come() {
    awaiting_mandate()
        .when(officer(), grant(|mandate| mandate.identity_check.clear()))
        .then_refused(Code::IdentityUnverified);
    let past = |mandate: &mut Mandate| mandate.expires_at = at("2026-03-02 09:00");
    awaiting_mandate()
        .when(officer(), grant(past))
        .then_refused(Code::MandateExpired);
}

#[test]
fn a_mandate_is_granted_once() {
    mandated()
        .when(officer(), grant(|_| ()))
        .then_refused(Code::MandateStageWrong);
}

#[test]
fn an_agent_who_declines_before_the_mandate_ends_the_case_with_a_coded_reason() {
    let decline = |reason: &str| C::DeclineMandate {
        reason: reason.to_owned(),
    };
    let given = awaiting_mandate()
        .when(officer(), decline("mandate_declined"))
        .then(&["MandateDeclined", "ClockCancelled", "CaseRejected"]);
    assert_eq!(given.case.stage, Some(Stage::Rejected));
    let told = F::CaseRejected {
        reason: "mandate_declined".to_owned(),
        note: "无法代办，已说明理由".to_owned(),
    };
    assert_eq!(*given.facts()[2], told);
    awaiting_mandate()
        .when(officer(), decline("no time"))
        .then_refused(Code::ReasonRequired);
    mandated()
        .when(officer(), decline("mandate_declined"))
        .then_refused(Code::MandateStageWrong);
}

#[test]
fn submission_begins_the_statutory_limit_of_the_matter_or_of_the_class() {
    let given = mandated().when(officer(), submit()).then(&[
        "SubmittedToWindow",
        "ClockStopped",
        "ClockStarted",
    ]);
    // Twenty working days from Monday 2 March.
    assert_eq!(given.due(STATUTORY), at("2026-03-30 18:00"));
    let own = |reference: &mut Reference| {
        policy(|policy| {
            let row = policy.class.get_mut(&CaseClass::Proxy).unwrap();
            row.limits.statutory = Some(crate::calendar::Limit::WorkingDays(7));
        })(reference);
        reference.catalogue = without_statutory_limit();
    };
    let given = Given::nothing()
        .knowing(own)
        .and(resident(), report())
        .and(officer(), accept(CaseClass::Proxy, PENSION))
        .and(officer(), grant(|_| ()))
        .and(officer(), submit());
    assert_eq!(given.due(STATUTORY), at("2026-03-11 18:00"));
}

fn without_statutory_limit() -> crate::catalogue::Catalogue {
    let code = PENSION.into();
    let now = at("2026-03-02 09:00");
    let mut matter = reference().catalogue.in_force(&code, now).unwrap().clone();
    matter.statutory_limit = None;
    with_matter(matter)
}

fn with_matter(matter: crate::catalogue::matter::Matter) -> crate::catalogue::Catalogue {
    let from = at("2020-01-01 00:00");
    let mut catalogue = crate::catalogue::Catalogue::default();
    catalogue.evolve(&crate::catalogue::CatalogueEvent {
        at: from,
        by: system(),
        fact: crate::catalogue::CatalogueFact::MatterAdmitted { from, matter },
    });
    catalogue
}

#[test]
fn submission_stays_inside_scope_and_term() {
    let other = C::SubmitToWindow {
        window: "W-window".into(),
        receipt: "1".to_owned(),
        item: "house-sale".to_owned(),
    };
    let given = mandated()
        .when(officer(), other)
        .then_refused(Code::ScopeExceeded);
    assert_eq!(given.refusal().accepted, "pension-start");
    mandated()
        .at("2026-06-30 18:00")
        .when(officer(), submit())
        .then_refused(Code::MandateExpired);
}

#[test]
fn submission_names_an_active_window_a_receipt_and_an_item() {
    let at_window = |window: &str, receipt: &str, item: &str| C::SubmitToWindow {
        window: window.into(),
        receipt: receipt.to_owned(),
        item: item.to_owned(),
    };
    mandated()
        .when(officer(), at_window("B-gone", "1", "pension-start"))
        .then_refused(Code::UnitInactive);
    for (receipt, item) in [("", "pension-start"), ("1", "")] {
        mandated()
            .when(officer(), at_window("W-window", receipt, item))
            .then_refused(Code::FieldMissing);
    }
    awaiting_mandate()
        .when(officer(), submit())
        .then_refused(Code::MandateStageWrong);
}

#[test]
fn a_matters_statutory_limit_stays_within_the_law() {
    use crate::catalogue::fact::{CatalogueEvent, CatalogueFact};
    let long = |reference: &mut Reference| {
        let from = at("2020-01-02 00:00");
        let known = reference.catalogue.in_force(&PENSION.into(), from);
        let mut matter = known.unwrap().clone();
        matter.statutory_limit = Some("60 wd".parse().unwrap());
        reference.catalogue.evolve(&CatalogueEvent {
            at: from,
            by: system(),
            fact: CatalogueFact::MatterRevised { from, matter },
        });
    };
    let given = mandated()
        .knowing(long)
        .at("2026-03-02 15:00")
        .and(officer(), submit());
    // Forty-five working days, with the days off and the worked weekends of the year.
    let known = reference();
    let calendar = known.calendars.in_force(at("2026-03-02 15:00"));
    let most = calendar.due(at("2026-03-02 15:00"), "45 wd".parse().unwrap());
    assert_eq!(given.due(STATUTORY), most.at);
}
