//! A measured figure of units opened: what each leg adds to it.

use super::{Count, CountedLegs, Gathered, MeasuredLeg, done_in};
use crate::case_view::{CASES, LegRow};
use crate::questions::measures::{Behind, City, Measured, MeasuredRow, Measuring, Rows};
use crate::questions::{Ask, QuestionError, Questions};
use gridwhistle_domain::score::indicator::Indicator as I;
use gridwhistle_domain::score::measure::Measure as M;
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
fn adding(of: Measuring<'_>) -> Filter {
    let span = of.span;
    let whose = of
        .group
        .map_or(Filter::All, |unit| Filter::eq("unit", unit));
    let timed = || Filter::IsNotNull("handle_minutes".to_owned());
    let open = || Filter::eq("open", true);
    let done = || done_in(span);
    let all = match of.measure {
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
    /// A measured figure of a unit, or of all, as [`Questions::departments`] tells it, and what is behind
    /// it.
    pub(in crate::questions) async fn measured_of_legs(
        &self,
        of: Measuring<'_>,
    ) -> Result<(Option<Measured>, Behind), QuestionError> {
        if of.measure == M::ObservedOverExpected {
            return self.legs_against_city(of).await;
        }
        let adds = adding(of);
        let figure = match of.measure {
            M::WrongfulReturns => {
                let [_, refused, requested] = self.legs_numbered(of, &adds).await?;
                Some(Measured::Share(Rate::new(refused, requested).into()))
            }
            M::LegsOverdue => {
                let [legs, ..] = self.legs_numbered(of, &adds).await?;
                Some(Measured::Count(legs))
            }
            _ => self.legs_gathered(of, &adds).await?,
        };
        Ok((figure, Behind::Adding(adds)))
    }

    /// On time against the city; all together are the city, and are held against nothing.
    async fn legs_against_city(
        &self,
        of: Measuring<'_>,
    ) -> Result<(Option<Measured>, Behind), QuestionError> {
        let (mut city, mut own) = (City::default(), Vec::new());
        for ([whose, matter, class], rate) in self.strata(of.span).await? {
            let stratum = (matter, class);
            if Some(whose.as_str()) == of.group {
                own.push((stratum.clone(), rate));
            }
            city.add(stratum, rate);
        }
        let ratio = city.observed_over_expected(own);
        let ratio = ratio.map(|ratio| ratio.round_dp(4).normalize());
        let share = self.count_legs((of.group, I::OnTime), of.span.window, of.asked);
        let behind = Behind::Legs(share.await?, city);
        Ok((ratio.map(Measured::Ratio), behind))
    }

    /// How many legs add to a figure, and the requests to return them: refused, and all.
    async fn legs_numbered(
        &self,
        of: Measuring<'_>,
        adds: &Filter,
    ) -> Result<[u64; 3], QuestionError> {
        let sums = ["returns_refused", "returns_requested"];
        let tally = Tally {
            table: LegRow::TABLE.to_owned(),
            as_of: of.span.moment.as_of(),
            filter: adds.clone(),
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
        of: Measuring<'_>,
        adds: &Filter,
    ) -> Result<Option<Measured>, QuestionError> {
        let (mut own, calendars) = (Gathered::default(), &of.reference.calendars);
        let look = &mut |cells: &[Value]| {
            let leg = MeasuredLeg::of(cells)?;
            own.measured(&super::measure(&leg, of.span.at(), calendars));
            Ok(())
        };
        let (table, filter) = ((LegRow::TABLE, of.span.moment), vec![adds.clone()]);
        let columns = MeasuredLeg::COLUMNS.iter().copied();
        self.look(table, filter, columns, look).await?;
        Ok(match of.measure {
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
        adds: &Filter,
        of: Measuring<'_>,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        let at = of.span.at();
        let ask = Ask {
            table: LegRow::TABLE,
            moment: of.span.moment,
            filter: adds.clone(),
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let mut rows = Vec::new();
        for row in page.rows {
            let row = LegRow::from_values(row)?;
            let decided = decided_as(of.measure);
            let events = self.deciding(&row, decided, at).await?;
            rows.push(added(row, of, events));
        }
        Ok((rows, page.next.map(String::from)))
    }

    /// One page of the legs that should have been done, each with what the city achieves with its like.
    pub(in crate::questions) async fn expected_of_legs(
        &self,
        (share, city): (&CountedLegs, &City),
        of: Measuring<'_>,
        page: (usize, Option<&str>),
    ) -> Result<Rows, QuestionError> {
        let (table, as_of) = (LegRow::TABLE, of.span.moment.as_of());
        let opened = self.legs_behind(share, page).await?;
        let mut rows = Vec::new();
        for leg in opened.legs {
            let key = [leg.ledger_no.into(), leg.leg.into()];
            let views = &self.views;
            let row = views.get(&self.tenant, CASES.name, table, &key, as_of);
            let Some(row) = row.await?.map(LegRow::from_values).transpose()? else {
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
fn added(row: LegRow, of: Measuring<'_>, events: Vec<u64>) -> MeasuredRow {
    let calendars = &of.reference.calendars;
    let leg = super::measure(&MeasuredLeg::from(&row), of.span.at(), calendars);
    let (value, of) = match of.measure {
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
