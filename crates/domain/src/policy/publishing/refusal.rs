//! Why publishing rules is refused.

use crate::actor::Role;
use crate::ids::PolicyVersion;
use crate::policy::check::{Finding, Severity};
use crate::policy::parse::PolicyProblem;
use crate::text::{Language, reader_in_chinese};
use chrono::{DateTime, Utc};

/// Why a version is refused, in the order in which the rules are asked. Nothing was recorded.
///
/// Handling: correct the file and publish again; nothing here heals by waiting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// The role may not publish rules.
    #[error("role `{role}` may not publish rules; accepted: administrator, city_office, system")]
    NotAuthorised {
        /// The role that asked.
        role: Role,
    },
    /// The file cannot be read.
    #[error("the policy file cannot be read: {0}")]
    Unreadable(PolicyProblem),
    /// The label has other signs than labels have.
    #[error(
        "`version`: `{version}` is no version label; accepted: 1 to 64 letters a-z, digits, `-`, \
         `.`, `_`, e.g. `fuzhou-2026.2`"
    )]
    VersionLabel {
        /// The label.
        version: PolicyVersion,
    },
    /// A version never changes once published.
    #[error("`version`: `{version}` is published already; accepted: a label not used yet")]
    VersionExists {
        /// The label.
        version: PolicyVersion,
    },
    /// Rules do not reach back over cases that were accepted under others.
    #[error(
        "`effective_from`: {effective_from} is past; accepted: {now} or later (the first version \
         of a tenant may reach back)"
    )]
    EffectiveInPast {
        /// What the file says.
        effective_from: DateTime<Utc>,
        /// When it was asked.
        now: DateTime<Utc>,
    },
    /// The rules have holes.
    #[error("the policy has holes: {}", in_words(findings, Language::En))]
    Holes {
        /// Every finding, also the warnings.
        findings: Vec<Finding>,
    },
}

fn in_words(findings: &[Finding], language: Language) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let words: Vec<String> = errors.map(|finding| finding.message(language)).collect();
    words.join("; ")
}

impl PolicyRefusal {
    /// The code for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised { .. } => "not_authorised",
            Self::Unreadable(_) => "policy_unreadable",
            Self::VersionLabel { .. } => "version_label",
            Self::VersionExists { .. } => "version_exists",
            Self::EffectiveInPast { .. } => "effective_in_past",
            Self::Holes { .. } => "policy_holes",
        }
    }

    /// The words in the asked language.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::NotAuthorised { role } => {
                format!(
                    "角色 {}（{role}）无权发布规则；应为：系统管理员（administrator）、市级统筹办（city_office）、系统（system）",
                    role.label().zh
                )
            }
            Self::Unreadable(PolicyProblem {
                line,
                field,
                rule,
                accepted,
            }) => format!(
                "规则文件无法读取：第 {line} 行 `{field}`：{}；应为：{}",
                reader_in_chinese(rule),
                reader_in_chinese(accepted)
            ),
            Self::VersionLabel { version } => format!(
                "`version`：{version} 不是有效的版本号；应为 1 至 64 个小写字母、数字、`-`、`.`、`_`"
            ),
            Self::VersionExists { version } => {
                format!("`version`：版本 {version} 已发布；应使用未用过的版本号")
            }
            Self::EffectiveInPast {
                effective_from,
                now,
            } => format!(
                "`effective_from`：{effective_from} 已过；应不早于 {now}（首个版本可以追溯）"
            ),
            Self::Holes { findings } => {
                format!("规则有漏洞：{}", in_words(findings, Language::ZhCn))
            }
        }
    }
}
