//! Answers that somebody has already: a weak `ETag` on every question that says its position, and 304
//! where nothing changed.
//!
//! An answer is of a position of the views, a minute (what is due changes with time alone), an office, a
//! language and an address. So a list that is asked for again and again costs no reading.

use crate::app::Shared;
use crate::ask::POSITION;
use crate::caller::Caller;
use crate::words::language;
use axum::extract::{OriginalUri, Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// What an answer depends on beside its address.
const VARIES: &str = "authorization, cookie, gridwhistle-office, accept, accept-language";

/// Answers 304 to who has the answer, and tells everybody else what to show next time.
pub(crate) async fn unchanged(State(app): State<Shared>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let of = asked(&app, &request);
    let held = request.headers().get(IF_NONE_MATCH);
    let held = held.and_then(|held| held.to_str().ok().map(str::to_owned));
    if let Some(held) = &held
        && let Ok(position) = app.engine.questions().position().await
    {
        let tag = tag(position, &of);
        if held.split(',').any(|one| one.trim() == tag) {
            let mut headers = HeaderMap::new();
            told(&mut headers, &tag);
            headers.insert(POSITION, HeaderValue::from(position));
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let position = headers.get(POSITION);
    let position = position.and_then(|position| position.to_str().ok()?.parse().ok());
    // What has a version of its own keeps it, and what is not to be kept is not.
    let own = headers.contains_key(ETAG) || headers.contains_key(CACHE_CONTROL);
    if let (Some(position), false) = (position, own) {
        told(headers, &tag(position, &of));
    }
    response
}

fn told(headers: &mut HeaderMap, tag: &str) {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(VARY, HeaderValue::from_static(VARIES));
}

fn tag(position: u64, of: &str) -> String {
    format!("W/\"p{position}-{of}\"")
}

/// Everything but the position: the beginning of a digest.
fn asked(app: &Shared, request: &Request) -> String {
    let of = request.extensions();
    let address = of.get::<OriginalUri>().map_or(request.uri(), |uri| &uri.0);
    let accept = request.headers().get(ACCEPT);
    let caller = of.get::<Caller>().map(|Caller(actor)| actor.signature());
    let minute = app.engine.now().timestamp().div_euclid(60);
    let mut digest = Sha256::new();
    for part in [
        address.to_string().as_bytes(),
        caller.unwrap_or_default().as_bytes(),
        accept.map_or(&b""[..], HeaderValue::as_bytes),
        format!("{:?}", language(request.headers())).as_bytes(),
        &minute.to_be_bytes(),
    ] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest = hex::encode(digest.finalize());
    digest.get(..16).unwrap_or(&digest).to_owned()
}
