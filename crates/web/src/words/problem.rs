//! The words of what a problem's code means.

use super::words;

words! {
    /// A word of that page.
    Word {
        Title "问题代码" "Problem";
        Given "〔所填内容〕" "[what was given]";
        Accepted "〔可接受的内容〕" "[what would be accepted]";
        Elsewhere "此代码的说明随所问内容而定，见回答中的 detail 与 errors。" "What this says depends on what was asked; its words stand in the answer, in detail and errors.";
        Absence "没有此件，或您无权查看。" "It is not there, or not for you.";
        Asker "须由有此权限的人办理；可为谁，见回答中的 accepted。" "Somebody else has to do it; accepted in the answer says who.";
        Content "请按回答中的 accepted 改正所填内容，再提交。" "Correct what was given as accepted in the answer says, and send it again.";
        State "案件目前不能这样办；须先办什么，见回答中的 accepted。" "The case does not take this now; accepted in the answer says what comes first.";
        Rule "依据" "Rule";
    }
}
