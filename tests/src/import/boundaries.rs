//! Real areas as boundaries.

use super::shared::path;
use crate::city::City;
use chrono::{DateTime, Utc};
use flate2::read::GzDecoder;
use gridwhistle::boundaries::Misfit;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::registry::RegistryCommand;
use gridwhistle::domain::registry::boundary::{Flaw, geojson};
use gridwhistle::domain::registry::csv::CsvKind;
use gridwhistle::domain::text::Language;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::File;

/// A file of real areas, each feature named as a unit: `U-1`, `U-2`, …
fn areas(name: &str) -> Value {
    let file = File::open(path(&format!("geo/{name}.geojson.gz"))).unwrap();
    let mut all: Value = serde_json::from_reader(GzDecoder::new(file)).unwrap();
    for (no, feature) in all["features"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .enumerate()
    {
        feature["properties"] = json!({"unit": format!("U-{}", no + 1)});
    }
    all
}

/// Most published areas are boundaries. Two counties of Fuzhou are not: the line that they share goes
/// through itself in the file, to the last digit. Twelve districts of New York are not: in eleven the
/// shore crosses itself by some metres, and one has a ring of two corners.
#[test]
fn the_areas_of_real_cities_are_boundaries_but_for_those_with_a_flaw_in_the_file() {
    let cities = [
        ("fuzhou_districts_350100", 13, 2),
        ("boston_wards", 22, 0),
        ("boston_precincts", 255, 0),
        ("boston_neighborhoods", 26, 0),
        ("nyc_community_districts", 71, 12),
        ("baltimore_lsemesky", 278, 0),
    ];
    let found = cities.map(|(name, ..)| {
        let file = areas(name).to_string();
        let commands = geojson::read(file.as_bytes(), DateTime::<Utc>::UNIX_EPOCH).unwrap();
        let flaws = commands.iter().filter_map(|command| match command {
            RegistryCommand::DrawBoundary { boundary, .. } => boundary.check().err(),
            other => panic!("{other:?}"),
        });
        let flaws: Vec<Flaw> = flaws.collect();
        let rings = flaws
            .iter()
            .filter(|flaw| matches!(flaw, Flaw::TooFewPoints(_)));
        assert_eq!(
            rings.count(),
            usize::from(name.starts_with("nyc")),
            "{name}"
        );
        assert!(
            flaws
                .iter()
                .all(|flaw| matches!(flaw, Flaw::Crosses(_) | Flaw::TooFewPoints(_)))
        );
        (name, commands.len(), flaws.len())
    });
    assert_eq!(found, cities);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_city_is_drawn_and_told_where_its_districts_do_not_fit() {
    let city = City::in_memory().await;
    let host = Actor::new("it-desk", Role::Administrator, "CITY");
    let mut file = areas("fuzhou_districts_350100");
    let count = file["features"].as_array().unwrap().len();
    let mut units = "unit_id,kind,level,name_zh,parent,valid_from\n".to_owned();
    for no in 1..=count {
        writeln!(units, "U-{no},district,,区{no},CITY,2024-01-01").unwrap();
    }
    let files = [(CsvKind::Units, units.as_bytes())];
    let imported = city.engine.import_registry(&host, &files, Language::En);
    imported.await.unwrap();
    let whole = file.to_string();
    let refused = city
        .engine
        .import_boundaries(&host, whole.as_bytes(), Language::En);
    let refused = refused.await.unwrap_err().to_string();
    let told = [
        "feature 8",
        "feature 9",
        "crosses itself near 119.294853, 26.418171",
    ];
    assert!(told.iter().all(|word| refused.contains(word)), "{refused}");
    let features = file["features"].as_array_mut().unwrap();
    features.drain(7..9);
    let text = file.to_string();
    let drawn = city
        .engine
        .import_boundaries(&host, text.as_bytes(), Language::En);
    let drawn = drawn.await.unwrap();
    assert_eq!(drawn.change.events, count as u64 - 2);
    println!("{:?}", drawn.misfits);
    let only_overlaps = drawn
        .misfits
        .iter()
        .all(|one| matches!(one, Misfit::Overlap { .. }));
    assert!(
        only_overlaps,
        "the city itself is not drawn: {:?}",
        drawn.misfits
    );
    let again = city
        .engine
        .import_boundaries(&host, text.as_bytes(), Language::En);
    assert_eq!(again.await.unwrap().change.events, 0);
}
