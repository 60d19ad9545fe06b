//! What the log itself is asked to do, whatever it stands on.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use gridwhistle_store::{Append, EventLog};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::callers::rate;
use crate::payload::STREAMS;
use crate::{Plan, payload, rows};

/// Events of a stream that is loaded.
pub(crate) const EVENTS: u64 = 20;

/// The commands of one caller, on streams that have so many events already.
pub(crate) fn commands(caller: u64, callers: u64, behind: u64) -> impl FnMut() -> Append {
    let mut turns = payload::turns(caller, callers);
    move || {
        let (case, version) = turns.next().unwrap();
        rows::append(case, behind + version, 1)
    }
}

/// Single-event commands a second, under time-ordered ids or random ones.
pub(crate) fn append(
    runtime: &Runtime,
    plan: Plan,
    callers: u64,
    log: &Arc<dyn EventLog>,
    random: bool,
) -> f64 {
    rate(runtime, plan.time, callers, |caller| {
        let (log, mut next) = (log.clone(), commands(caller, callers, 0));
        move || {
            let mut command = next();
            if random {
                command.command_id = Uuid::new_v4();
            }
            durable(log.clone(), command)
        }
    })
}

/// Appends one command, and waits until it is durable.
pub(crate) async fn durable(log: Arc<dyn EventLog>, command: Append) {
    log.append(command).await.unwrap();
}

/// The cases of a caller's loads, one after the other.
pub(crate) fn cases(caller: u64) -> impl Iterator<Item = u64> {
    (0..).map(move |done| (done * 7 + caller * 125) % STREAMS)
}

/// Loads of a 20-event stream a second; every payload is looked at.
pub(crate) fn load(
    runtime: &Runtime,
    plan: Plan,
    callers: u64,
    log: &Arc<dyn EventLog>,
    look: fn(&str) -> usize,
) -> f64 {
    rate(runtime, plan.time, callers, |caller| {
        let (log, mut cases) = (log.clone(), cases(caller));
        move || {
            let (log, stream) = (log.clone(), rows::name(cases.next().unwrap()));
            async move {
                let events = log.read_stream(rows::TENANT, &stream, 0).await.unwrap();
                let looked: usize = events.iter().map(|event| look(&event.payload)).sum();
                assert!(looked >= EVENTS as usize);
            }
        }
    })
}

/// Writes streams of 20 events side by side, as a city's grow: four events each, then four more.
pub(crate) fn fill(runtime: &Runtime, log: &Arc<dyn EventLog>, events: u64) -> u64 {
    let cases = events.div_ceil(EVENTS);
    for version in (0..EVENTS).step_by(4) {
        for first in (0..cases).step_by(1_000) {
            let commands = (first..(first + 1_000).min(cases))
                .map(|case| rows::append(case, version, 4))
                .collect();
            let answers = runtime.block_on(log.append_all(commands));
            assert!(answers.iter().all(Result::is_ok));
        }
    }
    cases * EVENTS
}

/// All of a log in its order, events a second.
pub(crate) fn replay(log: &Arc<dyn EventLog>, total: u64, look: fn(&str) -> usize) -> f64 {
    let began = Instant::now();
    let mut bytes = 0;
    let last = log.replay(rows::TENANT, 0, u64::MAX, &mut |event| {
        bytes += look(event.payload);
        ControlFlow::Continue(())
    });
    assert_eq!(last.unwrap(), total);
    assert!(bytes > 0);
    total as f64 / began.elapsed().as_secs_f64()
}
