//! A pause ends when it was said to end, however late a clock or a person notices.

use super::*;

fn paused() -> Given {
    at_work().at("2026-03-03 10:00").and(
        street_leader(),
        suspend("waiting_material", "2026-03-04 10:00"),
    )
}

fn handling(given: &Given) -> &Clock {
    given.case.owed(HANDLE).unwrap()
}

#[test]
fn downtime_of_the_clock_is_not_given_to_the_handler() {
    let in_time = paused().at("2026-03-04 10:00").and(system(), C::Resume {});
    let late = paused().at("2026-03-06 16:00").and(system(), C::Resume {});
    for given in [&in_time, &late] {
        assert_eq!(handling(given).marks.due, at("2026-03-10 18:00"));
        assert_eq!(handling(given).suspended, 480);
        assert_eq!(handling(given).since, at("2026-03-04 10:00"));
    }
    let consumed = |given: Given| {
        let given = given.at("2026-03-06 17:00").and(
            street_leader(),
            suspend("waiting_material", "2026-03-09 10:00"),
        );
        handling(&given).consumed
    };
    assert_eq!(consumed(in_time), consumed(late));
}

#[test]
fn a_person_who_resumes_late_gives_nothing_either() {
    let given = paused()
        .at("2026-03-06 16:00")
        .and(street_leader(), C::Resume {});
    assert_eq!(handling(&given).marks.due, at("2026-03-10 18:00"));
}

#[test]
fn whoever_resumes_early_runs_from_then_on() {
    let given = paused()
        .at("2026-03-03 14:00")
        .and(street_leader(), C::Resume {});
    assert_eq!(handling(&given).since, at("2026-03-03 14:00"));
}
