//! The cases that one judge knows, in bounded memory; all others the log alone knows.
//!
//! What is kept of a case is its state by what the log holds and, where the two parted, by what the rules
//! gave: some kilobytes. A case that is over is let go first: little follows there, and it is read from the
//! log when something does.

use super::cases::Known;
use foldhash::fast::RandomState as Fast;
use gridwhistle_domain::ids::CaseId;
use std::collections::HashMap;

/// Cases of a generation.
const CASES: usize = 8_192;

/// Cases in two generations: those used lately, and of those before them the open ones first.
pub(super) struct Kept {
    // Boxed: the state of a case is some kilobytes, which a map that grows would move.
    young: HashMap<CaseId, Box<Known>, Fast>,
    old: HashMap<CaseId, Box<Known>, Fast>,
    most: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self::of(CASES)
    }
}

impl Kept {
    /// At most twice so many cases.
    fn of(most: usize) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            most,
        }
    }

    /// Takes a case out, to be put back; none: the log alone knows it.
    pub(super) fn take(&mut self, id: &CaseId) -> Option<Box<Known>> {
        self.young.remove(id).or_else(|| self.old.remove(id))
    }

    /// Puts a case in, or back.
    pub(super) fn put(&mut self, id: CaseId, known: Box<Known>) {
        self.young.insert(id, known);
        if self.young.len() < self.most {
            return;
        }
        let is_open = |(_, known): &(CaseId, Box<Known>)| known.case.is_open();
        let before = std::mem::take(&mut self.old);
        let (open, over): (Vec<_>, Vec<_>) = self.young.drain().partition(is_open);
        let (open_before, over_before): (Vec<_>, Vec<_>) = before.into_iter().partition(is_open);
        let all = open
            .into_iter()
            .chain(open_before)
            .chain(over)
            .chain(over_before);
        self.old.extend(all.take(self.most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_domain::case::stage::Stage;
    use uuid::Uuid;

    fn id(number: u128) -> CaseId {
        CaseId(Uuid::from_u128(number))
    }

    fn known(stage: Stage) -> Box<Known> {
        let mut known = Box::<Known>::default();
        known.case.stage = Some(stage);
        known
    }

    #[test]
    fn cases_that_are_over_go_before_those_that_are_open_and_there_is_a_bound() {
        let mut kept = Kept::of(4);
        for number in 1..=8 {
            let stage = if number % 2 == 0 {
                Stage::Closed
            } else {
                Stage::InProgress
            };
            kept.put(id(number), known(stage));
        }
        let held = (1..=8).map(|number| kept.take(&id(number)).is_some());
        assert_eq!(held.collect::<Vec<_>>(), [true, false].repeat(4));
        for number in 1..=1_000 {
            kept.put(id(number), known(Stage::InProgress));
            assert!(kept.young.len() + kept.old.len() <= 8);
        }
        assert!(kept.take(&id(1)).is_none(), "long gone: the log knows it");
        assert!(kept.take(&id(1_000)).is_some());
    }
}
