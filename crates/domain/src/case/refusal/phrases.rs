//! The phrases in which rules say what they would accept, in Chinese. One line each; a rule without
//! its line is found by the first test that provokes the refusal.

/// The Chinese of a phrase.
pub(super) fn phrase(english: &str) -> Option<&'static str> {
    let line = PHRASES.iter().find(|(known, _)| *known == english);
    line.map(|(_, chinese)| *chinese)
}

const PHRASES: &[(&str, &str)] = &[
    ("a reason in words", "以文字说明理由"),
    ("a unit that is active now", "在用单位"),
    ("at least one, none blank", "至少一项,且不得为空"),
    ("someone of another unit", "其他单位的人员"),
    (
        "someone of a unit without a part in the case",
        "未参与本案单位的人员",
    ),
    ("a row", "一行规则"),
    ("zh, en", "中文(zh)和英文(en)"),
    ("or `above`", "或另设 `above`"),
    ("a limit, e.g. `2 wd`", "时限,如 `2 wd`"),
    ("a limit, e.g. `24 h`", "时限,如 `24 h`"),
    ("a code that no other step has", "未被其他环节使用的代码"),
    (
        "a regular way to `closed`, and from there to `archived`",
        "能到达 `closed` 并由此到达 `archived` 的正常途径",
    ),
    (
        "a regular way to `handed_back`",
        "能到达 `handed_back` 的正常途径",
    ),
    (
        "a class with route `coordination`",
        "途径为 `coordination` 的类别",
    ),
    (
        "area, street, community, grid, reporter",
        "`area`、`street`、`community`、`grid`、`reporter`",
    ),
    ("at least one kind", "至少一种"),
    ("at least one reason", "至少一项理由"),
    ("at least one set", "至少一组"),
    (
        "at least one step that is not of the co-handlers",
        "至少一个不属于协办单位的环节",
    ),
    (
        "chair, quorum_percent, adjournments, decision_cap",
        "`chair`、`quorum_percent`、`adjournments`、`decision_cap`",
    ),
    ("rising", "依次递增"),
    ("roles", "角色"),
    ("roles of rank street or above", "街道级及以上的角色"),
    ("each part once", "各指标只列一次"),
    ("each unit once", "各单位只列一次"),
    ("another person of the street office", "街道的其他人员"),
    (
        "a SHA-256 or a document number each",
        "每件附 SHA-256 值或文号",
    ),
    ("an approver of another unit", "其他单位的审批人"),
    (
        "a calendar that settles a provisional due time",
        "能确定暂定期限的日历",
    ),
    ("a SHA-256 or a document number", "SHA-256 值或文号"),
    ("another rule", "其他规则"),
    ("an open case", "在办案件"),
    ("someone who did not handle the case", "未经办本案的人员"),
    (
        "an approver of another unit than the lead",
        "主办单位以外的审批人",
    ),
    ("another person", "其他人员"),
    ("the reporter", "上报人"),
    ("the principal", "委托人"),
    ("the guardian", "监护人"),
    (
        "returns, no_lead, reworks, red_card: none holds",
        "退单过多(returns)、无人主办(no_lead)、返工过多(reworks)、红牌(red_card)之一;目前均不成立",
    ),
    ("returns", "退单过多(returns)"),
    ("no_lead", "无人主办(no_lead)"),
    ("reworks", "返工过多(reworks)"),
    ("red_card", "红牌(red_card)"),
    ("dispatch emergency", "应急派单(dispatch --emergency)"),
    ("64 hexadecimal digits", "64 位十六进制数"),
    ("another open case", "另一在办案件"),
    ("a grid that is active now", "在用网格"),
    ("a co-handler's leg", "协办单位的任务"),
    ("the lead and the co-handlers", "主办和协办单位"),
    (
        "a unit registered for this matter",
        "已登记服务该事项的单位",
    ),
    (
        "a reporter who does not handle the case",
        "未经办本案的上报人",
    ),
    ("sign-off by a person", "由人员销号(sign-off)"),
    ("another class", "其他类别"),
    (
        "an objection in the meeting: convene",
        "在协调会上提出异议(convene)",
    ),
    (
        "record-callback confirmed",
        "回访确认(record-callback confirmed)",
    ),
    ("report a new case", "另行上报(report)"),
    ("rank street or above", "街道级及以上"),
    ("the window's written reason", "窗口的书面理由"),
    ("the ground in words", "以文字说明重开缘由"),
    (
        "prework: at least one piece of evidence",
        "至少一件先行处置证据(prework)",
    ),
    ("a case that registered a precedent", "已登记先例的案件"),
    ("a class with route `direct`", "途径为 `direct` 的类别"),
    (
        "a class with route `coordination` and its rules",
        "途径为 `coordination` 的类别及其规则",
    ),
    ("a policy with all five classes", "五类齐全的规则"),
    ("a policy with every kind of whistle", "各种哨齐全的规则"),
    ("a person in office", "在岗人员"),
    (
        "a person who may approve a hold, the lead",
        "可批准挂账的人员或主办单位",
    ),
    ("three returns, or convene", "三次退单,或召集协调(convene)"),
    ("another case", "另一案件"),
    (
        "a matter in force: gridwhistle catalogue show",
        "现行事项,见 `gridwhistle catalogue show`",
    ),
    ("a live leg", "未终止的任务"),
    (
        "identity_check: how it was done",
        "核验方式(identity_check)",
    ),
    ("why, without personal data", "缘由,不含个人信息"),
    ("the window's receipt number", "窗口回执号"),
    ("what was found", "复核情况"),
    ("what was done", "办理情况"),
    ("the units that must come", "应到单位"),
    ("where they came", "到场地点"),
    ("when the rule applies, in words", "以文字说明适用情形"),
    ("what the unit owes", "该单位应办事项"),
    ("what the citizen is told", "告知当事人的内容"),
    ("what the resident is told", "答复当事人的内容"),
    (
        "e.g. telephone, on_the_spot",
        "如电话(telephone)、现场(on_the_spot)",
    ),
    (
        "returns, no_lead, reworks, red_card, or a word",
        "退单过多(returns)、无人主办(no_lead)、返工过多(reworks)、红牌(red_card),或自述缘由",
    ),
    (
        "the result document's number or hash",
        "结果文书的文号或哈希值",
    ),
    ("a pseudonym", "化名编号"),
    (
        "e.g. snap_report, hotline_12345, patrol",
        "如随手拍(snap_report)、热线(hotline_12345)、巡查(patrol)",
    ),
    ("the number of the written notice", "书面通知编号"),
    ("the number of the unit's leg", "该单位任务的编号"),
    ("at least one unit", "至少一个单位"),
    ("an item of the mandate", "委托范围内的事项"),
    ("where it was made public", "公开地点"),
    (
        "how it goes, without personal data",
        "进展情况,不含个人信息",
    ),
    ("what is to be decided", "议题"),
    ("what is asked for", "催办内容"),
    (
        "petition, judicial, external",
        "信访(petition)、司法(judicial)、外部系统(external)",
    ),
    (
        "contact-resident before the response",
        "在反馈前联系当事人(contact-resident)",
    ),
    ("a new id", "新的编号"),
    ("the id of the same source", "同一来源的编号"),
    (
        "raise-card yellow, emergency",
        "先亮黄牌(raise-card yellow),或标明紧急(emergency)",
    ),
    ("another percent", "其他百分比"),
    ("the other disclosure", "另一项公开"),
    ("a case that was not merged before", "未曾并入的案件"),
    ("before the due time", "到期之前"),
    (
        "at least one for the lead and for each co-handler",
        "主办和每个协办单位至少各一项",
    ),
    (
        "the lead alone, or reclassify undertaken, special",
        "只派主办单位,或改为承办件、特办件(reclassify undertaken, special)",
    ),
    (
        "a department, street, community, company or social organisation",
        "部门、街道、社区、企业或社会组织",
    ),
    (
        "record-callback disputed",
        "回访提出异议(record-callback disputed)",
    ),
    (
        "same_as: the case that reports it again",
        "再次反映同一问题的案件(same_as)",
    ),
    (
        "who was contacted, by function",
        "联系了何人(只写身份,不写姓名)",
    ),
    ("what is done", "采取的措施"),
    (
        "or the area's staff without a part in the case",
        "或本辖区未参与本案的人员",
    ),
    (
        "words without them; the sealed details of the reporter",
        "不含此类号码的文字;号码只写入加密的上报人信息",
    ),
    ("a command that is JSON", "JSON 格式的操作"),
    ("manual_dispatch", "人工派单(manual_dispatch)"),
    ("citizen_informed", "已告知当事人(citizen_informed)"),
    ("principal_told", "已告知委托人(principal_told)"),
    ("new_facts", "新的情况(new_facts)"),
    ("legal_basis", "法律依据(legal_basis)"),
    ("leader", "领导签发(leader)"),
    ("disclose resolution", "公开决议(disclose resolution)"),
    (
        "disclose implementation",
        "公开实施情况(disclose implementation)",
    ),
    (
        "complete-leg + confirm-leg",
        "办结并确认协办任务(complete-leg, confirm-leg)",
    ),
];
