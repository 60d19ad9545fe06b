//! Archives verified by their files alone: with the key of the log nothing in them can be changed.

use super::archive::{case_id, city, held, written};
use super::source;
use crate::city::City;
use crate::city::work::{closed, on_the_spot};
use chrono::TimeDelta;
use gridwhistle::Clock;
use gridwhistle_audit::archive::ArchiveProblem;
use gridwhistle_audit::archive::case::{self, Archived, Believed, CaseVerified};
use gridwhistle_audit::archive::segment::{self, Period};
use gridwhistle_audit::tree::{Role, Sealer, SigningKey, Tree};
use gridwhistle_audit::{Problem, Source};
use gridwhistle_store::{StreamId, digest};
use std::path::Path;

fn key() -> SigningKey {
    SigningKey::from_seed("city.example/log", Role::Log, [7; 32]).unwrap()
}

/// A city's log sealed under a folder.
async fn sealed(source: &Source, folder: &Path) -> Tree {
    let tree = Tree::at(folder, source.tenant());
    let mut sealer = Sealer::open(source, &tree, key()).await.unwrap();
    sealer.seal().await.unwrap();
    tree
}

fn believed(key: &SigningKey) -> Believed {
    Believed {
        log: key.verifier(),
        witnesses: Vec::new(),
        wanted: 0,
    }
}

fn problem(answer: Result<CaseVerified, Problem>) -> ArchiveProblem {
    match answer {
        Err(Problem::Archive(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_case_is_verified_by_its_file_alone() {
    let (city, folder) = (city().await, tempfile::tempdir().unwrap());
    let source = source(&city).await;
    let tree = sealed(&source, folder.path()).await;
    let page = case::write(&source, case_id(1).0, Vec::new(), Some(&tree)).await;
    let page = page.unwrap();
    let by = believed(&key());
    let verified = case::verify("case.html", &page, Some(&by)).unwrap();
    let archived = held(&page);
    let positions: Vec<u64> = archived.events.iter().map(|event| event.position).collect();
    assert_eq!(verified.proven, positions);
    assert_eq!(verified.events, positions.len() as u64);
    assert_eq!(verified.evidence, ["a".repeat(64)]);
    assert_eq!(verified.signed_by.as_deref(), Some("city.example/log"));
    assert_eq!(verified.other_files, [""; 0]);
    assert_eq!(verified.chain, city.sound().await);
    // The object alone says the same.
    let json = serde_json::to_string(&archived).unwrap();
    assert_eq!(
        case::verify("case.json", &json, Some(&by)).unwrap(),
        verified
    );
    let other = SigningKey::from_seed("city.example/log", Role::Log, [8; 32]).unwrap();
    let foreign = case::verify("case.html", &page, Some(&believed(&other)));
    assert!(matches!(foreign, Err(Problem::Tree(_))), "{foreign:?}");
    for cut in ["", "hello", &page[..page.len() / 2]] {
        let problem = problem(case::verify("case.html", cut, None));
        assert_eq!(problem.code(), "archive_unreadable", "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_case_that_was_changed_is_told_by_position() {
    let (city, folder) = (city().await, tempfile::tempdir().unwrap());
    let source = source(&city).await;
    let tree = sealed(&source, folder.path()).await;
    let page = case::write(&source, case_id(1).0, Vec::new(), Some(&tree)).await;
    let (page, by) = (page.unwrap(), believed(&key()));
    let honest = held(&page);
    let check = |archived: &Archived, by: Option<&Believed>| {
        case::verify("case", &serde_json::to_string(archived).unwrap(), by)
    };
    let first = honest.events[0].position;
    let changed = page.replace("water over the pavement", "nothing happened");
    let found = problem(case::verify("case.html", &changed, None));
    assert!(
        matches!(&found, ArchiveProblem::Changed { fault, .. } if fault.position == first),
        "{found}"
    );
    for place in 0..honest.events.len() {
        let mut dropped = honest.clone();
        let gone = dropped.events.remove(place);
        let found = check(&dropped, Some(&by)).err();
        let code = found.as_ref().map(Problem::code);
        // Without its last event the case fits in itself; whether there was more, no file can tell.
        let is_last = place + 1 == honest.events.len();
        let expected = [Some("archive_changed"), None, Some("case_not_over")];
        let expected = if is_last {
            &expected[1..]
        } else {
            &expected[..1]
        };
        assert!(expected.contains(&code), "{}: {found:?}", gone.position);
    }
    // Everything computed anew: it fits in itself, and no proof is of what it says.
    let mut forged = honest.clone();
    let stream = StreamId::new(forged.aggregate_type.clone(), forged.case.clone());
    let rows = source.stream(&stream, forged.until).await.unwrap();
    let mut row = rows[0].clone();
    row.payload = row
        .payload
        .replace("water over the pavement", "nothing happened");
    let event = &mut forged.events[0];
    event.payload.clone_from(&row.payload);
    event.checksum = hex::encode(digest::checksum(&row.borrowed()));
    // What stands beside it in the log follows on a chain value that nobody can check here.
    let passed = check(&forged, None).unwrap();
    assert_eq!((passed.signed_by, passed.other_files.len()), (None, 1));
    let found = problem(check(&forged, Some(&by)));
    assert!(
        matches!(found, ArchiveProblem::Unproven { position, .. } if position == first),
        "{found}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_was_rewritten_whole_is_told_by_a_checkpoint() {
    let (city, folder) = (city().await, tempfile::tempdir().unwrap());
    let [first, second, whole] = ["1", "2", "3"].map(|name| folder.path().join(name));
    let noon = city.clock.now() - TimeDelta::hours(12);
    let period = |from, before| Period { from, before };
    let one = written(&city, &first, period(None, Some(noon))).await;
    let two = written(&city, &second, period(Some(noon), None)).await;
    let source = source(&city).await;
    let tree = sealed(&source, folder.path()).await;
    let kept = [tree.newest().unwrap()];
    let files = [first.clone(), second.clone()];
    let held = segment::verify_against(&files, &kept).unwrap();
    let covered: Vec<_> = held.iter().map(|one| one.sealed).collect();
    assert_eq!(covered, [Some(one.last), Some(two.last)]);
    let alone = segment::verify_against(&files, &[]).unwrap();
    assert!(alone.iter().all(|one| one.sealed.is_none()));
    let elsewhere = segment::verify_against(&files[..1], &kept).unwrap_err();
    assert!(
        matches!(elsewhere, ArchiveProblem::CheckpointElsewhere { size } if size == two.last),
        "{elsewhere}"
    );
    // Another history of as many events, sound in itself.
    let other = City::in_memory().await;
    closed(&other, case_id(11)).await;
    other.later(TimeDelta::days(1));
    on_the_spot(&other, case_id(12)).await;
    assert_eq!(other.head().await, two.last);
    written(&other, &whole, Period::default()).await;
    let files = [whole];
    assert!(segment::verify(&files[0]).is_ok());
    let found = segment::verify_against(&files, &kept).unwrap_err();
    assert!(
        matches!(found, ArchiveProblem::NotSealed { position, .. } if position == two.last),
        "{found}"
    );
}
