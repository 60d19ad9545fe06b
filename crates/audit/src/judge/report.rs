//! What a judgement comes to: counts, and each deviation with its place, its rule and what the rule
//! wanted.

use chrono::{DateTime, Utc};
use gridwhistle_domain::case::refusal::Refusal;
use gridwhistle_domain::ids::PolicyVersion;
use gridwhistle_domain::text::{Language, Text};
use serde::Serialize;
use std::collections::BTreeMap;

/// What came of judging a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JudgeReport {
    /// Whose log.
    pub tenant: String,
    /// Judged were the events up to this position.
    pub up_to: u64,
    /// Events that were judged against a rule.
    pub events: u64,
    /// The commands that they answered.
    pub commands: u64,
    /// Cases among the streams.
    pub cases: u64,
    /// What was not judged, or not in full, by kind: how many times.
    pub not_judged: BTreeMap<&'static str, u64>,
    /// Deviations in all.
    pub deviations: u64,
    /// Deviations by the rule that was broken.
    pub by_rule: BTreeMap<String, u64>,
    /// The first deviations by position, at most as many as were asked for.
    pub listed: Vec<Deviation>,
}

impl JudgeReport {
    /// Whether everything that could be judged was allowed.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.deviations == 0
    }
}

/// An event that the law in force then did not allow, or not so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// Where in the tenant's log.
    pub position: u64,
    /// The stream: for a case, `case/ID`.
    pub stream: String,
    /// Where in the stream.
    pub sequence: u64,
    /// The event's type.
    pub event: String,
    /// When it is said to have happened.
    pub at: DateTime<Utc>,
    /// Who is said to have done it: person, role, unit.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// The command that the facts answered, where they tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The rule: the code of the refusal, or of what does not fit.
    pub rule: String,
    /// The policy version that was asked, where one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyVersion>,
    /// What the log holds.
    pub given: String,
    /// What the rule wanted.
    pub wanted: String,
    /// The same in words.
    pub message: Text,
}

/// What does not fit about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// The case's rules say no.
    Refused(Box<Refusal>),
    /// The rules of another aggregate say no.
    Forbidden { code: &'static str, words: Text },
    /// The rule gives another value.
    Differs {
        field: String,
        given: String,
        wanted: String,
    },
    /// What is told elsewhere in the log is another thing.
    Apart {
        field: &'static str,
        given: String,
        wanted: Text,
    },
    /// The rule gives a fact that the log does not hold.
    Missing { fact: String, instead: String },
    /// The log holds a fact that no rule gives.
    Surplus { fact: String },
    /// No command gives such facts.
    NoCommand { facts: String },
    /// The envelope says something else than the event.
    Envelope {
        field: &'static str,
        given: String,
        wanted: String,
    },
    /// The event cannot be read.
    Unreadable { what: String },
    /// The stream's numbers do not follow on one another.
    Sequence { given: u64, wanted: u64 },
}

impl Finding {
    pub(super) fn differs(field: &str, given: impl ToString, wanted: impl ToString) -> Self {
        Self::Differs {
            field: field.to_owned(),
            given: given.to_string(),
            wanted: wanted.to_string(),
        }
    }

    /// The code of the rule.
    pub(super) fn rule(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code.code(),
            Self::Forbidden { code, .. } => code,
            Self::Differs { .. } | Self::Apart { .. } => "rule_gives_other",
            Self::Missing { .. } => "fact_missing",
            Self::Surplus { .. } => "fact_without_rule",
            Self::NoCommand { .. } => "no_command",
            Self::Envelope { .. } => "envelope_differs",
            Self::Unreadable { .. } => "event_unreadable",
            Self::Sequence { .. } => "sequence_gap",
        }
    }

    /// What the log holds, and what the rule wanted.
    pub(super) fn pair(&self) -> (String, String) {
        match self {
            Self::Refused(refusal) => (refusal.given.clone(), refusal.accepted.clone()),
            Self::Forbidden { words, .. } => (String::new(), words.en.clone()),
            Self::Differs {
                field,
                given,
                wanted,
            } => (format!("{field} = {given}"), format!("{field} = {wanted}")),
            Self::Apart {
                field,
                given,
                wanted,
            } => (
                format!("{field} = {given}"),
                format!("{field} = {}", wanted.en),
            ),
            Self::Missing { fact, instead } => (instead.clone(), fact.clone()),
            Self::Surplus { fact } => (fact.clone(), String::new()),
            Self::NoCommand { facts } => (facts.clone(), String::new()),
            Self::Envelope {
                field,
                given,
                wanted,
            } => (format!("{field} = {given}"), format!("{field} = {wanted}")),
            Self::Unreadable { what } => (what.clone(), String::new()),
            Self::Sequence { given, wanted } => (given.to_string(), wanted.to_string()),
        }
    }

    /// In words.
    pub(super) fn words(&self) -> Text {
        match self {
            Self::Refused(refusal) => Text::new(
                refusal.message(Language::ZhCn),
                refusal.message(Language::En),
            ),
            Self::Forbidden { words, .. } => words.clone(),
            Self::Differs {
                field,
                given,
                wanted,
            } => Text::new(
                format!("日志中 `{field}` 为 {given}；按规则应为 {wanted}"),
                format!("the log holds `{field}` = {given}; the rule gives {wanted}"),
            ),
            Self::Apart {
                field,
                given,
                wanted,
            } => Text::new(
                format!("日志中 `{field}` 为 {given}；应为{}", wanted.zh),
                format!("the log holds `{field}` = {given}; accepted: {}", wanted.en),
            ),
            Self::Missing { fact, instead } => Text::new(
                format!("按规则此处应有 {fact}；日志中为：{instead}"),
                format!("the rule gives {fact} here; the log holds: {instead}"),
            ),
            Self::Surplus { fact } => Text::new(
                format!("日志中有 {fact}；按规则此处没有"),
                format!("the log holds {fact}; no rule gives it here"),
            ),
            Self::NoCommand { facts } => Text::new(
                format!("没有任何操作会产生这些事实：{facts}"),
                format!("no command gives these facts: {facts}"),
            ),
            Self::Envelope {
                field,
                given,
                wanted,
            } => Text::new(
                format!("事件封套的 `{field}` 为 {given}；事件内容为 {wanted}"),
                format!("the envelope says `{field}` = {given}; the event says {wanted}"),
            ),
            Self::Unreadable { what } => Text::new(
                format!("事件无法读取：{what}；应为本程序或更早版本写入的格式"),
                format!(
                    "the event cannot be read: {what}; accepted: a form of this program or an older one"
                ),
            ),
            Self::Sequence { given, wanted } => Text::new(
                format!("流内序号为 {given}；应为 {wanted}"),
                format!("the sequence is {given}; the rule wants {wanted}"),
            ),
        }
    }
}

/// Counts and deviations as they come up, at most so many of them kept.
#[derive(Debug)]
pub(super) struct Tally {
    most: usize,
    pub(super) report: JudgeReport,
}

impl Tally {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            report: JudgeReport::default(),
        }
    }

    pub(super) fn not_judged(&mut self, kind: &'static str, times: u64) {
        *self.report.not_judged.entry(kind).or_default() += times;
    }

    /// A command whose events were judged.
    pub(super) fn judged(&mut self, events: usize) {
        self.report.events += events as u64;
        self.report.commands += 1;
    }

    pub(super) fn deviation(&mut self, deviation: Deviation) {
        let report = &mut self.report;
        report.deviations += 1;
        *report.by_rule.entry(deviation.rule.clone()).or_default() += 1;
        if report.listed.len() < self.most {
            report.listed.push(deviation);
        }
    }

    /// Takes in what another one has counted.
    pub(super) fn merge(&mut self, other: Self) {
        let (report, more) = (&mut self.report, other.report);
        report.events += more.events;
        report.commands += more.commands;
        report.cases += more.cases;
        report.deviations += more.deviations;
        for (kind, times) in more.not_judged {
            *report.not_judged.entry(kind).or_default() += times;
        }
        for (rule, times) in more.by_rule {
            *report.by_rule.entry(rule).or_default() += times;
        }
        report.listed.extend(more.listed);
        report.listed.sort_by_key(|one| one.position);
        report.listed.truncate(self.most);
    }
}
