//! What units say of each other, made fair (`DOMAIN.md` 4.6): the leniency of raters is taken out,
//! extremes are trimmed, no pair outweighs the others, and few forms count for little.
//!
//! Refuses to judge a form: flags are shown beside it, and an excluded form does not come here.

use crate::ids::UnitId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    let level = levelled(forms, rules.leniency);
    let of_unit = by_unit(forms);
    let kept = kept(&of_unit, forms, &level, rules);
    let Some(peers) = mean(kept.values().flatten().map(|place| level[*place])) else {
        return BTreeMap::new();
    };
    let opinion = |(unit, all): (&&U, &Vec<usize>)| {
        let kept = kept.get(unit).map(Vec::as_slice).unwrap_or_default();
        let (sum, weight) = capped(kept, forms, &level, rules.pair_percent);
        let shrink = Decimal::from(rules.shrink);
        let score = (sum + shrink * peers) / (weight + shrink);
        let raters: BTreeSet<&U> = all.iter().map(|place| &forms[*place].rater).collect();
        Some((
            (*unit).clone(),
            Opinion {
                forms: count(all.len()),
                trimmed: count(all.len() - kept.len()),
                raters: count(raters.len()),
                plain: mean(all.iter().map(|place| forms[*place].score))?,
                score: score.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED),
            },
        ))
    };
    of_unit.iter().filter_map(opinion).collect()
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
pub fn weighed<U: Ord>(forms: &[FormScore<U>], rules: &FormRules) -> Vec<Weighed> {
    let level = levelled(forms, rules.leniency);
    let cut = |level: &Decimal| Weighed {
        levelled: *level,
        trimmed: true,
        weight: Decimal::ZERO,
    };
    let mut all: Vec<Weighed> = level.iter().map(cut).collect();
    for places in kept(&by_unit(forms), forms, &level, rules).values() {
        let mut raters: BTreeMap<&U, i64> = BTreeMap::new();
        for place in places {
            *raters.entry(&forms[*place].rater).or_default() += 1;
        }
        let most = cap_of(raters.values(), rules.pair_percent);
        for place in places {
            let count = raters.get(&forms[*place].rater).copied().unwrap_or(1);
            let count = Decimal::from(count);
            all[*place].trimmed = false;
            all[*place].weight = count.min(most) / count;
        }
    }
    all
}

fn by_unit<U: Ord>(forms: &[FormScore<U>]) -> BTreeMap<&U, Vec<usize>> {
    let mut of_unit: BTreeMap<&U, Vec<usize>> = BTreeMap::new();
    for (place, form) in forms.iter().enumerate() {
        of_unit.entry(&form.rated).or_default().push(place);
    }
    of_unit
}

/// The forms about each unit that are not cut off, from the lowest to the highest.
fn kept<'a, U: Ord>(
    of_unit: &BTreeMap<&'a U, Vec<usize>>,
    forms: &[FormScore<U>],
    level: &[Decimal],
    rules: &FormRules,
) -> BTreeMap<&'a U, Vec<usize>> {
    let sorted = |(unit, places): (&&'a U, &Vec<usize>)| {
        let mut places = places.clone();
        places.sort_by_key(|place| (level[*place], &forms[*place].rater, *place));
        (*unit, trim(places, rules))
    };
    of_unit.iter().map(sorted).collect()
}

/// Scores without the leniency of their raters: `s − (rater's mean − mean of all) · n / (n + k)`, so
/// that a rater with few forms is believed more than one who always says the same.
fn levelled<U: Ord>(forms: &[FormScore<U>], k: u32) -> Vec<Decimal> {
    let Some(all) = mean(forms.iter().map(|form| form.score)) else {
        return Vec::new();
    };
    let mut raters: BTreeMap<&U, (Decimal, i64)> = BTreeMap::new();
    for form in forms {
        let (sum, count) = raters.entry(&form.rater).or_default();
        *sum += form.score;
        *count += 1;
    }
    let lenient = |(rater, (sum, count)): (_, (Decimal, i64))| {
        let count = Decimal::from(count);
        (
            rater,
            (sum / count - all) * count / (count + Decimal::from(k)),
        )
    };
    let lenient: BTreeMap<&U, Decimal> = raters.into_iter().map(lenient).collect();
    let taken = |form: &FormScore<U>| lenient.get(&form.rater).copied().unwrap_or_default();
    forms.iter().map(|form| form.score - taken(form)).collect()
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

/// The weighted sum of scores and the sum of weights, where no rater has more than its share. With so
/// few raters that each must have more, all weigh the same.
fn capped<U: Ord>(
    places: &[usize],
    forms: &[FormScore<U>],
    level: &[Decimal],
    percent: u32,
) -> (Decimal, Decimal) {
    let mut raters: BTreeMap<&U, (Decimal, i64)> = BTreeMap::new();
    for place in places {
        let (sum, count) = raters.entry(&forms[*place].rater).or_default();
        *sum += level[*place];
        *count += 1;
    }
    let most = cap_of(raters.values().map(|(_, count)| count), percent);
    let (mut total, mut weights) = (Decimal::ZERO, Decimal::ZERO);
    for (sum, count) in raters.values() {
        let weight = Decimal::from(*count).min(most);
        total += *sum / Decimal::from(*count) * weight;
        weights += weight;
    }
    (total, weights)
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

fn count(number: usize) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests;
