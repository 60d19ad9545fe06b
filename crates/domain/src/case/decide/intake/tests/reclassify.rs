//! Another class, and what it does to the clocks.

use super::*;

#[test]
fn another_class_carries_the_consumed_time_over() {
    let given = with_water()
        .at("2026-03-04 09:00")
        .when(
            street_leader(),
            reclassify(CaseClass::Undertaken, "two bureaus"),
        )
        .then(&[
            "ClockCancelled",
            "LegEnded",
            "CaseReclassified",
            "ClockRebased",
            "ClockStarted",
        ])
        .stands(Stage::Accepted)
        .leg_at(LEAD, LegStage::Ended)
        .owes(HANDLE, "2026-03-16 18:00");
    assert_eq!(given.case.handling().map(|clock| clock.consumed), Some(960));
}

#[test]
fn another_measure_counts_the_same_stretch_by_its_own_minutes() {
    let given = reported()
        .and(officer(), accept(CaseClass::OnTheSpot, LEAK))
        .owes(HANDLE, "2026-03-03 09:00")
        .at("2026-03-02 21:00")
        .when(
            officer(),
            reclassify(CaseClass::TimeLimited, "needs the bureau"),
        )
        .then(&["CaseReclassified", "ClockRebased", "ClockStarted"])
        // Twelve hours on the wall are seven working hours: the due time is that of five working
        // days from the acceptance.
        .owes(HANDLE, "2026-03-09 18:00");
    let clock = given.case.handling().unwrap();
    assert_eq!((clock.consumed, clock.budget), (420, 2_820));
    assert_eq!(clock.original, 2_820, "shares are of the new budget");
    assert_eq!(clock.limit, Limit::WorkingDays(5));
}

#[test]
fn an_overdue_case_stays_counted_once_and_gets_the_time_of_its_new_class() {
    let given = reported()
        .and(officer(), accept(CaseClass::OnTheSpot, LEAK))
        .at("2026-03-03 09:01")
        .and(officer(), reclassify(CaseClass::TimeLimited, "too big"))
        .owes(HANDLE, "2026-03-09 18:00");
    assert!(given.case.handling().unwrap().missed);
    let given = given
        .and(street(), dispatch(WATER, &[]))
        .and(water(), acknowledge(LEAD))
        .and(
            water(),
            respond(&[
                EvidenceKind::BeforePhoto,
                EvidenceKind::AfterPhoto,
                EvidenceKind::ContactRecord,
            ]),
        );
    assert_eq!(given.case.handling().unwrap().on_time(), Some(false));
}

#[test]
fn a_pause_is_measured_anew_with_the_rest() {
    let mut given = with_water().and(water(), acknowledge(LEAD));
    let suspend = C::Suspend {
        reason: "waiting_material".into(),
        until: at("2026-03-05 09:00"),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    given = given
        .at("2026-03-03 09:00")
        .and(duty_chief(), suspend)
        .at("2026-03-05 09:00")
        .and(system(), C::Resume {})
        .changed(|policy| {
            let row = policy.class.get_mut(&CaseClass::Undertaken).unwrap();
            row.limits.handle = Some(Limit::CalendarMinutes(14_400));
        })
        .at("2026-03-05 12:00")
        .and(
            street_leader(),
            reclassify(CaseClass::Undertaken, "two bureaus"),
        );
    let clock = given.case.handling().unwrap();
    // A day before the pause, three hours after it; two days of pause.
    assert_eq!(clock.consumed, 24 * 60 + 180);
    assert_eq!(clock.suspended, 48 * 60);
}

#[test]
fn a_change_of_class_changes_something_for_a_reason_within_the_catalogue() {
    with_water()
        .when(street_leader(), reclassify(CaseClass::TimeLimited, "same"))
        .then_refused(Code::SameClass)
        .when(street_leader(), reclassify(CaseClass::Special, " "))
        .then_refused(Code::ReasonRequired)
        .when(street_leader(), reclassify(CaseClass::Proxy, "by proxy"))
        .then_refused(Code::ClassNotAllowed)
        .when(street_leader(), reclassify(CaseClass::OnTheSpot, "trivial"))
        .then_refused(Code::NotThisGrid);
}

#[test]
fn after_the_due_time_an_approver_changes_the_class_and_the_grid_only_upwards() {
    with_water()
        .at("2026-03-09 18:01")
        .when(leader(), reclassify(CaseClass::Undertaken, "too big"))
        .then_refused(Code::ReclassifyTooLate)
        .when(
            street_leader(),
            reclassify(CaseClass::Undertaken, "too big"),
        )
        .stands(Stage::Accepted);
    reported()
        .and(officer(), accept(CaseClass::OnTheSpot, LEAK))
        .at("2026-03-03 09:01")
        .when(officer(), reclassify(CaseClass::TimeLimited, "too big"))
        .stands(Stage::Accepted);
}
