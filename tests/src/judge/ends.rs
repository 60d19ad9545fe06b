//! What a period lived again tells of the duties of a case for which the model ends: what had run out, or
//! was done, before; how the rest would have come out nobody knows.

use super::what_if::tried;
use crate::city::work::{LEAD, progress, respond, time_limited};
use crate::city::{City, at, case, people};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::clock::ClockId;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::stage::ClockKind;
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle_audit::whatif::{Due, End, Scenario, WhatIfReport};

/// The default policy with other limits of time-limited cases.
fn limits(changes: &[(&str, &str)]) -> Scenario {
    let (head, rest) = Policy::default_text()
        .split_once("[class.time_limited.limits]")
        .unwrap();
    let mut limits = rest.to_owned();
    for (name, limit) in changes {
        let (before, after) = limits.split_once(&format!("\n{name} = ")).unwrap();
        let (_, after) = after.split_once('\n').unwrap();
        limits = format!("{before}\n{name} = \"{limit}\"\n{after}");
    }
    Scenario {
        policy: Some(format!("{head}[class.time_limited.limits]{limits}")),
        calendar: None,
    }
}

async fn act(city: &City, when: &str, who: Actor, command: C) {
    city.clock.set(at(when));
    city.allowed(who, case(1), command).await;
}

/// A case that the water bureau acknowledges after half an hour, says something of on the third day,
/// and answers at an instant; it was to have done so by Monday the 9th, 18:00.
async fn answered(when: &str) -> City {
    let city = City::in_memory().await;
    city.clock.set(at("2026-03-02 09:10"));
    time_limited(&city, case(1)).await;
    let water = people::water;
    let acknowledge = C::Acknowledge { leg: LEAD };
    act(&city, "2026-03-02 09:40", water(), acknowledge).await;
    act(
        &city,
        "2026-03-04 10:00",
        water(),
        progress("parts are late"),
    )
    .await;
    let contact = C::ContactResident {
        leg: Some(LEAD),
        means: "phone".to_owned(),
        note: "told".to_owned(),
    };
    act(&city, when, water(), contact).await;
    let photos = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    city.allowed(water(), case(1), respond(&photos)).await;
    city
}

/// Answered in time, and late.
const ANSWERED: [(&str, bool); 2] = [("2026-03-05 10:00", false), ("2026-03-10 10:00", true)];

/// The changed duty of a clock.
#[track_caller]
fn changed(report: &WhatIfReport, clock: ClockId) -> &Due {
    let found = report.duties.iter().find(|due| due.clock == clock);
    found.unwrap_or_else(|| panic!("{clock:?} changed: {:#?}", report.duties))
}

const ACKNOWLEDGE: ClockId = ClockId::leg(ClockKind::Acknowledge, LEAD);
const HANDLE: ClockId = ClockId::case(ClockKind::Handle);

#[tokio::test(flavor = "multi_thread")]
async fn what_had_run_out_before_the_end_counts_and_how_it_really_came_out_stands_beside() {
    for (when, late) in ANSWERED {
        let city = answered(when).await;
        let report = tried(&city, limits(&[("handle", "1 wd")])).await.unwrap();
        let [ended] = &report.ended[..] else {
            panic!("{:#?}", report.ended);
        };
        assert_eq!(
            (ended.command.as_str(), ended.at),
            ("record-progress", at("2026-03-04 10:00"))
        );
        let due = at("2026-03-03 18:00");
        let clock = HANDLE;
        assert_eq!(ended.end, End::RanOut { clock, due });
        assert_eq!(report.left_out, 2, "the contact and the response");
        let handle = changed(&report, HANDLE);
        assert_eq!(
            (handle.old, handle.new, handle.ended),
            (Some(at("2026-03-09 18:00")), Some(due), true)
        );
        assert_eq!((handle.late_old, handle.late_new), (Some(late), Some(true)));
        // Acknowledging was done in both; what the response began came up afterwards.
        assert_eq!(report.changed_duties, 1, "{:#?}", report.duties);
        assert_eq!(report.late, (u64::from(late), 1));
        assert_eq!(report.not_told, 1, "verifying");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_still_owed_at_the_end_is_told_by_its_due_time_alone() {
    for (when, _) in ANSWERED {
        let city = answered(when).await;
        let scenario = limits(&[("acknowledge", "10 min"), ("handle", "3 wd")]);
        let report = tried(&city, scenario).await.unwrap();
        let [ended] = &report.ended[..] else {
            panic!("{:#?}", report.ended);
        };
        assert_eq!(
            (ended.command.as_str(), ended.at),
            ("acknowledge", at("2026-03-02 09:40"))
        );
        let acknowledge = changed(&report, ACKNOWLEDGE);
        assert_eq!(
            (acknowledge.late_old, acknowledge.late_new),
            (Some(false), Some(true)),
            "the clock had to do it"
        );
        let handle = changed(&report, HANDLE);
        assert_eq!(
            (handle.old, handle.new, handle.ended),
            (
                Some(at("2026-03-09 18:00")),
                Some(at("2026-03-05 18:00")),
                true
            )
        );
        assert_eq!((handle.late_old, handle.late_new), (None, None));
        // Neither what the real case was late with afterwards, nor the clock that nobody stops any more.
        assert_eq!((report.changed_duties, report.late), (2, (0, 1)));
        assert_eq!(report.not_told, 2, "handling, verifying");
        let beyond = report
            .cards
            .iter()
            .all(|card| (card.old, card.ended) == (0, card.new));
        assert!(beyond && !report.cards.is_empty(), "{:#?}", report.cards);
    }
}
