//! Why the catalogue refuses, in the order in which the rules are asked: authority, form, history,
//! what must be recorded beside the matter.

use crate::actor::Role;
use crate::class::CaseClass;
use crate::ids::{MatterCode, UnitId};
use crate::text::Language;
use chrono::{DateTime, Utc};

/// One entry of an import that was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportIssue {
    /// Its place in the list, from 0.
    pub entry: usize,
    /// Why.
    pub refusal: CatalogueRefusal,
}

/// Why a command was refused. Nothing was recorded.
///
/// Handling: correct the named field and ask again; nothing here heals by waiting.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CatalogueRefusal {
    /// The role may not change the catalogue.
    #[error(
        "role `{role}` may not change the catalogue; accepted: administrator, city_office, system"
    )]
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
    #[error("`{field}` holds a personal phone or identity number; accepted: words without one")]
    PersonalNumber {
        /// Which.
        field: &'static str,
    },
    /// The period ends before it begins.
    #[error(
        "`valid_to` {to} is not after `valid_from` {from}; accepted: a later instant, or empty"
    )]
    PeriodReversed {
        /// The beginning.
        from: DateTime<Utc>,
        /// The end.
        to: DateTime<Utc>,
    },
    /// No class is allowed.
    #[error(
        "`classes` of `{code}` is empty; accepted: one or more of on_the_spot, time_limited, special, undertaken, proxy"
    )]
    NoClass {
        /// The matter.
        code: MatterCode,
    },
    /// A limit is given for a class that the matter does not allow.
    #[error(
        "`limits` of `{code}` names class `{class}`, which `classes` does not allow; accepted: limits for allowed classes"
    )]
    LimitForOtherClass {
        /// The matter.
        code: MatterCode,
        /// The class.
        class: CaseClass,
    },
    /// The flag and the classes do not agree.
    #[error(
        "`proxy` of `{code}` does not fit `classes`; accepted: `proxy` exactly when class proxy is allowed"
    )]
    ProxyMismatch {
        /// The matter.
        code: MatterCode,
    },
    /// Nobody may act for a person who must appear.
    #[error("`proxy` of `{code}` is set though the person must appear; accepted: one of the two")]
    PersonMustAppear {
        /// The matter.
        code: MatterCode,
    },
    /// A matter carried to a window needs the window's own limit.
    #[error(
        "`statutory_limit` of `{code}` is empty; accepted: the window's limit by law, for a proxy matter"
    )]
    StatutoryLimitMissing {
        /// The matter.
        code: MatterCode,
    },
    /// Nobody is recorded to pay and train for the matter.
    #[error(
        "`funding_owner` of `{code}` is empty; accepted: the unit that bears funding, training and guidance（权随事转、人随事转、钱随事转）"
    )]
    FundingOwnerMissing {
        /// The matter.
        code: MatterCode,
    },
    /// The matter is in force, or its admission is recorded.
    #[error("`{code}` is in the catalogue; accepted: a revision from a later instant")]
    AlreadyAdmitted {
        /// The matter.
        code: MatterCode,
    },
    /// The matter is not in force.
    #[error("`{code}` is not in the catalogue at {at}; accepted: a matter in force then")]
    NotInCatalogue {
        /// The matter.
        code: MatterCode,
        /// The instant.
        at: DateTime<Utc>,
    },
    /// The version from that instant is recorded with other content.
    #[error(
        "the version of `{code}` from {from} is recorded otherwise; accepted: the same, or a later `valid_from`"
    )]
    HistoryFixed {
        /// The matter.
        code: MatterCode,
        /// The beginning of the version.
        from: DateTime<Utc>,
    },
    /// The version would begin before a recorded one.
    #[error(
        "`valid_from` {from} of `{code}` lies before its latest version; accepted: after {latest}"
    )]
    BeforeHistory {
        /// The matter.
        code: MatterCode,
        /// What was asked.
        from: DateTime<Utc>,
        /// The latest recorded beginning.
        latest: DateTime<Utc>,
    },
    /// A version on record would change for cases accepted under it.
    #[error(
        "`{code}` is on record and would change from {from}, in the past; accepted: {now} or later"
    )]
    Backdated {
        /// The matter.
        code: MatterCode,
        /// What was asked.
        from: DateTime<Utc>,
        /// The present.
        now: DateTime<Utc>,
    },
    /// A named unit is not active.
    #[error(
        "`{field}` names `{unit}`, which is not active then; accepted: an active unit of the registry"
    )]
    UnknownUnit {
        /// Which field.
        field: &'static str,
        /// The unit.
        unit: UnitId,
    },
    /// An import has entries that are refused; nothing of it was recorded.
    #[error("{} entries of the import are refused, nothing was recorded: {}", .0.len(), list(.0, Language::En))]
    Import(Vec<ImportIssue>),
}

fn list(issues: &[ImportIssue], language: Language) -> String {
    let line =
        |issue: &ImportIssue| format!("[{}] {}", issue.entry + 1, issue.refusal.message(language));
    issues.iter().map(line).collect::<Vec<_>>().join("; ")
}

impl CatalogueRefusal {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.names().0
    }

    /// The column of the file, or the field of a form, that the refusal is about; may be empty.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.names().1
    }

    const fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotAuthorised { .. } => ("not_authorised", ""),
            Self::EmptyField { field } => ("empty_field", field),
            Self::PersonalNumber { field } => ("personal_number", field),
            Self::PeriodReversed { .. } => ("period_reversed", "valid_to"),
            Self::NoClass { .. } => ("no_class", "classes"),
            Self::LimitForOtherClass { .. } => ("limit_for_other_class", "limits"),
            Self::ProxyMismatch { .. } => ("proxy_mismatch", "proxy"),
            Self::PersonMustAppear { .. } => ("person_must_appear", "person_must_appear"),
            Self::StatutoryLimitMissing { .. } => ("statutory_limit_missing", "statutory_limit"),
            Self::FundingOwnerMissing { .. } => ("funding_owner_missing", "funding_owner"),
            Self::AlreadyAdmitted { .. } => ("already_admitted", "code"),
            Self::NotInCatalogue { .. } => ("not_in_catalogue", "code"),
            Self::HistoryFixed { .. } => ("history_fixed", "valid_from"),
            Self::BeforeHistory { .. } => ("before_history", "valid_from"),
            Self::Backdated { .. } => ("backdated", "valid_from"),
            Self::UnknownUnit { field, .. } => ("unknown_unit", field),
            Self::Import(_) => ("import_refused", ""),
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
            Self::NotAuthorised { role } => format!(
                "角色 `{role}` 无权修改事项清单；可由系统管理员（administrator）、市级统筹办（city_office）或系统（system）修改"
            ),
            Self::EmptyField { field } => format!("`{field}` 为空；至少应有一个非空白字符"),
            Self::PersonalNumber { field } => {
                format!("`{field}` 含个人电话或身份证号；应填不含此类号码的文字")
            }
            Self::PeriodReversed { from, to } => {
                format!("`valid_to` {to} 不晚于 `valid_from` {from}；应填更晚的时间，或留空")
            }
            Self::NoClass { code } => format!("`{code}` 的 `classes` 为空；应至少有一类事件"),
            Self::LimitForOtherClass { code, class } => {
                format!("`{code}` 的 `limits` 含未获准的类别 `{class}`；只应为获准类别设时限")
            }
            Self::ProxyMismatch { code } => {
                format!("`{code}` 的 `proxy` 与 `classes` 不符；准予代办件时且仅此时应设 `proxy`")
            }
            Self::PersonMustAppear { code } => {
                format!("`{code}` 须本人到场，不得代办；二者只可取其一")
            }
            Self::StatutoryLimitMissing { code } => {
                format!("`{code}` 的 `statutory_limit` 为空；代办事项应填窗口法定时限")
            }
            Self::FundingOwnerMissing { code } => format!(
                "`{code}` 的 `funding_owner` 为空；应填落实经费、培训和业务指导的单位（权随事转、人随事转、钱随事转）"
            ),
            Self::AlreadyAdmitted { code } => {
                format!("`{code}` 已在清单中；应自更晚的时间起修订")
            }
            Self::NotInCatalogue { code, at } => {
                format!("`{code}` 在 {at} 不在清单中；应为当时有效的事项")
            }
            Self::HistoryFixed { code, from } => {
                format!(
                    "`{code}` 自 {from} 起的版本已按其他内容登记；应与登记一致，或用更晚的 `valid_from`"
                )
            }
            Self::BeforeHistory { code, from, latest } => {
                format!("`{code}` 的 `valid_from` {from} 早于最近版本；应晚于 {latest}")
            }
            Self::Backdated { code, from, now } => {
                format!("`{code}` 已在册，不得追溯至 {from} 变更；生效时间应不早于 {now}")
            }
            Self::UnknownUnit { field, unit } => {
                format!("`{field}` 所指 `{unit}` 当时并非有效；应为登记册中有效的单位")
            }
            Self::Import(issues) => format!(
                "导入有 {} 条被拒，未写入任何内容：{}",
                issues.len(),
                list(issues, Language::ZhCn)
            ),
        }
    }
}
