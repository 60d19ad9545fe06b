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
    ExplainedCard, ExplainedCase, ExplainedLeg, MeasuredRow, MutualForm, ScoreExplanation,
};

const NAME: Heading = ("指标明细", "figure opened");

/// A column: its heading, and the cell that stands under it in a row.
type Column<R> = (Heading, fn(&R, &Names) -> Cell);

/// Columns, and rows under them.
type Table = (Vec<Heading>, Vec<Vec<Cell>>);

const NUMBER: Heading = ("台账号", "number");
const CASE: Heading = ("案件编号", "case");
const EVENTS: Heading = ("依据事件", "events");

/// A column that rows of several kinds have, by the name of its field.
macro_rules! column {
    (ledger_no) => {
        (NUMBER, |row, _| row.ledger_no.into())
    };
    (case_id) => {
        (CASE, |row, _| row.case_id.clone().into())
    };
    (leg) => {
        (("任务", "leg"), |row, _| row.leg.into())
    };
    (unit) => {
        (("单位代码", "unit code"), |row, _| {
            row.unit.clone().into()
        })
    };
    (unit_name) => {
        (("单位", "unit"), |row, names| {
            let unit = Option::<String>::from(row.unit.clone());
            Cell::label(unit.as_deref(), |code| names.unit(code))
        })
    };
    (met) => {
        (("计入分子", "met"), |row, _| row.met.into())
    };
    (due) => {
        (("截止", "due"), |row, _| row.due.into())
    };
    (done) => {
        (("完成", "done"), |row, _| row.done.into())
    };
    (if_otherwise) => {
        (("若相反则变化", "if otherwise"), |row, _| {
            row.if_otherwise.into()
        })
    };
    (events) => {
        (EVENTS, |row, _| events(&row.events))
    };
}

const LEGS: &[Column<ExplainedLeg>] = &[
    column!(ledger_no),
    column!(case_id),
    column!(leg),
    column!(unit),
    column!(unit_name),
    column!(met),
    column!(due),
    column!(done),
    (("此前已超期", "missed before"), |row, _| {
        row.missed_before.into()
    }),
    column!(if_otherwise),
    column!(events),
];

const CASES: &[Column<ExplainedCase>] = &[
    column!(ledger_no),
    column!(case_id),
    column!(met),
    column!(due),
    column!(done),
    (("再次上报的案件", "reported again as"), |row, _| {
        row.again.clone().into()
    }),
    column!(if_otherwise),
    column!(events),
];

const MEASURED: &[Column<MeasuredRow>] = &[
    column!(ledger_no),
    column!(case_id),
    column!(leg),
    column!(unit),
    column!(unit_name),
    (("起", "since"), |row, _| row.since.into()),
    column!(done),
    (("数值", "value"), |row, _| row.value.into()),
    (("相对于", "of"), |row, _| row.of.into()),
    column!(events),
];

const FORMS: &[Column<MutualForm>] = &[
    (("评价编号", "evaluation"), |form, _| {
        form.evaluation.clone().into()
    }),
    column!(case_id),
    column!(leg),
    (("评价单位代码", "rater code"), |form, _| {
        form.rater.clone().into()
    }),
    (("评价单位", "rater"), |form, names| {
        names.unit(Some(&form.rater)).into()
    }),
    (("得分", "points"), |form, _| form.points.into()),
    (("去除宽严后", "levelled"), |form, _| {
        form.levelled.into()
    }),
    (("截尾", "trimmed"), |form, _| form.trimmed.into()),
    (("限权", "capped"), |form, _| form.capped.into()),
    (("权重", "weight"), |form, _| form.weight.into()),
    (("申诉", "appeal"), |form, names| {
        let appeal = form.appeal.as_deref();
        appeal.map(|code| spoken::appeal(names, code)).into()
    }),
    (("申诉理由代码", "ground code"), |form, _| {
        form.ground.clone().into()
    }),
    (("密封", "sealed"), |form, _| form.sealed_at.into()),
    (("公开", "revealed"), |form, _| form.revealed_at.into()),
    (("提示", "flags"), |form, names| {
        spoken::flags(names, &form.flags).into()
    }),
    (("若无此份则变化", "if absent"), |form, _| {
        form.if_absent.into()
    }),
    column!(events),
];

/// Rows under their columns.
fn table<R>(columns: &[Column<R>], rows: &[R], names: &Names) -> Table {
    let cells = |row| columns.iter().map(|(_, cell)| cell(row, names)).collect();
    let headings = columns.iter().map(|(heading, _)| *heading);
    (headings.collect(), rows.iter().map(cells).collect())
}

/// The same, each row behind the figure that it is a part of.
fn of_figure((code, label): (&str, &Text), (headings, rows): Table, names: &Names) -> Table {
    const FIGURE: [Heading; 2] = [("指标代码", "figure code"), ("指标", "figure")];
    let figure = [code.to_owned().into(), told(label, names)];
    let rows = rows
        .into_iter()
        .map(|row| figure.iter().cloned().chain(row).collect());
    (FIGURE.into_iter().chain(headings).collect(), rows.collect())
}

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
        NUMBER,
        CASE,
        ("签发规则", "rule"),
        ("签发", "raised"),
        EVENTS,
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
            Self::Legs(opened) => {
                let figure = opened.indicator;
                let rows = table(LEGS, &opened.legs, names);
                of_figure((figure.code(), &figure.label()), rows, names)
            }
            Self::Cases(opened) => {
                let figure = opened.indicator;
                let rows = table(CASES, &opened.cases, names);
                of_figure((figure.code(), &figure.label()), rows, names)
            }
            Self::Measured(opened) => {
                let figure = opened.measure;
                let rows = table(MEASURED, &opened.rows, names);
                of_figure((figure.code(), &figure.label()), rows, names)
            }
            Self::Mutual(opened) => table(FORMS, &opened.forms, names),
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
