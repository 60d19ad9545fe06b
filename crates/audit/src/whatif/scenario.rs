//! The other law: a policy, a calendar, or both.

use chrono::{DateTime, Utc};
use gridwhistle_domain::calendar::{CalendarPublication, CalendarRefused};
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::check::{Finding, Severity, check_text};
use gridwhistle_domain::policy::parse::PolicyProblem;
use gridwhistle_domain::text::Language;

/// What is to be tried.
#[derive(Clone, Debug, Default)]
pub struct Scenario {
    /// The file of a policy: it judges every case that is accepted in the window.
    pub policy: Option<String>,
    /// A calendar that is known from the beginning of the window on.
    pub calendar: Option<CalendarPublication>,
}

/// Why a scenario is none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioProblem {
    /// Neither a policy nor a calendar.
    #[error("nothing to try; accepted: another policy, another calendar, or both")]
    Nothing,
    /// The policy cannot be read. Handling: correct the line that is named.
    #[error("the policy cannot be read: {0}")]
    Policy(PolicyProblem),
    /// The policy could not be published. Handling: correct each finding.
    #[error("the policy has holes: {}", told(.0, Language::En))]
    Holes(Vec<Finding>),
    /// The calendar could not be published.
    #[error("the calendar is refused: {0}")]
    Calendar(CalendarRefused),
}

fn told(findings: &[Finding], language: Language) -> String {
    let told = findings.iter().map(|finding| finding.message(language));
    told.collect::<Vec<_>>().join("; ")
}

impl ScenarioProblem {
    /// The code for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing_to_try",
            Self::Policy(_) => "policy_unreadable",
            Self::Holes(_) => "policy_has_holes",
            Self::Calendar(_) => "calendar_refused",
        }
    }

    /// What is wrong and what is accepted.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::Nothing => "没有可推演的内容；应给出另一规则、另一日历，或两者".to_owned(),
            Self::Policy(problem) => format!("规则文件无法读取：{problem}"),
            Self::Holes(findings) => {
                format!("规则有缺漏：{}", told(findings, language))
            }
            Self::Calendar(refused) => format!("日历不予采用：{refused}"),
        }
    }
}

impl Scenario {
    /// The other policy as it stands from an instant on, with its file: it takes effect then, and takes
    /// another label where its own is taken.
    pub(super) fn policy_from(
        &self,
        from: DateTime<Utc>,
        taken: impl Fn(&str) -> bool,
    ) -> Result<Option<(Policy, String)>, ScenarioProblem> {
        let Some(text) = &self.policy else {
            return if self.calendar.is_some() {
                Ok(None)
            } else {
                Err(ScenarioProblem::Nothing)
            };
        };
        let (policy, findings) = check_text(text).map_err(ScenarioProblem::Policy)?;
        let holes = |finding: &Finding| finding.severity == Severity::Error;
        let holes: Vec<Finding> = findings.into_iter().filter(holes).collect();
        if !holes.is_empty() {
            return Err(ScenarioProblem::Holes(holes));
        }
        let mut label = policy.version.to_string();
        while taken(&label) {
            label.push_str(".what-if");
        }
        let text = with(text, "version", &label);
        let text = with(&text, "effective_from", &from.to_rfc3339());
        let policy = Policy::parse(&text).map_err(ScenarioProblem::Policy)?;
        Ok(Some((policy, text)))
    }
}

/// A file with another text in a field at its head.
fn with(file: &str, field: &str, value: &str) -> String {
    let mut head = true;
    let lines = file.lines().map(|line| {
        head &= !line.trim_start().starts_with('[');
        let named = line
            .split('=')
            .next()
            .is_some_and(|name| name.trim() == field);
        if head && named {
            format!("{field} = \"{value}\"")
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
