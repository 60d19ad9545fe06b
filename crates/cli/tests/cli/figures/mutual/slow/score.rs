//! The score of a unit, in floats: level, cut, cap, draw to the peers.

use super::Form;
use std::collections::{BTreeMap, BTreeSet};

fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / all.len() as f64
}

/// The score of a unit among its peers, and how many of its forms were cut off.
pub(super) fn score(peers: &[&Form], unit: &str) -> (Option<f64>, u64) {
    let points: Vec<f64> = peers.iter().map(|form| form.points).collect();
    let level = |form: &Form| {
        let own = peers.iter().filter(|one| one.rater == form.rater);
        let own: Vec<f64> = own.map(|one| one.points).collect();
        let count = own.len() as f64;
        form.points - (mean(&own) - mean(&points)) * count / (count + 5.0)
    };
    let kept = |unit: &str| -> Vec<(String, f64)> {
        let about = peers.iter().filter(|form| form.rated == unit);
        let mut about: Vec<(String, f64)> = about
            .map(|form| (form.rater.clone(), level(form)))
            .collect();
        // Levelled scores that differ by a rounding alone are told apart by their raters.
        about.sort_by(|one, other| {
            let (a, b) = ((one.1 * 1e9).round(), (other.1 * 1e9).round());
            a.total_cmp(&b).then_with(|| one.0.cmp(&other.0))
        });
        let cut = if about.len() >= 10 {
            about.len() / 10
        } else {
            0
        };
        about[cut..about.len() - cut].to_vec()
    };
    let units: BTreeSet<&str> = peers.iter().map(|form| form.rated.as_str()).collect();
    let everybody = units
        .iter()
        .flat_map(|unit| kept(unit))
        .map(|(_, level)| level);
    let everybody: Vec<f64> = everybody.collect();
    let own = kept(unit);
    if own.is_empty() {
        return (None, 0);
    }
    let mut raters: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (rater, level) in &own {
        raters.entry(rater).or_default().push(*level);
    }
    let most = most(
        &raters
            .values()
            .map(|levels| levels.len() as f64)
            .collect::<Vec<_>>(),
    );
    let (mut sum, mut weights) = (0.0, 0.0);
    for levels in raters.values() {
        let weight = (levels.len() as f64).min(most);
        sum += mean(levels) * weight;
        weights += weight;
    }
    let score = (sum + 8.0 * mean(&everybody)) / (weights + 8.0);
    let all = peers.iter().filter(|form| form.rated == unit).count();
    (Some(score.clamp(0.0, 100.0)), (all - own.len()) as u64)
}

/// The greatest weight that is a fifth of all weights or less; the smallest number where none is.
fn most(counts: &[f64]) -> f64 {
    let least = counts.iter().copied().fold(f64::INFINITY, f64::min);
    let (mut low, mut high) = (least, counts.iter().copied().fold(0.0, f64::max));
    let fits =
        |cap: f64| cap <= 0.2 * counts.iter().map(|count| count.min(cap)).sum::<f64>() + 1e-12;
    if fits(high) {
        return high;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}
