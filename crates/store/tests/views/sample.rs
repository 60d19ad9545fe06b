//! A small view with a plain and a versioned table, and short words for its rows.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use gridwhistle_cluster::{Cluster, Database};
use gridwhistle_store::PostgresLog;
use gridwhistle_store::views::{
    Access, Column, Packer, Query, Row, RowOp, Stretch, Table, Value, View, ViewOptions, ViewStore,
    open,
};

pub(crate) const TENANT: &str = "pinggu";

pub(crate) const LEDGER: View = View {
    name: "ledger",
    version: 1,
    tables: &[NOTES, CASES, FILES, SUMS],
};

/// At one address, by which a store knows rows that were packed for them.
pub(crate) static COLUMNS_OF_NOTES: [Column; 6] = [
    Column::text("id"),
    Column::text("unit"),
    Column::integer("minutes"),
    Column::instant("due"),
    Column::instant("done"),
    Column::bool("open"),
];

/// The same for a versioned table.
pub(crate) static COLUMNS_OF_CASES: [Column; 4] = [
    Column::text("unit"),
    Column::integer("number"),
    Column::text("stage"),
    Column::instant("due"),
];

/// Plain.
pub(crate) const NOTES: Table = Table {
    name: "notes",
    columns: &COLUMNS_OF_NOTES,
    key: &["id"],
    versioned: false,
    indexes: &[&["due"], &["unit", "due"], &["minutes"]],
};

/// Versioned, with a key of two columns.
pub(crate) const CASES: Table = Table {
    name: "cases",
    columns: &COLUMNS_OF_CASES,
    key: &["unit", "number"],
    versioned: true,
    indexes: &[&["due"], &["stage", "due"]],
};

/// Versioned, with a key that numbers its rows.
pub(crate) const FILES: Table = Table {
    name: "files",
    columns: &[
        Column::text("unit"),
        Column::integer("number"),
        Column::text("stage"),
        Column::instant("due"),
    ],
    key: &["number"],
    versioned: true,
    indexes: &[&["due"], &["stage", "due"]],
};

/// Plain, and of numbers beside its key.
pub(crate) const SUMS: Table = Table {
    name: "sums",
    columns: &[
        Column::text("unit"),
        Column::integer("done"),
        Column::integer("late"),
    ],
    key: &["unit"],
    versioned: false,
    indexes: &[],
};

/// Another shape under the next version.
pub(crate) const LEDGER_2: View = View {
    name: "ledger",
    version: 2,
    tables: &[
        Table {
            columns: &[Column::text("id")],
            indexes: &[],
            ..NOTES
        },
        CASES,
    ],
};

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000 + minute * 60, 0).unwrap()
}

pub(crate) fn note(id: &str, unit: &str, minutes: Option<i64>, due: Option<i64>) -> Vec<Value> {
    vec![
        id.into(),
        unit.into(),
        minutes.into(),
        due.map(at).into(),
        Value::Null,
        minutes.map(|m| m > 5).into(),
    ]
}

pub(crate) fn put(row: Vec<Value>) -> RowOp {
    RowOp::Put {
        table: "notes",
        row: row.into(),
    }
}

/// A row in one piece.
pub(crate) fn packed(columns: &'static [Column], row: &[Value]) -> Row {
    let mut packer = Packer::default();
    row.iter().for_each(|value| packer.value(value));
    packer.row(columns).into()
}

pub(crate) fn case(number: i64, stage: &str) -> Vec<Value> {
    vec!["water".into(), number.into(), stage.into(), Value::Null]
}

pub(crate) fn add(unit: &str, done: i64, late: i64) -> RowOp {
    RowOp::Add {
        table: "sums",
        row: sum(unit, done, late),
    }
}

pub(crate) fn sum(unit: &str, done: i64, late: i64) -> Vec<Value> {
    vec![unit.into(), done.into(), late.into()]
}

pub(crate) fn supersede(minute: i64, row: Vec<Value>) -> RowOp {
    RowOp::Supersede {
        table: "cases",
        at: at(minute),
        row: row.into(),
    }
}

/// A stretch of a log that has no chain.
pub(crate) fn over(from: u64, to: u64) -> Stretch {
    let chain = [0; 32];
    Stretch { from, to, chain }
}

/// A store and what must live as long as it.
pub(crate) struct Desk {
    pub(crate) store: Arc<dyn ViewStore>,
    _folder: Option<tempfile::TempDir>,
    _database: Option<Database<'static>>,
}

impl Desk {
    pub(crate) fn memory() -> Self {
        let store = open("memory:", ViewOptions::default()).unwrap();
        Self {
            store,
            _folder: None,
            _database: None,
        }
    }

    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&url(&folder), ViewOptions::default()).unwrap();
        Self {
            store,
            _folder: Some(folder),
            _database: None,
        }
    }

    pub(crate) fn postgres() -> Self {
        Self::in_database(crate::suite::database())
    }

    /// In a database that sorts Chinese as Chinese does, and folds more than ASCII letters.
    pub(crate) fn postgres_icu() -> Self {
        let options = "template template0 locale_provider icu icu_locale 'zh-CN'";
        Self::in_database(Cluster::shared().database_with(options))
    }

    fn in_database(database: Database<'static>) -> Self {
        Self {
            store: of_database(&database),
            _folder: None,
            _database: Some(database),
        }
    }

    /// Opens the sample view; its live generation.
    pub(crate) async fn open(&self) -> u64 {
        self.store
            .open_view(TENANT, &LEDGER)
            .await
            .unwrap()
            .generation
    }

    /// Applies one batch to the live generation, wherever its checkpoint stands.
    pub(crate) async fn apply(&self, ops: Vec<RowOp>) {
        let state = self.store.open_view(TENANT, &LEDGER).await.unwrap();
        let (from, to) = (state.position, state.position + 1);
        self.store
            .apply(TENANT, "ledger", state.generation, over(from, to), ops)
            .await
            .unwrap();
    }

    /// The note with this id.
    pub(crate) async fn note(&self, id: &str) -> Option<Vec<Value>> {
        self.store
            .get(TENANT, "ledger", "notes", &[id.into()], None)
            .await
            .unwrap()
    }

    /// First values of all rows that a question finds, page by page.
    pub(crate) async fn walk(&self, mut query: Query) -> Vec<Value> {
        let mut found = Vec::new();
        loop {
            let page = self
                .store
                .query(TENANT, "ledger", query.clone())
                .await
                .unwrap();
            assert!(page.rows.len() <= query.limit);
            found.extend(page.rows.into_iter().map(|mut row| row.swap_remove(0)));
            match page.next {
                Some(next) => query.after = Some(next.to_string().parse().unwrap()),
                None => return found,
            }
        }
    }
}

/// The views of a database that is brought up to date.
pub(crate) fn of_database(database: &Database<'_>) -> Arc<dyn ViewStore> {
    PostgresLog::migrate(&database.url()).unwrap();
    open(&database.url(), ViewOptions::default()).unwrap()
}

pub(crate) fn url(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}", folder.path().join("city.db").display())
}

pub(crate) fn read_only() -> ViewOptions {
    ViewOptions {
        access: Access::ReadOnly,
        ..ViewOptions::default()
    }
}
