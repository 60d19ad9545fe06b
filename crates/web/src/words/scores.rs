//! The words of rankings and published scores.

use super::words;

words! {
    /// A word of scores.
    Word {
        RankingLead "同类单位、件数相近的在一起排名。点部分得分看背后的案件；竖线为减扣牌后的得分。" "Ranked among units of one kind and about the same volume. Click points to see the cases behind them; the tick marks the score after cards were taken off.";
        Policy "规则版本" "Policy";
        BuiltIn "内置规则" "built-in rules";
        RankingHow "每个比率向同类均值靠拢（相当于另有 20 项按均值办理），再乘以满分。同分同名次，其后名次空出。应处置任务少于 {} 项的列出得分而不排名。无人有数据的部分不计，其满分由其余部分分担。" "Each share is drawn to the mean of its peers, as if 20 more had been done like theirs, and weighed. Equal scores share a rank and the next is skipped. With fewer than {} legs a unit has a score and no rank. What nobody has anything of is left out, and the others share its points.";
        Tier "第 {} 档：{} 至 {} 项" "Tier {}: {} to {} legs";
        Shared "并列" "shared";
        Apart "不足 {} 项，不排名" "Fewer than {} legs: not ranked";
        NotRanked "不排名" "Not ranked";
        NothingKnown "无可计数据，无得分：" "No data, so no score: ";
        Rank "名次" "Rank";
        LegsShort "任务" "Legs";
        MadeOf "构成" "Made of";
        AtMost "满分 {}" "of {}";
        Runs "得分发布" "Published scores";
        RunsLead "每次发布记入日志，不再更改；之后的变化在比较中显示。" "Each is on record and never changed; what changes later shows in a comparison.";
        NoRuns "尚未发布" "None yet";
        NoRunsHint "发布后，任何人都能按日志重算并核对哈希。" "Once published, whoever has the log can count again and compare the hash.";
        RunNo "编号" "No.";
        Window "时段" "Window";
        MadeAt "发布时间" "Published at";
        MadeBy "发布人" "Published by";
        UnitCount "单位数" "Units";
        Compare "比较" "Compare";
        WithNow "与现在比较" "With now";
        WithRun "与第几号比较" "With no.";
        WhoMay "可发布得分的：{}。" "Who may publish scores: {}.";
        Comma "、" ", ";
        Publish "发布得分" "Publish scores";
        PublishHow "记入日志，不能撤回。" "It goes on record and cannot be taken back.";
        FormTitle "得分与排名发布单 第 {} 号" "Scores and ranks, no. {}";
        PrintHint "打印即为 A4 发布单。" "Prints as an A4 form.";
        Published "已发布，编号 {}。" "Published as no. {}.";
        Grounds "依据" "Counted from";
        EventsUpTo "日志第 1 条至第 {} 条" "events 1 to {} of the log";
        Definition "口径" "Definition";
        DefinitionNo "第 {} 版" "no. {}";
        OtherDefinition "本程序按第 {} 版计算，不能逐字节核对。" "This program computes by no. {}: not to be checked byte for byte.";
        Definitions "两者口径不同（第 {} 版与第 {} 版）：变化可能出自口径，不一定出自事实。" "The two were computed by different definitions (no. {} and no. {}): a change may come of the definition and of no fact.";
        FormNote "得分 0 至 100，各构成相加后减扣牌。同分同名次。凭日志可重算，哈希须相同（gridwhistle score check）。" "Scores from 0 to 100: the components, less what cards took. Equal scores share a rank. Whoever has the log can count again and must come to the same hash (gridwhistle score check).";
        Issuer "发布单位（盖章）" "Issued by (seal)";
        Signed "负责人（签字）" "Signed";
        Date "日期" "Date";
        Between "从第 {} 号到第 {} 号的变化" "From no. {} to no. {}";
        BetweenNow "从第 {} 号到现在的变化" "From no. {} to now";
        NoChange "没有变化" "Nothing changed";
        NoChangeHint "得分、名次、扣牌和各部分完全相同。" "Scores, ranks, cards and parts are the same.";
        Change "变化" "Change";
        ByPart "各部分" "By part";
    }
}
