//! A small city behind the façade: two streets, two communities, two grids, four departments, five
//! matters; set up through the public API only, on memory, on a SQLite
//! file, or on a PostgreSQL database.

pub(crate) mod people;
mod rewritten;
pub(crate) mod work;

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::CaseEvent;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use gridwhistle::keyring::Keyring;
use gridwhistle::{Engine, EngineError, ManualClock, Options, Receipt};
use gridwhistle_cluster::{Cluster, Database};
use gridwhistle_store::views::{self, ViewOptions};
use gridwhistle_store::{EventLog, StreamId};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// A matter that one department serves; every class but proxy.
pub(crate) const LEAK: &str = "environment.leak";
/// A matter for a grid officer alone.
pub(crate) const TRASH: &str = "civility.trash";
/// A window matter for proxies.
pub(crate) const PENSION: &str = "government_services.pension";
/// A matter of safety.
pub(crate) const GAS: &str = "work_safety.gas";
/// A matter that two departments serve.
pub(crate) const NOISE: &str = "environment.noise";

const UNITS: &str = "unit_id,kind,level,name_zh,parent,valid_from
CITY,city,,示范市,,2024-01-01
D-1,district,,东区,CITY,2024-01-01
S-1,street,,老城街道,D-1,2024-01-01
S-2,street,,新城街道,D-1,2024-01-01
C-1,community,,东门社区,S-1,2024-01-01
C-2,community,,西门社区,S-2,2024-01-01
B-water,department,district,水务局,D-1,2024-01-01
B-roads,department,district,市政局,D-1,2024-01-01
B-police,department,district,公安分局,D-1,2024-01-01
B-centre,department,district,指挥中心,D-1,2024-01-01
B-window,department,district,政务大厅,D-1,2024-01-01
";

const GRIDS: &str = "grid_id,level,kind,name_zh,community,parent_grid,valid_from
G-1,one,basic,东门一格,C-1,,2024-01-01
G-2,one,basic,西门一格,C-2,,2024-01-01
";

const SERVICES: &str = "unit,matter,area,valid_from
B-water,environment.leak,everywhere,2024-01-01
B-water,work_safety.gas,everywhere,2024-01-01
B-water,environment.noise,everywhere,2024-01-01
B-police,environment.noise,everywhere,2024-01-01
";

const MATTERS: &str = "code,domain,name_zh,classes,owner,statutory_limit,safety,proxy,funding_owner,valid_from
environment.leak,environment,漏水,on_the_spot;time_limited;special;undertaken,by_service,,,,D-1,2024-01-01
environment.noise,environment,噪声,on_the_spot;time_limited;special;undertaken,by_service,,,,D-1,2024-01-01
work_safety.gas,work_safety,燃气,on_the_spot;time_limited;special;undertaken,by_service,,yes,,D-1,2024-01-01
civility.trash,civility,垃圾,on_the_spot,by_service,,,,D-1,2024-01-01
government_services.pension,government_services,养老待遇,proxy,by_service,20 wd,,yes,D-1,2024-01-01
";

/// Local wall clock (+08:00) `2026-03-02 09:00` as an instant. A Monday in working time.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text}:00 +0800"), "%Y-%m-%d %H:%M:%S %z")
        .unwrap()
        .to_utc()
}

/// A city with its engine and its clock.
pub(crate) struct City {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    url: String,
    folder: Option<TempDir>,
    database: Option<Database<'static>>,
}

impl City {
    /// In memory, on a Monday morning.
    pub(crate) async fn in_memory() -> Self {
        Self::open("memory:".to_owned(), None, None).await
    }

    /// On a SQLite file in a folder of its own.
    pub(crate) async fn on_disk() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/city.db", folder.path().display());
        Self::open(url, Some(folder), None).await
    }

    /// On a PostgreSQL database of its own, with its keys in a folder.
    pub(crate) async fn on_a_database() -> Self {
        let database = tokio::task::block_in_place(|| Cluster::shared().database());
        let folder = tempfile::tempdir().unwrap();
        Self::open(database.url(), Some(folder), Some(database)).await
    }

    /// One on every store.
    pub(crate) async fn everywhere() -> [Self; 3] {
        [
            Self::in_memory().await,
            Self::on_disk().await,
            Self::on_a_database().await,
        ]
    }

    /// On an empty PostgreSQL database of the caller's, with its keys in a folder.
    pub(crate) async fn on(url: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::open(url, Some(folder), None).await
    }

    async fn open(
        url: String,
        folder: Option<TempDir>,
        database: Option<Database<'static>>,
    ) -> Self {
        let clock = Arc::new(ManualClock::new(at("2026-03-02 09:00")));
        let keys = keys(folder.as_ref());
        let engine = open_with_keys(&url, keys, &clock).await.unwrap();
        set_up(&engine).await.unwrap();
        Self {
            engine,
            clock,
            url,
            folder,
            database,
        }
    }

    /// Another engine on the same store, as another process has one; not in memory.
    pub(crate) async fn another(&self) -> Engine {
        let keys = keys(self.folder.as_ref());
        open_with_keys(&self.url, keys, &self.clock).await.unwrap()
    }

    /// The file of the keys.
    pub(crate) fn keys(&self) -> PathBuf {
        keys(self.folder.as_ref()).unwrap()
    }

    /// The database file and the folder it stands in; only for a city on disk.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().join("city.db")
    }

    /// The address of the store.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Stops the engine and starts another on the same file. In memory nothing would be left, so
    /// there the engine goes on.
    pub(crate) async fn restart(self) -> Self {
        let (closed, clock) = self.close();
        match closed {
            Closed::Kept {
                url,
                folder,
                database,
            } => Self {
                engine: open_with_keys(&url, keys(Some(&folder)), &clock)
                    .await
                    .unwrap(),
                clock,
                url,
                folder: Some(folder),
                database,
            },
            Closed::InMemory(engine) => Self {
                engine,
                clock,
                url: "memory:".to_owned(),
                folder: None,
                database: None,
            },
        }
    }

    fn close(self) -> (Closed, Arc<ManualClock>) {
        let closed = match self.folder {
            None => Closed::InMemory(self.engine),
            Some(folder) => {
                drop(self.engine);
                Closed::Kept {
                    url: self.url,
                    folder,
                    database: self.database,
                }
            }
        };
        (closed, self.clock)
    }

    /// Stops the engine, does something to its files, and tries to start another.
    pub(crate) async fn after(
        self,
        change: impl FnOnce(&std::path::Path),
    ) -> (Result<Engine, EngineError>, TempDir) {
        let (closed, clock) = self.close();
        let Closed::Kept {
            url,
            folder,
            database: None,
        } = closed
        else {
            panic!("only a city on disk has files");
        };
        change(&folder.path().join("city.db"));
        (open(&url, &clock).await, folder)
    }

    /// Time goes by.
    pub(crate) fn later(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Someone asks, and it must be allowed.
    #[track_caller]
    pub(crate) fn allowed(
        &self,
        who: Actor,
        case: CaseId,
        command: CaseCommand,
    ) -> impl Future<Output = Receipt> {
        let place = std::panic::Location::caller();
        let name = command.name();
        let engine = self.engine.clone();
        async move {
            match engine.execute(&who, case, command).await {
                Ok(receipt) => receipt,
                Err(error) => panic!("{name} at {place}: {} {error}", error.code()),
            }
        }
    }

    /// The events of a case, from the log.
    pub(crate) async fn events(&self, case: CaseId) -> Vec<CaseEvent> {
        let stream = StreamId::new("case", case.to_string());
        let tenant = self.engine.tenant();
        let events = self.engine.log().read_stream(tenant, &stream, 0).await;
        events
            .unwrap()
            .iter()
            .map(|event| serde_json::from_str(&event.payload).unwrap())
            .collect()
    }

    /// How often a fact stands in the stream of a case.
    pub(crate) async fn count(&self, case: CaseId, fact: &str) -> usize {
        let events = self.events(case).await;
        events.iter().filter(|one| one.fact.name() == fact).count()
    }

    /// The head of the log.
    pub(crate) async fn head(&self) -> u64 {
        self.engine.log().head(self.engine.tenant()).await.unwrap()
    }

    /// Takes the database away from everybody, as a server that is down does; only for a city on one.
    pub(crate) fn lose_database(&self) {
        let name = self.database.as_ref().unwrap().name();
        let cluster = Cluster::shared();
        cluster.sql(
            "postgres",
            &format!("alter database \"{name}\" allow_connections false"),
        );
        let end = format!(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{name}'"
        );
        cluster.sql("postgres", &end);
    }

    /// The walk over the whole log: it must be sound; answers the value of its chain.
    pub(crate) async fn sound(&self) -> String {
        let report = self
            .engine
            .log()
            .verify(self.engine.tenant())
            .await
            .unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!(report.events, self.head().await);
        report.chain
    }
}

enum Closed {
    InMemory(Engine),
    Kept {
        url: String,
        folder: TempDir,
        database: Option<Database<'static>>,
    },
}

/// Where a city that is kept has its keys.
fn keys(folder: Option<&TempDir>) -> Option<PathBuf> {
    folder.map(|folder| folder.path().join("city.db.keys"))
}

/// An engine on a store with a clock that stands still.
pub(crate) async fn open(url: &str, clock: &Arc<ManualClock>) -> Result<Engine, EngineError> {
    open_with_keys(url, None, clock).await
}

/// The same with its keys in a file.
pub(crate) async fn open_with_keys(
    url: &str,
    keys: Option<PathBuf>,
    clock: &Arc<ManualClock>,
) -> Result<Engine, EngineError> {
    let options = Options {
        clock: Arc::clone(clock) as Arc<_>,
        keys,
        ..Options::default()
    };
    Engine::open_with(url, options).await
}

/// An engine on a store whose file may not grow beyond a quota.
pub(crate) async fn open_full(
    url: &str,
    clock: &Arc<ManualClock>,
    bytes: u64,
) -> Result<Engine, EngineError> {
    let options = Options {
        clock: Arc::clone(clock) as Arc<_>,
        max_file_bytes: Some(bytes),
        ..Options::default()
    };
    Engine::open_with(url, options).await
}

/// One of several engines on a log.
pub(crate) async fn open_on(log: &Arc<dyn EventLog>, clock: &Arc<ManualClock>) -> Engine {
    let options = Options {
        clock: Arc::clone(clock) as Arc<_>,
        snapshot_every: 1,
        ..Options::default()
    };
    let views = views::open("memory:", ViewOptions::default()).unwrap();
    let keys = Keyring::in_memory();
    Engine::on(Arc::clone(log), views, keys, options)
        .await
        .unwrap()
}

/// Calendars, policy, registry and catalogue of the small city.
pub(crate) async fn set_up(engine: &Engine) -> Result<(), EngineError> {
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    engine.install(&admin).await?;
    let (people, tenures) = people::files();
    let files = [
        (CsvKind::Units, UNITS.as_bytes()),
        (CsvKind::Grids, GRIDS.as_bytes()),
        (CsvKind::People, people.as_bytes()),
        (CsvKind::Tenures, tenures.as_bytes()),
        (CsvKind::Services, SERVICES.as_bytes()),
    ];
    engine.import_registry(&admin, &files, Language::En).await?;
    engine
        .import_catalogue(&admin, MATTERS.as_bytes(), Language::En)
        .await?;
    Ok(())
}

/// A case id by number, the same in every run.
pub(crate) fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}
