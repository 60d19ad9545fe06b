//! What figures cost: ranking, overdue page and folding, from 10⁴ cases to CASES (a million).
//!
//! Cases come at 40,000 a month to 200 units, so that a window of months holds the same however much history
//! lies behind it; the window of all cases grows with them. The overdue page is asked twice: of cases that are
//! all open, and of 10,000 open ones beside a history of closed ones that grows. They are folded by the real view into real view tables; the log is not measured here.
//! `CASES=100000 cargo bench --bench figures` is enough to see the shape, `ROUNDS=0` only folds; with
//! `STORE=postgres` the tables stand in a throw-away server that loses nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it fails"
)]

mod lives;

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_cluster::{Cluster, Settings};
use gridwhistle_domain::calendar::{CalendarBook, Month};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_projections::case_view::CASES;
use gridwhistle_projections::questions::{LedgerFilter, Moment, Questions, WatchList, Window};
use gridwhistle_projections::{CaseView, Projection};
use gridwhistle_store::views::{self, Stretch, ViewOptions, ViewStore};
use gridwhistle_store::{ManualClock, MemoryLog, PostgresLog, RecordedEvent};
use lives::{Life, Told, events};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TENANT: &str = "city";
const UNITS: u64 = 200;
const MATTERS: u64 = 30;
const A_MONTH: u64 = 40_000;
/// Open cases beside a history that grows.
const OPEN: u64 = 10_000;

fn begin() -> DateTime<Utc> {
    "2024-01-01T00:00:00Z".parse().unwrap()
}

/// Where the views stand.
struct Place {
    folder: tempfile::TempDir,
    cluster: Option<Cluster>,
}

impl Place {
    fn new(postgres: bool) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            cluster: postgres.then(|| Cluster::start(&Settings::durable())),
        }
    }

    /// The address of an empty place for the views of a city.
    fn url(&self, name: &str) -> String {
        let Some(cluster) = &self.cluster else {
            return format!("sqlite://{}/{name}.db", self.folder.path().display());
        };
        cluster.sql("postgres", &format!("create database {name}"));
        let url = cluster.url(name);
        PostgresLog::migrate(&url).unwrap();
        url
    }

    fn name(&self) -> &'static str {
        self.cluster.as_ref().map_or("SQLite", |_| "PostgreSQL")
    }
}

/// Views that are being filled.
struct Filling {
    views: Arc<dyn ViewStore>,
    view: CaseView,
    generation: u64,
    position: u64,
    events: u64,
    /// Time of folding and writing alone, one after the other.
    took: Duration,
    /// Processor time of each.
    folding: Duration,
    writing: Duration,
}

impl Filling {
    async fn new(url: &str) -> Self {
        let views = views::open(url, ViewOptions::default()).unwrap();
        views.open_view(TENANT, &CASES).await.unwrap();
        let generation = views.begin_rebuild(TENANT, &CASES).await.unwrap();
        Self {
            views,
            view: CaseView::with_states(200_000),
            generation,
            position: 0,
            events: 0,
            took: Duration::ZERO,
            folding: Duration::ZERO,
            writing: Duration::ZERO,
        }
    }

    async fn fill(&mut self, lives: &[Life]) {
        for batch in events(lives).chunks(self.views.rebuild_events()) {
            let recorded: Vec<RecordedEvent> =
                batch.iter().zip(self.position + 1..).map(record).collect();
            let (begun, cpu) = (Instant::now(), processor_time());
            let mut ops = Vec::with_capacity(recorded.len() * 4);
            self.view.fold(&recorded, &mut ops).unwrap();
            let folded = processor_time();
            self.folding += folded.saturating_sub(cpu);
            let (from, to) = (self.position, self.position + recorded.len() as u64);
            let stretch = Stretch {
                from,
                to,
                chain: [0; 32],
            };
            let (views, generation) = (&self.views, self.generation);
            views
                .apply(TENANT, CASES.name, generation, stretch, ops)
                .await
                .unwrap();
            self.took += begun.elapsed();
            self.writing += processor_time().saturating_sub(folded);
            self.position = to;
            self.events += recorded.len() as u64;
        }
    }

    async fn questions(self) -> Questions {
        let (begun, cpu) = (Instant::now(), processor_time());
        self.views
            .swap(TENANT, CASES.name, self.generation)
            .await
            .unwrap();
        let events = self.events as f64;
        let rate = events / (self.took + begun.elapsed()).as_secs_f64();
        let last = processor_time().saturating_sub(cpu);
        let micros = |time: Duration| time.as_secs_f64() * 1_000_000.0 / events;
        let parts = [self.folding, self.writing, last].map(micros);
        println!(
            "  folded {events} events, folding and writing one after the other, with indexes: {rate:.0} a \
             second by the clock, {:.0} by processor time (µs an event: {:.1} folding, {:.1} writing, \
             {:.1} the last rows and indexes)",
            1_000_000.0 / parts.iter().sum::<f64>(),
            parts[0],
            parts[1],
            parts[2]
        );
        let log = Arc::new(MemoryLog::new(Arc::new(ManualClock::new(begin()))));
        Questions::open(log, self.views, TENANT).await.unwrap()
    }
}

/// Time on a processor of all threads so far, which other work on the machine leaves alone.
fn processor_time() -> Duration {
    let told = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        told.tv_sec.unsigned_abs(),
        u32::try_from(told.tv_nsec).unwrap(),
    )
}

fn record((told, position): (&Told, u64)) -> RecordedEvent {
    RecordedEvent {
        tenant: TENANT.to_owned(),
        position,
        stream: told.stream.clone(),
        sequence: told.sequence,
        event_type: told.event_type.clone(),
        event_version: told.event_version.clone(),
        payload: told.payload.clone(),
        metadata: "{}".to_owned(),
        occurred_at: told.at,
        recorded_at: told.at,
        command_id: Uuid::nil(),
        checksum: [0; 32],
        chain: [0; 32],
    }
}

/// How often each question is asked.
fn rounds() -> usize {
    std::env::var("ROUNDS").map_or(200, |text| text.parse().unwrap())
}

/// Half, and 99 of 100, of so many answers came within.
async fn measure(what: &str, mut ask: impl AsyncFnMut() -> usize) {
    let rounds = rounds();
    if rounds == 0 {
        return;
    }
    let (mut took, mut rows) = (Vec::with_capacity(rounds), 0);
    for _ in 0..rounds {
        let begun = Instant::now();
        rows = ask().await;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    let at =
        |percent: usize| took[(rounds * percent / 100).min(rounds - 1)].as_secs_f64() * 1_000.0;
    println!(
        "  {what:<44} {rows:>4} rows  p50 {:>8.2} ms  p99 {:>8.2} ms",
        at(50),
        at(99)
    );
}

/// Cases that are settled but for the last days: figures of the last full month and of a year.
async fn ranking(cases: u64, place: &Place) {
    let mut filling = Filling::new(&place.url(&format!("closed_{cases}"))).await;
    let month = i64::try_from(A_MONTH).unwrap();
    let at = |number: u64| {
        begin()
            + TimeDelta::days(30) * i32::try_from(number).unwrap() / i32::try_from(month).unwrap()
    };
    let end = at(cases);
    println!(
        "{cases} cases of {} months, {UNITS} units",
        cases.div_ceil(A_MONTH)
    );
    let mut first = 0;
    while first < cases {
        let lives: Vec<Life> = (first..cases.min(first + A_MONTH))
            .map(|number| Life {
                number,
                at: at(number),
                settled: at(number) < end - TimeDelta::days(3) || number % 2 == 0,
            })
            .collect();
        filling.fill(&lives).await;
        first += A_MONTH;
    }
    let questions = filling.questions().await;
    let reference = Reference::default();
    let this = Month::of(end);
    let last = Month::ended_with(this.start());
    let window = |first: Month, before: Month| Window::new(first.start(), before.start()).unwrap();
    let year = (0..11).fold(last, |month, _| Month::ended_with(month.start()));
    for (what, window, moment) in [
        (
            "ranking, last full month, at its end",
            window(last, this),
            Moment::now(end),
        ),
        (
            "ranking, this month, as things stand",
            window(this, this.next()),
            Moment::now(end),
        ),
        (
            "ranking, twelve months to now",
            window(year, this.next()),
            Moment::now(end),
        ),
        (
            "ranking, all months to now",
            window(Month::of(begin()), this.next()),
            Moment::now(end),
        ),
    ] {
        measure(what, async || {
            questions
                .ranking(window, moment, &reference)
                .await
                .unwrap()
                .units
                .len()
        })
        .await;
    }
}

/// Cases that are all open, half of them past due.
async fn overdue(cases: u64, place: &Place) {
    let mut filling = Filling::new(&place.url(&format!("open_{cases}"))).await;
    println!("{cases} open cases");
    fill_open(&mut filling, (0, cases), begin()).await;
    overdue_pages(&filling.questions().await, begin()).await;
}

/// As many open cases whatever history of closed ones lies behind them: half of the open ones are past
/// due.
async fn overdue_beside_history(closed: u64, place: &Place) {
    let mut filling = Filling::new(&place.url(&format!("history_{closed}"))).await;
    println!("{OPEN} open cases beside {closed} closed ones");
    let at = |number: u64| {
        let days = TimeDelta::days(30) * i32::try_from(number).unwrap();
        begin() + days / i32::try_from(A_MONTH).unwrap()
    };
    let mut first = 0;
    while first < closed {
        let numbers = first..closed.min(first + A_MONTH);
        let lives = numbers.map(|number| Life {
            number,
            at: at(number),
            settled: true,
        });
        filling.fill(&lives.collect::<Vec<_>>()).await;
        first += A_MONTH;
    }
    // The last closed ones are done with before the open ones come.
    let since = at(closed) + TimeDelta::days(30);
    fill_open(&mut filling, (closed, OPEN), since).await;
    overdue_pages(&filling.questions().await, since).await;
}

/// So many open cases over ten days.
async fn fill_open(filling: &mut Filling, (from, cases): (u64, u64), since: DateTime<Utc>) {
    let at = |number: u64| {
        let seconds = (number - from) * 864_000 / cases;
        since + TimeDelta::seconds(i64::try_from(seconds).unwrap())
    };
    let mut first = from;
    while first < from + cases {
        let numbers = first..(from + cases).min(first + A_MONTH);
        let lives = numbers.map(|number| Life {
            number,
            at: at(number),
            settled: false,
        });
        filling.fill(&lives.collect::<Vec<_>>()).await;
        first += A_MONTH;
    }
}

/// The first page of what is overdue ten days after the first open case, of the city and of one unit.
async fn overdue_pages(questions: &Questions, since: DateTime<Utc>) {
    let (all, calendars) = (LedgerFilter::default(), CalendarBook::empty());
    let now = Moment::now(since + TimeDelta::days(10));
    let unit = LedgerFilter {
        unit: Some("B-007".to_owned()),
        ..LedgerFilter::default()
    };
    for (what, filter) in [
        ("overdue, first page of 50", &all),
        ("overdue of one unit, first page of 50", &unit),
    ] {
        measure(what, async || {
            let page = questions.watch_list(WatchList::Overdue, filter, &calendars, None, 50, now);
            page.await.unwrap().rows.len()
        })
        .await;
    }
}

fn main() {
    // `cargo test` runs benches too, to see that they build; there is nothing to measure then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let most = std::env::var("CASES").map_or(1_000_000, |text| text.parse().unwrap());
    let place = Place::new(std::env::var("STORE").is_ok_and(|store| store == "postgres"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    println!(
        "{}, {} rounds each; one thread; units, matters and cases are made up, the fold and the tables are real",
        place.name(),
        rounds()
    );
    let mut cases = 10_000;
    while cases <= most {
        runtime.block_on(ranking(cases, &place));
        runtime.block_on(overdue(cases, &place));
        runtime.block_on(overdue_beside_history(cases, &place));
        cases *= 10;
    }
}
