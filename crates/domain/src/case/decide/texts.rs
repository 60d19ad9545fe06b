//! What people write: bounded, and without the numbers that name a person (`DOMAIN.md` 6, PIPL).
//!
//! Texts of a case stand in clear in the log, in titles and lists; who reported stands sealed beside
//! them. Refuses nothing that machines write: hashes, sealed details, foreign cases.

mod walk;

use super::Desk;
use crate::case::command::CaseCommand;
use crate::case::record::ForeignCase;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use crate::registry::holds_personal_number;

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
    walk::texts(desk, command)
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
        let given = format_args!("{field}: {length}");
        desk.ensure(length <= CODE_MAX, Code::TextTooLong, given, CODE_MAX)
    })
}

fn written(desk: &Desk<'_>, field: &str, text: &str) -> Result<(), Refusal> {
    let words = WORDS.contains(&field);
    let max = if words {
        desk.policy()?.windows.description_max as usize
    } else {
        CODE_MAX
    };
    // The description says so in words of its own. No text has more characters than bytes.
    if field != "description" && text.len() > max {
        let length = text.chars().count();
        let given = format_args!("{field}: {length}");
        desk.ensure(length <= max, Code::TextTooLong, given, max)?;
    }
    let clean = !words || !holds_personal_number(text);
    let accepted = "words without them; the sealed details of the reporter";
    desk.ensure(clean, Code::PersonalNumber, field, accepted)
}

#[cfg(test)]
mod tests;
