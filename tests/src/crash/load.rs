//! The child: many callers, each living through cases of its own, until the process is killed.

use crate::city::work::{accept, progress, report};
use crate::city::{TRASH, people};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::{Engine, Options, Receipt, Request};
use std::io::Write;
use std::path::PathBuf;
use uuid::Uuid;

/// The variable that names the address of the store.
pub(super) const FILE: &str = "GRIDWHISTLE_CRASH_FILE";
/// The variable that numbers the life.
pub(super) const ROUND: &str = "GRIDWHISTLE_CRASH_ROUND";
/// The variable that names the file of the keys, where the store has no place for them.
pub(super) const KEYS: &str = "GRIDWHISTLE_CRASH_KEYS";
/// The line that says that the engine is open and the load begins.
pub(super) const BEGUN: &str = "loading";

/// Callers at once.
const CALLERS: u64 = 24;
/// Commands on one case before its caller takes the next: a report, an acceptance, notes.
const STEPS: u64 = 6;

/// The case that a caller of a round begins with.
pub(super) fn case_of(round: u64, caller: u64) -> CaseId {
    id(round, caller, 0).0
}

/// Round, caller and turn are in the ids, so that the parent can make any request again.
fn id(round: u64, caller: u64, turn: u64) -> (CaseId, Uuid) {
    let (case, step) = (turn / STEPS, turn % STEPS);
    let number = u128::from(round) << 96 | u128::from(caller) << 64 | u128::from(case) << 8;
    (
        CaseId(Uuid::from_u128(number | 0xff)),
        Uuid::from_u128(number | u128::from(step)),
    )
}

/// The request behind a command id of the load; none for those of the set-up.
pub(super) fn request_of(command: Uuid) -> Option<Request> {
    let number = command.as_u128();
    let part = |shift: u32, bits: u32| u64::try_from(number >> shift & ((1 << bits) - 1)).ok();
    let (round, caller) = (part(96, 32)?, part(64, 32)?);
    let (case, step) = (part(8, 56)?, part(0, 8)?);
    let turn = case * STEPS + step;
    (id(round, caller, turn).1 == command).then(|| request(round, caller, turn))
}

fn request(round: u64, caller: u64, turn: u64) -> Request {
    let (case, key) = id(round, caller, turn);
    let (actor, command) = match turn % STEPS {
        0 => (people::resident(), report("bags at the gate")),
        1 => (people::officer(), accept(CaseClass::OnTheSpot, TRASH)),
        step => (people::officer(), progress(&format!("note {step}"))),
    };
    Request::new(actor, case, command).with_key(key)
}

/// An engine on the store, with its keys in a file where one is named.
pub(super) async fn engine(url: &str, keys: Option<PathBuf>) -> Engine {
    let options = Options {
        keys,
        ..Options::default()
    };
    Engine::open_with(url, options).await.unwrap()
}

/// Loads until the process dies; never comes back by itself, except when the parent has gone.
pub(super) fn until_killed(url: &str) {
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let keys = std::env::var_os(KEYS).map(Into::into);
            let engine = engine(url, keys).await;
            say(&format!("\n{BEGUN}\n"));
            let mut callers = tokio::task::JoinSet::new();
            for caller in 0..CALLERS {
                callers.spawn(one(engine.clone(), round, caller));
            }
            callers.join_all().await;
        });
}

async fn one(engine: Engine, round: u64, caller: u64) {
    for turn in 0.. {
        let request = request(round, caller, turn);
        let key = request.key;
        let Receipt {
            position, version, ..
        } = engine.request(request).await.unwrap();
        if !say(&format!("ack {key} {position} {version} .\n")) {
            return;
        }
    }
}

/// One write to the pipe for one acknowledgement, after the answer.
fn say(line: &str) -> bool {
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}
