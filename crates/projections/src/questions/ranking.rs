//! Scores and ranks of units in a window (`DOMAIN.md` 4.8): counts from the views, the arithmetic of
//! [`gridwhistle_domain::score::composite`], the weights of the policy.

mod opened;

pub use opened::{CountedScore, ExplainedCard, ScoreExplanation};

use super::departments::{OpenLegs, Tallied};
use super::window::Window;
use super::{Ask, Moment, QuestionError, Questions};
use crate::case_view::RunRow;
use crate::case_view::counts::ResidentCount as R;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::ids::{PolicyVersion, UnitId};
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::score::composite::{Input, Part, UnitInputs, UnitScore, scores};
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Direction, Filter, Op};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The scores of all units in a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ranking {
    /// From when to before when.
    pub window: Window,
    /// The instant asked: of forms in the window, those count that stood then, and of cases those that
    /// were not voided or merged by then.
    pub asked_at: DateTime<Utc>,
    /// The instant at which what is open is looked at: that one, at the latest the end of the window.
    pub at: DateTime<Utc>,
    /// The policy whose weights these are; none before a city has one, and then the built-in ones.
    pub policy: Option<PolicyVersion>,
    /// By group, tier and rank.
    pub units: Vec<UnitScore>,
}

/// One page of score runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RunPage {
    /// The latest first.
    pub runs: Vec<RunRow>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Questions {
    /// The scores and ranks of every unit that had to do with the window. What is open is looked at at
    /// the asked instant, or at the end of the window where that is earlier; cases that were voided or
    /// merged by the asked instant are left out; the policy is the one that
    /// judges the window.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn ranking(
        &self,
        window: Window,
        moment: Moment,
        reference: &Reference,
    ) -> Result<Ranking, QuestionError> {
        let asked_at = moment;
        let span = self.span(window, asked_at).await?;
        let policy = reference.policies.judging(window.from);
        let built_in = Policy::built_in;
        let rules = policy.cloned().unwrap_or_else(built_in);
        let mut units: BTreeMap<String, UnitInputs> = BTreeMap::new();
        for (unit, tallied) in self.tallied(&span, OpenLegs::Overdue).await? {
            let inputs: BTreeMap<Part, Input> = of_legs(&tallied).collect();
            if !inputs.is_empty() {
                let known = of(&mut units, &unit, reference);
                known.legs = tallied.counts.rate(Indicator::OnTime).of;
                known.inputs.extend(inputs);
            }
        }
        for (unit, yellow, red) in self.cards(&span).await? {
            let known = of(&mut units, &unit, reference);
            (known.yellow, known.red) = (yellow, red);
        }
        // A quarter is appraised after it: what is said counts as soon as it is opened.
        for (unit, score, forms) in self.appraisals_of_units(window, asked_at).await? {
            let opinion = Input::Opinion {
                score,
                forms,
                factor: Decimal::ONE,
            };
            let known = of(&mut units, &unit, reference);
            known.inputs.insert(Part::PartyOrg, opinion);
        }
        // A form that an appeal takes out later is out of every answer asked after that.
        for (unit, said) in self
            .said_of_units(window, asked_at, &rules.evaluation)
            .await?
        {
            let opinion = Input::Opinion {
                score: said.score,
                forms: said.forms,
                factor: said.factor,
            };
            // Of whom nothing is known but that it was asked, nothing is said.
            let known = match said.forms {
                0 => units.get_mut(&unit),
                _ => Some(of(&mut units, &unit, reference)),
            };
            if let Some(known) = known {
                known.inputs.insert(Part::Mutual, opinion);
            }
        }
        let units: Vec<UnitInputs> = units.into_values().collect();
        Ok(Ranking {
            window,
            asked_at: asked_at.instant(),
            at: span.at(),
            policy: policy.map(|policy| policy.version.clone()),
            units: scores(&units, &rules.score_rules()),
        })
    }

    /// Score runs on record at an instant, the latest first.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn score_runs(
        &self,
        moment: Moment,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<RunPage, QuestionError> {
        let ask = Ask {
            table: RunRow::TABLE,
            moment: Moment::now(moment.instant()),
            // Runs are never changed: which there were, their own instants say.
            filter: match moment.as_of() {
                Some(at) => Filter::compare("made_at", Op::Le, at),
                None => Filter::All,
            },
            order: vec![("run_no".to_owned(), Direction::Desc)],
            cursor,
            limit,
        };
        let page = self.page(ask.query()?).await?;
        let rows = page.rows.into_iter().map(RunRow::from_values);
        Ok(RunPage {
            runs: rows.collect::<Result<_, _>>()?,
            next: page.next.map(String::from),
        })
    }
}

/// What is known of a unit so far.
fn of<'a>(
    units: &'a mut BTreeMap<String, UnitInputs>,
    unit: &str,
    reference: &Reference,
) -> &'a mut UnitInputs {
    units.entry(unit.to_owned()).or_insert_with(|| UnitInputs {
        unit: unit.to_owned(),
        group: group(reference, unit),
        legs: 0,
        inputs: BTreeMap::new(),
        yellow: 0,
        red: 0,
    })
}

/// The parts that the legs of a unit, and the residents of the cases that it led, say something of.
fn of_legs(tallied: &Tallied) -> impl Iterator<Item = (Part, Input)> {
    let counts = &tallied.counts;
    let rate = |indicator| counts.rate(indicator);
    // What was not met of a share of something bad.
    let without = |bad: Rate| Rate::new(bad.of - bad.met, bad.of);
    let (requested, refused) = tallied.returns;
    let wrongly = Rate::new(refused.unsigned_abs(), requested.unsigned_abs());
    let residents = |count: R| tallied.residents[count as usize].unsigned_abs();
    let of = |met, of| Rate::new(residents(met), residents(of));
    let parts = [
        (Part::OnTime, rate(Indicator::OnTime)),
        (Part::Acknowledged, rate(Indicator::Acknowledged)),
        (Part::ReportedIn, rate(Indicator::ReportedIn)),
        (Part::FirstTime, rate(Indicator::FirstTime)),
        (Part::NotReworked, without(rate(Indicator::Reworked))),
        (Part::NotWronglyReturned, without(wrongly)),
        (Part::Responded, of(R::Responded, R::Assessable)),
        (Part::Solved, of(R::Solved, R::Reached)),
        (Part::Satisfied, of(R::Satisfied, R::Rated)),
    ];
    let known = parts.into_iter().filter(|(_, rate)| rate.of > 0);
    known.map(|(part, rate)| (part, Input::Rate(rate)))
}

/// A unit's peers: units of its kind, and of departments those of the same level.
pub(super) fn group(reference: &Reference, unit: &str) -> String {
    let known = reference.registry.unit(&UnitId::new(unit));
    let Some(known) = known else {
        return "unknown".to_owned();
    };
    match known.level {
        Some(level) => format!("{}/{}", known.kind.code(), level.code()),
        None => known.kind.code().to_owned(),
    }
}
