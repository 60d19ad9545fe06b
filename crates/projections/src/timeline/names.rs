//! Names of small things in both languages.

use gridwhistle_domain::case::anomaly::Anomaly;
use gridwhistle_domain::case::ladder::LadderRule;
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::policy::rows::WhistleKind;
use gridwhistle_domain::text::Text;

/// A code, number or sum that reads alike in both languages.
pub(super) fn same(value: impl ToString) -> Text {
    let value = value.to_string();
    Text::new(value.clone(), value)
}

/// Minutes that a clock used, in Chinese by the hour.
pub(super) fn spent(minutes: i64) -> Text {
    let zh = match minutes {
        0..60 => format!("{minutes} 分钟"),
        _ => format!("{}时{:02}分", minutes / 60, minutes % 60),
    };
    Text::new(zh, format!("{minutes} minutes"))
}

/// A rule that signed a card or an urge; a leader signs by none.
pub(super) fn card_rule(code: &str) -> Text {
    match LadderRule::from_code(code) {
        Some(rule) => rule.label(),
        None if code == "leader" => Text::new("领导签发", "by a leader"),
        None => same(code),
    }
}

/// Why a meeting is proposed: a cause of the rules, or the words of whoever proposes it.
pub(super) fn coordination_cause(cause: &str) -> Text {
    match cause {
        "returns" => Text::new("多次退单", "repeated returns"),
        "no_lead" => Text::new("无单位主办", "no unit leads"),
        "reworks" => Text::new("返工次数用尽", "reworks used up"),
        "red_card" => Text::new("红牌", "a red card"),
        other => same(other),
    }
}

pub(super) fn reopen_ground(code: &str) -> Text {
    match code {
        "dispute_upheld" => Text::new("异议成立", "the dispute was upheld"),
        "same_problem" => Text::new("同一问题再次发生", "the same problem again"),
        other => same(other),
    }
}

pub(super) fn whistle_name(kind: WhistleKind) -> Text {
    match kind {
        WhistleKind::Routine => Text::new("工作推进哨", "routine"),
        WhistleKind::Hard => Text::new("攻坚克难哨", "hard"),
        WhistleKind::Emergency => Text::new("应急哨", "emergency"),
    }
}

pub(super) fn part_name(part: Part) -> Text {
    match part {
        Part::Lead => Text::new("主办", "lead"),
        Part::CoHandler => Text::new("协办", "co-handler"),
        Part::Optional => Text::new("配合", "optional"),
    }
}

/// What an imported case was flagged with; nothing where nothing was odd.
pub(super) fn flagged(codes: &[String]) -> Text {
    if codes.is_empty() {
        return Text::new("", "");
    }
    let names: Vec<Text> = codes.iter().map(|code| Anomaly::name_of(code)).collect();
    let zh: Vec<&str> = names.iter().map(|name| name.zh.as_str()).collect();
    let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
    Text::new(
        format!("，标记异常：{}", zh.join("、")),
        format!(", flagged: {}", en.join(", ")),
    )
}
