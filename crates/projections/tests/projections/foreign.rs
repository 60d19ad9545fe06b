//! Imported cases against figures that were computed with other tools (the shared ground truth).

use super::city::{City, TENANT};
use chrono::{DateTime, NaiveDateTime, Utc};
use flate2::read::GzDecoder;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::calendar::{CalendarBook, Limit};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::case::fact::CaseFact;
use gridwhistle_domain::case::record::{ForeignCase, SourceRef};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_projections::questions::{Counts, CountsBy, LedgerFilter};
use gridwhistle_projections::{Moment, case_stream};
use gridwhistle_store::Append;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// How a file names what is needed.
struct Source {
    file: &'static str,
    truth: &'static str,
    id: &'static str,
    created: &'static str,
    due: &'static str,
    closed: &'static str,
    unit: &'static str,
    format: &'static str,
}

const BALTIMORE: Source = Source {
    file: "311/baltimore_2014_2019_a.csv.gz",
    truth: "truth/open_311_baltimore_a_by_agency.csv",
    id: "SRRecordID",
    created: "CreatedDate",
    due: "DueDate",
    closed: "CloseDate",
    unit: "Agency",
    format: "%m/%d/%Y %I:%M:%S %p",
};

fn data(path: &str) -> File {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.join(path);
    File::open(&path).unwrap_or_else(|e| panic!("the shared data are needed: {path:?}: {e}"))
}

/// Wall-clock times are compared as they are written.
fn instant(text: &str, format: &str) -> Option<DateTime<Utc>> {
    if text.is_empty() {
        return None;
    }
    let naive = NaiveDateTime::parse_from_str(text, format);
    Some(naive.unwrap_or_else(|e| panic!("{text}: {e}")).and_utc())
}

fn appends(source: &Source) -> Vec<Append> {
    let reference = Reference {
        calendars: CalendarBook::china(),
        ..Reference::default()
    };
    let reference = Arc::new(reference);
    let mut reader = csv::Reader::from_reader(GzDecoder::new(data(source.file)));
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.zip(1_u128..)
        .map(|(row, number)| {
            let row = row.unwrap();
            let time = |column| instant(&row[column], source.format);
            let unit = Some(row[source.unit].as_str()).filter(|unit| !unit.is_empty());
            let command = CaseCommand::Import {
                case: Box::new(ForeignCase {
                    source: SourceRef {
                        source: "311".to_owned(),
                        id: row[source.id].clone(),
                    },
                    received_at: time(source.created).unwrap(),
                    due: time(source.due),
                    unit: unit.map(Into::into),
                    class: CaseClass::TimeLimited,
                    matter: String::new(),
                    areas: BTreeMap::new(),
                    point: None,
                    place: String::new(),
                    summary: String::new(),
                    source_on_time: None,
                    anomalies: Vec::new(),
                }),
                closed_at: time(source.closed),
                closure_note: String::new(),
                on_time: None,
            };
            append(CaseId(Uuid::from_u128(number)), &command, &reference)
        })
        .collect()
}

fn append(case: CaseId, command: &CaseCommand, reference: &Arc<Reference>) -> Append {
    let context = Context {
        case,
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
        actor: Actor::system(),
        reference: Arc::clone(reference),
        gathered: Gathered::default(),
    };
    let events = decide(&Case::default(), command, &context).unwrap();
    let events = events.into_iter().map(|mut event| {
        // A due time at the report or before it gives a limit of nought, which no reader takes
        // back (`intake::foreign_clock`); the shortest limit stands in for it.
        if let CaseFact::ClockStarted { clock } = &mut event.fact
            && !clock.limit.is_within_bounds()
        {
            clock.limit = Limit::CalendarMinutes(1);
        }
        let payload = serde_json::to_string(&event).unwrap();
        super::city::new_event(event.fact.name(), payload, event.at)
    });
    Append {
        tenant: TENANT.to_owned(),
        stream: case_stream(case),
        expected_version: 0,
        command_id: case.0,
        request_hash: [0; 32],
        events: events.collect(),
    }
}

/// Agency to a column of the truth.
fn truth(source: &Source, column: &str) -> BTreeMap<String, i64> {
    let mut reader = csv::Reader::from_reader(data(source.truth));
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| {
        let row = row.unwrap();
        (row["agency"].clone(), row[column].parse().unwrap())
    })
    .collect()
}

fn told(counts: &Counts, figure: &str) -> BTreeMap<String, i64> {
    let value = |count| {
        serde_json::to_value(count).unwrap()[figure]
            .as_i64()
            .unwrap()
    };
    let mut all: BTreeMap<String, i64> = counts
        .rows
        .iter()
        .map(|row| (row.group.clone().unwrap_or("(none)".to_owned()), value(row)))
        .collect();
    all.insert("(all)".to_owned(), value(&counts.total));
    all
}

async fn agrees(source: &Source, as_of: &str) {
    let city = City::in_memory();
    for answer in city.log.append_all(appends(source)).await {
        answer.unwrap();
    }
    let questions = city.caught_up().await;
    let then = Moment::then(as_of.parse().unwrap());
    let later = Moment::now("2030-01-01T00:00:00Z".parse().unwrap());
    let filter = LedgerFilter::default();
    for (moment, figures) in [
        (
            later,
            &[
                ("received", "n"),
                ("closed", "n_closed"),
                ("open", "n_never_closed"),
                ("with_due", "n_due"),
                ("closed_on_time", "n_on_time"),
            ][..],
        ),
        (
            then,
            &[
                ("received", "asof_received"),
                ("closed", "asof_closed"),
                ("open", "asof_open"),
                ("open_with_due", "asof_open_with_due"),
                ("open_overdue", "asof_open_overdue"),
                ("closed_late", "asof_closed_late"),
            ][..],
        ),
    ] {
        let counts = questions
            .counts(CountsBy::Unit, &filter, moment)
            .await
            .unwrap();
        for (figure, column) in figures {
            let mut expected = truth(source, column);
            let mut given = told(&counts, figure);
            // As of an instant, agencies without a case by then have no row here.
            expected.retain(|_, count| *count != 0);
            given.retain(|_, count| *count != 0);
            assert_eq!(given, expected, "{figure}");
        }
    }
}

#[tokio::test]
async fn figures_of_imported_cases_agree_with_the_ground_truth() {
    agrees(&BALTIMORE, "2018-07-01T00:00:00Z").await;
}
