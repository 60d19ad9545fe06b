//! The sheets of oversight: who administered, read and took out what, and what could not be told.

use crate::cell::{Cell, Heading};
use crate::sheets::{AsSheet, Sheet};
use gridwhistle_projections::models::{
    ActsPage, DeadLetters, ExportSheet, Names, ReadsPage, TakenOut,
};

/// The name of the list of what was taken out.
pub const EXPORTS_NAME: Heading = ("导出记录", "exports");

/// Its columns.
pub const EXPORTS: &[Heading] = &[
    ("时间", "at"),
    ("导出人", "by"),
    ("问题", "question"),
    ("区间起", "from"),
    ("区间止（不含）", "before"),
    ("截至", "as of"),
    ("条件", "filter"),
    ("行数", "rows"),
    ("文件", "file"),
    ("SHA-256 校验值", "SHA-256"),
];

const ACTS: &[Heading] = &[
    ("日志位置", "position"),
    ("时间", "at"),
    ("操作人", "by"),
    ("范围", "area"),
    ("行为", "act"),
    ("内容", "what"),
];

const READS: &[Heading] = &[
    ("日志位置", "position"),
    ("时间", "at"),
    ("查看人", "by"),
    ("案件编号", "case"),
    ("人数", "people"),
    ("用途代码", "purpose code"),
];

const LETTERS: &[Heading] = &[
    ("日志位置", "position"),
    ("案件编号", "case"),
    ("事件", "event"),
    ("尝试次数", "attempts"),
    ("原因代码", "reason code"),
    ("应答状态", "status"),
    ("放弃", "given up"),
];

/// A row of the list of what was taken out.
#[must_use]
pub fn export(one: &ExportSheet) -> Vec<Cell> {
    let filter = one.filter.iter();
    let filter: Vec<String> = filter
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    vec![
        one.at.into(),
        one.by.clone().into(),
        one.question.clone().into(),
        Cell::of(one.window.map(|window| window.from)),
        Cell::of(one.window.map(|window| window.before)),
        one.as_of.into(),
        filter.join(" ").into(),
        one.rows.into(),
        one.file.clone().into(),
        one.sha256.clone().into(),
    ]
}

impl AsSheet for TakenOut {
    fn sheet(&self, _: &Names) -> Sheet {
        Sheet::new(EXPORTS_NAME, EXPORTS, self.exports.iter().map(export))
    }
}

impl AsSheet for ActsPage {
    fn sheet(&self, _: &Names) -> Sheet {
        let rows = self.acts.iter().map(|act| {
            vec![
                act.position.into(),
                act.at.into(),
                act.by.clone().into(),
                act.area.clone().into(),
                act.act.clone().into(),
                act.what.to_string().into(),
            ]
        });
        Sheet::new(("管理行为", "administration"), ACTS, rows)
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl AsSheet for ReadsPage {
    fn sheet(&self, _: &Names) -> Sheet {
        let rows = self.reads.iter().map(|read| {
            vec![
                read.position.into(),
                read.at.into(),
                read.by.clone().into(),
                read.case.clone().into(),
                read.people.into(),
                read.purpose.clone().into(),
            ]
        });
        Sheet::new(("个人信息查看记录", "reads"), READS, rows)
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl AsSheet for DeadLetters {
    fn sheet(&self, _: &Names) -> Sheet {
        let rows = self.dead_letters.iter().map(|letter| {
            vec![
                letter.position.into(),
                letter.case.to_string().into(),
                letter.fact.clone().into(),
                u64::from(letter.attempts).into(),
                letter.reason.clone().into(),
                Cell::of(letter.status.map(u64::from)),
                letter.at.into(),
            ]
        });
        Sheet::new(("未能送达", "dead letters"), LETTERS, rows)
    }
}
