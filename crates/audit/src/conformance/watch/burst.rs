//! Signatures of one person at the deadline: where so many of them fall within so short a time that
//! nobody can have read the cases.

use super::{Met, flag};
use crate::conformance::flag::{Flag, FlagKind};
use crate::conformance::thresholds::{BURST_MINUTES, BURST_SIGNS, EVIDENCE};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;

/// One person, signature after signature.
pub(super) struct Signer {
    pub(super) person: String,
    /// The last signatures, so many as make a burst.
    last: VecDeque<Given>,
    burst: Burst,
}

/// A signature.
struct Given {
    met: Met,
    unit: String,
    /// Whether the burst has it already.
    taken: bool,
}

/// What was met of a burst.
#[derive(Default)]
struct Burst {
    /// The first signatures, as evidence.
    met: Vec<Met>,
    /// The newest signature's instant.
    until: Option<DateTime<Utc>>,
    signs: i64,
    /// The unit of all of them; none where there are several.
    unit: Option<String>,
}

impl Burst {
    fn push(&mut self, met: &Met, unit: &str) {
        self.signs += 1;
        self.until = Some(met.at);
        if self.signs == 1 {
            self.unit = Some(unit.to_owned()).filter(|unit| !unit.is_empty());
        } else if self.unit.as_deref() != Some(unit) {
            self.unit = None;
        }
        if self.met.len() < EVIDENCE {
            self.met.push(met.clone());
        }
    }

    fn told(self, person: &str) -> Option<Flag> {
        let figures = [
            ("signs", self.signs),
            ("from", i64::try_from(BURST_SIGNS).unwrap_or(i64::MAX)),
            ("minutes", BURST_MINUTES),
        ];
        let whom = (self.unit, Some(person.to_owned()));
        let told = flag(FlagKind::SignBurst, whom, &self.met, &figures)?;
        Some(Flag {
            until: self.until?,
            ..told
        })
    }
}

impl Signer {
    pub(super) fn new(person: String) -> Self {
        Self {
            person,
            last: VecDeque::with_capacity(BURST_SIGNS),
            burst: Burst::default(),
        }
    }

    /// Takes the next signature, and tells the burst that is over by then.
    pub(super) fn signs(&mut self, met: Met, unit: String) -> Option<Flag> {
        if self.last.len() == BURST_SIGNS {
            self.last.pop_front();
        }
        let since = self.last.front().map_or(met.at, |first| first.met.at);
        let short = met.at - since < TimeDelta::minutes(BURST_MINUTES);
        let taken = false;
        self.last.push_back(Given { met, unit, taken });
        if self.last.len() < BURST_SIGNS || !short {
            return None;
        }
        let goes_on = self.last.iter().any(|given| given.taken);
        let over = (!goes_on).then(|| std::mem::take(&mut self.burst));
        for given in self.last.iter_mut().filter(|given| !given.taken) {
            self.burst.push(&given.met, &given.unit);
            given.taken = true;
        }
        over?.told(&self.person)
    }

    /// Tells the last burst, where there was one.
    pub(super) fn told(self) -> Option<Flag> {
        self.burst.told(&self.person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bursts of one person who signs at these minutes: from, until, how many.
    #[track_caller]
    fn check(minutes: &[i64], expected: &[(i64, i64, i64)]) {
        let at = |minute: i64| DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        let mut signer = Signer::new("P-water".to_owned());
        let mut told = Vec::new();
        for (event, minute) in (1..).zip(minutes) {
            let case = format!("case {event}");
            let met = Met {
                at: at(*minute),
                event,
                case,
            };
            told.extend(signer.signs(met, "B-water".to_owned()));
        }
        told.extend(signer.told());
        let since = |at: DateTime<Utc>| (at - DateTime::UNIX_EPOCH).num_minutes();
        let found = told.iter().map(|flag| {
            assert_eq!(flag.events.len(), flag.cases.len());
            (since(flag.from), since(flag.until), flag.figures["signs"])
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_burst_is_found_wherever_it_begins() {
        check(&[0, 57, 58, 59, 61, 62, 63], &[(57, 63, 6)]);
        check(&[0, 10, 20, 30, 59], &[(0, 59, 5)]);
        check(&[0, 10, 20, 30, 60], &[]);
    }

    #[test]
    fn bursts_that_overlap_are_one_and_others_are_told_apart() {
        let hours: Vec<i64> = (0..12).map(|tenth| tenth * 14).collect();
        check(&hours, &[(0, 154, 12)]);
        check(
            &[0, 1, 2, 3, 4, 63, 64, 65, 66, 67],
            &[(0, 4, 5), (63, 67, 5)],
        );
    }
}
