//! The sheets of figures. A share has five columns: its value from 0 to 1, numerator, denominator, and
//! the bounds of its interval of 95 %.

use crate::cell::{Cell, Heading, shares};
use crate::spoken;
use gridwhistle_domain::score::backlog::Backlog;
use gridwhistle_domain::score::composite::{Component, Part, UnitScore};
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_projections::models::Names;
use gridwhistle_projections::questions::{Appraised, Count, Department, MatrixCell, UnitOpinion};
use rust_decimal::Decimal;

pub(crate) const COUNTS: &[Heading] = &[
    ("分组代码", "code"),
    ("分组", "group"),
    ("受理数", "received"),
    ("销号数", "closed"),
    ("在办数", "open"),
    ("在办（有时限）", "open with a due time"),
    ("在办超期", "open overdue"),
    ("按期销号", "closed on time"),
    ("超期销号", "closed late"),
    ("其他方式结束", "ended otherwise"),
    ("应处置数", "should"),
    ("退单次数", "returns"),
    ("返工次数", "reworks"),
    ("作废（未计入）", "voided, not counted"),
    ("并案（未计入）", "merged, not counted"),
];

pub(crate) fn count(row: &Count, name: String) -> Vec<Cell> {
    let numbers = [
        row.received,
        row.closed,
        row.open,
        row.open_with_due,
        row.open_overdue,
        row.closed_on_time,
        row.closed_late,
        row.ended_otherwise,
        row.should,
        row.returns,
        row.reworks,
        row.excluded.voided,
        row.excluded.merged,
    ];
    let mut cells = vec![Cell::code(row.group.as_deref()), name.into()];
    cells.extend(numbers.map(Cell::from));
    cells
}

const SHARES: &[Heading] = &shares![
    "按时签收率" "acknowledged",
    "按时联系率" "contacted",
    "按时报到率" "reported in",
    "处置率" "completion",
    "按期处置率" "on time",
    "一次办结率" "first time",
    "返工率" "reworked",
    "重开率" "reopened",
    "重复率" "repeated",
    "退单率" "returned",
    "不当退单率" "wrongful returns",
    "错派率" "misdispatched",
    "延期率" "extended",
    "挂起占比" "suspended",
];

/// The headings of what is measured, by legs or by cases alike.
pub(crate) const MEASURED: &[Heading] = &[
    ("未定位（不计重复）", "repeats not known"),
    ("计时件数", "timed"),
    ("平均用时（工作分钟）", "mean working minutes"),
    ("中位用时（工作分钟）", "median working minutes"),
    ("九成用时（工作分钟）", "p90 working minutes"),
    ("含在办中位（工作分钟）", "half done by, working minutes"),
    ("积压 不足1工作日", "open under 1 working day"),
    ("积压 1至3", "open 1 to 3"),
    ("积压 3至5", "open 3 to 5"),
    ("积压 5至10", "open 5 to 10"),
    ("积压 10至30", "open 10 to 30"),
    ("积压 30以上", "open 30 and more"),
    ("对比全市", "against city"),
];

/// The cells under [`MEASURED`].
pub(crate) fn measured(
    unknown: u64,
    (handling, half): (Option<Spread>, Option<i64>),
    backlog: Backlog,
    against_city: Option<Decimal>,
) -> Vec<Cell> {
    let mut cells = vec![
        unknown.into(),
        Cell::of(handling.map(|spread| spread.count)),
        Cell::of(handling.map(|spread| spread.mean)),
        Cell::of(handling.map(|spread| spread.median)),
        Cell::of(handling.map(|spread| spread.p90)),
        Cell::of(half),
    ];
    cells.extend(backlog.0.map(Cell::from));
    cells.push(Cell::of(against_city));
    cells
}

/// The headings of a unit's figures.
pub(crate) fn departments() -> Vec<Heading> {
    const BEFORE: &[Heading] = &[
        ("单位代码", "unit code"),
        ("单位", "unit"),
        ("派出", "dispatched"),
        ("办毕", "done"),
        ("在办", "open"),
        ("在办超期", "open overdue"),
    ];
    [BEFORE, SHARES, MEASURED].concat()
}

pub(crate) fn department(unit: &Department, name: String) -> Vec<Cell> {
    let shares = [
        unit.acknowledged,
        unit.contacted,
        unit.reported_in,
        unit.completion,
        unit.on_time,
        unit.first_time,
        unit.reworked,
        unit.reopened,
        unit.repeated,
        unit.returned,
        unit.wrongful_returns,
        unit.misdispatched,
        unit.extended,
        // Of minutes, which are not independent of each other, there is no interval.
        unit.suspended.without_interval(),
    ];
    let mut cells = vec![unit.unit.clone().into(), name.into()];
    let numbers = [unit.opened, unit.done, unit.open, unit.open_overdue];
    cells.extend(numbers.map(Cell::from));
    cells.extend(shares.iter().flat_map(Cell::share));
    let times = (unit.handling, unit.half_done_by);
    let (unknown, against_city) = (unit.repeats_unknown, unit.observed_over_expected);
    cells.extend(measured(unknown, times, unit.backlog, against_city));
    cells
}

pub(crate) fn appraisals() -> Vec<Heading> {
    const BEFORE: &[Heading] = &[
        ("单位代码", "unit code"),
        ("单位", "unit"),
        ("责任人代码", "person code"),
        ("责任人", "person"),
    ];
    const AFTER: &[Heading] = &[
        ("公布份数", "opened"),
        ("不公布份数", "withheld"),
        ("均分", "mean"),
        ("得分", "score"),
    ];
    [BEFORE, &shares!["参评率" "participation"], AFTER].concat()
}

pub(crate) fn appraised(one: &Appraised, names: &Names) -> Vec<Cell> {
    let person = one.person.as_deref();
    let mut cells = vec![
        one.unit.clone().into(),
        names.unit(Some(&one.unit)).into(),
        Cell::code(person),
        Cell::of(person.and_then(|person| names.person(&person.into()))),
    ];
    cells.extend(Cell::share(&one.participation));
    cells.extend([one.forms, one.withheld].map(Cell::from));
    cells.extend([Cell::of(one.mean), Cell::of(one.score)]);
    cells
}

pub(crate) fn ranking() -> Vec<Heading> {
    const BEFORE: &[Heading] = &[
        ("同类", "peers"),
        ("分档", "tier"),
        ("名次", "rank"),
        ("单位代码", "unit code"),
        ("单位", "unit"),
        ("件数", "legs"),
        ("综合得分", "score"),
        ("时效", "timeliness"),
        ("质量", "quality"),
        ("双向互评", "mutual"),
        ("群众评议", "residents"),
        ("网格党组织评议", "party organisations"),
        ("扣分", "deduction"),
        ("黄牌", "yellow cards"),
        ("红牌", "red cards"),
    ];
    [BEFORE, &shares!["按期处置率" "on time"]].concat()
}

/// Scores in their order.
pub(crate) fn ranked(units: &[UnitScore], names: &Names) -> impl Iterator<Item = Vec<Cell>> {
    units.iter().map(|unit| {
        let peers = spoken::peers(names, &unit.group);
        ranked_unit(unit, peers, names.unit(Some(&unit.unit)))
    })
}

/// A unit that is not ranked has an empty rank.
fn ranked_unit(unit: &UnitScore, group: String, name: String) -> Vec<Cell> {
    let component = |of: Component| {
        let parts = unit.parts.iter().filter(|part| part.component == of);
        let points = parts.map(|part| part.points).reduce(|all, one| all + one);
        Cell::of(points.map(|points| points.round_dp(2)))
    };
    let on_time = unit.parts.iter().find(|part| part.part == Part::OnTime);
    let on_time = on_time.and_then(|part| part.share).unwrap_or_default();
    let mut cells = vec![
        group.into(),
        (unit.tier as u64 + 1).into(),
        Cell::of(unit.rank),
        unit.unit.clone().into(),
        name.into(),
        unit.legs.into(),
        Cell::of(unit.score),
    ];
    cells.extend([
        component(Component::Timeliness),
        component(Component::Quality),
        component(Component::Mutual),
        component(Component::Resident),
        component(Component::PartyOrg),
        unit.deduction.into(),
        unit.yellow.into(),
        unit.red.into(),
    ]);
    cells.extend(Cell::share(&on_time));
    cells
}

pub(crate) fn opinions() -> Vec<Heading> {
    const BEFORE: &[Heading] = &[
        ("单位代码", "unit code"),
        ("单位", "unit"),
        ("单位类别", "kind"),
        ("评价方", "rated by"),
        ("份数", "forms"),
        ("评价单位数", "raters"),
        ("原始均分", "plain mean"),
        ("得分", "score"),
        ("截尾", "trimmed"),
        ("剔除", "excluded"),
        ("申诉中", "appealed"),
    ];
    const AFTER: &[Heading] = &[("权重", "weight"), ("提示", "flags")];
    [BEFORE, &shares!["参评率" "participation"], AFTER].concat()
}

pub(crate) fn opinion(unit: &UnitOpinion, by: String, names: &Names) -> Vec<Cell> {
    let mut cells = vec![
        unit.unit.clone().into(),
        names.unit(Some(&unit.unit)).into(),
        Cell::of(
            unit.kind
                .as_deref()
                .map(|kind| spoken::unit_kind(names, kind)),
        ),
        by.into(),
        unit.forms.into(),
        unit.raters.into(),
        Cell::of(unit.plain.map(|mean| mean.round_dp(2))),
        Cell::of(unit.score.map(|score| score.round_dp(2))),
        unit.trimmed.into(),
        unit.excluded.into(),
        unit.appealed.into(),
    ];
    cells.extend(Cell::share(&unit.participation));
    cells.push(Cell::of(unit.weight.map(|weight| weight.round_dp(4))));
    cells.push(spoken::flags(names, &unit.flags).into());
    cells
}

pub(crate) const MATRIX: &[Heading] = &[
    ("街道社区代码", "area code"),
    ("街道社区", "area"),
    ("部门代码", "department code"),
    ("部门", "department"),
    ("互评数", "evaluations"),
    ("对部门均分", "mean of the department"),
    ("对部门份数", "forms about the department"),
    ("对街道社区均分", "mean of the area"),
    ("对街道社区份数", "forms about the area"),
    ("提示", "flags"),
];

pub(crate) fn pair(cell: &MatrixCell, names: &Names) -> Vec<Cell> {
    let [department, area] = [&cell.of_department, &cell.of_area];
    vec![
        cell.area.clone().into(),
        names.unit(Some(&cell.area)).into(),
        cell.department.clone().into(),
        names.unit(Some(&cell.department)).into(),
        cell.evaluations.into(),
        Cell::of(department.mean.map(|mean| mean.round_dp(2))),
        department.forms.into(),
        Cell::of(area.mean.map(|mean| mean.round_dp(2))),
        area.forms.into(),
        spoken::flags(names, &cell.flags).into(),
    ]
}
