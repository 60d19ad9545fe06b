//! The ledger, the four lists, counts and timers.

use super::city::{City, at, case, fact};
use super::history::{
    LEAD, accepted, closed, handle, in_work, leg_opened, reported, started, stopped,
};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::clock::ClockId;
use gridwhistle_domain::case::fact::CaseFact as F;
use gridwhistle_domain::case::ladder::LadderRule;
use gridwhistle_domain::case::stage::{ClockKind, Outcome, Stage};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_projections::questions::{
    CountsBy, Figure, LedgerFilter, LedgerSort, TimerCandidate, TimerKind, TimerRules, WatchList,
};
use gridwhistle_projections::{Moment, Questions};

/// Cases 1 to 4 in work from minute 0, due at 100, 200, 300, 400; case 4 is suspended at 50.
async fn city() -> City {
    let mut city = City::in_memory().with_registry().await.with_policy().await;
    for number in 1..=4 {
        let budget = i64::try_from(number).unwrap() * 100;
        city.append(case(number), &in_work(0, budget)).await;
    }
    let suspended = [
        F::CaseSuspended {
            reason: "expert".to_owned(),
            until: at(500),
            proof: Vec::new(),
            excluded: false,
        },
        F::ClockSuspended {
            id: handle(),
            consumed: 50,
        },
    ];
    city.append(case(4), &suspended.map(|what| fact(50, what)))
        .await;
    city
}

pub(crate) async fn on_list(questions: &Questions, list: WatchList, moment: Moment) -> Vec<u128> {
    let (filter, calendars) = (LedgerFilter::default(), CalendarBook::empty());
    let page = questions.watch_list(list, &filter, &calendars, None, 50, moment);
    let rows = page.await.unwrap().rows;
    rows.iter()
        .map(|row| row.case_id.parse::<uuid::Uuid>().unwrap().as_u128())
        .collect()
}

#[tokio::test]
async fn the_four_lists_follow_from_the_instant_alone() {
    let questions = city().await.caught_up().await;
    for moment in [Moment::now, Moment::then] {
        let on = async |list, minute| on_list(&questions, list, moment(at(minute))).await;
        assert_eq!(on(WatchList::Prewarning, 79).await, [0; 0]);
        assert_eq!(on(WatchList::Prewarning, 80).await, [1]);
        // At the due time itself nothing remains, and nothing is late.
        assert_eq!(on(WatchList::Prewarning, 100).await, [0; 0]);
        assert_eq!(on(WatchList::Overdue, 100).await, [0; 0]);
        assert_eq!(on(WatchList::Overdue, 101).await, [1]);
        assert_eq!(on(WatchList::Overdue, 250).await, [1, 2]);
        assert_eq!(on(WatchList::Severe, 199).await, [0; 0]);
        assert_eq!(on(WatchList::Severe, 200).await, [1]);
        assert_eq!(on(WatchList::Overdue, 499).await, [1, 2, 3]);
        assert_eq!(on(WatchList::Suspended, 499).await, [4]);
        // The suspension ends by itself, whether or not anybody notices.
        assert_eq!(on(WatchList::Suspended, 500).await, [0; 0]);
        assert_eq!(on(WatchList::Overdue, 900).await, [1, 2, 3, 4]);
    }
    assert_eq!(
        on_list(&questions, WatchList::Suspended, Moment::then(at(49))).await,
        [0; 0]
    );
}

#[tokio::test]
async fn a_row_of_a_list_says_who_must_act_and_how_late_it_is() {
    let questions = city().await.caught_up().await;
    let calendars = CalendarBook::china();
    let filter = LedgerFilter {
        unit: Some("B-water".to_owned()),
        ..LedgerFilter::default()
    };
    let moment = Moment::now(at(130));
    let page = questions
        .watch_list(WatchList::Overdue, &filter, &calendars, None, 50, moment)
        .await
        .unwrap();
    let row = &page.rows[0];
    assert_eq!(row.overdue_minutes, Some(30));
    assert_eq!(row.next_unit.as_deref(), Some("B-water"));
    assert_eq!(row.next_role.as_deref(), Some("department_handler"));
    assert_eq!(row.street.as_deref(), Some("S-old-town"));
    assert_eq!(row.community.as_deref(), Some("C-east"));
    // Its calendar `none` was never published, so the minutes used are not made up.
    assert_eq!((row.budget, row.used), (Some(100), None));
    let page = questions
        .watch_list(WatchList::Suspended, &filter, &calendars, None, 50, moment)
        .await
        .unwrap();
    let row = &page.rows[0];
    assert_eq!(row.suspension_reason.as_deref(), Some("expert"));
    assert_eq!((row.suspended_minutes, row.used), (Some(80), Some(50)));
    assert_eq!(row.suspended_until, Some(at(500)));
}

#[tokio::test]
async fn every_figure_has_the_cases_behind_it_and_excluded_ones_are_listed_apart() {
    let mut city = city().await;
    city.append(case(1), &closed(100)).await;
    city.append(case(2), &closed(201)).await;
    city.append(case(5), &in_work(0, 10)).await;
    let voided = F::CaseVoided {
        reason: "twice".to_owned(),
    };
    city.append(case(5), &[fact(20, voided)]).await;
    city.append(
        case(6),
        &[
            fact(0, reported()),
            fact(
                1,
                F::CaseWithdrawn {
                    reason: "x".to_owned(),
                },
            ),
        ],
    )
    .await;
    let questions = city.caught_up().await;
    let moment = Moment::now(at(1_000));
    let everything = LedgerFilter::default();
    let counts = questions
        .counts(CountsBy::Unit, &everything, moment)
        .await
        .unwrap();
    let total = &counts.total;
    assert_eq!((total.received, total.closed, total.open), (5, 2, 2));
    assert_eq!((total.closed_on_time, total.closed_late), (1, 1));
    assert_eq!(
        (total.open_with_due, total.open_overdue, total.should),
        (2, 2, 4)
    );
    assert_eq!((total.ended_otherwise, total.excluded.voided), (1, 1));
    let groups: Vec<_> = counts.rows.iter().map(|row| row.group.as_deref()).collect();
    assert_eq!(groups, [Some("B-water"), None]);
    let street = questions
        .counts(CountsBy::Street, &everything, moment)
        .await
        .unwrap();
    assert_eq!(street.rows.len(), 1);
    assert_eq!(street.rows[0].received, 5);
    let of = serde_json::to_value(total).unwrap();
    for figure in Figure::ALL {
        let filter = LedgerFilter {
            figure: Some(figure),
            ..LedgerFilter::default()
        };
        let sort = LedgerSort::Number;
        let page = questions
            .ledger(&filter, sort, None, 100, moment)
            .await
            .unwrap();
        let told = of
            .get(figure.code())
            .or_else(|| of["excluded"].get(figure.code()));
        assert_eq!(told.unwrap(), page.rows.len(), "{}", figure.code());
        assert_eq!(Figure::from_code(figure.code()), Some(figure));
    }
    // On the 101st minute only the first was closed, and nothing was void yet at 19.
    let then = questions
        .counts(CountsBy::Unit, &everything, Moment::then(at(19)))
        .await
        .unwrap();
    assert_eq!((then.total.received, then.total.excluded.voided), (6, 0));
    assert_eq!(then.total.open_overdue, 1);
}

#[tokio::test]
async fn the_ledger_is_filtered_sorted_and_paged() {
    let questions = city().await.caught_up().await;
    let moment = Moment::now(at(250));
    let ask = async |filter: LedgerFilter, cursor: Option<&str>| {
        let page = questions
            .ledger(&filter, LedgerSort::Due, cursor, 2, moment)
            .await
            .unwrap();
        let numbers: Vec<i64> = page.rows.iter().map(|row| row.budget.unwrap()).collect();
        (numbers, page.next)
    };
    let (first, next) = ask(LedgerFilter::default(), None).await;
    assert_eq!(first, [100, 200]);
    let (second, end) = ask(LedgerFilter::default(), next.as_deref()).await;
    assert_eq!((second, end), (vec![300, 400], None));
    let overdue = LedgerFilter {
        overdue: true,
        class: Some(CaseClass::TimeLimited),
        text: Some("LEAK".to_owned()),
        ..LedgerFilter::default()
    };
    assert_eq!(ask(overdue, None).await.0, [100, 200]);
    let suspended = LedgerFilter {
        stage: vec![Stage::Suspended],
        open_only: true,
        ..LedgerFilter::default()
    };
    assert_eq!(ask(suspended, None).await.0, [400]);
    let by_id = LedgerFilter {
        text: Some(case(3).to_string()),
        ..LedgerFilter::default()
    };
    assert_eq!(ask(by_id, None).await.0, [300]);
}

fn rules() -> TimerRules {
    TimerRules {
        auto_sign_off: [CaseClass::OnTheSpot].into(),
        urge_due_until: None,
        yellow_reworks: 2,
        red_reworks: 3,
        archive_closed_before: None,
    }
}

async fn timers(questions: &Questions, minute: i64) -> Vec<(u128, TimerKind)> {
    let found: Vec<TimerCandidate> = questions.timers(at(minute), &rules(), 50).await.unwrap();
    found
        .into_iter()
        .map(|one| (one.case_id.0.as_u128(), one.kind))
        .collect()
}

fn card(rule: LadderRule) -> TimerKind {
    TimerKind::RaiseCard { rule }
}

#[tokio::test]
async fn timers_find_reminders_cards_and_the_end_of_a_suspension() {
    let mut city = city().await;
    let questions = city.caught_up().await;
    assert_eq!(timers(&questions, 49).await, []);
    let half = (
        1,
        TimerKind::Remind {
            clock: ClockKind::Handle,
            percent: 50,
        },
    );
    assert_eq!(timers(&questions, 51).await, [half]);
    let reminded = F::CaseReminded {
        id: handle(),
        percent: 75,
    };
    city.append(case(1), &[fact(76, reminded)]).await;
    let questions = city.caught_up().await;
    assert_eq!(timers(&questions, 90).await, []);
    let at_500: Vec<_> = timers(&questions, 500)
        .await
        .into_iter()
        .filter(|(number, _)| *number != 2)
        .collect();
    assert_eq!(
        at_500,
        [
            // After downtime reminders are caught up with one after the other.
            (
                3,
                TimerKind::Remind {
                    clock: ClockKind::Handle,
                    percent: 50
                }
            ),
            (1, card(LadderRule::Overdue150)),
            (3, card(LadderRule::Overdue150)),
            (1, card(LadderRule::Overdue200)),
            (4, TimerKind::Resume),
        ]
    );
    let signed = F::SupervisionRaised {
        card: gridwhistle_domain::case::stage::Card::Yellow,
        rule: "overdue_150".to_owned(),
        unit: None,
        note: String::new(),
    };
    city.append(case(1), &[fact(160, signed)]).await;
    let questions = city.caught_up().await;
    assert!(
        !timers(&questions, 190)
            .await
            .contains(&(1, card(LadderRule::Overdue150)))
    );
}

#[tokio::test]
async fn timers_find_the_urge_once_for_each_due_time() {
    let mut city = city().await;
    let mut rules = rules();
    let urges = async |questions: &Questions, rules: &TimerRules| {
        let found = questions.timers(at(300), rules, 100).await.unwrap();
        let urges = found.into_iter().filter(|one| one.kind == TimerKind::Urge);
        urges.map(|one| one.case_id.0.as_u128()).collect::<Vec<_>>()
    };
    let questions = city.caught_up().await;
    assert_eq!(urges(&questions, &rules).await, [0; 0], "nobody asked");
    rules.urge_due_until = Some(at(99));
    assert_eq!(urges(&questions, &rules).await, [0; 0], "due at 100");
    rules.urge_due_until = Some(at(200));
    assert_eq!(urges(&questions, &rules).await, [1, 2]);
    let urged = F::CaseUrged {
        note: String::new(),
        rule: Some(LadderRule::OverdueUrge.code().to_owned()),
    };
    city.append(case(1), &[fact(160, urged)]).await;
    let questions = city.caught_up().await;
    assert_eq!(urges(&questions, &rules).await, [2]);
}

#[tokio::test]
async fn timers_find_missed_duties_reworks_urges_and_cases_that_close_by_themselves() {
    let mut city = City::in_memory();
    let ack = ClockId::leg(ClockKind::Acknowledge, LEAD);
    let pending = [
        reported(),
        accepted(CaseClass::TimeLimited),
        leg_opened(LEAD, "B-water"),
        started(ack, 0, 10),
        started(ClockId::case(ClockKind::Progress), 0, 20),
    ];
    city.append(case(1), &pending.map(|what| fact(0, what)))
        .await;
    let responded = F::ResponseSubmitted {
        outcome: Outcome::Resolved,
        reply: String::new(),
        evidence: Vec::new(),
        elements: None,
        met: Vec::new(),
    };
    let direct = [reported(), accepted(CaseClass::OnTheSpot), responded];
    city.append(case(2), &direct.map(|what| fact(0, what)))
        .await;
    let rework = || F::ReworkRequired {
        reason: "x".to_owned(),
        note: String::new(),
    };
    let urged = F::CaseUrged {
        note: String::new(),
        rule: None,
    };
    let reworked = [
        reported(),
        accepted(CaseClass::TimeLimited),
        rework(),
        rework(),
        urged,
    ];
    city.append(case(3), &reworked.map(|what| fact(0, what)))
        .await;
    let questions = city.caught_up().await;
    assert_eq!(
        timers(&questions, 15).await,
        [
            (1, TimerKind::AutoAcknowledge),
            (2, TimerKind::AutoSignOff),
            (3, card(LadderRule::ReworksYellow)),
            (3, card(LadderRule::UrgeUnanswered)),
        ]
    );
    city.append(
        case(1),
        &[
            fact(16, F::LegAutoAcknowledged { leg: LEAD }),
            fact(16, stopped(ack)),
        ],
    )
    .await;
    let questions = city.caught_up().await;
    assert_eq!(
        timers(&questions, 21).await[0],
        (1, TimerKind::MissProgress)
    );
}
