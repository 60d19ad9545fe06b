//! One event of every form of the evaluation, with every optional field given.

use super::{at, by, name, words};
use EvaluationFact as F;
use gridwhistle_domain::evaluation::{
    Answer, Answers, AppealRules, EvaluationEvent, EvaluationFact, Form, Item, Kept, LegFacts,
    OpenedForm, Opening, SealedForm, Side,
};
use gridwhistle_domain::ids::{CaseId, LegNo};
use gridwhistle_domain::sealed::Sealed;

pub(crate) fn samples() -> Vec<EvaluationEvent> {
    let facts = [
        F::EvaluationOpened {
            opening: opening().into(),
        },
        F::EvaluationOpened {
            opening: with_facts().into(),
        },
        F::EvaluationSealed {
            side: Side::Area,
            form: sealed(),
        },
        F::EvaluationsRevealed {
            forms: [(Side::Area, opened()), (Side::Department, opened())].into(),
            appeal_until: None,
        },
        F::EvaluationsRevealed {
            forms: [(Side::Area, opened())].into(),
            appeal_until: Some(at(120)),
        },
        F::EvaluationLapsed {
            sides: [Side::Area, Side::Department].into(),
        },
        F::AppealFiled {
            side: Side::Area,
            ground: "facts_wrong".to_owned(),
            note: words(),
        },
        F::AppealDecided {
            side: Side::Area,
            upheld: true,
            note: words(),
        },
    ];
    let event = |fact| EvaluationEvent {
        at: at(9),
        by: by(),
        fact,
    };
    facts.into_iter().map(event).collect()
}

fn form() -> Form {
    let item = |code: &str, weight, computed| Item {
        code: code.to_owned(),
        name: name(),
        weight,
        computed,
    };
    Form {
        version: "forms-1".to_owned(),
        items: vec![item("speed", 40, true), item("quality", 60, false)],
        reasons: [("late".to_owned(), name())].into(),
    }
}

fn opening() -> Opening {
    let id = "\"00000000-0000-0000-0000-00000000000a\"";
    Opening {
        case: serde_json::from_str::<CaseId>(id).unwrap(),
        leg: LegNo(2),
        area: "S-old-town".into(),
        department: "B-water".into(),
        area_form: form(),
        department_form: form(),
        window_ends: at(96),
        facts: None,
        computed: [].into(),
        optional: false,
        appeals: None,
    }
}

fn with_facts() -> Opening {
    let kept = |minutes| Kept {
        minutes,
        budget: 60,
        in_time: minutes <= 60,
    };
    let appeals = AppealRules {
        grounds: [("facts_wrong".to_owned(), name())].into(),
        ..AppealRules::default()
    };
    Opening {
        facts: Some(LegFacts {
            acknowledged: Some(kept(12)),
            by_the_clock: true,
            contacted: Some(kept(61)),
            reported_in: Some(kept(30)),
            report_in_waived: true,
            handled: Some(kept(60)),
            reworks: 2,
            returns: 1,
            extensions: 3,
            carded_at: Some(at(7)),
        }),
        computed: [("speed".to_owned(), 4)].into(),
        optional: true,
        appeals: Some(appeals),
        ..opening()
    }
}

fn sealed() -> SealedForm {
    SealedForm {
        commitment: "c".repeat(64),
        answers: Sealed {
            alg: "A256GCM".to_owned(),
            subject: "case/2/S-old-town/area".into(),
            nonce: "0f".repeat(12),
            ciphertext: "c0ffee".to_owned(),
        },
    }
}

fn opened() -> OpenedForm {
    let answer = |score, reason: Option<&str>| Answer {
        score,
        reason: reason.map(str::to_owned),
    };
    let answers = [
        ("quality".to_owned(), answer(2, Some("late"))),
        ("manner".to_owned(), answer(5, None)),
    ];
    OpenedForm {
        answers: Answers(answers.into()),
        nonce: "n".repeat(64),
    }
}
