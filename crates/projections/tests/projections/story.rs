//! One case's story has words for everything that can happen.

use super::city::{City, at, case, registry};
use super::history::in_work;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::fact::CaseFact;
use gridwhistle_projections::Moment;
use gridwhistle_projections::timeline::words_of;
use std::collections::BTreeSet;
use std::path::Path;

/// The fixtures of the domain hold every form of fact ever released.
#[test]
fn every_form_of_fact_has_words_in_both_languages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/fixtures/events/1.0");
    let mut told = BTreeSet::new();
    for name in CaseFact::NAMES {
        let path = folder.join(format!("{name}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        let event = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let words = words_of(&event, &Reference::default());
        for language in [&words.zh, &words.en] {
            assert!(
                !language.is_empty() && !language.contains(['{', '}']),
                "{name}: {language}"
            );
            // Nothing of what people write in their own words.
            for free in ["note", "reply", "description"] {
                if let Some(free) = find(&serde_json::from_str(&text).unwrap(), free) {
                    assert!(
                        free.is_empty() || !language.contains(&free),
                        "{name}: {free}"
                    );
                }
            }
        }
        told.insert(words.zh);
    }
    assert_eq!(told.len(), CaseFact::NAMES.len(), "no two facts read alike");
}

fn find(json: &serde_json::Value, key: &str) -> Option<String> {
    match json {
        serde_json::Value::Object(fields) => fields.iter().find_map(|(name, value)| match value {
            serde_json::Value::String(text) if name == key => Some(text.clone()),
            other => find(other, key),
        }),
        serde_json::Value::Array(items) => items.iter().find_map(|item| find(item, key)),
        _ => None,
    }
}

#[tokio::test]
async fn a_story_names_units_as_they_were_called_then() {
    let mut city = City::in_memory().with_registry().await;
    city.append(case(1), &in_work(0, 60)).await;
    let questions = city.caught_up().await;
    let mut known = Reference::default();
    registry()
        .iter()
        .for_each(|event| known.registry.evolve(event));
    let story = questions
        .timeline(case(1), &known, Moment::now(at(0)))
        .await
        .unwrap();
    let told: Vec<&str> = story.iter().map(|entry| entry.text.zh.as_str()).collect();
    let who = "2026年3月2日 09:00 鼓楼街道 街道工作人员";
    assert_eq!(told[0], format!("{who} 上报案件（渠道 网格巡查）"));
    assert_eq!(told[2], format!("{who} 派单至水务局主办"));
    assert_eq!(
        told[4],
        format!("{who} 办理计时开始，2026年3月2日 10:00 到期")
    );
    assert_eq!(told[5], format!("{who} 签收（水务局）"));
    assert_eq!(
        story[5].text.en,
        "2 Mar 2026 09:00 S-old-town, street office staff: acknowledged (B-water)"
    );
    let before = questions
        .timeline(case(1), &known, Moment::then(at(-1)))
        .await
        .unwrap();
    assert_eq!(before, []);
}
