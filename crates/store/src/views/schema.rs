//! What a view is made of, and the check that a definition can be built on every backend.
//!
//! Definitions are `'static` data beside the projection that fills them. Refuses names that are
//! not plain lower-case identifiers, so that no name ever needs escaping in any database.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{ColumnKind, ViewError};

/// Longest accepted name of a view, table or column: PostgreSQL cuts identifiers at 63 bytes.
pub const NAME_BYTES_MAX: usize = 40;

/// Longest accepted names of view and table together: `VIEW__TABLE` is what other tools read.
const PUBLISHED_BYTES_MAX: usize = 61;

/// Raised when a store lays out tables anew: rows of another layout are not read, but rebuilt.
const LAYOUT: &str = "layout 3;";

/// Names the store uses itself.
const RESERVED: [&str; 3] = ["tenant", "valid_from", "valid_to"];

/// One column. All columns are nullable except those of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Lower-case identifier, unique in its table.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

impl Column {
    /// A text column.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self {
            name,
            kind: ColumnKind::Text,
        }
    }

    /// An integer column.
    #[must_use]
    pub const fn integer(name: &'static str) -> Self {
        Self {
            name,
            kind: ColumnKind::Integer,
        }
    }

    /// A column of instants.
    #[must_use]
    pub const fn instant(name: &'static str) -> Self {
        Self {
            name,
            kind: ColumnKind::Instant,
        }
    }

    /// A column of truth values.
    #[must_use]
    pub const fn bool(name: &'static str) -> Self {
        Self {
            name,
            kind: ColumnKind::Bool,
        }
    }
}

/// One table of a view. The tenant is the first column of every table and key, and not declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Lower-case identifier, unique in its view.
    pub name: &'static str,
    /// In the order of the values of a row.
    pub columns: &'static [Column],
    /// Names of the key columns; at least one.
    pub key: &'static [&'static str],
    /// Whether history is kept: every version of a row with the interval in which it held.
    pub versioned: bool,
    /// Columns by which the current rows are found or sorted fast. The key is appended to each.
    pub indexes: &'static [&'static [&'static str]],
}

/// A set of tables that one projection fills and that has one checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Lower-case identifier.
    pub name: &'static str,
    /// Raise it whenever the tables or the rules that fill them change: the view is then rebuilt.
    pub version: u32,
    /// At least one.
    pub tables: &'static [Table],
}

/// A checked definition with its names resolved.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) view: View,
    pub(crate) fingerprint: String,
    pub(crate) tables: Vec<TableSchema>,
}

/// A checked table; numbers are places in `columns`.
#[derive(Debug)]
pub(crate) struct TableSchema {
    pub(crate) table: Table,
    pub(crate) key: Vec<usize>,
    pub(crate) indexes: Vec<Vec<usize>>,
    /// All columns but the tenant as a statement lists them; made once, for every page names them.
    pub(crate) listed: String,
}

impl Schema {
    /// Checks a definition.
    pub(crate) fn of(view: &View) -> Result<Self, ViewError> {
        let bad = |rule: String| ViewError::BadView {
            view: view.name.to_owned(),
            rule,
        };
        check_name(view.name).map_err(bad)?;
        if view.tables.is_empty() {
            return Err(bad("a view needs at least one table".to_owned()));
        }
        let mut names = BTreeSet::new();
        let mut tables = Vec::with_capacity(view.tables.len());
        for table in view.tables {
            if !names.insert(table.name) {
                return Err(bad(format!("table `{}` is declared twice", table.name)));
            }
            if view.name.len() + table.name.len() > PUBLISHED_BYTES_MAX {
                return Err(bad(format!(
                    "its name and that of table `{}` have more than {PUBLISHED_BYTES_MAX} bytes \
                     together",
                    table.name
                )));
            }
            tables.push(TableSchema::of(*table).map_err(bad)?);
        }
        Ok(Self {
            view: *view,
            fingerprint: fingerprint(view),
            tables,
        })
    }

    /// The table of that name and its place.
    pub(crate) fn table(&self, name: &str) -> Result<(usize, &TableSchema), ViewError> {
        self.tables
            .iter()
            .enumerate()
            .find(|(_, table)| table.table.name == name)
            .ok_or_else(|| ViewError::UnknownTable {
                view: self.view.name.to_owned(),
                table: name.to_owned(),
            })
    }
}

impl TableSchema {
    fn of(table: Table) -> Result<Self, String> {
        check_name(table.name)?;
        let mut names = BTreeSet::new();
        for column in table.columns {
            check_name(column.name)?;
            if RESERVED.contains(&column.name) {
                return Err(format!("column name `{}` is the store's own", column.name));
            }
            if !names.insert(column.name) {
                return Err(format!("column `{}` is declared twice", column.name));
            }
        }
        let key = places(&table, table.key, "key")?;
        let indexes = table
            .indexes
            .iter()
            .map(|columns| places(&table, columns, "index"))
            .collect::<Result<_, _>>()?;
        let listed: Vec<_> = table.columns.iter().map(|c| quoted(c.name)).collect();
        Ok(Self {
            listed: listed.join(", "),
            table,
            key,
            indexes,
        })
    }

    /// The place of the column of that name.
    pub(crate) fn column(&self, name: &str) -> Result<usize, ViewError> {
        self.table
            .columns
            .iter()
            .position(|column| column.name == name)
            .ok_or_else(|| ViewError::UnknownColumn {
                table: self.table.name.to_owned(),
                column: name.to_owned(),
            })
    }
}

/// A name as an identifier of any database.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn places(table: &Table, names: &[&str], what: &str) -> Result<Vec<usize>, String> {
    if names.is_empty() {
        return Err(format!(
            "the {what} of table `{}` names no column",
            table.name
        ));
    }
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        let place = table.columns.iter().position(|column| column.name == *name);
        match place {
            Some(place) if !places.contains(&place) => places.push(place),
            Some(_) => return Err(format!("the {what} of `{}` repeats `{name}`", table.name)),
            None => {
                return Err(format!(
                    "the {what} of `{}` names unknown `{name}`",
                    table.name
                ));
            }
        }
    }
    Ok(places)
}

/// `[a-z][a-z0-9]*(_[a-z0-9]+)*`: the double underscore is the store's own separator.
fn check_name(name: &str) -> Result<(), String> {
    let plain = name.len() <= NAME_BYTES_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('_').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        });
    if plain {
        return Ok(());
    }
    Err(format!(
        "name `{name}` must be lower-case letters and digits in words joined by single `_`, \
         starting with a letter, at most {NAME_BYTES_MAX} bytes"
    ))
}

/// Digest of the shape of a view, so that a changed shape under an unchanged version is noticed.
fn fingerprint(view: &View) -> String {
    let mut digest = Sha256::new();
    digest.update(LAYOUT);
    for table in view.tables {
        digest.update(format!("table {} {} ", table.name, table.versioned));
        for column in table.columns {
            digest.update(format!("{} {},", column.name, column.kind.word()));
        }
        digest.update(format!(" key {:?} indexes {:?};", table.key, table.indexes));
    }
    hex::encode(&digest.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Table = Table {
        name: "cases",
        columns: &[Column::text("id"), Column::instant("due")],
        key: &["id"],
        versioned: true,
        indexes: &[&["due"]],
    };

    #[track_caller]
    fn refused(table: Table, part: &str) {
        let tables: &'static [Table] = Box::leak(Box::new([table]));
        let error = Schema::of(&View {
            name: "ledger",
            version: 1,
            tables,
        })
        .unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }

    #[test]
    fn a_definition_that_no_database_could_hold_is_refused_by_name() {
        refused(
            Table {
                name: "Cases",
                ..GOOD
            },
            "`Cases` must be lower-case",
        );
        refused(
            Table {
                name: "a__b",
                ..GOOD
            },
            "`a__b` must be lower-case",
        );
        refused(
            Table { key: &[], ..GOOD },
            "the key of table `cases` names no column",
        );
        refused(
            Table {
                key: &["ix"],
                ..GOOD
            },
            "names unknown `ix`",
        );
        refused(
            Table {
                indexes: &[&["due", "due"]],
                ..GOOD
            },
            "repeats `due`",
        );
        refused(
            Table {
                columns: const { &[Column::text("tenant")] },
                ..GOOD
            },
            "the store's own",
        );
        refused(
            Table {
                columns: const { &[Column::text("id"), Column::bool("id")] },
                ..GOOD
            },
            "twice",
        );
    }

    #[test]
    fn the_fingerprint_moves_with_the_shape_and_not_with_the_version() {
        let of = |version, tables| {
            Schema::of(&View {
                name: "v",
                version,
                tables,
            })
            .unwrap()
        };
        assert_eq!(of(1, &[GOOD]).fingerprint, of(2, &[GOOD]).fingerprint);
        let other = &[Table {
            versioned: false,
            ..GOOD
        }];
        assert_ne!(of(1, &[GOOD]).fingerprint, of(1, other).fingerprint);
    }
}
