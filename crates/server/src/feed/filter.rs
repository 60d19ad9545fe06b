//! Which events somebody is told: those that they ask for, of those that they may see.

use super::told::{Recorded, case_of};
use crate::app::App;
use crate::params::Params;
use crate::problem::Issue;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::authority::{Reach, Sight, Within, covers_within, reach};
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::sessions::BrowserSession;
use gridwhistle::{Engine, EngineError};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) case: Option<CaseId>,
    types: BTreeSet<String>,
    actor: Option<String>,
    unit: Option<String>,
}

impl Wanted {
    /// From the parameters `case`, `type` with commas between, `actor` and `unit`.
    pub(crate) fn read(params: &mut Params) -> Result<Self, Issue> {
        let case = |text: &str| text.parse().ok().map(CaseId);
        let case = params.read("case", "019a0000-0000-7000-8000-000000000001", case)?;
        let name = |text: &str| {
            let names = text.split(',').map(|name| name.trim().to_owned());
            let names: BTreeSet<String> = names.collect();
            let sound = |name: &String| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
            names.iter().all(sound).then_some(names)
        };
        let types = params.read("type", "CaseReported,CaseClosed", name)?;
        let types = types.unwrap_or_default();
        let (actor, unit) = (params.text("actor"), params.text("unit"));
        Ok(Self {
            case,
            types,
            actor,
            unit,
        })
    }

    /// Whether an event is asked for.
    pub(crate) fn takes(&self, row: &Recorded) -> bool {
        (self.types.is_empty() || self.types.contains(&row.event_type))
            && (self.case.is_none() || self.case == case_of(row))
            && self.is_by(row)
    }

    /// Whether somebody who is asked for did it. Nobody finds a resident so, nor what the clock did.
    fn is_by(&self, row: &Recorded) -> bool {
        if self.actor.is_none() && self.unit.is_none() {
            return true;
        }
        let Ok(Outline { by }) = serde_json::from_str(&row.payload) else {
            return false;
        };
        let asked = |asked: &Option<String>, is: &str| asked.as_deref().is_none_or(|one| one == is);
        !matches!(by.role, Role::Resident | Role::System)
            && case_of(row).is_some()
            && asked(&self.actor, by.person.as_str())
            && asked(&self.unit, by.unit.as_str())
    }
}

/// Who did what an event tells.
#[derive(Deserialize)]
struct Outline {
    by: Actor,
}

/// Who looks, and how far they see. It is found again whenever the registry changed, and now and then.
pub(crate) struct Viewer {
    actor: Actor,
    reach: Reach,
    within: Within,
    reference: Arc<Reference>,
    found: DateTime<Utc>,
    /// The session by which they are known, where it is one.
    session: Option<BrowserSession>,
}

/// How old what was found may be: tenures begin and end by the clock.
const AGE: TimeDelta = TimeDelta::minutes(1);

impl Viewer {
    /// Of a caller.
    pub(crate) fn of(app: &App, actor: Actor) -> Self {
        let (reference, now) = (app.engine.reference(), app.engine.now());
        let reach = reach(actor.role, Sight::Cases);
        Self {
            within: Within::of(reach, &actor, &reference.registry, now),
            reach,
            actor,
            reference,
            found: now,
            session: None,
        }
    }

    /// The same, known by a session.
    pub(crate) fn by(self, session: Option<BrowserSession>) -> Self {
        Self { session, ..self }
    }

    /// Whether they may go on looking: they are in office, and have not logged out.
    pub(crate) async fn goes_on(&mut self, engine: &Engine) -> Result<bool, EngineError> {
        if !self.still_in_office(engine) {
            return Ok(false);
        }
        match &self.session {
            Some(session) => Ok(!engine.session_ended(session).await?),
            None => Ok(true),
        }
    }

    /// Looks again where that is due. Whether they are still in the office that they look from.
    fn still_in_office(&mut self, engine: &Engine) -> bool {
        let (reference, now) = (engine.reference(), engine.now());
        if Arc::ptr_eq(&reference, &self.reference) && now - self.found < AGE {
            return true;
        }
        let registry = &reference.registry;
        let (actor, reach) = (&self.actor, self.reach);
        self.within = Within::of(reach, actor, registry, now);
        let in_office = actor.role == Role::Resident
            || registry.holds(&actor.person, actor.role, &actor.unit, now);
        (self.reference, self.found) = (reference, now);
        in_office
    }

    /// Whether they see an event: of a case as far as they see it as it stands now; of what the city
    /// sets up, and of its scores, if they see any. Everything else in the log is told to nobody.
    pub(crate) fn sees(&self, row: &Recorded, case: Option<&Case>) -> bool {
        if case_of(row).is_some() {
            let (registry, now) = (&self.reference.registry, self.found);
            let covers =
                |case| covers_within(self.reach, &self.within, &self.actor, case, registry, now);
            return case.is_some_and(covers);
        }
        let sight = match row.stream.aggregate_type.as_str() {
            "registry" | "catalogue" | "policy" | "calendar" => Sight::Reference,
            "score_run" => Sight::Figures,
            _ => return false,
        };
        reach(self.actor.role, sight) == Reach::Tenant
    }
}

/// Whether an event can be told to anybody at all.
pub(crate) fn is_told(row: &Recorded) -> bool {
    let kinds = [
        "case",
        "registry",
        "catalogue",
        "policy",
        "calendar",
        "score_run",
    ];
    kinds.contains(&row.stream.aggregate_type.as_str())
}
