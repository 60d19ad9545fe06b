//! An appraisal, opened: how the forms fall, item by item, and the event that says so. Never whose they
//! are.

use super::round_stream;
use crate::Engine;
use crate::commit::{load_until, read_one};
use crate::error::EngineError;
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::appraisal::{Quarter, Ratee, Round, RoundEvent, RoundFact};
use gridwhistle_domain::evaluation::{Answers, Form};
use gridwhistle_domain::text::Text;
use gridwhistle_projections::questions::{Appraised, Moment, Window};
use serde::Serialize;
use std::collections::BTreeMap;

/// How the answers to one item fall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemSpread {
    /// The item's code.
    pub item: String,
    /// Its words.
    pub name: Text,
    /// Its weight in percent.
    pub weight: u32,
    /// Forms with 1, 2, 3, 4 and 5.
    pub scores: [u32; 5],
    /// Reason codes, and how often each was given.
    pub reasons: BTreeMap<String, u32>,
}

/// What one round said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoundExplained {
    /// The quarter.
    pub round: Quarter,
    /// Organisations that met them.
    pub met: u32,
    /// Forms that were sealed.
    pub sealed: u32,
    /// Too few: what they say stays sealed.
    pub withheld: bool,
    /// Item by item; nothing where withheld.
    pub items: Vec<ItemSpread>,
    /// The position of the event that published it.
    pub event: u64,
}

/// A figure of appraisal and the rounds behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppraisalExplained {
    /// From when to before when.
    pub window: Window,
    /// The figure itself; none where nobody was to rate them.
    pub figure: Option<Appraised>,
    /// The rounds of the window, by quarter.
    pub rounds: Vec<RoundExplained>,
}

impl Engine {
    /// Opens the figure of a unit or a person, for a supervisor in office.
    ///
    /// ```
    /// # gridwhistle::doc::run_appraised(async |engine, quarter| {
    /// use gridwhistle::appraise::{AppraisalExplained, ItemSpread, RoundExplained};
    /// use gridwhistle::domain::appraisal::Ratee;
    /// use gridwhistle::projections::questions::{Moment, Window};
    ///
    /// let window = Window::new(quarter.from(), quarter.before()).unwrap();
    /// let (about, now) = (Ratee::Unit("B-water".into()), Moment::now(engine.now()));
    /// let supervisor = gridwhistle::doc::supervisor();
    /// let opened: AppraisalExplained =
    ///     engine.explain_appraisal(&supervisor, &about, window, now).await?;
    /// let none: &[RoundExplained] = &[];
    /// assert_eq!(opened.rounds, none, "nothing is opened before the window ends");
    /// let spread = |round: &RoundExplained| -> Vec<ItemSpread> { round.items.clone() };
    /// assert!(opened.rounds.iter().flat_map(spread).next().is_none());
    /// let water = gridwhistle::doc::water();
    /// assert!(engine.explain_appraisal(&water, &about, window, now).await.is_err());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for anybody else; when views or log cannot be read.
    pub async fn explain_appraisal(
        &self,
        actor: &Actor,
        ratee: &Ratee,
        window: Window,
        moment: Moment,
    ) -> Result<AppraisalExplained, EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        let in_office = registry.holds(&actor.person, actor.role, &actor.unit, self.now());
        if actor.role != Role::Supervisor || !in_office {
            return Err(EngineError::NotAuthorised {
                given: actor.signature(),
                accepted: Role::Supervisor.code(),
            });
        }
        let figures = self.questions().appraisals(window, moment).await?;
        let person = ratee.person().map(|person| person.as_str());
        let is_meant =
            |one: &&Appraised| one.unit == ratee.unit().as_str() && one.person.as_deref() == person;
        let mut all = figures.units.iter().chain(&figures.persons);
        let figure = all.find(is_meant).cloned();
        let mut rounds = Vec::new();
        for round in figures.rounds.iter().filter_map(|round| round.parse().ok()) {
            rounds.extend(self.of_round(round, ratee, moment).await?);
        }
        Ok(AppraisalExplained {
            window,
            figure,
            rounds,
        })
    }

    async fn of_round(
        &self,
        round: Quarter,
        ratee: &Ratee,
        moment: Moment,
    ) -> Result<Option<RoundExplained>, EngineError> {
        let (inner, stream) = (&self.inner, round_stream(round));
        let (log, tenant) = (&*inner.log, inner.tenant.as_str());
        let state: Round = load_until(log, tenant, &stream, moment.as_of()).await?.0;
        let Some(form) = state.opening().map(|opening| &opening.form) else {
            return Ok(None);
        };
        for event in log.read_stream(tenant, &stream, 0).await? {
            let told: RoundEvent = read_one(&event)?;
            let (met, sealed, items) = match &told.fact {
                RoundFact::AppraisalRevealed {
                    ratee: about,
                    met,
                    forms,
                } if about == ratee => {
                    let sealed = u32::try_from(forms.len()).unwrap_or(u32::MAX);
                    (*met, sealed, Some(spread(form, forms)))
                }
                RoundFact::AppraisalWithheld {
                    ratee: about,
                    met,
                    sealed,
                } if about == ratee => (*met, *sealed, None),
                _ => continue,
            };
            return Ok(Some(RoundExplained {
                round,
                met,
                sealed,
                withheld: items.is_none(),
                items: items.unwrap_or_default(),
                event: event.position,
            }));
        }
        Ok(None)
    }
}

fn spread(form: &Form, forms: &[Answers]) -> Vec<ItemSpread> {
    let of_item = |item: &gridwhistle_domain::evaluation::Item| {
        let mut spread = ItemSpread {
            item: item.code.clone(),
            name: item.name.clone(),
            weight: item.weight,
            scores: [0; 5],
            reasons: BTreeMap::new(),
        };
        for answer in forms.iter().filter_map(|form| form.0.get(&item.code)) {
            let place = usize::from(answer.score.clamp(1, 5) - 1);
            spread.scores[place] += 1;
            if let Some(reason) = &answer.reason {
                *spread.reasons.entry(reason.clone()).or_default() += 1;
            }
        }
        spread
    };
    form.items.iter().map(of_item).collect()
}
