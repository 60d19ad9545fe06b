//! What a policy may not say. `check` finds every hole in the rules before they are published: a duty
//! without a clock, a stage that nobody can leave, a path on which someone signs their own work.
//!
//! One file a family of rules: `presence` (is everything there), `duty` (has every duty its
//! clock), `chain` (may anyone sign, and never the handler), `number` (caps, percents, orders), `opinion`
//! (the forms of mutual evaluation), `satisfaction` (callbacks and weights), `score` (weights), `exit`
//! (can every case end), `appraisal` (are raters protected). Refuses to repair: it names the place, the
//! rule and what is accepted.

mod appraisal;
mod chain;
pub(crate) mod duty;
mod exit;
mod number;
mod opinion;
mod presence;
mod satisfaction;
mod score;
#[cfg(test)]
mod tests;

pub(crate) use chain::{of_rank, signers};

use super::Policy;
use super::parse::{PolicyProblem, line_of_field};
use crate::case::refusal::said;
use crate::case::stage::Stage;
use crate::case::steps::STEPS;
use crate::class::CaseClass;
use crate::text::{Language, named};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy cannot be published.
    Error,
    /// It can be published; somebody should look.
    Warning,
}

named! {
    /// The rules that a policy is checked by.
    CheckRule {
        /// A class has no row.
        ClassMissing = "class_missing", "每一类案件都须有规则", "every class has a row";
        /// A kind of whistle has no row.
        WhistleMissing = "whistle_missing", "每一种哨都须有规则", "every kind of whistle has a row";
        /// A label is empty.
        LabelMissing = "label_missing", "名称须有中文和英文", "names are given in both languages";
        /// A table of reasons is empty.
        ReasonsMissing = "reasons_missing", "要求理由的操作须有理由表", "a command that asks for a reason has a table of reasons";
        /// A row names a reason that no table has.
        ReasonUnknown = "reason_unknown", "理由代码须在理由表中", "reason codes stand in the table of reasons";
        /// Parts that need each other.
        Incomplete = "incomplete", "相互依存的规则须一并给出", "rules that need each other are given together";
        /// Nothing to respond with.
        EvidenceEmpty = "evidence_empty", "反馈证据不得为空", "a response has at least one evidence set, none of them empty";
        /// A duty has no clock.
        DutyWithoutClock = "duty_without_clock", "每项职责都须有时限", "every duty has its clock";
        /// Nobody signs.
        ChainEmpty = "chain_empty", "销号链不得为空", "the sign-off chain has at least one step";
        /// A step code stands twice, or is empty.
        StepCode = "step_code", "销号环节代码须唯一且不为空", "step codes are unique in their chain and not empty";
        /// The handler may sign.
        SelfSignOff = "self_sign_off", "办理人不得为自己销号", "no step of the chain is left to the handler";
        /// The handler may verify.
        SelfVerification = "self_verification", "办理人不得自行核查", "verification is never left to the handler";
        /// No role that is named may give the command.
        NobodyMay = "nobody_may", "所列角色须有权执行该操作", "the roles named may give the command by the step table";
        /// Somebody of low standing may act from anywhere.
        AboveRank = "above_rank", "可越区办理的角色须为街道级及以上", "roles that act from anywhere stand at street rank or above";
        /// A share is out of range.
        PercentRange = "percent_range", "百分比须在允许范围内", "percents stay in their range";
        /// Weights do not make a whole.
        WeightSum = "weight_sum", "权重之和须为一百", "weights make a hundred";
        /// A limit is above its own cap.
        LimitAboveCap = "limit_above_cap", "时限不得超过上限", "a limit is not above its cap";
        /// A limit is above the law.
        LimitAboveLaw = "limit_above_law", "时限不得超过法定上限", "a limit is not above the law";
        /// A limit that a law caps stands without its law.
        LegalMissing = "legal_missing", "受法律约束的时限须写明法定上限", "a limit that a law caps names the law";
        /// Lights, reminders and cards are out of order.
        LadderOrder = "ladder_order", "督办阶梯须依次递进", "reminders, yellow and red cards follow each other";
        /// Sampling and closing by itself contradict each other.
        SampleContradiction = "sample_contradiction", "抽查与自动销号不得矛盾", "what closes by itself is sampled, unverified and signed once";
        /// The appraisal asks for what nobody can fill, or protects nobody.
        AppraisalUnsound = "appraisal_unsound", "评议表须可由人填写、权重合计 100，且受保护的人数不低于 5", "an appraisal is filled by people, weighs 100 in all and protects five raters or more";
        /// A form asks nothing, or one thing twice.
        FormItems = "form_items", "评价表须有版本和待评项，各项代码唯一", "a form has a version and asks something, each item by a code of its own";
        /// The weights of a form do not add up.
        FormWeights = "form_weights", "评价表各项须有权重，合计 100", "every item of a form has a weight, and the weights add up to 100";
        /// An item is computed that no rule computes.
        FormComputed = "form_computed", "只有系统能计算的项可设为不问", "only what a rule computes is not asked";
        /// A flag that would be raised by nothing.
        FlagCount = "flag_count", "提示的份数不得过少", "a flag asks for forms enough";
        /// The stars of speed are out of order.
        SpeedOrder = "speed_order", "响应速度的档次须依次递增", "the steps of response speed follow each other";
        /// Weights, parts or tiers of the composite score do not hold together.
        ScoreWeights = "score_weights", "综合得分的权重、指标和分档须自洽", "weights, parts and tiers of the score hold together";
        /// A stage has no way to the end.
        StageWithoutExit = "stage_without_exit", "每个阶段都须有人能推进至销号", "every stage has somebody who can bring it to sign-off";
    }
}

/// Where in the policy something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Place {
    /// The class, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<CaseClass>,
    /// The stage (or sub-stage of the mandate) by its code, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The field, as its path in the file.
    pub field: String,
    /// The line in the file, from 1, when the file is at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// One hole in a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// The rule that is broken.
    pub rule: CheckRule,
    /// What stands there: codes and numbers.
    pub given: String,
    /// What would be accepted: codes and numbers.
    pub accepted: String,
}

impl Finding {
    fn error(
        rule: CheckRule,
        field: impl Into<String>,
        given: impl ToString,
        accepted: impl ToString,
    ) -> Self {
        let place = Place {
            field: field.into(),
            ..Place::default()
        };
        Self {
            severity: Severity::Error,
            place,
            rule,
            given: given.to_string(),
            accepted: accepted.to_string(),
        }
    }

    fn warning(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    /// A finding about a field of a class's row.
    fn of(
        class: CaseClass,
        rule: CheckRule,
        field: &str,
        given: impl ToString,
        accepted: impl ToString,
    ) -> Self {
        let path = if field.is_empty() {
            format!("class.{class}")
        } else {
            format!("class.{class}.{field}")
        };
        let mut finding = Self::error(rule, path, given, accepted);
        finding.place.class = Some(class);
        finding
    }

    fn at_stage(mut self, stage: &str) -> Self {
        self.place.stage = Some(stage.to_owned());
        self
    }

    /// One line for people.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let rule = self.rule.label();
        let Place { field, line, .. } = &self.place;
        let at = line.map_or_else(String::new, |line| match language {
            Language::ZhCn => format!("第 {line} 行 "),
            Language::En => format!("line {line}: "),
        });
        let stage = self.place.stage.as_deref().and_then(Stage::from_code);
        let stage = stage.map_or_else(String::new, |stage| {
            format!(" ({})", stage.label().get(language))
        });
        let none = BTreeMap::new();
        let given = said(&self.given, &none, language);
        let accepted = said(&self.accepted, &none, language);
        match language {
            Language::ZhCn => format!(
                "{at}`{field}`{stage}：{}；现为：{given}；应为：{accepted}",
                rule.zh
            ),
            Language::En => format!(
                "{at}`{field}`{stage}: {}; given: {given}; accepted: {accepted}",
                rule.en
            ),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

/// Every hole in a policy; none, if it may be published. Errors first, then in the order of the file
/// families above. Lines are filled in by [`check_text`].
#[must_use]
pub fn check(policy: &Policy) -> Vec<Finding> {
    let mut found = presence::findings(policy);
    found.extend(duty::findings(policy));
    found.extend(chain::findings(policy));
    found.extend(number::findings(policy));
    found.extend(opinion::findings(policy));
    found.extend(satisfaction::findings(policy));
    found.extend(score::findings(policy));
    found.extend(exit::findings(policy, STEPS));
    found.extend(appraisal::findings(policy));
    found.sort_by_key(|finding| finding.severity);
    found
}

/// Reads a policy file and checks it, with lines.
///
/// # Errors
/// [`PolicyProblem`] when the file cannot be read at all.
pub fn check_text(text: &str) -> Result<(Policy, Vec<Finding>), PolicyProblem> {
    let policy = Policy::parse(text)?;
    let mut found = check(&policy);
    for finding in &mut found {
        finding.place.line = line_of_field(text, &finding.place.field);
    }
    Ok((policy, found))
}

/// Codes in a row, for `given` and `accepted`.
fn codes<T: fmt::Display>(all: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = all.into_iter().map(|one| one.to_string()).collect();
    words.join(", ")
}
