//! The text of every question.
//!
//! Values are always bound; names come from checked definitions only. PostgreSQL sorts as the port
//! wants it: nulls last upwards and first downwards, texts by their bytes under the collation "C"
//! of every text column. The tenant is bound as `$1` of every statement.

use super::cells::Bound;
use crate::views::plan::Test;
use crate::views::schema::TableSchema;
pub(super) use crate::views::schema::quoted;
use crate::views::{Direction, Op, Value};

/// Where the rows of one table are.
pub(super) struct Source<'s> {
    pub(super) generation: u64,
    pub(super) table: &'s TableSchema,
}

impl Source<'_> {
    /// The name of the table of the current rows, without its schema.
    pub(super) fn current(&self) -> String {
        format!("g{:010x}_{}", self.generation, self.table.table.name)
    }

    /// The name of the table of ended versions, without its schema.
    pub(super) fn past(&self) -> String {
        format!("{}__past", self.current())
    }

    /// A column's name, quoted.
    pub(super) fn column(&self, place: usize) -> String {
        quoted(self.table.table.columns[place].name)
    }

    /// All columns but the tenant.
    pub(super) fn columns(&self) -> &str {
        &self.table.listed
    }

    /// The columns of the key.
    pub(super) fn key(&self) -> String {
        list(self.table.key.iter().copied(), |place| self.column(place))
    }
}

/// The table of that name, where all of them are.
pub(super) fn ours(name: &str) -> String {
    format!("gridwhistle.{}", quoted(name))
}

pub(super) fn list(
    places: impl IntoIterator<Item = usize>,
    text: impl Fn(usize) -> String,
) -> String {
    places.into_iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Where a page begins, as one of the lots that come after a row: equal to it in the first sort
/// columns, and in the next one beyond it or, after all values, null.
#[derive(Clone, Copy)]
pub(super) struct Lot {
    pub(super) equal: usize,
    pub(super) null: bool,
}

/// The lots after a place, in order; each is one walk along an index, however many rows share a
/// value.
pub(super) fn lots(
    source: &TableSchema,
    order: &[(usize, Direction)],
    place: &[Value],
) -> Vec<Lot> {
    let mut found = Vec::new();
    for (equal, ((column, way), value)) in order.iter().zip(place).enumerate().rev() {
        let nullable = !source.key.contains(column);
        match way {
            Direction::Asc if value.is_null() => {}
            Direction::Asc => {
                found.push(Lot { equal, null: false });
                found.extend(nullable.then_some(Lot { equal, null: true }));
            }
            Direction::Desc => found.push(Lot { equal, null: false }),
        }
    }
    found
}

/// A statement under construction.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) text: String,
    /// The first is the tenant.
    pub(super) values: Vec<Bound>,
}

impl Statement {
    pub(super) fn of(tenant: &str) -> Self {
        Self {
            text: String::new(),
            values: vec![Bound::One(tenant.into())],
        }
    }

    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(super) fn bind(&mut self, value: Bound) -> &mut Self {
        self.values.push(value);
        let number = self.values.len();
        self.push(&format!("${number}"))
    }

    fn bind_one(&mut self, value: &Value) -> &mut Self {
        self.bind(Bound::One(value.clone()))
    }

    /// Which generation of the view is live, as the snapshot of this statement has it: a column that
    /// is looked up once, whatever the number of rows.
    pub(super) fn live(&mut self, view: &str) -> &mut Self {
        self.push("(select generation from gridwhistle.generations where tenant = $1 and view = ");
        self.bind(Bound::One(view.into()));
        self.push(" and state = 'live')")
    }

    /// ` from .. where ..` for the rows that are current or were at an instant.
    pub(super) fn rows(&mut self, source: &Source<'_>, as_of: Option<i64>) -> &mut Self {
        let current = ours(&source.current());
        let Some(at) = as_of else {
            return self
                .push(" from ")
                .push(&current)
                .push(" where tenant = $1");
        };
        let (columns, past) = (source.columns(), ours(&source.past()));
        self.push(" from (select ").push(columns);
        self.push(" from ").push(&current);
        self.push(" where tenant = $1 and valid_from <= ");
        self.bind(Bound::At(at));
        self.push(" union all select ").push(columns);
        self.push(" from ").push(&past);
        self.push(" where tenant = $1 and valid_from <= ");
        self.bind(Bound::At(at)).push(" and valid_to > ");
        self.bind(Bound::At(at)).push(") as held where true")
    }

    /// A filter. Inside it null stands for false, which `and` and `or` keep; `Not` decides it.
    pub(super) fn test(&mut self, source: &Source<'_>, test: &Test) -> &mut Self {
        match test {
            Test::Always => self.push("true"),
            Test::Never => self.push("false"),
            Test::All(tests) => self.joined(source, tests, " and ", "true"),
            Test::Any(tests) => self.joined(source, tests, " or ", "false"),
            Test::Not(test) => self.push("((").test(source, test).push(") is not true)"),
            Test::Compare(column, op, value) => self
                .push(&source.column(*column))
                .push(word(*op))
                .bind_one(value),
            Test::CompareColumns(left, op, right) => self
                .push(&source.column(*left))
                .push(word(*op))
                .push(&source.column(*right)),
            Test::In(_, values) if values.is_empty() => self.push("false"),
            Test::In(column, values) => {
                let values = values.iter().cloned().collect();
                self.push(&source.column(*column)).push(" = any(");
                self.bind(Bound::Many(values)).push(")")
            }
            Test::IsNull(column) => self.push(&source.column(*column)).push(" is null"),
            Test::IsNotNull(column) => self.push(&source.column(*column)).push(" is not null"),
            Test::Contains(column, text) => {
                // Under the collation "C", `lower` turns ASCII letters only: what the port says.
                self.push("strpos(lower(").push(&source.column(*column));
                self.push("), ")
                    .bind_one(&text.as_str().into())
                    .push(") > 0")
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

    /// The rows of a lot.
    pub(super) fn beyond(
        &mut self,
        source: &Source<'_>,
        order: &[(usize, Direction)],
        place: &[Value],
        lot: Lot,
    ) -> &mut Self {
        for (number, ((column, way), value)) in
            order.iter().zip(place).enumerate().take(lot.equal + 1)
        {
            self.push(" and ").push(&source.column(*column));
            let equal = number < lot.equal;
            if (equal && value.is_null()) || (!equal && lot.null) {
                self.push(" is null");
            } else if equal {
                self.push(" = ").bind_one(value);
            } else if value.is_null() {
                // Downwards null comes first, and everything else after it.
                self.push(" is not null");
            } else {
                let beyond = match way {
                    Direction::Asc => " > ",
                    Direction::Desc => " < ",
                };
                self.push(beyond).bind_one(value);
            }
        }
        self
    }

    /// ` and (..) > (..)`: rows after one by key and beginning, or all. Of the current rows, which
    /// are kept by their key alone, it begins at the key.
    pub(super) fn past_a_row(
        &mut self,
        source: &Source<'_>,
        row: Option<&[Value]>,
        current: bool,
    ) -> &mut Self {
        let Some(row) = row else { return self };
        let key = source.table.key.len();
        if current {
            self.push(" and (").push(&source.key()).push(") >= ");
            self.list_of(&row[..key]);
        }
        self.push(" and (").push(&source.key());
        if source.table.table.versioned {
            self.push(", valid_from");
        }
        self.push(") > ").list_of(row)
    }

    /// ` and (..) > (..)`: rows after a key.
    pub(super) fn beyond_key(&mut self, source: &Source<'_>, key: &[Value]) -> &mut Self {
        self.push(" and (").push(&source.key()).push(") > ");
        self.list_of(key)
    }

    fn list_of(&mut self, values: &[Value]) -> &mut Self {
        for (place, value) in values.iter().enumerate() {
            self.push(if place == 0 { "(" } else { ", " });
            self.bind_one(value);
        }
        self.push(")")
    }

    pub(super) fn order(&mut self, source: &Source<'_>, order: &[(usize, Direction)]) -> &mut Self {
        for (number, (column, way)) in order.iter().enumerate() {
            self.push(if number == 0 { " order by " } else { ", " });
            self.push(&source.column(*column));
            self.push(if *way == Direction::Desc { " desc" } else { "" });
        }
        self
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
