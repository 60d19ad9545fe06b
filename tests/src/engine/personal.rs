//! Personal data: never in clear in any file, masked for whoever need not reach the person, gone
//! after erasure, and no hash of any event changes by it.

use super::on_both;
use crate::city::work::report_of;
use crate::city::{City, case, people};
use gridwhistle::Request;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::ids::SubjectId;
use gridwhistle::personal::{PersonalData, may_read};
use gridwhistle::projections::questions::Moment;
use std::path::Path;
use uuid::Uuid;

on_both! {
    a_person_is_shown_to_those_who_must_reach_them_and_can_be_erased
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
async fn reported(city: &City) {
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

async fn a_person_is_shown_to_those_who_must_reach_them_and_can_be_erased(city: City) {
    reported(&city).await;
    let (chain, events) = (city.sound().await, city.events(case(1)).await);
    for (actor, _) in people::everyone() {
        let seen = city.engine.reporters(&actor, case(1)).await.unwrap();
        let shown = if may_read(actor.role) {
            person()
        } else {
            person().masked()
        };
        assert!(seen == [shown], "{}", actor.role);
    }
    let masked = person().masked();
    assert!(!may_read(Role::Auditor) && !may_read(Role::Resident) && !may_read(Role::System));
    assert_eq!(
        (masked.name.as_str(), masked.phone.as_str()),
        ("林**", "138****0000")
    );
    assert!(!masked.identity_number.contains(char::is_numeric));
    assert_eq!(format!("{:?}", person()), "PersonalData(sealed)");
    let told = city.engine.questions();
    let (registry, now) = (city.engine.reference(), Moment::now(city.engine.now()));
    let story = told.timeline(case(1), &registry, now).await.unwrap();
    assert!(!format!("{story:?}").contains("林晓梅"));

    assert!(city.engine.erase(&subject()).unwrap());
    assert!(
        !city.engine.erase(&subject()).unwrap(),
        "there was no key any more"
    );
    let city = city.restart().await;
    let seen = city
        .engine
        .reporters(&people::officer(), case(1))
        .await
        .unwrap();
    assert!(seen.is_empty());
    assert_eq!(city.sound().await, chain);
    assert_eq!(city.events(case(1)).await, events);
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
