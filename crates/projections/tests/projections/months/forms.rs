//! Random mutual evaluations, over some months, of the cases of a random history.

use super::stretched;
use crate::city::{City, at, case, new_event};
use crate::evaluating::{lapsed, opened, opening, revealed, sealed};
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::evaluation::{EvaluationEvent, EvaluationFact, Opening, Side};
use gridwhistle_store::StreamId;
use proptest::prelude::*;

/// One evaluation: its case, area and department, the stars of either side where it spoke, the appeals against
/// its forms and whether they were upheld; and when.
#[derive(Clone, Debug)]
pub(super) struct Told {
    case: u128,
    units: (usize, usize),
    optional: bool,
    stars: [Option<u8>; 2],
    appeals: [Option<Option<bool>>; 2],
    minutes: [i64; 4],
}

pub(super) fn any_evaluations() -> impl Strategy<Value = Vec<Told>> {
    let stars = || prop::option::weighted(0.8, 1_u8..6);
    let appeal = || prop::option::weighted(0.4, prop::option::weighted(0.8, any::<bool>()));
    let told = (
        1_u128..4,
        (0_usize..3, 0_usize..2),
        prop::bool::weighted(0.2),
        [stars(), stars()],
        [appeal(), appeal()],
        prop::array::uniform4(1_i64..150),
    );
    let told = told.prop_map(|(case, units, optional, stars, appeals, gaps)| {
        let mut minute = 0;
        let minutes = gaps.map(|gap| {
            minute += gap;
            minute
        });
        Told {
            case,
            units,
            optional,
            stars,
            appeals,
            minutes,
        }
    });
    // From ten forms on the extremes are cut off.
    prop::collection::vec(told, 0..30)
}

impl Told {
    fn facts(&self) -> Vec<(i64, EvaluationFact)> {
        let [begun, sealed_at, settled, appealed] = self.minutes;
        let area = ["S-1", "S-2", "C-1"][self.units.0];
        let department = ["B-water", "B-roads"][self.units.1];
        let opening = Opening {
            case: case(self.case),
            optional: self.optional,
            ..opening(area, department)
        };
        let mut facts = vec![(begun, opened(opening))];
        let sides = Side::ALL.iter().copied().zip(self.stars);
        let (mut spoke, mut silent) = (Vec::new(), Vec::new());
        for (side, stars) in sides {
            match stars {
                Some(stars) => spoke.push((side, stars)),
                None => silent.push(side),
            }
        }
        facts.extend(spoke.iter().map(|(side, _)| (sealed_at, sealed(*side))));
        if !spoke.is_empty() {
            facts.push((settled, revealed(&spoke)));
        }
        if !silent.is_empty() {
            facts.push((settled, lapsed(&silent)));
        }
        for (side, appeal) in Side::ALL.iter().copied().zip(self.appeals) {
            let Some(decided) = appeal.filter(|_| spoke.iter().any(|(by, _)| *by == side)) else {
                continue;
            };
            let (ground, note) = ("facts".to_owned(), String::new());
            let filed = EvaluationFact::AppealFiled { side, ground, note };
            facts.push((settled + 5, filed));
            if let Some(upheld) = decided {
                let note = String::new();
                let fact = EvaluationFact::AppealDecided { side, upheld, note };
                facts.push((settled + 5 + appealed, fact));
            }
        }
        facts.sort_by_key(|(minute, _)| *minute);
        facts
    }
}

/// Appends them, one fact of each after the other; answers the last instant.
pub(super) async fn append(city: &mut City, all: &[Told]) -> DateTime<Utc> {
    let mut last = at(0);
    let mut waiting: Vec<_> = all.iter().map(|told| told.facts().into_iter()).collect();
    loop {
        let mut any = false;
        for (number, facts) in waiting.iter_mut().enumerate() {
            let Some((minute, fact)) = facts.next() else {
                continue;
            };
            any = true;
            let event = EvaluationEvent {
                at: stretched(at(minute)),
                by: Actor::system(),
                fact,
            };
            last = last.max(event.at);
            let payload = serde_json::to_string(&event).unwrap();
            let event = new_event(event.fact.name(), payload, event.at);
            let stream = StreamId::new("evaluation", format!("E-{number}"));
            city.append_to(stream, vec![event]).await;
        }
        if !any {
            return last;
        }
    }
}
