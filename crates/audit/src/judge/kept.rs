//! The cases that one judge knows, in bounded memory: those used lately as they are, those used before
//! them packed, all others in the log alone.
//!
//! What is kept of a case is its state by what the log holds and, where the two parted, by what the rules
//! gave: some kilobytes. Packed it is JSON, about half of that.

use super::cases::Known;
use foldhash::fast::RandomState as Fast;
use gridwhistle_domain::ids::CaseId;
use std::collections::HashMap;

/// Cases of a generation that are kept as they are.
const CASES: usize = 8_192;
/// Bytes of a generation of packed cases.
const PACKED_BYTES: usize = 32 << 20;

/// Cases in four generations. What is taken out comes back as the youngest.
pub(super) struct Kept {
    // Boxed: the state of a case is some kilobytes, which a map that grows would move.
    young: HashMap<CaseId, Box<Known>, Fast>,
    old: HashMap<CaseId, Box<Known>, Fast>,
    packed: Packed,
    packed_before: Packed,
    most: (usize, usize),
}

#[derive(Default)]
struct Packed {
    cases: HashMap<CaseId, Box<[u8]>, Fast>,
    bytes: usize,
}

impl Packed {
    fn take(&mut self, id: &CaseId) -> Option<Box<Known>> {
        let packed = self.cases.remove(id)?;
        self.bytes -= packed.len();
        // What cannot be unpacked is read from the log.
        serde_json::from_slice(&packed).ok()
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self::of(CASES, PACKED_BYTES)
    }
}

impl Kept {
    /// At most twice so many cases as they are, and packed ones of twice so many bytes.
    fn of(cases: usize, packed_bytes: usize) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            packed: Packed::default(),
            packed_before: Packed::default(),
            most: (cases, packed_bytes),
        }
    }

    /// Takes a case out, to be put back; none: the log alone knows it.
    pub(super) fn take(&mut self, id: &CaseId) -> Option<Box<Known>> {
        let at_hand = self.young.remove(id).or_else(|| self.old.remove(id));
        at_hand
            .or_else(|| self.packed.take(id))
            .or_else(|| self.packed_before.take(id))
    }

    /// Puts a case in, or back.
    pub(super) fn put(&mut self, id: CaseId, known: Box<Known>) {
        self.young.insert(id, known);
        if self.young.len() < self.most.0 {
            return;
        }
        let young = std::mem::take(&mut self.young);
        for (id, known) in std::mem::replace(&mut self.old, young) {
            self.pack(id, &known);
        }
    }

    fn pack(&mut self, id: CaseId, known: &Known) {
        let Ok(packed) = serde_json::to_vec(known) else {
            return;
        };
        if self.packed.bytes + packed.len() > self.most.1 {
            self.packed_before = std::mem::take(&mut self.packed);
        }
        self.packed.bytes += packed.len();
        self.packed.cases.insert(id, packed.into_boxed_slice());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_domain::case::Case;
    use uuid::Uuid;

    fn id(number: u128) -> CaseId {
        CaseId(Uuid::from_u128(number))
    }

    fn known(number: u64) -> Box<Known> {
        let case = Case {
            version: number,
            description: "路灯不亮".to_owned(),
            ..Case::default()
        };
        Box::new(Known {
            case,
            ..Known::default()
        })
    }

    #[test]
    fn what_was_not_used_for_long_is_packed_and_comes_back_the_same() {
        let mut kept = Kept::of(2, 1 << 20);
        (1..=9).for_each(|number| kept.put(id(number.into()), known(number)));
        assert!(kept.young.len() + kept.old.len() <= 4);
        for number in 1..=9 {
            let back = kept.take(&id(number.into())).unwrap();
            assert_eq!(back.case, known(number).case);
        }
        assert_eq!((kept.packed.bytes, kept.packed_before.bytes), (0, 0));
        assert!(kept.take(&id(1)).is_none());
    }

    #[test]
    fn there_is_a_bound_beyond_which_cases_are_let_go() {
        let one = serde_json::to_vec(&known(1)).unwrap().len();
        let mut kept = Kept::of(2, one * 5);
        (1..=1_000).for_each(|number| kept.put(id(number.into()), known(number)));
        assert!(kept.packed.bytes + kept.packed_before.bytes <= one * 11);
        let packed = kept.packed.cases.len() + kept.packed_before.cases.len();
        assert!((2..=10).contains(&packed), "{packed}");
        assert!(kept.take(&id(1)).is_none(), "long gone: the log knows it");
        assert!(kept.take(&id(1_000)).is_some());
    }
}
