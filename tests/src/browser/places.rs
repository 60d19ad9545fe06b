//! Which pages are walked over, and by whom.

use crate::city::case;
use crate::city::people::{auditor, street, water};
use crate::http::staff::{administrator, keeper};
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
