//! Clauses: what an append writes, and what it refuses.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{Backend, TENANT, append, case, clock, start};
use crate::clock::ManualClock;
use crate::error::AppendError;
use crate::event::{Append, Appended};

/// Events come back in the order in which they were appended, field by field as they were given.
pub async fn events_of_a_stream_come_back_in_order(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let mut first = append(1, 0, 2);
    first.events[1].payload = "{ \"é\" : [1.50, null],\n \"汉\":\"\\u0000字\" }".to_owned();
    let second = append(1, 2, 1);
    let answer = log.append(first.clone()).await.unwrap();
    let expected = Appended {
        first_position: 1,
        last_position: 2,
        version: 2,
        repeated: false,
    };
    assert_eq!(answer, expected);
    log.append(append(2, 0, 1)).await.unwrap();
    let answer = log.append(second.clone()).await.unwrap();
    let expected = Appended {
        first_position: 4,
        last_position: 4,
        version: 3,
        repeated: false,
    };
    assert_eq!(answer, expected);

    let events = log.read_stream(TENANT, &case(1), 0).await.unwrap();
    let given: Vec<_> = first.events.iter().chain(&second.events).collect();
    assert_eq!(events.len(), given.len());
    for (nth, (event, given)) in events.iter().zip(given).enumerate() {
        assert_eq!(event.sequence, nth as u64 + 1);
        assert_eq!(event.position, [1, 2, 4][nth]);
        assert_eq!((&event.tenant[..], &event.stream), (TENANT, &case(1)));
        assert_eq!(
            (&event.event_type, &event.payload),
            (&given.event_type, &given.payload)
        );
        assert_eq!(event.event_version, given.event_version);
        assert_eq!(event.metadata, given.metadata);
        assert_eq!(
            (event.occurred_at, event.recorded_at),
            (given.occurred_at, start())
        );
        assert_eq!(
            event.command_id,
            [first.command_id, second.command_id][nth / 2]
        );
    }
    let tail = log.read_stream(TENANT, &case(1), 2).await.unwrap();
    assert_eq!(tail, events[2..]);
    assert_eq!(log.read_stream(TENANT, &case(1), 9).await.unwrap(), []);
    assert_eq!(log.read_stream(TENANT, &case("none"), 0).await.unwrap(), []);
}

/// An append on a version that is not the stream's is refused, older or newer.
pub async fn a_stale_writer_conflicts(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    log.append(append(1, 0, 3)).await.unwrap();
    for expected in [0, 2, 4] {
        let refused = log.append(append(1, expected, 1)).await;
        assert_eq!(
            refused,
            Err(AppendError::Conflict {
                expected,
                actual: 3
            })
        );
    }
    let refused = log.append(append(2, 1, 1)).await;
    assert_eq!(
        refused,
        Err(AppendError::Conflict {
            expected: 1,
            actual: 0
        })
    );
    assert_eq!(log.head(TENANT).await.unwrap(), 3);
}

/// A refused append leaves no event, no position, and its command id free.
pub async fn an_append_is_whole_or_not_at_all(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    log.append(append(1, 0, 1)).await.unwrap();
    let mut late = append(1, 0, 5);
    log.append(late.clone()).await.unwrap_err();
    assert_eq!(log.head(TENANT).await.unwrap(), 1);
    assert_eq!(log.command(TENANT, late.command_id).await.unwrap(), None);
    late.expected_version = 1;
    let answer = log.append(late).await.unwrap();
    assert_eq!(
        (answer.first_position, answer.last_position, answer.version),
        (2, 6, 6)
    );
    assert_eq!(log.read_stream(TENANT, &case(1), 0).await.unwrap().len(), 6);
}

/// Input that breaks a rule is refused, and the refusal names the field.
pub async fn bad_input_is_refused_by_name(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    type Spoil = fn(&mut Append);
    let cases: [(&str, Spoil); 10] = [
        ("tenant", |append| append.tenant.clear()),
        ("stream.aggregate_id", |append| {
            append.stream.aggregate_id = "a\0b".to_owned()
        }),
        ("stream.aggregate_type", |append| {
            append.stream.aggregate_type.clear()
        }),
        ("events", |append| append.events.clear()),
        // Each goes by itself; a database takes no message of all of them.
        ("events", |append| {
            append.events[0].payload = format!("\"{}\"", "x".repeat(14_000_000));
            append.events = vec![append.events[0].clone(); 5];
        }),
        ("expected_version", |append| {
            append.expected_version = u64::MAX
        }),
        ("events[1].payload", |append| {
            append.events[1].payload = "{\"a\":".to_owned()
        }),
        ("events[0].metadata", |append| {
            append.events[0].metadata = "{\"a\":1}".to_owned()
        }),
        ("events[0].metadata", |append| {
            append.events[0].metadata = "[]".to_owned()
        }),
        ("events[1].event_type", |append| {
            append.events[1].event_type.clear()
        }),
    ];
    for (name, spoil) in cases {
        let mut spoilt = append(1, 0, 2);
        spoil(&mut spoilt);
        match log.append(spoilt).await {
            Err(AppendError::Invalid { field, .. }) => assert_eq!(field, name),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(log.head(TENANT).await.unwrap(), 0);
    assert_eq!(log.tenants().await.unwrap(), Vec::<String>::new());
}

/// Appends that are sent together are answered one by one, and a refusal stops none of the others.
pub async fn many_appends_are_each_for_themselves(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let mut bad = append(3, 0, 1);
    bad.events[0].payload = "no JSON".to_owned();
    let first = append(1, 0, 2);
    let sent = vec![
        first.clone(),
        append(1, 0, 1),
        bad,
        append(1, 2, 1),
        first,
        append(2, 0, 1),
    ];
    let answers = log.append_all(sent).await;
    assert_eq!(answers.len(), 6);
    assert_eq!(answers[0].as_ref().unwrap().last_position, 2);
    assert_eq!(
        answers[1],
        Err(AppendError::Conflict {
            expected: 0,
            actual: 2
        })
    );
    assert!(matches!(answers[2], Err(AppendError::Invalid { .. })));
    assert_eq!(answers[3].as_ref().unwrap().last_position, 3);
    assert!(answers[4].as_ref().unwrap().repeated);
    assert_eq!(answers[5].as_ref().unwrap().last_position, 4);
    assert_eq!(log.head(TENANT).await.unwrap(), 4);
    assert_eq!(log.append_all(Vec::new()).await, []);
}

/// When the clock goes back, `recorded_at` stands still; `occurred_at` is none of its business.
pub async fn recorded_at_never_goes_back(backend: &dyn Backend) {
    let clock = clock();
    let log = backend.open(clock.clone()).await;
    log.append(append(1, 0, 1)).await.unwrap();
    clock.advance(TimeDelta::hours(-3));
    let mut early = append(1, 1, 1);
    early.events[0].occurred_at = start() - TimeDelta::days(900);
    log.append(early).await.unwrap();
    clock.set(start() + TimeDelta::seconds(1));
    log.append(append(1, 2, 1)).await.unwrap();
    drop(log);
    // A later process with a clock behind holds to it as well.
    let behind = Arc::new(ManualClock::new(start() - TimeDelta::days(1)));
    let log = backend.open(behind).await;
    log.append(append(1, 3, 1)).await.unwrap();
    let events = log.read_log(TENANT, 0, 10).await.unwrap();
    let times: Vec<_> = events
        .iter()
        .map(|event| event.recorded_at - start())
        .collect();
    let second = TimeDelta::seconds(1);
    assert_eq!(times[..3], [TimeDelta::zero(), TimeDelta::zero(), second]);
    assert!(times[3] >= second);
    assert_eq!(events[1].occurred_at, start() - TimeDelta::days(900));
}

/// Finer digits than microseconds are cut off before the checksum is taken.
pub async fn instants_are_cut_to_microseconds(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let mut fine = append(1, 0, 1);
    fine.events[0].occurred_at = start() + TimeDelta::nanoseconds(1_999);
    log.append(fine).await.unwrap();
    let events = log.read_stream(TENANT, &case(1), 0).await.unwrap();
    assert_eq!(events[0].occurred_at, start() + TimeDelta::microseconds(1));
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}
