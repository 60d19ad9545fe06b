//! Which unit had to do with which grid in a quarter: by legs that ran in it, and by coordination
//! meetings that sat in it. As of its last instant, so that what happened later changes nothing.

use crate::case_stream;
use crate::case_view::{LedgerRow, LegRow, read_case};
use crate::questions::{Ask, Moment, QuestionError, Questions};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::appraisal::{Encounter, Quarter};
use gridwhistle_domain::case::fact::CaseFact;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::{CaseId, GridId};
use gridwhistle_store::views::{Filter, Op, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Rows read at a time.
const ROWS: usize = 1_000;

impl Questions {
    /// Whether any case was reported in a quarter.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn reported_in(&self, quarter: Quarter) -> Result<bool, QuestionError> {
        let ask = Ask {
            table: LedgerRow::TABLE,
            moment: Moment::now(quarter.before()),
            filter: Filter::And(vec![
                Filter::compare("reported_at", Op::Ge, quarter.from()),
                Filter::compare("reported_at", Op::Lt, quarter.before()),
            ]),
            order: Vec::new(),
            cursor: None,
            limit: 1,
        };
        Ok(!self.page(ask.query()?).await?.rows.is_empty())
    }

    /// The encounters of a quarter that is over; `meeting` are the classes whose cases may sit in
    /// coordination. Cases without a grid, voided and merged ones are left out.
    ///
    /// # Errors
    /// [`QuestionError::Views`], [`QuestionError::Log`], [`QuestionError::Unreadable`].
    pub async fn encounters(
        &self,
        quarter: Quarter,
        meeting: &BTreeSet<CaseClass>,
    ) -> Result<Vec<Encounter>, QuestionError> {
        let mut found = self.by_legs(quarter).await?;
        found.extend(self.by_meetings(quarter, meeting).await?);
        Ok(found)
    }

    /// Legs that ran in the quarter: dispatched before its end, neither done nor ended before it.
    async fn by_legs(&self, quarter: Quarter) -> Result<Vec<Encounter>, QuestionError> {
        let (from, moment) = (quarter.from(), last(quarter));
        let after = |column: &str| {
            Filter::Or(vec![
                Filter::IsNull(column.to_owned()),
                Filter::compare(column, Op::Ge, from),
            ])
        };
        let ran = Filter::And(vec![
            Filter::eq("counted", true),
            Filter::compare("opened_at", Op::Lt, quarter.before()),
            after("done_at"),
            after("ended_at"),
        ]);
        let (mut cursor, mut found) = (None, Vec::new());
        loop {
            let (rows, next) = self.all(LegRow::TABLE, moment, &ran, cursor).await?;
            let legs = rows.into_iter().map(LegRow::from_values);
            let legs: Vec<LegRow> = legs.collect::<Result<_, _>>()?;
            let grids = self.grids_of(&legs, moment).await?;
            found.extend(legs.into_iter().filter_map(|leg| {
                Some(Encounter {
                    grid: grids.get(&leg.ledger_no)?.clone(),
                    unit: leg.unit.as_str().into(),
                    at: leg.opened_at.max(from),
                    meeting: false,
                })
            }));
            cursor = next;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// The grids of the cases of some legs, by their number on the ledger.
    async fn grids_of(
        &self,
        legs: &[LegRow],
        moment: Moment,
    ) -> Result<BTreeMap<i64, GridId>, QuestionError> {
        let numbers: BTreeSet<i64> = legs.iter().map(|leg| leg.ledger_no).collect();
        let filter = Filter::In {
            column: "ledger_no".to_owned(),
            values: numbers.into_iter().map(Value::from).collect(),
        };
        let (rows, _) = self.all(LedgerRow::TABLE, moment, &filter, None).await?;
        let mut grids = BTreeMap::new();
        for row in rows {
            let row = LedgerRow::from_values(row)?;
            if let Some(grid) = row.grid {
                grids.insert(row.ledger_no, GridId::new(grid));
            }
        }
        Ok(grids)
    }

    /// Meetings that sat in the quarter, with the units called to them. Only the events of cases that
    /// may have had one are read.
    async fn by_meetings(
        &self,
        quarter: Quarter,
        classes: &BTreeSet<CaseClass>,
    ) -> Result<Vec<Encounter>, QuestionError> {
        let codes = classes.iter().map(|class| Value::from(class.code()));
        let alive = Filter::Or(vec![
            Filter::IsNull("closed_at".to_owned()),
            Filter::compare("closed_at", Op::Ge, quarter.from()),
        ]);
        let filter = Filter::And(vec![
            Filter::In {
                column: "class".to_owned(),
                values: codes.collect(),
            },
            Filter::IsNotNull("grid".to_owned()),
            Filter::eq("imported", false),
            alive,
        ]);
        let (mut cursor, mut found) = (None, Vec::new());
        loop {
            let (rows, next) = self
                .all(LedgerRow::TABLE, last(quarter), &filter, cursor)
                .await?;
            for row in rows {
                let row = LedgerRow::from_values(row)?;
                let counts = !["merged", "voided"].contains(&row.stage.as_str());
                if let (true, Some(grid), Ok(case)) = (counts, row.grid, row.case_id.parse()) {
                    let grid = GridId::new(grid);
                    found.extend(self.sat(CaseId(case), &grid, quarter).await?);
                }
            }
            cursor = next;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// The sittings of one case: those present where a meeting decided, those called where it was put
    /// off.
    async fn sat(
        &self,
        case: CaseId,
        grid: &GridId,
        quarter: Quarter,
    ) -> Result<Vec<Encounter>, QuestionError> {
        let stream = case_stream(case);
        let events = self.log.read_stream(&self.tenant, &stream, 0).await?;
        let (mut called, mut found) = (Vec::new(), Vec::new());
        for event in &events {
            let event =
                read_case(event).map_err(|error| QuestionError::Unreadable(error.into()))?;
            let units = match event.fact {
                CaseFact::CoordinationConvened { units, .. } => {
                    called = units;
                    continue;
                }
                CaseFact::CoordinationAdjourned { .. } => called.clone(),
                CaseFact::CoordinationDecided { decision } => decision.present,
                _ => continue,
            };
            if (quarter.from()..quarter.before()).contains(&event.at) {
                found.extend(units.into_iter().map(|unit| Encounter {
                    grid: grid.clone(),
                    unit,
                    at: event.at,
                    meeting: true,
                }));
            }
        }
        Ok(found)
    }

    async fn all(
        &self,
        table: &'static str,
        moment: Moment,
        filter: &Filter,
        cursor: Option<String>,
    ) -> Result<(Vec<Vec<Value>>, Option<String>), QuestionError> {
        let ask = Ask {
            table,
            moment,
            filter: filter.clone(),
            order: Vec::new(),
            cursor: cursor.as_deref(),
            limit: ROWS,
        };
        let page = self.page(ask.query()?).await?;
        Ok((page.rows, page.next.map(String::from)))
    }
}

/// The last instant of a quarter that the views tell from the next.
fn last(quarter: Quarter) -> Moment {
    let before: DateTime<Utc> = quarter.before();
    Moment::then(before - TimeDelta::microseconds(1))
}
