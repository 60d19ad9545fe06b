//! What clap itself writes into help, in Chinese: its marks, and the names of values.

/// Clap's own marks as they stand in rendered help.
const MARKS: &[(&str, &str)] = &[
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("[possible values: ", "[可用："),
    ("[default: ", "[默认："),
    ("[env: ", "[环境变量："),
];

/// Names of values, as `<CODE>` in a line of help.
const VALUES: &[(&str, &str)] = &[
    ("CASE", "案件"),
    ("BY", "分组"),
    ("LEVEL", "层级"),
    ("CASES", "数"),
    ("CLASS", "类别"),
    ("CODE", "代码"),
    ("COLUMNS", "列，列"),
    ("CURSOR", "标记"),
    ("EVENT", "事件"),
    ("NEW", "新检查点"),
    ("OLD", "旧检查点"),
    ("SECONDS", "秒"),
    ("VKEY", "公钥|文件"),
    ("DATA", "数据文件"),
    ("FILE", "文件"),
    ("FILES", "文件"),
    ("FOLDER", "目录"),
    ("FORM", "格式"),
    ("LOG", "日志文件"),
    ("INSTANT", "时间"),
    ("INSTANT|N", "时间|位置"),
    ("WINDOW", "区间"),
    ("FIGURE", "指标"),
    ("ITEM=SCORE[;REASON]", "评价项=分数[;理由]"),
    ("ACTION", "用途"),
    ("KEY", "密钥编号"),
    ("KIND=REFERENCE[;NOTE]", "种类=编号[;说明]"),
    ("LAT,LNG", "纬度，经度"),
    ("LIMIT", "时限"),
    ("MATTER", "事项"),
    ("N", "数"),
    ("N|now", "数|now"),
    ("NAME", "名称"),
    ("NAME|FILE", "名称|文件"),
    ("OUTCOME", "裁定"),
    ("PERSON", "人员"),
    ("PERSON/ROLE/UNIT", "人员/角色/单位"),
    ("DIR", "目录"),
    ("SEED", "数"),
    ("PACE", "数"),
    ("SHELL", "命令解释器"),
    ("PLACE", "网格党组织"),
    ("QUARTER", "季度"),
    ("SIDE", "一方"),
    ("SORT", "排序"),
    ("STAGE", "阶段"),
    ("START", "起算时间"),
    ("SUBJECT", "个人代号"),
    ("SYSTEM", "系统"),
    ("SYSTEM:ID", "系统：编号"),
    ("TEXT", "文字"),
    ("UNIT=WHAT", "单位=内容"),
    ("ADDRESS", "地址"),
    ("URL", "地址"),
    ("VERSION", "版本"),
];

/// The name of a value; none where it is written alike in both languages.
pub(super) fn value(name: &str) -> Option<&'static str> {
    let (_, zh) = VALUES.iter().find(|(en, _)| *en == name)?;
    Some(zh)
}

/// Rendered help with clap's marks in Chinese.
pub(super) fn marked(help: &str) -> String {
    let mark = |text: String, (en, zh): &(&str, &str)| text.replace(en, zh);
    MARKS.iter().fold(help.to_owned(), mark)
}
