//! Figures by unit, area, grid, class. What each counts is [`Figure`]; here they are only grouped.

use super::filter::{Figure, LedgerFilter};
use super::{Moment, QuestionError, Questions};
use crate::case_view::{CASES, LedgerRow};
use chrono::{DateTime, Utc};
use gridwhistle_store::views::{Filter, Tally, TallyRow, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// By what cases are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CountsBy {
    /// The unit of the lead leg.
    Unit,
    /// The street.
    Street,
    /// The community.
    Community,
    /// The leaf grid.
    Grid,
    /// The class.
    Class,
    /// The matter.
    Matter,
    /// The foreign system.
    Source,
}

impl CountsBy {
    /// Every grouping, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Unit,
        Self::Street,
        Self::Community,
        Self::Grid,
        Self::Class,
        Self::Matter,
        Self::Source,
    ];

    /// Its code, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Street => "street",
            Self::Community => "community",
            Self::Grid => "grid",
            Self::Class => "class",
            Self::Matter => "matter",
            Self::Source => "source",
        }
    }

    /// The grouping of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Unit => "lead_unit",
            other => other.code(),
        }
    }
}

/// The figures of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Count {
    /// The group's code; none: cases without one (and for the total).
    pub group: Option<String>,
    /// See [`Figure::Received`].
    pub received: i64,
    /// See [`Figure::Closed`].
    pub closed: i64,
    /// See [`Figure::Open`].
    pub open: i64,
    /// See [`Figure::EndedOtherwise`].
    pub ended_otherwise: i64,
    /// See [`Figure::WithDue`].
    pub with_due: i64,
    /// See [`Figure::OpenWithDue`].
    pub open_with_due: i64,
    /// See [`Figure::OpenOverdue`].
    pub open_overdue: i64,
    /// See [`Figure::ClosedOnTime`].
    pub closed_on_time: i64,
    /// See [`Figure::ClosedLate`].
    pub closed_late: i64,
    /// What should be done by then, with due times: done on time, done late, open overdue
    /// (`DOMAIN.md` 4.1).
    pub should: i64,
    /// See [`Figure::Returned`]: cases.
    pub returned: i64,
    /// Return requests: times.
    pub returns: i64,
    /// See [`Figure::Reworked`]: cases.
    pub reworked: i64,
    /// Reworks: times.
    pub reworks: i64,
    /// What none of the figures above counts.
    pub excluded: Excluded,
}

/// Cases left out of every other figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Excluded {
    /// See [`Figure::Voided`].
    pub voided: i64,
    /// See [`Figure::Merged`].
    pub merged: i64,
}

/// Figures by group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Counts {
    /// By what.
    pub by: CountsBy,
    /// The instant asked.
    pub at: DateTime<Utc>,
    /// One row a group, by its code; cases without one come last.
    pub rows: Vec<Count>,
    /// All groups together.
    pub total: Count,
}

impl Questions {
    /// Figures of the cases that fit, by group.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn counts(
        &self,
        by: CountsBy,
        filter: &LedgerFilter,
        moment: Moment,
    ) -> Result<Counts, QuestionError> {
        let at = moment.instant();
        let mut tally = self.of_figures(filter, moment).await?;
        tally.group_by = vec![by.column().to_owned(), "stage".to_owned()];
        let tallied = self.views.tally(&self.tenant, CASES.name, tally).await?;
        Ok(Counts::of(by, at, &tallied, 0))
    }

    /// Figures by class and by unit, and how many fit each of several filters beside, in one reading.
    pub(super) async fn counts_and(
        &self,
        filter: &LedgerFilter,
        parts: impl Iterator<Item = LedgerFilter>,
        moment: Moment,
    ) -> Result<(Counts, Counts, Vec<i64>), QuestionError> {
        let at = moment.instant();
        let mut tally = self.of_figures(filter, moment).await?;
        tally.group_by = [CountsBy::Class.column(), CountsBy::Unit.column(), "stage"]
            .map(str::to_owned)
            .to_vec();
        let first = tally.counts.len();
        let parts = parts.map(|part| ("part".to_owned(), part.to_filter(at)));
        tally.counts.extend(parts);
        let several = tally.counts.len() - first;
        let tallied = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let part = |no: usize| -> i64 {
            let counted = tallied.iter().filter_map(|row| row.counts.get(first + no));
            counted.sum()
        };
        Ok((
            Counts::of(CountsBy::Class, at, &tallied, 0),
            Counts::of(CountsBy::Unit, at, &tallied, 1),
            (0..several).map(part).collect(),
        ))
    }

    /// The figures of the cases that fit, in one group.
    async fn of_figures(
        &self,
        filter: &LedgerFilter,
        moment: Moment,
    ) -> Result<Tally, QuestionError> {
        let at = moment.instant();
        let figure = |figure: Figure| (figure.code().to_owned(), figure.filter(at));
        let sums = |column: &str| (column.to_owned(), column.to_owned());
        Ok(Tally {
            table: LedgerRow::TABLE.to_owned(),
            as_of: moment.as_of(),
            filter: self.narrowed(filter, moment).await?,
            group_by: Vec::new(),
            counts: Figure::ALL.map(figure).to_vec(),
            sums: vec![sums("returns"), sums("reworks")],
        })
    }

    /// How many cases fit, whatever became of them.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn how_many(
        &self,
        filter: &LedgerFilter,
        moment: Moment,
    ) -> Result<i64, QuestionError> {
        let tally = Tally {
            table: LedgerRow::TABLE.to_owned(),
            as_of: moment.as_of(),
            filter: self.narrowed(filter, moment).await?,
            group_by: Vec::new(),
            counts: vec![("cases".to_owned(), Filter::And(Vec::new()))],
            sums: Vec::new(),
        };
        let tallied = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let counted = tallied.first().and_then(|row| row.counts.first());
        Ok(counted.copied().unwrap_or(0))
    }
}

impl Counts {
    /// The groups that stand at a place of the tallied ones; rows without one come last.
    fn of(by: CountsBy, at: DateTime<Utc>, tallied: &[TallyRow], place: usize) -> Self {
        let mut rows: BTreeMap<(bool, Option<String>), Count> = BTreeMap::new();
        let mut total = Count::default();
        for row in tallied {
            let mut count = count(row);
            let group = row.group.get(place).and_then(Value::as_text);
            count.group = group.map(str::to_owned);
            total.add(&count);
            match rows.entry((count.group.is_none(), count.group.clone())) {
                Entry::Occupied(mut known) => known.get_mut().add(&count),
                Entry::Vacant(new) => drop(new.insert(count)),
            }
        }
        Self {
            by,
            at,
            rows: rows.into_values().collect(),
            total,
        }
    }
}

/// The figures of one group at one stage.
fn count(row: &TallyRow) -> Count {
    let figure = |wanted: Figure| {
        let place = Figure::ALL.iter().position(|figure| *figure == wanted);
        place
            .and_then(|place| row.counts.get(place))
            .copied()
            .unwrap_or(0)
    };
    let counts = figure(Figure::Received) > 0;
    let sum = |place: usize| row.sums.get(place).copied().filter(|_| counts).unwrap_or(0);
    let (closed_on_time, closed_late) = (figure(Figure::ClosedOnTime), figure(Figure::ClosedLate));
    let open_overdue = figure(Figure::OpenOverdue);
    Count {
        group: None,
        received: figure(Figure::Received),
        closed: figure(Figure::Closed),
        open: figure(Figure::Open),
        ended_otherwise: figure(Figure::EndedOtherwise),
        with_due: figure(Figure::WithDue),
        open_with_due: figure(Figure::OpenWithDue),
        open_overdue,
        closed_on_time,
        closed_late,
        should: closed_on_time + closed_late + open_overdue,
        returned: figure(Figure::Returned),
        returns: sum(0),
        reworked: figure(Figure::Reworked),
        reworks: sum(1),
        excluded: Excluded {
            voided: figure(Figure::Voided),
            merged: figure(Figure::Merged),
        },
    }
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.closed += other.closed;
        self.open += other.open;
        self.ended_otherwise += other.ended_otherwise;
        self.with_due += other.with_due;
        self.open_with_due += other.open_with_due;
        self.open_overdue += other.open_overdue;
        self.closed_on_time += other.closed_on_time;
        self.closed_late += other.closed_late;
        self.should += other.should;
        self.returned += other.returned;
        self.returns += other.returns;
        self.reworked += other.reworked;
        self.reworks += other.reworks;
        self.excluded.voided += other.excluded.voided;
        self.excluded.merged += other.excluded.merged;
    }
}
