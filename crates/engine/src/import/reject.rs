//! Why a row does not become a case. Each reason names the column, what stood there and what would do.

use gridwhistle_domain::text::Text;
use std::fmt;

/// Why one row is refused. Handling: correct the row in the source and import the file again; rows
/// that are known by then are left as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RejectReason {
    /// The row has more or fewer fields than the header.
    FieldCount {
        /// Fields of the header.
        header: usize,
        /// Fields of the row.
        row: usize,
    },
    /// The id is blank.
    IdMissing {
        /// The column.
        column: String,
    },
    /// The id stands on an earlier line of the same file.
    IdTwice {
        /// The column.
        column: String,
    },
    /// The opening time is blank.
    CreatedMissing {
        /// The column.
        column: String,
    },
    /// A time is no time of the mapping's formats, or a day that does not exist.
    ImpossibleTime {
        /// The column.
        column: String,
        /// What stood there (at most 40 characters).
        value: String,
    },
    /// The class is not in the mapping and the mapping has no constant.
    ClassUnknown {
        /// The column.
        column: String,
        /// What stood there (at most 40 characters).
        value: String,
    },
    /// A text is longer than a case may hold.
    TextTooLong {
        /// The column.
        column: String,
        /// Its characters.
        chars: usize,
        /// How many there may be.
        max: usize,
    },
    /// The rules refuse the import of the case.
    Refused {
        /// The code of the refusal.
        code: &'static str,
        /// The refusal in words.
        text: Text,
    },
}

impl RejectReason {
    /// The code in the rejects file.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FieldCount { .. } => "field_count",
            Self::IdMissing { .. } => "id_missing",
            Self::IdTwice { .. } => "id_twice",
            Self::CreatedMissing { .. } => "created_missing",
            Self::ImpossibleTime { .. } => "impossible_time",
            Self::ClassUnknown { .. } => "class_unknown",
            Self::TextTooLong { .. } => "text_too_long",
            Self::Refused { code, .. } => code,
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::FieldCount { header, row } => Text::new(
                format!("该行有 {row} 列，表头有 {header} 列；应与表头一致"),
                format!(
                    "the row has {row} fields, the header {header}; accepted: as many as the header"
                ),
            ),
            Self::IdMissing { column } => Text::new(
                format!("`{column}` 为空；应为来源系统的编号"),
                format!("`{column}` is blank; accepted: the source's id"),
            ),
            Self::IdTwice { column } => Text::new(
                format!("`{column}` 的编号在本文件前面已出现；每个编号只能出现一次"),
                format!("`{column}` stands on an earlier line; accepted: each id once in a file"),
            ),
            Self::CreatedMissing { column } => Text::new(
                format!("`{column}` 为空；应为受理时间"),
                format!("`{column}` is blank; accepted: the opening time"),
            ),
            Self::ImpossibleTime { column, value } => Text::new(
                format!(
                    "`{column}` 的 `{value}` 不是存在的时间；应为映射中格式的时间，1900 至 2199 年"
                ),
                format!(
                    "`{column}`: `{value}` is no time there is; accepted: a time in a format of the mapping, years 1900 to 2199"
                ),
            ),
            Self::ClassUnknown { column, value } => Text::new(
                format!("`{column}` 的 `{value}` 不在映射的类别表中；应为 [class.values] 所列之值"),
                format!(
                    "`{column}`: `{value}` is no class of the mapping; accepted: a value listed in [class.values]"
                ),
            ),
            Self::TextTooLong { column, chars, max } => Text::new(
                format!("`{column}` 有 {chars} 个字符；最多 {max} 个"),
                format!("`{column}` has {chars} characters; accepted: at most {max}"),
            ),
            Self::Refused { text, .. } => text.clone(),
        }
    }
}

/// The longest text a field of a case holds, in characters.
pub const TEXT_CHARS_MAX: usize = 4_000;

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

/// What stood in a field, short enough for a message.
pub(super) fn excerpt(value: &str) -> String {
    value.chars().take(40).collect()
}
/// The longest name of a unit, an area or a kind of matter, and the longest id, in characters:
/// cases are found and counted by them.
pub const NAME_CHARS_MAX: usize = 256;
