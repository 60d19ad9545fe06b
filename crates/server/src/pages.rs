//! The pages: one table of their addresses, each with the address of the API whose answer it shows. A
//! handler asks the same function as the API's, and hands the answer to `gridwhistle-web`.

mod asker;
mod assets;
mod case;
mod city;
mod command;
mod lists;
mod login;
mod overview;
mod preferences;
mod trouble;

pub(crate) use trouble::of as told;

use crate::app::Shared;
use crate::permission::gate;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use gridwhistle::domain::authority::Sight;

/// One address of a page.
struct Page {
    path: &'static str,
    /// What it shows; none: it says itself who is let in.
    sight: Option<Sight>,
    /// The address under `/api/v1` whose answer it shows; none: it has none of its own.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the tests hold each page to its answer")
    )]
    shows: Option<&'static str>,
    handler: fn() -> MethodRouter<Shared>,
}

const CASES: Option<Sight> = Some(Sight::Cases);
const FIGURES: Option<Sight> = Some(Sight::Figures);
const REFERENCE: Option<Sight> = Some(Sight::Reference);

/// Every page, in the order of the menu.
const PAGES: &[Page] = &[
    page("/", CASES, Some("/board"), || get(overview::show)),
    page("/cases", CASES, Some("/cases"), || get(lists::ledger)),
    page("/lists/{list}", CASES, Some("/lists/{list}"), || {
        get(lists::watch)
    }),
    page("/cases/{case}", CASES, Some("/cases/{case}"), || {
        get(case::show)
    }),
    page("/cases/{case}/do/{command}", CASES, None, || {
        get(command::form).post(command::give)
    }),
    page("/map", FIGURES, Some("/map"), || get(city::map)),
    page("/matters", REFERENCE, Some("/matters"), || {
        get(city::matters)
    }),
    page(
        "/matters/{matter}",
        REFERENCE,
        Some("/matters/{matter}"),
        || get(city::matter),
    ),
    page("/login", None, None, || get(login::page).post(login::begin)),
    page("/logout", None, None, || post(login::end)),
    page("/office", None, None, || post(login::office)),
    page("/preferences", None, None, || post(preferences::set)),
    page("/assets/{name}", None, None, || get(assets::serve)),
];

const fn page(
    path: &'static str,
    sight: Option<Sight>,
    shows: Option<&'static str>,
    handler: fn() -> MethodRouter<Shared>,
) -> Page {
    Page {
        path,
        sight,
        shows,
        handler,
    }
}

/// The pages; those that show something of the city stand behind the same gate as its answer.
pub(crate) fn router(app: &Shared) -> Router<Shared> {
    let mut router = Router::new();
    for page in PAGES {
        let handler = (page.handler)();
        let handler = match page.sight {
            Some(_) => handler.layer(from_fn_with_state(
                (app.clone(), page.sight, app.settings.body_bytes as u64),
                gate,
            )),
            None => handler,
        };
        router = router.route(page.path, handler);
    }
    router
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ENDPOINTS;

    #[test]
    fn every_page_shows_an_answer_of_the_api_under_the_same_sight() {
        for page in PAGES {
            let Some(shows) = page.shows else { continue };
            let mut all = ENDPOINTS.iter();
            let endpoint = all.find(|one| one.method == "get" && one.path == shows);
            let endpoint = endpoint.unwrap_or_else(|| panic!("{}: no {shows}", page.path));
            assert_eq!(endpoint.sight, page.sight, "{}", page.path);
        }
    }
}
