//! How the database goes about a page: it walks an index, and sorts nothing.
#![cfg(test)]

use gridwhistle_cluster::Cluster;

use super::read::{page_statement, scan_statements};
use super::tasks::Scope;
use super::work::Work;
use super::*;
use crate::PostgresLog;
use crate::views::{Column, Direction, Filter, Op, Table};

const CASES: Table = Table {
    name: "cases",
    columns: &[
        Column::text("id"),
        Column::text("unit"),
        Column::bool("open"),
        Column::instant("due"),
    ],
    key: &["id"],
    versioned: true,
    indexes: &[&["due"], &["unit", "due"], &["open", "due"]],
};
const DESK: View = View {
    name: "desk",
    version: 1,
    tables: &[CASES],
};
const TENANT: &str = "city";

/// What the database says it will do for a page.
struct Explain {
    scope: Scope,
    plan: QueryPlan,
}

impl Work for Explain {
    type Answer = String;

    async fn run(&self, db: &deadpool_postgres::Transaction<'_>) -> Result<String, Failure> {
        let Scope { tenant, schema } = &self.scope;
        let source = catalog::source(db, tenant, schema, 0).await?;
        let mut statement = page_statement(&self.scope, &source, &self.plan);
        statement.text.insert_str(0, "explain (costs off) ");
        let steps = read::rows(db, &statement).await?;
        let steps = steps.iter().map(|row| row.get::<_, String>(0));
        // How it finds out which generation is live is no step of the walk.
        let steps = steps.filter(|step| !step.contains("generations"));
        Ok(steps.collect::<Vec<_>>().join("\n"))
    }
}

/// What the database says it will do for a page of a walk over all rows.
struct ExplainScan {
    scope: Scope,
    plan: ScanPlan,
}

impl Work for ExplainScan {
    type Answer = Vec<String>;

    async fn run(&self, db: &deadpool_postgres::Transaction<'_>) -> Result<Vec<String>, Failure> {
        let Scope { tenant, schema } = &self.scope;
        let source = catalog::source(db, tenant, schema, 0).await?;
        let mut plans = Vec::new();
        for mut statement in scan_statements(tenant, &source, &self.plan) {
            statement.text.insert_str(0, "explain (costs off) ");
            let steps = read::rows(db, &statement).await?;
            let steps = steps.iter().map(|row| row.get::<_, String>(0));
            plans.push(steps.collect::<Vec<_>>().join("\n"));
        }
        Ok(plans)
    }
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000 + minute * 60, 0).unwrap()
}

/// Enough rows that a sort would show: forty units, a tenth open, a seventh without a due time.
async fn filled(store: &PostgresViews) {
    let generation = store.begin_rebuild(TENANT, &DESK).await.unwrap();
    let row = |n: i64| {
        vec![
            format!("c{n:06}").into(),
            format!("unit-{}", n % 40).into(),
            (n % 10 == 0).into(),
            (n % 7 != 0).then(|| at(n * 37 % 20_000)).into(),
        ]
    };
    let ops = (0..20_000).map(|n| RowOp::Supersede {
        table: "cases",
        at: at(0),
        row: row(n).into(),
    });
    let stretch = Stretch {
        from: 0,
        to: 1,
        chain: [0; 32],
    };
    let applied = store.apply(TENANT, "desk", generation, stretch, ops.collect());
    applied.await.unwrap();
    store.swap(TENANT, "desk", generation).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_walks_an_index_and_sorts_nothing() {
    use Direction::{Asc, Desc};
    let database = Cluster::shared().database();
    PostgresLog::migrate(&database.url()).unwrap();
    let store = PostgresViews::open(&database.url(), ViewOptions::default()).unwrap();
    filled(&store).await;
    let overdue = |column: &str, value: Value| {
        Filter::And(vec![
            Filter::eq(column, value),
            Filter::compare("due", Op::Lt, at(15_000)),
        ])
    };
    type Order = &'static [(&'static str, Direction)];
    let cases: Vec<(&str, Filter, Order)> = vec![
        ("cases__key", Filter::All, &[]),
        ("cases__by0", Filter::All, &[("due", Asc)]),
        ("cases__by0", Filter::All, &[("due", Desc)]),
        (
            "cases__by0",
            Filter::compare("due", Op::Lt, at(15_000)),
            &[("due", Asc)],
        ),
        (
            "cases__by1",
            overdue("unit", "unit-3".into()),
            &[("due", Asc)],
        ),
        ("cases__by1", Filter::All, &[("unit", Desc), ("due", Desc)]),
        ("cases__by2", overdue("open", true.into()), &[("due", Desc)]),
    ];
    let schema = store.registry.get(TENANT, "desk").unwrap();
    for (index, filter, order) in cases {
        let order = order
            .iter()
            .map(|(name, way)| ((*name).to_owned(), *way))
            .collect();
        let mut query = Query {
            filter,
            order,
            ..Query::of("cases", 50)
        };
        for place in [None, Some(at(9_000).into()), Some(Value::Null)] {
            let first = place.is_none();
            if let Some(due) = place {
                let plan = QueryPlan::of(&schema, &query).unwrap();
                query.after =
                    Some(plan.cursor(&["c009000".into(), "unit-3".into(), true.into(), due]));
            }
            let scope = store.known(TENANT, "desk").unwrap();
            let plan = QueryPlan::of(&schema, &query).unwrap();
            let steps = store.walk(Explain { scope, plan }).await.unwrap();
            // Of a lot with few rows it may be the index of a column that is equal.
            let walks = steps.contains("Index Scan") && (!first || steps.contains(index));
            let nothing = steps.contains("One-Time Filter: false");
            let other = ["Bitmap", "Seq Scan", "Sort", "Gather", "Merge"];
            let other = other.iter().any(|other| steps.contains(other));
            assert!((walks || nothing) && !other, "{query:?}:\n{steps}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_over_all_rows_follows_the_key() {
    let database = Cluster::shared().database();
    PostgresLog::migrate(&database.url()).unwrap();
    let store = PostgresViews::open(&database.url(), ViewOptions::default()).unwrap();
    filled(&store).await;
    let schema = store.registry.get(TENANT, "desk").unwrap();
    let first = store.scan(TENANT, "desk", "cases", None, 50).await.unwrap();
    for after in [None, first.last().map(Vec::as_slice)] {
        let scope = store.known(TENANT, "desk").unwrap();
        let plan = ScanPlan::of(&schema, "cases", after, 50).unwrap();
        for steps in store.walk(ExplainScan { scope, plan }).await.unwrap() {
            let walks = steps.contains("Index Scan") && !steps.contains("Sort");
            // The past of these rows is empty, and is looked at any way.
            assert!(walks || steps.contains("__past"), "{steps}");
        }
    }
}
