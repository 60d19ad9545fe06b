//! Every address of the service, and what stands around all of them.

use crate::app::Shared;
use crate::identity::limits;
use crate::operation::traces;
use crate::problem::{Issue, Trouble};
use crate::{api, evidence, open311, openapi, operation, overload, pages, problem};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::ServiceBuilder;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

/// By which a request is named, in its answer and on record.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// All addresses.
pub(crate) fn router(app: Shared) -> Router {
    let settings = app.settings.clone();
    let (api, pages) = (api::router(&app), pages::router(&app));
    let around = ServiceBuilder::new()
        .layer(SetSensitiveRequestHeadersLayer::new([
            header::AUTHORIZATION,
            header::COOKIE,
        ]))
        .layer(middleware::from_fn(only_ids))
        .layer(middleware::from_fn(named_host))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // What failed is told where its problem is known.
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(traces::span)
                .on_request(())
                .on_response(traces::answered)
                .on_failure(()),
        )
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(CompressionLayer::new())
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // With `no-referrer` a browser would hide the origin of our own forms, too.
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        // What may be kept says so itself.
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(option_layer(settings.tls.is_some().then(|| {
            // Who came by an encrypted line comes by one for a year. Behind a proxy that encrypts it is
            // the proxy's to say.
            fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")
        })))
        .layer(fixed(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ))
        .layer(middleware::from_fn_with_state(app.clone(), problem::tell))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(
            app.clone(),
            limits::anonymous,
        ))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            overload::bounded,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), in_time))
        .layer(DefaultBodyLimit::max(settings.body_bytes));
    Router::new()
        .nest("/api/v1", api)
        .merge(open311::router(&app))
        .route("/livez", get(operation::live))
        .route("/readyz", get(operation::ready))
        .route("/metrics", get(operation::scrape))
        .merge(pages)
        .merge(openapi::router(&app))
        .fallback(async || Trouble::from(Issue::address_unknown()))
        .route_layer(middleware::from_fn(operation::measure))
        .layer(around)
        .with_state(app)
}

/// A request keeps the id that its sender gave it, if that is one: it stands in the log, where nobody
/// else writes words of their own.
async fn only_ids(mut request: Request, next: Next) -> Response {
    let is_id = |id: &HeaderValue| {
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let bytes = id.as_bytes();
        (1..=64).contains(&bytes.len())
            && bytes.iter().all(part)
            && bytes.iter().any(u8::is_ascii_alphabetic)
    };
    let headers = request.headers_mut();
    if headers.get(REQUEST_ID).is_some_and(|id| !is_id(id)) {
        headers.remove(REQUEST_ID);
    }
    next.run(request).await
}

/// The host that is asked stands in `Host`, also where the request names it in its address, as every one
/// of HTTP/2 does (RFC 9113 8.3.1): by it a form of ours is told from one of another site.
async fn named_host(mut request: Request, next: Next) -> Response {
    let named = request.uri().authority();
    let named = named.and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(host) = named {
        request.headers_mut().insert(header::HOST, host);
    }
    next.run(request).await
}

/// Whether files come in at an address.
pub(crate) fn brings_files(path: &str) -> bool {
    path.strip_prefix("/api/v1") == Some(evidence::ADDRESS)
        || pages::brings_files(path)
        || open311::brings_files(path)
}

/// An answer takes no longer than the settings say; a file may take longer to come in.
async fn in_time(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let settings = &app.settings;
    let time = if brings_files(request.uri().path()) {
        settings.evidence.time()
    } else {
        settings.answer_time()
    };
    let answer = tokio::time::timeout(time, next.run(request)).await;
    answer.unwrap_or_else(|_| StatusCode::GATEWAY_TIMEOUT.into_response())
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
