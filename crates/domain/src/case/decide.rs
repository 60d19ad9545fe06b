//! Deciding: may this be done, and what follows from it?
//!
//! [`decide`] passes the gate (existence, end, class, stage, role, office, scope: the precedence of
//! [`super::refusal`]), then hands over to one file per group of commands. Nothing here reads a
//! clock, a store or a view.

#[cfg(test)]
mod closing_tests;
mod coordination;
mod desk;
mod dispatch;
mod ends;
#[cfg(test)]
mod every;
mod gate;
mod intake;
mod legs;
mod mandate;
mod outlook;
mod own_work;
mod pause;
#[cfg(test)]
mod pause_scenes;
#[cfg(test)]
mod readiness_tests;
mod rebase;
mod respond;
mod returns;
#[cfg(test)]
mod scenes;
mod sign_off;
mod step_in;
mod supervision;
mod texts;
mod verify;
mod whistle;

use super::Case;
use super::command::CaseCommand as C;
use super::context::Context;
use super::fact::CaseEvent;
use super::refusal::Refusal;
pub(crate) use desk::Desk;
pub use outlook::{Prospect, outlook};
use std::borrow::Cow;

/// Decides one command: the events that follow, or the first refusal in order of precedence.
///
/// # Errors
/// A [`Refusal`]; then nothing has happened.
pub fn decide(case: &Case, command: &C, context: &Context) -> Result<Vec<CaseEvent>, Refusal> {
    settle(Cow::Borrowed(case), command, context).map(|(_, events)| events)
}

/// The same on a state that is given away: answers the state after the command as well, so that
/// nobody copies the one or folds the facts once more for the other.
///
/// # Errors
/// A [`Refusal`]; the state that was given away is gone then.
pub fn decide_on(
    case: Case,
    command: &C,
    context: &Context,
) -> Result<(Case, Vec<CaseEvent>), Refusal> {
    settle(Cow::Owned(case), command, context).map(|(case, events)| (case.into_owned(), events))
}

fn settle<'a>(
    case: Cow<'a, Case>,
    command: &C,
    context: &'a Context,
) -> Result<(Cow<'a, Case>, Vec<CaseEvent>), Refusal> {
    let mut desk = Desk::open(case, command.name(), context);
    gate::pass(&desk, gate::leg_of(command))?;
    texts::check(&desk, command)?;
    route(&mut desk, command)?;
    Ok(desk.close())
}

#[expect(
    clippy::too_many_lines,
    reason = "one line a command: the table of contents of the rules"
)]
fn route(desk: &mut Desk<'_>, command: &C) -> Result<(), Refusal> {
    match command {
        C::Report { form } => intake::report(desk, form),
        C::ReportHandled {
            form,
            matter,
            outcome,
            reply,
            evidence,
        } => intake::report_handled(desk, form, matter, *outcome, reply, evidence),
        C::AssignLocation { grid } => intake::assign_location(desk, grid),
        C::Accept {
            class,
            matter,
            manual_dispatch,
            origin,
        } => intake::accept(desk, *class, matter, *manual_dispatch, *origin),
        C::Reject { reason, note } => intake::reject(desk, reason, note),
        C::TransferOut { to, reason } => intake::transfer_out(desk, to, reason),
        C::Merge { into } => intake::merge(desk, *into),
        C::AbsorbDuplicate {
            from,
            reporter,
            others,
        } => intake::absorb(desk, *from, reporter.as_ref(), others),
        C::Reclassify { to, reason } => intake::reclassify(desk, *to, reason),
        C::Import {
            case,
            closed_at,
            closure_note,
            on_time,
        } => intake::import(desk, case, *closed_at, closure_note, *on_time),
        C::BlowWhistle {
            kind,
            ground,
            targets,
            prework,
            new_facts,
        } => whistle::blow(desk, *kind, ground, targets, prework, new_facts),
        C::ApproveWhistle {} => whistle::approve(desk),
        C::DeclineWhistle { reason } => whistle::decline(desk, reason),
        C::RatifyWhistle {} => whistle::ratify(desk),
        C::LapseRatification {} => whistle::lapse_ratification(desk),
        C::Dispatch {
            lead,
            co_handlers,
            emergency,
            precedent,
        } => dispatch::dispatch(desk, lead, co_handlers, *emergency, *precedent),
        C::Assign { undertaker } => dispatch::assign(desk, undertaker),
        C::Acknowledge { leg } => legs::acknowledge(desk, *leg),
        C::AutoAcknowledge { leg } => legs::auto_acknowledge(desk, *leg),
        C::ContactResident { leg, means, note } => legs::contact(desk, *leg, means, note),
        C::ReportIn {
            leg,
            attendance,
            evidence,
        } => legs::report_in(desk, *leg, attendance, evidence),
        C::WaiveReportIn { leg, reason } => legs::waive_report_in(desk, *leg, reason),
        C::CompleteLeg { leg, result } => legs::complete(desk, *leg, result),
        C::ConfirmLeg { leg } => legs::confirm(desk, *leg),
        C::WaiveLeg { leg, reason } => legs::waive(desk, *leg, reason),
        C::RequestReturn {
            leg,
            reason,
            legal_basis,
        } => returns::request(desk, *leg, reason, legal_basis),
        C::ApproveReturn { leg } => returns::approve(desk, *leg),
        C::RefuseReturn { leg, reason } => returns::refuse(desk, *leg, reason),
        C::DesignateLead {
            unit,
            reason,
            precedent,
        } => returns::designate_lead(desk, unit, reason, precedent.as_ref()),
        C::RequestExtension { limit, reason } => pause::request_extension(desk, *limit, reason),
        C::GrantExtension { citizen_informed } => pause::grant_extension(desk, *citizen_informed),
        C::DenyExtension { reason } => pause::deny_extension(desk, reason),
        C::Suspend {
            reason,
            until,
            proof,
        } => pause::suspend(desk, reason, *until, proof),
        C::Resume {} => pause::resume(desk),
        C::Hold {
            reason,
            review,
            proof,
        } => pause::hold::hold(desk, reason, *review, proof),
        C::ReviewHold { note, next } => pause::hold::review_hold(desk, note, *next),
        C::MissReview {} => pause::hold::miss_review(desk),
        C::ProposeCoordination { cause } => coordination::propose(desk, cause),
        C::Convene { units, agenda } => coordination::convene(desk, units, agenda),
        C::Adjourn { reason } => coordination::adjourn(desk, reason),
        C::Decide {
            decision,
            precedent,
        } => coordination::decide(desk, decision, precedent.as_ref()),
        C::RecordProgress { leg, note } => supervision::record_progress(desk, *leg, note),
        C::MissProgress {} => supervision::miss_progress(desk),
        C::Urge { note } => supervision::urge(desk, note),
        C::AnswerUrge { reason } => supervision::answer_urge(desk, reason),
        C::RaiseCard {
            card,
            rule,
            emergency,
            note,
        } => supervision::raise_card(desk, *card, rule, *emergency, note),
        C::LiftCard { card, reason } => supervision::lift_card(desk, *card, reason),
        C::Remind { kind, leg, percent } => supervision::remind(desk, *kind, *leg, *percent),
        C::Respond {
            outcome,
            reply,
            evidence,
            elements,
        } => respond::respond(desk, *outcome, reply, evidence, elements.as_ref()),
        C::VerifyPass { note } => verify::verify_pass(desk, note),
        C::RequireRework { reason, note } => respond::require_rework(desk, reason, note),
        C::RecordCallback {
            result,
            note,
            satisfaction,
        } => respond::record_callback(desk, *result, note, *satisfaction),
        C::Disclose { what, place } => respond::disclose(desk, *what, place),
        C::SignOff {} => sign_off::sign_off(desk),
        C::AutoSignOff {} => sign_off::auto_sign_off(desk),
        C::Reopen {
            ground,
            note,
            same_as,
        } => ends::reopen(desk, *ground, note, *same_as),
        C::Withdraw { reason } => ends::withdraw(desk, reason),
        C::Archive {} => ends::archive(desk),
        C::ProposeVoid { reason } => ends::propose_void(desk, reason),
        C::ConfirmVoid {} => ends::confirm_void(desk),
        C::GrantMandate { mandate } => mandate::grant(desk, mandate),
        C::DeclineMandate { reason } => mandate::decline(desk, reason),
        C::SubmitToWindow {
            window,
            receipt,
            item,
        } => mandate::window::submit(desk, window, receipt, item),
        C::RequestMaterials { materials, notice } => {
            mandate::window::request_materials(desk, materials, notice)
        }
        C::SupplyMaterials { materials } => mandate::window::supply_materials(desk, materials),
        C::RecordWindowExtension {
            limit,
            reason,
            notice,
        } => mandate::window::extend(desk, *limit, reason, notice),
        C::EraseMandate {} => mandate::erase(desk),
        C::RecordDecision {
            granted,
            reason,
            document,
            decided_at,
        } => mandate::window::record_decision(desk, *granted, reason, document, *decided_at),
        C::HandBack { papers, signature } => mandate::hand_back(desk, papers, signature),
        C::RevokeMandate { papers } => mandate::revoke(desk, papers),
        C::SubstituteAgent {
            agent,
            principal_told,
        } => mandate::substitute_agent(desk, agent, *principal_told),
        C::RebaseClocks { calendar } => rebase::rebase(desk, calendar),
    }
}
