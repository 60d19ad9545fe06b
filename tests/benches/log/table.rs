//! Interleaved rounds, medians, and ratios to the subjects that stand for the limit and the peer.

use crate::Plan;

/// Something to measure, in units of work a second; `None` when it cannot be measured here.
pub(crate) struct Subject<'s> {
    name: &'static str,
    measure: Box<dyn FnMut() -> Option<f64> + 's>,
}

/// A subject that can always be measured.
pub(crate) fn subject<'s>(
    name: &'static str,
    mut measure: impl FnMut() -> f64 + 's,
) -> Subject<'s> {
    maybe(name, move || Some(measure()))
}

/// A subject that may be missing.
pub(crate) fn maybe<'s>(
    name: &'static str,
    measure: impl FnMut() -> Option<f64> + 's,
) -> Subject<'s> {
    Subject {
        name,
        measure: Box::new(measure),
    }
}

/// The medians of what was measured.
pub(crate) struct Table {
    medians: Vec<(&'static str, f64)>,
}

/// Runs every subject once a round, and prints the median of each with its ratio to each of `to`.
pub(crate) fn compare(
    title: &str,
    plan: Plan,
    to: &[&'static str],
    mut subjects: Vec<Subject<'_>>,
) -> Table {
    let mut figures = vec![Vec::new(); subjects.len()];
    for _ in 0..plan.rounds {
        for (subject, figures) in subjects.iter_mut().zip(&mut figures) {
            figures.extend((subject.measure)());
        }
    }
    for figures in &mut figures {
        figures.sort_by(f64::total_cmp);
    }
    let median = |figures: &[f64]| figures.get(figures.len() / 2).copied();
    let measured = subjects.iter().zip(&figures);
    let table = Table {
        medians: measured
            .filter_map(|(subject, figures)| Some((subject.name, median(figures)?)))
            .collect(),
    };
    let heads: String = to.iter().map(|base| format!("  {base:>16}")).collect();
    println!("\n{title:<46}{:>12}{heads}   low to high", "median /s");
    for (subject, figures) in subjects.iter().zip(&figures) {
        let name = subject.name;
        let (Some(low), Some(high)) = (figures.first(), figures.last()) else {
            println!("  {name:<44}{:>12}", "not measured");
            continue;
        };
        let middle = median(figures).unwrap_or_default();
        let ratios: String = to
            .iter()
            .map(|base| match table.ratio(name, base) {
                Some(ratio) => format!("  {ratio:>14.2} x"),
                None => format!("  {:>16}", "-"),
            })
            .collect();
        println!("  {name:<44}{middle:>12.0}{ratios}   {low:.0} to {high:.0}");
    }
    table
}

impl Table {
    /// How many times faster `name` is than `base`.
    pub(crate) fn ratio(&self, name: &str, base: &str) -> Option<f64> {
        let of = |wanted: &str| self.medians.iter().find(|(name, _)| *name == wanted);
        Some(of(name)?.1 / of(base)?.1)
    }

    /// Says whether an aim is met: `name` at least `least` times as fast as `base`.
    pub(crate) fn aim(&self, name: &str, base: &str, least: f64) {
        let said = match self.ratio(name, base) {
            None => "not measured".to_owned(),
            Some(ratio) if ratio >= least => format!("{ratio:.2}, met"),
            Some(ratio) => format!("{ratio:.2}, MISSED"),
        };
        println!("  aim: {name} at least {least} x {base}: {said}");
    }
}
