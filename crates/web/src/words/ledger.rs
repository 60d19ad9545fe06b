//! The words of the ledger and the overdue lists.

use super::words;

words! {
    /// A word of the lists.
    Word {
        Title "台账" "Ledger";
        WatchTitle "超期清单" "Overdue lists";
        Prewarning "预警" "Due soon";
        Overdue "超期" "Overdue";
        Severe "严重超期" "Severe";
        Suspended "挂起与挂账" "Suspended";
        PrewarningHow "在办、时钟在走、已进预警线而未到期。" "Open, running, past the warning mark and not yet due.";
        OverdueHow "在办、时钟在走、已过到期时间。" "Open, running, past due.";
        SevereHow "超期之中，用满两倍时限或规则所定时长。" "Of the overdue ones, twice the budget, or as the policy says.";
        SuspendedHow "在办、时钟因故停走。" "Open, its clock stopped for a reason.";
        Number "台账号" "No.";
        Light "状态" "State";
        Class "类别" "Class";
        Matter "事项" "Matter";
        Place "地点" "Place";
        Lead "主办" "Lead";
        Stage "阶段" "Stage";
        Duty "下一责任" "Next duty";
        Due "到期" "Due";
        Late "超期" "Late";
        Left "还剩" "Left";
        Used "已用" "Used";
        Cards "牌" "Cards";
        Since "自" "Since";
        Reason "事由" "Reason";
        Review "复核" "Review";
        Stood "已停" "Stood";
        Provisional "暂定" "provisional";
        Words "查找" "Find";
        WordsHint "描述、编号" "Words, external id or case id";
        AnyClass "全部类别" "All classes";
        AnyStage "全部阶段" "All stages";
        AnyStreet "全部街道" "All streets";
        AnyUnit "全部单位" "All units";
        OpenOnly "只看在办" "Open only";
        OverdueOnly "只看超期" "Overdue only";
        Sort "排序" "Sort";
        Newest "新近上报在前" "Newest first";
        Oldest "最早上报在前" "Oldest first";
        DueFirst "先到期在前" "Due first";
        ClosedLast "新近销号在前" "Latest closed first";
        ByNumber "按台账号" "By number";
        Filter "筛选" "Filter";
        Clear "清除筛选" "Clear";
        Narrowed "另有条件：{}" "Also filtered by: {}";
        Shown "本页 {} 件" "{} on this page";
        EmptyTitle "没有符合条件的案件" "No case matches";
        EmptyHint "放宽或清除筛选；只能看到您权限内的案件。" "Widen or clear the filter; you only see cases within your reach.";
        EmptyWatch "此刻没有。" "None right now.";
        EmptyWatchHint "清单由案件的时钟随时算出，无须刷新作业。" "The list is computed from the clocks of the cases, always up to date.";
        Yellow "黄" "Y";
        Red "红" "R";
        FDueWithin "{} 分钟内到期" "due within {} min";
        FUnclassed "未定类" "not classed";
        FNone "未定" "none yet";
        FReviewDue "复核逾期" "review overdue";
        FClosedFrom "{} 起销号" "closed since {}";
        Views "我的视图" "My views";
        KeepView "存为视图" "Keep this view";
        ForgetView "移除视图“{}”" "Forget the view “{}”";
        ViewName "名称" "Name";
        Keep "保存" "Keep";
        FFrom "{} 起上报" "reported since {}";
    }
}
