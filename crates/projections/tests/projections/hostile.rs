//! What figures must bear: units and grids that end or are merged in the middle of a window, legs that go
//! from one unit to another, windows in which nothing happened, and raters who are none, one, or all alike.

mod afterwards;
mod places;
mod raters;
mod rules;
mod units;

use super::city::{City, at};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::registry::RegistryEvent;
use gridwhistle_domain::score::rate::{Rate, Share};
use gridwhistle_projections::questions::Window;
use serde_json::{Value, json};

const DAY: i64 = 1_440;

/// From the first minute to before the last, in minutes after Monday morning.
fn window(from: i64, before: i64) -> Window {
    Window::new(at(from), at(before)).unwrap()
}

fn share(met: u64, of: u64) -> Share {
    Rate::new(met, of).into()
}

fn told(minute: i64, fact: Value) -> RegistryEvent {
    RegistryEvent {
        at: at(minute),
        by: Actor::system(),
        fact: serde_json::from_value(fact).unwrap(),
    }
}

fn unit(id: &str, kind: &str, level: Option<&str>, parent: &str) -> Value {
    json!({ "UnitRegistered": { "unit": id, "kind": kind, "level": level,
        "from": "2020-01-01T00:00:00Z",
        "details": { "name": { "zh": id, "en": id }, "parent": parent } } })
}

/// The small city with a second district department, `B-roads`.
async fn two_departments() -> City {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    let roads = unit("B-roads", "department", Some("district"), "D-1");
    city.append_registry(&told(-100, roads)).await;
    city
}

/// What the registry's events say by now.
fn reference(more: &[RegistryEvent]) -> Reference {
    let mut reference = Reference::default();
    let roads = told(-100, unit("B-roads", "department", Some("district"), "D-1"));
    for event in super::city::registry().iter().chain([&roads]).chain(more) {
        reference.registry.evolve(event);
    }
    reference
}
