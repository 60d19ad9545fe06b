//! One line for every flag and argument. A name means one thing everywhere; where a command gives it
//! another shade, the command's own line stands first.

mod audit;
mod shades;

use gridwhistle::domain::text::Language;

type Row = (&'static str, &'static str, &'static str);

/// The words of a flag: its line for this command, or else its line by name.
pub(super) fn help(path: &str, name: &str, language: Language) -> Option<&'static str> {
    let here = format!("{path} {name}").replace('_', "-");
    let name = name.replace('_', "-");
    let own = shades::OWN
        .iter()
        .chain(audit::OWN)
        .find(|(known, _, _)| *known == here);
    let mut all = FLAGS.iter().chain(audit::FLAGS);
    let (_, zh, en) = own.or_else(|| all.find(|(known, _, _)| *known == name))?;
    Some(match language {
        Language::ZhCn => zh,
        Language::En => en,
    })
}

const FLAGS: &[Row] = &[
    // Everywhere.
    (
        "store",
        "存储地址；默认 sqlite://gridwhistle.db",
        "the store; default sqlite://gridwhistle.db",
    ),
    ("keys", "密钥文件；数据库须指明", "the file of the key ring"),
    ("tenant", "租户；默认 city", "the tenant; default city"),
    (
        "actor",
        "谁在操作：人员/角色/单位",
        "who acts: person, role, unit",
    ),
    ("on-behalf-of", "代何人操作", "for whom the actor stands in"),
    (
        "lang",
        "语言；默认随系统，系统非英语则为 zh-CN",
        "the language; default en where the machine's locale is English, else zh-CN",
    ),
    ("json", "以 JSON 输出", "answer in JSON"),
    (
        "wide",
        "表格显示全部列，不限宽度",
        "tables with all columns, however wide",
    ),
    (
        "columns",
        "表格只显示这些列，以逗号分隔",
        "tables with these columns alone, separated by commas",
    ),
    (
        "by-role",
        "列出何种角色现在可办什么",
        "list which role may do what now",
    ),
    (
        "config",
        "配置文件；默认 ./gridwhistle.toml",
        "the settings file; default ./gridwhistle.toml",
    ),
    ("help", "显示帮助", "show this help"),
    ("version", "显示版本", "show the version"),
    (
        "as-of",
        "问哪一时刻：2026-07-01 09:30（北京时间）或带时区的时间",
        "the instant asked: 2026-07-01 09:30 (UTC+8), or with an offset",
    ),
    (
        "key",
        "幂等键：同一键重复请求只办一次",
        "the idempotency key: a repeat under it is done once",
    ),
    (
        "expect",
        "仅当案件为此版本时办理",
        "only if the case is at this version",
    ),
    (
        "case",
        "案件：编号（或其前几位）、台账号，或 来源系统：编号",
        "the case: its id (or how it begins), its number on the ledger, or SYSTEM:ID",
    ),
    // Set-up.
    (
        "files",
        "登记文件或其所在目录",
        "registry files, or a folder of them",
    ),
    ("file", "规则文件（TOML）", "the policy file (TOML)"),
    (
        "built-in",
        "查看内置默认规则的文件，可供修改",
        "the text of the built-in default, to copy and adapt",
    ),
    ("start", "起算时间", "when it begins"),
    ("shell", "命令解释器", "the shell"),
    // Lists and figures.
    (
        "year",
        "哪一年；默认今年",
        "of which year; by default this one",
    ),
    ("street", "街道代码", "the code of the street"),
    ("community", "社区代码", "the code of the community"),
    ("stage", "阶段；可重复", "the stage; may be repeated"),
    ("open", "仅在办案件", "only cases that have not ended"),
    ("overdue", "仅超期在办案件", "only open cases past due"),
    (
        "anomaly",
        "仅带此异常标记的导入案件",
        "only imported cases that were kept with this anomaly",
    ),
    (
        "text",
        "描述中的字词，或案件编号、来源编号",
        "words of the description, a case id or a source's id",
    ),
    ("reported-from", "上报不早于", "reported at or after"),
    ("reported-before", "上报早于", "reported before"),
    ("sort", "排序", "the order"),
    (
        "rows",
        "每页行数，1 至 10000；默认 50",
        "rows a page, 1 to 10000; default 50",
    ),
    (
        "cursor",
        "上一页给出的翻页标记",
        "where the page before left off",
    ),
    (
        "level",
        "区域层级：街道、社区或网格",
        "streets, communities or grids",
    ),
    // Evaluation.
    (
        "area",
        "街道或社区一方的单位，一项任务有多对时用",
        "the unit of the area's side, where a leg has several",
    ),
    ("side", "评价的一方", "the side that rates"),
    (
        "score",
        "评分：评价项=1至5[;理由代码]；可重复",
        "a score: ITEM=1..5[;REASON]; may be repeated",
    ),
    // Import and upkeep.
    (
        "mapping",
        "内置映射的名称，或映射文件（TOML）",
        "a built-in mapping by name, or a mapping file (TOML)",
    ),
    (
        "data",
        "案件清单：CSV 或 CSV.gz",
        "the case list: CSV or CSV.gz",
    ),
    (
        "rejects",
        "不予导入的行写到哪里，须为尚不存在的文件；默认 数据文件名.rejects.csv，已有则 .rejects.2.csv",
        "where rejected rows go, a file that is not there yet; default DATA.rejects.csv, or .rejects.2.csv where that is taken",
    ),
    (
        "subject",
        "个人代号，见办理时的回执",
        "the data subject, as the receipt of the command named it",
    ),
    ("yes", "确认", "confirm"),
    // Reports.
    (
        "channel",
        "渠道，如 patrol、snap_report、hotline_12345",
        "the channel, e.g. patrol, snap_report, hotline_12345",
    ),
    ("grid", "网格代码", "the code of the grid"),
    ("place", "地点描述", "the place in words"),
    (
        "point",
        "坐标：纬度，经度",
        "the point on the map, in degrees",
    ),
    ("description", "问题描述", "what the matter is, in words"),
    (
        "reporter-file",
        "上报人信息文件；- 为标准输入（不留在命令历史）",
        "the reporter's data in a file; - is standard input",
    ),
    (
        "evidence",
        "证据；可重复",
        "a piece of evidence; may be repeated",
    ),
    ("source", "来源系统及其编号", "the source system and its id"),
    ("class", "案件类别", "the class of case"),
    ("matter", "事项代码", "the code of the matter"),
    ("outcome", "办理结果", "what came of it"),
    ("reply", "答复内容", "the reply"),
    // Desk.
    (
        "manual-dispatch",
        "人工派单，不按派单规则",
        "dispatch by hand, not by rule",
    ),
    ("origin", "自下而上或自上而下", "upward or downward"),
    (
        "reason",
        "理由，或规则 [reasons] 所列代码（gridwhistle policy show --built-in）",
        "the reason, or its code as [reasons] lists it (gridwhistle policy show --built-in)",
    ),
    ("note", "说明", "a note"),
    ("into", "并入哪一案件", "the case it is merged into"),
    // Whistles and legs.
    (
        "ground",
        "吹哨事由代码，见规则 [reasons.whistle_ground](gridwhistle policy show --built-in)",
        "the code of the ground, listed under [reasons.whistle_ground] (gridwhistle policy show --built-in)",
    ),
    (
        "target",
        "被吹哨的单位；可重复",
        "a unit that is called; may be repeated",
    ),
    (
        "prework",
        "先行处置的证据；可重复",
        "evidence of the grid's own work; may be repeated",
    ),
    (
        "new-facts",
        "上次未获批准后的新情况",
        "what is new since a whistle was declined",
    ),
    ("lead", "主办单位", "the lead unit"),
    (
        "co-handler",
        "协办单位；可重复",
        "a co-handling unit; may be repeated",
    ),
    ("emergency", "紧急", "an emergency"),
    (
        "precedent",
        "所引先例的案件",
        "the case of a precedent that is cited",
    ),
    ("undertaker", "承办的单位", "the unit that undertakes it"),
    ("leg", "任务编号", "the number of the leg"),
    (
        "means",
        "联系方式的种类，如 phone、visit",
        "how they were reached, e.g. phone, visit",
    ),
    ("person", "到场人员代码", "the code of whoever came"),
    ("legal-basis", "法律依据", "the legal basis"),
    (
        "unit",
        "单位代码；可重复者为列表",
        "the code of a unit; repeated where several are meant",
    ),
    (
        "precedent-matter",
        "先例适用的事项",
        "the matter of the precedent",
    ),
    (
        "precedent-criteria",
        "先例适用的条件",
        "when the precedent applies",
    ),
    (
        "precedent-lead",
        "先例的主办单位",
        "the lead that the precedent names",
    ),
    (
        "precedent-minutes",
        "纪要的 SHA-256",
        "SHA-256 of the minutes",
    ),
    ("result", "办理情况", "what was done"),
    // Time.
    (
        "limit",
        "时限，如 3 wd、24 h、2 wh、5 d",
        "a limit, e.g. 3 wd, 24 h, 2 wh, 5 d",
    ),
    ("citizen-informed", "已告知当事人", "the citizen was told"),
    ("until", "到何时为止", "until when"),
    ("proof", "证明材料；可重复", "a proof; may be repeated"),
    ("review", "多久后复核", "after how long it is looked at"),
    (
        "next",
        "下次多久后复核",
        "after how long it is looked at again",
    ),
    ("handle", "办理时限", "the handling limit"),
    // Coordination.
    ("cause", "提请的缘由", "what it is proposed for"),
    ("agenda", "议题", "the agenda"),
    (
        "present",
        "到会单位；可重复",
        "a unit that was present; may be repeated",
    ),
    (
        "deliverable",
        "交付项：单位=内容；可重复",
        "what a unit owes; may be repeated",
    ),
    ("minutes", "会议纪要的 SHA-256", "SHA-256 of the minutes"),
    // Responses and supervision.
    (
        "decided-at",
        "窗口何时作出决定；缺省为现在",
        "when the window decided; by default now",
    ),
    (
        "contacted-at",
        "四要素：何时联系",
        "reply elements: when contact was made",
    ),
    (
        "contact",
        "四要素：联系了谁（职务或代称）",
        "reply elements: who was contacted (a function, no name)",
    ),
    ("measure", "四要素：措施", "reply elements: what is done"),
    ("deadline", "四要素：完成时间", "reply elements: by when"),
    ("what", "公开什么", "what is made public"),
    ("card", "牌的颜色", "the colour of the card"),
    (
        "rule",
        "依据的规则代码，或 leader",
        "the code of the rule, or leader",
    ),
    // Mandates.
    (
        "principal-file",
        "委托人信息文件；- 为标准输入",
        "the principal's data in a file; - is standard input",
    ),
    (
        "guardian-file",
        "监护人信息文件；- 为标准输入",
        "the guardian's data in a file; - is standard input",
    ),
    (
        "scope",
        "委托事项代码；可重复",
        "an item of the mandate; may be repeated",
    ),
    ("paper", "材料名称；可重复", "a paper; may be repeated"),
    ("expires-at", "委托到期时间", "when the mandate ends"),
    (
        "identity-check",
        "核验身份的方式",
        "how the identity was checked",
    ),
    ("window", "窗口单位", "the unit of the window"),
    ("receipt", "受理回执号", "the window's receipt number"),
    ("item", "办理的事项代码", "the item that is applied for"),
    (
        "material",
        "材料名称；可重复",
        "a material; may be repeated",
    ),
    ("notice", "补正通知", "the notice"),
    ("granted", "是否准予", "whether it was granted"),
    (
        "document",
        "决定文书编号或哈希",
        "the document, by number or hash",
    ),
    (
        "signature",
        "签收单编号或哈希",
        "the signed list, by number or hash",
    ),
    ("agent", "接替的代办员", "the substitute agent"),
    ("principal-told", "已告知委托人", "the principal was told"),
    // Timers.
    ("from", "被并入的案件", "the case that was merged"),
    ("clock", "哪一时钟", "which clock"),
    (
        "percent",
        "已用预算的百分比",
        "at which percent of the budget",
    ),
    ("calendar", "日历版本", "the calendar version"),
];

#[cfg(test)]
mod tests;
