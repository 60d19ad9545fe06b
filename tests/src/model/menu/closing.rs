//! Signatures, supervision, ends, mandates, and what the clock asks.

use super::{Menu, of, text};
use crate::city::{PENSION, people};
use crate::model::machine::AGAIN;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::command::{CaseCommand as C, ReopenGround};
use gridwhistle::domain::case::record::{Mandate, Reporter};
use gridwhistle::domain::case::stage::{Card, ClockKind, Stage};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::SubjectId;

pub(super) fn signatures(menu: &mut Menu, state: &Case) {
    let mut signers = vec![
        people::leader(),
        people::community(),
        people::community_secretary(),
        people::party_secretary(),
        people::street(),
        people::street_leader(),
        people::supervisor(),
        people::resident(),
    ];
    signers.extend(state.live_legs().map(|leg| of(&leg.unit)));
    let special = state.class == Some(CaseClass::Special);
    for who in signers {
        menu.add(if special { 12 } else { 4 }, who, C::SignOff {});
    }
    if special && state.stage == Some(Stage::Responded) {
        // The longest chain there is: both bodies look before anybody signs.
        for who in [people::party_secretary(), people::street_leader()] {
            let note = text("looked at it together");
            menu.add(12, who, C::VerifyPass { note });
        }
    }
}

pub(super) fn supervision(menu: &mut Menu) {
    let note = text("where is it");
    menu.add(1, people::supervisor(), C::Urge { note });
    let reason = text("parts came today");
    menu.add(1, people::water(), C::AnswerUrge { reason });
    for card in [Card::Yellow, Card::Red] {
        let raise = C::RaiseCard {
            card,
            rule: text("leader"),
            emergency: false,
            note: text("too slow"),
        };
        menu.add(1, people::supervisor(), raise);
        let reason = text("explained");
        menu.add(1, people::district_leader(), C::LiftCard { card, reason });
    }
}

pub(super) fn ends(menu: &mut Menu) {
    for ground in [ReopenGround::DisputeUpheld, ReopenGround::SameProblem] {
        let note = text("it drips again");
        let same_as = Some(AGAIN);
        menu.add(
            2,
            people::community(),
            C::Reopen {
                ground,
                note,
                same_as,
            },
        );
    }
    let reason = text("it stopped by itself");
    menu.add(1, people::resident(), C::Withdraw { reason });
    menu.add(2, people::street(), C::Archive {});
    let reason = text("a test entry");
    menu.add(1, people::dispatcher(), C::ProposeVoid { reason });
    menu.add(1, people::supervisor(), C::ConfirmVoid {});
}

pub(super) fn mandates(menu: &mut Menu, state: &Case, now: DateTime<Utc>) {
    let who = people::officer();
    let mandate = Mandate {
        principal: Reporter {
            subject: SubjectId::new("R-1"),
            details: None,
        },
        guardian: None,
        scope: vec![text(PENSION)],
        papers: vec![text("identity card copy")],
        expires_at: now + TimeDelta::days(60),
        identity_check: text("seen in person"),
    };
    menu.add(6, who.clone(), C::GrantMandate { mandate });
    let declined = text("mandate_declined");
    menu.add(1, who.clone(), C::DeclineMandate { reason: declined });
    for item in [PENSION, "government_services.other"] {
        let submit = C::SubmitToWindow {
            window: "B-window".into(),
            receipt: text("R-2026-1"),
            item: text(item),
        };
        menu.add(4, who.clone(), submit);
    }
    let request = C::RequestMaterials {
        materials: vec![text("photo")],
        notice: text("N-1"),
    };
    let supply = C::SupplyMaterials {
        materials: vec![text("photo")],
    };
    menu.add(2, who.clone(), request);
    menu.add(4, who.clone(), supply);
    for granted in [true, false] {
        let decision = C::RecordDecision {
            granted,
            reason: text("article 3"),
            document: text("D-1"),
            decided_at: None,
        };
        menu.add(3, who.clone(), decision);
    }
    let out = state.mandate.iter().flat_map(|state| &state.papers_out);
    let papers: Vec<String> = out.cloned().collect();
    let back = C::HandBack {
        papers: papers.clone(),
        signature: text("S-1"),
    };
    menu.add(6, who, back);
    menu.add(1, people::resident(), C::RevokeMandate { papers });
    let substitute = C::SubstituteAgent {
        agent: people::leader().person,
        principal_told: true,
    };
    menu.add(1, people::leader(), substitute);
}

pub(super) fn timers(menu: &mut Menu, state: &Case) {
    let system = Actor::system;
    for leg in state.live_legs() {
        menu.add(2, system(), C::AutoAcknowledge { leg: leg.no });
    }
    for percent in [50, 75] {
        let remind = C::Remind {
            kind: ClockKind::Handle,
            leg: None,
            percent,
        };
        menu.add(1, system(), remind);
    }
    for (rule, card) in [
        ("overdue_150", Card::Yellow),
        ("overdue_200", Card::Red),
        ("reworks_yellow", Card::Yellow),
        ("reworks_red", Card::Red),
        ("urge_unanswered", Card::Red),
    ] {
        let raise = C::RaiseCard {
            card,
            rule: text(rule),
            emergency: false,
            note: String::new(),
        };
        menu.add(1, system(), raise);
    }
    let note = String::new();
    menu.add(2, system(), C::Urge { note });
    for command in [
        C::LapseRatification {},
        C::MissProgress {},
        C::MissReview {},
        C::AutoSignOff {},
        C::Archive {},
        C::Resume {},
    ] {
        menu.add(2, system(), command);
    }
    let cause = text("red_card");
    menu.add(1, system(), C::ProposeCoordination { cause });
}
