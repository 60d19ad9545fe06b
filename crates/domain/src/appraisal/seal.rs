//! The commitment that binds a sealed form.

use super::quarter::Quarter;
use super::ratee::Ratee;
use crate::evaluation::Answers;
use crate::registry::Place;
use sha2::{Digest, Sha256};

/// Marks what is hashed, so that no other hash of the product can stand in for it.
const PURPOSE: &str = "gridwhistle appraisal 1";

/// The commitment to a form: SHA-256 over purpose, round, rater, rated, answers and nonce, in
/// lower-case hexadecimal, each part with its length before it as in
/// [`crate::evaluation::commitment`].
#[must_use]
pub fn commitment(
    round: Quarter,
    rater: &Place,
    ratee: &Ratee,
    answers: &Answers,
    nonce: &str,
) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(PURPOSE);
    part(&round.to_string());
    part(&rater.to_string());
    part(ratee.person().map_or("", |person| person.as_str()));
    part(ratee.unit().as_str());
    part(&answers.0.len().to_string());
    for (item, answer) in &answers.0 {
        part(item);
        part(&answer.score.to_string());
        part(answer.reason.as_deref().unwrap_or_default());
    }
    part(nonce);
    hex::encode(hash.finalize())
}
