//! A score run: the scores of a window as they were published, put on record (`DOMAIN.md` 4.8).
//!
//! It names the policy, the stretch of the log it was counted from and the hash of the result, so that
//! whoever has the log can count again and must come to the same bytes. What it says is never changed:
//! a case that is voided afterwards shows in a comparison with a later run.

mod definition;

pub use definition::{DEFINITION, Definitions};

use super::composite::{PartScore, UnitScore};
use crate::actor::{Actor, Role};
use crate::ids::PolicyVersion;
use crate::text::Language;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Who may put scores on record.
pub const MAKERS: [Role; 3] = [Role::Supervisor, Role::DistrictLeader, Role::CityOffice];

/// What a run says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// The first instant of the window.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub before: DateTime<Utc>,
    /// The instant for which it was asked: of forms in the window, those count that stood then.
    pub asked_at: DateTime<Utc>,
    /// The instant at which what was open was looked at: that one, at the latest the end of the window.
    pub at: DateTime<Utc>,
    /// Whose weights these are; none before a city had a policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyVersion>,
    /// By which [`DEFINITION`] it was computed; none: by the first, before there were numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<u32>,
    /// It was counted from the events of the log from the first one to this position.
    pub up_to: u64,
    /// SHA-256 of the scores in lower-case hexadecimal, by [`result_hash`].
    pub sha256: String,
    /// The scores.
    pub units: Vec<UnitScore>,
}

/// The hash of scores: SHA-256 of their JSON without spaces, fields in the order of the types, in
/// lower-case hexadecimal. Decimals are written as text, so the bytes are the same everywhere.
#[must_use]
pub fn result_hash(units: &[UnitScore]) -> String {
    let json = serde_json::to_vec(units).unwrap_or_default();
    hex::encode(Sha256::digest(json))
}

/// One event of a run's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ScoreRunEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What happened.
    pub fact: ScoreRunFact,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub enum ScoreRunFact {
    /// Scores were put on record.
    ScoresPublished {
        /// What they say.
        run: RunRecord,
    },
}

crate::names::names! { ScoreRunFact:
    ScoresPublished
}

/// Why a run is refused. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScoreRunRefusal {
    /// The role may not.
    #[error("role `{role}` may not put scores on record; accepted: {}", makers())]
    NotAuthorised {
        /// The role that asked.
        role: Role,
    },
    /// Whoever asks is not in that office.
    #[error("`{signature}` is not in office; accepted: somebody who holds the office now")]
    NotInOffice {
        /// Person, role, unit.
        signature: String,
    },
    /// Its stream has one already.
    #[error("the run is on record already; accepted: a new run")]
    AlreadyPublished,
    /// The hash is not that of the scores.
    #[error(
        "`sha256` is `{given}`, the scores have `{accepted}`; accepted: the hash of the scores"
    )]
    WrongHash {
        /// As given.
        given: String,
        /// That of the scores.
        accepted: String,
    },
    /// Nobody had anything to do in the window.
    #[error("no unit had a leg in the window; accepted: a window in which cases were handled")]
    NothingToScore,
}

fn makers() -> String {
    MAKERS.map(Role::code).join(", ")
}

impl ScoreRunRefusal {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised { .. } => "not_authorised",
            Self::NotInOffice { .. } => "not_in_office",
            Self::AlreadyPublished => "already_published",
            Self::WrongHash { .. } => "wrong_hash",
            Self::NothingToScore => "nothing_to_score",
        }
    }

    /// The words for people.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, refusal) => refusal.to_string(),
            (Language::ZhCn, Self::NotAuthorised { role }) => {
                let accepted = MAKERS.map(|role| format!("{}({})", role.label().zh, role.code()));
                format!(
                    "角色 `{role}` 不能发布得分；可由{}发布",
                    accepted.join("、")
                )
            }
            (Language::ZhCn, Self::NotInOffice { signature }) => {
                format!("`{signature}` 现不在任；应由现任职人员发布")
            }
            (Language::ZhCn, Self::AlreadyPublished) => "该次得分已发布；请另行发布一次".to_owned(),
            (Language::ZhCn, Self::WrongHash { given, accepted }) => {
                format!("`sha256` 为 `{given}`，与得分的哈希 `{accepted}` 不符；应为得分的哈希")
            }
            (Language::ZhCn, Self::NothingToScore) => {
                "该时段内没有单位办理过案件；应选有办件的时段".to_owned()
            }
        }
    }
}

/// A command with what it needs to be decided, as `cqrs_es` carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreRunOrder {
    /// What is to be put on record.
    pub run: RunRecord,
    /// The present.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: Actor,
    /// Whether the registry knows the actor in this role at this unit now.
    pub in_office: bool,
}

/// One run: nothing, and then what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScoreRun {
    /// What it says, once it is made.
    pub record: Option<RunRecord>,
    /// Who made it.
    pub by: Option<Actor>,
    /// When.
    pub made_at: Option<DateTime<Utc>>,
}

impl ScoreRun {
    /// Decides a command.
    ///
    /// # Errors
    /// [`ScoreRunRefusal`], with nothing recorded.
    pub fn decide(&self, order: &ScoreRunOrder) -> Result<Vec<ScoreRunEvent>, ScoreRunRefusal> {
        let ScoreRunOrder {
            run,
            now,
            actor,
            in_office,
        } = order;
        if !MAKERS.contains(&actor.role) {
            return Err(ScoreRunRefusal::NotAuthorised { role: actor.role });
        }
        if !in_office {
            let signature = actor.signature();
            return Err(ScoreRunRefusal::NotInOffice { signature });
        }
        if self.record.is_some() {
            return Err(ScoreRunRefusal::AlreadyPublished);
        }
        if run.units.is_empty() {
            return Err(ScoreRunRefusal::NothingToScore);
        }
        let accepted = result_hash(&run.units);
        if run.sha256 != accepted {
            let given = run.sha256.clone();
            return Err(ScoreRunRefusal::WrongHash { given, accepted });
        }
        Ok(vec![ScoreRunEvent {
            at: *now,
            by: actor.clone(),
            fact: ScoreRunFact::ScoresPublished { run: run.clone() },
        }])
    }

    /// Folds an event.
    pub fn evolve(&mut self, event: &ScoreRunEvent) {
        let ScoreRunFact::ScoresPublished { run } = &event.fact;
        self.record = Some(run.clone());
        self.by = Some(event.by.clone());
        self.made_at = Some(event.at);
    }
}

/// What became of one part of a unit's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartChange {
    /// As it was; none where it was left out.
    pub before: Option<PartScore>,
    /// As it is.
    pub after: Option<PartScore>,
    /// Points more.
    pub points: Decimal,
}

/// What became of a unit's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitChange {
    /// The unit.
    pub unit: String,
    /// Its rank then and now; none where it has none.
    pub rank: (Option<u64>, Option<u64>),
    /// Its score then and now; none where it is in one of the two only.
    pub score: (Option<Decimal>, Option<Decimal>),
    /// Points more, where it is in both.
    pub points: Option<Decimal>,
    /// What cards took then and now.
    pub deduction: (Decimal, Decimal),
    /// The parts that differ.
    pub parts: Vec<PartChange>,
}

/// What differs between two results, by unit; units that do not differ are left out.
#[must_use]
pub fn compare(before: &[UnitScore], after: &[UnitScore]) -> Vec<UnitChange> {
    let mut units: BTreeMap<&str, (Option<&UnitScore>, Option<&UnitScore>)> = BTreeMap::new();
    for unit in before {
        units.entry(&unit.unit).or_default().0 = Some(unit);
    }
    for unit in after {
        units.entry(&unit.unit).or_default().1 = Some(unit);
    }
    let differing = units.into_iter().filter(|(_, (then, now))| then != now);
    differing
        .map(|(unit, (then, now))| {
            let score = (then.and_then(|of| of.score), now.and_then(|of| of.score));
            let deduction = |of: Option<&UnitScore>| of.map_or(Decimal::ZERO, |of| of.deduction);
            UnitChange {
                unit: unit.to_owned(),
                rank: (then.and_then(|of| of.rank), now.and_then(|of| of.rank)),
                points: score.1.zip(score.0).map(|(now, then)| now - then),
                score,
                deduction: (deduction(then), deduction(now)),
                parts: parts(then, now),
            }
        })
        .collect()
}

fn parts(then: Option<&UnitScore>, now: Option<&UnitScore>) -> Vec<PartChange> {
    let of = |unit: Option<&UnitScore>| -> BTreeMap<_, PartScore> {
        let parts = unit.into_iter().flat_map(|unit| &unit.parts);
        parts.map(|part| (part.part, part.clone())).collect()
    };
    let (mut then, now) = (of(then), of(now));
    let points = |of: Option<&PartScore>| of.map_or(Decimal::ZERO, |of| of.points);
    let mut changes = Vec::new();
    for (part, after) in now {
        let before = then.remove(&part);
        changes.push((before, Some(after)));
    }
    changes.extend(then.into_values().map(|before| (Some(before), None)));
    let differing = changes
        .into_iter()
        .filter(|(before, after)| before != after);
    differing
        .map(|(before, after)| PartChange {
            points: points(after.as_ref()) - points(before.as_ref()),
            before,
            after,
        })
        .collect()
}

impl cqrs_es::DomainEvent for ScoreRunEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    /// 1.1 has what came later: the definition.
    fn event_version(&self) -> String {
        let ScoreRunFact::ScoresPublished { run } = &self.fact;
        let later = run.definition.is_some();
        if later { "1.1" } else { "1.0" }.to_owned()
    }
}

impl cqrs_es::Aggregate for ScoreRun {
    const TYPE: &'static str = "score_run";
    type Command = ScoreRunOrder;
    type Event = ScoreRunEvent;
    type Error = ScoreRunRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        order: ScoreRunOrder,
        (): &(),
        sink: &cqrs_es::event_sink::EventSink<Self>,
    ) -> Result<(), ScoreRunRefusal> {
        for event in self.decide(&order)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ScoreRunEvent) {
        self.evolve(&event);
    }
}

#[cfg(test)]
mod tests;
