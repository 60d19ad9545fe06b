//! The live views held against views that are built anew from the log, row by row.
//!
//! The live rows are not held still: who compares must not stop a city. The rebuilt views are brought
//! to the live ones' checkpoint and a table is compared; if checkpoint and generation are then still
//! where they were, its rows were those of one position, and the comparison stands. Otherwise the
//! rebuilt views follow, and the table is compared again.

use super::rows::Walk;
use crate::problem::Problem;
use crate::replay::views::{failed, fill, temporary};
use crate::replay::{ReplayProblem, known};
use crate::source::Source;
use gridwhistle_domain::text::Text;
use gridwhistle_projections::Runner;
use gridwhistle_projections::case_view::CASES;
use gridwhistle_store::views::{self, Access, Table, Value, ViewOptions, ViewState, ViewStore};
use serde::Serialize;
use std::cmp::Ordering;
use std::sync::Arc;

/// How often one table is compared anew because the live rows moved.
const TRIES: usize = 20;
/// Differing rows that are named; the others are counted.
const NAMED_MAX: usize = 20;

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The head of the log.
    pub head: u64,
    /// The checkpoint of the live rows at the end.
    pub position: u64,
    /// Whether the live rows can be compared at all.
    pub standing: Standing,
    /// The tables, as far as they were compared.
    pub tables: Vec<TableCompared>,
    /// The first rows that differ.
    pub rows: Vec<RowDifference>,
}

/// Whether live rows can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// They are.
    Comparable,
    /// Nothing was filled yet.
    Empty,
    /// They are made by other rules, and wait for a rebuild.
    OtherRules,
    /// They are of another log's past.
    OtherLog,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableCompared {
    /// Its name.
    pub table: &'static str,
    /// At which position.
    pub position: u64,
    /// Rows that were compared.
    pub rows: u64,
    /// Rows that differ, or stand on one side alone.
    pub differing: u64,
}

/// A row that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowDifference {
    /// The table.
    pub table: &'static str,
    /// Key and, of a table with history, beginning.
    pub key: Vec<Value>,
    /// The first column that differs; none where the row stands on one side alone.
    pub column: Option<&'static str>,
    /// What stands in the live views; none: no such row.
    pub live: Option<Value>,
    /// What the log says; none: no such row.
    pub rebuilt: Option<Value>,
}

impl Comparison {
    /// Whether every live row is what the log says.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.standing == Standing::Comparable
            && self.tables.iter().all(|table| table.differing == 0)
    }
}

impl RowDifference {
    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        let shown = |value: &Value| serde_json::to_string(value).unwrap_or_default();
        let key: Vec<String> = self.key.iter().map(shown).collect();
        let (table, key) = (self.table, key.join(" "));
        let (zh, en) = match (self.column, &self.live, &self.rebuilt) {
            (Some(column), Some(live), Some(rebuilt)) => {
                let (live, rebuilt) = (shown(live), shown(rebuilt));
                (
                    format!("列 {column}：视图为 {live}，日志得 {rebuilt}"),
                    format!("column {column}: live {live}, by the log {rebuilt}"),
                )
            }
            (_, Some(_), _) => (
                "日志中没有依据的行".to_owned(),
                "a row that the log does not give".to_owned(),
            ),
            _ => (
                "视图中缺少的行".to_owned(),
                "a row that the live views lack".to_owned(),
            ),
        };
        Text::new(format!("{table} {key} {zh}"), format!("{table} {key} {en}"))
    }
}

/// The city's own views at an address, opened to read alone.
///
/// # Errors
/// [`ReplayProblem::Views`] where they are not there or cannot be read.
pub fn live_views(url: &str) -> Result<Arc<dyn ViewStore>, Problem> {
    let options = ViewOptions {
        access: Access::ReadOnly,
        ..ViewOptions::default()
    };
    Ok(views::open(url, options).map_err(ReplayProblem::from)?)
}

/// Compares live views with what the log says.
///
/// # Errors
/// [`ReplayProblem::Moving`] where the live rows never stood long enough; [`Problem::Store`] also where
/// the log ends before its head, though the live rows may not have come so far; as
/// [`crate::replay::Replayed::of`].
pub async fn compare(source: &Source, live: Arc<dyn ViewStore>) -> Result<Comparison, Problem> {
    let mut state = stands(&*live, source.tenant()).await?;
    let mut comparison = Comparison {
        head: source.end().await?,
        position: state.position,
        standing: standing(source, &state).await?,
        tables: Vec::new(),
        rows: Vec::new(),
    };
    if comparison.standing != Standing::Comparable {
        return Ok(comparison);
    }
    let tenant = source.tenant();
    let (_folder, rebuilt) = temporary()?;
    let log = source.log_until(state.position);
    fill(log, Arc::clone(&rebuilt), tenant).await?;
    let runner = Runner::open(Arc::clone(source.log()), Arc::clone(&rebuilt), tenant);
    let runner = runner.await.map_err(failed)?;
    for table in CASES.tables {
        let mut tries = 0;
        loop {
            let (one, rows) = table_of(&live, &rebuilt, tenant, (table, state.position)).await?;
            let after = stands(&*live, tenant).await?;
            if (after.generation, after.position) == (state.generation, state.position) {
                comparison.tables.push(one);
                let room = NAMED_MAX - comparison.rows.len();
                comparison.rows.extend(rows.into_iter().take(room));
                break;
            }
            tries += 1;
            if tries == TRIES {
                let table = table.name;
                return Err(ReplayProblem::Moving { table, tries }.into());
            }
            state = after;
            runner
                .catch_up(Some(state.position))
                .await
                .map_err(failed)?;
        }
    }
    comparison.position = state.position;
    Ok(comparison)
}

async fn stands(live: &dyn ViewStore, tenant: &str) -> Result<ViewState, Problem> {
    let state = live.open_view(tenant, &CASES).await;
    Ok(state.map_err(ReplayProblem::from)?)
}

/// Rows are of another past where the log has no such position, or another chain value there.
async fn standing(source: &Source, state: &ViewState) -> Result<Standing, Problem> {
    if state.needs_rebuild {
        return Ok(Standing::OtherRules);
    }
    if state.position == 0 {
        return Ok(Standing::Empty);
    }
    if state.position > source.head().await? {
        return Ok(Standing::OtherLog);
    }
    let event = known::event(source, state.position).await?;
    let same = event.chain == state.chain;
    Ok(if same {
        Standing::Comparable
    } else {
        Standing::OtherLog
    })
}

async fn table_of(
    live: &Arc<dyn ViewStore>,
    rebuilt: &Arc<dyn ViewStore>,
    tenant: &str,
    (table, position): (&'static Table, u64),
) -> Result<(TableCompared, Vec<RowDifference>), Problem> {
    let mut live = Walk::new(Arc::clone(live), tenant, table);
    let mut rebuilt = Walk::new(Arc::clone(rebuilt), tenant, table);
    let mut one = TableCompared {
        table: table.name,
        position,
        rows: 0,
        differing: 0,
    };
    let mut named = Vec::new();
    let (mut left, mut right) = tokio::try_join!(live.next(), rebuilt.next())?;
    while left.is_some() || right.is_some() {
        let order = match (&left, &right) {
            (Some(left), Some(right)) => live.place(left).cmp(&rebuilt.place(right)),
            (Some(_), None) => Ordering::Less,
            _ => Ordering::Greater,
        };
        let (of_live, of_rebuilt) = match order {
            Ordering::Less => (left.take(), None),
            Ordering::Greater => (None, right.take()),
            Ordering::Equal => (left.take(), right.take()),
        };
        one.rows += 1;
        if of_live != of_rebuilt {
            one.differing += 1;
            if named.len() < NAMED_MAX {
                named.push(difference(table, &live, of_live, of_rebuilt));
            }
        }
        if order.is_le() {
            left = live.next().await?;
        }
        if order.is_ge() {
            right = rebuilt.next().await?;
        }
    }
    Ok((one, named))
}

fn difference(
    table: &'static Table,
    walk: &Walk,
    live: Option<Vec<Value>>,
    rebuilt: Option<Vec<Value>>,
) -> RowDifference {
    let key = live.as_ref().or(rebuilt.as_ref());
    let key = key.map(|row| walk.place(row)).unwrap_or_default();
    let place = match (&live, &rebuilt) {
        (Some(live), Some(rebuilt)) => live.iter().zip(rebuilt).position(|(a, b)| a != b),
        _ => None,
    };
    let columns = table.columns.iter().map(|column| column.name);
    let mut columns = columns.chain(["valid_from", "valid_to"]);
    let cell =
        |row: Option<Vec<Value>>| row.map(|row| place.map_or(Value::Null, |at| row[at].clone()));
    RowDifference {
        table: table.name,
        key,
        column: place.and_then(|place| columns.nth(place)),
        live: cell(live),
        rebuilt: cell(rebuilt),
    }
}
