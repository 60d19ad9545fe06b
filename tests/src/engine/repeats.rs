//! The idempotency key: a repeat gets the first answer, another request under it is refused.

use super::on_every_store;
use crate::city::work::{accept, on_the_spot, progress, report};
use crate::city::{City, LEAK, case, people};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::{Receipt, Request};
use uuid::Uuid;

on_every_store! {
    a_repeat_gets_the_first_answer
    a_key_with_another_request_is_refused
    a_version_that_moved_on_is_refused
    who_stands_in_for_whom_is_part_of_the_request
}

const KEY: Uuid = Uuid::from_u128(7);

/// The same answer as the first, and nothing written.
#[track_caller]
fn repeated(first: &Receipt, again: &Receipt) {
    assert_eq!(
        (again.position, again.version),
        (first.position, first.version)
    );
    assert!(again.repeated && again.facts.is_empty());
}

async fn a_repeat_gets_the_first_answer(city: City) {
    let request = || Request::new(people::resident(), case(1), report("a lamp")).with_key(KEY);
    let first = city.engine.request(request()).await.unwrap();
    assert!(!first.repeated);
    assert_eq!(first.facts, ["CaseReported", "ClockStarted"]);
    let head = city.head().await;
    repeated(&first, &city.engine.request(request()).await.unwrap());

    // The case has moved: the rules would now refuse the command, the first answer stands.
    let accepting = accept(CaseClass::TimeLimited, LEAK);
    let accepting =
        || Request::new(people::leader(), case(1), accepting.clone()).with_key(Uuid::from_u128(8));
    let accepted = city.engine.request(accepting()).await.unwrap();
    let moved = city.head().await;
    assert!(moved > head);
    repeated(&first, &city.engine.request(request()).await.unwrap());
    // Also for a caller that still expects the version before its own command.
    repeated(
        &accepted,
        &city
            .engine
            .request(accepting().expecting(first.version))
            .await
            .unwrap(),
    );

    let city = city.restart().await;
    repeated(&first, &city.engine.request(request()).await.unwrap());
    repeated(&accepted, &city.engine.request(accepting()).await.unwrap());
    assert_eq!(city.head().await, moved);
    city.sound().await;
}

async fn a_key_with_another_request_is_refused(city: City) {
    let first = Request::new(people::resident(), case(1), report("a lamp")).with_key(KEY);
    city.engine.request(first.clone()).await.unwrap();
    let head = city.head().await;
    let mut other_case = first.clone();
    other_case.case = case(2);
    let mut other_person = first.clone();
    other_person.actor = people::officer();
    let mut other_words = first.clone();
    other_words.command = report("two lamps");
    for other in [other_case, other_person, other_words] {
        let refused = city.engine.request(other).await.unwrap_err();
        assert_eq!(refused.code(), "idempotency_key_reused", "{refused}");
    }
    assert_eq!(city.head().await, head);
    assert!(city.engine.case(case(2)).await.unwrap().is_none());
}

async fn a_version_that_moved_on_is_refused(city: City) {
    on_the_spot(&city, case(1)).await;
    let seen = city.engine.case(case(1)).await.unwrap().unwrap().version;
    let note = |text: &str| Request::new(people::officer(), case(1), progress(text));
    let taken = city
        .engine
        .request(note("one").expecting(seen))
        .await
        .unwrap();
    let head = city.head().await;
    for stale in [0, seen, taken.version + 1] {
        let refused = city
            .engine
            .request(note("two").expecting(stale))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "stale_version", "{refused}");
        assert!(
            refused.to_string().contains(&taken.version.to_string()),
            "{refused}"
        );
    }
    assert_eq!(city.head().await, head);
    city.engine
        .request(note("two").expecting(taken.version))
        .await
        .unwrap();
}

async fn who_stands_in_for_whom_is_part_of_the_request(city: City) {
    on_the_spot(&city, case(1)).await;
    let note = |on_behalf_of: Option<&str>| {
        let mut actor = people::officer();
        actor.on_behalf_of = on_behalf_of.map(Into::into);
        Request::new(actor, case(1), progress("swept")).with_key(KEY)
    };
    let nobody = city.engine.request(note(Some("nobody"))).await.unwrap_err();
    assert_eq!(nobody.code(), "person_inactive", "{nobody}");
    city.engine.request(note(None)).await.unwrap();
    let other = city.engine.request(note(Some("P-leader"))).await;
    assert_eq!(other.unwrap_err().code(), "idempotency_key_reused");
}
