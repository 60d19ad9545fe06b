//! Personal data from a file or standard input, so that it never stands in the shell's history; sealed
//! under the subject's key before the command is made.

use crate::failure::{Exit, Failure};
use crate::session::read_text;
use crate::words::{Word, told};
use gridwhistle::Engine;
use gridwhistle::domain::case::record::Reporter;
use gridwhistle::domain::ids::{CaseId, SubjectId};
use gridwhistle::personal::PersonalData;
use serde::Deserialize;
use std::path::Path;
use uuid::Uuid;

/// The file: TOML, or JSON when it begins with a brace.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// A pseudonym for somebody who is known already; else a fresh one.
    subject: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    identity_number: String,
    #[serde(default)]
    address: String,
}

/// A person as a file told.
pub(crate) struct Person {
    subject: SubjectId,
    data: PersonalData,
}

/// Reads a file. Without a subject of its own the person gets one that follows from the command's
/// key, so that a repeat is the same request.
///
/// # Errors
/// When it cannot be read or holds anything else: where, and never what, for an error may be logged.
pub(crate) fn read(path: &Path, key: Uuid, place: &str) -> Result<Person, Failure> {
    let text = read_text(path)?;
    let refuse = |(line, column): (usize, usize)| {
        let message = told(Word::PersonFile, &[&path.display(), &line, &column]);
        Failure::new(Exit::Input, "personal_data_wrong", message)
    };
    let read: Written = if text.trim_start().starts_with('{') {
        serde_json::from_str(&text).map_err(|error| refuse((error.line(), error.column())))?
    } else {
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            refuse(line_and_column(
                &text,
                error.span().map_or(0, |span| span.start),
            ))
        })?
    };
    let fresh = || Uuid::new_v5(&key, place.as_bytes()).to_string();
    Ok(Person {
        subject: SubjectId::new(read.subject.unwrap_or_else(fresh)),
        data: PersonalData {
            name: read.name,
            phone: read.phone,
            identity_number: read.identity_number,
            address: read.address,
        },
    })
}

/// Where a byte stands, both counted from 1, columns in characters.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

impl Person {
    /// Seals the data for the command of a key; what is given for a mandate, for its case alone.
    ///
    /// # Errors
    /// When the subject's key cannot be made or kept.
    pub(crate) fn seal(
        &self,
        engine: &Engine,
        (case, place): (CaseId, &str),
        key: Uuid,
    ) -> Result<Reporter, Failure> {
        let subject = self.subject.clone();
        let sealed = if place.starts_with("mandate.") {
            engine.seal_for_case(subject, case, key, &self.data)?
        } else {
            engine.seal(subject, key, &self.data)?
        };
        Ok(sealed)
    }
}
