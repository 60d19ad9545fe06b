//! A measured figure of cases opened: what each case adds to it.

use super::{Measured as Gathered, MeasuredCase};
use crate::case_view::{AccountRow, CASES};
use crate::questions::accounts::count::Count;
use crate::questions::accounts::{CasesBy, Stratum, counted};
use crate::questions::indicators::TimesOver;
use crate::questions::measures::{Measured, MeasuredRow, Rows};
use crate::questions::span::Span;
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::score::case_indicator::CaseIndicator as I;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_domain::score::mix::Strata;
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_domain::score::survival;
use gridwhistle_store::views::{Filter, Op, Value};
use rust_decimal::Decimal;
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

/// The share whose events decide what a case adds to a figure.
const fn decided_as(measure: M) -> I {
    match measure {
        M::CasesAccepted => I::FiledInTime,
        _ => I::HandledInTime,
    }
}

/// The cases of a group that add to a figure: what is listed, and what it is put together from.
fn adding((by, group, measure): Whose<'_>, span: &Span) -> Filter {
    let known = |column: &str| Filter::IsNotNull(column.to_owned());
    let done = || Count::Done.filter(span);
    let open = || Count::Open.filter(span);
    let adds = Filter::And(match measure {
        M::CaseHalfDoneBy => {
            // What was handled before the window and waits to be signed off is open, and no more.
            let owed = vec![open(), Filter::IsNull("done_at".to_owned())];
            let either = Filter::Or(vec![done(), Filter::And(owed)]);
            vec![either, known("handle_minutes")]
        }
        M::CaseBacklog => vec![open(), known("reported_at")],
        M::TimesOver => timed(span),
        M::CasesAccepted => vec![Count::Accepted.filter(span)],
        M::CasesDone => vec![done()],
        _ => vec![done(), known("handle_minutes")],
    });
    Filter::And(vec![counted(span), by.filter(group), adds])
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
        whose: Whose<'_>,
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
    ) -> Result<Option<Measured>, QuestionError> {
        let (by, group, measure) = whose;
        let span = self.span(window, asked).await?;
        Ok(match measure {
            M::CaseObservedOverExpected => {
                let ratio = self.cases_against_city((by, group), &span).await?;
                ratio.map(Measured::Ratio)
            }
            M::TimesOver => {
                let minutes = (adding(whose, &span), ["handle_minutes", "handle_budget"]);
                let sums = self.summed(CasesBy::City, &span, minutes).await?;
                let [used, given] = sums.into_values().next().unwrap_or_default();
                let times = TimesOver::new(used, given);
                times.value.map(|_| Measured::TimesOver(times))
            }
            measure if measure.is_count() => {
                let cases = (Filter::All, adding(whose, &span));
                let rate = self.rate_of(span.moment, cases).await?;
                Some(Measured::Count(rate.of))
            }
            _ => self.gathered_of_cases(whose, &span, calendars).await?,
        })
    }

    /// On time against the city.
    async fn cases_against_city(
        &self,
        (by, group): (CasesBy, Option<&str>),
        span: &Span,
    ) -> Result<Option<Decimal>, QuestionError> {
        let mut tallied = self.counted(by, span).await?;
        let mut city = Strata::<Stratum>::default();
        for (stratum, rate) in &tallied.total.strata {
            city.add(stratum.clone(), *rate);
        }
        let own = match by {
            CasesBy::City => Some(tallied.total),
            _ => tallied.groups.remove(&group.map(str::to_owned)),
        };
        let ratio = own.and_then(|own| city.observed_over_expected(own.strata));
        Ok(ratio.map(|ratio| ratio.round_dp(4).normalize()))
    }

    /// What is put together from what each case adds.
    async fn gathered_of_cases(
        &self,
        whose: Whose<'_>,
        span: &Span,
        calendars: &CalendarBook,
    ) -> Result<Option<Measured>, QuestionError> {
        let mut own = Gathered::default();
        let look = &mut |cells: &[Value]| {
            let case = MeasuredCase::of(cells)?;
            own.add(case.measure(span.window.from, span.at(), calendars));
            Ok(())
        };
        let (filter, columns) = (vec![adding(whose, span)], MeasuredCase::COLUMNS);
        let table = (AccountRow::TABLE, span.moment);
        self.look(table, filter, columns.iter().copied(), look)
            .await?;
        let (_, _, measure) = whose;
        Ok(match measure {
            M::CaseBacklog => Some(Measured::Backlog(own.backlog)),
            M::CaseHalfDoneBy => survival::median(&mut own.seen).map(Measured::Minutes),
            _ => {
                let minutes = own.seen.iter().map(|one| one.minutes);
                Spread::of(&mut minutes.collect::<Vec<_>>()).map(Measured::Spread)
            }
        })
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
            filter: adding((by, group, measure), &span),
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let mut rows = Vec::new();
        for row in page.rows {
            let row = AccountRow::from_values(row)?;
            let decided = decided_as(measure);
            let events = self.telling(&row.case_id, decided, at).await?;
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
        measure if measure.is_count() => (1, None),
        _ => (seen.map_or(0, |seen| seen.minutes), None),
    };
    let done = match measure {
        M::CasesAccepted => row.accepted_at,
        _ => row.done_at,
    };
    MeasuredRow {
        of,
        done,
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
