//! A city's IT embeds the engine: open a store, set up a street, report a case, read your write.
//! Run: `cargo run -p gridwhistle-examples --example embed`, in a folder for `city.db`.

#![expect(clippy::print_stdout, reason = "an example speaks to its reader")]

// The README shows what follows, up to the end of `main`, word for word.
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::{command::CaseCommand, fact::ReportForm};
use gridwhistle::domain::{ids::CaseId, registry::csv::CsvKind, text::Language};
use gridwhistle::projections::questions::{LedgerFilter, LedgerSort, Moment};
use gridwhistle::{Engine, EngineError};

#[tokio::main]
async fn main() -> Result<(), EngineError> {
    let engine = Engine::open("sqlite://city.db").await?;
    let admin = Actor::new("it-desk", Role::Administrator, "CITY");
    engine.install(&admin).await?; // built-in calendars and default policy
    let units: &[u8] = include_bytes!("city/units.csv");
    let grids: &[u8] = include_bytes!("city/grids.csv");
    let files = [(CsvKind::Units, units), (CsvKind::Grids, grids)];
    engine.import_registry(&admin, &files, Language::En).await?;

    let form = ReportForm::new("snap_report", "G-1", "a lamp is out at the corner");
    let resident = Actor::new("resident-1", Role::Resident, "");
    let (case, report) = (CaseId(uuid::Uuid::now_v7()), CaseCommand::Report { form });
    let receipt = engine.execute(&resident, case, report).await?; // durable when it answers
    engine.wait(receipt.position).await?; // read your write

    let (questions, now) = (engine.questions(), Moment::now(engine.now()));
    let (all, newest) = (LedgerFilter::default(), LedgerSort::default());
    let page = questions.ledger(&all, newest, None, 50, now).await?;
    println!("{} case(s), the newest first", page.rows.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    /// In a folder of its own, twice: the second run finds the store of the first.
    #[test]
    fn the_example_runs_and_runs_again() {
        let folder = tempfile::tempdir().expect("a folder");
        std::env::set_current_dir(folder.path()).expect("the folder");
        for _ in 0..2 {
            super::main().expect("the example runs");
        }
    }
}
