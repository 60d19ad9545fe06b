//! The numbers of a composite score: policy data.

use super::{Component, Part};
use crate::score::opinion::ThreeWeights;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the weights of the components add up to.
const WEIGHT_SUM: u32 = 100;

/// The rules of scores and ranks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ScoreRules {
    /// A unit with fewer legs is shown and not ranked.
    pub min_legs: u64,
    /// Legs like the peers' that are added to each rate.
    pub shrink: u32,
    /// Legs from which a unit is of the next tier of volume, ascending.
    pub tiers: Vec<u64>,
    /// What cards take.
    pub cards: CardRules,
    /// The components.
    pub component: BTreeMap<Component, ComponentRow>,
}

/// One component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ComponentRow {
    /// Its points of a hundred.
    pub weight: u32,
    /// How its parts share them: 1 and 1 is half and half. The three rates of residents share theirs as
    /// the policy weighs them elsewhere, and are not named here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<Part, u32>,
}

/// What cards take from a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CardRules {
    /// Points for a yellow card.
    pub yellow: u32,
    /// Points for a red card.
    pub red: u32,
    /// The most that cards take.
    pub cap: u32,
    /// For so many legs; a unit with fewer has no card weigh more for it.
    pub legs: u64,
}

impl CardRules {
    /// What these cards take from a unit with so many legs: points for each so many legs, at most the
    /// cap. A small unit is taken for one of so many legs, or a single card would be its end.
    #[must_use]
    pub fn deduction(&self, yellow: u64, red: u64, legs: u64) -> Decimal {
        let points = Decimal::from(self.yellow) * Decimal::from(yellow)
            + Decimal::from(self.red) * Decimal::from(red);
        let per = Decimal::from(self.legs.max(1));
        let taken = points * per / Decimal::from(legs.max(self.legs).max(1));
        taken.min(Decimal::from(self.cap))
    }
}

/// What is wrong with the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScoreProblem {
    /// The weights do not add up to 100.
    WeightSum(u64),
    /// A component without a part, or with a part that weighs nothing.
    EmptyComponent(Component),
    /// A part that stands in two components.
    PartTwice(Part),
    /// Tiers that do not ascend.
    Tiers,
}

impl ScoreRules {
    /// With the three rates of residents, where the rules do not share their component otherwise.
    #[must_use]
    pub fn with_residents(mut self, weights: ThreeWeights) -> Self {
        if let Some(row) = self.component.get_mut(&Component::Resident)
            && row.parts.is_empty()
        {
            let shares = [
                (Part::Responded, weights.response),
                (Part::Solved, weights.solved),
                (Part::Satisfied, weights.satisfied),
            ];
            row.parts = shares.into_iter().filter(|(_, share)| *share > 0).collect();
        }
        self
    }

    /// The tier of a unit with so many legs.
    #[must_use]
    pub fn tier(&self, legs: u64) -> usize {
        self.tiers.iter().filter(|from| legs >= **from).count()
    }

    /// Everything that is wrong with the rules.
    #[must_use]
    pub fn problems(&self) -> Vec<ScoreProblem> {
        let mut problems = Vec::new();
        let sum: u64 = self
            .component
            .values()
            .map(|row| u64::from(row.weight))
            .sum();
        if sum != u64::from(WEIGHT_SUM) {
            problems.push(ScoreProblem::WeightSum(sum));
        }
        let mut seen = BTreeSet::new();
        for (component, row) in &self.component {
            if row.parts.is_empty() || row.parts.values().any(|share| *share == 0) {
                problems.push(ScoreProblem::EmptyComponent(*component));
            }
            let twice = row.parts.keys().filter(|part| !seen.insert(**part));
            problems.extend(twice.map(|part| ScoreProblem::PartTwice(*part)));
        }
        if !self.tiers.is_sorted_by(|one, next| one < next) {
            problems.push(ScoreProblem::Tiers);
        }
        problems
    }
}

impl Default for ScoreRules {
    /// The defaults of `DOMAIN.md` 4.5, 4.7 and 4.8.
    fn default() -> Self {
        use Component as C;
        use Part as P;
        let row = |weight, parts: &[(Part, u32)]| ComponentRow {
            weight,
            parts: parts.iter().copied().collect(),
        };
        Self {
            min_legs: 10,
            shrink: 20,
            tiers: vec![100, 1_000],
            cards: CardRules {
                yellow: 5,
                red: 10,
                cap: 20,
                legs: 100,
            },
            component: BTreeMap::from([
                (
                    C::Timeliness,
                    row(
                        30,
                        &[(P::OnTime, 1), (P::Acknowledged, 1), (P::ReportedIn, 1)],
                    ),
                ),
                (
                    C::Quality,
                    row(
                        20,
                        &[
                            (P::FirstTime, 1),
                            (P::NotReworked, 1),
                            (P::NotWronglyReturned, 1),
                        ],
                    ),
                ),
                (C::Mutual, row(20, &[(P::Mutual, 1)])),
                (C::Resident, row(20, &[])),
                (C::PartyOrg, row(10, &[(P::PartyOrg, 1)])),
            ]),
        }
    }
}
