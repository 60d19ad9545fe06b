//! The composite score of a unit and its rank among its peers (`DOMAIN.md` 4.8).
//!
//! What is known of a unit becomes parts from 0 to 1, each moved towards the mean of its peers (4.5);
//! parts make components, components the score from 0 to 100, cards take from it. All weights are
//! policy data. Peers are units of one group; ranks are given among peers of about the same volume, and
//! to nobody with too few legs. A part of which nobody in the group has anything is left out for all of
//! them, and the others share its weight: what was not measured is neither good nor bad.

mod rules;

pub use rules::{CardRules, ComponentRow, ScoreProblem, ScoreRules};

use super::rate::{Rate, Share};
use crate::text::named;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

named! {
    /// What a score is put together from.
    Component {
        /// Whether the unit was in time.
        Timeliness = "timeliness", "时效", "timeliness";
        /// Whether its work lasted.
        Quality = "quality", "质量", "quality";
        /// What the other side says of it.
        Mutual = "mutual", "双向互评", "mutual evaluation";
        /// What residents say.
        Resident = "resident", "群众评议", "residents";
        /// What grid party organisations say.
        PartyOrg = "party_org", "网格党组织评议", "grid party organisations";
    }
}

named! {
    /// One input of a component.
    Part {
        /// Done on time, of what should be done.
        OnTime = "on_time", "按期处置率", "on time";
        /// Acknowledged in time.
        Acknowledged = "acknowledged", "按时签收率", "acknowledged in time";
        /// Reported in in time.
        ReportedIn = "reported_in", "按时报到率", "reported in on time";
        /// Settled at the first go.
        FirstTime = "first_time", "一次办结率", "first time right";
        /// Not given back.
        NotReworked = "not_reworked", "未返工率", "not reworked";
        /// Returns that were rightly asked for.
        NotWronglyReturned = "not_wrongly_returned", "退单正当率", "rightly returned";
        /// The opinion of the other side.
        Mutual = "mutual", "互评得分", "mutual score";
        /// Residents contacted in time.
        Responded = "responded", "响应率", "responded";
        /// Solved, of the residents reached.
        Solved = "solved", "解决率", "solved";
        /// Satisfied, of the residents reached.
        Satisfied = "satisfied", "满意率", "satisfied";
        /// The opinion of grid party organisations.
        PartyOrg = "party_org", "党组织评议得分", "party organisations' score";
    }
}

/// What is known for a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// So many of so many; it is moved towards the mean of the peers here.
    Rate(Rate),
    /// An opinion that is made fair already; without a form that of the peers.
    Opinion {
        /// From 0 to 100; without a form the mean of the peers.
        score: Decimal,
        /// Forms behind it.
        forms: u64,
        /// What of it counts, from 0 to 1: a unit that rates nobody is heard less.
        factor: Decimal,
    },
}

impl Input {
    /// As it is shown.
    fn shown(self) -> Self {
        match self {
            Self::Rate(_) => self,
            Self::Opinion {
                score,
                forms,
                factor,
            } => Self::Opinion {
                score: shown(score, 4),
                forms,
                factor: shown(factor, 4),
            },
        }
    }

    /// Whether there is anything behind it.
    const fn is_known(self) -> bool {
        match self {
            Self::Rate(rate) => rate.of > 0,
            Self::Opinion { forms, .. } => forms > 0,
        }
    }
}

/// What is known of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitInputs {
    /// The unit.
    pub unit: String,
    /// Its peers: units of the same group.
    pub group: String,
    /// Legs that it should have done: what makes it large or small.
    pub legs: u64,
    /// By part; what is missing is nothing of nothing.
    pub inputs: BTreeMap<Part, Input>,
    /// Yellow cards that stand.
    pub yellow: u64,
    /// Red ones.
    pub red: u64,
}

/// A part of a unit's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartScore {
    /// Which.
    pub part: Part,
    /// Of which component.
    pub component: Component,
    /// What it is made of.
    pub input: Input,
    /// The share with its interval, for a rate.
    pub share: Option<Share>,
    /// The mean of the peers that it was moved towards, from 0 to 1; of a rate.
    pub mean: Option<Decimal>,
    /// From 0 to 1.
    pub value: Decimal,
    /// The most points that it can bring.
    pub weight: Decimal,
    /// The points that it brings.
    pub points: Decimal,
    /// How many points more it would bring if one more had been met; of a rate that is not full.
    pub one_more: Option<Decimal>,
}

/// A unit's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitScore {
    /// The unit.
    pub unit: String,
    /// Its peers.
    pub group: String,
    /// Its volume among them: 0 is the smallest tier.
    pub tier: usize,
    /// Legs that it should have done.
    pub legs: u64,
    /// Its rank among the peers of its tier, from 1; none with too few legs. Equal scores share it.
    pub rank: Option<u64>,
    /// From 0 to 100, rounded half to even to two digits; none where nothing is known.
    pub score: Option<Decimal>,
    /// What cards took.
    pub deduction: Decimal,
    /// Yellow cards that stand.
    pub yellow: u64,
    /// Red ones.
    pub red: u64,
    /// What it is put together from; nothing where it has no score.
    pub parts: Vec<PartScore>,
}

/// The scores of all units, by group, tier and rank; those without a rank last in their tier.
///
/// ```
/// use gridwhistle_domain::score::composite::{Input, Part, ScoreRules, UnitInputs, scores};
/// use gridwhistle_domain::score::rate::Rate;
///
/// let unit = |unit: &str, met, of| UnitInputs {
///     unit: unit.to_owned(),
///     group: "department/city".to_owned(),
///     legs: of,
///     inputs: [(Part::OnTime, Input::Rate(Rate::new(met, of)))].into(),
///     yellow: 0,
///     red: 0,
/// };
/// // Six of seven is no bad work, and too little to be ranked by (`DOMAIN.md` 4.5).
/// let scores = scores(&[unit("large", 24_000, 24_358), unit("small", 6, 7)], &ScoreRules::default());
/// let small = scores.iter().find(|one| one.unit == "small").unwrap();
/// assert_eq!(small.rank, None);
/// assert!(small.score.unwrap() > "94".parse().unwrap());
/// ```
#[must_use]
pub fn scores(units: &[UnitInputs], rules: &ScoreRules) -> Vec<UnitScore> {
    let mut groups: BTreeMap<&str, Vec<&UnitInputs>> = BTreeMap::new();
    for unit in units {
        groups.entry(&unit.group).or_default().push(unit);
    }
    let mut all = Vec::with_capacity(units.len());
    for peers in groups.into_values() {
        let weights = Weights::of(&peers, rules);
        let mut scored: Vec<UnitScore> = peers
            .into_iter()
            .map(|unit| weights.score(unit, rules))
            .collect();
        rank(&mut scored);
        all.append(&mut scored);
    }
    all
}

/// What each part weighs in one group, and the mean that its rates are moved towards.
struct Weights {
    parts: Vec<(Component, Part, Decimal)>,
    means: BTreeMap<Part, (Rate, Decimal)>,
    opinions: BTreeMap<Part, Decimal>,
}

impl Weights {
    fn of(peers: &[&UnitInputs], rules: &ScoreRules) -> Self {
        let (mut means, mut opinions) = (BTreeMap::new(), BTreeMap::new());
        for part in Part::ALL {
            let mut all = Rate::default();
            let (mut said, mut forms_of_all) = (Decimal::ZERO, Decimal::ZERO);
            for input in peers.iter().filter_map(|unit| unit.inputs.get(part)) {
                match input {
                    Input::Rate(rate) => all = all.plus(*rate),
                    Input::Opinion { score, forms, .. } => {
                        said += *score * Decimal::from(*forms);
                        forms_of_all += Decimal::from(*forms);
                    }
                }
            }
            if let Some(mean) = all.value() {
                means.insert(*part, (all, mean));
            }
            if !forms_of_all.is_zero() {
                opinions.insert(*part, said / forms_of_all);
            }
        }
        let is_known = |part: &Part| means.contains_key(part) || opinions.contains_key(part);
        // Each component with the shares of its parts that are known; those without any fall away.
        let components: Vec<(Component, &ComponentRow, u32)> = rules
            .component
            .iter()
            .map(|(component, row)| {
                let shares = row.parts.iter().filter(|(part, _)| is_known(part));
                (*component, row, shares.map(|(_, share)| *share).sum())
            })
            .filter(|(_, row, shares)| *shares > 0 && row.weight > 0)
            .collect();
        let total: u32 = components.iter().map(|(_, row, _)| row.weight).sum();
        let mut parts = Vec::new();
        for (component, row, shares) in components {
            for (part, share) in row.parts.iter().filter(|(part, _)| is_known(part)) {
                // One division, so that weights that come out even are even.
                let of = u64::from(total) * u64::from(shares);
                let weight = u64::from(row.weight) * u64::from(*share);
                let weight = Decimal::ONE_HUNDRED * Decimal::from(weight) / Decimal::from(of);
                parts.push((component, *part, weight));
            }
        }
        Self {
            parts,
            means,
            opinions,
        }
    }

    fn score(&self, unit: &UnitInputs, rules: &ScoreRules) -> UnitScore {
        let parts = self.parts.iter().map(|(component, part, weight)| {
            let input = unit.inputs.get(part).copied();
            self.part((*component, *part, *weight), input, rules)
        });
        let parts: Vec<(Decimal, PartScore)> = parts.collect();
        let deduction = rules.cards.deduction(unit.yellow, unit.red, unit.legs);
        let sum: Decimal = parts.iter().map(|(points, _)| *points).sum();
        let score = (sum - deduction).clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
        // Of whom nothing at all is known, nothing is said.
        let known = parts.iter().any(|(_, part)| part.input.is_known());
        UnitScore {
            unit: unit.unit.clone(),
            group: unit.group.clone(),
            tier: rules.tier(unit.legs),
            legs: unit.legs,
            // Given among the peers, later.
            rank: (unit.legs >= rules.min_legs && known).then_some(0),
            score: known.then(|| shown(score, 2)),
            deduction: shown(deduction, 2),
            yellow: unit.yellow,
            red: unit.red,
            parts: parts
                .into_iter()
                .filter(|_| known)
                .map(|(_, part)| part)
                .collect(),
        }
    }

    /// A part with its points, which are rounded only where they are shown.
    fn part(
        &self,
        (component, part, weight): (Component, Part, Decimal),
        input: Option<Input>,
        rules: &ScoreRules,
    ) -> (Decimal, PartScore) {
        let (all, mean) = self.means.get(&part).copied().unzip();
        let (all, mean) = (all.unwrap_or_default(), mean.unwrap_or_default());
        let of_peers = self.opinions.get(&part).copied();
        let nothing = of_peers.map_or(Input::Rate(Rate::default()), |score| Input::Opinion {
            score,
            forms: 0,
            factor: Decimal::ONE,
        });
        // Nobody's form says nothing, but a unit that rates nobody is heard less all the same.
        let input = match (input, of_peers) {
            (
                Some(Input::Opinion {
                    forms: 0, factor, ..
                }),
                Some(score),
            ) => Input::Opinion {
                score,
                forms: 0,
                factor,
            },
            (input, _) => input.unwrap_or(nothing),
        };
        let (value, share, one_more) = match input {
            Input::Rate(rate) => {
                let value = rate.shrunk(mean, rules.shrink);
                let more = (rate.met < rate.of).then(|| {
                    let all = Rate::new(all.met + 1, all.of).value().unwrap_or(mean);
                    let more = Rate::new(rate.met + 1, rate.of).shrunk(all, rules.shrink);
                    shown((more - value) * weight, 4)
                });
                (value, Some(Share::from(rate)), more)
            }
            Input::Opinion { score, factor, .. } => {
                (score / Decimal::ONE_HUNDRED * factor, None, None)
            }
        };
        let points = value * weight;
        let score = PartScore {
            part,
            component,
            input: input.shown(),
            mean: share.is_some().then(|| shown(mean, 4)),
            share,
            value: shown(value, 4),
            weight: shown(weight, 4),
            points: shown(points, 4),
            one_more,
        };
        (points, score)
    }
}

/// Ranks the scores of one group within their tiers.
fn rank(scored: &mut [UnitScore]) {
    scored.sort_by(|one, other| {
        let by = |of: &UnitScore| (of.tier, of.rank.is_none());
        let score = other.score.cmp(&one.score);
        (by(one).cmp(&by(other)))
            .then(score)
            .then_with(|| one.unit.cmp(&other.unit))
    });
    let mut last: Option<(usize, Option<Decimal>, u64)> = None;
    let mut place = 0;
    for unit in scored.iter_mut().filter(|unit| unit.rank.is_some()) {
        let same_tier = last.is_some_and(|(tier, _, _)| tier == unit.tier);
        place = if same_tier { place + 1 } else { 1 };
        let rank = match last {
            Some((tier, score, rank)) if tier == unit.tier && score == unit.score => rank,
            _ => place,
        };
        unit.rank = Some(rank);
        last = Some((unit.tier, unit.score, rank));
    }
}

/// As it is shown: rounded half to even, without zeros at the end.
fn shown(value: Decimal, digits: u32) -> Decimal {
    value.round_dp(digits).normalize()
}

#[cfg(test)]
mod tests;
