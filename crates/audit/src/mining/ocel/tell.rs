//! A case's objects and events, and the city's people, units and grids that they hang on.

use super::model::{Change, Event, Object, ObjectType as T, Relation};
use crate::mining::activity::{self, instant, is_bookkeeping};
use crate::mining::story::{Step, Story};
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::case::fact::CaseFact as F;
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::case::stage::LegStage;
use gridwhistle_domain::ids::{GridId, UnitId};
use gridwhistle_domain::registry::Registry;
use std::collections::{BTreeMap, BTreeSet};

/// What cases share: met on the first walk, told at its end.
pub(super) struct City<'a> {
    registry: &'a Registry,
    /// Units and grids with the instant they were first met, people's offices too.
    met: BTreeMap<(T, String), (DateTime<Utc>, Option<Actor>)>,
}

/// The id of an object in a file.
fn id(of: T, code: impl std::fmt::Display) -> String {
    format!("{}:{code}", of.name())
}

/// The id of an event: its position, padded, so that events of one instant keep their order in tools
/// that sort ids as text.
fn event_id(position: u64) -> String {
    format!("{position:012}")
}

fn relation(of: T, code: impl std::fmt::Display, qualifier: &'static str) -> Relation {
    Relation {
        to: id(of, code),
        of,
        qualifier,
    }
}

fn part(part: Part) -> &'static str {
    match part {
        Part::Lead => "lead",
        Part::CoHandler => "co_handler",
        Part::Optional => "optional",
    }
}

/// The meeting that each step of a case belongs to, numbered from 1.
fn meetings(story: &Story) -> Vec<Option<u32>> {
    let (mut number, mut open) = (0, false);
    let of = |step: &Step| match step.fact() {
        F::CoordinationConvened { .. } => {
            number += u32::from(!open);
            open = true;
            Some(number)
        }
        F::CoordinationAdjourned { .. } | F::CoordinationEscalated { .. } => {
            (number > 0).then_some(number)
        }
        F::CoordinationDecided { .. } => {
            open = false;
            (number > 0).then_some(number)
        }
        _ => None,
    };
    story.steps.iter().map(of).collect()
}

impl<'a> City<'a> {
    pub(super) fn new(registry: &'a Registry) -> Self {
        Self {
            registry,
            met: BTreeMap::new(),
        }
    }

    /// The case, its legs and its meetings; whom else it names is kept for [`Self::shared`].
    pub(super) fn objects(&mut self, story: &Story) -> Vec<Object> {
        for step in &story.steps {
            for relation in self.relations(story, step, None) {
                let actor = match relation.of {
                    T::Unit | T::Grid => None,
                    T::PersonRole => Some(step.event.by.clone()),
                    T::Case | T::Leg | T::Coordination => continue,
                };
                let met = self.met.entry((relation.of, relation.to));
                met.or_insert((step.event.at, actor));
            }
        }
        let mut found = vec![case(story)];
        found.extend(legs(story));
        found.extend(self.coordinations(story));
        found
    }

    /// The units, grids and offices that were met.
    pub(super) fn shared(&self) -> Vec<Object> {
        let told = self.met.iter().map(|((of, id), (at, actor))| {
            let (values, relations) = match actor {
                Some(actor) => self.office(actor),
                None => (self.described(*of, id), Vec::new()),
            };
            let values = values.into_iter().filter(|(_, value)| !value.is_empty());
            let change = |(name, value)| Change {
                name,
                value,
                at: *at,
            };
            Object {
                id: id.clone(),
                of: *of,
                attributes: values.map(change).collect(),
                relations,
            }
        });
        told.collect()
    }

    fn office(&self, actor: &Actor) -> (Vec<(&'static str, String)>, Vec<Relation>) {
        let values = vec![
            ("role", actor.role.code().to_owned()),
            ("rank", actor.role.rank().code().to_owned()),
        ];
        let seat = self.seat(actor, "in_office_at");
        (values, seat.into_iter().collect())
    }

    /// What the registry says of a unit or grid, as it is called at last.
    fn described(&self, of: T, id: &str) -> Vec<(&'static str, String)> {
        let code = id.split_once(':').map_or(id, |(_, code)| code);
        if of == T::Grid {
            let grid = self.registry.grid(&code.into());
            let known = grid.and_then(|grid| grid.history.last());
            let name = known.map(|known| &known.facts.name);
            return name.map_or_else(Vec::new, |name| {
                vec![
                    ("grid_name_zh", name.zh.clone()),
                    ("grid_name_en", name.en.clone()),
                ]
            });
        }
        let Some(unit) = self.registry.unit(&code.into()) else {
            return Vec::new();
        };
        let mut values = vec![("unit_kind", unit.kind.code().to_owned())];
        if let Some(known) = unit.history.last() {
            values.push(("unit_name_zh", known.facts.name.zh.clone()));
            values.push(("unit_name_en", known.facts.name.en.clone()));
        }
        values
    }

    fn coordinations(&self, story: &Story) -> Vec<Object> {
        let mut found: BTreeMap<u32, Object> = BTreeMap::new();
        for (step, meeting) in story.steps.iter().zip(meetings(story)) {
            let Some(number) = meeting else { continue };
            let meeting = found.entry(number).or_insert_with(|| Object {
                id: id(T::Coordination, format_args!("{}/{number}", story.case)),
                of: T::Coordination,
                attributes: Vec::new(),
                relations: vec![relation(T::Case, &story.case, "about")],
            });
            let mut add = |unit: &UnitId, qualifier| {
                let relation = relation(T::Unit, unit, qualifier);
                if !meeting.relations.contains(&relation) {
                    meeting.relations.push(relation);
                }
            };
            match step.fact() {
                F::CoordinationConvened { units, .. } => {
                    units.iter().for_each(|unit| add(unit, "called"));
                }
                F::CoordinationDecided { decision } => {
                    decision
                        .present
                        .iter()
                        .for_each(|unit| add(unit, "present"));
                }
                _ => {}
            }
            let decided = matches!(step.fact(), F::CoordinationDecided { .. });
            if decided || meeting.attributes.is_empty() {
                meeting.attributes.push(Change {
                    name: "decided",
                    value: decided.to_string(),
                    at: step.event.at,
                });
            }
        }
        found.into_values().collect()
    }

    /// The events, in order.
    pub(super) fn events(&self, story: &Story, clocks: bool) -> Vec<Event> {
        let told = story.steps.iter().zip(meetings(story));
        let told = told.filter(|(step, _)| clocks || !is_bookkeeping(step.fact()));
        told.map(|(step, meeting)| Event {
            id: event_id(step.position),
            name: step.fact().name(),
            at: step.event.at,
            attributes: activity::details(step.fact()),
            relations: self.relations(story, step, meeting).into_iter().collect(),
        })
        .collect()
    }

    /// The unit or grid that somebody serves at.
    fn seat(&self, actor: &Actor, qualifier: &'static str) -> Option<Relation> {
        let code = actor.unit.as_str();
        if code.is_empty() {
            return None;
        }
        let is_grid = self.registry.grid(&GridId::from(code)).is_some();
        let of = if is_grid { T::Grid } else { T::Unit };
        Some(relation(of, code, qualifier))
    }

    fn relations(&self, story: &Story, step: &Step, meeting: Option<u32>) -> BTreeSet<Relation> {
        let mut found = BTreeSet::from([relation(T::Case, &story.case, "case")]);
        let by = &step.event.by;
        found.extend(self.seat(by, "acting"));
        if by.role != Role::Resident {
            found.insert(relation(T::PersonRole, by.signature(), "actor"));
        }
        if let (Some(no), Some(unit)) = (activity::leg(step.fact()), &step.leg_unit) {
            found.insert(relation(T::Leg, format_args!("{}/{no}", story.case), "leg"));
            found.insert(relation(T::Unit, unit, "handling"));
        }
        if let Some(number) = meeting {
            let code = format_args!("{}/{number}", story.case);
            found.insert(relation(T::Coordination, code, "meeting"));
        }
        found.extend(named(step.fact()));
        found
    }
}

/// Objects that a fact itself names.
fn named(fact: &F) -> Vec<Relation> {
    let units = |all: &[UnitId], qualifier| -> Vec<Relation> {
        let each = all.iter().map(|unit| relation(T::Unit, unit, qualifier));
        each.collect()
    };
    match fact {
        F::CaseReported { form } => {
            let grid = form.grid.iter();
            grid.map(|grid| relation(T::Grid, grid, "place")).collect()
        }
        F::LocationAssigned { grid } => vec![relation(T::Grid, grid, "place")],
        F::CaseMerged { into } => vec![relation(T::Case, into, "merged_into")],
        F::DuplicateAbsorbed { from, .. } => vec![relation(T::Case, from, "duplicate")],
        F::WhistleBlown { targets, .. } => units(targets, "called"),
        F::CaseDispatched {
            lead, co_handlers, ..
        } => {
            let mut found = units(co_handlers, "co_handler");
            found.push(relation(T::Unit, lead, "lead"));
            found
        }
        F::TaskAssigned { undertaker } => vec![relation(T::Unit, undertaker, "lead")],
        F::LeadDesignated { unit, .. } => vec![relation(T::Unit, unit, "lead")],
        F::CoordinationConvened { units: called, .. } => units(called, "called"),
        F::CoordinationDecided { decision } => {
            let mut found = units(&decision.present, "present");
            found.extend(units(&decision.co_handlers, "co_handler"));
            found.push(relation(T::Unit, &decision.lead, "lead"));
            found
        }
        F::SupervisionRaised {
            unit: Some(unit), ..
        } => vec![relation(T::Unit, unit, "carded")],
        F::SubmittedToWindow { window, .. } => vec![relation(T::Unit, window, "window")],
        F::CaseImported { case } => units(case.unit.as_slice(), "lead"),
        _ => Vec::new(),
    }
}

/// Notes a value where it differs from the one before.
fn note(history: &mut Vec<Change>, name: &'static str, value: Option<String>, at: DateTime<Utc>) {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return;
    };
    let last = history.iter().rev().find(|change| change.name == name);
    if last.is_none_or(|last| last.value != value) {
        history.push(Change { name, value, at });
    }
}

fn case(story: &Story) -> Object {
    let mut history = Vec::new();
    let mut relations = BTreeSet::new();
    for step in &story.steps {
        let at = step.event.at;
        let mut say = |name, value| note(&mut history, name, value, at);
        say("stage", step.stage.map(|stage| stage.code().to_owned()));
        say("class", step.class.map(|class| class.code().to_owned()));
        say("due", step.due.map(instant));
        match step.fact() {
            F::CaseReported { form } => say("case_channel", Some(form.channel.clone())),
            F::CaseAccepted {
                matter,
                policy,
                origin,
                ..
            } => {
                say("matter", Some(matter.to_string()));
                say("policy", Some(policy.to_string()));
                say("origin", Some(origin.code().to_owned()));
            }
            F::CaseImported { case } => say("case_channel", Some(case.source.source.clone())),
            F::CaseClosed { outcome } => say("outcome", Some(outcome.code().to_owned())),
            F::CaseMerged { into } => {
                relations.insert(relation(T::Case, into, "merged_into"));
            }
            _ => {}
        }
        let placed = named(step.fact())
            .into_iter()
            .filter(|one| one.of == T::Grid);
        relations.extend(placed.map(|one| Relation {
            qualifier: "arose_in",
            ..one
        }));
    }
    Object {
        id: id(T::Case, &story.case),
        of: T::Case,
        attributes: history,
        relations: relations.into_iter().collect(),
    }
}

fn legs(story: &Story) -> Vec<Object> {
    let leg = |leg: &gridwhistle_domain::case::Leg| {
        let mut history = Vec::new();
        let opened = leg.opened_at;
        note(
            &mut history,
            "part",
            Some(part(leg.part).to_owned()),
            opened,
        );
        let marks = [
            (Some(opened), LegStage::Pending),
            (leg.acknowledged_at, LegStage::Acknowledged),
            (leg.contacted_at.or(leg.reported_in_at), LegStage::Working),
            (leg.done_at, LegStage::Done),
            (leg.ended_at, leg.stage),
        ];
        let mut marks: Vec<_> = marks
            .into_iter()
            .filter_map(|(at, stage)| Some((at?, stage)))
            .collect();
        marks.sort_by_key(|(at, _)| *at);
        for (at, stage) in marks {
            note(&mut history, "leg_stage", Some(stage.code().to_owned()), at);
        }
        Object {
            id: id(T::Leg, format_args!("{}/{}", story.case, leg.no)),
            of: T::Leg,
            attributes: history,
            relations: vec![
                relation(T::Case, &story.case, "part_of"),
                relation(T::Unit, &leg.unit, "handled_by"),
            ],
        }
    };
    story.end.legs.iter().map(leg).collect()
}
