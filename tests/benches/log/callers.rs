//! Callers that each do one thing after another, until the time is over.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

/// What all callers do in a second. Each gets its work from `hand`, by its number.
pub(crate) fn rate<W, F>(
    runtime: &Runtime,
    time: Duration,
    callers: u64,
    hand: impl Fn(u64) -> W,
) -> f64
where
    W: FnMut() -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let mut work = hand(caller);
            runtime.spawn(async move {
                let mut done = 0_u64;
                while began.elapsed() < time {
                    work().await;
                    done += 1;
                }
                done
            })
        })
        .collect();
    let done: u64 = tasks
        .into_iter()
        .map(|task| runtime.block_on(task).unwrap())
        .sum();
    done as f64 / began.elapsed().as_secs_f64()
}
