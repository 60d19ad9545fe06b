//! The sheet of a figure that is opened: what it counts, row by row, as a unit hands it in that answers
//! for the figure. The events that decide a row stand by their positions in the log.

use crate::cell::{Cell, Heading, shares};
use crate::sheets::{AsSheet, Sheet};
use crate::spoken;
use gridwhistle_domain::policy::words;
use gridwhistle_domain::score::composite::PartScore;
use gridwhistle_domain::text::Text;
use gridwhistle_projections::models::{Explained, Names};
use gridwhistle_projections::questions::{
    CaseExplanation, ExplainedCard, Explanation, MeasureExplanation, MutualExplanation, MutualForm,
    ScoreExplanation,
};

const NAME: Heading = ("指标明细", "figure opened");

const LEGS: &[Heading] = &[
    ("指标代码", "figure code"),
    ("指标", "figure"),
    ("台账号", "number"),
    ("案件编号", "case"),
    ("任务", "leg"),
    ("单位代码", "unit code"),
    ("单位", "unit"),
    ("计入分子", "met"),
    ("截止", "due"),
    ("完成", "done"),
    ("此前已超期", "missed before"),
    ("若相反则变化", "if otherwise"),
    ("依据事件", "events"),
];

const CASES: &[Heading] = &[
    ("指标代码", "figure code"),
    ("指标", "figure"),
    ("台账号", "number"),
    ("案件编号", "case"),
    ("计入分子", "met"),
    ("截止", "due"),
    ("完成", "done"),
    ("再次上报的案件", "reported again as"),
    ("若相反则变化", "if otherwise"),
    ("依据事件", "events"),
];

const MEASURED: &[Heading] = &[
    ("指标代码", "figure code"),
    ("指标", "figure"),
    ("台账号", "number"),
    ("案件编号", "case"),
    ("任务", "leg"),
    ("单位代码", "unit code"),
    ("单位", "unit"),
    ("起", "since"),
    ("完成", "done"),
    ("数值", "value"),
    ("相对于", "of"),
    ("依据事件", "events"),
];

const FORMS: &[Heading] = &[
    ("评价编号", "evaluation"),
    ("案件编号", "case"),
    ("任务", "leg"),
    ("评价单位代码", "rater code"),
    ("评价单位", "rater"),
    ("得分", "points"),
    ("去除宽严后", "levelled"),
    ("截尾", "trimmed"),
    ("限权", "capped"),
    ("权重", "weight"),
    ("申诉", "appeal"),
    ("申诉理由代码", "ground code"),
    ("密封", "sealed"),
    ("公开", "revealed"),
    ("提示", "flags"),
    ("若无此份则变化", "if absent"),
    ("依据事件", "events"),
];

fn score_columns() -> Vec<Heading> {
    const BEFORE: &[Heading] = &[
        ("单位代码", "unit code"),
        ("单位", "unit"),
        ("维度", "component"),
        ("项目代码", "item code"),
        ("项目", "item"),
        ("满分", "weight"),
        ("取值", "value"),
        ("得分", "points"),
        ("多一件可得", "one more"),
    ];
    const AFTER: &[Heading] = &[
        ("台账号", "number"),
        ("案件编号", "case"),
        ("签发规则", "rule"),
        ("签发", "raised"),
        ("依据事件", "events"),
    ];
    [BEFORE, &shares!["比率" "share"], AFTER].concat()
}

fn told(text: &Text, names: &Names) -> Cell {
    text.get(names.language()).to_owned().into()
}

fn events(positions: &[u64]) -> Cell {
    let all: Vec<String> = positions.iter().map(u64::to_string).collect();
    all.join(" ").into()
}

fn legs(opened: &Explanation, names: &Names) -> Vec<Vec<Cell>> {
    let label = opened.indicator.label();
    let rows = opened.legs.iter().map(|leg| {
        vec![
            opened.indicator.code().to_owned().into(),
            told(&label, names),
            leg.ledger_no.into(),
            leg.case_id.clone().into(),
            leg.leg.into(),
            leg.unit.clone().into(),
            names.unit(Some(&leg.unit)).into(),
            leg.met.into(),
            Cell::of(leg.due),
            Cell::of(leg.done),
            leg.missed_before.into(),
            leg.if_otherwise.into(),
            events(&leg.events),
        ]
    });
    rows.collect()
}

fn cases(opened: &CaseExplanation, names: &Names) -> Vec<Vec<Cell>> {
    let label = opened.indicator.label();
    let rows = opened.cases.iter().map(|case| {
        vec![
            opened.indicator.code().to_owned().into(),
            told(&label, names),
            case.ledger_no.into(),
            case.case_id.clone().into(),
            case.met.into(),
            Cell::of(case.due),
            Cell::of(case.done),
            Cell::code(case.again.as_deref()),
            case.if_otherwise.into(),
            events(&case.events),
        ]
    });
    rows.collect()
}

fn measured(opened: &MeasureExplanation, names: &Names) -> Vec<Vec<Cell>> {
    let label = opened.measure.label();
    let rows = opened.rows.iter().map(|row| {
        let unit = row.unit.as_deref();
        vec![
            opened.measure.code().to_owned().into(),
            told(&label, names),
            row.ledger_no.into(),
            row.case_id.clone().into(),
            Cell::of(row.leg),
            Cell::code(unit),
            Cell::label(unit, |code| names.unit(code)),
            Cell::of(row.since),
            Cell::of(row.done),
            row.value.into(),
            Cell::of(row.of),
            events(&row.events),
        ]
    });
    rows.collect()
}

fn form(form: &MutualForm, names: &Names) -> Vec<Cell> {
    let appeal = form.appeal.as_deref();
    vec![
        form.evaluation.clone().into(),
        form.case_id.clone().into(),
        form.leg.into(),
        form.rater.clone().into(),
        names.unit(Some(&form.rater)).into(),
        form.points.into(),
        Cell::of(form.levelled),
        form.trimmed.into(),
        form.capped.into(),
        Cell::of(form.weight),
        Cell::of(appeal.map(|code| spoken::appeal(names, code))),
        Cell::code(form.ground.as_deref()),
        form.sealed_at.into(),
        form.revealed_at.into(),
        spoken::flags(names, &form.flags).into(),
        Cell::of(form.if_absent),
        events(&form.events),
    ]
}

fn forms(opened: &MutualExplanation, names: &Names) -> Vec<Vec<Cell>> {
    opened.forms.iter().map(|one| form(one, names)).collect()
}

/// The cells under [`score_columns`] before those of a part or a card.
fn of_unit(opened: &ScoreExplanation, names: &Names) -> Vec<Cell> {
    let unit = opened.score.unit.as_str();
    vec![unit.to_owned().into(), names.unit(Some(unit)).into()]
}

fn part(one: &PartScore, names: &Names) -> Vec<Cell> {
    let mut cells = vec![
        told(&one.component.label(), names),
        one.part.code().to_owned().into(),
        told(&one.part.label(), names),
        one.weight.into(),
        one.value.into(),
        one.points.into(),
        Cell::of(one.one_more),
    ];
    match &one.share {
        Some(share) => cells.extend(Cell::share(share)),
        None => cells.extend(std::array::from_fn::<Cell, 5, _>(|_| Cell::Empty)),
    }
    cells.extend(std::array::from_fn::<Cell, 5, _>(|_| Cell::Empty));
    cells
}

fn card(one: &ExplainedCard, names: &Names) -> Vec<Cell> {
    let name = match one.card.as_str() {
        "red" => spoken::own(names, "红牌", "red card"),
        "yellow" => spoken::own(names, "黄牌", "yellow card"),
        other => other.to_owned(),
    };
    let rule = words::card_rule(&one.rule);
    let rule = rule.map_or_else(|| one.rule.clone().into(), |rule| told(&rule, names));
    let mut cells = vec![
        spoken::own(names, "扣分", "deduction").into(),
        one.card.clone().into(),
        name.into(),
    ];
    // Of weight, value, points and share a card has none: what cards take together stands in the score.
    cells.extend(std::array::from_fn::<Cell, 9, _>(|_| Cell::Empty));
    cells.extend([
        one.ledger_no.into(),
        one.case_id.clone().into(),
        rule,
        one.raised_at.into(),
        events(&one.events),
    ]);
    cells
}

/// The parts of a score, and after them the cards that took from it.
fn score(opened: &ScoreExplanation, names: &Names) -> Vec<Vec<Cell>> {
    let parts = opened.score.parts.iter().map(|one| part(one, names));
    let cards = opened.cards.iter().map(|one| card(one, names));
    let rows = parts.chain(cards).map(|row| {
        let unit = of_unit(opened, names).into_iter();
        unit.chain(row).collect()
    });
    rows.collect()
}

impl AsSheet for Explained {
    fn sheet(&self, names: &Names) -> Sheet {
        let (columns, rows) = match self {
            Self::Legs(opened) => (LEGS.to_vec(), legs(opened, names)),
            Self::Cases(opened) => (CASES.to_vec(), cases(opened, names)),
            Self::Measured(opened) => (MEASURED.to_vec(), measured(opened, names)),
            Self::Mutual(opened) => (FORMS.to_vec(), forms(opened, names)),
            Self::Score(opened) => (score_columns(), score(opened, names)),
        };
        Sheet::new(NAME, columns, rows.into_iter())
    }

    fn next(&self) -> Option<&str> {
        Self::next(self)
    }

    fn onward(&mut self) {
        // Every page of its cards says the parts again.
        if let Self::Score(opened) = self {
            opened.score.parts.clear();
        }
    }
}
