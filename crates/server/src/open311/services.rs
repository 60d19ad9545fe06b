//! Services: the matters of the catalogue in force (网格事项清单).

use super::answer::{Node, Refused};
use crate::app::{App, Shared};
use crate::problem::{Issue, Trouble};
use axum::Json;
use axum::extract::{Path, State};
use gridwhistle::domain::catalogue::Matter;
use gridwhistle::domain::ids::MatterCode;
use gridwhistle::projections::models::Proposal;
use serde_json::Value;

/// The field in which a reporter says that nobody shall know them.
pub(super) const ANONYMOUS: &str = "anonymous";

/// `GET /public/services/{service}`: what would come of a report, as catalogue and policy have it.
pub(super) async fn show(
    State(app): State<Shared>,
    Path(service): Path<String>,
) -> Result<Json<Proposal>, Trouble> {
    let proposal = proposed(&app, &service);
    Ok(Json(proposal.ok_or_else(|| Issue::not_found(service))?))
}

/// The same for whoever shows it.
pub(crate) fn proposed(app: &App, service: &str) -> Option<Proposal> {
    let (reference, now) = (app.engine.reference(), app.engine.now());
    let matter = reference
        .catalogue
        .in_force(&MatterCode::new(service), now)?;
    Proposal::of(&reference, matter, None, now)
}

/// All services.
pub(super) fn list(app: &Shared) -> Node {
    let reference = app.engine.reference();
    let matters = reference.catalogue.all_in_force(app.engine.now());
    Node::root("services", Node::list("service", matters.map(service)))
}

fn service(matter: &Matter) -> Node {
    let guide = &matter.guide.zh;
    let description = if guide.is_empty() {
        &matter.name.zh
    } else {
        guide
    };
    let group = matter.domain.label().zh;
    Node::object([
        ("service_code", Node::text(matter.code.as_str())),
        ("service_name", Node::text(&matter.name.zh)),
        ("description", Node::text(description)),
        ("metadata", Node::Plain(Value::Bool(true))),
        ("type", Node::text("realtime")),
        (
            "keywords",
            Node::text(format!("{}, {}", matter.name.zh, matter.name.en)),
        ),
        ("group", Node::text(group)),
    ])
}

/// What a service asks for beyond what every report has.
pub(super) fn one(app: &Shared, code: &str) -> Result<Node, Refused> {
    let reference = app.engine.reference();
    let matter = reference
        .catalogue
        .in_force(&MatterCode::new(code), app.engine.now());
    let matter = matter.ok_or_else(|| unknown(code))?;
    let choice = |key: &str, name: &str| {
        Node::object([("key", Node::text(key)), ("name", Node::text(name))])
    };
    let attribute = Node::object([
        ("variable", Node::Plain(Value::Bool(true))),
        ("code", Node::text(ANONYMOUS)),
        ("datatype", Node::text("singlevaluelist")),
        ("required", Node::Plain(Value::Bool(false))),
        ("datatype_description", Node::text("")),
        ("order", Node::Plain(1.into())),
        (
            "description",
            Node::text("匿名上报：不留姓名与电话 (report without a name)"),
        ),
        (
            "values",
            Node::list("value", [choice("no", "否 no"), choice("yes", "是 yes")]),
        ),
    ]);
    Ok(Node::root(
        "service_definition",
        Node::object([
            ("service_code", Node::text(matter.code.as_str())),
            ("attributes", Node::list("attribute", [attribute])),
        ]),
    ))
}

pub(super) fn unknown(code: &str) -> Refused {
    Refused::not_found(format!(
        "service_code `{code}` was not found; accepted: a code of services"
    ))
    .of("service_code")
}
