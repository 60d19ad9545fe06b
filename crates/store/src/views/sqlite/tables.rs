//! How tables are laid out.
//!
//! Tables hold the rows of one tenant's view at one version, so they need no tenant column. Rows
//! stand in the order they came, which is the order of a key of one integer and, for others, that
//! of a hidden number beside a unique index: a wide row is never moved for its key. The past is
//! only ever added to; its rows stand packed in one cell beside their key and their interval.
//!
//! Without statistics SQLite takes a table for a handful of rows and walks the whole of it rather
//! than an index. So each table comes with fixed ones that say it is large: plans are then good,
//! and the same on every machine and day.

use std::fmt::Write;

use super::sql::{PACKED, ROW, Source, list, quoted};
use crate::views::ColumnKind;

/// One table of a generation, and what it is written by: the index of its key.
pub(super) fn create(source: &Source<'_>) -> String {
    let table = source.table;
    let (current, past) = (quoted(&source.current()), quoted(&source.past()));
    let numbered = source.numbered();
    let mut columns = if numbered {
        String::new()
    } else {
        format!("{ROW} integer primary key, ")
    };
    let all: Vec<usize> = (0..table.table.columns.len()).collect();
    columns.push_str(&declared(source, &all, numbered));
    let from = if table.table.versioned {
        ", valid_from integer not null"
    } else {
        ""
    };
    let mut text = format!("create table {current} ({columns}{from}) strict;");
    if !numbered {
        text.push_str(&index(
            source,
            &source.current(),
            "key",
            true,
            &table.key,
            "",
        ));
    }
    if table.table.versioned {
        let columns = declared(source, &table.key, false);
        let _ = write!(
            text,
            "create table {past} \
             ({columns}{from}, valid_to integer not null, {PACKED} blob not null) strict;"
        );
    }
    text
}

/// Columns of a table; the one that numbers the rows is its primary key.
fn declared(source: &Source<'_>, columns: &[usize], numbered: bool) -> String {
    let table = source.table;
    list(columns.iter().copied(), |place| {
        let kind = match table.table.columns[place].kind {
            ColumnKind::Text => "text",
            ColumnKind::Integer | ColumnKind::Instant | ColumnKind::Bool => "integer",
        };
        let rule = match table.key.contains(&place) {
            true if numbered => " primary key",
            true => " not null",
            false => "",
        };
        format!("{} {kind}{rule}", source.column(place))
    })
}

/// What a table is asked by: a rebuild makes these last, when nothing more is written to it.
pub(super) fn indexes(source: &Source<'_>) -> String {
    let table = source.table;
    let mut text = String::new();
    for (number, columns) in table.indexes.iter().enumerate() {
        let rest = table.key.iter().filter(|column| !columns.contains(column));
        let columns: Vec<usize> = columns.iter().chain(rest).copied().collect();
        let name = format!("by{number}");
        text.push_str(&index(
            source,
            &source.current(),
            &name,
            false,
            &columns,
            "",
        ));
    }
    if table.table.versioned {
        let past = source.past();
        text.push_str(&index(
            source,
            &past,
            "key",
            false,
            &table.key,
            ", valid_from",
        ));
        text.push_str(&index(source, &past, "to", false, &[], "valid_to"));
    }
    text
}

/// One index with its statistics: a million rows, and each further column narrows them a
/// hundredfold, the last to one.
fn index(
    source: &Source<'_>,
    table: &str,
    name: &str,
    unique: bool,
    columns: &[usize],
    more: &str,
) -> String {
    let name = format!("{table}__{name}");
    let width = columns.len() + usize::from(!more.is_empty());
    let mut estimates = "1000000".to_owned();
    let mut left = 1_000_000;
    for column in 1..=width {
        left = if column == width {
            1
        } else {
            (left / 100).max(2)
        };
        let _ = write!(estimates, " {left}");
    }
    let columns = list(columns.iter().copied(), |place| source.sorted(place));
    let unique = if unique { "unique " } else { "" };
    format!(
        "create {unique}index {} on {} ({columns}{more});\
         insert into sqlite_stat1 values ('{table}', '{name}', '{estimates}');",
        quoted(&name),
        quoted(table),
    )
}

/// All rows of a generation for other tools; `valid_to` is null for those that hold.
pub(super) fn published(source: &Source<'_>, tenant: &str) -> String {
    let (columns, current) = (source.columns(), quoted(&source.current()));
    let tenant = format!("'{}' as tenant", tenant.replace('\'', "''"));
    if !source.table.table.versioned {
        return format!("select {tenant}, {columns} from {current}");
    }
    let past = quoted(&source.past());
    let packed = list(0..source.table.table.columns.len(), |place| {
        format!("{PACKED} ->> {place}")
    });
    format!(
        "select {tenant}, {columns}, valid_from, null as valid_to from {current} union all \
         select {tenant}, {packed}, valid_from, valid_to from {past}"
    )
}
