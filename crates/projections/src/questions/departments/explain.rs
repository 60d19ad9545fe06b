//! A figure opened: the legs it counts, which of them met it, and the events that say so.

use super::count::parts;
use crate::case_view::{LegRow, read_case};
use crate::questions::accounts::otherwise;
use crate::questions::span::{Span, judged_until};
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::CaseFact as F;
use gridwhistle_domain::case::stage::ClockKind;
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::{Rate, Share};
use gridwhistle_store::StreamId;
use gridwhistle_store::views::{Filter, Op, PAGE_ROWS_MAX, Tally};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One share of one unit or of all, and the legs behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// The unit; none: all together.
    pub unit: Option<String>,
    /// Which share.
    pub indicator: Indicator,
    /// From when to before when.
    pub window: Window,
    /// The instant at which what is open is looked at.
    pub at: DateTime<Utc>,
    /// The share.
    pub share: Share,
    /// The legs of its denominator, by the case's number; those of one page.
    pub legs: Vec<ExplainedLeg>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// One leg of a denominator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExplainedLeg {
    /// The case's number on the ledger.
    pub ledger_no: i64,
    /// The case.
    pub case_id: String,
    /// The leg.
    pub leg: i64,
    /// Whose it is.
    pub unit: String,
    /// Whether it is in the numerator.
    pub met: bool,
    /// When what the share asks for was due, where it has a due time.
    pub due: Option<DateTime<Utc>>,
    /// When it was done.
    pub done: Option<DateTime<Utc>>,
    /// Handling was past due before, though it was done by the due time that it got later: a rework or
    /// another class washes no miss off.
    pub missed_before: bool,
    /// By how much the share would be another one if this leg alone had been the other way.
    pub if_otherwise: Decimal,
    /// Positions of the events that decide it, in order.
    pub events: Vec<u64>,
}

/// A share of legs, counted: what is behind it is read page by page, without counting again.
#[derive(Clone, Debug)]
pub struct CountedLegs {
    unit: Option<String>,
    indicator: Indicator,
    asked: Moment,
    span: Span,
    rate: Rate,
    /// The legs that figures count of the unit, or of all.
    counted: Filter,
    /// Of those, the denominator.
    of: Filter,
    /// And the numerator.
    met: Filter,
}

impl Questions {
    /// Opens one share of one unit, or of all together: at most `limit` legs of its denominator.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn explain<'u>(
        &self,
        what: (impl Into<Option<&'u str>>, Indicator),
        window: Window,
        asked: Moment,
        page: (usize, Option<&str>),
    ) -> Result<Explanation, QuestionError> {
        let counted = self.count_legs(what, window, asked).await?;
        self.legs_behind(&counted, page).await
    }

    /// Counts one share of one unit, or of all together.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn count_legs<'u>(
        &self,
        (unit, indicator): (impl Into<Option<&'u str>>, Indicator),
        window: Window,
        asked: Moment,
    ) -> Result<CountedLegs, QuestionError> {
        let span = self.span(window, asked).await?;
        let unit: Option<&str> = unit.into();
        let whose = unit.map_or(Filter::All, |unit| Filter::eq("unit", unit));
        let counted = Filter::And(vec![Filter::eq("counted", true), span.stands(), whose]);
        let (met, of) = parts(indicator);
        let of = Filter::Or(of.iter().map(|count| count.filter(&span)).collect());
        let met = met.filter(&span);
        let parts = (met.clone(), of.clone());
        let rate = self.share(&counted, parts, span.moment).await?;
        Ok(CountedLegs {
            unit: unit.map(str::to_owned),
            indicator,
            asked,
            span,
            rate,
            counted,
            of,
            met,
        })
    }

    /// One page of the legs behind a share that is counted.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn legs_behind(
        &self,
        figure: &CountedLegs,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<Explanation, QuestionError> {
        let (indicator, rate) = (figure.indicator, figure.rate);
        let (moment, at) = (figure.span.moment, figure.span.at());
        let asked = |filter, cursor, limit| Ask {
            table: LegRow::TABLE,
            moment,
            filter: Filter::And(vec![figure.counted.clone(), filter]),
            order: Vec::new(),
            cursor,
            limit,
        };
        let of = figure.of.clone();
        let page = self.page(asked(of, cursor, limit).query()?).await?;
        let rows = page.rows.into_iter().map(LegRow::from_values);
        let rows: Vec<LegRow> = rows.collect::<Result<_, _>>()?;
        let met = match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => {
                let between = vec![
                    figure.met.clone(),
                    Filter::compare("ledger_no", Op::Ge, first.ledger_no),
                    Filter::compare("ledger_no", Op::Le, last.ledger_no),
                ];
                let asked = asked(Filter::And(between), None, PAGE_ROWS_MAX);
                self.page(asked.query()?).await?.rows
            }
            _ => Vec::new(),
        };
        let met = met.into_iter().map(LegRow::from_values);
        let met = met.map(|row| row.map(|row| (row.ledger_no, row.leg)));
        let met: BTreeSet<(i64, i64)> = met.collect::<Result<_, _>>()?;
        let mut legs = Vec::new();
        for row in rows {
            let is_met = met.contains(&(row.ledger_no, row.leg));
            // A closing may be undone after its window.
            let closed = row.closed_at.filter(|_| is_of_a_closing(indicator));
            let until = closed.map_or(at, |closed| judged_until(closed, figure.asked));
            let events = self.deciding(&row, indicator, until).await?;
            legs.push(explained(row, indicator, (is_met, rate), events));
        }
        Ok(Explanation {
            unit: figure.unit.clone(),
            indicator,
            window: figure.span.window,
            at,
            share: rate.into(),
            legs,
            next: page.next.map(String::from),
        })
    }

    async fn share(
        &self,
        counted: &Filter,
        (met, of): (Filter, Filter),
        moment: Moment,
    ) -> Result<Rate, QuestionError> {
        let tally = Tally {
            table: LegRow::TABLE.to_owned(),
            as_of: moment.as_of(),
            filter: counted.clone(),
            group_by: Vec::new(),
            counts: vec![("met".to_owned(), met), ("of".to_owned(), of)],
            sums: Vec::new(),
        };
        let row = self
            .views
            .tally(&self.tenant, crate::case_view::CASES.name, tally)
            .await?;
        let count = |place: usize| {
            let counts = row.first().map(|row| &row.counts);
            counts
                .and_then(|counts| counts.get(place))
                .map_or(0, |count| count.unsigned_abs())
        };
        Ok(Rate::new(count(0), count(1)))
    }

    /// The positions of the events that decide a share for a leg, up to an instant.
    pub(super) async fn deciding(
        &self,
        row: &LegRow,
        indicator: Indicator,
        at: DateTime<Utc>,
    ) -> Result<Vec<u64>, QuestionError> {
        let stream = StreamId::new("case", row.case_id.as_str());
        let leg = u32::try_from(row.leg).map_or(LegNo(0), LegNo);
        let mut positions = Vec::new();
        for event in self.log.read_stream(&self.tenant, &stream, 0).await? {
            let fact =
                read_case(&event).map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
            if fact.at <= at && decides(indicator, leg, &fact.fact) {
                positions.push(event.position);
                // What follows is of the next closing.
                if is_of_a_closing(indicator) && matches!(fact.fact, F::CaseReopened { .. }) {
                    break;
                }
            }
        }
        Ok(positions)
    }
}

fn explained(
    row: LegRow,
    indicator: Indicator,
    (met, rate): (bool, Rate),
    events: Vec<u64>,
) -> ExplainedLeg {
    use Indicator as I;
    let (due, done) = match indicator {
        I::Acknowledged => (row.ack_due, row.acknowledged_at),
        I::Contacted => (row.contact_due, row.contacted_at),
        I::ReportedIn => (row.report_in_due, row.reported_in_at),
        I::Completion | I::OnTime => (row.handle_due, row.done_at),
        I::FirstTime | I::Reopened => (None, row.closed_at),
        I::Reworked => (None, row.responded_at),
        I::Extended => (None, row.done_at),
        I::Returned | I::Misdispatched => (None, row.ended_at),
    };
    ExplainedLeg {
        ledger_no: row.ledger_no,
        case_id: row.case_id,
        leg: row.leg,
        unit: row.unit,
        met,
        due,
        done,
        missed_before: indicator == I::OnTime && !met && done.is_some() && done <= due,
        if_otherwise: otherwise(rate, met),
        events,
    }
}

/// Whether a share asks how the first closing went.
const fn is_of_a_closing(indicator: Indicator) -> bool {
    matches!(indicator, Indicator::FirstTime | Indicator::Reopened)
}

/// Whether a fact has a part in what a share says of a leg.
fn decides(indicator: Indicator, of: LegNo, fact: &F) -> bool {
    use Indicator as I;
    let handling = ClockId::case(ClockKind::Handle);
    let duty = |kind| ClockId::leg(kind, of);
    match (indicator, fact) {
        (_, F::LegOpened { leg, .. } | F::LegReturned { leg } | F::LegEnded { leg }) => *leg == of,
        (I::Acknowledged, F::LegAcknowledged { leg, .. } | F::LegAutoAcknowledged { leg })
        | (I::ReportedIn, F::DepartmentReportedIn { leg, .. } | F::ReportInWaived { leg, .. })
        | (
            I::Returned | I::Misdispatched,
            F::ReturnRequested { leg, .. } | F::ReturnRefused { leg, .. },
        )
        | (I::Completion | I::OnTime | I::Reworked | I::Extended, F::LegCompleted { leg, .. }) => {
            *leg == of
        }
        (I::Contacted, F::ResidentContacted { leg, .. }) => *leg == Some(of),
        (I::Acknowledged, _) => is_clock(fact, duty(ClockKind::Acknowledge)),
        (I::Contacted, _) => is_clock(fact, duty(ClockKind::Contact)),
        (I::ReportedIn, _) => is_clock(fact, duty(ClockKind::ReportIn)),
        (I::Completion | I::OnTime, _) => {
            let imported = matches!(fact, F::CaseImported { .. } | F::ImportedCaseClosed { .. });
            imported || matches!(fact, F::ReworkRequired { .. }) || is_clock(fact, handling)
        }
        (I::FirstTime | I::Reopened, F::CaseClosed { .. } | F::CaseReopened { .. })
        | (I::FirstTime | I::Reworked, F::ReworkRequired { .. })
        | (I::Extended, F::ExtensionGranted { .. }) => true,
        _ => false,
    }
}

fn is_clock(fact: &F, of: ClockId) -> bool {
    match fact {
        F::ClockStarted { clock } => clock.id == of,
        F::ClockStopped { id, .. }
        | F::ClockCancelled { id, .. }
        | F::ClockSuspended { id, .. }
        | F::ClockResumed { id, .. }
        | F::ClockRebased { id, .. } => *id == of,
        _ => false,
    }
}
