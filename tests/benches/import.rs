//! How fast Boston's list is read, imported into SQLite, and brought into the views.
//! Run: `cargo bench -p gridwhistle-tests --bench import`

#![expect(clippy::print_stdout, reason = "a bench prints its table")]
#![expect(
    clippy::unwrap_used,
    reason = "a bench stops at the first thing that is not there"
)]

use gridwhistle::Engine;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::text::Language;
use gridwhistle::import::{Importer, Mapping, Survey};
use gridwhistle::projections::questions::{AreaLevel, Moment, Window};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LIST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../shared/data/311/boston_2011_q3.csv.gz"
);

fn main() {
    // `cargo test` runs benches too, to see that they build; there is nothing to measure then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure());
}

fn told(what: &str, rows: u64, elapsed: Duration) {
    let per_second = u128::from(rows) * 1_000_000 / elapsed.as_micros().max(1);
    println!(
        "{what:<44} {rows:>7} rows {:>7} ms {per_second:>9} rows/s",
        elapsed.as_millis()
    );
}

async fn measure() {
    let bytes = std::fs::read(LIST).unwrap();
    let mapping = Arc::new(Mapping::built_in("boston-311-2011").unwrap());

    let begun = Instant::now();
    let survey = Survey::of(&mapping, &bytes[..]).unwrap();
    told("survey (unpack, split)", survey.rows, begun.elapsed());

    let begun = Instant::now();
    let rows = Importer::new(mapping.clone(), &bytes[..]).unwrap().count() as u64;
    told(
        "read (unpack, split, map to commands)",
        rows,
        begun.elapsed(),
    );

    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("city.db").display());
    let engine = Engine::open(&url).await.unwrap();
    engine
        .install(&Actor::new("it-desk", Role::Administrator, "CITY"))
        .await
        .unwrap();
    for run in [
        "import into SQLite, durable",
        "the same list again, nothing new",
    ] {
        let begun = Instant::now();
        let rejects = (std::io::sink(), Language::En);
        let report = engine
            .import(mapping.clone(), || Ok(&bytes[..]), rejects, |_| {})
            .await
            .unwrap();
        told(run, report.rows, begun.elapsed());
        let viewed = Instant::now();
        engine.wait(report.last_position).await.unwrap();
        told(
            "  then brought into the views",
            report.rows,
            viewed.elapsed(),
        );
        told("  both", report.rows, begun.elapsed());
    }
    figures(&engine, survey.rows).await;
}

/// The figures of the quarter that the list is of: what is measured row by row is in them, and what came
/// back within thirty days.
async fn figures(engine: &Engine, rows: u64) {
    let at = |text: &str| text.parse().unwrap();
    let window = Window::new(at("2011-06-30T16:00:00Z"), at("2011-09-30T16:00:00Z")).unwrap();
    let (questions, moment) = (engine.questions(), Moment::now(engine.now()));
    let reference = engine.reference();
    let calendars = &reference.calendars;
    let begun = Instant::now();
    let departments = questions
        .departments(window, moment, calendars)
        .await
        .unwrap();
    told("figures of units", rows, begun.elapsed());
    let begun = Instant::now();
    let areas = questions.areas(AreaLevel::Street, window, moment, calendars);
    let areas = areas.await.unwrap();
    told("figures of streets", rows, begun.elapsed());
    println!(
        "  {} units, {} streets, came back: {} of {}, {}",
        departments.units.len(),
        areas.areas.len(),
        areas.total.repeated.met,
        areas.total.repeated.of,
        areas.total.repeats_unknown,
    );
    let begun = Instant::now();
    let ranking = questions.ranking(window, moment, &reference);
    ranking.await.unwrap();
    told("ranking", rows, begun.elapsed());
}
