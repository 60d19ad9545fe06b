//! 代办: a grid officer acts for a resident at a window, under a written mandate.
//!
//! The machine of `DOMAIN.md` 2.4, Proxy: mandate, submission, materials, decision, hand-back.
//! Refuses anyone but the agent to act, anything outside scope and term, and any end while papers
//! of the principal are still out.

pub(super) mod window;

use super::Desk;
use super::pause::due_by;
use crate::actor::Role;
use crate::case::MandateState;
use crate::case::clock::ClockId;
use crate::case::fact::CaseFact as F;
use crate::case::record::{Evidence, Mandate};
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::case::stage::{ClockKind, MandateStage, Outcome};
use crate::ids::PersonId;
use crate::policy::rows::EvidenceKind;
use crate::registry::Place;
use crate::text::Language;
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
