//! What each share is of what, as `docs/reference/figures.md` has it.

use super::words;
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::indicator::Indicator;

words! {
    /// A numerator or a denominator.
    Word {
        AckMet "到期前由本单位签收的任务" "acknowledged by the unit itself by the due time";
        AckOf "时段内签收到期的任务" "legs whose acknowledgement was due in the window";
        ContactMet "到期前联系上报人的任务" "the resident contacted by the due time";
        ContactOf "时段内联系到期的任务" "legs whose contact was due in the window";
        ReportInMet "到期前报到的任务" "reported in by the due time";
        ReportInOf "时段内报到到期且未免报到的任务" "legs whose reporting in was due in the window and not waived";
        DoneInWindow "时段内办结的任务" "legs done in the window";
        DoneInTime "时段内办结、负责期间从未超期的任务" "done in the window, never past due while owed";
        Should "应处置任务：时段内办结的，加时钟在走而已超期的在办任务" "legs that should be done: done in the window, and open past due while the clock runs";
        FirstTime "未返工、未重开、异议未成立的案件" "without rework, reopening or upheld dispute";
        LedSignedOff "由其主办、时段内销号的案件" "cases it led, signed off in the window";
        Reopened "曾重开的案件" "reopened";
        Reworked "至少返工一次的任务" "given back at least once";
        Responded "时段内末次提交的任务，不论此后是否返工" "legs that it last responded to in the window, given back since or not";
        ReturnAsked "申请过退单的任务" "a return was requested";
        Dispatched "时段内派遣的任务" "legs dispatched in the window";
        Returned "退单成立的任务：责任在派遣方" "returned: charged to the dispatcher";
        Extended "案件曾获延期的任务" "of a case with an extension";
        Accepted "届时已立案" "accepted by then";
        Reported "时段内上报的案件" "cases reported in the window";
        AcceptedInTime "到期前立案" "accepted by the due time";
        AcceptedOf "时段内立案的案件" "cases accepted in the window";
        NotGivenBack "没有任务被退回的案件" "no leg was given back";
        ToDispatch "应派遣案件：时段内首次派遣的，加派遣已超期的在办案件" "cases to dispatch: first dispatched in the window, and open with the dispatch past due";
        DispatchInTime "派遣从未超期的案件" "no dispatch was late";
        Handled "时段内处置的案件" "handled in the window";
        ToHandle "应处置案件：时段内处置的，加时钟在走而已超期的在办案件" "cases to handle: handled in the window, and open with handling past due while its clock runs";
        HandledInTime "其中处置环节从未超期的案件" "of these, no duty of handling missed";
        Closed "已销号的案件" "signed off";
        ToClose "应结案案件：时段内销号的，加处置、核查或签批已超期的在办案件" "cases to close: signed off in the window, and open with handling, check or a signature past due";
        ClosedInTime "已销号，处置、核查、签批均未超期" "signed off, nothing missed in handling, checking, signing";
        ClosedLate "已销号，其中有环节超期" "signed off, something missed";
        StillOpen "目前仍在办" "open at the instant";
        Valid "未被不予受理、未被撤回" "neither rejected nor taken back";
        Screened "到期前作出受理决定" "accepted or refused by the due time";
        ScreenDue "时段内受理决定到期的案件" "cases whose decision was due in the window";
        Checked "到期前核查，不论是否通过" "checked by the due time, whether it passed or not";
        CheckDue "时段内核查到期的案件" "cases whose check was due in the window";
        FromResident "由居民反映的案件" "a resident stands behind the report";
        SentBack "至少返工一次的案件" "reworked at least once";
        AtOnce "未返工、未重开" "without rework or reopening";
        SignedOff "时段内销号的案件" "cases signed off in the window";
        NoUnit "从未派给任何单位" "no unit ever had a part";
        Astray "吹哨后有单位退回" "a unit gave it back";
        Whistled "时段内最近一次吹哨的案件" "cases whose last whistle was blown in the window";
        Signed "到期前签批" "signed by the due time";
        SignDue "时段内末次签批到期的案件" "cases whose last signature was due in the window";
        CameAgain "三十天内、五十米内同一事项再次上报" "the same matter was reported again within thirty days and fifty metres";
        OnMap "时段内销号、有坐标的案件" "cases signed off in the window, with a point on the map";
        ContactedInTime "主办单位按时联系了居民" "the lead contacted the resident in time";
        ToContact "时段内销号、主办单位须联系居民的案件" "cases signed off in the window whose lead had a contact to make";
        ReachedOnes "回访联系到的" "reached when called back";
        SaidSolved "居民认为已解决" "solved, says the resident";
        ReachedOf "时段内销号、回访联系到的案件" "cases signed off in the window, the resident reached";
        ThreeStars "评三星、四星、五星的" "three, four or five stars";
        GaveStars "时段内销号、居民给出星级的案件" "cases signed off in the window, the resident gave stars";
        FourStars "评四星、五星的" "four or five stars";
    }
}

/// Numerator and denominator of a share of legs.
pub(crate) const fn of_legs(indicator: Indicator) -> (Word, Word) {
    use Indicator as I;
    use Word as W;
    match indicator {
        I::Acknowledged => (W::AckMet, W::AckOf),
        I::Contacted => (W::ContactMet, W::ContactOf),
        I::ReportedIn => (W::ReportInMet, W::ReportInOf),
        I::Completion => (W::DoneInWindow, W::Should),
        I::OnTime => (W::DoneInTime, W::Should),
        I::FirstTime => (W::FirstTime, W::LedSignedOff),
        I::Reopened => (W::Reopened, W::LedSignedOff),
        I::Reworked => (W::Reworked, W::Responded),
        I::Returned => (W::ReturnAsked, W::Dispatched),
        I::Misdispatched => (W::Returned, W::Dispatched),
        I::Extended => (W::Extended, W::DoneInWindow),
    }
}

/// Numerator and denominator of a share of cases.
pub(crate) const fn of_cases(indicator: CaseIndicator) -> (Word, Word) {
    use CaseIndicator as I;
    use Word as W;
    match indicator {
        I::Filed => (W::Accepted, W::Reported),
        I::FiledInTime => (W::AcceptedInTime, W::AcceptedOf),
        I::DispatchedRightly => (W::NotGivenBack, W::ToDispatch),
        I::DispatchedInTime => (W::DispatchInTime, W::ToDispatch),
        I::Handled => (W::Handled, W::ToHandle),
        I::HandledInTime => (W::HandledInTime, W::ToHandle),
        I::Closed => (W::Closed, W::ToClose),
        I::ClosedInTime => (W::ClosedInTime, W::ToClose),
        I::ClosedLate => (W::ClosedLate, W::ToClose),
        I::NotClosed => (W::StillOpen, W::Reported),
        I::Valid => (W::Valid, W::Reported),
        I::ScreenedInTime => (W::Screened, W::ScreenDue),
        I::CheckedInTime => (W::Checked, W::CheckDue),
        I::FromResidents => (W::FromResident, W::AcceptedOf),
        I::SentBack => (W::SentBack, W::ToClose),
        I::SettledAtOnce => (W::AtOnce, W::SignedOff),
        I::CameBack => (W::Reopened, W::SignedOff),
        I::BySelf => (W::NoUnit, W::SignedOff),
        I::WhistleAstray => (W::Astray, W::Whistled),
        I::SignedInTime => (W::Signed, W::SignDue),
        I::Repeated => (W::CameAgain, W::OnMap),
        I::Responded => (W::ContactedInTime, W::ToContact),
        I::Reached => (W::ReachedOnes, W::SignedOff),
        I::Solved => (W::SaidSolved, W::ReachedOf),
        I::SaidSatisfied => (W::ThreeStars, W::GaveStars),
        I::SaidStrictly => (W::FourStars, W::GaveStars),
    }
}
