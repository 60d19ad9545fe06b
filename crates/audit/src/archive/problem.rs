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
    /// The file is no archived case, cut off or damaged. Handling: fetch it again.
    #[error("{file} is no archived case, or is cut off or damaged: {what}")]
    NoArchive {
        /// The file.
        file: String,
        /// What the reader says.
        what: String,
    },
    /// Its events do not give what their checksums say. Handling: keep the file, fetch another copy.
    #[error("{file} was changed: {fault}")]
    Changed {
        /// The file.
        file: String,
        /// The first thing that does not fit.
        fault: Fault,
    },
    /// A key was named, and no proof in the file is of this event. Handling: archive the case again once
    /// it is sealed.
    #[error(
        "{file} brings no proof of its event at position {position}; archive the case again once it is sealed"
    )]
    Unproven {
        /// The file.
        file: String,
        /// The first position without a proof.
        position: u64,
    },
    /// The segment fits in itself, and another history was sealed. Handling: keep the file, fetch another
    /// copy.
    #[error(
        "{file} is not what was sealed: up to position {position} the checkpoint has another chain value"
    )]
    NotSealed {
        /// The file.
        file: String,
        /// The size of the checkpoint.
        position: u64,
    },
    /// The checkpoint ends in none of the segments. Handling: name one whose size lies in them.
    #[error(
        "the checkpoint covers {size} events, and no segment holds that position; accepted: one of a size that a segment holds"
    )]
    CheckpointElsewhere {
        /// The size of the checkpoint.
        size: u64,
    },
    /// The checkpoint has no chain value. Handling: name one that this program signed.
    #[error(
        "the checkpoint of size {size} names no chain value; accepted: one that gridwhistle signed"
    )]
    CheckpointBare {
        /// The size of the checkpoint.
        size: u64,
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
            Self::NoArchive { .. } => "archive_unreadable",
            Self::Changed { .. } => "archive_changed",
            Self::Unproven { .. } => "archive_unproven",
            Self::NotSealed { .. } => "segment_not_sealed",
            Self::CheckpointElsewhere { .. } => "checkpoint_outside_segments",
            Self::CheckpointBare { .. } => "checkpoint_without_chain",
            Self::Gap { .. } => "segment_gap",
            Self::Another { .. } => "segment_of_another_log",
        }
    }

    /// Whether a file that somebody gave is at fault.
    #[must_use]
    pub const fn is_input(&self) -> bool {
        matches!(
            self,
            Self::NoSegment { .. }
                | Self::NoArchive { .. }
                | Self::Broken { .. }
                | Self::Changed { .. }
                | Self::NotSealed { .. }
                | Self::CheckpointElsewhere { .. }
                | Self::CheckpointBare { .. }
                | Self::Gap { .. }
                | Self::Another { .. }
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
            Self::Broken { file, fault } | Self::Changed { file, fault } => {
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
            Self::NoArchive { file, what } => {
                format!("{file} 不是归档的案件，或不完整、已损坏：{what}；请重新取得该文件")
            }
            Self::Unproven { file, position } => {
                format!("{file} 没有位置 {position} 处事件的证明；请在封存之后重新归档")
            }
            Self::NotSealed { file, position } => {
                format!(
                    "{file} 与封存的日志不同：至位置 {position}，检查点的链值是另一个；请保留并另取副本"
                )
            }
            Self::CheckpointElsewhere { size } => {
                format!(
                    "检查点覆盖 {size} 个事件，所给日志段都不含该位置；应给出大小落在其中的检查点"
                )
            }
            Self::CheckpointBare { size } => {
                format!("大小为 {size} 的检查点没有链值；应给出由 gridwhistle 签署的检查点")
            }
            Self::Another { file } => format!("{file} 属于另一份日志：其链值与前文不相接"),
        };
        let en = self.to_string();
        Text { zh, en }.get(language).to_owned()
    }
}
