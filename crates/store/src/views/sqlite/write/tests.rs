//! A rebuild that holds few rows writes the tables that a live one has.

use rusqlite::Connection;

use super::waiting::Waiting;
use super::{Building, Changes, carry_out, finish};
use crate::views::rows::{Action, Step};
use crate::views::schema::Schema;
use crate::views::sqlite::sql::Source;
use crate::views::sqlite::tables;
use crate::views::{Column, Row, Table, Value, View};

const COLUMNS: &[Column] = &[
    Column::integer("number"),
    Column::text("unit"),
    Column::integer("done"),
    Column::bool("open"),
];
const NUMBERED: Table = Table {
    name: "numbered",
    columns: COLUMNS,
    key: &["number"],
    versioned: true,
    indexes: &[&["done"], &["open"]],
};
const NAMED: Table = Table {
    name: "named",
    key: &["unit", "number"],
    ..NUMBERED
};
const PLAIN: Table = Table {
    name: "plain",
    versioned: false,
    ..NUMBERED
};
const SUMS: Table = Table {
    name: "sums",
    columns: &[Column::text("unit"), Column::integer("done")],
    key: &["unit"],
    versioned: false,
    indexes: &[],
};
const VIEW: View = View {
    name: "v",
    version: 1,
    tables: &[NUMBERED, NAMED, PLAIN, SUMS],
};

/// The same numbers each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % most
    }

    fn step(&mut self, now: i64) -> Step<Row> {
        let unit = Value::from(["a", "b", "案", ""][usize::try_from(self.below(4)).unwrap()]);
        let number = Value::from(now / 8 + self.below(20));
        let done = Some(self.below(5)).filter(|done| *done > 0);
        let row = vec![
            number.clone(),
            unit.clone(),
            done.into(),
            (self.below(2) == 0).into(),
        ];
        let table = usize::try_from(self.below(4)).unwrap();
        let action = match (table, self.below(6)) {
            (0 | 1, _) => Action::Supersede(row.into(), now - self.below(3)),
            (2, 0) => Action::Delete(vec![number]),
            (2, _) => Action::Put(row.into()),
            (_, 0) => Action::Delete(vec![unit]),
            (_, 1) => Action::Put(vec![unit, self.below(9).into()].into()),
            _ => Action::Add(vec![unit, (self.below(5) - 2).into()]),
        };
        Step { table, action }
    }

    fn batches() -> Vec<Vec<Step<Row>>> {
        let mut draw = Self(7);
        let batch = |now| {
            let steps = draw.below(9);
            (0..steps).map(|_| draw.step(now)).collect()
        };
        (0..600).map(batch).collect()
    }
}

/// Every cell of a table, row by row, in the order of rows.
fn rows(db: &Connection, table: &str) -> Vec<String> {
    let mut statement = db.prepare(&format!("select * from \"{table}\"")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let shown: Vec<usize> = (0..names.len())
        .filter(|place| names[*place] != "row__")
        .collect();
    let read = |row: &rusqlite::Row<'_>| {
        let cells = shown
            .iter()
            .map(|place| row.get::<_, rusqlite::types::Value>(*place));
        Ok(format!("{:?}", cells.collect::<Result<Vec<_>, _>>()?))
    };
    let mut rows: Vec<String> = statement
        .query_map([], read)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    rows.sort();
    rows
}

#[test]
fn a_rebuild_that_holds_few_rows_writes_what_a_live_view_has() {
    let schema = Schema::of(&VIEW).unwrap();
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("create table any (a); analyze;").unwrap();
    for generation in 1..=4 {
        for table in &schema.tables {
            db.execute_batch(&tables::create(&Source { generation, table }))
                .unwrap();
        }
    }
    for batch in Draw::batches() {
        let changes = Changes::of(&schema, batch).unwrap();
        carry_out(&db, &schema, 1, changes, None).unwrap();
    }
    for (generation, most) in [(2, 0), (3, 3), (4, 10_000)] {
        let mut building = Building::new("city", &schema);
        building
            .tables
            .iter_mut()
            .for_each(|waiting| *waiting = Waiting::of_few(most));
        for batch in Draw::batches() {
            let changes = Changes::of(&schema, batch).unwrap();
            carry_out(&db, &schema, generation, changes, Some(&mut building)).unwrap();
        }
        finish(&db, &schema, generation, building).unwrap();
        for table in [
            "numbered",
            "numbered__past",
            "named",
            "named__past",
            "plain",
            "sums",
        ] {
            let live = rows(&db, &format!("g1_{table}"));
            assert!(!live.is_empty(), "{table}");
            assert_eq!(
                rows(&db, &format!("g{generation}_{table}")),
                live,
                "{table} of {most}"
            );
        }
    }
}
