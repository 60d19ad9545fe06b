//! A foreign log as a table: a row an event.

use super::mapping::{Columns, LogMapping};
use super::sorted::Sorted;
use super::{ForeignEvent, LOG, LeftOut, unreadable, wrong};
use crate::mining::MiningProblem;
use crate::mining::activity::instant;
use crate::mining::problem::Place;
use crate::mining::xes::{Attribute, Kind};
use csv::{ErrorKind, StringRecord};
use std::io::Read;

/// What other tools put before the columns of a case.
const OF_CASES: &str = "case:";

/// Where a table has what.
struct Header {
    names: Vec<String>,
    case: usize,
    activity: usize,
    time: usize,
    resource: Option<usize>,
}

impl Header {
    fn find(columns: &Columns, record: &StringRecord) -> Result<Self, MiningProblem> {
        let place = |name: &str| record.iter().position(|known| known.trim() == name);
        let must = |name: &str| {
            place(name).ok_or_else(|| {
                let zh = format!("文件中没有列 `{name}`");
                let en = format!("the file has no column `{name}`");
                let there = record.iter().collect::<Vec<_>>().join(", ");
                wrong(Place::Line(1), (&zh, &en), (&there, &there))
            })
        };
        let header = Self {
            case: must(&columns.case)?,
            activity: must(&columns.activity)?,
            time: must(&columns.time)?,
            resource: place(&columns.resource),
            names: Vec::new(),
        };
        let standard = [
            (&columns.activity, "concept:name"),
            (&columns.time, "time:timestamp"),
            (&columns.resource, "org:resource"),
            (&columns.group, "org:group"),
            (&columns.lifecycle, "lifecycle:transition"),
        ];
        let named = |name: &str| {
            let name = name.trim();
            let known = standard.iter().find(|(column, _)| *column == name);
            known.map_or(name, |(_, key)| key).to_owned()
        };
        Ok(Self {
            names: record.iter().map(named).collect(),
            ..header
        })
    }

    /// The attributes of a row: of its case, and its own.
    fn attributes(&self, record: &StringRecord) -> (Vec<Attribute>, Vec<Attribute>) {
        let id = record.get(self.case).unwrap_or_default().trim();
        let mut of_case = vec![Attribute::text("concept:name", id)];
        let mut own = Vec::new();
        for (place, (name, value)) in self.names.iter().zip(record).enumerate() {
            if place == self.case || place == self.time || value.is_empty() {
                continue;
            }
            match name.strip_prefix(OF_CASES) {
                Some(name) => of_case.push(Attribute::text(name, value)),
                None => own.push(Attribute::text(name, value)),
            }
        }
        (of_case, own)
    }
}

pub(super) fn read(
    mapping: &LogMapping,
    text: impl Read,
    sorted: &mut Sorted,
) -> Result<LeftOut, MiningProblem> {
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(mapping.delimiter)
        .flexible(true)
        .from_reader(text);
    let header = rows.headers().map_err(|error| failure(&error))?.clone();
    let header = Header::find(&mapping.columns, &header)?;
    let mut left_out = LeftOut::default();
    let mut record = StringRecord::new();
    while rows
        .read_record(&mut record)
        .map_err(|error| failure(&error))?
    {
        let cell = |place: usize| {
            let text = record.get(place).map(str::trim);
            text.filter(|text| !text.is_empty())
        };
        let Some(case) = cell(header.case) else {
            left_out.events_without_case += 1;
            continue;
        };
        let Some(activity) = cell(header.activity) else {
            left_out.events_without_activity += 1;
            continue;
        };
        let at = cell(header.time).and_then(|text| mapping.clock.read(text));
        let Some(at) = at.map(|moment| moment.at) else {
            left_out.events_without_time += 1;
            continue;
        };
        let (of_case, mut own) = header.attributes(&record);
        own.push(Attribute::new(Kind::Date, "time:timestamp", instant(at)));
        let no = sorted.case(case, &of_case)?;
        let event = ForeignEvent {
            at,
            activity: activity.to_owned(),
            resource: header.resource.and_then(cell).map(str::to_owned),
            attributes: own,
        };
        sorted.event(no, &event)?;
    }
    Ok(left_out)
}

fn failure(error: &csv::Error) -> MiningProblem {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        ErrorKind::Io(error) => unreadable(error, Place::Line(line)),
        _ => {
            let rule = ("不是 UTF-8", "this is no UTF-8");
            wrong(Place::Line(line), rule, LOG)
        }
    }
}
