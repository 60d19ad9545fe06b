//! What a person should know of a case before deciding on it, counted from the views. A warning
//! stops nothing and is read by no rule.

use crate::Engine;
use crate::error::EngineError;
use chrono::TimeDelta;
use gridwhistle_domain::case::warning::WhistleRate;
use gridwhistle_domain::ids::{CaseId, GridId};
use gridwhistle_domain::policy::rows::Route;

impl Engine {
    /// The warnings on a whistle: whether its grid whistles more often than the policy thinks usual.
    /// None for a case without a whistle. Brings the views up to the head first.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// assert!(engine.whistle_rate(case).await?.is_none(), "nobody whistled");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When views or log cannot be read.
    pub async fn whistle_rate(&self, id: CaseId) -> Result<Option<WhistleRate>, EngineError> {
        let Some(case) = self.case(id).await? else {
            return Ok(None);
        };
        let (reference, now) = (self.reference(), self.now());
        let pinned = case.policy.as_ref();
        let policy = pinned.and_then(|pinned| reference.policies.get(pinned));
        let (Some(policy), Some(kind), Some(grid)) = (policy, case.whistled_as(), &case.grid)
        else {
            return Ok(None);
        };
        let registry = &reference.registry;
        let level_one = registry.level_one(grid, now).unwrap_or(grid);
        let all = registry.grids().map(|grid| &grid.id);
        let grids: Vec<GridId> = all
            .filter(|one| registry.level_one(one, now) == Some(level_one))
            .cloned()
            .collect();
        let rows = policy.class.iter();
        let classes: Vec<_> = rows
            .filter(|(_, row)| row.route == Route::Whistle)
            .map(|(class, _)| *class)
            .collect();
        let since = now - TimeDelta::days(policy.windows.whistle_rate_days.into());
        self.catch_up().await?;
        let cases = self
            .questions()
            .cases_in(&grids, &classes, since, now)
            .await?;
        let mut count = 0;
        for one in cases {
            let other = self.case(one).await?;
            let whistle = other.as_ref().and_then(|case| case.whistle.as_ref());
            count += u32::from(whistle.is_some_and(|one| one.kind == kind && one.at >= since));
        }
        Ok(WhistleRate::of(policy, kind, level_one, count))
    }
}
