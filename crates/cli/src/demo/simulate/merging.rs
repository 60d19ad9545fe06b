//! A case is merged into one that is open at that moment: what was open when the look began may have
//! been merged or closed by then.

use super::super::DemoError;
use super::super::plan::Quirk;
use super::{Ready, Simulation, Wake};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::case::command::{CaseCommand, CommandName};
use gridwhistle::domain::ids::CaseId;

/// How far back somebody looks for a case of the same problem.
const NEIGHBOURS: usize = 40;

impl Simulation<'_> {
    /// A merge with its target; none when no case is open to take it, and the case is accepted.
    pub(super) async fn aimed(
        &mut self,
        mut one: Ready,
        now: DateTime<Utc>,
    ) -> Result<Option<Ready>, DemoError> {
        if !matches!(one.request.command, CaseCommand::Merge { .. }) {
            return Ok(Some(one));
        }
        let no = one.no;
        let Some(into) = self.open_neighbour(no).await? else {
            self.lives[no].todo.remove(&Quirk::Merge);
            let then = Wake::Act(Some(CommandName::Accept));
            self.wake(now + TimeDelta::minutes(1), no, then);
            return Ok(None);
        };
        one.request.command = CaseCommand::Merge { into };
        Ok(Some(one))
    }

    /// The latest case of the same street that still stands open.
    async fn open_neighbour(&self, no: usize) -> Result<Option<CaseId>, DemoError> {
        let plan = &self.lives[no].plan;
        let recent = self.world.recent.get(&plan.spot.street);
        for case in recent.into_iter().flatten().rev().take(NEIGHBOURS) {
            let open = self
                .engine
                .case(*case)
                .await?
                .is_some_and(|case| case.is_open());
            if open && *case != plan.id {
                return Ok(Some(*case));
            }
        }
        Ok(None)
    }
}
