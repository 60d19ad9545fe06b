//! Reports of cases: areas, indicators, what residents say, whom to call back.

use crate::cell::{Cell, Heading, said, shares};
use crate::figures::{MEASURED, measured};
use gridwhistle_domain::score::measure::Measure;
use gridwhistle_projections::models::Names;
use gridwhistle_projections::questions::{Area, Callback, IndicatorsOf, SatisfactionOf};

pub(crate) fn areas() -> Vec<Heading> {
    const COUNTS: &[Heading] = &[
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
    ];
    const SHARES: &[Heading] = &shares![
        "处置率" "completion",
        "按期处置率" "on time",
        "按期核实率" "screened in time",
        "按期核查率" "checked in time",
        "按期销号率" "signed in time",
        "一次办结率" "first time",
        "重开率" "reopened",
        "返工率" "reworked",
        "网格自办率" "by self",
        "吹哨错派率" "whistle astray",
        "重复率" "repeated",
    ];
    [COUNTS, SHARES, MEASURED].concat()
}

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
    let times = (one.handling, one.half_done_by);
    let (unknown, against_city) = (one.repeats_unknown, one.observed_over_expected);
    cells.extend(measured(unknown, times, one.backlog, against_city));
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
    ("95%下限", "95% low"),
    ("95%上限", "95% high"),
];

/// One row for each indicator and each count beside them: they differ by group. 处置超时倍数 is working
/// minutes used of working minutes given.
pub(crate) fn indicators(of: &IndicatorsOf, name: &str, names: &Names) -> Vec<Vec<Cell>> {
    let row = |code: &str, label: &str, cells: [Cell; 5]| -> Vec<Cell> {
        let named = [code, label].map(|text| Cell::Text(text.to_owned()));
        let group = [Cell::code(of.group.as_deref()), name.to_owned().into()];
        group.into_iter().chain(named).chain(cells).collect()
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for one in &of.shares {
        let label = one.indicator.label();
        let label = label.get(names.language());
        rows.push(row(one.indicator.code(), label, Cell::share(&one.share)));
    }
    let times = of.times_over;
    let (value, parts) = (Cell::of(times.value), [times.used, times.given]);
    let [used, given] = parts.map(Cell::from);
    let cells = [value, used, given, Cell::Empty, Cell::Empty];
    let label = Measure::TimesOver.label();
    let label = label.get(names.language());
    rows.push(row(Measure::TimesOver.code(), label, cells));
    let counts = [
        ("reworked", ("返工数", "reworked cases"), of.reworked),
        ("reworks", ("返工次数", "reworks in all"), of.reworks),
        ("extended", ("延期数", "extended cases"), of.extended),
        ("held", ("挂账数", "put on hold"), of.held),
        (
            "held_before",
            ("历史挂账数", "on hold since before"),
            of.held_before,
        ),
    ];
    for (code, label, count) in counts {
        let empty = || Cell::Empty;
        let cells = [count.into(), empty(), empty(), empty(), empty()];
        rows.push(row(code, said(label, names.language()), cells));
    }
    rows
}

pub(crate) fn satisfactions() -> Vec<Heading> {
    const COUNTS: &[Heading] = &[
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
    ];
    const SHARES: &[Heading] = &shares![
        "回访覆盖率" "coverage",
        "响应率" "responded",
        "解决率" "solved",
        "满意率" "satisfied",
        "严格满意率" "strictly satisfied",
    ];
    const AFTER: &[Heading] = &[("三率", "three rates")];
    [COUNTS, SHARES, AFTER].concat()
}

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
