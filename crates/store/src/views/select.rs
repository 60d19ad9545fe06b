//! Some columns of all the rows that pass: for whoever looks at each of many rows, and wants neither an
//! order nor the rest of them.

use super::plan::{Resolver, TALLY_COLUMNS_MAX, Test, as_of, bounds};
use super::schema::Schema;
use super::{Select, ViewError};

/// A resolved [`Select`].
#[derive(Debug)]
pub(crate) struct SelectPlan {
    pub(crate) table: usize,
    pub(crate) as_of: Option<i64>,
    pub(crate) any: Vec<Test>,
    pub(crate) columns: Vec<usize>,
}

impl SelectPlan {
    pub(crate) fn of(schema: &Schema, select: &Select) -> Result<Self, ViewError> {
        let (place, table) = schema.table(&select.table)?;
        let (columns, any) = (&select.columns, &select.any);
        bounds("columns of a row", 1, TALLY_COLUMNS_MAX, columns.len())?;
        let mut resolver = Resolver::new(table);
        let any = any.iter().map(|filter| resolver.resolve(filter));
        Ok(Self {
            table: place,
            as_of: as_of(table, select.as_of)?,
            any: any.collect::<Result<_, _>>()?,
            columns: columns
                .iter()
                .map(|name| table.column(name))
                .collect::<Result<_, _>>()?,
        })
    }
}
