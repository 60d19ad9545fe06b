//! Which machine, which software, which data: what a figure is worth nothing without.

use gridwhistle::{Clock, SystemClock};

use crate::{Plan, payload};

/// Prints the head of the report, with a line about the stores that are measured.
pub(crate) fn describe(plan: Plan, stores: &str) {
    name();
    println!("{stores}");
    println!(
        "data: events of {} bytes of payload and {} of metadata, {} streams; medians of {} rounds \
         of {} s; replay of {} events",
        payload::payload(1, 1).len(),
        payload::METADATA.len(),
        payload::STREAMS,
        plan.rounds,
        plan.time.as_secs(),
        plan.events
    );
}

/// Prints the day and the machine.
pub(crate) fn name() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{} · {}",
        SystemClock.now().format("%Y-%m-%d %H:%M UTC"),
        line("/proc/version", "Linux version ")
            .map_or_else(String::new, |version| format!("Linux {version}")),
    );
    println!(
        "machine: {cores} cores, {}, {} memory; load average {}",
        line("/proc/cpuinfo", "model name\t: ").unwrap_or_else(|| "unknown".to_owned()),
        memory(),
        load_average()
    );
}

/// One, five and fifteen minutes.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let words: Vec<&str> = text.split(' ').take(3).collect();
    words.join(" ")
}

/// The rest of the first line that begins so; of a version, its number only.
fn line(path: &str, start: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(start))?;
    let end = if path.ends_with("version") {
        rest.find(' ')
    } else {
        None
    };
    Some(rest[..end.unwrap_or(rest.len())].trim().to_owned())
}

fn memory() -> String {
    let kib = line("/proc/meminfo", "MemTotal:")
        .and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
    kib.map_or_else(
        || "unknown".to_owned(),
        |kib| format!("{} GiB", kib.div_ceil(1 << 20)),
    )
}
