//! Callers, and what they met.

use crate::city;
use gridwhistle::Engine;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::ids::CaseId;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use uuid::Uuid;

/// At most so many requests are under way at once: more than the service takes (`[server.limits]`), so
/// that it has to refuse where it cannot follow.
const UNDER_WAY: usize = 2_048;
const CALLERS: usize = 16;
const MANY_CALLERS: usize = 64;

/// What a run met.
#[derive(Default)]
pub(crate) struct Met {
    pub(crate) taken: u64,
    failed: u64,
    took: Vec<Duration>,
    /// How long it took to be refused.
    refused: Vec<Duration>,
    time: Duration,
}

impl Met {
    pub(crate) fn per_second(&self) -> u64 {
        (u128::from(self.taken) * 1_000 / self.time.as_millis().max(1)) as u64
    }

    pub(crate) fn tell(&self, what: &str) {
        let at = |times: &[Duration], percent: usize| {
            let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
            times.get(place).copied().unwrap_or_default()
        };
        println!(
            "{what} {:>6} a second  p50 {:>8.2?}  p99 {:>8.2?}  refused {} (p99 {:.2?})  failed {}",
            self.per_second(),
            at(&self.took, 50),
            at(&self.took, 99),
            self.refused.len(),
            at(&self.refused, 99),
            self.failed
        );
    }
}

/// What one request met: when it was due, and its status; none: no answer.
type One = (Instant, Option<u16>);

async fn gathered(mut met: mpsc::UnboundedReceiver<(One, Instant)>, began: Instant) -> Met {
    let mut all = Met::default();
    while let Some(((due, status), done)) = met.recv().await {
        match status {
            Some(200..300) => {
                all.taken += 1;
                all.took.push(done - due);
            }
            Some(429 | 503) => all.refused.push(done - due),
            _ => all.failed += 1,
        }
    }
    all.time = began.elapsed();
    all.took.sort_unstable();
    all.refused.sort_unstable();
    all
}

/// Sends at a rate, each at its instant, and gathers what they met.
async fn paced<F>(rate: u64, time: Duration, mut one: impl FnMut() -> F) -> Met
where
    F: Future<Output = Option<u16>> + Send + 'static,
{
    let (told, met) = mpsc::unbounded_channel();
    let began = Instant::now();
    let permits = std::sync::Arc::new(tokio::sync::Semaphore::new(UNDER_WAY));
    let between = Duration::from_nanos(1_000_000_000 / rate);
    let mut due = began;
    while began.elapsed() < time {
        tokio::time::sleep_until(due.into()).await;
        let permit = std::sync::Arc::clone(&permits)
            .acquire_owned()
            .await
            .unwrap();
        let (told, request) = (told.clone(), one());
        tokio::spawn(async move {
            let status = request.await;
            let _ = told.send(((due, status), Instant::now()));
            drop(permit);
        });
        due += between;
    }
    drop(told);
    gathered(met, began).await
}

/// Reports to the engine itself.
pub(crate) async fn engine(engine: &Engine, rate: u64, time: Duration) -> Met {
    paced(rate, time, || {
        let engine = engine.clone();
        async move {
            let form = ReportForm::new("snap_report", "G-1", "water over the pavement");
            let report = CaseCommand::Report { form };
            let case = CaseId(Uuid::now_v7());
            let done = engine.execute(&city::leader(), case, report).await;
            done.is_ok().then_some(201)
        }
    })
    .await
}

/// Callers over HTTP.
#[derive(Clone)]
pub(crate) struct Load {
    client: reqwest::Client,
    base: String,
}

impl Load {
    pub(crate) fn on(address: SocketAddr) -> Self {
        Self {
            client: reqwest::Client::new(),
            base: format!("http://{address}"),
        }
    }

    /// Reports at a rate.
    pub(crate) async fn reports(&self, rate: u64, time: Duration) -> Met {
        paced(rate, time, || {
            let request = self.report();
            async move { status(request).await }
        })
        .await
    }

    /// Reports by callers who report again at once.
    pub(crate) async fn most(&self, time: Duration) -> Met {
        self.at_once(MANY_CALLERS, time, Self::report).await
    }

    /// Pages of the ledger, by callers who ask again at once.
    pub(crate) async fn lists(&self, time: Duration) -> Met {
        let page = |load: &Self| {
            let address = format!("{}/api/v1/cases?limit=20", load.base);
            load.client.get(address).bearer_auth("dev:P-leader")
        };
        self.at_once(CALLERS, time, page).await
    }

    /// Answers that ask nothing of the store: what the sockets, the service's frame and these callers
    /// themselves cost. The ratio of a list to it says more than its rate, which is the machine's.
    pub(crate) async fn bare(&self, time: Duration) -> Met {
        let bare = |load: &Self| load.client.get(format!("{}/livez", load.base));
        self.at_once(CALLERS, time, bare).await
    }

    fn report(&self) -> reqwest::RequestBuilder {
        const BODY: &str = r#"{"form":{"channel":"snap_report","grid":"G-1","description":"water over the pavement"}}"#;
        let address = format!("{}/api/v1/cases", self.base);
        let request = self.client.post(address).bearer_auth("dev:P-leader");
        request
            .header("content-type", "application/json")
            .body(BODY)
    }

    async fn at_once(
        &self,
        callers: usize,
        time: Duration,
        request: impl Fn(&Self) -> reqwest::RequestBuilder + Copy + Send + 'static,
    ) -> Met {
        let (told, met) = mpsc::unbounded_channel();
        let began = Instant::now();
        for _ in 0..callers {
            let (told, load) = (told.clone(), self.clone());
            tokio::spawn(async move {
                while began.elapsed() < time {
                    let due = Instant::now();
                    let met = status(request(&load)).await;
                    let _ = told.send(((due, met), Instant::now()));
                }
            });
        }
        drop(told);
        gathered(met, began).await
    }
}

async fn status(request: reqwest::RequestBuilder) -> Option<u16> {
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    answer.bytes().await.ok()?;
    Some(status)
}

/// What this process holds, service and callers together.
pub(crate) fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.map_or_else(
        || "unknown".to_owned(),
        |line| line["VmRSS:".len()..].trim().to_owned(),
    )
}
