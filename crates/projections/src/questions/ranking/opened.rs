//! A score opened: beside its parts the cards that took from it, each with the event that raised it.

use crate::case_view::{CASES, CardRow, read_case};
use crate::questions::span::Span;
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::fact::CaseFact;
use gridwhistle_domain::score::composite::UnitScore;
use gridwhistle_store::StreamId;
use gridwhistle_store::views::{Filter, Tally, Value};
use serde::{Deserialize, Serialize};

/// A unit's score, and the cards behind what was taken from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScoreExplanation {
    /// The score, part by part.
    #[serde(flatten)]
    pub score: UnitScore,
    /// The cards that it counts, by the case's number; those of one page.
    pub cards: Vec<ExplainedCard>,
    /// Where the next page of cards begins.
    pub next: Option<String>,
}

/// One card that a score counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExplainedCard {
    /// The case's number on the ledger.
    pub ledger_no: i64,
    /// The case.
    pub case_id: String,
    /// `yellow` or `red`.
    pub card: String,
    /// The rule that signed it, or `leader`.
    pub rule: String,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// The position of the event that raised it.
    pub events: Vec<u64>,
}

/// A score, counted: the cards behind it are read page by page, without counting again.
#[derive(Clone, Debug)]
pub struct CountedScore {
    score: UnitScore,
    moment: Moment,
    /// The cards of the unit that it counts.
    cards: Filter,
}

/// The cards that a score counts: raised in the window for a unit, and standing at the instant.
fn counted(span: &Span) -> Filter {
    Filter::And(vec![
        span.stands(),
        span.during("raised_at"),
        Filter::eq("counted", true),
        Filter::IsNull("lifted_at".to_owned()),
        Filter::IsNotNull("unit".to_owned()),
    ])
}

impl Questions {
    /// Opens the score of one unit: its parts, and at most `limit` of the cards that took from it. None
    /// for a unit that had nothing to do with the window. Read as [`Questions::ranking`] is.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn explain_score(
        &self,
        unit: &str,
        window: Window,
        asked: Moment,
        reference: &Reference,
        page: (usize, Option<&str>),
    ) -> Result<Option<ScoreExplanation>, QuestionError> {
        let counted = self.count_score(unit, window, asked, reference).await?;
        let Some(counted) = counted else {
            return Ok(None);
        };
        Ok(Some(self.cards_behind(&counted, page).await?))
    }

    /// Counts the score of one unit; none for a unit that had nothing to do with the window.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn count_score(
        &self,
        unit: &str,
        window: Window,
        asked: Moment,
        reference: &Reference,
    ) -> Result<Option<CountedScore>, QuestionError> {
        let ranking = self.ranking(window, asked, reference).await?;
        let found = ranking.units.into_iter().find(|one| one.unit == unit);
        let Some(score) = found else {
            return Ok(None);
        };
        let span = self.span(window, asked).await?;
        Ok(Some(CountedScore {
            score,
            moment: span.moment,
            cards: Filter::And(vec![counted(&span), Filter::eq("unit", unit)]),
        }))
    }

    /// One page of the cards behind a score that is counted.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn cards_behind(
        &self,
        figure: &CountedScore,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<ScoreExplanation, QuestionError> {
        let ask = Ask {
            table: CardRow::TABLE,
            moment: figure.moment,
            filter: figure.cards.clone(),
            order: Vec::new(),
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let mut cards = Vec::new();
        for row in page.rows {
            cards.push(self.raised(CardRow::from_values(row)?).await?);
        }
        Ok(ScoreExplanation {
            score: figure.score.clone(),
            cards,
            next: page.next.map(String::from),
        })
    }

    /// A card with the event that raised it: cards are numbered in the order of theirs.
    async fn raised(&self, card: CardRow) -> Result<ExplainedCard, QuestionError> {
        let stream = StreamId::new("case", card.case_id.as_str());
        let (mut no, mut events) = (0, Vec::new());
        for event in self.log.read_stream(&self.tenant, &stream, 0).await? {
            let fact =
                read_case(&event).map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
            if matches!(fact.fact, CaseFact::SupervisionRaised { .. }) {
                no += 1;
                if no == card.no {
                    events.push(event.position);
                }
            }
        }
        Ok(ExplainedCard {
            ledger_no: card.ledger_no,
            case_id: card.case_id,
            card: card.card,
            rule: card.rule,
            raised_at: card.raised_at,
            events,
        })
    }

    /// Cards raised in the window that stand at the instant, by unit: yellow and red.
    pub(super) async fn cards(
        &self,
        span: &Span,
    ) -> Result<Vec<(String, u64, u64)>, QuestionError> {
        let is = |card: &str| (card.to_owned(), Filter::eq("card", card));
        let tally = Tally {
            table: CardRow::TABLE.to_owned(),
            as_of: span.moment.as_of(),
            filter: counted(span),
            group_by: vec!["unit".to_owned()],
            counts: vec![is("yellow"), is("red")],
            sums: Vec::new(),
        };
        let rows = self.views.tally(&self.tenant, CASES.name, tally).await?;
        let cards = rows.into_iter().filter_map(|row| {
            let unit = row.group.first().and_then(Value::as_text)?.to_owned();
            let count = |place: usize| row.counts.get(place).map_or(0, |of| of.unsigned_abs());
            Some((unit, count(0), count(1)))
        });
        Ok(cards.collect())
    }
}
