//! Flags of the files that an auditor writes and reads.

use super::Row;

/// By name, or by the command's path and the name.
pub(super) const FLAGS: &[Row] = &[
    (
        "audit archive case proof",
        "随附的证明文件;可重复",
        "a proof to put in; may be repeated",
    ),
    ("audit archive case to", "写到哪个文件", "the file to write"),
    (
        "audit archive case force",
        "覆盖已有的文件",
        "replace a file that is there",
    ),
    (
        "audit archive case case",
        "案件编号(完整)",
        "the case's whole id",
    ),
    (
        "audit archive segment write to",
        "写到哪个文件",
        "the file to write",
    ),
    (
        "audit archive segment write force",
        "覆盖已有的文件",
        "replace a file that is there",
    ),
    (
        "audit archive segment write from",
        "自何时起入库的事件;默认从头",
        "events recorded from then on; default from the beginning",
    ),
    (
        "audit archive segment write before",
        "何时之前入库的事件;默认到末尾",
        "events recorded before then; default to the end",
    ),
    (
        "audit archive segment verify files",
        "日志段文件",
        "the segments",
    ),
    (
        "audit archive segment replay files",
        "日志段文件,按顺序",
        "the segments, in order",
    ),
    ("audit export to", "写到哪个文件", "the file to write"),
    (
        "audit export force",
        "覆盖已有的文件",
        "replace a file that is there",
    ),
    (
        "audit foreign convert to",
        "写到哪个文件",
        "the file to write",
    ),
    (
        "audit foreign convert force",
        "覆盖已有的文件",
        "replace a file that is there",
    ),
    (
        "audit foreign stats mapping",
        "列与时间的映射文件(TOML);默认按 XES 标准属性名",
        "a mapping of columns and times (TOML); without one, the standard keys of XES",
    ),
    (
        "audit foreign convert mapping",
        "列与时间的映射文件(TOML);默认按 XES 标准属性名",
        "a mapping of columns and times (TOML); without one, the standard keys of XES",
    ),
    (
        "log",
        "其他系统的事件日志:XES 或 CSV,可为 .gz",
        "an event log of another system: XES or CSV, also .gz",
    ),
    ("form", "格式", "the form"),
    ("clocks", "也写出计时账目事件", "the ledgers of clocks too"),
    (
        "pairs",
        "列出最常见的多少对",
        "how many of the most frequent pairs",
    ),
    (
        "audit archive segment replay into",
        "写入哪个新存储",
        "the new store to write",
    ),
    (
        "listed",
        "每类最多列出多少条,全部都计数",
        "how many to list of each kind; all are counted",
    ),
];
