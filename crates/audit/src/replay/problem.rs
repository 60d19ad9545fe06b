//! Why a replay has no answer, with what would have one.

use chrono::{DateTime, Utc};
use gridwhistle_domain::text::{Language, Text};
use gridwhistle_projections::ProjectionError;
use gridwhistle_store::views::ViewError;

/// Why a question about the past has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayProblem {
    /// Handling: name a position that the log has.
    #[error("the log has no position {position}; accepted: 1 to {head}")]
    NoPosition {
        /// Asked for.
        position: u64,
        /// The last one.
        head: u64,
    },
    /// Handling: ask for an instant at which something was known.
    #[error("nothing was known at {asked}: the log began at {began}; accepted: from then on")]
    BeforeLog {
        /// Asked for.
        asked: DateTime<Utc>,
        /// When the log took its first event.
        began: DateTime<Utc>,
    },
    /// Handling: ask for an instant that has come.
    #[error("what will be known at {asked} is open; accepted: not after {now}")]
    NotYetKnown {
        /// Asked for.
        asked: DateTime<Utc>,
        /// The asker's now.
        now: DateTime<Utc>,
    },
    /// Handling: ask as of an earlier instant, or as known at a later one.
    #[error(
        "how things stood at {asked} was not known yet; accepted: an instant not after {latest}, \
         or to be known later"
    )]
    AfterKnown {
        /// As of when.
        asked: DateTime<Utc>,
        /// The latest instant that what was known speaks of.
        latest: DateTime<Utc>,
    },
    /// Handling: look at the number.
    #[error("the log holds no case {case} up to position {position}")]
    NoCase {
        /// As named.
        case: String,
        /// As known at.
        position: u64,
    },
    /// Handling: ask as of a later instant.
    #[error(
        "case {case} was not there at {asked}; it was reported at {since}; accepted: from then on"
    )]
    NoCaseYet {
        /// As named.
        case: String,
        /// As of when.
        asked: DateTime<Utc>,
        /// Its first event.
        since: DateTime<Utc>,
    },
    /// Handling: give the two in the other order.
    #[error("the first point must lie before the second: {from} and {to}")]
    Order {
        /// The first.
        from: String,
        /// The second.
        to: String,
    },
    /// Handling: of the [`ViewError`]; the views are the auditor's own and temporary, or are the live
    /// ones that are compared.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// Handling: of the [`ProjectionError`].
    #[error(transparent)]
    Fold(#[from] ProjectionError),
    /// Handling: make room, or name another folder by `TMPDIR`.
    #[error("no temporary folder for the replay: {0}")]
    Folder(String),
    /// The live views moved while they were compared, each time again. Handling: repeat when less is
    /// written.
    #[error(
        "the live views moved {tries} times while table `{table}` was compared; repeat when less is \
         written"
    )]
    Moving {
        /// The table.
        table: &'static str,
        /// How often it was begun.
        tries: usize,
    },
    /// Handling: give the file that `audit certificate` wrote.
    #[error("this is no replay certificate: {what}; accepted: the JSON of `audit certificate`")]
    NoCertificate {
        /// What is wrong with it.
        what: String,
    },
}

impl ReplayProblem {
    /// Whether a case was not there.
    #[must_use]
    pub const fn is_no_case(&self) -> bool {
        matches!(self, Self::NoCase { .. } | Self::NoCaseYet { .. })
    }

    /// Whether the same question may be answered later without anybody changing anything.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        match self {
            Self::Views(error) => error.may_retry(),
            Self::Fold(error) => error.may_retry(),
            Self::Moving { .. } => true,
            _ => false,
        }
    }

    /// The code for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPosition { .. } => "position_beyond",
            Self::BeforeLog { .. } => "before_log",
            Self::NotYetKnown { .. } => "not_yet_known",
            Self::AfterKnown { .. } => "as_of_after_known",
            Self::NoCase { .. } | Self::NoCaseYet { .. } => "case_unknown",
            Self::Order { .. } => "order_wrong",
            Self::Views(_) => "view_failed",
            Self::Fold(_) => "projection_failed",
            Self::Folder(_) => "no_folder",
            Self::Moving { .. } => "views_moving",
            Self::NoCertificate { .. } => "certificate_unreadable",
        }
    }

    /// What happened and what would do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let en = self.to_string();
        let zh = match self {
            Self::NoPosition { position, head } => {
                format!("日志中没有位置 {position}；可用：1 至 {head}")
            }
            Self::BeforeLog { asked, began } => {
                format!("{asked} 时一无所知：日志始于 {began}；应不早于此时")
            }
            Self::NotYetKnown { asked, now } => {
                format!("{asked} 时将知道什么尚无定论；应不晚于 {now}")
            }
            Self::AfterKnown { asked, latest } => {
                format!("{asked} 的情况当时还不知道；应不晚于 {latest}，或改问更晚时所知")
            }
            Self::NoCase { case, position } => format!("日志至位置 {position} 没有案件 {case}"),
            Self::NoCaseYet { case, asked, since } => {
                format!("{asked} 时还没有案件 {case}；它上报于 {since}，应不早于此时")
            }
            Self::Order { from, to } => format!("前一点须早于后一点：{from} 与 {to}"),
            Self::Views(_) | Self::Fold(_) => format!("视图出错：{en}"),
            Self::Folder(what) => format!("没有可供重放的临时目录：{what}；可用 TMPDIR 另行指定"),
            Self::Moving { table, tries } => {
                format!("比对表 `{table}` 时在用视图变动了 {tries} 次；请在写入较少时重试")
            }
            Self::NoCertificate { what } => {
                format!("这不是重放证书：{what}；应为 audit certificate 输出的 JSON")
            }
        };
        Text { zh, en }.get(language).to_owned()
    }
}
