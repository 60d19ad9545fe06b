//! Why the registry refuses, in the order in which the rules are asked: authority, form, identity,
//! history, then what else must exist.

use super::grid::GridLevel;
use super::place::{Area, Place};
use super::service::MatterPattern;
use super::unit::UnitKind;
use crate::actor::Role;
use crate::ids::{PersonId, UnitId};
use crate::text::Language;
use chrono::{DateTime, Utc};

/// One entry of an import that was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportIssue {
    /// Its place in the list, from 0.
    pub entry: usize,
    /// Why.
    pub refusal: RegistryRefusal,
}

/// Why a command was refused. Nothing was recorded.
///
/// Handling: correct the named field and ask again; nothing here heals by waiting.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegistryRefusal {
    /// The role may not change the registry.
    #[error("role `{role}` may not change the registry; accepted: administrator, system")]
    NotAuthorised {
        /// The role that asked.
        role: Role,
    },
    /// A field must say something.
    #[error("`{field}` is empty; accepted: at least one character other than space")]
    EmptyField {
        /// Which.
        field: &'static str,
    },
    /// A field holds what looks like a person's phone or identity number.
    #[error(
        "`{field}` holds a personal phone or identity number; accepted: an office address, window or landline"
    )]
    PersonalNumber {
        /// Which.
        field: &'static str,
    },
    /// A period ends before it begins.
    #[error(
        "`valid_to` {to} is not after `valid_from` {from}; accepted: a later instant, or empty"
    )]
    PeriodReversed {
        /// The beginning.
        from: DateTime<Utc>,
        /// The end.
        to: DateTime<Utc>,
    },
    /// The level of a unit does not fit its kind.
    #[error(
        "`level` does not fit kind `{kind}`; accepted: city, district or street for a department, empty for any other kind"
    )]
    LevelMismatch {
        /// The kind of the unit.
        kind: UnitKind,
    },
    /// Host and kind of a grid do not fit.
    #[error(
        "`host` does not fit the kind of grid `{grid}`; accepted: a unit for a dedicated grid, empty for a basic grid"
    )]
    HostMismatch {
        /// The grid.
        grid: String,
    },
    /// Kind or level of a known thing never change.
    #[error(
        "`{field}` of `{id}` is fixed as `{recorded}`; accepted: the same, or a new code for a new thing"
    )]
    Fixed {
        /// Which field.
        field: &'static str,
        /// Of what.
        id: String,
        /// What is recorded.
        recorded: String,
    },
    /// The period is recorded with other facts.
    #[error(
        "the period of `{id}` from {from} is recorded otherwise; accepted: the same facts, or a change with a later `valid_from`"
    )]
    HistoryFixed {
        /// Of what.
        id: String,
        /// The beginning of the recorded period.
        from: DateTime<Utc>,
    },
    /// The change would begin before a recorded one.
    #[error(
        "`valid_from` {from} of `{id}` lies before its latest recorded change; accepted: after {latest}"
    )]
    BeforeHistory {
        /// Of what.
        id: String,
        /// What was asked.
        from: DateTime<Utc>,
        /// The latest recorded beginning.
        latest: DateTime<Utc>,
    },
    /// It does not hold at the instant at which it is to end.
    #[error(
        "`{id}` does not hold at {at}, so it cannot end then; accepted: an instant within its open period"
    )]
    NotOpen {
        /// What.
        id: String,
        /// The instant.
        at: DateTime<Utc>,
    },
    /// A place that is named does not exist for the whole period.
    #[error(
        "`{field}` names `{place}`, which is not active for the whole period from {from}; accepted: a recorded, active unit or grid"
    )]
    UnknownPlace {
        /// Which field.
        field: &'static str,
        /// What it names.
        place: Place,
        /// The beginning of the period.
        from: DateTime<Utc>,
    },
    /// A person is not known for the whole period.
    #[error(
        "`person` names `{person}`, who is not active for the whole period from {from}; accepted: a recorded, active person"
    )]
    UnknownPerson {
        /// The code.
        person: PersonId,
        /// The beginning of the period.
        from: DateTime<Utc>,
    },
    /// A kind of unit that cannot stand alone has no parent.
    #[error("`parent` is empty; accepted for kind `{kind}`: a unit of kind {accepted}")]
    ParentMissing {
        /// The kind of the unit.
        kind: UnitKind,
        /// The kinds that may stand above it.
        accepted: String,
    },
    /// A named unit is of a kind that cannot stand there.
    #[error("`{field}` names `{unit}` of kind `{kind}`; accepted: a unit of kind {accepted}")]
    WrongKind {
        /// Which field.
        field: &'static str,
        /// What it names.
        unit: UnitId,
        /// Its kind.
        kind: UnitKind,
        /// The kinds that may stand there.
        accepted: String,
    },
    /// The unit would stand above itself.
    #[error(
        "`parent` `{parent}` stands below `{unit}` itself; accepted: a unit outside its own tree"
    )]
    Cycle {
        /// The unit.
        unit: UnitId,
        /// The parent asked for.
        parent: UnitId,
    },
    /// The grid's seat does not fit its level.
    #[error(
        "the seat of a level-{level} grid is wrong; accepted: a community for level one, a level-one grid for level two"
    )]
    WrongSeat {
        /// The level of the grid.
        level: GridLevel,
    },
    /// Something still hangs on what is to be closed.
    #[error("`{id}` is still in use by `{by}`; accepted: move or close that first")]
    StillInUse {
        /// What is to be closed.
        id: String,
        /// One thing that hangs on it.
        by: Place,
    },
    /// The role is not held at such a place.
    #[error("role `{role}` is not held at `{place}`; accepted: {accepted}")]
    RoleNotHere {
        /// The role.
        role: Role,
        /// The place.
        place: Place,
        /// Where the role is held.
        accepted: String,
    },
    /// A grid has one leader at a time.
    #[error("`{place}` has leader `{holder}` in that period; accepted: end that tenure first")]
    SeatTaken {
        /// The grid.
        place: Place,
        /// Who leads it.
        holder: PersonId,
    },
    /// The same tenure is recorded for an overlapping period.
    #[error(
        "`{person}` holds `{role}` at `{place}` in an overlapping period; accepted: a period after that one"
    )]
    TenureOverlaps {
        /// Who.
        person: PersonId,
        /// The role.
        role: Role,
        /// The place.
        place: Place,
    },
    /// The same service is recorded for an overlapping period.
    #[error(
        "`{unit}` serves `{matter}` at `{area}` in an overlapping period; accepted: a period after that one"
    )]
    ServiceOverlaps {
        /// Who serves.
        unit: UnitId,
        /// For what.
        matter: MatterPattern,
        /// Where.
        area: Area,
    },
    /// An import has entries that are refused; nothing of it was recorded.
    #[error("{} entries of the import are refused, nothing was recorded: {}", .0.len(), english(.0))]
    Import(Vec<ImportIssue>),
}

fn english(issues: &[ImportIssue]) -> String {
    list(issues, Language::En)
}

fn list(issues: &[ImportIssue], language: Language) -> String {
    let line =
        |issue: &ImportIssue| format!("[{}] {}", issue.entry + 1, issue.refusal.message(language));
    issues.iter().map(line).collect::<Vec<_>>().join("; ")
}

impl RegistryRefusal {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised { .. } => "not_authorised",
            Self::EmptyField { .. } => "empty_field",
            Self::PersonalNumber { .. } => "personal_number",
            Self::PeriodReversed { .. } => "period_reversed",
            Self::LevelMismatch { .. } => "level_mismatch",
            Self::HostMismatch { .. } => "host_mismatch",
            Self::Fixed { .. } => "fixed",
            Self::HistoryFixed { .. } => "history_fixed",
            Self::BeforeHistory { .. } => "before_history",
            Self::NotOpen { .. } => "not_open",
            Self::UnknownPlace { .. } => "unknown_place",
            Self::UnknownPerson { .. } => "unknown_person",
            Self::ParentMissing { .. } => "parent_missing",
            Self::WrongKind { .. } => "wrong_kind",
            Self::Cycle { .. } => "cycle",
            Self::WrongSeat { .. } => "wrong_seat",
            Self::StillInUse { .. } => "still_in_use",
            Self::RoleNotHere { .. } => "role_not_here",
            Self::SeatTaken { .. } => "seat_taken",
            Self::TenureOverlaps { .. } => "tenure_overlaps",
            Self::ServiceOverlaps { .. } => "service_overlaps",
            Self::Import(_) => "import_refused",
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
                format!("角色 `{role}` 无权修改登记册;可由 administrator 或 system 修改")
            }
            Self::EmptyField { field } => format!("`{field}` 为空;至少应有一个非空白字符"),
            Self::PersonalNumber { field } => {
                format!("`{field}` 含个人电话或身份证号;应填办公地址、窗口或固定电话")
            }
            Self::PeriodReversed { from, to } => {
                format!("`valid_to` {to} 不晚于 `valid_from` {from};应填更晚的时间,或留空")
            }
            Self::LevelMismatch { kind } => format!(
                "`level` 与类别 `{kind}` 不符;职能部门应填 city、district 或 street,其他类别应留空"
            ),
            Self::HostMismatch { grid } => {
                format!("网格 `{grid}` 的 `host` 与类别不符;专属网格应填驻区单位,基础网格应留空")
            }
            Self::Fixed {
                field,
                id,
                recorded,
            } => {
                format!("`{id}` 的 `{field}` 已定为 `{recorded}`,不可更改;应保持一致,或另用新编码")
            }
            Self::HistoryFixed { id, from } => format!(
                "`{id}` 自 {from} 起的时段已按其他内容登记;应与登记一致,或以更晚的 `valid_from` 变更"
            ),
            Self::BeforeHistory { id, from, latest } => {
                format!("`{id}` 的 `valid_from` {from} 早于最近一次变更;应晚于 {latest}")
            }
            Self::NotOpen { id, at } => {
                format!("`{id}` 在 {at} 并非有效,不能在此时终止;应填其有效时段内的时间")
            }
            other => other.chinese_of_relations(),
        }
    }

    /// The second half of [`Self::chinese`]: what else must exist.
    fn chinese_of_relations(&self) -> String {
        match self {
            Self::UnknownPlace { field, place, from } => {
                format!(
                    "`{field}` 所指 `{place}` 自 {from} 起并非全程有效;应填已登记且有效的单位或网格"
                )
            }
            Self::UnknownPerson { person, from } => {
                format!("`person` 所指 `{person}` 自 {from} 起并非全程有效;应填已登记且在任的人员")
            }
            Self::ParentMissing { kind, accepted } => {
                format!("`parent` 为空;类别 `{kind}` 的上级应为 {accepted}")
            }
            Self::WrongKind {
                field,
                unit,
                kind,
                accepted,
            } => {
                format!("`{field}` 所指 `{unit}` 的类别为 `{kind}`;应为 {accepted}")
            }
            Self::Cycle { unit, parent } => {
                format!("`parent` `{parent}` 位于 `{unit}` 之下;应填其体系以外的单位")
            }
            Self::WrongSeat { level } => {
                format!("`{level}` 级网格的归属有误;一级网格应归属社区,二级网格应归属一级网格")
            }
            Self::StillInUse { id, by } => format!("`{id}` 仍被 `{by}` 使用;应先迁移或关闭后者"),
            Self::RoleNotHere {
                role,
                place,
                accepted,
            } => {
                format!("角色 `{role}` 不设于 `{place}`;应设于:{accepted}")
            }
            Self::SeatTaken { place, holder } => {
                format!("`{place}` 在该时段已有网格长 `{holder}`;应先终止其任期")
            }
            Self::TenureOverlaps {
                person,
                role,
                place,
            } => {
                format!("`{person}` 在重叠时段已任 `{place}` 的 `{role}`;应填其后的时段")
            }
            Self::ServiceOverlaps { unit, matter, area } => {
                format!("`{unit}` 在重叠时段已为 `{area}` 办理 `{matter}`;应填其后的时段")
            }
            Self::Import(issues) => format!(
                "导入有 {} 条被拒,未写入任何内容:{}",
                issues.len(),
                list(issues, Language::ZhCn)
            ),
            other => other.to_string(),
        }
    }
}
