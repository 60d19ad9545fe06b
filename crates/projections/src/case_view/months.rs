//! The counts of legs by month, kept as events come: what a ranking reads instead of a million legs.
//!
//! A row of `unit_months` counts the legs of one unit whose instant lies in `month`, by what was known when
//! `known` ended; one of `stratum_months` those of one unit with one matter and class, and only what a
//! comparison of like with like needs: they are nearly as many as the legs of a small city. Whoever asks for some months as they stood at the end of the last one
//! adds up the rows of those months known by then; whoever asks as things stand, all of them. A change of a
//! leg is added where it happened: what it counted as is taken back there, what it counts as is added.
//! What was open at the end of a month stands in the row of that month, for legs that have changed since;
//! those that have not still stand so in their own row.

use super::account_row::AccountRow;
use super::counts::{Anchor, LegCount, ResidentCount, is_overdue};
use super::rows::LegRow;
use chrono::{DateTime, Utc};
use foldhash::fast::RandomState as Fast;
use gridwhistle_domain::calendar::Month;
use gridwhistle_store::views::{Column, RowOp, Table, Value};
use std::collections::HashMap;

/// Counts of legs, and after them sums.
const LEG_COUNTS: usize = LegCount::ALL.len();

/// What is summed beside the counts, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sum {
    /// Returns that were asked for, of the legs dispatched in the month.
    ReturnRequests,
    /// Of those, the ones that were refused.
    ReturnRefusals,
    /// Open when the month ended.
    Open,
    /// Of those, the ones past due.
    OpenOverdue,
}

impl Sum {
    const ALL: [Self; 4] = [
        Self::ReturnRequests,
        Self::ReturnRefusals,
        Self::Open,
        Self::OpenOverdue,
    ];

    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::ReturnRequests => "return_requests",
            Self::ReturnRefusals => "return_refusals",
            Self::Open => "open",
            Self::OpenOverdue => "open_overdue",
        }
    }

    const fn place(self) -> usize {
        LEG_COUNTS + self as usize
    }
}

const NUMBERS: usize = LEG_COUNTS + Sum::ALL.len() + ResidentCount::ALL.len();
const KEY: [&str; 3] = ["month", "unit", "known"];

/// Key, counts, sums, counts of residents.
const COLUMNS: [Column; KEY.len() + NUMBERS] = {
    let mut columns = [Column::text("month"); KEY.len() + NUMBERS];
    let mut place = 0;
    while place < columns.len() {
        columns[place] = if place < KEY.len() {
            Column::text(KEY[place])
        } else if place < KEY.len() + LEG_COUNTS {
            Column::integer(LegCount::ALL[place - KEY.len()].column())
        } else if place < KEY.len() + LEG_COUNTS + Sum::ALL.len() {
            Column::integer(Sum::ALL[place - KEY.len() - LEG_COUNTS].column())
        } else {
            let residents = KEY.len() + LEG_COUNTS + Sum::ALL.len();
            Column::integer(ResidentCount::ALL[place - residents].column())
        };
        place += 1;
    }
    columns
};

/// The counts of units by month.
pub(crate) const UNIT_MONTHS: Table = Table {
    name: "unit_months",
    columns: &COLUMNS,
    key: &KEY,
    versioned: false,
    indexes: &[],
};

/// What of a stratum is kept, and where it stands among the numbers of a unit.
const OF_STRATA: [(&str, usize); 3] = [
    (LegCount::DoneJudged.column(), LegCount::DoneJudged as usize),
    (LegCount::DoneOnTime.column(), LegCount::DoneOnTime as usize),
    (Sum::OpenOverdue.column(), Sum::OpenOverdue.place()),
];

/// The counts of units by month, matter and class.
pub(crate) const STRATUM_MONTHS: Table = Table {
    name: "stratum_months",
    columns: &[
        Column::text("month"),
        Column::text("unit"),
        Column::text("matter"),
        Column::text("class"),
        Column::text("known"),
        Column::integer(OF_STRATA[0].0),
        Column::integer(OF_STRATA[1].0),
        Column::integer(OF_STRATA[2].0),
    ],
    key: &["month", "unit", "matter", "class", "known"],
    versioned: false,
    indexes: &[],
};

/// Which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Bucket {
    month: Month,
    known: Month,
    unit: u32,
    matter: u32,
    class: u32,
}

/// What has changed since it was last written.
#[derive(Debug, Default)]
pub(crate) struct Months {
    names: HashMap<String, u32, Fast>,
    changes: HashMap<Bucket, [i64; NUMBERS], Fast>,
    /// The same by unit, while they are written: kept for its room.
    units: HashMap<(Month, u32, Month), [i64; NUMBERS], Fast>,
}

impl Months {
    /// A leg has become another one at an instant, or is new.
    pub(crate) fn leg(&mut self, old: Option<&LegRow>, new: &LegRow, at: DateTime<Utc>) {
        let known = Month::ended_with(at);
        let (was, is) = (old.map(Counted::of), Counted::of(new));
        if was != Some(is) || old.is_some_and(|old| !same_stratum(old, new)) {
            if let (Some(was), Some(old)) = (was, old) {
                self.count(&was, old, known, -1);
            }
            self.count(&is, new, known, 1);
        }
        if let Some(old) = old {
            self.ends(old, known);
        }
    }

    /// What residents say of a closed case has become another thing at an instant, or is new.
    pub(crate) fn account(
        &mut self,
        old: Option<&AccountRow>,
        new: &AccountRow,
        at: DateTime<Utc>,
    ) {
        let known = Month::ended_with(at);
        let (was, is) = (old.and_then(said), said(new));
        if was == is {
            return;
        }
        for ((unit, month, held), by) in was
            .map(|was| (was, -1))
            .into_iter()
            .chain(is.map(|is| (is, 1)))
        {
            let stratum = self.stratum(unit, None, None);
            for place in 0..ResidentCount::ALL.len() {
                if held & (1 << place) != 0 {
                    *self.number(stratum, (month, known), LEG_COUNTS + Sum::ALL.len() + place) +=
                        by;
                }
            }
        }
    }

    /// The months that ended while a leg stood like this, before it changed in `known`.
    fn ends(&mut self, old: &LegRow, known: Month) {
        let mut month = Month::ended_with(old.changed_at);
        if month >= known || !old.counted || !old.open {
            return;
        }
        let stratum = self.stratum(&old.unit, old.matter.as_deref(), old.class.as_deref());
        while month < known {
            *self.number(stratum, (month, month), Sum::Open.place()) += 1;
            if is_overdue(old, month.next().start()) {
                *self.number(stratum, (month, month), Sum::OpenOverdue.place()) += 1;
            }
            month = month.next();
        }
    }

    fn count(&mut self, counted: &Counted, row: &LegRow, known: Month, by: i64) {
        if counted.held == 0 {
            return;
        }
        let stratum = self.stratum(&row.unit, row.matter.as_deref(), row.class.as_deref());
        for (place, count) in LegCount::ALL.iter().enumerate() {
            if counted.held & (1 << place) != 0
                && let Some(month) = counted.months[count.anchor() as usize]
            {
                *self.number(stratum, (month, known), place) += by;
            }
        }
        if let Some(month) = counted.months[Anchor::Opened as usize] {
            for (sum, more) in [
                (Sum::ReturnRequests, counted.returns.0),
                (Sum::ReturnRefusals, counted.returns.1),
            ] {
                if more != 0 {
                    *self.number(stratum, (month, known), sum.place()) += by * more;
                }
            }
        }
    }

    fn number(
        &mut self,
        (unit, matter, class): (u32, u32, u32),
        (month, known): (Month, Month),
        place: usize,
    ) -> &mut i64 {
        let bucket = Bucket {
            month,
            known,
            unit,
            matter,
            class,
        };
        &mut self.changes.entry(bucket).or_insert([0; NUMBERS])[place]
    }

    fn stratum(
        &mut self,
        unit: &str,
        matter: Option<&str>,
        class: Option<&str>,
    ) -> (u32, u32, u32) {
        let mut name = |text: &str| {
            if let Some(known) = self.names.get(text) {
                return *known;
            }
            let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
            self.names.insert(text.to_owned(), next);
            next
        };
        (
            name(unit),
            name(matter.unwrap_or_default()),
            name(class.unwrap_or_default()),
        )
    }

    /// The steps that make the table say what has changed.
    pub(crate) fn write(&mut self, ops: &mut Vec<RowOp>) {
        if self.changes.is_empty() {
            return;
        }
        let mut names = vec![""; self.names.len()];
        for (name, number) in &self.names {
            names[*number as usize] = name;
        }
        let name = |number: u32| Value::from(names[number as usize]);
        for (bucket, numbers) in self.changes.drain() {
            let unit = (bucket.month, bucket.unit, bucket.known);
            let sum = self.units.entry(unit).or_insert([0; NUMBERS]);
            for (sum, more) in sum.iter_mut().zip(numbers) {
                *sum += more;
            }
            let numbers = OF_STRATA.map(|(_, place)| numbers[place]);
            if numbers == [0; 3] {
                continue;
            }
            let key = [
                bucket.month.to_string().into(),
                name(bucket.unit),
                name(bucket.matter),
                name(bucket.class),
                bucket.known.to_string().into(),
            ];
            let row = key.into_iter().chain(numbers.map(Value::from));
            ops.push(RowOp::Add {
                table: STRATUM_MONTHS.name,
                row: row.collect(),
            });
        }
        for ((month, unit, known), numbers) in self.units.drain() {
            if numbers == [0; NUMBERS] {
                continue;
            }
            let key = [
                month.to_string().into(),
                name(unit),
                known.to_string().into(),
            ];
            let row = key.into_iter().chain(numbers.map(Value::from));
            ops.push(RowOp::Add {
                table: UNIT_MONTHS.name,
                row: row.collect(),
            });
        }
    }

    /// Forgets what was not written.
    pub(crate) fn clear(&mut self) {
        self.changes.clear();
    }
}

/// As what a leg counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    /// The months of its instants, by anchor.
    months: [Option<Month>; Anchor::ALL.len()],
    /// The counts it is in, a bit each.
    held: u32,
    /// Returns asked for, and refused.
    returns: (i64, i64),
}

impl Counted {
    fn of(row: &LegRow) -> Self {
        if !row.counted {
            return Self {
                months: [None; Anchor::ALL.len()],
                held: 0,
                returns: (0, 0),
            };
        }
        let held = LegCount::ALL.iter().enumerate();
        let held = held.filter(|(_, count)| count.holds(row));
        Self {
            months: Anchor::ALL.map(|anchor| anchor.of(row).map(Month::of)),
            held: held.map(|(place, _)| 1 << place).sum(),
            returns: (row.returns_requested, row.returns_refused),
        }
    }
}

/// The unit that led a closed case, the month of its closing, and what counts of it, a bit each.
fn said(row: &AccountRow) -> Option<(&str, Month, u32)> {
    let closed = row.closed_at.filter(|_| row.excluded.is_none())?;
    let held = ResidentCount::ALL.iter().enumerate();
    let held = held.filter(|(_, count)| count.holds(row));
    let held: u32 = held.map(|(place, _)| 1 << place).sum();
    let unit = row.lead_unit.as_deref().filter(|_| held != 0)?;
    Some((unit, Month::of(closed), held))
}

fn same_stratum(one: &LegRow, other: &LegRow) -> bool {
    one.unit == other.unit && one.matter == other.matter && one.class == other.class
}
