//! Why a file cannot be written or read.

use gridwhistle_domain::text::{Language, Text};

/// Why an export or a foreign log came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MiningProblem {
    /// The file took no more. Handling: as the system says.
    #[error("the file cannot be written: {0}")]
    Unwritable(#[from] std::io::Error),
    /// A SQLite file, that of an export or the one a foreign log is sorted in, failed.
    #[error("the SQLite file failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The runtime is shutting down.
    #[error("interrupted: the runtime is shutting down")]
    Interrupted,
    /// A foreign log cannot be read on. Handling: mend the file, or fetch it again.
    #[error("{place}: {}; accepted: {}", rule.en, accepted.en)]
    Foreign {
        /// Where: `line 7`, `byte 1234`.
        place: Place,
        /// What is wrong.
        rule: Text,
        /// What would be read.
        accepted: Text,
    },
    /// A mapping is wrong. Handling: mend it.
    #[error("mapping, line {line}, `{field}`: {}; accepted: {}", rule.en, accepted.en)]
    Mapping {
        /// The line of the TOML file.
        line: usize,
        /// The field.
        field: String,
        /// What is wrong.
        rule: Text,
        /// What would be taken.
        accepted: Text,
    },
}

/// Where in a foreign log something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a table, from 1.
    Line(u64),
    /// A byte of an XML text, from 0, after unpacking.
    Byte(u64),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Byte(byte) => write!(f, "byte {byte}"),
        }
    }
}

impl Place {
    fn zh(self) -> String {
        match self {
            Self::Line(line) => format!("第 {line} 行"),
            Self::Byte(byte) => format!("第 {byte} 字节"),
        }
    }
}

impl MiningProblem {
    /// The code for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unwritable(_) => "file_unwritable",
            Self::Sqlite(_) => "sqlite_failed",
            Self::Interrupted => "interrupted",
            Self::Foreign { .. } => "event_log_wrong",
            Self::Mapping { .. } => "mapping_wrong",
        }
    }

    /// Whether a file that somebody gave is at fault.
    #[must_use]
    pub const fn is_input(&self) -> bool {
        matches!(self, Self::Foreign { .. } | Self::Mapping { .. })
    }

    /// What happened and what to do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = match self {
            Self::Unwritable(error) => format!("文件无法写入：{error}"),
            Self::Sqlite(error) => format!("SQLite 文件出错：{error}"),
            Self::Interrupted => "已中断：程序正在退出".to_owned(),
            Self::Foreign {
                place,
                rule,
                accepted,
            } => format!("{}：{}；可用：{}", place.zh(), rule.zh, accepted.zh),
            Self::Mapping {
                line,
                field,
                rule,
                accepted,
            } => format!(
                "映射第 {line} 行，字段 `{field}`：{}；可用：{}",
                rule.zh, accepted.zh
            ),
        };
        let en = self.to_string();
        Text { zh, en }.get(language).to_owned()
    }
}
