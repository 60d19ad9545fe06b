//! What changed between two points, in words: counts of the ledger, cases, cards, and the law.
//!
//! Two points are either two instants of one state of knowledge, or two states of knowledge. The rows
//! of the ledger at both are walked side by side in the order of arrival, a page in memory; of a case
//! whose rows differ its own stream tells which event did it.

mod behind;
mod change;
mod law;
mod ledger;

pub use change::{CaseChange, Change, What};
pub use law::LawChange;

use crate::problem::Problem;
use crate::replay::case::{self, CaseThen};
use crate::replay::{Known, KnownBy, ReplayProblem, Replayed};
use crate::source::Source;
use behind::Behind;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_projections::case_view::LedgerRow;
use gridwhistle_projections::questions::{Count, CountsBy, LedgerFilter};
use gridwhistle_projections::{Moment, case_stream};
use gridwhistle_store::RecordedEvent;
use ledger::{Pair, Pairs};
use serde::Serialize;

/// Between which two points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// As things stood at two instants, by one state of knowledge.
    Happened {
        /// The first.
        from: DateTime<Utc>,
        /// The second.
        to: DateTime<Utc>,
        /// By what is known.
        known: KnownBy,
    },
    /// As was known at two points.
    Known {
        /// The first.
        from: KnownBy,
        /// The second.
        to: KnownBy,
    },
}

/// Where a state stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stand {
    /// As was known at this position.
    pub position: u64,
    /// As of this instant.
    pub as_of: DateTime<Utc>,
}

/// What changed.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// The first point.
    pub from: Stand,
    /// The second point.
    pub to: Stand,
    /// The figures of the whole ledger at the first; none of one case.
    pub before: Option<Count>,
    /// The same at the second.
    pub after: Option<Count>,
    /// The law published between the two; the first page has it.
    pub law: Vec<LawChange>,
    /// Further publications that are not listed.
    pub law_more: u64,
    /// Cases that changed, in the order of arrival.
    pub cases: Vec<CaseChange>,
    /// The number on the ledger after which the next page begins; none on the last.
    pub next: Option<u64>,
}

/// Two points, resolved.
#[derive(Clone, Copy)]
struct Ends {
    from: (Known, Moment),
    to: (Known, Moment),
    by_knowledge: bool,
}

impl Ends {
    async fn find(source: &Source, between: Between, now: DateTime<Utc>) -> Result<Self, Problem> {
        let order = |from: String, to: String| Problem::from(ReplayProblem::Order { from, to });
        match between {
            Between::Happened { from, to, .. } if from >= to => {
                Err(order(from.to_string(), to.to_string()))
            }
            Between::Happened { from, to, known } => {
                let known = Known::find(source, known, now).await?;
                Ok(Self {
                    from: (known, known.moment(Some(from))?),
                    to: (known, known.moment(Some(to))?),
                    by_knowledge: false,
                })
            }
            Between::Known { from, to } => {
                let from = Known::find(source, from, now).await?;
                let to = Known::find(source, to, now).await?;
                if from.position > to.position || from.at > to.at {
                    return Err(order(from.position.to_string(), to.position.to_string()));
                }
                Ok(Self {
                    from: (from, from.moment(None)?),
                    to: (to, to.moment(None)?),
                    by_knowledge: true,
                })
            }
        }
    }

    /// Whether an event lies between them.
    fn hold(&self, event: &RecordedEvent) -> bool {
        let (from, to) = (&self.from, &self.to);
        if self.by_knowledge {
            return event.position > from.0.position && event.position <= to.0.position;
        }
        let at = event.occurred_at;
        at > from.1.instant() && at <= to.1.instant() && event.position <= to.0.position
    }

    fn stands(&self) -> (Stand, Stand) {
        let of = |(known, moment): &(Known, Moment)| Stand {
            position: known.position,
            as_of: moment.instant(),
        };
        (of(&self.from), of(&self.to))
    }
}

/// What changed in the city, at most `limit` cases after a number on the ledger.
///
/// # Errors
/// [`ReplayProblem::Order`]; as [`Replayed::of`].
pub async fn city(
    source: &Source,
    between: Between,
    (after, limit): (Option<u64>, usize),
    now: DateTime<Utc>,
) -> Result<Diff, Problem> {
    let ends = Ends::find(source, between, now).await?;
    let second = Replayed::of(source, ends.to.0).await?;
    let first = match ends.by_knowledge {
        true => Some(Replayed::of(source, ends.from.0).await?),
        false => None,
    };
    let sides = (first.as_ref().unwrap_or(&second), &second);
    let mut pairs = Pairs::new(sides, (ends.from.1, ends.to.1), after);
    let (mut cases, mut next) = (Vec::new(), None);
    while let Some(pair) = pairs.next().await? {
        if cases.len() == limit {
            next = Some(pair.number.saturating_sub(1));
            break;
        }
        cases.extend(of_pair(source, &ends, &pair, second.reference()).await?);
    }
    let (from, to) = ends.stands();
    let (law, law_more) = match after {
        None => law::between(source, &|event| ends.hold(event)).await?,
        Some(_) => (Vec::new(), 0),
    };
    Ok(Diff {
        from,
        to,
        before: Some(counted(sides.0, ends.from.1).await?),
        after: Some(counted(sides.1, ends.to.1).await?),
        law,
        law_more,
        cases,
        next,
    })
}

/// What changed of one case, read from its stream alone.
///
/// # Errors
/// [`ReplayProblem::NoCase`] where it was not there at the second point either.
pub async fn case(
    source: &Source,
    between: Between,
    id: CaseId,
    now: DateTime<Utc>,
) -> Result<Diff, Problem> {
    let ends = Ends::find(source, between, now).await?;
    let then = |(known, moment): (Known, Moment)| case::then(source, known, id, moment.as_of());
    let second = then(ends.to).await?;
    let first = match then(ends.from).await {
        Err(Problem::Replay(problem)) if problem.is_no_case() => None,
        first => Some(first?),
    };
    let row = |then: &CaseThen| then.file.ledger.clone();
    let pair = Pair {
        number: u64::try_from(second.file.ledger.ledger_no).unwrap_or(0),
        before: first.as_ref().map(row),
        after: Some(row(&second)),
        at: (ends.from.1.instant(), ends.to.1.instant()),
    };
    let (from, to) = ends.stands();
    let changed = of_pair(source, &ends, &pair, &second.reference).await?;
    Ok(Diff {
        from,
        to,
        before: None,
        after: None,
        law: Vec::new(),
        law_more: 0,
        cases: changed.into_iter().collect(),
        next: None,
    })
}

/// The changes of a case, if there are any.
async fn of_pair(
    source: &Source,
    ends: &Ends,
    pair: &Pair,
    reference: &Reference,
) -> Result<Option<CaseChange>, Problem> {
    let Some(row) = pair.after.as_ref().or(pair.before.as_ref()) else {
        return Ok(None);
    };
    if !change::may_differ(pair) {
        return Ok(None);
    }
    let id = row.case_id.parse().map(CaseId);
    let stream = match id {
        Ok(id) => source.stream(&case_stream(id), ends.to.0.position).await?,
        Err(_) => Vec::new(),
    };
    let behind = Behind::of(&stream, reference, &|event| ends.hold(event))?;
    let changes = change::changes(pair, &behind);
    let change = |row: &LedgerRow| CaseChange {
        case_id: row.case_id.clone(),
        ledger_no: pair.number,
        title: row.title.clone(),
        changes,
    };
    Ok(Some(change(row)).filter(|change| !change.changes.is_empty()))
}

async fn counted(side: &Replayed, moment: Moment) -> Result<Count, Problem> {
    let (questions, all) = (side.questions(), LedgerFilter::default());
    Ok(questions.counts(CountsBy::Class, &all, moment).await?.total)
}
