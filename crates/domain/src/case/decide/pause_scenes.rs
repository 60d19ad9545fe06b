//! Scenes for tests: cases that were brought to a stage by the commands of the people there.

use crate::actor::{Actor, Role};
use crate::case::command::CaseCommand as C;
use crate::case::context::Reference;
use crate::case::fact::CoordinationDecision;
use crate::case::kit::*;
use crate::class::CaseClass;
use crate::policy::Policy;
use crate::policy::rows::{EvidenceKind, WhistleKind};
use crate::registry::RegistryEvent;
use serde_json::json;

/// The built-in policy with a change, under its own label.
pub(super) fn policy(change: impl FnOnce(&mut Policy)) -> impl FnOnce(&mut Reference) {
    let mut policy = Policy::built_in();
    change(&mut policy);
    move |reference| reference.policies.insert(policy, at("2020-01-01 00:00"))
}

/// A second office of a person, held from the beginning.
pub(super) fn also(given: Given, actor: &Actor, role: Role, place: &str) -> Given {
    given.knowing(|reference| {
        let fact = json!({ "TenureBegun": { "person": actor.person,
            "tenure": { "role": role, "place": place, "from": "2019-12-31T16:00:00Z" } } });
        reference.registry.evolve(&RegistryEvent {
            at: at("2020-01-01 00:00"),
            by: system(),
            fact: serde_json::from_value(fact).expect("a tenure"),
        });
    })
}

/// A leak that the water bureau handles within five working days from Monday 09:00.
pub(super) fn at_work() -> Given {
    at_work_in(Given::nothing())
}

/// The same in a world that was changed.
pub(super) fn at_work_in(given: Given) -> Given {
    given
        .and(resident(), report())
        .and(community(), accept(CaseClass::TimeLimited, LEAK))
        .and(water(), C::Acknowledge { leg: LEAD })
}

/// The street office handles a noise itself, so its own leader is of the lead's unit.
pub(super) fn street_at_work() -> Given {
    let by_hand = C::Accept {
        class: CaseClass::TimeLimited,
        matter: NOISE.into(),
        manual_dispatch: true,
        origin: None,
    };
    let dispatch = C::Dispatch {
        lead: "S-old-town".into(),
        co_handlers: Vec::new(),
        emergency: false,
        precedent: None,
    };
    Given::nothing()
        .and(resident(), report())
        .and(community(), by_hand)
        .and(dispatcher(), dispatch)
        .and(street(), C::Acknowledge { leg: LEAD })
}

/// A leak that the grid whistled for; the water bureau acknowledged on Monday at 09:00.
pub(super) fn whistled() -> Given {
    let blow = C::BlowWhistle {
        kind: WhistleKind::Routine,
        ground: "resident_problem".to_owned(),
        targets: vec!["B-water".into()],
        prework: vec![evidence(EvidenceKind::BeforePhoto)],
        new_facts: String::new(),
    };
    let dispatch = C::Dispatch {
        lead: "B-water".into(),
        co_handlers: Vec::new(),
        emergency: false,
        precedent: None,
    };
    Given::nothing()
        .and(resident(), report())
        .and(community(), accept(CaseClass::Undertaken, LEAK))
        .and(leader(), blow)
        .and(street(), C::ApproveWhistle {})
        .and(street(), dispatch)
        .and(water(), C::Acknowledge { leg: LEAD })
}

/// A leak that a meeting gave to water and roads; progress notes are owed every five working days.
pub(super) fn decided() -> Given {
    let units = || vec!["B-water".into(), "B-roads".into()];
    let convene = C::Convene {
        units: units(),
        agenda: "who digs".to_owned(),
    };
    let decision = CoordinationDecision {
        present: units(),
        lead: "B-water".into(),
        co_handlers: vec!["B-roads".into()],
        deliverables: crate::case::decide::scenes::owing(&["B-water", "B-roads"]),
        handle: None,
        minutes: "b".repeat(64),
    };
    Given::nothing()
        .and(resident(), report())
        .and(community(), accept(CaseClass::Special, LEAK))
        .and(street_leader(), convene)
        .and(
            street_leader(),
            C::Decide {
                decision,
                precedent: None,
            },
        )
        .and(water(), C::Acknowledge { leg: LEAD })
}

/// A pension that a grid officer carries to the window; the mandate is still to be signed.
pub(super) fn awaiting_mandate() -> Given {
    Given::nothing()
        .and(resident(), report())
        .and(officer(), accept(CaseClass::Proxy, PENSION))
}
