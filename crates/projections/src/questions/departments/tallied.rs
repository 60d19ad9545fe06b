//! What is counted of legs, by unit, matter and class: from the counts of months where the window is of
//! whole months and asked as things stand or as they stood at its end, else from the legs themselves.
//! Both give the same numbers; a test holds them to it.

use super::count::{Count, Counts, counted};
use crate::case_view::counts::{Anchor, LegCount};
use crate::case_view::months::{LEG_MONTHS, Sum};
use crate::case_view::{CASES, LegRow};
use crate::questions::filter::handling_overdue;
use crate::questions::{Moment, QuestionError, Questions, Window};
use gridwhistle_domain::calendar::Month;
use gridwhistle_store::views::{Filter, Op, Tally, TallyRow, Value};
use std::collections::BTreeMap;

/// By what legs are told apart; what is not asked for is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::questions) enum By {
    /// The unit.
    Unit,
    /// The unit, the matter and the class.
    Stratum,
}

/// Unit, matter, class.
pub(in crate::questions) type Group = [String; 3];

/// What is counted of a group.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::questions) struct Tallied {
    pub(in crate::questions) counts: Counts,
    /// Returns that were asked for, and of those the refused ones.
    pub(in crate::questions) returns: (i64, i64),
}

type Groups = BTreeMap<Group, Tallied>;

/// Whole months, asked as things stand or as they stood at their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    first: Month,
    last: Month,
    at_end: bool,
}

impl Kept {
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
    /// What was counted of legs in a window; `moment` is at the latest the end of it.
    pub(in crate::questions) async fn tallied(
        &self,
        window: Window,
        moment: Moment,
        by: By,
    ) -> Result<Groups, QuestionError> {
        match Kept::of(window, moment) {
            Some(kept) => self.kept(kept, window, moment, by).await,
            None => self.counted_anew(window, moment, by).await,
        }
    }

    /// From the legs themselves.
    pub(super) async fn counted_anew(
        &self,
        window: Window,
        moment: Moment,
        by: By,
    ) -> Result<Groups, QuestionError> {
        let at = moment.instant();
        let counts = Count::all().map(|count| (format!("{count:?}"), count.filter(window, at)));
        let tally = of_legs(moment, by, vec![], counts.collect());
        let asked = Tally {
            sums: sums(&["returns_requested", "returns_refused"]),
            ..of_legs(moment, by, vec![window.filter("opened_at", at)], vec![])
        };
        let mut groups = Groups::new();
        for row in self.tally(tally).await? {
            let group = groups.entry(group(&row)).or_default();
            group.counts.take(&row.counts);
        }
        for row in self.tally(asked).await? {
            add_returns(groups.entry(group(&row)).or_default(), &row.sums, 1);
        }
        Ok(groups)
    }

    /// From the counts of months.
    async fn kept(
        &self,
        kept: Kept,
        window: Window,
        moment: Moment,
        by: By,
    ) -> Result<Groups, QuestionError> {
        let columns = LegCount::ALL.iter().map(|count| count.column());
        let returns = [Sum::ReturnRequests, Sum::ReturnRefusals].map(Sum::column);
        let columns: Vec<&str> = columns.chain(returns).collect();
        let mut months = vec![
            Filter::compare("month", Op::Ge, kept.first.to_string()),
            Filter::compare("month", Op::Le, kept.last.to_string()),
        ];
        if kept.at_end {
            months.push(Filter::compare("known", Op::Le, kept.last.to_string()));
        }
        let mut groups = Groups::new();
        for row in self.tally(of_months(by, months, &columns)).await? {
            let group = groups.entry(group(&row)).or_default();
            let (counts, returns) = row.sums.split_at(LegCount::ALL.len());
            group.counts.take(counts);
            add_returns(group, returns, 1);
        }
        if !kept.at_end {
            self.take_back(kept, window, moment, by, &mut groups)
                .await?;
        }
        self.add_open(kept, moment, by, &mut groups).await?;
        groups.retain(|_, group| group.counts.any() || group.returns != (0, 0));
        Ok(groups)
    }

    /// Months count what lies ahead as well: duties that are not due yet.
    async fn take_back(
        &self,
        kept: Kept,
        window: Window,
        moment: Moment,
        by: By,
        groups: &mut Groups,
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
        let tally = of_legs(moment, by, unsettled(), counts.collect());
        let asked = Tally {
            sums: sums(&["returns_requested", "returns_refused"]),
            ..of_legs(
                moment,
                by,
                [unsettled(), vec![ahead(Anchor::Opened)]].concat(),
                vec![],
            )
        };
        for row in self.tally(tally).await? {
            let less: Vec<i64> = row.counts.iter().map(|count| -count).collect();
            groups.entry(group(&row)).or_default().counts.take(&less);
        }
        for row in self.tally(asked).await? {
            add_returns(groups.entry(group(&row)).or_default(), &row.sums, -1);
        }
        Ok(())
    }

    /// What is open: at the end of a month as its row says for legs that have changed since, and for
    /// all others as they stand.
    async fn add_open(
        &self,
        kept: Kept,
        moment: Moment,
        by: By,
        groups: &mut Groups,
    ) -> Result<(), QuestionError> {
        let at = moment.instant();
        let mut open = vec![Filter::eq("open", true)];
        if kept.at_end {
            let last = || kept.last.to_string();
            let months = vec![Filter::eq("month", last()), Filter::eq("known", last())];
            let columns = [Sum::Open, Sum::OpenOverdue].map(Sum::column);
            for row in self.tally(of_months(by, months, &columns)).await? {
                add_open(groups, &row, &row.sums);
            }
            open.push(Filter::compare("changed_at", Op::Le, at));
        }
        let counts = [("open", Filter::All), ("overdue", handling_overdue(at))];
        let counts = counts.map(|(name, filter)| (name.to_owned(), filter));
        let now = Moment::now(at);
        for row in self.tally(of_legs(now, by, open, counts.into())).await? {
            add_open(groups, &row, &row.counts);
        }
        Ok(())
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

fn of_months(by: By, months: Vec<Filter>, columns: &[&str]) -> Tally {
    Tally {
        table: LEG_MONTHS.name.to_owned(),
        as_of: None,
        filter: Filter::And(months),
        group_by: by.columns(),
        counts: Vec::new(),
        sums: sums(columns),
    }
}

fn sums(columns: &[&str]) -> Vec<(String, String)> {
    let sum = |column: &&str| ((*column).to_owned(), (*column).to_owned());
    columns.iter().map(sum).collect()
}

fn add_open(groups: &mut Groups, row: &TallyRow, numbers: &[i64]) {
    let counts = &mut groups.entry(group(row)).or_default().counts;
    for (count, more) in [Count::Open, Count::OpenOverdue].into_iter().zip(numbers) {
        counts.more(count, *more);
    }
}

fn add_returns(group: &mut Tallied, numbers: &[i64], by: i64) {
    if let [requested, refused] = numbers {
        group.returns.0 += by * requested;
        group.returns.1 += by * refused;
    }
}

fn group(row: &TallyRow) -> Group {
    [0, 1, 2].map(|place| {
        let value = row.group.get(place).and_then(Value::as_text);
        value.unwrap_or_default().to_owned()
    })
}
