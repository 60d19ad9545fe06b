//! A window with the instant at which it is looked at, and what is known since of the cases that it
//! counted then.
//!
//! Figures look at a window at its end, so that work done later makes no earlier month better. Two things
//! reach back all the same, when somebody asks later: a case that was voided or merged since is in no
//! figure (`DOMAIN.md` 4), and a closing that was soon undone was none at the first go (4.4).

use super::window::Window;
use super::{Moment, QuestionError, Questions};
use crate::case_view::AfterwardsRow;
use crate::case_view::counts::SOON;
use chrono::{DateTime, Utc};
use gridwhistle_store::views::{Filter, Op, Value};
use std::collections::BTreeMap;

/// Cases by their numbers, each with the highest number of a leg of it.
pub(super) type Struck = BTreeMap<i64, i64>;

/// A window as it is looked at.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// From when to before when.
    pub(super) window: Window,
    /// The asked instant, or the window's end where that is earlier.
    pub(super) moment: Moment,
    /// Cases that were struck between that and the asked instant.
    struck: Struck,
    /// Cases that were signed off in it and reopened since.
    undone: Vec<Undone>,
}

/// A case that was signed off for the first time in a window, and soon reopened after it was looked at.
#[derive(Clone, Debug)]
pub(super) struct Undone {
    ledger_no: i64,
    /// The unit that led it.
    pub(super) unit: Option<String>,
    /// Until then it was settled at the first go.
    pub(super) at_once: bool,
}

impl Span {
    /// A window as it stands at an instant, with nothing known since.
    pub(super) const fn plain(window: Window, moment: Moment) -> Self {
        Self {
            window,
            moment,
            struck: Struck::new(),
            undone: Vec::new(),
        }
    }

    /// The instant at which it is looked at.
    pub(super) fn at(&self) -> DateTime<Utc> {
        self.moment.instant()
    }

    /// Rows with an instant that lies in it.
    pub(super) fn during(&self, column: &str) -> Filter {
        self.window.filter(column, self.at())
    }

    /// Cases that were struck since.
    pub(super) const fn struck(&self) -> &Struck {
        &self.struck
    }

    /// Cases that were signed off in it and reopened since.
    pub(super) fn undone(&self) -> &[Undone] {
        &self.undone
    }

    /// Rows of those.
    pub(super) fn came_undone(&self) -> Filter {
        Filter::In {
            column: "ledger_no".to_owned(),
            values: self.undone.iter().map(|one| one.ledger_no.into()).collect(),
        }
    }

    /// Rows of the cases that were not struck.
    pub(super) fn stands(&self) -> Filter {
        none_of(&self.struck)
    }
}

/// The latest instant at which what came back is still held against a closing of the window.
pub(super) fn soon_after(window: Window, asked: Moment) -> DateTime<Utc> {
    let last = window.before.checked_add_signed(SOON);
    asked.instant().min(last.unwrap_or(window.before))
}

/// The latest instant at which a reopening is still held against a closing.
pub(super) fn judged_until(closed_at: DateTime<Utc>, asked: Moment) -> DateTime<Utc> {
    let last = closed_at.checked_add_signed(SOON);
    asked.instant().min(last.unwrap_or(closed_at))
}

/// Rows of cases that are not among these.
pub(super) fn none_of(cases: &Struck) -> Filter {
    if cases.is_empty() {
        return Filter::All;
    }
    Filter::negate(Filter::In {
        column: "ledger_no".to_owned(),
        values: cases.keys().copied().map(Value::from).collect(),
    })
}

impl Questions {
    /// A window as it is looked at by somebody who asks at an instant.
    pub(super) async fn span(&self, window: Window, asked: Moment) -> Result<Span, QuestionError> {
        let mut span = Span::plain(window, window.looked_at(asked));
        span.struck = self.struck(window.from, span.at(), asked).await?;
        span.undone = self.undone(&span, asked).await?;
        Ok(span)
    }

    /// The cases that were signed off in a window and soon reopened, after it was looked at and by the
    /// asked instant.
    async fn undone(&self, span: &Span, asked: Moment) -> Result<Vec<Undone>, QuestionError> {
        let (window, after) = (span.window, span.at());
        if asked.instant() <= after {
            return Ok(Vec::new());
        }
        let not_struck_yet = Filter::Or(vec![
            Filter::IsNull("struck_at".to_owned()),
            Filter::compare("struck_at", Op::Gt, asked.instant()),
        ]);
        let filter = Filter::And(vec![
            Filter::compare("reopened_at", Op::Gt, after),
            Filter::compare("reopened_at", Op::Le, soon_after(window, asked)),
            window.filter("closed_at", after),
            not_struck_yet,
        ]);
        let rows = self.afterwards("reopened_at", filter, asked).await?;
        let undone = rows.into_iter().map(|row| Undone {
            ledger_no: row.ledger_no,
            unit: row.unit,
            at_once: row.at_once,
        });
        Ok(undone.collect())
    }

    /// Cases that were there at an instant, had to do with anything since `from`, and were
    /// struck after the instant and by the asked one.
    pub(super) async fn struck(
        &self,
        from: DateTime<Utc>,
        after: DateTime<Utc>,
        asked: Moment,
    ) -> Result<Struck, QuestionError> {
        if asked.instant() <= after {
            return Ok(Struck::new());
        }
        let filter = Filter::And(vec![
            Filter::compare("struck_at", Op::Gt, after),
            Filter::compare("struck_at", Op::Le, asked.instant()),
            Filter::compare("began_at", Op::Le, after),
            Filter::compare("counts_until", Op::Ge, from),
        ]);
        let rows = self.afterwards("struck_at", filter, asked).await?;
        let cases = rows.into_iter().map(|row| (row.ledger_no, row.legs));
        Ok(cases.collect())
    }

    /// What is known since of cases, found by the column of an instant.
    async fn afterwards(
        &self,
        by: &str,
        filter: Filter,
        asked: Moment,
    ) -> Result<Vec<AfterwardsRow>, QuestionError> {
        // What came of a case stands once and for all, under its own instant.
        let now = Moment::now(asked.instant());
        let rows = self.every((AfterwardsRow::TABLE, by), filter, now).await?;
        let rows = rows.into_iter().map(AfterwardsRow::from_values);
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
