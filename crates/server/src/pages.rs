//! The pages: one table of their addresses, each with the address of the API whose answer it shows. A
//! handler asks the same function as the API's, and hands the answer to `gridwhistle-web`.

mod admin;
mod asker;
mod assets;
mod audit;
mod case;
mod command;
mod lists;
mod login;
mod overview;
mod preferences;
mod sent;
mod trouble;

pub(crate) use trouble::of as told;

use crate::app::Shared;
use crate::caller::Caller;
use crate::permission::gate;
use crate::problem::Trouble;
use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
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
const AUDIT: Option<Sight> = Some(Sight::Audit);
const SYSTEM: Option<Sight> = Some(Sight::System);
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
    page("/audit", AUDIT, Some("/seal"), || get(audit::seal)),
    page("/audit/events", AUDIT, None, || get(audit::events)),
    page(
        "/audit/events/{position}",
        AUDIT,
        Some("/proofs/{position}"),
        || get(audit::event),
    ),
    page("/audit/exports", AUDIT, Some("/exports"), || {
        get(audit::exports)
    }),
    page("/audit/reads", AUDIT, Some("/reads"), || get(audit::reads)),
    page(
        "/audit/administration",
        AUDIT,
        Some("/administration"),
        || get(audit::acts),
    ),
    page("/audit/consistency", AUDIT, None, || {
        get(audit::consistency)
    }),
    page("/audit/verify", AUDIT, None, || {
        get(audit::form).post(audit::verify)
    }),
    page("/admin", SYSTEM, Some("/operation"), || {
        get(admin::operation)
    }),
    page("/admin/registry", SYSTEM, None, || {
        get(admin::registry).post(admin::import)
    }),
    page("/admin/webhooks", SYSTEM, Some("/webhooks"), || {
        get(admin::webhooks).post(admin::add)
    }),
    page(
        "/admin/webhooks/{id}",
        SYSTEM,
        Some("/webhooks/{id}"),
        || get(admin::webhook),
    ),
    page("/admin/webhooks/{id}/{order}", SYSTEM, None, || {
        post(admin::order)
    }),
    page("/admin/keys", None, Some("/keys"), || {
        get(admin::keys).post(admin::issue)
    }),
    page("/admin/keys/{id}/revoke", None, None, || {
        post(admin::revoke)
    }),
    page("/admin/policies", REFERENCE, Some("/policies"), || {
        get(admin::policies)
    }),
    page("/admin/policies/check", SYSTEM, None, || post(admin::check)),
    page("/admin/policies/publish", SYSTEM, None, || {
        post(admin::publish)
    }),
    page(
        "/admin/policies/{version}",
        REFERENCE,
        Some("/policies/{version}"),
        || get(admin::policy),
    ),
    page("/admin/calendars", REFERENCE, Some("/calendar"), || {
        get(admin::calendar)
    }),
    page("/admin/people", REFERENCE, Some("/people"), || {
        get(admin::people)
    }),
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
        let handler = if page.path == "/" {
            handler.layer(from_fn_with_state(app.clone(), begin))
        } else {
            handler
        };
        router = router.route(page.path, handler);
    }
    router
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
            assert_eq!(endpoint.sight, page.sight, "{}", page.path);
        }
    }
}
