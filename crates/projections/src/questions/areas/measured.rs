//! A measured figure of cases opened: what each case adds to it.

use super::MeasuredCase;
use crate::case_view::{AccountRow, CASES};
use crate::questions::accounts::count::Count;
use crate::questions::accounts::{CasesBy, Stratum, counted};
use crate::questions::measures::{Measured, MeasuredRow, Rows};
use crate::questions::span::Span;
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::score::case_indicator::CaseIndicator as I;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_domain::score::mix::Strata;
use gridwhistle_store::views::{Filter, Op};
use std::marker::PhantomData;

/// Whose cases, and which figure of them.
type Whose<'g> = (CasesBy, Option<&'g str>, M);

impl<'r> From<&'r AccountRow> for MeasuredCase<'r> {
    fn from(row: &'r AccountRow) -> Self {
        Self {
            open: row.open,
            reported_at: row.reported_at,
            done_at: row.done_at,
            handle_minutes: row.handle_minutes,
            handle_since: row.handle_since,
            handle_calendar: row.handle_calendar.as_deref(),
            handle_limit: row.handle_limit.as_deref(),
            of: PhantomData,
        }
    }
}

/// The cases that add to a figure, of those that are counted.
fn adding(measure: M, span: &Span) -> Filter {
    let known = |column: &str| Filter::IsNotNull(column.to_owned());
    let done = || Count::Done.filter(span);
    let open = || Count::Open.filter(span);
    Filter::And(match measure {
        M::CaseHalfDoneBy => {
            // What was handled before the window and waits to be signed off is open, and no more.
            let owed = vec![open(), Filter::IsNull("done_at".to_owned())];
            let either = Filter::Or(vec![done(), Filter::And(owed)]);
            vec![either, known("handle_minutes")]
        }
        M::CaseBacklog => vec![open(), known("reported_at")],
        M::TimesOver => timed(span),
        _ => vec![done(), known("handle_minutes")],
    })
}

/// The cases whose time is held against what they were given.
pub(in crate::questions) fn timed(span: &Span) -> Vec<Filter> {
    vec![
        Count::Done.filter(span),
        Filter::compare("handle_budget", Op::Gt, 0),
    ]
}

impl Questions {
    /// A measured figure of a group of cases, or of all, as the reports tell it.
    pub(in crate::questions) async fn measured_of_cases(
        &self,
        (by, group, measure): Whose<'_>,
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
    ) -> Result<Option<Measured>, QuestionError> {
        if measure == M::TimesOver {
            let all = self.indicators(by, window, asked).await?;
            let own = match by {
                CasesBy::City => Some(all.total),
                _ => {
                    let mut groups = all.groups.into_iter();
                    groups.find(|one| one.group.as_deref() == group)
                }
            };
            let times = own.map(|own| own.times_over);
            let known = times.filter(|times| times.value.is_some());
            return Ok(known.map(Measured::TimesOver));
        }
        let (areas, total) = self.of_cases(by, window, asked, calendars).await?;
        let own = match by {
            CasesBy::City => Some(total),
            _ => areas.into_iter().find(|one| one.area.as_deref() == group),
        };
        Ok(own.and_then(|own| match measure {
            M::CaseHalfDoneBy => own.half_done_by.map(Measured::Minutes),
            M::CaseBacklog => Some(Measured::Backlog(own.backlog)),
            M::CaseObservedOverExpected => own.observed_over_expected.map(Measured::Ratio),
            _ => own.handling.map(Measured::Spread),
        }))
    }

    /// One page of the cases that add to a figure.
    pub(in crate::questions) async fn rows_of_cases(
        &self,
        (by, group, measure): Whose<'_>,
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        if measure == M::CaseObservedOverExpected {
            return self
                .expected_of((by, group), window, asked, (limit, cursor))
                .await;
        }
        let span = self.span(window, asked).await?;
        let (moment, at) = (span.moment, span.at());
        let ask = Ask {
            table: AccountRow::TABLE,
            moment,
            filter: Filter::And(vec![
                counted(&span),
                by.filter(group),
                adding(measure, &span),
            ]),
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let mut rows = Vec::new();
        for row in page.rows {
            let row = AccountRow::from_values(row)?;
            let events = self.telling(&row.case_id, I::HandledInTime, at).await?;
            rows.push(added(row, measure, (window, at, calendars), events));
        }
        Ok((rows, page.next.map(String::from)))
    }

    /// One page of the cases that should have been handled, each with what the city achieves with its
    /// like.
    async fn expected_of(
        &self,
        (by, group): (CasesBy, Option<&str>),
        window: Window,
        asked: Moment,
        page: (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        let span = self.span(window, asked).await?;
        let mut city = Strata::<Stratum>::default();
        for (stratum, rate) in self.counted(by, &span).await?.total.strata {
            city.add(stratum, rate);
        }
        let asked = self.explain_cases((by, group, I::HandledInTime), window, asked, page);
        let opened = asked.await?;
        let mut rows = Vec::new();
        for case in opened.cases {
            let (key, as_of) = ([case.ledger_no.into()], span.moment.as_of());
            let of = self
                .views
                .get(&self.tenant, CASES.name, AccountRow::TABLE, &key, as_of);
            let Some(row) = of.await?.map(AccountRow::from_values).transpose()? else {
                continue;
            };
            let stratum = (
                row.matter.clone().unwrap_or_default(),
                row.class.clone().unwrap_or_default(),
            );
            let of = city.expected(&stratum);
            rows.push(MeasuredRow {
                of: of.map(|share| share.round_dp(4).normalize()),
                ..plain(row, i64::from(case.met), case.events)
            });
        }
        Ok((rows, opened.next))
    }
}

/// What a case adds.
fn added(
    row: AccountRow,
    measure: M,
    (window, at, calendars): (Window, DateTime<Utc>, &CalendarBook),
    events: Vec<u64>,
) -> MeasuredRow {
    let (seen, days) = MeasuredCase::from(&row).measure(window.from, at, calendars);
    let (value, of) = match measure {
        M::TimesOver => {
            let used = row.handle_minutes.unwrap_or_default();
            (used, row.handle_budget.map(Into::into))
        }
        M::CaseBacklog => (days.unwrap_or_default(), None),
        _ => (seen.map_or(0, |seen| seen.minutes), None),
    };
    MeasuredRow {
        of,
        ..plain(row, value, events)
    }
}

fn plain(row: AccountRow, value: i64, events: Vec<u64>) -> MeasuredRow {
    MeasuredRow {
        ledger_no: row.ledger_no,
        case_id: row.case_id,
        leg: None,
        unit: row.lead_unit,
        since: row.reported_at,
        done: row.done_at,
        value,
        of: None,
        events,
    }
}
