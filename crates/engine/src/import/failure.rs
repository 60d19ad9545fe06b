//! Why a whole file cannot be read on. Rows given before the failure stand; a repeat of the import
//! knows them by their ids.

use gridwhistle_domain::text::Text;

/// Why reading a file ends before its end. Handling: each variant says what would be accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
#[non_exhaustive]
pub enum ImportFailure {
    /// There is no header line. Handling: name another file.
    Empty,
    /// Columns of the mapping are not in the file. Handling: correct the mapping or the export.
    ColumnsMissing {
        /// Those that are missing, in the order of the mapping.
        missing: Vec<String>,
        /// Those that are there, in the order of the file.
        present: Vec<String>,
    },
    /// A column of the mapping stands twice in the header. Handling: rename one of them.
    ColumnTwice {
        /// The column.
        column: String,
    },
    /// The gzip ends in the middle. Handling: fetch the file again.
    GzipTruncated {
        /// The line being read.
        line: u64,
    },
    /// The gzip is damaged. Handling: fetch the file again.
    GzipCorrupt {
        /// The line being read.
        line: u64,
        /// What the decoder says.
        detail: String,
    },
    /// Bytes that are no UTF-8. Handling: convert the file.
    NotUtf8 {
        /// The line the row begins on.
        line: u64,
        /// The column, where the header could be read.
        column: String,
    },
    /// The file cannot be read. Handling: as the detail says.
    Unreadable {
        /// The line being read.
        line: u64,
        /// What the system says.
        detail: String,
    },
}

impl ImportFailure {
    /// The stable code, for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::ColumnsMissing { .. } => "columns_missing",
            Self::ColumnTwice { .. } => "column_twice",
            Self::GzipTruncated { .. } => "gzip_truncated",
            Self::GzipCorrupt { .. } => "gzip_corrupt",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::Unreadable { .. } => "file_unreadable",
        }
    }

    /// The failure in words, with what would be accepted.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => Text::new(
                "文件为空；应为首行是表头的 CSV",
                "the file is empty; accepted: a CSV whose first line is the header",
            ),
            Self::ColumnsMissing { missing, present } => Text::new(
                format!(
                    "文件缺少列 {}；文件中有 {}",
                    listed(missing),
                    listed(present)
                ),
                format!(
                    "the file lacks {}; present: {}",
                    listed(missing),
                    listed(present)
                ),
            ),
            Self::ColumnTwice { column } => Text::new(
                format!("表头中 `{column}` 出现两次；映射用到的列只能出现一次"),
                format!(
                    "the header has `{column}` twice; accepted: each column of the mapping once"
                ),
            ),
            Self::GzipTruncated { line } => Text::new(
                format!("gzip 在第 {line} 行处中断；请重新获取完整文件"),
                format!(
                    "the gzip ends in the middle, at line {line}; accepted: the whole file, fetch it again"
                ),
            ),
            Self::GzipCorrupt { line, detail } => Text::new(
                format!("gzip 在第 {line} 行处损坏（{detail}）；请重新获取文件"),
                format!(
                    "the gzip is damaged at line {line} ({detail}); accepted: an intact file, fetch it again"
                ),
            ),
            Self::NotUtf8 { line, column } => Text::new(
                format!(
                    "第 {line} 行的 `{column}` 不是 UTF-8；请转换，例如 iconv -f GB18030 -t UTF-8"
                ),
                format!(
                    "line {line}, `{column}` is no UTF-8; accepted: UTF-8, e.g. by iconv -f GB18030 -t UTF-8"
                ),
            ),
            Self::Unreadable { line, detail } => Text::new(
                format!("文件在第 {line} 行处无法读取：{detail}"),
                format!("the file cannot be read at line {line}: {detail}"),
            ),
        }
    }
}

fn listed(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
