//! A question narrowed to the part of the tenant that its asker sees.

use super::{Ask, LedgerFilter, Moment, QuestionError, Questions};
use crate::case_view::LegRow;
use gridwhistle_domain::authority::Within;
use gridwhistle_store::views::{Direction, Filter, PAGE_ROWS_MAX, Value};

impl Questions {
    /// The filter on the ledger's rows, within what the asker sees.
    pub(super) async fn narrowed(
        &self,
        filter: &LedgerFilter,
        moment: Moment,
    ) -> Result<Filter, QuestionError> {
        let asked = filter.to_filter(moment.instant());
        let Some(within) = &filter.within else {
            return Ok(asked);
        };
        Ok(Filter::And(vec![asked, self.seen(within, moment).await?]))
    }

    async fn seen(&self, within: &Within, moment: Moment) -> Result<Filter, QuestionError> {
        let one_of = |column: &str, values: Vec<Value>| Filter::In {
            column: column.to_owned(),
            values,
        };
        Ok(match within {
            Within::Tenant => Filter::All,
            Within::Nothing => Filter::Or(Vec::new()),
            Within::Grids(grids) => one_of(
                "grid",
                grids.iter().map(|grid| grid.as_str().into()).collect(),
            ),
            Within::Community(unit) => Filter::eq("community", unit.as_str()),
            Within::Street(unit) => Filter::eq("street", unit.as_str()),
            Within::District { streets, .. } => Filter::Or(vec![
                one_of(
                    "street",
                    streets.iter().map(|one| one.as_str().into()).collect(),
                ),
                Filter::IsNull("street".to_owned()),
            ]),
            Within::Unit(unit) => Filter::Or(vec![
                Filter::eq("lead_unit", unit.as_str()),
                one_of("ledger_no", self.parts_of(unit.as_str(), moment).await?),
            ]),
        })
    }

    /// The numbers of the latest cases in which a unit has, or had, a part without leading them: as
    /// many as a page holds.
    async fn parts_of(&self, unit: &str, moment: Moment) -> Result<Vec<Value>, QuestionError> {
        let ask = Ask {
            table: LegRow::TABLE,
            moment,
            filter: Filter::eq("unit", unit),
            order: vec![("ledger_no".to_owned(), Direction::Desc)],
            cursor: None,
            limit: PAGE_ROWS_MAX,
        };
        let rows = self.page(ask.query()?).await?.rows.into_iter();
        let legs = rows
            .map(LegRow::from_values)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(legs
            .into_iter()
            .map(|leg| Value::from(leg.ledger_no))
            .collect())
    }
}
