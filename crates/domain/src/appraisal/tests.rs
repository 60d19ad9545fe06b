//! Given facts, when a command, then facts or a refusal.

mod closing;
mod pairs;

use super::{
    AppraisalRefusal, Asked, Ballot, BallotCommand as B, BallotEvent, BallotFact, BallotOpening,
    Met, Order, Quarter, Ratee, Returned, Round, RoundCommand as C, RoundEvent, RoundOpening,
    commitment,
};
use crate::actor::{Actor, Role};
use crate::evaluation::{Answer, Answers, Form, OpenedForm, SealedForm};
use crate::policy::Policy;
use crate::registry::Place;
use crate::sealed::Sealed;
use crate::text::Language;
use chrono::{DateTime, Utc};
use cqrs_es::test::TestFramework;
use std::collections::BTreeSet;

const NONCE: &str = "00112233445566778899aabbccddeeff";

fn at(instant: &str) -> DateTime<Utc> {
    format!("{instant}:00+08:00").parse().expect("an instant")
}

fn spring() -> Quarter {
    Quarter::new(2026, 1).expect("a quarter")
}

fn form() -> Form {
    Policy::built_in().appraisal.expect("its appraisal").form
}

fn opening() -> RoundOpening {
    RoundOpening {
        round: spring(),
        form: form(),
        raters_min: 5,
        shrink: 8,
        window_ends: at("2026-04-16T18:00"),
    }
}

fn water() -> Ratee {
    Ratee::Unit("B-water".into())
}

fn lin() -> Ratee {
    Ratee::Person {
        person: "P-lin".into(),
        unit: "B-water".into(),
    }
}

fn rater(no: usize) -> Place {
    Place::Unit(format!("party-{no}").as_str().into())
}

fn stars(score: u8) -> Answers {
    let answer = |code| {
        let reason = (score <= 2).then(|| "late".to_owned());
        (code, Answer { score, reason })
    };
    Answers(
        form()
            .items
            .into_iter()
            .map(|item| answer(item.code))
            .collect(),
    )
}

fn opened(score: u8) -> OpenedForm {
    OpenedForm {
        answers: stars(score),
        nonce: NONCE.to_owned(),
    }
}

fn cipher() -> Sealed {
    Sealed {
        alg: "A256GCM".into(),
        subject: "appraisal-1".into(),
        nonce: "00".into(),
        ciphertext: "c1f3".into(),
    }
}

fn sealed(rater: &Place, ratee: &Ratee, form: &OpenedForm) -> SealedForm {
    SealedForm {
        commitment: commitment(spring(), rater, ratee, &form.answers, &form.nonce),
        answers: cipher(),
    }
}

fn asked(now: &str, actor: Actor) -> Asked {
    Asked {
        now: at(now),
        actor,
        in_office: true,
        speaks: true,
    }
}

fn system(now: &str) -> Asked {
    asked(now, Actor::system())
}

fn secretary(now: &str) -> Asked {
    asked(now, Actor::new("P-party", Role::PartyOrgSecretary, "C-1"))
}

fn issued(raters: &[Place]) -> Round {
    let issue = C::Issue {
        raters: raters.iter().cloned().collect(),
        pairs: u32::try_from(raters.len()).expect("few"),
    };
    let mut round = Round::default();
    let open = C::Open { opening: opening() };
    for command in [open, issue] {
        let events = round.decide(&command, &system("2026-04-01T09:00"));
        events.expect("given").iter().for_each(|event| {
            let json = serde_json::to_string(event).expect("JSON");
            assert_eq!(
                *event,
                serde_json::from_str::<RoundEvent>(&json).expect("back")
            );
            round.evolve(event);
        });
    }
    round
}

fn ballot() -> Ballot {
    let met = |ratee| Met {
        ratee,
        legs: 2,
        meetings: 0,
    };
    let opening = BallotOpening {
        round: spring(),
        rater: rater(1),
        grids: BTreeSet::from(["G-1".into()]),
        met: vec![met(water()), met(lin())],
        window_ends: at("2026-04-16T18:00"),
    };
    let mut ballot = Ballot::default();
    let open = B::Open { opening };
    let events = ballot.decide(&open, &system("2026-04-01T09:00"));
    events
        .expect("given")
        .iter()
        .for_each(|event| ballot.evolve(event));
    ballot
}

fn seal(ratee: &Ratee) -> B {
    B::Seal {
        ratee: ratee.clone(),
        form: sealed(&rater(1), ratee, &opened(4)),
        note: None,
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, AppraisalRefusal>, code: &str) {
    let refusal = answer.expect_err("a refusal");
    assert_eq!(refusal.code(), code, "{refusal}");
    let (zh, en) = (
        refusal.message(Language::ZhCn),
        refusal.message(Language::En),
    );
    assert!(!zh.is_ascii() && en.is_ascii(), "{zh} {en}");
    assert!(
        zh.contains('应') || zh.contains('能'),
        "what is accepted: {zh}"
    );
    assert!(en.contains("accepted") || code == "unfit_answers", "{en}");
}

#[test]
fn a_round_is_opened_once_when_its_quarter_is_over() {
    let open = |opening| C::Open { opening };
    let round = Round::default();
    let early = round.decide(&open(opening()), &system("2026-03-31T23:59"));
    refused(early, "quarter_not_over");
    let supervisor = Actor::new("P-sun", Role::Supervisor, "D-1");
    let events = round.decide(
        &open(opening()),
        &asked("2026-04-01T00:00", supervisor.clone()),
    );
    assert_eq!(events.expect("opened").len(), 1);
    let former = Asked {
        in_office: false,
        ..asked("2026-04-01T09:00", supervisor)
    };
    refused(round.decide(&open(opening()), &former), "not_in_office");
    refused(
        round.decide(&open(opening()), &secretary("2026-04-01T09:00")),
        "not_authorised",
    );
    let twice = issued(&[]).decide(&open(opening()), &system("2026-04-01T09:00"));
    refused(twice, "already_opened");
}

#[test]
fn a_round_that_protects_nobody_or_asks_nothing_is_not_opened() {
    let open = |opening| Round::default().decide(&C::Open { opening }, &system("2026-04-02T09:00"));
    let few = RoundOpening {
        raters_min: 4,
        ..opening()
    };
    refused(open(few), "too_few_to_protect");
    let mut nothing = opening();
    nothing.form.items.clear();
    refused(open(nothing), "unsound_form");
    let mut computed = opening();
    computed.form.items[0].computed = true;
    refused(open(computed), "unsound_form");
}

#[test]
fn a_secretary_seals_one_form_about_whom_the_organisation_met() {
    let order = |ratee: &Ratee| Order {
        command: seal(ratee),
        asked: secretary("2026-04-16T18:00"),
    };
    let given = |ballot: &Ballot| {
        let opening = ballot.opening().cloned().expect("open");
        BallotEvent {
            at: at("2026-04-01T09:00"),
            by: Actor::system(),
            fact: BallotFact::AppraisalBallotOpened { opening },
        }
    };
    let event = BallotEvent {
        at: at("2026-04-16T18:00"),
        by: secretary("2026-04-16T18:00").actor,
        fact: BallotFact::AppraisalSealed {
            ratee: water(),
            form: sealed(&rater(1), &water(), &opened(4)),
            note: None,
        },
    };
    TestFramework::<Ballot>::with(())
        .given(vec![given(&ballot())])
        .when(order(&water()))
        .then_expect_events(vec![event.clone()]);
    let mut twice = ballot();
    twice.evolve(&event);
    let again = twice.decide(&seal(&water()), &secretary("2026-04-10T09:00"));
    refused(again, "already_sealed");
    assert!(
        twice
            .decide(&seal(&lin()), &secretary("2026-04-10T09:00"))
            .is_ok()
    );
}

#[test]
fn a_ballot_refuses_in_the_order_authority_pair_stage_window_content() {
    let ballot = ballot();
    let check =
        |ratee: &Ratee, asked: &Asked, code| refused(ballot.decide(&seal(ratee), asked), code);
    let (now, late) = ("2026-04-10T09:00", "2026-04-16T18:01");
    let stranger = Ratee::Unit("B-roads".into());
    let former = Asked {
        in_office: false,
        speaks: false,
        ..secretary(now)
    };
    check(&stranger, &former, "not_in_office");
    let leader = asked(now, Actor::new("P-1", Role::GridLeader, "C-1"));
    check(&water(), &leader, "not_in_office");
    let other = Asked {
        speaks: false,
        ..secretary(now)
    };
    check(&water(), &other, "not_a_rater");
    let own = asked(now, Actor::new("P-lin", Role::PartyOrgSecretary, "C-1"));
    check(&lin(), &own, "own_person");
    check(&stranger, &secretary(now), "not_met");
    check(&water(), &secretary(late), "window_closed");
    let mut bad = seal(&water());
    if let B::Seal { form, .. } = &mut bad {
        form.commitment = "C".repeat(64);
    }
    refused(ballot.decide(&bad, &secretary(now)), "malformed_commitment");
    refused(
        Ballot::default().decide(&seal(&water()), &secretary(now)),
        "not_opened",
    );
    let open = B::Open {
        opening: ballot.opening().cloned().expect("open"),
    };
    refused(ballot.decide(&open, &secretary(now)), "not_authorised");
    refused(ballot.decide(&open, &system(now)), "already_opened");
}
