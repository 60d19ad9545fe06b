//! How long the clock's own commands have been waiting to be given.

use super::{MISSED, before, running};
use crate::case_view::ClockRow;
use crate::questions::{QuestionError, Questions};
use chrono::{DateTime, Utc};
use gridwhistle_store::views::{Filter, Op};

impl Questions {
    /// When the duty was due, or the reminder, that has waited the longest for the clock's own command;
    /// none: nothing waits. Who keeps timers is behind by so much.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn timers_waiting_since(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, QuestionError> {
        let mut oldest: Option<DateTime<Utc>> = None;
        for (clock, _) in MISSED {
            let overdue = Filter::And(vec![running(clock), before("due", now)]);
            let (rows, _) = self.clock_page(overdue, None, 1, now).await?;
            oldest = rows
                .first()
                .map(|row| row.due)
                .into_iter()
                .chain(oldest)
                .min();
        }
        let due = Filter::compare("remind_at", Op::Le, now);
        let page = self.rows_by(ClockRow::TABLE, due, "remind_at", None, 1, now);
        for values in page.await?.rows {
            let reminder = ClockRow::from_values(values)?.remind_at;
            oldest = reminder.into_iter().chain(oldest).min();
        }
        Ok(oldest)
    }
}
