//! One line for every command of an auditor.

use super::Row;

pub(super) const ABOUT: &[Row] = &[
    (
        "audit",
        "审计：独立读取日志，不经引擎，不作任何写入",
        "audit: reads the log by itself, without the engine, and writes nothing into it",
    ),
    (
        "audit export",
        "将全部案件写成流程挖掘工具可读的文件：XES 或 OCEL 2.0；不含个人信息与自由文字",
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
        "将一件已办结的案件写成单个 HTML 文件：可读，含全部事件、佐证哈希与证明",
        "write a case that is over as one HTML file: to read, with its events, hashes of evidence and proofs",
    ),
    (
        "audit archive verify-case",
        "离线核验归档的案件：只需文件，重算校验和与链值；给出公钥则每个事件都须有证明",
        "verify an archived case by its file alone: checksums and links; with a key every event must be proven",
    ),
    (
        "audit archive segment",
        "一段期间的日志，压缩并封存为一个 Parquet 文件",
        "a period's log as one Parquet file, packed and sealed",
    ),
    (
        "audit archive segment write",
        "写入并读回核对",
        "write it, and read it back",
    ),
    (
        "audit archive segment verify",
        "不用数据库，重新计算全部校验和与链值；给出检查点则与之对照",
        "compute every checksum and the chain again, without the database, and hold them against a checkpoint",
    ),
    (
        "audit archive segment replay",
        "将相接的日志段重放成一份新的日志",
        "make a new log of segments that follow on each other",
    ),
    (
        "audit conformance",
        "各案对照其所依规则的流程：拟合度、偏离与可疑模式，附证据；有发现则退出码为 1",
        "how cases went against the flow of their policy: fitness, deviations, patterns with evidence; exit code 1 where something is found",
    ),
    (
        "audit verify",
        "逐一核验日志的校验和、哈希链与已封存的树，并指出第一处不符",
        "check every checksum, the hash chain and the sealed tree, and name the first position that does not fit",
    ),
    (
        "audit key",
        "生成签名密钥文件，并显示其公钥；从不覆盖已有文件",
        "make the file of a signing key and show its public key; never overwrites one",
    ),
    (
        "audit checkpoint",
        "封存新事件：写入树文件并签发检查点；可中断后续做",
        "seal new events: write tiles and sign a checkpoint; may be interrupted",
    ),
    (
        "audit prove",
        "证明某个事件在日志中：一个文件，可离线核验",
        "prove that an event stands in the log: one file, to be checked offline",
    ),
    (
        "audit receipt",
        "给上报人的回执：证明案件的上报已写入日志，可离线核验",
        "a receipt for who reported: proves that the report of a case stands in the log, to be checked offline",
    ),
    (
        "audit verify-proof",
        "离线核验证明或回执：只需文件与日志公钥",
        "check a proof or receipt offline: takes the file and the public key of the log alone",
    ),
    (
        "audit consistency",
        "证明新检查点延续旧检查点：已封存的内容未被改动",
        "prove that a newer checkpoint continues an older one: nothing sealed was changed",
    ),
    (
        "audit cosign",
        "以第二方身份见证并签署检查点",
        "sign a checkpoint as a second body that saw the log grow",
    ),
    (
        "audit case",
        "查看某案在某一时刻、按某一时刻所知的情况",
        "show a case as it was at an instant, as known at another",
    ),
    (
        "audit permission",
        "某人当时可对某案办什么，不可办者为何",
        "what somebody could do to a case then, and why not the rest",
    ),
    (
        "audit list",
        "重放日志，列出某一时刻、按某一时刻所知的清单",
        "replay the log and show a list as of an instant, as known at another",
    ),
    (
        "audit figure",
        "重放日志，给出某一时刻、按某一时刻所知的统计",
        "replay the log and show figures as of an instant, as known at another",
    ),
    (
        "audit diff",
        "两点之间有何变化：台账、案件、牌、规则，逐项说明由何事引起",
        "what changed between two points: ledger, cases, cards, the law, each with the event behind it",
    ),
    (
        "audit certificate",
        "重放证书：日志区间、规则与各视图表的哈希；或核对一份证书",
        "a certificate of what a replay gives: range of the log, law, hash of each table; or check one",
    ),
    (
        "audit compare",
        "由日志重建全部视图，与在用视图逐行比对",
        "build all views from the log and compare them with the live ones, row by row",
    ),
    (
        "audit judge",
        "逐一复核：每个事件当时是否合规则、日历、清单、登记与权限；列出不合之处",
        "judge every event by the policy, calendar, catalogue, registry and roles in force then",
    ),
    (
        "audit what-if",
        "推演：将一段时期按另一规则、日历或权重重新过一遍，与实际对照",
        "live a period again under another policy, calendar or weights, beside what was",
    ),
];
