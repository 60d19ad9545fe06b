//! Archives stand alone: they verify and replay without their log, and say when they were changed.

use super::source;
use crate::city::City;
use crate::city::people;
use crate::city::work::{closed, on_the_spot};
use chrono::TimeDelta;
use gridwhistle::Clock;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::ids::CaseId;
use gridwhistle_audit::archive::ArchiveProblem;
use gridwhistle_audit::archive::case::{self, Archived, Proof};
use gridwhistle_audit::archive::segment::{self, Period};
use gridwhistle_audit::{Problem, Source};
use gridwhistle_domain::text::Language;
use gridwhistle_store::{StreamId, digest};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use uuid::Uuid;

pub(super) fn case_id(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}

/// A city with a closed case, a day later another at work.
pub(super) async fn city() -> City {
    let city = City::in_memory().await;
    closed(&city, case_id(1)).await;
    city.later(TimeDelta::days(1));
    on_the_spot(&city, case_id(2)).await;
    city
}

pub(super) async fn written(city: &City, path: &Path, period: Period) -> segment::Seal {
    let file = File::create(path).unwrap();
    segment::write(&source(city).await, period, file)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_replay_into_the_log_they_were_written_from() {
    let (city, folder) = (city().await, tempfile::tempdir().unwrap());
    let [first, second] = ["1", "2"].map(|name| folder.path().join(name));
    let noon = city.clock.now() - TimeDelta::hours(12);
    let until = Period {
        before: Some(noon),
        ..Period::default()
    };
    let since = Period {
        from: Some(noon),
        ..Period::default()
    };
    let one = written(&city, &first, until).await;
    let two = written(&city, &second, since).await;
    assert_eq!(
        (one.first, two.first, two.last),
        (1, one.last + 1, city.head().await)
    );
    assert_eq!(one.chain_after, two.chain_before);
    assert_eq!(two.chain_after, city.sound().await);
    let mut replayed = 0;
    let verified = segment::replay(&second, &mut |event| {
        replayed += u64::from(event.position >= two.first);
        ControlFlow::Continue(())
    });
    assert_eq!(verified.unwrap().events, replayed);

    let url = format!("sqlite://{}/again.db", folder.path().display());
    let files = [first.clone(), second.clone()];
    let restored = segment::restore(&url, &files).await.unwrap();
    assert_eq!(restored.chain, two.chain_after);
    let again = Source::open(&url, &one.tenant).await.unwrap();
    let report = again.verify().await.unwrap();
    assert_eq!((report.events, report.chain), (two.last, two.chain_after));
    let stream = StreamId::new("case", case_id(1).to_string());
    let (own, theirs) = (source(&city).await, again);
    assert_eq!(
        own.stream(&stream, two.last).await.unwrap(),
        theirs.stream(&stream, two.last).await.unwrap()
    );
}

/// Why segments do not replay into a store of their own.
async fn refused(files: &[PathBuf]) -> ArchiveProblem {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/again.db", folder.path().display());
    match segment::restore(&url, files).await {
        Err(Problem::Archive(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_out_of_order_or_of_another_log_are_refused() {
    let (city, folder) = (city().await, tempfile::tempdir().unwrap());
    let [first, second, foreign] = ["1", "2", "3"].map(|name| folder.path().join(name));
    let noon = city.clock.now() - TimeDelta::hours(12);
    let since = Period {
        from: Some(noon),
        ..Period::default()
    };
    written(
        &city,
        &first,
        Period {
            before: Some(noon),
            ..Period::default()
        },
    )
    .await;
    written(&city, &second, since).await;
    let other = City::in_memory().await;
    closed(&other, case_id(11)).await;
    other.later(TimeDelta::days(1));
    on_the_spot(&other, case_id(12)).await;
    let other_noon = other.clock.now() - TimeDelta::hours(12);
    let since = Period {
        from: Some(other_noon),
        ..Period::default()
    };
    let seal = written(&other, &foreign, since).await;
    let problem = refused(std::slice::from_ref(&second)).await;
    assert!(
        matches!(problem, ArchiveProblem::Gap { expected: 1, .. }),
        "{problem}"
    );
    let problem = refused(&[first.clone(), first.clone()]).await;
    assert!(
        matches!(problem, ArchiveProblem::Gap { first: 1, .. }),
        "{problem}"
    );
    assert!(seal.first > 1);
    let problem = refused(&[first, foreign]).await;
    assert!(
        matches!(problem, ArchiveProblem::Another { .. }),
        "{problem}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_without_events_is_told() {
    let city = city().await;
    let later = Period {
        from: Some(city.clock.now() + TimeDelta::days(1)),
        ..Period::default()
    };
    let nothing = segment::write(&source(&city).await, later, Vec::new()).await;
    assert!(matches!(
        nothing,
        Err(Problem::Archive(ArchiveProblem::Nothing))
    ));
}

/// Every cut, and a thousand garbled bytes at random places: none is believed, none panics.
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_was_cut_or_garbled_is_never_believed() {
    let (city, folder) = (city().await, tempfile::tempdir().unwrap());
    let path = folder.path().join("segment");
    written(&city, &path, Period::default()).await;
    let sound = std::fs::read(&path).unwrap();
    let whole: Vec<_> = events(&path).unwrap();
    let check = |bytes: &[u8], what: &str| {
        std::fs::write(&path, bytes).unwrap();
        match segment::verify(&path) {
            Err(problem) => {
                assert!(problem.is_input(), "{what}: {problem}");
                assert!(!problem.message(Language::ZhCn).is_ascii());
            }
            // Bytes that nothing depends on, such as the name of the writer.
            Ok(_) => assert_eq!(events(&path).unwrap(), whole, "{what}"),
        }
    };
    for length in (0..sound.len()).step_by(sound.len() / 50) {
        check(&sound[..length], &format!("cut to {length}"));
        assert!(segment::verify(&path).is_err(), "cut to {length}");
    }
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..1_000 {
        let mut bytes = sound.clone();
        let place = random.random_range(0..bytes.len());
        bytes[place] ^= random.random_range(1..=255_u8);
        check(&bytes, &format!("garbled at {place}"));
    }
}

fn events(path: &Path) -> Result<Vec<gridwhistle_store::RecordedEvent>, ArchiveProblem> {
    let mut found = Vec::new();
    segment::replay(path, &mut |event| {
        found.push(event.to_recorded());
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// What a page holds for programs.
pub(super) fn held(page: &str) -> Archived {
    let (_, json) = page
        .split_once("<script type=\"application/json\" id=\"archive\">")
        .unwrap();
    let (json, rest) = json.split_once("</script>").unwrap();
    assert!(!rest.contains("<script"), "one element for programs");
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn an_archived_case_can_be_read_and_its_checksums_computed_again() {
    let city = city().await;
    let source = source(&city).await;
    let proof = Proof {
        name: "receipt.txt".to_owned(),
        text: "</script><b>a proof</b>".to_owned(),
    };
    let page = case::write(&source, case_id(1).0, vec![proof.clone()], None)
        .await
        .unwrap();
    for part in [
        "案件档案",
        "water over the pavement",
        "销号",
        "已解决",
        "resolved",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for fetched in ["http:", "https:", "<img", "<link", "src="] {
        assert!(!page.contains(fetched), "{fetched}");
    }
    let archived = held(&page);
    assert_eq!(archived.proofs, [proof]);
    // Evidence is told by its hash: to people, and in the events.
    let (shown, told) = page.split_once("<script").unwrap();
    let hash = "a".repeat(64);
    assert_eq!(shown.matches(&format!("<code>{hash}</code>")).count(), 2);
    assert!(told.contains(&hash));
    assert_eq!(archived.chain, city.sound().await);
    let stream = StreamId::new(archived.aggregate_type, archived.case);
    let rows = source.stream(&stream, archived.until).await.unwrap();
    assert_eq!(archived.events.len(), rows.len());
    for (event, row) in archived.events.iter().zip(&rows) {
        let mut again = row.clone();
        again.payload.clone_from(&event.payload);
        again.metadata.clone_from(&event.metadata);
        assert_eq!(
            hex::encode(digest::checksum(&again.borrowed())),
            event.checksum
        );
        assert_eq!(
            (event.position, event.recorded_at),
            (row.position, row.recorded_at)
        );
    }
}

#[tokio::test]
async fn only_what_is_over_is_archived() {
    let city = city().await;
    let source = source(&city).await;
    let refused = case::write(&source, case_id(2).0, Vec::new(), None).await;
    let Err(Problem::Archive(problem)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(problem.code(), "case_not_over");
    let absent = case::write(&source, case_id(7).0, Vec::new(), None).await;
    assert!(matches!(
        absent,
        Err(Problem::Archive(ArchiveProblem::NoCase(_)))
    ));
    let withdraw = CaseCommand::Withdraw {
        reason: "it is gone".to_owned(),
    };
    city.allowed(people::resident(), case_id(2), withdraw).await;
    assert!(
        case::write(&source, case_id(2).0, Vec::new(), None)
            .await
            .is_ok()
    );
}
