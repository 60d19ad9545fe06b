//! The pages: one table of their addresses, each with the address of the API whose answer it shows. A
//! handler asks the same function as the API's, and hands the answer to `gridwhistle-web`.

mod asker;
mod assets;
mod case;
mod command;
mod figures;
mod lists;
mod login;
mod mutual;
mod overview;
mod preferences;
mod scores;
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

macro_rules! pages {
    ($($path:literal $sight:expr, $shows:expr => $handler:expr;)*) => {
        /// Every page, in the order of the menu.
        const PAGES: &[Page] = &[$(Page {
            path: $path,
            sight: $sight,
            shows: $shows,
            handler: || $handler,
        }),*];
    };
}

pages! {
    "/" CASES, Some("/board") => get(overview::show);
    "/cases" CASES, Some("/cases") => get(lists::ledger);
    "/lists/{list}" CASES, Some("/lists/{list}") => get(lists::watch);
    "/cases/{case}" CASES, Some("/cases/{case}") => get(case::show);
    "/cases/{case}/do/{command}" CASES, None => get(command::form).post(command::give);
    "/cases/{case}/evaluations" CASES, Some("/cases/{case}/evaluations") => get(mutual::show);
    "/cases/{case}/evaluations/{leg}/{act}" CASES, None => post(mutual::give);
    "/reports/departments" FIGURES, Some("/reports/departments") => get(figures::departments);
    "/reports/departments/{unit}" FIGURES, Some("/reports/departments/{unit}") => get(figures::portrait);
    "/reports/areas" FIGURES, Some("/reports/areas") => get(figures::areas);
    "/reports/areas/{area}" FIGURES, Some("/reports/areas") => get(figures::area);
    "/reports/indicators" FIGURES, Some("/reports/indicators") => get(figures::indicators);
    "/reports/satisfaction" FIGURES, Some("/reports/satisfaction") => get(figures::satisfaction);
    "/evaluations" FIGURES, Some("/evaluations") => get(mutual::all);
    "/reports/matrix" FIGURES, Some("/reports/matrix") => get(mutual::pairs);
    "/reports/evaluations" FIGURES, Some("/reports/evaluations") => get(mutual::said);
    "/reports/ranking" FIGURES, Some("/reports/ranking") => get(figures::ranking);
    "/scores" FIGURES, Some("/scores") => get(scores::list).post(scores::publish);
    "/scores/{run}" FIGURES, Some("/scores/{run}") => get(scores::show);
    "/scores/{run}/changes" FIGURES, Some("/scores/{run}/changes") => get(scores::changes);
    "/explain/{figure}" FIGURES, Some("/explain/{figure}") => get(figures::explain);
    "/login" None, None => get(login::page).post(login::begin);
    "/logout" None, None => post(login::end);
    "/office" None, None => post(login::office);
    "/preferences" None, None => post(preferences::set);
    "/assets/{name}" None, None => get(assets::serve);
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
