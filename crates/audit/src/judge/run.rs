//! One walk over a log: reference data is judged as it comes, cases are dealt out to a judge a core
//! by their streams, each lot under the law of its place.

use super::cases::Cases;
use super::central::Central;
use super::law::Law;
use super::lot::Lot;
use super::past::Past;
use super::report::{JudgeReport, Tally};
use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_store::{EventRef, RecordedEvent, StoreError, Walk};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use tokio::runtime::Handle;
use uuid::Uuid;

/// Lots on their way to one judge.
const LOTS_WAITING: usize = 4;

/// How a log is judged.
///
/// ```
/// use gridwhistle_audit::judge::JudgeOptions;
///
/// let all = JudgeOptions::default();
/// assert_eq!((all.up_to, all.most), (None, 1_000));
/// ```
#[derive(Clone, Debug)]
pub struct JudgeOptions {
    /// The last position to be judged; none: the head of the log.
    pub up_to: Option<u64>,
    /// Deviations that are listed; all are counted.
    pub most: usize,
    /// Judges of cases; none: one a core.
    pub judges: Option<usize>,
}

impl Default for JudgeOptions {
    fn default() -> Self {
        Self {
            up_to: None,
            most: 1_000,
            judges: None,
        }
    }
}

/// Judges a log from its first event on, and computes every checksum and the chain on the way.
///
/// # Errors
/// [`Problem::Store`] where the log cannot be read or its hashes do not fit: what somebody changed
/// is no log to be judged. What the law did not allow is no error but the answer.
pub async fn judge(source: &Source, options: JudgeOptions) -> Result<JudgeReport, Problem> {
    let head = source.head().await?;
    let up_to = options.up_to.map_or(head, |until| until.min(head));
    let (source, runtime) = (source.clone(), Handle::current());
    let walk = move || {
        // Most logs hold no deviation, and then one reading of each case is enough.
        let one = walk(&source, &runtime, (up_to, &options, Readings::One))?;
        match one {
            Some(report) => Ok(report),
            None => {
                let two = walk(&source, &runtime, (up_to, &options, Readings::Two))?;
                Ok(two.ok_or(StoreError::Closed)?)
            }
        }
    };
    let walked = tokio::task::spawn_blocking(walk).await;
    walked.map_err(|_| StoreError::Closed)?
}

/// How each case is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readings {
    /// By what the rules give, as long as the log holds the same: the fastest way. The first deviation
    /// ends it.
    One,
    /// By what the log holds, and where the two part also by what the rules gave.
    Two,
}

/// Whether a walk with one reading met what the rules do not give, and is in vain.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt(Arc<AtomicBool>);

impl Doubt {
    pub(super) fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn stands(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Walks the log once; none where one reading is not enough.
fn walk(
    source: &Source,
    runtime: &Handle,
    (up_to, options, readings): (u64, &JudgeOptions, Readings),
) -> Result<Option<JudgeReport>, Problem> {
    let cores = || thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let judges = options.judges.unwrap_or_else(cores).max(1);
    let past = Past::new(source.clone(), runtime.clone());
    let doubt = Doubt::default();
    thread::scope(|scope| {
        let (mut queues, mut at_work) = (Vec::new(), Vec::new());
        for _ in 0..judges {
            let (queue, lots): (SyncSender<Lot>, Receiver<Lot>) = sync_channel(LOTS_WAITING);
            let (past, with) = (past.clone(), (readings, doubt.clone()));
            queues.push(queue);
            at_work.push(scope.spawn(move || {
                let mut cases = Cases::new(past, with, options.most);
                while let Ok(lot) = lots.recv() {
                    cases.lot(&lot);
                }
                cases.tally
            }));
        }
        let mut dealer = Dealer::new(queues, options.most);
        let (mut hashes, mut fault) = (Walk::new(), None);
        let mut each = |event: EventRef<'_>| {
            if let Err(found) = hashes.step(&event) {
                fault = Some(found);
                return ControlFlow::Break(());
            }
            dealer.event(&event);
            match doubt.stands() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        };
        let walked = source.log().replay(source.tenant(), 0, up_to, &mut each);
        let mut tally = dealer.end();
        for judge in at_work {
            // A judge that panicked has judged nothing that could be told.
            tally.merge(judge.join().map_err(|_| StoreError::Closed)?);
        }
        if let Some(fault) = fault {
            return Err(StoreError::from(fault).into());
        }
        if let Some(problem) = past.failure() {
            return Err(problem);
        }
        if doubt.stands() {
            return Ok(None);
        }
        let mut report = tally.report;
        report.up_to = walked?;
        source.tenant().clone_into(&mut report.tenant);
        Ok(Some(report))
    })
}

/// Deals events out: to the central judge whole commands, to the judges of cases lots.
struct Dealer {
    central: Central,
    queues: Vec<SyncSender<Lot>>,
    lots: Vec<Option<Lot>>,
    /// Events of the command that is being read, where it is for the central judge.
    pending: Vec<RecordedEvent>,
    /// Kind, stream and command of the last event.
    last: (String, String, Uuid),
}

impl Dealer {
    fn new(queues: Vec<SyncSender<Lot>>, most: usize) -> Self {
        let lots = queues.iter().map(|_| None).collect();
        Self {
            central: Central::new(most),
            queues,
            lots,
            pending: Vec::new(),
            last: (String::new(), String::new(), Uuid::nil()),
        }
    }

    fn event(&mut self, event: &EventRef<'_>) {
        let (kind, stream, command) = (&self.last.0, &self.last.1, self.last.2);
        let same = command == event.command_id
            && stream == event.aggregate_id
            && kind == event.aggregate_type;
        if !same {
            self.settle();
            event.aggregate_type.clone_into(&mut self.last.0);
            event.aggregate_id.clone_into(&mut self.last.1);
            self.last.2 = event.command_id;
        }
        if matches!(event.aggregate_type, "case" | "evaluation") {
            self.deal(event, !same);
        } else {
            self.pending.push(event.to_recorded());
        }
    }

    /// Hands the central judge what it has to judge before anything that follows. What stood before
    /// goes out first, under the law that stood then.
    fn settle(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let rows = std::mem::take(&mut self.pending);
        let first = rows.first().map(|row| row.stream.aggregate_type.as_str());
        if matches!(
            first,
            Some("registry" | "catalogue" | "policy" | "calendar")
        ) {
            (0..self.lots.len()).for_each(|judge| self.send(judge));
        }
        self.central.command(&rows);
    }

    fn deal(&mut self, event: &EventRef<'_>, first: bool) {
        // An evaluation goes where its case goes.
        let case = event.aggregate_id.get(..36).unwrap_or(event.aggregate_id);
        let mut hasher = DefaultHasher::new();
        case.hash(&mut hasher);
        let judges = self.lots.len().max(1) as u64;
        let judge = usize::try_from(hasher.finish() % judges).unwrap_or(0);
        let full = self.lots.get(judge).and_then(Option::as_ref);
        if first && full.is_some_and(Lot::is_full) {
            self.send(judge);
        }
        if self.lots.get(judge).is_some_and(Option::is_none) {
            let law: Arc<Law> = self.central.law();
            if let Some(lot) = self.lots.get_mut(judge) {
                *lot = Some(Lot::new(law));
            }
        }
        if let Some(Some(lot)) = self.lots.get_mut(judge) {
            lot.push(event, first);
        }
    }

    fn send(&mut self, judge: usize) {
        let lot = self.lots.get_mut(judge).and_then(Option::take);
        if let (Some(lot), Some(queue)) =
            (lot.filter(|lot| !lot.is_empty()), self.queues.get(judge))
        {
            // A judge that is gone is found when it is waited for.
            let _ = queue.send(lot);
        }
    }

    fn end(mut self) -> Tally {
        self.settle();
        (0..self.lots.len()).for_each(|judge| self.send(judge));
        self.queues.clear();
        self.central.tally
    }
}
