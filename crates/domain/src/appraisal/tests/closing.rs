//! The end of a round: everything together, without raters, and too few never.

use super::*;
use crate::appraisal::{RoundFact, hundredths};

fn returned(no: usize, pairs: &[(Ratee, Option<u8>)]) -> Returned {
    let rater = rater(no);
    let pair = |(ratee, score): &(Ratee, Option<u8>)| {
        let form = score.map(|score| {
            let opened = opened(score);
            (sealed(&rater, ratee, &opened), opened)
        });
        (ratee.clone(), form)
    };
    let pairs = pairs.iter().map(pair).collect();
    Returned { rater, pairs }
}

fn closed(ballots: Vec<Returned>) -> Vec<RoundFact> {
    let raters: Vec<Place> = ballots.iter().map(|ballot| ballot.rater.clone()).collect();
    let round = issued(&raters);
    let events = round.decide(&C::Close { ballots }, &system("2026-04-16T18:01"));
    events
        .expect("closed")
        .into_iter()
        .map(|event| event.fact)
        .collect()
}

#[test]
fn five_forms_are_opened_together_and_none_says_whose_it_is() {
    // The fourth organisation is silent about the person, the fifth rates lowest.
    let scores = [5, 4, 4, 3, 1];
    let mut ballots = Vec::new();
    for (no, score) in scores.into_iter().enumerate() {
        let person = (lin(), (no != 3).then_some(score));
        ballots.push(returned(no, &[(water(), Some(score)), person]));
    }
    let facts = closed(ballots);
    let RoundFact::AppraisalRevealed { ratee, met, forms } = &facts[0] else {
        panic!("{facts:?}");
    };
    assert_eq!((ratee, *met), (&water(), 5));
    let sorted: Vec<u8> = forms.iter().map(|form| form.0["response"].score).collect();
    assert_eq!(sorted, [1, 3, 4, 4, 5], "by what they say");
    let withheld = RoundFact::AppraisalWithheld {
        ratee: lin(),
        met: 5,
        sealed: 4,
    };
    assert_eq!(facts[1], withheld, "four forms are never opened");
    let lapsed = RoundFact::AppraisalLapsed {
        rater: rater(3),
        ratees: vec![lin()],
    };
    assert_eq!(facts[2..], [lapsed, RoundFact::AppraisalRoundClosed {}]);
    let told = serde_json::to_string(&facts[..2]).expect("JSON");
    assert!(!told.contains("party-"), "{told}");
}

#[test]
fn a_round_without_raters_is_closed_with_nothing() {
    assert_eq!(closed(Vec::new()), [RoundFact::AppraisalRoundClosed {}]);
}

#[test]
fn a_round_is_closed_once_after_its_window_with_the_ballots_that_were_issued() {
    let ballots = vec![returned(1, &[(water(), Some(4))])];
    let close = |ballots: &[Returned]| C::Close {
        ballots: ballots.to_vec(),
    };
    let mut round = issued(&[rater(1)]);
    let (early, late) = (system("2026-04-16T18:00"), system("2026-04-16T18:01"));
    refused(round.decide(&close(&ballots), &early), "window_still_open");
    assert!(!round.may_close(early.now) && round.may_close(late.now));
    refused(round.decide(&close(&[]), &late), "ballots_do_not_fit");
    let both = [ballots.clone(), ballots.clone()].concat();
    refused(round.decide(&close(&both), &late), "ballots_do_not_fit");
    let by_hand = Asked {
        actor: Actor::new("P-sun", Role::Supervisor, "D-1"),
        ..late.clone()
    };
    refused(round.decide(&close(&ballots), &by_hand), "not_authorised");
    for event in round.decide(&close(&ballots), &late).expect("closed") {
        round.evolve(&event);
    }
    assert!(round.closed() && !round.may_close(late.now));
    refused(round.decide(&close(&ballots), &late), "already_closed");
    refused(Round::default().decide(&close(&[]), &late), "not_opened");
    let again = C::Issue {
        raters: BTreeSet::new(),
        pairs: 0,
    };
    refused(round.decide(&again, &late), "already_issued");
    refused(Round::default().decide(&again, &late), "not_opened");
    let mut unissued = Round::default();
    let open = C::Open { opening: opening() };
    for event in unissued
        .decide(&open, &system("2026-04-01T09:00"))
        .expect("open")
    {
        unissued.evolve(&event);
    }
    refused(unissued.decide(&close(&[]), &late), "not_issued");
}

#[test]
fn a_form_that_is_not_the_sealed_one_stops_the_reveal() {
    let round = issued(&[rater(1)]);
    let late = system("2026-04-16T18:01");
    let close = |change: &dyn Fn(&mut SealedForm, &mut OpenedForm)| {
        let mut ballot = returned(1, &[(water(), Some(4))]);
        let (form, opened) = ballot.pairs[0].1.as_mut().expect("a form");
        change(form, opened);
        round.decide(
            &C::Close {
                ballots: vec![ballot],
            },
            &late,
        )
    };
    let better = close(&|_, opened| opened.answers = stars(5));
    refused(better, "commitment_mismatch");
    refused(
        close(&|_, opened| opened.nonce = "7".into()),
        "nonce_too_short",
    );
    let unfit = close(&|form, opened| {
        opened.answers.0.clear();
        *form = sealed(&rater(1), &water(), opened);
    });
    refused(unfit, "unfit_answers");
}

#[test]
fn a_form_is_worth_its_items_by_weight_in_exact_hundredths() {
    let mut mixed = stars(5);
    // 25 % · 100 + 35 % · 50 + 20 % · 75 + 20 % · 0 = 25 + 17.5 + 15 + 0 = 57.5 points.
    for (item, score) in [("solving", 3), ("cooperation", 4), ("conduct", 1)] {
        mixed.0.insert(
            item.to_owned(),
            Answer {
                score,
                reason: None,
            },
        );
    }
    assert_eq!(hundredths(&form(), &mixed), 5_750);
    assert_eq!(hundredths(&form(), &stars(1)), 0);
    assert_eq!(hundredths(&form(), &stars(5)), 10_000);
}
