//! Several processes on the views of one database: each has a store and a runner of its own.

use super::city::{City, TENANT, case};
use super::history::{closed, in_work};
use gridwhistle_cluster::{Cluster, Database};
use gridwhistle_projections::{CaseView, Need, Projection, ProjectionError, Runner, Unreadable};
use gridwhistle_store::views::{self, Lease, RowOp, View, ViewError, ViewOptions, ViewStore};
use gridwhistle_store::{PostgresLog, RecordedEvent, StreamId};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use uuid::Uuid;

/// Stops whoever folds, until the other end is dropped.
struct Gate {
    reached: Arc<Notify>,
    opened: Mutex<Receiver<()>>,
}

fn gate() -> (Arc<Gate>, Arc<Notify>, Sender<()>) {
    let (open, opened) = channel();
    let reached = Arc::new(Notify::new());
    let gate = Gate {
        reached: Arc::clone(&reached),
        opened: Mutex::new(opened),
    };
    (Arc::new(gate), reached, open)
}

/// The case view, which notes what it folds.
struct Noting {
    view: CaseView,
    folded: Arc<Mutex<Vec<u64>>>,
    gate: Option<Arc<Gate>>,
}

impl Projection for Noting {
    fn view(&self) -> &'static View {
        self.view.view()
    }

    fn needs(&self, events: &[RecordedEvent]) -> Vec<Need> {
        self.view.needs(events)
    }

    fn recall(&mut self, stream: &StreamId, past: &[RecordedEvent]) -> Result<(), Unreadable> {
        self.view.recall(stream, past)
    }

    fn fold(&mut self, events: &[RecordedEvent], ops: &mut Vec<RowOp>) -> Result<(), Unreadable> {
        let positions = events.iter().map(|event| event.position);
        self.folded.lock().unwrap().extend(positions);
        if let Some(gate) = &self.gate {
            gate.reached.notify_one();
            let _ = gate.opened.lock().unwrap().recv();
        }
        self.view.fold(events, ops)
    }

    fn forget(&mut self) {
        self.view.forget();
    }
}

/// A database with views that are brought up to date.
fn database() -> Database<'static> {
    let database = Cluster::shared().database();
    PostgresLog::migrate(&database.url()).unwrap();
    database
}

fn store(database: &Database<'_>) -> Arc<dyn ViewStore> {
    views::open(&database.url(), ViewOptions::default()).unwrap()
}

/// A process: a store of its own, and a runner that notes what it folds.
struct Process {
    runner: Arc<Runner>,
    folded: Arc<Mutex<Vec<u64>>>,
}

impl Process {
    async fn start(city: &City, database: &Database<'_>, gate: Option<Arc<Gate>>) -> Self {
        let folded = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&folded);
        let make = move || -> Box<dyn Projection> {
            Box::new(Noting {
                view: CaseView::default(),
                folded: Arc::clone(&noted),
                gate: gate.clone(),
            })
        };
        let (log, views) = (Arc::clone(&city.log), store(database));
        let runner = Runner::with(log, views, TENANT, make).await.unwrap();
        Self {
            runner: Arc::new(runner),
            folded,
        }
    }

    fn folded(&self) -> Vec<u64> {
        self.folded.lock().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn going_on_after_a_restart_and_rebuilding_work_as_on_the_other_stores() {
    let database = database();
    let city = City::over(store(&database));
    super::running::going_on_after_a_restart(city).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_processes_each_event_is_folded_by_one() {
    let database = database();
    let mut city = City::over(store(&database));
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(Process::start(&city, &database, None).await);
    }
    for round in 1..=8 {
        city.append(case(round), &in_work(0, 60)).await;
        let head = city.log.head(TENANT).await.unwrap();
        let asked = processes.iter().map(|process| {
            let runner = Arc::clone(&process.runner);
            tokio::spawn(async move { runner.catch_up(Some(head)).await })
        });
        for asked in asked.collect::<Vec<_>>() {
            assert_eq!(
                asked.await.unwrap().unwrap(),
                head,
                "each reads what it asked for"
            );
        }
        assert_eq!(
            city.views.open_view(TENANT, view()).await.unwrap().position,
            head
        );
    }
    let mut folded: Vec<u64> = processes.iter().flat_map(Process::folded).collect();
    folded.sort_unstable();
    let head = city.log.head(TENANT).await.unwrap();
    assert_eq!(folded, (1..=head).collect::<Vec<_>>());
    let live = city.dump().await;
    processes[0].runner.rebuild(|_| {}).await.unwrap();
    assert_eq!(city.dump().await, live);
}

fn view() -> &'static View {
    CaseView::default().view()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_meanwhile_waits_for_the_one_who_folds() {
    let database = database();
    let mut city = City::over(store(&database));
    let (gate, reached, open) = gate();
    let first = Process::start(&city, &database, Some(gate)).await;
    let second = Process::start(&city, &database, None).await;
    city.append(case(1), &in_work(0, 60)).await;
    let ask = |process: &Process| {
        let runner = Arc::clone(&process.runner);
        tokio::spawn(async move { runner.catch_up(Some(6)).await })
    };
    let folding = ask(&first);
    reached.notified().await;
    let waiting = ask(&second);
    // Long enough for a term to run out: the one who folds renews it.
    let waited = tokio::time::timeout(Duration::from_millis(3_500), async {
        while !waiting.is_finished() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(waited.await.is_err(), "nobody folds what another folds");
    drop(open);
    assert_eq!(folding.await.unwrap().unwrap(), 6);
    assert_eq!(waiting.await.unwrap().unwrap(), 6);
    assert_eq!((first.folded().len(), second.folded().len()), (6, 0));
}

#[test]
fn when_the_one_who_folds_dies_another_takes_over_within_seconds() {
    let database = database();
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(2).enable_all().build().unwrap()
    };
    let (killed, living) = (runtime(), runtime());
    let (gate, reached, open) = gate();
    let mut city = City::over(store(&database));
    let first = living.block_on(async {
        city.append(case(1), &in_work(0, 60)).await;
        Process::start(&city, &database, Some(gate)).await
    });
    let runner = Arc::clone(&first.runner);
    killed.spawn(async move { runner.catch_up(Some(6)).await });
    living.block_on(reached.notified());
    // As by a kill: nothing of it runs any more, and nothing is given up.
    killed.shutdown_background();
    let begun = Instant::now();
    living.block_on(async {
        let second = Process::start(&city, &database, None).await;
        assert_eq!(second.runner.catch_up(Some(6)).await.unwrap(), 6);
        assert_eq!(second.folded(), (1..=6).collect::<Vec<_>>());
    });
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "taken over after {took:?}");
    drop(open);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_stops_waiting_does_not_hold_up_the_next() {
    let database = database();
    let mut city = City::over(store(&database));
    let (gate, reached, open) = gate();
    let first = Process::start(&city, &database, Some(gate)).await;
    let second = Process::start(&city, &database, None).await;
    city.append(case(1), &in_work(0, 60)).await;
    let runner = Arc::clone(&first.runner);
    let folding = tokio::spawn(async move { runner.catch_up(Some(6)).await });
    reached.notified().await;
    folding.abort();
    let begun = Instant::now();
    assert_eq!(second.runner.catch_up(Some(6)).await.unwrap(), 6);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(2), "given up after {took:?}");
    drop(open);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runner_goes_on_after_another_has_swapped_in_what_it_rebuilt() {
    let database = database();
    for mut city in [City::in_memory(), City::over(store(&database))] {
        let (left, right) = (city.runner().await, city.runner().await);
        city.append(case(1), &in_work(0, 60)).await;
        assert_eq!(left.catch_up(None).await.unwrap(), 6);
        right.rebuild(|_| {}).await.unwrap();
        city.append(case(1), &closed(30)).await;
        assert_eq!(left.catch_up(None).await.unwrap(), 9);
        assert_eq!(right.catch_up(None).await.unwrap(), 9);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_that_meet_an_older_view_one_rebuilds_it() {
    let database = database();
    let mut city = City::over(store(&database));
    city.append(case(1), &in_work(0, 60)).await;
    city.caught_up().await;
    database.sql("update gridwhistle.generations set version = 1");
    let mut processes = Vec::new();
    for _ in 0..3 {
        let process = Process::start(&city, &database, None).await;
        assert!(process.runner.health().needs_rebuild);
        processes.push(process);
    }
    let asked = processes.iter().map(|process| {
        let runner = Arc::clone(&process.runner);
        tokio::spawn(async move { runner.catch_up(None).await })
    });
    for asked in asked.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap().unwrap(), 6);
    }
    let folded: usize = processes.iter().map(|process| process.folded().len()).sum();
    assert_eq!(folded, 6);
    assert!(
        processes
            .iter()
            .all(|process| !process.runner.health().needs_rebuild)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_a_newer_program_are_not_written_to_and_not_rebuilt() {
    let database = database();
    let mut city = City::over(store(&database));
    let runner = city.runner().await;
    city.append(case(1), &in_work(0, 60)).await;
    runner.catch_up(None).await.unwrap();
    database.sql("update gridwhistle.generations set version = 4000");
    city.append(case(1), &closed(30)).await;
    for _ in 0..2 {
        let error = runner.catch_up(None).await.unwrap_err();
        let ProjectionError::Views { source, .. } = error else {
            panic!("{error}");
        };
        assert!(
            matches!(source, ViewError::NeedsRebuild { built: 4000, .. }),
            "{source}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_is_one_holder_s_until_it_runs_out_or_is_given_up() {
    let database = database();
    let (here, there) = (store(&database), store(&database));
    let (mine, theirs) = (Uuid::new_v4(), Uuid::new_v4());
    let long = Duration::from_secs(600);
    let ask = async |store: &Arc<dyn ViewStore>, tenant: &str, holder, term| {
        store.lease(tenant, "cases", holder, term).await.unwrap()
    };
    assert_eq!(ask(&here, TENANT, mine, long).await, Lease::Held);
    assert_eq!(ask(&here, TENANT, mine, long).await, Lease::Held, "renewed");
    assert_eq!(ask(&there, TENANT, theirs, long).await, Lease::Taken);
    assert_eq!(ask(&there, "other", theirs, long).await, Lease::Held);
    there.give_up(TENANT, "cases", theirs).await.unwrap();
    assert_eq!(
        ask(&there, TENANT, theirs, long).await,
        Lease::Taken,
        "not theirs to give up"
    );
    here.give_up(TENANT, "cases", mine).await.unwrap();
    assert_eq!(
        ask(&there, TENANT, theirs, Duration::ZERO).await,
        Lease::Held
    );
    assert_eq!(
        ask(&here, TENANT, mine, long).await,
        Lease::Held,
        "it has run out"
    );
    // One process alone needs none.
    let memory = views::open("memory:", ViewOptions::default()).unwrap();
    assert_eq!(ask(&memory, TENANT, mine, long).await, Lease::Alone);
}
