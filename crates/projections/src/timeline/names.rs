//! Names of small things in both languages.

use gridwhistle_domain::case::anomaly::Anomaly;
use gridwhistle_domain::case::ladder::LadderRule;
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::policy::rows::WhistleKind;
use gridwhistle_domain::text::Text;

/// A code, number or sum that reads alike in both languages.
pub(super) fn same(value: impl ToString) -> Text {
    let value = value.to_string();
    Text::new(value.clone(), value)
}

/// A rule that signed a card or an urge, in words and by code; a leader signs by none.
pub(super) fn card_rule(code: &str) -> Text {
    match LadderRule::from_code(code) {
        Some(rule) => {
            let label = rule.label();
            Text::new(
                format!("{} {code}", label.zh),
                format!("{} {code}", label.en),
            )
        }
        None if code == "leader" => Text::new("领导签发", "by a leader"),
        None => same(code),
    }
}

/// The default labels; a city's own stand in its policy.
pub(super) fn class_name(class: CaseClass) -> Text {
    match class {
        CaseClass::OnTheSpot => Text::new("即办件", "on-the-spot"),
        CaseClass::TimeLimited => Text::new("限时件", "time-limited"),
        CaseClass::Special => Text::new("特办件", "special"),
        CaseClass::Undertaken => Text::new("承办件", "undertaken"),
        CaseClass::Proxy => Text::new("代办件", "proxy"),
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
        format!(",标记异常:{}", zh.join("、")),
        format!(", flagged: {}", en.join(", ")),
    )
}
