//! Chance from a fixed seed: the same seed gives the same city, cases and events.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of chance. Every case has its own, so that cases do not disturb each other.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a seed with this number.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// From 0 to `n` - 1; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64().checked_rem(n).unwrap_or(0)
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Whether it hits in this many of a hundred.
    pub(super) fn hits(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several; the list must not be empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let place = self.below(items.len() as u64);
        &items[usize::try_from(place).unwrap_or(0)]
    }

    /// One of several by weight; the weights must not all be 0.
    pub(super) fn weighted<'a, T>(&mut self, items: &'a [(u64, T)]) -> &'a T {
        let sum = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(sum);
        for (weight, item) in items {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &items[0].1
    }
}
