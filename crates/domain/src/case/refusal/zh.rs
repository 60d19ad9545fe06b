//! What was given and what would be accepted, said in Chinese when it is read.
//!
//! A refusal keeps codes, ids, numbers and the rule's English phrase: that is what scripts compare.
//! Here codes get their labels with the code in brackets, limits and instants their Chinese form,
//! and phrases their sentence of [`super::phrases`]. Ids and a user's own words stay as they are.

use super::phrases::phrase;
use crate::actor::{Rank, Role};
use crate::calendar::Limit;
use crate::case::command::CommandName;
use crate::case::ladder::LadderRule;
use crate::case::stage::{Card, ClockKind, LegStage, MandateStage, Origin, Outcome, Stage};
use crate::policy::rows::{EvidenceKind, WhistleKind};
use crate::policy::words;
use crate::text::{Language, Text};
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;

/// Marks between parts, in the order in which a text is cut, with what stands between them in Chinese.
const MARKS: [(&str, &str); 8] = [
    (": ", "："),
    (" | ", " 或 "),
    (", ", "、"),
    (" + ", " + "),
    (" = ", " = "),
    (" @ ", " @ "),
    (" (", "（"),
    ("/", "/"),
];

/// What stands before a bound.
const BOUNDS: [(&str, &str); 6] = [
    ("> ", "晚于 "),
    ("at most ", "不超过 "),
    ("above ", "高于 "),
    ("from ", "不低于 "),
    ("roles other than ", "其他角色，不含 "),
    ("roles outside ", "其他单位的角色，不含 "),
];

/// A text of a refusal in Chinese. `labels` are the policy's and registry's own words for codes.
pub(super) fn say(text: &str, labels: &BTreeMap<String, Text>) -> String {
    part(text, &MARKS, labels)
}

fn part(text: &str, marks: &[(&str, &str)], labels: &BTreeMap<String, Text>) -> String {
    let known = phrase(text).map(str::to_owned);
    let known = known.or_else(|| one(text, labels));
    if let Some(known) = known {
        return known;
    }
    let Some(((mark, between), finer)) = marks.split_first() else {
        return text.to_owned();
    };
    // A person may be called as a code is.
    let mut signature = text.splitn(3, '/');
    if let ("/", Some(person), Some(role)) = (*mark, signature.next(), signature.next())
        && Role::from_code(role).is_some()
    {
        let office = [Some(role), signature.next()].into_iter().flatten();
        let office = office.map(|one| part(one, finer, labels));
        let told: Vec<String> = std::iter::once(person.to_owned()).chain(office).collect();
        return told.join("/");
    }
    let bracket = *mark == " (";
    let parts = text.split(mark).enumerate().map(|(no, one)| {
        match one.strip_suffix(')').filter(|_| bracket && no > 0) {
            Some(inner) => format!("{}）", part(inner, finer, labels)),
            None => part(one, finer, labels),
        }
    });
    let mut told = String::new();
    for (no, part) in parts.enumerate() {
        if no > 0 {
            go_on(&mut told, between);
        }
        told += &part;
    }
    told
}

/// Goes on after what was told. A label ends with its code in full-width brackets, which bring their
/// own space.
pub(super) fn go_on(told: &mut String, next: &str) {
    let own_space = told.ends_with('）');
    let next = next.strip_prefix(' ').filter(|_| own_space).unwrap_or(next);
    told.push_str(next);
}

/// One code, limit, instant or number of minutes.
fn one(text: &str, labels: &BTreeMap<String, Text>) -> Option<String> {
    for (before, chinese) in BOUNDS {
        if let Some(rest) = text.strip_prefix(before) {
            let rest = part(rest, &MARKS, labels);
            return Some(format!("{chinese}{rest}"));
        }
    }
    if let Some(minutes) = text.strip_suffix(" min").filter(|head| is_number(head)) {
        return Some(format!("{minutes} 分钟"));
    }
    if let Ok(limit) = text.parse::<Limit>() {
        return Some(words::limit(limit).zh);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        let china = FixedOffset::east_opt(8 * 3_600)?;
        return Some(
            at.with_timezone(&china)
                .format("%Y-%m-%d %H:%M")
                .to_string(),
        );
    }
    let own = labels
        .get(text)
        .map(|label| label.get(Language::ZhCn).to_owned());
    let label = own.or_else(|| label(text))?;
    Some(if label == text {
        label
    } else {
        format!("{label}（{text}）")
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The label of a code of the engine's own vocabularies. Where two share a code (`accept` is a
/// command and a clock), they share the word.
fn label(code: &str) -> Option<String> {
    let ranks = [
        Rank::None,
        Rank::Staff,
        Rank::Grid,
        Rank::Community,
        Rank::Street,
        Rank::District,
        Rank::City,
    ];
    let rank = || ranks.into_iter().find(|rank| rank.code() == code);
    let found = Role::from_code(code)
        .map(Role::label)
        .or_else(|| Stage::from_code(code).map(Stage::label))
        .or_else(|| LegStage::from_code(code).map(LegStage::label))
        .or_else(|| MandateStage::from_code(code).map(MandateStage::label))
        .or_else(|| CommandName::from_code(code).map(words::command))
        .or_else(|| EvidenceKind::from_code(code).map(EvidenceKind::label))
        .or_else(|| ClockKind::from_code(code).map(ClockKind::label))
        .or_else(|| Card::from_code(code).map(Card::label))
        .or_else(|| LadderRule::from_code(code).map(LadderRule::label))
        .or_else(|| Origin::from_code(code).map(Origin::label))
        .or_else(|| Outcome::from_code(code).map(Outcome::label))
        .or_else(|| WhistleKind::from_code(code).map(WhistleKind::label))
        .or_else(|| rank().map(words::rank))?;
    Some(found.zh)
}

#[cfg(test)]
mod tests {
    use super::super::{Refusal, RefusalCode};
    use super::*;

    #[test]
    fn a_person_who_is_called_like_a_code_keeps_the_name() {
        let told = |text| say(text, &BTreeMap::new());
        assert_eq!(
            told("street/street_staff/S-1"),
            "street/街道工作人员（street_staff）/S-1"
        );
        assert_eq!(told("street/urge"), "街道（部门）（street）/催办（urge）");
    }

    #[test]
    fn own_words_are_quoted_as_they_were_written() {
        let refusal = Refusal {
            code: RefusalCode::ReasonRequired,
            command: CommandName::Reject,
            policy: None,
            given: "（甲） 乙 {accepted}".to_owned(),
            accepted: "street/urge | urge".to_owned(),
            labels: BTreeMap::new(),
        };
        assert_eq!(
            refusal.message(Language::ZhCn),
            "缺少理由或理由代码无效：“（甲） 乙 {accepted}”；可用：街道（部门）（street）/催办（urge）或 催办（urge）"
        );
    }
}
