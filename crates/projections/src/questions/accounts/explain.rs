//! A share of cases opened: the cases it counts, which of them met it, and the events that say so.

use super::deciding::{asked_of, is_of_a_closing};
use super::repeat::{Fate, Settled};
use super::{CasesBy, counted, otherwise, parts};
use crate::case_view::AccountRow;
use crate::questions::span::{Span, judged_until, soon_after};
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
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

/// A share of cases, counted: what is behind it is read page by page, without counting again.
#[derive(Clone, Debug)]
pub struct CountedCases {
    by: CasesBy,
    group: Option<String>,
    indicator: CaseIndicator,
    asked: Moment,
    span: Span,
    rate: Rate,
    behind: Behind,
}

/// What is behind a share.
#[derive(Clone, Debug)]
enum Behind {
    /// The cases of its denominator, and of its numerator.
    Rows { of: Filter, met: Filter },
    /// The cases that were closed, each with what became of it, by their number.
    Settled(Vec<Settled>),
}

/// The cases of a page, and where the next one begins.
type Listed = (Vec<ExplainedCase>, Option<String>);

impl Questions {
    /// Opens one share of one group: at most `limit` cases of its denominator.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn explain_cases(
        &self,
        what: (CasesBy, Option<&str>, CaseIndicator),
        window: Window,
        asked: Moment,
        page: (usize, Option<&str>),
    ) -> Result<CaseExplanation, QuestionError> {
        let counted = self.count_cases(what, window, asked).await?;
        self.cases_behind(&counted, page).await
    }

    /// Counts one share of one group.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn count_cases(
        &self,
        what: (CasesBy, Option<&str>, CaseIndicator),
        window: Window,
        asked: Moment,
    ) -> Result<CountedCases, QuestionError> {
        let span = self.span(window, asked).await?;
        self.count_cases_in(what, span, asked).await
    }

    /// The same, in a window that is looked at already.
    pub(in crate::questions) async fn count_cases_in(
        &self,
        (by, group, indicator): (CasesBy, Option<&str>, CaseIndicator),
        span: Span,
        asked: Moment,
    ) -> Result<CountedCases, QuestionError> {
        let (rate, behind) = match parts(indicator) {
            Some((met, of)) => {
                let of = Filter::And(vec![counted(&span), by.filter(group), of.filter(&span)]);
                let met = met.filter(&span);
                let rate = self.rate_of(span.moment, (met.clone(), of.clone()));
                (rate.await?, Behind::Rows { of, met })
            }
            None => {
                let settled = self.settled_in_order((by, group), &span, asked).await?;
                let mut rate = Rate::default();
                for one in &settled {
                    rate.add(matches!(one.fate, Fate::Again(_)));
                }
                (rate, Behind::Settled(settled))
            }
        };
        Ok(CountedCases {
            by,
            group: group.map(str::to_owned),
            indicator,
            asked,
            span,
            rate,
            behind,
        })
    }

    /// One page of the cases behind a share that is counted.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn cases_behind(
        &self,
        figure: &CountedCases,
        page: (usize, Option<&str>),
    ) -> Result<CaseExplanation, QuestionError> {
        let (cases, next) = match &figure.behind {
            Behind::Rows { of, met } => self.opened(figure, (met, of), page).await?,
            Behind::Settled(settled) => self.opened_repeats(figure, settled, page).await?,
        };
        Ok(CaseExplanation {
            by: figure.by,
            group: figure.group.clone(),
            indicator: figure.indicator,
            window: figure.span.window,
            at: figure.span.at(),
            share: figure.rate.into(),
            cases,
            next,
        })
    }

    async fn opened(
        &self,
        figure: &CountedCases,
        (met, of): (&Filter, &Filter),
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<Listed, QuestionError> {
        let (indicator, moment) = (figure.indicator, figure.span.moment);
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
                of.clone(),
                met.clone(),
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
            let until = settled.map_or(moment.instant(), |at| judged_until(at, figure.asked));
            let events = self.telling(&row.case_id, indicator, until).await?;
            let (due, done) = asked_of(indicator, &row);
            cases.push(ExplainedCase {
                ledger_no: row.ledger_no,
                case_id: row.case_id,
                met,
                due,
                done,
                again: None,
                if_otherwise: otherwise(figure.rate, met),
                events,
            });
        }
        Ok((cases, page.next.map(String::from)))
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
        figure: &CountedCases,
        settled: &[Settled],
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<Listed, QuestionError> {
        let after = cursor.map(|cursor| {
            let unreadable = gridwhistle_store::views::ViewError::CursorUnreadable;
            cursor.parse::<i64>().map_err(|_| unreadable)
        });
        let after = after.transpose()?;
        let page = settled.iter();
        let mut page = page.filter(|one| after.is_none_or(|after| one.ledger_no > after));
        let until = soon_after(figure.span.window, figure.asked);
        let (mut cases, mut next) = (Vec::new(), None);
        for one in page.by_ref().take(limit) {
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
                if_otherwise: otherwise(figure.rate, again.is_some()),
                again,
                events,
            });
        }
        let more = page.next().is_some();
        Ok((cases, next.filter(|_| more)))
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
