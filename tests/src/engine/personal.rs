//! Personal data: never in clear in any file, masked for whoever need not reach the person, every
//! reading on record, gone after erasure, and no hash of any event changes by it.

use super::on_every_store;
use crate::city::work::{LEAD, accept, report, report_of};
use crate::city::{City, LEAK, PENSION, case, people};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::record::Mandate;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::SubjectId;
use gridwhistle::domain::registry::{Place, RegistryCommand};
use gridwhistle::keyring::KeyringError;
use gridwhistle::personal::access::{AccessFact, Purpose};
use gridwhistle::personal::{PartInCase, PersonalData};
use gridwhistle::projections::questions::Moment;
use gridwhistle::{Engine, EngineError, Options, Request};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

on_every_store! {
    a_person_is_shown_to_those_who_must_reach_them
    a_unit_sees_the_people_of_a_case_once_it_has_a_leg
    nobody_without_office_sees_a_person_whatever_role_is_claimed
    reading_in_clear_is_on_record_and_holds_no_data
    an_erased_person_is_gone_and_no_event_changes
    the_principal_of_a_mandate_is_seen_by_the_agent
}

fn person() -> PersonalData {
    PersonalData {
        name: "林晓梅".to_owned(),
        phone: "13812340000".to_owned(),
        identity_number: "350102199001011234".to_owned(),
        address: "东门路十二号三单元".to_owned(),
    }
}

fn subject() -> SubjectId {
    SubjectId::new("subject-1")
}

/// A case with a sealed reporter, with its views filled.
pub(crate) async fn reported(city: &City) {
    let key = Uuid::from_u128(7);
    let reporter = city.engine.seal(subject(), key, &person()).unwrap();
    // Sealed again for the same command, the bytes are the same: a repeat stays a repeat.
    assert_eq!(
        city.engine.seal(subject(), key, &person()).unwrap(),
        reporter
    );
    let command = report_of(reporter, "the lamp before the school is out");
    let request = Request::new(people::officer(), case(1), command).with_key(key);
    let receipt = city.engine.request(request).await.unwrap();
    city.engine.wait(receipt.position).await.unwrap();
}

/// The people of the first case as somebody sees them.
async fn seen(engine: &Engine, actor: &Actor) -> Vec<(PersonalData, bool)> {
    let people = engine
        .reporters(actor, case(1), Purpose::Contact)
        .await
        .unwrap();
    people
        .into_iter()
        .map(|person| (person.data, person.clear))
        .collect()
}

/// Whether somebody sees the person in clear; if not, then masked.
async fn in_clear(engine: &Engine, actor: &Actor) -> bool {
    let people = seen(engine, actor).await;
    let clear = people == [(person(), true)];
    assert!(
        clear || people == [(person().masked(), false)],
        "{}",
        actor.signature()
    );
    clear
}

async fn a_person_is_shown_to_those_who_must_reach_them(city: City) {
    reported(&city).await;
    let mut found = Vec::new();
    for (actor, _) in people::everyone() {
        if in_clear(&city.engine, &actor).await {
            found.push(actor.person.to_string());
        }
    }
    // Their own grid, community, street and district; not the officer and the street next door, not
    // a department without a leg, not leaders, supervisors, auditors.
    let own = "P-officer P-leader P-community P-secretary P-street P-dispatcher P-chief";
    assert_eq!(found.join(" "), own);
    let masked = person().masked();
    assert_eq!(
        (masked.name.as_str(), masked.phone.as_str()),
        ("林**", "138****0000")
    );
    assert!(!masked.identity_number.contains(char::is_numeric));
    assert!(!masked.address.contains('东'));
    assert_eq!(format!("{:?}", person()), "PersonalData(sealed)");
    let told = city.engine.questions();
    let (registry, now) = (city.engine.reference(), Moment::now(city.engine.now()));
    let story = told.timeline(case(1), &registry, now).await.unwrap();
    assert!(!format!("{story:?}").contains("林晓梅"));
}

async fn a_unit_sees_the_people_of_a_case_once_it_has_a_leg(city: City) {
    reported(&city).await;
    assert!(!in_clear(&city.engine, &people::water()).await);
    let accepting = accept(CaseClass::TimeLimited, LEAK);
    city.allowed(people::leader(), case(1), accepting).await;
    assert!(in_clear(&city.engine, &people::water()).await);
    assert!(
        !in_clear(&city.engine, &people::water_leader()).await,
        "not their duty"
    );
    assert!(!in_clear(&city.engine, &people::roads()).await);
    // The leg ends; what was told on the telephone may have to be asked again.
    let back = CaseCommand::RequestReturn {
        leg: LEAD,
        reason: "not_competent".to_owned(),
        legal_basis: "water act 12".to_owned(),
    };
    city.allowed(
        people::water(),
        case(1),
        CaseCommand::Acknowledge { leg: LEAD },
    )
    .await;
    city.allowed(people::water(), case(1), back).await;
    city.allowed(
        people::dispatcher(),
        case(1),
        CaseCommand::ApproveReturn { leg: LEAD },
    )
    .await;
    assert!(in_clear(&city.engine, &people::water()).await);
}

async fn nobody_without_office_sees_a_person_whatever_role_is_claimed(city: City) {
    reported(&city).await;
    for (person, role, unit) in [
        ("nobody", Role::Dispatcher, "Q"),
        ("nobody", Role::StreetStaff, "S-1"),
        ("P-roads", Role::StreetStaff, "S-1"),
        ("P-officer-2", Role::GridOfficer, "C-1"),
        ("P-officer", Role::Dispatcher, "B-centre"),
        ("system", Role::System, ""),
    ] {
        let claimed = Actor::new(person, role, unit);
        assert!(
            !in_clear(&city.engine, &claimed).await,
            "{}",
            claimed.signature()
        );
    }
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    let until = city.engine.now();
    let leaves = RegistryCommand::DeactivatePerson {
        person: "P-officer".into(),
        until,
    };
    assert!(in_clear(&city.engine, &people::officer()).await);
    city.engine.registry(&admin, leaves).await.unwrap();
    assert!(
        !in_clear(&city.engine, &people::officer()).await,
        "out of office"
    );
}

async fn reading_in_clear_is_on_record_and_holds_no_data(city: City) {
    reported(&city).await;
    let head = city.head().await;
    for nobody in [people::auditor(), people::other_street(), people::water()] {
        assert!(!in_clear(&city.engine, &nobody).await);
    }
    assert_eq!(city.head().await, head, "masked data is nobody's");
    let street = people::street();
    let callback = city.engine.reporters(&street, case(1), Purpose::Callback);
    callback.await.unwrap();
    assert_eq!(city.head().await, head + 1);
    let city = city.restart().await;
    let record = city.engine.personal_reads(case(1)).await.unwrap().0;
    let read = AccessFact::PersonalDataRead {
        case: case(1),
        subjects: vec![subject()],
        purpose: Purpose::Callback,
    };
    assert_eq!(record.len(), 1);
    assert_eq!((&record[0].by, &record[0].fact), (&people::street(), &read));
    assert!(!format!("{record:?}").contains("138"));
    city.sound().await;
}

async fn an_erased_person_is_gone_and_no_event_changes(city: City) {
    reported(&city).await;
    let events = city.events(case(1)).await;
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    for nobody in [people::resident(), people::officer(), Actor::system()] {
        let refused = city.engine.erase(&nobody, &subject()).await.unwrap_err();
        assert_eq!(refused.code(), "not_authorised", "{refused}");
    }
    // Once an administrator is on record, nobody else is one.
    let place = Place::Unit("CITY".into());
    let begin = RegistryCommand::BeginTenure {
        person: "P-city".into(),
        role: Role::Administrator,
        place,
        from: city.engine.now(),
        to: None,
    };
    city.engine.registry(&admin, begin).await.unwrap();
    let refused = city.engine.erase(&admin, &subject()).await.unwrap_err();
    assert_eq!(refused.code(), "not_authorised");
    let admin = Actor::new("P-city", Role::Administrator, "CITY");
    assert!(city.engine.erase(&admin, &subject()).await.unwrap());
    let again = city.engine.erase(&admin, &subject()).await.unwrap();
    assert!(!again, "there was no key any more");
    let city = city.restart().await;
    assert!(seen(&city.engine, &people::officer()).await.is_empty());
    assert_eq!(city.events(case(1)).await, events);
    city.sound().await;
}

async fn the_principal_of_a_mandate_is_seen_by_the_agent(city: City) {
    city.allowed(
        people::resident(),
        case(1),
        report("her pension is not paid"),
    )
    .await;
    city.allowed(
        people::officer(),
        case(1),
        accept(CaseClass::Proxy, PENSION),
    )
    .await;
    let key = Uuid::from_u128(8);
    let principal = city.engine.seal(subject(), key, &person()).unwrap();
    let mandate = Mandate {
        principal,
        guardian: None,
        scope: vec!["government_services.pension".to_owned()],
        papers: vec!["identity card".to_owned()],
        expires_at: city.engine.now() + chrono::TimeDelta::days(30),
        identity_check: "seen in person".to_owned(),
    };
    let before = city.engine.now();
    city.later(chrono::TimeDelta::minutes(1));
    let grant = CaseCommand::GrantMandate { mandate };
    city.allowed(people::officer(), case(1), grant).await;
    let people = city
        .engine
        .reporters(&people::officer(), case(1), Purpose::Proxy)
        .await
        .unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(
        (people[0].part, people[0].clear),
        (PartInCase::Principal, true)
    );
    assert!(people[0].data == person());
    let officer = people::officer();
    let then = |at| {
        city.engine
            .reporters_as_of(&officer, case(1), Purpose::Proxy, at)
    };
    assert_eq!(then(before).await.unwrap(), [], "there was no mandate yet");
    assert_eq!(then(city.engine.now()).await.unwrap(), people);
}

#[tokio::test]
async fn a_reader_that_cannot_record_shows_nothing_in_clear() {
    let city = City::on_disk().await;
    reported(&city).await;
    let options = Options {
        clock: Arc::clone(&city.clock) as Arc<_>,
        read_only: true,
        ..Options::default()
    };
    let reader = Engine::open_with(city.url(), options).await.unwrap();
    let refused = reader
        .reporters(&people::officer(), case(1), Purpose::Contact)
        .await;
    assert_eq!(refused.unwrap_err().code(), "read_only");
    assert!(!in_clear(&reader, &people::auditor()).await);
}

#[tokio::test]
async fn a_lost_key_ring_is_told_and_not_taken_for_an_erasure() {
    let city = City::on_disk().await;
    reported(&city).await;
    let lost = |file: &Path| std::fs::remove_file(file.with_extension("db.keys")).unwrap();
    let (engine, _folder) = city.after(lost).await;
    let told = engine
        .unwrap()
        .reporters(&people::officer(), case(1), Purpose::Contact)
        .await;
    let told = told.unwrap_err();
    assert!(
        matches!(told, EngineError::Keys(KeyringError::Lost(_))),
        "{told}"
    );
}

/// A new ring would be overwritten by the old one when that is put back, and its people with it.
#[tokio::test]
async fn nothing_is_sealed_into_a_new_ring_while_the_old_one_is_lost() {
    let city = City::on_disk().await;
    reported(&city).await;
    let lost = |file: &Path| std::fs::remove_file(file.with_extension("db.keys")).unwrap();
    let (engine, _folder) = city.after(lost).await;
    let engine = engine.unwrap();
    let seal = || engine.seal("subject-9".into(), Uuid::now_v7(), &person());
    let told = seal().unwrap_err();
    let EngineError::Keys(KeyringError::Missing { path }) = told else {
        panic!("{told}")
    };
    assert!(!Path::new(&path).exists());
    // Put back, or given up on purpose.
    std::fs::write(&path, "").unwrap();
    assert!(seal().is_ok());
}

#[tokio::test]
async fn a_store_is_made_with_its_key_ring() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("city.db");
    Engine::open(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    assert!(file.with_extension("db.keys").exists());
}

fn holds(path: &Path, text: &str) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn no_file_holds_a_name_or_a_number_in_clear() {
    let city = City::on_disk().await;
    reported(&city).await;
    // A field that is altered must not be told in an error either: nothing here names the person.
    let person = person();
    let scan = |folder: &Path| {
        let mut described = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            for text in [
                &person.name,
                &person.phone,
                &person.identity_number,
                &person.address,
            ] {
                assert!(
                    !holds(&path, text),
                    "{} holds personal data",
                    path.display()
                );
            }
            described += usize::from(holds(&path, "before the school"));
        }
        described
    };
    // While it is open (write-ahead logs and all), and after it was closed. What may be seen is
    // found, so the scan reads the right bytes: the log and the views both hold the description.
    let folder = city.file().parent().unwrap().to_owned();
    assert!(scan(&folder) >= 2);
    let (again, folder) = city.after(|_| {}).await;
    drop(again);
    assert!(scan(folder.path()) >= 2);
}
