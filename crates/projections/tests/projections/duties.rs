//! Whose duty a case waits for, and to whom its time is charged.

use super::city::{City, at, case, fact};
use super::history::{LEAD, accepted, handle, in_work, reported, started, stopped};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F};
use gridwhistle_domain::case::stage::{ClockKind, Outcome};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_projections::questions::{CountsBy, LedgerFilter, TimerRules, WatchList, WatchRow};
use gridwhistle_projections::{Moment, Questions};

const fn duty(kind: ClockKind) -> ClockId {
    ClockId::case(kind)
}

async fn overdue(questions: &Questions, minute: i64) -> Vec<WatchRow> {
    let (filter, calendars) = (LedgerFilter::default(), CalendarBook::empty());
    let moment = Moment::now(at(minute));
    let page = questions.watch_list(WatchList::Overdue, &filter, &calendars, None, 50, moment);
    page.await.unwrap().rows
}

/// Open overdue, closed on time and closed late of the water bureau.
async fn figures(questions: &Questions, minute: i64) -> (i64, i64, i64) {
    let (all, moment) = (LedgerFilter::default(), Moment::now(at(minute)));
    let counts = questions.counts(CountsBy::Unit, &all, moment);
    let total = counts.await.unwrap().total;
    (total.open_overdue, total.closed_on_time, total.closed_late)
}

/// Under the published policy: dispatched at 0, handling due at 100, responded at a minute, and
/// verification due 50 minutes after.
fn responded(class: CaseClass, minute: i64) -> Vec<CaseEvent> {
    let mut events = in_work(0, 100);
    for event in &mut events {
        if let F::CaseAccepted { class: of, .. } = &mut event.fact {
            *of = class;
        }
    }
    let response = [
        F::LegCompleted {
            leg: LEAD,
            result: "done".to_owned(),
        },
        F::ResponseSubmitted {
            outcome: Outcome::Resolved,
            reply: "mended".to_owned(),
            evidence: Vec::new(),
            elements: None,
            met: Vec::new(),
        },
        stopped(handle()),
        started(duty(ClockKind::Verify), minute, 50),
    ];
    events.extend(response.map(|what| fact(minute, what)));
    events
}

#[tokio::test]
async fn a_duty_does_not_hide_behind_a_longer_one() {
    let mut city = City::in_memory().with_registry().await;
    city.append(case(1), &in_work(0, 1_000)).await;
    let contact = started(ClockId::leg(ClockKind::Contact, LEAD), 0, 60);
    city.append(case(1), &[fact(0, contact)]).await;
    let questions = city.caught_up().await;
    assert_eq!(overdue(&questions, 60).await.len(), 0);
    let rows = overdue(&questions, 61).await;
    assert_eq!(rows[0].clock_kind.as_deref(), Some("contact"));
    assert_eq!(rows[0].next_unit.as_deref(), Some("B-water"));
    // The figure of the unit is about handling, which is not due yet.
    assert_eq!(figures(&questions, 61).await, (0, 0, 0));
    let done = fact(70, stopped(ClockId::leg(ClockKind::Contact, LEAD)));
    city.append(case(1), &[done]).await;
    let questions = city.caught_up().await;
    assert_eq!(overdue(&questions, 71).await.len(), 0);
    assert_eq!(figures(&questions, 1_001).await, (1, 0, 0));
}

#[tokio::test]
async fn a_late_verifier_is_named_and_the_handler_is_not_charged() {
    let mut city = City::in_memory().with_registry().await.with_policy().await;
    city.append(case(1), &responded(CaseClass::TimeLimited, 90))
        .await;
    let questions = city.caught_up().await;
    let rows = overdue(&questions, 141).await;
    assert_eq!(rows[0].clock_kind.as_deref(), Some("verify"));
    assert_eq!(rows[0].next_role.as_deref(), Some("community_staff"));
    assert_eq!(rows[0].next_unit.as_deref(), Some("C-east"));
    assert_eq!(figures(&questions, 141).await, (0, 0, 0));
    let end = F::CaseClosed {
        outcome: Outcome::Resolved,
    };
    city.append(case(1), &[fact(150, end)]).await;
    let questions = city.caught_up().await;
    assert_eq!(figures(&questions, 151).await, (0, 1, 0));
}

#[tokio::test]
async fn the_next_signature_is_the_policys_next_step() {
    let mut city = City::in_memory().with_registry().await.with_policy().await;
    city.append(case(1), &responded(CaseClass::Undertaken, 90))
        .await;
    city.append(case(2), &responded(CaseClass::Special, 90))
        .await;
    let verified = |minute| {
        [
            F::VerificationPassed {
                note: String::new(),
                pending: Vec::new(),
            },
            stopped(duty(ClockKind::Verify)),
            started(duty(ClockKind::SignOff), minute, 50),
        ]
        .map(|what| fact(minute, what))
    };
    let next = async |city: &City, number| {
        let moment = Moment::now(at(200));
        let file = city.caught_up().await.case(case(number), moment).await;
        let row = file.unwrap().unwrap().ledger;
        (row.next_role.unwrap(), row.next_unit)
    };
    let role = |code: &str, unit: &str| (code.to_owned(), Some(unit.to_owned()));
    assert_eq!(next(&city, 2).await, role("party_org_secretary", "C-east"));
    city.append(case(1), &verified(100)).await;
    assert_eq!(next(&city, 1).await, role("community_staff", "C-east"));
    let mut signed = fact(
        110,
        F::SignOffRecorded {
            step: "community".to_owned(),
            automatic: false,
        },
    );
    signed.by = Actor::new("P-c", Role::CommunityStaff, "C-east");
    let mut again = vec![signed, fact(110, stopped(duty(ClockKind::SignOff)))];
    again.push(fact(110, started(duty(ClockKind::SignOff), 110, 50)));
    city.append(case(1), &again).await;
    assert_eq!(next(&city, 1).await, role("street_staff", "S-old-town"));
}

#[tokio::test]
async fn a_proxy_case_is_late_by_the_duties_of_its_agent_and_window() {
    let mut city = City::in_memory().with_registry().await;
    for (number, done) in [(1, 50), (2, 150)] {
        let events = [
            fact(0, reported()),
            fact(0, accepted(CaseClass::Proxy)),
            fact(0, started(duty(ClockKind::TakePapers), 0, 100)),
        ];
        city.append(case(number), &events).await;
        let end = F::CaseClosed {
            outcome: Outcome::Resolved,
        };
        let events = [stopped(duty(ClockKind::TakePapers)), end];
        city.append(case(number), &events.map(|what| fact(done, what)))
            .await;
    }
    let open = [
        fact(0, reported()),
        fact(0, accepted(CaseClass::Proxy)),
        fact(0, started(duty(ClockKind::Statutory), 0, 100)),
    ];
    city.append(case(3), &open).await;
    let questions = city.caught_up().await;
    assert_eq!(figures(&questions, 101).await, (1, 1, 1));
    assert_eq!(figures(&questions, 100).await, (0, 1, 1));
}

#[tokio::test]
async fn a_reminder_is_hinted_at_by_the_minute_of_the_clocks_own_calendar() {
    let mut city = City::in_memory().with_registry().await.with_policy().await;
    city.append(case(1), &in_work(0, 100)).await;
    let questions = city.caught_up().await;
    let rules = TimerRules::default();
    for (minute, hints) in [(49, 0), (51, 1)] {
        let found = questions.timers(at(minute), &rules, 10).await.unwrap();
        assert_eq!(found.len(), hints, "at {minute}");
    }
}
