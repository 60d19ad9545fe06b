//! The counts of legs by month, kept as events come: what a ranking reads instead of a million legs.
//!
//! A row of `unit_months` counts the legs of one unit whose instant lies in `month`, by what was known when
//! `known` ended; one of `stratum_months` those of one unit with one matter and class, and only what a
//! comparison of like with like needs: they are nearly as many as the legs of a small city. Whoever asks for some months as they stood at the end of the last one
//! adds up the rows of those months known by then; whoever asks as things stand, all of them. A change of a
//! leg is added where it happened: what it counted as is taken back there, what it counts as is added.
//! What was open at the end of a month stands in the row of that month, for legs that have changed since;
//! those that have not still stand so in their own row.

use super::account_row::AccountTold;
use super::counts::{Anchor, LegCount, Owed, ResidentCount};
use super::rows::LegTold;
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
    /// As what a leg counts that stands like this.
    pub(crate) fn standing(&mut self, row: &LegTold<'_>) -> Standing {
        Standing {
            stratum: self.stratum(&row.unit, row.matter.as_deref(), row.class.as_deref()),
            counted: Counted::of(row),
            in_figures: row.counted,
            owed: Owed::of(row),
            changed_at: row.changed_at,
        }
    }

    /// A leg has become another one at an instant, or is new.
    pub(crate) fn leg(&mut self, old: Option<&Standing>, new: &Standing, at: DateTime<Utc>) {
        let known = Month::ended_with(at);
        let counts = |one: &Standing| (one.counted, one.stratum);
        if old.map(counts) != Some(counts(new)) {
            if let Some(old) = old {
                self.count(old, known, -1);
            }
            self.count(new, known, 1);
        }
        if let Some(old) = old {
            self.ends(old, known);
        }
    }

    /// What the residents say of a closed case.
    pub(crate) fn said(&mut self, row: &AccountTold<'_>) -> Option<Said> {
        let closed = row.closed_at.filter(|_| row.excluded.is_none())?;
        let held = ResidentCount::ALL.iter().enumerate();
        let held = held.filter(|(_, count)| count.holds(row));
        let held: u32 = held.map(|(place, _)| 1 << place).sum();
        let unit = row.lead_unit.as_deref().filter(|_| held != 0)?;
        Some(Said {
            stratum: self.stratum(unit, None, None),
            month: Month::of(closed),
            held,
        })
    }

    /// What residents say of a closed case has become another thing at an instant, or is new.
    pub(crate) fn account(&mut self, was: Option<Said>, is: Option<Said>, at: DateTime<Utc>) {
        let known = Month::ended_with(at);
        if was == is {
            return;
        }
        for (said, by) in was
            .map(|was| (was, -1))
            .into_iter()
            .chain(is.map(|is| (is, 1)))
        {
            for place in 0..ResidentCount::ALL.len() {
                if said.held & (1 << place) != 0 {
                    let place = LEG_COUNTS + Sum::ALL.len() + place;
                    *self.number(said.stratum, (said.month, known), place) += by;
                }
            }
        }
    }

    /// The months that ended while a leg stood like this, before it changed in `known`.
    fn ends(&mut self, old: &Standing, known: Month) {
        let mut month = Month::ended_with(old.changed_at);
        if month >= known || !old.in_figures || !old.owed.open {
            return;
        }
        while month < known {
            *self.number(old.stratum, (month, month), Sum::Open.place()) += 1;
            if old.owed.is_overdue(month.next().start()) {
                *self.number(old.stratum, (month, month), Sum::OpenOverdue.place()) += 1;
            }
            month = month.next();
        }
    }

    fn count(&mut self, leg: &Standing, known: Month, by: i64) {
        let Standing {
            counted, stratum, ..
        } = leg;
        if counted.held == 0 {
            return;
        }
        for (place, count) in LegCount::ALL.iter().enumerate() {
            if counted.held & (1 << place) != 0
                && let Some(month) = counted.months[count.anchor() as usize]
            {
                *self.number(*stratum, (month, known), place) += by;
            }
        }
        if let Some(month) = counted.months[Anchor::Opened as usize] {
            for (sum, more) in [
                (Sum::ReturnRequests, counted.returns.0),
                (Sum::ReturnRefusals, counted.returns.1),
            ] {
                if more != 0 {
                    *self.number(*stratum, (month, known), sum.place()) += by * more;
                }
            }
        }
    }

    fn number(
        &mut self,
        (unit, matter, class): Stratum,
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

    fn stratum(&mut self, unit: &str, matter: Option<&str>, class: Option<&str>) -> Stratum {
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

/// A unit, a matter and a class, by the numbers of their names.
type Stratum = (u32, u32, u32);

/// What months keep of a leg, to tell what changes when it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    stratum: Stratum,
    counted: Counted,
    in_figures: bool,
    owed: Owed,
    /// Since when it stands like this.
    pub(crate) changed_at: DateTime<Utc>,
}

/// What is counted of the residents of a closed case: for which unit, in the month of its closing, and
/// in which counts, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    stratum: Stratum,
    month: Month,
    held: u32,
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
    fn of(row: &LegTold<'_>) -> Self {
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
