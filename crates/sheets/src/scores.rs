//! The sheets of what was published: the runs, and one of them.

use crate::cell::{Cell, Heading};
use crate::figures;
use crate::sheets::{AsSheet, Sheet};
use gridwhistle_projections::case_view::RunRow;
use gridwhistle_projections::models::{Names, PublishedRun};
use gridwhistle_projections::questions::RunPage;

const RUNS: &[Heading] = &[
    ("序号", "run"),
    ("发布", "published"),
    ("发布人", "by"),
    ("区间起", "from"),
    ("区间止（不含）", "before"),
    ("截至", "as of"),
    ("规则版本", "policy"),
    ("日志位置", "up to position"),
    ("单位数", "units"),
    ("SHA-256 校验值", "SHA-256"),
];

fn run(row: &RunRow) -> Vec<Cell> {
    vec![
        row.run_no.into(),
        row.made_at.into(),
        row.made_by.clone().into(),
        row.window_from.into(),
        row.window_before.into(),
        row.at.into(),
        Cell::code(row.policy.as_deref()),
        row.up_to.into(),
        row.units.into(),
        row.sha256.clone().into(),
    ]
}

impl AsSheet for RunPage {
    fn sheet(&self, _: &Names) -> Sheet {
        Sheet::new(("得分发布", "score runs"), RUNS, self.runs.iter().map(run))
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl AsSheet for PublishedRun {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = figures::ranked(&self.record.units, names);
        Sheet::new(("已发布得分", "published scores"), figures::ranking(), rows)
    }
}
