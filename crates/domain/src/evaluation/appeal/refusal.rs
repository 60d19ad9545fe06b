//! Why an appeal, or a decision on one, is refused; in the order in which the rules are asked.

use super::super::Side;
use crate::actor::Role;
use crate::ids::{PersonId, UnitId};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Why. Nothing was recorded.
///
/// Handling: `not_revealed` heals by waiting; everything else asks for another command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppealRefusal {
    /// The forms are still sealed.
    #[error("the forms are not revealed; accepted: an appeal after the reveal")]
    NotRevealed,
    /// The side filled no form.
    #[error(
        "side `{side}` has filled no form; accepted: an appeal against a form that was revealed"
    )]
    NoForm {
        /// The side.
        side: Side,
    },
    /// Only who was rated appeals.
    #[error("`unit` `{unit}` was not rated by side `{side}`; accepted: unit `{accepted}`")]
    NotTheRated {
        /// The unit that asked.
        unit: UnitId,
        /// The side whose form it is.
        side: Side,
        /// The unit that was rated.
        accepted: UnitId,
    },
    /// One appeal a form.
    #[error("the form of side `{side}` was appealed against before; accepted: one appeal a form")]
    AlreadyAppealed {
        /// The side whose form it is.
        side: Side,
    },
    /// Too late.
    #[error("the time to appeal ended at {ended}; accepted: an appeal by then")]
    TimeOver {
        /// When.
        ended: DateTime<Utc>,
    },
    /// A ground that the rules do not know.
    #[error("`ground` `{ground}` is not known; accepted: {}", list(.accepted.iter()))]
    UnknownGround {
        /// The ground.
        ground: String,
        /// The known ones.
        accepted: Vec<String>,
    },
    /// No appeal of that form waits.
    #[error(
        "no appeal against the form of side `{side}` waits; accepted: one that was filed and is not decided"
    )]
    NothingWaits {
        /// The side whose form it is.
        side: Side,
    },
    /// The role does not decide appeals.
    #[error("role `{role}` may not decide an appeal; accepted: {}", list(.accepted.iter()))]
    MayNotDecide {
        /// The role that asked.
        role: Role,
        /// The roles that decide.
        accepted: BTreeSet<Role>,
    },
    /// A side does not judge its own cause.
    #[error("`unit` `{unit}` is a side of the evaluation; accepted: a third unit")]
    OwnUnit {
        /// The unit.
        unit: UnitId,
    },
    /// Who filled a form or appealed does not decide.
    #[error("`{person}` filled a form or appealed; accepted: another person")]
    OwnMatter {
        /// The person.
        person: PersonId,
    },
    /// No word why.
    #[error("`note` is empty; accepted: a reason in words")]
    NoteMissing,
}

fn list<T: std::fmt::Display>(all: impl Iterator<Item = T>) -> String {
    let words: Vec<String> = all.map(|one| format!("`{one}`")).collect();
    words.join(", ")
}

impl AppealRefusal {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotRevealed => "not_revealed",
            Self::NoForm { .. } => "no_form",
            Self::NotTheRated { .. } => "not_the_rated",
            Self::AlreadyAppealed { .. } => "already_appealed",
            Self::TimeOver { .. } => "appeal_time_over",
            Self::UnknownGround { .. } => "unknown_ground",
            Self::NothingWaits { .. } => "no_appeal_waits",
            Self::MayNotDecide { .. } => "may_not_decide",
            Self::OwnUnit { .. } => "own_unit",
            Self::OwnMatter { .. } => "own_matter",
            Self::NoteMissing => "note_missing",
        }
    }

    /// The words in Chinese; the English is the `Display` text.
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Self::NotRevealed => "评价表尚未揭示；应在揭示之后申诉".to_owned(),
            Self::NoForm { side } => {
                format!("`{side}` 一方没有评价表；只能对已揭示的评价表申诉")
            }
            Self::NotTheRated {
                unit,
                side,
                accepted,
            } => format!("`{side}` 一方所评并非单位 `{unit}`；应由被评单位 `{accepted}` 申诉"),
            Self::AlreadyAppealed { side } => {
                format!("`{side}` 一方的评价表已被申诉过；每份评价表只能申诉一次")
            }
            Self::TimeOver { ended } => format!("申诉期已于 {ended} 结束；应在此前申诉"),
            Self::UnknownGround { ground, accepted } => format!(
                "申诉理由 `{ground}` 不在规则所列之中；应为：{}",
                list(accepted.iter())
            ),
            Self::NothingWaits { side } => {
                format!("`{side}` 一方的评价表没有待裁定的申诉；应为已提出而未裁定的申诉")
            }
            Self::MayNotDecide { role, accepted } => {
                let names: Vec<String> = accepted
                    .iter()
                    .map(|role| format!("{}(`{role}`)", role.label().zh))
                    .collect();
                let role = format!("{}(`{role}`)", role.label().zh);
                format!("角色{role}无权裁定申诉；应为：{}", names.join("、"))
            }
            Self::OwnUnit { unit } => {
                format!("单位 `{unit}` 是互评的一方；应由第三方单位裁定")
            }
            Self::OwnMatter { person } => {
                format!("`{person}` 填写过评价表或提出了申诉；应由另一人裁定")
            }
            Self::NoteMissing => "`note` 为空；应以文字说明理由".to_owned(),
        }
    }
}
