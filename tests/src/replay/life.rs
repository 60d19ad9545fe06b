//! A city that lives by a seed: cases go their ways step by step, time goes by, timers ring.

use crate::city::work::{LEAD, accept, progress, report, respond};
use crate::city::{City, LEAK, TRASH, case, people};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::policy::rows::EvidenceKind;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Cases of such a city.
pub(super) const CASES: u128 = 9;

/// The steps of a case; what the rules do not take is passed over.
fn steps(number: u128) -> Vec<(Actor, C)> {
    let photos = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    let (class, matter) = match number % 3 {
        0 => (CaseClass::OnTheSpot, TRASH),
        _ => (CaseClass::TimeLimited, LEAK),
    };
    vec![
        (people::resident(), report(&format!("matter {number}"))),
        (people::leader(), accept(class, matter)),
        (people::officer(), progress("on the way")),
        (people::water(), C::Acknowledge { leg: LEAD }),
        (
            people::water(),
            C::ContactResident {
                leg: Some(LEAD),
                means: "phone".to_owned(),
                note: "will come".to_owned(),
            },
        ),
        (
            people::street(),
            C::Urge {
                note: "soon".to_owned(),
            },
        ),
        (people::water(), respond(&photos)),
        (people::officer(), respond(&photos)),
        (
            people::community(),
            C::VerifyPass {
                note: "looked".to_owned(),
            },
        ),
        (people::community(), C::SignOff {}),
        (
            people::dispatcher(),
            C::ProposeVoid {
                reason: "twice".to_owned(),
            },
        ),
    ]
}

/// A life in progress.
pub(super) struct Life {
    dice: ChaCha8Rng,
    left: Vec<(u128, Vec<(Actor, C)>)>,
}

impl Life {
    pub(super) fn new(seed: u64) -> Self {
        let left = (1..=CASES).map(|number| {
            let mut steps = steps(number);
            steps.reverse();
            // Some stay open.
            let keep = usize::try_from(number % 4).unwrap_or(0);
            (number, steps.split_off(keep))
        });
        Self {
            dice: ChaCha8Rng::seed_from_u64(seed),
            left: left.collect(),
        }
    }

    /// Goes one step on; false when nothing is left.
    pub(super) async fn step(&mut self, city: &City) -> bool {
        if self.left.is_empty() {
            return false;
        }
        let minutes = self.dice.random_range(7..900);
        city.later(TimeDelta::minutes(minutes));
        if self.dice.random_range(0..6) == 0 {
            city.engine.tick().await.unwrap();
            city.later(TimeDelta::minutes(1));
        }
        let place = self.dice.random_range(0..self.left.len());
        let (number, steps) = &mut self.left[place];
        match steps.pop() {
            Some((who, command)) => {
                // A refusal is part of life.
                let _ = city.engine.execute(&who, case(*number), command).await;
            }
            None => {
                self.left.swap_remove(place);
            }
        }
        true
    }

    /// A number below another, by the same dice.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.dice.random_range(0..limit)
    }
}

/// A whole life.
pub(super) async fn lived(city: &City, seed: u64) {
    let mut life = Life::new(seed);
    // The views follow step by step, as those of a living city do.
    while life.step(city).await {
        city.engine.catch_up().await.unwrap();
    }
}
