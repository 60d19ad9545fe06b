//! What was known when of single cases: what was learnt later, who might do what, what changed.

use crate::city::work::{report, time_limited};
use crate::city::{City, at, case, people};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::text::Language;
use gridwhistle_audit::diff::{self, Between, What};
use gridwhistle_audit::replay::{Known, KnownBy, ReplayProblem, Replayed, case as then};
use gridwhistle_audit::{Problem, Source};
use gridwhistle_store::{Append, NewEvent, StreamId};
use std::sync::Arc;
use uuid::Uuid;

async fn source(city: &City) -> Source {
    let log = Arc::clone(city.engine.log());
    Source::of(log, city.engine.tenant()).await.unwrap()
}

/// A report that the log takes now and that was made earlier, as an import brings it.
pub(crate) async fn reported_late(city: &City, number: u128, when: DateTime<Utc>) {
    written(city, number, when, "1.0").await;
}

/// The first event of the first case again, of another case and instant, in a form of this version.
async fn written(city: &City, number: u128, when: DateTime<Utc>, version: &str) {
    let mut late = city.events(case(1)).await.remove(0);
    late.at = when;
    let event = NewEvent {
        event_type: late.fact.name().to_owned(),
        event_version: version.to_owned(),
        payload: serde_json::to_string(&late).unwrap(),
        metadata: "{}".to_owned(),
        occurred_at: when,
    };
    let append = Append {
        tenant: city.engine.tenant().to_owned(),
        stream: StreamId::new("case", case(number).to_string()),
        expected_version: 0,
        command_id: Uuid::now_v7(),
        request_hash: [0; 32],
        events: vec![event],
    };
    city.engine.log().append(append).await.unwrap();
}

fn refused(problem: &Problem) -> &ReplayProblem {
    match problem {
        Problem::Replay(problem) => problem,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_was_learnt_later_is_marked_and_was_no_part_of_what_was_known() {
    let city = City::in_memory().await;
    city.allowed(people::resident(), case(1), report("water"))
        .await;
    let monday = city.engine.now();
    city.later(TimeDelta::days(3));
    reported_late(&city, 2, monday + TimeDelta::hours(1)).await;
    let thursday = city.engine.now();
    let source = source(&city).await;
    let tuesday = monday + TimeDelta::days(1);
    let by = |by| Known::find(&source, by, thursday);

    let known = by(KnownBy::At(tuesday)).await.unwrap();
    let unknown = then::then(&source, known, case(2), Some(tuesday)).await;
    let unknown = unknown.err().unwrap();
    assert_eq!(refused(&unknown).code(), "case_unknown");
    let known = by(KnownBy::Now).await.unwrap();
    let now = then::then(&source, known, case(2), Some(tuesday)).await;
    let now = now.unwrap();
    assert_eq!(now.file.ledger.stage, "reported");
    assert!(now.entries[0].learnt_later && now.entries[0].known);
    let other = then::then(&source, known, case(1), Some(tuesday)).await;
    assert!(other.unwrap().entries.iter().all(|one| !one.learnt_later));

    // The same between two states of knowledge, and between two instants of one.
    let all = (None, 10);
    let learnt = Between::Known {
        from: KnownBy::At(tuesday),
        to: KnownBy::Now,
    };
    let learnt = diff::city(&source, learnt, all, thursday).await.unwrap();
    assert_eq!(learnt.cases.len(), 1, "{:?}", learnt.cases);
    assert_eq!(learnt.cases[0].changes[0].what, What::Opened);
    let happened = |known| Between::Happened {
        from: monday,
        to: tuesday,
        known,
    };
    let kinds = async |by| {
        let told = diff::city(&source, happened(by), all, thursday).await;
        let changes = told
            .unwrap()
            .cases
            .into_iter()
            .flat_map(|case| case.changes);
        changes
            .map(|change| (change.what, change.event.is_some()))
            .collect::<Vec<_>>()
    };
    // The first case came past due by then, by time alone; the other one was not known yet.
    let overdue = (What::Overdue, false);
    assert_eq!(kinds(KnownBy::At(tuesday)).await, [overdue]);
    assert_eq!(
        kinds(KnownBy::Now).await[..2],
        [overdue, (What::Opened, true)]
    );
}

#[tokio::test]
async fn a_permission_is_that_of_then() {
    let city = City::in_memory().await;
    city.allowed(people::resident(), case(1), report("water"))
        .await;
    let reported = city.engine.now();
    city.later(TimeDelta::hours(1));
    let leader = people::leader();
    let accept = crate::city::work::accept(
        gridwhistle::domain::class::CaseClass::TimeLimited,
        crate::city::LEAK,
    );
    city.allowed(leader.clone(), case(1), accept).await;
    city.later(TimeDelta::hours(1));
    let source = source(&city).await;
    let now = city.engine.now();
    let may = async |when: DateTime<Utc>| {
        let known = Known::find(&source, KnownBy::At(when), now).await.unwrap();
        let then = then::then(&source, known, case(1), Some(when))
            .await
            .unwrap();
        let all = then.permission(case(1), &leader);
        let fine = |one: &&gridwhistle::domain::case::decide::Prospect| one.refusal.is_none();
        let names: Vec<CommandName> = all.iter().filter(fine).map(|one| one.command).collect();
        names.contains(&CommandName::Accept)
    };
    assert!(may(reported).await);
    assert!(!may(now).await);
    let live = city.engine.outlook(&leader, case(1)).await.unwrap();
    let known = Known::find(&source, KnownBy::Now, now).await.unwrap();
    let then = then::then(&source, known, case(1), None).await.unwrap();
    assert_eq!(Some(then.permission(case(1), &leader)), live);
}

#[tokio::test]
async fn a_difference_names_what_changed_and_the_event_behind_it() {
    let city = City::in_memory().await;
    time_limited(&city, case(1)).await;
    let monday = city.engine.now();
    city.later(TimeDelta::days(20));
    city.engine.tick().await.unwrap();
    city.allowed(people::resident(), case(2), report("a lamp"))
        .await;
    let later = city.engine.now();
    let source = source(&city).await;
    let between = Between::Happened {
        from: monday,
        to: later,
        known: KnownBy::Now,
    };
    let told = diff::city(&source, between, (None, 1), later)
        .await
        .unwrap();
    let (before, after) = (told.before.unwrap(), told.after.unwrap());
    assert_eq!((before.received, after.received), (1, 2));
    let [first] = told.cases.as_slice() else {
        panic!("a page of one: {:?}", told.cases);
    };
    let kinds: Vec<What> = first.changes.iter().map(|change| change.what).collect();
    assert!(kinds.contains(&What::Overdue), "{kinds:?}");
    let card = first
        .changes
        .iter()
        .find(|change| change.what == What::Card);
    let behind = card.and_then(|card| card.event.as_ref()).unwrap();
    assert_eq!(behind.kind, "SupervisionRaised");
    let next = diff::city(&source, between, (told.next, 1), later)
        .await
        .unwrap();
    assert_eq!(next.cases[0].case_id, case(2).to_string());
    assert_eq!(next.cases[0].changes[0].what, What::Opened);
    assert_eq!(next.next, None);
    let alone = diff::case(&source, between, case(1), later).await.unwrap();
    assert_eq!(alone.cases, told.cases);
    // Set up was published before; from the first event on it is all new.
    let whole = Between::Known {
        from: KnownBy::Position(1),
        to: KnownBy::Now,
    };
    let whole = diff::city(&source, whole, (None, 10), later).await.unwrap();
    assert!(
        whole
            .law
            .iter()
            .any(|one| one.kind == "MatterAdmitted" || one.kind == "UnitRegistered")
    );
    assert_eq!(whole.cases.len(), 2);
}

#[tokio::test]
async fn a_difference_tells_class_matter_and_unit_with_the_event_behind_each() {
    let city = City::in_memory().await;
    city.allowed(people::resident(), case(1), report("water"))
        .await;
    let monday = city.engine.now();
    city.later(TimeDelta::hours(1));
    let accept = crate::city::work::accept(
        gridwhistle::domain::class::CaseClass::TimeLimited,
        crate::city::LEAK,
    );
    city.allowed(people::leader(), case(1), accept).await;
    let later = city.engine.now();
    let source = source(&city).await;
    let between = Between::Happened {
        from: monday,
        to: later,
        known: KnownBy::Now,
    };
    let told = diff::case(&source, between, case(1), later).await.unwrap();
    let of = |what: What| {
        let mut changes = told.cases[0].changes.iter();
        let change = changes.find(|change| change.what == what);
        let change = change.unwrap_or_else(|| panic!("{what:?}: {:?}", told.cases));
        let text = [Language::ZhCn, Language::En].map(|one| change.text.get(one).to_owned());
        (text, change.event.as_ref().unwrap().kind.clone())
    };
    let ([zh, en], behind) = of(What::Class);
    assert_eq!(
        (en.as_str(), behind.as_str()),
        ("class from - to time-limited", "CaseAccepted")
    );
    assert!(zh.starts_with("类别由 - 变为 "), "{zh}");
    let ([_, en], behind) = of(What::Matter);
    assert_eq!(
        (en.as_str(), behind.as_str()),
        ("matter from - to environment.leak", "CaseAccepted")
    );
    let ([_, en], behind) = of(What::Unit);
    assert_eq!(
        (en.as_str(), behind.as_str()),
        ("lead from - to B-water", "LegOpened")
    );
}

#[tokio::test]
async fn a_point_that_is_not_there_is_refused_with_what_would_do() {
    let city = City::in_memory().await;
    time_limited(&city, case(1)).await;
    let source = source(&city).await;
    let (head, now) = (city.head().await, city.engine.now());
    for (by, code) in [
        (KnownBy::Position(0), "position_beyond"),
        (KnownBy::Position(head + 1), "position_beyond"),
        (KnownBy::At(at("2020-01-01 09:00")), "before_log"),
        (KnownBy::At(now + TimeDelta::minutes(1)), "not_yet_known"),
    ] {
        let problem = Known::find(&source, by, now).await.err().unwrap();
        let problem = refused(&problem);
        assert_eq!(problem.code(), code);
        let (zh, en) = (
            problem.message(Language::ZhCn),
            problem.message(Language::En),
        );
        assert!(en.contains("accepted: ") && !zh.is_ascii(), "{en} {zh}");
    }
    let known = Known::find(&source, KnownBy::At(now), now).await.unwrap();
    let later = known.moment(Some(now + TimeDelta::minutes(1)));
    assert_eq!(later.err().unwrap().code(), "as_of_after_known");
    let early = then::then(&source, known, case(1), Some(now - TimeDelta::days(1))).await;
    let early = early.err().unwrap();
    assert!(matches!(refused(&early), ReplayProblem::NoCaseYet { .. }));
    let order = Between::Happened {
        from: now,
        to: now,
        known: KnownBy::Now,
    };
    let order = diff::city(&source, order, (None, 1), now)
        .await
        .err()
        .unwrap();
    assert_eq!(refused(&order).code(), "order_wrong");
}

#[tokio::test]
async fn an_event_of_a_newer_form_is_named_and_stops_what_would_need_it_alone() {
    let city = City::in_memory().await;
    time_limited(&city, case(1)).await;
    let before = city.head().await;
    written(&city, 2, city.engine.now(), "99.0").await;
    let (source, now) = (source(&city).await, city.engine.now());
    let by = |by| Known::find(&source, by, now);
    let whole = by(KnownBy::Now).await.unwrap();
    let Err(Problem::Unreadable(event)) = Replayed::of(&source, whole).await else {
        panic!("it was read");
    };
    assert_eq!(
        (event.position, event.form.as_str()),
        (before + 1, "CaseReported 99.0")
    );
    let message = Problem::Unreadable(event).message(Language::ZhCn);
    assert!(message.contains("CaseReported 99.0"), "{message}");
    // What was known before it is told, and so is every other case.
    let earlier = by(KnownBy::Position(before)).await.unwrap();
    assert!(Replayed::of(&source, earlier).await.is_ok());
    assert!(then::then(&source, whole, case(1), None).await.is_ok());
    let other = then::then(&source, whole, case(2), None).await;
    assert_eq!(other.err().unwrap().code(), "event_unreadable");
}
