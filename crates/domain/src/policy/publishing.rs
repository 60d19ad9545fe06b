//! Publishing rules as events: one stream per tenant, from which the [`PolicyBook`] is folded.
//!
//! A version is checked before it is published and never changed afterwards. It takes effect from an
//! instant that is not past; only the first version of a tenant may reach back, for cases that are
//! imported at installation. Refuses: taking a version away.

use super::Policy;
use super::book::PolicyBook;
use super::check::{Finding, Severity, check_text};
use super::parse::PolicyProblem;
use crate::actor::{Actor, Role};
use crate::ids::PolicyVersion;
use crate::text::Language;
use chrono::{DateTime, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// One event of the stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyEvent {
    /// When it was published.
    pub at: DateTime<Utc>,
    /// Who published it.
    pub by: Actor,
    /// What happened.
    pub fact: PolicyFact,
}

/// The facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PolicyFact {
    /// A version of the rules was published.
    PolicyPublished {
        /// The whole file, as it was given.
        text: String,
        /// Its version label.
        version: PolicyVersion,
        /// From when newly accepted cases are judged by it.
        effective_from: DateTime<Utc>,
    },
}

impl PolicyFact {
    /// The variant's name: the type of the event in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PolicyPublished { .. } => "PolicyPublished",
        }
    }
}

impl DomainEvent for PolicyEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", deny_unknown_fields)]
pub enum PolicyCommand {
    /// Publish a version of the rules.
    #[serde(rename = "publish-policy")]
    Publish {
        /// The whole file.
        text: String,
    },
}

/// A command, when it is asked, and by whom.
#[derive(Clone, Debug)]
pub struct PolicyOrder {
    /// What is asked.
    pub command: PolicyCommand,
    /// When.
    pub now: DateTime<Utc>,
    /// By whom.
    pub actor: Actor,
}

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
                format!("角色 {role} 无权发布规则;应为:administrator, city_office, system")
            }
            Self::Unreadable(PolicyProblem {
                line,
                field,
                rule,
                accepted,
            }) => format!("规则文件无法读取:第 {line} 行 `{field}`:{rule};应为:{accepted}"),
            Self::VersionLabel { version } => format!(
                "`version`:{version} 不是有效的版本号;应为 1 至 64 个小写字母、数字、`-`、`.`、`_`"
            ),
            Self::VersionExists { version } => {
                format!("`version`:版本 {version} 已发布;应使用未用过的版本号")
            }
            Self::EffectiveInPast {
                effective_from,
                now,
            } => format!("`effective_from`:{effective_from} 已过;应不早于 {now}(首个版本可以追溯)"),
            Self::Holes { findings } => {
                format!("规则有漏洞:{}", in_words(findings, Language::ZhCn))
            }
        }
    }
}

/// All versions that a tenant has published, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Kept>", into = "Vec<Kept>")]
pub struct PublishedPolicies {
    kept: Vec<Kept>,
    book: PolicyBook,
    unreadable: Vec<PolicyVersion>,
}

/// One publication as it is kept in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    at: DateTime<Utc>,
    version: PolicyVersion,
    text: String,
}

impl From<Vec<Kept>> for PublishedPolicies {
    fn from(kept: Vec<Kept>) -> Self {
        let mut all = Self::default();
        for one in kept {
            all.keep(one);
        }
        all
    }
}

impl From<PublishedPolicies> for Vec<Kept> {
    fn from(all: PublishedPolicies) -> Self {
        all.kept
    }
}

impl PublishedPolicies {
    /// Every version, for decisions about cases.
    #[must_use]
    pub const fn book(&self) -> &PolicyBook {
        &self.book
    }

    /// The file of a version, as it was published.
    #[must_use]
    pub fn text(&self, version: &PolicyVersion) -> Option<&str> {
        let mut kept = self.kept.iter();
        let found = kept.find(|kept| kept.version == *version)?;
        Some(&found.text)
    }

    /// Versions whose text this release cannot read; cases that pin one are refused, never misjudged.
    #[must_use]
    pub fn unreadable(&self) -> &[PolicyVersion] {
        &self.unreadable
    }

    /// Decides a command at `now`, asked by `actor`.
    ///
    /// # Errors
    /// [`PolicyRefusal`], with nothing recorded.
    pub fn decide(
        &self,
        command: &PolicyCommand,
        now: DateTime<Utc>,
        actor: &Actor,
    ) -> Result<Vec<PolicyEvent>, PolicyRefusal> {
        if !matches!(
            actor.role,
            Role::Administrator | Role::CityOffice | Role::System
        ) {
            return Err(PolicyRefusal::NotAuthorised { role: actor.role });
        }
        let PolicyCommand::Publish { text } = command;
        let (policy, findings) = check_text(text).map_err(PolicyRefusal::Unreadable)?;
        let Policy {
            version,
            effective_from,
            ..
        } = policy;
        if !is_label(version.as_str()) {
            return Err(PolicyRefusal::VersionLabel { version });
        }
        if self.kept.iter().any(|kept| kept.version == version) {
            return Err(PolicyRefusal::VersionExists { version });
        }
        if effective_from < now && !self.kept.is_empty() {
            return Err(PolicyRefusal::EffectiveInPast {
                effective_from,
                now,
            });
        }
        let error = |finding: &Finding| finding.severity == Severity::Error;
        if findings.iter().any(error) {
            return Err(PolicyRefusal::Holes { findings });
        }
        let text = text.clone();
        Ok(vec![PolicyEvent {
            at: now,
            by: actor.clone(),
            fact: PolicyFact::PolicyPublished {
                text,
                version,
                effective_from,
            },
        }])
    }

    /// Folds one event. Total.
    pub fn evolve(&mut self, event: &PolicyEvent) {
        let PolicyFact::PolicyPublished { text, version, .. } = &event.fact;
        self.keep(Kept {
            at: event.at,
            version: version.clone(),
            text: text.clone(),
        });
    }

    fn keep(&mut self, one: Kept) {
        match Policy::parse(&one.text) {
            Ok(policy) => {
                // The first version reaches back as far as it says, see the module.
                let from = policy.effective_from.min(one.at);
                let at = if self.kept.is_empty() { from } else { one.at };
                self.book.insert(policy, at);
            }
            Err(_) => self.unreadable.push(one.version.clone()),
        }
        self.kept.push(one);
    }
}

fn is_label(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(sign)
}

impl Aggregate for PublishedPolicies {
    const TYPE: &'static str = "policy";
    type Command = PolicyOrder;
    type Event = PolicyEvent;
    type Error = PolicyRefusal;
    type Services = ();

    /// A thin adapter over [`PublishedPolicies::decide`].
    async fn handle(
        &mut self,
        order: PolicyOrder,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), PolicyRefusal> {
        for event in self.decide(&order.command, order.now, &order.actor)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: PolicyEvent) {
        self.evolve(&event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use cqrs_es::test::TestFramework;

    fn noon(day: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, day, 4, 0, 0).unwrap()
    }

    fn administrator() -> Actor {
        Actor::new("P-admin", Role::Administrator, "CITY")
    }

    fn order(text: &str, day: u32) -> PolicyOrder {
        let command = PolicyCommand::Publish {
            text: text.to_owned(),
        };
        PolicyOrder {
            command,
            now: noon(day),
            actor: administrator(),
        }
    }

    fn second(version: &str, from: &str) -> String {
        Policy::default_text()
            .replace(
                "version = \"default-2026.1\"",
                &format!("version = \"{version}\""),
            )
            .replace("2019-12-31T16:00:00Z", from)
            .replace("handle = \"10 wd\"", "handle = \"8 wd\"")
    }

    fn published(text: &str, day: u32) -> PolicyEvent {
        let policy = Policy::parse(text).unwrap();
        PolicyEvent {
            at: noon(day),
            by: administrator(),
            fact: PolicyFact::PolicyPublished {
                text: text.to_owned(),
                version: policy.version,
                effective_from: policy.effective_from,
            },
        }
    }

    fn installed() -> PublishedPolicies {
        let mut all = PublishedPolicies::default();
        all.evolve(&published(Policy::default_text(), 2));
        all
    }

    #[test]
    fn the_first_version_may_reach_back() {
        let text = Policy::default_text();
        TestFramework::<PublishedPolicies>::with(())
            .given_no_previous_events()
            .when(order(text, 2))
            .then_expect_events(vec![published(text, 2)]);
        let long_before = Utc.with_ymd_and_hms(2020, 6, 1, 0, 0, 0).unwrap();
        let all = installed();
        let policy = all.book().in_force(long_before).unwrap();
        assert_eq!(policy.version.as_str(), "default-2026.1");
        assert_eq!(all.text(&policy.version), Some(text));
    }

    #[test]
    fn a_later_version_holds_from_its_own_instant_and_the_earlier_one_stays() {
        let text = second("fuzhou-2026.2", "2026-03-20T00:00:00Z");
        let mut all = installed();
        let order = order(&text, 10);
        for event in all.decide(&order.command, order.now, &order.actor).unwrap() {
            all.evolve(&event);
        }
        let label = |day| {
            all.book()
                .in_force(noon(day))
                .map(|policy| policy.version.as_str())
        };
        assert_eq!(label(19), Some("default-2026.1"));
        assert_eq!(label(20), Some("fuzhou-2026.2"));
        let old = all.book().get(&"default-2026.1".into()).unwrap();
        assert_ne!(Some(old), all.book().in_force(noon(20)));
    }

    #[test]
    fn every_refusal_is_given_with_its_code_in_both_languages() {
        let mut stranger = order(Policy::default_text(), 3);
        stranger.actor.role = Role::Dispatcher;
        let hole =
            second("fuzhou-2026.3", "2026-04-01T00:00:00Z").replace("convene = \"5 wd\"\n", "");
        for (order, code, words) in [
            (stranger, "not_authorised", "dispatcher"),
            (order("version = 1", 3), "policy_unreadable", "version"),
            (
                order(&second("Fuzhou 2", "2026-04-01T00:00:00Z"), 3),
                "version_label",
                "Fuzhou 2",
            ),
            (
                order(Policy::default_text(), 3),
                "version_exists",
                "default-2026.1",
            ),
            (
                order(&second("fuzhou-2026.2", "2026-03-01T00:00:00Z"), 3),
                "effective_in_past",
                "2026-03-03",
            ),
            (
                order(&hole, 3),
                "policy_holes",
                "class.special.limits.convene",
            ),
        ] {
            let refused = installed()
                .decide(&order.command, order.now, &order.actor)
                .unwrap_err();
            assert_eq!(refused.code(), code);
            for language in [Language::ZhCn, Language::En] {
                assert!(refused.message(language).contains(words), "{refused}");
            }
            assert_ne!(
                refused.message(Language::ZhCn),
                refused.message(Language::En)
            );
        }
    }

    #[test]
    fn a_hole_is_refused_with_the_line_of_its_table() {
        let text =
            second("fuzhou-2026.3", "2026-04-01T00:00:00Z").replace("convene = \"5 wd\"\n", "");
        let order = order(&text, 3);
        let refused = installed().decide(&order.command, order.now, &order.actor);
        let Err(PolicyRefusal::Holes { findings }) = refused else {
            panic!("{refused:?}");
        };
        let line = findings
            .first()
            .and_then(|finding| finding.place.line)
            .unwrap();
        assert_eq!(text.lines().nth(line - 1), Some("[class.special.limits]"));
    }

    #[test]
    fn a_snapshot_holds_the_same_book() {
        let all = installed();
        let json = serde_json::to_string(&all).unwrap();
        let back: PublishedPolicies = serde_json::from_str(&json).unwrap();
        assert_eq!(back, all);
    }

    #[test]
    fn a_text_that_a_release_cannot_read_is_told_and_never_guessed() {
        let mut event = published(Policy::default_text(), 2);
        let PolicyFact::PolicyPublished { text, .. } = &mut event.fact;
        text.push_str("\n[future]\nrule = 1\n");
        let mut all = PublishedPolicies::default();
        all.evolve(&event);
        assert_eq!(all.unreadable(), ["default-2026.1".into()]);
        assert_eq!(all.book().in_force(noon(3)), None);
    }
}
