//! Reports of cases: areas, indicators, what residents say, whom to call back.

use crate::cell::{Cell, Heading};
use gridwhistle_projections::models::Names;
use gridwhistle_projections::questions::{Area, Callback, IndicatorsOf, SatisfactionOf};

pub(crate) const AREAS: &[Heading] = &[
    ("区域代码", "code"),
    ("区域", "area"),
    ("上报数", "reported"),
    ("受理数", "accepted"),
    ("不予受理或转出", "refused"),
    ("处置数", "done"),
    ("销号数", "closed"),
    ("在办", "open"),
    ("在办超期", "open overdue"),
    ("挂起", "suspended"),
    ("挂账", "on hold"),
    ("吹哨数", "whistled"),
    ("处置率", "completion"),
    ("处置率 分子", "completion met"),
    ("处置率 分母", "completion of"),
    ("按期处置率", "on time"),
    ("按期处置率 分子", "on time met"),
    ("按期处置率 分母", "on time of"),
    ("按期核实率", "screened in time"),
    ("按期核实率 分子", "screened in time met"),
    ("按期核实率 分母", "screened in time of"),
    ("按期核查率", "checked in time"),
    ("按期核查率 分子", "checked in time met"),
    ("按期核查率 分母", "checked in time of"),
    ("按期销号率", "signed in time"),
    ("按期销号率 分子", "signed in time met"),
    ("按期销号率 分母", "signed in time of"),
    ("一次办结率", "first time"),
    ("一次办结率 分子", "first time met"),
    ("一次办结率 分母", "first time of"),
    ("重开率", "reopened"),
    ("重开率 分子", "reopened met"),
    ("重开率 分母", "reopened of"),
    ("返工率", "reworked"),
    ("返工率 分子", "reworked met"),
    ("返工率 分母", "reworked of"),
    ("网格自办率", "by self"),
    ("网格自办率 分子", "by self met"),
    ("网格自办率 分母", "by self of"),
    ("吹哨错派率", "whistle astray"),
    ("吹哨错派率 分子", "whistle astray met"),
    ("吹哨错派率 分母", "whistle astray of"),
    ("重复率", "repeated"),
    ("重复率 分子", "repeated met"),
    ("重复率 分母", "repeated of"),
    ("平均用时（工作分钟）", "mean working minutes"),
    ("中位用时（工作分钟）", "median working minutes"),
    ("九成用时（工作分钟）", "p90 working minutes"),
    ("对比全市", "against city"),
];

pub(crate) fn area(one: &Area, name: String) -> Vec<Cell> {
    let mut cells = vec![Cell::code(one.area.as_deref()), name.into()];
    let counts = [
        one.reported,
        one.accepted,
        one.refused,
        one.done,
        one.closed,
        one.open,
        one.open_overdue,
        one.suspended,
        one.on_hold,
        one.whistled,
    ];
    cells.extend(counts.map(Cell::from));
    let shares = [
        &one.completion,
        &one.on_time,
        &one.screened_in_time,
        &one.checked_in_time,
        &one.signed_in_time,
        &one.first_time,
        &one.reopened,
        &one.reworked,
        &one.by_self,
        &one.whistle_astray,
        &one.repeated,
    ];
    cells.extend(shares.into_iter().flat_map(Cell::share));
    cells.extend([
        Cell::of(one.handling.map(|spread| spread.mean)),
        Cell::of(one.handling.map(|spread| spread.median)),
        Cell::of(one.handling.map(|spread| spread.p90)),
        Cell::of(one.observed_over_expected),
    ]);
    cells
}

pub(crate) const INDICATORS: &[Heading] = &[
    ("分组代码", "code"),
    ("分组", "group"),
    ("指标代码", "indicator code"),
    ("指标", "indicator"),
    ("值", "value"),
    ("分子", "met"),
    ("分母", "of"),
];

/// One row for each indicator: they differ by group.
pub(crate) fn indicators(of: &IndicatorsOf, name: &str, names: &Names) -> Vec<Vec<Cell>> {
    let rows = of.shares.iter().map(|one| {
        let mut cells = vec![
            Cell::code(of.group.as_deref()),
            name.to_owned().into(),
            one.indicator.code().to_owned().into(),
            one.indicator
                .label()
                .get(names.language())
                .to_owned()
                .into(),
        ];
        cells.extend(Cell::share(&one.share));
        cells
    });
    rows.collect()
}

pub(crate) const SATISFACTION: &[Heading] = &[
    ("分组代码", "code"),
    ("分组", "group"),
    ("销号数", "closed"),
    ("抽中", "drawn"),
    ("抽中已访", "drawn and called"),
    ("未访到", "unreachable"),
    ("一星", "one star"),
    ("二星", "two stars"),
    ("三星", "three stars"),
    ("四星", "four stars"),
    ("五星", "five stars"),
    ("平均星级", "mean stars"),
    ("回访覆盖率", "coverage"),
    ("回访覆盖率 分子", "coverage met"),
    ("回访覆盖率 分母", "coverage of"),
    ("响应率", "responded"),
    ("响应率 分子", "responded met"),
    ("响应率 分母", "responded of"),
    ("解决率", "solved"),
    ("解决率 分子", "solved met"),
    ("解决率 分母", "solved of"),
    ("满意率", "satisfied"),
    ("满意率 分子", "satisfied met"),
    ("满意率 分母", "satisfied of"),
    ("满意率（从严）", "strictly satisfied"),
    ("满意率（从严）分子", "strictly satisfied met"),
    ("满意率（从严）分母", "strictly satisfied of"),
    ("三率", "three rates"),
];

pub(crate) fn satisfaction(of: &SatisfactionOf, name: String) -> Vec<Cell> {
    let mut cells = vec![Cell::code(of.group.as_deref()), name.into()];
    let counts = [of.closed, of.drawn, of.drawn_called, of.unreachable];
    cells.extend(counts.into_iter().chain(of.stars.0).map(Cell::from));
    cells.push(Cell::of(of.mean_stars));
    let shares = [
        &of.coverage,
        &of.responded,
        &of.solved,
        &of.satisfied,
        &of.strictly,
    ];
    cells.extend(shares.into_iter().flat_map(Cell::share));
    cells.push(Cell::of(of.three_rates));
    cells
}

/// The columns of the list of whom to call back.
pub const CALLBACKS: &[Heading] = &[
    ("台账号", "number"),
    ("案件编号", "case"),
    ("街道", "street"),
    ("主办单位", "unit"),
    ("销号", "closed"),
    ("抽签值", "draw"),
    ("回访次数", "calls"),
    ("是否解决", "solved"),
    ("星级", "stars"),
];

/// A row of it.
#[must_use]
pub fn callback(row: &Callback, names: &Names) -> Vec<Cell> {
    vec![
        row.ledger_no.into(),
        row.case_id.clone().into(),
        Cell::label(row.street.as_deref(), |code| names.unit(code)),
        Cell::label(row.lead_unit.as_deref(), |code| names.unit(code)),
        Cell::of(row.closed_at),
        Cell::of(row.draw),
        row.callbacks.into(),
        Cell::of(row.solved),
        Cell::of(row.stars),
    ]
}
