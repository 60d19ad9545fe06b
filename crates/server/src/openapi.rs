//! What the interface says of itself: OpenAPI 3.1, put together from the table of addresses and the
//! types that stand behind them; and a page to browse it that needs no network.

mod command;
mod parameter;
mod problems;

use crate::api::{ENDPOINTS, Endpoint, KEYED};
use crate::app::Shared;
use crate::identity::limits::counted;
use crate::problem::Problem;
use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gridwhistle_sheets::Form;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref,
    RefOr, Required, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the page stands.
pub(crate) const PAGE: &str = "/api/docs";
/// Where the document stands.
pub(crate) const DOCUMENT: &str = "/api/v1/openapi.json";

/// The shape of a body: a schema of a name, and those that it speaks of.
pub(crate) struct Shape {
    name: String,
    schema: RefOr<Schema>,
    speaks_of: Vec<(String, RefOr<Schema>)>,
}

impl Shape {
    /// Of a type.
    pub(crate) fn of<T: ToSchema>() -> Self {
        let mut speaks_of = Vec::new();
        T::schemas(&mut speaks_of);
        Self {
            name: T::name().into_owned(),
            schema: T::schema(),
            speaks_of,
        }
    }
}

/// All schemas by name; two that differ under one name are a mistake that a test finds.
#[derive(Default)]
struct Shapes {
    all: BTreeMap<String, RefOr<Schema>>,
    #[cfg(test)]
    twice: Vec<String>,
}

impl Shapes {
    fn add(&mut self, shape: Shape) -> Ref {
        let reference = Ref::from_schema_name(&shape.name);
        for (name, schema) in shape.speaks_of {
            self.put(name, schema);
        }
        self.put(shape.name, shape.schema);
        reference
    }

    fn put(&mut self, name: String, schema: RefOr<Schema>) {
        #[cfg(test)]
        if self.all.get(&name).is_some_and(|known| *known != schema) {
            self.twice.push(name.clone());
        }
        self.all.insert(name, schema);
    }
}

/// The document, and the page to browse it: anybody may.
pub(crate) fn router(app: &Shared) -> Router<Shared> {
    let document = page().route(DOCUMENT, get(document));
    document.layer(from_fn_with_state(app.clone(), counted))
}

/// Answers the document, which is put together once.
async fn document() -> Response {
    static WRITTEN: OnceLock<Bytes> = OnceLock::new();
    let written = WRITTEN.get_or_init(|| {
        // It is made of texts and numbers, which JSON always takes.
        serde_json::to_vec(&written().0).unwrap_or_default().into()
    });
    ([(CONTENT_TYPE, "application/json")], written.clone()).into_response()
}

/// The page, from files within the program.
fn page() -> Router<Shared> {
    let config = Config::from(DOCUMENT).try_it_out_enabled(true);
    let page: Router<Shared> = SwaggerUi::new(PAGE).config(config).into();
    let policy = HeaderValue::from_static(
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    );
    page.layer(SetResponseHeaderLayer::overriding(
        CONTENT_SECURITY_POLICY,
        policy,
    ))
}

fn written() -> (OpenApi, Shapes) {
    let mut shapes = Shapes::default();
    let mut paths = PathsBuilder::new();
    for endpoint in ENDPOINTS {
        let commands = command::of(endpoint, &mut shapes);
        if commands.is_empty() {
            let path = format!("/api/v1{}", endpoint.path);
            let operation = operation(endpoint, &mut shapes).build();
            paths = paths.path(path, PathItem::new(method(endpoint), operation));
        }
        for (path, operation) in commands {
            paths = paths.path(path, PathItem::new(HttpMethod::Post, operation));
        }
    }
    shapes.add(Shape::of::<Problem>());
    // In a request a person is told in clear, and sealed before anything is kept.
    shapes
        .all
        .insert("Reporter".to_owned(), command::Person::schema());
    let mut components = ComponentsBuilder::new();
    for (name, schema) in &shapes.all {
        components = components.schema(name, schema.clone());
    }
    for (name, response) in problems::all() {
        components = components.response(name, response);
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let info = InfoBuilder::new()
        .title("网格哨 Gridwhistle")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    let document = OpenApiBuilder::new()
        .info(info)
        .paths(paths.build())
        .components(Some(components.security_scheme("bearer", bearer).build()))
        .security(Some([SecurityRequirement::new(
            "bearer",
            Vec::<String>::new(),
        )]))
        .build();
    (document, shapes)
}

const ABOUT: &str = "案件的上报、受理、吹哨、派单、办理、核查、销号，以及台账、超期清单与指标。时间一律为 RFC 3339；时长为整数分钟；错误为 RFC 9457。\n\n\
    Cases from report to sign-off, the ledger, overdue lists and figures. Instants are RFC 3339, durations whole minutes, errors RFC 9457 documents. \
    Questions take `as_of` and `known_at` where they say so, and refuse them elsewhere; an answer of the views says in `Log-Position` to which position of the log it is complete.";

fn method(endpoint: &Endpoint) -> HttpMethod {
    match endpoint.method {
        "post" => HttpMethod::Post,
        "put" => HttpMethod::Put,
        "delete" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

/// An operation without what only commands have.
fn operation(endpoint: &Endpoint, shapes: &mut Shapes) -> OperationBuilder {
    let (zh, en) = endpoint.about;
    let mut asked = parameter::of(endpoint.path, endpoint.parameters, endpoint.times);
    if endpoint.method == "post" && KEYED.contains(&endpoint.path) {
        asked.push(parameter::key());
    }
    let shape = (endpoint.answer)();
    let told_in = media(&shape);
    let answer = shapes.add(shape);
    let status = if endpoint.method == "post"
        && ["/cases", "/cases/report-handled", "/webhooks", "/keys"].contains(&endpoint.path)
    {
        "201"
    } else {
        "200"
    };
    let tag = endpoint.path.split('/').nth(1).unwrap_or_default();
    let mut answered = ResponseBuilder::new()
        .description(en)
        .content(told_in, Content::new(Some(answer)));
    if endpoint.parameters.contains(&"format") {
        for form in Form::ALL {
            let media = form.media().split(';').next().unwrap_or_default();
            answered = answered.content(media, Content::new(Some(parameter::binary())));
        }
    }
    let answered = answered.build();
    let sent = endpoint.body.first().map(|shape| {
        let shape = shape();
        let sent_in = media(&shape);
        body(sent_in, shapes.add(shape))
    });
    let sight = endpoint.sight.map_or("rules", |sight| sight.code());
    let (operation, problems) = problems::said(OperationBuilder::new(), endpoint);
    // One to a place: several are written in no order that holds.
    let said = |name: &str, what| Some(ExtensionsBuilder::new().add(name, what).build());
    let mut problem = problems::response("问题说明 a problem document");
    problem.extensions = said("x-problems", json!(problems));
    operation
        .tag(tag)
        .summary(Some(zh))
        .description(Some(en))
        .parameters(Some(asked))
        .request_body(sent)
        .response(status, answered)
        .response("default", problem)
        .extensions(said("x-sight", json!(sight)))
}

/// In what a body is written.
fn media(shape: &Shape) -> &'static str {
    match shape.name.as_str() {
        "String" => "text/plain",
        "EventStream" => "text/event-stream",
        _ => "application/json",
    }
}

/// A body that has to be sent.
fn body(
    media: &str,
    schema: impl Into<RefOr<Schema>>,
) -> utoipa::openapi::request_body::RequestBody {
    RequestBodyBuilder::new()
        .content(media, Content::new(Some(schema)))
        .required(Some(Required::True))
        .build()
}

type Operations = Vec<(String, Operation)>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_shapes_share_a_name_and_no_reference_leads_nowhere() {
        let (document, shapes) = written();
        let twice: BTreeSet<&String> = shapes.twice.iter().collect();
        assert!(twice.is_empty(), "{twice:?}");
        let text = serde_json::to_string(&document).unwrap();
        for part in text.split("\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(shapes.all.contains_key(name), "{name}");
        }
    }

    #[test]
    fn the_document_stands_in_the_reference() {
        let mut text = serde_json::to_string_pretty(&written().0).unwrap();
        text.push('\n');
        expect_test::expect_file!["../../../docs/reference/openapi.json"].assert_eq(&text);
    }

    #[test]
    fn every_command_that_people_give_has_an_address_with_its_own_body() {
        let (document, _) = written();
        let json = serde_json::to_value(&document).unwrap();
        for name in gridwhistle::domain::case::command::CommandName::ALL {
            let path = format!("/api/v1/cases/{{case}}/{name}");
            let known = crate::api::by_people(name.code()).is_some();
            let body = &json["paths"][&path]["post"]["requestBody"];
            assert_eq!(body.is_object(), known, "{path}");
        }
        let accept = &json["paths"]["/api/v1/cases/{case}/accept"]["post"]["requestBody"];
        let shape = &accept["content"]["application/json"]["schema"];
        assert!(shape["properties"]["class"].is_object(), "{shape}");
        assert!(shape["properties"]["command"].is_null(), "{shape}");
    }
}
