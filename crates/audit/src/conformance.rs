//! Conformance: how real cases went, held against the flow of the policy that each was judged by, and
//! patterns that somebody should look at.
//!
//! Responsible for fitness (steps that fit of all steps, by unit and class), for deviations (what was
//! skipped, inserted or done out of order) and for flags with their evidence. A flag is a question and
//! no verdict. Refuses to judge single commands, which is the judge's work, and changes nothing. One
//! case is held at a time; what is compared between cases lies in a SQLite file without a name.
//!
//! Reading order: [`model`] is the flow of one class, [`trace`] replays one case on it, [`deviation`]
//! and [`flag`] are what is found, `thresholds` says from when on, `watch` compares cases.

pub mod deviation;
pub mod flag;
pub mod model;
mod thresholds;
pub mod trace;
mod watch;

pub use deviation::{Deviation, DeviationKind, Overdue};
pub use flag::{Flag, FlagKind};

use crate::law;
use crate::mining::walk::CaseWalk;
use crate::problem::Problem;
use crate::source::Source;
use model::Models;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use std::collections::BTreeMap;
use trace::Traced;
use watch::Watch;

/// Digits of a fitness.
const DIGITS: u32 = 4;

/// Counts of steps, and what follows from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// Cases.
    pub cases: u64,
    /// Cases all of whose steps fit.
    pub fit_cases: u64,
    /// Steps: changes of stage, and duties at the point where they are due.
    pub steps: u64,
    /// Steps that fit.
    pub fitting: u64,
    /// `fitting` of `steps`, four digits, cut off: it is 1 only where every step fits; none without
    /// steps.
    pub fitness: Option<Decimal>,
}

impl Fit {
    fn take(&mut self, traced: &Traced) {
        let deviations = traced.deviations.len() as u64;
        self.cases += 1;
        self.fit_cases += u64::from(deviations == 0);
        self.steps += traced.steps;
        self.fitting += traced.steps.saturating_sub(deviations);
        self.fitness = Decimal::from(self.fitting)
            .checked_div(Decimal::from(self.steps))
            .map(|fitness| fitness.round_dp_with_strategy(DIGITS, RoundingStrategy::ToZero));
    }
}

/// The fit of one unit's cases of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The unit that led at last, or that of whoever handled it; none: nobody was found for it yet.
    pub unit: Option<String>,
    /// The class at last; none: not accepted.
    pub class: Option<String>,
    /// Its fit.
    #[serde(flatten)]
    pub fit: Fit,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The last position that was read.
    pub until: u64,
    /// All cases.
    pub total: Fit,
    /// Imported cases, which another system handled by rules of its own; in no other count.
    pub imported: u64,
    /// By unit and class.
    pub groups: Vec<Group>,
    /// All deviations.
    pub deviations_found: u64,
    /// The first of them, as many as were asked for.
    pub deviations: Vec<Deviation>,
    /// All flags, by kind.
    pub flags_found: BTreeMap<&'static str, u64>,
    /// The first of each kind, as many as were asked for.
    pub flags: Vec<Flag>,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.deviations_found == 0 && self.flags_found.is_empty()
    }

    fn flag(&mut self, flag: Flag, limit: usize) {
        let found = self.flags_found.entry(flag.kind.code()).or_default();
        *found += 1;
        if usize::try_from(*found).is_ok_and(|found| found <= limit) {
            self.flags.push(flag);
        }
    }
}

/// Replays every case of the log up to its head of now, and lists at most `limit` deviations, and
/// flags of each kind; all are counted.
///
/// # Errors
/// [`Problem`]: the log cannot be read.
pub async fn check(source: &Source, limit: usize) -> Result<Report, Problem> {
    let until = source.head().await?;
    let law = law::at(source, until).await?;
    let mut models = Models::new(&law.policies);
    let watch = Watch::new()?;
    let mut groups: BTreeMap<(Option<String>, Option<String>), Fit> = BTreeMap::new();
    let mut report = Report {
        until,
        ..Report::default()
    };
    let mut walk = CaseWalk::new(source, until);
    while let Some(rows) = walk.next().await? {
        let mut traced = trace::replay(&rows, &mut models)?;
        if traced.imported {
            report.imported += 1;
            continue;
        }
        watch.take(&traced)?;
        report.total.take(&traced);
        let key = (traced.unit.clone(), traced.class.clone());
        groups.entry(key).or_default().take(&traced);
        report.deviations_found += traced.deviations.len() as u64;
        let room = limit.saturating_sub(report.deviations.len());
        report
            .deviations
            .extend(traced.deviations.drain(..).take(room));
        for flag in traced.flags.drain(..) {
            report.flag(flag, limit);
        }
    }
    watch.flags(&mut |flag| report.flag(flag, limit))?;
    report.flags.sort_by_key(|flag| flag.kind);
    report.groups = groups
        .into_iter()
        .map(|((unit, class), fit)| Group { unit, class, fit })
        .collect();
    Ok(report)
}
