//! What was given and what would be accepted, as people read it: codes of closed sets by their
//! names, instants in local time, phrases of the rules from the table here. Codes of the city's own
//! data (units, people, reasons) stand as they are: whoever asks must type them so.

use super::RefusalCode as Code;
use crate::actor::{Rank, Role};
use crate::case::command::CommandName;
use crate::case::stage::{Card, ClockKind, LegStage, MandateStage, Stage};
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind;
use crate::policy::words;
use crate::text::{Language, Text};
use chrono::{DateTime, FixedOffset};

/// UTC+8 in seconds.
const CHINA: i32 = 8 * 3_600;

/// The words of one side of a refusal; a dash where there is nothing to say.
pub(super) fn told(code: Code, text: &str, language: Language) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    if let Some(words) = phrase(text, language) {
        return words.to_owned();
    }
    let comma = match language {
        Language::ZhCn => "、",
        Language::En => ", ",
    };
    let parts = text.split(", ").map(|part| {
        phrase(part, language).map_or_else(|| named(code, part, language), str::to_owned)
    });
    parts.collect::<Vec<_>>().join(comma)
}

/// The words of a text with each word that is a code replaced by its name.
fn named(code: Code, text: &str, language: Language) -> String {
    if let Ok(at) = DateTime::parse_from_rfc3339(text)
        && let Some(china) = FixedOffset::east_opt(CHINA)
    {
        return at
            .with_timezone(&china)
            .format("%Y-%m-%d %H:%M")
            .to_string();
    }
    if let Some(text) = counted(text, language) {
        return text;
    }
    let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_code) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_code(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        out.push_str(before);
        match label(code, word) {
            Some(label) => out.push_str(label.get(language)),
            None => out.push_str(word),
        }
        rest = after;
    }
    out + rest
}

/// A place in a row of requests, or how many there may be.
fn counted(text: &str, language: Language) -> Option<String> {
    if language == Language::En {
        return None;
    }
    let nth = text.strip_prefix("no. ").map(|n| format!("第 {n} 次"));
    nth.or_else(|| Some(format!("共 {} 次", text.strip_suffix(" in all")?)))
}

/// The name of a code, in the sets that this refusal speaks of.
fn label(code: Code, word: &str) -> Option<Text> {
    match code {
        Code::WrongStage | Code::CaseEnded => Stage::from_code(word).map(|one| one.label()),
        Code::LegStageWrong => LegStage::from_code(word).map(|one| one.label()),
        Code::MandateStageWrong => MandateStage::from_code(word).map(|one| one.label()),
        Code::CommandNotAllowedForClass
        | Code::ClassNotAllowed
        | Code::SameClass
        | Code::NotProposed => CaseClass::from_code(word).map(words::class),
        Code::EvidenceMissing => EvidenceKind::from_code(word).map(|one| one.label()),
        Code::RankTooLow | Code::ChairRank | Code::AdjournLimit | Code::InsufficientAuthority => {
            let rank = Rank::ALL.into_iter().find(|rank| rank.code() == word);
            rank.map(words::rank)
        }
        Code::NoCard | Code::ReasonRequired => Card::from_code(word).map(|one| one.label()),
        Code::NotYourStep | Code::PersonInactive | Code::SelfVerification | Code::AfterDue => {
            Role::from_code(word).map(Role::label)
        }
        Code::SignOffOutOfOrder | Code::SelfSignOff => Role::from_code(word)
            .map(Role::label)
            .or_else(|| words::sign_off_step(word)),
        Code::FieldMissing => ClockKind::from_code(word).map(|one| one.label()),
        _ => None,
    }
    .or_else(|| CommandName::from_code(word).map(words::command))
}

fn phrase(text: &str, language: Language) -> Option<&'static str> {
    let (en, zh) = PHRASES.iter().find(|(en, _)| *en == text)?;
    Some(match language {
        Language::ZhCn => zh,
        Language::En => en,
    })
}

/// Every phrase that a rule gives as what it accepts. A test of every refusal finds one that lacks.
const PHRASES: &[(&str, &str)] = &[
    ("64 hexadecimal digits", "64 位十六进制数字"),
    ("a SHA-256 or a document number", "SHA-256 值或文号"),
    (
        "a SHA-256 or a document number each",
        "每项均为 SHA-256 值或文号",
    ),
    (
        "a calendar that settles a provisional due time",
        "能确定暂定期限的日历",
    ),
    ("a case that registered a precedent", "已登记先例的案件"),
    ("a case that was not merged before", "尚未并入的案件"),
    (
        "a class with route `coordination` and its rules",
        "办理路径为 coordination 且有协调规则的类别",
    ),
    ("a class with route `direct`", "办理路径为 direct 的类别"),
    ("a co-handler's leg", "协办单位的任务"),
    ("a grid that is active now", "现行有效的网格"),
    ("a live leg", "尚在办理的任务"),
    (
        "a matter in force: gridwhistle catalogue show",
        "现行事项,见 gridwhistle catalogue show",
    ),
    ("a new id", "新编号"),
    ("a person in office", "在岗人员"),
    ("a person who may approve a hold", "有权批准挂账的人员"),
    ("a policy with all five classes", "含全部五类的规则"),
    ("a policy with every kind of whistle", "含每一种哨的规则"),
    ("a pseudonym", "个人代号"),
    ("a reason in words", "用文字说明的理由"),
    (
        "a unit registered for this matter",
        "登记为服务本事项的单位",
    ),
    ("a unit that is active now", "现行有效的单位"),
    ("an approver of another unit", "其他单位的审批人"),
    (
        "an approver of another unit than the lead",
        "主办以外单位的审批人",
    ),
    ("an item of the mandate", "委托范围内的事项"),
    ("an objection in the meeting: convene", "在协调会上提出异议"),
    ("an open case", "在办案件"),
    ("another case", "另一案件"),
    ("another class", "其他类别"),
    ("another open case", "另一在办案件"),
    ("another percent", "其他百分比"),
    ("another person", "另一人"),
    ("another person of the street office", "街道的另一人"),
    ("another rule", "其他规则"),
    ("at least one unit", "至少一个单位"),
    ("at least one, none blank", "至少一项,且不得空白"),
    ("before the due time", "到期之前"),
    ("contact-resident before the response", "反馈前先联系当事人"),
    ("disclose implementation", "公开实施情况"),
    ("disclose resolution", "公开决议"),
    ("dispatch emergency", "应急派单"),
    (
        "how it goes, without personal data",
        "进展情况,不含个人信息",
    ),
    ("identity_check: how it was done", "identity_check:核验方式"),
    (
        "prework: at least one piece of evidence",
        "prework:至少一项证据",
    ),
    ("principal_told", "已告知委托人"),
    ("raise-card yellow, emergency", "先亮黄牌,或为紧急情形"),
    ("rank street or above", "街道级及以上"),
    ("record-callback confirmed", "回访确认"),
    ("report a new case", "另行上报"),
    (
        "returns, no_lead, reworks, red_card, or a word",
        "returns、no_lead、reworks、red_card 之一,或自拟缘由",
    ),
    (
        "returns, no_lead, reworks, red_card: none holds",
        "多次退单、无人主办、多次返工、红牌之一,现均不成立",
    ),
    ("sign-off by a person", "由人销号"),
    ("someone of another unit", "其他单位的人员"),
    ("someone who did not handle the case", "未经办本案的人员"),
    ("the co-handlers", "协办"),
    ("the four reply elements", "答复四要素"),
    ("the ground in words", "用文字说明的事由"),
    ("the id of the same source", "同一来源的编号"),
    ("the lead", "主办"),
    ("the lead and the co-handlers", "主办与协办"),
    ("the number of the unit's leg", "本单位任务的编号"),
    ("the number of the written notice", "书面通知的编号"),
    ("the other disclosure", "另一项公开"),
    ("the reporter", "上报人"),
    (
        "the result document's number or hash",
        "结果文书的编号或哈希",
    ),
    ("the units that must come", "须到会的单位"),
    ("the window's receipt number", "窗口的受理回执号"),
    ("the window's written reason", "窗口的书面理由"),
    ("three returns, or convene", "三次退单,或召集协调"),
    ("what is asked for", "催办内容"),
    ("what is to be decided", "待决议题"),
    ("what the citizen is told", "告知当事人的内容"),
    ("what the resident is told", "告知居民的内容"),
    ("what the unit owes", "单位应交付的内容"),
    ("what was done", "办理情况"),
    ("what was found", "复核所见"),
    ("when the rule applies, in words", "规则适用的情形"),
    ("where it was made public", "公开的地方"),
    ("where they came", "报到地点"),
    ("why, without personal data", "缘由,不含个人信息"),
];
