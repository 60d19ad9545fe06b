//! A share of cases opened: the cases it counts, which of them met it, and the events that say so.

use super::repeat::{Fate, Settled};
use super::{CasesBy, counted, otherwise, parts};
use crate::case_view::{AccountRow, read_case};
use crate::questions::span::{Span, judged_until, soon_after};
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::CaseFact as F;
use gridwhistle_domain::case::ladder;
use gridwhistle_domain::case::stage::ClockKind as K;
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::rate::{Rate, Share};
use gridwhistle_store::StreamId;
use gridwhistle_store::views::{Filter, Op, PAGE_ROWS_MAX, Tally};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One share of one group, and the cases behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseExplanation {
    /// By what cases are grouped.
    pub by: CasesBy,
    /// The area or unit; none: cases without one, or the whole city.
    pub group: Option<String>,
    /// Which share.
    pub indicator: CaseIndicator,
    /// From when to before when.
    pub window: Window,
    /// The instant at which what is open is looked at.
    pub at: DateTime<Utc>,
    /// The share.
    pub share: Share,
    /// The cases of its denominator, by their number; those of one page.
    pub cases: Vec<ExplainedCase>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// One case of a denominator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExplainedCase {
    /// Its number on the ledger.
    pub ledger_no: i64,
    /// The case.
    pub case_id: String,
    /// Whether it is in the numerator.
    pub met: bool,
    /// When what the share asks for was due, where it has a due time.
    pub due: Option<DateTime<Utc>>,
    /// When it was done, where that is kept.
    pub done: Option<DateTime<Utc>>,
    /// The case that reported the same problem again.
    pub again: Option<String>,
    /// By how much the share would be another one if this case alone had been the other way.
    pub if_otherwise: Decimal,
    /// Positions of the events that decide it, in order.
    pub events: Vec<u64>,
}

impl Questions {
    /// Opens one share of one group: at most `limit` cases of its denominator.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn explain_cases(
        &self,
        (by, group, indicator): (CasesBy, Option<&str>, CaseIndicator),
        window: Window,
        asked: Moment,
        page: (usize, Option<&str>),
    ) -> Result<CaseExplanation, QuestionError> {
        let span = self.span(window, asked).await?;
        let moment = span.moment;
        let (share, cases, next) = match parts(indicator) {
            Some((met, of)) => {
                let of = Filter::And(vec![counted(&span), by.filter(group), of.filter(&span)]);
                let met = met.filter(&span);
                self.opened(indicator, (moment, asked), (met, of), page)
                    .await?
            }
            None => self.opened_repeats((by, group), &span, asked, page).await?,
        };
        Ok(CaseExplanation {
            by,
            group: group.map(str::to_owned),
            indicator,
            window,
            at: moment.instant(),
            share: share.into(),
            cases,
            next,
        })
    }

    async fn opened(
        &self,
        indicator: CaseIndicator,
        (moment, asked): (Moment, Moment),
        (met, of): (Filter, Filter),
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<(Rate, Vec<ExplainedCase>, Option<String>), QuestionError> {
        let rate = self.rate_of(moment, (met.clone(), of.clone())).await?;
        let ask = |filter, cursor, limit| Ask {
            table: AccountRow::TABLE,
            moment,
            filter,
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask(of.clone(), cursor, limit).query()?).await?;
        let rows = page.rows.into_iter().map(AccountRow::from_values);
        let rows: Vec<AccountRow> = rows.collect::<Result<_, _>>()?;
        let mut in_numerator = BTreeSet::new();
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            let between = Filter::And(vec![
                of,
                met,
                Filter::compare("ledger_no", Op::Ge, first.ledger_no),
                Filter::compare("ledger_no", Op::Le, last.ledger_no),
            ]);
            let found = self
                .page(ask(between, None, PAGE_ROWS_MAX).query()?)
                .await?;
            for row in found.rows {
                in_numerator.insert(AccountRow::from_values(row)?.ledger_no);
            }
        }
        let mut cases = Vec::new();
        for row in rows {
            let met = in_numerator.contains(&row.ledger_no);
            // A closing may be undone after its window.
            let settled = row.settled_at.filter(|_| is_of_a_closing(indicator));
            let until = settled.map_or(moment.instant(), |at| judged_until(at, asked));
            let events = self.telling(&row.case_id, indicator, until).await?;
            let (due, done) = asked_of(indicator, &row);
            cases.push(ExplainedCase {
                ledger_no: row.ledger_no,
                case_id: row.case_id,
                met,
                due,
                done,
                again: None,
                if_otherwise: otherwise(rate, met),
                events,
            });
        }
        Ok((rate, cases, page.next.map(String::from)))
    }

    /// How many of some cases pass a filter.
    pub(in crate::questions) async fn rate_of(
        &self,
        moment: Moment,
        (met, of): (Filter, Filter),
    ) -> Result<Rate, QuestionError> {
        let tally = Tally {
            table: AccountRow::TABLE.to_owned(),
            as_of: moment.as_of(),
            filter: of,
            group_by: Vec::new(),
            counts: vec![("met".to_owned(), met), ("of".to_owned(), Filter::All)],
            sums: Vec::new(),
        };
        let view = crate::case_view::CASES.name;
        let rows = self.views.tally(&self.tenant, view, tally).await?;
        let counts = rows.first().map(|row| row.counts.as_slice());
        Ok(match counts {
            Some([met, of]) => Rate::new(met.unsigned_abs(), of.unsigned_abs()),
            _ => Rate::default(),
        })
    }

    /// Problems that came back, opened. The page goes by numbers on the ledger.
    async fn opened_repeats(
        &self,
        (by, group): (CasesBy, Option<&str>),
        span: &Span,
        asked: Moment,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<(Rate, Vec<ExplainedCase>, Option<String>), QuestionError> {
        let settled = self.settled_in_order((by, group), span, asked).await?;
        let mut rate = Rate::default();
        let known = |one: &&Settled| one.fate != Fate::Unknown;
        for one in settled.iter().filter(known) {
            rate.add(matches!(one.fate, Fate::Again(_)));
        }
        let after = cursor.map(|cursor| {
            let unreadable = gridwhistle_store::views::ViewError::CursorUnreadable;
            cursor.parse::<i64>().map_err(|_| unreadable)
        });
        let after = after.transpose()?;
        let page = settled.iter().filter(known);
        let mut page = page.filter(|one| after.is_none_or(|after| one.ledger_no > after));
        let (mut cases, mut next) = (Vec::new(), None);
        for one in page.by_ref().take(limit) {
            let until = soon_after(span.window, asked);
            let case_id = self.case_of(one.ledger_no).await?;
            let mut events = self
                .telling(&case_id, CaseIndicator::Repeated, until)
                .await?;
            let again = match one.fate {
                Fate::Again(other) => Some(self.case_of(other).await?),
                _ => None,
            };
            if let Some(other) = &again {
                let stream = StreamId::new("case", other.as_str());
                let report = self.log.read_stream(&self.tenant, &stream, 0).await?;
                events.extend(report.first().map(|event| event.position));
            }
            next = Some(one.ledger_no.to_string());
            cases.push(ExplainedCase {
                ledger_no: one.ledger_no,
                case_id,
                met: again.is_some(),
                due: None,
                done: Some(one.closed_at),
                if_otherwise: otherwise(rate, again.is_some()),
                again,
                events,
            });
        }
        let more = page.next().is_some();
        Ok((rate, cases, next.filter(|_| more)))
    }

    /// The case of a number on the ledger.
    async fn case_of(&self, ledger_no: i64) -> Result<String, QuestionError> {
        let (view, table) = (crate::case_view::CASES.name, AccountRow::TABLE);
        let key = [ledger_no.into()];
        let row = self
            .views
            .get(&self.tenant, view, table, &key, None)
            .await?;
        let row = row.map(AccountRow::from_values).transpose()?;
        Ok(row.map(|row| row.case_id).unwrap_or_default())
    }

    /// The positions of the events that decide a share for a case, up to an instant.
    pub(in crate::questions) async fn telling(
        &self,
        case: &str,
        indicator: CaseIndicator,
        at: DateTime<Utc>,
    ) -> Result<Vec<u64>, QuestionError> {
        let stream = StreamId::new("case", case);
        let mut positions = Vec::new();
        for event in self.log.read_stream(&self.tenant, &stream, 0).await? {
            let fact =
                read_case(&event).map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
            if fact.at <= at && decides(indicator, &fact.fact) {
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

/// Whether a share asks how the first closing went.
const fn is_of_a_closing(indicator: CaseIndicator) -> bool {
    matches!(
        indicator,
        CaseIndicator::SettledAtOnce | CaseIndicator::CameBack
    )
}

/// What a share asks of a case: until when, and when it was done.
fn asked_of(
    indicator: CaseIndicator,
    row: &AccountRow,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    use CaseIndicator as I;
    match indicator {
        I::Filed | I::FiledInTime | I::ScreenedInTime | I::Valid | I::FromResidents => {
            (row.accept_due, row.accepted_at.or(row.refused_at))
        }
        I::DispatchedRightly | I::DispatchedInTime => (row.dispatch_due, row.dispatched_at),
        I::Handled | I::HandledInTime => (row.handle_due, row.done_at),
        I::CheckedInTime => (row.verify_due, None),
        I::SignedInTime => (row.sign_due, row.closed_at),
        I::WhistleAstray => (None, row.whistled_at),
        I::SettledAtOnce | I::CameBack => (None, row.settled_at),
        I::Responded => (row.contact_due, None),
        _ => (None, row.closed_at),
    }
}

/// Whether a fact has a part in what a share says of a case.
fn decides(indicator: CaseIndicator, fact: &F) -> bool {
    use CaseIndicator as I;
    let clocks: &[K] = match indicator {
        I::Filed | I::FiledInTime | I::ScreenedInTime => &[K::Accept],
        I::DispatchedRightly | I::DispatchedInTime => &[K::Dispatch],
        I::Handled | I::HandledInTime => &ladder::SUPERVISED,
        I::Closed | I::ClosedInTime | I::ClosedLate => &[
            K::Handle,
            K::TakePapers,
            K::Submit,
            K::Statutory,
            K::HandBack,
            K::Verify,
            K::SignOff,
        ],
        I::CheckedInTime => &[K::Verify],
        I::SignedInTime => &[K::SignOff],
        I::Responded => &[K::Contact],
        _ => &[],
    };
    if clock_of(fact).is_some_and(|id| clocks.contains(&id.kind)) {
        return true;
    }
    match (indicator, fact) {
        (_, F::CaseReported { .. } | F::CaseImported { .. } | F::ImportedCaseClosed { .. })
        | (
            I::Filed | I::FiledInTime | I::ScreenedInTime | I::FromResidents,
            F::CaseAccepted { .. } | F::CaseRejected { .. } | F::CaseTransferredOut { .. },
        )
        | (I::Valid, F::CaseRejected { .. } | F::CaseWithdrawn { .. })
        | (
            I::DispatchedRightly | I::DispatchedInTime | I::WhistleAstray,
            F::CaseDispatched { .. } | F::LegReturned { .. } | F::WhistleBlown { .. },
        )
        | (I::Handled | I::HandledInTime, F::ResponseSubmitted { .. } | F::ReworkRequired { .. })
        | (I::CheckedInTime, F::VerificationPassed { .. } | F::ReworkRequired { .. })
        | (I::SignedInTime, F::SignOffRecorded { .. })
        | (I::SentBack | I::SettledAtOnce, F::ReworkRequired { .. })
        | (I::BySelf, F::LegOpened { .. })
        | (I::Responded, F::ResidentContacted { .. }) => true,
        (
            I::Reached | I::Solved | I::SaidSatisfied | I::SaidStrictly,
            F::ResidentConfirmed { .. }
            | F::ResidentDisputed { .. }
            | F::CallbackUnreachable {}
            | F::SatisfactionRated { .. }
            | F::ResponseSubmitted { .. },
        ) => true,
        (_, F::CaseClosed { .. } | F::CaseReopened { .. }) => is_of_the_end(indicator),
        _ => false,
    }
}

/// Whether a share is about what was signed off.
const fn is_of_the_end(indicator: CaseIndicator) -> bool {
    use CaseIndicator as I;
    !matches!(
        indicator,
        I::Filed
            | I::FiledInTime
            | I::ScreenedInTime
            | I::Valid
            | I::FromResidents
            | I::DispatchedRightly
            | I::DispatchedInTime
            | I::WhistleAstray
            | I::CheckedInTime
    )
}

const fn clock_of(fact: &F) -> Option<ClockId> {
    match fact {
        F::ClockStarted { clock } => Some(clock.id),
        F::ClockStopped { id, .. }
        | F::ClockCancelled { id, .. }
        | F::ClockSuspended { id, .. }
        | F::ClockResumed { id, .. }
        | F::ClockRebased { id, .. } => Some(*id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 7 ÷ 7 − 6 ÷ 7 = 0.142857…, and as much less with 5 ÷ 7.
    #[test]
    fn of_six_of_seven_one_more_is_a_seventh_more() {
        let of = |rate, met| otherwise(rate, met).to_string();
        assert_eq!(of(Rate::new(6, 7), false), "0.1429");
        assert_eq!(of(Rate::new(6, 7), true), "-0.1429");
        assert_eq!(of(Rate::new(0, 1), false), "1");
        assert_eq!(of(Rate::new(999, 1_600), false), "0.0006");
    }
}
