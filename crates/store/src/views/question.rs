//! What can be asked of a view table: filters, pages, tallies.
//!
//! Filters are two-valued on every backend: a comparison with null is false, and `Not` turns
//! exactly true into false and false into true.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Cursor, Value};

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Equal.
    Eq,
    /// Different; false if either side is null.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
}

/// Which rows are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Every row.
    All,
    /// Rows that pass all; with none given, every row.
    And(Vec<Filter>),
    /// Rows that pass any; with none given, no row.
    Or(Vec<Filter>),
    /// Rows that do not pass.
    Not(Box<Filter>),
    /// A column against a value of its kind.
    Compare {
        /// The column.
        column: String,
        /// How.
        op: Op,
        /// Null makes it false for every row.
        value: Value,
    },
    /// A column against another of the same kind.
    CompareColumns {
        /// The left column.
        left: String,
        /// How.
        op: Op,
        /// The right column.
        right: String,
    },
    /// A column equal to any of the values; nulls among them match nothing.
    In {
        /// The column.
        column: String,
        /// Values of its kind.
        values: Vec<Value>,
    },
    /// The column is null.
    IsNull(String),
    /// The column is not null.
    IsNotNull(String),
    /// A text column holds this text somewhere, taken literally. ASCII letters match in either
    /// case; all others as they are, because databases do not agree on folding them.
    Contains {
        /// The text column.
        column: String,
        /// An empty text is held by every non-null one.
        text: String,
    },
}

impl Filter {
    /// `column op value`.
    #[must_use]
    pub fn compare(column: impl Into<String>, op: Op, value: impl Into<Value>) -> Self {
        Self::Compare {
            column: column.into(),
            op,
            value: value.into(),
        }
    }

    /// `column = value`.
    #[must_use]
    pub fn eq(column: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::compare(column, Op::Eq, value)
    }

    /// Rows that do not pass `filter`.
    #[must_use]
    pub fn negate(filter: Self) -> Self {
        Self::Not(Box::new(filter))
    }
}

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smallest first, nulls last.
    Asc,
    /// Greatest first, nulls first.
    Desc,
}

/// A question for one page of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The table.
    pub table: String,
    /// `None`: the current rows. An instant T: rows with `valid_from` <= T < `valid_to`.
    pub as_of: Option<DateTime<Utc>>,
    /// Which rows.
    pub filter: Filter,
    /// By what they are sorted. The key columns not named here follow in the direction of the
    /// last one named, so that the order is total.
    pub order: Vec<(String, Direction)>,
    /// The page after this place; `None` for the first.
    pub after: Option<Cursor>,
    /// Rows in a page, 1 to [`PAGE_ROWS_MAX`].
    pub limit: usize,
}

/// Most rows in a page.
pub const PAGE_ROWS_MAX: usize = 10_000;

impl Query {
    /// All current rows of a table by key, in pages of `limit`.
    #[must_use]
    pub fn of(table: impl Into<String>, limit: usize) -> Self {
        Self {
            table: table.into(),
            as_of: None,
            filter: Filter::All,
            order: Vec::new(),
            after: None,
            limit,
        }
    }
}

/// One page of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Values in the order of the declared columns.
    pub rows: Vec<Vec<Value>>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// A question for counts and sums, answered in one pass over the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The table.
    pub table: String,
    /// As in [`Query`].
    pub as_of: Option<DateTime<Utc>>,
    /// Which rows are looked at at all.
    pub filter: Filter,
    /// One answer for each combination of these that occurs; with none, exactly one answer.
    pub group_by: Vec<String>,
    /// Rows counted under each name.
    pub counts: Vec<(String, Filter)>,
    /// Integer columns summed under each name; nulls count as nothing.
    pub sums: Vec<(String, String)>,
}

/// One group of a [`Tally`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TallyRow {
    /// Values of the grouping columns.
    pub group: Vec<Value>,
    /// In the order asked.
    pub counts: Vec<i64>,
    /// In the order asked.
    pub sums: Vec<i64>,
}

/// A question for some columns of all the rows that pass, in no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// The table.
    pub table: String,
    /// As in [`Query`].
    pub as_of: Option<DateTime<Utc>>,
    /// Rows that pass any of these, each row once. Each is looked for by itself, so that an index
    /// may find the rows of one, and another index those of the next.
    pub any: Vec<Filter>,
    /// What is wanted of each row.
    pub columns: Vec<String>,
}
