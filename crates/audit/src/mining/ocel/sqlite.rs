//! OCEL 2.0 as a SQLite file: a table for each type of event and of object, and those that relate.

use super::Sink;
use super::model::{Event, Object, ObjectType, Relation, attributes_of, type_of};
use crate::mining::MiningProblem;
use crate::mining::activity::instant;
use gridwhistle_domain::case::fact::CaseFact;
use rusqlite::{Connection, ToSql, params, params_from_iter};
use std::collections::BTreeSet;
use std::path::Path;

/// The tables that every file has; those of the types follow. Objects name others that come later, so
/// references are checked when all is in.
const TABLES: &str = "
pragma journal_mode = off;
pragma synchronous = off;
create table event_map_type (ocel_type text primary key, ocel_type_map text);
create table object_map_type (ocel_type text primary key, ocel_type_map text);
create table event (ocel_id text primary key,
  ocel_type text references event_map_type (ocel_type));
create table object (ocel_id text primary key,
  ocel_type text references object_map_type (ocel_type));
create table event_object (ocel_event_id text references event (ocel_id),
  ocel_object_id text references object (ocel_id), ocel_qualifier text,
  primary key (ocel_event_id, ocel_object_id, ocel_qualifier));
create table object_object (ocel_source_id text references object (ocel_id),
  ocel_target_id text references object (ocel_id), ocel_qualifier text,
  primary key (ocel_source_id, ocel_target_id, ocel_qualifier));
begin;
pragma defer_foreign_keys = on;
";

/// The file is new and thrown away when it is not finished, so it needs no journal.
pub(super) struct SqliteSink {
    file: Connection,
}

/// The last part of the name of a type's table: letters alone.
fn mapped(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut signs = word.chars();
            let first = signs.next().map(|sign| sign.to_ascii_uppercase());
            first.into_iter().chain(signs)
        })
        .collect()
}

/// The column type of an attribute.
fn column(attribute: &str) -> String {
    let of = match type_of(attribute) {
        "time" => "timestamp",
        "integer" => "integer",
        "boolean" => "boolean",
        _ => "text",
    };
    format!(", {attribute} {of}")
}

impl SqliteSink {
    pub(super) fn begin(path: &Path) -> Result<Self, MiningProblem> {
        let file = Connection::open(path)?;
        file.execute_batch(TABLES)?;
        for of in ObjectType::ALL {
            let columns: String = of.attributes().iter().map(|name| column(name)).collect();
            let (name, table) = (of.name(), mapped(of.name()));
            file.execute_batch(&format!(
                "create table object_{table} (ocel_id text references object (ocel_id), \
                 ocel_time timestamp, ocel_changed_field text{columns});"
            ))?;
            file.execute(
                "insert into object_map_type values (?1, ?2)",
                [name, &table],
            )?;
        }
        for name in CaseFact::NAMES {
            let columns: String = attributes_of(name)
                .iter()
                .map(|name| column(name))
                .collect();
            let table = mapped(name);
            file.execute_batch(&format!(
                "create table event_{table} (ocel_id text primary key references event (ocel_id), \
                 ocel_time timestamp{columns});"
            ))?;
            file.execute(
                "insert into event_map_type values (?1, ?2)",
                [*name, &table],
            )?;
        }
        Ok(Self { file })
    }

    fn relate(&self, table: &str, from: &str, all: &[Relation]) -> Result<(), MiningProblem> {
        let insert = format!("insert into {table} values (?1, ?2, ?3)");
        let mut insert = self.file.prepare_cached(&insert)?;
        for relation in all {
            insert.execute(params![from, relation.to, relation.qualifier])?;
        }
        Ok(())
    }

    /// One row of a type's table; names of columns are our own.
    fn row(&self, table: &str, values: &[(&str, &dyn ToSql)]) -> Result<(), MiningProblem> {
        let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let insert = format!(
            "insert into {table} ({}) values ({marks})",
            names.join(", ")
        );
        let mut insert = self.file.prepare_cached(&insert)?;
        insert.execute(params_from_iter(values.iter().map(|(_, value)| value)))?;
        Ok(())
    }
}

impl Sink for SqliteSink {
    /// The first row holds what is known at first; each later row one field that changed.
    fn object(&mut self, object: &Object) -> Result<(), MiningProblem> {
        let name = object.of.name();
        let mut insert = self
            .file
            .prepare_cached("insert into object values (?1, ?2)")?;
        insert.execute([&object.id, name])?;
        let table = format!("object_{}", mapped(name));
        let first = object.attributes.first().map(|change| change.at);
        let at = first.map(instant);
        let mut row: Vec<(&str, &dyn ToSql)> = vec![("ocel_id", &object.id), ("ocel_time", &at)];
        let mut told = BTreeSet::new();
        let mut later = Vec::new();
        for change in &object.attributes {
            if Some(change.at) == first && told.insert(change.name) {
                row.push((change.name, &change.value));
            } else {
                later.push(change);
            }
        }
        self.row(&table, &row)?;
        for change in later {
            let at = instant(change.at);
            self.row(
                &table,
                &[
                    ("ocel_id", &object.id),
                    ("ocel_time", &at),
                    ("ocel_changed_field", &change.name),
                    (change.name, &change.value),
                ],
            )?;
        }
        self.relate("object_object", &object.id, &object.relations)
    }

    fn end_objects(&mut self) -> Result<(), MiningProblem> {
        Ok(())
    }

    fn event(&mut self, event: &Event) -> Result<(), MiningProblem> {
        let mut insert = self
            .file
            .prepare_cached("insert into event values (?1, ?2)")?;
        insert.execute([&event.id, event.name])?;
        let at = instant(event.at);
        let mut row: Vec<(&str, &dyn ToSql)> = vec![("ocel_id", &event.id), ("ocel_time", &at)];
        let details = event.attributes.iter();
        row.extend(details.map(|(name, value)| (*name, value as &dyn ToSql)));
        self.row(&format!("event_{}", mapped(event.name)), &row)?;
        self.relate("event_object", &event.id, &event.relations)
    }

    fn end(&mut self) -> Result<(), MiningProblem> {
        Ok(self.file.execute_batch("commit")?)
    }
}
