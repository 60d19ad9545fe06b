//! Given facts, when a command, then facts or a refusal.

use super::{
    Answer, Answers, Evaluation, EvaluationCommand as C, EvaluationEvent, EvaluationOrder,
    EvaluationRefusal, Form, FormProblem, OpenedForm, Opening, SealedForm, Side, commitment,
    validate,
};
use crate::actor::{Actor, Role};
use crate::ids::{CaseId, LegNo};
use crate::sealed::Sealed;
use crate::text::Language;
use chrono::{DateTime, Utc};
use cqrs_es::test::TestFramework;
use std::collections::BTreeMap;

const NONCE: &str = "00112233445566778899aabbccddeeff";
const LEG: LegNo = LegNo(1);

fn at(instant: &str) -> DateTime<Utc> {
    format!("{instant}:00+08:00").parse().expect("an instant")
}

fn early() -> DateTime<Utc> {
    at("2026-03-02T09:00")
}

fn after_window() -> DateTime<Utc> {
    at("2026-03-10T09:00")
}

fn opening() -> Opening {
    Opening {
        case: CaseId::default(),
        leg: LEG,
        area: "S-1".into(),
        department: "B-water".into(),
        area_form: Form::default_of(Side::Area),
        department_form: Form::default_of(Side::Department),
        window_ends: at("2026-03-09T18:00"),
        facts: None,
        computed: BTreeMap::new(),
        optional: false,
        appeals: None,
    }
}

fn open() -> C {
    C::Open {
        opening: Box::new(opening()),
    }
}

fn answers(side: Side, score: u8) -> Answers {
    let form = Form::default_of(side);
    let reason = (score <= 2).then(|| "late".to_owned());
    let asked = form.items.into_iter().filter(|item| !item.computed);
    Answers(
        asked
            .map(|item| {
                (
                    item.code,
                    Answer {
                        score,
                        reason: reason.clone(),
                    },
                )
            })
            .collect(),
    )
}

fn opened(side: Side) -> OpenedForm {
    OpenedForm {
        answers: answers(side, 4),
        nonce: NONCE.to_owned(),
    }
}

fn sealed(side: Side, form: &OpenedForm) -> SealedForm {
    let answers = Sealed {
        alg: "A256GCM".into(),
        subject: "evaluation-1".into(),
        nonce: "00".into(),
        ciphertext: "c1f3".into(),
    };
    let commitment = commitment(CaseId::default(), LEG, side, &form.answers, &form.nonce);
    SealedForm {
        commitment,
        answers,
    }
}

fn seal(side: Side) -> C {
    C::Seal {
        side,
        form: sealed(side, &opened(side)),
    }
}

fn reveal(sides: &[Side]) -> C {
    C::Reveal {
        forms: sides.iter().map(|side| (*side, opened(*side))).collect(),
        appeal_until: None,
    }
}

fn actor(command: &C) -> Actor {
    match command {
        C::Seal {
            side: Side::Area, ..
        } => Actor::new("lin", Role::StreetStaff, "S-1"),
        C::Seal { .. } => Actor::new("wu", Role::DepartmentHandler, "B-water"),
        _ => Actor::system(),
    }
}

fn given(commands: &[(C, DateTime<Utc>)]) -> Evaluation {
    let mut evaluation = Evaluation::default();
    for (command, now) in commands {
        for event in evaluation
            .decide(command, *now, &actor(command), true)
            .expect("given")
        {
            let json = serde_json::to_string(&event).expect("every event is JSON");
            assert_eq!(
                event,
                serde_json::from_str(&json).expect("and comes back"),
                "{json}"
            );
            evaluation.evolve(&event);
        }
    }
    evaluation
}

fn early_given(commands: &[C]) -> Evaluation {
    given(
        &commands
            .iter()
            .map(|command| (command.clone(), early()))
            .collect::<Vec<_>>(),
    )
}

#[track_caller]
fn check(evaluation: &Evaluation, command: &C, now: DateTime<Utc>, expected: &[&str]) {
    let events = evaluation
        .decide(command, now, &actor(command), true)
        .expect("facts");
    let found: Vec<_> = events.iter().map(|event| event.fact.name()).collect();
    assert_eq!(found, expected);
}

#[track_caller]
fn refused(evaluation: &Evaluation, command: &C, now: DateTime<Utc>, code: &str) {
    let refusal = evaluation
        .decide(command, now, &actor(command), true)
        .expect_err("a refusal");
    assert_eq!(refusal.code(), code, "{refusal}");
    assert_ne!(
        refusal.message(Language::En),
        refusal.message(Language::ZhCn)
    );
}

#[test]
fn both_sides_seal_and_are_revealed_together() {
    let both = [Side::Area, Side::Department];
    let evaluation = early_given(&[open(), seal(Side::Area), seal(Side::Department)]);
    assert!(evaluation.may_reveal(early()));
    check(
        &evaluation,
        &reveal(&both),
        early(),
        &["EvaluationsRevealed"],
    );
    let evaluation = early_given(&[
        open(),
        seal(Side::Area),
        seal(Side::Department),
        reveal(&both),
    ]);
    assert_eq!(
        evaluation.revealed().unwrap()[&Side::Area],
        opened(Side::Area)
    );
    assert!(!evaluation.may_reveal(after_window()));
    assert!(!evaluation.may_lapse(after_window()));
}

#[test]
fn nothing_of_the_answers_stands_in_the_open_before() {
    let evaluation = early_given(&[open(), seal(Side::Area)]);
    assert_eq!(evaluation.revealed(), None);
    let state = serde_json::to_value(&evaluation).unwrap();
    let form = &state["sealed"]["area"];
    let fields: Vec<_> = form.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["answers", "commitment"]);
    assert_eq!(form["answers"]["ciphertext"], "c1f3");
    assert!(!form.to_string().contains("score"));
}

#[test]
fn after_the_window_the_one_form_is_revealed_and_the_silent_side_lapses() {
    let evaluation = early_given(&[open(), seal(Side::Area)]);
    assert!(!evaluation.may_reveal(early()));
    assert!(evaluation.may_reveal(after_window()) && evaluation.may_lapse(after_window()));
    let command = reveal(&[Side::Area]);
    check(
        &evaluation,
        &command,
        after_window(),
        &["EvaluationsRevealed", "EvaluationLapsed"],
    );
    check(
        &evaluation,
        &C::Lapse,
        after_window(),
        &["EvaluationLapsed"],
    );
    let lapsed = given(&[
        (open(), early()),
        (seal(Side::Area), early()),
        (C::Lapse, after_window()),
    ]);
    assert_eq!(
        lapsed.lapsed().iter().collect::<Vec<_>>(),
        [&Side::Department]
    );
    check(&lapsed, &command, after_window(), &["EvaluationsRevealed"]);
    refused(&lapsed, &C::Lapse, after_window(), "nobody_silent");
}

#[test]
fn two_silent_sides_lapse_and_nothing_is_revealed() {
    let evaluation = early_given(&[open()]);
    check(
        &evaluation,
        &C::Lapse,
        after_window(),
        &["EvaluationLapsed"],
    );
    refused(&evaluation, &reveal(&[]), after_window(), "nothing_sealed");
}

#[test]
fn the_window_counts_its_last_instant() {
    let evaluation = early_given(&[open()]);
    let ends = opening().window_ends;
    check(&evaluation, &seal(Side::Area), ends, &["EvaluationSealed"]);
    refused(&evaluation, &C::Lapse, ends, "window_still_open");
    let late = ends + chrono::TimeDelta::microseconds(1);
    refused(&evaluation, &seal(Side::Area), late, "window_closed");
}

#[test]
fn every_opening_that_is_unsound_is_refused() {
    refused(&early_given(&[open()]), &open(), early(), "already_opened");
    let unsound = |change: &dyn Fn(&mut Opening), code: &str| {
        let mut opening = Box::new(opening());
        change(&mut opening);
        refused(&Evaluation::default(), &C::Open { opening }, early(), code);
    };
    unsound(&|opening| opening.department = "S-1".into(), "same_unit");
    unsound(&|opening| opening.area_form.items.clear(), "unsound_form");
    unsound(
        &|opening| opening.department_form.items[0].weight = 31,
        "unsound_form",
    );
    let double = |opening: &mut Opening| {
        let first = opening.area_form.items[0].clone();
        opening.area_form.items.push(first);
    };
    unsound(&double, "unsound_form");
}

#[test]
fn only_the_engine_opens_reveals_and_lapses() {
    let evaluation = early_given(&[open()]);
    let person = Actor::new("lin", Role::StreetLeader, "S-1");
    for command in [open(), reveal(&[]), C::Lapse] {
        let refusal = evaluation
            .decide(&command, after_window(), &person, true)
            .unwrap_err();
        assert_eq!(
            refusal,
            EvaluationRefusal::NotAuthorised {
                role: Role::StreetLeader
            }
        );
        assert!(refusal.message(Language::ZhCn).contains("system"));
    }
}

#[test]
fn a_seal_that_is_not_the_sides_own_once_and_well_formed_is_refused() {
    let evaluation = early_given(&[open(), seal(Side::Area)]);
    refused(&evaluation, &seal(Side::Area), early(), "already_sealed");
    refused(
        &Evaluation::default(),
        &seal(Side::Area),
        early(),
        "not_opened",
    );
    refused(&Evaluation::default(), &C::Lapse, early(), "not_opened");
    refused(&Evaluation::default(), &reveal(&[]), early(), "not_opened");
    let stranger = Actor::new("he", Role::DepartmentHandler, "B-city");
    let refusal = evaluation
        .decide(&seal(Side::Department), early(), &stranger, true)
        .unwrap_err();
    assert_eq!(refusal.code(), "not_a_side");
    assert!(refusal.message(Language::ZhCn).contains("B-water"));
    let mut form = sealed(Side::Department, &opened(Side::Department));
    form.commitment = form.commitment.to_uppercase();
    let command = C::Seal {
        side: Side::Department,
        form,
    };
    refused(&evaluation, &command, early(), "malformed_commitment");
}

#[test]
fn a_reveal_that_is_early_or_does_not_fit_is_refused() {
    let both = [Side::Area, Side::Department];
    let one = early_given(&[open(), seal(Side::Area)]);
    refused(&one, &reveal(&[Side::Area]), early(), "window_still_open");
    refused(&one, &reveal(&both), after_window(), "forms_do_not_fit");
    refused(&one, &reveal(&[]), after_window(), "forms_do_not_fit");
    let changed = |change: &dyn Fn(&mut OpenedForm)| {
        let mut form = opened(Side::Area);
        change(&mut form);
        C::Reveal {
            forms: BTreeMap::from([(Side::Area, form)]),
            appeal_until: None,
        }
    };
    let better = changed(&|form| form.answers = answers(Side::Area, 5));
    refused(&one, &better, after_window(), "commitment_mismatch");
    let other_nonce = changed(&|form| form.nonce = NONCE.replace('0', "1"));
    refused(&one, &other_nonce, after_window(), "commitment_mismatch");
    let short = changed(&|form| form.nonce = "1234".into());
    refused(&one, &short, after_window(), "nonce_too_short");
    let all = early_given(&[
        open(),
        seal(Side::Area),
        seal(Side::Department),
        reveal(&both),
    ]);
    refused(&all, &reveal(&both), early(), "already_revealed");
}

#[test]
fn answers_that_do_not_fit_the_form_are_refused_at_the_reveal() {
    let form = OpenedForm {
        answers: Answers::default(),
        nonce: NONCE.to_owned(),
    };
    let seal = C::Seal {
        side: Side::Area,
        form: sealed(Side::Area, &form),
    };
    let evaluation = early_given(&[open(), seal]);
    let command = C::Reveal {
        forms: BTreeMap::from([(Side::Area, form)]),
        appeal_until: None,
    };
    refused(&evaluation, &command, after_window(), "unfit_answers");
}

#[test]
fn every_problem_of_the_answers_is_named() {
    let form = Form::default_of(Side::Area);
    assert_eq!(validate(&form, &answers(Side::Area, 5)), Ok(()));
    assert_eq!(validate(&form, &answers(Side::Area, 2)), Ok(()));
    let mut bad = answers(Side::Area, 4);
    let answer = |score, reason: Option<&str>| Answer {
        score,
        reason: reason.map(str::to_owned),
    };
    bad.0.remove("authority");
    bad.0.insert("quality".into(), answer(6, None));
    bad.0.insert("coordination".into(), answer(2, None));
    bad.0.insert("feedback".into(), answer(3, Some("mood")));
    bad.0.insert("response_speed".into(), answer(5, None));
    let item = |item: &str| item.to_owned();
    let expected = vec![
        FormProblem::Unanswered {
            item: item("authority"),
        },
        FormProblem::ScoreOutOfRange {
            item: item("quality"),
            score: 6,
        },
        FormProblem::ReasonMissing {
            item: item("coordination"),
            score: 2,
        },
        FormProblem::UnknownReason {
            item: item("feedback"),
            reason: item("mood"),
        },
        FormProblem::NotAsked {
            item: item("response_speed"),
        },
    ];
    assert_eq!(validate(&form, &bad), Err(expected.clone()));
    for problem in expected {
        assert_ne!(problem.to_string(), problem.chinese());
    }
}

#[test]
fn a_commitment_binds_case_leg_side_answers_and_nonce() {
    let case = CaseId::default();
    let one = commitment(case, LEG, Side::Area, &answers(Side::Area, 4), NONCE);
    let others = [
        commitment(
            CaseId(uuid::Uuid::from_u128(1)),
            LEG,
            Side::Area,
            &answers(Side::Area, 4),
            NONCE,
        ),
        commitment(case, LegNo(2), Side::Area, &answers(Side::Area, 4), NONCE),
        commitment(case, LEG, Side::Department, &answers(Side::Area, 4), NONCE),
        commitment(case, LEG, Side::Area, &answers(Side::Area, 5), NONCE),
        commitment(case, LEG, Side::Area, &answers(Side::Area, 4), "x"),
    ];
    assert!(!others.contains(&one));
    assert_eq!(
        one,
        commitment(case, LEG, Side::Area, &answers(Side::Area, 4), NONCE)
    );
    let expected =
        expect_test::expect!["28a9a90aa154789781cebdc024c3ea333b35b45ce0f5d2aec90e549c0650ff66"];
    expected.assert_eq(&one);
}

#[test]
fn the_aggregate_runs_on_the_framework() {
    let order = |command: C| {
        let actor = actor(&command);
        EvaluationOrder {
            command,
            now: early(),
            actor,
            in_office: true,
        }
    };
    let framework = TestFramework::<Evaluation>::with(());
    let events: Vec<EvaluationEvent> = framework
        .given_no_previous_events()
        .when(order(open()))
        .inspect_result()
        .unwrap();
    assert_eq!(
        cqrs_es::DomainEvent::event_type(&events[0]),
        "EvaluationOpened"
    );
    TestFramework::<Evaluation>::with(())
        .given(events)
        .when(order(open()))
        .then_expect_error(EvaluationRefusal::AlreadyOpened);
}

#[test]
fn a_form_is_sealed_by_somebody_in_office() {
    let evaluation = early_given(&[open()]);
    let command = seal(Side::Area);
    let refusal = |who: &Actor, in_office: bool| {
        let refusal = evaluation.decide(&command, early(), who, in_office);
        refusal.expect_err("a refusal").code()
    };
    assert_eq!(refusal(&actor(&command), false), "not_in_office");
    let resident = Actor::new("R-lin", Role::Resident, "S-1");
    assert_eq!(refusal(&resident, true), "not_in_office");
}

#[test]
fn one_person_does_not_seal_for_both_sides() {
    let evaluation = early_given(&[open(), seal(Side::Area)]);
    let both = Actor::new("lin", Role::DepartmentHandler, "B-water");
    let refusal = evaluation
        .decide(&seal(Side::Department), early(), &both, true)
        .expect_err("a refusal");
    assert_eq!(refusal.code(), "sealed_the_other");
    assert!(refusal.message(Language::ZhCn).contains("另一人"));
}

#[test]
fn the_outlook_opens_the_form_of_ones_own_side() {
    let open = |evaluation: &Evaluation, who: &Actor| -> Vec<(&str, Side)> {
        let all = evaluation.outlook(early(), who, true).into_iter();
        let open = all.filter(|one| one.refusal.is_none());
        open.map(|one| (one.act.code(), one.side)).collect()
    };
    let opened = early_given(&[self::open()]);
    let (lin, wu) = (actor(&seal(Side::Area)), actor(&seal(Side::Department)));
    assert_eq!(open(&opened, &lin), [("seal", Side::Area)]);
    assert_eq!(open(&opened, &wu), [("seal", Side::Department)]);
    let sealed = early_given(&[self::open(), seal(Side::Area)]);
    assert_eq!(open(&sealed, &lin), []);
    assert_eq!(open(&Evaluation::default(), &wu), []);
}
