//! What clients of the live feed cost who only listen: `make bench-feed` (CLIENTS). They are bare
//! sockets of this process, so its memory counts both ends of each line.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use gridwhistle::{Engine, EngineError};
use gridwhistle_server::Settings;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const FILES: [(CsvKind, &str); 4] = [
    (
        CsvKind::Units,
        "unit_id,kind,level,name_zh,parent,valid_from\nCITY,city,,示范市,,2024-01-01\n\
         D-1,district,,东区,CITY,2024-01-01\nS-1,street,,老城街道,D-1,2024-01-01\n\
         C-1,community,,东门社区,S-1,2024-01-01\nB-centre,department,district,指挥中心,D-1,2024-01-01\n",
    ),
    (
        CsvKind::Grids,
        "grid_id,level,kind,name_zh,community,parent_grid,valid_from\n\
         G-1,one,basic,东门一格,C-1,,2024-01-01\n",
    ),
    (
        CsvKind::People,
        "person_id,name,employment,valid_from\nP-dispatcher,林,full_time,2024-01-01\n",
    ),
    (
        CsvKind::Tenures,
        "person,role,place,valid_from\nP-dispatcher,dispatcher,unit:B-centre,2024-01-01\n",
    ),
];

/// Resident memory of this process in KiB, as Linux tells it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|text| text.parse().ok()).unwrap_or(0)
}

async fn city() -> Result<Engine, EngineError> {
    let engine = Engine::open("memory:").await?;
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    engine.install(&admin).await?;
    let files = FILES.map(|(kind, text)| (kind, text.as_bytes()));
    engine.import_registry(&admin, &files, Language::En).await?;
    Ok(engine)
}

async fn report(engine: &Engine) -> Result<(), EngineError> {
    let actor = Actor::new("P-dispatcher", Role::Dispatcher, "B-centre");
    let form = ReportForm::new("snap_report", "G-1", "water over the pavement");
    let case = CaseId(uuid::Uuid::now_v7());
    let report = CaseCommand::Report { form };
    engine.execute(&actor, case, report).await?;
    Ok(())
}

/// Reads until a text comes.
async fn hear(line: &mut TcpStream, text: &str) -> std::io::Result<()> {
    let (mut heard, mut part) = (Vec::new(), [0; 4_096]);
    loop {
        let read = line.read(&mut part).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        heard.extend_from_slice(&part[..read]);
        if String::from_utf8_lossy(&heard).contains(text) {
            return Ok(());
        }
    }
}

async fn measure(clients: usize) -> Result<(), Box<dyn std::error::Error>> {
    let engine = city().await?;
    let mut settings = Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        development_login: true,
        ..Settings::default()
    };
    settings.feed.clients = clients;
    let running = gridwhistle_server::serve(engine.clone(), settings).await?;
    let before = resident();
    let request = "GET /api/v1/events/stream?type=CaseReported HTTP/1.1\r\nhost: bench\r\n\
                   authorization: Bearer dev:P-dispatcher\r\n\r\n";
    let mut lines = Vec::with_capacity(clients);
    for _ in 0..clients {
        let mut line = TcpStream::connect(running.address).await?;
        line.write_all(request.as_bytes()).await?;
        hear(&mut line, "retry:").await?;
        lines.push(line);
    }
    let idle = resident();
    let begun = Instant::now();
    report(&engine).await?;
    for line in &mut lines {
        hear(line, "CaseReported").await?;
    }
    let told = begun.elapsed();
    let after = resident();
    println!("clients                          {clients}");
    println!("resident before                  {} MiB", before / 1_024);
    println!("resident with all of them idle   {} MiB", idle / 1_024);
    println!("resident after one event to each {} MiB", after / 1_024);
    println!("one event to the last of them    {} ms", told.as_millis());
    running.until(std::future::ready(())).await?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clients = std::env::var("CLIENTS").ok();
    let clients = clients.map_or(Ok(1_000), |text| text.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure(clients))
}
