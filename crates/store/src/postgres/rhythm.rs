//! When a batch goes: for which callers it waits.
//!
//! Callers that were just answered come back within microseconds, and the longer a batch waits for
//! them, the fewer flushes there are. Where all of them wait for one batch, though, the server
//! stands still while they are answered and come back, and our thread while the server writes. In
//! halves, one is written while the other comes back. That pays where the work for a command is
//! dear and a flush is cheap, which is the disk's and the line's doing: both ways are tried now and
//! then, and the faster one is kept.

use std::time::{Duration, Instant};

/// The longest wait for callers that are expected back.
const LINGER: Duration = Duration::from_micros(500);
/// Batches for which each way is tried, the first few of them uncounted; and for which the faster
/// one is kept.
const TRIED: u32 = 32;
const UNCOUNTED: u32 = 4;
const KEPT: u32 = 2_048;

/// The two ways to part callers into batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All into one.
    Whole,
    /// Half of them, while the other half is under way.
    Halves,
}

/// What a trial counted.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    commands: u128,
    nanos: u128,
}

impl Tally {
    /// Whether it wrote more commands in the same time, by more than a thirtieth.
    fn beats(&self, other: &Tally) -> bool {
        self.commands * other.nanos * 30 > other.commands * self.nanos * 31
    }
}

/// How a tenant's batches follow one another.
#[derive(Debug)]
pub(super) struct Rhythm {
    /// Commands of all batches until now, and of the last one, which may be under way.
    closed: u64,
    last: usize,
    closed_at: Option<Instant>,
    linger: Duration,
    way: Way,
    /// What each way brought; none while the faster one is kept.
    trial: Option<[Tally; 2]>,
    batches: u32,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            closed: 0,
            last: 0,
            closed_at: None,
            linger: Duration::ZERO,
            way: Way::Whole,
            trial: Some(Default::default()),
            batches: 0,
        }
    }
}

impl Rhythm {
    /// How many commands will have come when as many are there as are under way, or as one batch
    /// takes.
    pub(super) fn as_many_again(&self, most: usize) -> u64 {
        self.closed + self.last.clamp(1, most.max(1)) as u64
    }

    /// Whether the next batch waits for nobody, now that so many commands have come.
    pub(super) fn goes_at_once(&self, come: u64) -> bool {
        come >= self.closed + self.last.max(1) as u64
    }

    /// With so many commands at hand: how many to wait for, and until when.
    pub(super) fn lingers(&self, at_hand: usize, now: Instant) -> (usize, Instant) {
        let enough = match self.way {
            Way::Whole => self.last,
            Way::Halves => (self.last + at_hand).div_ceil(2),
        };
        (enough, now + self.linger)
    }

    /// A batch of so many commands is sent.
    pub(super) fn closes(&mut self, commands: usize, now: Instant) {
        if let Some(before) = self.closed_at {
            self.count(now - before);
        }
        self.closed_at = Some(now);
        self.closed += commands as u64;
        self.last = commands;
    }

    /// Says how long the batch took to write.
    pub(super) fn took(&mut self, written_in: Duration) {
        self.linger = (written_in / 2).min(LINGER);
    }

    /// The last batch took this long until the next one followed it.
    fn count(&mut self, passed: Duration) {
        self.batches += 1;
        let Some(tallies) = &mut self.trial else {
            if self.batches >= KEPT {
                self.begin(Way::Whole);
                self.trial = Some(Default::default());
            }
            return;
        };
        if self.batches > UNCOUNTED {
            let tally = &mut tallies[self.way as usize];
            tally.commands += self.last as u128;
            tally.nanos += passed.as_nanos();
        }
        if self.batches < TRIED {
            return;
        }
        let [whole, halves] = *tallies;
        match self.way {
            Way::Whole => self.begin(Way::Halves),
            Way::Halves => {
                self.trial = None;
                self.begin(if halves.beats(&whole) {
                    Way::Halves
                } else {
                    Way::Whole
                });
            }
        }
    }

    fn begin(&mut self, way: Way) {
        self.way = way;
        self.batches = 0;
    }
}
