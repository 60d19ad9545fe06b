//! Why something cannot be archived, or an archive not be believed.

use gridwhistle_domain::text::{Language, Text};
use gridwhistle_store::Fault;

/// Why there is no archive, or why it is not what it says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveProblem {
    /// The file took no more. Handling: as the system says.
    #[error("the file cannot be written: {0}")]
    Unwritable(String),
    /// The runtime is shutting down.
    #[error("interrupted: the runtime is shutting down")]
    Interrupted,
    /// The log holds no such case.
    #[error("the log holds no case `{0}`")]
    NoCase(String),
    /// The case is not over. Handling: archive it when it is.
    #[error("case {case} is not over: it stands at `{stage}`")]
    NotOver {
        /// The case.
        case: String,
        /// Its stage.
        stage: String,
    },
    /// No event was recorded in the period.
    #[error("no event was recorded in this period")]
    Nothing,
    /// The file is no segment, cut off or damaged. Handling: fetch it again.
    #[error("{file} is no segment of a log, or is cut off or damaged: {what}")]
    NoSegment {
        /// The file.
        file: String,
        /// What the reader says.
        what: String,
    },
    /// The rows do not give what the seal says. Handling: keep the file, fetch another copy.
    #[error("{file} was changed: {fault}")]
    Broken {
        /// The file.
        file: String,
        /// The first thing that does not fit.
        fault: Fault,
    },
    /// The segment does not follow on the one before. Handling: name all segments, in order.
    #[error("{file} begins at position {first}, and position {expected} is the next")]
    Gap {
        /// The file.
        file: String,
        /// Where it begins.
        first: u64,
        /// Where it should.
        expected: u64,
    },
    /// The segment belongs to another log.
    #[error("{file} is of another log: its chain does not follow on what is before it")]
    Another {
        /// The file.
        file: String,
    },
}

impl ArchiveProblem {
    /// The code for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unwritable(_) => "file_unwritable",
            Self::Interrupted => "interrupted",
            Self::NoCase(_) => "case_unknown",
            Self::NotOver { .. } => "case_not_over",
            Self::Nothing => "period_empty",
            Self::NoSegment { .. } => "segment_unreadable",
            Self::Broken { .. } => "segment_changed",
            Self::Gap { .. } => "segment_gap",
            Self::Another { .. } => "segment_of_another_log",
        }
    }

    /// Whether a file that somebody gave is at fault.
    #[must_use]
    pub const fn is_input(&self) -> bool {
        matches!(
            self,
            Self::NoSegment { .. } | Self::Broken { .. } | Self::Gap { .. } | Self::Another { .. }
        )
    }

    /// Whether what was asked for is not there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::NoCase(_) | Self::Nothing)
    }

    /// What happened and what to do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = match self {
            Self::Unwritable(what) => format!("文件无法写入：{what}"),
            Self::Interrupted => "已中断：程序正在退出".to_owned(),
            Self::NoCase(case) => format!("日志中没有案件 `{case}`"),
            Self::NotOver { case, stage } => {
                format!("案件 {case} 尚未办结（阶段 `{stage}`），办结后才能归档")
            }
            Self::Nothing => "此期间没有入库的事件".to_owned(),
            Self::NoSegment { file, what } => {
                format!("{file} 不是日志段，或不完整、已损坏：{what}；请重新取得该文件")
            }
            Self::Broken { file, fault } => {
                format!(
                    "{file} 已被改动：位置 {} 处不符（{fault}）；请保留并另取副本",
                    fault.position
                )
            }
            Self::Gap {
                file,
                first,
                expected,
            } => format!("{file} 自位置 {first} 开始，应接位置 {expected}；请按顺序给出全部日志段"),
            Self::Another { file } => format!("{file} 属于另一份日志：其链值与前文不相接"),
        };
        let en = self.to_string();
        Text { zh, en }.get(language).to_owned()
    }
}
