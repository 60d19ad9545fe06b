//! What people call a case: its full id, the beginning of it, its number on the ledger, or the id
//! that a foreign system gave it.

use crate::failure::Failure;
use crate::labels;
use crate::words::{Word, told};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::case_view::LedgerRow;
use gridwhistle::projections::questions::CaseName;
use gridwhistle::{Engine, EngineError};
use gridwhistle_audit::Source;
use gridwhistle_audit::replay::{self, Known};
use std::str::FromStr;
use uuid::Uuid;

/// Fewer characters of an id are no name.
const PREFIX_LEAST: usize = 4;
/// How many cases an ambiguous name is told with.
const TOLD: usize = 5;

/// A case as somebody typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CaseRef {
    typed: String,
    means: Means,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Means {
    Known(CaseId),
    Any(Vec<CaseName>),
}

impl FromStr for CaseRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let means = means(text).ok_or_else(|| told(Word::CaseForm, &[&text]))?;
        let typed = text.to_owned();
        Ok(Self { typed, means })
    }
}

fn means(text: &str) -> Option<Means> {
    if let Ok(id) = text.parse::<Uuid>() {
        return Some(Means::Known(CaseId(id)));
    }
    if let Some((system, id)) = text.split_once(':') {
        let named = !system.is_empty() && !id.is_empty();
        return named.then(|| Means::Known(gridwhistle::import::case_id(system, id)));
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = text
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let long = text.len() >= PREFIX_LEAST;
    let number = digits.then(|| text.parse().ok().map(CaseName::Number));
    let prefix = (hex && long).then(|| CaseName::Prefix(text.to_ascii_lowercase()));
    let names: Vec<CaseName> = number.flatten().into_iter().chain(prefix).collect();
    (!names.is_empty()).then_some(Means::Any(names))
}

impl std::fmt::Display for CaseRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.typed)
    }
}

/// For clap: a case in any of its forms.
pub(crate) fn case_ref(text: &str) -> Result<CaseRef, String> {
    text.parse()
}

impl CaseRef {
    /// The one case that is meant.
    ///
    /// # Errors
    /// When there is none, when there are several, or when the views cannot be read.
    pub(crate) async fn resolve(&self, engine: &Engine) -> Result<CaseId, Failure> {
        let names = match &self.means {
            Means::Known(id) => return Ok(*id),
            Means::Any(names) => names,
        };
        engine.catch_up().await?;
        let mut found: Vec<LedgerRow> = Vec::new();
        // Digits are a number before they are the beginning of an id.
        for name in names {
            if found.is_empty() {
                let fitting = engine.questions().find(name, TOLD + 1).await;
                found = fitting.map_err(EngineError::from)?;
            }
        }
        match found.as_slice() {
            [] => Err(super::missing(&self.typed)),
            [one] => one.case_id.parse().map(CaseId).map_err(Failure::internal),
            several => Err(self.ambiguous(several)),
        }
    }

    /// The one case that is meant, found in the log itself by what was known.
    ///
    /// # Errors
    /// As [`CaseRef::resolve`].
    pub(crate) async fn resolve_in(
        &self,
        source: &Source,
        known: &Known,
    ) -> Result<CaseId, Failure> {
        let names = match &self.means {
            Means::Known(id) => return Ok(*id),
            Means::Any(names) => names,
        };
        let mut found: Vec<(CaseId, u64)> = Vec::new();
        for name in names {
            if found.is_empty() {
                found = replay::find(source, known, name, TOLD + 1).await?;
            }
        }
        match found.as_slice() {
            [] => Err(super::missing(&self.typed)),
            [(one, _)] => Ok(*one),
            several => {
                let mut rows = Vec::new();
                for (id, _) in several {
                    let then = replay::case::then(source, *known, *id, None).await?;
                    rows.push(then.file.ledger);
                }
                Err(self.ambiguous(&rows))
            }
        }
    }

    fn ambiguous(&self, found: &[LedgerRow]) -> Failure {
        let told_one = |row: &LedgerRow| {
            let stage = labels::stage(&row.stage);
            told(
                Word::CaseLine,
                &[&row.ledger_no, &row.case_id, &stage, &row.title],
            )
        };
        let mut lines: Vec<String> = found.iter().take(TOLD).map(told_one).collect();
        if found.len() > TOLD {
            lines.push("…".to_owned());
        }
        let message = told(Word::CaseAmbiguous, &[&self.typed]);
        Failure::usage("case_ambiguous", message).with_details(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_has_several_names() {
        let known = gridwhistle::import::case_id("boston-311", "101");
        let id = "019a0000-0000-7000-8000-000000000001";
        let prefix = |text: &str| CaseName::Prefix(text.to_owned());
        for (text, expected) in [
            ("boston-311:101", Some(Means::Known(known))),
            (id, id.parse().ok().map(|id| Means::Known(CaseId(id)))),
            ("57", Some(Means::Any(vec![CaseName::Number(57)]))),
            (
                "5717",
                Some(Means::Any(vec![CaseName::Number(5_717), prefix("5717")])),
            ),
            ("44750B52", Some(Means::Any(vec![prefix("44750b52")]))),
            ("44750b52-fe", Some(Means::Any(vec![prefix("44750b52-fe")]))),
            (
                "44750152",
                Some(Means::Any(vec![
                    CaseName::Number(44_750_152),
                    prefix("44750152"),
                ])),
            ),
            ("44a", None),
            ("", None),
            ("nowhere", None),
            (":1", None),
        ] {
            assert_eq!(means(text), expected, "{text}");
        }
    }
}
