//! The pages: one table of their addresses, each with the address of the API whose answer it shows. A
//! handler asks the same function as the API's, and hands the answer to `gridwhistle-web`.

mod admin;
mod asker;
mod assets;
mod audit;
mod case;
mod city;
mod command;
mod figures;
mod file;
mod lists;
mod login;
mod mutual;
mod overview;
mod preferences;
mod problem;
mod report;
mod scores;
mod sent;
mod track;
mod trouble;
mod views;
mod whistle;

pub(crate) use trouble::of as told;

use crate::app::Shared;
use crate::caller::Caller;
use crate::open311::counted;
use crate::permission::gate;
use crate::problem::Trouble;
use crate::upload;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use gridwhistle::domain::authority::Sight;

/// Who is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// Who may see this.
    Of(Sight),
    /// Everybody, so many times by address: residents.
    Residents,
    /// The page says itself.
    Itself,
}

/// One address of a page.
struct Page {
    path: &'static str,
    door: Door,
    /// The address under `/api/v1` whose answer it shows; none: it has none of its own.
    shows: Option<&'static str>,
    handler: fn() -> MethodRouter<Shared>,
}

const CASES: Door = Door::Of(Sight::Cases);
const FIGURES: Door = Door::Of(Sight::Figures);
const AUDIT: Door = Door::Of(Sight::Audit);
const SYSTEM: Door = Door::Of(Sight::System);
const REFERENCE: Door = Door::Of(Sight::Reference);
const RESIDENTS: Door = Door::Residents;
const ITSELF: Door = Door::Itself;

macro_rules! pages {
    ($($path:literal $door:expr, $shows:expr => $handler:expr;)*) => {
        /// Every page, in the order of the menu.
        const PAGES: &[Page] = &[$(Page {
            path: $path,
            door: $door,
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
    "/whistle" CASES, Some("/matters/{matter}/proposal") => get(whistle::show).post(whistle::send);
    "/map" FIGURES, Some("/map") => get(city::map);
    "/matters" REFERENCE, Some("/matters") => get(city::matters);
    "/matters/{matter}" REFERENCE, Some("/matters/{matter}") => get(city::matter);
    "/audit" AUDIT, Some("/seal") => get(audit::seal);
    "/audit/events" AUDIT, None => get(audit::events);
    "/audit/events/{position}" AUDIT, Some("/proofs/{position}") => get(audit::event);
    "/audit/exports" AUDIT, Some("/exports") => get(audit::exports);
    "/audit/reads" AUDIT, Some("/reads") => get(audit::reads);
    "/audit/administration" AUDIT, Some("/administration") => get(audit::acts);
    "/audit/consistency" AUDIT, None => get(audit::consistency);
    "/audit/verify" AUDIT, None => get(audit::form).post(audit::verify);
    "/admin" SYSTEM, Some("/operation") => get(admin::operation);
    "/admin/registry" SYSTEM, None => get(admin::registry).post(admin::import);
    "/admin/webhooks" SYSTEM, Some("/webhooks") => get(admin::webhooks).post(admin::add);
    "/admin/webhooks/{id}" SYSTEM, Some("/webhooks/{id}") => get(admin::webhook);
    "/admin/webhooks/{id}/{order}" SYSTEM, None => post(admin::order);
    "/admin/keys" ITSELF, Some("/keys") => get(admin::keys).post(admin::issue);
    "/admin/keys/{id}/revoke" ITSELF, None => post(admin::revoke);
    "/admin/policies" REFERENCE, Some("/policies") => get(admin::policies);
    "/admin/policies/check" SYSTEM, None => post(admin::check);
    "/admin/policies/publish" SYSTEM, None => post(admin::publish);
    "/admin/policies/{version}" REFERENCE, Some("/policies/{version}") => get(admin::policy);
    "/admin/calendars" REFERENCE, Some("/calendar") => get(admin::calendar);
    "/admin/people" REFERENCE, Some("/people") => get(admin::people);
    "/report" RESIDENTS, None => get(report::show).post(report::send);
    "/track" RESIDENTS, None => get(track::ask);
    "/track/{receipt}" RESIDENTS, None => get(track::show);
    "/verify" RESIDENTS, None => get(audit::public_form).post(audit::public_verify);
    "/problems/{code}" RESIDENTS, None => get(problem::show);
    "/login" ITSELF, None => get(login::page).post(login::begin);
    "/logout" ITSELF, None => post(login::end);
    "/office" ITSELF, None => post(login::office);
    "/preferences" ITSELF, None => post(preferences::set);
    "/views" ITSELF, None => post(views::set);
    "/assets/{name}" ITSELF, None => get(assets::serve);
}

/// What htmx names as the source of what a page asks for to follow the feed: its content.
const FOLLOWS: &str = "main#main";

/// Forms at this address bring files: they have bounds of their own, of size and of time.
pub(crate) fn brings_files(path: &str) -> bool {
    let command = path.starts_with("/cases/") && path.contains("/do/");
    command || path == report::ADDRESS || path == whistle::ADDRESS
}

/// The pages; those that show something of the city stand behind the same gate as its answer.
pub(crate) fn router(app: &Shared) -> Router<Shared> {
    let mut router = Router::new();
    for page in PAGES {
        let handler = (page.handler)();
        let (handler, most) = if brings_files(page.path) {
            let bound = DefaultBodyLimit::max(upload::MOST);
            (handler.layer(bound), upload::MOST)
        } else {
            (handler, app.settings.body_bytes)
        };
        let handler = match page.door {
            Door::Of(sight) => handler
                .layer(from_fn_with_state(
                    (app.clone(), Some(sight), most as u64),
                    gate,
                ))
                .layer(from_fn_with_state(app.clone(), renewed)),
            Door::Residents => handler.layer(from_fn_with_state(app.clone(), counted)),
            Door::Itself => handler,
        };
        let handler = if page.path == "/" {
            handler.layer(from_fn_with_state(app.clone(), begin))
        } else {
            handler
        };
        router = router.route(page.path, handler);
    }
    router
}

/// A session lasts on while its person asks for pages. What a page asks for by itself, to follow the feed,
/// is no use of it: that would keep a desk logged in which somebody has left.
async fn renewed(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let source = request.headers().get("hx-source");
    let now = app.engine.now();
    let session = app.identity.sessions.of(request.headers(), now);
    let session = session.filter(|_| source.is_none_or(|source| source != FOLLOWS));
    let mut answer = next.run(request).await;
    let well = answer.status().is_success() || answer.status().is_redirection();
    let renewed = session.and_then(|session| session.renewed(now));
    if let Some(renewed) = renewed.filter(|_| well)
        && let Some(cookie) = app.identity.sessions.set(&renewed, now)
    {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

/// Who sees no case begins with the first page that their office has.
async fn begin(
    State(app): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    let (mut parts, body) = request.into_parts();
    let Caller(actor) = Caller::from_request_parts(&mut parts, &app).await?;
    match gridwhistle_web::home(actor.role) {
        "/" => Ok(next.run(Request::from_parts(parts, body)).await),
        other => Ok(asker::onward(other)),
    }
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
            let sight = endpoint.sight.map_or(Door::Itself, Door::Of);
            assert_eq!(sight, page.door, "{}", page.path);
        }
    }
}
