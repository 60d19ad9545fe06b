//! Flags by which an auditor says what was known.

use super::Row;

pub(super) const FLAGS: &[Row] = &[
    (
        "known-at",
        "按哪一时刻所知:只计日志当时已记入的事件",
        "as known at this instant: by what the log had taken by then",
    ),
    (
        "position",
        "按日志至哪一位置所知",
        "as known up to this position of the log",
    ),
];
