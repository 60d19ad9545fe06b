//! A grid that is closed, or whose street is merged into another, within a window.

use super::{DAY, share, told, unit, window};
use crate::city::{City, at, case, fact};
use crate::history::{handle, in_work, stopped};
use gridwhistle_domain::calendar::CalendarBook;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F, ReportForm};
use gridwhistle_domain::case::stage::Outcome;
use gridwhistle_projections::Questions;
use gridwhistle_projections::questions::{Area, AreaLevel, Moment};
use serde_json::json;

async fn areas(questions: &Questions, level: AreaLevel) -> Vec<Area> {
    let (window, moment) = (window(0, 3 * DAY), Moment::then(at(3 * DAY)));
    let calendars = CalendarBook::china();
    let asked = questions.areas(level, window, moment, &calendars).await;
    let told = asked.unwrap();
    let reported: u64 = told.areas.iter().map(|area| area.reported).sum();
    assert_eq!(
        reported, told.total.reported,
        "the areas add up to the city"
    );
    told.areas
}

/// Code, reported, done in time, open past due.
fn seen(areas: &[Area]) -> Vec<(Option<&str>, u64, u64, u64)> {
    let one = |area: &'_ Area| (area.reported, area.on_time.met, area.open_overdue);
    let each = areas.iter().map(|area| (area.area.as_deref(), one(area)));
    each.map(|(code, (reported, met, late))| (code, reported, met, late))
        .collect()
}

fn answered(minute: i64) -> Vec<CaseEvent> {
    let responded = F::ResponseSubmitted {
        outcome: Outcome::Resolved,
        reply: "mended".to_owned(),
        evidence: Vec::new(),
        elements: None,
        met: Vec::new(),
    };
    let closed = F::CaseClosed {
        outcome: Outcome::Resolved,
    };
    [responded, stopped(handle()), closed]
        .map(|what| fact(minute, what))
        .into()
}

fn grid(id: &str, from: i64) -> serde_json::Value {
    json!({ "GridRegistered": { "grid": id, "level": "one", "kind": "basic", "from": at(from),
        "details": { "name": { "zh": id, "en": id }, "seat": { "community": "C-east" } } } })
}

/// `G-1` ends at minute 300 and `G-2` takes its place. One case was done by then, one is done where it
/// lay, one is put into the new grid, one is left where there is no grid any more, one is reported anew.
async fn merged() -> City {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    for number in 1..=4 {
        city.append(case(number), &in_work(0, DAY)).await;
    }
    city.append(case(1), &answered(100)).await;
    city.append_registry(&told(290, grid("G-2", 300))).await;
    let ends = json!({ "GridClosed": { "grid": "G-1", "until": at(300) } });
    city.append_registry(&told(290, ends)).await;
    city.append(case(2), &answered(310)).await;
    let put = F::LocationAssigned { grid: "G-2".into() };
    city.append(case(3), &[fact(320, put)]).await;
    city.append(case(3), &answered(330)).await;
    let mut form = ReportForm::new("patrol", "G-2", "a leak");
    form.grid = Some("G-2".into());
    let report = F::CaseReported { form };
    city.append(case(5), &[fact(400, report)]).await;
    city
}

#[tokio::test]
async fn a_grid_that_ended_keeps_its_cases_and_gives_up_those_put_elsewhere() {
    let questions = merged().await.caught_up().await;
    assert_eq!(
        seen(&areas(&questions, AreaLevel::Grid).await),
        [(Some("G-1"), 3, 2, 1), (Some("G-2"), 2, 1, 0)]
    );
    // The new grid did not exist when its case was accepted: it lies where it was put.
    for (level, code) in [
        (AreaLevel::Street, "S-old-town"),
        (AreaLevel::Community, "C-east"),
    ] {
        let told = areas(&questions, level).await;
        assert_eq!(seen(&told), [(Some(code), 5, 3, 1)], "{level:?}");
        assert_eq!(told[0].on_time, share(3, 4));
    }
}

/// The street is merged into another at minute 300: its community goes there, and it ends.
#[tokio::test]
async fn a_street_that_was_merged_keeps_what_lay_in_it_and_gets_nothing_more() {
    let mut city = City::in_memory().with_policy().await.with_registry().await;
    for number in 1..=2 {
        city.append(case(number), &in_work(0, DAY)).await;
    }
    city.append_registry(&told(280, unit("S-new", "street", None, "D-1")))
        .await;
    let moves = json!({ "UnitRevised": { "unit": "C-east", "from": at(300),
        "details": { "name": { "zh": "东社区", "en": "C-east" }, "parent": "S-new" } } });
    let ends = json!({ "UnitClosed": { "unit": "S-old-town", "until": at(300) } });
    for what in [moves, ends] {
        city.append_registry(&told(290, what)).await;
    }
    city.append(case(1), &answered(310)).await;
    city.append(case(3), &in_work(400, DAY)).await;
    city.append(case(3), &answered(500)).await;
    let questions = city.caught_up().await;
    assert_eq!(
        seen(&areas(&questions, AreaLevel::Street).await),
        [(Some("S-new"), 1, 1, 0), (Some("S-old-town"), 2, 1, 1)]
    );
    assert_eq!(
        seen(&areas(&questions, AreaLevel::Community).await),
        [(Some("C-east"), 3, 2, 1)],
        "the community is one all the while"
    );
}
