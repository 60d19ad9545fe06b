//! What waits to be told to one subscriber: in order within a case, whose first event holds back the
//! rest of that case and of no other. Knows no line and no clock.

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::subscribers::{DeadLetter, Note, Waiting};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// From one try to the next, in seconds; after the last one there is none.
const PAUSES: [i64; 8] = [5, 30, 300, 1_800, 7_200, 18_000, 36_000, 86_400];
/// Events that wait, at most: the log keeps the rest.
const MOST: usize = 1_000;

/// What came of a try that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// By code.
    pub(super) reason: &'static str,
    /// What was answered.
    pub(super) status: Option<u16>,
    /// The receiver could not be reached at all: it is no fault of this event.
    pub(super) down: bool,
}

impl Failure {
    /// The event has a form that this program does not know.
    pub(super) const UNREADABLE: Self = Self {
        reason: "unreadable",
        status: None,
        down: false,
    };
}

/// An event on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) position: u64,
    pub(super) case: CaseId,
    pub(super) fact: String,
    pub(super) attempts: u32,
    due: DateTime<Utc>,
    /// Its last try found nobody.
    down: bool,
}

/// The queue of one subscriber.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// All events up to here were looked at.
    pub(super) reached: u64,
    cases: BTreeMap<CaseId, VecDeque<Entry>>,
    busy: BTreeSet<CaseId>,
    waiting: usize,
    died: Vec<DeadLetter>,
    /// Events that were settled since the last note.
    pub(super) settled: usize,
}

impl Queue {
    /// An empty queue for what comes after a position.
    pub(super) fn after(reached: u64) -> Self {
        Self {
            reached,
            ..Self::default()
        }
    }

    /// Whether there is room for one more.
    pub(super) const fn has_room(&self) -> bool {
        self.waiting < MOST
    }

    /// Takes an event in, behind those of its case that come before it in the log.
    pub(super) fn push(&mut self, case: CaseId, fact: &str, waiting: Waiting) {
        let queue = self.cases.entry(case).or_default();
        let before = |entry: &Entry| entry.position < waiting.position;
        let place = queue.iter().take_while(|entry| before(entry)).count();
        if queue
            .get(place)
            .is_some_and(|next| next.position == waiting.position)
        {
            return;
        }
        // Whatever is on its way stays in front.
        let place = place
            .max(usize::from(self.busy.contains(&case)))
            .min(queue.len());
        let entry = Entry {
            position: waiting.position,
            case,
            fact: fact.to_owned(),
            attempts: waiting.attempts,
            due: waiting.due,
            down: false,
        };
        queue.insert(place, entry);
        self.waiting += 1;
    }

    /// The next event that is due, by its place in the log.
    pub(super) fn next(&mut self, now: DateTime<Utc>) -> Option<Entry> {
        let fronts = self.cases.values().filter_map(VecDeque::front);
        let free = fronts.filter(|entry| entry.due <= now && !self.busy.contains(&entry.case));
        let next = free.min_by_key(|entry| entry.position)?.clone();
        self.busy.insert(next.case);
        Some(next)
    }

    /// Whether anything waits that is not on its way.
    pub(super) fn is_waiting(&self) -> bool {
        self.cases.len() > self.busy.len()
    }

    /// It was told. If the receiver was away before, it is back: whatever only waited for that is due.
    pub(super) fn told(&mut self, entry: &Entry, now: DateTime<Utc>) {
        self.settle(entry);
        for waiting in self.cases.values_mut().filter_map(VecDeque::front_mut) {
            if std::mem::take(&mut waiting.down) {
                waiting.due = waiting.due.min(now);
            }
        }
    }

    /// It was not: it waits for the next try, or there is none any more.
    pub(super) fn failed(&mut self, entry: &Entry, failure: &Failure, now: DateTime<Utc>) {
        let attempts = entry.attempts + 1;
        let pause = PAUSES.get(entry.attempts as usize);
        if let Some(pause) = pause {
            self.busy.remove(&entry.case);
            let front = self
                .cases
                .get_mut(&entry.case)
                .and_then(VecDeque::front_mut);
            if let Some(front) = front {
                front.attempts = attempts;
                front.due = now + TimeDelta::seconds(*pause);
                front.down = failure.down;
            }
            return;
        }
        self.settle(entry);
        self.died.push(DeadLetter {
            position: entry.position,
            case: entry.case,
            fact: entry.fact.clone(),
            attempts,
            reason: failure.reason.to_owned(),
            status: failure.status,
            at: now,
        });
    }

    /// It was neither: the try was broken off.
    pub(super) fn broken_off(&mut self, entry: &Entry) {
        self.busy.remove(&entry.case);
    }

    fn settle(&mut self, entry: &Entry) {
        self.busy.remove(&entry.case);
        if let Some(queue) = self.cases.get_mut(&entry.case) {
            queue.pop_front();
            if queue.is_empty() {
                self.cases.remove(&entry.case);
            }
        }
        self.waiting -= 1;
        self.settled += 1;
    }

    /// Whether somebody should know soon: events died.
    pub(super) const fn has_dead(&self) -> bool {
        !self.died.is_empty()
    }

    /// Where it stands. What is on its way waits still.
    pub(super) fn note(&self) -> Note {
        let waiting = self.cases.values().flatten().map(|entry| Waiting {
            position: entry.position,
            attempts: entry.attempts,
            due: entry.due,
        });
        let mut waiting: Vec<Waiting> = waiting.collect();
        waiting.sort_by_key(|waiting| waiting.position);
        Note {
            reached: self.reached,
            waiting,
            died: self.died.clone(),
        }
    }

    /// The note is on record.
    pub(super) fn noted(&mut self) {
        self.died.clear();
        self.settled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle::domain::ids::CaseId;

    const DOWN: Failure = Failure {
        reason: "unreachable",
        status: None,
        down: true,
    };
    const REFUSED: Failure = Failure {
        reason: "answered",
        status: Some(500),
        down: false,
    };

    fn case(number: u128) -> CaseId {
        CaseId(uuid::Uuid::from_u128(number))
    }

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn queue(entries: &[(u128, u64)]) -> Queue {
        let mut queue = Queue::default();
        for (number, position) in entries {
            let waiting = Waiting {
                position: *position,
                attempts: 0,
                due: now(),
            };
            queue.push(case(*number), "CaseClosed", waiting);
        }
        queue
    }

    #[test]
    fn a_case_that_waits_holds_back_itself_and_no_other() {
        let mut queue = queue(&[(1, 1), (1, 2), (2, 3)]);
        let first = queue.next(now()).unwrap();
        let second = queue.next(now()).unwrap();
        assert_eq!((first.position, second.position), (1, 3));
        assert_eq!(queue.next(now()), None, "one of a case at a time");
        queue.failed(&first, &REFUSED, now());
        queue.told(&second, now());
        assert_eq!(queue.next(now()), None, "the first of its case waits");
        let later = now() + TimeDelta::seconds(5);
        let again = queue.next(later).unwrap();
        assert_eq!((again.position, again.attempts), (1, 1));
        queue.told(&again, later);
        assert_eq!(queue.next(later).unwrap().position, 2);
    }

    #[test]
    fn after_the_last_pause_it_is_dead_and_its_case_goes_on() {
        let mut queue = queue(&[(1, 1), (1, 2)]);
        let mut at = now();
        for pause in PAUSES {
            let entry = queue.next(at).unwrap();
            queue.failed(&entry, &REFUSED, at);
            at += TimeDelta::seconds(pause - 1);
            assert_eq!(queue.next(at), None);
            at += TimeDelta::seconds(1);
        }
        let last = queue.next(at).unwrap();
        queue.failed(&last, &REFUSED, at);
        let note = queue.note();
        assert_eq!((note.died[0].position, note.died[0].attempts), (1, 9));
        assert_eq!(note.died[0].status, Some(500));
        assert_eq!(queue.next(at).unwrap().position, 2);
    }

    #[test]
    fn a_receiver_that_is_back_is_told_at_once_what_waited_for_it() {
        let mut queue = queue(&[(1, 1), (2, 2), (3, 3)]);
        let [first, second, third] = [(); 3].map(|()| queue.next(now()).unwrap());
        queue.failed(&first, &DOWN, now());
        queue.failed(&second, &REFUSED, now());
        queue.told(&third, now());
        assert_eq!(queue.next(now()).unwrap().position, 1);
        assert_eq!(queue.next(now()), None, "what was refused waits its time");
    }

    #[test]
    fn a_letter_that_is_told_again_goes_in_its_place_and_only_once() {
        let mut queue = queue(&[(1, 5), (1, 7)]);
        for _ in 0..2 {
            let waiting = Waiting {
                position: 3,
                attempts: 0,
                due: now(),
            };
            queue.push(case(1), "CaseReported", waiting);
        }
        let waiting: Vec<u64> = queue
            .note()
            .waiting
            .iter()
            .map(|one| one.position)
            .collect();
        assert_eq!(waiting, [3, 5, 7]);
        assert_eq!(queue.next(now()).unwrap().position, 3);
    }
}
