//! The words of the duty officer's overview and its wall.

use super::words;

words! {
    /// A word of the overview.
    Word {
        Title "值班总览" "Overview";
        Wall "大屏" "Wall";
        Hold "停住" "Hold";
        Turn "轮播" "Take turns";
        Desk "退出大屏" "Leave the wall";
        Now "眼下要办" "To be done now";
        DueSoon "两小时内到期" "Due within two hours";
        Severe "严重超期" "Severely overdue";
        Overdue "超期" "Overdue";
        Unanswered "哨声待应" "Unanswered whistles";
        Returns "退单待裁" "Returns to decide";
        ReviewDue "挂起逾期未复核" "Reviews overdue";
        DueSoonHow "在办、时钟在走、距到期不超过两小时的案件。" "Open cases whose clock runs and is due within two hours.";
        SevereHow "在办且已过严重超期标记（用满两倍时限或规则所定时长）的案件。" "Open cases past the severe mark: twice the budget, or as the policy says.";
        OverdueHow "在办、时钟在走、已过到期时间的案件；挂起的不算，严重超期的在内。" "Open cases whose clock runs past its due time; suspended ones are not counted, severe ones are.";
        UnansweredHow "停在“已吹哨”或“已派单”的案件：哨单未批、未派，或主办单位未签收。" "Cases at “whistle blown” or “dispatched”: not approved, not dispatched, or not acknowledged by the lead.";
        ReturnsHow "最先到期的责任是“退单审核”的案件。" "Cases whose first duty is to decide on a return.";
        ReviewDueHow "挂起或挂账中、复核时间已过的案件。" "Cases on hold whose review is overdue.";
        OpenCases "在办 {} 件" "{} open cases";
        NothingHere "没有。" "None.";
        AllOf "全部 {} 件" "All {}";
        ByClass "在办：五类件" "Open, by class";
        ByUnit "在办：主办单位" "Open, by leading unit";
        Class "类别" "Class";
        Unit "单位" "Unit";
        Open "在办" "Open";
        StillOpen "在办" "open";
        OverdueShare "超期" "Overdue";
        Unclassed "未定类" "not classed";
        NoUnit "未派单" "no unit yet";
        Flow "近 24 小时" "Last 24 hours";
        Received "收件" "received";
        Closed "销号" "closed";
        ReceivedHow "近 24 小时内上报的案件，作废、并案的不算。" "Cases reported in the last 24 hours, without voided and merged ones.";
        ClosedHow "近 24 小时内销号的案件。" "Cases closed in the last 24 hours.";
        GroupsHow "在办：未结案件；超期：其中办理时钟在走、已过办理到期时间的。" "Open: cases that have not ended. Overdue: of these, the ones whose clock of handling runs past its due time.";
        Latest "最近十条" "Last ten events";
        More "其余 {} 个单位" "{} more units";
    }
}
