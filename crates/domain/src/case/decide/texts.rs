//! What people write: bounded, and without the numbers that name a person (`DOMAIN.md` 6, PIPL).
//!
//! Texts of a case stand in clear in the log, in titles and lists; who reported stands sealed beside
//! them. Refuses nothing that machines write: hashes, sealed details, foreign cases.

use super::Desk;
use crate::case::command::CaseCommand;
use crate::case::record::ForeignCase;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::registry::holds_personal_number;
use serde_json::Value;

/// Fields in which people write words.
const WORDS: &[&str] = &[
    "agenda",
    "cause",
    "contact",
    "criteria",
    "description",
    "identity_check",
    "legal_basis",
    "materials",
    "means",
    "measure",
    "new_facts",
    "note",
    "papers",
    "place",
    "reason",
    "reply",
    "result",
    "what",
];
/// The longest code, number or hash, in characters.
const CODE_MAX: usize = 256;
/// The longest list of a command.
const LIST_MAX: usize = 200;

/// Checks every text and list of a command.
pub(super) fn check(desk: &Desk<'_>, command: &CaseCommand) -> Result<(), Refusal> {
    // The words of a foreign case are held to the dirt rules of its mapping; names, by which cases
    // are found and counted, have the bound of every code.
    if let CaseCommand::Import { case, .. } = command {
        return names(desk, case);
    }
    match serde_json::to_value(command) {
        Ok(value) => walk(desk, "", &value),
        Err(error) => Err(desk.refuse(Code::FieldMissing, error, "a command that is JSON")),
    }
}

fn names(desk: &Desk<'_>, case: &ForeignCase) -> Result<(), Refusal> {
    let unit = case.unit.as_ref().map(|unit| ("unit", unit.as_str()));
    let areas = case.areas.iter();
    let areas = areas.flat_map(|(level, area)| [("areas", level.as_str()), ("areas", area)]);
    let source = [("source", &case.source.source), ("id", &case.source.id)];
    let named = source.map(|(field, text)| (field, text.as_str()));
    let all = named.into_iter().chain([("matter", case.matter.as_str())]);
    all.chain(unit).chain(areas).try_for_each(|(field, text)| {
        let length = text.chars().count();
        let given = format!("{field}: {length}");
        desk.ensure(length <= CODE_MAX, Code::TextTooLong, given, CODE_MAX)
    })
}

fn walk(desk: &Desk<'_>, field: &str, value: &Value) -> Result<(), Refusal> {
    match value {
        Value::String(text) => written(desk, field, text),
        Value::Array(items) => {
            let given = format!("{field}: {}", items.len());
            desk.ensure(items.len() <= LIST_MAX, Code::ListTooLong, given, LIST_MAX)?;
            items.iter().try_for_each(|item| walk(desk, field, item))
        }
        Value::Object(fields) => {
            // What is sealed is read by nobody here.
            let mut open = fields.iter().filter(|(name, _)| *name != "details");
            open.try_for_each(|(name, value)| walk(desk, name, value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn written(desk: &Desk<'_>, field: &str, text: &str) -> Result<(), Refusal> {
    let words = WORDS.contains(&field);
    let max = if words {
        desk.policy()?.windows.description_max as usize
    } else {
        CODE_MAX
    };
    // The description says so in words of its own.
    if field != "description" {
        let length = text.chars().count();
        let given = format!("{field}: {length}");
        desk.ensure(length <= max, Code::TextTooLong, given, max)?;
    }
    let clean = !words || !holds_personal_number(text);
    let accepted = "words without them; the sealed details of the reporter";
    desk.ensure(clean, Code::PersonalNumber, field, accepted)
}

#[cfg(test)]
mod tests;
