//! What another policy would make of the duties that are owed now, before anybody publishes it.

use crate::Engine;
use crate::error::EngineError;
use gridwhistle_domain::case::foresee::{DutyUnder, duties_under};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::Policy;
use gridwhistle_projections::questions::{LedgerFilter, LedgerSort, Moment};

/// Rows of the ledger that are read at a time.
const PAGE: usize = 500;

/// The duties of open cases under the policy that each pinned and under another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// Cases that were looked at.
    pub cases: u64,
    /// There are more, which were not.
    pub more: bool,
    /// Their duties that the policies have a word on.
    pub duties: Vec<DutyUnder>,
}

impl Engine {
    /// Looks at up to `most` open cases, those that are due first before the others.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::policy::Policy;
    /// use gridwhistle::foresee::Foreseen;
    ///
    /// gridwhistle::doc::reported(&engine).await?;
    /// engine.catch_up().await?;
    /// let same: Foreseen = engine.foresee(&Policy::built_in(), 100).await?;
    /// assert!(same.duties.iter().all(|duty| duty.would_be == Some(duty.due)));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When log or views cannot be read.
    pub async fn foresee(&self, policy: &Policy, most: usize) -> Result<Foreseen, EngineError> {
        let (reference, now) = (self.reference(), self.now());
        let filter = LedgerFilter {
            open_only: true,
            ..LedgerFilter::default()
        };
        let (mut found, mut cursor) = (Foreseen::default(), None::<String>);
        loop {
            let left = most.saturating_sub(usize::try_from(found.cases).unwrap_or(most));
            if left == 0 {
                found.more = true;
                return Ok(found);
            }
            let page = self.questions().ledger(
                &filter,
                LedgerSort::Due,
                cursor.as_deref(),
                left.min(PAGE),
                Moment::now(now),
            );
            let page = page.await?;
            for row in &page.rows {
                found.cases += 1;
                let id = row.case_id.parse().map(CaseId);
                let case = match id {
                    Ok(id) => self.case(id).await?,
                    Err(_) => None,
                };
                let duties = case.map(|case| duties_under(&case, policy, &reference, now));
                found.duties.extend(duties.unwrap_or_default());
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }
}
