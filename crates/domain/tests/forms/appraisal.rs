//! One event of every form of the appraisal, with every optional field given.

use super::{at, by, name};
use gridwhistle_domain::appraisal::{
    BallotEvent, BallotFact as B, BallotOpening, Met, Quarter, Ratee, RoundEvent, RoundFact as R,
    RoundOpening,
};
use gridwhistle_domain::evaluation::{Answer, Answers, Form, Item, SealedForm};
use gridwhistle_domain::registry::Place;
use gridwhistle_domain::sealed::Sealed;

fn quarter() -> Quarter {
    "2026-Q1".parse().unwrap()
}

fn rater() -> Place {
    Place::Unit("O-party".into())
}

fn unit() -> Ratee {
    Ratee::Unit("B-water".into())
}

fn person() -> Ratee {
    Ratee::Person {
        person: "P-lin".into(),
        unit: "B-water".into(),
    }
}

fn opening() -> RoundOpening {
    let item = |code: &str, weight| Item {
        code: code.to_owned(),
        name: name(),
        weight,
        computed: false,
    };
    RoundOpening {
        round: quarter(),
        form: Form {
            version: "appraisal-1".to_owned(),
            items: vec![item("solving", 60), item("conduct", 40)],
            reasons: [("late".to_owned(), name())].into(),
        },
        raters_min: 5,
        shrink: 8,
        window_ends: at(96),
    }
}

pub(crate) fn rounds() -> Vec<RoundEvent> {
    let answer = |score, reason: Option<&str>| Answer {
        score,
        reason: reason.map(str::to_owned),
    };
    let answers = [
        ("conduct".to_owned(), answer(5, None)),
        ("solving".to_owned(), answer(2, Some("late"))),
    ];
    let facts = [
        R::AppraisalRoundOpened { opening: opening() },
        R::AppraisalBallotsIssued {
            raters: [rater(), Place::Grid("G-2".into())].into(),
            pairs: 3,
        },
        R::AppraisalRevealed {
            ratee: unit(),
            met: 6,
            forms: vec![Answers(answers.into())],
        },
        R::AppraisalWithheld {
            ratee: person(),
            met: 6,
            sealed: 4,
        },
        R::AppraisalLapsed {
            rater: rater(),
            ratees: vec![unit(), person()],
        },
        R::AppraisalRoundClosed {},
    ];
    let event = |fact| RoundEvent {
        at: at(9),
        by: by(),
        fact,
    };
    facts.into_iter().map(event).collect()
}

pub(crate) fn ballots() -> Vec<BallotEvent> {
    let sealed = || Sealed {
        alg: "A256GCM".to_owned(),
        subject: "2026-Q1/unit:O-party/unit:B-water".into(),
        nonce: "0f".repeat(12),
        ciphertext: "c0ffee".to_owned(),
    };
    let met = |ratee| Met {
        ratee,
        legs: 2,
        meetings: 1,
    };
    let facts = [
        B::AppraisalBallotOpened {
            opening: BallotOpening {
                round: quarter(),
                rater: rater(),
                grids: ["G-1".into()].into(),
                met: vec![met(unit()), met(person())],
                window_ends: at(96),
            },
        },
        B::AppraisalSealed {
            ratee: person(),
            form: SealedForm {
                commitment: "c".repeat(64),
                answers: sealed(),
            },
            note: Some(sealed()),
        },
    ];
    let event = |fact| BallotEvent {
        at: at(9),
        by: by(),
        fact,
    };
    facts.into_iter().map(event).collect()
}
