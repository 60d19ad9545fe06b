//! The sheet of evaluations one by one.

use crate::cell::{Cell, Heading};
use crate::sheets::{AsSheet, Sheet};
use crate::spoken;
use gridwhistle_projections::models::Names;
use gridwhistle_projections::questions::{EvaluationLine, EvaluationPage, ListedSide};

const LINES: &[Heading] = &[
    ("台账号", "number"),
    ("案件编号", "case"),
    ("任务", "leg"),
    ("评价编号", "evaluation"),
    ("街道社区代码", "area code"),
    ("街道社区", "area"),
    ("街道社区密封", "area sealed"),
    ("街道社区所评得分", "points by the area"),
    ("对街道社区评价的申诉", "appeal against the area's form"),
    ("部门代码", "department code"),
    ("部门", "department"),
    ("部门密封", "department sealed"),
    ("部门所评得分", "points by the department"),
    ("对部门评价的申诉", "appeal against the department's form"),
    ("可不评", "optional"),
    ("评价截止", "window ends"),
    ("办结", "settled"),
    ("案件已作废或并案", "struck"),
];

fn side(side: &ListedSide, names: &Names) -> [Cell; 5] {
    let appeal = side.appeal.as_deref();
    [
        side.unit.clone().into(),
        names.unit(Some(&side.unit)).into(),
        Cell::of(side.sealed_at),
        Cell::of(side.points),
        Cell::of(appeal.map(|code| spoken::appeal(names, code))),
    ]
}

fn line(line: &EvaluationLine, names: &Names) -> Vec<Cell> {
    let mut cells = vec![
        line.ledger_no.into(),
        line.case_id.clone().into(),
        line.leg.into(),
        line.evaluation.clone().into(),
    ];
    cells.extend(side(&line.area, names));
    cells.extend(side(&line.department, names));
    cells.extend([
        line.optional.into(),
        line.window_ends.into(),
        Cell::of(line.settled_at),
        line.struck.into(),
    ]);
    cells
}

impl AsSheet for EvaluationPage {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.rows.iter().map(|row| line(row, names));
        Sheet::new(("互评清单", "evaluations"), LINES, rows)
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}
