//! What is said of every unit, for scores: from the evaluations of whole months as they are kept
//! (`form_months`), or from the rows of any other window. Which forms count says [`Outcome`] alone.

use super::part_taken;
use crate::case_view::form_months::{FormMonthRow, Named, Outcome};
use crate::case_view::{CASES, EvaluationRow};
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use gridwhistle_domain::calendar::Month;
use gridwhistle_domain::evaluation::Side;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::score::forms::{FormScore, Opinion, opinions};
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Filter, Op, PAGE_ROWS_MAX, Value};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is said of a unit, not rounded, and what its own silence leaves of it. Nothing may be said of a
/// unit that was asked to rate others.
#[derive(Debug, Default)]
pub(in crate::questions) struct Said {
    /// From 0 to 100.
    pub(in crate::questions) score: Decimal,
    /// Forms behind it.
    pub(in crate::questions) forms: u64,
    /// From 0 to 1.
    pub(in crate::questions) factor: Decimal,
}

/// How many evaluations had this outcome; less than none where a correction takes them back.
type Outcomes = Vec<(Outcome, i64)>;

impl Questions {
    /// What is said of every unit. Of a unit that was on both sides, as a handling unit and as one that
    /// whistled, both count by their forms.
    pub(in crate::questions) async fn said_of_units(
        &self,
        window: Window,
        moment: Moment,
        rules: &EvaluationRules,
    ) -> Result<BTreeMap<String, Said>, QuestionError> {
        let outcomes = match months(window, moment) {
            Some(months) => self.kept_outcomes(months, window, moment).await?,
            None => {
                let rows = self.gathered(window, moment).await?.rows;
                let outcomes = rows.iter().filter_map(Outcome::of);
                outcomes.map(|outcome| (outcome, 1)).collect()
            }
        };
        Ok(said(&outcomes, rules))
    }

    /// From the counts of months, without the evaluations of cases that were struck.
    async fn kept_outcomes(
        &self,
        months: Filter,
        window: Window,
        moment: Moment,
    ) -> Result<Outcomes, QuestionError> {
        let (mut outcomes, mut cursor) = (Outcomes::new(), None::<String>);
        loop {
            let ask = Ask {
                table: FormMonthRow::TABLE,
                moment: Moment::now(moment.instant()),
                filter: months.clone(),
                order: Vec::new(),
                cursor: cursor.as_deref(),
                limit: PAGE_ROWS_MAX,
            };
            let page = self.page(ask.query()?).await?;
            for row in page.rows {
                outcomes.push(FormMonthRow::from_values(row)?.into_outcome());
            }
            cursor = page.next.map(String::from);
            if cursor.is_none() {
                break;
            }
        }
        for row in self.struck_rows(window, moment).await? {
            outcomes.extend(Outcome::of(&row).map(|outcome| (outcome, -1)));
        }
        Ok(outcomes)
    }

    /// The evaluations of struck cases that were settled in a window, as they stood at an instant.
    async fn struck_rows(
        &self,
        window: Window,
        moment: Moment,
    ) -> Result<Vec<EvaluationRow>, QuestionError> {
        let struck = self.struck_cases(moment).await?;
        let (struck, mut rows) = (Vec::from_iter(struck), Vec::new());
        for some in struck.chunks(super::forms::PAGE_ROWS) {
            let cases = some.iter().map(String::as_str).collect();
            let of_cases = super::forms::one_of("case_id", cases);
            let table = (EvaluationRow::TABLE, "case_id");
            let now = Moment::now(moment.instant());
            for row in self.every(table, of_cases, now).await? {
                let key = [Value::from(EvaluationRow::from_values(row)?.evaluation_id)];
                let (table, as_of) = (EvaluationRow::TABLE, moment.as_of());
                let row = self.views.get(&self.tenant, CASES.name, table, &key, as_of);
                let row = row.await?.map(EvaluationRow::from_values).transpose()?;
                rows.extend(row.filter(|row| {
                    let settled = |at| window.from <= at && at < window.before;
                    row.settled_at
                        .is_some_and(|at| settled(at) && at <= moment.instant())
                }));
            }
        }
        Ok(rows)
    }
}

/// The rows of whole months, asked as things stand or as they stood at the end of a month; none where the
/// counts of months do not say what is asked.
fn months(window: Window, moment: Moment) -> Option<Filter> {
    let (first, next) = (Month::of(window.from), Month::of(window.before));
    let is_start = |at| Month::of(at).start() == at;
    let known = moment.as_of().is_none() || is_start(moment.instant());
    (is_start(window.from) && is_start(window.before) && known).then(|| {
        let mut months = vec![
            Filter::compare("month", Op::Ge, first.number()),
            Filter::compare("month", Op::Lt, next.number()),
        ];
        if moment.as_of().is_some() {
            let last = Month::ended_with(moment.instant());
            months.push(Filter::compare("known", Op::Le, last.number()));
        }
        Filter::And(months)
    })
}

/// A unit by its place among all of them, in the order of kinds and codes.
type Unit = u32;
/// Who rates, who is rated, and hundredths of a point.
type Given = (Unit, Unit, u32);

/// The units of all outcomes.
struct Units<'o> {
    names: Vec<Named<'o>>,
    /// Of each outcome: the area and the department.
    both: Vec<[Unit; 2]>,
}

impl<'o> Units<'o> {
    fn of(outcomes: &'o Outcomes) -> Self {
        // There are far fewer pairs than evaluations.
        let mut pairs: HashMap<&str, usize> = HashMap::new();
        let pair_of = outcomes.iter().map(|(outcome, _)| {
            let next = pairs.len();
            *pairs.entry(&outcome.pair).or_insert(next)
        });
        let pair_of: Vec<usize> = pair_of.collect();
        let names: BTreeSet<Named<'_>> =
            pairs.keys().flat_map(|pair| Outcome::units(pair)).collect();
        let places: BTreeMap<Named<'_>, Unit> = names.iter().copied().zip(0..).collect();
        let place = |unit: Named<'_>| places.get(&unit).copied().unwrap_or_default();
        let mut units = vec![[0; 2]; pairs.len()];
        for (pair, at) in &pairs {
            units[*at] = Outcome::units(pair).map(place);
        }
        Self {
            both: pair_of.into_iter().map(|pair| units[pair]).collect(),
            names: names.into_iter().collect(),
        }
    }

    fn name(&self, unit: Unit) -> Named<'o> {
        self.names[unit as usize]
    }

    /// Every outcome with the unit that rates and the one that is rated.
    fn sided(
        &self,
        outcomes: &'o Outcomes,
        by: Side,
    ) -> impl Iterator<Item = (&'o Outcome, i64, Unit, Unit)> {
        let sided = outcomes.iter().zip(&self.both);
        sided.map(move |((outcome, count), [area, department])| match by {
            Side::Area => (outcome, *count, *area, *department),
            Side::Department => (outcome, *count, *department, *area),
        })
    }
}

/// What the outcomes come to for each unit, by its code.
fn said(outcomes: &Outcomes, rules: &EvaluationRules) -> BTreeMap<String, Said> {
    let units = Units::of(outcomes);
    let mut all: BTreeMap<String, Said> = BTreeMap::new();
    let mut asked: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for by in Side::ALL.iter().copied() {
        let mut taken = vec![(0, 0); units.names.len()];
        let sided = units.sided(outcomes, by);
        for (outcome, count, rater, _) in sided.filter(|(outcome, ..)| !outcome.optional) {
            let (sealed, of) = &mut taken[rater as usize];
            *sealed += count * i64::from(outcome.sealed(by));
            *of += count;
        }
        for (unit, taken) in units.names.iter().zip(taken) {
            let known = asked.entry(unit.code).or_default();
            *known = (known.0 + taken.0, known.1 + taken.1);
        }
        for (unit, opinion) in of_peers(&units, outcomes, by, rules) {
            let said = all.entry(unit.to_owned()).or_default();
            let (before, more) = (Decimal::from(said.forms), Decimal::from(opinion.forms));
            said.score = (said.score * before + opinion.score * more) / (before + more);
            said.forms += opinion.forms;
        }
    }
    // Who is silent is heard less, whether or not anybody rated it.
    let due = asked.iter().filter(|(_, (_, of))| *of > 0);
    for (unit, _) in due {
        all.entry((*unit).to_owned()).or_default();
    }
    for (unit, said) in &mut all {
        let (sealed, of) = asked.get(unit.as_str()).copied().unwrap_or_default();
        let taken = Rate::new(sealed.unsigned_abs(), of.unsigned_abs());
        let factor = part_taken(taken, rules.participation_percent);
        said.factor = factor.unwrap_or(Decimal::ONE);
    }
    all
}

/// The opinions about the units that a side rates, kind by kind: units of a kind are peers.
fn of_peers<'o>(
    units: &Units<'o>,
    outcomes: &'o Outcomes,
    by: Side,
    rules: &EvaluationRules,
) -> Vec<(&'o str, Opinion)> {
    let given = || {
        let sided = units.sided(outcomes, by);
        sided.filter_map(|(outcome, count, rater, rated)| {
            Some(((rater, rated, outcome.points(by)?), count))
        })
    };
    // What corrections take back is few; each takes one like it away.
    let mut back: HashMap<Given, i64> = HashMap::new();
    for (form, count) in given().filter(|(_, count)| *count < 0) {
        *back.entry(form).or_default() -= count;
    }
    let mut peers: BTreeMap<&str, Vec<FormScore<Unit>>> = BTreeMap::new();
    for (form, count) in given().filter(|(_, count)| *count > 0) {
        let less = back.get_mut(&form);
        let gone = less.as_ref().map_or(0, |less| count.min(**less));
        if let Some(less) = less {
            *less -= gone;
        }
        let (rater, rated, points) = form;
        let score = super::points(points);
        let group = peers.entry(units.name(rated).kind).or_default();
        group.extend((gone..count).map(|_| FormScore {
            rater,
            rated,
            score,
        }));
    }
    let said = peers
        .values()
        .flat_map(|forms| opinions(forms, &rules.scores));
    said.map(|(unit, opinion)| (units.name(unit).code, opinion))
        .collect()
}
