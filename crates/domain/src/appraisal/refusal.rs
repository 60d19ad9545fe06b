//! Why an appraisal refuses, in the order in which the rules are asked: authority, stage, window,
//! content.

use super::quarter::Quarter;
use super::ratee::Ratee;
use crate::actor::Role;
use crate::evaluation::FormProblem;
use crate::ids::{PersonId, UnitId};
use crate::registry::Place;
use crate::text::Language;
use chrono::{DateTime, Utc};

/// Why a command was refused. Nothing was recorded.
///
/// Handling: `window_still_open` and `quarter_not_over` heal by waiting; everything else asks for
/// another command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppraisalRefusal {
    /// Another role does this.
    #[error("role `{role}` may not do this to an appraisal; accepted: {accepted}")]
    NotAuthorised {
        /// The role that asked.
        role: Role,
        /// The role that may.
        accepted: &'static str,
    },
    /// The actor holds no such office.
    #[error(
        "`{person}` is not `{role}` of unit `{unit}`; accepted: the secretary of a grid party organisation, or to open a round a supervisor, in office now"
    )]
    NotInOffice {
        /// Who asked.
        person: PersonId,
        /// In which role.
        role: Role,
        /// For which unit.
        unit: UnitId,
    },
    /// It was never opened.
    #[error("the appraisal is not open; accepted: after its round was opened")]
    NotOpened,
    /// The actor is secretary of another organisation.
    #[error("`{person}` is not secretary of the party organisation `{rater}`; accepted: its own")]
    NotARater {
        /// Who asked.
        person: PersonId,
        /// The ballot's organisation.
        rater: Place,
    },
    /// Nobody rates themself.
    #[error("`{person}` may not rate themself; accepted: another secretary of the organisation")]
    OwnPerson {
        /// Who.
        person: PersonId,
    },
    /// The organisation did not meet them.
    #[error(
        "the party organisation `{rater}` did not meet `{ratee}` in the quarter; accepted: units with a leg or a coordination meeting in its grids, and their leaders"
    )]
    NotMet {
        /// Who was to be rated.
        ratee: Ratee,
        /// By which organisation.
        rater: Place,
    },
    /// It was opened before.
    #[error("round `{round}` is open; accepted: one opening")]
    AlreadyOpened {
        /// Which.
        round: Quarter,
    },
    /// The ballots were issued before.
    #[error("the ballots are issued; accepted: once")]
    AlreadyIssued,
    /// Ballots are missing.
    #[error("the ballots are not all issued; accepted: after that")]
    NotIssued,
    /// It was closed before.
    #[error("the round is closed; accepted: once")]
    AlreadyClosed,
    /// The form was sealed before.
    #[error("the form about `{ratee}` is sealed; accepted: one form a round")]
    AlreadySealed {
        /// About whom.
        ratee: Ratee,
    },
    /// The quarter still runs.
    #[error("quarter `{round}` ends at {ends}; accepted: a quarter that is over")]
    QuarterNotOver {
        /// Which.
        round: Quarter,
        /// When it is over.
        ends: DateTime<Utc>,
    },
    /// The window is over.
    #[error("the window ended at {ended}; accepted: a form sealed by then")]
    WindowClosed {
        /// When.
        ended: DateTime<Utc>,
    },
    /// The window is not over.
    #[error("the window is open until {ends}; accepted: after that")]
    WindowStillOpen {
        /// Until when.
        ends: DateTime<Utc>,
    },
    /// The form to be pinned is not a form.
    #[error("the form of the round is not sound: {problem}")]
    UnsoundForm {
        /// What is wrong with it.
        problem: FormProblem,
    },
    /// So few raters protect nobody.
    #[error("`raters_min` is {given}; accepted: 5 or more")]
    TooFewToProtect {
        /// What was given.
        given: u32,
    },
    /// The commitment is not one.
    #[error("`commitment` is not a commitment; accepted: 64 lower-case hexadecimal digits")]
    MalformedCommitment,
    /// The returned ballots are not those that were issued.
    #[error("`ballots` do not fit; accepted: each ballot that was issued, once")]
    BallotsDoNotFit,
    /// The nonce could be guessed.
    #[error("a nonce of `{rater}` is too short; accepted: 32 characters or more")]
    NonceTooShort {
        /// Whose.
        rater: Place,
    },
    /// The opened form is not the one that was sealed.
    #[error(
        "a form of `{rater}` does not match its commitment; accepted: the answers and the nonce that were sealed"
    )]
    CommitmentMismatch {
        /// Whose.
        rater: Place,
    },
    /// The answers do not fit the form.
    #[error("the answers do not fit the form: {}", joined(.problems, "; ", ToString::to_string))]
    UnfitAnswers {
        /// Everything that is wrong.
        problems: Vec<FormProblem>,
    },
}

fn joined(problems: &[FormProblem], by: &str, say: fn(&FormProblem) -> String) -> String {
    problems.iter().map(say).collect::<Vec<_>>().join(by)
}

impl AppraisalRefusal {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised { .. } => "not_authorised",
            Self::NotInOffice { .. } => "not_in_office",
            Self::NotOpened => "not_opened",
            Self::NotARater { .. } => "not_a_rater",
            Self::OwnPerson { .. } => "own_person",
            Self::NotMet { .. } => "not_met",
            Self::AlreadyOpened { .. } => "already_opened",
            Self::AlreadyIssued => "already_issued",
            Self::NotIssued => "not_issued",
            Self::AlreadyClosed => "already_closed",
            Self::AlreadySealed { .. } => "already_sealed",
            Self::QuarterNotOver { .. } => "quarter_not_over",
            Self::WindowClosed { .. } => "window_closed",
            Self::WindowStillOpen { .. } => "window_still_open",
            Self::UnsoundForm { .. } => "unsound_form",
            Self::TooFewToProtect { .. } => "too_few_to_protect",
            Self::MalformedCommitment => "malformed_commitment",
            Self::BallotsDoNotFit => "ballots_do_not_fit",
            Self::NonceTooShort { .. } => "nonce_too_short",
            Self::CommitmentMismatch { .. } => "commitment_mismatch",
            Self::UnfitAnswers { .. } => "unfit_answers",
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
            Self::NotAuthorised { role, accepted } => {
                let label =
                    Role::from_code(accepted).map_or_else(String::new, |one| one.label().zh);
                format!("角色 `{role}` 不能办理此项评议事务；应由{label}（{accepted}）办理")
            }
            Self::NotInOffice { person, role, unit } => format!(
                "`{person}` 现不是单位 `{unit}` 的 `{role}`；评议应由现任网格党组织书记进行，开启评议应由现任督查员进行"
            ),
            Self::NotOpened => "评议尚未开启；应在本轮评议开启之后".to_owned(),
            Self::NotARater { person, rater } => {
                format!("`{person}` 不是党组织 `{rater}` 的书记；应评议本党组织的评议票")
            }
            Self::OwnPerson { person } => {
                format!("`{person}` 不能评议本人；应由本党组织的其他书记评议")
            }
            Self::NotMet { ratee, rater } => format!(
                "党组织 `{rater}` 在本季度未与 `{ratee}` 打过交道；应评议在其网格内有任务或参加过协调会的单位及其负责人"
            ),
            Self::AlreadyOpened { round } => format!("`{round}` 评议已开启；只能开启一次"),
            Self::AlreadyIssued => "评议票已发放；只能发放一次".to_owned(),
            Self::NotIssued => "评议票尚未全部发放；应在发放之后".to_owned(),
            Self::AlreadyClosed => "本轮评议已结束；只能结束一次".to_owned(),
            Self::AlreadySealed { ratee } => format!("对 `{ratee}` 的评议已密封；每轮只能密封一份"),
            Self::QuarterNotOver { round, ends } => {
                format!("`{round}` 季度至 {ends} 方止；应为已结束的季度")
            }
            Self::WindowClosed { ended } => format!("窗口期已于 {ended} 结束；应在此前密封"),
            Self::WindowStillOpen { ends } => format!("窗口期至 {ends} 方止；应在其后进行"),
            Self::UnsoundForm { problem } => format!("本轮评议表有误：{}", problem.chinese()),
            Self::TooFewToProtect { given } => {
                format!("`raters_min` 为 {given}；应至少为 5")
            }
            Self::MalformedCommitment => {
                "`commitment` 格式有误；应为 64 位小写十六进制数字".to_owned()
            }
            Self::BallotsDoNotFit => "`ballots` 不符；应恰为已发放的每张评议票各一张".to_owned(),
            Self::NonceTooShort { rater } => {
                format!("`{rater}` 的随机数过短；应至少 32 个字符")
            }
            Self::CommitmentMismatch { rater } => {
                format!("`{rater}` 的评议表与其承诺值不符；应为密封时的答案和随机数")
            }
            Self::UnfitAnswers { problems } => {
                let problems = joined(problems, ";", FormProblem::chinese);
                format!("答案与评议表不符：{problems}")
            }
        }
    }
}
