//! The words around every page, those of its parts, and those of logging in.

use super::words;

words! {
    /// A word of the frame.
    Word {
        Product "网格哨" "Gridwhistle";
        Skip "跳到正文" "Skip to the content";
        Overview "值班总览" "Overview";
        Ledger "台账" "Ledger";
        Watch "超期清单" "Overdue";
        Whistle "吹哨" "Whistle";
        Pages "页面" "Pages";
        Menu "菜单" "Menu";
        ToDo "操作" "Act";
        GroupCases "办案" "Cases";
        GroupFigures "评价" "Figures";
        Mutual "双向互评" "Evaluation";
        Departments "部门画像" "Units";
        Areas "街道画像" "Areas";
        Indicators "国标指标" "Indicators";
        Satisfaction "满意度" "Satisfaction";
        Ranking "排名" "Ranking";
        Scores "得分发布" "Published scores";
        GroupOversight "监督与管理" "Oversight";
        Audit "审计" "Audit";
        GroupCity "城市" "City";
        CityMap "网格地图" "Map";
        Matters "事项清单" "Matters";
        Operation "运行状况" "Operation";
        People "在岗人员" "People";
        Rules "规则" "Rules";
        Calendar "工作日历" "Calendar";
        Webhooks "推送" "Webhooks";
        Imports "登记导入" "Imports";
        SystemKeys "外部系统密钥" "Keys";
        Search "案件编号或描述" "Case number or words";
        SearchGo "查" "Find";
        Upto "数据截至 第 {} 条 · {}" "Data up to no. {} · {}";
        AsOf "当时：{}" "As of {}";
        KnownAt "当时所知：{}" "As known at {}";
        BackToNow "回到现在" "Back to now";
        FeedLost "实时更新已中断，所见可能不是最新；正在重连" "The live feed is lost, this may be out of date; connecting again";
        Chinese "中文" "中文";
        English "English" "English";
        Theme "外观" "Colours";
        ThemeAuto "随系统" "System";
        ThemeLight "浅色" "Light";
        ThemeDark "深色" "Dark";
        Apply "应用" "Apply";
        Office "任职" "Office";
        Leave "退出" "Log out";
        LoginTitle "登录" "Log in";
        LoginAbout "演示登录：选一位在岗人员，以其身份进入。" "Demonstration: choose somebody in office and act as them.";
        LoginSearch "姓名、编号、单位或角色" "Name, code, unit or role";
        LoginToken "本系统由统一身份平台登录；请从门户进入。" "Log in through the city's identity portal.";
        LoginNone "没有符合的在岗人员。换一个词再找。" "Nobody in office fits. Try another word.";
        Keys "键盘" "Keyboard";
        KeysTitle "键盘操作" "Keyboard";
        KeySearch "查找" "search";
        KeyOverview "值班总览" "overview";
        KeyLedger "台账" "ledger";
        KeyWatch "超期清单" "overdue lists";
        KeyRows "下一行、上一行" "next and previous row";
        KeyOpen "打开所在行" "open the row";
        KeyTime "案件的前一版、后一版" "the version of a case before, after";
        KeySheet "本表" "this sheet";
        Close "关闭" "Close";
        TakeAlong "导出" "Export";
        OnRecord "（留痕）" "(on record)";
        HowCounted "如何计算" "How it is counted";
        Next "下一页" "Next page";
        First "回到第一页" "First page";
        TroubleTitle "未能完成" "It did not work";
        TroubleRule "依据" "Rule";
        TroublePolicy "规则版本" "Policy version";
        TroubleTrace "编号" "Trace id";
        TroubleBack "返回值班总览" "Back to the overview";
        InTime "正常" "in time";
        Prewarning "预警" "due soon";
        Overdue "超期" "overdue";
        Severe "严重超期" "severely overdue";
        Suspended "挂起" "suspended";
        Untimed "不计时" "no clock";
        Ended "已结" "ended";
    }
}
