//! A case whose grid changes under it.

use super::*;
use crate::policy::rows::WhistleKind;

/// The grid of the case, and everyone's office in it, is closed before it goes on.
fn closed_grid(given: Given) -> Given {
    given.at("2026-03-02 10:00").knowing(|reference| {
        let closed =
            serde_json::json!({ "GridClosed": { "grid": GRID, "until": "2026-03-02T02:00:00Z" } });
        let event = crate::registry::RegistryEvent {
            at: at("2026-03-02 10:00"),
            by: system(),
            fact: serde_json::from_value(closed).unwrap(),
        };
        reference.registry.evolve(&event);
    })
}

#[test]
fn a_case_stays_with_the_grid_as_it_lay_when_the_case_arose() {
    closed_grid(before_whistle())
        .when(community_secretary(), blow(WhistleKind::Routine))
        .then_refused(Code::TargetDoesNotServe);
    closed_grid(whistled())
        .when(street_leader(), C::ApproveWhistle {})
        .then(&["WhistleApproved", "ClockStopped", "ClockStarted"]);
    closed_grid(with_water().and(water(), acknowledge(LEAD)))
        .when(
            community_secretary(),
            C::Disclose {
                what: crate::case::fact::Disclosure::Resolution,
                place: "notice board".into(),
            },
        )
        .then(&["Disclosed"]);
}

#[test]
fn the_centre_puts_an_open_case_into_another_grid() {
    let assign = C::AssignLocation { grid: "G-2".into() };
    let given = closed_grid(before_whistle())
        .when(officer(), assign.clone())
        .then_refused(Code::NotYourStep)
        .when(dispatcher(), assign)
        .then(&["LocationAssigned"]);
    given
        .when(community_secretary(), blow(WhistleKind::Routine))
        .then(&["WhistleBlown", "ClockCancelled", "ClockStarted"]);
}

/// Accepted into it, the case would lie nowhere and in no area's figures.
#[test]
fn a_report_from_a_grid_that_was_closed_since_is_put_into_another_before_it_is_accepted() {
    let accepts = || accept(CaseClass::TimeLimited, LEAK);
    closed_grid(reported())
        .when(dispatcher(), accepts())
        .then_refused(Code::GridUnknown)
        .and(dispatcher(), C::AssignLocation { grid: "G-2".into() })
        .when(dispatcher(), accepts())
        .stands(Stage::Dispatched);
}
