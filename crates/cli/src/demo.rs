//! `gridwhistle demo`: a believable city, four months of cases through the real commands with a
//! simulated clock and a fixed seed, and then what a duty officer wants to see first.
//!
//! Refuses to touch a store that it did not make, and a demo city that is there unless told to.

mod act;
mod answer;
mod appraise;
mod city;
mod dice;
mod evaluate;
mod live;
mod place;
mod plan;
mod provoke;
mod report;
mod simulate;
#[cfg(test)]
mod tests;
mod together;
mod world;

use crate::words::{Word, of_system, told};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use city::City;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CommandName;
use gridwhistle::domain::case::refusal::Refusal;
use gridwhistle::domain::catalogue::CatalogueCommand;
use gridwhistle::domain::catalogue::matter::Matter;
use gridwhistle::domain::catalogue::sample::{SAMPLE_CSV, sample};
use gridwhistle::domain::ids::{CaseId, UnitId};
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::text::Language;
use gridwhistle::{Engine, EngineError, ManualClock, Options};
use gridwhistle_server::ServeError;
use simulate::{Simulation, Tallies};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use world::World;

/// Makes a demo city and lives four months of it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Demo {
    /// The folder for the store; made if it is not there.
    #[arg(long, default_value = "demo")]
    pub(crate) dir: PathBuf,
    /// How many cases.
    #[arg(long, default_value_t = 3_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) cases: u64,
    /// The same seed gives the same city and the same events.
    #[arg(long, default_value_t = 20_260_302)]
    pub(crate) seed: u64,
    /// Replace a demo city that is there already.
    #[arg(long)]
    pub(crate) force: bool,
    /// Serve the city afterwards: its last week goes on while people look and act.
    #[arg(long)]
    pub(crate) serve: bool,
    /// With `--serve`: where to listen.
    #[arg(long, value_name = "ADDRESS", requires = "serve")]
    pub(crate) listen: Option<SocketAddr>,
    /// With `--serve`: seconds of the city in one second; 0: its clock stands.
    #[arg(long, default_value_t = 30, requires = "serve", value_parser = clap::value_parser!(u32).range(0..=3_600))]
    pub(crate) pace: u32,
}

/// Why there is no demo city.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// There is a demo city already. Handling: another folder, or `--force`.
    #[error(
        "there is a demo city already: {0}; nothing was changed. Use --dir FOLDER, or --force to replace it"
    )]
    Exists(PathBuf),
    /// Something is there that this command did not make. Handling: another folder.
    #[error(
        "{0}, or a file whose name begins so, is there and was not made by `gridwhistle demo`; nothing was changed. Use --dir FOLDER, or move it away yourself"
    )]
    Foreign(PathBuf),
    /// The folder cannot be used.
    #[error("{path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] std::io::Error),
    /// The engine cannot go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A simulated person asked for something that the rules refuse: a fault of the simulator.
    #[error("the simulator is wrong: {actor} may not {command} case {case}: {refusal}")]
    Refused {
        /// The case.
        case: CaseId,
        /// What was asked.
        command: CommandName,
        /// Who asked.
        actor: String,
        /// Why not.
        refusal: Box<Refusal>,
    },
    /// Something forbidden was taken: a hole in the rules.
    #[error("the rules have a hole: {command} on case {case} should have been refused")]
    Allowed {
        /// The case.
        case: CaseId,
        /// What was asked.
        command: CommandName,
    },
    /// The city cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// Nobody is there to report a case.
    #[error("the simulator is wrong: nobody reports case {case}")]
    Nobody {
        /// The case.
        case: CaseId,
    },
}

impl DemoError {
    /// The same for people who read Chinese; the engine's errors have words of their own.
    pub(crate) fn message(&self, language: Language) -> String {
        match (language, self) {
            (Language::ZhCn, Self::Exists(path)) => format!(
                "已有演示城市 {}，未作任何更改；请用 --dir 指定其他目录，或用 --force 覆盖",
                path.display()
            ),
            (Language::ZhCn, Self::Foreign(path)) => format!(
                "{} 或以此开头的文件已存在，且不是 gridwhistle demo 生成的，未作任何更改；请用 --dir 指定其他目录，或自行移走",
                path.display()
            ),
            (_, Self::Engine(error)) => error.message(language),
            (_, Self::Serve(error)) => error.message(language),
            (_, Self::Folder { path, source }) => {
                let folder = told(Word::FileUnwritable, &[&path.display(), &of_system(source)]);
                format!("{folder};{}", Word::DemoElsewhere)
            }
            (Language::ZhCn, Self::Refused { .. } | Self::Allowed { .. } | Self::Nobody { .. }) => {
                format!("演示程序有误，请报告；所成之数据不完整，可用 --force 重做：{self}")
            }
            _ => self.to_string(),
        }
    }
}

/// What a run made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    tallies: Tallies,
    people: usize,
    took: Duration,
}

/// Makes the city, and prints the first page for its duty officer, or what was made as JSON.
///
/// # Errors
/// [`DemoError`]; what was there before is untouched, unless it is a demo city and `force` was given.
pub(crate) async fn run(
    demo: &Demo,
    json: bool,
    output: &mut (dyn Write + Send),
) -> Result<(), DemoError> {
    let store = place::prepare(&demo.dir, demo.force).await?;
    let url = place::url(&store);
    let clock = Arc::new(ManualClock::new(local(plan::FIRST_DAY, -3, 9)));
    let engine = open(&url, &clock).await?;
    let bar = bar();
    let mut progress = |at: DateTime<Utc>| {
        let passed = (at - local(plan::FIRST_DAY, 0, 0)).num_days();
        bar.set_position(u64::try_from(passed).unwrap_or(0));
    };
    if demo.serve {
        return live::run(demo, (&engine, &store), &clock, &mut progress, &bar, output).await;
    }
    let made = make(demo, (&engine, Some(&store)), &clock, &mut progress).await?;
    engine.catch_up().await?;
    bar.finish_and_clear();
    if json {
        return answer::write(&engine, demo, &made, &url, output).await;
    }
    report::print(&engine, &made, &url, output).await
}

/// Opens an engine on the simulated clock.
async fn open(url: &str, clock: &Arc<ManualClock>) -> Result<Engine, DemoError> {
    let options = Options {
        clock: Arc::clone(clock) as _,
        ..Options::default()
    };
    Ok(Engine::open_with(url, options).await?)
}

/// The city and its four months, in an empty store; its file, if it has one, is marked.
async fn make(
    demo: &Demo,
    (engine, store): (&Engine, Option<&Path>),
    clock: &ManualClock,
    progress: &mut dyn FnMut(DateTime<Utc>),
) -> Result<Made, DemoError> {
    let began = Instant::now();
    let (mut simulation, people) = settle(demo, (engine, store), clock).await?;
    simulation
        .run(local(plan::LAST_DAY, 0, 18), progress)
        .await?;
    Ok(Made {
        tallies: simulation.tallies().clone(),
        people,
        took: began.elapsed(),
    })
}

/// The city at its beginning, with all that people intend, and how many they are.
async fn settle<'a>(
    demo: &Demo,
    (engine, store): (&'a Engine, Option<&Path>),
    clock: &'a ManualClock,
) -> Result<(Simulation<'a>, usize), DemoError> {
    let matters = matters();
    let serving = serving(&matters);
    let pairs = serving.iter().flat_map(|(matter, units)| {
        let pair = |unit: &UnitId| (unit.to_string(), matter.to_string());
        units.iter().map(pair).collect::<Vec<_>>()
    });
    let city = City::of(demo.seed, &pairs.collect::<Vec<_>>());
    let admin = city
        .holder("district", Role::Administrator, 0)
        .unwrap_or_else(|| Actor::new("P-0001", Role::Administrator, "district"));
    engine.install(&admin).await?;
    if let Some(store) = store {
        place::mark(engine, store).await?;
    }
    engine
        .import_registry(&admin, &city.files(), Language::En)
        .await?;
    engine
        .import_boundaries(&admin, city.boundaries().as_bytes(), Language::En)
        .await?;
    engine
        .import_catalogue(&admin, SAMPLE_CSV.as_bytes(), Language::En)
        .await?;
    let people = city.people();
    let plans = plan::plans(demo.seed, demo.cases, &city, &matters);
    let world = World {
        seed: demo.seed,
        city,
        reference: engine.reference(),
        policy: Policy::built_in(),
        matters,
        serving,
        precedents: BTreeMap::new(),
        recent: BTreeMap::new(),
    };
    clock.set(local(plan::FIRST_DAY, 0, 0));
    Ok((Simulation::new(engine, clock, world, plans), people))
}

/// The matters of the sample catalogue.
fn matters() -> Vec<Matter> {
    let entries = match sample() {
        Ok(CatalogueCommand::Import(entries)) => entries,
        _ => Vec::new(),
    };
    let matter = |entry| match entry {
        CatalogueCommand::AdmitMatter { matter, .. }
        | CatalogueCommand::ReviseMatter { matter, .. }
        | CatalogueCommand::RecordMatter { matter, .. } => Some(matter),
        _ => None,
    };
    entries.into_iter().filter_map(matter).collect()
}

/// Who serves what: whoever pays for it; a few matters are served by two.
fn serving(matters: &[Matter]) -> BTreeMap<gridwhistle::domain::ids::MatterCode, Vec<UnitId>> {
    const SECOND: [(&str, &str); 3] = [
        ("civility.street_vending", "dept-market"),
        ("public_order.parking_order", "dept-transport"),
        ("environment.construction_noise", "dept-ecology"),
    ];
    let units = |matter: &Matter| {
        let second = SECOND
            .iter()
            .filter(|(code, _)| *code == matter.code.as_str())
            .map(|(_, unit)| UnitId::from(*unit));
        std::iter::once(matter.funding_owner.clone())
            .chain(second)
            .collect()
    };
    matters
        .iter()
        .map(|matter| (matter.code.clone(), units(matter)))
        .collect()
}

/// An hour of a day in China, some days from another.
fn local(day: Option<NaiveDate>, days: i64, hour: i64) -> DateTime<Utc> {
    let midnight = day.unwrap_or_default().and_time(NaiveTime::MIN).and_utc();
    midnight + TimeDelta::days(days) + TimeDelta::hours(hour - 8)
}

/// A bar over the days; none when nobody watches.
fn bar() -> indicatif::ProgressBar {
    let days = plan::LAST_DAY.unwrap_or_default() - plan::FIRST_DAY.unwrap_or_default();
    indicatif::ProgressBar::new(u64::try_from(days.num_days()).unwrap_or(0))
}
