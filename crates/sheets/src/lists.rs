//! The sheets of lists: ledger and overdue lists, whose rows come in pages.

use crate::cell::{Cell, Heading};
use crate::sheets::{AsSheet, Sheet};
use crate::spoken;
use gridwhistle_projections::case_view::LedgerRow;
use gridwhistle_projections::models::Names;
use gridwhistle_projections::questions::{LedgerPage, WatchList, WatchPage, WatchRow};

/// The name of the ledger.
pub const LEDGER_NAME: Heading = ("台账", "ledger");

/// The columns of the ledger.
pub const LEDGER: &[Heading] = &[
    ("台账号", "number"),
    ("案件编号", "case"),
    ("阶段", "stage"),
    ("类别", "class"),
    ("事项代码", "matter code"),
    ("事项", "matter"),
    ("描述", "description"),
    ("渠道", "channel"),
    ("街道", "street"),
    ("社区", "community"),
    ("网格代码", "grid code"),
    ("网格", "grid"),
    ("主办单位代码", "unit code"),
    ("主办单位", "unit"),
    ("上报", "reported"),
    ("受理", "accepted"),
    ("反馈", "responded"),
    ("销号", "closed"),
    ("办结结果", "outcome"),
    ("计时", "clock"),
    ("截止", "due"),
    ("是否超期办结", "closed late"),
    ("退单次数", "returns"),
    ("返工次数", "reworks"),
    ("重开次数", "reopenings"),
    ("延期次数", "extensions"),
    ("催办次数", "urges"),
    ("黄牌", "yellow cards"),
    ("红牌", "red cards"),
    ("挂起事由", "reason for standing"),
    ("来源系统", "source"),
    ("来源编号", "id at source"),
    ("导入异常", "anomalies"),
];

/// A row of the ledger.
#[must_use]
pub fn ledger(row: &LedgerRow, names: &Names) -> Vec<Cell> {
    let unit = |code: &Option<String>| Cell::label(code.as_deref(), |code| names.unit(code));
    let word = |code: &Option<String>, say: &dyn Fn(&Names, &str) -> String| {
        Cell::of(code.as_deref().map(|code| say(names, code)))
    };
    vec![
        row.ledger_no.into(),
        row.case_id.clone().into(),
        spoken::stage(names, &row.stage).into(),
        Cell::label(row.class.as_deref(), |code| names.class(code)),
        Cell::code(row.matter.as_deref()),
        Cell::label(row.matter.as_deref(), |code| names.matter(code)),
        row.title.clone().into(),
        spoken::channel(names, &row.channel).into(),
        unit(&row.street),
        unit(&row.community),
        Cell::code(row.grid.as_deref()),
        Cell::label(row.grid.as_deref(), |code| names.grid(code)),
        Cell::code(row.lead_unit.as_deref()),
        unit(&row.lead_unit),
        Cell::of(row.reported_at),
        Cell::of(row.accepted_at),
        Cell::of(row.responded_at),
        Cell::of(row.closed_at),
        word(&row.outcome, &spoken::outcome),
        word(&row.clock_kind, &spoken::clock),
        Cell::of(row.due),
        Cell::of(row.closed_late),
        row.returns.into(),
        row.reworks.into(),
        row.reopens.into(),
        row.extensions.into(),
        row.urges.into(),
        row.cards_yellow.into(),
        row.cards_red.into(),
        Cell::label(row.suspension_reason.as_deref(), |code| {
            names.suspension(code)
        }),
        Cell::code(row.source.as_deref()),
        Cell::code(row.source_id.as_deref()),
        word(&row.anomalies, &spoken::anomalies),
    ]
}

/// The columns of an overdue list.
pub const WATCH: &[Heading] = &[
    ("台账号", "number"),
    ("案件编号", "case"),
    ("类别", "class"),
    ("事项代码", "matter code"),
    ("事项", "matter"),
    ("描述", "description"),
    ("街道", "street"),
    ("社区", "community"),
    ("网格代码", "grid code"),
    ("网格", "grid"),
    ("主办单位代码", "unit code"),
    ("主办单位", "unit"),
    ("计时", "clock"),
    ("截止", "due"),
    ("截止待定", "due may move"),
    ("已用分钟", "minutes used"),
    ("时限分钟", "minutes allowed"),
    ("超期分钟（自然）", "minutes late on the wall"),
    ("剩余分钟（自然）", "minutes left on the wall"),
    ("黄牌", "yellow cards"),
    ("红牌", "red cards"),
    ("应办角色", "next role"),
    ("应办单位", "next unit"),
    ("挂起自", "standing since"),
    ("挂起分钟（自然）", "minutes standing on the wall"),
    ("挂起事由", "reason for standing"),
    ("挂起至", "standing until"),
    ("复核截止", "review due"),
];

/// The name of an overdue list.
#[must_use]
pub const fn watch_name(list: WatchList) -> Heading {
    match list {
        WatchList::Prewarning => ("临期预警", "prewarning"),
        WatchList::Overdue => ("超期", "overdue"),
        WatchList::Severe => ("严重超期", "severe"),
        WatchList::Suspended => ("挂起", "suspended"),
    }
}

/// A row of an overdue list.
#[must_use]
pub fn watch(row: &WatchRow, names: &Names) -> Vec<Cell> {
    let unit = |code: &Option<String>| Cell::label(code.as_deref(), |code| names.unit(code));
    let word = |code: &Option<String>, say: &dyn Fn(&Names, &str) -> String| {
        Cell::of(code.as_deref().map(|code| say(names, code)))
    };
    vec![
        row.ledger_no.into(),
        row.case_id.clone().into(),
        Cell::label(row.class.as_deref(), |code| names.class(code)),
        Cell::code(row.matter.as_deref()),
        Cell::label(row.matter.as_deref(), |code| names.matter(code)),
        row.title.clone().into(),
        unit(&row.street),
        unit(&row.community),
        Cell::code(row.grid.as_deref()),
        Cell::label(row.grid.as_deref(), |code| names.grid(code)),
        Cell::code(row.lead_unit.as_deref()),
        unit(&row.lead_unit),
        word(&row.clock_kind, &spoken::clock),
        Cell::of(row.due),
        row.due_provisional.into(),
        Cell::of(row.used),
        Cell::of(row.budget),
        Cell::of(row.overdue_minutes),
        Cell::of(row.remaining_minutes),
        row.cards_yellow.into(),
        row.cards_red.into(),
        word(&row.next_role, &spoken::role),
        unit(&row.next_unit),
        Cell::of(row.suspended_since),
        Cell::of(row.suspended_minutes),
        Cell::label(row.suspension_reason.as_deref(), |code| {
            names.suspension(code)
        }),
        Cell::of(row.suspended_until),
        Cell::of(row.review_due),
    ]
}

impl AsSheet for LedgerPage {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.rows.iter().map(|row| ledger(row, names));
        Sheet::new(LEDGER_NAME, LEDGER, rows)
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl AsSheet for WatchPage {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.rows.iter().map(|row| watch(row, names));
        Sheet::new(watch_name(self.list), WATCH, rows)
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}
