//! Others in the city: people who look at the pages, report and decide. What they do is answered.

use super::super::DemoError;
use super::super::dice::Dice;
use super::super::plan;
use super::{Life, Simulation, Wake};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::EngineError;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::CaseId;
use std::collections::BTreeSet;

/// Events that are looked through at a time.
const LOOK: usize = 1_000;
/// Minutes until somebody answers, at least and at most.
const ANSWER_MINUTES: (i64, i64) = (3, 20);

impl Simulation<'_> {
    /// From now on others act, too.
    pub(in crate::demo) async fn open(&mut self) -> Result<(), DemoError> {
        self.open = true;
        self.looked = self.head().await?;
        Ok(())
    }

    /// Lives on to an instant, and sees what others did meanwhile.
    pub(in crate::demo) async fn live(&mut self, now: DateTime<Utc>) -> Result<(), DemoError> {
        self.run(now, &mut |_| {}).await?;
        let log = self.engine.log();
        let events = log.read_log(self.engine.tenant(), self.looked, LOOK).await;
        let events = events.map_err(EngineError::from)?;
        let mut touched = BTreeSet::new();
        for event in &events {
            self.looked = event.position;
            let ours = self.given.contains(&event.command_id) || of_system(&event.payload);
            let case = event.stream.aggregate_id.parse().map(CaseId);
            if let ("case", false, Ok(case)) = (event.stream.aggregate_type.as_str(), ours, case) {
                touched.insert(case);
            }
        }
        for event in events {
            self.given.remove(&event.command_id);
        }
        for case in touched {
            if let Some(state) = self.engine.case(case).await? {
                self.visited(case, &state, now);
            }
        }
        Ok(())
    }

    async fn head(&self) -> Result<u64, DemoError> {
        let head = self.engine.log().head(self.engine.tenant()).await;
        Ok(head.map_err(EngineError::from)?)
    }

    /// A case that somebody else touched is looked at soon; one that they reported gets a life.
    fn visited(&mut self, case: CaseId, state: &Case, now: DateTime<Utc>) {
        let known = self.lives.iter().position(|life| life.plan.id == case);
        let no = known.unwrap_or_else(|| self.adopt(case, state, now));
        self.lives[no].soon = true;
        let (low, high) = ANSWER_MINUTES;
        let wait = self.lives[no].dice.between(low, high);
        self.wake(now + TimeDelta::minutes(wait), no, Wake::Act(None));
    }

    /// A case that others reported, in the hands of the people of its own place.
    fn adopt(&mut self, case: CaseId, state: &Case, now: DateTime<Utc>) -> usize {
        let no = u64::try_from(self.lives.len()).unwrap_or(0);
        let mut dice = Dice::new(self.world.seed, no);
        let (city, matters) = (&self.world.city, self.world.matters.as_slice());
        let class = state.class.unwrap_or(CaseClass::Undertaken);
        let mut plan = plan::plan((no, 0), case, class, now, (city, matters), &mut dice);
        let grid = state.grid.as_ref().map(|grid| grid.as_str());
        let mut spots = city.spots.iter();
        if let Some(spot) = spots.find(|spot| Some(spot.grid.as_str()) == grid) {
            plan.spot = spot.clone();
        }
        let mut known = matters.iter();
        if let Some(matter) = known.find(|one| Some(&one.code) == state.matter.as_ref()) {
            plan.matter = matter.clone();
        }
        plan.todo.clear();
        plan.stuck = None;
        plan.resident = false;
        self.lives.push(Life {
            todo: BTreeSet::new(),
            dice,
            plan,
            commands: 0,
            soon: false,
        });
        self.lives.len() - 1
    }
}

/// Whether the clock gave it: nobody has to be answered.
fn of_system(payload: &str) -> bool {
    let event: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    event["by"]["role"] == Role::System.code()
}
