//! What is wrong with one place of the content: where, and what would be accepted, in both languages.

use super::FieldError;
use gridwhistle::domain::text::{Language, Text, reader_in_chinese, reader_parts};
use std::str::Utf8Error;

/// One mistake, before it is told.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(super) pointer: String,
    code: &'static str,
    what: Text,
}

/// Something else is accepted at a place.
const NOT_ACCEPTED: &str = "not_accepted";

impl Wrong {
    /// Something else is accepted at a place, which is told by an example or by codes.
    pub(super) fn accepted(pointer: impl Into<String>, accepted: &str) -> Self {
        let what = Text::new(format!("应为：{accepted}"), format!("accepted: {accepted}"));
        Self::told(pointer, what)
    }

    /// What is wrong, in words of ours.
    pub(super) fn told(pointer: impl Into<String>, what: Text) -> Self {
        Self::coded(pointer, NOT_ACCEPTED, what)
    }

    fn coded(pointer: impl Into<String>, code: &'static str, what: Text) -> Self {
        let pointer = pointer.into();
        Self {
            pointer,
            code,
            what,
        }
    }

    /// A place that must be filled in.
    pub(super) fn required(pointer: impl Into<String>) -> Self {
        Self::coded(pointer, "required", Text::new("必填", "required"))
    }

    /// The first byte of a text that is no UTF-8.
    pub(super) fn no_utf8(pointer: impl Into<String>, error: Utf8Error) -> Self {
        let byte = error.valid_up_to() + 1;
        let zh = format!("第 {byte} 个字节不是 UTF-8");
        let what = Text::new(zh, format!("byte {byte} is not UTF-8"));
        Self::coded(pointer, "not_utf8", what)
    }

    /// What the reader of JSON says, which speaks English. A field that is missing is the place
    /// itself, so that whoever filled in a form sees it there.
    pub(super) fn unread(pointer: impl Into<String>, error: &serde_json::Error) -> Self {
        let (mut pointer, said) = (pointer.into(), without_place(error));
        let missing = said.strip_prefix("missing field `");
        if let Some(name) = missing.and_then(|rest| rest.strip_suffix('`')) {
            pointer = format!("{pointer}/{name}");
            return Self::required(pointer);
        }
        let told = match reader_parts(&said) {
            (rule, None) => reader_in_chinese(rule),
            (rule, Some(accepted)) => {
                let (rule, accepted) = (reader_in_chinese(rule), reader_in_chinese(accepted));
                let colon = if accepted.starts_with("其中之一") {
                    ""
                } else {
                    "："
                };
                format!("{rule}；应为{colon}{accepted}")
            }
        };
        let code = match said.split('`').next().unwrap_or_default().trim() {
            "unknown field" => "unknown_field",
            begins if begins.starts_with("invalid type") => "wrong_type",
            _ => NOT_ACCEPTED,
        };
        Self::coded(pointer, code, Text::new(told, said))
    }

    pub(super) fn in_words(&self, spoken: Language) -> FieldError {
        FieldError {
            pointer: self.pointer.clone(),
            code: self.code.to_owned(),
            detail: self.what.get(spoken).to_owned(),
        }
    }
}

/// What the reader of JSON says, without line and column of what was read.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Sample {
        words: String,
        count: u32,
    }

    fn told(json: &str, spoken: Language) -> (String, String) {
        let error = serde_json::from_str::<Sample>(json).unwrap_err();
        let told = Wrong::unread("/form", &error).in_words(spoken);
        (told.pointer, told.detail)
    }

    #[test]
    fn a_mistake_has_a_code_for_scripts() {
        let code = |json: &str| {
            let error = serde_json::from_str::<Sample>(json).unwrap_err();
            Wrong::unread("", &error).in_words(Language::En).code
        };
        assert_eq!(code(r#"{ "words": "x" }"#), "required");
        assert_eq!(code(r#"{ "words": 7, "count": 1 }"#), "wrong_type");
        assert_eq!(code(r#"{ "words": null, "count": 1 }"#), "wrong_type");
        assert_eq!(code(r#"{ "colour": 1 }"#), "unknown_field");
        assert_eq!(code(r#"{ "words": "x", "count": -1 }"#), "not_accepted");
    }

    #[test]
    fn a_missing_field_is_the_place_that_is_wrong() {
        let json = r#"{ "words": "x" }"#;
        let of = |what: &str| ("/form/count".to_owned(), what.to_owned());
        assert_eq!(told(json, Language::En), of("required"));
        assert_eq!(told(json, Language::ZhCn), of("必填"));
    }

    #[test]
    fn what_the_reader_says_is_told_in_the_language_that_is_asked() {
        for (json, zh, en) in [
            (
                r#"{ "words": 7, "count": 1 }"#,
                "类型不对，实为整数 `7`；应为：引号内的文字",
                "invalid type: integer `7`, expected a string",
            ),
            (
                r#"{ "words": null, "count": 1 }"#,
                "类型不对，没有内容；应为：引号内的文字",
                "invalid type: null, expected a string",
            ),
            (
                r#"{ "colour": 1 }"#,
                "不认识的字段 `colour`；应为：`words` 或 `count`",
                "unknown field `colour`, expected `words` or `count`",
            ),
        ] {
            assert_eq!(told(json, Language::ZhCn).1, zh);
            assert_eq!(told(json, Language::En).1, en);
        }
    }
}
