//! The text of every statement.
//!
//! Values are always bound; names come from checked definitions only. SQLite sorts nulls first
//! and the port wants them last, so a nullable column is sorted and indexed as
//! `ifnull(c, x'')`: an empty blob stands after every number and text. That expression is never
//! null itself, so that ranges and equalities on it can walk an index.
//!
//! Tables hold the rows of one tenant's view at one version, so they need no tenant column. Rows
//! stand in the order they came, which is the order of a key of one integer and, for others, that
//! of a hidden number beside a unique index: a wide row is never moved for its key. The past is
//! only ever added to.
//!
//! Without statistics SQLite takes a table for a handful of rows and walks the whole of it rather
//! than an index. So each table comes with fixed ones that say it is large: plans are then good,
//! and the same on every machine and day.

use std::fmt::Write;

use rusqlite::types::Value as Kept;

use super::cells::owned;
use crate::views::plan::Test;
use crate::views::schema::TableSchema;
use crate::views::{ColumnKind, Direction, Op, Value};

/// The column that numbers rows whose key does not.
pub(super) const ROW: &str = "row__";

/// Where the rows of one table are.
pub(super) struct Source<'s> {
    pub(super) generation: u64,
    pub(super) table: &'s TableSchema,
}

impl Source<'_> {
    /// The table of the current rows.
    pub(super) fn current(&self) -> String {
        format!("g{}_{}", self.generation, self.table.table.name)
    }

    /// The table of ended versions.
    pub(super) fn past(&self) -> String {
        format!("{}__past", self.current())
    }

    /// A column's name, quoted.
    pub(super) fn column(&self, place: usize) -> String {
        quoted(self.table.table.columns[place].name)
    }

    /// All columns.
    pub(super) fn columns(&self) -> String {
        list(0..self.table.table.columns.len(), |place| {
            self.column(place)
        })
    }

    /// `"key" = ?1 and ...`.
    pub(super) fn by_key(&self) -> String {
        let mut text = String::new();
        for (number, column) in self.table.key.iter().enumerate() {
            let and = if number == 0 { "" } else { " and " };
            let _ = write!(text, "{and}{} = ?{}", self.column(*column), number + 1);
        }
        text
    }

    /// Whether the key is one integer, which then numbers the rows.
    pub(super) fn numbered(&self) -> bool {
        let kind = |column: &usize| self.table.table.columns[*column].kind;
        self.table.key.len() == 1 && kind(&self.table.key[0]) == ColumnKind::Integer
    }

    /// The column that numbers the rows.
    pub(super) fn number(&self) -> String {
        if self.numbered() {
            self.column(self.table.key[0])
        } else {
            ROW.to_owned()
        }
    }

    /// What a column is sorted by.
    pub(super) fn sorted(&self, place: usize) -> String {
        let column = self.column(place);
        if self.table.key.contains(&place) {
            column
        } else {
            format!("ifnull({column}, x'')")
        }
    }

    /// Whether an index holds this column in its sorting form.
    fn indexed(&self, place: usize) -> bool {
        !self.table.key.contains(&place)
            && self
                .table
                .indexes
                .iter()
                .any(|index| index.contains(&place))
    }
}

/// A name as an identifier.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(places: impl IntoIterator<Item = usize>, text: impl Fn(usize) -> String) -> String {
    places.into_iter().map(text).collect::<Vec<_>>().join(", ")
}

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
    columns.push_str(&declared(source, numbered));
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
        let columns = declared(source, false);
        let _ = write!(
            text,
            "create table {past} ({columns}{from}, valid_to integer not null) strict;"
        );
    }
    text
}

/// The columns of a table; the one that numbers the rows is its primary key.
fn declared(source: &Source<'_>, numbered: bool) -> String {
    let table = source.table;
    list(0..table.table.columns.len(), |place| {
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
    format!(
        "select {tenant}, {columns}, valid_from, null as valid_to from {current} union all \
         select {tenant}, {columns}, valid_from, valid_to from {past}"
    )
}

/// A statement under construction.
#[derive(Default)]
pub(super) struct Statement {
    pub(super) text: String,
    pub(super) values: Vec<Kept>,
}

impl Statement {
    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(super) fn bind(&mut self, value: Kept) -> &mut Self {
        self.values.push(value);
        self.push("?")
    }

    /// ` from .. where ..` for the rows that are current or were at an instant.
    pub(super) fn rows(&mut self, source: &Source<'_>, as_of: Option<i64>) -> &mut Self {
        let current = quoted(&source.current());
        let Some(at) = as_of else {
            return self.push(" from ").push(&current).push(" where true");
        };
        let at = || Kept::Integer(at);
        let (columns, past) = (source.columns(), quoted(&source.past()));
        self.push(" from (select ")
            .push(&columns)
            .push(" from ")
            .push(&current);
        self.push(" where valid_from <= ").bind(at());
        self.push(" union all select ")
            .push(&columns)
            .push(" from ")
            .push(&past);
        self.push(" where valid_from <= ")
            .bind(at())
            .push(" and valid_to > ")
            .bind(at())
            .push(") where true")
    }

    /// A filter. Inside it null stands for false, which `and` and `or` keep; `Not` decides it.
    pub(super) fn test(&mut self, source: &Source<'_>, test: &Test) -> &mut Self {
        match test {
            Test::Always => self.push("true"),
            Test::Never => self.push("false"),
            Test::All(tests) => self.joined(source, tests, " and ", "true"),
            Test::Any(tests) => self.joined(source, tests, " or ", "false"),
            Test::Not(test) => self.push("((").test(source, test).push(") is not true)"),
            Test::Compare(column, op, value) => self.compare(source, *column, *op, value),
            Test::CompareColumns(left, op, right) => {
                let (left, right) = (source.column(*left), source.column(*right));
                self.push(&left).push(word(*op)).push(&right)
            }
            Test::In(_, values) if values.is_empty() => self.push("false"),
            Test::In(column, values) => {
                let column = self::searched(source, *column);
                self.push(&column).push(" in (");
                for (place, value) in values.iter().enumerate() {
                    self.push(if place == 0 { "" } else { ", " })
                        .bind(owned(value));
                }
                self.push(")")
            }
            Test::IsNull(column) if source.indexed(*column) => {
                self.push(&source.sorted(*column)).push(" = x''")
            }
            Test::IsNull(column) => self.push(&source.column(*column)).push(" is null"),
            Test::IsNotNull(column) if source.indexed(*column) => {
                self.push(&source.sorted(*column)).push(" < x''")
            }
            Test::IsNotNull(column) => self.push(&source.column(*column)).push(" is not null"),
            Test::Contains(column, text) => {
                // Without ICU, `lower` turns ASCII letters only: just what the port says.
                self.push("instr(lower(")
                    .push(&source.column(*column))
                    .push("), ");
                self.bind(Kept::Text(text.clone())).push(") > 0")
            }
        }
    }

    fn joined(&mut self, source: &Source<'_>, tests: &[Test], with: &str, none: &str) -> &mut Self {
        if tests.is_empty() {
            return self.push(none);
        }
        self.push("(");
        for (place, test) in tests.iter().enumerate() {
            self.push(if place == 0 { "" } else { with })
                .test(source, test);
        }
        self.push(")")
    }

    fn compare(&mut self, source: &Source<'_>, column: usize, op: Op, value: &Value) -> &mut Self {
        if op == Op::Ne {
            return self
                .push(&source.column(column))
                .push(" <> ")
                .bind(owned(value));
        }
        let name = searched(source, column);
        // Above every value stands the blob that is null.
        let bounded = matches!(op, Op::Gt | Op::Ge) && source.indexed(column);
        self.push("(").push(&name).push(word(op)).bind(owned(value));
        if bounded {
            self.push(" and ").push(&name).push(" < x''");
        }
        self.push(")")
    }

    /// Rows that share the first `equal` sort values of a place and come after it by the next.
    pub(super) fn beyond(
        &mut self,
        source: &Source<'_>,
        order: &[(usize, Direction)],
        place: &[Value],
        equal: usize,
    ) -> &mut Self {
        for (number, ((column, way), value)) in order.iter().zip(place).enumerate().take(equal + 1)
        {
            let how = match way {
                _ if number < equal => " = ",
                Direction::Asc => " > ",
                Direction::Desc => " < ",
            };
            let value = if value.is_null() {
                Kept::Blob(Vec::new())
            } else {
                owned(value)
            };
            self.push(" and ")
                .push(&source.sorted(*column))
                .push(how)
                .bind(value);
        }
        self
    }

    pub(super) fn order(&mut self, source: &Source<'_>, order: &[(usize, Direction)]) -> &mut Self {
        for (number, (column, way)) in order.iter().enumerate() {
            self.push(if number == 0 { " order by " } else { ", " });
            self.push(&source.sorted(*column));
            self.push(if *way == Direction::Desc { " desc" } else { "" });
        }
        self
    }
}

/// The form of a column in which an index can find it.
fn searched(source: &Source<'_>, column: usize) -> String {
    if source.indexed(column) {
        source.sorted(column)
    } else {
        source.column(column)
    }
}

fn word(op: Op) -> &'static str {
    match op {
        Op::Eq => " = ",
        Op::Ne => " <> ",
        Op::Lt => " < ",
        Op::Le => " <= ",
        Op::Gt => " > ",
        Op::Ge => " >= ",
    }
}
