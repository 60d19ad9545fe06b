//! Flags of an auditor's commands, and those that one of them gives a shade of its own.

use super::Row;

pub(super) const OWN: &[Row] = &[
    (
        "audit permission who",
        "何人：人员/角色/单位",
        "who: person, role, unit",
    ),
    (
        "audit diff from",
        "前一点：时间或日志位置",
        "the first point: an instant or a position of the log",
    ),
    (
        "audit diff to",
        "后一点：时间或日志位置",
        "the second point: an instant or a position of the log",
    ),
    (
        "audit diff recorded",
        "两点指何时所知，而非何时的情况",
        "the points are when it was known, not when it was so",
    ),
    (
        "audit certificate check",
        "核对此文件中的证书",
        "hold the certificate in this file against the log",
    ),
    (
        "audit judge up-to",
        "复核到此位置为止；默认为日志末尾",
        "judge up to this position; by default the whole log",
    ),
    (
        "audit judge most",
        "最多列出多少处；全部计数",
        "how many deviations are listed; all are counted",
    ),
    (
        "audit what-if policy",
        "要推演的规则文件：时段内受理的案件依此判定",
        "the file of the other policy; it judges what is accepted in the window",
    ),
    (
        "audit what-if calendar",
        "要推演的日历文件：自时段开始起获知",
        "the file of another calendar, known from the beginning of the window",
    ),
    ("audit what-if from", "时段的开始", "when the window begins"),
    (
        "audit what-if to",
        "时段的结束（不含）",
        "before when it ends",
    ),
    (
        "audit what-if most",
        "各列表最多显示多少行；全部计数",
        "how many rows of each list are shown; all are counted",
    ),
    (
        "audit archive case proof",
        "随附的证明文件；可重复",
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
        "案件编号（完整）",
        "the case's whole id",
    ),
    (
        "audit archive verify-case file",
        "归档的案件，或其中供程序读取的 JSON",
        "the archived case, or the JSON in it alone",
    ),
    (
        "audit archive segment verify checkpoint",
        "另外保存的检查点，用于对照；可重复",
        "a checkpoint kept elsewhere to hold the segments against; may be repeated",
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
        "自何时起入库的事件；默认从头",
        "events recorded from then on; default from the beginning",
    ),
    (
        "audit archive segment write before",
        "何时之前入库的事件；默认到末尾",
        "events recorded before then; default to the end",
    ),
    (
        "audit archive segment verify files",
        "日志段文件",
        "the segments",
    ),
    (
        "audit archive segment replay files",
        "日志段文件，按顺序",
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
        "列与时间的映射文件（TOML）；默认按 XES 标准属性名",
        "a mapping of columns and times (TOML); without one, the standard keys of XES",
    ),
    (
        "audit foreign convert mapping",
        "列与时间的映射文件（TOML）；默认按 XES 标准属性名",
        "a mapping of columns and times (TOML); without one, the standard keys of XES",
    ),
    (
        "audit key file",
        "密钥文件，必须尚不存在",
        "the file to make, which must not be there yet",
    ),
    (
        "audit key name",
        "密钥名称，即日志或见证方的名称，如 city.example/pingshan",
        "the name of the log or witness, such as city.example/pingshan",
    ),
    (
        "audit key witness",
        "生成见证方密钥，而非日志密钥",
        "a key of a witness instead of a log",
    ),
    (
        "audit checkpoint key",
        "日志的签名密钥文件",
        "the file of the log's signing key",
    ),
    (
        "audit verify-proof file",
        "证明或回执文件",
        "the proof or receipt",
    ),
    (
        "audit cosign file",
        "一致性证明（audit consistency --out）或检查点文件",
        "a consistency proof, as audit consistency --out writes it, or a checkpoint",
    ),
    (
        "audit cosign key",
        "见证方的签名密钥文件",
        "the file of the witness's signing key",
    ),
    (
        "audit receipt case",
        "案件的完整编号",
        "the full id of the case",
    ),
    (
        "audit verify checkpoint",
        "另外保存的检查点，用于对照；可重复",
        "a checkpoint kept elsewhere to hold the log against; may be repeated",
    ),
    (
        "audit consistency out",
        "写入一致性证明的文件",
        "the file for the consistency proof",
    ),
    (
        "audit archive segment replay into",
        "写入哪个新存储",
        "the new store to write",
    ),
];

pub(super) const FLAGS: &[Row] = &[
    (
        "tree",
        "树文件目录；默认为存储文件旁的 .tree 目录",
        "the folder of the tree; by default beside the file of the store, ending in .tree",
    ),
    (
        "verifier",
        "日志的公钥，或存有公钥的文件",
        "the public key of the log, or a file that holds it",
    ),
    (
        "witness",
        "见证方的公钥；可重复",
        "the public key of a witness; may be repeated",
    ),
    (
        "quorum",
        "至少须有几个见证方签署；默认全部",
        "how many of the witnesses must have signed; by default all",
    ),
    (
        "follow",
        "持续封存，每隔若干秒检查一次",
        "go on sealing, looking every so many seconds",
    ),
    (
        "checkpoint",
        "用此检查点证明，例如有见证签署的",
        "prove by this checkpoint, such as one with witnesses",
    ),
    (
        "out",
        "写入此文件；默认标准输出",
        "write to this file; by default to standard output",
    ),
    (
        "event",
        "事件：位置号，或 案件编号/序号",
        "the event: its position, or CASE/SEQUENCE",
    ),
    (
        "old",
        "旧检查点的文件，或其大小",
        "the file of the older checkpoint, or its size",
    ),
    (
        "new",
        "新检查点或一致性证明的文件；默认最新检查点",
        "the file of the newer checkpoint or of a proof; by default the newest checkpoint",
    ),
    (
        "last",
        "记录上次签署的检查点的文件；签署后更新",
        "the file with the checkpoint signed last; replaced by the new one",
    ),
    (
        "first",
        "首次签署该日志",
        "this is the first one of this log",
    ),
    (
        "log",
        "其他系统的事件日志：XES 或 CSV，可为 .gz",
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
        "listed",
        "每类最多列出多少条，全部都计数",
        "how many to list of each kind; all are counted",
    ),
    (
        "known-at",
        "按哪一时刻所知：只计日志当时已记入的事件",
        "as known at this instant: by what the log had taken by then",
    ),
    (
        "position",
        "按日志至哪一位置所知",
        "as known up to this position of the log",
    ),
];
