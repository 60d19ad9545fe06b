//! The words of each refusal in Chinese; the English stands with the variants.

use super::{RegistryRefusal, list};
use crate::text::Language;

impl RegistryRefusal {
    pub(super) fn chinese(&self) -> String {
        match self {
            Self::NotAuthorised { role } => {
                format!(
                    "角色 `{role}` 无权修改登记册；可由系统管理员（administrator）或系统（system）修改"
                )
            }
            Self::EmptyField { field } => format!("`{field}` 为空；至少应有一个非空白字符"),
            Self::PersonalNumber { field } => {
                format!("`{field}` 含个人电话或身份证号；应填办公地址、窗口或固定电话")
            }
            Self::PeriodReversed { from, to } => {
                format!("`valid_to` {to} 不晚于 `valid_from` {from}；应填更晚的时间，或留空")
            }
            Self::LevelMismatch { kind } => format!(
                "`level` 与类别 `{kind}` 不符；职能部门应填市（city）、区（district）或街道（street），其他类别应留空"
            ),
            Self::HostMismatch { grid } => {
                format!("网格 `{grid}` 的 `host` 与类别不符；专属网格应填驻区单位，基础网格应留空")
            }
            Self::Fixed {
                field,
                id,
                recorded,
            } => {
                format!(
                    "`{id}` 的 `{field}` 已定为 `{recorded}`，不可更改；应保持一致，或另用新编码"
                )
            }
            Self::HistoryFixed { id, from } => format!(
                "`{id}` 自 {from} 起的时段已按其他内容登记；应与登记一致，或以更晚的 `valid_from` 变更"
            ),
            Self::BeforeHistory { id, from, latest } => {
                format!("`{id}` 的 `valid_from` {from} 早于最近一次变更；应晚于 {latest}")
            }
            Self::NotOpen { id, at } => {
                format!("`{id}` 在 {at} 并非有效，不能在此时终止；应填其有效时段内的时间")
            }
            other => other.chinese_of_relations(),
        }
    }

    /// The second half of [`Self::chinese`]: what else must exist.
    fn chinese_of_relations(&self) -> String {
        match self {
            Self::UnknownPlace { field, place, from } => {
                format!(
                    "`{field}` 所指 `{place}` 自 {from} 起并非全程有效；应填已登记且有效的单位或网格"
                )
            }
            Self::UnknownPerson { person, from } => {
                format!("`person` 所指 `{person}` 自 {from} 起并非全程有效；应填已登记且在任的人员")
            }
            Self::ParentMissing { kind, accepted } => {
                format!("`parent` 为空；类别 `{kind}` 的上级应为 {accepted}")
            }
            Self::WrongKind {
                field,
                unit,
                kind,
                accepted,
            } => {
                format!("`{field}` 所指 `{unit}` 的类别为 `{kind}`；应为 {accepted}")
            }
            Self::Cycle { unit, parent } => {
                format!("`parent` `{parent}` 位于 `{unit}` 之下；应填其体系以外的单位")
            }
            Self::WrongSeat { level } => {
                format!("`{level}` 级网格的归属有误；一级网格应归属社区，二级网格应归属一级网格")
            }
            Self::StillInUse { id, by } => format!("`{id}` 仍被 `{by}` 使用；应先迁移或关闭后者"),
            Self::RoleNotHere {
                role,
                place,
                accepted,
            } => {
                format!("角色 `{role}` 不设于 `{place}`；应设于：{accepted}")
            }
            Self::SeatTaken { place, holder } => {
                format!("`{place}` 在该时段已有网格长 `{holder}`；应先终止其任期")
            }
            Self::TenureOverlaps {
                person,
                role,
                place,
            } => {
                format!("`{person}` 在重叠时段已任 `{place}` 的 `{role}`；应填其后的时段")
            }
            Self::AdministrationsTogether { person, held, role } => format!(
                "`{person}` 在重叠时段任 {}(`{held}`)，三员分立，不得兼任 {}(`{role}`)；应另选他人，或填其后的时段",
                held.label().zh,
                role.label().zh
            ),
            Self::ServiceOverlaps { unit, matter, area } => {
                format!("`{unit}` 在重叠时段已为 `{area}` 办理 `{matter}`；应填其后的时段")
            }
            Self::NoBoundary { place, flaw } => format!("`{place}` 的边界{}", flaw.chinese()),
            Self::Import(issues) => format!(
                "导入有 {} 条被拒，未写入任何内容：{}",
                issues.len(),
                list(issues, Language::ZhCn)
            ),
            other => other.to_string(),
        }
    }
}
