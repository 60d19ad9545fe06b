//! What is counted of legs, by unit, and of like with like by unit, matter and class: from the counts of months where the window is of
//! whole months and asked as things stand or as they stood at its end, else from the legs themselves.
//! Both give the same numbers; a test holds them to it.

use super::count::{Count, Counts, counted};
use super::struck::{add_residents, add_returns, judge_undone};
use crate::case_view::counts::{Anchor, LegCount, ResidentCount};
use crate::case_view::months::{STRATUM_MONTHS, Sum, UNIT_MONTHS};
use crate::case_view::{AccountRow, CASES, LegRow};
use crate::questions::filter::handling_overdue;
use crate::questions::span::Span;
use crate::questions::{Moment, QuestionError, Questions, Window};
use gridwhistle_domain::calendar::Month;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Filter, Op, Table, Tally, TallyRow, Value};
use std::collections::BTreeMap;

/// By what legs are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The unit.
    Unit,
    /// The unit, the matter and the class.
    Stratum,
}

/// Unit, matter, class; by unit alone the others are empty.
pub(super) type Group = [String; 3];

/// What is counted of a unit.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::questions) struct Tallied {
    pub(in crate::questions) counts: Counts,
    /// Returns that were asked for, and of those the refused ones.
    pub(in crate::questions) returns: (i64, i64),
    /// Residents of the closed cases that it led, by [`ResidentCount`].
    pub(in crate::questions) residents: [i64; ResidentCount::ALL.len()],
}

/// By unit.
pub(super) type Units = BTreeMap<String, Tallied>;

/// What was done in time of what should be done, by unit, matter and class.
pub(in crate::questions) type Strata = BTreeMap<Group, Rate>;

/// Which open legs are looked at: those past due are few and found by an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::questions) enum OpenLegs {
    /// All of them.
    All,
    /// Those past due alone; how many there are besides is then not said.
    Overdue,
}

/// Whole months, asked as things stand or as they stood at their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    first: Month,
    last: Month,
    at_end: bool,
}

/// What of a stratum is read from months.
pub(super) const DONE: [Count; 2] = [
    Count::Leg(LegCount::DoneJudged),
    Count::Leg(LegCount::DoneOnTime),
];
const DONE_COLUMNS: [&str; 2] = [LegCount::DoneJudged.column(), LegCount::DoneOnTime.column()];

impl Kept {
    /// The rows of its months.
    fn months(self) -> Vec<Filter> {
        let mut months = vec![
            Filter::compare("month", Op::Ge, self.first.to_string()),
            Filter::compare("month", Op::Le, self.last.to_string()),
        ];
        if self.at_end {
            months.push(Filter::compare("known", Op::Le, self.last.to_string()));
        }
        months
    }

    /// None where the counts of months do not say what is asked.
    fn of(window: Window, moment: Moment) -> Option<Self> {
        let (first, next) = (Month::of(window.from), Month::of(window.before));
        let whole = first.start() == window.from && next.start() == window.before;
        let at_end = moment.as_of().is_some();
        let kept = whole && (!at_end || moment.instant() == window.before);
        let last = Month::ended_with(window.before);
        kept.then(|| Self {
            first,
            last: last.min(Month::of(moment.instant())).max(first),
            at_end,
        })
    }
}

impl By {
    fn columns(self) -> Vec<String> {
        let columns: &[&str] = match self {
            Self::Unit => &["unit"],
            Self::Stratum => &["unit", "matter", "class"],
        };
        columns.iter().map(|column| (*column).to_owned()).collect()
    }
}

impl Questions {
    /// What was counted of legs in a window, by unit.
    pub(in crate::questions) async fn tallied(
        &self,
        span: &Span,
        open: OpenLegs,
    ) -> Result<Units, QuestionError> {
        let Some(kept) = Kept::of(span.window, span.moment) else {
            return self.counted_anew(span).await;
        };
        let mut units = self.kept(kept, span, open).await?;
        self.leave_out_struck(span, &mut units).await?;
        judge_undone(span, &mut units);
        Ok(units)
    }

    /// What was done in time of what should be done, like with like.
    pub(in crate::questions) async fn strata(&self, span: &Span) -> Result<Strata, QuestionError> {
        let (window, moment) = (span.window, span.moment);
        let mut strata: BTreeMap<Group, Counts> = BTreeMap::new();
        match Kept::of(window, moment) {
            Some(kept) => {
                let months = of_months(&STRATUM_MONTHS, By::Stratum, kept.months(), &DONE_COLUMNS);
                for row in self.tally(months).await? {
                    let counts = strata.entry(group(&row)).or_default();
                    for (count, more) in DONE.into_iter().zip(&row.sums) {
                        counts.more(count, *more);
                    }
                }
                for row in self
                    .still_open(
                        &STRATUM_MONTHS,
                        By::Stratum,
                        (kept, OpenLegs::Overdue),
                        moment,
                    )
                    .await?
                {
                    strata
                        .entry(row.0)
                        .or_default()
                        .more(Count::OpenOverdue, row.1[1]);
                }
                self.leave_out_of_strata(span, &mut strata).await?;
            }
            None => {
                let counts = [DONE[0], DONE[1], Count::OpenOverdue];
                let filters = counts.map(|count| named(count, span));
                for row in self
                    .tally(of_legs(
                        moment,
                        By::Stratum,
                        vec![span.stands()],
                        filters.into(),
                    ))
                    .await?
                {
                    let stratum = strata.entry(group(&row)).or_default();
                    for (count, more) in counts.into_iter().zip(&row.counts) {
                        stratum.more(count, *more);
                    }
                }
            }
        }
        let rate = |counts: Counts| counts.rate(Indicator::OnTime);
        let strata = strata
            .into_iter()
            .map(|(group, counts)| (group, rate(counts)));
        Ok(strata.filter(|(_, rate)| rate.of > 0).collect())
    }

    /// From the legs themselves.
    async fn counted_anew(&self, span: &Span) -> Result<Units, QuestionError> {
        let moment = span.moment;
        let counts = Count::all().map(|count| named(count, span));
        let tally = of_legs(moment, By::Unit, vec![span.stands()], counts.collect());
        let asked = Tally {
            sums: sums(&["returns_requested", "returns_refused"]),
            ..of_legs(
                moment,
                By::Unit,
                vec![span.stands(), span.during("opened_at")],
                vec![],
            )
        };
        let mut units = Units::new();
        for row in self.tally(tally).await? {
            let unit = units.entry(unit(&row)).or_default();
            unit.counts.take(&row.counts);
        }
        for row in self.tally(asked).await? {
            add_returns(units.entry(unit(&row)).or_default(), &row.sums, 1);
        }
        let closed = Filter::And(vec![
            span.stands(),
            span.during("closed_at"),
            Filter::compare("counts_until", Op::Ge, span.window.from),
        ]);
        for row in self.tally(of_residents(moment, closed)).await? {
            add_residents(units.entry(unit(&row)).or_default(), &row.counts, 1);
        }
        Ok(units)
    }

    /// From the counts of months.
    async fn kept(&self, kept: Kept, span: &Span, open: OpenLegs) -> Result<Units, QuestionError> {
        let (window, moment) = (span.window, span.moment);
        let columns = LegCount::ALL.iter().map(|count| count.column());
        let returns = [Sum::ReturnRequests, Sum::ReturnRefusals].map(Sum::column);
        let residents = ResidentCount::ALL.map(ResidentCount::column);
        let columns: Vec<&str> = columns.chain(returns).chain(residents).collect();
        let mut units = Units::new();
        let months = of_months(&UNIT_MONTHS, By::Unit, kept.months(), &columns);
        for row in self.tally(months).await? {
            let unit = units.entry(unit(&row)).or_default();
            let (counts, sums) = row.sums.split_at(LegCount::ALL.len());
            unit.counts.take(counts);
            let (returns, residents) = sums.split_at(2);
            add_returns(unit, returns, 1);
            add_residents(unit, residents, 1);
        }
        if !kept.at_end {
            self.take_back(kept, window, moment, &mut units).await?;
        }
        for ([unit, ..], open) in self
            .still_open(&UNIT_MONTHS, By::Unit, (kept, open), moment)
            .await?
        {
            let counts = &mut units.entry(unit).or_default().counts;
            counts.more(Count::Open, open[0]);
            counts.more(Count::OpenOverdue, open[1]);
        }
        Ok(units)
    }

    /// Months count what lies ahead as well: duties that are not due yet.
    async fn take_back(
        &self,
        kept: Kept,
        window: Window,
        moment: Moment,
        units: &mut Units,
    ) -> Result<(), QuestionError> {
        let at = moment.instant();
        let ahead = |anchor: Anchor| {
            Filter::And(vec![
                Filter::compare(anchor.column(), Op::Gt, at),
                Filter::compare(anchor.column(), Op::Ge, window.from),
                Filter::compare(anchor.column(), Op::Lt, kept.last.next().start()),
            ])
        };
        let unsettled = || vec![Filter::compare("settles_at", Op::Gt, at)];
        let counts = LegCount::ALL.iter().map(|count| {
            let filter = counted(*count, ahead(count.anchor()));
            (format!("{count:?}"), filter)
        });
        let tally = of_legs(moment, By::Unit, unsettled(), counts.collect());
        let opened = [unsettled(), vec![ahead(Anchor::Opened)]].concat();
        let asked = Tally {
            sums: sums(&["returns_requested", "returns_refused"]),
            ..of_legs(moment, By::Unit, opened, vec![])
        };
        for row in self.tally(tally).await? {
            let less: Vec<i64> = row.counts.iter().map(|count| -count).collect();
            units.entry(unit(&row)).or_default().counts.take(&less);
        }
        for row in self.tally(asked).await? {
            add_returns(units.entry(unit(&row)).or_default(), &row.sums, -1);
        }
        // Nobody is asked about a case before it is closed: of residents nothing lies ahead.
        Ok(())
    }

    /// What is open, and of that past due: at the end of a month as its row says for legs that have
    /// changed since, and for all others as they stand.
    async fn still_open(
        &self,
        table: &Table,
        by: By,
        (kept, which): (Kept, OpenLegs),
        moment: Moment,
    ) -> Result<Vec<(Group, [i64; 2])>, QuestionError> {
        let at = moment.instant();
        let (mut open, mut found) = (vec![Filter::eq("open", true)], Vec::new());
        if kept.at_end {
            let last = || kept.last.to_string();
            let months = vec![Filter::eq("month", last()), Filter::eq("known", last())];
            let columns: &[&str] = match by {
                By::Unit => &[Sum::Open.column(), Sum::OpenOverdue.column()],
                By::Stratum => &[Sum::OpenOverdue.column()],
            };
            for row in self.tally(of_months(table, by, months, columns)).await? {
                let overdue = row.sums.last().copied().unwrap_or_default();
                let open = row.sums.first().copied().unwrap_or_default();
                found.push((group(&row), [open, overdue]));
            }
            open.push(Filter::compare("changed_at", Op::Le, at));
        }
        if which == OpenLegs::Overdue {
            open.push(handling_overdue(at));
        }
        let counts = [("open", Filter::All), ("overdue", handling_overdue(at))];
        let counts = counts.map(|(name, filter)| (name.to_owned(), filter));
        let now = Moment::now(at);
        for row in self.tally(of_legs(now, by, open, counts.into())).await? {
            let count = |place: usize| row.counts.get(place).copied().unwrap_or_default();
            found.push((group(&row), [count(0), count(1)]));
        }
        Ok(found)
    }

    async fn tally(&self, tally: Tally) -> Result<Vec<TallyRow>, QuestionError> {
        Ok(self.views.tally(&self.tenant, CASES.name, tally).await?)
    }
}

fn of_legs(
    moment: Moment,
    by: By,
    mut filters: Vec<Filter>,
    counts: Vec<(String, Filter)>,
) -> Tally {
    filters.push(Filter::eq("counted", true));
    Tally {
        table: LegRow::TABLE.to_owned(),
        as_of: moment.as_of(),
        filter: Filter::And(filters),
        group_by: by.columns(),
        counts,
        sums: Vec::new(),
    }
}

/// What residents say of closed cases, by the unit that led them.
fn of_residents(moment: Moment, closed: Filter) -> Tally {
    let counts = ResidentCount::ALL.map(|count| (format!("{count:?}"), count.filter()));
    Tally {
        table: AccountRow::TABLE.to_owned(),
        as_of: moment.as_of(),
        filter: Filter::And(vec![
            closed,
            Filter::IsNull("excluded".to_owned()),
            Filter::IsNotNull("lead_unit".to_owned()),
        ]),
        group_by: vec!["lead_unit".to_owned()],
        counts: counts.into(),
        sums: Vec::new(),
    }
}

fn of_months(table: &Table, by: By, months: Vec<Filter>, columns: &[&str]) -> Tally {
    Tally {
        table: table.name.to_owned(),
        as_of: None,
        filter: Filter::And(months),
        group_by: by.columns(),
        counts: Vec::new(),
        sums: sums(columns),
    }
}

fn named(count: Count, span: &Span) -> (String, Filter) {
    (format!("{count:?}"), count.filter(span))
}

fn sums(columns: &[&str]) -> Vec<(String, String)> {
    let sum = |column: &&str| ((*column).to_owned(), (*column).to_owned());
    columns.iter().map(sum).collect()
}

fn unit(row: &TallyRow) -> String {
    let [unit, ..] = group(row);
    unit
}

fn group(row: &TallyRow) -> Group {
    [0, 1, 2].map(|place| {
        let value = row.group.get(place).and_then(Value::as_text);
        value.unwrap_or_default().to_owned()
    })
}
