//! A city's IT embeds the engine: open a store, set up a street, report a case, read your write.
//! Run: `GRIDWHISTLE_STORE=sqlite://city.db cargo run -p gridwhistle-examples --example embed`

#![cfg_attr(
    not(test),
    expect(clippy::print_stdout, reason = "an example speaks to its reader")
)]

use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::{command::CaseCommand, fact::ReportForm};
use gridwhistle::domain::{ids::CaseId, registry::csv::CsvKind, text::Language};
use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment};
use gridwhistle::{Engine, EngineError};

const UNITS: &str = "unit_id,kind,level,name_zh,name_en,parent,valid_from\n\
    CITY,city,,示范市,Model City,,2024-01-01\nS-1,street,,东街街道,East Street,CITY,2024-01-01\n\
    C-1,community,,东门社区,East Gate,S-1,2024-01-01\n";
const GRIDS: &str = "grid_id,level,kind,name_zh,community,parent_grid,valid_from\n\
    G-1,one,basic,东门一格,C-1,,2024-01-01\n";

#[tokio::main]
pub(crate) async fn main() -> Result<(), EngineError> {
    let store = std::env::var("GRIDWHISTLE_STORE").unwrap_or_else(|_| "memory:".to_owned());
    let engine = Engine::open(&store).await?;
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    engine.install(&admin).await?;
    let files = [
        (CsvKind::Units, UNITS.as_bytes()),
        (CsvKind::Grids, GRIDS.as_bytes()),
    ];
    engine.import_registry(&admin, &files, Language::En).await?;
    let form = ReportForm::new("snap_report", "G-1", "a lamp is out at the corner");
    let resident = Actor::new("resident-1", Role::Resident, "");
    let case = CaseId(uuid::Uuid::now_v7());
    let receipt = engine
        .execute(&resident, case, CaseCommand::Report { form })
        .await?;
    engine.wait(receipt.position).await?;
    let (all, newest) = (LedgerFilter::default(), LedgerSort::default());
    let page = engine
        .questions()
        .ledger(&all, newest, None, 50, Moment::now(engine.now()))
        .await?;
    let first = page.rows.first().map_or("-", |row| row.case_id.as_str());
    println!("{} open case(s), the newest is {first}", page.rows.len());
    Ok(())
}
