//! Why an evaluation refuses, in the order in which the rules are asked: authority, stage, window,
//! content.

use super::Side;
use super::appeal::AppealRefusal;
use super::form::FormProblem;
use crate::actor::Role;
use crate::ids::{PersonId, UnitId};
use crate::text::Language;
use chrono::{DateTime, Utc};

/// Why a command was refused. Nothing was recorded.
///
/// Handling: `window_still_open` heals by waiting; everything else asks for another command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationRefusal {
    /// Only the engine opens, reveals and lapses.
    #[error("role `{role}` may not open, reveal or lapse an evaluation; accepted: system")]
    NotAuthorised {
        /// The role that asked.
        role: Role,
    },
    /// It was never opened.
    #[error("the evaluation is not open; accepted: after the closure of the case has opened it")]
    NotOpened,
    /// It was opened before.
    #[error("the evaluation is open; accepted: one opening")]
    AlreadyOpened,
    /// The actor holds no such office.
    #[error(
        "`{person}` is not `{role}` of unit `{unit}`; accepted: somebody who holds an office in that unit now"
    )]
    NotInOffice {
        /// Who asked.
        person: PersonId,
        /// In which role.
        role: Role,
        /// For which unit.
        unit: UnitId,
    },
    /// One person speaks for one side.
    #[error(
        "`{person}` has sealed the other side's form; accepted for side `{side}`: another person"
    )]
    SealedTheOther {
        /// Who sealed it.
        person: PersonId,
        /// The side asked for.
        side: Side,
    },
    /// The actor's unit is not the side's.
    #[error("`unit` `{unit}` is not side `{side}`; accepted: unit `{accepted}`")]
    NotASide {
        /// The unit that asked.
        unit: UnitId,
        /// The side asked for.
        side: Side,
        /// The unit of that side.
        accepted: UnitId,
    },
    /// The side sealed before.
    #[error("side `{side}` has sealed its form; accepted: one form a side")]
    AlreadySealed {
        /// The side.
        side: Side,
    },
    /// It was revealed before.
    #[error("the forms are revealed; accepted: one reveal")]
    AlreadyRevealed,
    /// The window is over.
    #[error("the window ended at {ended}; accepted: a form sealed by then")]
    WindowClosed {
        /// When.
        ended: DateTime<Utc>,
    },
    /// The window is not over and a side may still seal.
    #[error(
        "the window is open until {ends}; accepted: after that, or for a reveal when both sides have sealed"
    )]
    WindowStillOpen {
        /// Until when.
        ends: DateTime<Utc>,
    },
    /// No side is silent, or each silent one is recorded.
    #[error("no silent side is left to record; accepted: a side that sealed nothing in the window")]
    NobodySilent,
    /// Nothing was sealed.
    #[error("nothing was sealed, so nothing can be revealed; accepted: lapse")]
    NothingSealed,
    /// Both sides are one unit.
    #[error("`area` and `department` are both `{unit}`; accepted: two units")]
    SameUnit {
        /// The unit.
        unit: UnitId,
    },
    /// A form to be pinned is not a form.
    #[error("the form of side `{side}` is not sound: {problem}")]
    UnsoundForm {
        /// The side.
        side: Side,
        /// What is wrong with it.
        problem: FormProblem,
    },
    /// The commitment is not one.
    #[error("`commitment` is not a commitment; accepted: 64 lower-case hexadecimal digits")]
    MalformedCommitment,
    /// The opened forms are not those of the sides that sealed.
    #[error(
        "`forms` does not fit side `{side}`; accepted: a form for each side that sealed, and no other"
    )]
    FormsDoNotFit {
        /// The side that misses its form or has one too many.
        side: Side,
    },
    /// The nonce could be guessed.
    #[error("the nonce of side `{side}` is too short; accepted: 32 characters or more")]
    NonceTooShort {
        /// The side.
        side: Side,
    },
    /// The opened form is not the one that was sealed.
    #[error(
        "the form of side `{side}` does not match its commitment; accepted: the answers and the nonce that were sealed"
    )]
    CommitmentMismatch {
        /// The side.
        side: Side,
    },
    /// The answers do not fit the form.
    #[error("the answers of side `{side}` do not fit the form: {}", english(.problems))]
    UnfitAnswers {
        /// The side.
        side: Side,
        /// Everything that is wrong.
        problems: Vec<FormProblem>,
    },
    /// An appeal, or a decision on one.
    #[error(transparent)]
    Appeal(#[from] AppealRefusal),
}

fn english(problems: &[FormProblem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

impl EvaluationRefusal {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised { .. } => "not_authorised",
            Self::NotOpened => "not_opened",
            Self::AlreadyOpened => "already_opened",
            Self::NotInOffice { .. } => "not_in_office",
            Self::SealedTheOther { .. } => "sealed_the_other",
            Self::NotASide { .. } => "not_a_side",
            Self::AlreadySealed { .. } => "already_sealed",
            Self::AlreadyRevealed => "already_revealed",
            Self::WindowClosed { .. } => "window_closed",
            Self::WindowStillOpen { .. } => "window_still_open",
            Self::NobodySilent => "nobody_silent",
            Self::NothingSealed => "nothing_sealed",
            Self::SameUnit { .. } => "same_unit",
            Self::UnsoundForm { .. } => "unsound_form",
            Self::MalformedCommitment => "malformed_commitment",
            Self::FormsDoNotFit { .. } => "forms_do_not_fit",
            Self::NonceTooShort { .. } => "nonce_too_short",
            Self::CommitmentMismatch { .. } => "commitment_mismatch",
            Self::UnfitAnswers { .. } => "unfit_answers",
            Self::Appeal(refusal) => refusal.code(),
        }
    }

    /// The words for people: the field, the rule, and what would be accepted.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::En => self.to_string(),
            Language::ZhCn => self.chinese(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotAuthorised { role } => {
                format!("角色 `{role}` 不能开启、揭示或终结互评；只能由系统（system）进行")
            }
            Self::NotOpened => "互评尚未开启；应在案件销号开启之后".to_owned(),
            Self::AlreadyOpened => "互评已开启；只能开启一次".to_owned(),
            Self::NotInOffice { person, role, unit } => {
                format!("`{person}` 现不是单位 `{unit}` 的 `{role}`；应由该单位现任职人员办理")
            }
            Self::SealedTheOther { person, side } => {
                format!("`{person}` 已密封对方的评价表；`{side}` 一方应由另一人密封")
            }
            Self::NotASide {
                unit,
                side,
                accepted,
            } => {
                format!("`unit` `{unit}` 不是 `{side}` 一方；应为单位 `{accepted}`")
            }
            Self::AlreadySealed { side } => format!("`{side}` 一方已密封；每方只能密封一份"),
            Self::AlreadyRevealed => "评价表已揭示；只能揭示一次".to_owned(),
            Self::WindowClosed { ended } => format!("窗口期已于 {ended} 结束；应在此前密封"),
            Self::WindowStillOpen { ends } => {
                format!("窗口期至 {ends} 方止；应在其后进行，双方均已密封时可提前揭示")
            }
            Self::NobodySilent => "没有未评的一方需要记录；应有一方在窗口期内未密封".to_owned(),
            Self::NothingSealed => "没有密封的评价表可揭示；应记录为未评".to_owned(),
            Self::SameUnit { unit } => {
                format!("`area` 与 `department` 同为 `{unit}`；应为两个单位")
            }
            Self::UnsoundForm { side, problem } => {
                format!("`{side}` 一方的表单有误：{}", problem.chinese())
            }
            Self::MalformedCommitment => {
                "`commitment` 格式有误；应为 64 位小写十六进制数字".to_owned()
            }
            Self::FormsDoNotFit { side } => {
                format!("`forms` 与 `{side}` 一方不符；应恰为每个已密封方各一份")
            }
            Self::NonceTooShort { side } => {
                format!("`{side}` 一方的随机数过短；应至少 32 个字符")
            }
            Self::CommitmentMismatch { side } => {
                format!("`{side}` 一方的评价表与其承诺值不符；应为密封时的答案和随机数")
            }
            Self::UnfitAnswers { side, problems } => {
                let problems: Vec<String> = problems.iter().map(FormProblem::chinese).collect();
                format!("`{side}` 一方的答案与表单不符：{}", problems.join(";"))
            }
            Self::Appeal(refusal) => refusal.chinese(),
        }
    }
}
