//! Commands: one address each, its body the domain's own command without its name.

use super::{Operations, Shape, Shapes, body, operation, parameter};
pub(super) use crate::api::Person;
use crate::api::{Endpoint, by_people};
use gridwhistle::domain::case::command::{CaseCommand, CommandName};
use gridwhistle::domain::policy::words;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The operations of an address that stands for commands; empty for any other.
pub(super) fn of(endpoint: &Endpoint, shapes: &mut Shapes) -> Operations {
    let names: Vec<CommandName> = match endpoint.path {
        "/cases/{case}/{command}" => {
            let all = CommandName::ALL.iter().copied();
            all.filter(|name| by_people(name.code()).is_some())
                .collect()
        }
        "/cases/report-handled" => vec![CommandName::ReportHandled],
        "/cases" if endpoint.method == "post" => vec![CommandName::Report],
        _ => return Vec::new(),
    };
    shapes.add(Shape::of::<CaseCommand>());
    // The union of all commands is nobody's body.
    shapes.all.remove(&*<CaseCommand as ToSchema>::name());
    let all = contents();
    let to_a_case = endpoint.path.contains("{case}");
    let of_one = |name: CommandName| {
        let content = all.iter().find(|(known, _)| *known == name);
        let content = content.map(|(_, content)| content.clone())?;
        let label = words::command(name);
        let mut operation = operation(endpoint, shapes);
        operation = operation
            .summary(Some(label.zh))
            .description(Some(label.en))
            .operation_id(Some(name.code()))
            .request_body(Some(body(
                "application/json",
                RefOr::T(Schema::Object(content)),
            )));
        for header in headers(to_a_case) {
            operation = operation.parameter(header);
        }
        let mut operation = operation.build();
        if let Some(asked) = &mut operation.parameters {
            let is_name =
                |one: &RefOr<Parameter>| matches!(one, RefOr::T(one) if one.name == "command");
            asked.retain(|one| !is_name(one));
        }
        let path = format!("/api/v1{}", endpoint.path.replace("{command}", name.code()));
        Some((path, operation))
    };
    names.into_iter().filter_map(of_one).collect()
}

fn headers(to_a_case: bool) -> Vec<Parameter> {
    let mut headers = vec![
        parameter::key(),
        parameter::header(
            "Gridwhistle-Office",
            "ROLE/UNIT, for who holds several offices",
            false,
        ),
    ];
    if to_a_case {
        headers.push(parameter::header(
            "If-Match",
            "the version of the case that was seen, `\"17\"`; or `*`",
            true,
        ));
    }
    headers
}

/// The content of every command, without its name.
fn contents() -> Vec<(CommandName, Object)> {
    let RefOr::T(Schema::OneOf(union)) = CaseCommand::schema() else {
        return Vec::new();
    };
    let variants = union.items.into_iter().filter_map(|variant| {
        let RefOr::T(Schema::Object(mut object)) = variant else {
            return None;
        };
        let RefOr::T(Schema::Object(tag)) = object.properties.remove("command")? else {
            return None;
        };
        object.required.retain(|field| field != "command");
        // The derive names a variant as the code does, for it cannot read the table of codes.
        let variant = tag.enum_values?.into_iter().next()?;
        let mut all = CommandName::ALL.iter();
        let name = all.find(|name| variant == format!("{name:?}"))?;
        Some((*name, object))
    });
    variants.collect()
}
