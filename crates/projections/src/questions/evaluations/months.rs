//! What is said of every unit, for scores: from the evaluations of whole months as they are kept
//! (`form_months`), or from the rows of any other window. Which forms count says [`Outcome`] alone.

use super::part_taken;
use crate::case_view::form_months::{FormMonthRow, Outcome};
use crate::case_view::{CASES, EvaluationRow};
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use gridwhistle_domain::calendar::Month;
use gridwhistle_domain::evaluation::Side;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::score::forms::{FormScore, opinions};
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Filter, Op, PAGE_ROWS_MAX, Value};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is said of a unit, not rounded, and what its own silence leaves of it.
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
            Filter::compare("month", Op::Ge, first.to_string()),
            Filter::compare("month", Op::Lt, next.to_string()),
        ];
        if moment.as_of().is_some() {
            let last = Month::ended_with(moment.instant());
            months.push(Filter::compare("known", Op::Le, last.to_string()));
        }
        Filter::And(months)
    })
}

/// A unit by its place among all of them, in the order of kinds and codes: kinds are peers.
type Unit = u32;

/// The units of all outcomes.
struct Units<'o> {
    /// Kind and code.
    names: Vec<(&'o str, &'o str)>,
    places: HashMap<(&'o str, &'o str), Unit>,
}

impl<'o> Units<'o> {
    fn of(outcomes: &'o Outcomes) -> Self {
        let both =
            |(outcome, _): &'o (Outcome, i64)| Side::ALL.iter().map(|side| named(outcome, *side));
        let names: BTreeSet<(&str, &str)> = outcomes.iter().flat_map(both).collect();
        let names = Vec::from_iter(names);
        let places = names.iter().copied().zip(0..).collect();
        Self { names, places }
    }

    fn place(&self, outcome: &'o Outcome, side: Side) -> Unit {
        let place = self.places.get(&named(outcome, side));
        place.copied().unwrap_or_default()
    }

    fn name(&self, unit: Unit) -> (&'o str, &'o str) {
        self.names[unit as usize]
    }
}

/// Kind and code of the unit on a side.
fn named(outcome: &Outcome, side: Side) -> (&str, &str) {
    match side {
        Side::Area => (&outcome.area_kind, &outcome.area),
        Side::Department => (&outcome.department_kind, &outcome.department),
    }
}

/// What the outcomes come to for each unit, by its code.
fn said(outcomes: &Outcomes, rules: &EvaluationRules) -> BTreeMap<String, Said> {
    let units = Units::of(outcomes);
    let mut all: BTreeMap<String, Said> = BTreeMap::new();
    let mut asked: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for by in Side::ALL.iter().copied() {
        // What a correction takes back is netted before any form is made of it.
        let mut forms: HashMap<(Unit, Unit, u32), i64> = HashMap::new();
        for (outcome, count) in outcomes {
            let rater = units.place(outcome, by);
            if let Some(points) = outcome.points(by) {
                let form = (rater, units.place(outcome, by.other()), points);
                *forms.entry(form).or_default() += count;
            }
            if !outcome.optional {
                let (sealed, of) = asked.entry(units.name(rater).1).or_default();
                *sealed += count * i64::from(outcome.sealed(by));
                *of += count;
            }
        }
        let mut peers: BTreeMap<&str, Vec<FormScore<Unit>>> = BTreeMap::new();
        for ((rater, rated, points), count) in forms {
            let group = peers.entry(units.name(rated).0).or_default();
            group.extend((0..count).map(|_| FormScore {
                rater,
                rated,
                score: super::points(points),
            }));
        }
        for (unit, opinion) in peers
            .values()
            .flat_map(|forms| opinions(forms, &rules.scores))
        {
            let said = all.entry(units.name(unit).1.to_owned()).or_default();
            let (before, more) = (Decimal::from(said.forms), Decimal::from(opinion.forms));
            said.score = (said.score * before + opinion.score * more) / (before + more);
            said.forms += opinion.forms;
        }
    }
    for (unit, said) in &mut all {
        let (sealed, of) = asked.get(unit.as_str()).copied().unwrap_or_default();
        let taken = Rate::new(sealed.unsigned_abs(), of.unsigned_abs());
        let factor = part_taken(taken, rules.participation_percent);
        said.factor = factor.unwrap_or(Decimal::ONE);
    }
    all
}
