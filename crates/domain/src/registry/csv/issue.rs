//! What is wrong in a CSV file, where, and what would be accepted.

use crate::text::{Language, Text};

/// The rule that a field, a line or a file breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CsvRule {
    /// A column that the file must have is not in its first line.
    MissingColumn,
    /// A column that nobody knows.
    UnknownColumn,
    /// A column stands twice in the first line.
    DuplicateColumn,
    /// A line has more or fewer fields than the first line.
    FieldCount,
    /// A field is not UTF-8.
    NotUtf8,
    /// A field is longer than anything needs.
    TooLong,
    /// The file cannot be read as CSV from here on.
    Malformed,
    /// A field that must say something is empty.
    Empty,
    /// A field is none of the accepted codes.
    UnknownCode,
    /// A field is no date.
    ImpossibleDate,
    /// The period ends before it begins.
    PeriodReversed,
    /// Two lines say something about the same thing at the same time.
    DuplicateId,
    /// The line reads well and the rules refuse what it says.
    Refused {
        /// The code of the refusal.
        code: &'static str,
        /// Its message.
        message: Text,
    },
}

impl CsvRule {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingColumn => "missing_column",
            Self::UnknownColumn => "unknown_column",
            Self::DuplicateColumn => "duplicate_column",
            Self::FieldCount => "field_count",
            Self::NotUtf8 => "not_utf8",
            Self::TooLong => "too_long",
            Self::Malformed => "malformed",
            Self::Empty => "empty",
            Self::UnknownCode => "unknown_code",
            Self::ImpossibleDate => "impossible_date",
            Self::PeriodReversed => "period_reversed",
            Self::DuplicateId => "duplicate_id",
            Self::Refused { code, .. } => code,
        }
    }

    fn words(&self) -> Text {
        match self {
            Self::MissingColumn => Text::new("缺少该列", "the column is missing"),
            Self::UnknownColumn => Text::new("未知的列", "the column is unknown"),
            Self::DuplicateColumn => Text::new("该列重复", "the column stands twice"),
            Self::FieldCount => Text::new(
                "字段个数与表头不符",
                "the number of fields differs from the first line",
            ),
            Self::NotUtf8 => Text::new("不是 UTF-8 编码", "the field is not UTF-8"),
            Self::TooLong => Text::new("字段过长", "the field is too long"),
            Self::Malformed => Text::new(
                "自此不能按 CSV 读取",
                "the file cannot be read as CSV from here on",
            ),
            Self::Empty => Text::new("字段为空", "the field is empty"),
            Self::UnknownCode => Text::new("不是可用的值", "the value is not accepted"),
            Self::ImpossibleDate => Text::new("日期不存在或不可读", "the date cannot be read"),
            Self::PeriodReversed => Text::new("时段先止后起", "the period ends before it begins"),
            Self::DuplicateId => {
                Text::new("编码在同一时段重复", "the id is given twice for one time")
            }
            Self::Refused { message, .. } => message.clone(),
        }
    }
}

/// One thing that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvIssue {
    /// The file by its plain name, e.g. `units.csv`.
    pub file: String,
    /// The line, from 1; the first line names the columns.
    pub line: u64,
    /// The column; empty where the whole line is meant.
    pub column: String,
    /// The rule.
    pub rule: CsvRule,
    /// What stands there, cut short; empty where it adds nothing or may be personal.
    pub found: String,
    /// What would be accepted; empty where the rule says it.
    pub accepted: Text,
}

impl CsvIssue {
    /// One line for people: where, what rule, what was found, what would be accepted.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let Self {
            file,
            line,
            column,
            found,
            ..
        } = self;
        let zh = language == Language::ZhCn;
        let mut text = format!("{file}:{line}");
        if !column.is_empty() {
            text.push_str(&if zh {
                format!(" 列 `{column}`")
            } else {
                format!(" column `{column}`")
            });
        }
        text.push_str(if zh { ":" } else { ": " });
        text.push_str(self.rule.words().get(language));
        if !found.is_empty() {
            text.push_str(&if zh {
                format!("，实为 `{found}`")
            } else {
                format!(", found `{found}`")
            });
        }
        let accepted = self.accepted.get(language);
        if !accepted.is_empty() {
            let accepted = accepted.to_owned();
            text.push_str(&if zh {
                format!("；应为 {accepted}")
            } else {
                format!("; accepted: {accepted}")
            });
        }
        text
    }
}
