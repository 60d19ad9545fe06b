//! What units say of each other (`DOMAIN.md` 4.6): the forms that were opened in a window, and what
//! they come to for each unit.
//!
//! An evaluation belongs to the window in which it was settled: its forms revealed, or both sides
//! lapsed. Its rows are looked at as of the asked instant, so that an appeal that was upheld after the
//! window's end takes a form out of every answer that is asked later. Who is silent gets nothing, and
//! the other side's form counts. Evaluations of cases that were voided or merged since are struck: in
//! no figure, listed by themselves. Only the arithmetic of [`gridwhistle_domain::score`] makes scores.

mod explain;
mod forms;
mod list;
mod matrix;
mod months;

pub use explain::{CountedMutual, MutualExplanation, MutualForm};
pub use list::{
    EvaluationFilter, EvaluationLine, EvaluationPage, EvaluationSort, EvaluationState, ListedSide,
};
pub use matrix::{Matrix, MatrixCell, Way};

use super::window::Window;
use super::{Moment, QuestionError, Questions};
use crate::case_view::form_months::UPHELD;
use chrono::{DateTime, Utc};
use forms::{Form, Gathered};
use gridwhistle_domain::evaluation::Side;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::score::flags::{Flag, FlagKind};
use gridwhistle_domain::score::forms::{FormScore, Opinion, opinions};
use gridwhistle_domain::score::rate::{Rate, Share};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of one unit, and how it took part itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitOpinion {
    /// The unit.
    pub unit: String,
    /// Its kind when it was rated: units of a kind are peers.
    pub kind: Option<String>,
    /// Forms about it that count.
    pub forms: u64,
    /// Units that filled them.
    pub raters: u64,
    /// Their plain mean, from 0 to 100; none without forms.
    pub plain: Option<Decimal>,
    /// Without the raters' leniency and the extremes, no rater above its share, drawn to the peers.
    pub score: Option<Decimal>,
    /// Of the forms, those cut off as extremes.
    pub trimmed: u64,
    /// Forms about it that were taken out by an appeal.
    pub excluded: u64,
    /// Forms about it that an appeal waits on; they count.
    pub appealed: u64,
    /// 参评率: forms it sealed itself, of those it was asked for and silence was a breach.
    pub participation: Share,
    /// What its own silence leaves of the weight of its score: `min(1, participation / 80 %)`.
    pub weight: Option<Decimal>,
    /// What somebody should look at, of all it filled or got.
    pub flags: Vec<FlagKind>,
}

/// What is said of all units that one side rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Evaluations {
    /// From when to before when.
    pub window: Window,
    /// The instant as of which the forms are looked at.
    pub at: DateTime<Utc>,
    /// The side that rates.
    pub rated_by: Side,
    /// One for each unit that was rated or asked, by kind and code.
    pub units: Vec<UnitOpinion>,
    /// What somebody should look at, in the forms of both sides.
    pub flags: Vec<Flag>,
    /// Evaluations of cases that were voided or merged since.
    pub struck: Vec<String>,
}

/// Forms of one group of peers that count, as the arithmetic takes them.
type Peers<'a> = BTreeMap<Option<&'a str>, Vec<&'a Form>>;

impl Questions {
    /// What the units that `rated_by` rates were given in a window: departments by streets and
    /// communities, or streets and communities by departments; units of a kind are peers. Forms count
    /// as they stood at the asked instant.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn evaluations(
        &self,
        window: Window,
        moment: Moment,
        rated_by: Side,
        rules: &EvaluationRules,
    ) -> Result<Evaluations, QuestionError> {
        let gathered = self.gathered(window, moment).await?;
        let flags = self.flagged(&gathered, (window, moment), rules).await?;
        Ok(Evaluations {
            window,
            at: moment.instant(),
            rated_by,
            units: told(&gathered, rated_by, &flags, rules),
            flags,
            struck: gathered.struck,
        })
    }
}

fn told(
    gathered: &Gathered,
    rated_by: Side,
    flags: &[Flag],
    rules: &EvaluationRules,
) -> Vec<UnitOpinion> {
    let of_side = |form: &&Form| form.by == rated_by;
    let forms: Vec<&Form> = gathered.forms.iter().filter(of_side).collect();
    let said = said(&peers(&forms), rules);
    let asked = gathered.asked(rated_by.other());
    let kinds = gathered.kinds(rated_by.other());
    let (appeals, touched) = (appeals(&forms), touched(flags));
    let told = |(key, kind): (&UnitId, &Option<String>)| {
        let appeal = |state: &str| appeals.get(&(key, state)).copied().unwrap_or_default();
        let opinion = said.get(key);
        let taken = asked.get(key).copied().unwrap_or_default();
        UnitOpinion {
            unit: key.to_string(),
            kind: kind.clone(),
            forms: opinion.map_or(0, |opinion| opinion.forms),
            raters: opinion.map_or(0, |opinion| opinion.raters),
            plain: opinion.map(|opinion| shown(opinion.plain)),
            score: opinion.map(|opinion| shown(opinion.score)),
            trimmed: opinion.map_or(0, |opinion| opinion.trimmed),
            excluded: appeal(UPHELD),
            appealed: appeal(forms::WAITING),
            participation: taken.into(),
            weight: weight(taken, rules.participation_percent),
            flags: touched.get(key).into_iter().flatten().copied().collect(),
        }
    };
    let mut units: Vec<UnitOpinion> = kinds.iter().map(told).collect();
    units.sort_by(|one, other| (&one.kind, &one.unit).cmp(&(&other.kind, &other.unit)));
    units
}

/// How many forms about each unit were appealed against, by what came of it.
fn appeals<'a>(forms: &[&'a Form]) -> BTreeMap<(&'a UnitId, &'a str), u64> {
    let mut appeals = BTreeMap::new();
    for form in forms {
        if let Some(state) = form.appeal.as_deref() {
            *appeals.entry((&form.seen.rated, state)).or_default() += 1;
        }
    }
    appeals
}

/// Forms that count, by the kind of the rated unit.
fn peers<'a>(forms: &[&'a Form]) -> Peers<'a> {
    let mut peers = Peers::new();
    for form in forms.iter().filter(|form| form.counts()) {
        let group = peers.entry(form.rated_kind.as_deref()).or_default();
        group.push(form);
    }
    peers
}

fn said(peers: &Peers<'_>, rules: &EvaluationRules) -> BTreeMap<UnitId, Opinion> {
    let of_group = |forms: &Vec<&Form>| opinions(&scores(forms), &rules.scores);
    peers.values().flat_map(of_group).collect()
}

fn scores(forms: &[&Form]) -> Vec<FormScore> {
    let score = |form: &&Form| FormScore {
        rater: form.seen.rater.clone(),
        rated: form.seen.rated.clone(),
        score: points(form.seen.points),
    };
    forms.iter().map(score).collect()
}

/// Hundredths of a point as points.
fn points(hundredths: u32) -> Decimal {
    Decimal::new(i64::from(hundredths), 2)
}

/// Rounded once, half to even, to four digits after the point.
fn shown(value: Decimal) -> Decimal {
    value.round_dp(4).normalize()
}

/// What taking part leaves of a unit's weight; none for who was not asked.
fn weight(taken: Rate, percent: u32) -> Option<Decimal> {
    part_taken(taken, percent).map(shown)
}

/// What taking part leaves of a unit's weight, not rounded.
fn part_taken(taken: Rate, percent: u32) -> Option<Decimal> {
    let whole = Decimal::new(i64::from(percent.max(1)), 2);
    let share = taken.value()? / whole;
    Some(share.min(Decimal::ONE))
}

/// The kinds of the flags that each unit has a part in.
fn touched(flags: &[Flag]) -> BTreeMap<&UnitId, BTreeSet<FlagKind>> {
    let mut touched: BTreeMap<&UnitId, BTreeSet<FlagKind>> = BTreeMap::new();
    for flag in flags {
        for unit in std::iter::once(&flag.rater).chain(&flag.rated) {
            touched.entry(unit).or_default().insert(flag.kind);
        }
    }
    touched
}
