//! 代办: a grid officer acts for a resident at a window, under a written mandate.
//!
//! The machine of `DOMAIN.md` 2.4, Proxy: mandate, submission, materials, decision, hand-back.
//! Refuses anyone but the agent to act, anything outside scope and term, and any end while papers
//! of the principal are still out.

use super::Desk;
use super::pause::{due_by, in_words};
use super::rebase::move_due;
use crate::actor::Role;
use crate::calendar::Limit;
use crate::case::MandateState;
use crate::case::clock::ClockId;
use crate::case::fact::CaseFact as F;
use crate::case::record::{Evidence, Mandate};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, MandateStage, Outcome};
use crate::ids::{PersonId, UnitId};
use crate::policy::rows::EvidenceKind;
use crate::registry::Place;
use crate::text::Language;
use chrono::TimeDelta;
use std::collections::BTreeSet;

const TAKE_PAPERS: ClockId = ClockId::case(ClockKind::TakePapers);
const SUBMIT: ClockId = ClockId::case(ClockKind::Submit);
const STATUTORY: ClockId = ClockId::case(ClockKind::Statutory);
const HAND_BACK: ClockId = ClockId::case(ClockKind::HandBack);

/// 委托: identity checked, scope and papers listed, an end set.
pub(super) fn grant(desk: &mut Desk<'_>, mandate: &Mandate) -> Result<(), Refusal> {
    let row = desk.row()?;
    let subject = mandate.principal.subject.as_str();
    desk.require(subject, "mandate.principal.subject", "a pseudonym")?;
    listed(desk, &mandate.scope, "mandate.scope")?;
    listed(desk, &mandate.papers, "mandate.papers")?;
    desk.ensure(
        !mandate.identity_check.trim().is_empty(),
        Code::IdentityUnverified,
        "",
        "identity_check: how it was done",
    )?;
    in_term(desk, mandate)?;
    stands_at(desk, &[MandateStage::AwaitingMandate])?;
    desk.emit(F::MandateGranted {
        mandate: mandate.clone(),
    });
    desk.stop_clock(TAKE_PAPERS);
    desk.start_clock_if(SUBMIT, row.limits.submit);
    Ok(())
}

/// The agent cannot do it; the case ends, and the resident is told why in the policy's words.
pub(super) fn decline(desk: &mut Desk<'_>, reason: &str) -> Result<(), Refusal> {
    let reasons = &desk.policy()?.reasons.reject;
    let Some(words) = reasons.get(reason) else {
        let accepted: Vec<&str> = reasons.keys().map(String::as_str).collect();
        return Err(desk.refuse(Code::ReasonRequired, reason, accepted.join(", ")));
    };
    stands_at(desk, &[MandateStage::AwaitingMandate])?;
    desk.emit(F::MandateDeclined {
        reason: reason.to_owned(),
    });
    desk.cancel_all_clocks();
    desk.emit(F::CaseRejected {
        reason: reason.to_owned(),
        note: words.get(Language::ZhCn).to_owned(),
    });
    Ok(())
}

/// 递交窗口: inside scope and term; the window's statutory clock begins.
pub(super) fn submit(
    desk: &mut Desk<'_>,
    window: &UnitId,
    receipt: &str,
    item: &str,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    let active = desk.ctx.reference.registry.unit_active(window, desk.now());
    desk.ensure(
        active,
        Code::UnitInactive,
        window,
        "a unit that is active now",
    )?;
    desk.require(receipt, "receipt", "the window's receipt number")?;
    desk.require(item, "item", "an item of the mandate")?;
    if let Some(mandate) = desk.case.mandate.as_ref().and_then(|s| s.mandate.as_ref()) {
        in_term(desk, mandate)?;
        let inside = mandate.scope.iter().any(|listed| listed == item);
        let accepted = mandate.scope.join(", ");
        desk.ensure(inside, Code::ScopeExceeded, item, accepted)?;
    }
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Mandated])?;
    let statutory = super::intake::statutory_limit(desk, row)?;
    desk.emit(F::SubmittedToWindow {
        window: window.clone(),
        receipt: receipt.to_owned(),
        item: item.to_owned(),
    });
    desk.stop_clock(SUBMIT);
    desk.start_clock_if(STATUTORY, statutory);
    Ok(())
}

/// 补正通知: one notice lists everything; the statutory clock stands.
pub(super) fn request_materials(
    desk: &mut Desk<'_>,
    materials: &[String],
    notice: &str,
) -> Result<(), Refusal> {
    listed(desk, materials, "materials")?;
    desk.require(notice, "notice", "the number of the written notice")?;
    let open = stage(desk) == MandateStage::AwaitingMaterials;
    let next = "supply-materials";
    desk.ensure(!open, Code::AlreadyDone, "request-materials", next)?;
    let noticed = desk
        .case
        .mandate
        .as_ref()
        .is_some_and(|state| state.noticed);
    let next = "record-decision";
    desk.ensure(!noticed, Code::AlreadyDone, "request-materials", next)?;
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Submitted])?;
    desk.emit(F::MaterialsRequested {
        materials: materials.to_vec(),
        notice: notice.to_owned(),
    });
    desk.suspend_clock(STATUTORY);
    Ok(())
}

/// 补正: only what was asked for; with the last of it the statutory clock runs on.
pub(super) fn supply_materials(desk: &mut Desk<'_>, materials: &[String]) -> Result<(), Refusal> {
    listed(desk, materials, "materials")?;
    let asked = desk.case.mandate.as_ref().map(|state| &state.missing);
    if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
        inside(desk, materials, asked)?;
    }
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::AwaitingMaterials])?;
    desk.emit(F::MaterialsSupplied {
        materials: materials.to_vec(),
    });
    if stage(desk) == MandateStage::Submitted {
        desk.resume_clock(STATUTORY, None);
    }
    Ok(())
}

/// 延长法定时限: the window's own, once, before its limit is over, told with the reason.
pub(super) fn extend(
    desk: &mut Desk<'_>,
    limit: Limit,
    reason: &str,
    notice: &str,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    in_words(desk, reason)?;
    desk.require(notice, "notice", "the number of the written notice")?;
    let extended = desk
        .case
        .mandate
        .as_ref()
        .is_some_and(|state| state.extended);
    let next = "record-decision";
    desk.ensure(
        !extended,
        Code::AlreadyDone,
        "record-window-extension",
        next,
    )?;
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Submitted])?;
    let Some(clock) = desk.case.owed(STATUTORY).cloned() else {
        return Err(desk.refuse(Code::ExtensionLimit, limit, "-"));
    };
    let (old, calendar) = (clock.marks.due, desk.calendar_of(&clock));
    let after = desk.now() > old;
    desk.ensure(
        !after,
        Code::AfterDue,
        old.to_rfc3339(),
        "before the due time",
    )?;
    // A matter whose own limit is longer than the class's is one that offices handle jointly.
    let due = |limit| calendar.due(clock.started_at, limit).at;
    let joint = row
        .limits
        .statutory
        .is_some_and(|usual| due(clock.limit) > due(usual));
    let most = if joint {
        row.limits.joint_extension
    } else {
        row.limits.statutory_extension
    };
    let within = most.is_some_and(|most| due(limit) <= due(most));
    let accepted = most.map_or_else(|| "-".to_owned(), |most| most.to_string());
    desk.ensure(within, Code::ExtensionLimit, limit, accepted)?;
    desk.emit(F::WindowExtended {
        limit,
        reason: reason.to_owned(),
        notice: notice.to_owned(),
    });
    // 24:00 still belongs to the day that it ends.
    let due = calendar.due(old - TimeDelta::minutes(1), limit);
    let added = calendar.minutes_between(clock.limit.measure(), old, due.at);
    move_due(
        desk,
        &clock,
        clock.budget + added,
        due,
        calendar,
        "extension",
    );
    Ok(())
}

/// The window's decision; a refusal keeps its written reason (退回件).
pub(super) fn record_decision(
    desk: &mut Desk<'_>,
    granted: bool,
    reason: &str,
    document: &str,
) -> Result<(), Refusal> {
    let row = desk.row()?;
    desk.require(document, "document", "the result document's number or hash")?;
    desk.ensure(
        granted || !reason.trim().is_empty(),
        Code::ReasonRequired,
        "",
        "the window's written reason",
    )?;
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Submitted])?;
    desk.emit(F::WindowDecided {
        granted,
        reason: reason.to_owned(),
        document: document.to_owned(),
    });
    desk.stop_clock(STATUTORY);
    desk.start_clock_if(HAND_BACK, row.limits.hand_back);
    Ok(())
}

/// 交还: result and every paper at once; that is the response which resident and leader sign.
pub(super) fn hand_back(
    desk: &mut Desk<'_>,
    papers: &[String],
    signature: &str,
) -> Result<(), Refusal> {
    listed(desk, papers, "papers")?;
    returned(desk, papers)?;
    by_agent(desk)?;
    stands_at(desk, &[MandateStage::Decided])?;
    let (outcome, reply, evidence) = result(desk, signature);
    desk.emit(F::HandedBack {
        papers: papers.to_vec(),
    });
    desk.stop_clock(HAND_BACK);
    super::respond::respond(desk, outcome, &reply, &evidence, None)
}

/// What the window's decision means for the resident, and the papers that prove it.
fn result(desk: &Desk<'_>, signature: &str) -> (Outcome, String, Vec<Evidence>) {
    let Some(state) = &desk.case.mandate else {
        return (Outcome::Explained, String::new(), Vec::new());
    };
    let outcome = if state.granted == Some(true) {
        Outcome::Resolved
    } else {
        Outcome::Explained
    };
    let reply = if state.decision_reason.trim().is_empty() {
        &state.document
    } else {
        &state.decision_reason
    };
    let mandate = state.mandate.as_ref();
    let principal = mandate.map_or("", |mandate| mandate.principal.subject.as_str());
    let evidence = [
        (EvidenceKind::Mandate, principal),
        (EvidenceKind::Receipt, &state.receipt),
        (EvidenceKind::ResultDocument, &state.document),
        (EvidenceKind::HandBackSignature, signature),
    ];
    let evidence = evidence
        .into_iter()
        .filter(|(_, reference)| !reference.trim().is_empty())
        .map(|(kind, reference)| Evidence {
            kind,
            reference: reference.to_owned(),
            note: String::new(),
        })
        .collect();
    (outcome, reply.clone(), evidence)
}

/// 撤销委托: the principal takes it back at any time before hand-back, with all papers.
pub(super) fn revoke(desk: &mut Desk<'_>, papers: &[String]) -> Result<(), Refusal> {
    returned(desk, papers)?;
    stands_at(
        desk,
        &[
            MandateStage::Mandated,
            MandateStage::Submitted,
            MandateStage::AwaitingMaterials,
            MandateStage::Decided,
        ],
    )?;
    let sealed = desk.case.mandate.as_ref();
    let sealed = sealed.is_some_and(|state| state.keys(desk.ctx.case).next().is_some());
    let (now, wait) = (desk.now(), desk.policy()?.windows.erasure);
    let erase_from = wait.map_or(now, |wait| desk.calendar().due(now, wait).at);
    desk.emit(F::MandateRevoked {
        papers: papers.to_vec(),
        erase_from: sealed.then_some(erase_from),
    });
    desk.cancel_all_clocks();
    desk.emit(F::CaseWithdrawn {
        reason: "mandate_revoked".to_owned(),
    });
    Ok(())
}

/// Timer: the engine deleted the keys of what was given under a revoked mandate.
pub(super) fn erase(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let from = desk
        .case
        .mandate
        .as_ref()
        .and_then(|state| state.erase_from);
    let Some(from) = from else {
        return Err(desk.refuse(Code::NoRequest, "", "revoke-mandate"));
    };
    due_by(desk, desk.now() >= from, Some(from))?;
    desk.emit(F::MandateErased {});
    Ok(())
}

/// 更换代办员: another person of the same grid, and the principal knows.
pub(super) fn substitute_agent(
    desk: &mut Desk<'_>,
    agent: &PersonId,
    principal_told: bool,
) -> Result<(), Refusal> {
    let registry = &desk.ctx.reference.registry;
    let now = desk.now();
    let active = registry.person_active(agent, now);
    desk.ensure(active, Code::PersonInactive, agent, "a person in office")?;
    let path = desk.path();
    let of_grid = path.as_ref().is_some_and(|path| {
        let mut tenures = registry.tenures_at(agent, now);
        tenures.any(|tenure| {
            let agent = matches!(tenure.role, Role::GridOfficer | Role::GridLeader);
            let Place::Grid(grid) = &tenure.place else {
                return false;
            };
            agent && (*grid == path.grid || *grid == path.level_one)
        })
    });
    let accepted = path.map_or_else(|| "-".to_owned(), |path| path.level_one.to_string());
    desk.ensure(of_grid, Code::NotThisGrid, agent, accepted)?;
    let same = current_agent(desk) == Some(agent);
    desk.ensure(!same, Code::AlreadyDone, agent, "another person")?;
    desk.ensure(principal_told, Code::PrincipalNotTold, "", "principal_told")?;
    desk.emit(F::AgentSubstituted {
        agent: agent.clone(),
    });
    Ok(())
}

/// Where the mandate stands; before the first fact it waits for the principal.
fn stage(desk: &Desk<'_>) -> MandateStage {
    let state = desk.case.mandate.as_ref();
    state.map_or(MandateStage::AwaitingMandate, |state| state.stage)
}

fn stands_at(desk: &Desk<'_>, stages: &[MandateStage]) -> Result<(), Refusal> {
    let stage = stage(desk);
    let accepted: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
    desk.ensure(
        stages.contains(&stage),
        Code::MandateStageWrong,
        stage,
        accepted.join(", "),
    )
}

fn in_term(desk: &Desk<'_>, mandate: &Mandate) -> Result<(), Refusal> {
    let (now, end) = (desk.now(), mandate.expires_at);
    desk.ensure(
        end > now,
        Code::MandateExpired,
        end.to_rfc3339(),
        format!("> {}", now.to_rfc3339()),
    )
}

/// Who acts: the one who took the mandate or replaced the agent; before that, the handler.
fn current_agent<'d>(desk: &'d Desk<'_>) -> Option<&'d PersonId> {
    let state = desk.case.mandate.as_ref();
    let handler = desk.case.handler.as_ref().map(|handler| &handler.person);
    state.map(|state| &state.agent).or(handler)
}

/// A mandate is given to one person; others may only be put in that person's place.
fn by_agent(desk: &Desk<'_>) -> Result<(), Refusal> {
    let actor = &desk.ctx.actor.person;
    let agent = current_agent(desk);
    let accepted = agent.map_or("-", PersonId::as_str);
    desk.ensure(agent == Some(actor), Code::ScopeExceeded, actor, accepted)
}

/// A list with something in it, and nothing blank.
fn listed(desk: &Desk<'_>, list: &[String], field: &str) -> Result<(), Refusal> {
    let whole = !list.is_empty() && list.iter().all(|item| !item.trim().is_empty());
    desk.ensure(whole, Code::FieldMissing, field, "at least one, none blank")
}

/// A case under a mandate ends or changes its class only when the principal has all papers back.
pub(super) fn papers_back(desk: &Desk<'_>) -> Result<(), Refusal> {
    let out = desk.case.mandate.iter().flat_map(|state| &state.papers_out);
    let out: Vec<&str> = out.map(String::as_str).collect();
    let accepted = "hand-back, revoke-mandate";
    desk.ensure(
        out.is_empty(),
        Code::PapersOutstanding,
        out.join(", "),
        accepted,
    )
}

/// Everything that is out comes back, and nothing that was never out.
fn returned(desk: &Desk<'_>, papers: &[String]) -> Result<(), Refusal> {
    let none = BTreeSet::new();
    let out = desk.case.mandate.as_ref();
    let out = out.map_or(&none, |state: &MandateState| &state.papers_out);
    let all = out.iter().cloned().collect::<Vec<_>>().join(", ");
    let mut left: Vec<&str> = out.iter().map(String::as_str).collect();
    left.retain(|paper| !papers.iter().any(|back| back == paper));
    desk.ensure(
        left.is_empty(),
        Code::PapersOutstanding,
        left.join(", "),
        all,
    )?;
    inside(desk, papers, out)
}

fn inside(desk: &Desk<'_>, given: &[String], known: &BTreeSet<String>) -> Result<(), Refusal> {
    let strange = given.iter().find(|item| !known.contains(*item));
    let accepted: Vec<&str> = known.iter().map(String::as_str).collect();
    desk.ensure(
        strange.is_none(),
        Code::ScopeExceeded,
        strange.map_or("", String::as_str),
        accepted.join(", "),
    )
}

#[cfg(test)]
mod tests;
