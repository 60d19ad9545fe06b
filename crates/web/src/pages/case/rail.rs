//! The stages of a case: those behind it, the one it is at, those that still come.

use super::{View, stage_of};
use crate::reader::Reader;
use crate::words::case::Word as W;
use gridwhistle_domain::case::stage::Stage;
use maud::{Markup, html};

/// The way that most cases go; by-ways stand on it only where the case took them.
const WAY: [Stage; 8] = [
    Stage::Reported,
    Stage::Accepted,
    Stage::Whistled,
    Stage::Coordinating,
    Stage::Dispatched,
    Stage::InProgress,
    Stage::Responded,
    Stage::Closed,
];

/// The rail.
pub(super) fn rail(reader: &Reader, view: &View<'_>) -> Markup {
    let row = &view.sheet.file.ledger;
    let stage = Stage::from_code(&row.stage);
    let told = |word: &str| view.story.iter().any(|entry| entry.kind.contains(word));
    let (whistled, met) = (told("Whistle"), told("Coordination"));
    let mut way: Vec<Stage> = WAY
        .into_iter()
        .filter(|one| match one {
            Stage::Whistled => whistled || stage == Some(*one),
            Stage::Coordinating => met || stage == Some(*one),
            Stage::Dispatched => !view.sheet.file.legs.is_empty() || stage == Some(*one),
            _ => true,
        })
        .collect();
    // Where a case stands beside the way, its place is after what it has passed.
    let place = stage.map(|stage| match way.iter().position(|one| *one == stage) {
        Some(place) => place,
        None => {
            let after = match stage {
                Stage::Suspended => way.iter().position(|one| *one == Stage::InProgress),
                Stage::Archived => Some(way.len() - 1),
                _ => way.iter().position(|one| *one == Stage::Accepted),
            };
            let place = after.map_or(way.len(), |after| after + 1);
            if !matches!(stage, Stage::Suspended | Stage::Archived) {
                way.truncate(place);
            }
            way.insert(place.min(way.len()), stage);
            place.min(way.len() - 1)
        }
    });
    html! {
        ol.rail-of-stages aria-label=(reader.say(W::Rail)) {
            @for (no, one) in way.iter().enumerate() {
                li data-state=(match place {
                    Some(place) if no < place => "past",
                    Some(place) if no == place => "here",
                    _ => "ahead",
                }) aria-current=[(place == Some(no)).then_some("step")] {
                    (stage_of(reader, one.code()))
                }
            }
        }
    }
}
