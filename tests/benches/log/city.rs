//! The engine's own path: a small city whose grid officer writes notes on real cases.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::DateTime;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use gridwhistle::{Engine, ManualClock, Options};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::Plan;
use crate::payload::STREAMS;

const UNITS: &str = "unit_id,kind,level,name_zh,parent,valid_from\n\
    CITY,city,,示范市,,2024-01-01\nS-1,street,,老城街道,CITY,2024-01-01\n\
    C-1,community,,东门社区,S-1,2024-01-01\n";
const GRIDS: &str = "grid_id,level,kind,name_zh,community,parent_grid,valid_from\n\
    G-1,one,basic,东门一格,C-1,,2024-01-01\n";
const PEOPLE: &str = "person_id,name,employment,valid_from\nP-1,P-1,full_time,2024-01-01\n";
const TENURES: &str = "person,role,place,valid_from\nP-1,grid_officer,grid:G-1,2024-01-01\n";
const MATTERS: &str = "code,domain,name_zh,classes,owner,statutory_limit,safety,proxy,funding_owner,valid_from\n\
    civility.trash,civility,垃圾,on_the_spot,by_service,,,,CITY,2024-01-01\n";
const NOTE: &str = "Household waste lies beside the collection point at the north gate of the \
    market since yesterday evening, the smell reaches the school; photo attached";

/// Callers that set the cases up.
const HANDS: u64 = 64;

/// An engine on a file, with as many open cases as there are streams elsewhere.
pub(crate) struct City {
    engine: Engine,
    officer: Actor,
}

fn id(case: u64) -> CaseId {
    CaseId(Uuid::from_u128(u128::from(case) + 1))
}

impl City {
    /// Opens it, with its keys in a folder: registry, catalogue, and cases that are reported and
    /// accepted.
    pub(crate) async fn open(url: &str, folder: &Path) -> Self {
        let city = Self::reopen(url, folder, Options::default().live_cases).await;
        let admin = Actor::new("it-desk", Role::Administrator, "CITY");
        let engine = &city.engine;
        engine.install(&admin).await.unwrap();
        let files = [
            (CsvKind::Units, UNITS.as_bytes()),
            (CsvKind::Grids, GRIDS.as_bytes()),
            (CsvKind::People, PEOPLE.as_bytes()),
            (CsvKind::Tenures, TENURES.as_bytes()),
        ];
        let english = Language::En;
        engine
            .import_registry(&admin, &files, english)
            .await
            .unwrap();
        let matters = MATTERS.as_bytes();
        engine
            .import_catalogue(&admin, matters, english)
            .await
            .unwrap();
        city.each(HANDS, |engine, officer, case| async move {
            let form = ReportForm::new("snap_report", "G-1", "bags at the gate");
            let accept = CaseCommand::Accept {
                class: CaseClass::OnTheSpot,
                matter: "civility.trash".into(),
                manual_dispatch: false,
                origin: None,
            };
            let resident = Actor::new("R-1", Role::Resident, "");
            let report = CaseCommand::Report { form };
            engine.execute(&resident, case, report).await.unwrap();
            engine.execute(&officer, case, accept).await.unwrap();
        })
        .await;
        city
    }

    /// Opens a city that is there, with room for so many live cases.
    pub(crate) async fn reopen(url: &str, folder: &Path, live_cases: usize) -> Self {
        // A Monday morning in working time.
        let now = DateTime::parse_from_rfc3339("2026-03-02T09:00:00+08:00").unwrap();
        let options = Options {
            clock: Arc::new(ManualClock::new(now.to_utc())),
            live_cases,
            keys: Some(folder.join("keys")),
            ..Options::default()
        };
        Self {
            engine: Engine::open_with(url, options).await.unwrap(),
            officer: Actor::new("P-1", Role::GridOfficer, "C-1"),
        }
    }

    /// Brings every case to exactly so many events.
    pub(crate) async fn grow(&self, events: u64) {
        self.each(HANDS, move |engine, officer, case| async move {
            let mut version = engine.case(case).await.unwrap().unwrap().version;
            while version < events {
                version = engine
                    .execute(&officer, case, note())
                    .await
                    .unwrap()
                    .version;
            }
            assert_eq!(version, events);
        })
        .await;
    }

    async fn each<F>(
        &self,
        hands: u64,
        work: impl Fn(Engine, Actor, CaseId) -> F + Copy + Send + 'static,
    ) where
        F: Future<Output = ()> + Send,
    {
        let tasks: Vec<_> = (0..hands)
            .map(|hand| {
                let (engine, officer) = (self.engine.clone(), self.officer.clone());
                tokio::spawn(async move {
                    for case in (hand..STREAMS).step_by(hands as usize) {
                        work(engine.clone(), officer.clone(), id(case)).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    /// Notes on all cases in turn: each is gathered, decided, appended and durable; commands a
    /// second.
    pub(crate) async fn commands(&self, plan: Plan, callers: u64) -> f64 {
        let work = |engine: Engine, officer: Actor, case| async move {
            let receipt = engine.execute(&officer, case, note()).await.unwrap();
            assert_eq!(receipt.facts.len(), 1);
        };
        self.rate(plan, callers, work).await
    }

    /// The same while the engine keeps the views up, and until they have the last command.
    pub(crate) async fn kept_up(&self, plan: Plan, callers: u64) -> f64 {
        self.engine.catch_up().await.unwrap();
        let began = Instant::now();
        let (stop, stopped) = oneshot::channel::<()>();
        let engine = self.engine.clone();
        let keeping = tokio::spawn(async move { engine.run(async { drop(stopped.await) }).await });
        let rate = self.commands(plan, callers).await;
        let done = rate * began.elapsed().as_secs_f64();
        self.engine.catch_up().await.unwrap();
        let took = began.elapsed().as_secs_f64();
        drop(stop);
        keeping.await.unwrap().unwrap();
        done / took
    }

    /// Cases as they stand; a second.
    pub(crate) async fn cases(&self, plan: Plan, callers: u64) -> f64 {
        let work = |engine: Engine, _, case| async move {
            assert!(engine.case(case).await.unwrap().is_some());
        };
        self.rate(plan, callers, work).await
    }

    async fn rate<F>(
        &self,
        plan: Plan,
        callers: u64,
        work: impl Fn(Engine, Actor, CaseId) -> F + Copy + Send + 'static,
    ) -> f64
    where
        F: Future<Output = ()> + Send,
    {
        let began = Instant::now();
        let tasks: Vec<_> = (0..callers)
            .map(|caller| {
                let (engine, officer) = (self.engine.clone(), self.officer.clone());
                let mut turns = crate::payload::turns(caller, callers);
                tokio::spawn(async move {
                    let mut done = 0_u64;
                    while began.elapsed() < plan.time {
                        let (case, _) = turns.next().unwrap();
                        work(engine.clone(), officer.clone(), id(case)).await;
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += task.await.unwrap();
        }
        done as f64 / began.elapsed().as_secs_f64()
    }
}

fn note() -> CaseCommand {
    CaseCommand::RecordProgress {
        leg: None,
        note: NOTE.to_owned(),
    }
}
