//! Every figure of a page that counts something opens to what it counts, or is known not to.

use super::{Service, lively_city, served, shown};
use crate::city::people::{community, dispatcher, supervisor, water};
use crate::city::{City, case, work};
use crate::http::service::settings;
use gridwhistle::domain::calendar::{Limit, Month};
use gridwhistle::domain::case::command::{CallbackResult, CaseCommand};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle::domain::policy::satisfaction::SatisfactionRules;
use gridwhistle::domain::satisfaction::Satisfaction;
use gridwhistle::domain::score::sample::draw;
use std::collections::BTreeSet;

/// Figures that open to nothing, by page and by where they stand (numbers of rows as `n`), and why.
const CLOSED: &[(&str, &str, &str)] = &[
    (
        "/",
        "/lists/n/rows/n/overdue_minutes",
        "minutes, beside the case",
    ),
    (
        "/",
        "/lists/n/rows/n/remaining_minutes",
        "minutes, beside the case",
    ),
    (
        "/reports/departments/B-water",
        "/worst/n/overdue_minutes",
        "minutes, beside the case",
    ),
    (
        "/reports/ranking",
        "/units/n/rank",
        "the place of the score beside it, which opens",
    ),
];

/// One figure of a page.
#[derive(Debug)]
struct Shown {
    /// Where it stands in the answer, with `n` for numbers of rows.
    place: String,
    value: String,
    /// The address that it opens to.
    opens: Option<String>,
}

/// The figures of a page that are numbers, other than nought. The parts of a share open with the share.
fn numbers(page: &str) -> Vec<Shown> {
    let mut link: Option<String> = None;
    let mut found: Vec<(String, Shown)> = Vec::new();
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(rest.split('"').next()?.replace("&amp;", "&"))
    };
    let mut inside = false;
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        if tag.starts_with("a ") {
            link = attribute(tag, "href");
            if let Some((_, last)) = found.last_mut().filter(|_| inside) {
                last.opens = link.clone();
            }
        } else if tag == "/a" {
            link = None;
        } else if tag == "/data" {
            inside = false;
        } else if tag.starts_with("data ") {
            let (at, value) = (
                attribute(tag, "data-from").unwrap(),
                attribute(tag, "value").unwrap(),
            );
            let steps = at.split('/').map(|step| {
                if step.parse::<u64>().is_ok() {
                    "n"
                } else {
                    step
                }
            });
            let place = steps.collect::<Vec<_>>().join("/");
            inside = true;
            let opens = link.clone();
            found.push((
                at,
                Shown {
                    place,
                    value,
                    opens,
                },
            ));
        }
    }
    let shares: Vec<(String, Option<String>)> = found
        .iter()
        .map(|(at, one)| (at.clone(), one.opens.clone()))
        .collect();
    let of_share = |at: &str| {
        let share = at.strip_suffix("/met").or_else(|| at.strip_suffix("/of"))?;
        let whole = shares
            .iter()
            .find(|(one, _)| one.strip_suffix("/value") == Some(share))?;
        whole.1.clone()
    };
    let number = |one: &Shown| one.value.parse::<f64>().is_ok_and(|value| value != 0.0);
    let all = found.into_iter().map(|(at, one)| Shown {
        opens: one.opens.or_else(|| of_share(&at)),
        ..one
    });
    all.filter(number).collect()
}

/// Pages that show figures.
const PAGES: [&str; 14] = [
    "/",
    "/?wall=1",
    "/?wall=2",
    "/reports/departments",
    "/reports/departments/B-water",
    "/reports/areas",
    "/reports/areas/S-1",
    "/reports/indicators?by=city",
    "/reports/indicators?by=unit",
    "/reports/satisfaction",
    "/reports/ranking",
    "/reports/matrix",
    "/reports/evaluations",
    "/map",
];

/// The number of a case that is drawn to be called back if it is reported and closed now, or that is not;
/// the first from one on.
fn number(city: &City, from: u128, drawn: bool) -> u128 {
    let now = city.engine.now();
    let percent = u8::try_from(SatisfactionRules::default().callback_percent).unwrap();
    let is = |number: &u128| (draw(case(*number), now, Month::of(now)) < percent) == drawn;
    (from..).find(is).unwrap()
}

/// Somebody calls the resident of a case.
async fn call(city: &City, case: CaseId, result: CallbackResult, stars: Option<Satisfaction>) {
    let call = CaseCommand::RecordCallback {
        result,
        note: "called".to_owned(),
        satisfaction: stars,
    };
    city.allowed(dispatcher(), case, call).await;
}

/// The lively city, where residents were called back, and where one case was given back and given more time
/// before it was closed, and one is void.
async fn spoken() -> Service {
    use CallbackResult as R;
    use Satisfaction as S;
    let city = lively_city().await;
    let mut next = 100;
    for (drawn, answer) in [
        (true, Some((R::Confirmed, Some(S::VerySatisfied)))),
        (true, Some((R::Disputed, Some(S::VeryDissatisfied)))),
        (true, Some((R::Unreachable, None))),
        (true, None),
        (false, Some((R::Confirmed, Some(S::MostlySatisfied)))),
        (false, Some((R::Confirmed, Some(S::Satisfied)))),
        (false, Some((R::Disputed, Some(S::Dissatisfied)))),
        (false, Some((R::Confirmed, Some(S::VerySatisfied)))),
        (false, None),
    ] {
        let number = number(&city, next, drawn);
        next = number + 1;
        work::closed(&city, case(number)).await;
        if let Some((result, stars)) = answer {
            call(&city, case(number), result, stars).await;
        }
    }
    given_back(&city, case(50)).await;
    void(&city, case(51)).await;
    while city.engine.tick().await.unwrap().fired > 0 {}
    city.engine.catch_up().await.unwrap();
    served(city, settings()).await
}

/// More time, two reworks, and the closure.
async fn given_back(city: &City, case: CaseId) {
    work::time_limited(city, case).await;
    let leg = CaseCommand::Acknowledge { leg: work::LEAD };
    city.allowed(water(), case, leg).await;
    let more = CaseCommand::RequestExtension {
        limit: Limit::WorkingDays(1),
        reason: "parts are late".to_owned(),
    };
    city.allowed(water(), case, more).await;
    let grant = CaseCommand::GrantExtension {
        citizen_informed: true,
    };
    city.allowed(dispatcher(), case, grant).await;
    let contact = CaseCommand::ContactResident {
        leg: Some(work::LEAD),
        means: "phone".to_owned(),
        note: "comes again".to_owned(),
    };
    let photos = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    for again in [true, true, false] {
        city.allowed(water(), case, contact.clone()).await;
        city.allowed(water(), case, work::respond(&photos)).await;
        if again {
            let wanting = CaseCommand::RequireRework {
                reason: "not_solved".to_owned(),
                note: "still wet".to_owned(),
            };
            city.allowed(community(), case, wanting).await;
        }
    }
    let pass = CaseCommand::VerifyPass {
        note: "looked at it".to_owned(),
    };
    city.allowed(community(), case, pass).await;
    city.allowed(community(), case, CaseCommand::SignOff {})
        .await;
}

/// Void by two persons.
async fn void(city: &City, case: CaseId) {
    work::time_limited(city, case).await;
    let propose = CaseCommand::ProposeVoid {
        reason: "twice".to_owned(),
    };
    city.allowed(dispatcher(), case, propose).await;
    city.allowed(supervisor(), case, CaseCommand::ConfirmVoid {})
        .await;
}

/// Whether a figure opens to as many rows as it says, if it is a count.
fn is_listed(place: &str, opens: &str) -> bool {
    let lists = ["/cases?", "/lists/", "/explain/"];
    let list = lists.iter().any(|under| opens.starts_with(under));
    // A measured figure opens to what adds to it, which is not as many rows as it says; nor is one age of
    // what is open all that is.
    let measured = ["observed_over_expected", "times_over", "/explain/reworks"];
    let measured = measured.iter().any(|one| opens.contains(one));
    let last = place.rsplit('/').next().unwrap();
    let part = ["met", "of", "value", "points", "score"].contains(&last);
    list && !measured && !part && !place.contains("/backlog/")
}

/// What the pages must show that is not nought, for their ways to be looked at.
const SHOWN: &[(&str, &str)] = &[
    ("/reports/satisfaction", "/total/drawn"),
    ("/reports/satisfaction", "/total/drawn_called"),
    ("/reports/satisfaction", "/total/unreachable"),
    ("/reports/satisfaction", "/total/mean_stars"),
    ("/reports/satisfaction", "/total/stars/n"),
    ("/reports/departments/B-water", "/satisfaction/drawn_called"),
    ("/reports/departments/B-water", "/satisfaction/stars/n"),
    ("/reports/departments/B-water", "/peers/medians/on_time"),
    ("/reports/indicators", "/total/reworked"),
    ("/reports/indicators", "/total/reworks"),
    ("/reports/indicators", "/total/extended"),
    ("/reports/areas", "/left_out/voided"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_opens_to_as_many_rows_as_it_says_or_is_known_not_to() {
    let service = spoken().await;
    let (mut closed, mut wrong, mut looked) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut seen = BTreeSet::new();
    for page in PAGES {
        let text = shown(&service, &dispatcher(), page).await;
        let figures = numbers(&text);
        assert!(
            figures.len() > 1
                || page.ends_with("matrix")
                || page.ends_with("evaluations")
                || page == "/map",
            "{page}: {figures:?}"
        );
        for Shown {
            place,
            value,
            opens,
        } in figures
        {
            let path = page.split('?').next().unwrap();
            seen.insert((path, place.clone()));
            let known = CLOSED
                .iter()
                .any(|(of, one, _)| (*of, *one) == (path, place.as_str()));
            let Some(opens) = opens else {
                closed.insert((path, place.clone()));
                if !known {
                    wrong.insert(format!("{page} {place}: opens to nothing"));
                }
                continue;
            };
            // Counts, not shares and means, nor the positions and numbers of cases.
            let Ok(count) = value.parse::<usize>() else {
                continue;
            };
            if !is_listed(&place, &opens) || !looked.insert((opens.clone(), count)) {
                continue;
            }
            let behind = shown(&service, &dispatcher(), &opens).await;
            let rows = behind.matches("data-row").count();
            if rows != count {
                wrong.insert(format!(
                    "{page} {place}: {count}, and {rows} behind {opens}"
                ));
            }
        }
    }
    assert!(looked.len() > 15, "{}", looked.len());
    let wrong: Vec<_> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (page, place) in SHOWN {
        let known = seen.contains(&(*page, (*place).to_owned()));
        assert!(known, "{page} shows nothing at {place}");
    }
    for (page, place, why) in CLOSED {
        assert!(
            closed.contains(&(*page, (*place).to_owned())),
            "{page} {place} is no longer one that opens to nothing ({why})"
        );
    }
}
