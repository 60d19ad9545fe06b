//! The figures of appraisal (评议; `DOMAIN.md` 4.7): what the grid party organisations that met a unit or
//! a person said of them, where there are enough of them to protect each other.
//!
//! A window counts the rounds whose quarter lies within it and that are closed. Forms that were withheld
//! in their round are in no figure of any window: otherwise two windows could be subtracted.

mod encounters;

use super::{Ask, Moment, QuestionError, Questions, Window};
use crate::case_view::{AppraisalRoundRow, AppraisalRow, CASES};
use chrono::{DateTime, Utc};
use gridwhistle_domain::appraisal::Quarter;
use gridwhistle_domain::score::rate::{Rate, Share};
use gridwhistle_store::views::{Filter, Op, PAGE_ROWS_MAX, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is said of a unit or a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Appraised {
    /// The unit, or the unit that the person answers for.
    pub unit: String,
    /// The person; none for the unit itself.
    pub person: Option<String>,
    /// 参评率: forms that were sealed, of the organisations that met them.
    pub participation: Share,
    /// Forms that were opened.
    pub forms: u64,
    /// Forms that stay sealed: there were too few in their round.
    pub withheld: u64,
    /// The plain mean, from 0 to 100; none where nothing was opened.
    pub mean: Option<Decimal>,
    /// The mean drawn towards the peers', from 0 to 100; none where nothing was opened.
    pub score: Option<Decimal>,
}

/// The figures of all that were appraised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Appraisals {
    /// From when to before when.
    pub window: Window,
    /// The instant that is asked about.
    pub at: DateTime<Utc>,
    /// The rounds that are counted, by quarter.
    pub rounds: Vec<String>,
    /// The rounds of the window whose forms are still sealed.
    pub pending: Vec<String>,
    /// The units, by code.
    pub units: Vec<Appraised>,
    /// The responsible persons, by unit and code.
    pub persons: Vec<Appraised>,
}

/// By unit and person; the person is empty for the unit itself.
type Group = BTreeMap<(String, String), Sums>;

/// What is counted in a window.
struct Counted {
    rounds: Vec<String>,
    pending: Vec<String>,
    units: Group,
    persons: Group,
    shrink: i64,
}

/// Sums over the rounds of a window.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    met: i64,
    sealed: i64,
    opened: i64,
    hundredths: i64,
}

impl Sums {
    fn mean(self) -> Option<Decimal> {
        (self.opened > 0).then(|| Decimal::new(self.hundredths, 2) / Decimal::from(self.opened))
    }
}

impl Questions {
    /// What was said of units and persons in the closed rounds of a window, as of an instant.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn appraisals(
        &self,
        window: Window,
        moment: Moment,
    ) -> Result<Appraisals, QuestionError> {
        let Counted {
            rounds,
            pending,
            units,
            persons,
            shrink,
        } = self.appraised(window, moment).await?;
        Ok(Appraisals {
            window,
            at: moment.instant(),
            rounds,
            pending,
            units: shown(units, shrink),
            persons: shown(persons, shrink),
        })
    }

    /// What was said of every unit, not rounded, and of how many forms: for scores.
    pub(super) async fn appraisals_of_units(
        &self,
        window: Window,
        moment: Moment,
    ) -> Result<Vec<(String, Decimal, u64)>, QuestionError> {
        let Counted { units, shrink, .. } = self.appraised(window, moment).await?;
        let said = scored(units, shrink).into_iter();
        let said = said.filter_map(|((unit, _), sums, score)| {
            Some((unit, score?, sums.opened.unsigned_abs()))
        });
        Ok(said.collect())
    }

    /// The rounds whose quarter lies in a window, and the sums over them.
    async fn appraised(&self, window: Window, moment: Moment) -> Result<Counted, QuestionError> {
        let within = Filter::And(vec![
            Filter::compare("quarter_from", Op::Ge, window.from),
            Filter::compare("quarter_before", Op::Le, window.before),
        ]);
        let rounds = self.rounds(within.clone(), moment).await?;
        let mut shrink = 0;
        let (mut counted, mut pending) = (Vec::new(), Vec::new());
        for round in rounds {
            if round.closed {
                shrink = round.shrink;
                counted.push(round.round);
            } else {
                pending.push(round.round);
            }
        }
        let (mut units, mut persons) = (BTreeMap::new(), BTreeMap::new());
        let mut cursor: Option<String> = None;
        loop {
            let ask = Ask {
                table: AppraisalRow::TABLE,
                moment,
                filter: within.clone(),
                order: Vec::new(),
                cursor: cursor.as_deref(),
                limit: PAGE_ROWS_MAX,
            };
            let page = self.page(ask.query()?).await?;
            for row in page.rows {
                let row = AppraisalRow::from_values(row)?;
                let group = if row.person.is_empty() {
                    &mut units
                } else {
                    &mut persons
                };
                add(group, row);
            }
            cursor = page.next.map(String::from);
            if cursor.is_none() {
                break;
            }
        }
        Ok(Counted {
            rounds: counted,
            pending,
            units,
            persons,
            shrink,
        })
    }

    /// The rounds that pass a filter, by quarter.
    async fn rounds(
        &self,
        filter: Filter,
        moment: Moment,
    ) -> Result<Vec<AppraisalRoundRow>, QuestionError> {
        let ask = Ask {
            table: AppraisalRoundRow::TABLE,
            moment,
            filter,
            order: Vec::new(),
            cursor: None,
            limit: PAGE_ROWS_MAX,
        };
        let rows = self.page(ask.query()?).await?.rows.into_iter();
        Ok(rows
            .map(AppraisalRoundRow::from_values)
            .collect::<Result<_, _>>()?)
    }

    /// The round of a quarter, if it was opened.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn appraisal_round(
        &self,
        round: Quarter,
    ) -> Result<Option<AppraisalRoundRow>, QuestionError> {
        let key = [Value::from(round.to_string())];
        let table = AppraisalRoundRow::TABLE;
        let row = self.views.get(&self.tenant, CASES.name, table, &key, None);
        Ok(row.await?.map(AppraisalRoundRow::from_values).transpose()?)
    }

    /// Rounds whose window is over, or whose ballots are not all open: what the clock attends to.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn appraisals_due(&self, now: DateTime<Utc>) -> Result<Vec<Quarter>, QuestionError> {
        let due = Filter::And(vec![
            Filter::eq("closed", false),
            Filter::Or(vec![
                Filter::compare("window_ends", Op::Lt, now),
                Filter::IsNull("raters".to_owned()),
            ]),
        ]);
        let rounds = self.rounds(due, Moment::now(now)).await?.into_iter();
        Ok(rounds.filter_map(|row| row.round.parse().ok()).collect())
    }
}

fn add(group: &mut BTreeMap<(String, String), Sums>, row: AppraisalRow) {
    let sums = group.entry((row.unit, row.person)).or_default();
    sums.met += row.met;
    sums.sealed += row.forms;
    if !row.withheld {
        sums.opened += row.forms;
        sums.hundredths += row.hundredths;
    }
}

/// With `k` forms like the mean of all added to each: `(n · own + k · peers) / (n + k)`.
fn scored(group: Group, shrink: i64) -> Vec<((String, String), Sums, Option<Decimal>)> {
    let mut all = Sums::default();
    for sums in group.values() {
        all.opened += sums.opened;
        all.hundredths += sums.hundredths;
    }
    let peers = all.mean().unwrap_or_default();
    let one = |(key, sums): ((String, String), Sums)| {
        let (forms, k) = (Decimal::from(sums.opened), Decimal::from(shrink));
        let score = |mean| (forms * mean + k * peers) / (forms + k);
        (key, sums, sums.mean().map(score))
    };
    group.into_iter().map(one).collect()
}

/// Rounded half to even, once.
fn shown(group: Group, shrink: i64) -> Vec<Appraised> {
    let count = |number: i64| number.unsigned_abs();
    let one = |((unit, person), sums, score): ((String, String), Sums, Option<Decimal>)| {
        let round = |value: Decimal| value.round_dp(2).normalize();
        Appraised {
            unit,
            person: Some(person).filter(|person| !person.is_empty()),
            participation: Rate::new(count(sums.sealed), count(sums.met)).into(),
            forms: count(sums.opened),
            withheld: count(sums.sealed - sums.opened),
            mean: sums.mean().map(round),
            score: score.map(round),
        }
    };
    scored(group, shrink).into_iter().map(one).collect()
}
