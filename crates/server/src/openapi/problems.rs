//! Which problems an address may answer with, by what the table of addresses says of it: the statuses, and
//! the codes of the service's own. What the rules of a case refuse bears codes of theirs.

use super::media;
use crate::api::{ENDPOINTS, Endpoint, KEYED};
use crate::evidence;
use crate::problem::{Kind, title};
use axum::http::StatusCode;
use gridwhistle::domain::text::Language;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{Content, Ref, Response, ResponseBuilder};

/// Codes by status.
pub(super) type Problems = BTreeMap<u16, BTreeSet<&'static str>>;

/// Wherever somebody has to be known, and much is asked.
const EVERYWHERE: [Kind; 11] = [
    Kind::NotLoggedIn,
    Kind::OfficeNeeded,
    Kind::OfficeNotHeld,
    Kind::KeyScope,
    Kind::TimeNotAnswered,
    Kind::ParameterWrong,
    Kind::TooMany,
    Kind::IdentityAway,
    Kind::Overloaded,
    Kind::TookTooLong,
    Kind::Internal,
];
/// Where something is changed: by a session it has to come from a page of ours.
const CHANGES: [Kind; 1] = [Kind::CrossSite];
const BODY: [Kind; 2] = [Kind::ContentWrong, Kind::TooLarge];
const JSON: [Kind; 2] = [Kind::JsonSyntax, Kind::MediaType];
const FILE: [Kind; 4] = [
    Kind::BodyBrokenOff,
    Kind::FilesWaiting,
    Kind::MediaType,
    Kind::TooLarge,
];
/// Where a case stands that somebody has seen.
const VERSION: [Kind; 2] = [Kind::VersionMissing, Kind::StaleVersion];
/// Statuses of what the rules refuse: who asks, what is not there, the state, the content.
const OF_RULES: [u16; 4] = [403, 404, 409, 422];
/// Parameters that name what has to be there.
const NAMES: [&str; 4] = ["within", "grid", "matter", "version"];

/// Whether a body is sent there.
fn takes_body(endpoint: &Endpoint) -> bool {
    matches!(endpoint.method, "post" | "put")
}

/// The kinds of an address.
fn kinds(endpoint: &Endpoint) -> Vec<Kind> {
    let (path, changes) = (endpoint.path, endpoint.method != "get");
    let sent = takes_body(endpoint);
    let mut shapes = endpoint.body.iter().map(|shape| shape());
    let text = shapes.any(|shape| media(&shape) == "text/plain");
    let of_file = path == evidence::ADDRESS;
    let takes = |name: &str| endpoint.parameters.contains(&name);
    let in_path = |name: &str| path.contains(name);
    let named = in_path("{") || in_path("/proofs") || NAMES.into_iter().any(takes);
    let mut kinds = EVERYWHERE.to_vec();
    let mut add = |where_so: bool, some: &[Kind]| {
        if where_so {
            kinds.extend_from_slice(some);
        }
    };
    let refuses = endpoint.sight.is_some() || of_file || in_path("/incoming");
    add(refuses, &[Kind::NotPermitted]);
    add(named, &[Kind::NotFound]);
    let choices = ["{command}", "{order}", "{kind}"];
    add(choices.into_iter().any(in_path), &[Kind::AddressUnknown]);
    add(changes, &CHANGES);
    add(sent && !of_file, &BODY);
    add(sent && !of_file && !text, &JSON);
    add(of_file, &FILE);
    add(in_path("/evidence"), &[Kind::FilesAway, Kind::ImageDamaged]);
    add(in_path("{command}"), &VERSION);
    add(takes("cursor"), &[Kind::CursorWrong]);
    add(!endpoint.times.names().is_empty(), &[Kind::NotYet]);
    add(takes("format"), &[Kind::SheetFull, Kind::SheetFailed]);
    add(path == "/events/stream", &[Kind::FeedFull]);
    kinds
}

/// The problems of an address.
fn of(endpoint: &Endpoint) -> Problems {
    let mut problems = Problems::new();
    for kind in kinds(endpoint) {
        let codes = problems.entry(kind.status().as_u16()).or_default();
        codes.insert(kind.code());
    }
    if !takes_body(endpoint) {
        return problems;
    }
    // Commands and set-up are decided by rules.
    for status in OF_RULES {
        problems.entry(status).or_default();
    }
    if KEYED.contains(&endpoint.path) || endpoint.path.starts_with("/cases") {
        let codes = problems.entry(422).or_default();
        codes.insert("idempotency_key_reused");
    }
    problems
}

fn name(status: u16) -> String {
    format!("Problem{status}")
}

/// Says of an operation which problems it may answer with; answers them by status.
pub(super) fn said(
    mut operation: OperationBuilder,
    endpoint: &Endpoint,
) -> (OperationBuilder, Problems) {
    let problems = of(endpoint);
    for status in problems.keys() {
        let problem = Ref::from_response_name(name(*status));
        operation = operation.response(status.to_string(), problem);
    }
    (operation, problems)
}

/// One problem document.
pub(super) fn response(words: &str) -> Response {
    let problem = Ref::from_schema_name("Problem");
    ResponseBuilder::new()
        .description(words)
        .content("application/problem+json", Content::new(Some(problem)))
        .build()
}

/// The problems of all addresses, once for each status.
pub(super) fn all() -> impl Iterator<Item = (String, Response)> {
    let statuses = ENDPOINTS.iter().flat_map(of).map(|(status, _)| status);
    let statuses: BTreeSet<u16> = statuses.collect();
    statuses.into_iter().map(|status| {
        let known = StatusCode::from_u16(status).unwrap_or_default();
        let words = [Language::ZhCn, Language::En].map(|spoken| title(known, spoken));
        (name(status), response(&words.join(" ")))
    })
}
