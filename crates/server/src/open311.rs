//! Open311 GeoReport v2, for residents' apps (随手拍 first of all) and other cities: services, requests,
//! tokens, discovery, in XML and JSON.
//!
//! What is shown here anybody may see: of a report its matter, stage, due time and who is responsible; no
//! words of the reporter, no address, no person. Only what came in here is shown here. The specification
//! has an error form of its own, so nothing here is a problem document.

mod answer;
mod find;
pub(crate) mod report;
pub(crate) mod services;
pub(crate) mod settings;
mod track;

pub(crate) use answer::Refused;
pub(crate) use track::public;

use crate::app::Shared;
use crate::identity::limits::counted;
use crate::upload::{self, Photo, Shape};
use crate::words::language;
use answer::{Format, Node, Reply};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use gridwhistle::domain::text::Language;
use std::collections::BTreeMap;

/// The source that cases of this interface bear.
pub(crate) const SOURCE: &str = "open311";

/// Its addresses.
pub(crate) fn router(app: &Shared) -> Router<Shared> {
    Router::new()
        .route("/open311/discovery.json", get(discovery_json))
        .route("/open311/discovery.xml", get(discovery_xml))
        .route(
            "/open311/v2/{resource}",
            get(read)
                .post(write)
                .layer(DefaultBodyLimit::max(upload::MOST)),
        )
        .route("/open311/v2/{resource}/{name}", get(read_one))
        .route("/api/v1/public/services/{service}", get(services::show))
        .route("/api/v1/public/cases/{receipt}", get(track::show))
        .route("/api/v1/public/cases/{receipt}/proof", get(track::proof))
        .layer(from_fn_with_state(app.clone(), counted))
}

/// What a form with a photo may hold.
const FORM: Shape = Shape {
    texts: &[
        "api_key",
        "jurisdiction_id",
        "service_code",
        "description",
        "lat",
        "long",
        "address_string",
        "address_id",
        "first_name",
        "last_name",
        "phone",
        "email",
        "device_id",
        "account_id",
        "media_url",
        "attribute[anonymous]",
    ],
    file: "media",
};

/// Whether a report may come in at an address, with a photo: it has bounds of its own, of size and time.
pub(crate) fn brings_files(path: &str) -> bool {
    path.starts_with("/open311/v2/requests.")
}

/// The parameters of a question or a form.
pub(crate) struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// Of the fields of a page.
    pub(crate) fn of(pairs: &[(String, String)]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            fields.entry(name.clone()).or_default().push(value.clone());
        }
        Self(fields)
    }

    fn read(bytes: &[u8]) -> Self {
        Self::of(
            &form_urlencoded::parse(bytes)
                .into_owned()
                .collect::<Vec<_>>(),
        )
    }

    /// A value; an empty one is none.
    fn one(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.first()?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// All values, also those that commas separate.
    fn many(&self, name: &str) -> Vec<&str> {
        let all = self.0.get(name).into_iter().flatten();
        let all = all.flat_map(|value| value.split(','));
        all.map(str::trim).filter(|one| !one.is_empty()).collect()
    }
}

/// This tenant is the one jurisdiction.
fn jurisdiction(app: &Shared, fields: &Fields) -> Result<(), Refused> {
    match fields.one("jurisdiction_id") {
        Some(other) if other != app.engine.tenant() => Err(Refused::not_found(format!(
            "jurisdiction_id `{other}` was not found; accepted: {}",
            app.engine.tenant()
        ))),
        _ => Ok(()),
    }
}

/// `services.json`, `requests.xml`.
async fn read(
    State(app): State<Shared>,
    Path(resource): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Reply {
    let fields = Fields::read(query.unwrap_or_default().as_bytes());
    let (name, format) = answer::named(&resource);
    let told = async {
        jurisdiction(&app, &fields)?;
        match name {
            // Some clients look for it here.
            "discovery" => Ok(discovery(&app, &headers)),
            "services" => Ok(services::list(&app)),
            "requests" => find::list(&app, &fields).await,
            "servicerequestupdates" => find::updates(&app, &fields).await,
            _ => Err(Refused::not_found(format!("there is no `{name}`"))),
        }
    };
    Reply::of(format, told.await)
}

/// `services/CODE.json`, `requests/ID.xml`, `tokens/TOKEN.json`.
async fn read_one(
    State(app): State<Shared>,
    Path((resource, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Reply {
    let fields = Fields::read(query.unwrap_or_default().as_bytes());
    let (name, format) = answer::named(&name);
    let told = async {
        jurisdiction(&app, &fields)?;
        match resource.as_str() {
            "services" => services::one(&app, name),
            // The official contract writes it both ways.
            "requests" | "request" => find::one(&app, name, &fields).await,
            "tokens" => find::token(&app, name).await,
            _ => Err(Refused::not_found(format!("there is no `{resource}`"))),
        }
    };
    Reply::of(format, told.await)
}

/// `POST requests.json`: a form, or one with a photo in it (`media`, multipart/form-data).
async fn write(State(app): State<Shared>, Path(resource): Path<String>, request: Request) -> Reply {
    let (headers, of) = (request.headers().clone(), request.extensions().clone());
    let (name, format) = answer::named(&resource);
    let told = async {
        if name != "requests" {
            return Err(Refused::not_found(format!("nothing is sent to `{name}`")));
        }
        let (fields, photo) = sent(&app, request).await?;
        if let Err(refused) = jurisdiction(&app, &fields) {
            return report::kept(&app, language(&headers), Err(refused), photo)
                .await
                .map(|_| Node::Nothing);
        }
        report::report(&app, &headers, (&fields, photo)).await
    };
    let told = match told.await {
        // A key that is none is a login that failed.
        Err(refused) if refused.field == Some("api_key") => {
            let counted = app.identity.limits.failed(&headers, &of);
            Err(counted.map_or_else(report::told, |()| refused))
        }
        told => told,
    };
    Reply::of(format, told)
}

/// The fields of a form, those of the address with them, and the photo in it.
async fn sent(app: &Shared, request: Request) -> Result<(Fields, Photo), Refused> {
    // A key may stand in either.
    let query = request.uri().query().unwrap_or_default().to_owned();
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        let read = upload::read(app, request, &FORM).await;
        let (form, photo) = read.map_err(|error| report::trouble(&error, Language::En))?;
        pairs.extend(form);
        return Ok((Fields::of(&pairs), photo));
    }
    let most = app.settings.body_bytes;
    let form = axum::body::to_bytes(request.into_body(), most).await;
    let words = || format!("the form is too long; accepted: at most {most} bytes");
    let form = form.map_err(|_| Refused::wrong(words()))?;
    pairs.extend(form_urlencoded::parse(&form).into_owned());
    Ok((Fields::of(&pairs), None))
}

async fn discovery_json(State(app): State<Shared>, headers: HeaderMap) -> Reply {
    Reply::of(Some(Format::Json), Ok(discovery(&app, &headers)))
}

async fn discovery_xml(State(app): State<Shared>, headers: HeaderMap) -> Reply {
    Reply::of(Some(Format::Xml), Ok(discovery(&app, &headers)))
}

/// Where all this is (Service Discovery of Open311).
fn discovery(app: &Shared, headers: &HeaderMap) -> Node {
    let known = app.settings.open311.url.clone();
    let base = known.unwrap_or_else(|| {
        let host = headers.get("host").and_then(|host| host.to_str().ok());
        let scheme = if app.settings.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    });
    let changed = format!("gridwhistle {}", env!("CARGO_PKG_VERSION"));
    let endpoint = Node::object([
        (
            "specification",
            Node::text("http://wiki.open311.org/GeoReport_v2"),
        ),
        ("url", Node::text(format!("{base}/open311/v2"))),
        ("changeset", Node::text(&changed)),
        ("type", Node::text("production")),
        (
            "formats",
            Node::list("format", ["text/xml", "application/json"].map(Node::text)),
        ),
    ]);
    let discovery = Node::object([
        ("changeset", Node::text(&changed)),
        ("contact", Node::text(app.settings.open311.contact.clone())),
        (
            "key_service",
            Node::text("the security administrator of the city issues keys"),
        ),
        ("endpoints", Node::list("endpoint", [endpoint])),
    ]);
    Node::root("discovery", discovery)
}
