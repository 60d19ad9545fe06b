//! What is wrong with one place of the content: where, and what would be accepted, in both languages.

use super::FieldError;
use gridwhistle::domain::text::{Language, Text, reader_in_chinese, reader_parts};
use std::str::Utf8Error;

/// One mistake, before it is told.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(super) pointer: String,
    what: Text,
}

impl Wrong {
    /// Something else is accepted at a place, which is told by an example or by codes.
    pub(super) fn accepted(pointer: impl Into<String>, accepted: &str) -> Self {
        let what = Text::new(format!("应为：{accepted}"), format!("accepted: {accepted}"));
        Self::told(pointer, what)
    }

    /// What is wrong, in words of ours.
    pub(super) fn told(pointer: impl Into<String>, what: Text) -> Self {
        let pointer = pointer.into();
        Self { pointer, what }
    }

    /// A place that must be filled in.
    pub(super) fn required(pointer: impl Into<String>) -> Self {
        Self::told(pointer, Text::new("必填", "required"))
    }

    /// The first byte of a text that is no UTF-8.
    pub(super) fn no_utf8(pointer: impl Into<String>, error: Utf8Error) -> Self {
        let byte = error.valid_up_to() + 1;
        let zh = format!("第 {byte} 个字节不是 UTF-8");
        Self::told(pointer, Text::new(zh, format!("byte {byte} is not UTF-8")))
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
        Self::told(pointer, Text::new(told, said))
    }

    pub(super) fn in_words(&self, spoken: Language) -> FieldError {
        FieldError {
            pointer: self.pointer.clone(),
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
