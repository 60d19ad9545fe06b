//! `kill -9` under load, at least a hundred times over the same file, and on a database: every
//! acknowledged command is there with its position, and no command is there by half.
//!
//! The child is this very test binary, started anew with the store's address in its environment. It
//! loads commands through the engine with many callers and prints each acknowledgement only after
//! the answer. The parent reads the pipe, kills at a random moment, opens the log, and compares.

mod load;

use crate::city::{case, set_up};
use gridwhistle_cluster::Cluster;
use gridwhistle_store::{EventLog, OpenOptions, RecordedEvent, open};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often the process is killed.
const KILLS: u64 = 120;
/// How often it is killed on a database, where starting takes longer.
const KILLS_ON_A_DATABASE: u64 = 40;
/// Where the moments of the kills come from.
const SEED: u64 = 20_260_302;
/// The most acknowledgements that are waited for before a kill; few, so that most kills come early.
const ACKNOWLEDGED_MAX: u64 = 60;
/// The most microseconds that pass after the last awaited acknowledgement.
const PAUSE_MAX_US: u64 = 12_000;

/// The most microseconds from the start of the process to a kill that does not wait for the load.
const EARLY_MAX_US: u64 = 80_000;

/// What the log must hold: last position and version by command id, as acknowledged.
type Acknowledged = BTreeMap<Uuid, (u64, u64)>;

/// Reads acknowledgements until enough have come, lets a moment pass, kills, and reads the rest:
/// what was printed before the death counts, also when nobody had read it yet.
///
/// One kill in eight comes while the file is still being opened, or shortly after.
fn kill_under_load(
    mut child: Child,
    random: &mut ChaCha8Rng,
    known: &mut Acknowledged,
    meanwhile: impl FnOnce(u32),
) -> u64 {
    let wanted = random.random_range(0..=ACKNOWLEDGED_MAX);
    let early = random.random_ratio(1, 8);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (mut begun, mut taken) = (false, 0);
    while !early && (!begun || taken < wanted) {
        let line = lines.next().expect("the loader ended by itself").unwrap();
        begun |= line.ends_with(load::BEGUN);
        taken += acknowledge(&line, known);
    }
    let pause = if early { EARLY_MAX_US } else { PAUSE_MAX_US };
    meanwhile(child.id());
    std::thread::sleep(Duration::from_micros(random.random_range(0..pause)));
    child.kill().unwrap();
    // The last line may be cut in the middle: only whole ones count.
    for line in lines.map_while(Result::ok) {
        taken += acknowledge(&line, known);
    }
    let end = child.wait().unwrap();
    assert_eq!(
        end.signal(),
        Some(9),
        "the loader ended before it was killed: {end}"
    );
    taken
}

/// Takes one line `ack COMMAND POSITION VERSION .`; anything else is chatter of the test runner.
fn acknowledge(line: &str, known: &mut Acknowledged) -> u64 {
    let words: Vec<&str> = line.split(' ').collect();
    let ["ack", command, position, version, "."] = words[..] else {
        return 0;
    };
    let answer = (position.parse().unwrap(), version.parse().unwrap());
    let before = known.insert(command.parse().unwrap(), answer);
    assert!(
        before.is_none_or(|before| before == answer),
        "two answers to one command"
    );
    1
}

/// What was looked at so far; every round goes on from here.
#[derive(Default)]
struct Seen {
    position: u64,
    commands: u64,
    checked: usize,
}

/// The log after a death: gapless, chained, every acknowledged command whole, none by half.
async fn examine(log: &Arc<dyn EventLog>, known: &Acknowledged, seen: &mut Seen, whole: bool) {
    let tenant = "city";
    let head = log.head(tenant).await.unwrap();
    let events = log
        .read_log(tenant, seen.position, 1_000_000)
        .await
        .unwrap();
    assert_eq!(
        events.len() as u64,
        head - seen.position,
        "positions are gapless"
    );
    let mut by_command: BTreeMap<Uuid, Vec<&RecordedEvent>> = BTreeMap::new();
    for event in &events {
        by_command.entry(event.command_id).or_default().push(event);
    }
    for (command, events) in &by_command {
        let record = log.command(tenant, *command).await.unwrap();
        let record = record.unwrap_or_else(|| panic!("events of {command}, and no such command"));
        let positions: Vec<u64> = events.iter().map(|event| event.position).collect();
        let all: Vec<u64> = (record.first_position..=record.last_position).collect();
        assert_eq!(positions, all, "{command} is there by half");
        assert_eq!(events.last().unwrap().sequence, record.version);
        // One command, one stream; the events of one decision follow each other in it.
        assert!(events.iter().all(|event| event.stream == events[0].stream));
        assert!(
            events
                .windows(2)
                .all(|two| two[0].sequence + 1 == two[1].sequence)
        );
        if let Some(answer) = known.get(command) {
            assert_eq!((record.last_position, record.version), *answer, "{command}");
        }
    }
    seen.position = head;
    seen.commands += by_command.len() as u64;
    seen.checked += by_command
        .keys()
        .filter(|command| known.contains_key(command))
        .count();
    assert_eq!(
        seen.checked,
        known.len(),
        "an acknowledged command is not in the log"
    );
    if whole {
        let report = log.verify(tenant).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!(report.events, head);
    }
}

#[test]
fn no_kill_loses_an_acknowledged_command_or_leaves_half_of_one() {
    if let Ok(url) = std::env::var(load::FILE) {
        return load::until_killed(&url);
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/city.db", folder.path().display());
    Store { url, keys: None }.survives(KILLS, || ());
}

/// The same of an engine on a database, whose server lives on and finishes what it was told.
#[test]
fn no_kill_of_an_engine_on_a_database_loses_or_halves_a_command() {
    if let Ok(url) = std::env::var(load::FILE) {
        return load::until_killed(&url);
    }
    let folder = tempfile::tempdir().unwrap();
    let database = Cluster::shared().database();
    let store = Store {
        url: database.url(),
        keys: Some(folder.path().join("city.keys")),
    };
    store.survives(KILLS_ON_A_DATABASE, || {
        let others = "select count(*) from pg_stat_activity \
                      where datname = current_database() and pid <> pg_backend_pid()";
        while database.sql(others) != "0" {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}

/// Where a city under load is kept.
struct Store {
    url: String,
    keys: Option<PathBuf>,
}

impl Store {
    /// Starts this binary anew as the loader.
    fn start(&self, round: u64) -> Child {
        let test = match self.keys {
            None => "no_kill_loses_an_acknowledged_command_or_leaves_half_of_one",
            Some(_) => "no_kill_of_an_engine_on_a_database_loses_or_halves_a_command",
        };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", &format!("crash::{test}")])
            .args(["--nocapture", "--test-threads=1"])
            .env(load::FILE, &self.url)
            .env(load::ROUND, round.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        if let Some(keys) = &self.keys {
            command.env(load::KEYS, keys);
        }
        command.spawn().unwrap()
    }

    /// Kills the loader so many times; `settled` returns when nothing of a dead one is under way.
    fn survives(&self, kills: u64, settled: impl Fn()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (mut seen, mut known) = (Seen::default(), Acknowledged::new());
        runtime.block_on(async {
            let engine = load::engine(&self.url, self.keys.clone()).await;
            set_up(&engine).await.unwrap();
            examine(engine.log(), &known, &mut seen, true).await;
        });
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let began = std::time::Instant::now();
        let (set_up_commands, mut under_load) = (seen.commands, 0);
        for round in 1..=kills {
            let child = self.start(round);
            let mut loaded = false;
            let taken = kill_under_load(child, &mut random, &mut known, |process| {
                loaded = round == 1 && self.keys.is_none() && self.is_held_by(process);
            });
            assert!(
                round > 1 || (taken > 0 && (loaded || self.keys.is_some())),
                "choose a seed whose first kill is late"
            );
            under_load += u64::from(taken > 0);
            settled();
            runtime.block_on(async {
                let log = open(&self.url, OpenOptions::default()).unwrap();
                examine(&log, &known, &mut seen, round % 10 == 0).await;
            });
        }
        let unacknowledged = seen.commands - set_up_commands - known.len() as u64;
        let (acknowledged, events, took) =
            (known.len(), seen.position, began.elapsed().as_secs_f32());
        println!(
            "seed {SEED}: {kills} kills ({under_load} with answers under way) in {took:.1} s, {acknowledged} acknowledged commands all there, \
             {unacknowledged} more that were durable before their answer was read, {events} events"
        );
        assert!(
            known.len() as u64 > kills,
            "hardly any load: {acknowledged} commands"
        );
        runtime.block_on(repeat_all(self, &known));
    }

    /// A second process is told who writes a file; in the first round it surely has begun.
    fn is_held_by(&self, process: u32) -> bool {
        let Err(error) = open(&self.url, OpenOptions::default()) else {
            return false;
        };
        let told = error.to_string();
        assert!(told.contains(&process.to_string()), "{told}");
        true
    }
}

/// A caller that missed its answer repeats: all get the first answer, and nothing new is written.
async fn repeat_all(store: &Store, known: &Acknowledged) {
    let engine = load::engine(&store.url, store.keys.clone()).await;
    let head = engine.log().head("city").await.unwrap();
    let first = load::case_of(1, 0);
    let state = engine.case(first).await.unwrap().unwrap();
    let stream = gridwhistle_store::StreamId::new("case", first.to_string());
    let events = engine.log().read_stream("city", &stream, 0).await.unwrap();
    assert_eq!(state.version, events.len() as u64);
    for command in known.keys().take(200) {
        let Some(request) = load::request_of(*command) else {
            continue;
        };
        let again = engine.request(request).await.unwrap();
        assert!(again.repeated);
        assert_eq!((again.position, again.version), known[command]);
    }
    assert_eq!(engine.log().head("city").await.unwrap(), head);
    assert!(engine.case(case(1)).await.unwrap().is_none());
    engine.catch_up().await.unwrap();
    assert_eq!(engine.questions().position().await.unwrap(), head);
}
