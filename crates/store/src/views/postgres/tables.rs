//! How tables are laid out.
//!
//! The tenant is the first column of every table, key and index, so that the tables of a tenant
//! can stand together on any node. Pages of current rows keep room, so that a new version of a row
//! whose indexed columns stay is written beside the old one and touches no index. The past is only
//! ever added to.

use std::fmt::Write;

use super::cells::sql_type;
use super::sql::{Source, list, ours, quoted};

/// Rows change often: the database looks after a table when a twentieth of it has changed, and
/// keeps what it knows of the values fresh.
const CURRENT: &str = "fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05, \
                       autovacuum_analyze_scale_factor = 0.05";

/// One table of a generation, and what it is written by: the index of its key.
pub(super) fn create(source: &Source<'_>) -> String {
    let from = if source.table.table.versioned {
        ", valid_from timestamptz not null"
    } else {
        ""
    };
    let (current, past) = (source.current(), source.past());
    let columns = declared(source);
    let mut text = format!(
        "create table {} (tenant text collate \"C\" not null, {columns}{from}, \
         constraint {} primary key (tenant, {})) with ({CURRENT});",
        ours(&current),
        quoted(&format!("{current}__key")),
        source.key(),
    );
    if source.table.table.versioned {
        let _ = write!(
            text,
            "create table {} (tenant text collate \"C\" not null, {columns}{from}, \
             valid_to timestamptz not null);",
            ours(&past)
        );
    }
    text
}

fn declared(source: &Source<'_>) -> String {
    let table = source.table;
    list(0..table.table.columns.len(), |place| {
        let (_, kind) = sql_type(table.table.columns[place].kind);
        let collated = if kind == "text" { " collate \"C\"" } else { "" };
        let rule = if table.key.contains(&place) {
            " not null"
        } else {
            ""
        };
        format!("{} {kind}{collated}{rule}", source.column(place))
    })
}

/// What a table is asked by: a rebuild makes these last, when nothing more is written to it.
pub(super) fn indexes(source: &Source<'_>) -> String {
    let table = source.table;
    let (current, past) = (source.current(), source.past());
    let mut text = String::new();
    for (number, columns) in table.indexes.iter().enumerate() {
        let rest = table.key.iter().filter(|column| !columns.contains(column));
        let columns = list(columns.iter().chain(rest).copied(), |at| source.column(at));
        index(&mut text, &current, &format!("by{number}"), &columns);
    }
    if table.table.versioned {
        let _ = write!(
            text,
            "alter table {} add constraint {} primary key (tenant, {}, valid_from);",
            ours(&past),
            quoted(&format!("{past}__key")),
            source.key()
        );
        index(&mut text, &past, "to", "valid_to");
    }
    text
}

fn index(text: &mut String, table: &str, name: &str, columns: &str) {
    let name = quoted(&format!("{table}__{name}"));
    let _ = write!(
        text,
        "create index {name} on {} (tenant, {columns});",
        ours(table)
    );
}

/// The names of the tables of one declared one.
pub(super) fn names(source: &Source<'_>) -> Vec<String> {
    let past = source.table.table.versioned.then(|| source.past());
    std::iter::once(source.current()).chain(past).collect()
}

/// All rows of a generation for other tools; `valid_to` is null for those that hold.
pub(super) fn published(source: &Source<'_>) -> String {
    let (columns, current) = (source.columns(), ours(&source.current()));
    if !source.table.table.versioned {
        return format!("select tenant, {columns} from {current}");
    }
    let past = ours(&source.past());
    format!(
        "select tenant, {columns}, valid_from, null::timestamptz as valid_to from {current} \
         union all select tenant, {columns}, valid_from, valid_to from {past}"
    )
}
