//! The files that an auditor writes and reads.

use super::Row;

pub(super) const ABOUT: &[Row] = &[
    (
        "audit export",
        "将全部案件写成流程挖掘工具可读的文件:XES 或 OCEL 2.0;不含个人信息与自由文字",
        "write all cases for the tools of process mining, as XES or OCEL 2.0; without personal data and free text",
    ),
    (
        "audit foreign",
        "其他系统的事件日志",
        "event logs of other systems",
    ),
    (
        "audit foreign stats",
        "案件、事件、变体、直接相继对与历时",
        "cases, events, variants, directly-follows pairs and spans",
    ),
    ("audit foreign convert", "写成 XES", "write it as XES"),
    (
        "audit archive",
        "脱离日志保存的文件",
        "files that are kept after the log",
    ),
    (
        "audit archive case",
        "将一件已办结的案件写成单个 HTML 文件:可读,含全部事件、佐证哈希与证明",
        "write a case that is over as one HTML file: to read, with its events, hashes of evidence and proofs",
    ),
    (
        "audit archive segment",
        "一段期间的日志,压缩并封存为一个 Parquet 文件",
        "a period's log as one Parquet file, packed and sealed",
    ),
    (
        "audit archive segment write",
        "写入并读回核对",
        "write it, and read it back",
    ),
    (
        "audit archive segment verify",
        "不用数据库,重新计算全部校验和与链值",
        "compute every checksum and the chain again, without the database",
    ),
    (
        "audit archive segment replay",
        "将相接的日志段重放成一份新的日志",
        "make a new log of segments that follow on each other",
    ),
    (
        "audit conformance",
        "各案对照其所依规则的流程:拟合度、偏离与可疑模式,附证据;有发现则退出码为 1",
        "how cases went against the flow of their policy: fitness, deviations, patterns with evidence; exit code 1 where something is found",
    ),
];
