//! The case (案件): the heart of the engine.
//!
//! [`decide`] answers a command with facts or a [`refusal`]; [`evolve`] folds a fact into the state
//! and reads nothing else. The stages and commands are those of `DOMAIN.md` 2.3 and 2.4; who may do
//! what at which stage is the table in [`steps`]; every number comes from the pinned policy.
//!
//! Reading order: [`stage`], [`record`], [`fact`], [`command`], [`clock`], the state here,
//! [`ladder`], [`context`], [`steps`], [`refusal`], [`decide`], [`evolve`], [`upcast`], [`aggregate`].

pub mod aggregate;
pub mod anomaly;
pub mod chain;
pub mod clock;
pub mod command;
pub mod context;
pub mod decide;
pub mod evolve;
pub mod fact;
pub mod foresee;
#[cfg(test)]
pub(crate) mod kit;
pub mod ladder;
pub mod marks;
mod part;
pub mod record;
pub mod refusal;
pub mod stage;
pub mod steps;
pub mod upcast;
pub mod warning;

pub use part::{
    CardState, Coordination, ExtensionRequest, Leg, MandateState, Response, SuspensionState,
    Whistle,
};

use crate::actor::Actor;
use crate::calendar::CalendarVersion;
use crate::class::CaseClass;
use crate::ids::{CaseId, GridId, LegNo, MatterCode, PolicyVersion, SubjectId, UnitId};
use crate::policy::rows::{ClassRow, EvidenceKind};
use crate::satisfaction::Satisfaction;
use chrono::{DateTime, Utc};
use clock::{Clock, ClockId};
use fact::Disclosure;
use record::{EvaluationPair, Evidence, ForeignCase, Part, Reporter};
use serde::{Deserialize, Serialize};
use stage::{Card, ClockKind, Origin, Outcome, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// The state of one case: the fold of its facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Case {
    /// Facts folded so far: the version of the stream.
    pub version: u64,
    /// Where it stands; none before it is reported.
    pub stage: Option<Stage>,
    /// When the last fact happened; facts of one case never go back in time.
    pub last_at: Option<DateTime<Utc>>,
    /// When it was reported, and by whom.
    pub reported_at: Option<DateTime<Utc>>,
    /// Who reported it.
    pub reported_by: Option<Actor>,
    /// The channel.
    pub channel: String,
    /// The leaf grid; none: manual queue.
    pub grid: Option<GridId>,
    /// When it was put there: it stays with the grid as it lay then.
    #[serde(default)]
    pub located_at: Option<DateTime<Utc>>,
    /// The description.
    pub description: String,
    /// The one whom the report names as its reporter, if it names one.
    #[serde(default)]
    pub reporter: Option<SubjectId>,
    /// Who stands behind the report, and duplicates' reporters.
    pub reporters: Vec<Reporter>,
    /// Evidence on record, from the report and all later steps.
    pub evidence: Vec<Evidence>,
    /// Kinds of evidence that the handlers brought since the last response; older ones prove the
    /// work that was found wanting.
    #[serde(default)]
    pub fresh: BTreeSet<EvidenceKind>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The class it has now.
    pub class: Option<CaseClass>,
    /// The matter.
    pub matter: Option<MatterCode>,
    /// The pinned policy.
    pub policy: Option<PolicyVersion>,
    /// The calendar in force at acceptance; clocks pin their own.
    pub calendar: Option<CalendarVersion>,
    /// Upward or downward.
    pub origin: Option<Origin>,
    /// Drawn for a look before sign-off.
    pub sampled: bool,
    /// A matter of safety.
    pub safety: bool,
    /// The person who handles it where there is no leg (direct, proxy).
    pub handler: Option<Actor>,
    /// Legs in the order of dispatch.
    pub legs: Vec<Leg>,
    /// Clocks in the order they started; at most one owed per id.
    pub clocks: Vec<Clock>,
    /// The last whistle.
    pub whistle: Option<Whistle>,
    /// Whistles declined so far.
    pub whistles_declined: u32,
    /// Return requests that were approved, in all.
    pub returns_approved: u32,
    /// Return requests by unit.
    pub returns_by_unit: BTreeMap<UnitId, u32>,
    /// A dispute waits for a decision on who leads.
    pub lead_disputed: bool,
    /// The meeting.
    pub coordination: Option<Coordination>,
    /// A meeting was proposed by rule.
    pub coordination_proposed: bool,
    /// The mandate.
    pub mandate: Option<MandateState>,
    /// The suspension that stands.
    pub suspension: Option<SuspensionState>,
    /// Minutes of all suspensions that count against their cap.
    #[serde(default)]
    pub suspended_counted: i64,
    /// A hold that stands (in addition to `suspension`).
    pub on_hold: bool,
    /// Extension requests that were granted.
    pub extensions_granted: u32,
    /// A request that waits.
    pub extension_request: Option<ExtensionRequest>,
    /// The response that stands.
    pub response: Option<Response>,
    /// The person and unit of everyone who ever did a part of the work: handlers.
    pub handlers: BTreeSet<Actor>,
    /// Contacts with the resident since the last response that did not stand.
    pub contacts: u32,
    /// Callback attempts since the last response.
    pub callbacks: u32,
    /// The resident's last word: confirmed or disputed.
    pub resident_agrees: Option<bool>,
    /// How content the resident said to be.
    #[serde(default)]
    pub satisfaction: Option<Satisfaction>,
    /// Reworks so far.
    pub reworks: u32,
    /// The one restoration of time after a rework was given.
    pub restored: bool,
    /// What was made public.
    pub disclosed: BTreeSet<Disclosure>,
    /// Signatures so far: step and signer; a step with every co-handler holds several.
    pub signatures: Vec<(String, Actor)>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Closed by the clock.
    pub closed_automatically: bool,
    /// Evaluation pairs opened by the last closure.
    pub evaluations: Vec<EvaluationPair>,
    /// Until when their forms may be sealed.
    pub evaluation_until: Option<DateTime<Utc>>,
    /// How often it came back.
    pub reopens: u32,
    /// When it last came back.
    pub reopened_at: Option<DateTime<Utc>>,
    /// Urges so far.
    pub urges: u32,
    /// The last urge.
    pub last_urged_at: Option<DateTime<Utc>>,
    /// The first urge that is not answered.
    pub urge_unanswered_since: Option<DateTime<Utc>>,
    /// Reminders given: clock and percent since it last moved.
    pub reminded: BTreeSet<(ClockId, u32)>,
    /// Cards in the order they were raised.
    pub cards: Vec<CardState>,
    /// Where it was merged.
    pub merged_into: Option<CaseId>,
    /// Duplicates merged into it.
    pub absorbed: BTreeSet<CaseId>,
    /// The first person who asked for voiding.
    pub void_proposed_by: Option<Actor>,
    /// When they asked.
    #[serde(default)]
    pub void_proposed_at: Option<DateTime<Utc>>,
    /// A precedent that this case registered.
    pub precedent: Option<record::Precedent>,
    /// What another system said, for imported cases.
    pub foreign: Option<Box<ForeignCase>>,
    /// When the source says an imported case was closed.
    pub foreign_closed_at: Option<DateTime<Utc>>,
    /// The source's verdict on an imported case.
    pub foreign_on_time: Option<bool>,
}

impl Case {
    /// As of when its grid's place in the tree counts: the acceptance, or the moment it was put there
    /// since. A grid that is re-divided later takes no case along.
    #[must_use]
    pub fn placed_at(&self) -> Option<DateTime<Utc>> {
        self.located_at.max(self.accepted_at)
    }

    /// The lead leg that is live, if one is.
    #[must_use]
    pub fn lead(&self) -> Option<&Leg> {
        self.legs
            .iter()
            .find(|leg| leg.part == Part::Lead && leg.stage.is_live())
    }

    /// A leg by number.
    #[must_use]
    pub fn leg(&self, no: LegNo) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.no == no)
    }

    /// Legs that still stand.
    pub fn live_legs(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.stage.is_live())
    }

    /// The clock of an id that is owed, if one is.
    #[must_use]
    pub fn owed(&self, id: ClockId) -> Option<&Clock> {
        self.clocks
            .iter()
            .rev()
            .find(|clock| clock.id == id && clock.is_owed())
    }

    /// Clocks that are owed.
    pub fn owed_clocks(&self) -> impl Iterator<Item = &Clock> {
        self.clocks.iter().filter(|clock| clock.is_owed())
    }

    /// When a unit's duty was due at last, whether it is owed still or not; none where no clock asked for it.
    #[must_use]
    pub fn leg_due(&self, kind: ClockKind, leg: LegNo) -> Option<DateTime<Utc>> {
        let id = ClockId::leg(kind, leg);
        let last = self.clocks.iter().rev().find(|clock| clock.id == id);
        last.map(|clock| clock.marks.due)
    }

    /// Whether the row of its class has units report in: nobody was whistled for a superior's task.
    #[must_use]
    pub fn asks_report_in(&self, row: &ClassRow) -> bool {
        row.report_in_required && self.origin != Some(Origin::Downward)
    }

    /// The handling clock, owed or last ended.
    #[must_use]
    pub fn handling(&self) -> Option<&Clock> {
        self.clocks
            .iter()
            .rev()
            .find(|clock| clock.id == ClockId::case(ClockKind::Handle))
    }

    /// The clock that the supervision ladder goes by: handling, or the step of a proxy case.
    #[must_use]
    pub fn supervised(&self) -> Option<&Clock> {
        let owed = self.owed_clocks().find(|clock| ladder::goes_by(clock.id));
        owed.or_else(|| {
            let mut clocks = self.clocks.iter().rev();
            clocks.find(|clock| ladder::goes_by(clock.id))
        })
    }

    /// Whether a unit holds the stage open for `is_open` cases.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stage.is_some_and(Stage::is_open)
    }

    /// Cards of a colour that stand.
    #[must_use]
    pub fn standing_cards(&self, card: Card) -> usize {
        self.cards
            .iter()
            .filter(|held| held.card == card && held.lifted_at.is_none())
            .count()
    }
}
