//! What units say of each other, made fair (`DOMAIN.md` 4.6): the leniency of raters is taken out,
//! extremes are trimmed, no pair outweighs the others, and few forms count for little.
//!
//! Refuses to judge a form: flags are shown beside it, and an excluded form does not come here.

use crate::ids::UnitId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One form that counts. Units are named by whatever orders like their codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormScore<U = UnitId> {
    /// Who rates.
    pub rater: U,
    /// Who is rated.
    pub rated: U,
    /// All items by their weights, from 0 to 100.
    pub score: Decimal,
}

/// The numbers of the procedure: policy data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct FormRules {
    /// Forms of a rater at which half of their leniency is believed and taken out.
    pub leniency: u32,
    /// What is cut off at each end, in percent of the forms.
    pub trim_percent: u32,
    /// From so many forms on.
    pub trim_from: u32,
    /// The most that one rater may weigh for a unit, in percent.
    pub pair_percent: u32,
    /// Forms like the peers' that are added to each unit.
    pub shrink: u32,
}

impl Default for FormRules {
    /// The defaults of `DOMAIN.md` 4.6.
    fn default() -> Self {
        Self {
            leniency: 5,
            trim_percent: 10,
            trim_from: 10,
            pair_percent: 20,
            shrink: 8,
        }
    }
}

/// What is said of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Opinion {
    /// Forms about it.
    pub forms: u64,
    /// Of those, the ones cut off as extremes.
    pub trimmed: u64,
    /// Units that rated it.
    pub raters: u64,
    /// The plain mean of the forms as they were filled.
    pub plain: Decimal,
    /// The fair one, from 0 to 100.
    pub score: Decimal,
}

/// One item of a form, from 1 to 5, as points from 0 to 100.
#[must_use]
pub fn points(stars: u8) -> Decimal {
    Decimal::from(25 * (i64::from(stars.clamp(1, 5)) - 1))
}

/// What is said of each unit of one peer group, from all forms about the group.
///
/// ```
/// use gridwhistle_domain::ids::UnitId;
/// use gridwhistle_domain::score::forms::{FormRules, FormScore, opinions};
/// use rust_decimal::Decimal;
///
/// let form = |rater: &str, rated: &str, score: i64| FormScore::<UnitId> {
///     rater: rater.into(),
///     rated: rated.into(),
///     score: Decimal::from(score),
/// };
/// let said = opinions(&[form("S-1", "B-water", 80), form("S-2", "B-roads", 60)], &FormRules::default());
/// // One form each says little: both stay near the mean of their peers.
/// assert!(said[&"B-water".into()].score < Decimal::from(75));
/// assert!(said[&"B-roads".into()].score > Decimal::from(65));
/// ```
#[must_use]
pub fn opinions<U: Ord + Clone>(forms: &[FormScore<U>], rules: &FormRules) -> BTreeMap<U, Opinion> {
    let levelled = Levelled::of(forms, rules.leniency);
    let of_unit = levelled.by_unit();
    let kept = of_unit.iter().map(|places| levelled.kept(places, rules));
    let kept: Vec<Vec<usize>> = kept.collect();
    let (mut sum, mut count) = (0, 0);
    for place in kept.iter().flatten() {
        sum += i128::from(levelled.levels[*place]);
        count += 1_i64;
    }
    let Some(peers) = decimal(sum).checked_div(Decimal::from(count)) else {
        return BTreeMap::new();
    };
    let opinion = |((unit, all), kept): ((&U, &Vec<usize>), Vec<usize>)| {
        let (sum, weight) = levelled.capped(&kept, rules.pair_percent);
        let shrink = Decimal::from(rules.shrink);
        let score = (sum + shrink * peers) / (weight + shrink);
        let mut raters: Vec<usize> = all.iter().map(|place| levelled.raters[*place]).collect();
        raters.sort_unstable();
        raters.dedup();
        Some((
            unit.clone(),
            Opinion {
                forms: all.len() as u64,
                trimmed: (all.len() - kept.len()) as u64,
                raters: raters.len() as u64,
                plain: mean(all.iter().map(|place| forms[*place].score))?,
                score: score.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED),
            },
        ))
    };
    let units = levelled.units.iter().zip(&of_unit).zip(kept);
    units.filter_map(opinion).collect()
}

/// What becomes of one form on the way to the score of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Without the leniency of its rater.
    pub levelled: Decimal,
    /// Cut off as an extreme.
    pub trimmed: bool,
    /// What it weighs; less than one where its rater would have more than its share.
    pub weight: Decimal,
}

/// What becomes of each form, in the order of the forms: the way that [`opinions`] goes, step by step.
#[must_use]
pub fn weighed<U: Ord + Clone>(forms: &[FormScore<U>], rules: &FormRules) -> Vec<Weighed> {
    let levelled = Levelled::of(forms, rules.leniency);
    let cut = |level: &i64| Weighed {
        levelled: decimal(i128::from(*level)),
        trimmed: true,
        weight: Decimal::ZERO,
    };
    let mut all: Vec<Weighed> = levelled.levels.iter().map(cut).collect();
    for places in levelled.by_unit() {
        let places = levelled.kept(&places, rules);
        let mut raters: BTreeMap<usize, i64> = BTreeMap::new();
        for place in &places {
            *raters.entry(levelled.raters[*place]).or_default() += 1;
        }
        let most = cap_of(raters.values(), rules.pair_percent);
        for place in places {
            let count = raters.get(&levelled.raters[place]).copied().unwrap_or(1);
            let count = Decimal::from(count);
            all[place].trimmed = false;
            all[place].weight = count.min(most) / count;
        }
    }
    all
}

/// Levels are whole 10⁻¹⁶ of a point: they add up exactly, and sort as fast as numbers do.
const DIGITS: u32 = 16;

fn fixed(points: Decimal) -> i64 {
    let mut points = points.round_dp(DIGITS);
    points.rescale(DIGITS);
    i64::try_from(points.mantissa()).unwrap_or(i64::MAX)
}

fn decimal(level: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(level, DIGITS).unwrap_or(Decimal::MAX)
}

/// Forms without the leniency of their raters, and units by their places: in the order of their names.
struct Levelled<U> {
    /// The rated units.
    units: Vec<U>,
    /// How many units rate.
    raters_max: usize,
    /// Of each form: who rates.
    raters: Vec<usize>,
    /// Of each form: who is rated.
    rated: Vec<usize>,
    /// Of each form: what is left of its score.
    levels: Vec<i64>,
}

impl<U: Ord + Clone> Levelled<U> {
    /// `s − (rater's mean − mean of all) · n / (n + k)`, so that a rater with few forms is believed more
    /// than one who always says the same.
    fn of(forms: &[FormScore<U>], k: u32) -> Self {
        let (raters, rater_of) = places(forms.iter().map(|form| &form.rater));
        let (units, rated) = places(forms.iter().map(|form| &form.rated));
        let mut sums = vec![(0_i128, 0_i64); raters.len()];
        let mut levels: Vec<i64> = forms.iter().map(|form| fixed(form.score)).collect();
        for (rater, level) in rater_of.iter().zip(&levels) {
            sums[*rater].0 += i128::from(*level);
            sums[*rater].1 += 1;
        }
        let all: i128 = sums.iter().map(|(sum, _)| *sum).sum();
        let all = decimal(all) / Decimal::from(forms.len().max(1));
        let lenient = |(sum, count): (i128, i64)| {
            let count = Decimal::from(count);
            fixed((decimal(sum) / count - all) * count / (count + Decimal::from(k)))
        };
        let lenient: Vec<i64> = sums.into_iter().map(lenient).collect();
        for (level, rater) in levels.iter_mut().zip(&rater_of) {
            *level = level.saturating_sub(lenient[*rater]);
        }
        Self {
            units,
            raters_max: raters.len(),
            raters: rater_of,
            rated,
            levels,
        }
    }

    /// The forms about each unit.
    fn by_unit(&self) -> Vec<Vec<usize>> {
        let mut of_unit = vec![Vec::new(); self.units.len()];
        for (place, unit) in self.rated.iter().enumerate() {
            of_unit[*unit].push(place);
        }
        of_unit
    }

    /// Those of the forms about a unit that are not cut off, from the lowest to the highest.
    fn kept(&self, places: &[usize], rules: &FormRules) -> Vec<usize> {
        let mut places = places.to_vec();
        places.sort_unstable_by_key(|place| (self.levels[*place], self.raters[*place], *place));
        trim(places, rules)
    }

    /// The weighted sum of scores and the sum of weights, where no rater has more than its share. With so
    /// few raters that each must have more, all weigh the same.
    fn capped(&self, places: &[usize], percent: u32) -> (Decimal, Decimal) {
        let mut raters = vec![(0_i128, 0_i64); self.raters_max];
        for place in places {
            let (sum, count) = &mut raters[self.raters[*place]];
            *sum += i128::from(self.levels[*place]);
            *count += 1;
        }
        raters.retain(|(_, count)| *count > 0);
        let most = cap_of(raters.iter().map(|(_, count)| count), percent);
        let (mut total, mut weights) = (Decimal::ZERO, Decimal::ZERO);
        for (sum, count) in raters {
            let count = Decimal::from(count);
            let weight = count.min(most);
            total += decimal(sum) / count * weight;
            weights += weight;
        }
        (total, weights)
    }
}

/// The units in their order, and the place of each that was named.
fn places<'f, U: Ord + Clone + 'f>(
    named: impl Iterator<Item = &'f U> + Clone,
) -> (Vec<U>, Vec<usize>) {
    let mut places: BTreeMap<U, usize> = BTreeMap::new();
    for unit in named.clone() {
        if !places.contains_key(unit) {
            places.insert(unit.clone(), 0);
        }
    }
    for (place, at) in places.values_mut().enumerate() {
        *at = place;
    }
    let place = |unit| places.get(unit).copied().unwrap_or_default();
    let placed = named.map(place).collect();
    (places.into_keys().collect(), placed)
}

/// Cuts the extremes of a sorted list, where it is long enough.
fn trim(mut sorted: Vec<usize>, rules: &FormRules) -> Vec<usize> {
    let (count, percent) = (sorted.len(), rules.trim_percent.min(49) as usize);
    if count >= rules.trim_from as usize {
        let cut = count * percent / 100;
        sorted.truncate(count - cut);
        sorted.drain(..cut);
    }
    sorted
}

fn cap_of<'a>(counts: impl Iterator<Item = &'a i64>, percent: u32) -> Decimal {
    let mut counts: Vec<i64> = counts.copied().collect();
    counts.sort_unstable_by(|one, other| other.cmp(one));
    cap(&counts, percent)
}

/// The most that one of these may weigh, so that it is at most its percent of all together; `counts`
/// from the greatest down.
fn cap(counts: &[i64], percent: u32) -> Decimal {
    let share = Decimal::from(percent.clamp(1, 100)) / Decimal::ONE_HUNDRED;
    let mut rest: i64 = counts.iter().sum();
    for (above, count) in counts.iter().enumerate() {
        // All with this cap or a smaller number; those above it weigh the cap.
        let others = Decimal::ONE - share * Decimal::from(above);
        if others <= Decimal::ZERO {
            break;
        }
        let cap = share * Decimal::from(rest) / others;
        if Decimal::from(*count) <= cap {
            return cap;
        }
        rest -= count;
    }
    Decimal::from(counts.last().copied().unwrap_or_default())
}

fn mean(values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let (mut sum, mut count) = (Decimal::ZERO, 0_i64);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / Decimal::from(count))
}

#[cfg(test)]
mod tests;
