//! The mandate of a proxy case (代办).

use super::super::fact::{CaseEvent, CaseFact as F};
use super::super::stage::MandateStage;
use super::super::{Case, MandateState};
use crate::ids::PersonId;

/// A mandate that nobody has given yet.
fn awaited(agent: &PersonId) -> MandateState {
    MandateState {
        stage: MandateStage::AwaitingMandate,
        mandate: None,
        agent: agent.clone(),
        missing: Default::default(),
        noticed: false,
        extended: false,
        papers_out: Default::default(),
        handed_back: Default::default(),
        erase_from: None,
        erased: false,
        window: None,
        receipt: String::new(),
        granted: None,
        decision_reason: String::new(),
        document: String::new(),
    }
}

pub(super) fn mandate(case: &mut Case, event: &CaseEvent) {
    let state = case
        .mandate
        .get_or_insert_with(|| awaited(&event.by.person));
    match &event.fact {
        F::MandateGranted { mandate } => {
            state.stage = MandateStage::Mandated;
            state.papers_out.extend(mandate.papers.iter().cloned());
            state.mandate = Some(mandate.clone());
            // Whoever takes the mandate is the agent, and handles the case.
            state.agent = event.by.person.clone();
            case.handler = Some(event.by.clone());
        }
        F::SubmittedToWindow {
            window, receipt, ..
        } => {
            state.stage = MandateStage::Submitted;
            state.window = Some(window.clone());
            state.receipt.clone_from(receipt);
        }
        F::MaterialsRequested { materials, .. } => {
            state.stage = MandateStage::AwaitingMaterials;
            state.noticed = true;
            state.missing = materials.iter().cloned().collect();
        }
        F::MaterialsSupplied { materials } => {
            state.papers_out.extend(materials.iter().cloned());
            state.missing.retain(|wanted| !materials.contains(wanted));
            if state.missing.is_empty() {
                state.stage = MandateStage::Submitted;
            }
        }
        F::WindowDecided {
            granted,
            reason,
            document,
            ..
        } => {
            state.stage = MandateStage::Decided;
            state.granted = Some(*granted);
            state.decision_reason.clone_from(reason);
            state.document.clone_from(document);
        }
        F::WindowExtended { .. } => state.extended = true,
        F::HandedBack { papers } => {
            state.handed_back = papers.iter().cloned().collect();
            state.papers_out.retain(|paper| !papers.contains(paper));
            if state.papers_out.is_empty() {
                state.stage = MandateStage::HandedBack;
            }
        }
        F::MandateRevoked { papers, erase_from } => {
            state.papers_out.retain(|paper| !papers.contains(paper));
            state.stage = MandateStage::Revoked;
            state.erase_from = *erase_from;
        }
        F::MandateErased {} => {
            state.erase_from = None;
            state.erased = true;
        }
        F::AgentSubstituted { agent } => {
            state.agent = agent.clone();
            if let Some(handler) = &mut case.handler {
                // What the one before did stays theirs: they never countersign it.
                case.handlers.insert(handler.clone());
                handler.person = agent.clone();
            }
        }
        _ => {}
    }
}
