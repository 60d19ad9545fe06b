//! No figure of a report is missing in its sheet.

use super::*;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::text::Language;
use gridwhistle_projections::questions::{Area, Department};
use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A report's figures, each with a number of its own, and where each stands.
struct Numbered {
    next: i64,
    placed: Vec<(String, Decimal)>,
}

impl Numbered {
    fn number(&mut self, place: &str) -> i64 {
        self.next += 1;
        self.placed.push((place.to_owned(), self.next.into()));
        self.next
    }

    fn part(&mut self, place: String) -> Value {
        self.next += 1;
        let part = Decimal::new(self.next, 4);
        self.placed.push((place, part));
        json!(part.to_string())
    }

    fn fill(&mut self, place: &str, value: &mut Value) {
        match value {
            Value::Object(fields) if fields.contains_key("met") => {
                for (name, field) in fields {
                    let place = format!("{place}/{name}");
                    *field = match name.as_str() {
                        "met" | "of" => json!(self.number(&place)),
                        _ => self.part(place),
                    };
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.fill(&format!("{place}/{name}"), field);
                }
            }
            Value::Array(items) => {
                for (no, item) in items.iter_mut().enumerate() {
                    self.fill(&format!("{place}/{no}"), item);
                }
            }
            Value::Number(_) => *value = json!(self.number(place)),
            Value::String(_) => *value = json!("A-1"),
            Value::Bool(_) => {}
            Value::Null => *value = self.known(place),
        }
    }

    /// What may be none, and is not here.
    fn known(&mut self, place: &str) -> Value {
        match place.rsplit('/').next().unwrap() {
            "area" | "group" => json!("A-1"),
            "half_done_by" => json!(self.number(place)),
            "observed_over_expected" | "value" => self.part(place.to_owned()),
            "handling" => {
                let names = ["count", "mean", "median", "p90"];
                let fields = names.map(|name| {
                    let place = format!("{place}/{name}");
                    (name.to_owned(), json!(self.number(&place)))
                });
                Value::Object(fields.into_iter().collect())
            }
            other => panic!("`{other}` is new: say here what it looks like, and give it a column"),
        }
    }
}

/// The figures that have no cell.
fn missing<T>(row: impl Fn(&T) -> (Vec<Heading>, Vec<Cell>)) -> Vec<String>
where
    T: Default + Serialize + DeserializeOwned,
{
    let mut value = serde_json::to_value(T::default()).unwrap();
    let mut numbered = Numbered {
        next: 100,
        placed: Vec::new(),
    };
    numbered.fill("", &mut value);
    let (headings, cells) = row(&serde_json::from_value(value).unwrap());
    assert_eq!(cells.len() % headings.len(), 0, "a heading for each cell");
    let different: BTreeSet<_> = headings.iter().map(|(zh, _)| zh).collect();
    assert_eq!(different.len(), headings.len(), "no heading twice");
    let stands = |number: Decimal| cells.contains(&Cell::Number(number));
    let placed = numbered.placed.into_iter();
    placed
        .filter(|(_, number)| !stands(*number))
        .map(|(place, _)| place)
        .collect()
}

#[test]
fn every_figure_of_a_unit_has_a_column() {
    let missing = missing(|unit: &Department| {
        let cells = figures::department(unit, "Water".to_owned());
        (figures::departments(), cells)
    });
    // Minutes are not independent of each other: of a share of them no interval is told.
    assert_eq!(missing, ["/suspended/high", "/suspended/low"]);
}

#[test]
fn every_figure_of_an_area_has_a_column() {
    let missing = missing(|area: &Area| (cases::areas(), cases::area(area, "East".to_owned())));
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_indicator_and_every_count_beside_them_has_a_row() {
    let names = Names::new(
        Arc::new(Reference::default()),
        chrono::DateTime::UNIX_EPOCH,
        Language::ZhCn,
    );
    let missing = missing(|of: &IndicatorsOf| {
        let cells = cases::indicators(of, "", &names).concat();
        (cases::INDICATORS.to_vec(), cells)
    });
    assert_eq!(missing, [""; 0]);
}
