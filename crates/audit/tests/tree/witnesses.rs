//! A second body signs what continues what it signed before, and nothing else.

use crate::forger::{events, made_to_fit, write};
use crate::kit::{Place, address, fill, log_key, memory, noon, open, seal, witness_key};
use gridwhistle_audit::Source;
use gridwhistle_audit::tree::witness::cosign;
use gridwhistle_audit::tree::{EventName, EventProof, Extension, Sealed, TreeProblem};
use gridwhistle_store::conformance::TENANT;

/// The log's checkpoint at its head, with the proof from an older size.
async fn handed(source: &Source, place: &Place, old: u64) -> Extension {
    let sealed = seal(source, &place.tree()).await;
    Extension::make(&place.tree(), old, sealed).unwrap()
}

fn signed(extension: &Extension, last: Option<&Sealed>) -> Result<Sealed, TreeProblem> {
    let log = log_key().verifier();
    cosign(extension, last, &log, &witness_key(1), noon())
}

#[tokio::test]
async fn a_witness_signs_a_log_as_it_grows() {
    let (source, place) = (memory(100).await, Place::new());
    let first = signed(&handed(&source, &place, 0).await, None).unwrap();
    fill(&**source.log(), 400).await;
    let second = signed(&handed(&source, &place, 100).await, Some(&first)).unwrap();
    let witness = witness_key(1).verifier();
    assert_eq!(second.witnessed_by(&witness).unwrap().at, noon());

    let event = EventName::Position(42).find(&source).await.unwrap();
    let proof = EventProof::make(&place.tree(), second, &event).unwrap();
    let proof = EventProof::read(&proof.bytes().unwrap()).unwrap();
    let keys = [witness, witness_key(2).verifier()];
    let proven = proof.check(&log_key().verifier(), &keys, 1).unwrap();
    assert_eq!(proven.witnesses.len(), 1);
    let both = proof.check(&log_key().verifier(), &keys, 2);
    assert!(matches!(both, Err(TreeProblem::Witnesses { .. })));
}

#[tokio::test]
async fn a_proof_from_elsewhere_or_a_checkpoint_of_before_is_not_signed() {
    let (source, place) = (memory(100).await, Place::new());
    let early = handed(&source, &place, 0).await;
    let first = signed(&early, None).unwrap();
    fill(&**source.log(), 400).await;
    let elsewhere = signed(&handed(&source, &place, 90).await, Some(&first));
    let (have, given) = (100, 90);
    assert_eq!(elsewhere, Err(TreeProblem::Elsewhere { have, given }));
    let second = signed(&handed(&source, &place, 100).await, Some(&first)).unwrap();
    let back = signed(&early, Some(&second));
    let (have, given) = (400, 100);
    assert_eq!(back, Err(TreeProblem::Backwards { have, given }));
    // A memory that the witness did not sign itself is none.
    let swapped = signed(&early, Some(early.sealed()));
    assert!(matches!(swapped, Err(TreeProblem::NotSigned(_))));
}

/// The log shows one body another past than the other: same key, same size, other events.
#[tokio::test]
async fn a_split_view_shows() {
    let (source, place) = (memory(100).await, Place::new());
    let first = signed(&handed(&source, &place, 0).await, None).unwrap();
    let mut forged = events(&**source.log()).await;
    forged[49].payload = r#"{"text": "told to others"}"#.to_owned();
    made_to_fit(&mut forged);
    let other = open(&address(&place.path("other.db")));
    write(&*other, forged).await;
    let (other, elsewhere) = (Source::of(other, TENANT).await.unwrap(), Place::new());
    let same_size = signed(&handed(&other, &elsewhere, 0).await, Some(&first));
    assert_eq!(same_size, Err(TreeProblem::Split(100)));
    assert_eq!(elsewhere.tree().holds(&first), Err(TreeProblem::Split(100)));
    fill(&**other.log(), 200).await;
    let grown = signed(&handed(&other, &elsewhere, 100).await, Some(&first));
    let (old, new) = (100, 200);
    assert_eq!(grown, Err(TreeProblem::NotExtended { old, new }));
}
