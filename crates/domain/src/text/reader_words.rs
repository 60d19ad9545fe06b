//! What the readers of TOML and JSON say about a file or a request, in Chinese: they speak English, and
//! an administrator who writes rules, calendars or mappings, or whoever fills in a form, may not.

/// Beginnings of what is said, and what stands for them; what follows is kept.
const BEGINNINGS: [(&str, &str); 15] = [
    ("extra ", "多余的 "),
    ("unknown field ", "不认识的字段 "),
    ("unknown variant ", "不认识的取值 "),
    ("missing field ", "缺少字段 "),
    ("duplicate field ", "字段重复："),
    ("duplicate key", "字段重复，应只写一次"),
    ("string values must be quoted", "文字应加引号"),
    ("key with no value", "字段没有值"),
    ("invalid type: integer ", "类型不对，实为整数 "),
    ("invalid type: string ", "类型不对，实为文字 "),
    ("invalid type: boolean ", "类型不对，实为布尔值 "),
    ("invalid type: floating point ", "类型不对，实为小数 "),
    ("invalid value: integer ", "取值不对，实为 "),
    ("invalid value: string ", "取值不对，实为 "),
    ("one of ", "其中之一："),
];

/// Whole sayings.
const SAYINGS: [(&str, &str); 21] = [
    ("nothing", "去掉它"),
    ("a string", "引号内的文字"),
    ("literal string", "引号内的文字"),
    ("a boolean", "true 或 false"),
    ("a sequence", "列表，如 [\"a\", \"b\"]"),
    ("a map", "表"),
    ("u8", "不小于 0 的整数"),
    ("u16", "不小于 0 的整数"),
    ("u32", "不小于 0 的整数"),
    ("u64", "不小于 0 的整数"),
    ("i32", "整数"),
    ("i64", "整数"),
    ("invalid type: sequence", "类型不对，实为列表"),
    ("invalid type: map", "类型不对，实为表"),
    ("invalid type: null", "类型不对，没有内容"),
    (
        "premature end of input",
        "时间不完整，应如 2026-07-20T20:00:00+08:00",
    ),
    (
        "input is out of range",
        "时间不存在，应如 2026-07-20T20:00:00+08:00",
    ),
    (
        "input contains invalid characters",
        "时间的写法不对，应如 2026-07-20T20:00:00+08:00",
    ),
    (
        "trailing input",
        "时间后有多余的字，应如 2026-07-20T20:00:00+08:00",
    ),
    (
        "a quoted date that exists, YYYY-MM-DD",
        "加引号且存在的日期，如 \"2026-07-20\"",
    ),
    (
        "gridwhistle policy show --built-in",
        "参照 gridwhistle policy show --built-in",
    ),
];

/// Endings of what is said after a quoted value.
const ENDINGS: [(&str, &str); 2] = [
    (" has an unknown unit", " 的单位不对"),
    (" is no day of the calendar", " 不是存在的日期"),
];

/// One saying in Chinese; its own words where they are names and signs, or are not known here.
///
/// ```
/// use gridwhistle_domain::text::reader_in_chinese;
///
/// assert_eq!(reader_in_chinese("unknown field `colour`"), "不认识的字段 `colour`");
/// assert_eq!(reader_in_chinese("u32"), "不小于 0 的整数");
/// ```
#[must_use]
pub fn reader_in_chinese(said: &str) -> String {
    let said = said.trim();
    if let Some((_, zh)) = SAYINGS.iter().find(|(en, _)| *en == said) {
        return (*zh).to_owned();
    }
    if said.starts_with("a whole number from 1 and a unit") {
        return "正整数加单位，如 15 min、24 h（连续计时）、30 wmin、2 wh（工作时）、3 wd（工作日）、5 d（自然日），最长 3650 日".to_owned();
    }
    for (en, zh) in BEGINNINGS {
        if let Some(rest) = said.strip_prefix(en) {
            return format!("{zh}{rest}");
        }
    }
    for (en, zh) in ENDINGS {
        if let Some(rest) = said.strip_suffix(en) {
            return format!("{}{zh}", rest.strip_prefix("limit ").unwrap_or(rest));
        }
    }
    if let Some((one, other)) = said.split_once("` or `") {
        return format!("{one}` 或 `{other}");
    }
    let only_signs = !said.chars().any(|c| c == ' ');
    if only_signs {
        return said.to_owned();
    }
    format!("此处不合格式（{said}）")
}

/// What a reader says, as the broken rule and what would be accepted, if it says so.
#[must_use]
pub fn reader_parts(said: &str) -> (&str, Option<&str>) {
    let said = said.trim();
    let parts = said
        .split_once("; accepted: ")
        .or_else(|| said.split_once(", expected "));
    parts.map_or((said, None), |(rule, accepted)| (rule, Some(accepted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_told_as_it_was_said() {
        assert_eq!(
            reader_in_chinese("unclosed array table"),
            "此处不合格式（unclosed array table）"
        );
        assert_eq!(reader_in_chinese("`=`"), "`=`");
    }

    #[test]
    fn limits_days_and_types_are_told_in_chinese() {
        for (said, zh) in [
            ("limit `30 zz` has an unknown unit", "`30 zz` 的单位不对"),
            (
                "`2026-02-30` is no day of the calendar",
                "`2026-02-30` 不是存在的日期",
            ),
            ("invalid type: integer `5`", "类型不对，实为整数 `5`"),
            ("one of `a`, `b`", "其中之一：`a`, `b`"),
        ] {
            assert_eq!(reader_in_chinese(said), zh);
        }
    }

    #[test]
    fn a_saying_is_split_into_the_rule_and_what_is_accepted() {
        assert_eq!(reader_parts("x, expected y"), ("x", Some("y")));
        assert_eq!(
            reader_parts("x; accepted: y, expected"),
            ("x", Some("y, expected"))
        );
        assert_eq!(reader_parts("x"), ("x", None));
    }
}
