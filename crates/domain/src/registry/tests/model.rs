//! Random histories answer as a plain list of periods does.

use super::city::admin;
use crate::registry::csv::CsvKind;
use crate::registry::{Registry, RegistryCommand as C};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

/// A move of the community to a street, or its closure, some days after the start.
#[derive(Clone, Debug)]
enum Step {
    Move { street: usize, day: i64 },
    Close { day: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3_usize, 1..200_i64).prop_map(|(street, day)| Step::Move { street, day }),
        1 => (1..200_i64).prop_map(|day| Step::Close { day }),
    ]
}

fn start() -> DateTime<Utc> {
    super::city::day("2020-01-01")
}

fn on(day: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(day)
}

fn streets() -> Registry {
    let mut registry = Registry::default();
    for line in [
        "D,district,,区,,,,2019-01-01,",
        "S-0,street,,街甲,,D,,2019-01-01,",
        "S-1,street,,街乙,,D,,2019-01-01,",
        "S-2,street,,街丙,,D,,2019-01-01,",
        "C,community,,社区,,S-0,,2020-01-01,",
    ] {
        registry.line(CsvKind::Units, line).unwrap();
    }
    registry
}

fn command(step: &Step) -> C {
    match step {
        Step::Close { day } => C::CloseUnit {
            unit: "C".into(),
            until: on(*day),
        },
        Step::Move { street, day } => {
            let text = format!(
                "unit_id,kind,name_zh,parent,valid_from\nC,community,社区,S-{street},{}\n",
                on(*day).to_rfc3339()
            );
            crate::registry::csv::parse(CsvKind::Units, text.as_bytes())
                .unwrap()
                .remove(0)
        }
    }
}

proptest! {
    #[test]
    fn as_of_answers_equal_a_plain_list(steps in prop::collection::vec(step(), 0..12)) {
        let mut registry = streets();
        // (from, to, street), oldest first; the model looks at every period for every question.
        let mut list: Vec<(i64, Option<i64>, usize)> = vec![(0, None, 0)];
        for step in &steps {
            let (from, to, _) = *list.last().unwrap();
            let begins = |day: i64| list.iter().find(|period| period.0 == day);
            // A period said again as it is recorded is accepted and changes nothing.
            let repeated = match step {
                Step::Move { day, street } => begins(*day).map(|period| period.2 == *street),
                Step::Close { day } => (to == Some(*day)).then_some(true),
            };
            let accepted = repeated.unwrap_or(match step {
                Step::Move { day, .. } => *day > from,
                Step::Close { day } => *day > from && to.is_none_or(|to| *day < to),
            });
            let answer = registry.take(&command(step));
            prop_assert_eq!(answer.is_ok(), accepted, "{:?} on {:?}: {:?}", step, list, answer);
            match step {
                _ if repeated.is_some() || !accepted => {}
                Step::Move { day, street } => {
                    let announced = to.filter(|to| day < to);
                    let last = list.last_mut().unwrap();
                    last.1 = Some(to.map_or(*day, |to| to.min(*day)));
                    list.push((*day, announced, *street));
                }
                Step::Close { day } => list.last_mut().unwrap().1 = Some(*day),
            }
            for day in -1..201 {
                let holds = |(from, to, _): &&(i64, Option<i64>, usize)| {
                    *from <= day && to.is_none_or(|to| day < to)
                };
                let expected = list.iter().find(holds).map(|(_, _, street)| format!("S-{street}"));
                let parent = registry.parent(&"C".into(), on(day)).map(ToString::to_string);
                prop_assert_eq!(&parent, &expected, "day {}", day);
                prop_assert_eq!(registry.unit_active(&"C".into(), on(day)), expected.is_some());
                let in_s1 = registry.is_within(&"C".into(), &"S-1".into(), on(day));
                prop_assert_eq!(in_s1, expected.as_deref() == Some("S-1"));
            }
        }
    }

    #[test]
    fn evolving_refolded_events_gives_the_live_state(
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let mut live = streets();
        let mut refolded = live.clone();
        for step in &steps {
            if let Ok(events) = live.decide(&command(step), start(), &admin()) {
                for event in events {
                    live.evolve(&event);
                    refolded.evolve(&serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap());
                }
            }
        }
        prop_assert_eq!(live, refolded);
    }
}
