//! One case replayed on the flow of its own policy: its stages command by command, its duties at the
//! point where they are due.

mod duties;
mod pace;

use super::deviation::{Deviation, DeviationKind, Milestone};
use super::flag::Flag;
use super::model::{Model, Models};
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::case::{Case, ladder};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{PolicyVersion, UnitId};
use gridwhistle_projections::Unreadable;
use gridwhistle_projections::read;
use gridwhistle_store::RecordedEvent;
use std::rc::Rc;

/// A signature with the time that was left for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) person: String,
    pub(super) unit: String,
    pub(super) at: DateTime<Utc>,
    pub(super) event: u64,
}

/// A closing by people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closed {
    pub(super) unit: String,
    pub(super) at: DateTime<Utc>,
    pub(super) event: u64,
}

/// What one case came to.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// The case.
    pub case: String,
    /// The unit that led at last, or that of whoever handled it.
    pub unit: Option<String>,
    /// The class at last.
    pub class: Option<String>,
    /// Handled by another system.
    pub imported: bool,
    /// Steps in all.
    pub steps: u64,
    /// Those that do not fit.
    pub deviations: Vec<Deviation>,
    /// Patterns of this case alone.
    pub flags: Vec<Flag>,
    /// Signatures just before they were due.
    pub(super) signed: Vec<Signed>,
    /// Closings.
    pub(super) closed: Vec<Closed>,
}

/// How the case stood before a command.
struct Before {
    stage: Option<Stage>,
    class: Option<CaseClass>,
    /// Duties that were owed: since when, and until when.
    owed: Vec<(ClockId, DateTime<Utc>, DateTime<Utc>)>,
}

impl Before {
    fn of(case: &Case) -> Self {
        let owed = case.owed_clocks();
        Self {
            stage: case.stage,
            class: case.class,
            owed: owed
                .map(|clock| (clock.id, clock.started_at, clock.marks.due))
                .collect(),
        }
    }

    /// The time given for a duty and the time left at an instant, in minutes.
    fn pace(&self, of: impl Fn(ClockId) -> bool, at: DateTime<Utc>) -> Option<(i64, i64)> {
        let (_, since, due) = self.owed.iter().find(|(id, ..)| of(*id))?;
        Some(((*due - *since).num_minutes(), (*due - at).num_minutes()))
    }

    /// The same for the clock that supervision goes by.
    fn handling(&self, at: DateTime<Utc>) -> Option<(i64, i64)> {
        self.pace(ladder::goes_by, at)
    }
}

/// The replay of one case.
struct Replay<'m, 'a> {
    models: &'m mut Models<'a>,
    case: Case,
    traced: Traced,
    pace: pace::Pace,
}

/// Replays the events of one stream.
///
/// # Errors
/// [`Unreadable`] names the event.
pub fn replay(rows: &[RecordedEvent], models: &mut Models<'_>) -> Result<Traced, Unreadable> {
    let id = rows.first().map(|row| row.stream.aggregate_id.clone());
    let mut replay = Replay {
        models,
        case: Case::default(),
        traced: Traced {
            case: id.unwrap_or_default(),
            ..Traced::default()
        },
        pace: pace::Pace::default(),
    };
    for command in rows.chunk_by(|one, next| one.command_id == next.command_id) {
        replay.command(command)?;
    }
    Ok(replay.end())
}

impl Replay<'_, '_> {
    /// The events of one command: what it does to the stage counts as a whole.
    fn command(&mut self, rows: &[RecordedEvent]) -> Result<(), Unreadable> {
        let before = Before::of(&self.case);
        let mut last = None;
        for row in rows {
            let event = read(row)?;
            self.duties(row.position, &event);
            self.note(row.position, &event, &before);
            evolve(&mut self.case, &event);
            last = Some((row.position, event));
        }
        if let Some((position, event)) = last {
            self.stage(position, &event, &before);
        }
        Ok(())
    }

    fn end(mut self) -> Traced {
        self.traced.imported = self.case.foreign.is_some();
        self.traced.class = self.case.class.map(|class| class.code().to_owned());
        self.traced.unit = self.unit().map(|unit| unit.to_string());
        self.told();
        self.traced
    }

    /// The unit that leads, or led last, or that of whoever handles it.
    fn unit(&self) -> Option<UnitId> {
        let led = |leg: &&gridwhistle_domain::case::Leg| leg.part == Part::Lead;
        let last = || self.case.legs.iter().rev().find(led);
        let lead = self.case.lead().or_else(last).map(|leg| leg.unit.clone());
        let handler = || self.case.handler.as_ref().map(|by| by.unit.clone());
        let unit = lead.or_else(handler);
        unit.filter(|unit| !unit.as_str().is_empty())
    }

    /// The policy that the case is judged by: the pinned one, or before acceptance that in force.
    fn version(&self, at: DateTime<Utc>) -> Option<PolicyVersion> {
        let in_force = || self.models.policies().in_force(at);
        let pinned = self.case.policy.clone();
        pinned.or_else(|| in_force().map(|policy| policy.version.clone()))
    }

    fn model(&mut self, class: Option<CaseClass>, at: DateTime<Utc>) -> Option<Rc<Model>> {
        let version = self.version(at)?;
        self.models.of(&version, class)
    }

    /// Counts a step, and keeps it where it does not fit.
    fn step(
        &mut self,
        (position, event): (u64, &CaseEvent),
        (from, to): (Option<Stage>, Option<Stage>),
        deviates: Option<(DeviationKind, Vec<Milestone>)>,
    ) {
        self.traced.steps += 1;
        let Some((kind, what)) = deviates else { return };
        let acting = Some(&event.by.unit).filter(|unit| !unit.as_str().is_empty());
        let unit = self.unit().or_else(|| acting.cloned());
        self.traced.deviations.push(Deviation {
            case: self.traced.case.clone(),
            event: position,
            at: event.at,
            unit: unit.map(|unit| unit.to_string()),
            class: self.case.class.map(|class| class.code().to_owned()),
            policy: self.version(event.at).map(|policy| policy.to_string()),
            kind,
            what,
            from,
            to,
            overdue: None,
        });
    }

    /// Holds a change of stage against the arrows.
    fn stage(&mut self, position: u64, event: &CaseEvent, before: &Before) {
        // An imported case moves by its source's own rules.
        let (Some(to), None) = (self.case.stage, &self.case.foreign) else {
            return;
        };
        let left_class = before.class.is_some() && before.class != self.case.class;
        if before.stage == Some(to) && !left_class {
            return;
        }
        let class = before.class.or(self.case.class);
        let deviates = match self.model(class, event.at) {
            None => Some((DeviationKind::Inserted, vec![Milestone::KnownPolicy])),
            Some(model) if left_class => before
                .stage
                .is_none_or(|stage| !model.may_leave(stage))
                .then(|| (DeviationKind::Inserted, vec![Milestone::Stage(to)])),
            Some(model) if model.leads(before.stage, to) => None,
            Some(model) => Some(how(&model, before.stage, to)),
        };
        self.step((position, event), (before.stage, Some(to)), deviates);
    }
}

/// What kind of deviation a change of stage is that no arrow knows.
fn how(model: &Model, from: Option<Stage>, to: Stage) -> (DeviationKind, Vec<Milestone>) {
    let stages = |all: Vec<Stage>| all.into_iter().map(Milestone::Stage).collect();
    match model.between(from, to) {
        Some(skipped) if !skipped.is_empty() => (DeviationKind::Skipped, stages(skipped)),
        _ => match from.and_then(|from| model.between(Some(to), from)) {
            Some(_) => (DeviationKind::OutOfOrder, stages(vec![to])),
            None => (DeviationKind::Inserted, stages(vec![to])),
        },
    }
}
