//! Several engines on one store: what one changes, the other decides by. On SQLite the second one
//! reads beside the writer; in memory and on PostgreSQL two write to one log.

use crate::city::work::{accept, on_the_spot, progress, report};
use crate::city::{City, LEAK, at, case, open_on, people, set_up};
use chrono::TimeDelta;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::calendar::CalendarPublication;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::PolicyVersion;
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::registry::RegistryCommand;
use gridwhistle::domain::text::Language;
use gridwhistle::{Engine, EngineError, ManualClock, Options, Receipt};
use gridwhistle_store::{Clock, EventLog, MemoryLog};
use std::pin::Pin;
use std::sync::Arc;

/// Two engines on one log; neither knows of the other.
struct Two {
    one: Engine,
    two: Engine,
    clock: Arc<ManualClock>,
    /// What keeps the store where it is.
    _city: Option<City>,
}

/// Runs a scene with two engines in memory, and with two processes on a database.
macro_rules! with_two {
    ($($scene:ident)*) => {$(
        mod $scene {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_memory() {
                super::$scene(super::in_memory().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_database() {
                super::$scene(super::on_a_database().await).await;
            }
        }
    )*};
}

with_two! {
    a_second_writer_decides_by_what_the_first_has_published
    a_second_writer_refuses_by_a_registry_that_the_first_has_changed
    a_case_that_the_other_has_moved_is_never_answered_from_an_old_state
}

async fn on_a_database() -> Two {
    let city = City::on_a_database().await;
    Two {
        one: city.engine.clone(),
        two: city.another().await,
        clock: Arc::clone(&city.clock),
        _city: Some(city),
    }
}

async fn in_memory() -> Two {
    let clock = Arc::new(ManualClock::new(at("2026-03-02 09:00")));
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new(Arc::clone(&clock) as Arc<dyn Clock>));
    let one = open_on(&log, &clock).await;
    let two = open_on(&log, &clock).await;
    set_up(&one).await.unwrap();
    Two {
        one,
        two,
        clock,
        _city: None,
    }
}

fn admin() -> Actor {
    Actor::new("it-desk", Role::Administrator, "CITY")
}

/// The default policy under another name, in force from an instant.
fn policy(version: &str, from: &str) -> String {
    let policy = Policy::parse(Policy::default_text()).unwrap();
    let text = Policy::default_text().replace(policy.version.as_str(), version);
    text.replace("2019-12-31T16:00:00Z", from)
}

/// Somebody leaves office now.
fn leaves(person: &str, engine: &Engine) -> RegistryCommand {
    RegistryCommand::DeactivatePerson {
        person: person.into(),
        until: engine.now(),
    }
}

/// A stop of work that is known now.
fn typhoon(engine: &Engine) -> CalendarPublication {
    let known_at = engine.now().to_rfc3339();
    let toml = format!(
        "version = \"typhoon-1\"\nknown_at = \"{known_at}\"\n\
         [[days]]\ndate = \"2026-03-03\"\nkind = \"stop_work\"\n"
    );
    CalendarPublication::from_toml(&toml).unwrap()
}

async fn a_second_writer_decides_by_what_the_first_has_published(both: Two) {
    let (one, two, clock) = (&both.one, &both.two, &both.clock);
    // All of it was set up through the other engine, after this one was opened.
    two.execute(&people::resident(), case(1), report("a lamp"))
        .await
        .unwrap();
    let pinned = async |id| {
        let accepting = accept(CaseClass::TimeLimited, LEAK);
        two.execute(&people::leader(), id, accepting).await.unwrap();
        two.case(id).await.unwrap().unwrap().policy.unwrap()
    };
    let before = pinned(case(1)).await;
    one.publish_policy(&admin(), &policy("second-2026", "2026-03-02T16:00:00Z"))
        .await
        .unwrap();
    clock.advance(TimeDelta::days(1));
    two.execute(&people::resident(), case(2), report("a lamp"))
        .await
        .unwrap();
    assert_eq!(pinned(case(2)).await, PolicyVersion::new("second-2026"));
    assert_ne!(before, PolicyVersion::new("second-2026"));
    // A case keeps the policy that it was accepted under.
    assert_eq!(
        one.case(case(1)).await.unwrap().unwrap().policy.unwrap(),
        before
    );
}

async fn a_second_writer_refuses_by_a_registry_that_the_first_has_changed(both: Two) {
    let (one, two, clock) = (&both.one, &both.two, &both.clock);
    let asked = |id| report_by(two, id);
    asked(1).await.unwrap();
    one.registry(&admin(), leaves("P-officer", one))
        .await
        .unwrap();
    clock.advance(TimeDelta::minutes(1));
    let refused = asked(2).await.unwrap_err();
    assert_eq!(refused.code(), "person_inactive", "{refused}");
}

async fn report_by(engine: &Engine, id: u128) -> Result<Receipt, EngineError> {
    engine
        .execute(&people::officer(), case(id), report("a leak"))
        .await
}

async fn a_case_that_the_other_has_moved_is_never_answered_from_an_old_state(both: Two) {
    let (one, two) = (&both.one, &both.two);
    let reported = one
        .execute(&people::resident(), case(1), report("bags"))
        .await
        .unwrap();
    let seen = two.case(case(1)).await.unwrap().unwrap();
    assert_eq!(seen.version, reported.version);
    let accepting = accept(CaseClass::OnTheSpot, crate::city::TRASH);
    let accepted = one
        .execute(&people::officer(), case(1), accepting)
        .await
        .unwrap();
    assert_eq!(
        two.case(case(1)).await.unwrap().unwrap().version,
        accepted.version
    );
    // On the old state this would be refused: progress belongs to an accepted case.
    two.execute(&people::officer(), case(1), progress("swept"))
        .await
        .unwrap();
    one.execute(&people::officer(), case(1), progress("again"))
        .await
        .unwrap();
    let (one, two) = (
        one.case(case(1)).await.unwrap(),
        two.case(case(1)).await.unwrap(),
    );
    assert_eq!(one, two);
}

#[tokio::test]
async fn a_reader_beside_the_writer_sees_every_change_of_reference_data() {
    let city = City::on_disk().await;
    let options = Options {
        clock: Arc::clone(&city.clock) as Arc<_>,
        read_only: true,
        ..Options::default()
    };
    let reader = Engine::open_with(city.url(), options).await.unwrap();
    on_the_spot(&city, case(1)).await;
    assert!(reader.case(case(1)).await.unwrap().is_some());
    let engine = &city.engine;
    engine
        .publish_policy(&admin(), &policy("second-2026", "2026-03-02T16:00:00Z"))
        .await
        .unwrap();
    engine
        .registry(&admin(), leaves("P-roads", engine))
        .await
        .unwrap();
    let matters =
        "code,domain,name_zh,classes,owner,statutory_limit,safety,proxy,funding_owner,valid_from
environment.dust,environment,扬尘,on_the_spot,by_service,,,,D-1,2026-03-03\n";
    engine
        .import_catalogue(&admin(), matters.as_bytes(), Language::En)
        .await
        .unwrap();
    city.allowed(people::officer(), case(1), progress("swept"))
        .await;
    engine
        .publish_calendar(&admin(), typhoon(engine))
        .await
        .unwrap();

    reader.catch_up().await.unwrap();
    let (seen, held) = (reader.reference(), engine.reference());
    assert_eq!(seen.policies, held.policies);
    assert_eq!(seen.registry, held.registry);
    assert_eq!(seen.catalogue, held.catalogue);
    let latest = seen.calendars.latest().version();
    assert_eq!(
        (latest, latest.as_str()),
        (held.calendars.latest().version(), "typhoon-1")
    );
    let of = async |engine: &Engine| engine.case(case(1)).await.unwrap().unwrap();
    assert_eq!(
        of(&reader).await,
        of(engine).await,
        "a case in its cache is no older either"
    );
}

#[tokio::test]
async fn a_change_is_seen_although_its_caller_gave_up_on_it() {
    let city = City::on_disk().await;
    let (engine, tenant) = (&city.engine, city.engine.tenant());
    on_the_spot(&city, case(1)).await;
    let officer = people::officer();
    // Each caller is gone as soon as the log has moved, before anything is answered.
    let mut head = engine.log().watch(tenant);
    let mut given_up = async |asked: Pin<Box<dyn Future<Output = ()> + '_>>| {
        head.borrow_and_update();
        tokio::select! {
            biased;
            _ = head.changed() => {}
            () = asked => {}
        }
    };
    let (leaving, note) = (leaves("P-roads", engine), progress("swept"));
    let leaving = async { drop(engine.registry(&admin(), leaving).await) };
    given_up(Box::pin(leaving)).await;
    given_up(Box::pin(async {
        drop(engine.execute(&officer, case(1), note).await)
    }))
    .await;
    // The next command comes after both, and so does what it is decided on.
    city.allowed(officer.clone(), case(1), progress("swept again"))
        .await;
    assert_eq!(city.count(case(1), "ProgressRecorded").await, 2);
    let known = engine.case(case(1)).await.unwrap().unwrap().version;
    assert_eq!(city.events(case(1)).await.len() as u64, known);
    let registry = &engine.reference().registry;
    assert!(!registry.person_active(&"P-roads".into(), engine.now()));
}
