//! 黄牌、红牌.

use super::*;

#[test]
fn a_yellow_card_is_owed_at_one_and_a_half_budgets_once() {
    // 2,820 minutes of budget: half of it again ends on Thursday 12 March at 17:30.
    let given = at_work();
    let yellow = given.case.owed(HANDLE).unwrap().marks.yellow;
    assert_eq!(yellow, at("2026-03-12 17:30"));
    given
        .at("2026-03-12 17:29")
        .when(system(), raise(Card::Yellow, "overdue_150"))
        .then_refused(Code::TooEarly)
        .at("2026-03-12 17:30")
        .when(system(), raise(Card::Yellow, "overdue_150"))
        .then(&["SupervisionRaised"])
        .when(system(), raise(Card::Yellow, "overdue_150"))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn a_red_card_at_two_budgets_needs_the_yellow_one_before_and_proposes_a_meeting() {
    at_work()
        .at("2026-03-20 10:00")
        .when(system(), raise(Card::Red, "overdue_200"))
        .then_refused(Code::CardOrder)
        .and(system(), raise(Card::Yellow, "overdue_150"))
        .when(system(), raise(Card::Red, "overdue_200"))
        .then(&["SupervisionRaised", "CoordinationProposed", "ClockStarted"]);
}

#[test]
fn a_lifted_yellow_card_neither_comes_back_nor_bars_the_red_one() {
    at_work()
        .at("2026-03-13 10:00")
        .and(system(), raise(Card::Yellow, "overdue_150"))
        .and(supervisor(), lift(Card::Yellow))
        .at("2026-03-20 10:00")
        .when(system(), raise(Card::Yellow, "overdue_150"))
        .then_refused(Code::AlreadyDone)
        .when(system(), raise(Card::Red, "overdue_200"))
        .then(&["SupervisionRaised", "CoordinationProposed", "ClockStarted"]);
}

#[test]
fn the_clock_knows_no_rule_but_the_ladders() {
    for (card, rule) in [
        (Card::Red, "leader"),
        (Card::Red, "overdue_150"),
        (Card::Yellow, "bad_mood"),
    ] {
        let given = at_work()
            .when(system(), raise(card, rule))
            .then_refused(Code::ReasonRequired);
        assert!(given.refusal().accepted.contains("overdue_200"));
    }
}

#[test]
fn silence_after_an_urge_brings_a_red_card() {
    at_work()
        .and(supervisor(), urge())
        .at("2026-03-09 17:59")
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly)
        .at("2026-03-09 18:00")
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then(&["SupervisionRaised", "CoordinationProposed", "ClockStarted"]);
    at_work()
        .at("2026-03-20 10:00")
        .when(system(), raise(Card::Red, "urge_unanswered"))
        .then_refused(Code::TooEarly);
}

#[test]
fn reworks_bring_cards_by_their_number() {
    let contact = C::ContactResident {
        leg: Some(LEAD),
        means: "phone".to_owned(),
        note: "heard".to_owned(),
    };
    let respond = C::Respond {
        outcome: Outcome::Resolved,
        reply: "mended".to_owned(),
        evidence: vec![evidence(EvidenceKind::WrittenReply)],
        elements: None,
    };
    let rework = C::RequireRework {
        reason: "not_solved".to_owned(),
        note: "it still runs".to_owned(),
    };
    let again = |given: Given| {
        given
            .and(water(), contact.clone())
            .and(water(), respond.clone())
            .and(community(), rework.clone())
    };
    let given = again(at_work());
    let given = given
        .when(system(), raise(Card::Yellow, "reworks_yellow"))
        .then_refused(Code::TooEarly);
    assert_eq!(
        (
            given.refusal().given.as_str(),
            given.refusal().accepted.as_str()
        ),
        ("1", "2")
    );
    let given = again(given)
        .when(system(), raise(Card::Yellow, "reworks_yellow"))
        .then(&["SupervisionRaised"])
        .when(system(), raise(Card::Red, "reworks_red"))
        .then_refused(Code::TooEarly);
    again(given)
        .when(system(), raise(Card::Red, "reworks_red"))
        .then(&["SupervisionRaised", "CoordinationProposed", "ClockStarted"]);
}

#[test]
fn a_leader_raises_red_after_yellow_unless_it_is_an_emergency() {
    at_work()
        .when(supervisor(), raise(Card::Red, "leader"))
        .then_refused(Code::CardOrder)
        .when(supervisor(), raise(Card::Yellow, "leader"))
        .then(&["SupervisionRaised"])
        .when(supervisor(), raise(Card::Red, "leader"))
        .then(&["SupervisionRaised", "CoordinationProposed", "ClockStarted"]);
    let emergency = C::RaiseCard {
        card: Card::Red,
        rule: "leader".to_owned(),
        emergency: true,
        note: "a child fell in".to_owned(),
    };
    at_work().when(supervisor(), emergency).then(&[
        "SupervisionRaised",
        "CoordinationProposed",
        "ClockStarted",
    ]);
}

#[test]
fn a_leader_signs_as_leader_and_says_why() {
    at_work()
        .when(supervisor(), raise(Card::Yellow, "overdue_150"))
        .then_refused(Code::ReasonRequired);
    let silent = C::RaiseCard {
        card: Card::Yellow,
        rule: "leader".to_owned(),
        emergency: false,
        note: String::new(),
    };
    at_work()
        .when(supervisor(), silent)
        .then_refused(Code::FieldMissing);
}

#[test]
fn a_red_card_proposes_no_meeting_where_the_route_knows_none() {
    let raise_both = |given: Given| {
        given
            .and(supervisor(), raise(Card::Yellow, "leader"))
            .when(supervisor(), raise(Card::Red, "leader"))
            .then(&["SupervisionRaised"])
    };
    raise_both(Given::nothing().and(resident(), report()));
    raise_both(
        Given::nothing()
            .and(resident(), report())
            .and(officer(), accept(CaseClass::OnTheSpot, TRASH)),
    );
}

#[test]
fn a_card_is_lifted_by_someone_else_with_a_reason_and_only_if_it_stands() {
    let given = at_work()
        .when(supervisor(), lift(Card::Yellow))
        .then_refused(Code::NoCard)
        .and(supervisor(), raise(Card::Yellow, "leader"))
        .when(
            supervisor(),
            C::LiftCard {
                card: Card::Yellow,
                reason: String::new(),
            },
        )
        .then_refused(Code::ReasonRequired)
        .when(supervisor(), lift(Card::Yellow))
        .then(&["SupervisionLifted"]);
    assert_eq!(given.case.standing_cards(Card::Yellow), 0);
    assert_eq!(given.case.cards.len(), 1);
}

#[test]
fn whoever_handled_the_case_lifts_no_card() {
    let mut given = street_at_work().and(supervisor(), raise(Card::Yellow, "leader"));
    // The handler was made a supervisor meanwhile.
    given.case.handlers.insert(supervisor());
    given
        .when(supervisor(), lift(Card::Yellow))
        .then_refused(Code::SelfApproval);
}
