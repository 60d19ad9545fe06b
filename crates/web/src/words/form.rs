//! The words of commands as forms.

use super::words;

words! {
    /// A word of a form.
    Word {
        Give "确认{}" "Confirm: {}";
        Cancel "返回案件" "Back to the case";
        Seen "按您所见的版本 {} 办理；若案件已有变化，会先告诉您。" "Given on the version you saw, {}; if the case has moved on you are told first.";
        Required "必填" "required";
        Optional "选填" "optional";
        Moved "案件在此期间已有变化；下面是新发生的事。看过后可再办。" "The case has moved on; this is what happened meanwhile. Look at it and try again.";
        NoForm "此事项的内容复杂，尚无表单；请用接口 POST {} 办理。" "This takes more than a form can hold; use POST {}.";
        Reason "理由" "Reason";
        Note "说明" "Note";
        ToUnit "转往" "To";
        ToClass "改为" "To";
        Into "并入案件（编号）" "Into case (id)";
        CaseGrid "网格编号" "Grid code";
        CaseClass "类别" "Class";
        CaseMatter "事项" "Matter";
        Manual "人工派单" "Dispatch by hand";
        Kind "哨类" "Kind of whistle";
        Ground "事由" "Ground";
        Targets "请求单位" "Units called";
        NewFacts "新情况" "New facts";
        LeadUnit "主办单位" "Lead unit";
        CoUnits "协办单位" "Co-handlers";
        OneUnit "单位" "Unit";
        SeveralUnits "单位" "Units";
        Emergency "应急" "Emergency";
        Means "方式" "By what means";
        LegalBasis "法律依据" "Legal basis";
        HowLong "时长" "How long";
        HowLongHint "如 2 wd（工作日）、3 d（自然日）、4 h" "such as 2 wd (working days), 3 d (days), 4 h";
        Informed "已告知当事人" "The resident has been told";
        Until "至" "Until";
        UntilHint "如 2026-07-01 18:00" "such as 2026-07-01 18:00";
        Cause "起因" "Cause";
        Agenda "议题" "Agenda";
        Result "结果" "Result";
        OutcomeOf "办理结果" "Outcome";
        Reply "答复" "Reply";
        CallResult "回访结果" "What was said";
        CallConfirmed "认可" "solved";
        CallDisputed "不认可" "not solved";
        CallUnreachable "未联系上" "not reached";
        What "内容" "What";
        WhatResolution "方案" "the resolution";
        WhatImplementation "落实情况" "the implementation";
        PlaceOf "公开处" "Place";
        ReopenGround "重开事由" "Ground";
        GroundDispute "异议成立" "the dispute was upheld";
        GroundSame "同一问题再次发生" "the same problem again";
        CardColour "牌" "Card";
        CardYellow "黄牌" "yellow";
        CardRed "红牌" "red";
        Person "到场人" "Who came";
        PersonRole "身份" "In which role";
        Proof "佐证" "Evidence";
        ProofKind "种类" "Kind";
        ProofReference "文件 SHA-256 或文号" "SHA-256 of the file, or document number";
    }
}
