//! The words of the city itself: matters and their guides.

use super::words;

words! {
    /// A word of the catalogue and the guide.
    Word {
        Matters "事项清单" "Matters";
        Shown "在用 {} 项，符合 {} 项" "{} in force, {} match";
        Search "事项" "Matter";
        SearchHint "编码、名称或导览" "Code, name or guide";
        Domain "领域" "Domain";
        AnyDomain "全部领域" "Any domain";
        Class "类别" "Class";
        AnyClass "全部类别" "Any class";
        Unit "部门" "Department";
        AnyUnit "全部部门" "Any department";
        UnitHow "部门指该事项的责任部门、入网服务部门或经费与培训部门。" "A department matches if it is responsible for the matter, serves it in some area, or pays and trains for it.";
        Filter "筛选" "Filter";
        Clear "清除筛选" "Clear";
        EmptyTitle "没有符合条件的事项" "No matter matches";
        EmptyHint "换一个词，或清除筛选。清单由管理员以 CSV 导入。" "Try another word, or clear the filters. An administrator imports the catalogue as CSV.";
        Name "事项" "Matter";
        Owner "责任部门" "Responsible";
        ByService "所在网格的入网服务部门" "the unit that serves the grid";
        Limit "办理时限" "Time to handle";
        Proxy "代办" "By proxy";
        MayProxy "可代办" "by proxy";
        InPerson "须本人到场" "in person";
        Safety "安全类" "safety";
        Guide "办事指南" "Guide";
        WhoMayAsk "谁可以提出" "Who may ask";
        AskAnyone "居民、单位和网格员均可提出。" "Residents, organisations and grid officers.";
        AskProxy "居民本人提出，也可书面委托网格员代办。" "The resident, or a grid officer with the resident's written mandate.";
        AskInPerson "法律要求本人到场，不得代办。" "The law asks for the resident in person; nobody may act for them.";
        SafetyRule "安全类事项，上报后不得撤回。" "A safety matter: once reported it cannot be withdrawn.";
        Materials "反馈须附的证据" "Evidence that a response must bring";
        OneOf "下列任一组齐全即可" "any one of these sets, complete";
        NoMaterials "无" "none";
        FromClass "按类别" "set by the class";
        FromMatter "本事项另定" "set by the matter";
        NoLimit "不设时限" "no clock";
        Statutory "法定时限" "Limit by law";
        StatutoryAt "窗口法定时限 {}" "{} at the window";
        Basis "法律依据" "Legal basis";
        NoBasis "规则未登记" "none on record";
        Funding "经费与培训" "Pays and trains";
        Serves "入网服务" "Who serves it where";
        NoServes "没有部门登记为本事项服务；案件由街道派单。" "No unit is on record as serving this matter; the street dispatches it.";
        Everywhere "全域" "everywhere";
        Where "范围" "Area";
        Since "自" "Since";
        Version "版本" "Version";
        Policy "规则版本" "Policy";
        Cases "在办案件" "Open cases";
        ToLedger "在台账中查看" "in the ledger";
        Ways "按类别" "By class";
        Flow "流程图" "Flow";
        FlowOf "{}的流程" "The flow of {}";
        FlowHow "流程由规则生成，与系统执行的规则一致。" "Drawn from the rules that the system follows.";
        FlowText "逐步说明" "Step by step";
        Begin "开始" "begin";
        OtherClass "其他类别" "another class";
        Back "全部事项" "All matters";
    }
}
