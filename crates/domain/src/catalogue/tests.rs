//! Given facts, when a command, then facts or a refusal.

use super::csv::Batch;
use super::sample::{SAMPLE_CSV, sample};
use super::{
    Catalogue, CatalogueCommand as C, CatalogueEvent, CatalogueFact, CatalogueOrder,
    CatalogueRefusal, Domain, Matter, MatterOwner, active_units,
};
use crate::actor::{Actor, Role};
use crate::calendar::Limit;
use crate::class::CaseClass;
use crate::ids::UnitId;
use crate::registry::csv::CsvKind;
use crate::registry::{Registry, csv::Batch as Files};
use crate::text::{Language, Text};
use chrono::{DateTime, Utc};
use cqrs_es::test::TestFramework;
use std::collections::BTreeSet;

fn day(date: &str) -> DateTime<Utc> {
    format!("{date}T00:00:00+08:00").parse().expect("a date")
}

fn office() -> Actor {
    Actor::new("gao", Role::CityOffice, "CITY")
}

fn units() -> BTreeSet<UnitId> {
    BTreeSet::from(["B-city".into(), "B-water".into()])
}

fn noise() -> Matter {
    Matter {
        code: "environment.noise".into(),
        domain: Domain::Environment,
        name: Text::new("噪声扰民", "noise"),
        classes: BTreeSet::from([CaseClass::OnTheSpot, CaseClass::TimeLimited]),
        owner: MatterOwner::ByService,
        limits: [(CaseClass::TimeLimited, Limit::WorkingDays(5))].into(),
        statutory_limit: None,
        evidence: BTreeSet::new(),
        safety: false,
        proxy: false,
        person_must_appear: false,
        funding_owner: "B-city".into(),
        guide: Text::new("向网格员反映", "tell the grid officer"),
    }
}

fn admit(matter: Matter) -> C {
    C::AdmitMatter {
        matter,
        from: day("2024-01-01"),
    }
}

fn decide(catalogue: &Catalogue, command: &C) -> Result<Vec<CatalogueEvent>, CatalogueRefusal> {
    catalogue.decide(command, day("2023-12-01"), &office(), &units())
}

fn given(commands: &[C]) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for command in commands {
        for event in decide(&catalogue, command).expect("given") {
            let json = serde_json::to_string(&event).expect("every event is JSON");
            assert_eq!(
                event,
                serde_json::from_str(&json).expect("and comes back"),
                "{json}"
            );
            catalogue.evolve(&event);
        }
    }
    catalogue
}

#[track_caller]
fn check(given_commands: &[C], command: &C, expected: &[&str]) {
    let events = decide(&given(given_commands), command).expect("facts");
    let found: Vec<_> = events.iter().map(|event| event.fact.name()).collect();
    assert_eq!(found, expected);
}

#[track_caller]
fn refused(given_commands: &[C], command: &C, code: &str) {
    let refusal = decide(&given(given_commands), command).expect_err("a refusal");
    assert_eq!(refusal.code(), code, "{refusal}");
    assert!(refusal.message(Language::En).contains("accepted"));
    assert_ne!(
        refusal.message(Language::En),
        refusal.message(Language::ZhCn)
    );
}

#[track_caller]
fn unfit(change: impl Fn(&mut Matter), code: &str) {
    let mut matter = noise();
    change(&mut matter);
    refused(&[], &admit(matter), code);
}

#[test]
fn a_matter_is_in_force_from_admission_to_retirement() {
    let mut stricter = noise();
    stricter.limits = [(CaseClass::TimeLimited, Limit::WorkingDays(3))].into();
    let code = || noise().code;
    let catalogue = given(&[
        admit(noise()),
        C::ReviseMatter {
            matter: stricter.clone(),
            from: day("2025-01-01"),
        },
        C::RetireMatter {
            code: code(),
            until: day("2026-01-01"),
        },
        C::AdmitMatter {
            matter: noise(),
            from: day("2027-01-01"),
        },
    ]);
    let at = |date| catalogue.in_force(&code(), day(date)).cloned();
    assert_eq!(at("2023-12-31"), None);
    assert_eq!(at("2024-12-31"), Some(noise()));
    assert_eq!(at("2025-01-01"), Some(stricter));
    assert_eq!(at("2026-01-01"), None);
    assert_eq!(at("2027-01-01"), Some(noise()));
    let label = |date| catalogue.matter_label(&code(), day(date));
    assert_eq!(label("2024-06-01").as_deref(), Some("environment.noise@1"));
    assert_eq!(label("2025-06-01").as_deref(), Some("environment.noise@2"));
    assert_eq!(label("2026-06-01"), None);
    assert_eq!(catalogue.version_label(), "catalogue-4");
    assert_eq!(catalogue.all_in_force(day("2024-06-01")).count(), 1);
    let json = serde_json::to_string(&catalogue).unwrap();
    assert_eq!(serde_json::from_str::<Catalogue>(&json).unwrap(), catalogue);
}

#[test]
fn a_record_admits_revises_retires_or_changes_nothing() {
    let record = |matter: &Matter, from, to: Option<&str>| C::RecordMatter {
        matter: matter.clone(),
        from: day(from),
        to: to.map(day),
    };
    let mut other = noise();
    other.safety = true;
    let open = record(&noise(), "2024-01-01", None);
    let ended = record(&noise(), "2024-01-01", Some("2025-01-01"));
    check(&[], &open, &["MatterAdmitted"]);
    check(&[], &ended, &["MatterAdmitted", "MatterRetired"]);
    check(std::slice::from_ref(&open), &open, &[]);
    check(std::slice::from_ref(&open), &ended, &["MatterRetired"]);
    check(std::slice::from_ref(&ended), &ended, &[]);
    check(std::slice::from_ref(&ended), &open, &[]);
    check(
        std::slice::from_ref(&open),
        &record(&other, "2025-01-01", None),
        &["MatterRevised"],
    );
    check(
        std::slice::from_ref(&ended),
        &record(&other, "2025-01-01", None),
        &["MatterAdmitted"],
    );
    check(
        std::slice::from_ref(&ended),
        &record(&other, "2024-06-01", None),
        &["MatterRevised", "MatterRetired"],
    );
    refused(
        std::slice::from_ref(&open),
        &record(&other, "2024-01-01", None),
        "history_fixed",
    );
    refused(
        std::slice::from_ref(&open),
        &record(&other, "2023-01-01", None),
        "before_history",
    );
    refused(
        &[],
        &record(&noise(), "2024-01-01", Some("2024-01-01")),
        "period_reversed",
    );
}

#[test]
fn every_unfit_matter_is_refused() {
    unfit(|matter| matter.code = "".into(), "empty_field");
    unfit(|matter| matter.name.zh.clear(), "empty_field");
    unfit(
        |matter| matter.guide.zh = "拨打 13800138000".into(),
        "personal_number",
    );
    unfit(|matter| matter.classes.clear(), "no_class");
    unfit(
        |matter| {
            matter
                .limits
                .insert(CaseClass::Special, Limit::WorkingDays(9));
        },
        "limit_for_other_class",
    );
    unfit(|matter| matter.proxy = true, "proxy_mismatch");
    let proxy = |matter: &mut Matter| {
        matter.proxy = true;
        matter.classes.insert(CaseClass::Proxy);
    };
    unfit(proxy, "statutory_limit_missing");
    unfit(
        |matter| {
            proxy(matter);
            matter.person_must_appear = true;
        },
        "person_must_appear",
    );
    unfit(
        |matter| matter.funding_owner = "".into(),
        "funding_owner_missing",
    );
    unfit(
        |matter| matter.funding_owner = "B-gone".into(),
        "unknown_unit",
    );
    unfit(
        |matter| matter.owner = MatterOwner::Unit("B-gone".into()),
        "unknown_unit",
    );
}

#[test]
fn what_does_not_fit_the_history_is_refused() {
    let mut other = noise();
    other.safety = true;
    let revise = |from| C::ReviseMatter {
        matter: other.clone(),
        from: day(from),
    };
    let retire = |until| C::RetireMatter {
        code: noise().code,
        until: day(until),
    };
    let given = [admit(noise())];
    refused(&given, &admit(noise()), "already_admitted");
    refused(&[], &revise("2025-01-01"), "not_in_catalogue");
    refused(&given, &revise("2024-01-01"), "history_fixed");
    refused(&given, &revise("2023-01-01"), "before_history");
    refused(&given, &retire("2024-01-01"), "not_in_catalogue");
    refused(&[], &retire("2024-01-01"), "not_in_catalogue");
    check(
        &given,
        &C::ReviseMatter {
            matter: noise(),
            from: day("2024-01-01"),
        },
        &[],
    );
    let retired = [admit(noise()), retire("2025-01-01")];
    check(&retired, &retire("2025-01-01"), &[]);
    refused(&retired, &revise("2025-01-01"), "not_in_catalogue");
}

#[test]
fn only_administrator_and_city_office_change_it() {
    let actor = Actor::new("chen", Role::GridOfficer, "C-1");
    let refusal = Catalogue::default().decide(&admit(noise()), day("2024-01-01"), &actor, &units());
    assert_eq!(
        refusal,
        Err(CatalogueRefusal::NotAuthorised {
            role: Role::GridOfficer
        })
    );
    assert!(
        refusal
            .unwrap_err()
            .message(Language::ZhCn)
            .contains("city_office")
    );
}

#[test]
fn an_import_names_every_refused_entry_and_records_none() {
    let mut unfit = noise();
    unfit.code = "environment.other".into();
    unfit.classes.clear();
    let import = C::Import(vec![
        admit(unfit),
        admit(noise()),
        C::Import(vec![admit(noise())]),
    ]);
    let refusal = decide(&Catalogue::default(), &import).unwrap_err();
    assert_eq!(refusal.code(), "import_refused");
    let CatalogueRefusal::Import(issues) = refusal else {
        unreachable!()
    };
    let found: Vec<_> = issues.iter().map(|i| (i.entry, i.refusal.code())).collect();
    assert_eq!(found, [(0, "no_class"), (2, "already_admitted")]);
}

/// A registry that knows exactly the departments of the sample.
fn departments() -> Registry {
    let C::Import(entries) = sample().unwrap() else {
        unreachable!()
    };
    let mut named = BTreeSet::new();
    for entry in &entries {
        if let C::RecordMatter { matter, .. } = entry {
            named.extend(matter.units().into_iter().map(|(_, unit)| unit.clone()));
        }
    }
    let mut text = "unit_id,kind,level,name_zh,parent,valid_from\n".to_owned();
    for unit in named {
        text.push_str(&format!("{unit},department,city,局,,2020-01-01\n"));
    }
    let command = Files::read([(CsvKind::Units, text.as_bytes())])
        .unwrap()
        .command();
    let mut registry = Registry::default();
    let admin = Actor::new("admin", Role::Administrator, "");
    for event in registry
        .decide(&command, day("2024-01-01"), &admin)
        .unwrap()
    {
        registry.evolve(&event);
    }
    registry
}

#[test]
fn the_sample_is_admitted_whole_and_twice_is_once() {
    let command = sample().unwrap();
    let active_units = active_units(&command, &departments());
    let now = day("2024-01-01");
    let order = CatalogueOrder {
        command,
        now,
        actor: office(),
        active_units,
    };
    let framework = TestFramework::<Catalogue>::with(());
    let result = framework
        .given_no_previous_events()
        .when(order.clone())
        .inspect_result();
    let events = result.unwrap();
    assert!(events.len() >= 40, "{}", events.len());
    let mut catalogue = Catalogue::default();
    events.iter().for_each(|event| catalogue.evolve(event));
    for domain in Domain::ALL {
        let matters = catalogue
            .all_in_force(now)
            .filter(|matter| matter.domain == *domain);
        assert!(matters.count() >= 4, "{domain}");
    }
    for class in CaseClass::ALL {
        assert!(
            catalogue
                .all_in_force(now)
                .any(|matter| matter.classes.contains(&class))
        );
    }
    let twice = TestFramework::<Catalogue>::with(())
        .given(events)
        .when(order);
    twice.then_expect_events(Vec::new());
}

#[test]
fn without_its_departments_the_sample_is_refused_line_by_line() {
    let batch = Batch::read(SAMPLE_CSV.as_bytes()).unwrap();
    let none = BTreeSet::new();
    let refusal = Catalogue::default()
        .decide(&batch.command(), day("2024-01-01"), &office(), &none)
        .unwrap_err();
    let issues = batch.explain(&refusal);
    assert_eq!(issues.len(), SAMPLE_CSV.lines().count() - 1);
    assert_eq!(
        (issues[0].line, issues[0].column.as_str()),
        (2, "funding_owner")
    );
    assert_eq!(issues[0].rule.code(), "unknown_unit");
}

#[test]
fn every_bad_field_of_a_file_is_reported_at_once() {
    let text = "\
code,domain,name_zh,classes,owner,limits,statutory_limit,evidence,safety,funding_owner,valid_from
,heaven,,king,,special=soon,forever,gossip,maybe,,2026-13-01
a,environment,甲,special,by_service,,,,no,B,2026-01-01
a,environment,甲,special,by_service,special=5 wd,,minutes,no,B,2026-01-01
";
    let issues = super::csv::parse(text.as_bytes()).unwrap_err();
    let found: Vec<_> = issues
        .iter()
        .map(|i| (i.line, i.column.as_str(), i.rule.code()))
        .collect();
    let expected = [
        (2, "code", "empty"),
        (2, "domain", "unknown_code"),
        (2, "name_zh", "empty"),
        (2, "classes", "unknown_code"),
        (2, "owner", "empty"),
        (2, "limits", "unknown_code"),
        (2, "statutory_limit", "unknown_code"),
        (2, "evidence", "unknown_code"),
        (2, "safety", "unknown_code"),
        (2, "funding_owner", "empty"),
        (2, "valid_from", "impossible_date"),
        (4, "code", "duplicate_id"),
    ];
    assert_eq!(found, expected);
    let missing = super::csv::parse(b"code,domain\n").unwrap_err();
    assert_eq!(missing.len(), 5);
    assert!(
        missing
            .iter()
            .all(|issue| issue.rule.code() == "missing_column")
    );
}

#[test]
fn the_form_of_each_event_is_fixed() {
    let event = CatalogueEvent {
        at: day("2024-01-01"),
        by: office(),
        fact: CatalogueFact::MatterRetired {
            code: noise().code,
            until: day("2026-01-01"),
        },
    };
    let json = serde_json::to_string(&event).unwrap();
    let expected = expect_test::expect![[
        r#"{"at":"2023-12-31T16:00:00Z","by":{"person":"gao","role":"city_office","unit":"CITY"},"fact":{"MatterRetired":{"code":"environment.noise","until":"2025-12-31T16:00:00Z"}}}"#
    ]];
    expected.assert_eq(&json);
}

#[test]
fn a_matter_on_record_changes_from_now_on_and_never_for_cases_already_accepted() {
    let catalogue = given(&[admit(noise())]);
    let mut changed = noise();
    changed.limits = [(CaseClass::TimeLimited, Limit::WorkingDays(60))].into();
    let revise = |from: &str| C::ReviseMatter {
        matter: changed.clone(),
        from: day(from),
    };
    let retire = C::RetireMatter {
        code: noise().code,
        until: day("2024-05-01"),
    };
    let now = day("2024-06-01");
    for command in [revise("2024-03-01"), retire] {
        let refusal = catalogue
            .decide(&command, now, &office(), &units())
            .expect_err("a refusal");
        assert_eq!(refusal.code(), "backdated");
        assert!(refusal.message(Language::ZhCn).contains("追溯"));
    }
    let events = catalogue.decide(&revise("2024-06-01"), now, &office(), &units());
    assert_eq!(events.expect("facts").len(), 1);
}
