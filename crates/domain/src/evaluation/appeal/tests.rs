//! Given a revealed evaluation, when somebody appeals or decides, then facts or a refusal.

use super::*;
use crate::actor::Actor;
use crate::evaluation::{
    EvaluationAct, EvaluationCommand as C, EvaluationEvent, Form, OpenedForm, Opening,
    RESPONSE_SPEED,
};
use crate::ids::{CaseId, LegNo};
use crate::text::Language;

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour)
}

/// The area's form lies open since hour 10, and may be appealed against until hour 50.
fn revealed() -> Evaluation {
    let opening = Box::new(Opening {
        case: CaseId::default(),
        leg: LegNo(1),
        area: "S-1".into(),
        department: "B-water".into(),
        area_form: Form::default_of(Side::Area),
        department_form: Form::default_of(Side::Department),
        window_ends: at(9),
        facts: None,
        computed: [(RESPONSE_SPEED.to_owned(), 1)].into(),
        optional: false,
        appeals: None,
    });
    let form = OpenedForm {
        answers: Default::default(),
        nonce: String::new(),
    };
    let facts = [
        (0, Fact::EvaluationOpened { opening }),
        (
            10,
            Fact::EvaluationsRevealed {
                forms: [(Side::Area, form)].into(),
                appeal_until: Some(at(50)),
            },
        ),
    ];
    let mut evaluation = Evaluation::default();
    for (hour, fact) in facts {
        evolve(&mut evaluation, hour, Actor::system(), fact);
    }
    let lin = Actor::new("lin", Role::StreetStaff, "S-1");
    evaluation.sealed_by.insert(Side::Area, lin);
    evaluation
}

fn evolve(evaluation: &mut Evaluation, hour: i64, by: Actor, fact: Fact) {
    let at = at(hour);
    evaluation.evolve(&EvaluationEvent { at, by, fact });
}

fn water() -> Actor {
    Actor::new("wu", Role::DepartmentHandler, "B-water")
}

fn supervisor() -> Actor {
    Actor::new("he", Role::Supervisor, "D-1")
}

fn appeal(side: Side, ground: &str, note: &str) -> C {
    C::Appeal {
        side,
        ground: ground.to_owned(),
        note: note.to_owned(),
    }
}

fn good() -> C {
    appeal(Side::Area, "facts_wrong", "we came within the hour")
}

fn decide(upheld: bool) -> C {
    C::DecideAppeal {
        side: Side::Area,
        upheld,
        note: "the record says so".to_owned(),
    }
}

fn appealed() -> Evaluation {
    let mut evaluation = revealed();
    give(&mut evaluation, &good(), 11, &water());
    evaluation
}

#[track_caller]
fn give(evaluation: &mut Evaluation, command: &C, hour: i64, actor: &Actor) {
    let events = evaluation.decide(command, at(hour), actor, true);
    for event in events.expect("facts") {
        evaluation.evolve(&event);
    }
}

#[track_caller]
fn refused(evaluation: &Evaluation, command: &C, hour: i64, actor: &Actor, code: &str) {
    let refusal = evaluation.decide(command, at(hour), actor, true);
    let refusal = refusal.expect_err("a refusal");
    assert_eq!(refusal.code(), code);
    let (zh, en) = (
        refusal.message(Language::ZhCn),
        refusal.message(Language::En),
    );
    assert!(en.contains("accepted") && zh != en, "{zh} {en}");
    assert!(zh.contains('应') || zh.contains("只能"), "{zh}");
}

#[test]
fn an_upheld_appeal_takes_the_form_out_and_a_dismissed_one_does_not() {
    for upheld in [true, false] {
        let mut evaluation = appealed();
        assert!(evaluation.appeals()[&Side::Area].decision.is_none());
        assert_eq!(evaluation.excluded(Side::Area), None);
        give(&mut evaluation, &decide(upheld), 200, &supervisor());
        let why = evaluation.excluded(Side::Area).map(|why| why.note.as_str());
        assert_eq!(why, upheld.then_some("the record says so"));
        let forms = evaluation.revealed().expect("still open");
        assert!(forms.contains_key(&Side::Area), "the form stays listed");
    }
}

#[test]
fn the_last_instant_of_the_time_to_appeal_counts() {
    let mut evaluation = revealed();
    refused(&evaluation, &good(), 51, &water(), "appeal_time_over");
    give(&mut evaluation, &good(), 50, &water());
    assert_eq!(evaluation.appeals().len(), 1);
}

#[test]
fn a_reveal_from_before_there_were_appeals_leaves_no_time_for_one() {
    let mut evaluation = revealed();
    evaluation.appeal_until = None;
    refused(&evaluation, &good(), 11, &water(), "appeal_time_over");
}

#[test]
fn an_appeal_is_the_rated_units_own_once_with_a_ground_and_a_reason() {
    let evaluation = revealed();
    let street = Actor::new("lin", Role::StreetStaff, "S-1");
    refused(&evaluation, &good(), 11, &street, "not_the_rated");
    let other_side = appeal(Side::Department, "facts_wrong", "x");
    refused(&evaluation, &other_side, 11, &street, "no_form");
    let ground = appeal(Side::Area, "mood", "x");
    refused(&evaluation, &ground, 11, &water(), "unknown_ground");
    let silent = appeal(Side::Area, "facts_wrong", "  ");
    refused(&evaluation, &silent, 11, &water(), "note_missing");
    refused(&appealed(), &good(), 12, &water(), "already_appealed");
    let mut sealed = revealed();
    sealed.revealed = None;
    refused(&sealed, &good(), 9, &water(), "not_revealed");
    let never = Evaluation::default();
    refused(&never, &good(), 9, &water(), "not_opened");
    let idle = evaluation.decide(&good(), at(11), &water(), false);
    assert_eq!(idle.expect_err("not in office").code(), "not_in_office");
}

#[test]
fn a_third_unit_decides_once_by_a_role_that_may_and_a_person_without_a_part() {
    let evaluation = appealed();
    let leader = Actor::new("he", Role::StreetLeader, "S-2");
    refused(&evaluation, &decide(true), 12, &leader, "may_not_decide");
    let own = Actor::new("he", Role::Supervisor, "B-water");
    refused(&evaluation, &decide(true), 12, &own, "own_unit");
    for person in ["lin", "wu"] {
        let party = Actor::new(person, Role::Supervisor, "D-1");
        refused(&evaluation, &decide(true), 12, &party, "own_matter");
    }
    let silent = C::DecideAppeal {
        side: Side::Area,
        upheld: true,
        note: String::new(),
    };
    refused(&evaluation, &silent, 12, &supervisor(), "note_missing");
    let nothing = revealed();
    refused(
        &nothing,
        &decide(true),
        12,
        &supervisor(),
        "no_appeal_waits",
    );
    let mut decided = appealed();
    give(&mut decided, &decide(false), 12, &supervisor());
    refused(
        &decided,
        &decide(true),
        13,
        &supervisor(),
        "no_appeal_waits",
    );
}

#[test]
fn the_outlook_opens_what_is_then_decided() {
    let (mut evaluation, street) = (revealed(), Actor::new("he", Role::StreetStaff, "S-1"));
    for appealed in [false, true] {
        let mut open = 0;
        for who in [water(), supervisor(), street.clone(), Actor::system()] {
            for in_office in [true, false] {
                for one in evaluation.outlook(at(11), &who, in_office) {
                    let command = match one.act {
                        EvaluationAct::Seal => continue,
                        EvaluationAct::Appeal => appeal(one.side, "facts_wrong", "not so"),
                        EvaluationAct::DecideAppeal => C::DecideAppeal {
                            side: one.side,
                            upheld: true,
                            note: "so it is".to_owned(),
                        },
                    };
                    let decided = evaluation.decide(&command, at(11), &who, in_office);
                    assert_eq!(decided.err(), one.refusal, "{who:?} {:?}", one.act);
                    open += usize::from(one.refusal.is_none());
                }
            }
        }
        assert_eq!(
            open, 1,
            "the rated unit's appeal, then the third unit's decision"
        );
        if !appealed {
            let by = water();
            let filed = evaluation.decide(&good(), at(11), &by, true).unwrap();
            filed.iter().for_each(|event| evaluation.evolve(event));
        }
    }
}
