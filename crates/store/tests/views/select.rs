//! Rows that are selected are the rows of a page, whichever way they are found.

use gridwhistle_store::views::{Filter, Query, Select, Value};

use crate::sample::*;

/// What passes any of two filters is what passes both together, each row once.
pub(crate) async fn select(desk: &Desk, model: &Desk, questions: &[Query]) {
    for (one, other) in questions.iter().zip(questions.iter().rev()) {
        let same = one.table == other.table;
        let any = match same {
            true => vec![one.filter.clone(), other.filter.clone()],
            false => vec![one.filter.clone()],
        };
        let columns = match one.table.as_str() {
            "notes" => vec!["unit", "due", "id"],
            _ => vec!["stage", "due", "number"],
        };
        let select = Select {
            table: one.table.clone(),
            as_of: one.as_of,
            any: any.clone(),
            columns: columns.into_iter().map(str::to_owned).collect(),
        };
        let whole = Query {
            as_of: one.as_of,
            filter: Filter::Or(any),
            ..Query::of(one.table.clone(), 1_000)
        };
        let whole = model.store.query(TENANT, "ledger", whole).await.unwrap();
        let table = LEDGER.tables.iter().find(|table| table.name == one.table);
        let columns = table.unwrap().columns;
        let place = |name: &String| columns.iter().position(|column| column.name == name);
        let places: Vec<_> = select.columns.iter().map(|c| place(c).unwrap()).collect();
        let rows = whole.rows.iter();
        let wanted = rows.map(|row| places.iter().map(|place| row[*place].clone()).collect());
        let mut expected: Vec<Vec<Value>> = wanted.collect();
        expected.sort();
        for store in [&model.store, &desk.store] {
            let mut found: Vec<Vec<Value>> = Vec::new();
            let mut take = |row: &[Value]| found.push(row.to_vec());
            let asked = store.select(TENANT, "ledger", select.clone(), &mut take);
            asked.await.unwrap();
            found.sort();
            assert_eq!(found, expected, "{select:?}");
        }
    }
}
