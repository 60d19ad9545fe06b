//! Sealing goes on where it stopped, proofs of every event hold, and what is wrong is told apart.

use crate::kit::{Place, fill, log_key, look, memory, seal, witness_key};
use gridwhistle_audit::Problem;
use gridwhistle_audit::tree::{
    EventName, EventProof, Extension, Role, Sealed, Sealer, SigningKey, Tree, TreeProblem,
};
use gridwhistle_store::conformance::TENANT;
use std::path::Path;

/// Every file of a tree that is not partial, with its bytes.
fn full_tiles(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("tile")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if !name.contains(".p/") {
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_tree_sealed_in_steps_is_the_tree_sealed_at_once() {
    let source = memory(1).await;
    let (steps, once) = (Place::new(), Place::new());
    for until in [1, 2, 255, 256, 257, 511, 512, 700] {
        fill(&**source.log(), until).await;
        assert_eq!(seal(&source, &steps.tree()).await.size(), until);
    }
    let (step, one) = (
        steps.tree().newest().unwrap(),
        seal(&source, &once.tree()).await,
    );
    assert_eq!(step.bytes(), one.bytes());
    let names = |tiles: Vec<(String, Vec<u8>)>| tiles.into_iter().map(|tile| tile.1);
    let (step, one) = (steps.tree(), once.tree());
    assert!(names(full_tiles(step.folder())).eq(names(full_tiles(one.folder()))));
}

#[tokio::test]
async fn every_event_is_proved_by_every_checkpoint_that_covers_it() {
    let (source, place) = (memory(300).await, Place::new());
    let tree = place.tree();
    let early = seal(&source, &tree).await;
    fill(&**source.log(), 800).await;
    let late = seal(&source, &tree).await;
    let key = log_key().verifier();
    for sealed in [early, late] {
        for position in 1..=sealed.size() {
            let event = EventName::Position(position).find(&source).await.unwrap();
            let proof = EventProof::make(&tree, sealed.clone(), &event).unwrap();
            let read = EventProof::read(&proof.bytes().unwrap()).unwrap();
            let proven = read.check(&key, &[], 0).unwrap();
            assert_eq!(
                (proven.event.position, proven.size),
                (position, sealed.size())
            );
            assert_eq!(proven.event.payload, event.payload);
        }
    }
}

#[tokio::test]
async fn an_event_is_named_by_position_or_by_its_case() {
    let source = memory(50).await;
    let by_case = EventName::read("3/2").unwrap().find(&source).await.unwrap();
    let by_position = EventName::read(&by_case.position.to_string()).unwrap();
    assert_eq!(by_position.find(&source).await.unwrap(), by_case);
    for text in ["", "0", "x", "3/0", "3/", "/1", "-1"] {
        assert!(EventName::read(text).is_err(), "{text}");
    }
    let missing = EventName::read("3/77").unwrap().find(&source).await;
    assert!(matches!(
        missing,
        Err(Problem::Tree(TreeProblem::NoEvent(_)))
    ));
}

#[tokio::test]
async fn an_event_that_is_not_sealed_yet_has_no_proof() {
    let (source, place) = (memory(10).await, Place::new());
    let sealed = seal(&source, &place.tree()).await;
    fill(&**source.log(), 11).await;
    let event = EventName::Position(11).find(&source).await.unwrap();
    let refused = EventProof::make(&place.tree(), sealed, &event);
    let (position, size) = (11, 10);
    assert_eq!(refused, Err(TreeProblem::NotSealed { position, size }));
}

#[tokio::test]
async fn a_proof_of_another_event_or_log_does_not_hold() {
    let (source, place) = (memory(20).await, Place::new());
    let sealed = seal(&source, &place.tree()).await;
    let mut event = EventName::Position(7).find(&source).await.unwrap();
    let proof = EventProof::make(&place.tree(), sealed.clone(), &event).unwrap();
    event.payload = event.payload.replace("text", "test");
    let forged = EventProof::make(&place.tree(), sealed, &event);
    assert_eq!(forged, Err(TreeProblem::NotIncluded(7)));
    let other = SigningKey::from_seed("town.example", Role::Log, [1; 32]).unwrap();
    let refused = proof.check(&other.verifier(), &[], 0);
    assert!(matches!(refused, Err(TreeProblem::Origin { .. })));
    let stranger = SigningKey::from_seed("city.example/log", Role::Log, [2; 32]).unwrap();
    let refused = proof.check(&stranger.verifier(), &[], 0);
    assert!(matches!(refused, Err(TreeProblem::NotSigned(_))));
    let witness = witness_key(9).verifier();
    let refused = proof.check(&log_key().verifier(), std::slice::from_ref(&witness), 1);
    let (found, wanted) = (0, 1);
    assert_eq!(refused, Err(TreeProblem::Witnesses { found, wanted }));
    let role = proof.check(&witness, &[], 0);
    assert!(matches!(role, Err(TreeProblem::Role { .. })));
}

/// As a kill between tiles and checkpoint leaves it, and one within a tile.
#[tokio::test]
async fn sealing_goes_on_from_whatever_a_kill_left() {
    let (source, place) = (memory(300).await, Place::new());
    let tree = place.tree();
    let before = seal(&source, &tree).await;
    fill(&**source.log(), 900).await;
    let after = seal(&source, &tree).await;
    let checkpoint = tree.folder().join("checkpoint");
    std::fs::write(&checkpoint, before.bytes()).unwrap();
    std::fs::write(tree.folder().join("checkpoint.new"), "city.exa").unwrap();
    std::fs::write(tree.folder().join("tile/0/002"), [7; 100]).unwrap();
    std::fs::write(tree.folder().join("tile/0/003.new"), [7; 100]).unwrap();
    assert_eq!(seal(&source, &tree).await.bytes(), after.bytes());
    assert!(look(&source, &tree).await.is_sound());
    // Killed before the very first checkpoint.
    std::fs::remove_file(&checkpoint).unwrap();
    assert_eq!(seal(&source, &tree).await.bytes(), after.bytes());
}

#[tokio::test]
async fn one_sealer_at_a_time_and_only_with_the_key_of_the_log() {
    let (source, place) = (memory(5).await, Place::new());
    let tree = place.tree();
    let mut sealer = Sealer::open(&source, &tree, log_key()).await.unwrap();
    assert_eq!(sealer.seal().await.unwrap().unwrap().size(), 5);
    assert_eq!(sealer.seal().await.unwrap(), None);
    let second = Sealer::open(&source, &tree, log_key()).await;
    assert!(matches!(
        second.err(),
        Some(Problem::Tree(TreeProblem::Locked(_)))
    ));
    drop(sealer);
    let other = SigningKey::from_seed("town.example", Role::Log, [1; 32]).unwrap();
    let refused = Sealer::open(&source, &tree, other).await.err();
    assert!(matches!(
        refused,
        Some(Problem::Tree(TreeProblem::Origin { .. }))
    ));
    let witness = Sealer::open(&source, &tree, witness_key(1)).await.err();
    assert!(matches!(
        witness,
        Some(Problem::Tree(TreeProblem::Role { .. }))
    ));
}

#[tokio::test]
async fn a_tree_of_another_log_is_not_gone_on_with() {
    let (ours, place) = (memory(40).await, Place::new());
    seal(&ours, &place.tree()).await;
    // Command ids are drawn, so no two logs are alike.
    let theirs = memory(60).await;
    let refused = Sealer::open(&theirs, &place.tree(), log_key()).await.err();
    let Some(Problem::Tree(TreeProblem::Altered(fault))) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(fault.position, 1);
    let report = look(&theirs, &place.tree()).await;
    assert_eq!(report.first_bad(), Some(1));
}

#[tokio::test]
async fn any_two_checkpoints_of_a_tree_are_consistent() {
    let (source, place) = (memory(1).await, Place::new());
    let tree = place.tree();
    let mut all: Vec<Sealed> = Vec::new();
    for until in [1, 7, 256, 300, 512, 777] {
        fill(&**source.log(), until).await;
        all.push(seal(&source, &tree).await);
    }
    for (nth, old) in all.iter().enumerate() {
        tree.holds(old).unwrap();
        for new in &all[nth..] {
            let made = Extension::make(&tree, old.size(), new.clone()).unwrap();
            let read = Extension::read(&made.bytes()).unwrap();
            read.continues(old).unwrap();
            assert_eq!(read, made);
        }
        for older in &all[..nth] {
            let made = Extension::make(&tree, older.size(), old.clone()).unwrap();
            let wrong = made.continues(&all[5]);
            assert!(wrong.is_err() || old == &all[5]);
        }
    }
    let back = Extension::make(&tree, 777, all[0].clone());
    let (have, given) = (777, 1);
    assert_eq!(back, Err(TreeProblem::Backwards { have, given }));
}

#[tokio::test]
async fn a_tree_without_a_checkpoint_says_so() {
    let place = Place::new();
    let missing = Tree::at(&place.path("nowhere"), TENANT).newest();
    assert!(matches!(missing, Err(TreeProblem::NoTree(_))));
    let source = memory(3).await;
    let report = look(&source, &place.tree()).await;
    assert!(report.is_sound() && report.tree.is_none());
    assert!(
        report
            .lines()
            .iter()
            .any(|line| line.en.contains("no checkpoint"))
    );
}
