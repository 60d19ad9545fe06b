//! Flags that one command gives a shade of its own, by the command's path and the flag's name.

use super::Row;

pub(super) const OWN: &[Row] = &[
    (
        "migrate distribute",
        "将日志按租户分布到 Citus 集群的各节点；重复执行无害",
        "spread the log over the nodes of a Citus cluster by tenant; harmless when repeated",
    ),
    (
        "serve listen",
        "监听地址与端口；默认 127.0.0.1:8080",
        "address and port to listen on; default 127.0.0.1:8080",
    ),
    (
        "serve development-login",
        "仅凭人员代码登录，仅限本机演示与开发",
        "let anybody act as anybody, on this machine alone",
    ),
    (
        "migrate postgres-es",
        "另建一个视图，供 postgres-es 的程序按其表的样式只读本租户的事件",
        "make the view through which programs of postgres-es read this tenant's events as their table",
    ),
    (
        "copy from",
        "源存储地址；默认为 --store",
        "the store to copy from; default: that of --store",
    ),
    (
        "backup file",
        "新文件，不得已存在",
        "a new file, which is not there yet",
    ),
    ("copy to", "目标存储地址", "the store to copy to"),
    (
        "demo dir",
        "存放演示城市 demo.db 的目录，没有则新建",
        "the folder for the store, demo.db; made if it is not there",
    ),
    ("demo cases", "案件数", "how many cases"),
    (
        "demo seed",
        "随机种子：相同种子得到相同的城市与事件",
        "the same seed gives the same city and the same events",
    ),
    (
        "demo force",
        "覆盖已有的演示城市；其他存储一概不动",
        "replace a demo city that is there already; no other store is touched",
    ),
    (
        "demo serve",
        "随后启动服务并打开页面：最后一周边看边继续，有人办理即有人应答",
        "serve the city afterwards: its last week goes on while people look, and what they do is answered",
    ),
    (
        "demo listen",
        "与 --serve 同用：监听地址与端口；默认 127.0.0.1:8080",
        "with --serve: address and port to listen on; default 127.0.0.1:8080",
    ),
    (
        "demo pace",
        "与 --serve 同用：每秒相当于城市中的几秒；0 为时钟不动",
        "with --serve: seconds of the city in one second; 0: its clock stands",
    ),
    (
        "case report case",
        "新案件的编号；默认由幂等键得出",
        "the id of the new case; by default it follows from the key",
    ),
    (
        "case report-handled case",
        "新案件的编号；默认由幂等键得出",
        "the id of the new case; by default it follows from the key",
    ),
    (
        "case record-callback result",
        "回访结果",
        "what the resident says",
    ),
    (
        "case record-callback satisfaction",
        "居民的满意度",
        "how content the resident is",
    ),
    ("case reopen ground", "重开事由", "why it comes back"),
    (
        "case reopen same-as",
        "再次反映同一问题的案件（事由为 same_problem 时必填）",
        "the case that reports it again; needed for the ground same_problem",
    ),
    ("case blow-whistle kind", "哨的种类", "the kind of whistle"),
    ("case report-in place", "报到地点", "where they came"),
    (
        "case report-in role",
        "报到人的角色",
        "in which role they came",
    ),
    (
        "case disclose place",
        "公开的地方",
        "where it was made public",
    ),
    ("case transfer-out to", "转往何处", "to whom it is handed"),
    (
        "case decide lead",
        "决定的主办单位",
        "the lead that is decided",
    ),
    (
        "case decide handle",
        "决定的办理时限；默认按规则",
        "the handling limit it sets; by default the rules'",
    ),
    (
        "policy diagram version",
        "规则版本；默认现行版本",
        "a policy version; by default the one in force",
    ),
    (
        "key issue name",
        "使用密钥的系统",
        "the system that uses the key",
    ),
    (
        "key issue office",
        "密钥以何任职行事：人员/角色/单位",
        "the office in which the key acts",
    ),
    (
        "key issue actions",
        "可用于：read、command、incoming、feed，以逗号分隔",
        "what it is for: read, command, incoming, feed, separated by commas",
    ),
    (
        "key issue expires",
        "到期时间，至多 366 天后",
        "the instant at which it ends, at most 366 days from now",
    ),
    ("key revoke id", "密钥编号", "the id of the key"),
    (
        "calendar due version",
        "日历版本；默认现行版本",
        "a calendar version; by default the one in force",
    ),
    (
        "calendar publish file",
        "日历文件（TOML）",
        "the calendar file (TOML)",
    ),
    (
        "catalogue import file",
        "清单文件（CSV）",
        "the catalogue file (CSV)",
    ),
    ("catalogue show matter", "事项代码", "the code of a matter"),
    (
        "policy diagram matter",
        "按某一事项的时限与证据来画",
        "with the limits and evidence of one matter",
    ),
    ("policy show version", "规则版本", "a policy version"),
    (
        "registry show units unit",
        "只看此单位及其下属",
        "this unit and those below it alone",
    ),
    (
        "registry show grids unit",
        "只看此单位辖内",
        "within this unit alone",
    ),
    (
        "registry show people unit",
        "只看此单位及其下属",
        "of this unit and those below it alone",
    ),
    ("list ledger source", "来源系统", "the foreign system"),
    ("list prewarning source", "来源系统", "the foreign system"),
    ("list overdue source", "来源系统", "the foreign system"),
    ("list severe source", "来源系统", "the foreign system"),
    ("list suspended source", "来源系统", "the foreign system"),
    (
        "report departments window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "report evaluations window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "report ranking window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "report matrix window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "evaluate appeal side",
        "对哪一方的评价表",
        "whose form it is against",
    ),
    (
        "evaluate appeal ground",
        "申诉理由，见规则 evaluation.appeal.grounds",
        "the ground, one of the policy's evaluation.appeal.grounds",
    ),
    (
        "evaluate decide-appeal side",
        "对哪一方的评价表",
        "whose form it is against",
    ),
    (
        "evaluate decide-appeal outcome",
        "成立（upheld）或不成立（dismissed）",
        "whether the form is left out of the figures",
    ),
    (
        "explain side",
        "互评得分由哪一方所评；默认按单位类别",
        "for the score of mutual evaluation: the side that rates; by default the one that rates units of that kind",
    ),
    (
        "score run window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second)",
    ),
    ("score show run", "发布编号", "the run's number"),
    ("score compare run", "发布编号", "the run's number"),
    (
        "score compare with",
        "另一次发布的编号；now 为同一区间的当前情况",
        "the number of another run; now: the same window as things stand",
    ),
    ("score check run", "发布编号", "the run's number"),
    (
        "explain indicator",
        "指标，见 docs/reference/figures.md",
        "the share, see docs/reference/figures.md",
    ),
    (
        "explain unit",
        "哪个单位的指标；- 为无主办单位的案件",
        "whose share; - for cases that no unit leads",
    ),
    (
        "explain area",
        "哪个区域的指标；- 为不在任何区域的案件",
        "the share of which area; - for cases that lie in none",
    ),
    (
        "explain window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "report areas window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "report indicators window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "report satisfaction window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认当月",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the month",
    ),
    (
        "list callbacks window",
        "销号时间所在区间，如 2026-06；默认当月",
        "when they were closed, e.g. 2026-06; by default the month",
    ),
    (
        "report indicators by",
        "全市、按区域或按主办单位",
        "the city, by area or by lead unit",
    ),
    (
        "report satisfaction by",
        "按区域或按主办单位",
        "by area or by lead unit",
    ),
    ("report units source", "来源系统", "the foreign system"),
    ("report classes source", "来源系统", "the foreign system"),
    ("policy diagram class", "案件类别", "the class of case"),
    (
        "export to",
        "写到哪个文件：以 .xlsx 或 .csv 结尾",
        "the file to write: its name ends in .xlsx or .csv",
    ),
    (
        "export force",
        "覆盖已有的文件",
        "replace a file that is there",
    ),
    (
        "appraise open round",
        "季度，如 2026-Q2",
        "the quarter, e.g. 2026-Q2",
    ),
    (
        "appraise seal round",
        "季度，如 2026-Q2",
        "the quarter, e.g. 2026-Q2",
    ),
    (
        "appraise show round",
        "季度，如 2026-Q2",
        "the quarter, e.g. 2026-Q2",
    ),
    (
        "appraise settle round",
        "季度，如 2026-Q2",
        "the quarter, e.g. 2026-Q2",
    ),
    (
        "appraise notes round",
        "季度，如 2026-Q2",
        "the quarter, e.g. 2026-Q2",
    ),
    ("appraise seal unit", "被评单位", "the unit that is rated"),
    (
        "appraise seal person",
        "被评责任人；默认评单位本身",
        "the person who answers for it; by default the unit itself",
    ),
    ("appraise notes unit", "被评单位", "the unit that is rated"),
    (
        "appraise notes person",
        "被评责任人；默认评单位本身",
        "the person who answers for it; by default the unit itself",
    ),
    (
        "appraise seal rater",
        "网格党组织：unit：代码 或 grid：代码",
        "the party organisation: unit:CODE or grid:CODE",
    ),
    (
        "appraise show rater",
        "网格党组织：unit：代码 或 grid：代码",
        "the party organisation: unit:CODE or grid:CODE",
    ),
    (
        "appraise seal note",
        "留言，仅被评者与督查员可见",
        "free text, for the rated and supervisors alone",
    ),
    (
        "report appraisals window",
        "统计区间：2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01（不含止日）；默认上一季度",
        "the window: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01 (before the second); by default the last quarter",
    ),
    (
        "explain person",
        "责任人（仅用于 appraisal）",
        "the person who answers for the unit (appraisal alone)",
    ),
];
