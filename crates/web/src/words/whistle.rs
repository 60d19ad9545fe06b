//! The words of reporting and blowing the whistle, for staff.

use super::words;

words! {
    /// A word of the page.
    Word {
        Title "吹哨" "Whistle";
        Grid "网格" "Grid";
        GridChoose "请先选网格" "Choose the grid first";
        Mine "我的网格" "My grids";
        Show "查看" "Show";
        Near "可能重复的在办案件" "Open cases that may be the same";
        NearAbout "同社区同一事项的在办案件，以及本网格尚未受理的上报。确为同一件的，请并案，不要另报。" "Open cases of the same matter in the community, and reports from the grid that nobody has accepted yet. If one of them is the same, merge it instead of reporting again.";
        NearNone "附近没有同一事项的在办案件。" "No open case of this matter is near.";
        Course "怎样办" "What to do";
        CourseReport "只上报，由受理人员受理" "Report only; somebody else accepts it";
        CourseAccept "上报并受理" "Report and accept";
        CourseWhistle "上报、受理并吹哨" "Report, accept and blow the whistle";
        NotYours "此步由{}办理" "for: {}";
        NotWhistled "此事项不走吹哨流程" "no class of this matter uses a whistle";
        Class "类别" "Class";
        Whistling "吹哨内容（不吹哨时不必填）" "The whistle (leave empty if none is blown)";
        Kind "哨类" "Kind";
        Ground "事由" "Ground";
        Targets "呼叫单位" "Units called";
        TargetsNone "该网格没有单位服务此事项，请在受理后由指挥中心派单。" "No unit serves the grid for this matter; the command centre dispatches it after acceptance.";
        Prework "先行处置佐证" "Proof of own work";
        PreworkHint "吹哨须附网格已先行处置的佐证：传照片，或填文号。" "A whistle needs proof that the grid has done its own part: a photo, or the number of a document.";
        PreworkKind "种类" "Kind";
        Reference "文号" "Document number";
        Photo "照片" "Photo";
        Needed "此项必填，才能办到这一步。" "Needed for this step.";
        NotGiven "没有提交，案件尚未上报；请补齐后再提交。" "Nothing has been submitted or reported yet. Fill in what is missing.";
        Begun "案件 {} 已上报；下面这一步没有办成，可在此接着办。" "Case {} was reported. The step below was refused; you can continue with it here.";
        Give "提交" "Submit";
        PhotoAgain "附了照片的，需重新选择。" "If there was a photo, choose it again.";
    }
}
