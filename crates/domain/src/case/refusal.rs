//! Why a command is refused: typed, coded, bilingual, in order of precedence.
//!
//! The order of the table is the contract: when several refusals hold, the first one is given.
//! Each names the rule it stands on, the policy version, what was given and what would be accepted.

mod about;
mod phrases;
mod zh;

use super::command::CommandName;
use crate::ids::PolicyVersion;
use crate::text::{Language, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use about::About;

macro_rules! refusals {
    ($($name:ident $code:literal $rule:literal $zh:literal $en:literal;)*) => {
        /// The code of a refusal, in order of precedence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the table gives each code its words in both languages")]
        pub enum RefusalCode { $(#[serde(rename = $code)] $name,)* }

        $crate::schema::shape_of_codes!(RefusalCode);

        impl RefusalCode {
            /// Every code, in order of precedence.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code for scripts.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code),* } }

            /// The rule it stands on (`DOMAIN.md` section, or a table row).
            #[must_use]
            pub const fn rule(self) -> &'static str { match self { $(Self::$name => $rule),* } }

            /// The words, with `{given}` and `{accepted}` to be filled in.
            #[must_use]
            pub fn words(self) -> Text { match self { $(Self::$name => Text::new($zh, $en)),* } }
        }
    };
}

refusals! {
    CaseUnknown "case_unknown" "2.3" "案件不存在；应先：{accepted}" "the case does not exist; accepted: {accepted}";
    CaseExists "case_exists" "2.3" "该编号的案件已存在；应使用：{accepted}" "a case of this id exists already; accepted: {accepted}";
    TimeGoesBack "time_goes_back" "2.3" "发生时间 {given} 早于该案上一事件的时间；应不早于 {accepted}" "time {given} is before the last event of this case; accepted: {accepted} or later";
    CaseEnded "case_ended" "2.4 invariants" "案件已终结（{given}），不再接受此操作；应：{accepted}" "the case has ended ({given}) and takes no such command; accepted: {accepted}";
    CommandNotAllowedForClass "command_not_allowed_for_class" "2.4" "{given} 不适用此操作；适用：{accepted}" "class {given} does not take this command; accepted: {accepted}";
    WrongStage "wrong_stage" "2.3 From" "当前阶段为 {given}；此操作须在：{accepted}" "the case is at stage {given}; this command needs: {accepted}";
    NotYourStep "not_your_step" "STEPS" "角色 {given} 无权执行此操作；应为：{accepted}" "role {given} may not do this; accepted: {accepted}";
    PersonInactive "person_inactive" "1 row 6" "人员 {given} 未在岗；须为在岗且任职有效的人员：{accepted}" "person {given} does not hold this office now; accepted: {accepted}";
    NotThisGrid "not_this_grid" "2.4 OnTheSpot" "{given} 不属于本案网格；应属于：{accepted}" "{given} is not of this case's grid; accepted: {accepted}";
    WrongUnit "wrong_unit" "2.3 Acknowledge" "单位 {given} 无权处理；应为：{accepted}" "unit {given} may not do this; accepted: {accepted}";
    LegUnknown "leg_unknown" "2.3" "没有编号为 {given} 的办理单位任务；现有：{accepted}" "there is no leg {given}; accepted: {accepted}";
    LegStageWrong "leg_stage_wrong" "2.3 Leg" "该单位任务当前为 {given}；此操作须在：{accepted}" "the leg is at {given}; this command needs: {accepted}";
    PolicyMissing "policy_missing" "2.2" "没有已生效的规则版本，或其中缺少 `{given}`；应先发布完整的规则（`gridwhistle policy publish`）" "no policy is in force, or it lacks {given}; publish a whole one first: gridwhistle policy publish";
    CalendarMissing "calendar_missing" "5" "没有可用的日历版本 {given}；可用：{accepted}" "there is no calendar version {given}; accepted: {accepted}";
    UnitInactive "unit_inactive" "2.3 Dispatch" "单位 {given} 不存在或已停用；应为：{accepted}" "unit {given} is unknown or inactive; accepted: {accepted}";
    GridUnknown "grid_unknown" "1 row 3" "网格 {given} 不存在或已停用；应为：{accepted}" "grid {given} is unknown or inactive; accepted: {accepted}";
    DescriptionMissing "description_missing" "2.3 Report" "缺少问题描述；须为 1 至 {accepted} 字" "the description is missing; accepted: 1 to {accepted} characters";
    DescriptionTooLong "description_too_long" "3.1 description" "描述有 {given} 字，超过上限；最多 {accepted} 字" "the description has {given} characters; accepted: at most {accepted}";
    FieldMissing "field_missing" "2.3" "缺少必填项 `{given}`；应为：{accepted}" "field {given} is missing; accepted: {accepted}";
    TextTooLong "text_too_long" "3.1 description" "文字过长：{given} 字；最多 {accepted} 字" "the text is too long: {given} characters; accepted: at most {accepted}";
    ListTooLong "list_too_long" "2.3" "所列过多：{given} 项；最多 {accepted} 项" "the list is too long: {given} entries; accepted: at most {accepted}";
    PersonalNumber "personal_number" "6 PIPL" "`{given}` 中有手机号或身份证号；应只写事由，个人信息填入加密的上报人信息：{accepted}" "`{given}` holds a mobile or identity number; accepted: {accepted}";
    InTheFuture "in_the_future" "2.3" "时间 {given} 在将来；应不晚于 {accepted}" "the time {given} lies in the future; accepted: {accepted} or earlier";
    BeforeItsCause "before_its_cause" "2.4 Proxy" "时间 {given} 早于期限起算之时；应不早于 {accepted}" "the time {given} is before the limit began to run; accepted: {accepted} or later";
    ReasonRequired "reason_required" "2.3 Reject" "缺少理由或理由代码无效：“{given}”；可用：{accepted}" "the reason `{given}` is missing or unknown; accepted: {accepted}";
    MatterNotInCatalogue "matter_not_in_catalogue" "1 row 12" "事项 {given} 不在现行网格事项清单内；应为：{accepted}" "matter {given} is not in force in the catalogue; accepted: {accepted}";
    ClassNotAllowed "class_not_allowed" "2.3 Accept" "该事项不得按 {given} 受理；可为：{accepted}" "the matter does not allow class {given}; accepted: {accepted}";
    PersonMustAppear "person_must_appear" "2.4 Proxy" "事项 {given} 须本人到场，不得代办；应为：{accepted}" "matter {given} needs the person and cannot be done by proxy; accepted: {accepted}";
    NoDispatchRule "no_dispatch_rule" "2.4 TimeLimited" "派单规则未得出唯一单位（得到：{given}）；应：{accepted}" "the dispatch rule gives {given}, not exactly one unit; accepted: {accepted}";
    SameClass "same_class" "2.3 Reclassify" "案件已是 {given}；须改为：{accepted}" "the case is {given} already; accepted: {accepted}";
    ReclassifyTooLate "reclassify_too_late" "2.3 Reclassify" "办理期限已于 {given} 届满，须由审批人变更；应为：{accepted}" "handling was due at {given}; after that an approver must change the class: {accepted}";
    MergeCycle "merge_cycle" "2.3 Merge" "不能并入 {given}：会形成循环；应为：{accepted}" "merging into {given} would close a circle; accepted: {accepted}";
    TargetClosed "target_closed" "2.3 Merge" "目标案件 {given} 未在办；应为：{accepted}" "the target {given} is not open; accepted: {accepted}";
    PreworkMissing "prework_missing" "2.4 Undertaken" "吹哨前须先行处置并举证；应附：{accepted}" "a whistle needs evidence of the grid's own work first; accepted: {accepted}";
    GroundUnknown "ground_unknown" "2.4 Undertaken" "吹哨事由“{given}”无效；可为：{accepted}" "whistle ground `{given}` is unknown; accepted: {accepted}";
    TargetDoesNotServe "target_does_not_serve" "2.3 BlowWhistle" "单位 {given} 不服务本事项或本网格；可选：{accepted}" "unit {given} does not serve this matter here; accepted: {accepted}";
    NewFactsRequired "new_facts_required" "2.4 Undertaken" "上次吹哨未获批准；再次吹哨应说明：{accepted}" "an earlier whistle was declined; accepted: {accepted}";
    RankTooLow "rank_too_low" "2.4 Undertaken" "职级 {given} 不够；须为 {accepted} 及以上" "rank {given} is too low; accepted: {accepted} or above";
    ApprovalMissing "approval_missing" "2.4 Undertaken" "哨单尚未批准或会议尚未决定，不能派单；应先：{accepted}" "the whistle is not approved yet; accepted: {accepted}";
    AlreadyDone "already_done" "2.3" "已办过：{given}；应为：{accepted}" "done already: {given}; accepted: {accepted}";
    LeadInCoHandlers "lead_in_co_handlers" "2.3 Dispatch" "{given} 在主办和协办中重复出现；应：{accepted}" "{given} stands twice among lead and co-handlers; accepted: {accepted}";
    OneUnitOnly "one_unit_only" "2.2 Dispatch" "此类案件只派给一个单位，不设协办：{given}；应为：{accepted}" "this class goes to one unit, without co-handlers: {given}; accepted: {accepted}";
    UnitCannotHandle "unit_cannot_handle" "2.2 Dispatch" "单位 {given} 无经办岗位，不能承办；应为：{accepted}" "nobody can handle a case in unit {given}; accepted: {accepted}";
    PrecedentMismatch "precedent_mismatch" "2.4 Special" "与所引先例不符：{given}；先例为：{accepted}" "the dispatch does not follow the cited precedent: {given}; accepted: {accepted}";
    ReturnWindowClosed "return_window_closed" "2.2 Return" "退单时限已过（{given}）；应：{accepted}" "the return window closed at {given}; accepted: {accepted}";
    LegalBasisMissing "legal_basis_missing" "2.3 RequestReturn" "退单须写明法律依据；应填：{accepted}" "a return needs its legal basis; accepted: {accepted}";
    ReturnLimitReached "return_limit_reached" "2.2 Return" "退单次数已达上限（{given}）；应：{accepted}" "the limit of returns is reached ({given}); accepted: {accepted}";
    ReturnNotAllowed "return_not_allowed" "2.2 Return" "此处不得退单（{given}）；应：{accepted}" "a return is not allowed here ({given}); accepted: {accepted}";
    SelfApproval "self_approval" "2.4 invariants" "{given} 不得审批自己的申请；应由：{accepted}" "{given} may not decide on their own request; accepted: {accepted}";
    InsufficientAuthority "insufficient_authority" "2.3 DesignateLead" "权限不足以管辖争议各方（{given}）；应为：{accepted}" "authority {given} does not cover the units in dispute; accepted: {accepted}";
    NoDispute "no_dispute" "2.3 DesignateLead" "当前无权属争议；须先有：{accepted}" "there is no dispute over the lead; accepted: {accepted}";
    AfterDue "after_due" "2.3 RequestExtension" "已于 {given} 到期；应申请于：{accepted}" "extensions are asked for before the due time, which was {given}; accepted: {accepted}";
    ExtensionLimit "extension_limit" "2.2 Extension" "延期超过上限：{given}；最多 {accepted}" "the extension is above its cap: {given}; accepted: {accepted}";
    NoRequest "no_request" "2.3" "没有待决定的申请；应先：{accepted}" "no request waits for a decision; accepted: {accepted}";
    CitizenNotInformed "citizen_not_informed" "2.3 GrantExtension" "批准延期须先告知当事人；应确认：{accepted}" "the citizen must be told before an extension is granted; accepted: {accepted}";
    ReasonNotAllowed "reason_not_allowed" "2.2 Suspension" "挂起事由“{given}”不在允许范围；可为：{accepted}" "suspension reason `{given}` is not allowed; accepted: {accepted}";
    SuspensionCap "suspension_cap" "2.4 TimeLimited" "累计挂起超过上限：{given}；最多 {accepted}" "suspensions would pass their cap: {given}; accepted: {accepted}";
    ProofMissing "proof_missing" "2.3 Suspend" "证明材料不全（现有 {given} 件）；应附：{accepted}" "proof is missing ({given} given); accepted: {accepted}";
    UntilInvalid "until_invalid" "2.3 Suspend" "截止时间 {given} 无效；应为 {accepted}" "the end {given} is not possible; accepted: {accepted}";
    ReviewTooLate "review_too_late" "2.4 Special" "复核期限 {given} 过长；最多 {accepted}" "the review after {given} is too far off; accepted: at most {accepted}";
    ReviewOverdue "review_overdue" "2.4 Special" "挂账复核已逾期（{given}）；应由：{accepted}" "the review of the hold is overdue since {given}; accepted: {accepted}";
    ChairRank "chair_rank" "2.4 Special" "召集人职级 {given} 不够；须为 {accepted} 及以上" "the chair's rank {given} is too low; accepted: {accepted} or above";
    QuorumMissing "quorum_missing" "2.4 Special" "到会单位不足：{given}；至少 {accepted}" "quorum is missing: {given} present; accepted: at least {accepted}";
    AdjournLimit "adjourn_limit" "2.4 Special" "已休会 {given} 次；须由 {accepted} 召集" "adjourned {given} times; accepted: a chair of rank {accepted}";
    MinutesMissing "minutes_missing" "2.3 Decide" "会议纪要的 SHA-256 值缺失或有误：“{given}”；应为：{accepted}" "the minutes' SHA-256 is missing or malformed: `{given}`; accepted: {accepted}";
    DecisionAboveCap "decision_above_cap" "2.4 Special" "决定的期限 {given} 超过上限 {accepted}" "the decided limit {given} is above its cap; accepted: at most {accepted}";
    NotProposed "not_proposed" "2.4 Undertaken" "不具备升级协调的条件：{given}；须：{accepted}" "coordination cannot be proposed for {given}; accepted: {accepted}";
    ContactMissing "contact_missing" "2.4 TimeLimited" "尚无与当事人的联系记录；应先：{accepted}" "no contact with the resident is on record; accepted: {accepted}";
    EvidenceMissing "evidence_missing" "2.2 Evidence" "缺少证据，已有：{given}；须具备：{accepted}" "evidence is missing, there is {given}; accepted: {accepted}";
    CoHandlersPending "co_handlers_pending" "2.3 Respond" "协办未办结：{given}；应先：{accepted}" "co-handlers are not done: {given}; accepted: {accepted}";
    ReportInMissing "report_in_missing" "2.4 Undertaken" "未报到：{given}；应先：{accepted}" "not reported in: {given}; accepted: {accepted}";
    DisclosureMissing "disclosure_missing" "2.4 Special" "尚未公开；应先：{accepted}" "a disclosure is missing; accepted: {accepted}";
    SelfVerification "self_verification" "2.3 VerifyPass" "{given} 是办理方，不得自行核查；应为：{accepted}" "{given} handled the case and may not verify it; accepted: {accepted}";
    NotVerified "not_verified" "2.3 SignOff" "反馈尚未核查；应先：{accepted}" "the response is not verified; accepted: {accepted}";
    ReclassifyInstead "reclassify_instead" "2.4 OnTheSpot" "已返工 {given} 次；须：{accepted}" "reworked {given} times; accepted: {accepted}";
    CallbackMissing "callback_missing" "2.4 Undertaken" "回访 {given} 次；至少 {accepted} 次" "the resident was called back {given} times; accepted: at least {accepted}";
    NotReached "not_reached" "4.7" "未联系上的居民没有满意度（{given}）；应为：{accepted}" "a resident who was not reached rates nothing ({given}); accepted: {accepted}";
    ResidentDisputes "resident_disputes" "2.3 SignOff" "当事人不认可；应：{accepted}" "the resident disputes the result; accepted: {accepted}";
    PapersOutstanding "papers_outstanding" "2.4 Proxy" "材料未全部交还：“{given}”；应交还：“{accepted}”" "papers are not handed back: {given}; accepted: {accepted}";
    SelfSignOff "self_sign_off" "2.3 SignOff" "{given} 是办理人，不得为自己销号；应为：{accepted}" "{given} handled the case and may not sign it off; accepted: {accepted}";
    SignedBefore "signed_before" "2.4 invariants" "{given} 已签过本案的另一环节；每人只签一个环节，本环节应由他人签：{accepted}" "{given} has signed another step of this case; accepted, by another person: {accepted}";
    SignOffOutOfOrder "sign_off_out_of_order" "2.3 SignOff" "{given} 不能签此环节；下一环节为：{accepted}" "{given} may not sign this step; next: {accepted}";
    SampledNeedsCheck "sampled_needs_check" "2.4 OnTheSpot" "本案须人工核查，不得自动销号；应：{accepted}" "the case is drawn for a check and never closes by itself; accepted: {accepted}";
    TooEarly "too_early" "2.3" "尚未到时：{given}；应在 {accepted} 之后" "too early: {given}; accepted: from {accepted} on";
    GroundNotOnRecord "ground_not_on_record" "2.3 Reopen" "重开事由 {given} 没有记录可据；须先有：{accepted}" "the ground `{given}` is not borne out by the record; accepted: {accepted}";
    ReopenWindowClosed "reopen_window_closed" "2.3 Reopen" "重开期限已于 {given} 届满；应：{accepted}" "the window to reopen closed at {given}; accepted: {accepted}";
    CardOrder "card_order" "2.3 RaiseCard" "须先黄牌后红牌（紧急除外）：{given}；应先：{accepted}" "a red card needs a yellow one first, unless it is an emergency: {given}; accepted: {accepted}";
    NoCard "no_card" "2.3 LiftCard" "没有可解除的 {given}；应先：{accepted}" "no {given} card stands; accepted: {accepted}";
    SafetyMatter "safety_matter" "2.3 Withdraw" "安全类事项不得撤回；应：{accepted}" "a matter of safety cannot be withdrawn; accepted: {accepted}";
    NotTheReporter "not_the_reporter" "2.3 Withdraw" "{given} 不是上报人；应为：{accepted}" "{given} did not report this case; accepted: {accepted}";
    IdentityUnverified "identity_unverified" "2.4 Proxy" "须核验委托人身份；应填：{accepted}" "the principal's identity must be checked, with the way it was done; accepted: {accepted}";
    MandateExpired "mandate_expired" "2.4 Proxy" "委托已于 {given} 到期；期限应：{accepted}" "the mandate expired at {given}; accepted: {accepted}";
    ScopeExceeded "scope_exceeded" "2.4 Proxy" "“{given}”超出委托范围；范围为：“{accepted}”" "{given} is outside the mandate; accepted: {accepted}";
    MandateStageWrong "mandate_stage_wrong" "2.4 Proxy" "委托当前为 {given}；此操作须在：{accepted}" "the mandate is at {given}; this command needs: {accepted}";
    PrincipalNotTold "principal_not_told" "2.4 Proxy" "更换代办员须先告知委托人；应确认：{accepted}" "the principal must be told of the substitute; accepted: {accepted}";
    SecondPersonNeeded "second_person_needed" "2.3 Void" "作废须由第二人确认，{given} 已提出；应为：{accepted}" "voiding needs a second person, {given} proposed it; accepted: {accepted}";
    NothingToRebase "nothing_to_rebase" "5" "没有因日历 {given} 而变动的期限；应为：{accepted}" "no due time moves under calendar {given}; accepted: {accepted}";
}

/// A refused command. Nothing was written.
///
/// Handling: show `message`, do not retry unchanged; [`RefusalCode::about`] says what has to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// The code.
    pub code: RefusalCode,
    /// The command that was refused.
    pub command: CommandName,
    /// The policy version that was asked, when one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyVersion>,
    /// What was given: ids, codes, counts, instants; never personal data.
    pub given: String,
    /// What would be accepted.
    pub accepted: String,
    /// The policy's and the registry's own words for codes among the two; not part of the answer.
    #[serde(skip)]
    pub labels: BTreeMap<String, Text>,
}

impl Refusal {
    /// The words in the asked language.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let words = self.code.words();
        let (given, accepted) = (self.said(&self.given, language), self.accepted(language));
        let mut pieces = words.get(language).split('{');
        let mut told = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (slot, after) = piece.split_once('}').unwrap_or((piece, ""));
            told += if slot == "given" { &given } else { &accepted };
            zh::go_on(&mut told, after);
        }
        told
    }

    /// What would be accepted, in the asked language.
    #[must_use]
    pub fn accepted(&self, language: Language) -> String {
        self.said(&self.accepted, language)
    }

    fn said(&self, text: &str, language: Language) -> String {
        said(text, &self.labels, language)
    }
}

/// Codes and phrases in the asked language; `labels` are a city's own words for some of the codes.
pub(crate) fn said(text: &str, labels: &BTreeMap<String, Text>, language: Language) -> String {
    match (text, language) {
        ("", _) => "-".to_owned(),
        (_, Language::En) => text.to_owned(),
        (_, Language::ZhCn) => zh::say(text, labels),
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.code(), self.message(Language::En))
    }
}

impl std::error::Error for Refusal {}
