//! What is asked: items with weights, scores from 1 to 5, a reason code at 2 or below
//! (`DOMAIN.md` 4.6).

use super::Side;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The lowest score of an item.
pub const SCORE_MIN: u8 = 1;
/// The highest score of an item.
pub const SCORE_MAX: u8 = 5;
/// At this score and below a reason code is required.
pub const REASON_AT: u8 = 2;
/// What the weights of a form add up to.
pub const WEIGHT_SUM: u32 = 100;

/// A form as policy data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The version label, kept with the evaluation.
    pub version: String,
    /// What is rated, in the order in which it is shown.
    pub items: Vec<Item>,
    /// The reason codes, with their words.
    pub reasons: BTreeMap<String, Text>,
}

/// One item of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its code.
    pub code: String,
    /// Its words.
    pub name: Text,
    /// Its weight; the weights of a form add up to 100.
    pub weight: u32,
    /// Computed from facts such as minutes to acknowledge, and therefore not asked.
    #[serde(default)]
    pub computed: bool,
}

/// The answer to one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// From 1 to 5.
    pub score: u8,
    /// The reason code; required at 2 and below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A filled form: the answers by the codes of the items. Free text has no place here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Answer>);

/// What is wrong with a form or with its answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormProblem {
    /// The form itself asks nothing.
    #[error("the form has no item; accepted: one item or more")]
    NoItems,
    /// The form has an item twice.
    #[error("item `{item}` stands twice in the form; accepted: each code once")]
    DoubleItem {
        /// Its code.
        item: String,
    },
    /// The weights do not add up.
    #[error("the weights add up to {sum}; accepted: {WEIGHT_SUM}")]
    WeightSum {
        /// What they add up to.
        sum: u64,
    },
    /// An item is not answered.
    #[error("item `{item}` is not answered; accepted: a score from 1 to 5")]
    Unanswered {
        /// Its code.
        item: String,
    },
    /// An answer to an item that the form does not ask.
    #[error("item `{item}` is not asked by the form; accepted: only items that are asked")]
    NotAsked {
        /// Its code.
        item: String,
    },
    /// A score out of range.
    #[error("item `{item}` has score {score}; accepted: 1 to 5")]
    ScoreOutOfRange {
        /// Its code.
        item: String,
        /// The score.
        score: u8,
    },
    /// A low score without its reason.
    #[error(
        "item `{item}` has score {score} without a reason; accepted: one of the form's reason codes"
    )]
    ReasonMissing {
        /// Its code.
        item: String,
        /// The score.
        score: u8,
    },
    /// A reason that the form does not know.
    #[error(
        "item `{item}` has unknown reason `{reason}`; accepted: one of the form's reason codes"
    )]
    UnknownReason {
        /// Its code.
        item: String,
        /// The reason.
        reason: String,
    },
}

impl FormProblem {
    /// The words in Chinese; the English is the `Display` text.
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Self::NoItems => "表单没有评价项；应至少有一项".to_owned(),
            Self::DoubleItem { item } => format!("评价项 `{item}` 重复；每项只应出现一次"),
            Self::WeightSum { sum } => format!("权重之和为 {sum}；应为 {WEIGHT_SUM}"),
            Self::Unanswered { item } => format!("评价项 `{item}` 未评；应评 1 至 5 分"),
            Self::NotAsked { item } => format!("表单没有要求评 `{item}`；只应评所列各项"),
            Self::ScoreOutOfRange { item, score } => {
                format!("评价项 `{item}` 评为 {score} 分；应为 1 至 5 分")
            }
            Self::ReasonMissing { item, score } => {
                format!("评价项 `{item}` 评为 {score} 分而未选理由；应选表单所列理由之一")
            }
            Self::UnknownReason { item, reason } => {
                format!("评价项 `{item}` 的理由 `{reason}` 不在表单所列之中；应选所列理由之一")
            }
        }
    }
}

/// Code, zh-CN, English, weight, computed.
type Row = (&'static str, &'static str, &'static str, u32, bool);

impl Form {
    /// Checks the form itself.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<(), FormProblem> {
        if self.items.is_empty() {
            return Err(FormProblem::NoItems);
        }
        let mut seen = BTreeSet::new();
        if let Some(item) = self.items.iter().find(|item| !seen.insert(&item.code)) {
            return Err(FormProblem::DoubleItem {
                item: item.code.clone(),
            });
        }
        let sum: u64 = self.items.iter().map(|item| u64::from(item.weight)).sum();
        if sum == u64::from(WEIGHT_SUM) {
            Ok(())
        } else {
            Err(FormProblem::WeightSum { sum })
        }
    }

    /// The default form of a side, by the weights of `DOMAIN.md` 4.6.
    #[must_use]
    pub fn default_of(side: Side) -> Self {
        let (version, items): (_, &[Row]) = match side {
            Side::Area => (
                "area-1",
                &[
                    ("response_speed", "响应速度", "response speed", 20, true),
                    (
                        "authority",
                        "到场层级与权限",
                        "level and authority of who came",
                        15,
                        false,
                    ),
                    ("quality", "处置质量", "quality of result", 30, false),
                    ("coordination", "协调配合", "coordination", 15, false),
                    (
                        "feedback",
                        "向居民和网格反馈",
                        "feedback to resident and grid",
                        20,
                        false,
                    ),
                ],
            ),
            Side::Department => (
                "department-1",
                &[
                    (
                        "needed",
                        "吹哨必要且对口",
                        "needed and in the right hands",
                        30,
                        false,
                    ),
                    ("information", "信息完整", "information complete", 25, false),
                    ("own_work", "前期自行处置", "own work done first", 20, false),
                    ("support", "现场配合", "on-site support", 15, false),
                    ("fair_sign_off", "销号公允", "fair sign-off", 10, false),
                ],
            ),
        };
        let reasons = [
            ("late", "不及时", "late"),
            ("absent", "未到场或无权限", "absent or without authority"),
            ("unsolved", "问题未解决", "not solved"),
            ("incomplete", "材料或信息不全", "incomplete"),
            ("wrong_unit", "对象不当", "wrong unit"),
            ("uncooperative", "不配合", "not cooperative"),
            ("unfair", "不公允", "not fair"),
        ];
        let item = |&(code, zh, en, weight, computed): &Row| {
            let (code, name) = (code.to_owned(), Text::new(zh, en));
            Item {
                code,
                name,
                weight,
                computed,
            }
        };
        let reason = |(code, zh, en): (&str, &str, &str)| (code.to_owned(), Text::new(zh, en));
        Self {
            version: version.to_owned(),
            items: items.iter().map(item).collect(),
            reasons: reasons.into_iter().map(reason).collect(),
        }
    }
}

/// Checks answers against a form; used before they are sealed and again when they are revealed.
///
/// # Errors
/// Everything that is wrong with them, by the order of the form's items.
pub fn validate(form: &Form, answers: &Answers) -> Result<(), Vec<FormProblem>> {
    let mut problems = Vec::new();
    for item in form.items.iter().filter(|item| !item.computed) {
        let name = || item.code.clone();
        let Some(Answer { score, reason }) = answers.0.get(&item.code) else {
            problems.push(FormProblem::Unanswered { item: name() });
            continue;
        };
        let score = *score;
        if !(SCORE_MIN..=SCORE_MAX).contains(&score) {
            problems.push(FormProblem::ScoreOutOfRange {
                item: name(),
                score,
            });
        }
        match reason {
            None if score <= REASON_AT => {
                problems.push(FormProblem::ReasonMissing {
                    item: name(),
                    score,
                });
            }
            Some(reason) if !form.reasons.contains_key(reason) => {
                let reason = reason.clone();
                problems.push(FormProblem::UnknownReason {
                    item: name(),
                    reason,
                });
            }
            _ => {}
        }
    }
    let asked = |code: &&String| form.items.iter().any(|i| !i.computed && i.code == **code);
    let extra = answers.0.keys().filter(|code| !asked(code)).cloned();
    problems.extend(extra.map(|item| FormProblem::NotAsked { item }));
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}
