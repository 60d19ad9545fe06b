//! Every figure of a page that counts something opens to what it counts, or is known not to.

use super::{lively, shown};
use crate::city::people::dispatcher;
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
        "/peers/medians/completion",
        "of several units",
    ),
    (
        "/reports/departments/B-water",
        "/peers/medians/first_time",
        "of several units",
    ),
    (
        "/reports/departments/B-water",
        "/peers/medians/on_time",
        "of several units",
    ),
    (
        "/reports/departments/B-water",
        "/worst/n/overdue_minutes",
        "minutes, beside the case",
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

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_opens_to_as_many_rows_as_it_says_or_is_known_not_to() {
    let service = lively().await;
    let (mut closed, mut wrong, mut looked) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
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
            let list = opens.starts_with("/cases?")
                || opens.starts_with("/lists/")
                || opens.starts_with("/explain/");
            // A measured figure opens to what adds to it, which is not as many rows as it says; nor is
            // one age of what is open all that is.
            let measured = ["observed_over_expected", "times_over"];
            let measured = measured.iter().any(|one| opens.contains(one));
            let list = list && !measured && !place.contains("/backlog/");
            let last = place.rsplit('/').next().unwrap();
            let part = ["met", "of", "value", "points", "score"].contains(&last);
            if !list || part || !looked.insert((opens.clone(), count)) {
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
    for (page, place, why) in CLOSED {
        assert!(
            closed.contains(&(*page, (*place).to_owned())),
            "{page} {place} is no longer one that opens to nothing ({why})"
        );
    }
}
