//! A measured figure of cases opened: what each case adds to it.

use super::{Measured as Gathered, MeasuredCase};
use crate::case_view::{AccountRow, CASES};
use crate::questions::accounts::count::{Count, some};
use crate::questions::accounts::deciding::Decided;
use crate::questions::accounts::{CasesBy, CountedCases, counted};
use crate::questions::indicators::TimesOver;
use crate::questions::measures::{Behind, City, Measured, MeasuredRow, Measuring, Rows};
use crate::questions::satisfaction;
use crate::questions::span::Span;
use crate::questions::{Ask, QuestionError, Questions};
use gridwhistle_domain::score::case_indicator::CaseIndicator as I;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_domain::score::opinion::Stars;
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_domain::score::survival;
use gridwhistle_store::views::{Filter, Op, Tally, Value};
use std::marker::PhantomData;

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

/// The events that decide what a case adds to a figure.
const fn decided_as(measure: M) -> Decided {
    let share = match measure {
        M::CasesExtended => return Decided::MoreTime,
        M::CasesHeld | M::CasesHeldBefore => return Decided::Hold,
        M::CasesAccepted => I::FiledInTime,
        M::CasesReworked | M::Reworks => I::SentBack,
        M::Drawn | M::DrawnCalled | M::Unreachable => I::Reached,
        M::Stars => I::SaidSatisfied,
        measure if measure.stars().is_some() => I::SaidSatisfied,
        _ => I::HandledInTime,
    };
    Decided::Share(share)
}

/// The count of one level of stars.
fn level(measure: M) -> Option<Count> {
    let place = usize::from(measure.stars()?).checked_sub(1)?;
    Count::STARS.get(place).copied()
}

/// The cases of a group that add to a figure: what is listed, and what it is put together from.
fn adding(of: Measuring<'_>) -> Filter {
    let span = of.span;
    let rules = of.reference.policies.satisfaction_of(span.window.from);
    let known = |column: &str| Filter::IsNotNull(column.to_owned());
    let done = || Count::Done.filter(span);
    let open = || Count::Open.filter(span);
    let adds = Filter::And(match of.measure {
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
        M::CasesReworked | M::Reworks => vec![Count::SentBack.filter(span)],
        M::CasesExtended => vec![Count::Extended.filter(span)],
        M::CasesHeld => vec![Count::PutOnHold.filter(span)],
        M::CasesHeldBefore => vec![Count::HeldBefore.filter(span)],
        M::Drawn => vec![satisfaction::drawn(span, &rules)],
        M::DrawnCalled => vec![satisfaction::drawn(span, &rules), some("callbacks")],
        M::Unreachable => vec![Count::Unreached.filter(span)],
        M::Stars => vec![Count::Rated.filter(span)],
        measure => match level(measure) {
            Some(count) => vec![count.filter(span)],
            None => vec![done(), known("handle_minutes")],
        },
    });
    Filter::And(vec![counted(span), of.by.filter(of.group), adds])
}

/// The cases whose time is held against what they were given.
pub(in crate::questions) fn timed(span: &Span) -> Vec<Filter> {
    vec![
        Count::Done.filter(span),
        Filter::compare("handle_budget", Op::Gt, 0),
    ]
}

impl Questions {
    /// A measured figure of a group of cases, or of all, as the reports tell it, and what is behind it.
    pub(in crate::questions) async fn measured_of_cases(
        &self,
        of: Measuring<'_>,
    ) -> Result<(Option<Measured>, Behind), QuestionError> {
        if of.measure == M::CaseObservedOverExpected {
            return self.cases_against_city(of).await;
        }
        let adds = adding(of);
        let figure = match of.measure {
            M::TimesOver => {
                let minutes = (adds.clone(), ["handle_minutes", "handle_budget"]);
                let sums = self.summed(CasesBy::City, of.span, minutes).await?;
                let [used, given] = sums.into_values().next().unwrap_or_default();
                let times = TimesOver::new(used, given);
                times.value.map(|_| Measured::TimesOver(times))
            }
            M::Reworks => {
                let reworks = (adds.clone(), ["reworks"]);
                let sums = self.summed(CasesBy::City, of.span, reworks).await?;
                let [reworks] = sums.into_values().next().unwrap_or_default();
                Some(Measured::Count(reworks.unsigned_abs()))
            }
            M::Stars => {
                let stars = self.stars(of.span, &adds).await?;
                (stars.valid() > 0).then(|| Measured::Stars(stars.into()))
            }
            measure if measure.is_count() => {
                let cases = (Filter::All, adds.clone());
                let rate = self.rate_of(of.span.moment, cases).await?;
                Some(Measured::Count(rate.of))
            }
            _ => self.gathered_of_cases(of, &adds).await?,
        };
        Ok((figure, Behind::Adding(adds)))
    }

    /// How many gave how many stars, of some cases.
    async fn stars(&self, span: &Span, adds: &Filter) -> Result<Stars, QuestionError> {
        let counts = Count::STARS.iter();
        let counts = counts.map(|count| (format!("{count:?}"), count.filter(span)));
        let tally = Tally {
            table: AccountRow::TABLE.to_owned(),
            as_of: span.moment.as_of(),
            filter: adds.clone(),
            group_by: Vec::new(),
            counts: counts.collect(),
            sums: Vec::new(),
        };
        let rows = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let mut found = rows.iter().flat_map(|row| &row.counts);
        Ok(Stars(std::array::from_fn(|_| {
            found.next().map_or(0, |count| count.unsigned_abs())
        })))
    }

    /// On time against the city.
    async fn cases_against_city(
        &self,
        of: Measuring<'_>,
    ) -> Result<(Option<Measured>, Behind), QuestionError> {
        let mut tallied = self.counted(of.by, of.span).await?;
        let mut city = City::default();
        for (stratum, rate) in &tallied.total.strata {
            city.add(stratum.clone(), *rate);
        }
        let own = match of.by {
            CasesBy::City => Some(tallied.total),
            _ => tallied.groups.remove(&of.group.map(str::to_owned)),
        };
        let ratio = own.and_then(|own| city.observed_over_expected(own.strata));
        let ratio = ratio.map(|ratio| ratio.round_dp(4).normalize());
        let what = (of.by, of.group, I::HandledInTime);
        let share = self.count_cases_in(what, of.span.clone(), of.asked);
        let behind = Behind::Cases(share.await?, city);
        Ok((ratio.map(Measured::Ratio), behind))
    }

    /// What is put together from what each case adds.
    async fn gathered_of_cases(
        &self,
        of: Measuring<'_>,
        adds: &Filter,
    ) -> Result<Option<Measured>, QuestionError> {
        let (mut own, calendars) = (Gathered::default(), &of.reference.calendars);
        let (from, at) = (of.span.window.from, of.span.at());
        let look = &mut |cells: &[Value]| {
            let case = MeasuredCase::of(cells)?;
            own.add(case.measure(from, at, calendars));
            Ok(())
        };
        let (table, filter) = ((AccountRow::TABLE, of.span.moment), vec![adds.clone()]);
        let columns = MeasuredCase::COLUMNS.iter().copied();
        self.look(table, filter, columns, look).await?;
        Ok(match of.measure {
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
        adds: &Filter,
        of: Measuring<'_>,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        let ask = Ask {
            table: AccountRow::TABLE,
            moment: of.span.moment,
            filter: adds.clone(),
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let (mut rows, decided) = (Vec::new(), decided_as(of.measure));
        for row in page.rows {
            let row = AccountRow::from_values(row)?;
            let events = self.telling(&row.case_id, decided, of.span.at()).await?;
            rows.push(added(row, of, events));
        }
        Ok((rows, page.next.map(String::from)))
    }

    /// One page of the cases that should have been handled, each with what the city achieves with its
    /// like.
    pub(in crate::questions) async fn expected_of_cases(
        &self,
        (share, city): (&CountedCases, &City),
        of: Measuring<'_>,
        page: (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        let (table, as_of) = (AccountRow::TABLE, of.span.moment.as_of());
        let opened = self.cases_behind(share, page).await?;
        let mut rows = Vec::new();
        for case in opened.cases {
            let (views, key) = (&self.views, [case.ledger_no.into()]);
            let row = views.get(&self.tenant, CASES.name, table, &key, as_of);
            let Some(row) = row.await?.map(AccountRow::from_values).transpose()? else {
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
fn added(row: AccountRow, of: Measuring<'_>, events: Vec<u64>) -> MeasuredRow {
    let (from, calendars) = (of.span.window.from, &of.reference.calendars);
    let (seen, days) = MeasuredCase::from(&row).measure(from, of.span.at(), calendars);
    let (value, whole) = match of.measure {
        M::TimesOver => {
            let used = row.handle_minutes.unwrap_or_default();
            (used, row.handle_budget.map(Into::into))
        }
        M::CaseBacklog => (days.unwrap_or_default(), None),
        M::Reworks => (row.reworks, None),
        M::Stars => (row.stars.unwrap_or_default(), None),
        measure if measure.is_count() => (1, None),
        _ => (seen.map_or(0, |seen| seen.minutes), None),
    };
    let done = match of.measure {
        M::CasesAccepted => row.accepted_at,
        M::CasesHeld | M::CasesHeldBefore => row.held_at,
        M::Drawn | M::DrawnCalled | M::Unreachable | M::Stars => row.closed_at,
        measure if measure.stars().is_some() => row.closed_at,
        _ => row.done_at,
    };
    MeasuredRow {
        of: whole,
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
