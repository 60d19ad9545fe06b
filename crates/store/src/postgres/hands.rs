//! The two hands of a writer: while the server writes what one has sent, the other takes what comes
//! and seals it.
//!
//! One batch is under way at a time: that of the hand which has the desk. The other seals onto the
//! head that there will be once that batch is written. Where it is not, because somebody else moved
//! the head, a command was refused, or the line was cut, what was sealed ahead fits no head and is
//! planned again. So nothing rests on the guess but time, and batches are settled in their order.
//! Nobody is answered before the commit.

use std::cell::RefCell;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use tokio::sync::{Mutex, MutexGuard};

use super::batch::{Known, Plan, Room};
use super::options::PostgresOptions;
use super::rhythm::Rhythm;
use super::writer::Desk;
use crate::clock::Clock;
use crate::event::Append;
use crate::head::Head;
use crate::queue::{Arrivals, Job};
use crate::round::answer;

/// Two hands, one queue, one desk; all on one thread.
pub(super) struct Hands {
    intake: Mutex<Intake>,
    desk: Mutex<Desk>,
    rhythm: RefCell<Rhythm>,
    arrivals: Arc<Arrivals>,
    clock: Arc<dyn Clock>,
    options: PostgresOptions,
}

/// What the hand that gathers holds.
struct Intake {
    jobs: Receiver<Job>,
    /// The head once the batch under way is written, where that can be told.
    head: Option<Head>,
}

/// What was gathered, and as much of it as was sealed ahead: the first commands.
struct Batch {
    jobs: Vec<Job>,
    commands: usize,
    ahead: Option<Plan>,
    room: Room,
}

impl Hands {
    pub(super) fn new(
        desk: Desk,
        jobs: Receiver<Job>,
        arrivals: Arc<Arrivals>,
        clock: &Arc<dyn Clock>,
        options: &PostgresOptions,
    ) -> Self {
        Self {
            intake: Mutex::new(Intake { jobs, head: None }),
            desk: Mutex::new(desk),
            rhythm: RefCell::default(),
            arrivals,
            clock: Arc::clone(clock),
            options: options.clone(),
        }
    }

    /// Works until nobody can queue anything any more, and all that was queued is answered.
    pub(super) async fn work(&self) {
        tokio::join!(self.hand(), self.hand());
    }

    /// One hand: gathers a batch, writes it, answers, and begins again.
    async fn hand(&self) {
        loop {
            let mut intake = self.intake.lock().await;
            let mut batch = self.batch(intake.head);
            let mut desk = self.gather(&intake, &mut batch).await;
            batch.stands_on(desk.head(), &*self.clock, &self.options);
            if !self.fill(&intake, &mut batch, &mut desk).await {
                return;
            }
            intake.head = batch.leads_to();
            self.rhythm
                .borrow_mut()
                .closes(batch.commands, Instant::now());
            drop(intake);

            let began = Instant::now();
            let done = desk.write(&batch.jobs, batch.ahead.take()).await;
            self.rhythm.borrow_mut().took(began.elapsed());
            if self.rhythm.borrow().goes_at_once(self.arrivals.come()) {
                // The server has work before the callers have their answers.
                drop(desk);
                let_others_run().await;
                answer(&mut batch.jobs, Ok(done));
            } else {
                // The next batch waits for these callers to come back.
                answer(&mut batch.jobs, Ok(done));
                drop(desk);
            }
        }
    }

    fn batch(&self, onto: Option<Head>) -> Batch {
        Batch {
            jobs: Vec::new(),
            commands: 0,
            ahead: onto.map(Plan::onto),
            room: self.options.room(),
        }
    }

    /// Waits for the desk, and seals meanwhile what has come, once as much is there as is under way.
    async fn gather(&self, intake: &Intake, batch: &mut Batch) -> MutexGuard<'_, Desk> {
        let mut desk = pin!(self.desk.lock());
        let enough = self.rhythm.borrow().as_many_again(self.options.batch);
        tokio::select! {
            biased;
            desk = &mut desk => return desk,
            () = self.arrivals.reach(enough) => self.take(intake, batch),
        }
        desk.await
    }

    /// Takes what is queued.
    fn take(&self, intake: &Intake, batch: &mut Batch) {
        while batch.commands < self.options.batch
            && let Ok(job) = intake.jobs.try_recv()
        {
            batch.add(job, &*self.clock);
        }
    }

    /// Fills the batch with what is queued, waits for the first command if there is none, and
    /// lingers for callers that are expected back. Blocks, for nothing else is under way. False
    /// when nothing will come any more.
    async fn fill(&self, intake: &Intake, batch: &mut Batch, desk: &mut Desk) -> bool {
        self.take(intake, batch);
        while batch.jobs.is_empty() {
            match intake.jobs.recv_timeout(self.options.idle) {
                Ok(job) => batch.add(job, &*self.clock),
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {
                    desk.let_go();
                    batch.stands_on(None, &*self.clock, &self.options);
                    // The connection says good-bye when it is run for the last time.
                    let_others_run().await;
                }
            }
        }
        let (enough, until) = self.rhythm.borrow().lingers(batch.commands, Instant::now());
        while batch.commands < enough.min(self.options.batch) {
            let left = until.saturating_duration_since(Instant::now());
            match intake.jobs.recv_timeout(left) {
                Ok(job) => batch.add(job, &*self.clock),
                Err(_) => break,
            }
        }
        true
    }
}

impl Batch {
    /// Takes a job, and seals its commands ahead as long as they go into one transaction.
    fn add(&mut self, job: Job, clock: &dyn Clock) {
        if let Some(plan) = &mut self.ahead {
            seal(plan, &mut self.room, job.appends(), clock);
        }
        self.commands += job.commands();
        self.jobs.push(job);
    }

    /// The log ends here: what was sealed onto another head is sealed again.
    fn stands_on(&mut self, head: Option<Head>, clock: &dyn Clock, options: &PostgresOptions) {
        if self.ahead.as_ref().map(|plan| plan.before) == head {
            return;
        }
        self.room = options.room();
        self.ahead = head.map(Plan::onto);
        if let Some(plan) = &mut self.ahead {
            for job in &self.jobs {
                seal(plan, &mut self.room, job.appends(), clock);
            }
        }
    }

    /// The head once all of it is written, if it was sealed whole.
    fn leads_to(&self) -> Option<Head> {
        let plan = self.ahead.as_ref()?;
        (plan.answers.len() == self.commands).then_some(plan.after)
    }
}

fn seal(plan: &mut Plan, room: &mut Room, appends: &[Append], clock: &dyn Clock) {
    // What the database holds is not asked: it compares.
    let known = Known::default();
    for append in appends.iter().take_while(|append| room.takes(append)) {
        plan.add(append, &known, clock);
    }
}

/// Lets the other hand send, and the connection take that to the server. After one turn the other
/// hand has spoken, after two the connection has.
async fn let_others_run() {
    for _ in 0..2 {
        // Behind whatever is waiting to run; it is only to be waited for.
        let _ = tokio::spawn(async {}).await;
    }
}
