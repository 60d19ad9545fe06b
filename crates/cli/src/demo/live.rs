//! The demo city, served: its last week goes on while people look at it and act in it. Its clock runs
//! faster than ours, or stands.

use super::simulate::Simulation;
use super::{Demo, DemoError, local, plan, settle};
use crate::audit::write_secret;
use crate::serve::{order, record};
use crate::words::{Word, told};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::{Engine, ManualClock};
use gridwhistle_audit::tree::{Role, SigningKey};
use gridwhistle_server::Settings;
use gridwhistle_server::settings::{Limits, SealSettings};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Days before the last one from which on people look.
const DAYS_LEFT: i64 = 7;
/// How often the clock moves.
const STEP: Duration = Duration::from_millis(500);

/// Makes the city, serves it, and lives on until the order to stop.
pub(super) async fn run(
    demo: &Demo,
    (engine, store): (&Engine, &Path),
    clock: &ManualClock,
    progress: &mut dyn FnMut(DateTime<Utc>),
    bar: &indicatif::ProgressBar,
    output: &mut (dyn Write + Send),
) -> Result<(), DemoError> {
    let (mut simulation, _) = settle(demo, (engine, Some(store)), clock).await?;
    let began = local(plan::LAST_DAY, -DAYS_LEFT, 10);
    simulation.run(began, progress).await?;
    simulation.open().await?;
    engine.catch_up().await?;
    bar.finish_and_clear();
    let mut settings = Settings {
        development_login: true,
        limits: Limits::none(),
        ..Settings::default()
    };
    // Here anybody may try what residents do; their photos lie with the city.
    settings.open311.anonymous = true;
    settings.evidence.folder = demo.dir.join("evidence");
    settings.seal = Some(sealing(&demo.dir.join("demo-seal"))?);
    settings.listen = demo.listen.unwrap_or(settings.listen);
    record(None);
    let running = gridwhistle_server::serve(engine.clone(), settings).await?;
    let address = format!("http://{}", running.address);
    writeln!(
        output,
        "{}",
        told(Word::DemoServing, &[&address, &demo.pace])
    )?;
    output.flush()?;
    let lived = live(&mut simulation, clock, began, demo.pace);
    tokio::select! {
        stopped = running.until(order()) => Ok(stopped?),
        failed = lived => failed,
    }
}

/// Seals this city's log with a key of its own; what sealed the one before goes.
fn sealing(folder: &Path) -> Result<SealSettings, DemoError> {
    let key = folder.join("log.key");
    let made = || -> std::io::Result<()> {
        if key.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
        let signing = SigningKey::from_seed("demo.city/log", Role::Log, seed);
        let signing = signing.map_err(std::io::Error::other)?;
        write_secret(&key, &signing.text())
    };
    made().map_err(|source| DemoError::Folder {
        path: folder.to_owned(),
        source,
    })?;
    Ok(SealSettings {
        key,
        folder: folder.join("tree"),
        seconds: 5,
    })
}

/// Moves the clock, and lets the city live.
async fn live(
    simulation: &mut Simulation<'_>,
    clock: &ManualClock,
    began: DateTime<Utc>,
    pace: u32,
) -> Result<(), DemoError> {
    if pace == 0 {
        return std::future::pending().await;
    }
    let since = Instant::now();
    clock.set(began);
    loop {
        tokio::time::sleep(STEP).await;
        let passed = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
        let passed = TimeDelta::milliseconds(passed.saturating_mul(i64::from(pace)));
        simulation.live(began + passed).await?;
    }
}
