//! A city in which everything is done by the book: its log is what others are forged from.

use super::forge::{Forged, TENANT, fact};
use crate::city::work::{
    LEAD, closed, evidence, on_the_spot, progress, report, respond, time_limited,
};
use crate::city::{City, at, case, people};
use crate::city::{NOISE, TRASH};
use crate::engine::appraisals::{bureau, seal, spring};
use crate::engine::evaluations::answers;
use crate::engine::personal::reported;
use chrono::TimeDelta;
use gridwhistle::access_keys::{Action, KeyTerms};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::calendar::Limit;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::catalogue::CatalogueCommand;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle::domain::registry::{Place, RegistryCommand};
use gridwhistle::export::Exported;
use gridwhistle::personal::access::Purpose;
use gridwhistle::projections::questions::Window;
use gridwhistle::sessions::BrowserSession;
use gridwhistle_audit::Source;
use gridwhistle_audit::judge::{JudgeOptions, judge};
use std::sync::Arc;
use uuid::Uuid;

/// More time asked for and given, a pause, and the way on.
async fn paused(city: &City) {
    time_limited(city, case(2)).await;
    let acknowledge = C::Acknowledge { leg: LEAD };
    city.allowed(people::water(), case(2), acknowledge).await;
    city.later(TimeDelta::minutes(20));
    let more = C::RequestExtension {
        limit: Limit::WorkingDays(2),
        reason: "parts are late".to_owned(),
    };
    city.allowed(people::water(), case(2), more).await;
    let grant = C::GrantExtension {
        citizen_informed: true,
    };
    city.allowed(people::dispatcher(), case(2), grant).await;
    let suspend = C::Suspend {
        reason: "expert_appraisal".to_owned(),
        until: city.engine.now() + TimeDelta::hours(20),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    city.allowed(people::dispatcher(), case(2), suspend).await;
    city.later(TimeDelta::hours(3));
    city.allowed(people::dispatcher(), case(2), C::Resume {})
        .await;
    city.allowed(people::water(), case(2), progress("on it"))
        .await;
}

/// Dispatched by hand.
async fn by_hand(city: &City) {
    let noise = report("noise at night");
    city.allowed(people::resident(), case(7), noise).await;
    let accept = C::Accept {
        class: CaseClass::TimeLimited,
        matter: NOISE.into(),
        manual_dispatch: true,
        origin: None,
    };
    city.allowed(people::leader(), case(7), accept).await;
    let dispatch = C::Dispatch {
        lead: "B-police".into(),
        co_handlers: Vec::new(),
        emergency: false,
        precedent: None,
    };
    city.allowed(people::dispatcher(), case(7), dispatch).await;
}

/// A city with closed, paused, merged and overdue cases, evaluations, scores and timers.
pub(super) async fn city() -> City {
    let city = City::in_memory().await;
    city.later(TimeDelta::minutes(10));
    closed(&city, case(1)).await;
    paused(&city).await;
    on_the_spot(&city, case(3)).await;
    on_the_spot(&city, case(6)).await;
    let done = respond(&[EvidenceKind::AfterPhoto]);
    city.allowed(people::officer(), case(6), done).await;
    city.allowed(people::leader(), case(6), C::SignOff {}).await;
    by_hand(&city).await;
    for number in [4, 5] {
        let water = report("water over the pavement");
        city.allowed(people::resident(), case(number), water).await;
    }
    let into = C::Merge { into: case(5) };
    city.allowed(people::leader(), case(4), into).await;
    let [pair] = &city.engine.evaluation_pairs(case(1)).await.unwrap()[..] else {
        panic!("one pair");
    };
    for (actor, side) in [
        (people::community(), Side::Area),
        (people::water(), Side::Department),
    ] {
        let form = answers(side, 4);
        let sealed = city
            .engine
            .seal_evaluation(&actor, case(1), pair, side, form);
        sealed.await.unwrap();
    }
    let (now, day) = (city.engine.now(), TimeDelta::days(1));
    let window = Window::new(now - day, now + day).unwrap();
    let supervisor = people::supervisor();
    let published = city.engine.publish_scores(&supervisor, window);
    published.await.unwrap();
    let leaves = RegistryCommand::DeactivatePerson {
        person: "P-roads".into(),
        until: city.engine.now() + TimeDelta::days(300),
    };
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    city.engine.registry(&admin, leaves).await.unwrap();
    // The clock does its part for what nobody touches.
    for _ in 0..12 * 24 {
        city.later(TimeDelta::hours(1));
        city.engine.tick().await.unwrap();
    }
    let all = city.all_events().await;
    let raised = all.iter().find(|row| row.event_type == "SupervisionRaised");
    let raised = raised.expect("somebody was late");
    let lift = C::LiftCard {
        card: serde_json::from_value(fact(raised)["card"].clone()).unwrap(),
        reason: "the storm".to_owned(),
    };
    let id = CaseId(raised.stream.aggregate_id.parse().unwrap());
    city.allowed(people::supervisor(), id, lift).await;
    city
}

/// A city with an administrator on record, in which somebody read personal data, took figures out, made a
/// key for another system, changed the catalogue, and logged out.
pub(super) async fn desks() -> City {
    let city = City::in_memory().await;
    let (now, desk) = (
        city.engine.now(),
        Actor::new("it-desk", Role::Administrator, "CITY"),
    );
    let begin = RegistryCommand::BeginTenure {
        person: "P-city".into(),
        role: Role::Administrator,
        place: Place::Unit("CITY".into()),
        from: now,
        to: None,
    };
    city.engine.registry(&desk, begin).await.unwrap();
    let admin = Actor::new("P-city", Role::Administrator, "CITY");
    city.later(TimeDelta::minutes(10));
    reported(&city).await;
    let reader = people::officer();
    let read = city.engine.reporters(&reader, case(1), Purpose::Contact);
    assert_eq!(read.await.unwrap().len(), 1);
    let exported = Exported {
        question: "report departments".to_owned(),
        window: None,
        as_of: city.engine.now(),
        filter: Default::default(),
        rows: 4,
        file: "departments.xlsx".to_owned(),
        sha256: "a".repeat(64),
    };
    let water = people::water();
    let record = city.engine.record_export(&water, exported);
    record.await.unwrap();
    let terms = KeyTerms {
        name: "app".to_owned(),
        office: people::water(),
        actions: [Action::Read].into(),
        expires: city.engine.now() + TimeDelta::days(9),
    };
    let key = city.engine.issue_key(&admin, Uuid::from_u128(5), terms);
    key.await.unwrap();
    let retire = CatalogueCommand::RetireMatter {
        code: TRASH.into(),
        until: city.engine.now() + TimeDelta::days(300),
    };
    city.engine.catalogue(&admin, retire).await.unwrap();
    let session = BrowserSession {
        id: Uuid::from_u128(6),
        person: water.person,
        over: city.engine.now() + TimeDelta::days(7),
    };
    city.engine.end_session(&session).await.unwrap();
    city
}

/// A city with a round of appraisal that was opened, sealed and closed.
pub(super) async fn appraised() -> City {
    let city = City::in_memory().await;
    spring(&city).await;
    city.engine.tick().await.unwrap();
    for no in 1..=5 {
        seal(&city, no, &bureau(), 4).await.unwrap();
    }
    city.clock.set(at("2026-04-20 09:00"));
    city.engine.tick().await.unwrap();
    city
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appraisal_by_the_book_gives_no_deviation() {
    let log = Forged::of(appraised().await.engine.log()).await;
    let report = log.judged().await;
    assert!(report.is_clean(), "{:#?}", report.listed);
    assert_eq!(report.not_judged["appraisal_forms"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn desks_that_keep_to_the_rules_give_no_deviation() {
    let log = Forged::of(desks().await.engine.log()).await;
    let report = log.clone().judged().await;
    assert!(report.is_clean(), "{:#?}", report.listed);
    let kinds: Vec<_> = report.not_judged.keys().copied().collect();
    let outlined = [
        "access_key_terms",
        "export_content",
        "personal_data_scope",
        "session_end",
    ];
    assert_eq!(kinds, outlined);
    let numbered = log.judged_as_numbered().await;
    assert!(numbered.is_clean(), "{:#?}", numbered.listed);
}

/// The log of that city.
pub(super) async fn log() -> Forged {
    Forged::of(city().await.engine.log()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_city_gives_no_deviation() {
    let city = city().await;
    let source = Source::of(Arc::clone(city.engine.log()), TENANT);
    let source = source.await.unwrap();
    for judges in [1, 3] {
        let options = JudgeOptions {
            judges: Some(judges),
            ..JudgeOptions::default()
        };
        let report = judge(&source, options).await.unwrap();
        assert!(report.is_clean(), "{:#?}", report.listed);
        assert_eq!(report.up_to, city.head().await);
        assert_eq!(report.events, report.up_to, "every event of it is judged");
        assert_eq!(report.cases, 7);
        let kinds: Vec<_> = report.not_judged.into_iter().collect();
        assert_eq!(kinds, [("citizen_told", 1), ("scores_recounted", 1)]);
    }
    // And so does its copy, sealed anew.
    let copy = Forged::of(city.engine.log()).await.judged().await;
    assert!(copy.is_clean(), "{:#?}", copy.listed);
}
