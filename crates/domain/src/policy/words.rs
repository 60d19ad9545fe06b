//! Words for what a policy speaks of: commands, limits, routes, scopes, ranks. Used by diagrams and
//! the reference pages, and good for buttons.

use super::rows::{EvaluationMode, GridRole, Route, Scope};
use crate::actor::Rank;
use crate::calendar::Limit;
use crate::case::command::CommandName as C;
use crate::case::ladder::LadderRule;
use crate::class::CaseClass;
use crate::registry::{GridKind, GridLevel, UnitKind, UnitLevel};
use crate::text::Text;

/// The name of a command for people.
#[must_use]
#[expect(
    clippy::too_many_lines,
    reason = "one line a command: a table of words"
)]
pub fn command(name: C) -> Text {
    let (zh, en) = match name {
        C::Report => ("上报", "report"),
        C::ReportHandled => ("自行处置", "report as handled"),
        C::AssignLocation => ("指定网格", "assign location"),
        C::Accept => ("受理", "accept"),
        C::Reject => ("不予受理", "reject"),
        C::TransferOut => ("转出", "transfer out"),
        C::Merge => ("并案", "merge"),
        C::AbsorbDuplicate => ("并入重复件", "absorb duplicate"),
        C::Reclassify => ("变更类别", "reclassify"),
        C::BlowWhistle => ("吹哨", "blow whistle"),
        C::ApproveWhistle => ("批准哨单", "approve whistle"),
        C::DeclineWhistle => ("驳回哨单", "decline whistle"),
        C::RatifyWhistle => ("补批哨单", "ratify whistle"),
        C::Dispatch => ("派单", "dispatch"),
        C::Assign => ("交办", "assign"),
        C::Acknowledge => ("签收", "acknowledge"),
        C::ContactResident => ("联系当事人", "contact resident"),
        C::ReportIn => ("报到", "report in"),
        C::WaiveReportIn => ("免除报到", "waive report-in"),
        C::RequestReturn => ("申请退单", "request return"),
        C::ApproveReturn => ("同意退单", "approve return"),
        C::RefuseReturn => ("驳回退单", "refuse return"),
        C::DesignateLead => ("裁定主办", "designate lead"),
        C::RequestExtension => ("申请延期", "request extension"),
        C::GrantExtension => ("批准延期", "grant extension"),
        C::DenyExtension => ("驳回延期", "deny extension"),
        C::Suspend => ("挂起", "suspend"),
        C::Resume => ("恢复", "resume"),
        C::Hold => ("挂账", "hold long-term"),
        C::ReviewHold => ("挂账复核", "review hold"),
        C::ProposeCoordination => ("提请协调", "propose coordination"),
        C::Convene => ("召集协调", "convene"),
        C::Adjourn => ("休会", "adjourn"),
        C::Decide => ("协调决定", "decide"),
        C::RecordProgress => ("报告进展", "record progress"),
        C::CompleteLeg => ("办结协办任务", "complete leg"),
        C::ConfirmLeg => ("确认协办结果", "confirm leg"),
        C::WaiveLeg => ("免办", "waive leg"),
        C::Respond => ("反馈", "respond"),
        C::VerifyPass => ("核查通过", "pass verification"),
        C::RequireRework => ("返工", "require rework"),
        C::RecordCallback => ("回访", "record callback"),
        C::Disclose => ("公开", "disclose"),
        C::SignOff => ("销号", "sign off"),
        C::Reopen => ("重开", "reopen"),
        C::Urge => ("催办", "urge"),
        C::AnswerUrge => ("答复催办", "answer urge"),
        C::RaiseCard => ("亮牌", "raise card"),
        C::LiftCard => ("解除亮牌", "lift card"),
        C::Withdraw => ("撤回", "withdraw"),
        C::Archive => ("归档", "archive"),
        C::ProposeVoid => ("提请作废", "propose void"),
        C::ConfirmVoid => ("确认作废", "confirm void"),
        C::GrantMandate => ("委托", "grant mandate"),
        C::DeclineMandate => ("婉拒代办", "decline mandate"),
        C::SubmitToWindow => ("递交窗口", "submit to window"),
        C::RequestMaterials => ("补正通知", "request materials"),
        C::SupplyMaterials => ("补正", "supply materials"),
        C::RecordWindowExtension => ("登记窗口延期", "record window extension"),
        C::EraseMandate => ("销毁委托信息", "erase mandate data"),
        C::RecordDecision => ("登记窗口决定", "record decision"),
        C::HandBack => ("交还", "hand back"),
        C::RevokeMandate => ("撤销委托", "revoke mandate"),
        C::SubstituteAgent => ("更换代办员", "substitute agent"),
        C::AutoAcknowledge => ("到时自动签收", "acknowledge by the clock"),
        C::LapseRatification => ("补批逾期", "ratification lapses"),
        C::MissProgress => ("进展逾期", "progress note missed"),
        C::MissReview => ("复核逾期", "hold review missed"),
        C::AutoSignOff => ("自动销号", "close by the clock"),
        C::Remind => ("提醒", "remind"),
        C::RebaseClocks => ("按新日历重算期限", "rebase clocks"),
        C::Import => ("导入", "import"),
    };
    Text::new(zh, en)
}

/// A limit in words.
#[must_use]
pub fn limit(limit: Limit) -> Text {
    let many = |amount: u32, one: &str| {
        let plural = if amount == 1 { "" } else { "s" };
        format!("{amount} {one}{plural}")
    };
    match limit {
        Limit::CalendarMinutes(n) if n % 60 == 0 => {
            Text::new(format!("{} 小时", n / 60), many(n / 60, "hour"))
        }
        Limit::CalendarMinutes(n) => Text::new(format!("{n} 分钟"), many(n, "minute")),
        Limit::WorkingMinutes(n) if n % 60 == 0 => Text::new(
            format!("{} 个工作小时", n / 60),
            many(n / 60, "working hour"),
        ),
        Limit::WorkingMinutes(n) => Text::new(format!("{n} 个工作分钟"), many(n, "working minute")),
        Limit::WorkingDays(n) => Text::new(format!("{n} 个工作日"), many(n, "working day")),
        Limit::NaturalDays(n) => Text::new(format!("{n} 日"), many(n, "day")),
    }
}

/// The usual name of a class; a city's own stands in its policy.
#[must_use]
pub fn class(class: CaseClass) -> Text {
    match class {
        CaseClass::OnTheSpot => Text::new("即办件", "on-the-spot"),
        CaseClass::TimeLimited => Text::new("限时件", "time-limited"),
        CaseClass::Special => Text::new("特办件", "special"),
        CaseClass::Undertaken => Text::new("承办件", "undertaken"),
        CaseClass::Proxy => Text::new("代办件", "proxy"),
    }
}

/// A step of a sign-off chain, as the default policy codes it; none for a city's own codes.
#[must_use]
pub fn sign_off_step(code: &str) -> Option<Text> {
    let (zh, en) = match code {
        "grid_leader" => ("网格长", "grid leader"),
        "community" => ("社区", "community"),
        "street" => ("街道", "street"),
        "grid_party_org" => ("网格党组织", "grid party organisation"),
        "co_handlers" => ("各协办单位", "every co-handler"),
        "street_committee" => ("街道班子", "street committee"),
        "resident" => ("居民", "resident"),
        _ => return None,
    };
    Some(Text::new(zh, en))
}

/// A rule of the ladder that signs cards; none for a code that is not of it.
#[must_use]
pub fn card_rule(code: &str) -> Option<Text> {
    let by_leader = || (code == "leader").then(|| Text::new("领导签发", "by a leader"));
    let rule = LadderRule::from_code(code).map(LadderRule::label);
    rule.or_else(by_leader)
}

/// A kind of unit.
#[must_use]
pub fn unit_kind(kind: UnitKind) -> Text {
    match kind {
        UnitKind::City => Text::new("市", "city"),
        UnitKind::District => Text::new("区", "district"),
        UnitKind::Street => Text::new("街道", "street"),
        UnitKind::Community => Text::new("社区", "community"),
        UnitKind::Department => Text::new("职能部门", "department"),
        UnitKind::PartyOrg => Text::new("党组织", "party organisation"),
        UnitKind::SocialOrg => Text::new("社会组织", "social organisation"),
        UnitKind::Company => Text::new("企业", "company"),
    }
}

/// Whose department it is, for people.
#[must_use]
pub fn unit_level(level: UnitLevel) -> Text {
    match level {
        UnitLevel::City => Text::new("市直", "city"),
        UnitLevel::District => Text::new("区直", "district"),
        UnitLevel::Street => Text::new("街道", "street"),
    }
}

/// The level and kind of a grid.
#[must_use]
pub fn grid_kind(level: GridLevel, kind: GridKind) -> Text {
    match (level, kind) {
        (_, GridKind::Dedicated) => Text::new("专属网格", "dedicated grid"),
        (GridLevel::One, GridKind::Basic) => Text::new("一级网格", "level-1 grid"),
        (GridLevel::Two, GridKind::Basic) => Text::new("二级网格", "level-2 grid"),
    }
}

/// Why a case stands by the rules themselves; a policy's own reasons have their words there.
#[must_use]
pub fn suspension(code: &str) -> Option<Text> {
    let materials = || Text::new("窗口等待补正材料", "the window waits for materials");
    (code == "materials").then(materials)
}

/// A usual channel of reports; none for one that a city made up itself.
#[must_use]
pub fn channel(code: &str) -> Option<Text> {
    let (zh, en) = match code {
        "patrol" => ("网格巡查", "grid patrol"),
        "snap_report" => ("随手拍", "snap report"),
        "hotline_12345" => ("12345 热线", "12345 hotline"),
        "window" => ("窗口", "window"),
        "visit" => ("入户走访", "home visit"),
        "mini_program" => ("小程序", "mini program"),
        _ => return None,
    };
    Some(Text::new(zh, en))
}

/// A route in words.
#[must_use]
pub fn route(route: Route) -> Text {
    match route {
        Route::Direct => Text::new("网格直接办理", "the grid handles it"),
        Route::Unit => Text::new("派往一个单位", "dispatched to one unit"),
        Route::Whistle => Text::new("吹哨派单", "dispatched after a whistle"),
        Route::Coordination => Text::new("专题协调", "settled by coordination"),
        Route::Mandate => Text::new("受托代办", "carried to a window under a mandate"),
    }
}

/// What the grid does, in words.
#[must_use]
pub fn grid_role(role: GridRole) -> Text {
    match role {
        GridRole::Handler => Text::new("办", "handles"),
        GridRole::Tracker => Text::new("跟", "tracks"),
        GridRole::Helper => Text::new("帮", "helps"),
        GridRole::Agent => Text::new("代", "acts as agent"),
    }
}

/// A scope in words.
#[must_use]
pub fn scope(scope: Scope) -> Text {
    match scope {
        Scope::Anywhere => Text::new("不限", "anywhere"),
        Scope::Grid => Text::new("本网格", "own grid"),
        Scope::Community => Text::new("本社区", "own community"),
        Scope::Street => Text::new("本街道", "own street"),
        Scope::Area => Text::new("本网格、社区、街道", "own grid, community or street"),
        Scope::Leg => Text::new("该任务的单位", "unit of the leg"),
        Scope::Lead => Text::new("主办单位", "lead unit"),
        Scope::Reporter => Text::new("上报人或委托人", "reporter or principal"),
    }
}

/// Who evaluates whom, in words.
#[must_use]
pub fn evaluation(mode: EvaluationMode) -> Text {
    match mode {
        EvaluationMode::None => Text::new("不评", "none"),
        EvaluationMode::Optional => Text::new("可评", "optional"),
        EvaluationMode::Mandatory => Text::new("必评", "mandatory"),
        EvaluationMode::AllPairs => Text::new("必评，两两互评", "mandatory, all pairs"),
    }
}

/// A rank in words.
#[must_use]
pub fn rank(rank: Rank) -> Text {
    match rank {
        Rank::None => Text::new("无职级", "none"),
        Rank::Staff => Text::new("工作人员", "staff"),
        Rank::Grid => Text::new("网格", "grid"),
        Rank::Community => Text::new("社区", "community"),
        Rank::Street => Text::new("街道（部门）", "street or department"),
        Rank::District => Text::new("区", "district"),
        Rank::City => Text::new("市", "city"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_commands_have_the_same_name() {
        let words: Vec<Text> = C::ALL.iter().map(|name| command(*name)).collect();
        let zh: BTreeSet<&str> = words.iter().map(|word| word.zh.as_str()).collect();
        let en: BTreeSet<&str> = words.iter().map(|word| word.en.as_str()).collect();
        assert_eq!((zh.len(), en.len()), (C::ALL.len(), C::ALL.len()));
    }

    #[test]
    fn limits_are_spoken_in_their_own_unit() {
        for (text, zh, en) in [
            ("15 min", "15 分钟", "15 minutes"),
            ("1 h", "1 小时", "1 hour"),
            ("30 wmin", "30 个工作分钟", "30 working minutes"),
            ("4 wh", "4 个工作小时", "4 working hours"),
            ("5 wd", "5 个工作日", "5 working days"),
            ("30 d", "30 日", "30 days"),
        ] {
            assert_eq!(limit(text.parse().unwrap()), Text::new(zh, en));
        }
    }
}
