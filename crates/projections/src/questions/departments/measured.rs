//! A measured figure of units opened: what each leg adds to it.

use super::{Count, Gathered, MeasuredLeg, Stratum, done_in};
use crate::case_view::{CASES, LegRow};
use crate::questions::measures::{Measured, MeasuredRow, Rows};
use crate::questions::span::Span;
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::score::indicator::Indicator as I;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_domain::score::mix::Strata;
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_domain::score::survival;
use gridwhistle_store::views::{Filter, Op, Tally, Value};
use rust_decimal::Decimal;
use std::marker::PhantomData;

impl<'r> From<&'r LegRow> for MeasuredLeg<'r> {
    fn from(row: &'r LegRow) -> Self {
        Self {
            ledger_no: row.ledger_no,
            unit: &row.unit,
            opened_at: row.opened_at,
            done_at: row.done_at,
            handle_running: row.handle_running,
            handle_minutes: row.handle_minutes,
            handle_since: row.handle_since,
            handle_calendar: row.handle_calendar.as_deref(),
            handle_limit: row.handle_limit.as_deref(),
            suspended_minutes: row.suspended_minutes,
            of: PhantomData,
        }
    }
}

/// The share whose events decide what a leg adds to a figure.
const fn decided_as(measure: M) -> I {
    match measure {
        M::WrongfulReturns => I::Returned,
        _ => I::OnTime,
    }
}

/// The legs of a unit, or of all, that add to a figure: what is listed, and what it is put together from.
fn adding((unit, measure): (Option<&str>, M), span: &Span) -> Filter {
    let whose = unit.map_or(Filter::All, |unit| Filter::eq("unit", unit));
    let timed = || Filter::IsNotNull("handle_minutes".to_owned());
    let open = || Filter::eq("open", true);
    let done = || done_in(span);
    let all = match measure {
        M::WrongfulReturns => vec![
            span.during("opened_at"),
            Filter::compare("returns_requested", Op::Gt, 0),
        ],
        M::Suspended => {
            let stood = Filter::compare("suspended_minutes", Op::Gt, 0);
            vec![done(), Filter::Or(vec![timed(), stood])]
        }
        M::HalfDoneBy => vec![Filter::Or(vec![done(), open()]), timed()],
        M::Backlog => vec![open(), Filter::IsNull("done_at".to_owned())],
        M::LegsOverdue => vec![Count::OpenOverdue.filter(span)],
        _ => vec![done(), timed()],
    };
    let counted = vec![whose, Filter::eq("counted", true), span.stands()];
    Filter::And([counted, all].concat())
}

impl Questions {
    /// A measured figure of a unit, or of all, as [`Questions::departments`] tells it.
    pub(in crate::questions) async fn measured_of_legs(
        &self,
        (unit, measure): (Option<&str>, M),
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
    ) -> Result<Option<Measured>, QuestionError> {
        let (span, whose) = (self.span(window, asked).await?, (unit, measure));
        Ok(match measure {
            M::ObservedOverExpected => {
                let ratio = self.against_city(unit, &span).await?;
                ratio.map(Measured::Ratio)
            }
            M::WrongfulReturns => {
                let [_, refused, requested] = self.legs_numbered(whose, &span).await?;
                Some(Measured::Share(Rate::new(refused, requested).into()))
            }
            M::LegsOverdue => {
                let [legs, ..] = self.legs_numbered(whose, &span).await?;
                Some(Measured::Count(legs))
            }
            _ => self.legs_gathered(whose, &span, calendars).await?,
        })
    }

    /// On time against the city; all together are the city, and are held against nothing.
    async fn against_city(
        &self,
        unit: Option<&str>,
        span: &Span,
    ) -> Result<Option<Decimal>, QuestionError> {
        let (mut city, mut own) = (Strata::default(), Vec::new());
        for ([whose, matter, class], rate) in self.strata(span).await? {
            let stratum: Stratum = (matter, class);
            if Some(whose.as_str()) == unit {
                own.push((stratum.clone(), rate));
            }
            city.add(stratum, rate);
        }
        let ratio = city.observed_over_expected(own);
        Ok(ratio.map(|ratio| ratio.round_dp(4).normalize()))
    }

    /// How many legs add to a figure, and the requests to return them: refused, and all.
    async fn legs_numbered(
        &self,
        whose: (Option<&str>, M),
        span: &Span,
    ) -> Result<[u64; 3], QuestionError> {
        let sums = ["returns_refused", "returns_requested"];
        let tally = Tally {
            table: LegRow::TABLE.to_owned(),
            as_of: span.moment.as_of(),
            filter: adding(whose, span),
            group_by: Vec::new(),
            counts: vec![("legs".to_owned(), Filter::All)],
            sums: sums.map(|sum| (sum.to_owned(), sum.to_owned())).into(),
        };
        let rows = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let row = rows.first();
        let numbers = row.map(|row| row.counts.iter().chain(&row.sums));
        let mut numbers = numbers.into_iter().flatten();
        Ok(std::array::from_fn(|_| {
            numbers.next().map_or(0, |number| number.unsigned_abs())
        }))
    }

    /// What is put together from what each leg adds.
    async fn legs_gathered(
        &self,
        (unit, measure): (Option<&str>, M),
        span: &Span,
        calendars: &CalendarBook,
    ) -> Result<Option<Measured>, QuestionError> {
        let mut own = Gathered::default();
        let look = &mut |cells: &[Value]| {
            let leg = MeasuredLeg::of(cells)?;
            own.measured(&super::measure(&leg, span.at(), calendars));
            Ok(())
        };
        let filter = vec![adding((unit, measure), span)];
        let columns = MeasuredLeg::COLUMNS.iter().copied();
        self.look((LegRow::TABLE, span.moment), filter, columns, look)
            .await?;
        Ok(match measure {
            M::Suspended => Some(Measured::Share(own.stood.into())),
            M::Backlog => Some(Measured::Backlog(own.backlog)),
            M::HalfDoneBy => survival::median(&mut own.seen).map(Measured::Minutes),
            _ => {
                let minutes = own.seen.iter().map(|one| one.minutes);
                Spread::of(&mut minutes.collect::<Vec<_>>()).map(Measured::Spread)
            }
        })
    }

    /// One page of the legs that add to a figure.
    pub(in crate::questions) async fn rows_of_legs(
        &self,
        (unit, measure): (Option<&str>, M),
        window: Window,
        asked: Moment,
        calendars: &CalendarBook,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        if measure == M::ObservedOverExpected {
            return self
                .expected_of_legs(unit, window, asked, (limit, cursor))
                .await;
        }
        let span = self.span(window, asked).await?;
        let (moment, at) = (span.moment, span.at());
        let ask = Ask {
            table: LegRow::TABLE,
            moment,
            filter: adding((unit, measure), &span),
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let mut rows = Vec::new();
        for row in page.rows {
            let row = LegRow::from_values(row)?;
            let events = self.deciding(&row, decided_as(measure), at).await?;
            rows.push(added(row, measure, (at, calendars), events));
        }
        Ok((rows, page.next.map(String::from)))
    }

    /// One page of the legs that should have been done, each with what the city achieves with its like.
    async fn expected_of_legs(
        &self,
        unit: Option<&str>,
        window: Window,
        asked: Moment,
        page: (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        let span = self.span(window, asked).await?;
        let moment = span.moment;
        let mut city = Strata::<Stratum>::default();
        for ([_, matter, class], rate) in self.strata(&span).await? {
            city.add((matter, class), rate);
        }
        let opened = self.explain((unit, I::OnTime), window, asked, page).await?;
        let mut rows = Vec::new();
        for leg in opened.legs {
            let key = [leg.ledger_no.into(), leg.leg.into()];
            let of = self.views.get(
                &self.tenant,
                CASES.name,
                LegRow::TABLE,
                &key,
                moment.as_of(),
            );
            let Some(row) = of.await?.map(LegRow::from_values).transpose()? else {
                continue;
            };
            let stratum = (
                row.matter.unwrap_or_default(),
                row.class.unwrap_or_default(),
            );
            rows.push(MeasuredRow {
                ledger_no: leg.ledger_no,
                case_id: leg.case_id,
                leg: Some(leg.leg),
                unit: Some(leg.unit),
                since: Some(row.opened_at),
                done: leg.done,
                value: i64::from(leg.met),
                of: city
                    .expected(&stratum)
                    .map(|share| share.round_dp(4).normalize()),
                events: leg.events,
            });
        }
        Ok((rows, opened.next))
    }
}

/// What a leg adds.
fn added(
    row: LegRow,
    measure: M,
    (at, calendars): (DateTime<Utc>, &CalendarBook),
    events: Vec<u64>,
) -> MeasuredRow {
    let leg = super::measure(&MeasuredLeg::from(&row), at, calendars);
    let (value, of) = match measure {
        M::WrongfulReturns => (row.returns_refused, Some(row.returns_requested.into())),
        M::Suspended => {
            let stood = leg.stood.unwrap_or_default();
            (row.suspended_minutes, Some(Decimal::from(stood.of)))
        }
        M::Backlog => (leg.days.unwrap_or_default(), None),
        measure if measure.is_count() => (1, None),
        _ => (leg.seen.map_or(0, |seen| seen.minutes), None),
    };
    MeasuredRow {
        ledger_no: row.ledger_no,
        case_id: row.case_id,
        leg: Some(row.leg),
        unit: Some(row.unit),
        since: Some(row.opened_at),
        done: row.done_at,
        value,
        of,
        events,
    }
}
