//! Many callers at once on one case: nothing is lost, nothing happens twice.

use super::on_every_store;
use crate::city::work::{on_the_spot, progress, report};
use crate::city::{City, case, people};
use gridwhistle::Request;
use gridwhistle::domain::case::fact::CaseFact;
use std::collections::BTreeSet;
use tokio::task::JoinSet;
use uuid::Uuid;

on_every_store! {
    callers_that_hammer_one_case_lose_nothing
    one_key_sent_by_many_callers_happens_once
}

const CALLERS: usize = 12;
const NOTES: usize = 6;

async fn callers_that_hammer_one_case_lose_nothing(city: City) {
    on_the_spot(&city, case(1)).await;
    let before = city.engine.case(case(1)).await.unwrap().unwrap().version;
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let engine = city.engine.clone();
        callers.spawn(async move {
            let mut positions = Vec::new();
            for note in 0..NOTES {
                let command = progress(&format!("{caller}/{note}"));
                let receipt = engine.execute(&people::officer(), case(1), command).await;
                positions.push(receipt.unwrap().position);
            }
            positions
        });
    }
    let positions: Vec<u64> = callers.join_all().await.concat();
    let distinct: BTreeSet<u64> = positions.iter().copied().collect();
    assert_eq!(
        distinct.len(),
        CALLERS * NOTES,
        "each command has a position of its own"
    );

    let events = city.events(case(1)).await;
    let notes: Vec<&str> = events
        .iter()
        .filter_map(|event| match &event.fact {
            CaseFact::ProgressRecorded { note, .. } => Some(note.as_str()),
            _ => None,
        })
        .collect();
    let wanted =
        (0..CALLERS).flat_map(|caller| (0..NOTES).map(move |note| format!("{caller}/{note}")));
    assert_eq!(notes.len(), CALLERS * NOTES);
    assert_eq!(
        notes
            .into_iter()
            .map(str::to_owned)
            .collect::<BTreeSet<_>>(),
        wanted.collect()
    );
    // Of one caller, the notes stand in the order in which they were answered.
    for of_one in positions.chunks(NOTES) {
        assert!(of_one.is_sorted(), "{of_one:?}");
    }
    let after = city.engine.case(case(1)).await.unwrap().unwrap().version;
    assert_eq!(after, events.len() as u64);
    assert!(after >= before + (CALLERS * NOTES) as u64);
    let city = city.restart().await;
    assert_eq!(
        city.engine.case(case(1)).await.unwrap().unwrap().version,
        after
    );
    city.sound().await;
}

async fn one_key_sent_by_many_callers_happens_once(city: City) {
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let engine = city.engine.clone();
        let request = Request::new(people::resident(), case(1), report("a lamp"));
        let request = request.with_key(Uuid::from_u128(7));
        callers.spawn(async move { engine.request(request).await.unwrap() });
    }
    let receipts = callers.join_all().await;
    let first = receipts.iter().filter(|receipt| !receipt.repeated).count();
    assert_eq!(first, 1);
    let answers: BTreeSet<_> = receipts
        .iter()
        .map(|one| (one.position, one.version))
        .collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(city.count(case(1), "CaseReported").await, 1);
}
