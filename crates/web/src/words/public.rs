//! The words of the pages that residents see without logging in.

use super::words;

words! {
    /// A word of a public page.
    Word {
        Ways "公众服务" "For residents";
        Staff "工作人员登录" "Staff log in";
        Track "公开跟踪" "Follow a report";
        TrackAbout "输入上报时得到的回执码，查看办理进度。凭码查询，不需登录。" "Enter the receipt code you were given. No login is needed.";
        Code "回执码" "Receipt code";
        CodeHint "以 gwr- 开头，共 47 位" "begins with gwr-, 47 characters";
        Go "查询" "Look it up";
        Wrong "没有查到这个回执码" "No report has this receipt code";
        WrongAbout "请核对后再试：回执码区分大小写，共 47 位，以 gwr- 开头，横线和下划线也是其中一部分。回执码只在上报成功时显示一次，系统不保存，无法找回。" "Check it and try again: capitals count, it has 47 characters and begins with gwr-, and dashes and underscores belong to it. It was shown once, when the report was sent; nobody keeps it, so it cannot be sent again.";
        WrongWay "没有回执码，可拨打 12345 或联系所在社区询问。" "If you do not have it, ask at 12345 or at your community office.";
        Number "案件编号" "Case number";
        Stages "办理进度" "Progress";
        Received "已收到" "Received";
        Accepted "已受理" "Accepted";
        Sent "已交办" "Given to a unit";
        Handling "办理中" "Being handled";
        Checking "核查结果" "Result being checked";
        Done "已办结" "Done";
        NowReceived "我们已收到您的上报，正在核实、准备受理。" "We have your report and are looking at it.";
        NowAccepted "已受理，正在确定承办单位。" "It was accepted; a unit is being found for it.";
        NowSent "已交承办单位，等待签收。" "It was given to a unit, which has yet to take it up.";
        NowHandling "承办单位正在办理。" "The unit is working on it.";
        NowSuspended "因客观原因暂缓办理，条件具备后恢复。" "It is on hold for a reason outside the unit's power, and will go on.";
        NowChecking "承办单位已反馈结果，正在核查。" "The unit has reported its result, which is being checked.";
        NowDone "已办结。" "It is done.";
        NowRejected "不予受理。" "It was not accepted.";
        NowMerged "与另一件相同的上报合并办理。" "It is handled together with another report of the same thing.";
        NowTransferred "已转有权处理的机关办理。" "It was handed to the authority that may decide it.";
        NowWithdrawn "上报已撤回。" "The report was taken back.";
        NowVoided "该件已作废。" "It was declared void.";
        Outcome "办理结果" "Outcome";
        Unit "承办单位" "Unit";
        NoUnit "尚未确定" "not yet known";
        DueOf "{}时限" "Due: {}";
        NoDue "尚未起算" "not yet set";
        Due "时限" "Due";
        Late "已超期，督办部门已同步掌握" "overdue; the supervisors know";
        ReportedAt "上报时间" "Reported";
        Steps "办理经过" "What happened";
        NoSteps "尚无可公开的经过。" "Nothing to show yet.";
        Proof "存证" "Proof";
        ProofFile "下载存证文件" "Download the proof";
        ProofAbout "该文件证明您的上报已一字不差写入日志：在任一电脑上运行 gridwhistle audit verify-proof 文件 --verifier 日志公钥 即可离线核验，公钥由本市公布；文件一经改动，核验即不通过。文件含您上报的文字，请勿随意转发。" "It proves that your report stands in the log, word for word: check it on any computer, offline, with gridwhistle audit verify-proof FILE --verifier KEY, the public key of the log as the city publishes it; a changed file fails. It holds the words of your report, so mind who gets it.";
        CheckProof "核验存证文件" "Check a proof";
        CheckAbout "核验在您自己的浏览器里完成，不上传任何内容；浏览器不支持时由服务器代为核验。下面的公钥由本服务给出，最好与本市另行公布的核对。" "The check runs in your own browser and sends nothing; where a browser cannot do it, the server does. The key below is what this service says it is: better compare it with the one that the city publishes elsewhere.";
        ProofLater "本市未开启日志封存，暂无存证文件。" "This city does not seal its log, so there is no proof to download.";
        KeepIt "本页不含个人信息。凭码即可查看，请妥善保管回执码。" "This page holds nothing personal. Whoever has the code sees it, so keep the code safe.";
        PrintHint "需要纸质回执，可直接打印本页。" "Print this page for a paper receipt.";
        AsOf "查询时间" "As of";
    }
}
