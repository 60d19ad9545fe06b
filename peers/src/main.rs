//! One measurement of a stock event store a call, for `make bench` and `make bench-postgres`;
//! answers one line of JSON.
//!
//! `PEER append TARGET CALLERS MILLIS`, `PEER load TARGET CALLERS MILLIS`,
//! `PEER fill TARGET EVENTS`, `PEER replay TARGET`, where PEER is `sqlite-es`, `postgres-es` or
//! `disintegrate`, and TARGET a file or the address of an empty database. `append` and `fill` begin
//! with a new one; `load` and `replay` read one that `fill` made.

mod by_type;
mod measure;
#[path = "../../tests/benches/log/payload.rs"]
mod payload;
mod postgres;
mod recorder;
mod sqlite;

use std::path::Path;
use std::time::Duration;

use measure::Measured;
use postgres_es::PostgresEventRepository;
use serde_json::{Value, json};
use sqlite_es::SqliteEventRepository;

/// What is asked of a peer.
#[derive(Clone, Copy)]
enum Work {
    Append(u64, Duration),
    Load(u64, Duration),
    Fill(u64),
    Replay,
}

impl Work {
    fn callers(self) -> u64 {
        match self {
            Self::Append(callers, _) | Self::Load(callers, _) => callers,
            Self::Fill(_) | Self::Replay => 1,
        }
    }

    /// Whether it begins with nothing.
    fn creates(self) -> bool {
        matches!(self, Self::Append(..) | Self::Fill(_))
    }
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().unwrap_or_else(|_| usage());
    let time = |text: &str| Duration::from_millis(number(text));
    let [peer, what, target, rest @ ..] = &words[..] else {
        usage()
    };
    let work = match (*what, rest) {
        ("append", [callers, millis]) => Work::Append(number(callers), time(millis)),
        ("load", [callers, millis]) => Work::Load(number(callers), time(millis)),
        ("fill", [events]) => Work::Fill(number(events)),
        ("replay", []) => Work::Replay,
        _ => usage(),
    };
    let (name, (measured, in_force)) = match *peer {
        "sqlite-es" => ("sqlite-es 0.5", on_sqlite(Path::new(target), work).await),
        "postgres-es" => ("postgres-es 0.5", on_postgres(target, work).await),
        "disintegrate" => ("disintegrate 4.0", by_type::measure(target, work).await),
        _ => usage(),
    };
    let line = json!({
        "peer": name,
        "what": what,
        "callers": work.callers(),
        "done": measured.done,
        "failed": measured.failed,
        "per_second": measured.done as f64 / measured.seconds,
        "in_force": in_force,
    });
    println!("{line}");
}

async fn on_sqlite(file: &Path, work: Work) -> (Measured, Value) {
    let pool = if work.creates() {
        sqlite::create(file).await
    } else {
        sqlite::open(file).await
    };
    let in_force = sqlite::in_force(&pool).await;
    let repository = SqliteEventRepository::new(pool);
    let measured = match work {
        Work::Append(callers, time) => measure::append(repository, callers, time).await,
        Work::Load(callers, time) => measure::load(repository, callers, time).await,
        Work::Fill(events) => measure::fill(&repository, events).await,
        Work::Replay => measure::replay(repository).await,
    };
    (measured, in_force)
}

async fn on_postgres(url: &str, work: Work) -> (Measured, Value) {
    let pool = postgres::connect(url).await;
    if work.creates() {
        postgres::create(&pool).await;
    }
    let in_force = postgres::in_force(&pool).await;
    let repository = PostgresEventRepository::new(pool.clone());
    let measured = match work {
        Work::Append(callers, time) => measure::append(repository, callers, time).await,
        Work::Load(callers, time) => measure::load(repository, callers, time).await,
        Work::Fill(events) => postgres::fill(&pool, events).await,
        Work::Replay => measure::replay(repository).await,
    };
    (measured, in_force)
}

fn usage() -> ! {
    eprintln!(
        "usage: gridwhistle-peers sqlite-es|postgres-es|disintegrate append TARGET CALLERS MILLIS \
         | load TARGET CALLERS MILLIS | fill TARGET EVENTS | replay TARGET"
    );
    std::process::exit(2);
}
