//! Writers under load, and the account of what they were told.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that fails, fails its test"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{Append, Appended, EventLog, PostgresLog, PostgresOptions, SystemClock};
use tokio::task::JoinSet;

/// Options that try again for long, and give a silent connection up soon.
pub(crate) fn patient() -> PostgresOptions {
    PostgresOptions {
        outage: Duration::from_secs(60),
        answer_within: Duration::from_secs(5),
        ..PostgresOptions::default()
    }
}

/// A handle of its own, as another process has one.
pub(crate) fn open(url: &str, options: PostgresOptions) -> Arc<PostgresLog> {
    Arc::new(PostgresLog::open(url, Arc::new(SystemClock), options).unwrap())
}

/// Writers that go on until they are told to stop, each on a stream of its own.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    told: Arc<AtomicU64>,
    /// Of these, the commands that were there when they were asked again.
    found: Arc<AtomicU64>,
    writers: JoinSet<Vec<(Append, Appended)>>,
}

impl Load {
    /// Starts `writers` on each of the logs. An answer that may be repeated is repeated under the
    /// same command id, as every caller should; any other error fails the test.
    pub(crate) fn start(logs: &[Arc<PostgresLog>], writers: u64) -> Self {
        Self::start_as("", logs, writers)
    }

    /// The same on streams whose names begin with a word of their own.
    pub(crate) fn start_as(word: &str, logs: &[Arc<PostgresLog>], writers: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let [told, found] = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
        let mut set = JoinSet::new();
        for (process, log) in logs.iter().enumerate() {
            for writer in 0..writers {
                let stream = format!("{word}{process}-{writer}");
                let (log, stop) = (Arc::clone(log), Arc::clone(&stop));
                let (told, found) = (Arc::clone(&told), Arc::clone(&found));
                set.spawn(async move {
                    let mut told_here = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        let version = 2 * told_here.len() as u64;
                        let command = append(&stream, version, 2);
                        let answer = until_told(&*log, &command).await;
                        told.fetch_add(1, Ordering::Relaxed);
                        found.fetch_add(u64::from(answer.repeated), Ordering::Relaxed);
                        told_here.push((command, answer));
                    }
                    told_here
                });
            }
        }
        Self {
            stop,
            told,
            found,
            writers: set,
        }
    }

    /// Commands that were acknowledged so far.
    pub(crate) fn told(&self) -> u64 {
        self.told.load(Ordering::Relaxed)
    }

    /// Of these, the commands whose first answer was lost, found written by their ids.
    pub(crate) fn found(&self) -> u64 {
        self.found.load(Ordering::Relaxed)
    }

    /// Waits until more commands are acknowledged.
    pub(crate) async fn goes_on(&self, more: u64) {
        let until = self.told() + more;
        while self.told() < until {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Stops the writers, and checks what they were told against what is in the log: each
    /// acknowledged command is there once, where it was said to be, and nothing else is.
    pub(crate) async fn account(self, log: &dyn EventLog) -> usize {
        self.account_after(log, 0).await
    }

    /// The same of what was written after a position.
    pub(crate) async fn account_after(self, log: &dyn EventLog, after: u64) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        let told: Vec<_> = self
            .writers
            .join_all()
            .await
            .into_iter()
            .flatten()
            .collect();
        let events = log.read_log(TENANT, after, usize::MAX / 2).await.unwrap();
        let mut by_command = BTreeMap::new();
        for event in &events {
            let positions: &mut Vec<u64> = by_command.entry(event.command_id).or_default();
            positions.push(event.position);
        }
        for (command, answer) in &told {
            let there = by_command.remove(&command.command_id).unwrap_or_default();
            assert_eq!(there, [answer.first_position, answer.last_position]);
            let version = command.expected_version + 2;
            assert_eq!(answer.version, version);
        }
        assert!(
            by_command.is_empty(),
            "written, and told to nobody: {by_command:?}"
        );
        assert!(log.verify(TENANT).await.unwrap().is_sound());
        told.len()
    }
}

/// Repeats a command until it is answered for good.
pub(crate) async fn until_told(log: &dyn EventLog, command: &Append) -> Appended {
    loop {
        match log.append(command.clone()).await {
            Ok(answer) => return answer,
            Err(error) if error.may_retry() => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => panic!("no caller may repeat this: {error:?}"),
        }
    }
}
