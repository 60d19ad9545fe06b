//! Answers that are one table: what stands in which column, and the row of all together.

use crate::cell::{Cell, Heading};
use crate::{cases, figures, spoken};
use gridwhistle_domain::evaluation::Side;
use gridwhistle_projections::models::Names;
use gridwhistle_projections::questions::{
    Appraisals, Areas, CasesBy, Counts, Departments, Evaluations, Indicators, IndicatorsOf, Matrix,
    Ranking, Satisfactions,
};

/// A table whose rows are all at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: Heading,
    /// Its columns.
    pub columns: Vec<Heading>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    pub(crate) fn new(
        name: Heading,
        columns: impl Into<Vec<Heading>>,
        rows: impl Iterator<Item = Vec<Cell>>,
    ) -> Self {
        Self {
            name,
            columns: columns.into(),
            rows: rows.collect(),
        }
    }
}

/// An answer that is a table, or a page of one.
pub trait AsSheet {
    /// The table, in the language of the names.
    fn sheet(&self, names: &Names) -> Sheet;

    /// The cursor of the next page; none: that was all.
    fn next(&self) -> Option<&str> {
        None
    }

    /// Leaves out what every page says again: the page is not the first one.
    fn onward(&mut self) {}
}

impl AsSheet for Counts {
    fn sheet(&self, names: &Names) -> Sheet {
        let name = |code: Option<&str>| spoken::group(names, self.by, code);
        let rows = self.rows.iter();
        let rows = rows.map(|row| figures::count(row, name(row.group.as_deref())));
        let total = figures::count(&self.total, spoken::total(names));
        Sheet::new(("统计", "figures"), figures::COUNTS, rows.chain([total]))
    }
}

impl AsSheet for Departments {
    fn sheet(&self, names: &Names) -> Sheet {
        let units = self.units.iter();
        let rows = units.map(|unit| figures::department(unit, names.unit(Some(&unit.unit))));
        let total = figures::department(&self.total, spoken::total(names));
        let columns = figures::departments();
        Sheet::new(("部门指标", "departments"), columns, rows.chain([total]))
    }
}

impl AsSheet for Areas {
    fn sheet(&self, names: &Names) -> Sheet {
        let by = CasesBy::from(self.level);
        let areas = self.areas.iter();
        let rows = areas.map(|one| {
            let name = spoken::area(names, by, one.area.as_deref());
            cases::area(one, name)
        });
        let total = cases::area(&self.total, spoken::total(names));
        Sheet::new(("区域指标", "areas"), cases::areas(), rows.chain([total]))
    }
}

impl AsSheet for Indicators {
    fn sheet(&self, names: &Names) -> Sheet {
        let of = |one: &IndicatorsOf| {
            let name = spoken::area(names, self.by, one.group.as_deref());
            cases::indicators(one, &name, names)
        };
        let total = cases::indicators(&self.total, &spoken::total(names), names);
        let rows = self.groups.iter().flat_map(of).chain(total);
        Sheet::new(("国标指标", "indicators"), cases::INDICATORS, rows)
    }
}

impl AsSheet for Satisfactions {
    fn sheet(&self, names: &Names) -> Sheet {
        let groups = self.groups.iter();
        let rows = groups.map(|one| {
            let name = spoken::area(names, self.by, one.group.as_deref());
            cases::satisfaction(one, name)
        });
        let total = cases::satisfaction(&self.total, spoken::total(names));
        let rows = rows.chain([total]);
        Sheet::new(("群众评价", "satisfaction"), cases::satisfactions(), rows)
    }
}

impl AsSheet for Ranking {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = figures::ranked(&self.units, names);
        Sheet::new(("综合排名", "ranking"), figures::ranking(), rows)
    }
}

impl AsSheet for Appraisals {
    fn sheet(&self, names: &Names) -> Sheet {
        let all = self.units.iter().chain(&self.persons);
        let rows = all.map(|one| figures::appraised(one, names));
        Sheet::new(("季度评议", "appraisals"), figures::appraisals(), rows)
    }
}

impl AsSheet for Evaluations {
    fn sheet(&self, names: &Names) -> Sheet {
        let by = match self.rated_by {
            Side::Area => spoken::own(names, "街道社区", "area"),
            Side::Department => spoken::own(names, "部门", "department"),
        };
        let units = self.units.iter();
        let rows = units.map(|unit| figures::opinion(unit, by.clone(), names));
        Sheet::new(("双向互评", "evaluations"), figures::opinions(), rows)
    }
}

impl AsSheet for Matrix {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.cells.iter().map(|cell| figures::pair(cell, names));
        Sheet::new(("互评矩阵", "matrix"), figures::MATRIX, rows)
    }
}

#[cfg(test)]
mod tests;
