//! The mapping as it is written, before anything is understood.

use super::problem::{MappingProblem, line_of};
use gridwhistle_domain::text::{reader_in_chinese, reader_parts};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A text and where it stands.
pub(super) type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMapping {
    pub(super) source: Word,
    #[serde(default)]
    pub(super) delimiter: Option<Word>,
    pub(super) time: RawTime,
    pub(super) columns: RawColumns,
    #[serde(default)]
    pub(super) areas: BTreeMap<Word, Word>,
    pub(super) class: Spanned<RawClass>,
    #[serde(default)]
    pub(super) status: Option<RawStatus>,
    #[serde(default)]
    pub(super) on_time: Option<RawFlag>,
    #[serde(default)]
    pub(super) verdict: Option<RawVerdict>,
    #[serde(default)]
    pub(super) location: Option<RawLocation>,
    #[serde(default)]
    pub(super) missing: BTreeMap<Word, Vec<String>>,
    #[serde(default)]
    pub(super) values: BTreeMap<Word, BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTime {
    pub(super) zone: Word,
    pub(super) formats: Spanned<Vec<Word>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawColumns {
    pub(super) id: Word,
    pub(super) created: Word,
    #[serde(default)]
    pub(super) due: Option<Word>,
    #[serde(default)]
    pub(super) closed: Option<Word>,
    #[serde(default)]
    pub(super) unit: Option<Word>,
    #[serde(default)]
    pub(super) unit_id: Option<Word>,
    #[serde(default)]
    pub(super) matter: Vec<Word>,
    #[serde(default)]
    pub(super) title: Vec<Word>,
    #[serde(default)]
    pub(super) place: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClass {
    #[serde(default)]
    pub(super) constant: Option<Word>,
    #[serde(default)]
    pub(super) column: Option<Word>,
    #[serde(default)]
    pub(super) values: BTreeMap<String, Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStatus {
    pub(super) column: Word,
    pub(super) open: Vec<Word>,
    pub(super) closed: Vec<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFlag {
    pub(super) column: Word,
    pub(super) on_time: Vec<Word>,
    pub(super) late: Vec<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVerdict {
    pub(super) on_time: RawSign,
    pub(super) late: RawSign,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSign {
    pub(super) column: Word,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLocation {
    pub(super) latitude: Word,
    pub(super) longitude: Word,
    #[serde(default)]
    pub(super) placeholders: Vec<Word>,
    #[serde(default)]
    pub(super) bounds: Option<RawBounds>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBounds {
    pub(super) south: Word,
    pub(super) west: Word,
    pub(super) north: Word,
    pub(super) east: Word,
}

/// The shape of the mapping; its meaning is checked afterwards.
pub(super) fn read(toml: &str) -> Result<RawMapping, MappingProblem> {
    toml::from_str(toml).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let line = line_of(toml, offset);
        let message = error.message();
        let field = field_on(toml, line, message);
        let (rule, accepted) = reader_parts(message);
        let problem = MappingProblem::new(line, field, (&reader_in_chinese(rule), rule));
        match accepted {
            Some(accepted) => problem.accepting_words(&reader_in_chinese(accepted), accepted),
            None => problem.accepting_words(
                "docs/reference/import-mapping.md 所列字段",
                "the fields listed in docs/reference/import-mapping.md",
            ),
        }
    })
}

/// The field a syntax error is about: the one it quotes, else the key or table on its line.
fn field_on(toml: &str, line: usize, message: &str) -> String {
    let quoted = message.split('`').nth(1);
    let text = toml.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let table = text
        .trim()
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next());
    let key = text.split('=').next().unwrap_or_default().trim();
    match (message.starts_with("unknown field"), table, quoted) {
        (true, _, Some(field)) => field.to_owned(),
        (_, Some(table), _) => table.to_owned(),
        _ => key.to_owned(),
    }
}
