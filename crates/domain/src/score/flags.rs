//! What somebody should look at in the forms that units fill about each other (`DOMAIN.md` 4.6).
//!
//! A flag is shown beside the figures with the evaluations behind it. It takes no form out and
//! changes no score: that is for an appeal to do.

use crate::ids::UnitId;
use crate::text::named;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

named! {
    /// Why somebody should look.
    FlagKind {
        /// Two units give each other nothing but the highest scores.
        Collusion = "collusion", "相互高分", "mutual top scores";
        /// A low form soon after a low form or a card from the one that is rated.
        Retaliation = "retaliation", "疑似报复", "retaliation";
        /// One unit answers the same again and again.
        SameAnswers = "same_answers", "连续雷同", "identical answers";
        /// Sealed in the last minutes of the window.
        LastMinute = "last_minute", "临近截止", "last-minute form";
    }
}

/// The thresholds: policy data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct FlagRules {
    /// Top scores are these points and more.
    pub collusion_points: u32,
    /// From so many forms in each direction on.
    pub collusion_forms: u32,
    /// A form below these points is low.
    pub low_points: u32,
    /// A low form so many hours after a low form or a card.
    pub retaliation_hours: u32,
    /// So many forms in a row with the same answers.
    pub same_answers: u32,
    /// The last minutes of a window.
    pub last_minutes: u32,
}

impl Default for FlagRules {
    /// The defaults of `DOMAIN.md` 4.6; low is what is worse than three stars throughout.
    fn default() -> Self {
        Self {
            collusion_points: 95,
            collusion_forms: 8,
            low_points: 50,
            retaliation_hours: 48,
            same_answers: 10,
            last_minutes: 5,
        }
    }
}

/// One form that was revealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenForm {
    /// The evaluation it is of.
    pub evaluation: String,
    /// Who rates.
    pub rater: UnitId,
    /// Who is rated.
    pub rated: UnitId,
    /// Hundredths of a point.
    pub points: u32,
    /// What was answered: alike, where it is the same.
    pub answers: String,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// When it was revealed.
    pub revealed_at: DateTime<Utc>,
    /// When its window ended.
    pub window_ends: DateTime<Utc>,
}

/// What a unit may have taken ill: a low form that it saw, a card that it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blow {
    /// Who took it.
    pub unit: UnitId,
    /// From whom, or in whose case.
    pub from: UnitId,
    /// When.
    pub at: DateTime<Utc>,
    /// The evaluation of the low form, if it was one.
    pub evaluation: Option<String>,
}

/// One thing that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Flag {
    /// What.
    pub kind: FlagKind,
    /// Whose forms.
    pub rater: UnitId,
    /// About whom; none where they are about several.
    pub rated: Option<UnitId>,
    /// The evaluations behind it.
    pub evaluations: Vec<String>,
}

impl FlagRules {
    /// Whether a form is low.
    #[must_use]
    pub const fn is_low(&self, points: u32) -> bool {
        points < self.low_points.saturating_mul(100)
    }

    /// The time within which a low form is taken for an answer.
    #[must_use]
    pub fn answered_within(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.retaliation_hours))
    }

    /// The blows that low forms are.
    #[must_use]
    pub fn blows(&self, forms: &[SeenForm]) -> Vec<Blow> {
        let low = forms.iter().filter(|form| self.is_low(form.points));
        let blow = |form: &SeenForm| Blow {
            unit: form.rated.clone(),
            from: form.rater.clone(),
            at: form.revealed_at,
            evaluation: Some(form.evaluation.clone()),
        };
        low.map(blow).collect()
    }
}

/// All flags of a set of forms, in a fixed order; the order of the forms changes nothing.
///
/// ```
/// use gridwhistle_domain::score::flags::{FlagKind, FlagRules, SeenForm, flags};
///
/// let ends = chrono::DateTime::UNIX_EPOCH;
/// let late = SeenForm {
///     evaluation: "one".into(),
///     rater: "S-1".into(),
///     rated: "B-water".into(),
///     points: 7_500,
///     answers: "area-1 quality=4".into(),
///     sealed_at: ends - chrono::TimeDelta::minutes(5),
///     revealed_at: ends,
///     window_ends: ends,
/// };
/// let found = flags(&[late], &[], &FlagRules::default());
/// assert_eq!((found.len(), found[0].kind), (1, FlagKind::LastMinute));
/// ```
#[must_use]
pub fn flags(forms: &[SeenForm], blows: &[Blow], rules: &FlagRules) -> Vec<Flag> {
    let mut ordered: Vec<&SeenForm> = forms.iter().collect();
    ordered.sort_by_key(|form| (form.sealed_at, &form.evaluation, &form.rater));
    let mut found = collusion(&ordered, rules);
    found.extend(retaliation(&ordered, blows, rules));
    found.extend(same_answers(&ordered, rules));
    let last = TimeDelta::minutes(i64::from(rules.last_minutes));
    let late = |form: &&&SeenForm| form.sealed_at >= form.window_ends - last;
    found.extend(ordered.iter().filter(late).map(|form| Flag {
        kind: FlagKind::LastMinute,
        rater: form.rater.clone(),
        rated: Some(form.rated.clone()),
        evaluations: vec![form.evaluation.clone()],
    }));
    found.sort();
    found
}

/// Pairs whose forms about each other are all at the top, with enough of them each way.
fn collusion(forms: &[&SeenForm], rules: &FlagRules) -> Vec<Flag> {
    let mut ways: BTreeMap<(&UnitId, &UnitId), Vec<&SeenForm>> = BTreeMap::new();
    for form in forms {
        let way = ways.entry((&form.rater, &form.rated)).or_default();
        way.push(form);
    }
    let top = rules.collusion_points.saturating_mul(100);
    let all_top = |way: &[&SeenForm]| {
        way.len() >= rules.collusion_forms as usize && way.iter().all(|form| form.points >= top)
    };
    let mut found = Vec::new();
    for ((one, other), there) in &ways {
        let back = ways.get(&(*other, *one)).filter(|_| one < other);
        if let Some(back) = back.filter(|back| all_top(there) && all_top(back)) {
            let both = there.iter().chain(back);
            let evaluations: BTreeSet<&String> = both.map(|form| &form.evaluation).collect();
            found.push(Flag {
                kind: FlagKind::Collusion,
                rater: (*one).clone(),
                rated: Some((*other).clone()),
                evaluations: evaluations.into_iter().cloned().collect(),
            });
        }
    }
    found
}

/// Low forms about whoever dealt a blow shortly before.
fn retaliation(forms: &[&SeenForm], blows: &[Blow], rules: &FlagRules) -> Vec<Flag> {
    let mut between: BTreeMap<(&UnitId, &UnitId), Vec<&Blow>> = BTreeMap::new();
    for blow in blows {
        let dealt = between.entry((&blow.unit, &blow.from)).or_default();
        dealt.push(blow);
    }
    let within = rules.answered_within();
    let mut found = Vec::new();
    for form in forms.iter().filter(|form| rules.is_low(form.points)) {
        let blows = between.get(&(&form.rater, &form.rated));
        let soon = |blow: &&&Blow| blow.at <= form.sealed_at && form.sealed_at - blow.at <= within;
        let answered: Vec<&&Blow> = blows.into_iter().flatten().filter(soon).collect();
        if answered.is_empty() {
            continue;
        }
        let seen = answered.iter().filter_map(|blow| blow.evaluation.clone());
        let evaluations: BTreeSet<String> = seen.chain([form.evaluation.clone()]).collect();
        found.push(Flag {
            kind: FlagKind::Retaliation,
            rater: form.rater.clone(),
            rated: Some(form.rated.clone()),
            evaluations: evaluations.into_iter().collect(),
        });
    }
    found
}

/// Runs of forms of one rater, by the time they were sealed, that all say the same.
fn same_answers(forms: &[&SeenForm], rules: &FlagRules) -> Vec<Flag> {
    let mut of_rater: BTreeMap<&UnitId, Vec<&SeenForm>> = BTreeMap::new();
    for form in forms {
        of_rater.entry(&form.rater).or_default().push(form);
    }
    let mut found = Vec::new();
    for (rater, forms) in of_rater {
        for run in forms.chunk_by(|one, next| one.answers == next.answers) {
            if run.len() >= (rules.same_answers as usize).max(2) {
                let about: BTreeSet<&UnitId> = run.iter().map(|form| &form.rated).collect();
                let mut about = about.into_iter().cloned();
                found.push(Flag {
                    kind: FlagKind::SameAnswers,
                    rater: rater.clone(),
                    rated: about.next().filter(|_| about.next().is_none()),
                    evaluations: run.iter().map(|form| form.evaluation.clone()).collect(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
