use chrono::{DateTime, NaiveDateTime, Utc};
use flate2::read::GzDecoder;
use gridwhistle::import::{Importer, Mapping, Row, Survey};
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::record::ForeignCase;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// A file of the shared data.
pub(super) fn path(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = root.join(name);
    assert!(
        path.exists(),
        "the shared data is missing: {} is not there",
        path.display()
    );
    path
}

/// A table of the truth: rows by column name.
pub(super) fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let file = File::open(path(name)).unwrap();
    let bytes: Box<dyn Read> = if name.ends_with(".gz") {
        Box::new(GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    csv::Reader::from_reader(bytes)
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

/// One imported case, as the command has it.
pub(super) struct Imported {
    pub(super) case: ForeignCase,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) on_time: Option<bool>,
}

/// What a file becomes.
pub(super) struct Read311 {
    pub(super) mapping: Arc<Mapping>,
    pub(super) survey: Survey,
    pub(super) cases: Vec<Imported>,
}

impl Read311 {
    /// Reads a file of the shared data with a mapping; every row must be a case.
    pub(super) fn of(mapping: &str, file: &str) -> Self {
        let mapping = Arc::new(Mapping::built_in(mapping).unwrap());
        let open = || File::open(path(file)).unwrap();
        let survey = Survey::of(&mapping, open()).unwrap();
        let importer = Importer::new(mapping.clone(), open())
            .unwrap()
            .surveyed(survey.clone());
        let cases = importer.map(|row| imported(row.unwrap())).collect();
        Self {
            mapping,
            survey,
            cases,
        }
    }

    /// How many cases carry an anomaly.
    pub(super) fn flagged(&self, code: &str) -> usize {
        let flags = |case: &&Imported| case.case.anomalies.iter().any(|anomaly| anomaly == code);
        self.cases.iter().filter(flags).count()
    }

    /// The instant of a wall-clock text `YYYY-MM-DD hh:mm:ss`.
    pub(super) fn instant(&self, wall: &str) -> DateTime<Utc> {
        let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M:%S").unwrap();
        self.mapping.clock().localise(wall).unwrap().at
    }
}

#[track_caller]
fn imported(row: Row) -> Imported {
    match row {
        Row::Case(row) => match row.command {
            CaseCommand::Import {
                case,
                closed_at,
                on_time,
                ..
            } => Imported {
                case: *case,
                closed_at,
                on_time,
            },
            other => panic!("an import was expected, not {other:?}"),
        },
        Row::Reject { line, id, reason } => panic!("line {line}, `{id}`: {reason}"),
    }
}
