//! What the service does, told to a collector of traces (OpenTelemetry): one span a request, one a
//! command within it, joined to the caller's own trace (W3C Trace Context). Addresses stand in it as
//! routes, without what is filled in, and no parameter and no person is named.

use crate::settings::TraceSettings;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::{HeaderMap, Request, Response};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use std::time::Duration;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer};

/// How long the collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);

/// The line to a collector; spans that wait are sent when it ends.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Opens it; the collector is asked only when there is something to tell.
    ///
    /// # Errors
    /// What of the address cannot be taken.
    pub fn open(settings: &TraceSettings) -> Result<Self, String> {
        // The exporter makes a client of its own; a host that chose a provider keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(settings.endpoint.clone())
            .with_timeout(PATIENCE)
            .build();
        let share = f64::from(settings.percent) / 100.0;
        // Who asks with a trace of their own has decided already.
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share)));
        let resource = Resource::builder().with_service_name("gridwhistle");
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter.map_err(|error| error.to_string())?)
            .with_sampler(sampler)
            .with_resource(resource.build())
            .build();
        Ok(Self(provider))
    }

    /// What tells spans of this service to it.
    #[must_use]
    pub fn layer<S>(&self) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let only_ours = EnvFilter::default()
            .add_directive(LevelFilter::OFF.into())
            .add_directive(ours());
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("gridwhistle"))
            .with_filter(only_ours)
            .boxed()
    }

    /// Sends what waits, and ends.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last traces did not reach their collector");
        }
    }
}

fn ours() -> tracing_subscriber::filter::Directive {
    let ours = concat!(env!("CARGO_CRATE_NAME"), "=info").parse();
    ours.unwrap_or_else(|_| LevelFilter::INFO.into())
}

/// The span of a request, within the caller's trace if it has one.
pub(crate) fn span(request: &Request<Body>) -> Span {
    let method = request.method().as_str();
    let span = tracing::info_span!(
        "request",
        otel.name = method,
        otel.kind = "server",
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
    );
    let context = TraceContextPropagator::new().extract(&Carried(request.headers()));
    // Where nobody listens there is nothing to join.
    let _ = span.set_parent(context);
    span
}

/// What came of it.
pub(crate) fn answered<B>(response: &Response<B>, _: Duration, span: &Span) {
    span.record("http.response.status_code", response.status().as_u16());
}

/// The route is known only once the router has found it.
pub(crate) fn routed(path: &MatchedPath) {
    Span::current().record("http.route", path.as_str());
}

struct Carried<'a>(&'a HeaderMap);

impl Extractor for Carried<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}
