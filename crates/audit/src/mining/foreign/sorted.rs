//! A log in a SQLite file without a name: cases as they were met, events by case, time and place.

use super::ForeignEvent;
use super::figures::count;
use crate::mining::MiningProblem;
use crate::mining::xes::Attribute;
use rusqlite::{Connection, OptionalExtension, params};

const TABLES: &str = "
pragma journal_mode = off;
pragma synchronous = off;
create table cases (no integer primary key, id text not null unique, attributes text not null);
create table event (seq integer primary key, case_no integer not null, at integer not null,
  activity text not null, resource text, attributes text not null);
begin;
";

/// The order of all figures: by case, then time, then place in the file.
const ORDER: &str = "
commit;
create index in_order on event (case_no, at, seq, activity);
";

/// What a walk in order meets.
pub(super) enum Piece {
    /// A case begins.
    Case(Vec<Attribute>),
    /// Its next event.
    Event(Vec<Attribute>),
}

pub(super) struct Sorted {
    pub(super) file: Connection,
}

impl Sorted {
    pub(super) fn new() -> Result<Self, MiningProblem> {
        // A database of an empty name lies in a file that is gone when it is closed.
        let file = Connection::open("")?;
        file.execute_batch(TABLES)?;
        Ok(Self { file })
    }

    /// The number of a case; its attributes are those it came with first.
    pub(super) fn case(&self, id: &str, attributes: &[Attribute]) -> Result<i64, MiningProblem> {
        let mut known = self
            .file
            .prepare_cached("select no from cases where id = ?1")?;
        if let Some(no) = known.query_row([id], |row| row.get(0)).optional()? {
            return Ok(no);
        }
        let insert = "insert into cases (id, attributes) values (?1, ?2)";
        let mut insert = self.file.prepare_cached(insert)?;
        insert.execute(params![id, packed(attributes)?])?;
        Ok(self.file.last_insert_rowid())
    }

    pub(super) fn event(&self, case: i64, event: &ForeignEvent) -> Result<(), MiningProblem> {
        let insert = "insert into event (case_no, at, activity, resource, attributes) \
                      values (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.file.prepare_cached(insert)?;
        insert.execute(params![
            case,
            event.at.timestamp_micros(),
            event.activity,
            event.resource,
            packed(&event.attributes)?
        ])?;
        Ok(())
    }

    /// Everything is in.
    pub(super) fn finish(&self) -> Result<(), MiningProblem> {
        Ok(self.file.execute_batch(ORDER)?)
    }

    pub(super) fn events(&self) -> Result<u64, MiningProblem> {
        let all = "select count(*) from event";
        Ok(self.file.query_row(all, [], |row| count(row, 0))?)
    }

    /// Walks all cases that have events, in order.
    pub(super) fn each(
        &self,
        take: &mut dyn FnMut(Piece) -> Result<(), MiningProblem>,
    ) -> Result<(), MiningProblem> {
        let all = "select no, cases.attributes, event.attributes from cases \
                   join event on event.case_no = cases.no order by no, at, seq";
        let mut all = self.file.prepare(all)?;
        let mut rows = all.query([])?;
        let mut at = None;
        while let Some(row) = rows.next()? {
            let case: i64 = row.get(0)?;
            if at != Some(case) {
                at = Some(case);
                take(Piece::Case(unpacked(&row.get::<_, String>(1)?)?))?;
            }
            take(Piece::Event(unpacked(&row.get::<_, String>(2)?)?))?;
        }
        Ok(())
    }
}

fn packed(attributes: &[Attribute]) -> Result<String, MiningProblem> {
    serde_json::to_string(attributes).map_err(|error| MiningProblem::Unwritable(error.into()))
}

fn unpacked(text: &str) -> Result<Vec<Attribute>, MiningProblem> {
    serde_json::from_str(text).map_err(|error| MiningProblem::Unwritable(error.into()))
}
