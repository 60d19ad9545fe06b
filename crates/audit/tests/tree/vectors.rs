//! Every RFC 6962 vector of the shared data, through the function that checks receipts.

use gridwhistle_audit::tree::check::{extended, included};
use serde_json::Value;
use std::path::PathBuf;
use tlog_tiles::Hash;

fn vectors() -> Vec<Value> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let file = PathBuf::from(shared).join("merkle/rfc6962_vectors_a.jsonl");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. These tests need the shared data: put the folder `shared/data` with \
             `merkle` beside the workspace's own folder",
            file.display()
        )
    });
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A hash of the vectors. Some are words of another length, which stand for any wrong hash: they
/// are filled up with zeros.
fn hash(value: &Value) -> Hash {
    use base64::Engine;
    let text = value.as_str().unwrap_or_default();
    let bytes = base64::prelude::BASE64_STANDARD.decode(text).unwrap();
    let mut hash = [0; 32];
    let kept = bytes.len().min(32);
    hash[..kept].copy_from_slice(&bytes[..kept]);
    Hash(hash)
}

#[test]
fn every_vector_of_rfc_6962_is_judged_as_it_should_be() {
    let (mut held, mut refused, mut wrong) = (0, 0, Vec::new());
    for vector in vectors() {
        let number = |name: &str| vector[name].as_u64().unwrap();
        let of = |name: &str| hash(&vector[name]);
        let proof = vector["proof"].as_array().cloned().unwrap_or_default();
        let path: Vec<Hash> = proof.iter().map(hash).collect();
        let name = vector["name"].as_str().unwrap();
        let (kind, _) = name.split_once('/').unwrap();
        let (leaf, root) = (of("leafHash"), of("root"));
        let (old, new) = (of("root1"), of("root2"));
        let answer = match kind {
            "inclusion" => included(
                &(0..number("treeSize")),
                number("leafIdx"),
                leaf,
                root,
                &path,
            ),
            "subtreeinclusion" => {
                let span = number("start")..number("end");
                included(&span, number("leafIdx"), leaf, root, &path)
            }
            "consistency" => extended(&(0..number("size1")), old, number("size2"), new, &path),
            "subtreeconsistency" => {
                let span = number("start")..number("end");
                extended(&span, old, number("size"), new, &path)
            }
            other => panic!("vectors of a kind that is not known: {other}"),
        };
        if answer.is_err() {
            refused += 1;
        } else {
            held += 1;
        }
        if answer.is_err() != vector["wantErr"].as_bool().unwrap() {
            wrong.push(name.to_owned());
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((held, refused), (20, 245));
}
