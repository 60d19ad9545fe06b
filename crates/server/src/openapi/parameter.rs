//! Parameters: what each name means and takes, once for all addresses.

use crate::ask::POSITION_MIN;
use crate::params::Times;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, Required};

/// Name, type, and what it means.
const MEANING: &[(&str, &str, &str)] = &[
    ("as_of", "string", "instant or position: as things stood"),
    ("known_at", "string", "instant or position: as it was known"),
    (
        "min_position",
        "integer",
        "wait until the answer holds this position",
    ),
    (
        "cursor",
        "string",
        "where the page begins, as the last answer gave it in `next`",
    ),
    ("limit", "integer", "rows of the page"),
    (
        "sort",
        "string",
        "by what rows are sorted; figures of a report take `-` before them for the other way round. What is no key is refused with those that are",
    ),
    (
        "window",
        "string",
        "2026, 2026-Q2, 2026-06, or from..before",
    ),
    (
        "format",
        "string",
        "json, csv or xlsx: a file holds the whole list, and who took it is on record",
    ),
    ("unclassed", "boolean", "only cases that have no class yet"),
    ("open_only", "boolean", "only cases that have not ended"),
    (
        "overdue",
        "boolean",
        "only cases whose clock runs past its due time",
    ),
    ("stage", "string", "stage codes, separated by commas"),
    (
        "reported_from",
        "string",
        "reported at or after this instant",
    ),
    ("reported_before", "string", "reported before this instant"),
    (
        "with",
        "integer",
        "the other run; without it, the events as they stand",
    ),
    ("within", "string", "a unit: it and what is below it"),
    ("domain", "string", "a domain of the catalogue"),
    ("old", "integer", "the size of an older checkpoint"),
    ("position", "integer", "a position of the log"),
    ("case", "string", "the id of a case"),
    (
        "after",
        "integer",
        "a position of the log: what comes after it",
    ),
    (
        "actor",
        "string",
        "who did it: the code of a person in office",
    ),
    (
        "before",
        "integer",
        "a position of the log: what comes before it",
    ),
    ("year", "integer", "a year"),
    ("type", "string", "names of facts, separated by commas"),
    ("id", "string", "the id of a subscriber"),
    ("purpose", "string", "contact, verify, callback, proxy"),
];

/// The parameters of an address: those in its path, its own, and those of the times that it answers.
pub(super) fn of(path: &str, own: &[&str], times: Times) -> Vec<Parameter> {
    let in_path = path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(parameter(name, ParameterIn::Path))
    });
    let asked = own.iter().chain(times.names());
    let asked = asked.map(|name| parameter(name, ParameterIn::Query));
    let waits = !times.names().is_empty();
    let header = waits.then(|| header(POSITION_MIN, "as min_position", false));
    in_path.chain(asked).chain(header).collect()
}

fn parameter(name: &str, place: ParameterIn) -> Parameter {
    let known = MEANING.iter().find(|(known, _, _)| *known == name);
    let (kind, meaning) = known.map_or(("string", None), |(_, kind, words)| (*kind, Some(*words)));
    let required = if matches!(place, ParameterIn::Path) {
        Required::True
    } else {
        Required::False
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(meaning)
        .schema(Some(schema(kind)))
        .build()
}

/// A header.
pub(super) fn header(name: &str, meaning: &str, required: bool) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(if required {
            Required::True
        } else {
            Required::False
        })
        .description(Some(meaning))
        .schema(Some(schema("string")))
        .build()
}

/// The key under which a repeat is known.
pub(super) fn key() -> Parameter {
    let meaning = "a UUID, or any text: a repeat gives the first answer";
    header("Idempotency-Key", meaning, false)
}

/// Bytes of another form.
pub(super) fn binary() -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .content_encoding("binary");
    RefOr::T(Schema::Object(object.build()))
}

fn schema(kind: &str) -> RefOr<Schema> {
    let kind = match kind {
        "integer" => Type::Integer,
        "boolean" => Type::Boolean,
        _ => Type::String,
    };
    let object = ObjectBuilder::new().schema_type(kind).build();
    RefOr::T(Schema::Object(object))
}
