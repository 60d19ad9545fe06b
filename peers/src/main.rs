//! One measurement of the stock `sqlite-es` a call, for `make bench`; answers one line of JSON.
//!
//! `append FILE CALLERS MILLIS`, `load FILE CALLERS MILLIS`, `fill FILE EVENTS`, `replay FILE`.
//! `append` and `fill` begin with a new file; `load` and `replay` read one that `fill` made.

mod measure;
#[path = "../../tests/benches/log/payload.rs"]
mod payload;
mod recorder;
mod stock;

use std::path::Path;
use std::time::Duration;

use measure::Measured;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().unwrap_or_else(|_| usage());
    let (what, callers, measured) = match words[..] {
        ["append", file, callers, millis] => {
            let (callers, time) = (number(callers), Duration::from_millis(number(millis)));
            let pool = stock::create(Path::new(file)).await;
            (
                "append",
                callers,
                measure::append(pool, callers, time).await,
            )
        }
        ["load", file, callers, millis] => {
            let (callers, time) = (number(callers), Duration::from_millis(number(millis)));
            let pool = stock::open(Path::new(file)).await;
            ("load", callers, measure::load(pool, callers, time).await)
        }
        ["fill", file, events] => {
            let pool = stock::create(Path::new(file)).await;
            ("fill", 1, measure::fill(pool, number(events)).await)
        }
        ["replay", file] => {
            let pool = stock::open(Path::new(file)).await;
            ("replay", 1, measure::replay(pool).await)
        }
        _ => usage(),
    };
    let Measured {
        done,
        failed,
        seconds,
        file,
    } = measured;
    let line = serde_json::json!({
        "peer": "sqlite-es 0.5",
        "what": what,
        "callers": callers,
        "done": done,
        "failed": failed,
        "per_second": done as f64 / seconds,
        "synchronous": file.synchronous,
        "journal_mode": file.journal_mode,
        "sqlite": file.sqlite,
        "connections": file.connections,
    });
    println!("{line}");
}

fn usage() -> ! {
    eprintln!(
        "usage: gridwhistle-peers append FILE CALLERS MILLIS | load FILE CALLERS MILLIS | \
         fill FILE EVENTS | replay FILE"
    );
    std::process::exit(2);
}
