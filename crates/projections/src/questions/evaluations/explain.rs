//! A mutual score opened: every form behind it, what became of the form on the way, what the score
//! would be without it, and the events that say so.

use super::forms::Form;
use super::{UnitOpinion, peers, points, said, scores, shown, told};
use crate::projection::read;
use crate::questions::{Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::evaluation::{EvaluationEvent, EvaluationFact as F, Side};
use gridwhistle_domain::ids::UnitId;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::score::flags::{Flag, FlagKind};
use gridwhistle_domain::score::forms::{FormScore, Weighed, opinions, weighed};
use gridwhistle_store::StreamId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One form about a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MutualForm {
    /// The evaluation.
    pub evaluation: String,
    /// The case.
    pub case_id: String,
    /// The leg.
    pub leg: i64,
    /// Who filled it.
    pub rater: String,
    /// What it comes to, from 0 to 100.
    pub points: Decimal,
    /// Without the leniency of its rater; none where it does not count.
    pub levelled: Option<Decimal>,
    /// Cut off as an extreme.
    pub trimmed: bool,
    /// Weighs less than one, so that its rater has no more than its share.
    pub capped: bool,
    /// What it weighs; none where it does not count.
    pub weight: Option<Decimal>,
    /// The appeal against it: `waiting`, `upheld` (it does not count), `dismissed`.
    pub appeal: Option<String>,
    /// The ground of the appeal, by its code.
    pub ground: Option<String>,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// When it was revealed.
    pub revealed_at: DateTime<Utc>,
    /// What somebody should look at in it.
    pub flags: Vec<FlagKind>,
    /// By how much the score would be another one without it; none where there would be no score.
    pub if_absent: Option<Decimal>,
    /// Positions of the events that decide it, in order.
    pub events: Vec<u64>,
}

/// The score of one unit, and the forms behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MutualExplanation {
    /// From when to before when.
    pub window: Window,
    /// The instant as of which the forms are looked at.
    pub at: DateTime<Utc>,
    /// The side that rates.
    pub rated_by: Side,
    /// The figures that are opened; none where it was neither rated nor asked.
    pub unit: Option<UnitOpinion>,
    /// The forms about it, by evaluation; those of one page, excluded ones among them.
    pub forms: Vec<MutualForm>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A mutual score, counted: the forms behind it are read page by page, without counting again.
#[derive(Clone, Debug)]
pub struct CountedMutual {
    window: Window,
    moment: Moment,
    rated_by: Side,
    rules: EvaluationRules,
    unit: Option<UnitOpinion>,
    /// The forms about the unit, by evaluation.
    about: Vec<Form>,
    flags: Vec<Flag>,
    group: Group,
}

/// What is known of the group of peers that the unit is in.
#[derive(Clone, Debug)]
struct Group {
    scores: Vec<FormScore>,
    weighed: Vec<Weighed>,
    /// Place in the group, by evaluation and rater.
    places: BTreeMap<(String, UnitId), usize>,
    score: Option<Decimal>,
}

impl Questions {
    /// Opens the score of one unit: at most `limit` forms about it, after the evaluation at `cursor`.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn explain_mutual(
        &self,
        what: (&str, Side),
        window: Window,
        moment: Moment,
        rules: &EvaluationRules,
        page: (usize, Option<&str>),
    ) -> Result<MutualExplanation, QuestionError> {
        let counted = self.count_mutual(what, window, moment, rules).await?;
        self.forms_behind(&counted, page).await
    }

    /// Counts the score of one unit.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn count_mutual(
        &self,
        (unit, rated_by): (&str, Side),
        window: Window,
        moment: Moment,
        rules: &EvaluationRules,
    ) -> Result<CountedMutual, QuestionError> {
        let mut gathered = self.gathered(window, moment).await?;
        let flags = self.flagged(&gathered, (window, moment), rules).await?;
        let all = told(&gathered, rated_by, &flags, rules);
        let id = UnitId::new(unit);
        let mut about = std::mem::take(&mut gathered.forms);
        about.retain(|form| form.by == rated_by);
        let group = Group::of(&about.iter().collect::<Vec<_>>(), &id, rules);
        about.retain(|form| form.seen.rated == id);
        Ok(CountedMutual {
            window,
            moment,
            rated_by,
            rules: rules.clone(),
            unit: all.into_iter().find(|one| one.unit == unit),
            about,
            flags,
            group,
        })
    }

    /// One page of the forms behind a score that is counted, after the evaluation at `cursor`.
    ///
    /// # Errors
    /// [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn forms_behind(
        &self,
        figure: &CountedMutual,
        (limit, cursor): (usize, Option<&str>),
    ) -> Result<MutualExplanation, QuestionError> {
        let at = figure.moment.instant();
        let after = |form: &&Form| cursor.is_none_or(|last| form.seen.evaluation.as_str() > last);
        let about = figure.about.iter().filter(after);
        let mut page: Vec<&Form> = about.take(limit + 1).collect();
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more);
        let next = next.map(|form| form.seen.evaluation.clone());
        let mut forms = Vec::new();
        for form in page {
            let events = self.decided(form, at).await?;
            let (flags, rules) = (&figure.flags, &figure.rules);
            forms.push(figure.group.opened(form, flags, rules, events));
        }
        Ok(MutualExplanation {
            window: figure.window,
            at,
            rated_by: figure.rated_by,
            unit: figure.unit.clone(),
            forms,
            next,
        })
    }

    /// The positions of the events that decide a form, up to an instant.
    async fn decided(&self, form: &Form, at: DateTime<Utc>) -> Result<Vec<u64>, QuestionError> {
        let stream = StreamId::new("evaluation", form.seen.evaluation.as_str());
        let mut positions = Vec::new();
        for event in self.log.read_stream(&self.tenant, &stream, 0).await? {
            let fact: EvaluationEvent =
                read(&event).map_err(|what| QuestionError::Unreadable(Box::new(what)))?;
            if fact.at <= at && decides(form.by, &fact.fact) {
                positions.push(event.position);
            }
        }
        Ok(positions)
    }
}

/// Whether a fact has a part in what the form of a side says.
const fn decides(by: Side, fact: &F) -> bool {
    match fact {
        F::EvaluationOpened { .. } | F::EvaluationsRevealed { .. } => true,
        F::EvaluationSealed { side, .. }
        | F::AppealFiled { side, .. }
        | F::AppealDecided { side, .. } => matches!(
            (by, side),
            (Side::Area, Side::Area) | (Side::Department, Side::Department)
        ),
        F::EvaluationLapsed { .. } => false,
    }
}

impl Group {
    /// The peers of a unit: the group that holds forms about it.
    fn of(forms: &[&Form], unit: &UnitId, rules: &EvaluationRules) -> Self {
        let groups = peers(forms);
        let about = |forms: &&Vec<&Form>| forms.iter().any(|form| form.seen.rated == *unit);
        let forms = groups.values().find(about).cloned().unwrap_or_default();
        let scores = scores(&forms);
        let places = forms.iter().enumerate();
        let places = places.map(|(place, form)| (key(form), place));
        Self {
            weighed: weighed(&scores, &rules.scores),
            scores,
            places: places.collect(),
            score: said(&groups, rules).get(unit).map(|opinion| opinion.score),
        }
    }

    fn opened(
        &self,
        form: &Form,
        flags: &[Flag],
        rules: &EvaluationRules,
        events: Vec<u64>,
    ) -> MutualForm {
        let place = self.places.get(&key(form)).copied();
        let place = place.filter(|_| form.counts());
        let weighed = place.map(|place| &self.weighed[place]);
        let cut = weighed.is_some_and(|one| one.trimmed);
        MutualForm {
            evaluation: form.seen.evaluation.clone(),
            case_id: form.case.clone(),
            leg: form.leg,
            rater: form.seen.rater.to_string(),
            points: points(form.seen.points).normalize(),
            levelled: weighed.map(|one| shown(one.levelled)),
            trimmed: cut,
            capped: !cut && weighed.is_some_and(|one| one.weight < Decimal::ONE),
            weight: weighed.map(|one| shown(one.weight)),
            appeal: form.appeal.clone(),
            ground: form.ground.clone(),
            sealed_at: form.seen.sealed_at,
            revealed_at: form.seen.revealed_at,
            flags: flagged(form, flags),
            if_absent: place.and_then(|place| self.without(place, &form.seen.rated, rules)),
            events,
        }
    }

    /// By how much the score of a unit would be another one without one form.
    fn without(&self, place: usize, unit: &UnitId, rules: &EvaluationRules) -> Option<Decimal> {
        let mut others = self.scores.clone();
        others.remove(place);
        let said = opinions(&others, &rules.scores);
        let score = said.get(unit).map(|opinion| opinion.score);
        Some(shown(score? - self.score?))
    }
}

fn key(form: &Form) -> (String, UnitId) {
    (form.seen.evaluation.clone(), form.seen.rater.clone())
}

/// The kinds of the flags that a form is a part of.
fn flagged(form: &Form, flags: &[Flag]) -> Vec<FlagKind> {
    let seen = &form.seen;
    let of_form = |flag: &&Flag| {
        let pair = [&seen.rater, &seen.rated];
        let has = |unit: &UnitId| pair.contains(&unit);
        flag.evaluations.contains(&seen.evaluation)
            && has(&flag.rater)
            && flag.rated.as_ref().is_none_or(has)
            && (flag.kind == FlagKind::Collusion || flag.rater == seen.rater)
    };
    let kinds: BTreeSet<FlagKind> = flags.iter().filter(of_form).map(|flag| flag.kind).collect();
    kinds.into_iter().collect()
}
