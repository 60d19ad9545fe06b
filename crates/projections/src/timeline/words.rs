//! The words of every fact: one exhaustive match, so that a new fact cannot go without them. It
//! is long because the list of facts is; cutting it up would lose the compiler's check.

use super::names::{
    card_rule, coordination_cause, flagged, part_name, reopen_ground, same, spent, whistle_name,
};
use super::{Telling, names_of, when};
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::{CaseFact as F, Disclosure};
use gridwhistle_domain::text::Text;

/// Both languages from one line each.
macro_rules! say {
    ($zh:literal, $en:literal $(, $name:ident = $text:expr)* $(,)?) => {{
        $(let $name: Text = $text;)*
        let zh = { $(let $name = $name.zh.as_str();)* format!($zh) };
        let en = { $(let $name = $name.en.as_str();)* format!($en) };
        Text::new(zh, en)
    }};
}

impl Telling<'_> {
    /// What happened, without when and who.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm a fact, in the order of the facts"
    )]
    pub(super) fn words(&self, fact: &F) -> Text {
        match fact {
            F::CaseReported { form } => say!(
                "上报案件（渠道 {channel}）",
                "reported a case (channel {channel})",
                channel = names_of::channel(&form.channel).unwrap_or_else(|| same(&form.channel))
            ),
            F::LocationAssigned { grid } => say!(
                "将位置归入网格 {grid}",
                "placed the location in grid {grid}",
                grid = self.grid(grid)
            ),
            F::CaseAccepted { class, matter, .. } => say!(
                "受理为{class}，事项 {matter}",
                "accepted it as {class}, matter {matter}",
                class = self.class(*class),
                matter = self.matter(matter)
            ),
            F::HandlingBegun { .. } => say!("开始办理", "began to handle it"),
            F::CaseRejected { reason, .. } => say!(
                "不予受理（理由 {reason}）",
                "did not accept it (reason {reason})",
                reason = self.reason(reason, |all| &all.reject)
            ),
            F::CaseTransferredOut { to, .. } => {
                say!("转出至 {to}", "transferred it out to {to}", to = same(to))
            }
            F::CaseMerged { into } => say!(
                "并入案件 {into}",
                "merged it into case {into}",
                into = same(into)
            ),
            F::DuplicateAbsorbed { from, .. } => say!(
                "并入重复件 {from}",
                "took in the duplicate {from}",
                from = same(from)
            ),
            F::CaseReclassified { from, to, .. } => say!(
                "由{from}改为{to}",
                "changed the class from {from} to {to}",
                from = self.class(*from),
                to = self.class(*to)
            ),
            F::WhistleBlown { kind, targets, .. } => say!(
                "吹哨（{kind}），呼叫{targets}",
                "blew the whistle ({kind}) for {targets}",
                kind = whistle_name(*kind),
                targets = self.units(targets)
            ),
            F::WhistleApproved {} => say!("批准吹哨", "approved the whistle"),
            F::WhistleDeclined { .. } => say!("不批准吹哨", "declined the whistle"),
            F::WhistleRatified {} => say!("补批应急派单", "ratified the emergency dispatch"),
            F::RatificationLapsed {} => say!(
                "应急派单逾期未补批",
                "the emergency dispatch was not ratified in time"
            ),
            F::CaseDispatched {
                lead,
                co_handlers,
                emergency,
                ..
            } => {
                let mode = if *emergency {
                    Text::new("应急派单", "dispatched as an emergency")
                } else {
                    Text::new("派单", "dispatched")
                };
                if co_handlers.is_empty() {
                    say!(
                        "{mode}至{lead}主办",
                        "{mode} to {lead} as lead",
                        mode = mode,
                        lead = self.unit(lead)
                    )
                } else {
                    say!(
                        "{mode}至{lead}主办，{co}协办",
                        "{mode} to {lead} as lead with {co}",
                        mode = mode,
                        lead = self.unit(lead),
                        co = self.units(co_handlers)
                    )
                }
            }
            F::TaskAssigned { undertaker } => say!(
                "交办任务至{unit}",
                "assigned the task to {unit}",
                unit = self.unit(undertaker)
            ),
            F::LegOpened { unit, part, .. } => say!(
                "{unit}待签收（{part}）",
                "{unit} is to acknowledge ({part})",
                unit = self.unit(unit),
                part = part_name(*part)
            ),
            F::LegAcknowledged { leg, late } => {
                let late = if *late {
                    Text::new("逾期", "late, ")
                } else {
                    Text::default()
                };
                say!(
                    "{late}签收（{unit}）",
                    "{late}acknowledged ({unit})",
                    late = late,
                    unit = self.leg(*leg)
                )
            }
            F::LegAutoAcknowledged { leg } => say!(
                "到时自动签收（{unit}）",
                "acknowledged by the clock ({unit})",
                unit = self.leg(*leg)
            ),
            F::AckMissed { leg } => say!(
                "{unit}未按时签收",
                "{unit} did not acknowledge in time",
                unit = self.leg(*leg)
            ),
            F::ResidentContacted { leg, .. } => match leg {
                Some(leg) => say!(
                    "联系居民（{unit}）",
                    "contacted the resident ({unit})",
                    unit = self.leg(*leg)
                ),
                None => say!("联系居民", "contacted the resident"),
            },
            F::DepartmentReportedIn { leg, .. } => say!(
                "到场报到（{unit}）",
                "reported in on the spot ({unit})",
                unit = self.leg(*leg)
            ),
            F::ReportInWaived { leg, .. } => say!(
                "免予报到（{unit}）",
                "waived the reporting in ({unit})",
                unit = self.leg(*leg)
            ),
            F::ReturnRequested { leg, reason, .. } => say!(
                "申请退单（{unit}，理由 {reason}）",
                "asked to return its part ({unit}, reason {reason})",
                unit = self.leg(*leg),
                reason = self.reason(reason, |all| &all.return_leg)
            ),
            F::LegReturned { leg } => say!(
                "同意退单（{unit}）",
                "granted the return ({unit})",
                unit = self.leg(*leg)
            ),
            F::LeadDisputed { .. } => say!(
                "主办权属有争议，待裁定",
                "the lead is disputed and to be decided"
            ),
            F::ReturnRefused { leg, .. } => say!(
                "驳回退单，时限照计（{unit}）",
                "refused the return for good, the clock runs on ({unit})",
                unit = self.leg(*leg)
            ),
            F::LeadDesignated { unit, .. } => say!(
                "裁定由{unit}主办",
                "designated {unit} as lead",
                unit = self.unit(unit)
            ),
            F::PrecedentRegistered { precedent } => say!(
                "登记派单先例：事项 {matter} 由{unit}主办",
                "registered a precedent: matter {matter} is led by {unit}",
                matter = self.matter(&precedent.matter),
                unit = self.unit(&precedent.lead)
            ),
            F::ExtensionRequested { limit, .. } => say!(
                "申请延期 {limit}",
                "asked for {limit} more",
                limit = names_of::limit(*limit)
            ),
            F::ExtensionGranted { limit } => say!(
                "同意延期 {limit}，已告知居民",
                "granted {limit} more; the resident was told",
                limit = names_of::limit(*limit)
            ),
            F::ExtensionDenied { .. } => say!("不同意延期", "denied more time"),
            F::ClockStarted { clock: started } => say!(
                "{clock}计时开始，{due} 到期",
                "the {clock} clock started, due {due}",
                clock = self.clock(started.id),
                due = when(started.marks.due)
            ),
            F::ClockStopped { id, consumed, .. } => say!(
                "{clock}计时结束，用时 {spent}",
                "the {clock} clock stopped after {spent}",
                clock = self.clock(*id),
                spent = spent(*consumed)
            ),
            F::ClockCancelled { id, .. } => say!(
                "{clock}计时取消",
                "the {clock} clock was cancelled",
                clock = self.clock(*id)
            ),
            F::ClockSuspended { id, consumed } => say!(
                "{clock}计时中止，已用 {spent}",
                "the {clock} clock was suspended at {spent}",
                clock = self.clock(*id),
                spent = spent(*consumed)
            ),
            F::ClockResumed { id, marks, .. } => say!(
                "{clock}计时恢复，{due} 到期",
                "the {clock} clock runs again, due {due}",
                clock = self.clock(*id),
                due = when(marks.due)
            ),
            F::ClockRebased {
                id,
                old_due,
                marks,
                cause,
                ..
            } => say!(
                "{clock}到期由 {old} 改为 {due}（{cause}）",
                "the {clock} clock moved from {old} to {due} ({cause})",
                clock = self.clock(*id),
                old = when(*old_due),
                due = when(marks.due),
                cause = same(cause),
            ),
            F::CaseSuspended { reason, until, .. } => say!(
                "挂起至 {until}（理由 {reason}）",
                "suspended it until {until} (reason {reason})",
                until = when(*until),
                reason = self.reason(reason, |all| &all.suspend)
            ),
            F::CaseResumed { automatic, .. } => {
                if *automatic {
                    say!("挂起到期，自动恢复", "the suspension ended by itself")
                } else {
                    say!("恢复办理", "resumed it")
                }
            }
            F::CaseHeldLongTerm { reason, .. } => say!(
                "挂账（理由 {reason}）",
                "put it on long-term hold (reason {reason})",
                reason = self.reason(reason, |all| &all.suspend)
            ),
            F::HoldReviewed { .. } => {
                say!("复核挂账，继续挂账", "reviewed the hold, which goes on")
            }
            F::HoldReviewMissed {} => say!("挂账逾期未复核", "the hold was not reviewed in time"),
            F::CoordinationProposed { cause } => say!(
                "建议专题协调（{cause}）",
                "proposed a coordination meeting ({cause})",
                cause = coordination_cause(cause)
            ),
            F::CoordinationConvened { units, .. } => say!(
                "召集专题协调：{units}",
                "convened a coordination meeting of {units}",
                units = self.units(units)
            ),
            F::CoordinationAdjourned { .. } => say!("专题协调延期再议", "adjourned the meeting"),
            F::CoordinationEscalated { .. } => {
                say!("专题协调提级", "the next level must chair the meeting")
            }
            F::CoordinationDecided { decision } => say!(
                "专题协调决定由{lead}主办",
                "the meeting decided that {lead} leads",
                lead = self.unit(&decision.lead)
            ),
            F::ProgressRecorded { .. } => say!("报告进展", "reported progress"),
            F::ProgressMissed {} => say!("未按时报告进展", "progress was not reported in time"),
            F::LegCompleted { leg, .. } => say!(
                "办完本方事项（{unit}）",
                "completed its part ({unit})",
                unit = self.leg(*leg)
            ),
            F::LegConfirmed { leg } => say!(
                "确认{unit}已办结",
                "confirmed the part of {unit}",
                unit = self.leg(*leg)
            ),
            F::LegWaived { leg, .. } => say!(
                "免除{unit}协办",
                "released {unit} from its part",
                unit = self.leg(*leg)
            ),
            F::LegEnded { leg } => say!(
                "{unit}的办理终止",
                "the part of {unit} ended",
                unit = self.leg(*leg)
            ),
            F::ResponseSubmitted { outcome, .. } => say!(
                "反馈办理结果：{outcome}",
                "responded: {outcome}",
                outcome = outcome.label()
            ),
            F::VerificationPassed { .. } => say!("核查通过", "verified the response"),
            F::ReworkRequired { reason, .. } => say!(
                "核查不通过，退回返工（理由 {reason}）",
                "required rework (reason {reason})",
                reason = self.reason(reason, |all| &all.rework)
            ),
            F::ResidentConfirmed { .. } => {
                say!("回访：居民确认", "called back: the resident confirms")
            }
            F::ResidentDisputed { .. } => {
                say!("回访：居民有异议", "called back: the resident disputes")
            }
            F::SatisfactionRated { satisfaction } => say!(
                "居民评价：{level}",
                "the resident is {level}",
                level = satisfaction.label()
            ),
            F::CallbackUnreachable {} => say!("回访未联系上", "called back: not reached"),
            F::Disclosed { what, .. } => match what {
                Disclosure::Resolution => say!("公开决议", "disclosed the resolution"),
                Disclosure::Implementation => say!("公开实施情况", "disclosed the implementation"),
            },
            F::SignOffRecorded { step, automatic } => {
                if *automatic {
                    say!(
                        "到时自动销号签批（{step}）",
                        "signed off by the clock ({step})",
                        step = names_of::sign_off_step(step).unwrap_or_else(|| same(step))
                    )
                } else {
                    say!(
                        "销号签批（{step}）",
                        "signed off ({step})",
                        step = names_of::sign_off_step(step).unwrap_or_else(|| same(step))
                    )
                }
            }
            F::CaseClosed { outcome } => say!(
                "销号：{outcome}",
                "closed: {outcome}",
                outcome = outcome.label()
            ),
            F::EvaluationOpened { until, .. } => say!(
                "开启双向互评，至 {until}",
                "opened mutual evaluation until {until}",
                until = when(*until)
            ),
            F::CaseReopened { ground, .. } => say!(
                "重新立案（{ground}）",
                "reopened it ({ground})",
                ground = reopen_ground(ground)
            ),
            F::CaseUrged { rule: None, .. } => say!("催办", "urged it"),
            F::CaseUrged {
                rule: Some(rule), ..
            } => say!(
                "催办（{rule}）",
                "urged it ({rule})",
                rule = card_rule(rule)
            ),
            F::CaseReminded { id, percent } => say!(
                "{clock}时限已用 {percent}%，提醒",
                "reminded at {percent} % of the {clock} time",
                clock = self.clock(*id),
                percent = same(percent)
            ),
            F::UrgeAnswered { .. } => say!("答复催办", "answered the urge"),
            F::SupervisionRaised {
                card, rule, unit, ..
            } => match unit {
                Some(unit) => say!(
                    "对{unit}出示{card}（{rule}）",
                    "raised a {card} for {unit} ({rule})",
                    unit = self.unit(unit),
                    card = card.label(),
                    rule = card_rule(rule)
                ),
                None => say!(
                    "出示{card}（{rule}）",
                    "raised a {card} ({rule})",
                    card = card.label(),
                    rule = card_rule(rule)
                ),
            },
            F::SupervisionLifted { card, .. } => {
                say!("撤销{card}", "lifted a {card}", card = card.label())
            }
            F::CaseWithdrawn { .. } => say!("撤回案件", "withdrew the case"),
            F::CaseArchived {} => say!("归档", "archived it"),
            F::VoidProposed { .. } => say!("提请作废", "proposed to void it"),
            F::CaseVoided { .. } => say!("同意作废", "voided it"),
            F::MandateGranted { mandate } => say!(
                "取得代办委托，有效至 {until}",
                "took the mandate, valid until {until}",
                until = when(mandate.expires_at)
            ),
            F::MandateDeclined { .. } => say!("不予代办", "declined the mandate"),
            F::SubmittedToWindow { window, .. } => say!(
                "递交{window}窗口",
                "submitted it to the window of {window}",
                window = self.unit(window)
            ),
            F::MaterialsRequested { materials, .. } => say!(
                "窗口一次性告知补正 {count} 项材料",
                "the window asked for {count} materials in one notice",
                count = same(materials.len())
            ),
            F::MaterialsSupplied { materials } => say!(
                "补交 {count} 项材料",
                "supplied {count} materials",
                count = same(materials.len())
            ),
            F::WindowDecided { granted, .. } => {
                if *granted {
                    say!("窗口准予办理", "the window granted it")
                } else {
                    say!(
                        "窗口不予办理，已书面说明理由",
                        "the window refused it with a written reason"
                    )
                }
            }
            F::HandedBack { papers } => say!(
                "交还结果及 {count} 份材料",
                "handed back the result and {count} papers",
                count = same(papers.len())
            ),
            F::WindowExtended { limit, .. } => say!(
                "窗口延长法定时限 {limit}，已书面说明理由",
                "the window took {limit} more with a written reason",
                limit = gridwhistle_domain::policy::words::limit(*limit)
            ),
            F::MandateErased {} => say!(
                "已销毁委托所涉个人信息",
                "erased what was given under the mandate"
            ),
            F::MandateRevoked { .. } => say!("撤销代办委托", "the mandate was revoked"),
            F::AgentSubstituted { .. } => say!("更换代办人", "another agent took over"),
            F::CaseImported { case } => say!(
                "从 {source} 导入案件{flagged}",
                "imported it from {source}{flagged}",
                source = same(&case.source.source),
                flagged = flagged(&case.anomalies)
            ),
            F::ImportedCaseClosed { closed_at, .. } => say!(
                "来源系统于 {closed} 办结",
                "the source closed it at {closed}",
                closed = when(*closed_at)
            ),
        }
    }

    fn clock(&self, id: ClockId) -> Text {
        let kind = id.kind.label();
        match id.leg {
            Some(leg) => say!(
                "{unit}{kind}",
                "{kind} ({unit})",
                unit = self.leg(leg),
                kind = kind
            ),
            None => kind,
        }
    }
}
