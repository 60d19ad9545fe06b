//! The forms of a window, from the rows of their evaluations: the one home of what counts.

use crate::case_view::form_months::UPHELD;
use crate::case_view::{CardRow, EvaluationRow, LedgerRow, StruckRow};
use crate::questions::{Ask, Moment, QuestionError, Questions, Window};
use chrono::{DateTime, Utc};
use gridwhistle_domain::evaluation::Side;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::score::flags::{Blow, Flag, SeenForm, flags};
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_store::views::{Direction, Filter, Op, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Rows read at a time.
pub(super) const PAGE_ROWS: usize = 1_000;
/// An appeal that waits.
pub(super) const WAITING: &str = "waiting";

/// One form that was revealed.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) by: Side,
    pub(super) seen: SeenForm,
    pub(super) rated_kind: Option<String>,
    pub(super) case: String,
    pub(super) leg: i64,
    pub(super) appeal: Option<String>,
    pub(super) ground: Option<String>,
}

impl Form {
    /// A form counts unless an appeal took it out.
    pub(super) fn counts(&self) -> bool {
        self.appeal.as_deref() != Some(UPHELD)
    }
}

/// The evaluations settled in a window, without the struck ones.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) rows: Vec<EvaluationRow>,
    /// By evaluation and side.
    pub(super) forms: Vec<Form>,
    pub(super) struck: Vec<String>,
}

impl Gathered {
    /// The units of a side with their kinds.
    pub(super) fn kinds(&self, side: Side) -> BTreeMap<UnitId, Option<String>> {
        let unit = |row: &EvaluationRow| match side {
            Side::Area => (row.area.as_str().into(), row.area_kind.clone()),
            Side::Department => (row.department.as_str().into(), row.department_kind.clone()),
        };
        self.rows.iter().map(unit).collect()
    }

    /// Of each unit of a side, the forms that it was asked for where silence is a breach, and those
    /// it sealed of them.
    pub(super) fn asked(&self, side: Side) -> BTreeMap<UnitId, Rate> {
        let mut asked: BTreeMap<UnitId, Rate> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| !row.optional) {
            let (unit, sealed) = match side {
                Side::Area => (&row.area, row.area_sealed_at),
                Side::Department => (&row.department, row.department_sealed_at),
            };
            let rate = asked.entry(unit.as_str().into()).or_default();
            *rate = rate.plus(Rate::new(u64::from(sealed.is_some()), 1));
        }
        asked
    }
}

impl Questions {
    /// The evaluations settled in a window, as they stood at the asked instant.
    pub(super) async fn gathered(
        &self,
        window: Window,
        moment: Moment,
    ) -> Result<Gathered, QuestionError> {
        let within = window.filter("settled_at", moment.instant());
        let all = self.evaluation_rows(within, moment).await?;
        let struck = self.struck_cases(moment).await?;
        let (out, rows): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|row| struck.contains(&row.case_id));
        Ok(Gathered {
            forms: forms(&rows),
            rows,
            struck: out.into_iter().map(|row| row.evaluation_id).collect(),
        })
    }

    /// All flags of the forms in a window. What was taken ill may have come before it.
    pub(super) async fn flagged(
        &self,
        gathered: &Gathered,
        (window, moment): (Window, Moment),
        rules: &EvaluationRules,
    ) -> Result<Vec<Flag>, QuestionError> {
        let rules = &rules.flags;
        let seen: Vec<SeenForm> = gathered
            .forms
            .iter()
            .map(|form| form.seen.clone())
            .collect();
        let mut blows = rules.blows(&seen);
        let low: Vec<&SeenForm> = seen.iter().filter(|one| rules.is_low(one.points)).collect();
        if let Some(first) = low.iter().map(|form| form.sealed_at).min() {
            let since = first - rules.answered_within();
            if let Some(before) = Window::new(since, window.from) {
                let earlier = self.gathered(before, moment).await?.forms.into_iter();
                let earlier: Vec<SeenForm> = earlier.map(|form| form.seen).collect();
                blows.extend(rules.blows(&earlier));
            }
            blows.extend(self.carded(&low, since, moment).await?);
        }
        Ok(flags(&seen, &blows, rules))
    }

    /// The cards that the raters of low forms got since an instant, from the street and the community
    /// of the case.
    async fn carded(
        &self,
        low: &[&SeenForm],
        since: DateTime<Utc>,
        moment: Moment,
    ) -> Result<Vec<Blow>, QuestionError> {
        let raters: BTreeSet<&str> = low.iter().map(|form| form.rater.as_str()).collect();
        let of_raters = Filter::And(vec![
            Filter::compare("raised_at", Op::Ge, since),
            Filter::compare("raised_at", Op::Le, moment.instant()),
            Filter::eq("counted", true),
            one_of("unit", raters),
        ]);
        let cards = self
            .every((CardRow::TABLE, "raised_at"), of_raters, moment)
            .await?;
        let cards = cards.into_iter().map(CardRow::from_values);
        let cards: Vec<CardRow> = cards.collect::<Result<_, _>>()?;
        let cases: BTreeSet<&str> = cards.iter().map(|card| card.case_id.as_str()).collect();
        let areas = self.areas_of(&cases, moment).await?;
        let mut blows = Vec::new();
        for card in cards {
            let areas = areas.get(&card.case_id).into_iter().flatten().flatten();
            blows.extend(areas.filter_map(|area| {
                Some(Blow {
                    unit: card.unit.as_deref()?.into(),
                    from: area.as_str().into(),
                    at: card.raised_at,
                    evaluation: None,
                })
            }));
        }
        Ok(blows)
    }

    /// The street and the community of each case.
    async fn areas_of(
        &self,
        cases: &BTreeSet<&str>,
        moment: Moment,
    ) -> Result<BTreeMap<String, [Option<String>; 2]>, QuestionError> {
        let all: Vec<&str> = cases.iter().copied().collect();
        let mut areas = BTreeMap::new();
        for some in all.chunks(PAGE_ROWS) {
            let some = one_of("case_id", some.iter().copied().collect());
            let table = (LedgerRow::TABLE, "case_id");
            for row in self.every(table, some, moment).await? {
                let row = LedgerRow::from_values(row)?;
                areas.insert(row.case_id, [row.street, row.community]);
            }
        }
        Ok(areas)
    }

    async fn evaluation_rows(
        &self,
        filter: Filter,
        moment: Moment,
    ) -> Result<Vec<EvaluationRow>, QuestionError> {
        let table = (EvaluationRow::TABLE, "settled_at");
        let rows = self.every(table, filter, moment).await?;
        let rows = rows.into_iter().map(EvaluationRow::from_values);
        let mut rows: Vec<EvaluationRow> = rows.collect::<Result<_, _>>()?;
        rows.sort_by(|one, other| one.evaluation_id.cmp(&other.evaluation_id));
        Ok(rows)
    }

    /// The cases whose evaluations are in no figure.
    pub(super) async fn struck_cases(
        &self,
        moment: Moment,
    ) -> Result<BTreeSet<String>, QuestionError> {
        let by_then = Filter::compare("struck_at", Op::Le, moment.instant());
        let now = Moment::now(moment.instant());
        let rows = self
            .every((StruckRow::TABLE, "struck_at"), by_then, now)
            .await?;
        let rows = rows.into_iter().map(StruckRow::from_values);
        let cases = rows.map(|row| row.map(|row| row.case_id));
        Ok(cases.collect::<Result<_, _>>()?)
    }

    /// Every row that passes, read by a column that has an index.
    pub(in crate::questions) async fn every(
        &self,
        (table, by): (&'static str, &str),
        filter: Filter,
        moment: Moment,
    ) -> Result<Vec<Vec<Value>>, QuestionError> {
        let (mut rows, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let ask = Ask {
                table,
                moment,
                filter: filter.clone(),
                order: vec![(by.to_owned(), Direction::Asc)],
                cursor: cursor.as_deref(),
                limit: PAGE_ROWS,
            };
            let page = self.page(ask.query()?).await?;
            rows.extend(page.rows);
            cursor = page.next.map(String::from);
            if cursor.is_none() {
                return Ok(rows);
            }
        }
    }
}

/// The revealed forms of rows: the area's before the department's.
fn forms(rows: &[EvaluationRow]) -> Vec<Form> {
    let both = |row| [form(row, Side::Area), form(row, Side::Department)];
    rows.iter().flat_map(both).flatten().collect()
}

fn form(row: &EvaluationRow, by: Side) -> Option<Form> {
    let (points, answers, sealed_at) = match by {
        Side::Area => (row.area_points, &row.area_answers, row.area_sealed_at),
        Side::Department => (
            row.department_points,
            &row.department_answers,
            row.department_sealed_at,
        ),
    };
    let (area, department) = (row.area.as_str().into(), row.department.as_str().into());
    let (rater, rated, rated_kind) = match by {
        Side::Area => (area, department, &row.department_kind),
        Side::Department => (department, area, &row.area_kind),
    };
    let (appeal, ground) = match by {
        Side::Area => (&row.area_appeal, &row.area_ground),
        Side::Department => (&row.department_appeal, &row.department_ground),
    };
    Some(Form {
        by,
        seen: SeenForm {
            evaluation: row.evaluation_id.clone(),
            rater,
            rated,
            points: u32::try_from(points?).ok()?,
            answers: answers.clone()?,
            sealed_at: sealed_at?,
            revealed_at: row.revealed_at?,
            window_ends: row.window_ends,
        },
        rated_kind: rated_kind.clone(),
        case: row.case_id.clone(),
        leg: row.leg,
        appeal: appeal.clone(),
        ground: ground.clone(),
    })
}

pub(super) fn one_of(column: &str, values: BTreeSet<&str>) -> Filter {
    Filter::In {
        column: column.to_owned(),
        values: values.into_iter().map(Value::from).collect(),
    }
}
