//! One line for every command that is not a command to a case (those take the words of the rules).

mod audit;

use gridwhistle::domain::text::Language;

type Row = (&'static str, &'static str, &'static str);

/// The words of a command by its path.
pub(super) fn about(path: &str, language: Language) -> Option<&'static str> {
    let (_, zh, en) = ABOUT
        .iter()
        .chain(audit::ABOUT)
        .find(|(known, _, _)| *known == path)?;
    Some(match language {
        Language::ZhCn => zh,
        Language::En => en,
    })
}

const ABOUT: &[Row] = &[
    (
        "",
        "网格哨：吹哨报到、分类办理、限时销号的案件引擎",
        "gridwhistle: the case-dispatch engine of city grids",
    ),
    (
        "init",
        "建立存储，装入内置日历与默认规则；重复执行无害",
        "make the store, with the built-in calendars and default rules; harmless when repeated",
    ),
    (
        "registry",
        "登记：单位、网格、人员、任职、服务",
        "the registry: units, grids, people, tenures, services",
    ),
    (
        "registry import",
        "导入登记文件，要么全部写入，要么全不写入",
        "import registry files, all lines or none",
    ),
    (
        "demo",
        "生成演示城市：真实命令、模拟时钟、固定种子，并给出值班首屏",
        "make the demo city by real commands, a simulated clock and a fixed seed, and show the duty officer's first page",
    ),
    ("registry show", "查看登记", "show the registry"),
    (
        "registry show units",
        "列出单位及其代码",
        "list the units with their codes",
    ),
    (
        "registry show grids",
        "列出网格及其代码",
        "list the grids with their codes",
    ),
    (
        "registry show people",
        "列出在岗人员，可直接用于 --as",
        "list who holds office, as --as takes them",
    ),
    ("catalogue", "网格事项清单", "the matter catalogue"),
    (
        "catalogue import",
        "导入事项清单文件，要么全部写入，要么全不写入",
        "import a catalogue file, all lines or none",
    ),
    (
        "catalogue show",
        "查看现行事项，或其中一项",
        "show the matters in force, or one of them",
    ),
    (
        "policy",
        "规则：时限、链条、上限",
        "the rules: limits, chains, caps",
    ),
    (
        "policy check",
        "检查规则文件有无漏洞，不写入",
        "check a policy file for holes; writes nothing",
    ),
    ("policy publish", "发布规则文件", "publish a policy file"),
    (
        "policy diagram",
        "画出一类案件的流程（Mermaid）",
        "draw the flow of a class (Mermaid)",
    ),
    (
        "policy show",
        "列出规则版本，或查看其中一个",
        "list the policy versions, or show one",
    ),
    ("key", "外部系统密钥", "keys of other systems"),
    (
        "key issue",
        "签发密钥；内容只显示一次",
        "issue a key; it is shown once",
    ),
    ("key list", "列出密钥", "list the keys"),
    (
        "key revoke",
        "吊销密钥，立即生效",
        "revoke a key, from now on",
    ),
    ("calendar", "工作日历", "the working calendar"),
    (
        "calendar publish",
        "发布日历版本",
        "publish a calendar version",
    ),
    (
        "calendar show",
        "列出日历版本",
        "list the calendar versions",
    ),
    (
        "calendar due",
        "计算时限何时届满",
        "say when a limit falls due",
    ),
    (
        "case",
        "一件案件：办理与查询",
        "one case: commands and questions",
    ),
    ("case show", "查看案件", "show a case"),
    (
        "case timeline",
        "查看案件经过",
        "tell what happened to a case",
    ),
    (
        "case reporters",
        "查看上报人；无权者只见掩码",
        "show who reported; masked to whoever may not read it",
    ),
    (
        "case timer",
        "时钟命令，平时由引擎自动执行",
        "commands of the clock, which the engine gives by itself",
    ),
    ("evaluate", "双向互评", "mutual evaluation"),
    (
        "evaluate pairs",
        "列出案件开启的互评",
        "list the pairs that a closed case opened",
    ),
    ("evaluate seal", "封存一方的评价表", "seal one side's form"),
    (
        "evaluate show",
        "查看互评：事实与评价项；揭晓前只见承诺值",
        "show an evaluation: facts and items; of the answers commitments only, until it is revealed",
    ),
    (
        "evaluate appeal",
        "对一方的评价表申诉：由被评单位提出",
        "appeal against a side's form, for the unit that was rated",
    ),
    (
        "evaluate decide-appeal",
        "裁定申诉：由第三方单位裁定，成立则该表不计分",
        "decide an appeal, for a third unit; an upheld form counts in no figure",
    ),
    (
        "appraise",
        "季度评议：网格党组织评议打过交道的单位和责任人",
        "quarterly appraisal of units and persons by the grid party organisations that met them",
    ),
    (
        "appraise open",
        "开启一个已结束季度的评议",
        "open the round of a quarter that is over",
    ),
    (
        "appraise seal",
        "密封对一个单位或责任人的评议",
        "seal the form about a unit or a person",
    ),
    (
        "appraise show",
        "查看一轮评议或一张评议票；不见答案",
        "show a round or a ballot; never the answers",
    ),
    (
        "appraise settle",
        "窗口期满后一并揭示，平时由引擎自动执行",
        "open all forms when the window is over, which the engine does by itself",
    ),
    (
        "appraise notes",
        "阅读评议留言：限被评者与督查员，阅读留痕",
        "read what was written: for the rated and supervisors alone, and on record",
    ),
    (
        "list",
        "清单：台账与四张督办单",
        "lists: the ledger and the four overdue lists",
    ),
    ("list ledger", "台账", "the ledger"),
    ("list prewarning", "临期预警", "close to due"),
    ("list overdue", "超期", "past due"),
    ("list severe", "严重超期", "severely past due"),
    (
        "list suspended",
        "挂起与挂账",
        "suspended or on hold, with the reason",
    ),
    (
        "list exports",
        "导出记录：何人、何时、导出了什么",
        "the record of exports: who took what, and when",
    ),
    (
        "export",
        "把清单或统计导出为 xlsx 或 csv，并记入日志",
        "write a list or figures to xlsx or csv, on record",
    ),
    (
        "list callbacks",
        "按哈希抽中、应回访的案件",
        "closed cases drawn by a hash to be called back",
    ),
    ("report", "统计", "figures"),
    ("report units", "按单位统计", "figures by unit"),
    (
        "report areas",
        "街道、社区或网格办理情况：各项率、用时、积压",
        "how streets, communities or grids did: rates, times, backlog",
    ),
    ("report classes", "按类别统计", "figures by class"),
    (
        "report departments",
        "部门办理情况：各项率、用时、积压",
        "how units answered: rates, times, backlog",
    ),
    (
        "report appraisals",
        "季度评议结果：单位与责任人，参评不足者不公布",
        "what the appraisals say of units and persons; too few raters are withheld",
    ),
    (
        "report indicators",
        "GB/T 30428 指标：全市、各区域或各单位",
        "the indicators of GB/T 30428: city, areas or units",
    ),
    (
        "report satisfaction",
        "居民满意度与三率",
        "what residents say, and the three rates",
    ),
    (
        "report evaluations",
        "双向互评：各单位得分、参评率、提示",
        "mutual evaluation: scores, participation and flags of each unit",
    ),
    (
        "report matrix",
        "街道与部门互评矩阵，双向",
        "street by department, in both directions",
    ),
    (
        "report ranking",
        "单位综合得分与排名",
        "composite scores and ranks of units",
    ),
    ("score", "发布的得分", "scores on record"),
    (
        "score run",
        "发布一个区间的得分：规则版本、事件范围与结果哈希一并记入日志",
        "put the scores of a window on record, with policy version, range of events and hash of the result",
    ),
    (
        "score list",
        "列出已发布的得分",
        "list the scores on record",
    ),
    ("score show", "查看一次发布的得分", "show scores on record"),
    (
        "score compare",
        "比较两次发布，或与当前情况比较：谁变了、因为什么",
        "compare two runs, or one with how things stand now: who changed, and by what",
    ),
    (
        "score check",
        "按日志重新计算一次发布，核对结果哈希",
        "count a run again from the log and hold the hash against it",
    ),
    (
        "explain",
        "展开一项指标：计入的每个案件、是否达标、依据的事件",
        "open a share: each case it counts, whether it met it, the events that say so",
    ),
    ("import", "导入外部案件清单", "import a foreign case list"),
    (
        "migrate",
        "将数据库格式更新到本程序的版本；重复执行无害",
        "bring the schema of a database up to date; harmless when repeated",
    ),
    (
        "copy",
        "将租户日志整体复制到另一存储，并证明两者相同；可中断续传，源可正在使用",
        "copy a tenant's log whole to another store and prove both equal; may be interrupted, the source may be in use",
    ),
    (
        "backup",
        "将使用中的存储文件完整备份为新文件，并逐一核验；数据库请用其自身的工具",
        "back a store file up whole to a new file while it is in use, and check it; a database has tools of its own",
    ),
    (
        "rebuild",
        "在旁重建视图，建成后替换",
        "build the views anew beside the live ones, then swap",
    ),
    (
        "verify",
        "逐一核验日志的校验和与哈希链",
        "check every checksum and the hash chain of the log",
    ),
    (
        "erase",
        "删除一人的密钥，其个人信息从此无人可读",
        "delete a person's key: nobody can read their data again",
    ),
    (
        "tick",
        "执行所有到期的时钟命令",
        "give all commands of the clock that are due",
    ),
    (
        "serve",
        "以 HTTP 提供服务，直到收到停止命令",
        "serve over HTTP until told to stop",
    ),
    (
        "demo",
        "建立并演示一座示范城市",
        "make a demo city and show it",
    ),
    ("completions", "输出命令补全脚本", "print shell completions"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_lacks_a_language() {
        for (path, zh, en) in ABOUT.iter().chain(audit::ABOUT) {
            assert!(!zh.is_ascii() && en.is_ascii() && !en.is_empty(), "{path}");
        }
    }
}
