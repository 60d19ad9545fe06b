//! Questions with their names resolved and their values checked, for every backend alike.
//!
//! What passes here can be answered; `holds` is the meaning of a filter, which the memory backend
//! runs and the databases have to match. Refuses filters too large for a database's parser.

use std::collections::BTreeSet;

use super::cursor::fingerprint;
use super::rows::{fit, wrong_kind};
use super::schema::{Schema, TableSchema};
use super::value::micros;
use super::{
    ColumnKind, Cursor, Direction, Filter, Op, PAGE_ROWS_MAX, Query, Tally, Value, ViewError,
};

/// Most parts of one filter: SQLite parses expressions up to a depth of 1,000.
const FILTER_PARTS_MAX: usize = 400;
/// Deepest nesting of one filter.
const FILTER_DEPTH_MAX: usize = 50;
/// Most values in all filters of one question: a list of them is bound as one.
const FILTER_VALUES_MAX: usize = 1_000_000;
/// Most counts and most sums of one tally.
pub(crate) const TALLY_COLUMNS_MAX: usize = 64;

/// A resolved filter; numbers are places of columns.
#[derive(Debug)]
pub(crate) enum Test {
    Always,
    Never,
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Compare(usize, Op, Value),
    CompareColumns(usize, Op, usize),
    In(usize, BTreeSet<Value>),
    IsNull(usize),
    IsNotNull(usize),
    /// The text has its ASCII letters in lower case.
    Contains(usize, String),
}

impl Test {
    /// Whether a row passes.
    pub(crate) fn holds(&self, row: &[Value]) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::All(tests) => tests.iter().all(|test| test.holds(row)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(row)),
            Self::Not(test) => !test.holds(row),
            Self::Compare(column, op, value) => compare(&row[*column], *op, value),
            Self::CompareColumns(left, op, right) => compare(&row[*left], *op, &row[*right]),
            Self::In(column, values) => values.contains(&row[*column]),
            Self::IsNull(column) => row[*column].is_null(),
            Self::IsNotNull(column) => !row[*column].is_null(),
            Self::Contains(column, text) => row[*column]
                .as_text()
                .is_some_and(|t| t.to_ascii_lowercase().contains(text)),
        }
    }
}

impl Test {
    /// Adds the places of the columns that it looks at.
    pub(crate) fn columns(&self, places: &mut BTreeSet<usize>) {
        match self {
            Self::Always | Self::Never => {}
            Self::All(tests) | Self::Any(tests) => {
                tests.iter().for_each(|test| test.columns(places));
            }
            Self::Not(test) => test.columns(places),
            Self::CompareColumns(left, _, right) => places.extend([*left, *right]),
            Self::Compare(column, ..)
            | Self::In(column, _)
            | Self::IsNull(column)
            | Self::IsNotNull(column)
            | Self::Contains(column, _) => places.extend([*column]),
        }
    }
}

fn compare(left: &Value, op: Op, right: &Value) -> bool {
    if left.is_null() || right.is_null() {
        return false;
    }
    match op {
        Op::Eq => left == right,
        Op::Ne => left != right,
        Op::Lt => left < right,
        Op::Le => left <= right,
        Op::Gt => left > right,
        Op::Ge => left >= right,
    }
}

/// A resolved [`Query`].
#[derive(Debug)]
pub(crate) struct QueryPlan {
    pub(crate) table: usize,
    pub(crate) as_of: Option<i64>,
    pub(crate) test: Test,
    /// Total: ends in all key columns.
    pub(crate) order: Vec<(usize, Direction)>,
    pub(crate) after: Option<Vec<Value>>,
    pub(crate) limit: usize,
    fingerprint: [u8; 8],
}

impl QueryPlan {
    pub(crate) fn of(schema: &Schema, query: &Query) -> Result<Self, ViewError> {
        let (place, table) = schema.table(&query.table)?;
        bounds("rows in a page", 1, PAGE_ROWS_MAX, query.limit)?;
        let as_of = as_of(table, query.as_of)?;
        let test = Resolver::new(table).resolve(&query.filter)?;
        let order = total_order(table, &query.order)?;
        let named: Vec<_> = order
            .iter()
            .map(|(c, way)| (table.table.columns[*c].name, *way))
            .collect();
        let fingerprint = fingerprint(schema.view.name, table.table.name, &named);
        let after = match &query.after {
            Some(cursor) => Some(read_cursor(table, &order, cursor, fingerprint)?),
            None => None,
        };
        Ok(Self {
            table: place,
            as_of,
            test,
            order,
            after,
            limit: query.limit,
            fingerprint,
        })
    }

    /// The place after this row.
    pub(crate) fn cursor(&self, row: &[Value]) -> Cursor {
        let values: Vec<_> = self.order.iter().map(|(column, _)| &row[*column]).collect();
        Cursor::after(self.fingerprint, &values)
    }

    /// How two rows stand to each other in this order.
    pub(crate) fn compare(&self, left: &[Value], right: &[Value]) -> std::cmp::Ordering {
        self.order
            .iter()
            .map(|(column, way)| directed(&left[*column], *way, &right[*column]))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    }

    /// Whether a row comes after the place where the page begins.
    pub(crate) fn is_after(&self, row: &[Value]) -> bool {
        let Some(after) = &self.after else {
            return true;
        };
        self.order
            .iter()
            .zip(after)
            .map(|((column, way), value)| directed(&row[*column], *way, value))
            .find(|ordering| ordering.is_ne())
            .is_some_and(std::cmp::Ordering::is_gt)
    }
}

fn directed(left: &Value, way: Direction, right: &Value) -> std::cmp::Ordering {
    match way {
        Direction::Asc => left.cmp(right),
        Direction::Desc => right.cmp(left),
    }
}

fn total_order(
    table: &TableSchema,
    named: &[(String, Direction)],
) -> Result<Vec<(usize, Direction)>, ViewError> {
    let mut order: Vec<(usize, Direction)> = Vec::new();
    for (name, way) in named {
        let column = table.column(name)?;
        // A column named again can no longer change the order.
        if order.iter().all(|(known, _)| *known != column) {
            order.push((column, *way));
        }
    }
    let way = order.last().map_or(Direction::Asc, |(_, way)| *way);
    for column in &table.key {
        if order.iter().all(|(known, _)| known != column) {
            order.push((*column, way));
        }
    }
    Ok(order)
}

fn read_cursor(
    table: &TableSchema,
    order: &[(usize, Direction)],
    cursor: &Cursor,
    fingerprint: [u8; 8],
) -> Result<Vec<Value>, ViewError> {
    let mut values = cursor.read(fingerprint)?;
    if values.len() != order.len() {
        return Err(ViewError::CursorUnreadable);
    }
    for (value, (column, _)) in values.iter_mut().zip(order) {
        let null_in_key = value.is_null() && table.key.contains(column);
        if null_in_key || fit(table, *column, value).is_err() {
            return Err(ViewError::CursorUnreadable);
        }
    }
    Ok(values)
}

/// A resolved [`Tally`]; names of counts and sums are for the caller only.
#[derive(Debug)]
pub(crate) struct TallyPlan {
    pub(crate) table: usize,
    pub(crate) as_of: Option<i64>,
    pub(crate) test: Test,
    pub(crate) group_by: Vec<usize>,
    pub(crate) counts: Vec<Test>,
    pub(crate) sums: Vec<usize>,
}

impl TallyPlan {
    pub(crate) fn of(schema: &Schema, tally: &Tally) -> Result<Self, ViewError> {
        let (place, table) = schema.table(&tally.table)?;
        bounds(
            "counts of a tally",
            0,
            TALLY_COLUMNS_MAX,
            tally.counts.len(),
        )?;
        bounds("sums of a tally", 0, TALLY_COLUMNS_MAX, tally.sums.len())?;
        bounds(
            "groupings of a tally",
            0,
            TALLY_COLUMNS_MAX,
            tally.group_by.len(),
        )?;
        let as_of = as_of(table, tally.as_of)?;
        let mut resolver = Resolver::new(table);
        let test = resolver.resolve(&tally.filter)?;
        let counts = tally.counts.iter().map(|(_, filter)| {
            resolver.parts = 0;
            resolver.resolve(filter)
        });
        let counts = counts.collect::<Result<_, _>>()?;
        let group_by = tally.group_by.iter().map(|name| table.column(name));
        let group_by = group_by.collect::<Result<_, _>>()?;
        let sums = tally
            .sums
            .iter()
            .map(|(_, name)| of_kind(table, name, ColumnKind::Integer));
        let sums = sums.collect::<Result<_, _>>()?;
        Ok(Self {
            table: place,
            as_of,
            test,
            group_by,
            counts,
            sums,
        })
    }
}

/// Checks that a table keeps the history asked for; the instant in UTC microseconds.
pub(crate) fn as_of(
    table: &TableSchema,
    as_of: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<Option<i64>, ViewError> {
    if as_of.is_some() && !table.table.versioned {
        return Err(ViewError::NotVersioned {
            table: table.table.name.to_owned(),
        });
    }
    Ok(as_of.map(micros))
}

fn of_kind(table: &TableSchema, name: &str, expected: ColumnKind) -> Result<usize, ViewError> {
    let place = table.column(name)?;
    let found = table.table.columns[place].kind;
    if found == expected {
        return Ok(place);
    }
    Err(ViewError::WrongKind {
        table: table.table.name.to_owned(),
        column: name.to_owned(),
        expected: found.word(),
        found: expected.word(),
    })
}

pub(crate) fn bounds(
    what: &'static str,
    min: usize,
    max: usize,
    found: usize,
) -> Result<(), ViewError> {
    if (min..=max).contains(&found) {
        return Ok(());
    }
    Err(ViewError::OutOfBounds {
        what,
        min,
        max,
        found,
    })
}

/// Resolves filters and counts what they are made of.
pub(crate) struct Resolver<'t> {
    table: &'t TableSchema,
    parts: usize,
    values: usize,
}

impl<'t> Resolver<'t> {
    pub(crate) fn new(table: &'t TableSchema) -> Self {
        Self {
            table,
            parts: 0,
            values: 0,
        }
    }

    pub(crate) fn resolve(&mut self, filter: &Filter) -> Result<Test, ViewError> {
        self.part(filter, 1)
    }

    fn part(&mut self, filter: &Filter, depth: usize) -> Result<Test, ViewError> {
        self.parts += 1;
        bounds("parts of a filter", 0, FILTER_PARTS_MAX, self.parts)?;
        bounds("nesting of a filter", 0, FILTER_DEPTH_MAX, depth)?;
        Ok(match filter {
            Filter::All => Test::Always,
            Filter::And(filters) => Test::All(self.parts_of(filters, depth)?),
            Filter::Or(filters) => Test::Any(self.parts_of(filters, depth)?),
            Filter::Not(filter) => Test::Not(Box::new(self.part(filter, depth + 1)?)),
            Filter::Compare { column, op, value } => {
                let column = self.table.column(column)?;
                let value = self.value(column, value)?;
                if value.is_null() {
                    Test::Never
                } else {
                    Test::Compare(column, *op, value)
                }
            }
            Filter::CompareColumns { left, op, right } => {
                let (left, name) = (self.table.column(left)?, right);
                let right = self.table.column(right)?;
                let columns = self.table.table.columns;
                of_kind(self.table, name, columns[left].kind)?;
                Test::CompareColumns(left, *op, right)
            }
            Filter::In { column, values } => {
                let column = self.table.column(column)?;
                let mut set = BTreeSet::new();
                for value in values {
                    set.insert(self.value(column, value)?);
                }
                set.remove(&Value::Null);
                Test::In(column, set)
            }
            Filter::IsNull(column) => Test::IsNull(self.table.column(column)?),
            Filter::IsNotNull(column) => Test::IsNotNull(self.table.column(column)?),
            Filter::Contains { column, text } => {
                let place = self.table.column(column)?;
                let value = self.value(place, &Value::from(text.to_ascii_lowercase()))?;
                let Value::Text(text) = value else {
                    return Err(wrong_kind(self.table, place, &value));
                };
                Test::Contains(place, text)
            }
        })
    }

    fn parts_of(&mut self, filters: &[Filter], depth: usize) -> Result<Vec<Test>, ViewError> {
        filters
            .iter()
            .map(|filter| self.part(filter, depth + 1))
            .collect()
    }

    fn value(&mut self, column: usize, value: &Value) -> Result<Value, ViewError> {
        self.values += 1;
        bounds("values of a filter", 0, FILTER_VALUES_MAX, self.values)?;
        let mut value = value.clone();
        fit(self.table, column, &mut value)?;
        Ok(value)
    }
}
