//! `audit certificate` and `audit compare`: whether the views are what the log says.

use super::source;
use crate::args::KnownAt;
use crate::failure::{Exit, Failure};
use crate::session::{Session, read_text};
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use gridwhistle_audit::Problem;
use gridwhistle_audit::certificate::{self, Certificate, RowDifference, Standing};
use gridwhistle_audit::replay::Known;
use std::path::Path;

/// Writes a certificate of what a replay gives, in the bytes that are kept.
///
/// # Errors
/// When nothing was known, or the log cannot be read.
pub(super) async fn certificate(session: &Session, known: KnownAt) -> Result<(), Failure> {
    let source = source(session).await?;
    let known = Known::find(&source, known.by(), session.now()?).await?;
    let certificate = Certificate::of(&source, known).await?;
    session.output.line(certificate.to_text().trim_end())
}

/// Replays the log and holds a certificate against it.
///
/// # Errors
/// When something differs, or the file is no certificate.
pub(super) async fn check(session: &Session, file: &Path) -> Result<(), Failure> {
    let text = read_text(file)?;
    let certificate = Certificate::read(&text).map_err(Problem::from)?;
    let source = source(session).await?;
    let differences = certificate.check(&source, session.now()?).await?;
    if !differences.is_empty() {
        let message = told(W::CertificateDiffers, &[&differences.len()]);
        let details = differences.iter().map(|one| say(&one.text())).collect();
        let failure = Failure::new(Exit::Refused, "certificate_differs", message);
        return Err(failure.with_details(details));
    }
    let answer = serde_json::json!({ "same": true, "last": certificate.log.last });
    session.output.answer(&answer, |out| {
        let (last, chain) = (certificate.log.last, &certificate.log.chain);
        out.say(told(W::CertificateSame, &[&last, chain]))
    })
}

/// Compares the live views with what the log says.
///
/// # Errors
/// When a row differs, or there is nothing to compare.
pub(super) async fn compare(session: &Session) -> Result<(), Failure> {
    let source = source(session).await?;
    let live = certificate::live_views(&session.settings.store)?;
    let compared = certificate::compare(&source, live).await?;
    let none = match compared.standing {
        Standing::Comparable => None,
        Standing::Empty => Some(W::ViewsEmpty),
        Standing::OtherRules => Some(W::ViewsOtherRules),
        Standing::OtherLog => Some(W::ViewsOtherLog),
    };
    if let Some(word) = none {
        let message = told(word, &[]);
        return Err(Failure::new(Exit::Refused, "views_not_comparable", message));
    }
    let differing: u64 = compared.tables.iter().map(|table| table.differing).sum();
    if differing > 0 {
        let message = told(W::ViewsDiffer, &[&differing, &compared.position]);
        let in_words = |row: &RowDifference| say(&row.text());
        let details = compared.rows.iter().map(in_words).collect();
        let failure = Failure::new(Exit::Refused, "views_differ", message);
        return Err(failure.with_details(details));
    }
    session.output.answer(&compared, |out| {
        out.say(told(W::ViewsSame, &[&compared.position, &compared.head]))?;
        let mut table = Table::new([
            Column::from(W::HTable).least(12),
            Column::from(W::HRowCount).right(),
        ]);
        for one in &compared.tables {
            table.row([one.table.to_owned(), one.rows.to_string()]);
        }
        out.part(&table)
    })
}
