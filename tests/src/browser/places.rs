//! Which pages are walked over, and by whom.

use crate::city::case;
use crate::city::people::{auditor, dispatcher, street, supervisor, water};
use crate::http::staff::{account, administrator, keeper};
use gridwhistle::domain::ids::CaseId;
use serde_json::{Value, json};

/// The pages of the dispatcher and of residents.
pub(super) fn all(id: CaseId, moments: &[String], run: u64, receipt: &str) -> Vec<String> {
    let plain = [
        "/",
        "/?wall=1",
        "/?wall=2",
        "/cases",
        "/cases?text=nothing",
        "/lists/overdue",
        "/lists/suspended",
        "/evaluations?state=form",
        "/evaluations",
        "/reports/matrix",
        "/reports/evaluations",
        "/reports/departments",
        "/reports/departments?window=2020",
        "/explain/filed",
        "/reports/areas?level=community",
        "/reports/indicators?by=city",
        "/reports/indicators?by=street",
        "/reports/satisfaction",
        "/reports/ranking",
        "/scores",
        "/map",
        "/map?level=grid&figure=overdue",
        "/map?within=S-1",
        "/matters",
        "/matters?text=nothing",
        "/matters/environment.leak",
        "/login",
        "/whistle",
        "/whistle?matter=environment.leak&grid=G-1",
        "/report",
        "/report?matter=environment.leak",
        "/report?q=nothing",
        "/track",
    ];
    let (water, street) = (water().unit, street().unit);
    let mut all: Vec<String> = plain.into_iter().map(str::to_owned).collect();
    all.extend(moments.iter().map(|then| format!("/cases/{id}?{then}")));
    all.extend([
        format!("/cases/{id}"),
        format!("/cases/{}", case(5)),
        format!("/cases/{}/evaluations", case(5)),
        format!("/cases/{id}/do/dispatch"),
        format!("/cases/{id}/do/urge"),
        format!("/cases/{id}/do/respond"),
        format!("/reports/departments/{water}"),
        format!("/reports/areas/{street}"),
        format!("/explain/on_time?unit={water}"),
        format!("/explain/score?unit={water}"),
        format!("/explain/mutual?unit={water}"),
        format!("/scores/{run}"),
        format!("/scores/{run}/changes"),
        format!("/track/{receipt}"),
    ]);
    all
}

/// Pages of which it is held what a screen reader is told, and by which name.
pub(super) fn snapshots(id: CaseId) -> Value {
    let (water, second) = (water().unit, case(5));
    json!({
        "/": "overview",
        "/cases": "ledger",
        "/lists/overdue": "overdue",
        (format!("/cases/{id}")): "case",
        (format!("/cases/{second}/evaluations")): "evaluations",
        (format!("/cases/{id}/do/respond")): "respond",
        "/reports/matrix": "matrix",
        (format!("/reports/departments/{water}")): "portrait",
        "/reports/ranking": "ranking",
        "/map": "map",
        "/matters/environment.leak": "matter",
        "/login": "login",
        "/whistle?matter=environment.leak&grid=G-1": "whistle",
        "/report?matter=environment.leak": "report",
    })
}

/// The pages that the dispatcher does not see, by who does.
pub(super) fn visits() -> Value {
    let audit = [
        "/audit",
        "/audit/events",
        "/audit/events?type=Nothing",
        "/audit/events/20",
        "/audit/exports",
        "/audit/reads",
        "/audit/administration",
        "/audit/verify",
    ];
    let admin = [
        "/admin",
        "/admin/registry",
        "/admin/webhooks",
        "/admin/policies",
        "/admin/policies/default-2026.1",
        "/admin/calendars",
        "/admin/calendars?year=2027",
        "/admin/people",
        "/admin/people?within=C-2",
    ];
    json!([
        { "person": auditor().person, "pages": audit },
        { "person": administrator().person, "pages": admin },
        { "person": keeper().person, "pages": ["/admin/keys"] },
    ])
}

/// What is refused, what fails, and what forms answer, by who meets it; nobody: a resident. Each with the
/// status that it has, and where a form is sent, with the button that sends it and what is filled in.
pub(super) fn others(id: CaseId, evaluated: CaseId, hook: &str, policy: &str) -> Value {
    let primary = "main form.command button.primary";
    let desk = [
        json!({ "path": "/no-such-page", "status": 404 }),
        json!({ "path": "/cases/x", "status": 404 }),
        json!({ "path": "/audit", "status": 403 }),
        json!({ "path": "/cases?sort=wrong", "status": 400 }),
        json!({ "path": format!("/cases/{id}/do/urge"), "press": primary, "status": 422 }),
        json!({ "path": "/whistle?matter=environment.leak&grid=G-1", "press": "main form[method=post] button.primary", "status": 422 }),
    ];
    let seal = format!("/cases/{}/evaluations", case(5));
    let of_department = [
        json!({ "path": seal, "press": primary, "status": 409 }),
        json!({ "path": format!("/cases/{evaluated}/evaluations"), "status": 200 }),
    ];
    let check = "main form.prove button.primary";
    let admin = [
        json!({ "path": format!("/admin/webhooks/{hook}"), "status": 200 }),
        json!({ "path": "/admin/webhooks", "press": primary, "status": 422 }),
        json!({ "path": "/admin/policies", "press": check, "fill": { "text": policy }, "status": 200 }),
        json!({ "path": "/admin/policies", "press": check, "fill": { "text": "version = " }, "status": 422 }),
        json!({ "path": "/admin/registry", "press": "main form button.primary", "fill": { "text": "nothing" }, "status": 422 }),
    ];
    let decide = [
        json!({ "path": format!("/cases/{evaluated}/evaluations"), "status": 200 }),
        json!({ "path": "/scores", "status": 200 }),
    ];
    let resident = [
        json!({ "path": "/track/gwr-short", "status": 404 }),
        json!({ "path": "/verify", "status": 200 }),
        json!({ "path": "/report?matter=environment.leak", "press": "main form.report .primary", "status": 201,
            "fill": { "description": "水从楼上漏下来", "address_id": "G-1" } }),
        json!({ "path": "/problems/leg_stage_wrong", "status": 200 }),
    ];
    json!([
        { "person": dispatcher().person, "pages": desk },
        { "person": water().person, "pages": of_department },
        { "person": administrator().person, "pages": admin },
        { "person": keeper().person, "pages": [{ "path": "/admin/keys", "press": primary, "status": 422 }] },
        { "person": supervisor().person, "pages": decide },
        { "person": null, "pages": resident },
        { "person": null, "session": account().person, "pages": [{ "path": "/cases", "status": 200 }] },
    ])
}
